//! Copies a password from Rust to the clipboard, so that it never enters the page, and takes it back: after a while, when
//! the window locks, and when the program ends.
//!
//! The copy is marked as a secret, so that the histories of clipboards leave it out. A clipboard that cannot be read when
//! it is to be cleared may still hold the password, so it is cleared all the same, and then read once more: a clipboard
//! that still holds the password was not cleared. A clipboard that cannot be cleared is tried again by the next lock, and
//! the user is told.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(not(any(windows, target_os = "macos")))]
use arboard::SetExtLinux;
#[cfg(windows)]
use arboard::SetExtWindows;

use app::Secret;
use arboard::Error;
use tauri::AppHandle;
use zeroize::Zeroizing;

use crate::notification;

/// How often a clipboard is asked that another program may be using just then, and how long it is left between.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What was copied last, and how many there were before it.
struct Lent {
    number: u64,
    password: Option<Secret>,
}

/// What everybody copies to.
trait Board: Send + Sync {
    /// Copies a password, marked as one.
    fn write(&self, password: &Secret) -> Result<(), Error>;
    /// None where there is nothing, or no text.
    fn read(&self) -> Result<Option<Zeroizing<String>>, Error>;
    fn clear(&self) -> Result<(), Error>;
    /// Tells the user that a password may still be there.
    fn tell_left(&self);
}

/// The clipboard of this program's desktop. Opened when it is first needed, and kept: on Linux the program answers as long
/// as it holds what was copied.
struct DesktopBoard {
    program: AppHandle,
    opened: Mutex<Option<arboard::Clipboard>>,
}

impl DesktopBoard {
    fn with<T>(&self, use_it: impl FnOnce(&mut arboard::Clipboard) -> Result<T, Error>) -> Result<T, Error> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match opened.take() {
            Some(clipboard) => clipboard,
            None => arboard::Clipboard::new()?,
        };
        use_it(opened.insert(clipboard))
    }
}

impl Board for DesktopBoard {
    fn write(&self, password: &Secret) -> Result<(), Error> {
        // EXPOSE: the user asked for it on the clipboard.
        self.with(|clipboard| as_secret(clipboard.set()).text(password.expose()))
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, Error> {
        match self.with(arboard::Clipboard::get_text) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::ContentNotAvailable) => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[cfg(any(windows, target_os = "macos"))]
    fn clear(&self) -> Result<(), Error> {
        self.with(arboard::Clipboard::clear)
    }

    /// Replaces the password by an empty text. A clipboard that nobody owns would be taken over by programs that offer
    /// again what was copied last.
    #[cfg(not(any(windows, target_os = "macos")))]
    fn clear(&self) -> Result<(), Error> {
        self.with(|clipboard| as_secret(clipboard.set()).text(""))
    }

    fn tell_left(&self) {
        notification::say(&self.program, |words| words.clipboard_left);
    }
}

/// Asks those who keep a history of the clipboard to leave this out.
#[cfg(windows)]
fn as_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_monitoring()
}

/// Asks those who keep a history of the clipboard to leave this out.
#[cfg(not(windows))]
fn as_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_history()
}

/// The system's clipboard.
#[derive(Clone)]
pub struct Clipboard {
    board: Arc<dyn Board>,
    lent: Arc<Mutex<Lent>>,
}

impl Clipboard {
    /// Uses the clipboard of this program's desktop.
    pub fn new(program: AppHandle) -> Self {
        Self::of(Arc::new(DesktopBoard { program, opened: Mutex::new(None) }))
    }

    fn of(board: Arc<dyn Board>) -> Self {
        Self { board, lent: Arc::new(Mutex::new(Lent { number: 0, password: None })) }
    }

    /// Copies, and clears after a while unless something else was copied since.
    ///
    /// # Errors
    /// When the desktop has no clipboard.
    pub fn lend(&self, password: Secret, cleared_after: Duration) -> Result<(), Error> {
        self.board.write(&password)?;
        let number = {
            let mut lent = self.lent();
            lent.number += 1;
            lent.password = Some(password);
            lent.number
        };
        let clipboard = self.clone();
        thread::spawn(move || {
            thread::sleep(cleared_after);
            let is_last = clipboard.lent().number == number;
            if is_last {
                clipboard.take_back();
            }
        });
        Ok(())
    }

    /// Clears the clipboard if it still holds what was copied last, or may hold it. Where that fails, the user is told.
    pub fn take_back(&self) {
        let (number, password) = {
            let mut lent = self.lent();
            (lent.number, lent.password.take())
        };
        let Some(password) = password else { return };
        let Err(error) = self.clear(&password) else { return };
        tracing::warn!(%error, "the clipboard could not be cleared");
        let mut lent = self.lent();
        if lent.number == number {
            lent.password = Some(password);
        }
        drop(lent);
        self.board.tell_left();
    }

    fn clear(&self, password: &Secret) -> Result<(), Error> {
        let mut tries_left = TRIES;
        loop {
            tries_left -= 1;
            let cleared = match self.holds(password) {
                Ok(false) => Ok(()),
                Err(error) if tries_left > 0 => Err(error),
                Ok(true) | Err(_) => self.board.clear().and_then(|()| self.check_cleared(password)),
            };
            if cleared.is_ok() || tries_left == 0 {
                return cleared;
            }
            thread::sleep(BETWEEN_TRIES);
        }
    }

    /// Reads the clipboard once more. A clipboard that cannot be read counts as cleared: nothing better is known of it.
    fn check_cleared(&self, password: &Secret) -> Result<(), Error> {
        if matches!(self.holds(password), Ok(true)) {
            return Err(Error::Unknown { description: "it still holds the password".to_owned() });
        }
        Ok(())
    }

    /// Tells whether the clipboard holds this password.
    fn holds(&self, password: &Secret) -> Result<bool, Error> {
        // EXPOSE: compared, so that what someone copied since is left alone.
        Ok(self.board.read()?.is_some_and(|text| *text == password.expose()))
    }

    fn lent(&self) -> std::sync::MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, Mutex, PoisonError,
            atomic::{AtomicBool, AtomicU32, Ordering},
        },
        thread,
        time::{Duration, Instant},
    };

    use app::Secret;
    use zeroize::Zeroizing;

    use super::{Board, Clipboard, Error, TRIES};

    const LONG: Duration = Duration::from_secs(600);
    const SHORT: Duration = Duration::from_millis(30);

    /// A clipboard that everybody copies to, and that other programs may be using.
    #[derive(Default)]
    struct Shared {
        text: Mutex<String>,
        /// How many times it can not be read.
        unreadable: AtomicU32,
        stuck: AtomicBool,
        /// How many times it keeps its text although clearing succeeds.
        keeps: AtomicU32,
        told: AtomicU32,
    }

    impl Shared {
        fn holds(&self) -> String {
            self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }

        fn copy(&self, text: &str) {
            text.clone_into(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    impl Board for Shared {
        fn write(&self, password: &Secret) -> Result<(), Error> {
            self.copy(password.expose());
            Ok(())
        }

        fn read(&self) -> Result<Option<Zeroizing<String>>, Error> {
            let one_less = |times: u32| times.checked_sub(1);
            match self.unreadable.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less) {
                Ok(_) => Err(Error::ClipboardOccupied),
                Err(_) => Ok(Some(Zeroizing::new(self.holds())).filter(|text| !text.is_empty())),
            }
        }

        fn clear(&self) -> Result<(), Error> {
            if self.stuck.load(Ordering::SeqCst) {
                return Err(Error::ClipboardOccupied);
            }
            let one_less = |times: u32| times.checked_sub(1);
            if self.keeps.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_err() {
                self.copy("");
            }
            Ok(())
        }

        fn tell_left(&self) {
            self.told.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn shared() -> (Arc<Shared>, Clipboard) {
        let board = Arc::new(Shared::default());
        (Arc::clone(&board), Clipboard::of(board))
    }

    /// Waits for the clipboard to hold something, at most two seconds.
    fn becomes(board: &Shared, text: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(2);
        while board.holds() != text && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        board.holds() == text
    }

    #[test]
    fn a_copied_password_is_gone_after_a_while() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), SHORT)?;
        assert_eq!(board.holds(), "one", "it can be pasted");
        assert!(becomes(&board, ""), "and then it is gone");
        Ok(())
    }

    #[test]
    fn what_somebody_else_copied_since_is_left_alone() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), SHORT)?;
        board.copy("a shopping list");
        thread::sleep(SHORT * 4);
        assert_eq!(board.holds(), "a shopping list", "neither by the clock");
        clipboard.lend(Secret::new("two"), LONG)?;
        board.copy("a poem");
        clipboard.take_back();
        assert_eq!(board.holds(), "a poem", "nor by a lock");
        Ok(())
    }

    #[test]
    fn a_second_password_stays_for_its_own_time() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), SHORT)?;
        clipboard.lend(Secret::new("two"), LONG)?;
        thread::sleep(SHORT * 4);
        assert_eq!(board.holds(), "two", "the first one's clock does not take it");
        clipboard.take_back();
        assert_eq!(board.holds(), "", "a lock does");
        clipboard.take_back();
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_not_be_read_is_cleared_all_the_same() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), LONG)?;
        board.unreadable.store(u32::MAX, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!(board.holds(), "", "it may have been ours");
        assert_eq!(board.told.load(Ordering::SeqCst), 0, "and there is nothing to tell");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_be_read_a_moment_later_is_cleared_only_of_ours() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), LONG)?;
        board.copy("a shopping list");
        board.unreadable.store(TRIES - 1, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!(board.holds(), "a shopping list", "the last try could read it");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_not_be_cleared_is_told_and_tried_again() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), LONG)?;
        board.stuck.store(true, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!((board.holds().as_str(), board.told.load(Ordering::SeqCst)), ("one", 1), "the user knows");
        board.stuck.store(false, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!((board.holds().as_str(), board.told.load(Ordering::SeqCst)), ("", 1), "the next lock clears it");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_keeps_the_password_although_clearing_succeeded_is_cleared_again() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), LONG)?;
        board.keeps.store(TRIES - 1, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!((board.holds().as_str(), board.told.load(Ordering::SeqCst)), ("", 0), "the last try cleared it");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_keeps_the_password_for_good_is_told_and_tried_again() -> Result<(), Error> {
        let (board, clipboard) = shared();
        clipboard.lend(Secret::new("one"), LONG)?;
        board.keeps.store(u32::MAX, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!((board.holds().as_str(), board.told.load(Ordering::SeqCst)), ("one", 1), "the user knows");
        board.keeps.store(0, Ordering::SeqCst);
        clipboard.take_back();
        assert_eq!((board.holds().as_str(), board.told.load(Ordering::SeqCst)), ("", 1), "the next lock clears it");
        Ok(())
    }
}

//! Copies a password from Rust to the clipboard, so that it never enters the page. The clipboard is cleared after a
//! while, when the window locks, and when the program ends.
//!
//! The copy is marked as a secret, so that clipboard histories leave it out. A clipboard that cannot be read may still
//! hold the password, so it is cleared in any case. It is then read once more: if it still holds the password, clearing
//! has failed. After a failure the user is informed, and the next lock tries again.

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

use crate::desktop::notification;

/// The number of tries on a clipboard that another program may be using, and the pause between two tries.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The last copied password, and its number counted from the start of the program.
struct LastCopy {
    number: u64,
    password: Option<Secret>,
}

/// The clipboard that all programs of the desktop share.
trait ClipboardBackend: Send + Sync {
    /// Copies a password, marked as a secret.
    fn write(&self, password: &Secret) -> Result<(), Error>;
    /// Returns `None` if the clipboard is empty or holds no text.
    fn read(&self) -> Result<Option<Zeroizing<String>>, Error>;
    fn clear(&self) -> Result<(), Error>;
    /// Tells the user that the clipboard may still hold a password.
    fn tell_left(&self);
}

/// The clipboard of this program's desktop. It is opened when it is first needed and stays open: on Linux the program
/// itself must serve the copied text for as long as it is on the clipboard.
struct DesktopClipboard {
    program: AppHandle,
    opened: Mutex<Option<arboard::Clipboard>>,
}

impl DesktopClipboard {
    fn with<T>(&self, use_it: impl FnOnce(&mut arboard::Clipboard) -> Result<T, Error>) -> Result<T, Error> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match opened.take() {
            Some(clipboard) => clipboard,
            None => arboard::Clipboard::new()?,
        };
        use_it(opened.insert(clipboard))
    }
}

impl ClipboardBackend for DesktopClipboard {
    fn write(&self, password: &Secret) -> Result<(), Error> {
        // EXPOSE: the user asked to copy it to the clipboard.
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

    /// Replaces the password by an empty text. If the clipboard had no owner, a clipboard manager could take it over
    /// and offer the last copied text again.
    #[cfg(not(any(windows, target_os = "macos")))]
    fn clear(&self) -> Result<(), Error> {
        self.with(|clipboard| as_secret(clipboard.set()).text(""))
    }

    fn tell_left(&self) {
        notification::say(&self.program, |words| words.clipboard_left);
    }
}

/// Asks clipboard histories to leave this copy out.
#[cfg(windows)]
fn as_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_monitoring()
}

/// Asks clipboard histories to leave this copy out.
#[cfg(not(windows))]
fn as_secret(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set.exclude_from_history()
}

/// The clipboard, with the password that was copied last.
#[derive(Clone)]
pub struct Clipboard {
    backend: Arc<dyn ClipboardBackend>,
    last_copy: Arc<Mutex<LastCopy>>,
}

impl Clipboard {
    /// Uses the clipboard of this program's desktop.
    pub fn new(program: AppHandle) -> Self {
        Self::of(Arc::new(DesktopClipboard { program, opened: Mutex::new(None) }))
    }

    fn of(backend: Arc<dyn ClipboardBackend>) -> Self {
        Self { backend, last_copy: Arc::new(Mutex::new(LastCopy { number: 0, password: None })) }
    }

    /// Copies a password, and clears the clipboard after `cleared_after` unless something else was copied since.
    ///
    /// # Errors
    /// An error of the desktop's clipboard, for example if the desktop has none.
    pub fn copy(&self, password: Secret, cleared_after: Duration) -> Result<(), Error> {
        self.backend.write(&password)?;
        let number = {
            let mut last_copy = self.last_copy();
            last_copy.number += 1;
            last_copy.password = Some(password);
            last_copy.number
        };
        let clipboard = self.clone();
        thread::spawn(move || {
            thread::sleep(cleared_after);
            let is_last = clipboard.last_copy().number == number;
            if is_last {
                clipboard.clear_copied();
            }
        });
        Ok(())
    }

    /// Clears the clipboard if it holds, or may hold, the last copied password. Informs the user if that fails.
    pub fn clear_copied(&self) {
        let (number, password) = {
            let mut last_copy = self.last_copy();
            (last_copy.number, last_copy.password.take())
        };
        let Some(password) = password else { return };
        let Err(error) = self.clear(&password) else { return };
        tracing::warn!(%error, "the clipboard could not be cleared");
        let mut last_copy = self.last_copy();
        if last_copy.number == number {
            last_copy.password = Some(password);
        }
        drop(last_copy);
        self.backend.tell_left();
    }

    fn clear(&self, password: &Secret) -> Result<(), Error> {
        let mut tries_left = TRIES;
        loop {
            tries_left -= 1;
            let cleared = match self.holds(password) {
                Ok(false) => Ok(()),
                Err(error) if tries_left > 0 => Err(error),
                Ok(true) | Err(_) => self.backend.clear().and_then(|()| self.check_cleared(password)),
            };
            if cleared.is_ok() || tries_left == 0 {
                return cleared;
            }
            thread::sleep(BETWEEN_TRIES);
        }
    }

    /// Reads the clipboard once more. A clipboard that cannot be read counts as cleared, because nothing else is known
    /// about it.
    fn check_cleared(&self, password: &Secret) -> Result<(), Error> {
        if matches!(self.holds(password), Ok(true)) {
            return Err(Error::Unknown { description: "it still holds the password".to_owned() });
        }
        Ok(())
    }

    /// Tells whether the clipboard holds this password.
    fn holds(&self, password: &Secret) -> Result<bool, Error> {
        // EXPOSE: the password is compared, so that a text which someone copied since is left alone.
        Ok(self.backend.read()?.is_some_and(|text| *text == password.expose()))
    }

    fn last_copy(&self) -> std::sync::MutexGuard<'_, LastCopy> {
        self.last_copy.lock().unwrap_or_else(PoisonError::into_inner)
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

    use super::{Clipboard, ClipboardBackend, Error, TRIES};

    const LONG: Duration = Duration::from_secs(600);
    const SHORT: Duration = Duration::from_millis(30);

    /// A clipboard that several programs share, and that another program may be using.
    #[derive(Default)]
    struct Shared {
        text: Mutex<String>,
        /// The number of reads that still fail.
        unreadable: AtomicU32,
        stuck: AtomicBool,
        /// The number of times that it keeps its text although clearing succeeds.
        keeps: AtomicU32,
        reported: AtomicU32,
    }

    impl Shared {
        fn holds(&self) -> String {
            self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }

        fn copy(&self, text: &str) {
            text.clone_into(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    impl ClipboardBackend for Shared {
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
            self.reported.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn shared() -> (Arc<Shared>, Clipboard) {
        let backend = Arc::new(Shared::default());
        (Arc::clone(&backend), Clipboard::of(backend))
    }

    /// Waits for the clipboard to hold something, at most two seconds.
    fn becomes(backend: &Shared, text: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(2);
        while backend.holds() != text && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        backend.holds() == text
    }

    #[test]
    fn a_copied_password_is_gone_after_a_while() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), SHORT)?;
        assert_eq!(backend.holds(), "one", "it can be pasted");
        assert!(becomes(&backend, ""), "and then it is gone");
        Ok(())
    }

    #[test]
    fn what_somebody_else_copied_since_is_left_alone() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), SHORT)?;
        backend.copy("a shopping list");
        thread::sleep(SHORT * 4);
        assert_eq!(backend.holds(), "a shopping list", "neither by the clock");
        clipboard.copy(Secret::new("two"), LONG)?;
        backend.copy("a poem");
        clipboard.clear_copied();
        assert_eq!(backend.holds(), "a poem", "nor by a lock");
        Ok(())
    }

    #[test]
    fn a_second_password_stays_for_its_own_time() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), SHORT)?;
        clipboard.copy(Secret::new("two"), LONG)?;
        thread::sleep(SHORT * 4);
        assert_eq!(backend.holds(), "two", "the first one's clock does not take it");
        clipboard.clear_copied();
        assert_eq!(backend.holds(), "", "a lock does");
        clipboard.clear_copied();
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_not_be_read_is_cleared_all_the_same() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), LONG)?;
        backend.unreadable.store(u32::MAX, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!(backend.holds(), "", "it may have been ours");
        assert_eq!(backend.reported.load(Ordering::SeqCst), 0, "and there is nothing to tell");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_be_read_a_moment_later_is_cleared_only_of_ours() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), LONG)?;
        backend.copy("a shopping list");
        backend.unreadable.store(TRIES - 1, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!(backend.holds(), "a shopping list", "the last try could read it");
        Ok(())
    }

    #[test]
    fn a_clipboard_that_can_not_be_cleared_is_told_and_tried_again() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), LONG)?;
        backend.stuck.store(true, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!((backend.holds().as_str(), backend.reported.load(Ordering::SeqCst)), ("one", 1), "the user knows");
        backend.stuck.store(false, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!(
            (backend.holds().as_str(), backend.reported.load(Ordering::SeqCst)),
            ("", 1),
            "the next lock clears it"
        );
        Ok(())
    }

    #[test]
    fn a_clipboard_that_keeps_the_password_although_clearing_succeeded_is_cleared_again() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), LONG)?;
        backend.keeps.store(TRIES - 1, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!(
            (backend.holds().as_str(), backend.reported.load(Ordering::SeqCst)),
            ("", 0),
            "the last try cleared it"
        );
        Ok(())
    }

    #[test]
    fn a_clipboard_that_keeps_the_password_for_good_is_told_and_tried_again() -> Result<(), Error> {
        let (backend, clipboard) = shared();
        clipboard.copy(Secret::new("one"), LONG)?;
        backend.keeps.store(u32::MAX, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!((backend.holds().as_str(), backend.reported.load(Ordering::SeqCst)), ("one", 1), "the user knows");
        backend.keeps.store(0, Ordering::SeqCst);
        clipboard.clear_copied();
        assert_eq!(
            (backend.holds().as_str(), backend.reported.load(Ordering::SeqCst)),
            ("", 1),
            "the next lock clears it"
        );
        Ok(())
    }
}

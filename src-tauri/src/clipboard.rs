//! Copies a password from Rust to the clipboard, so that it never enters the page, and takes it back: after a while, when
//! the window locks, and when the program ends.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use app::Secret;
use tauri::AppHandle;
use tauri_plugin_clipboard_manager::{ClipboardExt, Error};
use zeroize::Zeroizing;

/// What was copied last, and how many there were before it.
struct Lent {
    number: u64,
    password: Option<Secret>,
}

/// What everybody copies to.
trait Board: Send + Sync {
    fn write(&self, text: &str) -> Result<(), Error>;
    /// None where there is nothing, or no text.
    fn read(&self) -> Option<Zeroizing<String>>;
}

impl Board for AppHandle {
    fn write(&self, text: &str) -> Result<(), Error> {
        self.clipboard().write_text(text)
    }

    fn read(&self) -> Option<Zeroizing<String>> {
        self.clipboard().read_text().ok().map(Zeroizing::new)
    }
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
        Self::of(Arc::new(program))
    }

    fn of(board: Arc<dyn Board>) -> Self {
        Self { board, lent: Arc::new(Mutex::new(Lent { number: 0, password: None })) }
    }

    /// Copies, and clears after a while unless something else was copied since.
    ///
    /// # Errors
    /// When the desktop has no clipboard.
    pub fn lend(&self, password: Secret, cleared_after: Duration) -> Result<(), Error> {
        // EXPOSE: the user asked for it on the clipboard.
        self.board.write(password.expose())?;
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

    /// Clears the clipboard if it still holds what was copied last.
    pub fn take_back(&self) {
        let Some(password) = self.lent().password.take() else { return };
        // EXPOSE: compared, so that what someone copied since is left alone.
        let unchanged = self.board.read().is_some_and(|text| *text == password.expose());
        if unchanged && let Err(error) = self.board.write("") {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }

    fn lent(&self) -> std::sync::MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Mutex, PoisonError},
        thread,
        time::{Duration, Instant},
    };

    use app::Secret;
    use zeroize::Zeroizing;

    use super::{Board, Clipboard, Error};

    const LONG: Duration = Duration::from_secs(600);
    const SHORT: Duration = Duration::from_millis(30);

    /// A clipboard that everybody copies to.
    #[derive(Default)]
    struct Shared(Mutex<String>);

    impl Shared {
        fn holds(&self) -> String {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
        }

        fn copy(&self, text: &str) {
            text.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    impl Board for Shared {
        fn write(&self, text: &str) -> Result<(), Error> {
            self.copy(text);
            Ok(())
        }

        fn read(&self) -> Option<Zeroizing<String>> {
            Some(Zeroizing::new(self.holds())).filter(|text| !text.is_empty())
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
}

//! Keeps the window out of screenshots and screen sharing while a password shows.
//!
//! Every command that answers with a readable password covers the window first and gives the page a number. The page
//! returns the number when it has hidden the password, and the window is uncovered when the last number is back. A page
//! that has crashed never returns its numbers; they expire with the time for which a password is shown, or soon after
//! the next lock. Windows and macOS support this protection; Linux desktops do not, and the call does nothing there.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tauri::{AppHandle, Manager};

/// The extra time that a page gets to show a password and to report that it is hidden.
const SLACK: Duration = Duration::from_secs(10);

/// A window that can be kept out of screenshots.
trait Window: Send + Sync {
    fn protect(&self, protected: bool);
}

impl Window for AppHandle {
    fn protect(&self, protected: bool) {
        let window = self.get_webview_window("main");
        if let Some(Err(error)) = window.map(|window| window.set_content_protected(protected)) {
            tracing::warn!(%error, protected, "the window's protection from capture could not be set");
        }
    }
}

/// The passwords that are visible now, and the window that shows them.
pub struct Screen {
    window: Arc<dyn Window>,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    last: u32,
    /// The latest end of each visible password, by number. `None`: until the page reports that it is hidden.
    until: BTreeMap<u32, Option<Instant>>,
}

impl Screen {
    /// Manages the protection of this program's window.
    pub fn new(program: AppHandle) -> Self {
        Self::of(Arc::new(program))
    }

    fn of(window: Arc<dyn Window>) -> Self {
        Self { window, shown: Mutex::default() }
    }

    /// Covers the window, because a password is about to be shown. Returns the number with which the page reports that
    /// it is hidden.
    pub fn cover(&self, shown_for: Option<Duration>) -> u32 {
        let mut shown = self.shown();
        shown.last = shown.last.wrapping_add(1);
        let number = shown.last;
        if shown.until.is_empty() {
            self.window.protect(true);
        }
        shown.until.insert(number, shown_for.map(|time| Instant::now() + time + SLACK));
        number
    }

    /// Takes note that the page has hidden a password, and uncovers the window after the last one.
    pub fn hidden(&self, number: u32) {
        self.keep(|shown, _| shown != number);
    }

    /// Ends all numbers soon after a lock: the page hides everything, and gets a little time to do so and to report it.
    pub fn locked(&self, now: Instant) {
        let end = now + SLACK;
        for until in self.shown().until.values_mut() {
            *until = Some(until.map_or(end, |until| until.min(end)));
        }
    }

    /// Ends the numbers whose time is over, because a crashed page does not report anything.
    pub fn look(&self, now: Instant) {
        self.keep(|_, until| until.is_none_or(|until| now < until));
    }

    fn keep(&self, stays: impl Fn(u32, Option<Instant>) -> bool) {
        let mut shown = self.shown();
        let covered = !shown.until.is_empty();
        shown.until.retain(|number, until| stays(*number, *until));
        if covered && shown.until.is_empty() {
            self.window.protect(false);
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        time::{Duration, Instant},
    };

    use super::{SLACK, Screen, Window};

    #[derive(Default)]
    struct Pretended(AtomicBool);

    impl Window for Pretended {
        fn protect(&self, protected: bool) {
            self.0.store(protected, Ordering::SeqCst);
        }
    }

    impl Pretended {
        fn is_protected(&self) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn screen() -> (Arc<Pretended>, Screen) {
        let window = Arc::new(Pretended::default());
        (Arc::clone(&window), Screen::of(window))
    }

    #[test]
    fn the_window_is_protected_until_the_last_password_is_hidden() {
        let (window, screen) = screen();
        assert!(!window.is_protected(), "nothing shows");
        let (one, two) = (screen.cover(Some(Duration::from_secs(30))), screen.cover(None));
        assert!(window.is_protected(), "two show");
        screen.hidden(one);
        screen.hidden(one);
        assert!(window.is_protected(), "one still shows, however often the other one is hidden");
        screen.hidden(two);
        assert!(!window.is_protected(), "none shows");
    }

    #[test]
    fn after_a_lock_the_window_is_protected_until_the_page_said_that_it_hid_everything_or_the_slack_is_over() {
        let (window, screen) = screen();
        let (one, two) = (screen.cover(None), screen.cover(Some(Duration::from_secs(30))));
        screen.locked(Instant::now());
        assert!(window.is_protected(), "the page may still draw them");
        screen.hidden(one);
        screen.hidden(two);
        assert!(!window.is_protected(), "the page hid both");
        let locked_at = Instant::now();
        screen.cover(None);
        screen.cover(Some(Duration::from_secs(30)));
        screen.locked(locked_at);
        screen.look(locked_at + SLACK - Duration::from_millis(1));
        assert!(window.is_protected(), "the page may be slow");
        screen.look(locked_at + SLACK);
        assert!(!window.is_protected(), "the page was lost");
    }

    #[test]
    fn a_lock_does_not_protect_the_window_for_longer_than_without_it() {
        let (window, screen) = screen();
        screen.cover(Some(Duration::ZERO));
        let later = Instant::now() + SLACK;
        screen.locked(later);
        screen.look(later);
        assert!(!window.is_protected(), "its time was over");
    }

    #[test]
    fn a_page_that_says_nothing_does_not_keep_the_window_covered_for_ever() {
        let (window, screen) = screen();
        let shown_for = Duration::from_secs(30);
        screen.cover(Some(shown_for));
        screen.look(Instant::now() + shown_for);
        assert!(window.is_protected(), "the page may be slow");
        screen.look(Instant::now() + shown_for + SLACK);
        assert!(!window.is_protected(), "it was lost");
        screen.cover(None);
        screen.look(Instant::now() + Duration::from_secs(86_400));
        assert!(window.is_protected(), "one that shows until it is closed has no end");
    }
}

//! Whose turn it is to log in.

use std::sync::{Condvar, Mutex, PoisonError};

/// A counter of connections that may log in at once, for blocking threads.
pub(crate) struct Turns {
    count: Mutex<Count>,
    returned: Condvar,
}

struct Count {
    taken: usize,
    most: usize,
}

/// One connection's turn to log in.
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    pub(crate) fn new(most: usize) -> Self {
        Self { count: Mutex::new(Count { taken: 0, most: most.max(1) }), returned: Condvar::new() }
    }

    /// Waits for a turn; it ends when the guard is dropped.
    pub(crate) fn take(&self) -> Turn<'_> {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |count: &mut Count| count.taken >= count.most;
        let mut count = self.returned.wait_while(count, full).unwrap_or_else(PoisonError::into_inner);
        count.taken += 1;
        Turn(self)
    }

    /// Allows another number from now on; turns that are taken are kept.
    pub(crate) fn allow(&self, most: usize) {
        self.count.lock().unwrap_or_else(PoisonError::into_inner).most = most.max(1);
        self.returned.notify_all();
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.count.lock().unwrap_or_else(PoisonError::into_inner).taken -= 1;
        self.0.returned.notify_one();
    }
}

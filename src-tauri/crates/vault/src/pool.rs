//! The connections that read.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;

/// A fixed number of connections, lent one at a time.
pub(crate) struct Pool {
    connections: Vec<Mutex<Connection>>,
    /// Which secrets key seals what they read.
    pub(crate) secrets_generation: u32,
    next: AtomicUsize,
}

impl Pool {
    pub(crate) fn new(connections: Vec<Connection>, secrets_generation: u32) -> Self {
        let connections = connections.into_iter().map(Mutex::new).collect();
        Self { connections, secrets_generation, next: AtomicUsize::new(0) }
    }

    /// Lends a connection that is idle, or waits for one. None only where the pool is empty.
    pub(crate) fn take(&self) -> Option<MutexGuard<'_, Connection>> {
        if let Some(idle) = self.connections.iter().find_map(|connection| connection.try_lock().ok()) {
            return Some(idle);
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        self.connections.get(turn).map(|connection| connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

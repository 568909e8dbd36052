//! The pool of connections that read.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::Connection;
use secret::Key;

use crate::file::schema::Compared;

/// A connection that reads, and the result of its last schema comparison.
pub(crate) struct Reading {
    pub(crate) connection: Connection,
    pub(crate) compared: Compared,
}

/// A fixed number of connections, lent one at a time.
pub(crate) struct Pool {
    connections: Vec<Mutex<Reading>>,
    /// The generation of the secrets key under which the secrets of this database are sealed.
    pub(crate) secrets_generation: u32,
    /// The key of the database that they read, for separate connections.
    pub(crate) database_key: Key,
    next: AtomicUsize,
}

impl Pool {
    pub(crate) fn new(connections: Vec<Connection>, secrets_generation: u32, database_key: Key) -> Self {
        let reading = |connection| Mutex::new(Reading { connection, compared: Compared::default() });
        let connections = connections.into_iter().map(reading).collect();
        Self { connections, secrets_generation, database_key, next: AtomicUsize::new(0) }
    }

    /// Lends a connection that is idle, or waits for one. None only where the pool is empty.
    pub(crate) fn take(&self) -> Option<MutexGuard<'_, Reading>> {
        if let Some(idle) = self.connections.iter().find_map(|connection| connection.try_lock().ok()) {
            return Some(idle);
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len().max(1);
        self.connections.get(turn).map(|connection| connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs a function on every connection, each when it is idle.
    pub(crate) fn each(&self, work: impl Fn(&Connection)) {
        for connection in &self.connections {
            work(&connection.lock().unwrap_or_else(PoisonError::into_inner).connection);
        }
    }
}

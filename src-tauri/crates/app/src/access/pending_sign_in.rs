//! An unfinished sign-in: the vault is open with a person's keys, but the person is not signed in yet. Either the
//! password was right and the code of their authenticator is still missing, or a recovery kit opened the vault and an
//! Administrator's new password is still missing.
//!
//! Nothing is read or shown with these keys, and the executor does not get them. The keys are dropped under the same
//! rules that lock a window: after the idle time, and when the machine sleeps.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use domain::parameter::Parameters;
use secret::Secret;
use vault::{KeyFile, Session, Vault};

use crate::access::idle::{Idle, LockRules};

/// An open vault with the keys of a person who is not signed in yet, and their idle time.
pub(crate) struct PendingSession {
    pub(crate) vault: Arc<Vault>,
    pub(crate) session: Session,
    idle: Idle,
    rules: LockRules,
}

impl PendingSession {
    /// Starts the idle time of an unfinished sign-in.
    pub(crate) fn new(vault: Arc<Vault>, session: Session, parameters: &Parameters, wall: DateTime<Utc>) -> Self {
        Self { vault, session, idle: Idle::new(Instant::now(), wall), rules: LockRules::of(parameters) }
    }

    /// Records activity, which restarts the idle time.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.idle.touch(now);
    }

    /// Tells whether the sign-in was idle for too long or the machine slept.
    pub(crate) fn is_left(&mut self, now: Instant, wall: DateTime<Utc>) -> bool {
        self.idle.look(now, wall, self.rules).is_some()
    }
}

/// A sign-in whose password was right and whose code is still missing.
pub(crate) struct PendingSignIn {
    pub(crate) pending: PendingSession,
    /// The means of the sign-in, as the code in the audit trail: password, key file or desktop.
    pub(crate) how: &'static str,
    /// True if the vault is the one that is already open.
    pub(crate) already_open: bool,
    /// The password and the key file, if they were typed: after the sign-in, the cost of their key derivation may have
    /// to be raised.
    pub(crate) proof: Option<(Secret, Option<KeyFile>)>,
}

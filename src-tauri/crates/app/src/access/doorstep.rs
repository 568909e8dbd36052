//! Somebody on the doorstep: the vault is open with their keys, and they sit nowhere yet. The password was right and the
//! code of their authenticator is to come, or a recovery kit opened the vault and an Administrator's new password is to
//! come.
//!
//! Nothing is read or shown with their keys, and the executor gets none of them. Somebody who walks away is let go of as
//! a window is locked: after the same idle time, and when the machine sleeps.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use domain::parameter::Parameters;
use secret::Secret;
use vault::{KeyFile, Session, Vault};

use crate::access::idle::{Idle, LockRules};

/// An open vault with somebody's keys, and how long they may stay away.
pub(crate) struct Doorstep {
    pub(crate) vault: Arc<Vault>,
    pub(crate) session: Session,
    idle: Idle,
    rules: LockRules,
}

impl Doorstep {
    /// Begins to wait.
    pub(crate) fn new(vault: Arc<Vault>, session: Session, parameters: &Parameters, wall: DateTime<Utc>) -> Self {
        Self { vault, session, idle: Idle::new(Instant::now(), wall), rules: LockRules::of(parameters) }
    }

    /// Somebody moved or typed.
    pub(crate) fn touch(&mut self, now: Instant) {
        self.idle.touch(now);
    }

    /// Tells whether they walked away.
    pub(crate) fn is_left(&mut self, now: Instant, wall: DateTime<Utc>) -> bool {
        self.idle.look(now, wall, self.rules).is_some()
    }
}

/// Somebody whose password was right, and who owes the code of their authenticator.
pub(crate) struct Awaited {
    pub(crate) doorstep: Doorstep,
    /// The means of the sign-in, in the audit trail's word: password, key file or desktop.
    pub(crate) how: &'static str,
    /// True where the vault is the one that is held already.
    pub(crate) held: bool,
    /// The password and the key file, where they typed one: a guess may have become too cheap.
    pub(crate) proof: Option<(Secret, Option<KeyFile>)>,
}

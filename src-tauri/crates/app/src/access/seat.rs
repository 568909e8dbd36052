//! Who sits at the window, with keys of their own.

use std::sync::Arc;

use domain::{Role, UserId};
use vault::{Session, Vault};

use crate::AppError;

/// A person at the window.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SeatedUser {
    pub id: UserId,
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

domain::enumeration! {
    /// The one thing that a person may do, before they may do anything else.
    pub enum SessionLimit {
        /// Choose a password of their own.
        MustSetPassword = "mustSetPassword",
    }
}

/// A person at the window, and the vault in front of them. Emptying the seat wipes the person's keys.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) user: SeatedUser,
    pub(crate) vault: Arc<Vault>,
    pub(crate) session: Arc<Session>,
    pub(crate) has_totp: bool,
}

impl Seat {
    /// Seats who signed in.
    pub(crate) fn of(vault: &Arc<Vault>, session: Session) -> Self {
        let user = session.user();
        Self {
            user: SeatedUser { id: user.id, name: user.name.clone(), roles: user.roles.clone() },
            vault: Arc::clone(vault),
            has_totp: vault.people().iter().any(|person| person.id == user.id && person.has_totp),
            session: Arc::new(session),
        }
    }

    /// The one thing that this person may do.
    pub(crate) fn limit(&self) -> Option<SessionLimit> {
        self.session.must_choose_password().then_some(SessionLimit::MustSetPassword)
    }

    /// Lets a person through who may do more than one thing.
    pub(crate) fn unlimited(self) -> Result<Self, AppError> {
        match self.limit() {
            None => Ok(self),
            Some(SessionLimit::MustSetPassword) => Err(AppError::MustSetPassword),
        }
    }
}

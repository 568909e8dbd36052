//! The signed-in user and their keys.

use std::sync::Arc;

use domain::{Role, UserId};
use vault::{Session, Vault};

use crate::AppError;

/// The signed-in user, without keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct SessionUser {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
}

domain::enumeration! {
    /// A limit on a session: the only thing that the user may do before anything else.
    pub enum SessionLimit {
        /// The user must choose a password of their own.
        MustSetPassword = "mustSetPassword",
    }
}

/// The signed-in user with their keys and the vault. Dropping the last copy wipes the keys.
#[derive(Clone)]
pub(crate) struct SignedInUser {
    pub(crate) user: SessionUser,
    pub(crate) vault: Arc<Vault>,
    pub(crate) session: Arc<Session>,
    pub(crate) has_totp: bool,
}

impl SignedInUser {
    /// Builds it from the session of a user who has signed in.
    pub(crate) fn of(vault: &Arc<Vault>, session: Session) -> Self {
        let user = session.user();
        Self {
            user: SessionUser { id: user.id, name: user.name.clone(), roles: user.roles.clone() },
            vault: Arc::clone(vault),
            has_totp: vault.people().iter().any(|person| person.id == user.id && person.has_totp),
            session: Arc::new(session),
        }
    }

    /// Returns the only thing that this user may do, if there is such a limit.
    pub(crate) fn limit(&self) -> Option<SessionLimit> {
        self.session.must_choose_password().then_some(SessionLimit::MustSetPassword)
    }

    /// Returns the user, or an error if a limit applies to them.
    pub(crate) fn unlimited(self) -> Result<Self, AppError> {
        match self.limit() {
            None => Ok(self),
            Some(SessionLimit::MustSetPassword) => Err(AppError::MustSetPassword),
        }
    }
}

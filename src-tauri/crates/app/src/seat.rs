//! Who sits at the window, with keys of their own.

use std::sync::Arc;

use domain::{Role, UserId};
use vault::{Session, Vault};

/// A person at the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatedUser {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// A person at the window, and the vault in front of them. Emptying the seat wipes the person's keys.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) user: SeatedUser,
    pub(crate) vault: Arc<Vault>,
    pub(crate) session: Arc<Session>,
}

impl Seat {
    /// Seats who signed in.
    pub(crate) fn of(vault: &Arc<Vault>, session: Session) -> Self {
        let user = session.user();
        Self {
            user: SeatedUser { id: user.id, name: user.name.clone(), roles: user.roles.clone() },
            vault: Arc::clone(vault),
            session: Arc::new(session),
        }
    }
}

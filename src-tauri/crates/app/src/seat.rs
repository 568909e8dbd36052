//! Who sits at the window.

use std::sync::Arc;

use domain::{Role, UserId};
use vault::Vault;

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

/// A person at the window, and the vault in front of them.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) user: SeatedUser,
    pub(crate) vault: Arc<Vault>,
}

impl Seat {
    /// Seats the user who opened the vault.
    pub(crate) fn of(vault: &Arc<Vault>) -> Self {
        let user = vault.user();
        Self {
            user: SeatedUser { id: user.id, name: user.name.clone(), roles: user.roles.clone() },
            vault: Arc::clone(vault),
        }
    }
}

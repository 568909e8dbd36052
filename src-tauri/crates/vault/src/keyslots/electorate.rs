//! The people of the slots, for who checks what they signed.

use chrono::{DateTime, Utc};
use domain::Role;

use super::Keyslots;
use crate::{
    Vault, VaultError,
    four_eyes::{Electorate, Standing},
};

impl Vault {
    /// Who held which roles and which key, and when: what decisions are checked against.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a grant does not hold.
    pub fn electorate(&self) -> Result<Electorate, VaultError> {
        let slots = self.slots.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        slots.electorate()
    }
}

impl Keyslots {
    fn electorate(&self) -> Result<Electorate, VaultError> {
        let standing = |slot: &super::format::Slot| {
            self.check_grant(slot)?;
            let roles: Vec<Role> = slot.grant.roles.clone();
            Ok(Standing {
                user: slot.id,
                name: slot.name.clone(),
                signing_key: slot.public_keys.signing.0,
                roles,
                from: DateTime::<Utc>::MIN_UTC,
                until: None,
            })
        };
        self.users.iter().map(standing).collect::<Result<_, VaultError>>().map(Electorate::of)
    }
}

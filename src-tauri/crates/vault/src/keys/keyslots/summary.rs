//! The facts about the key slots that people see.

use crypto::KdfParameters;
use domain::UserId;

use super::format::Keyslots;

impl Keyslots {
    /// Returns the number of the file's format.
    pub(crate) fn format_number(&self) -> u32 {
        self.format
    }

    /// Returns how often the vault was re-keyed.
    pub(crate) fn times_rekeyed(&self) -> u32 {
        self.generation.max(self.secrets_generation).saturating_sub(1)
    }

    /// Returns the key-derivation cost of each person's password.
    pub(crate) fn key_parameters(&self) -> Vec<(UserId, KdfParameters)> {
        self.users.iter().filter_map(|slot| slot.kdf.as_ref().map(|kdf| (slot.id, kdf.parameters))).collect()
    }

    /// Puts a stranger's public keys into a slot or beside it, as somebody can who writes the file.
    #[cfg(feature = "attack")]
    pub(crate) fn plant(
        &mut self,
        user: UserId,
        stranger: crypto::PublicIdentity,
        beside: bool,
    ) -> Result<(), crate::VaultError> {
        let planted = super::format::PublicKeys::of(stranger);
        if beside {
            let second = super::format::Slot { public_keys: planted, ..self.slot(user)?.clone() };
            self.users.push(second);
        } else {
            self.slot_mut(user)?.public_keys = planted;
        }
        Ok(())
    }

    /// Returns every sealed key, for all people.
    #[cfg(feature = "attack")]
    pub(crate) fn sealed_keys(&self) -> impl Iterator<Item = &[u8]> {
        let grants = self.users.iter().filter_map(|slot| slot.grant.as_ref());
        let keys = grants.flat_map(|grant| [Some(&grant.database_key), grant.secrets_key.as_ref()]);
        keys.flatten().map(|sealed| sealed.0.as_slice())
    }

    /// Returns the key that is derived from a person's password, for the tests that search for it.
    #[cfg(any(test, feature = "attack"))]
    pub(crate) fn derive_key_of(
        &self,
        id: UserId,
        password: &secret::Secret,
    ) -> Result<Option<secret::Key>, crate::VaultError> {
        let kdf = self.slot(id)?.kdf.as_ref();
        let derived = kdf.map(|kdf| {
            crypto::derive_user_key(&super::password::composed(password), None, &kdf.salt.0, kdf.parameters)
        });
        Ok(derived.transpose()?)
    }
}

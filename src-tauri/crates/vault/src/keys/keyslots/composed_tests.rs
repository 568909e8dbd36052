//! Tests that a password typed on one keyboard opens a slot that was sealed with another one.

use crypto::{Identity, KdfParameters, derive_user_key, make_key, make_salt};
use domain::{Role, UserId, VaultId};
use secret::Secret;
use uuid::Uuid;

use super::{
    First, Keyslots, Parsed,
    bytes::{Bytes, Exactly},
    first_format,
    format::{Algorithm, PublicKeys, checksum},
    make_first,
};
use crate::{SignIn, VaultError};

/// The password as a keyboard under Linux or Windows gives it; below, as one under macOS may give it.
const COMPOSED: &str = "senha\u{e7}\u{e3}o";
const DECOMPOSED: &str = "senhac\u{327}a\u{303}o";

fn make(password: &str) -> Result<Keyslots, VaultError> {
    let first = First {
        vault: VaultId::from_uuid(Uuid::from_u128(99)),
        vault_name: "Team",
        user: UserId::from_uuid(Uuid::from_u128(1)),
        user_name: "Ada",
        password: &Secret::new(password),
        kdf: KdfParameters::FLOOR,
        now: 0,
    };
    Ok(make_first(&first)?.slots)
}

/// Opens the slots and returns those that must be written, if any.
fn open(slots: &Keyslots, password: &str) -> Result<Option<Keyslots>, VaultError> {
    let unlocked = slots.unlock(&SignIn::password("Ada", &Secret::new(password)))?;
    Ok(unlocked.changed.then_some(unlocked.slots))
}

/// Makes slots of an earlier version, which were sealed under the typed text.
fn sealed_as_typed(password: &str) -> anyhow::Result<Keyslots> {
    let mut slots = make(password)?;
    let session = slots.unlock(&SignIn::password("Ada", &Secret::new(password)))?.session;
    let vault = slots.vault_id;
    let slot = slots.slot_mut(session.user.id)?;
    let kdf = slot.kdf.clone().expect("she has a password");
    let key = derive_user_key(&Secret::new(password), None, &kdf.salt.0, kdf.parameters)?;
    slot.private_keys = Bytes(session.identity.seal(&key, &slot.associated_data(vault))?);
    Ok(slots)
}

#[test]
fn a_password_opens_from_every_keyboard() -> anyhow::Result<()> {
    for made in [COMPOSED, DECOMPOSED] {
        let slots = make(made)?;
        for typed in [COMPOSED, DECOMPOSED] {
            assert!(open(&slots, typed)?.is_none(), "{made:?} opens as {typed:?}, and nothing has to be written");
        }
        let wrong = open(&slots, "senhacao").err();
        assert!(matches!(wrong, Some(VaultError::WrongPassword)), "without its accents it is another one: {wrong:?}");
    }
    Ok(())
}

#[test]
fn a_slot_of_before_opens_as_typed_and_is_sealed_anew() -> anyhow::Result<()> {
    let slots = sealed_as_typed(DECOMPOSED)?;
    let other = open(&slots, COMPOSED).err();
    assert!(matches!(other, Some(VaultError::WrongPassword)), "it was sealed under what was typed: {other:?}");
    let written = open(&slots, DECOMPOSED)?.expect("it is sealed anew");
    for typed in [COMPOSED, DECOMPOSED] {
        assert!(open(&written, typed)?.is_none(), "from then on it opens as {typed:?}");
    }
    let proof = Secret::new(DECOMPOSED);
    let session = slots.unlock(&SignIn::password("Ada", &proof))?.session;
    let proof = super::PasswordProof { user_name: "", password: &proof, key_file: None };
    assert!(slots.check_password(&session, &proof).is_ok(), "and it is taken where it is asked for once more");
    Ok(())
}

#[test]
fn the_first_format_opens_in_both_forms() -> anyhow::Result<()> {
    let (vault, user) = (VaultId::from_uuid(Uuid::now_v7()), UserId::from_uuid(Uuid::from_u128(1)));
    for (sealed, typed) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, DECOMPOSED)] {
        let (identity, salt) = (Identity::make()?, make_salt()?);
        let seal = || identity.public().seal_key(&make_key()?).map(Bytes);
        let mut slot = first_format::Slot {
            id: user,
            name: "Ada".to_owned(),
            kdf: first_format::Kdf {
                algorithm: Algorithm::Argon2id,
                salt: Exactly(salt),
                parameters: KdfParameters::FLOOR,
            },
            public_keys: PublicKeys::of(identity.public()),
            founder: Exactly(identity.public().signing),
            private_keys: Bytes(Vec::new()),
            grant: first_format::Grant {
                roles: vec![Role::Administrator, Role::Operator],
                database_key: seal()?,
                secrets_key: Some(seal()?),
                granted_by: user,
                signature: Exactly([0; crypto::SIGNATURE_LENGTH]),
            },
        };
        let key = derive_user_key(&Secret::new(sealed), None, &salt, KdfParameters::FLOOR)?;
        slot.private_keys = Bytes(identity.seal(&key, &slot.associated_data(vault))?);
        slot.grant.signature = Exactly(identity.sign(&slot.granted(vault)));
        let name = "Old".to_owned();
        let mut file =
            first_format::Keyslots { format: 1, vault_id: vault, vault_name: name, users: vec![slot], checksum: None };
        file.checksum = Some(checksum(&file)?);
        let unlocked =
            Parsed::of(&serde_json::to_vec(&file)?)?.unlock(&SignIn::password("Ada", &Secret::new(typed)))?;
        assert!(unlocked.refused.is_none() && unlocked.changed, "{sealed:?} opens as {typed:?}");
        assert!(open(&unlocked.slots, COMPOSED)?.is_none(), "and is written in the composed form");
    }
    Ok(())
}

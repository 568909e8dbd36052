//! Tests of attacks: somebody who can write `keyslots.json`, and may hold keys of their own, gives themselves or others
//! rights that nobody granted.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use crypto::{KdfParameters, make_key};
use domain::{Role, UserId, VaultId};
use secret::{Key, Secret};
use uuid::Uuid;

use super::{
    Draft, First, Keyslots, NewSlot, PersonStatus,
    format::PublicKeys,
    ledger::{Entry, Kind, Membership},
    make_first,
};
use crate::{Session, SignIn, VaultError};

const PASSWORD: &str = "correct horse";

/// Ada founded the vault. Bea administers it too, Cid operates, Dan audits, and Eve has not chosen a password yet.
struct Team {
    slots: Keyslots,
    ada: Session,
    bea: Session,
    cid: Session,
    dan: Session,
    eve: Session,
    recovery: Session,
    recovery_key: Key,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap_or_default()
}

fn id(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn own(password: &Secret) -> NewSlot<'_> {
    NewSlot { password, key_file: None, kdf: KdfParameters::FLOOR }
}

/// Returns the team. The key derivations make a team slow, so that it is made once, and every test works on a copy of
/// the slots.
fn team() -> &'static Team {
    static TEAM: OnceLock<Team> = OnceLock::new();
    TEAM.get_or_init(|| make_team().expect("a team can be made"))
}

fn make_team() -> Result<Team, VaultError> {
    let password = Secret::new(PASSWORD);
    let first = make_first(&First {
        vault: VaultId::from_uuid(Uuid::from_u128(99)),
        vault_name: "Team",
        user: id(1),
        user_name: "Ada",
        password: &password,
        kdf: KdfParameters::FLOOR,
        now: now().timestamp_micros(),
    })?;
    let (mut slots, ada) = (first.slots, first.session);
    let mut join = |number, name, roles: &[Role], chooses| {
        let mut draft = Draft::begin(&slots, &ada, now())?;
        draft.add_person(id(number), name, roles, &password)?;
        slots = draft.finish()?.0;
        let session = slots.unlock(&SignIn::password(name, &password))?.session;
        if chooses { slots.succeed(&session, &own(&password), now()).map(|(_, session)| session) } else { Ok(session) }
    };
    let bea = join(2, "Bea", &[Role::Administrator], true)?;
    let cid = join(3, "Cid", &[Role::Operator], true)?;
    let dan = join(4, "Dan", &[Role::Auditor], true)?;
    let eve = join(5, "Eve", &[Role::Operator], false)?;
    let recovery_key = make_key()?;
    let mut draft = Draft::begin(&slots, &ada, now())?;
    draft.add_recovery(id(6), &recovery_key)?;
    slots = draft.finish()?.0;
    let sign_in = SignIn { who: crate::keys::session::Who::Recovery(recovery_key.duplicate()), raise_to: None };
    let recovery = slots.unlock(&sign_in)?.session;
    Ok(Team { slots, ada, bea, cid, dan, eve, recovery, recovery_key })
}

impl Team {
    fn membership(&self, id: UserId) -> Membership {
        self.slots.membership(id).expect("they are in the ledger").clone()
    }
}

/// Adds an entry that somebody signs, whether or not they may.
fn forge(slots: &mut Keyslots, by: &Session, user: UserId, membership: Membership) {
    let entry = Entry::make(&slots.ledger, slots.vault_id, (user, membership), now().timestamp_micros(), signer(by));
    slots.ledger.push(entry);
}

fn signer(by: &Session) -> (UserId, &crypto::Identity) {
    (by.user.id, &by.identity)
}

/// Signs in as Ada, who did nothing, and expects the refusal to name the person of the entry.
fn assert_refused(slots: &Keyslots, what: &str, user: UserId, number: usize) {
    let error = slots.unlock(&SignIn::password("Ada", &Secret::new(PASSWORD))).err();
    let named = matches!(&error, Some(VaultError::ForgedGrant { user: named, number: at, .. })
        if *named == user && *at == number as u64);
    assert!(named, "{what}: {error:?}");
}

#[test]
fn the_team_itself_opens() -> anyhow::Result<()> {
    let team = team();
    for name in ["Ada", "Bea", "Cid", "Dan", "Eve"] {
        let session = team.slots.unlock(&SignIn::password(name, &Secret::new(PASSWORD)))?.session;
        assert_eq!(session.user.name, name, "without an attack, everyone gets in");
    }
    let secrets = [&team.ada, &team.bea, &team.cid, &team.dan, &team.eve, &team.recovery]
        .map(|session| session.secrets_key().is_some());
    assert_eq!(secrets, [true, true, true, false, false, false], "administrators and operators open passwords");
    Ok(())
}

#[test]
fn nobody_grants_what_they_may_not_grant() {
    let team = team();
    let (dan, cid, eve) = (team.membership(id(4)), team.membership(id(3)), team.membership(id(5)));
    let with = |membership: &Membership, roles: &[Role]| Membership { roles: roles.to_vec(), ..membership.clone() };
    let keys = |session: &Session| PublicKeys::of(session.identity.public());
    let fresh = || PublicKeys::of(crypto::Identity::make().expect("the system has random bytes").public());
    let admin = [Role::Administrator];
    let attacks = [
        ("an auditor makes himself administrator", &team.dan, id(4), with(&dan, &admin)),
        ("an operator makes another administrator", &team.cid, id(4), with(&dan, &admin)),
        (
            "an operator adds somebody",
            &team.cid,
            id(9),
            Membership { public_keys: fresh(), one_time: true, ..dan.clone() },
        ),
        (
            "a one-time identity gives itself roles",
            &team.eve,
            id(5),
            Membership { public_keys: fresh(), one_time: false, ..with(&eve, &admin) },
        ),
        ("a one-time identity keeps its keys", &team.eve, id(5), Membership { one_time: false, ..eve.clone() }),
        ("a one-time identity speaks for another", &team.eve, id(3), with(&cid, &admin)),
        (
            "an administrator holds another's final keys",
            &team.bea,
            id(3),
            Membership { public_keys: fresh(), ..cid.clone() },
        ),
        (
            "an administrator says that a one-time identity is final",
            &team.bea,
            id(5),
            Membership { one_time: false, ..eve.clone() },
        ),
        (
            "one person's keys under two names",
            &team.bea,
            id(9),
            Membership { public_keys: keys(&team.bea), one_time: true, ..cid.clone() },
        ),
        ("the recovery key gives roles", &team.recovery, id(4), with(&dan, &admin)),
        ("the recovery key adds somebody", &team.recovery, id(9), Membership { public_keys: fresh(), ..cid.clone() }),
        (
            "the recovery key takes an operator's identity",
            &team.recovery,
            id(3),
            Membership { public_keys: fresh(), ..cid.clone() },
        ),
        ("a person becomes a recovery key", &team.bea, id(4), Membership { kind: Kind::Recovery, ..dan.clone() }),
    ];
    for (what, by, user, membership) in attacks {
        let mut slots = team.slots.clone();
        forge(&mut slots, by, user, membership);
        assert_refused(&slots, what, user, slots.ledger.len());
    }
    let mut slots = team.slots.clone();
    forge(&mut slots, &team.bea, id(4), with(&dan, &admin));
    assert_refused(
        &slots,
        "an entry of an administrator without the keys that belong to it",
        id(4),
        slots.ledger.len(),
    );
    let granted = Draft::begin(&team.slots, &team.bea, now()).and_then(|mut draft| {
        draft.set_roles(id(4), &admin)?;
        draft.finish()
    });
    let slots = granted.expect("an administrator may").0;
    assert!(
        slots.unlock(&SignIn::password("Ada", &Secret::new(PASSWORD))).is_ok(),
        "what an administrator grants is not refused"
    );
}

#[test]
fn a_removed_administrator_grants_nothing_any_more() -> anyhow::Result<()> {
    let team = team();
    let mut draft = Draft::begin(&team.slots, &team.ada, now())?;
    draft.set_status(id(2), PersonStatus::Removed)?;
    let removed = draft.finish()?.0;
    let bea = team.membership(id(2));
    let mut slots = removed.clone();
    forge(&mut slots, &team.bea, id(2), bea.clone());
    assert_refused(&slots, "she lets herself in again", id(2), slots.ledger.len());
    let mut slots = removed.clone();
    forge(&mut slots, &team.bea, id(4), Membership { roles: vec![Role::Administrator], ..team.membership(id(4)) });
    assert_refused(&slots, "she grants another", id(4), slots.ledger.len());
    // Even an authorised person cannot bring her back: an identity that was removed stays removed.
    let mut slots = removed.clone();
    forge(&mut slots, &team.ada, id(2), bea);
    assert_refused(&slots, "removed is for good", id(2), slots.ledger.len());
    let mut slots = removed.clone();
    let cid = slots.verify(&team.ada.founder)?.recipient(id(3)).expect("he is active");
    let planted = slots.seal_keys(&cid, &make_key()?, Some(&make_key()?), signer(&team.bea))?;
    slots.slot_mut(id(3))?.grant = Some(planted);
    let error = slots.unlock(&SignIn::password("Cid", &Secret::new(PASSWORD))).err();
    assert!(matches!(error, Some(VaultError::ForgedGrant { .. })), "keys that she planted: {error:?}");
    Ok(())
}

#[test]
fn an_entry_that_was_taken_out_moved_or_edited_is_refused() {
    let team = team();
    // Without the first entry, Ada's own, even her name is unknown.
    for place in 2..team.slots.ledger.len() {
        let mut slots = team.slots.clone();
        slots.ledger.remove(place - 1);
        let error = slots.unlock(&SignIn::password("Ada", &Secret::new(PASSWORD))).err();
        assert!(matches!(error, Some(VaultError::ForgedGrant { .. })), "without entry {place}: {error:?}");
    }
    let mut slots = team.slots.clone();
    slots.ledger.swap(1, 3);
    assert_refused(&slots, "two that changed places", team.slots.ledger[3].user, 2);
    let mut slots = team.slots.clone();
    slots.ledger[4].membership.roles = vec![Role::Administrator];
    assert_refused(&slots, "a role written into the file", id(3), 5);
}

#[test]
fn sealed_boxes_of_two_people_do_not_change_places() -> anyhow::Result<()> {
    let team = team();
    let (cid, dan) = (team.slots.slot(id(3))?.clone(), team.slots.slot(id(4))?.clone());
    let sign_in = |slots: &Keyslots| slots.unlock(&SignIn::password("Dan", &Secret::new(PASSWORD))).err();
    let mut slots = team.slots.clone();
    slots.slot_mut(id(4))?.grant = cid.grant.clone();
    assert!(matches!(sign_in(&slots), Some(VaultError::ForgedGrant { user, .. }) if user == id(4)), "the grants");
    let mut slots = team.slots.clone();
    slots.slot_mut(id(4))?.private_keys = cid.private_keys.clone();
    assert!(matches!(sign_in(&slots), Some(VaultError::WrongPassword)), "the private keys");
    let mut slots = team.slots.clone();
    let sealed = cid.grant.clone().and_then(|grant| grant.secrets_key);
    slots.slot_mut(id(4))?.grant.as_mut().expect("he has one").secrets_key = sealed;
    assert!(matches!(sign_in(&slots), Some(VaultError::ForgedGrant { .. })), "another's key to passwords");
    let mut slots = team.slots.clone();
    let recipient = slots.verify(&team.ada.founder)?.recipient(id(3)).expect("he is active");
    let planted = slots.seal_keys(&recipient, &make_key()?, Some(&make_key()?), signer(&team.dan))?;
    slots.slot_mut(id(3))?.grant = Some(planted);
    let error = slots.unlock(&SignIn::password("Cid", &Secret::new(PASSWORD))).err();
    assert!(matches!(error, Some(VaultError::ForgedGrant { user, .. }) if user == id(3)), "planted keys: {error:?}");
    let mut slots = team.slots.clone();
    *slots.slot_mut(id(4))? = super::format::Slot { id: id(4), ..cid };
    assert!(matches!(sign_in(&slots), Some(VaultError::WrongPassword)), "a whole slot; it was {:?}", dan.id);
    Ok(())
}

#[test]
fn a_grant_from_before_a_demotion_is_not_taken_again() -> anyhow::Result<()> {
    let team = team();
    let before = team.slots.slot(id(3))?.grant.clone();
    let mut draft = Draft::begin(&team.slots, &team.ada, now())?;
    draft.set_roles(id(3), &[Role::Auditor])?;
    draft.renew_keys(true)?;
    let mut slots = draft.finish()?.0;
    let session = slots.unlock(&SignIn::password("Cid", &Secret::new(PASSWORD)))?.session;
    assert!(session.secrets_key().is_none(), "an auditor opens no password");
    slots.slot_mut(id(3))?.grant = before;
    let error = slots.unlock(&SignIn::password("Cid", &Secret::new(PASSWORD))).err();
    assert!(matches!(error, Some(VaultError::ForgedGrant { user, .. }) if user == id(3)), "{error:?}");
    Ok(())
}

#[test]
fn a_demoted_administrators_grants_are_signed_by_who_demoted_her() -> anyhow::Result<()> {
    let team = team();
    let mut draft = Draft::begin(&team.slots, &team.bea, now())?;
    draft.add_person(id(7), "Fay", &[Role::Operator], &Secret::new(PASSWORD))?;
    let slots = draft.finish()?.0;
    assert_eq!(slots.slot(id(7))?.grant.as_ref().map(|grant| grant.granted_by), Some(id(2)), "Bea let her in");
    let mut draft = Draft::begin(&slots, &team.ada, now())?;
    draft.set_roles(id(2), &[Role::Operator])?;
    let slots = draft.finish()?.0;
    assert_eq!(slots.slot(id(7))?.grant.as_ref().map(|grant| grant.granted_by), Some(id(1)), "Ada stands in for her");
    assert!(slots.unlock(&SignIn::password("Fay", &Secret::new(PASSWORD))).is_ok(), "Fay notices nothing");
    Ok(())
}

#[test]
fn the_recovery_key_opens_under_its_own_slot_only() -> anyhow::Result<()> {
    let team = team();
    let open = |slots: &Keyslots, key: Key| {
        slots.unlock(&SignIn { who: crate::keys::session::Who::Recovery(key), raise_to: None }).err()
    };
    assert!(open(&team.slots, team.recovery_key.duplicate()).is_none(), "it opens");
    assert!(matches!(open(&team.slots, make_key()?), Some(VaultError::WrongPassword)), "another key does not");
    let mut slots = team.slots.clone();
    let forged = super::format::Slot { id: id(4), ..slots.slot(id(6))?.clone() };
    slots.users.retain(|slot| slot.id != id(6) && slot.id != id(4));
    slots.users.push(forged);
    let error = open(&slots, team.recovery_key.duplicate());
    assert!(matches!(error, Some(VaultError::WrongPassword)), "not in the place of a person: {error:?}");
    assert!(team.slots.unlock(&SignIn::password("recovery key", &Secret::new(""))).is_err(), "nor by its name");
    Ok(())
}

/// Signs in as Ada, whose own slot is valid, and lets her and the recovery key begin a change. Each is refused with
/// this name.
fn assert_nobody_changes_anything(team: &Team, slots: &Keyslots, what: &str, user: UserId) {
    let refusals = [
        slots.unlock(&SignIn::password("Ada", &Secret::new(PASSWORD))).err(),
        Draft::begin(slots, &team.ada, now()).err(),
        Draft::begin(slots, &team.recovery, now()).err(),
        slots.clone().succeed(&team.eve, &own(&Secret::new(PASSWORD)), now()).err(),
        slots.clone().set_totp(&team.ada, None).err(),
        slots.renewed(id(1), team.ada.identity.duplicate(), &team.ada.founder).err(),
    ];
    for refusal in refusals {
        let named = matches!(&refusal, Some(VaultError::ForgedGrant { user: named, .. }) if *named == user);
        assert!(named, "{what}: {refusal:?}");
    }
}

#[test]
fn a_strangers_public_key_in_a_slot_gets_no_keys() -> anyhow::Result<()> {
    let team = team();
    let stranger = PublicKeys::of(crypto::Identity::make()?.public());
    for person in [2, 3, 4, 5, 6].map(id) {
        let mut slots = team.slots.clone();
        slots.slot_mut(person)?.public_keys.encryption = stranger.encryption;
        assert_nobody_changes_anything(team, &slots, "the key to receive keys", person);
        let mut slots = team.slots.clone();
        slots.slot_mut(person)?.public_keys = stranger;
        slots.slot_mut(person)?.grant = None;
        assert_nobody_changes_anything(team, &slots, "both keys, and no grant", person);
    }
    Ok(())
}

#[test]
fn a_second_slot_under_the_same_id_gets_no_keys() -> anyhow::Result<()> {
    let team = team();
    let stranger = PublicKeys::of(crypto::Identity::make()?.public());
    for first in [false, true] {
        let mut slots = team.slots.clone();
        let planted = super::format::Slot { public_keys: stranger, ..slots.slot(id(3))?.clone() };
        slots.users.insert(if first { 1 } else { slots.users.len() }, planted);
        assert_nobody_changes_anything(team, &slots, "a stranger beside Cid", id(3));
        let mut slots = team.slots.clone();
        slots.users.push(slots.slot(id(3))?.clone());
        assert_nobody_changes_anything(team, &slots, "Cid twice", id(3));
    }
    Ok(())
}

#[test]
fn a_slot_that_is_not_as_the_ledger_has_it_is_refused_by_name() -> anyhow::Result<()> {
    type Edit = (&'static str, u128, fn(&mut Keyslots) -> Result<(), VaultError>);
    let edits: [Edit; 9] = [
        ("a slot without an entry", 77, |slots| {
            let planted = super::format::Slot { id: id(77), ..slots.slot(id(3))?.clone() };
            slots.users.push(planted);
            Ok(())
        }),
        ("an entry without a slot", 3, |slots| {
            slots.users.retain(|slot| slot.id != id(3));
            Ok(())
        }),
        ("another founder", 3, |slots| {
            slots.slot_mut(id(3))?.founder.0[0] ^= 1;
            Ok(())
        }),
        ("no grant", 3, |slots| {
            slots.slot_mut(id(3))?.grant = None;
            Ok(())
        }),
        ("no key to passwords", 3, |slots| {
            slots.slot_mut(id(3))?.grant.iter_mut().for_each(|grant| grant.secrets_key = None);
            Ok(())
        }),
        ("another signature", 4, |slots| {
            slots.slot_mut(id(4))?.grant.iter_mut().for_each(|grant| grant.signature.0[0] ^= 1);
            Ok(())
        }),
        ("another signer", 4, |slots| {
            slots.slot_mut(id(4))?.grant.iter_mut().for_each(|grant| grant.granted_by = id(1));
            Ok(())
        }),
        ("a person who needs no password", 4, |slots| {
            slots.slot_mut(id(4))?.kdf = None;
            Ok(())
        }),
        ("a recovery key with a password", 6, |slots| {
            slots.slot_mut(id(6))?.kdf = slots.slot(id(1))?.kdf.clone();
            Ok(())
        }),
    ];
    let team = team();
    for (what, named, edit) in edits {
        let mut slots = team.slots.clone();
        edit(&mut slots)?;
        assert_nobody_changes_anything(team, &slots, what, id(named));
    }
    Ok(())
}

#[test]
fn who_is_disabled_or_removed_has_no_keys_that_somebody_put_back() -> anyhow::Result<()> {
    let team = team();
    let before = team.slots.slot(id(4))?.clone();
    for status in [PersonStatus::Disabled, PersonStatus::Removed] {
        let mut draft = Draft::begin(&team.slots, &team.ada, now())?;
        draft.set_status(id(4), status)?;
        let mut slots = draft.finish()?.0;
        assert!(Draft::begin(&slots, &team.ada, now()).is_ok(), "{status:?}: as it was written");
        match status {
            PersonStatus::Disabled => slots.slot_mut(id(4))?.grant = before.grant.clone(),
            _ => slots.users.push(before.clone()),
        }
        assert_nobody_changes_anything(team, &slots, "the slot of before", id(4));
    }
    Ok(())
}

#[test]
fn a_refused_opening_still_opens_the_database_to_note_it() -> anyhow::Result<()> {
    let team = team();
    let mut slots = team.slots.clone();
    slots.slot_mut(id(3))?.grant = None;
    let opened = super::Parsed::Present(slots).unlock(&SignIn::password("Ada", &Secret::new(PASSWORD)))?;
    assert!(matches!(opened.refused, Some(VaultError::ForgedGrant { user, .. }) if user == id(3)), "it is told");
    assert!(!opened.changed, "and nothing is written into the slots");
    Ok(())
}

//! Tests against an attacker who holds the database key and edits the audit trail.

use chrono::{DateTime, TimeDelta, Utc};
use crypto::Identity;
use domain::UserId;
use tempfile::TempDir;
use uuid::Uuid;

use super::{create, execute, now};
use crate::{
    AuditBreak, AuditVerdict, NewEntry, Session, Signature, SignedIn, Vault, VaultError,
    store::keeping::audit::forge_hashes, unheard,
};

/// A trail of ten entries, with heads signed after the fourth and after the eighth by two people.
struct Trail {
    vault: Vault,
    people: [Session; 2],
    _parent: TempDir,
}

fn person(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn at(number: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(number)
}

impl Trail {
    fn new() -> anyhow::Result<Self> {
        let (parent, vault) = create()?;
        let trail = Self { vault, people: [somebody()?, somebody()?], _parent: parent };
        for number in 1..=10 {
            let entry =
                NewEntry { who: None, action: "a", object: None, detail: serde_json::json!(number), at: at(number) };
            trail.vault.write(|w| w.audit_mut().append(&entry))?;
            if number % 4 == 0 {
                trail.sign(&trail.people[number as usize / 4 - 1], person(number as u128 / 4))?;
            }
        }
        Ok(trail)
    }

    fn sign(&self, session: &Session, signer: UserId) -> Result<(), VaultError> {
        let sign = |content: &[u8]| session.sign(content);
        self.vault.write(|w| w.audit_mut().sign_head(signer, now(), &sign)).map(|_| ())
    }

    /// Edits the database as a holder of its key can.
    fn edit(&self, sql: &str) -> anyhow::Result<()> {
        super::edit(&self.vault, sql)
    }

    fn forge_hashes(&self, from: i64) -> Result<(), VaultError> {
        self.vault.write(|w| crate::attack::without_guards(w.connection, || forge_hashes(&w.audit(), from)))
    }

    fn verdict(&self) -> Result<AuditVerdict, VaultError> {
        let keys = |id: UserId, _: DateTime<Utc>| {
            (1..=2).find(|number| person(*number) == id).map(|number| self.people[number as usize - 1].signing_key())
        };
        self.vault.read(|r| r.audit().verify(&keys, &mut unheard))
    }

    /// Asserts that the trail is broken like this, and nowhere else.
    fn assert_broken(&self, entry: u64, what: AuditBreak, edit: &str) -> anyhow::Result<()> {
        let verdict = self.verdict()?;
        let expected = matches!(verdict, AuditVerdict::Broken { entry: e, what: w, .. } if e == entry && w == what);
        assert!(expected, "{edit}: {what:?} at {entry} was expected: {verdict:?}");
        Ok(())
    }
}

fn somebody() -> anyhow::Result<Session> {
    let user = SignedIn { id: person(0), name: String::new(), roles: Vec::new() };
    let vault = domain::VaultId::from_uuid(Uuid::nil());
    Ok(Session {
        vault,
        user,
        identity: Identity::make()?,
        secrets_key: None,
        founder: [0; 32],
        one_time: false,
        recovery: false,
    })
}

#[test]
fn a_trail_that_nobody_touched_is_intact_with_its_heads() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    let verdict = trail.verdict()?;
    let AuditVerdict::Intact { entries: 10, heads: 2, newest: Some(newest) } = verdict else {
        anyhow::bail!("ten entries and two heads were expected: {verdict:?}");
    };
    assert_eq!((newest.number, newest.count, newest.signer), (2, 8, person(2)), "the newest head");
    Ok(())
}

#[test]
fn an_empty_trail_has_no_head_to_sign() -> anyhow::Result<()> {
    let (_parent, vault) = create()?;
    let signed = vault.write(|w| w.audit_mut().sign_head(person(1), now(), &|_| Signature([0; 64])));
    assert!(matches!(signed, Err(VaultError::NotFound)), "{signed:?}");
    Ok(())
}

#[test]
fn the_database_itself_refuses_every_edit() -> anyhow::Result<()> {
    let (_parent, vault) = create()?;
    let entry = NewEntry { who: None, action: "a", object: None, detail: serde_json::Value::Null, at: now() };
    vault.write(|w| w.audit_mut().append(&entry))?;
    vault.write(|w| w.audit_mut().sign_head(person(1), now(), &|_| Signature([0; 64])))?;
    for table in ["audit", "audit_heads"] {
        for edit in [format!("UPDATE {table} SET at = 0"), format!("DELETE FROM {table}")] {
            assert!(execute(&vault, &edit).is_err(), "{edit}");
        }
    }
    Ok(())
}

#[test]
fn an_edited_entry_is_named() -> anyhow::Result<()> {
    let edits = [
        ("UPDATE audit SET action = 'other' WHERE number = 3", 3),
        ("UPDATE audit SET who = zeroblob(16) WHERE number = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE number = 10", 10),
        ("UPDATE audit SET at = at + 1 WHERE number = 1", 1),
        ("UPDATE audit SET previous = zeroblob(32) WHERE number = 4", 4),
        ("UPDATE audit SET object_label = 'x' WHERE number = 5", 5),
        ("UPDATE audit SET action = x'00ff' WHERE number = 6", 6),
    ];
    for (edit, entry) in edits {
        let trail = Trail::new()?;
        trail.edit(edit)?;
        trail.assert_broken(entry, AuditBreak::Changed, edit)?;
        let AuditVerdict::Broken { before, .. } = trail.verdict()? else { anyhow::bail!("{edit}: it is broken") };
        let expected = (entry > 1).then(|| at(entry as i64 - 1));
        assert_eq!(before, expected, "{edit}: when the entry before it was written");
    }
    Ok(())
}

#[test]
fn a_removed_entry_in_the_middle_is_named() -> anyhow::Result<()> {
    for (edit, entry) in [("DELETE FROM audit WHERE number = 1", 1), ("DELETE FROM audit WHERE number = 5", 5)] {
        let trail = Trail::new()?;
        trail.edit(edit)?;
        trail.assert_broken(entry, AuditBreak::Missing, edit)?;
    }
    let trail = Trail::new()?;
    let edit = "DELETE FROM audit WHERE number = 3; UPDATE audit SET number = number - 1 WHERE number > 3";
    trail.edit(edit)?;
    trail.assert_broken(3, AuditBreak::Changed, "the gap was closed")
}

#[test]
fn re_ordered_entries_are_named() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    trail.edit(
        "UPDATE audit SET number = 100 WHERE number = 6; UPDATE audit SET number = 6 WHERE number = 7; \
         UPDATE audit SET number = 7 WHERE number = 100",
    )?;
    trail.assert_broken(6, AuditBreak::Changed, "six and seven exchanged")
}

#[test]
fn a_tail_cut_off_below_a_signed_head_is_named() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    trail.edit("DELETE FROM audit WHERE number > 6")?;
    trail.assert_broken(7, AuditBreak::CutTail, "the head of eight entries remains")?;
    trail.edit("DELETE FROM audit")?;
    trail.assert_broken(1, AuditBreak::CutTail, "all of it")
}

#[test]
fn a_tail_written_anew_with_fitting_hashes_does_not_fit_the_signed_head() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    trail.edit("UPDATE audit SET detail = '\"innocent\"' WHERE number = 6")?;
    trail.assert_broken(6, AuditBreak::Changed, "the chain alone tells an edit")?;
    trail.forge_hashes(6)?;
    trail.assert_broken(5, AuditBreak::Rewritten, "somewhere after the head that still fits")?;
    // The attacker rewrites the whole trail, from its first entry on.
    trail.edit("UPDATE audit SET detail = '\"innocent\"' WHERE number = 1")?;
    trail.forge_hashes(1)?;
    trail.assert_broken(1, AuditBreak::Rewritten, "the first head does not fit")
}

#[test]
fn a_head_that_is_edited_forged_moved_or_removed_is_told() -> anyhow::Result<()> {
    let edits = [
        ("UPDATE audit_heads SET hash = zeroblob(32) WHERE number = 2", 4, "another hash"),
        ("UPDATE audit_heads SET count = 3 WHERE number = 1", 1, "another length"),
        ("UPDATE audit_heads SET at = at + 1 WHERE number = 2", 4, "another time"),
        ("UPDATE audit_heads SET signature = zeroblob(64) WHERE number = 1", 1, "no signature"),
        ("UPDATE audit_heads SET signature = zeroblob(3) WHERE number = 1", 1, "half a signature"),
        (
            "UPDATE audit_heads SET signer_id = (SELECT signer_id FROM audit_heads WHERE number = 1) WHERE number = 2",
            4,
            "another signer",
        ),
        ("UPDATE audit_heads SET number = 5 WHERE number = 2", 4, "another number"),
        ("DELETE FROM audit_heads WHERE number = 1", 1, "the first one removed"),
    ];
    for (edit, entry, what) in edits {
        let trail = Trail::new()?;
        trail.edit(edit)?;
        trail.assert_broken(entry, AuditBreak::HeadSignature, what)?;
    }
    Ok(())
}

#[test]
fn a_head_by_somebody_who_holds_no_key_of_that_person_is_told() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    trail.sign(&somebody()?, person(1))?;
    trail.assert_broken(8, AuditBreak::HeadSignature, "signed with a key of nobody")?;
    let trail = Trail::new()?;
    trail.sign(&trail.people[0], person(9))?;
    trail.assert_broken(8, AuditBreak::HeadSignature, "a person who was never there")
}

#[test]
fn a_rewritten_trail_is_told_even_when_its_newest_head_is_signed_again_by_another() -> anyhow::Result<()> {
    let trail = Trail::new()?;
    trail.edit("UPDATE audit SET detail = '0' WHERE number = 2")?;
    trail.forge_hashes(2)?;
    // The second person rewrites the trail and signs it; the first one's head does not fit.
    trail.edit("DELETE FROM audit_heads WHERE number = 2")?;
    trail.sign(&trail.people[1], person(2))?;
    trail.assert_broken(1, AuditBreak::Rewritten, "the first person's head tells it")
}

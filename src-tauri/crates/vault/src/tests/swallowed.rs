//! Tests against an attacker with the database key who plants triggers that discard or delete written rows, and edits
//! the names of people.

use domain::{Role, SecretKind};
use secret::Secret;
use serde_json::json;

use super::{create_and_enter, execute, now, plans::fill};
use crate::{
    AuditFormat, AuditQuery, CredentialQuery, NewEntry, Object, Vault, VaultError, store::access::people, unheard,
};

/// Appends an entry to the trail.
fn append(vault: &Vault, who: domain::UserId) -> Result<u64, VaultError> {
    vault.write(|w| {
        w.audit_mut().append(&NewEntry {
            who: Some(who),
            action: "device.changed",
            object: None::<Object<'_>>,
            detail: json!({}),
            at: now(),
        })
    })
}

fn is_not_kept<T>(result: Result<T, VaultError>) -> bool {
    matches!(result.err(), Some(VaultError::NotKept))
}

/// Takes the guards of the audit trail away and plants a trigger.
fn plant(vault: &Vault, trigger: &str) -> anyhow::Result<()> {
    let guards: Vec<String> = vault.read(|r| {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append-only%'";
        let mut statement = r.connection.prepare(sql).map_err(crate::error::from_database)?;
        let names = statement.query_map([], |row| row.get(0)).map_err(crate::error::from_database)?;
        names.collect::<rusqlite::Result<_>>().map_err(crate::error::from_database)
    })?;
    for guard in guards {
        execute(vault, &format!("DROP TRIGGER {guard}"))?;
    }
    execute(vault, trigger)
}

#[test]
fn an_audit_entry_that_is_swallowed_taken_away_or_changed_is_an_error() -> anyhow::Result<()> {
    let triggers = [
        "CREATE TRIGGER planted BEFORE INSERT ON audit BEGIN SELECT raise(IGNORE); END",
        "CREATE TRIGGER planted AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE number = new.number; END",
        "CREATE TRIGGER planted AFTER INSERT ON audit BEGIN \
         UPDATE audit SET hash = zeroblob(32) WHERE number = new.number; END",
    ];
    for trigger in triggers {
        let (_parent, vault, session) = create_and_enter()?;
        plant(&vault, trigger)?;
        assert!(is_not_kept(append(&vault, session.user().id)), "{trigger}");
        execute(&vault, "DROP TRIGGER planted")?;
        append(&vault, session.user().id)?;
    }
    Ok(())
}

#[test]
fn a_signed_head_that_is_swallowed_is_an_error() -> anyhow::Result<()> {
    let (_parent, vault, session) = create_and_enter()?;
    append(&vault, session.user().id)?;
    plant(&vault, "CREATE TRIGGER planted BEFORE INSERT ON audit_heads BEGIN SELECT raise(IGNORE); END")?;
    let signed = vault.write(|w| w.audit_mut().sign_head(session.user().id, now(), &|content| session.sign(content)));
    assert!(is_not_kept(signed), "nobody signed");
    Ok(())
}

#[test]
fn a_password_that_is_swallowed_or_taken_away_is_an_error() -> anyhow::Result<()> {
    let triggers = [
        "CREATE TRIGGER planted BEFORE INSERT ON secret_versions BEGIN SELECT raise(IGNORE); END",
        "CREATE TRIGGER planted AFTER INSERT ON secret_versions BEGIN DELETE FROM secret_versions WHERE id = new.id; END",
    ];
    for trigger in triggers {
        let (_parent, vault, session) = create_and_enter()?;
        fill(&vault, 1)?;
        let [id] = vault.read(|r| r.credentials().ids(&CredentialQuery::default()))?[..] else {
            anyhow::bail!("one credential was expected");
        };
        let key = session.require_secrets_key()?;
        execute(&vault, trigger)?;
        let candidate = vault.write(|w| w.secrets_mut().store_candidate(key, id, &Secret::new("candidate"), now()));
        assert!(is_not_kept(candidate), "{trigger}");
        let kind = SecretKind::Password;
        let entered = vault.write(|w| {
            w.secrets_mut().set_current(key, id, kind, &Secret::new("entered"), domain::SecretOrigin::Entered, now())
        });
        assert!(is_not_kept(entered), "{trigger}");
    }
    Ok(())
}

#[test]
fn a_change_of_people_that_is_swallowed_is_an_error() -> anyhow::Result<()> {
    for table in ["people", "users"] {
        let (_parent, vault, session) = create_and_enter()?;
        let trigger = format!("CREATE TRIGGER planted BEFORE INSERT ON {table} BEGIN SELECT raise(IGNORE); END");
        execute(&vault, &trigger)?;
        assert!(is_not_kept(vault.add_person(&session, "Bea", &[Role::Auditor], now())), "{table}");
    }
    Ok(())
}

#[test]
fn the_trail_names_people_by_the_ledger_and_not_by_a_row_that_was_edited() -> anyhow::Result<()> {
    let (_parent, vault, session) = create_and_enter()?;
    append(&vault, session.user().id)?;
    execute(&vault, "UPDATE users SET name = 'Eve'")?;
    let query = AuditQuery { descending: false, ..AuditQuery::default() };
    let page = vault.read(|r| r.audit().list(&query))?;
    assert_eq!(page.rows[0].who_name.as_deref(), Some(super::USER), "in the list");
    let entry = vault.read(|r| r.audit().get(1))?;
    assert_eq!(entry.and_then(|entry| entry.who_name).as_deref(), Some(super::USER), "in the entry");
    let choices = vault.read(|r| r.audit().choices())?;
    assert_eq!(choices.users, [(session.user().id, super::USER.to_owned())], "in the filter");
    let mut exported = Vec::new();
    vault.read(|r| r.audit().export(&query, AuditFormat::Csv, &mut exported, &mut unheard))?;
    let exported = String::from_utf8(exported)?;
    assert!(exported.contains(super::USER) && !exported.contains("Eve"), "in the export: {exported}");
    assert_eq!(vault.read(|r| r.users().name(session.user().id))?.as_deref(), Some(super::USER), "everywhere");
    Ok(())
}

#[test]
fn a_name_that_was_edited_in_its_row_is_set_right_at_the_next_opening_and_audited() -> anyhow::Result<()> {
    let (parent, vault, session) = create_and_enter()?;
    execute(&vault, "UPDATE users SET name = 'Eve'")?;
    drop((vault, session));
    let vault = super::open(&parent)?;
    assert!(vault.read(|r| people::names_hold(r.connection, &vault.roster()))?, "rows say what the ledger says");
    let page = vault.read(|r| r.audit().list(&AuditQuery::default()))?;
    assert_eq!(page.rows[0].action, "vault.nameAltered", "and the trail says that they did not");
    assert_eq!(page.rows[0].detail["was"], "Eve", "with the name that was found");
    Ok(())
}

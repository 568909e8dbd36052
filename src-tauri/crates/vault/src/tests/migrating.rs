//! Tests that a vault of every earlier version is migrated with all its content. The vault of an earlier version is
//! made from the oldest fixture, with the migrations that the earlier program had.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use domain::{
    AcceptedTrust, Connectivity, HostKey, PluginId, SecretKind, SyncState, Trust, Verified,
    operation::VerificationResult,
};
use rusqlite::Connection;
use secret::Secret;
use tempfile::TempDir;

use crate::{
    AuditVerdict, CredentialQuery, DeviceQuery, OperationQuery, Session, SignIn, Vault, VaultError,
    file::{connection, folder::Folder, schema},
    keys::keyslots::Parsed,
    unheard,
};

// Public test data, as tests/fixtures/README.md says.
const USER: &str = "fixture";
const PASSWORD: &str = "fixture password 1";

/// Makes a copy of the oldest fixture as a program of this version left it.
pub(super) fn left_by(version: u32) -> anyhow::Result<(TempDir, PathBuf, Connection)> {
    let parent = TempDir::new()?;
    let copy = parent.path().join("copy.vault");
    fs::create_dir(&copy)?;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/vault-v1"))? {
        let entry = entry?;
        fs::copy(entry.path(), copy.join(entry.file_name()))?;
    }
    let password = Secret::new(PASSWORD);
    let unlocked = Parsed::of(&fs::read(copy.join("keyslots.json"))?)?.unlock(&SignIn::password(USER, &password))?;
    let folder = Folder::existing(&copy)?;
    let mut connection = connection::writing(&folder, &unlocked.database_key, false)?;
    schema::migrate_to(&mut connection, version)?;
    assert_eq!(schema::version(&connection)?, version, "it is of that version");
    Ok((parent, copy, connection))
}

/// Opens the copy with this program.
pub(super) fn reopen(copy: &Path) -> Result<(Vault, Session), VaultError> {
    Vault::open(copy, &SignIn::password(USER, &Secret::new(PASSWORD)))
}

/// Credentials of the program before 0009, which marked a credential as in sync unless something contradicted it: a
/// name, whether it has a password, its verification with the time, and the origin of the password with when it was
/// stored and current.
const CLAIMED_IN_SYNC: &str = "\
    CREATE TEMP TABLE claims (name, password, verification, verified, origin, stored, current); \
    INSERT INTO claims VALUES ('empty', 0, NULL, NULL, NULL, NULL, NULL), \
        ('entered', 1, NULL, NULL, 'entered', 10, 10), ('unanswered', 1, 'couldNotCheck', 30, 'entered', 10, 10), \
        ('verified', 1, 'confirmed', 30, 'entered', 10, 10), ('restored', 1, NULL, NULL, 'entered', 10, 20), \
        ('changed', 1, NULL, NULL, 'generated', 10, 20), ('looked', 1, 'confirmed', 30, 'generated', 10, 20); \
    INSERT INTO credentials (id, device_id, device_name, username, username_folded, domain, domain_folded, \
        password_type, additional_information, tags, status, automatic_change, sync, has_password, verification, \
        verified_at, created_at, updated_at) \
        SELECT CAST(printf('%-16s', claims.name) AS BLOB), d.id, d.name, claims.name, claims.name, '', '', 'localUser', '', '[]', 'active', 0, \
        'inSync', password, verification, verified, 1, 1 FROM claims JOIN devices d ON d.number = 1; \
    INSERT INTO secret_versions (id, credential_id, kind, version, state, origin, sealed, created_at, current_at) \
        SELECT CAST(printf('v%-15s', name) AS BLOB), CAST(printf('%-16s', name) AS BLOB), 'password', 1, 'current', origin, \
        x'00', stored, current FROM claims WHERE password;";

#[test]
fn in_sync_of_an_earlier_version_stays_only_where_a_login_had_proven_it() -> anyhow::Result<()> {
    let (_parent, copy, connection) = left_by(7)?;
    connection.execute_batch(CLAIMED_IN_SYNC)?;
    drop(connection);
    let (vault, _session) = reopen(&copy)?;
    let at = |micros: i64| chrono::DateTime::from_timestamp_micros(micros);
    let confirmed = |micros| at(micros).map(|at| Verified { result: VerificationResult::Confirmed, at });
    let unanswered = at(30).map(|at| Verified { result: VerificationResult::CouldNotCheck, at });
    for (name, sync, proven, verified) in [
        ("empty", SyncState::NoPassword, None, None),
        ("entered", SyncState::NotVerified, None, None),
        ("unanswered", SyncState::NotVerified, None, unanswered),
        ("verified", SyncState::InSync, at(30), confirmed(30)),
        ("restored", SyncState::InSync, at(20), confirmed(20)),
        ("changed", SyncState::InSync, at(20), confirmed(20)),
        ("looked", SyncState::InSync, at(30), confirmed(30)),
    ] {
        let query = CredentialQuery { text: name.to_owned(), ..CredentialQuery::default() };
        let page = vault.read(|r| r.credentials().list(&query))?;
        let credential = &page.rows.first().ok_or_else(|| anyhow::anyhow!("{name} is gone"))?.credential;
        assert_eq!((credential.sync, credential.proven_at), (sync, proven), "{name}");
        assert_eq!(credential.verified, verified, "{name}");
    }
    Ok(())
}

/// A device of the program before 0010, which knew one protocol and kept one host key for each device.
const OF_ONE_PROTOCOL: &str = "\
    UPDATE devices SET connectivities = '[{\"protocol\":\"ssh\",\"port\":2222}]', host_key_algorithm = 'ssh-ed25519', \
        host_key = 'AAAA', host_key_fingerprint = 'SHA256:abc', \
        host_key_accepted_by = x'0123456789abcdef0123456789abcdef', host_key_accepted_at = 1700000000000042 \
        WHERE number = 1; \
    UPDATE devices SET connectivities = '[]', host_key = NULL WHERE number = 2;";

#[test]
fn protocols_become_plugins_and_an_accepted_host_key_stays_accepted() -> anyhow::Result<()> {
    let (_parent, copy, connection) = left_by(9)?;
    connection.execute_batch(OF_ONE_PROTOCOL)?;
    drop(connection);
    let (vault, _session) = reopen(&copy)?;
    let devices = vault.read(|r| r.devices().list(&DeviceQuery::default()))?.rows;
    let (reached, unreached): (Vec<_>, Vec<_>) =
        devices.into_iter().map(|row| row.device).partition(|device| device.details.usual().is_some());
    let plugin = PluginId::known("ssh");
    let key =
        HostKey { algorithm: "ssh-ed25519".to_owned(), key: "AAAA".to_owned(), fingerprint: "SHA256:abc".to_owned() };
    let accepted = AcceptedTrust {
        plugin: plugin.clone(),
        trust: Trust::HostKey(key),
        accepted_by: "01234567-89ab-cdef-0123-456789abcdef".parse()?,
        accepted_at: chrono::DateTime::from_timestamp_micros(1_700_000_000_000_042).context("a time")?,
    };
    let device = reached.first().context("the device is gone")?;
    assert_eq!(device.details.connectivities, [Connectivity::plain(plugin, 2222)], "by the same way");
    assert_eq!(device.trusts, [accepted], "who accepted it, and when, to the microsecond");
    let other = unreached.first().context("the other device is gone")?;
    assert_eq!(other.trusts, [], "nothing was accepted for it");
    Ok(())
}

#[test]
fn a_vault_of_every_earlier_version_is_migrated_with_all_that_it_holds() -> anyhow::Result<()> {
    for version in 1..schema::VERSION {
        let (_parent, copy, connection) = left_by(version)?;
        drop(connection);
        let (vault, session) = reopen(&copy)?;
        assert_eq!(vault.read_only_reason(), None, "from {version}: it can be written");
        assert_eq!(vault.read(|r| schema::version(r.connection))?, schema::VERSION, "from {version}");
        assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 2, "from {version}: devices");
        let query = CredentialQuery { text: "root".to_owned(), ..CredentialQuery::default() };
        let ids = vault.read(|r| r.credentials().ids(&query))?;
        let [root] = ids[..] else { anyhow::bail!("from {version}: one root was expected: {ids:?}") };
        let key = session.require_secrets_key()?;
        let current = vault.read(|r| r.secrets().current(key, root, SecretKind::Password))?;
        assert!(
            current.is_some_and(|stored| stored.secret.same_as(&Secret::new("current of root"))),
            "from {version}: the password"
        );
        assert_eq!(vault.read(|r| r.operations().list(&OperationQuery::default()))?.total, 1, "from {version}");
        let trail = vault.read(|r| r.audit().verify(&|_, _| None, &mut unheard))?;
        assert!(matches!(trail, AuditVerdict::Intact { .. }), "from {version}: the trail holds: {trail:?}");
        vault.read(|r| schema::check(r.connection))?;
        let broken: Option<String> = vault.read(|r| {
            use rusqlite::OptionalExtension;
            r.connection
                .query_row("PRAGMA foreign_key_check", [], |row| row.get(0))
                .optional()
                .map_err(crate::error::from_database)
        })?;
        assert_eq!(broken, None, "from {version}: every reference leads somewhere");
    }
    Ok(())
}

//! A vault of every earlier version is migrated with all that it holds. What an earlier program left is made from the
//! oldest fixture, by the migrations that that program knew.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::SecretKind;
use rusqlite::Connection;
use secret::Secret;
use tempfile::TempDir;

use crate::{
    AuditVerdict, CredentialQuery, DeviceQuery, OperationQuery, Session, SignIn, Vault, VaultError, connection,
    folder::Folder, keyslots::Parsed, schema, unheard,
};

// Public test data, as tests/fixtures/README.md says.
const USER: &str = "fixture";
const PASSWORD: &str = "fixture password 1";

/// A copy of the oldest fixture as a program of this version left it.
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

/// Opens it with this program.
pub(super) fn reopen(copy: &Path) -> Result<(Vault, Session), VaultError> {
    Vault::open(copy, &SignIn::password(USER, &Secret::new(PASSWORD)))
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

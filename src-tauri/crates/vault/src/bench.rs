//! What only the measurement of the vault needs: many rows at once, and the same database without encryption. It is
//! compiled for the measurement alone.

use std::path::Path;

use domain::VaultId;
use rusqlite::Connection;

use crate::{Reader, VaultError, Writer, error::Stored, schema};

/// Inserts so many credentials, ten on a device, with the numbers as ids, and, where asked for, an operation on each.
///
/// # Errors
/// [`VaultError::Storage`] and its like.
pub fn fill(writer: &Writer<'_>, credentials: u32, operations: bool) -> Result<(), VaultError> {
    insert(writer.connection, credentials, operations)
}

fn insert(connection: &Connection, credentials: u32, operations: bool) -> Result<(), VaultError> {
    let numbers =
        |count: u32| format!("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})");
    // The remainders make every order mix every other one, and are the same in every run.
    let mut sql = format!(
        "{} INSERT INTO devices (id, name, name_folded, address, kind, manufacturer, model, website, site, domain, \
         tags, criticality, connectivities, host_key, created_at, updated_at) \
         SELECT CAST(printf('device%010d', i) AS BLOB), printf('srv-%06d', i * 7919 % 1000003), \
         printf('srv-%06d', i * 7919 % 1000003), printf('10.%d.%d.%d', i / 62500, i / 250 % 250, i % 250), \
         'Linux server', 'Maker', 'Model', '', 'Lisboa', '', '[]', 1 + i % 3, '[]', 'key', i * 104729 % 1000003, i FROM n;",
        numbers(credentials.div_ceil(10)),
    );
    sql.push_str(&format!(
        "{} INSERT INTO credentials (id, device_id, device_name, username, username_folded, domain, domain_folded, \
         password_type, additional_information, tags, status, automatic_change, plugin, template, has_password, sync, \
         changed_at, created_at, updated_at) \
         SELECT CAST(printf('credential%06d', i) AS BLOB), d.id, d.name, u.name, u.name, '', '', \
         CASE i % 5 WHEN 0 THEN 'localAdministrator' ELSE 'localUser' END, '', \
         CASE i % 50 WHEN 0 THEN '[\"rare\"]' ELSE '[\"linux\"]' END, \
         CASE i % 11 WHEN 0 THEN 'inactive' ELSE 'active' END, i % 3 > 0, 'ssh', 'linux-own', 1, \
         CASE i % 200 WHEN 0 THEN 'outOfSync' ELSE 'inSync' END, \
         CASE i % 4 WHEN 0 THEN NULL ELSE i * 15485863 % 1000003 END, i * 32452843 % 1000003, i * 49979687 % 1000003 \
         FROM n CROSS JOIN devices d ON d.id = CAST(printf('device%010d', i / 10) AS BLOB) \
         CROSS JOIN (SELECT 0 AS place, 'root' AS name UNION ALL VALUES (1, 'admin'), (2, 'oracle'), (3, 'backup'), \
         (4, 'deploy'), (5, 'postgres'), (6, 'service'), (7, 'ada'), (8, 'bob'), (9, 'zoe')) u ON u.place = i % 10; \
         INSERT INTO credential_tags (tag_folded, credential) SELECT CASE WHEN tags LIKE '%rare%' THEN 'rare' ELSE 'linux' \
         END, number FROM credentials;",
        numbers(credentials),
    ));
    if operations {
        sql.push_str(
            "INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, \
             immediate, scheduled_at, not_before, started_at, ended_at, attempts, created_at) \
             SELECT c.id, 'changePassword', c.id, c.device_id, c.username, c.device_name, zeroblob(16), \
             CASE c.number % 10 WHEN 0 THEN 'error' WHEN 1 THEN 'scheduled' ELSE 'succeeded' END, 0, c.created_at, \
             c.created_at, c.updated_at, c.updated_at + 5, 1, c.created_at FROM credentials c;",
        );
    }
    connection.execute_batch(&sql).stored()
}

/// The same schema in a file that is not encrypted.
pub struct Plain {
    connection: Connection,
}

impl Plain {
    /// Makes the file and fills it as [`fill`] does.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn make(path: &Path, credentials: u32) -> Result<Self, VaultError> {
        let mut connection = Connection::open(path).stored()?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;")
            .stored()?;
        schema::migrate(&mut connection)?;
        connection.execute_batch("BEGIN").stored()?;
        insert(&connection, credentials, false)?;
        connection.execute_batch("COMMIT").stored()?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(Self { connection })
    }

    /// Reads one snapshot, as [`Vault::read`](crate::Vault::read) does.
    ///
    /// # Errors
    /// What the closure says.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let transaction = self.connection.unchecked_transaction().stored()?;
        work(&Reader::new(&transaction, VaultId::from_uuid(uuid::Uuid::nil()), 1))
    }
}

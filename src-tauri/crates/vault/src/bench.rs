//! Support for the measurement of the vault: it inserts many rows at once, and makes the same database without
//! encryption. It is compiled for the measurement alone.

use std::path::Path;

use domain::VaultId;
use rusqlite::{Connection, OpenFlags};

use crate::{
    Reader, VaultError, Writer,
    error::Stored,
    file::{connection, schema},
    store::search::write_indexes,
};

/// Inserts the given number of credentials, ten on each device, with their numbers as ids, and an operation on each if
/// asked to.
///
/// # Errors
/// [`VaultError::Storage`] and other errors of the database.
pub fn fill(writer: &Writer<'_>, credentials: u32, operations: bool) -> Result<(), VaultError> {
    insert(writer.connection, credentials, operations)
}

fn insert(connection: &Connection, credentials: u32, operations: bool) -> Result<(), VaultError> {
    let numbers =
        |count: u32| format!("WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})");
    // The remainders mix the rows for every order, and are the same in every run.
    let mut sql = format!(
        "{} INSERT INTO devices (id, name, name_folded, address, kind, manufacturer, model, website, site, domain, \
         tags, criticality, connectivities, trusts, created_at, updated_at) \
         SELECT CAST(printf('device%010d', i) AS BLOB), printf('srv-%06d', i * 7919 % 1000003), \
         printf('srv-%06d', i * 7919 % 1000003), printf('10.%d.%d.%d', i / 62500, i / 250 % 250, i % 250), \
         'Linux server', 'Maker', 'Model', '', 'Lisboa', '', '[]', 1 + i % 3, '[]', '[{{\"plugin\":\"ssh\"}}]', i * 104729 % 1000003, i FROM n;",
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

/// One of this many waiting operations waits for the busy device.
const BEHIND_BUSY: u32 = 100;

/// Inserts the given number of waiting operations, each on a credential of its own, ten of these on a device. Every
/// hundredth of them waits for one device that is busy.
///
/// # Errors
/// [`VaultError::Storage`] and other errors of the database.
pub fn fill_queue(writer: &Writer<'_>, waiting: u32) -> Result<(), VaultError> {
    insert(writer.connection, waiting, false)?;
    let sql = format!(
        "UPDATE credentials SET device_id = (SELECT id FROM devices WHERE number = 1), \
             username = printf('busy-%d', number), username_folded = printf('busy-%d', number) \
             WHERE number % {BEHIND_BUSY} = 0; \
         INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, immediate, \
             scheduled_at, not_before, created_at) \
         SELECT c.id, 'changePassword', c.id, c.device_id, c.username, c.device_name, zeroblob(16), 'scheduled', 0, \
             c.created_at, c.created_at, c.created_at FROM credentials c; \
         UPDATE operations SET state = 'running', step = 'opened', owner_id = zeroblob(16), lease_until = created_at \
             WHERE credential_id = (SELECT id FROM credentials WHERE number = {BEHIND_BUSY});"
    );
    writer.connection.execute_batch(&sql).stored()
}

/// Inserts the given number of operations of every state and type: ten on each credential, each that ran with an
/// attempt, requested by 40 policies, on devices of many manufacturers.
///
/// # Errors
/// [`VaultError::Storage`] and other errors of the database.
pub fn fill_operations(writer: &Writer<'_>, operations: u32) -> Result<(), VaultError> {
    let credentials = operations.div_ceil(10).max(1);
    // Only the newest operation of a credential may be open. The times do not follow the order of the codes.
    insert(writer.connection, credentials, false)?;
    let sql = format!(
        "UPDATE devices SET manufacturer = printf('Maker %02d', number % 23), model = printf('Model %03d', number % 311), \
             website = printf('https://%03d.example', number % 997); \
         INSERT INTO device_tags (tag_folded, device) SELECT printf('rack-%02d', number % 50), number FROM devices; \
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39) \
             INSERT INTO policy_names (id, name) SELECT CAST(printf('policy%010d', i) AS BLOB), printf('Nightly %02d', i) FROM n; \
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {operations}), \
         o AS (SELECT i, i >= {credentials} * 9 AS newest, i % {credentials} AS place, \
             1760000000000000 + i * 7919 % {operations} * 1000000 AS at FROM n), \
         s AS (SELECT *, CASE WHEN newest AND place % 7 = 0 THEN 'scheduled' WHEN newest AND place % 70 = 1 THEN 'awaitingApproval' \
             WHEN newest AND place % 7 = 2 AND place < 140 THEN 'running' WHEN i % 20 = 3 THEN 'error' WHEN i % 40 = 4 THEN 'canceled' \
             WHEN i % 100 = 5 THEN 'expired' ELSE 'succeeded' END AS state FROM o) \
         INSERT INTO operations (id, kind, credential_id, device_id, username, device_name, requester_id, state, step, immediate, \
             scheduled_at, not_before, started_at, ended_at, attempts, failure, owner_id, lease_until, created_at) \
         SELECT CAST(printf('operation%07d', i) AS BLOB), CASE i % 10 WHEN 0 THEN 'passwordVerification' WHEN 1 THEN 'reconciliation' \
             WHEN 2 THEN 'childPasswordChange' ELSE 'changePassword' END, c.id, c.device_id, c.username, c.device_name, \
             CAST(printf('policy%010d', i % 40) AS BLOB), s.state, CASE s.state WHEN 'running' THEN 'opened' END, 0, at, at, \
             CASE WHEN s.state IN ('running', 'error', 'succeeded') THEN at + 5000000 END, \
             CASE WHEN s.state IN ('error', 'succeeded', 'canceled', 'expired') THEN at + 9000000 END, \
             s.state IN ('running', 'error', 'succeeded'), CASE s.state WHEN 'error' THEN 'passwordRefused' END, \
             CASE s.state WHEN 'running' THEN zeroblob(16) END, CASE s.state WHEN 'running' THEN at END, at \
         FROM s CROSS JOIN credentials c ON c.id = CAST(printf('credential%06d', place) AS BLOB); \
         INSERT INTO attempts (id, operation_id, number, template_id, template_name, template_version, started_at, ended_at, \
             failure, words) \
         SELECT CAST(printf('attempt%09d', code) AS BLOB), id, 1, 'ssh-own-passwd', 'Linux: own password with passwd', 1, \
             started_at, ended_at, failure, CASE WHEN failure IS NOT NULL THEN 'BAD PASSWORD: it is too short' END \
         FROM operations WHERE started_at IS NOT NULL;"
    );
    writer.connection.execute_batch(&sql).stored()
}

/// A database with the same schema in a file that is not encrypted.
pub struct Plain {
    connection: Connection,
}

impl Plain {
    /// Makes the file and fills it as [`fill`] does.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn make(path: &Path, credentials: u32) -> Result<Self, VaultError> {
        let mut connection = connection::open(path, OpenFlags::default()).stored()?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;")
            .stored()?;
        schema::migrate(&mut connection)?;
        connection.execute_batch("BEGIN").stored()?;
        insert(&connection, credentials, false)?;
        write_indexes(&connection)?;
        connection.execute_batch("COMMIT").stored()?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(Self { connection })
    }

    /// Reads one snapshot, as [`Vault::read`](crate::Vault::read) does.
    ///
    /// # Errors
    /// Those of the closure.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T, VaultError>) -> Result<T, VaultError> {
        let transaction = self.connection.unchecked_transaction().stored()?;
        work(&Reader::new(&transaction, VaultId::from_uuid(uuid::Uuid::nil()), 1))
    }
}

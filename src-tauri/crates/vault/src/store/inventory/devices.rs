//! `devices`: target systems.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{AcceptedTrust, Criticality, Device, DeviceDetails, DeviceId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::value::{Columns, fold, json, micros, unknown};
use crate::{VaultError, error::Stored, file::transaction::Changes};

pub(in crate::store) const COLUMNS: &str = "d.id, d.name, d.address, d.kind, d.manufacturer, d.model, d.website, d.site, \
    d.domain, d.tags, d.criticality, d.connectivities, d.trusts, d.created_at, d.updated_at";

/// Returns an SQL condition: nobody accepted the device's identity for a plugin. `NULL` stands for the plugin by which
/// the device is usually reached.
pub(in crate::store) fn not_trusted(plugin: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM json_each(d.trusts) accepted \
         WHERE accepted.value ->> 'plugin' = coalesce({plugin}, d.connectivities ->> '$[0].plugin'))"
    )
}

pub(in crate::store) fn read_device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId::from_uuid(row.uuid("id")?),
        details: DeviceDetails {
            name: row.get("name")?,
            address: row.get("address")?,
            kind: row.get("kind")?,
            manufacturer: row.get("manufacturer")?,
            model: row.get("model")?,
            website: row.get("website")?,
            site: row.get("site")?,
            domain: row.get("domain")?,
            tags: row.json("tags")?,
            criticality: read_criticality(row.get("criticality")?)?,
            connectivities: row.json("connectivities")?,
        },
        trusts: row.json("trusts")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// Returns the criticality as a number, so that the column sorts from low to high.
fn criticality_number(criticality: Criticality) -> i64 {
    match criticality {
        Criticality::Low => 1,
        Criticality::Medium => 2,
        Criticality::High => 3,
    }
}

fn read_criticality(number: i64) -> rusqlite::Result<Criticality> {
    match number {
        1 => Ok(Criticality::Low),
        2 => Ok(Criticality::Medium),
        3 => Ok(Criticality::High),
        _ => Err(unknown("criticality")),
    }
}

/// The refused logins of a device and the rest period that follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRest {
    /// Refused logins in a row, of all its credentials together.
    pub refused_logins: u32,
    /// The time before which nothing is started on it.
    pub rest_until: Option<DateTime<Utc>>,
}

/// Reads the devices of the vault.
pub struct Devices<'a> {
    pub(crate) connection: &'a Connection,
}

impl Devices<'_> {
    /// Returns a device; `None` when there is none with this id.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn get(&self, id: DeviceId) -> Result<Option<Device>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM devices d WHERE d.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_device)
            .optional()
            .stored()
    }

    /// Tells whether another device has the name, letter case ignored.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn name_taken(&self, name: &str, except: Option<DeviceId>) -> Result<bool, VaultError> {
        self.connection
            .prepare_cached("SELECT 1 FROM devices WHERE name_folded = ?1 AND id IS NOT ?2")
            .stored()?
            .exists(params![fold(name), except.map(|id| id.as_uuid().into_bytes())])
            .stored()
    }

    /// Counts the credentials of the device.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn credential_count(&self, id: DeviceId) -> Result<u32, VaultError> {
        self.connection
            .prepare_cached("SELECT count(*) FROM credentials WHERE device_id = ?1")
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| row.get(0))
            .stored()
    }

    /// Returns how many logins the device refused in a row, and the end of its rest period.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn rest(&self, id: DeviceId) -> Result<Option<DeviceRest>, VaultError> {
        self.connection
            .prepare_cached("SELECT refused_logins, rest_until FROM devices WHERE id = ?1")
            .stored()?
            .query_row([id.as_uuid().as_bytes()], |row| {
                Ok(DeviceRest {
                    refused_logins: row.get("refused_logins")?,
                    rest_until: row.optional_time("rest_until")?,
                })
            })
            .optional()
            .stored()
    }
}

/// Writes devices, and reads them.
pub struct DevicesMut<'a> {
    pub(crate) reader: Devices<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for DevicesMut<'a> {
    type Target = Devices<'a>;

    fn deref(&self) -> &Devices<'a> {
        &self.reader
    }
}

impl DevicesMut<'_> {
    /// Inserts a device, with the identities that were accepted for it.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when the name or the id is.
    pub fn insert(&self, device: &Device) -> Result<(), VaultError> {
        let details = &device.details;
        self.connection
            .prepare_cached(
                "INSERT INTO devices (id, name, name_folded, address, kind, manufacturer, model, website, site, \
                 domain, tags, criticality, connectivities, created_at, updated_at, trusts) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )
            .stored()?
            .execute(params![
                device.id.as_uuid().as_bytes(),
                details.name,
                fold(&details.name),
                details.address,
                details.kind,
                details.manufacturer,
                details.model,
                details.website,
                details.site,
                details.domain,
                json(&details.tags)?,
                criticality_number(details.criticality),
                json(&details.connectivities)?,
                micros(device.created_at),
                micros(device.updated_at),
                json(&device.trusts)?,
            ])
            .stored()?;
        self.write_tags(device)?;
        self.changes.device(device.id);
        Ok(())
    }

    /// Writes a device's details and the time of the change. [`DevicesMut::accept`] writes the accepted identities.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when the name is; [`VaultError::NotFound`].
    pub fn update(&self, device: &Device) -> Result<(), VaultError> {
        let details = &device.details;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE devices SET name = ?2, name_folded = ?3, address = ?4, kind = ?5, manufacturer = ?6, \
                 model = ?7, website = ?8, site = ?9, domain = ?10, tags = ?11, criticality = ?12, \
                 connectivities = ?13, updated_at = ?14 WHERE id = ?1",
            )
            .stored()?
            .execute(params![
                device.id.as_uuid().as_bytes(),
                details.name,
                fold(&details.name),
                details.address,
                details.kind,
                details.manufacturer,
                details.model,
                details.website,
                details.site,
                details.domain,
                json(&details.tags)?,
                criticality_number(details.criticality),
                json(&details.connectivities)?,
                micros(device.updated_at),
            ])
            .stored()?;
        self.noted(device.id, changed)?;
        self.write_tags(device)
    }

    /// Deletes a device that has no credentials.
    ///
    /// # Errors
    /// [`VaultError::ReferredTo`] when it has credentials; [`VaultError::NotFound`].
    pub fn delete(&self, id: DeviceId) -> Result<(), VaultError> {
        if self.credential_count(id)? > 0 {
            return Err(VaultError::ReferredTo);
        }
        let sql = "DELETE FROM devices WHERE id = ?1";
        let deleted = self.connection.prepare_cached(sql).stored()?.execute([id.as_uuid().as_bytes()]).stored()?;
        self.noted(id, deleted)
    }

    /// Stores the identity that a person accepted for a plugin, in place of any earlier one for the same plugin.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn accept(&self, id: DeviceId, accepted: &AcceptedTrust, now: DateTime<Utc>) -> Result<(), VaultError> {
        let mut trusts = self.get(id)?.ok_or(VaultError::NotFound)?.trusts;
        trusts.retain(|earlier| earlier.plugin != accepted.plugin);
        trusts.push(accepted.clone());
        let changed = self
            .connection
            .prepare_cached("UPDATE devices SET trusts = ?2, updated_at = ?3 WHERE id = ?1")
            .stored()?
            .execute(params![id.as_uuid().as_bytes(), json(&trusts)?, micros(now)])
            .stored()?;
        self.noted(id, changed)
    }

    /// Counts a login that the device refused, and returns the number of refused logins in a row.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn note_refused_login(&self, id: DeviceId, now: DateTime<Utc>) -> Result<u32, VaultError> {
        let refused = self
            .connection
            .prepare_cached(
                "UPDATE devices SET refused_logins = refused_logins + 1, refused_at = ?2 WHERE id = ?1 \
                 RETURNING refused_logins",
            )
            .stored()?
            .query_row(params![id.as_uuid().as_bytes(), micros(now)], |row| row.get(0))
            .stored()?;
        self.changes.device(id);
        Ok(refused)
    }

    /// Starts a rest period: nothing is started on the device before this time.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn rest_until(&self, id: DeviceId, at: DateTime<Utc>) -> Result<(), VaultError> {
        let sql = "UPDATE devices SET rest_until = ?2 WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let changed = statement.execute(params![id.as_uuid().as_bytes(), micros(at)]).stored()?;
        self.noted(id, changed)
    }

    /// Resets the count of refused logins and ends the rest period: a login succeeded, or a person asked for it.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn clear_refusals(&self, id: DeviceId) -> Result<(), VaultError> {
        // When there is nothing to reset, nothing is written and no change is announced.
        let sql = "UPDATE devices SET refused_logins = 0, refused_at = NULL, rest_until = NULL \
                   WHERE id = ?1 AND (refused_logins > 0 OR rest_until IS NOT NULL)";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        if statement.execute([id.as_uuid().as_bytes()]).stored()? > 0 {
            self.changes.device(id);
        }
        Ok(())
    }

    fn write_tags(&self, device: &Device) -> Result<(), VaultError> {
        let id = device.id.as_uuid();
        self.connection
            .prepare_cached("DELETE FROM device_tags WHERE device = (SELECT number FROM devices WHERE id = ?1)")
            .stored()?
            .execute([id.as_bytes()])
            .stored()?;
        for tag in &device.details.tags {
            self.connection
                .prepare_cached(
                    "INSERT INTO device_tags (tag_folded, device) SELECT ?2, number FROM devices WHERE id = ?1 \
                     ON CONFLICT DO NOTHING",
                )
                .stored()?
                .execute(params![id.as_bytes(), fold(tag)])
                .stored()?;
        }
        Ok(())
    }

    fn noted(&self, id: DeviceId, rows: usize) -> Result<(), VaultError> {
        if rows == 0 {
            return Err(VaultError::NotFound);
        }
        self.changes.device(id);
        Ok(())
    }
}

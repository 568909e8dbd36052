//! Target systems and their identity.

use std::sync::PoisonError;

use connector::Endpoint;
use domain::{Device, DeviceDetails, DeviceId, HostKey, PinnedHostKey, Problem, Protocol, Rule};
use serde_json::json;
use vault::{DeviceQuery, DeviceRow, NewEntry, Noun, Object, Page};

use crate::{Action, App, AppError};

/// What a person entered in the device form.
#[derive(Debug, Clone)]
pub struct DeviceForm {
    /// None: a new device.
    pub id: Option<DeviceId>,
    /// The fields.
    pub details: DeviceDetails,
}

/// A device's key, beside the one that was accepted.
#[derive(Debug, Clone)]
pub struct HostKeyOffer {
    /// What the device shows now.
    pub key: HostKey,
    /// How it stands to the accepted one.
    pub standing: HostKeyStatus,
    /// The accepted one.
    pub pinned: Option<PinnedHostKey>,
}

domain::enumeration! {
    /// How a shown key stands to the accepted one.
    pub enum HostKeyStatus {
        /// None was accepted yet.
        New = "new",
        /// It is the accepted one.
        Same = "same",
        /// It is another one.
        Changed = "changed",
    }
}

/// The door to devices.
pub struct Devices<'a>(pub(crate) &'a App);

impl Devices<'_> {
    /// One page of the devices that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &DeviceQuery) -> Result<Page<DeviceRow>, AppError> {
        let seat = self.0.seated(Action::ReadDevices)?;
        seat.vault.read(|reader| Ok(reader.devices().list(query)?))
    }

    /// One device, with the number of its credentials.
    ///
    /// # Errors
    /// As [`Devices::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: DeviceId) -> Result<DeviceRow, AppError> {
        let seat = self.0.seated(Action::ReadDevices)?;
        seat.vault.read(|reader| {
            let device = reader.devices().get(id)?.ok_or(NOT_FOUND)?;
            let credentials = reader.devices().credential_count(id)?;
            Ok(DeviceRow { device, credentials })
        })
    }

    /// The name of who accepted a device's host key.
    ///
    /// # Errors
    /// As [`Devices::list`].
    pub fn accepted_by(&self, pinned: &PinnedHostKey) -> Result<String, AppError> {
        let seat = self.0.seated(Action::ReadDevices)?;
        seat.vault.read(|reader| Ok(reader.users().name(pinned.accepted_by)?.unwrap_or_default()))
    }

    /// Enters or changes a device.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::Invalid`].
    pub fn save(&self, form: DeviceForm) -> Result<DeviceId, AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let details = form.details.tidied();
        let mut problems = details.problems();
        let now = self.0.setup.clock.now();
        let new_id = DeviceId::from_uuid(self.0.new_uuid());
        seat.vault.write(|writer| {
            if writer.devices().name_taken(&details.name, form.id)? {
                problems.push(Problem::new("name", Rule::Duplicate));
            }
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let known = match form.id {
                Some(id) => Some(writer.devices().get(id)?.ok_or(NOT_FOUND)?),
                None => None,
            };
            let (action, before) = match &known {
                Some(device) => ("device.changed", describe(&device.details)),
                None => ("device.entered", json!(null)),
            };
            let detail = json!({ "from": before, "to": describe(&details) });
            let device = Device {
                id: known.as_ref().map_or(new_id, |device| device.id),
                created_at: known.as_ref().map_or(now, |device| device.created_at),
                host_key: None,
                updated_at: now,
                details,
            };
            if known.is_some() {
                writer.devices_mut().update(&device)?;
            } else {
                writer.devices_mut().insert(&device)?;
            }
            let object = Some(Object { noun: "device", id: device.id.as_uuid(), label: &device.details.name });
            writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at: now })?;
            Ok(device.id)
        })
    }

    /// Deletes a device that has no credentials.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::DeviceInUse`].
    pub fn delete(&self, id: DeviceId) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let device = writer.devices().get(id)?.ok_or(NOT_FOUND)?;
            let credentials = writer.devices().credential_count(id)?;
            if credentials > 0 {
                return Err(AppError::DeviceInUse { credentials });
            }
            writer.devices_mut().delete(id)?;
            let object = Some(Object { noun: "device", id: id.as_uuid(), label: &device.details.name });
            let detail = json!({ "from": describe(&device.details), "to": null });
            let entry = NewEntry { who: Some(seat.user.id), action: "device.deleted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }

    /// Connects far enough to see the device's key. Neither a name nor a password is sent.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::Unreachable`].
    pub fn identify(&self, id: DeviceId) -> Result<HostKeyOffer, AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let device = seat.vault.read(|reader| reader.devices().get(id)?.ok_or(NOT_FOUND))?;
        let address = device.details.address.clone();
        let unreachable = || AppError::Unreachable { address: address.clone() };
        let port = device.details.port(Protocol::Ssh).ok_or_else(unreachable)?;
        let connector = self.0.setup.connectors.get("ssh").ok_or_else(unreachable)?;
        let parameters = &self.0.setup.parameters;
        let endpoint = Endpoint {
            address: address.clone(),
            port,
            connect_timeout: parameters.connect_timeout,
            read_timeout: parameters.connect_timeout,
        };
        let key = connector.identify(&endpoint).map_err(|error| {
            tracing::warn!(code = error.code.word(), error = %diagnostics::chain(&error), "a device could not be identified");
            unreachable()
        })?;
        let standing = match &device.host_key {
            None => HostKeyStatus::New,
            Some(pinned) if pinned.key.key == key.key => HostKeyStatus::Same,
            Some(_) => HostKeyStatus::Changed,
        };
        self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).insert(id, key.clone());
        Ok(HostKeyOffer { key, standing, pinned: device.host_key })
    }

    /// Accepts exactly the key that [`Devices::identify`] showed last.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::HostKeyMismatch`].
    pub fn trust(&self, id: DeviceId, algorithm: &str, key: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let shown = self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let accepted = shown.as_ref().filter(|shown| shown.algorithm == algorithm && shown.key == key);
        let Some(accepted) = accepted.cloned() else {
            return Err(AppError::HostKeyMismatch {
                shown: shown.map(|shown| shown.fingerprint).unwrap_or_default(),
                sent: key.chars().take(80).collect(),
            });
        };
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let device = writer.devices().get(id)?.ok_or(NOT_FOUND)?;
            let detail = json!({
                "from": device.host_key.as_ref().map(|pinned| json!({ "fingerprint": &pinned.key.fingerprint })),
                "to": { "fingerprint": &accepted.fingerprint },
            });
            let pinned = PinnedHostKey { key: accepted, accepted_by: seat.user.id, accepted_at: now };
            writer.devices_mut().pin_host_key(id, &pinned, now)?;
            writer.devices_mut().clear_refusals(id)?;
            let object = Some(Object { noun: "device", id: id.as_uuid(), label: &device.details.name });
            let entry = NewEntry { who: Some(seat.user.id), action: "device.hostKeyAccepted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Device };

fn describe(details: &DeviceDetails) -> serde_json::Value {
    json!({
        "name": details.name,
        "address": details.address,
        "type": details.kind,
        "manufacturer": details.manufacturer,
        "model": details.model,
        "website": details.website,
        "site": details.site,
        "domain": details.domain,
        "tags": details.tags,
        "criticality": details.criticality,
        "connectivities": details.connectivities,
    })
}

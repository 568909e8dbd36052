//! Target systems and their identity.

use std::sync::PoisonError;

use connector::ConnectorError;
use domain::{AcceptedTrust, Device, DeviceDetails, DeviceId, FailureCode, PluginId, Problem, Rule, Trust};
use rotation::endpoint_of;
use serde_json::json;
use vault::{DeviceQuery, DeviceRow, NewEntry, Noun, Object, Page};

use crate::{Action, App, AppError};

/// What a person entered in the device form.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DeviceForm {
    /// None: a new device.
    pub id: Option<DeviceId>,
    pub details: DeviceDetails,
}

/// A device's identity, beside the one that was accepted.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct IdentityOffer {
    /// The plugin that was asked.
    pub plugin: PluginId,
    /// The trust in exactly what the device shows now.
    pub offered: Trust,
    /// How it stands to the accepted one.
    pub standing: HostKeyStatus,
    pub accepted: Option<AcceptedTrust>,
}

domain::enumeration! {
    /// How a shown identity stands to the accepted one.
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

    /// The name of the person who accepted a device's identity.
    ///
    /// # Errors
    /// As [`Devices::list`].
    pub fn accepted_by(&self, accepted: &AcceptedTrust) -> Result<String, AppError> {
        let seat = self.0.seated(Action::ReadDevices)?;
        seat.vault.read(|reader| Ok(reader.users().name(accepted.accepted_by)?.unwrap_or_default()))
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
            let plugins = self.plugin_problems(&details, known.as_ref());
            if !plugins.is_empty() {
                return Err(AppError::Invalid { problems: plugins });
            }
            let (action, before) = match &known {
                Some(device) => ("device.changed", describe(&device.details)),
                None => ("device.entered", json!(null)),
            };
            let detail = json!({ "from": before, "to": describe(&details) });
            let device = Device {
                id: known.as_ref().map_or(new_id, |device| device.id),
                created_at: known.as_ref().map_or(now, |device| device.created_at),
                trusts: Vec::new(),
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

    /// Connects far enough to see the device's identity. Neither a name nor a password is sent. Without a plugin the
    /// device is asked in the usual way.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::Unreachable`] with the connector's own code.
    pub fn identify(&self, id: DeviceId, plugin: Option<&str>) -> Result<IdentityOffer, AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let device = seat.vault.read(|reader| reader.devices().get(id)?.ok_or(NOT_FOUND))?;
        let address = device.details.address.clone();
        let usual = device.details.usual().map(|usual| usual.plugin.as_str());
        let (plugin, offered) = self.ask(&device, plugin.or(usual).unwrap_or_default()).map_err(|error| {
            tracing::warn!(code = error.code.word(), error = %diagnostics::chain(&error), "a device could not be identified");
            let (code, words) = (error.code, error.words);
            AppError::Unreachable { address, code, words }
        })?;
        let accepted = device.accepted(plugin.as_str()).cloned();
        let standing = match &accepted {
            None => HostKeyStatus::New,
            Some(accepted) if accepted.trust == offered => HostKeyStatus::Same,
            Some(_) => HostKeyStatus::Changed,
        };
        let offer = (plugin.clone(), offered.clone());
        self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).insert(id, offer);
        Ok(IdentityOffer { plugin, offered, standing, accepted })
    }

    /// Asks the device who it is, within the same bounds as a rotation.
    fn ask(&self, device: &Device, plugin: &str) -> Result<(PluginId, Trust), ConnectorError> {
        let not_supported = || ConnectorError::new(FailureCode::NotSupported);
        let connector = self.0.setup.connectors.get(plugin).ok_or_else(not_supported)?;
        let endpoint = endpoint_of(device, plugin, &self.0.bounds()).ok_or_else(not_supported)?;
        let shown = connector.identify(&endpoint)?;
        let nobody = || ConnectorError::with_words(FailureCode::ProtocolRefused, "the device shows no certificate");
        Ok((connector.descriptor().id, shown.pinned().ok_or_else(nobody)?))
    }

    /// Names what the plugins of a device object to. What the device already had stays, so that a vault of a program
    /// with more plugins can be edited.
    fn plugin_problems(&self, details: &DeviceDetails, known: Option<&Device>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, connectivity) in details.connectivities.iter().enumerate() {
            if known.is_some_and(|known| known.details.connectivities.contains(connectivity)) {
                continue;
            }
            let Some(connector) = self.0.setup.connectors.get(connectivity.plugin.as_str()) else {
                problems.push(Problem::new("connectivities", Rule::Unknown));
                continue;
            };
            let descriptor = connector.descriptor();
            if !descriptor.transports.contains(&connectivity.transport) {
                problems.push(Problem::new(format!("connectivities.{index}.transport"), Rule::Unknown));
            }
            for field in descriptor.fields {
                let entered = connectivity.fields.get(field.name).is_some_and(|value| !value.trim().is_empty());
                if field.required && !entered {
                    let path = format!("connectivities.{index}.fields.{}", field.name);
                    problems.push(Problem::new(path, Rule::Required));
                }
            }
        }
        problems
    }

    /// Accepts exactly the identity that [`Devices::identify`] showed last: the label and the public part of it.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::HostKeyMismatch`].
    pub fn trust(&self, id: DeviceId, label: &str, public_part: &str) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteDevices)?;
        let shown = self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let is_meant = |shown: &&(PluginId, Trust)| shown.1.label() == label && shown.1.public_part() == public_part;
        let Some((plugin, trust)) = shown.as_ref().filter(is_meant).cloned() else {
            return Err(AppError::HostKeyMismatch {
                shown: shown.map(|(_, shown)| shown.fingerprint().to_owned()).unwrap_or_default(),
                sent: public_part.chars().take(80).collect(),
            });
        };
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            let device = writer.devices().get(id)?.ok_or(NOT_FOUND)?;
            let before = device.trust(plugin.as_str()).map(describe_trust);
            let detail = json!({ "from": before, "to": describe_trust(&trust) });
            let (plugin, trust) = (plugin.clone(), trust.clone());
            let accepted = AcceptedTrust { plugin, trust, accepted_by: seat.user.id, accepted_at: now };
            writer.devices_mut().accept(id, &accepted, now)?;
            writer.devices_mut().clear_refusals(id)?;
            let object = Some(Object { noun: "device", id: id.as_uuid(), label: &device.details.name });
            let entry = NewEntry { who: Some(seat.user.id), action: "device.hostKeyAccepted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Device };

/// The fingerprint, or the word for "none" where a person accepted that there is no identity.
fn describe_trust(trust: &Trust) -> serde_json::Value {
    let fingerprint = Some(trust.fingerprint()).filter(|fingerprint| !fingerprint.is_empty());
    json!({ "fingerprint": fingerprint.unwrap_or(trust.kind().word()) })
}

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

//! Devices: the target systems and their identity.

use std::sync::PoisonError;

use connector::ConnectorError;
use domain::{AcceptedTrust, Device, DeviceDetails, DeviceId, FailureCode, PluginId, Problem, Rule, Trust};
use rotation::endpoint_of;
use serde_json::json;
use vault::{DeviceQuery, DeviceRow, NewEntry, Noun, Object, Page};

use crate::{Action, App, AppError};

/// The device form, as a person filled it in.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DeviceForm {
    /// None: a new device.
    pub id: Option<DeviceId>,
    pub details: DeviceDetails,
}

/// The identity that a device shows, compared with the accepted one.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct IdentityOffer {
    /// The plugin that was asked.
    pub plugin: PluginId,
    /// The identity that the device shows now, in the form in which it can be accepted.
    pub offered: Trust,
    /// The result of comparing it with the accepted one.
    pub status: HostKeyStatus,
    pub accepted: Option<AcceptedTrust>,
}

domain::enumeration! {
    /// The result of comparing a shown identity with the accepted one.
    pub enum HostKeyStatus {
        /// No identity has been accepted yet.
        New = "new",
        /// It is the accepted one.
        Same = "same",
        /// It is another one.
        Changed = "changed",
    }
}

/// The operations on devices.
pub struct Devices<'a>(pub(crate) &'a App);

impl Devices<'_> {
    /// Returns one page of the devices that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &DeviceQuery) -> Result<Page<DeviceRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadDevices)?;
        signed_in.vault.read(|reader| Ok(reader.devices().list(query)?))
    }

    /// Reads one device, with the number of its credentials.
    ///
    /// # Errors
    /// As [`Devices::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: DeviceId) -> Result<DeviceRow, AppError> {
        let signed_in = self.0.authorize(Action::ReadDevices)?;
        signed_in.vault.read(|reader| {
            let device = reader.devices().get(id)?.ok_or(NOT_FOUND)?;
            let credentials = reader.devices().credential_count(id)?;
            Ok(DeviceRow { device, credentials })
        })
    }

    /// Returns the name of the person who accepted a device's identity.
    ///
    /// # Errors
    /// As [`Devices::list`].
    pub fn accepted_by(&self, accepted: &AcceptedTrust) -> Result<String, AppError> {
        let signed_in = self.0.authorize(Action::ReadDevices)?;
        signed_in.vault.read(|reader| Ok(reader.users().name(accepted.accepted_by)?.unwrap_or_default()))
    }

    /// Creates or changes a device.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::Invalid`].
    pub fn save(&self, form: DeviceForm) -> Result<DeviceId, AppError> {
        let signed_in = self.0.authorize(Action::WriteDevices)?;
        let details = form.details.tidied();
        let mut problems = details.problems();
        let now = self.0.setup.clock.now();
        let new_id = DeviceId::from_uuid(self.0.new_uuid());
        signed_in.vault.write(|writer| {
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
            writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at: now })?;
            Ok(device.id)
        })
    }

    /// Deletes a device that has no credentials.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::DeviceInUse`].
    pub fn delete(&self, id: DeviceId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteDevices)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let device = writer.devices().get(id)?.ok_or(NOT_FOUND)?;
            let credentials = writer.devices().credential_count(id)?;
            if credentials > 0 {
                return Err(AppError::DeviceInUse { credentials });
            }
            writer.devices_mut().delete(id)?;
            let object = Some(Object { noun: "device", id: id.as_uuid(), label: &device.details.name });
            let detail = json!({ "from": describe(&device.details), "to": null });
            let entry = NewEntry { who: Some(signed_in.user.id), action: "device.deleted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }

    /// Connects to the device only as far as needed to read its identity. Neither a username nor a password is sent.
    /// Without a plugin, the usual one is used.
    ///
    /// # Errors
    /// As [`Devices::get`], and [`AppError::Unreachable`] with the connector's own code.
    pub fn identify(&self, id: DeviceId, plugin: Option<&str>) -> Result<IdentityOffer, AppError> {
        let signed_in = self.0.authorize(Action::WriteDevices)?;
        let device = signed_in.vault.read(|reader| reader.devices().get(id)?.ok_or(NOT_FOUND))?;
        let address = device.details.address.clone();
        let usual = device.details.usual().map(|usual| usual.plugin.as_str());
        let (plugin, offered) = self.ask(&device, plugin.or(usual).unwrap_or_default()).map_err(|error| {
            tracing::warn!(code = error.code.word(), error = %diagnostics::chain(&error), "a device could not be identified");
            let (code, words) = (error.code, error.words);
            AppError::Unreachable { address, code, words }
        })?;
        let accepted = device.accepted(plugin.as_str()).cloned();
        let status = match &accepted {
            None => HostKeyStatus::New,
            Some(accepted) if accepted.trust == offered => HostKeyStatus::Same,
            Some(_) => HostKeyStatus::Changed,
        };
        let offer = (plugin.clone(), offered.clone());
        self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).insert(id, offer);
        Ok(IdentityOffer { plugin, offered, status, accepted })
    }

    /// Reads the device's identity, with the same limits as a rotation.
    fn ask(&self, device: &Device, plugin: &str) -> Result<(PluginId, Trust), ConnectorError> {
        let not_supported = || ConnectorError::new(FailureCode::NotSupported);
        let connector = self.0.setup.connectors.get(plugin).ok_or_else(not_supported)?;
        let endpoint = endpoint_of(device, plugin, &self.0.bounds()).ok_or_else(not_supported)?;
        let shown = connector.identify(&endpoint)?;
        let nobody = || ConnectorError::with_words(FailureCode::ProtocolRefused, "the device shows no certificate");
        Ok((connector.descriptor().id, shown.pinned().ok_or_else(nobody)?))
    }

    /// Returns the problems that the device's plugins find. Plugins and values that the device already had are
    /// accepted, so that a vault of a program with more plugins can be edited.
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
        let signed_in = self.0.authorize(Action::WriteDevices)?;
        let shown = self.0.offers.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let is_meant = |shown: &&(PluginId, Trust)| shown.1.label() == label && shown.1.public_part() == public_part;
        let Some((plugin, trust)) = shown.as_ref().filter(is_meant).cloned() else {
            return Err(AppError::HostKeyMismatch {
                shown: shown.map(|(_, shown)| shown.fingerprint().to_owned()).unwrap_or_default(),
                sent: public_part.chars().take(80).collect(),
            });
        };
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let device = writer.devices().get(id)?.ok_or(NOT_FOUND)?;
            let before = device.trust(plugin.as_str()).map(describe_trust);
            let detail = json!({ "from": before, "to": describe_trust(&trust) });
            let (plugin, trust) = (plugin.clone(), trust.clone());
            let accepted = AcceptedTrust { plugin, trust, accepted_by: signed_in.user.id, accepted_at: now };
            writer.devices_mut().accept(id, &accepted, now)?;
            writer.devices_mut().clear_refusals(id)?;
            let object = Some(Object { noun: "device", id: id.as_uuid(), label: &device.details.name });
            let entry =
                NewEntry { who: Some(signed_in.user.id), action: "device.hostKeyAccepted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Device };

/// Returns the fingerprint, or "none" if a person accepted that the device has no identity.
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

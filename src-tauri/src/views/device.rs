//! Devices.

use app::{
    DeviceForm, DeviceQuery, DeviceRow, IdentityOffer, Page,
    domain::{self, DeviceDetails},
};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    Criticality, DeviceSort, HostKeyStatus, IdentityKind, Noun, Transport, count, id, limit, number::typed_port, time,
};
use crate::CommandError;

/// Which devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceFilter {
    /// Words in any of the texts.
    pub text: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub site: Option<String>,
    pub tag: Option<String>,
}

/// One page of devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceListRequest {
    pub filter: DeviceFilter,
    pub sort: DeviceSort,
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    pub limit: u32,
}

impl TryFrom<DeviceListRequest> for DeviceQuery {
    type Error = CommandError;

    fn try_from(request: DeviceListRequest) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            kind: request.filter.kind,
            site: request.filter.site,
            tag: request.filter.tag,
            sort: request.sort,
            descending: request.descending,
            after: request.cursor.map(|cursor| id(&cursor, Noun::Device)).transpose()?,
            limit: limit(request.limit),
        })
    }
}

/// A page of devices.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DevicePage {
    pub rows: Vec<DeviceRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
    /// Whether there are exactly so many; else at least.
    pub total_is_exact: bool,
}

impl From<Page<DeviceRow>> for DevicePage {
    fn from(page: Page<DeviceRow>) -> Self {
        Self {
            rows: page.rows.into_iter().map(DeviceRowView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
            total_is_exact: page.total_is_exact,
        }
    }
}

/// A device in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceRowView {
    pub id: String,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// The port of the usual plugin; 0 when no plugin reaches it.
    pub port: u16,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub site: String,
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// Whether an identity was accepted for the usual plugin.
    pub host_key_pinned: bool,
    /// How many credentials it has.
    pub credentials: u32,
    /// When the record last changed.
    pub updated_at: String,
}

impl From<DeviceRow> for DeviceRowView {
    fn from(row: DeviceRow) -> Self {
        let (device, details) = (row.device.clone(), row.device.details);
        Self {
            id: device.id.to_string(),
            port: details.usual().map_or(0, |usual| usual.port),
            host_key_pinned: usual_trust(&device).is_some(),
            name: details.name,
            address: details.address,
            kind: details.kind,
            manufacturer: details.manufacturer,
            model: details.model,
            site: details.site,
            tags: details.tags,
            criticality: details.criticality,
            credentials: row.credentials,
            updated_at: time(device.updated_at),
        }
    }
}

/// What a person accepted for the plugin by which a device is usually reached.
pub fn usual_trust(device: &domain::Device) -> Option<&domain::AcceptedTrust> {
    device.details.usual().and_then(|usual| device.accepted(usual.plugin.as_str()))
}

/// One way to reach a device.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ConnectivityView {
    /// The plugin's id; perhaps of a plugin that this program does not have.
    pub plugin: String,
    /// How the bytes travel.
    pub transport: Transport,
    /// Values of the fields that only this plugin has.
    pub fields: BTreeMap<String, String>,
    #[serde(deserialize_with = "typed_port")]
    #[specta(type = u16)]
    pub port: u16,
}

impl From<&domain::Connectivity> for ConnectivityView {
    fn from(known: &domain::Connectivity) -> Self {
        Self {
            plugin: known.plugin.to_string(),
            transport: known.transport,
            fields: known.fields.clone(),
            port: known.port,
        }
    }
}

impl TryFrom<ConnectivityView> for domain::Connectivity {
    type Error = CommandError;

    fn try_from(asked: ConnectivityView) -> Result<Self, CommandError> {
        let unknown = |_| {
            let problems = vec![domain::Problem::new("connectivities", domain::Rule::Unknown).into()];
            CommandError::Invalid { problems }
        };
        let plugin = domain::PluginId::new(asked.plugin).map_err(unknown)?;
        Ok(Self { plugin, port: asked.port, transport: asked.transport, fields: asked.fields })
    }
}

/// An identity that a person accepted.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PinnedHostKeyView {
    pub kind: IdentityKind,
    /// The type of a key, or the name in a certificate.
    pub algorithm: String,
    /// As OpenSSH and OpenSSL print it; empty where there is no identity.
    pub fingerprint: String,
    pub accepted_by: String,
    pub accepted_at: String,
}

impl PinnedHostKeyView {
    /// Joins the key with the name of who accepted it.
    pub fn new(pinned: &domain::AcceptedTrust, accepted_by: String) -> Self {
        Self {
            kind: pinned.trust.kind(),
            algorithm: pinned.trust.label().to_owned(),
            fingerprint: pinned.trust.fingerprint().to_owned(),
            accepted_by,
            accepted_at: time(pinned.accepted_at),
        }
    }
}

/// A device.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub website: String,
    pub site: String,
    pub domain: String,
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// How it can be reached.
    pub connectivities: Vec<ConnectivityView>,
    /// The identity that was accepted for the usual plugin.
    pub host_key: Option<PinnedHostKeyView>,
    /// How many credentials it has.
    pub credentials: u32,
    /// When it was entered.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl DeviceView {
    /// Joins the device with its accepted key.
    pub fn new(row: DeviceRow, host_key: Option<PinnedHostKeyView>) -> Self {
        let (device, details) = (row.device.clone(), row.device.details);
        Self {
            id: device.id.to_string(),
            connectivities: details.connectivities.iter().map(ConnectivityView::from).collect(),
            name: details.name,
            address: details.address,
            kind: details.kind,
            manufacturer: details.manufacturer,
            model: details.model,
            website: details.website,
            site: details.site,
            domain: details.domain,
            tags: details.tags,
            criticality: details.criticality,
            host_key,
            credentials: row.credentials,
            created_at: time(device.created_at),
            updated_at: time(device.updated_at),
        }
    }
}

/// What a person entered in the device form.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceSaveRequest {
    /// Null: a new device.
    pub id: Option<String>,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub website: String,
    pub site: String,
    pub domain: String,
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// How it can be reached.
    pub connectivities: Vec<ConnectivityView>,
}

impl TryFrom<DeviceSaveRequest> for DeviceForm {
    type Error = CommandError;

    fn try_from(request: DeviceSaveRequest) -> Result<Self, CommandError> {
        let connectivities = request.connectivities.into_iter().map(domain::Connectivity::try_from);
        Ok(Self {
            id: request.id.map(|text| id(&text, Noun::Device)).transpose()?,
            details: DeviceDetails {
                name: request.name,
                address: request.address,
                kind: request.kind,
                manufacturer: request.manufacturer,
                model: request.model,
                website: request.website,
                site: request.site,
                domain: request.domain,
                tags: request.tags,
                criticality: request.criticality,
                connectivities: connectivities.collect::<Result<_, _>>()?,
            },
        })
    }
}

/// A device's identity, beside the accepted one.
#[derive(Debug, Serialize, Type)]
pub struct HostKeyOfferView {
    pub kind: IdentityKind,
    /// The type of a key, or the name in a certificate.
    pub algorithm: String,
    /// As OpenSSH and OpenSSL print it; empty where the protocol has no identity.
    pub fingerprint: String,
    /// The public key or certificate itself; goes back unchanged when it is accepted.
    pub key: String,
    /// How it stands to the accepted one.
    pub standing: HostKeyStatus,
    pub pinned: Option<PinnedHostKeyView>,
}

impl HostKeyOfferView {
    /// Joins the offer with the name of who accepted the pinned key.
    pub fn new(offer: &IdentityOffer, pinned: Option<PinnedHostKeyView>) -> Self {
        Self {
            kind: offer.offered.kind(),
            algorithm: offer.offered.label().to_owned(),
            fingerprint: offer.offered.fingerprint().to_owned(),
            key: offer.offered.public_part().to_owned(),
            standing: offer.standing,
            pinned,
        }
    }
}

/// Accepts the identity that was shown.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DeviceTrustRequest {
    pub id: String,
    pub algorithm: String,
    pub key: String,
}

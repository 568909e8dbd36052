//! Devices: their lists, forms, connections and identities.

use app::{
    DeviceForm, DeviceQuery, DeviceRow, IdentityOffer, Page,
    domain::{self, DeviceDetails},
};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    Criticality, DeviceSort, HostKeyStatus, IdentityKind, Noun, Transport, count, id, limit, number::typed_port, time,
};

/// The filter of the devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceFilter {
    /// Words to search for in all texts of the device.
    pub text: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub site: Option<String>,
    pub tag: Option<String>,
}

/// A request for one page of devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceListRequest {
    pub filter: DeviceFilter,
    pub sort: DeviceSort,
    pub descending: bool,
    /// The end of the previous page.
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
    /// The beginning of the next page.
    pub next: Option<String>,
    /// The number of all matching devices.
    pub total: u32,
    /// True if the total is exact; false if it is a lower bound.
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

/// A device as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceRowView {
    pub id: String,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// The port of the usual plugin; 0: no plugin is entered.
    pub port: u16,
    /// The kind of system, as free text.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub site: String,
    pub tags: Vec<String>,
    /// The harm that a compromise of the device would cause.
    pub criticality: Criticality,
    /// True if an identity was accepted for the usual plugin.
    pub host_key_pinned: bool,
    /// The number of its credentials.
    pub credentials: u32,
    /// The time at which the record last changed.
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

/// Returns the identity that a person accepted for the device's usual plugin.
pub fn usual_trust(device: &domain::Device) -> Option<&domain::AcceptedTrust> {
    device.details.usual().and_then(|usual| device.accepted(usual.plugin.as_str()))
}

/// A connection to a device: a plugin with its port and its settings.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ConnectivityView {
    /// The plugin's id. It may be a plugin that this program does not have.
    pub plugin: String,
    /// The transport: plain or TLS.
    pub transport: Transport,
    /// The values of the fields that only this plugin has.
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
    /// The fingerprint as OpenSSH and OpenSSL print it; empty if there is no identity.
    pub fingerprint: String,
    pub accepted_by: String,
    pub accepted_at: String,
}

impl PinnedHostKeyView {
    /// Joins the identity with the name of the user who accepted it.
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

/// A device with all its fields.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    pub id: String,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// The kind of system, as free text.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub website: String,
    pub site: String,
    pub domain: String,
    pub tags: Vec<String>,
    /// The harm that a compromise of the device would cause.
    pub criticality: Criticality,
    /// The connections by which it can be reached.
    pub connectivities: Vec<ConnectivityView>,
    /// The identity that was accepted for the usual plugin.
    pub host_key: Option<PinnedHostKeyView>,
    /// The number of its credentials.
    pub credentials: u32,
    /// The time at which the record was added.
    pub created_at: String,
    /// The time at which the record last changed.
    pub updated_at: String,
}

impl DeviceView {
    /// Joins the device with its accepted identity.
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

/// The content of the device form.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceSaveRequest {
    /// The id of the device; null: a new one.
    pub id: Option<String>,
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// The kind of system, as free text.
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub website: String,
    pub site: String,
    pub domain: String,
    pub tags: Vec<String>,
    /// The harm that a compromise of the device would cause.
    pub criticality: Criticality,
    /// The connections by which it can be reached.
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

/// The identity that a device presents, next to the accepted one.
#[derive(Debug, Serialize, Type)]
pub struct HostKeyOfferView {
    pub kind: IdentityKind,
    /// The type of a key, or the name in a certificate.
    pub algorithm: String,
    /// The fingerprint as OpenSSH and OpenSSL print it; empty if the protocol has no identity.
    pub fingerprint: String,
    /// The public key or certificate itself. The page sends it back unchanged when the user accepts it.
    pub key: String,
    /// The result of comparing it with the accepted one.
    pub status: HostKeyStatus,
    pub pinned: Option<PinnedHostKeyView>,
}

impl HostKeyOfferView {
    /// Joins the offer with the accepted identity, which names the user who accepted it.
    pub fn new(offer: &IdentityOffer, pinned: Option<PinnedHostKeyView>) -> Self {
        Self {
            kind: offer.offered.kind(),
            algorithm: offer.offered.label().to_owned(),
            fingerprint: offer.offered.fingerprint().to_owned(),
            key: offer.offered.public_part().to_owned(),
            status: offer.status,
            pinned,
        }
    }
}

/// A request to accept the identity that was shown.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DeviceTrustRequest {
    pub id: String,
    pub algorithm: String,
    pub key: String,
}

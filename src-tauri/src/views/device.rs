//! Devices.

use app::{
    DeviceForm, DeviceQuery, DeviceRow, HostKeyOffer, Page,
    domain::{self, DeviceDetails},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Criticality, DeviceSort, HostKeyStatus, Noun, Protocol, count, id, limit, number::typed_port, time};
use crate::CommandError;

/// Which devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceFilter {
    /// Words in any of the texts.
    pub text: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// At this site.
    pub site: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
}

/// One page of devices.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeviceListRequest {
    /// Which ones.
    pub filter: DeviceFilter,
    /// In which order.
    pub sort: DeviceSort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
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
    /// The rows.
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
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// The SSH port; 0 when it cannot be reached by SSH.
    pub port: u16,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which one.
    pub model: String,
    /// Where it stands.
    pub site: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// Whether a host key was accepted.
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
            port: details.port(domain::Protocol::Ssh).unwrap_or_default(),
            name: details.name,
            address: details.address,
            kind: details.kind,
            manufacturer: details.manufacturer,
            model: details.model,
            site: details.site,
            tags: details.tags,
            criticality: details.criticality,
            host_key_pinned: device.host_key.is_some(),
            credentials: row.credentials,
            updated_at: time(device.updated_at),
        }
    }
}

/// A protocol and its port.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ConnectivityView {
    /// The protocol.
    pub protocol: Protocol,
    /// The TCP port.
    #[serde(deserialize_with = "typed_port")]
    #[specta(type = u16)]
    pub port: u16,
}

/// A host key that a person accepted.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PinnedHostKeyView {
    /// Its type.
    pub algorithm: String,
    /// As OpenSSH prints it.
    pub fingerprint: String,
    /// Who accepted it.
    pub accepted_by: String,
    /// When.
    pub accepted_at: String,
}

impl PinnedHostKeyView {
    /// Joins the key with the name of who accepted it.
    pub fn new(pinned: domain::PinnedHostKey, accepted_by: String) -> Self {
        Self {
            algorithm: pinned.key.algorithm,
            fingerprint: pinned.key.fingerprint,
            accepted_by,
            accepted_at: time(pinned.accepted_at),
        }
    }
}

/// A device.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which one.
    pub model: String,
    /// Its web page.
    pub website: String,
    /// Where it stands.
    pub site: String,
    /// Its domain.
    pub domain: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// How it can be reached.
    pub connectivities: Vec<ConnectivityView>,
    /// The accepted host key.
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
        let connectivity =
            |known: &domain::Connectivity| ConnectivityView { protocol: known.protocol, port: known.port };
        Self {
            id: device.id.to_string(),
            connectivities: details.connectivities.iter().map(connectivity).collect(),
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
    /// Its name.
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// What kind of system.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which one.
    pub model: String,
    /// Its web page.
    pub website: String,
    /// Where it stands.
    pub site: String,
    /// Its domain.
    pub domain: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// How it can be reached.
    pub connectivities: Vec<ConnectivityView>,
}

impl TryFrom<DeviceSaveRequest> for DeviceForm {
    type Error = CommandError;

    fn try_from(request: DeviceSaveRequest) -> Result<Self, CommandError> {
        let connectivity =
            |asked: ConnectivityView| domain::Connectivity { protocol: asked.protocol, port: asked.port };
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
                connectivities: request.connectivities.into_iter().map(connectivity).collect(),
            },
        })
    }
}

/// A device's key, beside the accepted one.
#[derive(Debug, Serialize, Type)]
pub struct HostKeyOfferView {
    /// Its type.
    pub algorithm: String,
    /// As OpenSSH prints it.
    pub fingerprint: String,
    /// The public key itself; goes back unchanged when it is accepted.
    pub key: String,
    /// How it stands to the accepted one.
    pub standing: HostKeyStatus,
    /// The accepted one.
    pub pinned: Option<PinnedHostKeyView>,
}

impl HostKeyOfferView {
    /// Joins the offer with the name of who accepted the pinned key.
    pub fn new(offer: HostKeyOffer, pinned: Option<PinnedHostKeyView>) -> Self {
        Self {
            algorithm: offer.key.algorithm,
            fingerprint: offer.key.fingerprint,
            key: offer.key.key,
            standing: offer.standing,
            pinned,
        }
    }
}

/// Accepts the key that was shown.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct DeviceTrustRequest {
    /// The device.
    pub id: String,
    /// The key's type.
    pub algorithm: String,
    /// The key.
    pub key: String,
}

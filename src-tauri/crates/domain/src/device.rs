//! Devices: the target systems on which passwords are changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AcceptedTrust, DeviceId, PluginId, Problem, Rule, Trust, text};

crate::enumeration! {
    /// The damage when an attacker takes a device over.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Criticality {
        /// Little depends on the device.
        Low = "low",
        #[default]
        Medium = "medium",
        /// Much depends on the device.
        High = "high",
    }
}

crate::enumeration! {
    /// The transport of a protocol: with or without TLS.
    #[derive(Default)]
    pub enum Transport {
        /// Without TLS; a protocol such as SSH may encrypt by itself.
        #[default]
        Plain = "plain",
        /// The protocol begins in clear and changes to TLS before anything secret is sent.
        StartTls = "startTls",
        /// TLS from the first byte.
        Tls = "tls",
    }
}

/// One way to reach a device: the plugin that speaks its protocol, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Connectivity {
    pub plugin: PluginId,
    pub port: u16,
    #[serde(default)]
    pub transport: Transport,
    /// Values of the fields that the plugin's descriptor names, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl Connectivity {
    /// Makes a connectivity without TLS and without fields of the plugin's own.
    pub fn plain(plugin: PluginId, port: u16) -> Self {
        Self { plugin, port, transport: Transport::Plain, fields: BTreeMap::new() }
    }
}

/// The fields of a device that a person enters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DeviceDetails {
    /// The name of the device; unique in the vault, letter case ignored.
    pub name: String,
    /// The host name or IP address.
    pub address: String,
    /// The kind of system, as free text ("Linux server").
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    /// The address of the device's web page, if it has one.
    pub website: String,
    pub site: String,
    pub domain: String,
    /// Free words by which people search.
    pub tags: Vec<String>,
    pub criticality: Criticality,
    /// The ways to reach the device, at most one entry for each plugin. The first entry is the usual way.
    pub connectivities: Vec<Connectivity>,
}

/// A target system, with the identities that people accepted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Device {
    pub id: DeviceId,
    pub details: DeviceDetails,
    /// The identities that a person accepted, at most one for each plugin.
    pub trusts: Vec<AcceptedTrust>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl DeviceDetails {
    /// Trims every text, and drops empty and repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for text in [
            &mut self.name,
            &mut self.address,
            &mut self.kind,
            &mut self.manufacturer,
            &mut self.model,
            &mut self.website,
            &mut self.site,
            &mut self.domain,
        ] {
            *text = text.trim().to_owned();
        }
        self.tags = text::tidy_tags(self.tags);
        self
    }

    /// Returns a problem for every field that cannot be stored as it is, with the field's name in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        text::check_name(&mut problems, "name", &self.name, 100);
        text::check_length(&mut problems, "type", &self.kind, 100);
        text::check_length(&mut problems, "manufacturer", &self.manufacturer, 100);
        text::check_length(&mut problems, "model", &self.model, 100);
        text::check_length(&mut problems, "website", &self.website, 500);
        text::check_length(&mut problems, "site", &self.site, 100);
        text::check_length(&mut problems, "domain", &self.domain, 255);
        text::check_tags(&mut problems, "tags", &self.tags);
        if self.address.is_empty() {
            problems.push(Problem::new("address", Rule::Required));
        } else if !is_address(&self.address) {
            problems.push(Problem::new("address", Rule::InvalidAddress));
        }
        for (index, connectivity) in self.connectivities.iter().enumerate() {
            if self.connectivities[..index].iter().any(|earlier| earlier.plugin == connectivity.plugin) {
                problems.push(Problem::new("connectivities", Rule::Duplicate));
            }
            if connectivity.port == 0 {
                let rule = Rule::OutOfRange { minimum: 1, maximum: u32::from(u16::MAX) };
                problems.push(Problem::new("connectivities", rule));
            }
        }
        problems
    }

    /// Finds how a plugin reaches the device.
    pub fn connectivity(&self, plugin: &str) -> Option<&Connectivity> {
        self.connectivities.iter().find(|connectivity| connectivity.plugin.as_str() == plugin)
    }

    /// Returns the usual way to reach the device: the first entry.
    pub fn usual(&self) -> Option<&Connectivity> {
        self.connectivities.first()
    }
}

impl Device {
    /// Finds the trust that a person accepted for a plugin.
    pub fn accepted(&self, plugin: &str) -> Option<&AcceptedTrust> {
        self.trusts.iter().find(|accepted| accepted.plugin.as_str() == plugin)
    }

    /// Finds the identity that the device must have for a plugin.
    pub fn trust(&self, plugin: &str) -> Option<&Trust> {
        self.accepted(plugin).map(|accepted| &accepted.trust)
    }
}

/// Tells whether the text is an IP address or a host name by RFC 1123, section 2.1 (underscores are let through, as
/// many networks use them).
fn is_address(text: &str) -> bool {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let numbers_only = name.chars().all(|c| c.is_ascii_digit() || c == '.');
    !name.is_empty()
        && name.len() <= 253
        && !numbers_only
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn host_names_and_ip_addresses_are_addresses() {
        for good in ["srv-db-01", "db.example.org.", "10.0.0.1", "::1", "fe80::1", "my_host", "núcleo.example"] {
            assert!(is_address(good), "{good} is an address");
        }
        for bad in ["10.0.0", "256.1.1.1", "-a", "a..b", "a b", "http://a", "a:22", ""] {
            assert!(!is_address(bad), "{bad} is not an address");
        }
    }
}

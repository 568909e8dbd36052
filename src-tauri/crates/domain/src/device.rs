//! Target systems.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{DeviceId, HostKey, Problem, Rule, UserId, text};

crate::enumeration! {
    /// How bad it is when a device is taken over.
    #[derive(Default)]
    pub enum Criticality {
        /// Little depends on it.
        Low = "low",
        /// The usual case.
        #[default]
        Medium = "medium",
        /// Much depends on it.
        High = "high",
    }
}

crate::enumeration! {
    /// A protocol by which a device can be reached.
    pub enum Protocol {
        /// Secure Shell (RFC 4251).
        Ssh = "ssh",
    }
}

/// A protocol and the port it listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connectivity {
    /// The protocol.
    pub protocol: Protocol,
    /// The TCP port.
    pub port: u16,
}

/// A host key that a person accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedHostKey {
    /// The key.
    pub key: HostKey,
    /// Who accepted it.
    pub accepted_by: UserId,
    /// When.
    pub accepted_at: DateTime<Utc>,
}

/// What a person enters about a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceDetails {
    /// The name it goes by; unique in the vault, letter case ignored.
    pub name: String,
    /// Host name or IP address.
    pub address: String,
    /// What kind of system: free text ("Linux server").
    pub kind: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which one.
    pub model: String,
    /// Address of its web page, if it has one.
    pub website: String,
    /// Where it stands.
    pub site: String,
    /// Its domain.
    pub domain: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How bad it is when it is taken over.
    pub criticality: Criticality,
    /// How it can be reached; at most one entry a protocol.
    pub connectivities: Vec<Connectivity>,
}

/// A target system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What a person entered.
    pub details: DeviceDetails,
    /// The host key that a person accepted, if any.
    pub host_key: Option<PinnedHostKey>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
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

    /// Names every field that cannot be stored as it is, by its name in forms.
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
        for connectivity in &self.connectivities {
            if connectivity.port == 0 {
                let rule = Rule::OutOfRange { minimum: 1, maximum: u32::from(u16::MAX) };
                problems.push(Problem::new("connectivities", rule));
            }
        }
        problems
    }

    /// The port of a protocol, when the device can be reached by it.
    pub fn port(&self, protocol: Protocol) -> Option<u16> {
        self.connectivities
            .iter()
            .find(|connectivity| connectivity.protocol == protocol)
            .map(|connectivity| connectivity.port)
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

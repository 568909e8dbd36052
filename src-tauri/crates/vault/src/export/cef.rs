//! Common Event Format, version 0, as ArcSight describes it ("Implementing ArcSight Common Event Format", version 25).
//!
//! `CEF:0|vendor|product|version|event class|name|severity|extension`. In the head a backslash and a pipe are escaped
//! with a backslash, line ends become spaces. In the extension a backslash and an equals sign are escaped, and line
//! ends are written `\n` and `\r`.

use std::io::Write;

use super::{EntryWriter, from_out, hex};
use crate::{AuditEntry, VaultError};

/// The severity of every entry: no entry of the trail is an alarm by itself.
const SEVERITY: u8 = 3;

/// A writer of entries as CEF events.
pub(crate) struct CefWriter<'a>(&'a mut dyn Write);

impl<'a> CefWriter<'a> {
    /// Begins a file. The format has no header.
    pub(crate) fn begin(out: &'a mut dyn Write) -> Self {
        Self(out)
    }
}

impl EntryWriter for CefWriter<'_> {
    fn entry(&mut self, entry: &AuditEntry) -> Result<(), VaultError> {
        let action = head(&entry.action);
        let mut line = format!("CEF:0|Chaveiro|Chaveiro|{}|{action}|{action}|{SEVERITY}|", env!("CARGO_PKG_VERSION"));
        let mut separator = "";
        let mut field = |name: &str, value: &str| {
            line.push_str(&format!("{separator}{name}={}", extension(value)));
            separator = " ";
        };
        field("rt", &entry.at.timestamp_millis().to_string());
        field("externalId", &entry.number.to_string());
        let optional = [
            ("suid", entry.who.map(|who| who.to_string())),
            ("suser", entry.who_name.clone()),
            ("cs1", entry.noun.clone()),
            ("cs2", entry.object.map(|id| id.to_string())),
            ("cs3", entry.label.clone()),
            ("cs4", Some(hex(&entry.hash))),
            ("msg", Some(entry.detail.to_string())),
        ];
        for (name, value) in optional {
            let Some(value) = value else { continue };
            field(name, &value);
            let label = match name {
                "cs1" => "objectKind",
                "cs2" => "objectId",
                "cs3" => "object",
                "cs4" => "hash",
                _ => continue,
            };
            field(&format!("{name}Label"), label);
        }
        writeln!(self.0, "{line}").map_err(from_out)
    }

    fn end(&mut self) -> Result<(), VaultError> {
        self.0.flush().map_err(from_out)
    }
}

/// Escapes a text for the head.
pub(super) fn head(text: &str) -> String {
    text.replace('\\', r"\\").replace('|', r"\|").replace(['\r', '\n'], " ")
}

/// Escapes a text for the extension.
pub(super) fn extension(text: &str) -> String {
    text.replace('\\', r"\\").replace('=', r"\=").replace('\n', r"\n").replace('\r', r"\r")
}

//! The export of audit entries as lines in formats of other programs. The quoting rules of each format are in its own
//! file.

mod cef;
mod csv;
mod json_lines;

pub(crate) use cef::CefWriter;
pub(crate) use csv::CsvWriter;
pub(crate) use json_lines::JsonLinesWriter;

use std::io;

use crate::{AuditEntry, VaultError};

domain::enumeration! {
    /// The format of a file of audit entries.
    pub enum AuditFormat {
        /// A table for spreadsheets (RFC 4180).
        Csv = "csv",
        /// One JSON object on each line.
        JsonLines = "jsonLines",
        /// Common Event Format, version 0, for programs that collect events.
        Cef = "cef",
    }
}

/// A writer of one format. It takes one entry after the other.
pub(crate) trait EntryWriter {
    /// Writes one entry of the audit trail.
    fn entry(&mut self, entry: &AuditEntry) -> Result<(), VaultError>;
    /// Makes sure that everything is written.
    fn end(&mut self) -> Result<(), VaultError>;
}

/// Translates an error of the target.
fn from_out(source: io::Error) -> VaultError {
    VaultError::Export { source }
}

/// Returns a time as all formats write it: RFC 3339 with microseconds, UTC.
fn time(entry: &AuditEntry) -> String {
    entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// Returns bytes as lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

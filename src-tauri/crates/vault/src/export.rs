//! Audit entries as lines of other programs' formats. Each format's rules of quoting stand in its own file.

mod cef;
mod csv;
mod json_lines;

pub(crate) use cef::CefWriter;
pub(crate) use csv::CsvWriter;
pub(crate) use json_lines::JsonLinesWriter;

use std::io;

use crate::{AuditEntry, VaultError};

domain::enumeration! {
    /// What a file of audit entries is for.
    pub enum AuditFormat {
        /// A table for spreadsheets (RFC 4180).
        Csv = "csv",
        /// One JSON object a line.
        JsonLines = "jsonLines",
        /// Common Event Format, version 0, for programs that collect events.
        Cef = "cef",
    }
}

/// Takes one entry after the other.
pub(crate) trait EntryWriter {
    /// Writes one entry.
    fn entry(&mut self, entry: &AuditEntry) -> Result<(), VaultError>;
    /// Makes sure that everything is written.
    fn end(&mut self) -> Result<(), VaultError>;
}

/// Translates what the other side says.
fn from_out(source: io::Error) -> VaultError {
    VaultError::Export { source }
}

/// A time as all formats write it: RFC 3339 with microseconds, UTC.
fn time(entry: &AuditEntry) -> String {
    entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// Bytes as lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;

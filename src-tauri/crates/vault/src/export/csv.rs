//! CSV (RFC 4180) that is safe in a spreadsheet: no cell runs as a formula.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end is a formula to a spreadsheet
//! (<https://owasp.org/www-community/attacks/CSV_Injection>). Such a cell gets an apostrophe before it, and so does one
//! that begins with an apostrophe, so that taking one away always gives the text back.

use std::io::Write;

use super::{EntryWriter, from_out, hex, time};
use crate::{AuditEntry, VaultError};

const HEADER: [&str; 11] =
    ["number", "at", "userId", "user", "action", "noun", "objectId", "object", "detail", "previous", "hash"];

/// A writer of entries as a table with a header.
pub(crate) struct CsvWriter<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> CsvWriter<'a> {
    /// Begins a file and writes the header.
    pub(crate) fn begin(out: &'a mut dyn Write) -> Result<Self, VaultError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(HEADER).map_err(from_csv)?;
        Ok(Self(writer))
    }
}

impl EntryWriter for CsvWriter<'_> {
    fn entry(&mut self, entry: &AuditEntry) -> Result<(), VaultError> {
        let cells = [
            entry.number.to_string(),
            time(entry),
            entry.who.map(|who| who.to_string()).unwrap_or_default(),
            entry.who_name.clone().unwrap_or_default(),
            entry.action.clone(),
            entry.noun.clone().unwrap_or_default(),
            entry.object.map(|id| id.to_string()).unwrap_or_default(),
            entry.label.clone().unwrap_or_default(),
            entry.detail.to_string(),
            hex(&entry.previous),
            hex(&entry.hash),
        ];
        self.0.write_record(cells.map(harmless)).map_err(from_csv)
    }

    fn end(&mut self) -> Result<(), VaultError> {
        self.0.flush().map_err(from_out)
    }
}

/// Returns a text that no spreadsheet treats as a formula.
pub(super) fn harmless(text: String) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'') => format!("'{text}"),
        _ => text,
    }
}

fn from_csv(error: csv::Error) -> VaultError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => from_out(source),
        other => from_out(std::io::Error::other(format!("{other:?}"))),
    }
}

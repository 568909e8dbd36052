//! JSON Lines (<https://jsonlines.org>): one object on each line, with every field.

use std::io::Write;

use serde_json::json;

use super::{EntryWriter, from_out, hex, time};
use crate::{AuditEntry, VaultError};

/// A writer of entries as JSON objects.
pub(crate) struct JsonLinesWriter<'a>(&'a mut dyn Write);

impl<'a> JsonLinesWriter<'a> {
    /// Begins a file. The format has no header.
    pub(crate) fn begin(out: &'a mut dyn Write) -> Self {
        Self(out)
    }
}

impl EntryWriter for JsonLinesWriter<'_> {
    fn entry(&mut self, entry: &AuditEntry) -> Result<(), VaultError> {
        let object = json!({
            "number": entry.number,
            "at": time(entry),
            "userId": entry.who.map(|who| who.to_string()),
            "user": entry.who_name,
            "action": entry.action,
            "noun": entry.noun,
            "objectId": entry.object.map(|id| id.to_string()),
            "object": entry.label,
            "detail": entry.detail,
            "previous": hex(&entry.previous),
            "hash": hex(&entry.hash),
        });
        // Line ends within a text are escaped by JSON itself.
        writeln!(self.0, "{object}").map_err(from_out)
    }

    fn end(&mut self) -> Result<(), VaultError> {
        self.0.flush().map_err(from_out)
    }
}

//! The audit trail as a file for other programs. Entries are written one by one; a million of them need no more memory
//! than one.

use std::io::Write;

use super::{
    audit::Audit,
    audit_list::{AuditEntry, AuditQuery, each_entry},
};
use crate::{
    OnProgress, Phase, VaultError,
    export::{AuditFormat, CefWriter, CsvWriter, EntryWriter, JsonLinesWriter},
    file::progress::tell,
};

/// The number of entries after which the progress is reported.
const TELL_EVERY: u64 = 1_000;

impl Audit<'_> {
    /// Writes every entry that fits, from the oldest to the newest, and returns their number. The query's place and
    /// limit do not count.
    ///
    /// # Errors
    /// [`VaultError::Export`] for an error of the target; [`VaultError::Stopped`]; [`VaultError::Storage`] and other
    /// errors of the database.
    pub fn export(
        &self,
        query: &AuditQuery,
        format: AuditFormat,
        out: &mut dyn Write,
        progress: &mut OnProgress<'_>,
    ) -> Result<u64, VaultError> {
        let mut writer: Box<dyn EntryWriter + '_> = match format {
            AuditFormat::Csv => Box::new(CsvWriter::begin(out)?),
            AuditFormat::JsonLines => Box::new(JsonLinesWriter::begin(out)),
            AuditFormat::Cef => Box::new(CefWriter::begin(out)),
        };
        let mut done = 0;
        let entries = each_entry(self, query, |entry: AuditEntry| {
            done += 1;
            if u64::is_multiple_of(done, TELL_EVERY) {
                tell(progress, Phase::Writing, done, 0)?;
            }
            writer.entry(&entry)
        })?;
        writer.end()?;
        Ok(entries)
    }
}

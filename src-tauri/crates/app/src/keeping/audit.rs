//! The audit trail: reading, verifying and exporting it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vault::{
    AuditChoices, AuditEntry, AuditFormat, AuditQuery, AuditVerdict, Noun, Page, VaultError, is_ahead,
    private_file::Replacement,
};

use crate::{Action, App, AppError, Task};

/// An entry with its detail split into changes and facts, for people.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AuditDetails {
    pub entry: AuditEntry,
    /// True if its time is in the future: the clock of its author was ahead.
    pub clock_was_ahead: bool,
    /// Each field that changed.
    pub changes: Vec<AuditChange>,
    /// Everything else, as name and text.
    pub facts: Vec<(String, String)>,
}

/// The old and the new value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct AuditChange {
    pub field: String,
    /// The old value; None for a secret and if there was no value.
    pub from: Option<String>,
    pub to: Option<String>,
    /// True for a field whose value is never written down.
    pub secret: bool,
}

/// An entry, as the list shows it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ListedEntry {
    pub entry: AuditEntry,
    /// True if its time is in the future: the clock of its author was ahead.
    pub clock_was_ahead: bool,
}

/// The operations on the audit trail.
pub struct AuditTrail<'a>(pub(crate) &'a App);

impl AuditTrail<'_> {
    /// Returns one page of the entries that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, AppError> {
        let signed_in = self.0.authorize(Action::ReadAudit)?;
        signed_in.vault.read(|reader| Ok(reader.audit().list(query)?))
    }

    /// As [`AuditTrail::list`], with a mark on each entry whose time is in the future.
    ///
    /// # Errors
    /// As [`AuditTrail::list`].
    pub fn page(&self, query: &AuditQuery) -> Result<Page<ListedEntry>, AppError> {
        let Page { rows, next, total, total_is_exact } = self.list(query)?;
        let listed = |entry: AuditEntry| ListedEntry { clock_was_ahead: self.clock_was_ahead(entry.at), entry };
        Ok(Page { rows: rows.into_iter().map(listed).collect(), next, total, total_is_exact })
    }

    /// Reads one entry by its number.
    ///
    /// # Errors
    /// As [`AuditTrail::list`], and [`AppError::NotFound`].
    pub fn get(&self, number: u64) -> Result<AuditDetails, AppError> {
        let signed_in = self.0.authorize(Action::ReadAudit)?;
        let entry = signed_in.vault.read(|reader| reader.audit().get(number))?;
        let entry = entry.ok_or(AppError::NotFound { noun: Noun::AuditEntry })?;
        let clock_was_ahead = self.clock_was_ahead(entry.at);
        Ok(take_apart(entry, clock_was_ahead))
    }

    /// Tells whether an entry of this time was written under a clock that was ahead, so that its time is in the future.
    pub fn clock_was_ahead(&self, at: DateTime<Utc>) -> bool {
        is_ahead(at, self.0.setup.clock.now())
    }

    /// Returns the values that the filters offer.
    ///
    /// # Errors
    /// As [`AuditTrail::list`].
    pub fn choices(&self) -> Result<AuditChoices, AppError> {
        let signed_in = self.0.authorize(Action::ReadAudit)?;
        signed_in.vault.read(|reader| Ok(reader.audit().choices()?))
    }

    /// Verifies every hash and every signature of the trail. Also returns the name of the person who signed last.
    ///
    /// # Errors
    /// As [`AuditTrail::list`], [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn verify(&self) -> Result<(AuditVerdict, Option<String>), AppError> {
        let signed_in = self.0.authorize(Action::ReadAudit)?;
        let mut work = self.0.begin(Task::AuditVerify)?;
        let roster = signed_in.vault.roster();
        let (verdict, signer) = signed_in.vault.read(|reader| {
            let key = |user, at| roster.signing_key_at(user, at);
            let verdict = reader.audit().verify(&key, &mut |progress| work.hear(progress))?;
            let signer = match &verdict {
                AuditVerdict::Intact { newest: Some(head), .. } => reader.users().name(head.signer)?,
                AuditVerdict::Intact { newest: None, .. } | AuditVerdict::Broken { .. } => None,
            };
            Ok::<_, AppError>((verdict, signer))
        })?;
        if let AuditVerdict::Broken { entry, what, .. } = &verdict
            && !signed_in.vault.is_read_only()
        {
            // The new entry is written after the break. It shows that the break was seen, and by whom.
            let detail = json!({ "entry": entry, "why": what.word() });
            signed_in.vault.write(|writer| self.0.append(writer, &signed_in, "audit.broken", detail))?;
        }
        Ok((verdict, signer))
    }

    /// Checks that the signed-in user may write the trail to a file.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::ReadOnly`].
    pub fn may_export(&self) -> Result<(), AppError> {
        self.0.authorize(Action::ExportReports).map(|_| ())
    }

    /// Writes the entries that match to a file that `choose` asks for; none if no file was chosen. The permission is
    /// checked before the file is asked for.
    ///
    /// # Errors
    /// As [`AuditTrail::export`].
    pub fn export_where(
        &self,
        query: &AuditQuery,
        format: AuditFormat,
        choose: impl FnOnce() -> Option<PathBuf>,
    ) -> Result<Option<(PathBuf, u64)>, AppError> {
        self.may_export()?;
        let Some(path) = choose() else { return Ok(None) };
        let entries = self.export(query, format, &path)?;
        Ok(Some((path, entries)))
    }

    /// Writes the entries that match to a new file. The export is audited, and the head signed.
    ///
    /// # Errors
    /// As [`AuditTrail::list`], [`AppError::FileNotWritten`], [`AppError::TaskRuns`],
    /// [`AppError::Canceled`]; after any of them no file is left.
    pub fn export(&self, query: &AuditQuery, format: AuditFormat, to: &Path) -> Result<u64, AppError> {
        let signed_in = self.0.authorize(Action::ExportReports)?;
        let mut work = self.0.begin(Task::AuditExport)?;
        let path = || to.to_string_lossy().into_owned();
        // The user has already agreed in the system's dialogue to replace an older export of the same name.
        let exported = Replacement::of(to).map_err(file_error).and_then(|file| {
            let mut out = std::io::BufWriter::new(file);
            let entries = signed_in
                .vault
                .read(|reader| reader.audit().export(query, format, &mut out, &mut |progress| work.hear(progress)))?;
            out.into_inner().map_err(|error| file_error(error.into_error()))?.finish().map_err(file_error)?;
            Ok(entries)
        });
        let entries = exported.map_err(|error| match error {
            VaultError::File { source } => AppError::FileNotWritten { path: path(), source },
            other => other.into(),
        })?;
        signed_in.vault.write(|writer| {
            let detail = json!({ "format": format.word(), "entries": entries, "file": to.file_name().map(|name| name.to_string_lossy()) });
            self.0.append(writer, &signed_in, "audit.exported", detail)?;
            self.0.sign_head(writer, &signed_in)
        })?;
        Ok(entries)
    }
}

fn file_error(source: std::io::Error) -> VaultError {
    VaultError::File { source }
}

/// Splits an entry's detail: two objects `from` and `to` are compared field by field, a text "changed" is a secret, and
/// the rest are facts.
fn take_apart(entry: AuditEntry, clock_was_ahead: bool) -> AuditDetails {
    let (mut changes, mut facts) = (Vec::new(), Vec::new());
    if let Value::Object(detail) = &entry.detail {
        let is_change = detail.contains_key("to") && detail.contains_key("from");
        if is_change {
            changes.extend(differences(&detail["from"], &detail["to"]));
        }
        for (name, value) in detail.iter().filter(|(name, _)| !(is_change && (*name == "from" || *name == "to"))) {
            match value {
                Value::Null => {}
                Value::String(text) if text == "changed" => {
                    changes.push(AuditChange { field: name.clone(), from: None, to: None, secret: true });
                }
                other => facts.push((name.clone(), text(other).unwrap_or_default())),
            }
        }
    }
    AuditDetails { entry, clock_was_ahead, changes, facts }
}

fn differences(from: &Value, to: &Value) -> Vec<AuditChange> {
    let empty = serde_json::Map::new();
    let (Some(before), Some(after)) = (from.as_object().or(Some(&empty)), to.as_object().or(Some(&empty))) else {
        return Vec::new();
    };
    let mut fields: Vec<&String> = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))).collect();
    fields.sort();
    fields
        .into_iter()
        .filter_map(|field| {
            let (from, to) = (before.get(field).and_then(text), after.get(field).and_then(text));
            (from != to).then(|| AuditChange { field: field.clone(), from, to, secret: false })
        })
        .collect()
}

/// Returns a value as text for people; None for null or an empty text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn only_what_differs_is_a_change() {
        let changes = differences(&json!({ "a": 1, "b": "x", "c": [] }), &json!({ "a": 1, "b": "y", "c": ["t", "u"] }));
        let reported: Vec<_> = changes.iter().map(|change| (change.field.as_str(), change.to.as_deref())).collect();
        assert_eq!(reported, [("b", Some("y")), ("c", Some("t, u"))], "a stayed the same");
        assert_eq!(changes[0].from.as_deref(), Some("x"), "what it was");
    }

    #[test]
    fn a_record_that_was_not_there_before_has_only_what_it_became() {
        let changes = differences(&json!(null), &json!({ "name": "srv", "site": "" }));
        assert_eq!(changes.len(), 1, "an empty site is nothing");
        assert_eq!(changes[0].from, None, "there was nothing");
    }
}

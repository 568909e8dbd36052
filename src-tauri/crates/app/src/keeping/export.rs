//! The export of lists to CSV files for spreadsheets (RFC 4180), written row by row.
//!
//! A cell that a spreadsheet would run as a formula gets an apostrophe before it: text from a device or a person must
//! not run on the reader's computer (OWASP, *CSV Injection*).

use std::{
    io::{self, BufWriter},
    path::Path,
};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::visible;
use serde::Serialize;
use vault::{
    AttemptQuery, AttemptRow, Expiration, ExpirationQuery, NewEntry, OperationQuery, OperationRow, VaultError, Writer,
    private_file::Replacement,
};

use crate::{Action, App, AppError, access::signed_in_user::SignedInUser};

/// The list that is exported.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Report {
    /// The list of operations.
    Operations(Box<OperationQuery>),
    /// The list of attempts.
    Attempts(Box<AttemptQuery>),
    Expirations(Box<ExpirationQuery>),
}

/// The headings of the first row, in the reader's language.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Headings {
    pub operations: [&'static str; 13],
    pub attempts: [&'static str; 13],
    pub expirations: [&'static str; 7],
}

/// A report that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// The number of rows, without the headings.
    pub rows: u64,
}

/// The reason why a report was not finished.
enum Halt {
    Vault(VaultError),
    File(io::Error),
}

impl From<VaultError> for Halt {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<csv::Error> for Halt {
    fn from(error: csv::Error) -> Self {
        Self::File(error.into())
    }
}

impl App {
    /// Writes a report to a file.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::FileNotWritten`], [`AppError::Vault`].
    pub fn export(&self, report: &Report, headings: &Headings, file: &Path) -> Result<Exported, AppError> {
        let action = match report {
            Report::Operations(_) | Report::Attempts(_) => Action::ReadOperations,
            Report::Expirations(_) => Action::ExportReports,
        };
        let signed_in = self.authorize(action)?;
        let now = self.setup.clock.now();
        let not_written = |source| AppError::FileNotWritten { path: file.to_string_lossy().into_owned(), source };
        let mut sheet = Sheet::new(Replacement::of(file).map_err(not_written)?);
        let written = signed_in.vault.read(|reader| match report {
            Report::Operations(query) => {
                sheet.row(&headings.operations)?;
                let query = OperationQuery { filter: self.dated(&query.filter), ..(**query).clone() };
                reader.operations().each(&query, |row| sheet.row(&operation(&row)))
            }
            Report::Attempts(query) => {
                sheet.row(&headings.attempts)?;
                reader.attempts().each(&self.dated_attempts(query), |row| sheet.row(&attempt(&row)))
            }
            Report::Expirations(query) => {
                sheet.row(&headings.expirations)?;
                reader.schedules().each_expiration(query, |row| sheet.row(&expiration(&row, now)))
            }
        });
        match written.and_then(|()| sheet.finish()) {
            Ok(rows) => {
                if !signed_in.vault.is_read_only() {
                    signed_in.vault.write(|writer| append(writer, &signed_in, report, rows, now))?;
                }
                Ok(Exported { rows })
            }
            Err(Halt::Vault(error)) => Err(error.into()),
            Err(Halt::File(error)) => Err(not_written(error)),
        }
    }
}

fn append(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    report: &Report,
    rows: u64,
    at: DateTime<Utc>,
) -> Result<(), VaultError> {
    let name = match report {
        Report::Operations(_) => "operations",
        Report::Attempts(_) => "attempts",
        Report::Expirations(_) => "expirations",
    };
    let detail = serde_json::json!({ "report": name, "rows": rows });
    let entry = NewEntry { who: Some(signed_in.user.id), action: "report.exported", object: None, detail, at };
    writer.audit_mut().append(&entry).map(|_| ())
}

/// A file that is being written, cell by cell.
struct Sheet {
    writer: csv::Writer<BufWriter<Replacement>>,
    rows: u64,
}

impl Sheet {
    fn new(file: Replacement) -> Self {
        Self { writer: csv::Writer::from_writer(BufWriter::new(file)), rows: 0 }
    }

    fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<(), Halt> {
        for cell in cells {
            let cell = cell.as_ref();
            if is_formula(cell) {
                self.writer.write_field(format!("'{cell}"))?;
            } else {
                self.writer.write_field(cell)?;
            }
        }
        self.writer.write_record(None::<&[u8]>)?;
        self.rows += 1;
        Ok(())
    }

    fn finish(self) -> Result<u64, Halt> {
        let buffer = self.writer.into_inner().map_err(|error| Halt::File(error.into_error()))?;
        let file = buffer.into_inner().map_err(|error| Halt::File(error.into_error()))?;
        file.finish().map_err(Halt::File)?;
        Ok(self.rows - 1)
    }
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

fn operation(row: &OperationRow) -> [String; 13] {
    let record = &row.record;
    [
        record.code.to_string(),
        word(&record.kind),
        row.username.clone(),
        row.device_name.clone(),
        word(&record.state),
        row.requester_name.clone(),
        time(Some(record.scheduled_at)),
        time(record.started_at),
        time(record.ended_at),
        record.attempts.to_string(),
        record.failure.as_ref().map(word).unwrap_or_default(),
        row.template.as_ref().map(|used| format!("{} ({})", used.name, used.version)).unwrap_or_default(),
        row.message.as_deref().map(|message| visible(message).into_owned()).unwrap_or_default(),
    ]
}

fn attempt(row: &AttemptRow) -> [String; 13] {
    [
        row.code.to_string(),
        row.number.to_string(),
        word(&row.kind),
        row.username.clone(),
        row.device_name.clone(),
        row.requester_name.clone(),
        row.step.as_ref().map(word).unwrap_or_default(),
        row.failure.as_ref().map(word).unwrap_or_default(),
        time(Some(row.started_at)),
        time(row.ended_at),
        row.template_name.clone(),
        row.template_version.to_string(),
        row.message.as_deref().map(|message| visible(message).into_owned()).unwrap_or_default(),
    ]
}

fn expiration(row: &Expiration, now: DateTime<Utc>) -> [String; 7] {
    [
        row.username.clone(),
        row.device_name.clone(),
        row.policy.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        time(row.changed_at),
        time(row.expires_at),
        time(row.next_due),
        word(&row.status(now)),
    ]
}

/// Returns the code of a choice, as the vault stores it.
fn word(choice: &impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::is_formula;

    #[test]
    fn what_a_spreadsheet_would_run_is_recognised() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(is_formula(cell), "{cell:?} would be run");
        }
        for cell in ["", "root", "srv-01", "1-2", "a=b"] {
            assert!(!is_formula(cell), "{cell:?} is a text");
        }
    }
}

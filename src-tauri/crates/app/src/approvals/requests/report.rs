//! The export of requests as CSV: one line for each request, with every decision verified while it is written, or one
//! line for each change.

use std::{
    io::{BufWriter, Write},
    path::PathBuf,
};

use approval::{Content, VerifiedRequest};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{RequestId, UserId};
use serde_json::json;
use vault::{NewEntry, Object, Reader, RequestQuery, RequestRow, private_file::Replacement};

use super::{ApprovalContext, NOT_FOUND, RequestScope, Requests, examine, outcome_holds, scoped};
use crate::{
    Action, AppError,
    access::signed_in_user::SignedInUser,
    approvals::batches::{self, PageRequest},
};

const REQUESTS_HEAD: &str = "code,id,action,state,emergency,requester,reason,tasks,approvals,needed,rejections,\
    requestedAt,validUntil,endedAt,digest,content,outcome,decisions,emergencyBy,emergencyAt,emergencyReason\r\n";
const TASKS_HEAD: &str = "code,username,device,field,part,from,to,operation,scheduledAt\r\n";
const AT_ONCE: u32 = 500;

impl Requests<'_> {
    /// Writes all matching requests as CSV, one line for each, and verifies every signature while it is written.
    ///
    /// # Errors
    /// As [`Requests::list`], and [`AppError::System`] if the file cannot be written.
    pub fn export(&self, scope: RequestScope, query: &RequestQuery, to: &mut dyn Write) -> Result<u64, AppError> {
        let signed_in = self.0.authorize(Action::ExportReports)?;
        let mut written = 0;
        to.write_all(REQUESTS_HEAD.as_bytes())?;
        let mut query = RequestQuery { after: None, limit: AT_ONCE, ..query.clone() };
        loop {
            let (lines, next) =
                self.0.look(&signed_in, |reader, context| match scoped(&signed_in, context, scope, &query) {
                    Some(query) => {
                        let page = reader.requests().list(&query)?;
                        let lines = page.rows.iter().map(|row| request_line(reader, context, row));
                        Ok((lines.collect::<Result<Vec<_>, AppError>>()?, page.next))
                    }
                    None => Ok((Vec::new(), None)),
                })?;
            for line in &lines {
                to.write_all(line.as_bytes())?;
                written += 1;
            }
            query.after = next;
            if query.after.is_none() {
                break;
            }
        }
        to.flush()?;
        self.note_export(&signed_in, "requests.exported", None, json!({ "requests": written }))?;
        Ok(written)
    }

    /// Writes the old and new values of a request as CSV from the signed content, one line for each changed part.
    ///
    /// # Errors
    /// As [`Requests::get`], and [`AppError::System`] if the file cannot be written.
    pub fn export_tasks(&self, id: RequestId, to: &mut dyn Write) -> Result<u64, AppError> {
        let signed_in = self.0.authorize(Action::ExportReports)?;
        let (code, content) = self.0.look(&signed_in, |reader, context| {
            let record = reader.requests().get(id)?.ok_or(NOT_FOUND)?;
            let examination = examine(reader, context, id)?;
            Ok((record.code, examination.request().map(|request| request.content.clone())))
        })?;
        to.write_all(TASKS_HEAD.as_bytes())?;
        let mut written = 0;
        for line in content.iter().flat_map(|content| task_lines(code, content)) {
            to.write_all(line.as_bytes())?;
            written += 1;
        }
        to.flush()?;
        self.note_export(&signed_in, "request.exported", Some((id, code)), json!({ "lines": written }))?;
        Ok(written)
    }

    /// As [`Requests::export_tasks`], to a file that is asked for with the request's code; none if no file was chosen.
    ///
    /// # Errors
    /// As [`Requests::export_tasks`].
    pub fn export_tasks_where(
        &self,
        id: RequestId,
        choose: impl FnOnce(i64) -> Option<PathBuf>,
    ) -> Result<Option<PathBuf>, AppError> {
        let signed_in = self.0.authorize(Action::ExportReports)?;
        let code = self.0.look(&signed_in, |reader, _| Ok(reader.requests().get(id)?.ok_or(NOT_FOUND)?.code))?;
        let Some(path) = choose(code) else { return Ok(None) };
        let mut file = BufWriter::new(Replacement::of(&path)?);
        self.export_tasks(id, &mut file)?;
        file.into_inner().map_err(|error| error.into_error())?.finish()?;
        Ok(Some(path))
    }

    fn note_export(
        &self,
        signed_in: &SignedInUser,
        action: &str,
        request: Option<(RequestId, i64)>,
        detail: serde_json::Value,
    ) -> Result<(), AppError> {
        self.0.in_request(signed_in, |writer, context| {
            let label = request.map(|(_, code)| code.to_string()).unwrap_or_default();
            let object = request.map(|(id, _)| Object { noun: "request", id: id.as_uuid(), label: &label });
            let entry =
                NewEntry { who: Some(signed_in.user.id), action, object, detail: detail.clone(), at: context.now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

fn request_line(reader: &Reader<'_>, context: &ApprovalContext<'_>, row: &RequestRow) -> Result<String, AppError> {
    let examination = examine(reader, context, row.id)?;
    let record = reader.requests().get(row.id)?.ok_or(NOT_FOUND)?;
    let outcome = if outcome_holds(reader, context, &examination)? { "holds" } else { "forged" };
    let emergency = record.emergency.as_ref();
    let fields = [
        row.code.to_string(),
        row.id.to_string(),
        word(json!(row.action)),
        word(json!(row.state)),
        row.emergency.to_string(),
        row.requester_name.clone(),
        row.reason.clone(),
        row.tasks.to_string(),
        row.approvals.to_string(),
        row.approvals_needed.to_string(),
        row.rejections.to_string(),
        time(row.requested_at),
        time(row.valid_until),
        row.ended_at.map(time).unwrap_or_default(),
        batches::hex(&examination.digest()),
        examination.integrity().word().to_owned(),
        outcome.to_owned(),
        decisions(reader, context, &examination)?,
        emergency.map(|emergency| name(reader, context, emergency.by)).transpose()?.unwrap_or_default(),
        emergency.map(|emergency| time(emergency.at)).unwrap_or_default(),
        emergency.map(|emergency| emergency.justification.clone()).unwrap_or_default(),
    ];
    Ok(csv_line(&fields))
}

/// Writes every decision on a line of its own: approver, verdict, time, the result of its verification, and reason.
fn decisions(
    reader: &Reader<'_>,
    context: &ApprovalContext<'_>,
    examination: &VerifiedRequest,
) -> Result<String, AppError> {
    let lines = examination.decisions().iter().map(|decision| {
        let (verdict, at) = (word(json!(decision.verdict)), time(decision.at));
        let name = name(reader, context, decision.approver)?;
        let line = format!("{name}: {verdict}, {at}, signature {}", decision.finding.word());
        Ok(if decision.reason.is_empty() { line } else { format!("{line}: {}", decision.reason) })
    });
    Ok(lines.collect::<Result<Vec<_>, AppError>>()?.join("\n"))
}

fn name(reader: &Reader<'_>, context: &ApprovalContext<'_>, user: UserId) -> Result<String, AppError> {
    Ok(match context.history.name_of(user) {
        Some(name) => name.to_owned(),
        None => reader.users().name(user)?.unwrap_or_default(),
    })
}

fn task_lines(code: i64, content: &Content) -> Vec<String> {
    let whole = PageRequest { limit: usize::MAX, ..PageRequest::default() };
    let mut lines = Vec::new();
    for task in batches::of_content(content, &whole).rows {
        let begin = [code.to_string(), task.username.clone(), task.device_name.clone()];
        for (field, parts) in &task.changes {
            for part in parts {
                let change = [word(json!(field)), part.name.to_string(), part.from.clone(), part.to.clone()];
                lines.push(csv_line(&[&begin[..], &change, &[String::new(), String::new()]].concat()));
            }
        }
        if let Some((_, kind, at)) = task.operation {
            let none = [const { String::new() }; 4];
            lines.push(csv_line(&[&begin[..], &none, &[word(json!(kind)), time(at)]].concat()));
        }
    }
    lines
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn word(value: serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn csv_line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
    format!("{}\r\n", fields.join(","))
}

/// Writes a field as RFC 4180 requires. A text that a spreadsheet would run as a formula gets an apostrophe before it.
fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::csv_field;

    #[test]
    fn no_field_of_an_export_is_a_formula_or_breaks_out_of_its_place() {
        assert_eq!(csv_field("plain"), "plain", "what is harmless stays as it is");
        assert_eq!(csv_field("=1+1"), "'=1+1", "a formula is text");
        assert_eq!(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"", "quotes, commas and lines stay inside");
        assert_eq!(csv_field("@SUM(A1),x"), "\"'@SUM(A1),x\"", "both at once");
    }
}

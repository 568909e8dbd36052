//! Bulk actions: the review of their changes, and the request for them. Nothing here changes a credential.

mod plan;
mod shown;

use std::collections::HashMap;

use approval::{ApproverHistory, Batch, BatchAction, Content, Request, SettingsChain, Task, Verdict};
use chrono::TimeDelta;
use domain::{CredentialId, CredentialStatus, DeviceId, PasswordType, Problem, RequestId};
use serde_json::json;
use vault::{Conflict, CredentialQuery, CredentialRow, NewEntry, Object, Page, Reader, VaultError, Writer};

pub use plan::RefusalReason;
pub(crate) use shown::of_content;
pub use shown::{ChangeGroup, ReviewTab, ShownPage, ShownTask};

use crate::{Action, App, AppError, access::signed_in_user::SignedInUser};

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 1_000;
/// The most credentials of one bulk action.
pub const MOST_CREDENTIALS: usize = 100_000;

/// The draft of a bulk action, as the wizard holds it.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchDraft {
    pub action: BatchAction,
    /// The selected credentials, in the order of selection.
    pub credentials: Vec<CredentialId>,
    /// The new values; for an update only.
    pub update: Option<BatchUpdate>,
}

/// The new values of an update. None: the field is not changed.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchUpdate {
    pub password_type: Option<PasswordType>,
    pub domain: Option<String>,
    pub device: Option<DeviceId>,
    pub additional_information: Option<String>,
    pub tags: Option<TagsUpdate>,
    pub parent: Option<ParentUpdate>,
    pub password_change: Option<PasswordChangeUpdate>,
    pub reconciliation: Option<ReconciliationUpdate>,
}

/// The change of the tags.
#[derive(Debug, Clone)]
pub enum TagsUpdate {
    /// Replaces all tags by these.
    Replace(Vec<String>),
    /// Adds these to the present tags.
    Add(Vec<String>),
}

/// The new parent whose password a credential follows.
#[derive(Debug, Clone)]
pub struct ParentUpdate {
    /// The new parent; none removes the present one.
    pub parent: Option<CredentialId>,
    /// True if the credential gets a password of its own instead of the parent's.
    pub own_password: bool,
}

/// The new settings for password changes.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PasswordChangeUpdate {
    /// True if a plugin may change the password.
    pub automatic_change: bool,
    pub plugin: Option<String>,
    pub template: Option<String>,
    /// The credential that logs in to make the change; none: the credential itself.
    pub access: Option<CredentialId>,
}

/// The new settings for reconciliation.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ReconciliationUpdate {
    pub enabled: bool,
    pub autorun: bool,
    pub credential: Option<CredentialId>,
    pub plugin: Option<String>,
    pub template: Option<String>,
}

domain::enumeration! {
    /// A reason that may block the change by the time of the approval.
    pub enum BatchFlag {
        /// An operation on it is not finished.
        OpenOperation = "openOperation",
        /// Another request about it awaits approval.
        OpenRequest = "openRequest",
        /// The action does not apply to it.
        NotApplicable = "notApplicable",
    }
}

/// A credential that can be selected for a bulk action.
#[derive(Debug, Clone)]
pub struct BatchCandidate {
    /// The credential, as the list shows it.
    pub row: CredentialRow,
    /// The reasons that may block the change.
    pub flags: Vec<BatchFlag>,
}

/// One page of the selected credentials.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchCheck {
    /// The credentials, in the order of selection.
    pub rows: Vec<BatchCandidate>,
    /// The offset of the next page.
    pub next: Option<usize>,
    pub total: usize,
    /// The number of all selected credentials with a flag.
    pub flagged: usize,
    /// The number of credentials that were deleted after the selection.
    pub gone: usize,
}

/// A search and a page of a long list in memory.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PageRequest {
    /// The words that a row must contain.
    pub text: String,
    pub group: Option<String>,
    pub from: usize,
    /// The largest number of rows.
    pub limit: usize,
}

/// One page of the changes of a draft, with the totals.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchReview {
    /// The number of credentials that would change.
    pub changed: usize,
    /// The number of credentials that would be refused.
    pub refused: usize,
    /// The number of credentials that have the new values already.
    pub unchanged: usize,
    /// The number of operations that would be canceled.
    pub canceled_operations: usize,
    /// The reasons for refusal with their numbers, the most frequent first.
    pub refusals: Vec<(RefusalReason, usize)>,
    /// The problems that make the whole request impossible.
    pub problems: Vec<Problem>,
    pub page: ShownPage,
}

/// The operations on bulk actions.
pub struct Batches<'a>(pub(crate) &'a App);

impl Batches<'_> {
    /// Returns one page of the credentials to which an action applies.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn candidates(&self, action: BatchAction, query: &CredentialQuery) -> Result<Page<BatchCandidate>, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let query = CredentialQuery { status: Some(action.applies_to()), ..query.clone() };
        signed_in.vault.read(|reader| {
            let page = reader.credentials().list(&query)?;
            let rows = page.rows.into_iter().map(|row| candidate(reader, action, row));
            Ok(Page {
                rows: rows.collect::<Result<_, AppError>>()?,
                next: page.next,
                total: page.total,
                total_is_exact: page.total_is_exact,
            })
        })
    }

    /// Returns the ids of all matching credentials to which the action applies.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn candidate_ids(&self, action: BatchAction, query: &CredentialQuery) -> Result<Vec<CredentialId>, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let query = CredentialQuery { status: Some(action.applies_to()), ..query.clone() };
        signed_in.vault.read(|reader| Ok(reader.credentials().ids(&query)?))
    }

    /// Returns one page of the selected credentials, with the reasons that may block each.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn check(
        &self,
        action: BatchAction,
        ids: &[CredentialId],
        page: &PageRequest,
        flagged_only: bool,
    ) -> Result<BatchCheck, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let terms = shown::terms(&page.text);
        signed_in.vault.read(|reader| {
            let mut check = BatchCheck::default();
            for id in ids {
                let Some(snapshot) = reader.requests().credential_snapshot(*id)? else {
                    check.gone += 1;
                    continue;
                };
                let flags = plan::flags(action, &snapshot);
                check.flagged += usize::from(!flags.is_empty());
                let text = format!("{} {}", snapshot.username, snapshot.device.name).to_lowercase();
                if (flagged_only && flags.is_empty()) || !terms.iter().all(|word| text.contains(word)) {
                    continue;
                }
                let place = check.total;
                check.total += 1;
                if (page.from..page.from + page.limit).contains(&place)
                    && let Some(row) = reader.credentials().row(*id)?
                {
                    check.rows.push(BatchCandidate { row, flags });
                }
            }
            let end = page.from + page.limit;
            check.next = (check.total > end).then_some(end);
            Ok(check)
        })
    }

    /// Returns the changes that a draft would make, and the credentials that it would leave out.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn review(&self, draft: &BatchDraft, shown: ReviewTab, page: &PageRequest) -> Result<BatchReview, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.read(|reader| {
            let problems = plan::problems(reader, draft)?;
            if !problems.is_empty() {
                return Ok(BatchReview { problems, ..BatchReview::default() });
            }
            let plan = plan::make(reader, draft, reader.requests().decision_time(now)?)?;
            Ok(BatchReview {
                changed: plan.changed.len(),
                refused: plan.refused.len(),
                unchanged: plan.unchanged.len(),
                canceled_operations: plan.canceled_operations,
                refusals: plan.refusals(),
                problems,
                page: shown::of_plan(&plan, shown, page),
            })
        })
    }

    /// Requests the changes that the review shows.
    ///
    /// # Errors
    /// As [`Batches::candidates`], [`AppError::Invalid`], [`AppError::NothingToRequest`], [`AppError::NoApprovers`].
    pub fn save(&self, draft: &BatchDraft, reason: &str) -> Result<RequestId, AppError> {
        let signed_in = self.0.authorize(Action::RequestBatches)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&signed_in, |writer, context| {
            let problems = plan::problems(writer, draft)?;
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let plan = plan::make(writer, draft, context.now)?;
            let tasks: Vec<Task> = plan.changed.into_iter().map(|planned| planned.task).collect();
            self.0.submit(writer, &signed_in, context, Content::Batch(Batch { action: draft.action, tasks }), &reason)
        })
    }
}

fn candidate(reader: &Reader<'_>, action: BatchAction, row: CredentialRow) -> Result<BatchCandidate, AppError> {
    let snapshot = reader.requests().credential_snapshot(row.credential.id)?;
    let flags = snapshot.map(|snapshot| plan::flags(action, &snapshot)).unwrap_or_default();
    Ok(BatchCandidate { row, flags })
}

/// Trims a reason and checks that it is not empty and not too long.
pub(crate) fn checked_reason(field: &'static str, reason: &str) -> Result<String, AppError> {
    use domain::Rule;
    let reason = reason.trim();
    let rule = if reason.is_empty() {
        Rule::Required
    } else if reason.chars().count() > LONGEST_REASON {
        Rule::TooLong { maximum: LONGEST_REASON as u32 }
    } else {
        return Ok(reason.to_owned());
    };
    Err(AppError::Invalid { problems: vec![Problem::new(field, rule)] })
}

/// The context of one transaction about requests: the history of approvers, the settings in force, and the time.
pub(crate) struct ApprovalContext<'a> {
    pub(crate) history: &'a ApproverHistory,
    pub(crate) chain: SettingsChain,
    pub(crate) now: chrono::DateTime<chrono::Utc>,
    /// The conflict that an earlier attempt at the same change found while it wrote.
    pub(crate) found: Option<Conflict>,
}

impl App {
    /// Runs one transaction with one time for all of it. That time is never before the latest time in the audit trail.
    pub(crate) fn in_request<T>(
        &self,
        signed_in: &SignedInUser,
        work: impl Fn(&Writer<'_>, &ApprovalContext<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let history = signed_in.vault.approver_history();
        let clock = self.setup.clock.now();
        let mut broken_at = None;
        let mut attempt = |found| {
            signed_in.vault.write(|writer| {
                let context = ApprovalContext {
                    history: &history,
                    chain: writer.requests().settings_chain(&history)?,
                    now: writer.requests().decision_time(clock)?,
                    found,
                };
                broken_at = context.chain.broken_at();
                work(writer, &context)
            })
        };
        let done = match attempt(None) {
            // The first attempt was rolled back completely, with the decision. The second one records the conflict.
            Err(AppError::Vault(VaultError::NotApplied { conflict })) => attempt(Some(*conflict)),
            done => done,
        };
        if let (Err(AppError::Tampered), Some(number)) = (&done, broken_at) {
            // The refused transaction was rolled back. The refusal itself is audited in a separate transaction.
            let detail = json!({ "settings": number });
            signed_in.vault.write(|writer| self.append(writer, signed_in, "approvers.tampered", detail))?;
        }
        done
    }

    /// Signs a request, stores it, and writes an audit entry.
    pub(crate) fn submit(
        &self,
        writer: &Writer<'_>,
        signed_in: &SignedInUser,
        context: &ApprovalContext<'_>,
        content: Content,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        self.submit_as(writer, signed_in, context, RequestId::from_uuid(self.new_uuid()), content, reason)
    }

    /// As [`App::submit`], under an id that already exists.
    pub(crate) fn submit_as(
        &self,
        writer: &Writer<'_>,
        signed_in: &SignedInUser,
        context: &ApprovalContext<'_>,
        id: RequestId,
        content: Content,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        if content.tasks() == 0 && content != Content::AllowEmergency {
            return Err(AppError::NothingToRequest);
        }
        if context.chain.broken_at().is_some() {
            return Err(AppError::Tampered);
        }
        let rules = context.chain.rules();
        if !enough_approvers(context, signed_in.user.id) {
            return Err(AppError::NoApprovers);
        }
        let minutes = i64::try_from(rules.validity_minutes).unwrap_or(i64::MAX);
        let validity = TimeDelta::try_minutes(minutes).ok_or(AppError::Tampered)?;
        let request = Request {
            vault: signed_in.vault.id(),
            id,
            requester: signed_in.user.id,
            requested_at: context.now,
            valid_until: context.now.checked_add_signed(validity).ok_or(AppError::Tampered)?,
            reason: reason.to_owned(),
            settings: context.chain.current().map_or(0, |settings| settings.number),
            settings_digest: context.chain.digest(),
            rules,
            content,
        };
        let code = writer.requests_mut().submit(&request, &signed_in.user.name, &signed_in.session)?;
        let digest = approval::digest_of_request(&request.encode());
        let detail = json!({
            "action": request.action(),
            "tasks": request.content.tasks(),
            "digest": hex(&digest),
            "reason": request.reason,
            "validUntil": request.valid_until,
        });
        append(writer, signed_in, request.id, code, "request.made", detail, context.now)?;
        Ok(request.id)
    }
}

/// Tells whether every level has as many approvers as it needs, without the requester.
fn enough_approvers(context: &ApprovalContext<'_>, requester: domain::UserId) -> bool {
    let holding = context.history.holding(domain::Role::Approver, context.now);
    let mut levels: HashMap<u64, u64> = HashMap::new();
    for period in holding.iter().filter(|period| period.user != requester) {
        if let Some(level) = context.chain.level_now(period.user) {
            *levels.entry(level).or_default() += 1;
        }
    }
    let needed = context.chain.rules().needed;
    (1..).zip(needed).all(|(level, needed)| levels.get(&level).copied().unwrap_or(0) >= needed)
}

/// Appends an audit entry about a request.
pub(crate) fn append(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    request: RequestId,
    code: i64,
    action: &str,
    detail: serde_json::Value,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    let label = code.to_string();
    let object = Some(Object { noun: "request", id: request.as_uuid(), label: &label });
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at })?;
    Ok(())
}

/// Returns bytes in hexadecimal, as people compare them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the action of an approval or a rejection in the audit trail.
pub(crate) fn verdict_action(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "request.approved",
        Verdict::Rejected => "request.rejected",
    }
}

/// Returns the status that a credential has after a bulk action; none if the action does not change it.
fn status_after(action: BatchAction) -> Option<CredentialStatus> {
    match action {
        BatchAction::Inactivate => Some(CredentialStatus::Inactive),
        BatchAction::Activate => Some(CredentialStatus::Active),
        BatchAction::Update | BatchAction::Expire => None,
    }
}

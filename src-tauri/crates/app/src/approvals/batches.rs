//! Bulk actions: what they would change, what they would not, and asking for it. Nothing here changes a credential.

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

use crate::{Action, App, AppError, access::seat::Seat};

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 1_000;
/// The most credentials of one bulk action.
pub const MOST_CREDENTIALS: usize = 100_000;

/// What the wizard holds.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchDraft {
    pub action: BatchAction,
    /// To which credentials, in the order in which they were picked.
    pub credentials: Vec<CredentialId>,
    /// The fields; for an update only.
    pub update: Option<BatchUpdate>,
}

/// The fields of an update. None: not modified.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchUpdate {
    /// The kind of account.
    pub password_type: Option<PasswordType>,
    pub domain: Option<String>,
    pub device: Option<DeviceId>,
    pub additional_information: Option<String>,
    pub tags: Option<TagsUpdate>,
    /// Whose password it follows.
    pub parent: Option<ParentUpdate>,
    /// How it is changed.
    pub password_change: Option<PasswordChangeUpdate>,
    /// How it is repaired.
    pub reconciliation: Option<ReconciliationUpdate>,
}

/// What happens to the tags.
#[derive(Debug, Clone)]
pub enum TagsUpdate {
    /// These instead of all.
    Replace(Vec<String>),
    /// These beside those that are there.
    Add(Vec<String>),
}

/// Whose password a credential follows.
#[derive(Debug, Clone)]
pub struct ParentUpdate {
    /// The parent; none takes it away.
    pub parent: Option<CredentialId>,
    /// A password of its own instead of the parent's.
    pub own_password: bool,
}

/// How passwords are changed.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PasswordChangeUpdate {
    /// Whether by a plugin at all.
    pub automatic_change: bool,
    pub plugin: Option<String>,
    pub template: Option<String>,
    /// Who logs in; none: the credential itself.
    pub access: Option<CredentialId>,
}

/// How passwords are repaired.
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
    /// What may stand in the way by the time of the approval.
    pub enum BatchFlag {
        /// An operation on it is not finished.
        OpenOperation = "openOperation",
        /// Another request about it awaits approval.
        OpenRequest = "openRequest",
        /// The action does not apply to it.
        NotApplicable = "notApplicable",
    }
}

/// A credential in the picker.
#[derive(Debug, Clone)]
pub struct BatchCandidate {
    /// The row of the list.
    pub row: CredentialRow,
    /// What may stand in the way.
    pub flags: Vec<BatchFlag>,
}

/// Some of what was picked.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchCheck {
    /// The rows, in the order in which they were picked.
    pub rows: Vec<BatchCandidate>,
    /// Where the next page begins.
    pub next: Option<usize>,
    pub total: usize,
    /// How many of all carry a flag.
    pub flagged: usize,
    /// Picked, and deleted since.
    pub gone: usize,
}

/// Which of a long list in memory.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Window {
    /// Words that must be found.
    pub text: String,
    pub group: Option<String>,
    pub from: usize,
    /// How many at most.
    pub limit: usize,
}

/// Every From → To of a draft, or rather some of it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BatchReview {
    /// How many would change.
    pub changed: usize,
    /// How many would be refused.
    pub refused: usize,
    /// How many hold it already.
    pub unchanged: usize,
    /// How many operations would be called off.
    pub canceled_operations: usize,
    /// Why, and how many; the most frequent first.
    pub refusals: Vec<(RefusalReason, usize)>,
    /// What cannot be asked for at all.
    pub problems: Vec<Problem>,
    pub page: ShownPage,
}

/// The door to bulk actions.
pub struct Batches<'a>(pub(crate) &'a App);

impl Batches<'_> {
    /// One page of the credentials that an action applies to.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn candidates(&self, action: BatchAction, query: &CredentialQuery) -> Result<Page<BatchCandidate>, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let query = CredentialQuery { status: Some(action.applies_to()), ..query.clone() };
        seat.vault.read(|reader| {
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

    /// The ids of all that match and the action applies to.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn candidate_ids(&self, action: BatchAction, query: &CredentialQuery) -> Result<Vec<CredentialId>, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let query = CredentialQuery { status: Some(action.applies_to()), ..query.clone() };
        seat.vault.read(|reader| Ok(reader.credentials().ids(&query)?))
    }

    /// What was picked, with what stands in the way of each.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn check(
        &self,
        action: BatchAction,
        ids: &[CredentialId],
        window: &Window,
        flagged_only: bool,
    ) -> Result<BatchCheck, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let words = shown::words(&window.text);
        seat.vault.read(|reader| {
            let mut check = BatchCheck::default();
            for id in ids {
                let Some(held) = reader.requests().held(*id)? else {
                    check.gone += 1;
                    continue;
                };
                let flags = plan::flags(action, &held);
                check.flagged += usize::from(!flags.is_empty());
                let text = format!("{} {}", held.username, held.device.name).to_lowercase();
                if (flagged_only && flags.is_empty()) || !words.iter().all(|word| text.contains(word)) {
                    continue;
                }
                let place = check.total;
                check.total += 1;
                if (window.from..window.from + window.limit).contains(&place)
                    && let Some(row) = reader.credentials().row(*id)?
                {
                    check.rows.push(BatchCandidate { row, flags });
                }
            }
            let end = window.from + window.limit;
            check.next = (check.total > end).then_some(end);
            Ok(check)
        })
    }

    /// What a draft would change, and what it would not.
    ///
    /// # Errors
    /// As [`Batches::candidates`].
    pub fn review(&self, draft: &BatchDraft, shown: ReviewTab, window: &Window) -> Result<BatchReview, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let now = self.0.setup.clock.now();
        seat.vault.read(|reader| {
            let problems = plan::problems(reader, draft)?;
            if !problems.is_empty() {
                return Ok(BatchReview { problems, ..BatchReview::default() });
            }
            let plan = plan::make(reader, draft, reader.requests().moment(now)?)?;
            Ok(BatchReview {
                changed: plan.changed.len(),
                refused: plan.refused.len(),
                unchanged: plan.unchanged.len(),
                canceled_operations: plan.canceled_operations,
                refusals: plan.refusals(),
                problems,
                page: shown::of_plan(&plan, shown, window),
            })
        })
    }

    /// Asks for what the review shows as changed.
    ///
    /// # Errors
    /// As [`Batches::candidates`], [`AppError::Invalid`], [`AppError::NothingToRequest`], [`AppError::NoApprovers`].
    pub fn save(&self, draft: &BatchDraft, reason: &str) -> Result<RequestId, AppError> {
        let seat = self.0.seated(Action::RequestBatches)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&seat, |writer, moment| {
            let problems = plan::problems(writer, draft)?;
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let plan = plan::make(writer, draft, moment.now)?;
            let tasks: Vec<Task> = plan.changed.into_iter().map(|planned| planned.task).collect();
            self.0.submit(writer, &seat, moment, Content::Batch(Batch { action: draft.action, tasks }), &reason)
        })
    }
}

fn candidate(reader: &Reader<'_>, action: BatchAction, row: CredentialRow) -> Result<BatchCandidate, AppError> {
    let held = reader.requests().held(row.credential.id)?;
    let flags = held.map(|held| plan::flags(action, &held)).unwrap_or_default();
    Ok(BatchCandidate { row, flags })
}

/// A reason with something in it.
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

/// The moment of a request: who may decide, what holds, and when it is.
pub(crate) struct ApprovalContext<'a> {
    pub(crate) history: &'a ApproverHistory,
    pub(crate) chain: SettingsChain,
    pub(crate) now: chrono::DateTime<chrono::Utc>,
    /// What an earlier try at the same met with while it wrote.
    pub(crate) found: Option<Conflict>,
}

impl App {
    /// One transaction, at one moment that never lies before what the audit trail has seen.
    pub(crate) fn in_request<T>(
        &self,
        seat: &Seat,
        work: impl Fn(&Writer<'_>, &ApprovalContext<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let history = seat.vault.approver_history();
        let clock = self.setup.clock.now();
        let mut broken_at = None;
        let mut attempt = |found| {
            seat.vault.write(|writer| {
                let moment = ApprovalContext {
                    history: &history,
                    chain: writer.requests().settings_chain(&history)?,
                    now: writer.requests().moment(clock)?,
                    found,
                };
                broken_at = moment.chain.broken_at();
                work(writer, &moment)
            })
        };
        let done = match attempt(None) {
            // Nothing of it was written, not even who decided.
            Err(AppError::Vault(VaultError::NotApplied { conflict })) => attempt(Some(*conflict)),
            done => done,
        };
        if let (Err(AppError::Tampered), Some(number)) = (&done, broken_at) {
            // What was refused was written nowhere; that it was refused is.
            let detail = json!({ "settings": number });
            seat.vault.write(|writer| self.append(writer, seat, "approvers.tampered", detail))?;
        }
        done
    }

    /// Signs a request, writes it down, and tells in the audit trail.
    pub(crate) fn submit(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        moment: &ApprovalContext<'_>,
        content: Content,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        self.submit_as(writer, seat, moment, RequestId::from_uuid(self.new_uuid()), content, reason)
    }

    /// The same, under an id that is known already.
    pub(crate) fn submit_as(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        moment: &ApprovalContext<'_>,
        id: RequestId,
        content: Content,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        if content.tasks() == 0 && content != Content::AllowEmergency {
            return Err(AppError::NothingToRequest);
        }
        if moment.chain.broken_at().is_some() {
            return Err(AppError::Tampered);
        }
        let rules = moment.chain.rules();
        if !enough_approvers(moment, seat.user.id) {
            return Err(AppError::NoApprovers);
        }
        let minutes = i64::try_from(rules.validity_minutes).unwrap_or(i64::MAX);
        let validity = TimeDelta::try_minutes(minutes).ok_or(AppError::Tampered)?;
        let request = Request {
            vault: seat.vault.id(),
            id,
            requester: seat.user.id,
            requested_at: moment.now,
            valid_until: moment.now.checked_add_signed(validity).ok_or(AppError::Tampered)?,
            reason: reason.to_owned(),
            settings: moment.chain.current().map_or(0, |settings| settings.number),
            settings_digest: moment.chain.digest(),
            rules,
            content,
        };
        let code = writer.requests_mut().submit(&request, &seat.user.name, &seat.session)?;
        let digest = approval::digest_of_request(&request.encode());
        let detail = json!({
            "action": request.action(),
            "tasks": request.content.tasks(),
            "digest": hex(&digest),
            "reason": request.reason,
            "validUntil": request.valid_until,
        });
        append(writer, seat, request.id, code, "request.made", detail, moment.now)?;
        Ok(request.id)
    }
}

/// Tells whether every level has as many approvers as it needs, the requester aside.
fn enough_approvers(moment: &ApprovalContext<'_>, requester: domain::UserId) -> bool {
    let holding = moment.history.holding(domain::Role::Approver, moment.now);
    let mut levels: HashMap<u64, u64> = HashMap::new();
    for standing in holding.iter().filter(|standing| standing.user != requester) {
        if let Some(level) = moment.chain.level_now(standing.user) {
            *levels.entry(level).or_default() += 1;
        }
    }
    let needed = moment.chain.rules().needed;
    (1..).zip(needed).all(|(level, needed)| levels.get(&level).copied().unwrap_or(0) >= needed)
}

/// An audit entry about a request.
pub(crate) fn append(
    writer: &Writer<'_>,
    seat: &Seat,
    request: RequestId,
    code: i64,
    action: &str,
    detail: serde_json::Value,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    let label = code.to_string();
    let object = Some(Object { noun: "request", id: request.as_uuid(), label: &label });
    writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at })?;
    Ok(())
}

/// Bytes as people compare them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an approval or a rejection is called in the audit trail.
pub(crate) fn verdict_action(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "request.approved",
        Verdict::Rejected => "request.rejected",
    }
}

/// The status that a bulk action leaves; none where it changes none.
fn status_after(action: BatchAction) -> Option<CredentialStatus> {
    match action {
        BatchAction::Inactivate => Some(CredentialStatus::Inactive),
        BatchAction::Activate => Some(CredentialStatus::Active),
        BatchAction::Update | BatchAction::Expire => None,
    }
}

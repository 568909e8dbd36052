//! Who may decide, how many must, and what needs it. Every state is signed by the administrator who saves it.

use approval::{ApprovalOutcome, Content, Registration, Rules, Settings};
use chrono::{DateTime, Utc};
use domain::{Problem, RequestId, Role, Rule, UserId, operation::OperationType};
use serde_json::json;
use vault::{NewEntry, Writer};

use crate::{
    Action, App, AppError,
    access::seat::Seat,
    approvals::{
        batches::{ApprovalContext, checked_reason},
        requests::examine,
    },
};

/// The types of operations that can be named.
pub const OPERATION_TYPES: &[OperationType] =
    &[OperationType::ChangePassword, OperationType::CertificatePublication, OperationType::TaskManager];

/// Somebody who is, or could be, an approver.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproverPerson {
    pub user: UserId,
    pub name: String,
    /// At which level they are registered.
    pub level: Option<u64>,
    /// Whether they hold the role now.
    pub active: bool,
}

/// Everything that is settled about approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproversDetails {
    pub people: Vec<ApproverPerson>,
    /// How a request is decided.
    pub rules: Rules,
    /// The types of operations that need approval.
    pub operation_types: Vec<OperationType>,
    /// Whether urgent requests may be applied without approvals.
    pub emergency_allowed: bool,
    /// The open request to allow that.
    pub emergency_request: Option<RequestId>,
    /// Who saved it last.
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
    /// Grows with each save.
    pub version: u64,
}

/// What an administrator entered.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproversForm {
    /// The version that was edited.
    pub version: u64,
    pub approvers: Vec<Registration>,
    pub rules: Rules,
    /// What of operations needs it.
    pub operation_types: Vec<OperationType>,
}

/// The door to approvers.
pub struct Approvers<'a>(pub(crate) &'a App);

impl Approvers<'_> {
    /// Everything that is settled now.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Tampered`] when the settings do not hold.
    pub fn get(&self) -> Result<ApproversDetails, AppError> {
        let seat = self.0.seated(Action::ReadUsers)?;
        self.0.look(&seat, |reader, moment| {
            if moment.chain.broken_at().is_some() {
                return Err(AppError::Tampered);
            }
            let settings = moment.chain.current();
            let changed_by = match settings {
                Some(settings) => reader.users().name(settings.by)?,
                None => None,
            };
            let switch = reader.switch(moment.history, &moment.chain, moment.now)?;
            Ok(ApproversDetails {
                people: people(moment),
                rules: moment.chain.rules(),
                operation_types: moment.chain.operation_types().to_vec(),
                emergency_allowed: switch.is_some_and(|switch| switch.outcome() == ApprovalOutcome::Approved),
                emergency_request: reader.requests().open_emergency()?,
                changed_by,
                changed_at: settings.map(|settings| settings.at),
                version: settings.map_or(0, |settings| settings.number),
            })
        })
    }

    /// Signs and saves who decides, and how.
    ///
    /// # Errors
    /// As [`Approvers::get`], [`AppError::Invalid`], and [`AppError::Stale`] when somebody saved since.
    pub fn save(&self, form: &ApproversForm) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteApprovers)?;
        self.0.in_request(&seat, |writer, moment| {
            if moment.chain.current().map_or(0, |settings| settings.number) != form.version {
                return Err(AppError::Stale);
            }
            let problems = problems(form, moment);
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let mut next = next(&seat, moment)?;
            next.rules = form.rules.clone();
            next.approvers.clone_from(&form.approvers);
            next.approvers.sort_by_key(|registration| registration.user);
            next.operation_types.clone_from(&form.operation_types);
            settle(writer, &seat, moment, &next)
        })
    }

    /// Asks for urgent requests to be applied without approvals, or takes that back at once.
    ///
    /// # Errors
    /// As [`Approvers::save`], and as asking for anything.
    pub fn switch_emergency(&self, allowed: bool, reason: &str) -> Result<Option<RequestId>, AppError> {
        let seat = self.0.seated(Action::WriteApprovers)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&seat, |writer, moment| {
            let mut next = next(&seat, moment)?;
            if !allowed {
                next.emergency = None;
                settle(writer, &seat, moment, &next)?;
                return Ok(None);
            }
            if writer.requests().open_emergency()?.is_some() {
                return Err(AppError::NothingToRequest);
            }
            // ORDER: the settings name the request before it is approved; they allow nothing until it is. So that nobody
            // has to sign for the administrator afterwards.
            let id = self.0.submit_settled(writer, &seat, moment, next, &reason)?;
            Ok(Some(id))
        })
    }
}

impl App {
    /// Settles that a request will have allowed emergencies, and makes that request.
    fn submit_settled(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        moment: &ApprovalContext<'_>,
        mut next: Settings,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        let id = RequestId::from_uuid(self.new_uuid());
        next.emergency = Some(id);
        settle(writer, seat, moment, &next)?;
        let chain = writer.requests().settings_chain(moment.history)?;
        let moment = ApprovalContext { history: moment.history, chain, now: moment.now, found: None };
        self.submit_as(writer, seat, &moment, id, Content::AllowEmergency, reason)?;
        examine(writer, &moment, id)?;
        Ok(id)
    }
}

/// Everybody who holds the role, and everybody who is registered.
fn people(moment: &ApprovalContext<'_>) -> Vec<ApproverPerson> {
    let holding = moment.history.holding(Role::Approver, moment.now);
    let mut people: Vec<ApproverPerson> = holding
        .iter()
        .map(|standing| ApproverPerson {
            user: standing.user,
            name: standing.name.clone(),
            level: moment.chain.level_now(standing.user),
            active: true,
        })
        .collect();
    let registered = moment.chain.current().map(|settings| settings.approvers.clone()).unwrap_or_default();
    for registration in registered {
        if !people.iter().any(|person| person.user == registration.user) {
            let name = moment.history.name_of(registration.user).unwrap_or_default().to_owned();
            people.push(ApproverPerson {
                user: registration.user,
                name,
                level: Some(registration.level),
                active: false,
            });
        }
    }
    people
}

fn problems(form: &ApproversForm, moment: &ApprovalContext<'_>) -> Vec<Problem> {
    let mut problems = form.rules.problems();
    let holding = moment.history.holding(Role::Approver, moment.now);
    let mut seen = Vec::new();
    for registration in &form.approvers {
        let known = holding.iter().any(|standing| standing.user == registration.user)
            || moment.chain.level_now(registration.user).is_some();
        if !known || !(1..=3).contains(&registration.level) {
            problems.push(Problem::new("approvers", Rule::Unknown));
        }
        if seen.contains(&registration.user) {
            problems.push(Problem::new("approvers", Rule::Duplicate));
        }
        seen.push(registration.user);
    }
    for (level, (field, needed)) in (1..).zip(["needed.1", "needed.2", "needed.3"].into_iter().zip(form.rules.needed)) {
        let there = form.approvers.iter().filter(|registration| registration.level == level).count();
        if needed > there as u64 {
            problems.push(Problem::new(field, Rule::OutOfRange { minimum: 0, maximum: there as u32 }));
        }
    }
    problems
}

/// The settings after those that hold, with nothing changed yet.
fn next(seat: &Seat, moment: &ApprovalContext<'_>) -> Result<Settings, AppError> {
    if moment.chain.broken_at().is_some() {
        return Err(AppError::Tampered);
    }
    let current = moment.chain.current();
    Ok(Settings {
        vault: seat.vault.id(),
        number: current.map_or(1, |settings| settings.number + 1),
        previous: moment.chain.digest(),
        by: seat.user.id,
        at: moment.chain.next_time(moment.now),
        rules: moment.chain.rules(),
        approvers: current.map(|settings| settings.approvers.clone()).unwrap_or_default(),
        operation_types: moment.chain.operation_types().to_vec(),
        emergency: current.and_then(|settings| settings.emergency),
    })
}

fn settle(writer: &Writer<'_>, seat: &Seat, moment: &ApprovalContext<'_>, next: &Settings) -> Result<(), AppError> {
    writer.requests_mut().settle(next, &seat.session)?;
    let detail = json!({
        "from": moment.chain.current().map(|settings| describe(settings, moment)),
        "to": describe(next, moment),
    });
    let entry = NewEntry { who: Some(seat.user.id), action: "approvers.changed", object: None, detail, at: moment.now };
    writer.audit_mut().append(&entry)?;
    Ok(())
}

fn describe(settings: &Settings, moment: &ApprovalContext<'_>) -> serde_json::Value {
    let approver = |registration: &Registration| {
        let name = moment.history.name_of(registration.user).unwrap_or_default();
        json!({ "user": registration.user, "name": name, "level": registration.level })
    };
    json!({
        "number": settings.number,
        "approvers": settings.approvers.iter().map(approver).collect::<Vec<_>>(),
        "needed": settings.rules.needed,
        "rejections": settings.rules.rejections,
        "validityMinutes": settings.rules.validity_minutes,
        "operationTypes": settings.operation_types,
        "emergency": settings.emergency,
    })
}

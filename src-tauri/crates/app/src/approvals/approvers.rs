//! The approval settings: the approvers, the number of approvals, and the operations that need them. Every version is
//! signed by the administrator who saves it.

use approval::{ApprovalOutcome, Content, Registration, Rules, Settings};
use chrono::{DateTime, Utc};
use domain::{Problem, RequestId, Role, Rule, UserId, operation::OperationType};
use serde_json::json;
use vault::{NewEntry, Writer};

use crate::{
    Action, App, AppError,
    access::signed_in_user::SignedInUser,
    approvals::{
        batches::{ApprovalContext, checked_reason},
        requests::examine,
    },
};

/// The types of operations for which approval can be required.
pub const OPERATION_TYPES: &[OperationType] =
    &[OperationType::ChangePassword, OperationType::CertificatePublication, OperationType::TaskManager];

/// A person who is or could be an approver.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproverPerson {
    pub user: UserId,
    pub name: String,
    /// The level at which they are registered.
    pub level: Option<u64>,
    /// True if they hold the role of an approver now.
    pub active: bool,
}

/// The approval settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproversDetails {
    pub people: Vec<ApproverPerson>,
    pub rules: Rules,
    /// The types of operations that need approval.
    pub operation_types: Vec<OperationType>,
    /// True if urgent requests may be applied without approvals.
    pub emergency_allowed: bool,
    /// The open request to allow that, if there is one.
    pub emergency_request: Option<RequestId>,
    /// The name of the administrator who saved the settings last.
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
    /// The version, which grows with each save.
    pub version: u64,
}

/// The approval settings as an administrator entered them.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ApproversForm {
    /// The version that was edited.
    pub version: u64,
    pub approvers: Vec<Registration>,
    pub rules: Rules,
    /// The types of operations that need approval.
    pub operation_types: Vec<OperationType>,
}

/// The operations on approvers and approval settings.
pub struct Approvers<'a>(pub(crate) &'a App);

impl Approvers<'_> {
    /// Reads the approval settings in force.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Tampered`] if the settings fail verification.
    pub fn get(&self) -> Result<ApproversDetails, AppError> {
        let signed_in = self.0.authorize(Action::ReadUsers)?;
        self.0.look(&signed_in, |reader, context| {
            if context.chain.broken_at().is_some() {
                return Err(AppError::Tampered);
            }
            let settings = context.chain.current();
            let changed_by = match settings {
                Some(settings) => reader.users().name(settings.by)?,
                None => None,
            };
            let switch = reader.switch(context.history, &context.chain, context.now)?;
            Ok(ApproversDetails {
                people: people(context),
                rules: context.chain.rules(),
                operation_types: context.chain.operation_types().to_vec(),
                emergency_allowed: switch.is_some_and(|switch| switch.outcome() == ApprovalOutcome::Approved),
                emergency_request: reader.requests().open_emergency()?,
                changed_by,
                changed_at: settings.map(|settings| settings.at),
                version: settings.map_or(0, |settings| settings.number),
            })
        })
    }

    /// Signs and saves the approval settings.
    ///
    /// # Errors
    /// As [`Approvers::get`], [`AppError::Invalid`], and [`AppError::Stale`] if another administrator saved since.
    pub fn save(&self, form: &ApproversForm) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteApprovers)?;
        self.0.in_request(&signed_in, |writer, context| {
            if context.chain.current().map_or(0, |settings| settings.number) != form.version {
                return Err(AppError::Stale);
            }
            let problems = problems(form, context);
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let mut next = next(&signed_in, context)?;
            next.rules = form.rules.clone();
            next.approvers.clone_from(&form.approvers);
            next.approvers.sort_by_key(|registration| registration.user);
            next.operation_types.clone_from(&form.operation_types);
            save_settings(writer, &signed_in, context, &next)
        })
    }

    /// Requests that urgent requests may be applied without approvals, or withdraws that permission at once.
    ///
    /// # Errors
    /// As [`Approvers::save`], and as any other request.
    pub fn switch_emergency(&self, allowed: bool, reason: &str) -> Result<Option<RequestId>, AppError> {
        let signed_in = self.0.authorize(Action::WriteApprovers)?;
        let reason = checked_reason("reason", reason)?;
        self.0.in_request(&signed_in, |writer, context| {
            let mut next = next(&signed_in, context)?;
            if !allowed {
                next.emergency = None;
                save_settings(writer, &signed_in, context, &next)?;
                return Ok(None);
            }
            if writer.requests().open_emergency()?.is_some() {
                return Err(AppError::NothingToRequest);
            }
            // ORDER: the settings name the request before it is approved. They allow nothing until it is, and the
            // administrator does not have to sign again afterwards.
            let id = self.0.submit_settled(writer, &signed_in, context, next, &reason)?;
            Ok(Some(id))
        })
    }
}

impl App {
    /// Saves settings that name a new request as the one that allows emergencies, and makes that request.
    fn submit_settled(
        &self,
        writer: &Writer<'_>,
        signed_in: &SignedInUser,
        context: &ApprovalContext<'_>,
        mut next: Settings,
        reason: &str,
    ) -> Result<RequestId, AppError> {
        let id = RequestId::from_uuid(self.new_uuid());
        next.emergency = Some(id);
        save_settings(writer, signed_in, context, &next)?;
        let chain = writer.requests().settings_chain(context.history)?;
        let context = ApprovalContext { history: context.history, chain, now: context.now, found: None };
        self.submit_as(writer, signed_in, &context, id, Content::AllowEmergency, reason)?;
        examine(writer, &context, id)?;
        Ok(id)
    }
}

/// Returns everybody who holds the role and everybody who is registered.
fn people(context: &ApprovalContext<'_>) -> Vec<ApproverPerson> {
    let holding = context.history.holding(Role::Approver, context.now);
    let mut people: Vec<ApproverPerson> = holding
        .iter()
        .map(|period| ApproverPerson {
            user: period.user,
            name: period.name.clone(),
            level: context.chain.level_now(period.user),
            active: true,
        })
        .collect();
    let registered = context.chain.current().map(|settings| settings.approvers.clone()).unwrap_or_default();
    for registration in registered {
        if !people.iter().any(|person| person.user == registration.user) {
            let name = context.history.name_of(registration.user).unwrap_or_default().to_owned();
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

fn problems(form: &ApproversForm, context: &ApprovalContext<'_>) -> Vec<Problem> {
    let mut problems = form.rules.problems();
    let holding = context.history.holding(Role::Approver, context.now);
    let mut seen = Vec::new();
    for registration in &form.approvers {
        let known = holding.iter().any(|period| period.user == registration.user)
            || context.chain.level_now(registration.user).is_some();
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

/// Returns the next version of the settings, still without changes.
fn next(signed_in: &SignedInUser, context: &ApprovalContext<'_>) -> Result<Settings, AppError> {
    if context.chain.broken_at().is_some() {
        return Err(AppError::Tampered);
    }
    let current = context.chain.current();
    Ok(Settings {
        vault: signed_in.vault.id(),
        number: current.map_or(1, |settings| settings.number + 1),
        previous: context.chain.digest(),
        by: signed_in.user.id,
        at: context.chain.next_time(context.now),
        rules: context.chain.rules(),
        approvers: current.map(|settings| settings.approvers.clone()).unwrap_or_default(),
        operation_types: context.chain.operation_types().to_vec(),
        emergency: current.and_then(|settings| settings.emergency),
    })
}

fn save_settings(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    context: &ApprovalContext<'_>,
    next: &Settings,
) -> Result<(), AppError> {
    writer.requests_mut().add_settings(next, &signed_in.session)?;
    let detail = json!({
        "from": context.chain.current().map(|settings| describe(settings, context)),
        "to": describe(next, context),
    });
    let entry =
        NewEntry { who: Some(signed_in.user.id), action: "approvers.changed", object: None, detail, at: context.now };
    writer.audit_mut().append(&entry)?;
    Ok(())
}

fn describe(settings: &Settings, context: &ApprovalContext<'_>) -> serde_json::Value {
    let approver = |registration: &Registration| {
        let name = context.history.name_of(registration.user).unwrap_or_default();
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

//! Policies: which credentials are rotated automatically, and when.

use domain::{
    CredentialId, Pause, PolicyId, Problem, Rule,
    parameter::{Parameter, Value},
    policy::{Policy, PolicyDetails},
    strength::FLOOR_BITS,
};
use rotation::PolicyBook;
use serde_json::json;
use vault::{NewEntry, Noun, Object, Page, PolicyQuery, PolicyRow, Reader, Writer};

use crate::{Action, App, AppError, access::signed_in_user::SignedInUser};

/// The policy form, as a person filled it in.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PolicyForm {
    /// None: a new policy.
    pub id: Option<PolicyId>,
    pub details: PolicyDetails,
}

/// The effect that saving a policy would have.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Preview {
    /// The number of credentials to which it would apply.
    pub applies: u32,
    /// The number of credentials that would come under it.
    pub gained: u32,
    /// The number of credentials that would leave it.
    pub lost: u32,
    pub moves: Vec<Move>,
}

/// A credential that would come under another policy.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Move {
    pub credential: CredentialId,
    pub username: String,
    pub device_name: String,
    /// The policy that applies now.
    pub from: Option<String>,
    /// The policy that would apply.
    pub to: Option<String>,
}

/// The largest number of moves that are shown.
const SHOWN: usize = 50;
/// The longest reason of a pause, in characters.
const LONGEST_REASON: usize = 500;

/// The operations on policies.
pub struct Policies<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Policy };

impl Policies<'_> {
    /// Returns one page of the policies that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &PolicyQuery) -> Result<Page<PolicyRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadPolicies)?;
        signed_in.vault.read(|reader| Ok(reader.policies().list(query)?))
    }

    /// Reads one policy, and the name of the user who paused it.
    ///
    /// # Errors
    /// As [`Policies::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: PolicyId) -> Result<(PolicyRow, String), AppError> {
        let signed_in = self.0.authorize(Action::ReadPolicies)?;
        signed_in.vault.read(|reader| {
            let row = reader.policies().row(id)?.ok_or(NOT_FOUND)?;
            let by = match &row.policy.pause {
                Some(pause) => reader.users().name(pause.by)?.unwrap_or_default(),
                None => String::new(),
            };
            Ok((row, by))
        })
    }

    /// Returns the effect that saving would have.
    ///
    /// # Errors
    /// As [`Policies::get`], and [`AppError::Invalid`] as saving would.
    pub fn preview(&self, form: &PolicyForm) -> Result<Preview, AppError> {
        let signed_in = self.0.authorize(Action::ReadPolicies)?;
        let now = self.0.setup.clock.now();
        let details = form.details.clone().tidied();
        signed_in.vault.read(|reader| {
            let problems = problems(reader, &details, form.id)?;
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let before = PolicyBook::open(reader, &self.0.bounds())?;
            let known = form.id.and_then(|id| before.policy(id));
            let id = form.id.unwrap_or_else(|| PolicyId::from_uuid(self.0.new_uuid()));
            let mut after = PolicyBook::open(reader, &self.0.bounds())?;
            after.put(Policy {
                id,
                details,
                pause: known.and_then(|known| known.pause.clone()),
                created_at: now,
                updated_at: now,
            });
            let mut preview = Preview::default();
            reader.schedules().each_subject(|credential, subject, _| {
                // The stored schedules may be out of date, so both policies are computed here.
                let (from, to) = (before.policy_of(&subject), after.policy_of(&subject));
                let (was, is) = (from.is_some_and(|from| from.id == id), to.is_some_and(|to| to.id == id));
                preview.applies += u32::from(is);
                preview.gained += u32::from(is && !was);
                preview.lost += u32::from(was && !is);
                if was != is && preview.moves.len() < SHOWN {
                    preview.moves.push(Move {
                        credential,
                        username: subject.username,
                        device_name: subject.device,
                        from: from.map(|from| from.details.name.clone()),
                        to: to.map(|to| to.details.name.clone()),
                    });
                }
            })?;
            Ok(preview)
        })
    }

    /// Creates or changes a policy. Every schedule is computed again.
    ///
    /// # Errors
    /// As [`Policies::get`], and [`AppError::Invalid`].
    pub fn save(&self, form: &PolicyForm) -> Result<PolicyId, AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let (now, new_id) = (self.0.setup.clock.now(), PolicyId::from_uuid(self.0.new_uuid()));
        let details = form.details.clone().tidied();
        let saved = signed_in.vault.write(|writer| {
            let problems = problems(writer, &details, form.id)?;
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let known = match form.id {
                Some(id) => Some(writer.policies().row(id)?.ok_or(NOT_FOUND)?.policy),
                None => None,
            };
            let policy = Policy {
                id: known.as_ref().map_or(new_id, |known| known.id),
                details,
                pause: known.as_ref().and_then(|known| known.pause.clone()),
                created_at: known.as_ref().map_or(now, |known| known.created_at),
                updated_at: now,
            };
            writer.policies_mut().save(&policy)?;
            let action = if known.is_some() { "policy.changed" } else { "policy.entered" };
            let detail =
                json!({ "from": known.map(|known| describe(&known.details)), "to": describe(&policy.details) });
            append(writer, &signed_in, &policy, action, detail, now)?;
            Ok(policy.id)
        })?;
        self.0.wake_executor();
        Ok(saved)
    }

    /// Deletes a policy. Its credentials come under the next matching policy.
    ///
    /// # Errors
    /// As [`Policies::get`].
    pub fn delete(&self, id: PolicyId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let known = writer.policies().row(id)?.ok_or(NOT_FOUND)?.policy;
            writer.policies_mut().delete(id)?;
            let detail = json!({ "from": describe(&known.details), "to": null });
            append(writer, &signed_in, &known, "policy.deleted", detail, now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Pauses a policy's triggers.
    ///
    /// # Errors
    /// As [`Policies::get`], and [`AppError::Invalid`] at `reason`.
    pub fn pause(&self, id: PolicyId, reason: &str) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let reason = checked_reason(reason)?;
        let pause = Pause { reason, by: signed_in.user.id, at: self.0.setup.clock.now() };
        self.set_pause(&signed_in, id, Some(pause))
    }

    /// Resumes a policy's triggers.
    ///
    /// # Errors
    /// As [`Policies::get`].
    pub fn resume(&self, id: PolicyId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        self.set_pause(&signed_in, id, None)
    }

    fn set_pause(&self, signed_in: &SignedInUser, id: PolicyId, pause: Option<Pause>) -> Result<(), AppError> {
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let known = writer.policies().row(id)?.ok_or(NOT_FOUND)?.policy;
            writer.policies_mut().set_pause(id, pause.as_ref(), now)?;
            let action = if pause.is_some() { "policy.paused" } else { "policy.resumed" };
            let detail = json!({ "reason": pause.as_ref().map(|pause| &pause.reason) });
            append(writer, signed_in, &known, action, detail, now)
        })?;
        self.0.wake_executor();
        Ok(())
    }

    /// Sets the time zone of the hours in policies: the parameter of that name.
    ///
    /// # Errors
    /// As [`crate::ParameterSettings::save`], the problem at `timeZone`.
    pub fn set_time_zone(&self, name: &str) -> Result<(), AppError> {
        let saved = self.0.parameters().save(Parameter::TimeZone, Value::Text(name.to_owned()));
        saved.map_err(|error| match error {
            AppError::Invalid { problems } => {
                let rules = problems.into_iter().map(|problem| Problem::new("timeZone", problem.rule));
                AppError::Invalid { problems: rules.collect() }
            }
            other => other,
        })
    }

    /// Returns the time zone of the hours in policies.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn time_zone(&self) -> Result<String, AppError> {
        let signed_in = self.0.authorize(Action::ReadOperations)?;
        signed_in.vault.read(|reader| Ok(reader.schedules().state()?.time_zone))
    }
}

/// Returns the trimmed reason of a pause, or its problem.
fn checked_reason(reason: &str) -> Result<String, AppError> {
    let reason = reason.trim();
    let rule = match reason.chars().count() {
        0 => Rule::Required,
        length if length > LONGEST_REASON => Rule::TooLong { maximum: LONGEST_REASON as u32 },
        _ => return Ok(reason.to_owned()),
    };
    Err(AppError::Invalid { problems: vec![Problem::new("reason", rule)] })
}

fn problems(reader: &Reader<'_>, details: &PolicyDetails, id: Option<PolicyId>) -> Result<Vec<Problem>, AppError> {
    let mut problems = details.problems();
    if !details.name.is_empty() && reader.policies().taken(&details.name, id)? {
        problems.push(Problem::new("name", Rule::Duplicate));
    }
    let rule = match reader.strengths().get(details.strength)? {
        None => Some(Rule::Unknown),
        Some(strength) if !strength.problems.is_empty() => Some(Rule::TooFewPossibilities { minimum: FLOOR_BITS }),
        Some(_) => None,
    };
    problems.extend(rule.map(|rule| Problem::new("strengthId", rule)));
    Ok(problems)
}

fn append(
    writer: &Writer<'_>,
    signed_in: &SignedInUser,
    policy: &Policy,
    action: &str,
    detail: serde_json::Value,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    let object = Some(Object { noun: "policy", id: policy.id.as_uuid(), label: &policy.details.name });
    writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at })?;
    Ok(())
}

fn describe(details: &PolicyDetails) -> serde_json::Value {
    json!({
        "name": details.name,
        "priority": details.priority,
        "strength": details.strength,
        "criteria": details.criteria,
        "triggers": details.triggers,
        "overrides": details.overrides,
    })
}

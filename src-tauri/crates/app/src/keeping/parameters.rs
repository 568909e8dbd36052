//! What an administrator tunes.

use chrono::{DateTime, Utc};
use domain::{
    Problem, Role,
    parameter::{self, Circumstances, Definition, PARAMETERS, Parameter, ParameterDefaultReason, Value},
};
use serde_json::json;
use vault::{NewEntry, Noun, Object, PersonStatus, SetParameter, Vault};

use crate::{Action, App, AppError, AppEvent};

/// A parameter with its value, for people.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ParameterRow {
    /// What it is, and what it may be.
    pub definition: &'static Definition,
    pub value: Value,
    /// What counts in this vault when nothing is set.
    pub default: Value,
    /// Why that is not the usual default.
    pub default_reason: Option<ParameterDefaultReason>,
    /// When it was set; None as long as the default counts.
    pub changed_at: Option<DateTime<Utc>>,
    /// The name of who set it.
    pub changed_by: Option<String>,
}

/// The door to parameters.
pub struct ParameterDoor<'a>(pub(crate) &'a App);

impl ParameterDoor<'_> {
    /// Every parameter, in the order of the table.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self) -> Result<Vec<ParameterRow>, AppError> {
        let seat = self.0.seated(Action::ReadParameters)?;
        let circumstances = circumstances_of(&seat.vault);
        seat.vault.read(|reader| {
            let set = reader.parameters().set()?;
            let name = |set: &SetParameter| reader.users().name(set.by);
            PARAMETERS
                .iter()
                .map(|definition| {
                    let set = set.iter().find(|set| set.name == definition.name);
                    let fitting = set.and_then(|set| parameter::check(definition.parameter, set.value.clone()).ok());
                    let set = set.filter(|_| fitting.is_some());
                    let (default, default_reason) = definition.parameter.default_in(circumstances);
                    Ok(ParameterRow {
                        definition,
                        value: fitting.unwrap_or_else(|| default.clone()),
                        default,
                        default_reason,
                        changed_at: set.map(|set| set.at),
                        changed_by: set.map(name).transpose()?.flatten(),
                    })
                })
                .collect()
        })
    }

    /// Sets a parameter. It counts at once.
    ///
    /// # Errors
    /// As [`ParameterDoor::list`], and [`AppError::Invalid`] with the field `value`.
    pub fn save(&self, parameter: Parameter, value: Value) -> Result<(), AppError> {
        let problem = |rule| AppError::Invalid { problems: vec![Problem::new("value", rule)] };
        let value = parameter::check(parameter, value).map_err(problem)?;
        self.change(parameter, Some(value))
    }

    /// Goes back to a parameter's default.
    ///
    /// # Errors
    /// As [`ParameterDoor::list`].
    pub fn reset(&self, parameter: Parameter) -> Result<(), AppError> {
        self.change(parameter, None)
    }

    fn change(&self, parameter: Parameter, value: Option<Value>) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteParameters)?;
        let now = self.0.setup.clock.now();
        let (default, _) = parameter.default_in(circumstances_of(&seat.vault));
        seat.vault.write(|writer| {
            let known = writer.parameters().all()?;
            let from = if known.is_set(parameter) { known.get(parameter) } else { default.clone() };
            match &value {
                Some(value) => writer.parameters_mut().put(parameter, value, seat.user.id, now)?,
                None => writer.parameters_mut().reset(parameter)?,
            }
            let to = value.unwrap_or(default);
            if let (Parameter::TimeZone, Value::Text(zone)) = (parameter, &to) {
                // What is due depends on it; it is reckoned anew.
                writer.schedules_mut().set_time_zone(zone)?;
            }
            if from == to {
                return Ok::<_, AppError>(());
            }
            let object = Some(Object { noun: "parameter", id: seat.vault.id().as_uuid(), label: parameter.name() });
            let detail = json!({ "from": { "value": from }, "to": { "value": to } });
            let entry = NewEntry { who: Some(seat.user.id), action: "parameter.changed", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })?;
        self.0.apply_parameters()?;
        self.0.wake_executor();
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Parameter, ids: vec![] });
        Ok(())
    }
}

/// What the defaults of a vault depend on, by the verified history of who may do what.
pub(crate) fn circumstances_of(vault: &Vault) -> Circumstances {
    let opens_passwords = |role: &Role| matches!(role, Role::Administrator | Role::Operator);
    let lacks = vault
        .people()
        .into_iter()
        .any(|person| person.status == PersonStatus::Active && !person.roles.iter().any(opens_passwords));
    Circumstances { somebody_lacks_passwords: lacks }
}

/// Whether the executor keeps its key while nobody sits at the window: what was set, else the default of this vault.
pub(crate) fn rotates_while_locked(vault: &Vault, set: &parameter::Parameters) -> bool {
    let parameter = Parameter::RotateWhileLocked;
    if set.is_set(parameter) {
        return set.is_on(parameter);
    }
    parameter.default_in(circumstances_of(vault)).0 == Value::Switch(true)
}

/// Bounds and waits of the executor, as the vault's parameters say.
pub(crate) fn of_rotation(from: &parameter::Parameters, known: &rotation::Parameters) -> rotation::Parameters {
    use Parameter as P;
    let set_duration = |parameter, known| if from.is_set(parameter) { from.duration(parameter) } else { known };
    let set_number = |parameter, known| if from.is_set(parameter) { from.number(parameter) } else { known };
    let set_size = |parameter, known| if from.is_set(parameter) { from.number(parameter) as usize } else { known };
    rotation::Parameters {
        attempts: set_number(P::Attempts, known.attempts),
        back_off: set_duration(P::BackOff, known.back_off),
        longest_back_off: set_duration(P::LongestBackOff, known.longest_back_off),
        settle: set_duration(P::Settle, known.settle),
        at_once: set_size(P::AtOnce, known.at_once),
        authenticating_at_once: set_size(P::AuthenticatingAtOnce, known.authenticating_at_once),
        refusals: set_number(P::Refusals, known.refusals),
        rest: set_duration(P::Rest, known.rest),
        connect_timeout: set_duration(P::ConnectTimeout, known.connect_timeout),
        read_timeout: set_duration(P::ReadTimeout, known.read_timeout),
        lease: set_duration(P::Lease, known.lease),
        per_device: set_number(P::PerDevice, known.per_device),
        overdue_after: set_duration(P::OverdueAfter, known.overdue_after),
        missed_spread: set_duration(P::MissedSpread, known.missed_spread),
        trigger_rest: set_duration(P::TriggerRest, known.trigger_rest),
    }
}

#[cfg(test)]
mod tests {
    use domain::parameter::Parameters;

    use super::of_rotation;

    #[test]
    fn the_defaults_of_the_table_are_those_of_the_executor() {
        let known = rotation::Parameters::default();
        let mut all = Parameters::default();
        for row in domain::parameter::PARAMETERS {
            all.set(row.parameter, Some(row.parameter.default()));
        }
        assert_eq!(format!("{:?}", of_rotation(&all, &known)), format!("{known:?}"), "two sets of defaults differ");
    }
}

//! The parameters that an administrator sets.

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
    /// Its definition in the table: type, range and usual default.
    pub definition: &'static Definition,
    pub value: Value,
    /// The default in this vault.
    pub default: Value,
    /// The reason why this default differs from the usual one.
    pub default_reason: Option<ParameterDefaultReason>,
    /// The time at which it was set; None while the default applies.
    pub changed_at: Option<DateTime<Utc>>,
    /// The name of the administrator who set it.
    pub changed_by: Option<String>,
}

/// The operations on parameters.
pub struct ParameterSettings<'a>(pub(crate) &'a App);

impl ParameterSettings<'_> {
    /// Returns every parameter, in the order of the table.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self) -> Result<Vec<ParameterRow>, AppError> {
        let signed_in = self.0.authorize(Action::ReadParameters)?;
        let circumstances = circumstances_of(&signed_in.vault);
        signed_in.vault.read(|reader| {
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

    /// Sets a parameter. It takes effect at once.
    ///
    /// # Errors
    /// As [`ParameterSettings::list`], and [`AppError::Invalid`] with the field `value`.
    pub fn save(&self, parameter: Parameter, value: Value) -> Result<(), AppError> {
        let problem = |rule| AppError::Invalid { problems: vec![Problem::new("value", rule)] };
        let value = parameter::check(parameter, value).map_err(problem)?;
        self.change(parameter, Some(value))
    }

    /// Resets a parameter to its default.
    ///
    /// # Errors
    /// As [`ParameterSettings::list`].
    pub fn reset(&self, parameter: Parameter) -> Result<(), AppError> {
        self.change(parameter, None)
    }

    fn change(&self, parameter: Parameter, value: Option<Value>) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteParameters)?;
        let now = self.0.setup.clock.now();
        let (default, _) = parameter.default_in(circumstances_of(&signed_in.vault));
        signed_in.vault.write(|writer| {
            let known = writer.parameters().all()?;
            let from = if known.is_set(parameter) { known.get(parameter) } else { default.clone() };
            match &value {
                Some(value) => writer.parameters_mut().put(parameter, value, signed_in.user.id, now)?,
                None => writer.parameters_mut().reset(parameter)?,
            }
            let to = value.unwrap_or(default);
            if let (Parameter::TimeZone, Value::Text(zone)) = (parameter, &to) {
                // The due times depend on the time zone, so they are computed again.
                writer.schedules_mut().set_time_zone(zone)?;
            }
            if from == to {
                return Ok::<_, AppError>(());
            }
            let object =
                Some(Object { noun: "parameter", id: signed_in.vault.id().as_uuid(), label: parameter.name() });
            let detail = json!({ "from": { "value": from }, "to": { "value": to } });
            let entry = NewEntry { who: Some(signed_in.user.id), action: "parameter.changed", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })?;
        self.0.apply_parameters()?;
        self.0.wake_executor();
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Parameter, ids: vec![] });
        Ok(())
    }
}

/// Returns the facts on which the defaults of a vault depend, from the verified history of roles.
pub(crate) fn circumstances_of(vault: &Vault) -> Circumstances {
    let opens_passwords = |role: &Role| matches!(role, Role::Administrator | Role::Operator);
    let lacks = vault
        .people()
        .into_iter()
        .any(|person| person.status == PersonStatus::Active && !person.roles.iter().any(opens_passwords));
    Circumstances { somebody_lacks_passwords: lacks }
}

/// Tells whether the executor keeps its key while the window is locked: the parameter if it was set, otherwise the
/// default of this vault.
pub(crate) fn rotates_while_locked(vault: &Vault, set: &parameter::Parameters) -> bool {
    let parameter = Parameter::RotateWhileLocked;
    if set.is_set(parameter) {
        return set.is_on(parameter);
    }
    parameter.default_in(circumstances_of(vault)).0 == Value::Switch(true)
}

/// Converts the vault's parameters to the executor's bounds and waits.
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

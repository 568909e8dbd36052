//! Reading the numbers of forms, as they were typed.
//!
//! If a field does not hold a whole number, the page sends its text; for an empty field it sends null. Such a value
//! must not lead to a malformed request, because that error would not name the field. So it becomes a number outside
//! every range, and the rule of the field refuses it. A form that reads a number in this way must check its range.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Replaces every value that is not a number of the type. It is above the largest number of every range.
const BEYOND: u32 = u32::MAX;
/// Replaces every value that is not a TCP port.
const NO_PORT: u16 = 0;

/// The whole number of a JSON value. Any other value is skipped and not stored.
#[derive(Deserialize)]
#[serde(untagged)]
enum Typed {
    Whole(u64),
    Other(IgnoredAny),
}

impl Typed {
    fn fit<T: TryFrom<u64>>(self, beyond: T) -> T {
        match self {
            Self::Whole(number) => T::try_from(number).unwrap_or(beyond),
            Self::Other(_) => beyond,
        }
    }
}

/// Reads a required number.
///
/// # Errors
/// Only for text that is not JSON.
pub fn typed_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Typed::deserialize(deserializer).map(|typed| typed.fit(BEYOND))
}

/// Reads a list of required numbers.
///
/// # Errors
/// For a value that is not a list.
pub fn typed_numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let typed = Vec::<Typed>::deserialize(deserializer)?;
    Ok(typed.into_iter().map(|typed| typed.fit(BEYOND)).collect())
}

/// Reads an optional number; null: left out.
///
/// # Errors
/// As [`typed_number`].
pub fn optional_typed_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(Option::<Typed>::deserialize(deserializer)?.map(|typed| typed.fit(BEYOND)))
}

/// Reads a TCP port. A value that is not a port becomes 0, which no form accepts.
///
/// # Errors
/// As [`typed_number`].
pub fn typed_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    Typed::deserialize(deserializer).map(|typed| typed.fit(NO_PORT))
}

#[cfg(test)]
mod tests {
    use app::{approval::Rules, domain::strength::Strength};
    use serde_json::{Value, json};

    use super::*;
    use crate::views::{
        approvers::ApproversSaveRequest, device::ConnectivityView, parameter::ParameterValue,
        strength::StrengthRulesView, trigger::TriggersView,
    };

    /// Returns values that no number field accepts: too large, negative, fractional, empty, and text.
    fn wrong() -> Vec<Value> {
        vec![json!(99_999_999_999_u64), json!(1e30), json!(-1), json!(22.5), json!(null), json!(""), json!("7 days")]
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Form {
        #[serde(deserialize_with = "typed_number")]
        number: u32,
        #[serde(deserialize_with = "optional_typed_number")]
        optional: Option<u32>,
        #[serde(deserialize_with = "typed_numbers")]
        several: Vec<u32>,
        #[serde(deserialize_with = "typed_port")]
        port: u16,
    }

    #[test]
    fn a_whole_number_is_read_as_it_is() -> serde_json::Result<()> {
        let typed = json!({ "number": 7, "optional": null, "several": [0, 1], "port": 65_535 });
        let form: Form = serde_json::from_value(typed)?;
        assert_eq!(form, Form { number: 7, optional: None, several: vec![0, 1], port: 65_535 });
        Ok(())
    }

    #[test]
    fn what_is_no_number_of_the_type_is_read_as_one_that_no_range_allows() -> serde_json::Result<()> {
        for value in wrong() {
            let typed = json!({ "number": value, "optional": value, "several": [value], "port": value });
            let form: Form = serde_json::from_value(typed)?;
            let optional = (!value.is_null()).then_some(BEYOND);
            assert_eq!(form, Form { number: BEYOND, optional, several: vec![BEYOND], port: NO_PORT }, "{value}");
        }
        let port: ConnectivityView =
            serde_json::from_value(json!({ "plugin": "a", "transport": "plain", "fields": {}, "port": 65_536 }))?;
        assert_eq!(port.port, NO_PORT, "one more than a port can be");
        Ok(())
    }

    #[test]
    fn every_number_of_a_strength_is_refused_at_its_field() -> serde_json::Result<()> {
        let whole = json!({ "minimumLength": 20, "maximumLength": 20, "upper": 1, "lower": 1, "digits": 1, "symbols": 1,
            "allowedSymbols": "-", "forbidden": "", "firstCharacter": [], "maximumRepeats": 5, "avoidLookAlikes": false,
            "historyDepth": 5 });
        let fields =
            ["minimumLength", "maximumLength", "upper", "lower", "digits", "symbols", "maximumRepeats", "historyDepth"];
        for (field, value) in fields.iter().flat_map(|field| wrong().into_iter().map(move |value| (field, value))) {
            // Null is a valid value of an optional number.
            if value.is_null() && !["minimumLength", "maximumLength", "historyDepth"].contains(field) {
                continue;
            }
            let mut typed = whole.clone();
            typed[field] = value.clone();
            let rules: StrengthRulesView = serde_json::from_value(typed)?;
            let problems = Strength::from(rules).problems();
            let named = format!("rules.{field}");
            assert!(problems.iter().any(|problem| problem.field == named), "{field} {value}: {problems:?}");
        }
        Ok(())
    }

    #[test]
    fn every_number_of_triggers_and_of_approvals_is_outside_its_range() -> anyhow::Result<()> {
        for value in wrong() {
            let triggers: TriggersView = serde_json::from_value(json!({
                "period": { "every": value, "unit": "days", "windows": [] },
                "view": { "delayMinutes": value, "windows": [] },
                "expiry": { "lifetimeDays": value, "windows": [] },
                "verification": { "every": value, "unit": "hours", "windows": [] },
            }))?;
            let triggers = triggers.read(&mut Vec::new());
            let read = [
                triggers.period.map(|trigger| trigger.every),
                triggers.view.map(|trigger| trigger.delay_minutes),
                triggers.expiry.map(|trigger| trigger.lifetime_days),
                triggers.verification.map(|trigger| trigger.every),
            ];
            assert_eq!(read, [Some(BEYOND); 4], "{value}");
            let request: ApproversSaveRequest = serde_json::from_value(json!({
                "version": 1, "approvers": [], "needed": [value, value, value], "rejectionsToEnd": value,
                "validityMinutes": value, "operationsNeedingApproval": [],
            }))?;
            let form = app::ApproversForm::try_from(request).map_err(|error| anyhow::anyhow!("{error:?}"))?;
            let problems = Rules::problems(&form.rules);
            assert_eq!(problems.len(), 5, "{value}: {problems:?}");
            let typed = json!({ "kind": "number", "number": value });
            assert!(matches!(serde_json::from_value(typed)?, ParameterValue::Number { number: BEYOND }), "{value}");
        }
        Ok(())
    }
}

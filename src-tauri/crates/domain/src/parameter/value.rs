//! The value of a parameter, and the check that it fits the parameter.

use serde::{Deserialize, Serialize};

use super::{Kind, Parameter};
use crate::Rule;

/// A value, by its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Value {
    Switch(bool),
    Integer(u32),
    Text(String),
    List(Vec<String>),
}

/// Returns the value if it fits the parameter, a text trimmed and a list without repetitions.
///
/// # Errors
/// [`Rule::OutOfRange`] for a number outside its bounds and for too long a list; [`Rule::TooLong`] for a text in it;
/// [`Rule::Zone`] for a time zone that does not exist; [`Rule::Unknown`] for a word that is none of the choices, and
/// for a value of another shape.
pub fn check(parameter: Parameter, value: Value) -> Result<Value, Rule> {
    match (parameter.definition().kind, value) {
        (Kind::Integer { minimum, maximum, .. } | Kind::Duration { minimum, maximum, .. }, Value::Integer(number)) => {
            let fits = (minimum..=maximum).contains(&number);
            if fits { Ok(Value::Integer(number)) } else { Err(Rule::OutOfRange { minimum, maximum }) }
        }
        (Kind::Switch, Value::Switch(on)) => Ok(Value::Switch(on)),
        (Kind::Choice(words), Value::Text(word)) if words.contains(&word.trim()) => {
            Ok(Value::Text(word.trim().to_owned()))
        }
        (Kind::TimeZone, Value::Text(name)) => match name.trim().parse::<chrono_tz::Tz>() {
            Ok(zone) => Ok(Value::Text(zone.name().to_owned())),
            Err(_) => Err(Rule::Zone),
        },
        (Kind::List { longest, most }, Value::List(texts)) => tidy_list(longest, most, texts).map(Value::List),
        (
            Kind::Integer { .. }
            | Kind::Duration { .. }
            | Kind::Switch
            | Kind::Choice(_)
            | Kind::TimeZone
            | Kind::List { .. },
            _,
        ) => Err(Rule::Unknown),
    }
}

fn tidy_list(longest: u32, most: u32, texts: Vec<String>) -> Result<Vec<String>, Rule> {
    let mut tidy: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let text = text.trim();
        if text.chars().count() > longest as usize {
            return Err(Rule::TooLong { maximum: longest });
        }
        if !text.is_empty() && !tidy.iter().any(|known| known == text) {
            tidy.push(text.to_owned());
        }
    }
    if tidy.len() > most as usize { Err(Rule::OutOfRange { minimum: 0, maximum: most }) } else { Ok(tidy) }
}

#[cfg(test)]
mod tests {
    use super::{Value, check, tidy_list};
    use crate::{
        Rule,
        parameter::{Parameter, Parameters},
    };

    #[test]
    fn a_number_outside_its_range_is_refused_and_the_bounds_are_not() {
        let refused = Err(Rule::OutOfRange { minimum: 1, maximum: 10 });
        assert_eq!(check(Parameter::Attempts, Value::Integer(0)), refused, "one below");
        assert_eq!(check(Parameter::Attempts, Value::Integer(11)), refused, "one above");
        for bound in [1, 10] {
            assert!(check(Parameter::Attempts, Value::Integer(bound)).is_ok(), "{bound} is allowed");
        }
    }

    #[test]
    fn a_value_of_another_shape_is_refused() {
        assert_eq!(check(Parameter::Attempts, Value::Switch(true)), Err(Rule::Unknown), "a number is wanted");
        assert_eq!(check(Parameter::LockOnSleep, Value::Integer(1)), Err(Rule::Unknown), "a switch is wanted");
    }

    #[test]
    fn a_time_zone_has_to_exist() {
        let zone = |name: &str| check(Parameter::TimeZone, Value::Text(name.to_owned()));
        assert_eq!(zone(" America/Sao_Paulo "), Ok(Value::Text("America/Sao_Paulo".to_owned())), "a real one");
        assert_eq!(zone("America/Atlantis"), Err(Rule::Zone), "nobody lives there");
    }

    #[test]
    fn a_list_is_tidied_and_bounded() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(tidy_list(3, 2, texts(&[" a", "a", "", "b"])), Ok(texts(&["a", "b"])), "none twice, none empty");
        assert_eq!(tidy_list(3, 2, texts(&["abcd"])), Err(Rule::TooLong { maximum: 3 }), "four characters");
        let refused = Err(Rule::OutOfRange { minimum: 0, maximum: 2 });
        assert_eq!(tidy_list(3, 2, texts(&["a", "b", "c"])), refused, "three texts");
    }

    #[test]
    fn what_a_file_holds_and_does_not_fit_counts_as_not_set() {
        let stored = [
            ("attempts".to_owned(), Value::Integer(99)),
            ("rest".to_owned(), Value::Integer(120)),
            ("ofAnotherVersion".to_owned(), Value::Switch(true)),
        ];
        let parameters = Parameters::from_stored(stored);
        assert_eq!(parameters.number(Parameter::Attempts), 3, "out of range: the default");
        assert_eq!(parameters.number(Parameter::Rest), 120, "what was set");
    }
}

//! The parameters that an administrator may set: one table of names, kinds, ranges and defaults.
//!
//! A parameter has a name that never changes (files and the audit trail contain it), a group, a kind with its range and
//! unit, and a default. [`Parameters`] holds the values that differ from the defaults. A value that is read from a file
//! and does not fit its kind any more counts as not set.

mod table;
mod value;

pub use table::{Circumstances, Definition, PARAMETERS, Parameter, ParameterDefaultReason};
pub use value::{Value, check};

use std::{collections::BTreeMap, time::Duration};

crate::enumeration! {
    /// A group of parameters that the window shows together.
    #[derive(PartialOrd, Ord)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ParameterGroup {
        Session = "session",
        /// Parameters about showing and copying passwords.
        Secrets = "secrets",
        Rotation = "rotation",
        Network = "network",
        /// Parameters about the triggers of policies.
        Policies = "policies",
        /// Parameters about deciding on the requests of others.
        Approvals = "approvals",
        Backups = "backups",
        Window = "window",
    }
}

crate::enumeration! {
    /// The unit that a number counts.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum ParameterUnit {
        Seconds = "seconds",
        Minutes = "minutes",
        Hours = "hours",
        Days = "days",
        Operations = "operations",
        Connections = "connections",
        Attempts = "attempts",
        Versions = "versions",
        Backups = "backups",
        Rows = "rows",
    }
}

impl ParameterUnit {
    /// Returns the seconds of one unit, or None where the unit does not count time.
    fn seconds(self) -> Option<u64> {
        match self {
            Self::Seconds => Some(1),
            Self::Minutes => Some(60),
            Self::Hours => Some(3_600),
            Self::Days => Some(86_400),
            Self::Operations | Self::Connections | Self::Attempts | Self::Versions | Self::Backups | Self::Rows => None,
        }
    }
}

/// The kind of a parameter: the values that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Kind {
    /// A whole number within bounds, both included.
    Integer {
        minimum: u32,
        maximum: u32,
        unit: ParameterUnit,
    },
    /// A span of time, as a whole number of its unit within bounds, both included.
    Duration {
        minimum: u32,
        maximum: u32,
        unit: ParameterUnit,
    },
    Switch,
    Choice(&'static [&'static str]),
    /// The name of a time zone of the IANA database.
    TimeZone,
    /// Texts, in any order, none twice.
    List {
        /// The most characters of one text.
        longest: u32,
        most: u32,
    },
}

impl Kind {
    /// Returns the words that may be chosen, or None where the kind is not a choice.
    pub fn choices(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::Choice(words) => Some(words.to_vec()),
            Self::TimeZone => Some(chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect()),
            Self::Integer { .. } | Self::Duration { .. } | Self::Switch | Self::List { .. } => None,
        }
    }
}

/// The parameters of one vault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<Parameter, Value>);

impl Parameters {
    /// Collects stored values. Names that this program does not know, and values that do not fit, are left out.
    pub fn from_stored(stored: impl IntoIterator<Item = (String, Value)>) -> Self {
        let known = stored.into_iter().filter_map(|(name, value)| {
            let parameter = Parameter::of_name(&name)?;
            check(parameter, value).ok().map(|value| (parameter, value))
        });
        Self(known.collect())
    }

    /// Returns the value of a parameter: the one that was set, else the default.
    pub fn get(&self, parameter: Parameter) -> Value {
        self.0.get(&parameter).cloned().unwrap_or_else(|| parameter.default())
    }

    /// Tells whether an administrator has set a value for the parameter.
    pub fn is_set(&self, parameter: Parameter) -> bool {
        self.0.contains_key(&parameter)
    }

    /// Sets a value that [`check`] accepted, or with None goes back to the default.
    pub fn set(&mut self, parameter: Parameter, value: Option<Value>) {
        match value {
            Some(value) => self.0.insert(parameter, value),
            None => self.0.remove(&parameter),
        };
    }

    /// Returns the number of a [`Kind::Integer`] or [`Kind::Duration`]; 0 for any other kind.
    pub fn number(&self, parameter: Parameter) -> u32 {
        match self.get(parameter) {
            Value::Integer(number) => number,
            Value::Switch(_) | Value::Text(_) | Value::List(_) => 0,
        }
    }

    /// Tells whether a [`Kind::Switch`] is on; false for any other kind.
    pub fn is_on(&self, parameter: Parameter) -> bool {
        self.get(parameter) == Value::Switch(true)
    }

    /// Returns the text of a [`Kind::Choice`] or [`Kind::TimeZone`]; empty for any other kind.
    pub fn text(&self, parameter: Parameter) -> String {
        match self.get(parameter) {
            Value::Text(text) => text,
            Value::Integer(_) | Value::Switch(_) | Value::List(_) => String::new(),
        }
    }

    /// Returns the time of a [`Kind::Duration`]; zero for any other kind.
    pub fn duration(&self, parameter: Parameter) -> Duration {
        let Kind::Duration { unit, .. } = parameter.definition().kind else {
            return Duration::ZERO;
        };
        Duration::from_secs(u64::from(self.number(parameter)) * unit.seconds().unwrap_or(0))
    }

    /// Returns the texts of a [`Kind::List`]; none for any other kind.
    pub fn list(&self, parameter: Parameter) -> Vec<String> {
        match self.get(parameter) {
            Value::List(texts) => texts,
            Value::Integer(_) | Value::Switch(_) | Value::Text(_) => Vec::new(),
        }
    }
}

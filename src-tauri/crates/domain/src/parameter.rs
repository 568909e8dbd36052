//! What an administrator may tune: one table of names, kinds, ranges and defaults.
//!
//! A parameter is a name that never changes (it stands in files and in the audit trail), a group, a kind with its
//! range and unit, and a default. [`Parameters`] holds what differs from the defaults; what is read from a file and
//! does not fit its kind any more counts as not set.

mod table;
mod value;

pub use table::{Definition, PARAMETERS, Parameter};
pub use value::{Value, check};

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

/// Which parameters stand together in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Group {
    /// Attempts, waits and bounds of the executor.
    Rotation,
    /// Locking, signing in and out.
    Sessions,
    /// Showing and copying passwords.
    Passwords,
    /// Deciding on the requests of others.
    Approvals,
    /// How many backups are kept.
    Backups,
    /// The window and the desktop.
    Desktop,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

/// What a parameter's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number within bounds, both included.
    Integer {
        /// The smallest.
        minimum: u32,
        /// The largest.
        maximum: u32,
        /// What it counts.
        unit: Unit,
    },
    /// On or off.
    Switch,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// The name of a time zone of the IANA database.
    TimeZone,
    /// Some of some words, in any order.
    List(&'static [&'static str]),
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

    /// The value of a parameter: what was set, else the default.
    pub fn get(&self, parameter: Parameter) -> Value {
        self.0.get(&parameter).cloned().unwrap_or_else(|| parameter.default())
    }

    /// Tells whether a value was set.
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

    /// The number of an [`Kind::Integer`]; 0 for any other kind.
    pub fn number(&self, parameter: Parameter) -> u32 {
        match self.get(parameter) {
            Value::Integer(number) => number,
            Value::Switch(_) | Value::Text(_) | Value::List(_) => 0,
        }
    }

    /// Whether a [`Kind::Switch`] is on; false for any other kind.
    pub fn is_on(&self, parameter: Parameter) -> bool {
        self.get(parameter) == Value::Switch(true)
    }

    /// The text of a [`Kind::Choice`] or [`Kind::TimeZone`]; empty for any other kind.
    pub fn text(&self, parameter: Parameter) -> String {
        match self.get(parameter) {
            Value::Text(text) => text,
            Value::Integer(_) | Value::Switch(_) | Value::List(_) => String::new(),
        }
    }

    /// The number of an [`Kind::Integer`] in its unit, as a span of time; things count as seconds.
    pub fn duration(&self, parameter: Parameter) -> Duration {
        let number = u64::from(self.number(parameter));
        let Kind::Integer { unit, .. } = parameter.definition().kind else {
            return Duration::ZERO;
        };
        Duration::from_secs(match unit {
            Unit::Count | Unit::Seconds => number,
            Unit::Minutes => number * 60,
            Unit::Hours => number * 3_600,
        })
    }
}

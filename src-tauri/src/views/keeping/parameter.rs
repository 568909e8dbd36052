//! The parameters, which administrators set.

use app::{
    ParameterRow,
    domain::parameter::{Kind, Value},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{ParameterDefaultReason, ParameterGroup, ParameterUnit, number::typed_number, optional_time};

/// A parameter, named by its key.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ParameterView {
    /// Its name, which is also the key of its texts in the window.
    pub key: String,
    pub group: ParameterGroup,
    /// The kind and the range of its value.
    pub kind: ParameterKind,
    pub value: ParameterValue,
    /// The value that applies in this vault if none is set.
    pub default: ParameterValue,
    /// The reason why it differs from the usual default.
    pub default_reason: Option<ParameterDefaultReason>,
    /// The time at which it was set.
    pub changed_at: Option<String>,
    pub changed_by: Option<String>,
}

/// The kind and the range of a parameter's value.
#[derive(Debug, Serialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ParameterKind {
    Integer {
        minimum: u32,
        maximum: u32,
        unit: ParameterUnit,
    },
    /// A span of time, in the given unit.
    Duration {
        minimum: u32,
        maximum: u32,
        unit: ParameterUnit,
    },
    Switch,
    Choice {
        options: Vec<String>,
    },
    List {
        /// The most characters of one item.
        longest: u32,
        most: u32,
    },
}

impl From<Kind> for ParameterKind {
    fn from(kind: Kind) -> Self {
        let options = kind.choices().unwrap_or_default().into_iter().map(str::to_owned).collect();
        match kind {
            Kind::Integer { minimum, maximum, unit } => Self::Integer { minimum, maximum, unit },
            Kind::Duration { minimum, maximum, unit } => Self::Duration { minimum, maximum, unit },
            Kind::Switch => Self::Switch,
            Kind::Choice(_) | Kind::TimeZone => Self::Choice { options },
            Kind::List { longest, most } => Self::List { longest, most },
        }
    }
}

/// The value of a parameter.
#[derive(Debug, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum ParameterValue {
    /// A number or a span of time.
    Number {
        /// The number in the parameter's unit.
        #[serde(deserialize_with = "typed_number")]
        #[specta(type = u32)]
        number: u32,
    },
    Switch {
        /// True if it is on.
        on: bool,
    },
    Text {
        text: String,
    },
    List {
        items: Vec<String>,
    },
}

impl From<Value> for ParameterValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(number) => Self::Number { number },
            Value::Switch(on) => Self::Switch { on },
            Value::Text(text) => Self::Text { text },
            Value::List(items) => Self::List { items },
        }
    }
}

impl From<ParameterValue> for Value {
    fn from(value: ParameterValue) -> Self {
        match value {
            ParameterValue::Number { number } => Self::Integer(number),
            ParameterValue::Switch { on } => Self::Switch(on),
            ParameterValue::Text { text } => Self::Text(text),
            ParameterValue::List { items } => Self::List(items),
        }
    }
}

impl From<ParameterRow> for ParameterView {
    fn from(row: ParameterRow) -> Self {
        Self {
            key: row.definition.name.to_owned(),
            group: row.definition.group,
            kind: row.definition.kind.into(),
            value: row.value.into(),
            default: row.default.into(),
            default_reason: row.default_reason,
            changed_at: optional_time(row.changed_at),
            changed_by: row.changed_by,
        }
    }
}

/// A request to set a parameter.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ParameterSaveRequest {
    pub key: String,
    pub value: ParameterValue,
}

/// A parameter, named by its key.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct ParameterKeyRequest {
    pub key: String,
}

//! How passwords are generated.

use app::{Estimate, StrengthForm, StrengthQuery, StrengthRecord, domain::strength::Strength};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    CharacterClass, ListRequest, Noun, StrengthSort, id, limit,
    number::{optional_typed_number, typed_number},
    page::place,
    time,
};
use crate::{
    CommandError,
    error::{Problem, Rule},
};

/// The rules of a generated password.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrengthRulesView {
    /// The fewest characters in all.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub minimum_length: u32,
    /// The most characters in all.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub maximum_length: u32,
    /// The fewest upper-case letters; null: none may appear.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub upper: Option<u32>,
    /// The fewest lower-case letters; null: none may appear.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub lower: Option<u32>,
    /// The fewest digits; null: none may appear.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub digits: Option<u32>,
    /// The fewest symbols; null: none may appear.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub symbols: Option<u32>,
    /// Which symbols may appear.
    pub allowed_symbols: String,
    /// Which characters of any class may not.
    pub forbidden: String,
    /// What it may begin with; empty: with any.
    pub first_character: Vec<CharacterClass>,
    /// The most times that one character may appear in the whole password; null: as often as it comes.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub maximum_repeats: Option<u32>,
    /// Leaves out characters that people take for one another.
    pub avoid_look_alikes: bool,
    /// How many of the last passwords may not come again.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub history_depth: u32,
}

impl From<Strength> for StrengthRulesView {
    fn from(rules: Strength) -> Self {
        Self {
            minimum_length: rules.minimum_length,
            maximum_length: rules.maximum_length,
            upper: rules.upper,
            lower: rules.lower,
            digits: rules.digits,
            symbols: rules.symbols,
            allowed_symbols: rules.allowed_symbols,
            forbidden: rules.forbidden,
            first_character: rules.first.into_iter().collect(),
            maximum_repeats: rules.maximum_repeats,
            avoid_look_alikes: rules.avoid_look_alikes,
            history_depth: rules.history,
        }
    }
}

impl From<StrengthRulesView> for Strength {
    fn from(view: StrengthRulesView) -> Self {
        Self {
            minimum_length: view.minimum_length,
            maximum_length: view.maximum_length,
            upper: view.upper,
            lower: view.lower,
            digits: view.digits,
            symbols: view.symbols,
            allowed_symbols: view.allowed_symbols,
            forbidden: view.forbidden,
            first: view.first_character.into_iter().collect(),
            maximum_repeats: view.maximum_repeats,
            avoid_look_alikes: view.avoid_look_alikes,
            history: view.history_depth,
        }
    }
}

/// Which strengths.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct StrengthFilter {
    /// Words of the name.
    pub text: Option<String>,
}

impl TryFrom<ListRequest<StrengthFilter, StrengthSort>> for StrengthQuery {
    type Error = CommandError;

    fn try_from(request: ListRequest<StrengthFilter, StrengthSort>) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            sort: request.sort,
            descending: request.descending,
            after: place(request.cursor, Noun::Strength)?,
            limit: limit(request.limit),
        })
    }
}

/// A strength in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StrengthRowView {
    pub id: String,
    pub name: String,
    /// Whether it came with the program.
    pub built_in: bool,
    pub rules: StrengthRulesView,
    /// Binary logarithm of the number of possible passwords.
    #[specta(type = specta_typescript::Number)]
    pub bits: f64,
    /// How many policies use it.
    pub policies: u32,
    /// Whether passwords are made by it; not where its rules cannot be, or leave too few.
    pub usable: bool,
    /// When it last changed.
    pub updated_at: String,
}

impl From<StrengthRecord> for StrengthRowView {
    fn from(record: StrengthRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            built_in: record.built_in,
            rules: record.rules.into(),
            bits: record.bits,
            policies: record.policies,
            usable: record.problems.is_empty(),
            updated_at: time(record.updated_at),
        }
    }
}

/// A strength.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StrengthView {
    pub id: String,
    pub name: String,
    /// Whether it came with the program.
    pub built_in: bool,
    pub rules: StrengthRulesView,
    /// How many policies use it.
    pub policies: u32,
    /// When it was entered.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl From<StrengthRecord> for StrengthView {
    fn from(record: StrengthRecord) -> Self {
        Self {
            id: record.id.to_string(),
            name: record.name,
            built_in: record.built_in,
            rules: record.rules.into(),
            policies: record.policies,
            created_at: time(record.created_at),
            updated_at: time(record.updated_at),
        }
    }
}

/// What a person entered in the strength form.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct StrengthSaveRequest {
    /// Null: a new strength.
    pub id: Option<String>,
    pub name: String,
    pub rules: StrengthRulesView,
}

impl TryFrom<StrengthSaveRequest> for StrengthForm {
    type Error = CommandError;

    fn try_from(request: StrengthSaveRequest) -> Result<Self, CommandError> {
        let id = request.id.map(|text| id(&text, Noun::Strength)).transpose()?;
        Ok(Self { id, name: request.name, rules: request.rules.into() })
    }
}

/// Rules that are being entered.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct StrengthEstimateRequest {
    pub rules: StrengthRulesView,
}

/// What a plugin allows, and whether the strength has passwords that it takes.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PluginLimitView {
    pub plugin_id: String,
    pub plugin_name: String,
    /// The longest password that it carries, in bytes.
    pub maximum_length: Option<u32>,
    /// Characters that would not arrive unharmed.
    pub forbidden: String,
    /// Why it takes none; null: it takes some.
    pub problem: Option<Rule>,
}

/// What passwords a strength has. The samples are generated to be looked at; none is kept or used.
#[derive(Serialize, Type)]
pub struct StrengthEstimateView {
    /// The exact number in decimal digits; "0" when there is none.
    pub possible: String,
    #[specta(type = specta_typescript::Number)]
    pub bits: f64,
    pub samples: Vec<String>,
    /// What is wrong with the rules.
    pub problems: Vec<Problem>,
    /// What each plugin makes of it.
    pub limits: Vec<PluginLimitView>,
}

impl From<Estimate> for StrengthEstimateView {
    fn from(estimate: Estimate) -> Self {
        let limit = |limit: app::PluginLimit| PluginLimitView {
            plugin_id: limit.id.to_string(),
            plugin_name: limit.name.to_owned(),
            maximum_length: Some(limit.longest),
            forbidden: limit.forbidden.to_owned(),
            problem: limit.refused.map(Rule::from),
        };
        Self {
            possible: estimate.possible,
            bits: estimate.bits,
            // EXPOSE: they are examples, of no account.
            samples: estimate.samples.iter().map(|sample| sample.expose().to_owned()).collect(),
            problems: estimate.problems.into_iter().map(Problem::from).collect(),
            limits: estimate.limits.into_iter().map(limit).collect(),
        }
    }
}

//! The filters of the list of operations, each declared once.
//!
//! A filter is a field of [`OperationFilter`], which crosses to the window and is kept with saved filters as it is, and
//! a line of [`criteria`], which gives its conditions for a row. Both ways to find the rows take it from there: SQL
//! ([`operation_conditions`](super::operation_conditions)) and the columns in memory
//! ([`column_store`](super::column_store)). A filter with a new kind of condition needs a variant of [`Criterion`],
//! which does not compile until both ways handle it.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, DeviceId, Enumeration,
    operation::{OperationState, OperationType},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::store::{
    search::terms,
    value::{fold, micros},
};
use crate::{VaultError, error::Stored};

domain::with_typescript! {
    /// The filters of the list of operations. An operation must match every filter that is set. Texts are words in the
    /// field, without regard to case.
    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(missing_docs, reason = "the names of the fields say everything")]
    pub struct OperationFilter {
        /// A code, or words in the username or the device's name.
        pub text: Option<String>,
        /// The number that people know it by.
        pub code: Option<u32>,
        /// Words in the account's name.
        pub username: Option<String>,
        /// Words in the device's name.
        #[serde(rename = "device")]
        pub device_name: Option<String>,
        /// Words in the device's manufacturer.
        pub manufacturer: Option<String>,
        /// Words in the device's model.
        pub model: Option<String>,
        /// Words in the device's website.
        pub website: Option<String>,
        /// The device or the credential carries each of them.
        pub tags: Vec<String>,
        /// In one of these states; empty: in any.
        pub states: Vec<OperationState>,
        /// Of one of these types; empty: of any.
        #[serde(rename = "types")]
        pub kinds: Vec<OperationType>,
        /// Words in the name of the person or the policy that asked for it.
        pub requester: Option<String>,
        /// Scheduled at or after this, as RFC 3339.
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub scheduled_from: Option<DateTime<Utc>>,
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub scheduled_to: Option<DateTime<Utc>>,
        /// First run at or after this.
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub executed_from: Option<DateTime<Utc>>,
        /// First run before this.
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub executed_to: Option<DateTime<Utc>>,
        #[serde(rename = "credentialId")]
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub credential: Option<CredentialId>,
        #[serde(rename = "deviceId")]
        #[cfg_attr(feature = "typescript", specta(type = Option<String>))]
        pub device: Option<DeviceId>,
        /// The operations that the watchdog reports: due and not run, or running without a sign of life.
        pub late: Option<bool>,
        /// The bounds for [`OperationFilter::late`]. Only a caller with a clock can set them: they do not cross to the
        /// window, and without them no operation is late.
        #[serde(skip)]
        pub late_bounds: LateBounds,
    }
}

/// The times before which an operation counts as late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateBounds {
    /// A waiting operation is late when it should have run before this time.
    pub due_before: DateTime<Utc>,
    /// A running operation is late when its lease ended before this time: its program gave no sign of life since.
    pub lease_before: DateTime<Utc>,
}

impl Default for LateBounds {
    fn default() -> Self {
        Self { due_before: DateTime::<Utc>::MIN_UTC, lease_before: DateTime::<Utc>::MIN_UTC }
    }
}

/// A condition that a filter sets for a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Criterion {
    /// It has this code.
    Code(i64),
    /// It is on exactly this record.
    Id(IdColumn, [u8; 16]),
    /// Its word is one of these.
    OneOf(WordColumn, Vec<&'static str>),
    /// One of these people asked for it; no row matches when the list is empty.
    Requester(Vec<[u8; 16]>),
    /// It is at or after the first time and before the second.
    Between(TimeColumn, Bounds),
    /// One word is in a name.
    Name(NameColumn, String),
    /// One word is in the username or in the device's name, or it is the code.
    NameOrCode(String, i64),
    /// All words are in a text that few devices differ in.
    Text(TextColumn, Terms),
    /// The device or the credential carries this tag, folded.
    Tag(String),
    /// It should have begun before the first time, or was held until before the second.
    Late { due_before: i64, lease_before: i64 },
}

/// The two ends of a range in microseconds; the end is exclusive.
pub(super) type Bounds = (Option<i64>, Option<i64>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdColumn {
    Credential,
    Device,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordColumn {
    State,
    Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeColumn {
    Scheduled,
    Started,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameColumn {
    Username,
    Device,
    Either,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextColumn {
    Manufacturer,
    Model,
    Website,
}

/// Returns the conditions of a filter. A new field of the filter does not compile until it is handled here.
pub(super) fn criteria(connection: &Connection, filter: &OperationFilter) -> Result<Vec<Criterion>, VaultError> {
    let OperationFilter {
        text,
        code,
        username,
        device_name,
        manufacturer,
        model,
        website,
        tags,
        states,
        kinds,
        requester,
        scheduled_from,
        scheduled_to,
        executed_from,
        executed_to,
        credential,
        device,
        late,
        late_bounds,
    } = filter;
    let mut criteria = Vec::new();
    criteria.extend(code.map(|code| Criterion::Code(code.into())));
    criteria.extend(credential.map(|id| Criterion::Id(IdColumn::Credential, id.as_uuid().into_bytes())));
    criteria.extend(device.map(|id| Criterion::Id(IdColumn::Device, id.as_uuid().into_bytes())));
    criteria.extend(one_of(WordColumn::State, states));
    criteria.extend(one_of(WordColumn::Kind, kinds));
    criteria.extend(between(TimeColumn::Scheduled, *scheduled_from, *scheduled_to));
    criteria.extend(between(TimeColumn::Started, *executed_from, *executed_to));
    criteria.extend(in_text(TextColumn::Manufacturer, manufacturer));
    criteria.extend(in_text(TextColumn::Model, model));
    criteria.extend(in_text(TextColumn::Website, website));
    criteria.extend(requesters(connection, typed(requester))?.map(Criterion::Requester));
    criteria.extend(tags.iter().map(|tag| Criterion::Tag(fold(tag))));
    criteria.extend((*late == Some(true)).then(|| is_late(*late_bounds)));
    criteria.extend(terms(typed(username)).into_iter().map(|word| Criterion::Name(NameColumn::Username, word)));
    criteria.extend(terms(typed(device_name)).into_iter().map(|word| Criterion::Name(NameColumn::Device, word)));
    criteria.extend(terms(typed(text)).into_iter().map(name_or_code));
    Ok(criteria)
}

fn typed(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn one_of(column: WordColumn, variants: &[impl Enumeration]) -> Option<Criterion> {
    let terms: Vec<_> = variants.iter().map(|variant| variant.word()).collect();
    (!terms.is_empty()).then_some(Criterion::OneOf(column, terms))
}

fn between(column: TimeColumn, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<Criterion> {
    let bounds = (from.map(micros), to.map(micros));
    (bounds != (None, None)).then_some(Criterion::Between(column, bounds))
}

fn in_text(column: TextColumn, text: &Option<String>) -> Option<Criterion> {
    Terms::of(typed(text)).map(|terms| Criterion::Text(column, terms))
}

fn is_late(bounds: LateBounds) -> Criterion {
    Criterion::Late { due_before: micros(bounds.due_before), lease_before: micros(bounds.lease_before) }
}

/// Returns the criterion for a word. A number may be a code or a part of a name.
fn name_or_code(word: String) -> Criterion {
    match word.trim_start_matches('#').parse() {
        Ok(code) => Criterion::NameOrCode(word, code),
        Err(_) => Criterion::Name(NameColumn::Either, word),
    }
}

/// Returns the ids of the people and policies whose name has the words; `None` when nothing was typed.
fn requesters(connection: &Connection, typed: &str) -> Result<Option<Vec<[u8; 16]>>, VaultError> {
    let Some(terms) = Terms::of(typed) else { return Ok(None) };
    let named = connection
        .prepare_cached("SELECT id, name FROM users UNION ALL SELECT id, name FROM policy_names")
        .stored()?
        .query_map([], |row| Ok((row.get("id")?, row.get::<_, String>("name")?)))
        .stored()?
        .collect::<rusqlite::Result<Vec<_>>>()
        .stored()?;
    Ok(Some(named.into_iter().filter(|(_, name)| terms.are_in(name)).map(|(id, _)| id).collect()))
}

/// The words that were typed to search a short list of texts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms(Vec<String>);

impl Terms {
    fn of(typed: &str) -> Option<Self> {
        let terms: Vec<String> = terms(typed).iter().map(|word| word.to_lowercase()).collect();
        if terms.is_empty() { None } else { Some(Self(terms)) }
    }

    pub(in crate::store) fn are_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

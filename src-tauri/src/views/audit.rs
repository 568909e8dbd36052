//! The audit trail.

use app::{AuditChange, AuditChoices, AuditDetails, AuditEntry, AuditQuery, AuditVerdict, ListedEntry};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    AuditBreak, AuditFormat, Noun, count, id, limit, optional_time,
    page::place,
    session::{NamedView, hex},
    time,
};
use crate::CommandError;

/// Which entries.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditFilter {
    /// Words in label, action or detail.
    pub text: Option<String>,
    /// Ids of people; empty: anybody.
    pub users: Vec<String>,
    pub actions: Vec<String>,
    /// Kinds of object; empty: any.
    pub nouns: Vec<String>,
    pub object_id: Option<String>,
    #[specta(type = Option<String>)]
    pub from: Option<DateTime<Utc>>,
    #[specta(type = Option<String>)]
    pub until: Option<DateTime<Utc>>,
}

impl TryFrom<AuditFilter> for AuditQuery {
    type Error = CommandError;

    fn try_from(filter: AuditFilter) -> Result<Self, CommandError> {
        Ok(Self {
            text: filter.text.unwrap_or_default(),
            users: filter.users.iter().map(|user| id(user, Noun::User)).collect::<Result<_, _>>()?,
            actions: filter.actions,
            nouns: filter.nouns,
            object: filter.object_id.map(|object| id(&object, Noun::AuditEntry)).transpose()?,
            from: filter.from,
            until: filter.until,
            ..Self::default()
        })
    }
}

/// One page of entries, which have one order only: that in which they were written.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditListRequest {
    pub filter: AuditFilter,
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    pub limit: u32,
}

impl TryFrom<AuditListRequest> for AuditQuery {
    type Error = CommandError;

    fn try_from(request: AuditListRequest) -> Result<Self, CommandError> {
        Ok(Self {
            descending: request.descending,
            after: place(request.cursor, Noun::AuditEntry)?,
            limit: limit(request.limit),
            ..Self::try_from(request.filter)?
        })
    }
}

/// An entry in the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditRowView {
    /// From 1; the entry's name to people.
    pub number: u32,
    pub at: String,
    /// Whether that is yet to come: the clock by which the entry was written was ahead.
    pub clock_was_ahead: bool,
    /// Who; null: the program by itself.
    pub user_name: Option<String>,
    pub action: String,
    /// On what kind of record.
    pub noun: Option<String>,
    pub object_id: Option<String>,
    /// What people called it.
    pub object_label: Option<String>,
}

impl From<ListedEntry> for AuditRowView {
    fn from(listed: ListedEntry) -> Self {
        Self::of(&listed.entry, listed.clock_was_ahead)
    }
}

impl AuditRowView {
    fn of(entry: &AuditEntry, clock_was_ahead: bool) -> Self {
        Self {
            number: count(entry.number),
            at: time(entry.at),
            clock_was_ahead,
            user_name: entry.who_name.clone(),
            action: entry.action.clone(),
            noun: entry.noun.clone(),
            object_id: entry.object.map(|object| object.to_string()),
            object_label: entry.label.clone(),
        }
    }
}

/// An entry.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditEntryRequest {
    pub number: u32,
}

/// An entry with all it holds.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryView {
    /// What the list shows.
    #[serde(flatten)]
    pub row: AuditRowView,
    /// Each field that changed.
    pub changes: Vec<AuditChangeView>,
    /// Everything else, as name and text.
    pub facts: Vec<AuditFactView>,
    pub hash: String,
    /// The hash of the one before.
    pub previous: String,
}

impl From<AuditDetails> for AuditEntryView {
    fn from(details: AuditDetails) -> Self {
        Self {
            row: AuditRowView::of(&details.entry, details.clock_was_ahead),
            changes: details.changes.into_iter().map(AuditChangeView::from).collect(),
            facts: details.facts.into_iter().map(|(name, value)| AuditFactView { name, value }).collect(),
            hash: hex(&details.entry.hash),
            previous: hex(&details.entry.previous),
        }
    }
}

/// From what to what. A secret has neither.
#[derive(Debug, Serialize, Type)]
pub struct AuditChangeView {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
    /// Whether it is one whose value is never written down.
    pub secret: bool,
}

impl From<AuditChange> for AuditChangeView {
    fn from(change: AuditChange) -> Self {
        Self { field: change.field, from: change.from, to: change.to, secret: change.secret }
    }
}

/// Something else that an entry holds.
#[derive(Debug, Serialize, Type)]
pub struct AuditFactView {
    pub name: String,
    pub value: String,
}

/// What the filters offer.
#[derive(Debug, Serialize, Type)]
pub struct AuditChoicesView {
    /// Everybody who did something.
    pub users: Vec<NamedView>,
    /// Everything that was done.
    pub actions: Vec<String>,
    /// Every kind of record that something was done to.
    pub nouns: Vec<String>,
}

impl From<AuditChoices> for AuditChoicesView {
    fn from(choices: AuditChoices) -> Self {
        let named = |(id, name): (app::domain::UserId, String)| NamedView { id: id.to_string(), name };
        Self { users: choices.users.into_iter().map(named).collect(), actions: choices.actions, nouns: choices.nouns }
    }
}

/// Whether the trail holds.
#[derive(Debug, Serialize, Type)]
#[serde(tag = "verdict", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AuditVerdictView {
    /// Every entry is as it was written.
    Intact {
        entries: u32,
        /// How many signed heads.
        heads: u32,
        /// When the newest of them was signed.
        signed_at: Option<String>,
        signed_by: Option<String>,
    },
    /// It does not hold.
    Broken {
        /// The first entry that is not as it must be.
        entry: u32,
        what: AuditBreak,
        /// When the last entry before it was written.
        before: Option<String>,
    },
}

impl From<(AuditVerdict, Option<String>)> for AuditVerdictView {
    fn from((verdict, signed_by): (AuditVerdict, Option<String>)) -> Self {
        match verdict {
            AuditVerdict::Intact { entries, heads, newest } => Self::Intact {
                entries: count(entries),
                heads: count(heads),
                signed_at: newest.map(|head| time(head.at)),
                signed_by,
            },
            AuditVerdict::Broken { entry, what, before } => {
                Self::Broken { entry: count(entry), what, before: optional_time(before) }
            }
        }
    }
}

/// Entries to be written to a file.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditExportRequest {
    pub format: AuditFormat,
    pub filter: AuditFilter,
}

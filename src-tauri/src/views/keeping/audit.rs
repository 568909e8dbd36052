//! The entries of the audit trail, their filters, and the check of the trail.

use app::{AuditChange, AuditChoices, AuditDetails, AuditEntry, AuditQuery, AuditVerdict, ListedEntry};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{
    AuditBreak, AuditFormat, Noun, count, id, limit, optional_time,
    page::place,
    session::{NamedView, hex},
    time,
};

/// The filter of the entries.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditFilter {
    /// Words to search for in label, action or detail.
    pub text: Option<String>,
    /// Ids of users; empty: any user.
    pub users: Vec<String>,
    pub actions: Vec<String>,
    /// Kinds of records; empty: any kind.
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

/// A request for one page of entries. Entries have only one order: the order in which they were written.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditListRequest {
    pub filter: AuditFilter,
    pub descending: bool,
    /// The end of the previous page.
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

/// An entry as a row of the list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditRowView {
    /// The number of the entry, from 1.
    pub number: u32,
    pub at: String,
    /// True if this time is in the future, because the clock was ahead when the entry was written.
    pub clock_was_ahead: bool,
    /// The user; null: the program itself.
    pub user_name: Option<String>,
    pub action: String,
    /// The kind of the record.
    pub noun: Option<String>,
    pub object_id: Option<String>,
    /// The name that the record had.
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

/// A request for one entry.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditEntryRequest {
    pub number: u32,
}

/// An entry with all its fields.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryView {
    /// The fields that the list shows.
    #[serde(flatten)]
    pub row: AuditRowView,
    /// The changed fields of the record.
    pub changes: Vec<AuditChangeView>,
    /// All other facts of the entry, as name and text.
    pub facts: Vec<AuditFactView>,
    pub hash: String,
    /// The hash of the previous entry.
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

/// The old and the new value of a field. For a secret field both are missing.
#[derive(Debug, Serialize, Type)]
pub struct AuditChangeView {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
    /// True for a secret field, whose value is never recorded.
    pub secret: bool,
}

impl From<AuditChange> for AuditChangeView {
    fn from(change: AuditChange) -> Self {
        Self { field: change.field, from: change.from, to: change.to, secret: change.secret }
    }
}

/// Another fact of an entry.
#[derive(Debug, Serialize, Type)]
pub struct AuditFactView {
    pub name: String,
    pub value: String,
}

/// The values that the filters offer.
#[derive(Debug, Serialize, Type)]
pub struct AuditChoicesView {
    /// All users who appear in the trail.
    pub users: Vec<NamedView>,
    /// All actions that appear in the trail.
    pub actions: Vec<String>,
    /// All kinds of records that appear in the trail.
    pub nouns: Vec<String>,
}

impl From<AuditChoices> for AuditChoicesView {
    fn from(choices: AuditChoices) -> Self {
        let named = |(id, name): (app::domain::UserId, String)| NamedView { id: id.to_string(), name };
        Self { users: choices.users.into_iter().map(named).collect(), actions: choices.actions, nouns: choices.nouns }
    }
}

/// The result of checking the trail.
#[derive(Debug, Serialize, Type)]
#[serde(tag = "verdict", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AuditVerdictView {
    /// Every entry is unchanged since it was written.
    Intact {
        entries: u32,
        /// The number of signed heads.
        heads: u32,
        /// The time at which the newest head was signed.
        signed_at: Option<String>,
        signed_by: Option<String>,
    },
    /// At least one entry was altered or removed.
    Broken {
        /// The first entry that fails the check.
        entry: u32,
        what: AuditBreak,
        /// The time of the last entry before it.
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

/// A request to write the matching entries to a file.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct AuditExportRequest {
    pub format: AuditFormat,
    pub filter: AuditFilter,
}

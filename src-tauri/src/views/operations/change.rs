//! Requests for password changes and verifications.

use app::{Requested, Selection};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{NotChangeable, Noun, credential::CredentialFilter, id};

/// The selection of the credentials that a request is about.
#[derive(Debug, Deserialize, Type)]
#[serde(rename = "Selection", tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum SelectionRequest {
    Ids {
        ids: Vec<String>,
    },
    /// All credentials that match a filter, except some.
    Matching {
        filter: CredentialFilter,
        except: Vec<String>,
    },
}

impl TryFrom<SelectionRequest> for Selection {
    type Error = CommandError;

    fn try_from(request: SelectionRequest) -> Result<Self, CommandError> {
        let read = |texts: Vec<String>| -> Result<Vec<_>, CommandError> {
            texts.iter().map(|text| id(text, Noun::Credential)).collect()
        };
        Ok(match request {
            SelectionRequest::Ids { ids } => Self::Ids(read(ids)?),
            SelectionRequest::Matching { filter, except } => {
                Self::Matching { query: filter.try_into()?, except: read(except)? }
            }
        })
    }
}

/// A request for a password change.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeRequest {
    pub selection: SelectionRequest,
    /// The time of the change, as RFC 3339; null: now.
    #[specta(type = Option<String>)]
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The reason; required if changes need approval.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The result of a request.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRequestedView {
    /// The operations that were scheduled.
    pub operation_ids: Vec<String>,
    /// The credentials for which nothing could be scheduled.
    pub skipped: Vec<SkippedView>,
    /// The request that the operations wait for, if they need approval.
    pub request_id: Option<String>,
}

/// A credential that no change was scheduled for.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SkippedView {
    pub credential_id: String,
    /// The name of the credential.
    pub label: String,
    pub reason: NotChangeable,
}

impl From<Requested> for ChangeRequestedView {
    fn from(requested: Requested) -> Self {
        let skipped = |skipped: app::Skipped| SkippedView {
            credential_id: skipped.credential.to_string(),
            label: skipped.label,
            reason: skipped.reason,
        };
        Self {
            operation_ids: requested.operations.iter().map(ToString::to_string).collect(),
            skipped: requested.skipped.into_iter().map(skipped).collect(),
            request_id: requested.request.map(|request| request.to_string()),
        }
    }
}

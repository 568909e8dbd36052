//! The report of when passwords expire.

use app::{Expiration, ExpirationQuery, Range};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ExpirationSort, ListRequest, Noun, PolicyStatus, id, limit, page::place, time};
use crate::CommandError;

app::domain::enumeration! {
    /// When a password expires, from now.
    pub enum ExpirationRange {
        Expired = "expired",
        Week = "week",
        Month = "month",
        Quarter = "quarter",
        Never = "never",
    }
}

/// Which credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpirationFilter {
    /// Words in the username, the device's name or the tags.
    pub text: Option<String>,
    /// The policy that applies.
    pub policy_id: Option<String>,
    pub range: Option<ExpirationRange>,
}

impl ExpirationFilter {
    /// The query of the filter.
    pub fn query(self, now: DateTime<Utc>) -> Result<ExpirationQuery, CommandError> {
        let within = |days| Range { from: Some(now), to: Some(now + TimeDelta::days(days)) };
        let range = match self.range {
            None | Some(ExpirationRange::Never) => Range::default(),
            Some(ExpirationRange::Expired) => Range { from: None, to: Some(now) },
            Some(ExpirationRange::Week) => within(7),
            Some(ExpirationRange::Month) => within(30),
            Some(ExpirationRange::Quarter) => within(90),
        };
        Ok(ExpirationQuery {
            text: self.text.unwrap_or_default(),
            policy: self.policy_id.map(|text| id(&text, Noun::Policy)).transpose()?,
            range,
            never: matches!(self.range, Some(ExpirationRange::Never)),
            ..ExpirationQuery::default()
        })
    }
}

impl ListRequest<ExpirationFilter, ExpirationSort> {
    /// The query of the request.
    pub fn at(self, now: DateTime<Utc>) -> Result<ExpirationQuery, CommandError> {
        Ok(ExpirationQuery {
            sort: self.sort,
            descending: self.descending,
            after: place(self.cursor, Noun::Credential)?,
            limit: limit(self.limit),
            ..self.filter.query(now)?
        })
    }
}

/// A credential in the report.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationRowView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// The policy that applies.
    pub policy_id: Option<String>,
    pub policy_name: Option<String>,
    /// When the password last became current.
    pub changed_at: Option<String>,
    pub expires_at: Option<String>,
    /// When the policy is due next.
    pub next_due_at: Option<String>,
    /// How it stands to its policy.
    pub standing: PolicyStatus,
}

impl ExpirationRowView {
    /// The row as it is at a time.
    pub fn new(row: Expiration, now: DateTime<Utc>) -> Self {
        let standing = row.standing(now);
        let (policy_id, policy_name) = row.policy.map(|(policy, name)| (policy.to_string(), name)).unzip();
        Self {
            credential_id: row.credential.to_string(),
            username: row.username,
            device_name: row.device_name,
            policy_id,
            policy_name,
            changed_at: row.changed_at.map(time),
            expires_at: row.expires_at.map(time),
            next_due_at: row.next_due.map(time),
            standing,
        }
    }
}

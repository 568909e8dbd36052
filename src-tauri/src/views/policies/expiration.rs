//! The report of the expiration of passwords.

use app::{Expiration, ExpirationQuery, Range};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::CommandError;
use crate::views::{ExpirationSort, ListRequest, Noun, PolicyStatus, id, limit, page::place, time};

app::domain::enumeration! {
    /// The time from now within which a password expires.
    pub enum ExpirationRange {
        Expired = "expired",
        Week = "week",
        Month = "month",
        Quarter = "quarter",
        Never = "never",
    }
}

/// The filter of the credentials.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpirationFilter {
    /// Words to search for in the username, the device's name or the tags.
    pub text: Option<String>,
    /// The policy that applies.
    pub policy_id: Option<String>,
    pub range: Option<ExpirationRange>,
}

impl ExpirationFilter {
    /// Returns the query of the filter, for the current time `now`.
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
    /// Returns the query of the request, for the current time `now`.
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

/// A credential as a row of the report.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationRowView {
    pub credential_id: String,
    pub username: String,
    pub device_name: String,
    /// The policy that applies.
    pub policy_id: Option<String>,
    pub policy_name: Option<String>,
    /// The time at which the password last became current.
    pub changed_at: Option<String>,
    pub expires_at: Option<String>,
    /// The time at which the policy is due next.
    pub next_due_at: Option<String>,
    /// The status of the credential under its policy.
    pub status: PolicyStatus,
}

impl ExpirationRowView {
    /// Makes the row with the credential's status at the time `now`.
    pub fn new(row: Expiration, now: DateTime<Utc>) -> Self {
        let status = row.status(now);
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
            status,
        }
    }
}

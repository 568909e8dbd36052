//! The data that crosses between the page and the shell: requests in, views out. Only four views have a field for a
//! secret, because they exist to show it to a person once: [`secret::SecretView`], [`user::OneTimePasswordView`],
//! [`account::TotpSetupView`], [`vault::RecoveryKitView`].
#![allow(missing_docs, reason = "a field whose name says everything has no comment")]

mod access;
mod approvals;
mod choices;
mod inventory;
mod keeping;
mod number;
mod operations;
pub mod page;
mod policies;

// A view is named by its file; the folders only group the files.
pub use access::{account, session, start, user};
pub use approvals::{approvers, batch, batch_draft, request, request_details, task};
pub use inventory::{credential, device, plugin, secret, strength};
pub use keeping::{audit, diagnostics, home, parameter, saved_filter, vault};
pub use operations::{attempt, change, operation, rotation};
pub use policies::{expiration, policy, trigger};

pub use app::approval::{BatchAction, BatchField, RequestKind, RequestState, Verdict};
pub use app::domain::operation::{
    NoAutorun, OperationOrigin, OperationState, OperationStep, OperationType, VerificationResult,
};
pub use app::domain::parameter::{ParameterDefaultReason, ParameterGroup, ParameterUnit};
pub use app::domain::policy::{PeriodUnit, PolicyField, PolicyStatus, TriggerKind, Weekday};
pub use app::domain::strength::CharacterClass;
pub use app::domain::{
    ChildPassword, CredentialStatus, Criticality, FailureClass, FailureCode, IdentityKind, NotChangeable,
    NotReconcilable, PasswordType, Role, SecretKind, SecretOrigin, SecretVersionState, SyncState, Transport,
};
pub use app::{
    Action, AttemptOutcome, AttemptSort, AuditBreak, AuditFormat, BackupReason, BackupStatus, BatchFlag, BlockReason,
    CannotDecide, ConflictReason, CredentialSort, DecisionStatus, DesktopUnlock, DeviceSort, Direction, Displacement,
    ExecutorState, ExpirationSort, HostKeyStatus, IntegrityStatus, LockReason, Noun, OperationAction, OperationSort,
    PolicyMatch, PolicySort, RecoveryStatus, RefusalReason, RequestAction, RequestIntegrity, RequestScope, RequestSort,
    ReviewTab, SessionLimit, StrengthHint, StrengthSort, SyncService, Task, TaskPhase, UserSort, UserStatus,
    WarningKind,
};
pub use choices::{Language, ReadOnlyReason, Theme};
pub use page::{ExportRequest, ListRequest, Page};

use std::str::FromStr;

use app::domain::{CredentialId, visible};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use specta::Type;

use crate::CommandError;

/// A request about one record.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct IdRequest {
    pub id: String,
}

/// Parses an id. A text that is not an id names no existing record.
pub fn id<T: FromStr>(text: &str, noun: Noun) -> Result<T, CommandError> {
    text.parse().map_err(|_| CommandError::NotFound { noun })
}

/// Parses the ids of credentials.
pub fn ids(texts: &[String]) -> Result<Vec<CredentialId>, CommandError> {
    texts.iter().map(|text| id(text, Noun::Credential)).collect()
}

/// Formats a time as RFC 3339 in UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Converts a code to the type that the page uses.
pub fn code(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// Shortens a device's words to one line for a row, and makes hidden characters visible.
pub fn line(words: &str) -> String {
    let joined: Vec<&str> = words.split_whitespace().collect();
    visible(&joined.join(" ")).chars().take(200).collect()
}

/// Formats a time that may be missing.
pub fn optional_time(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(time)
}

/// Converts a count to the type that the page uses.
pub fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Limits the number of rows of one page.
pub fn limit(asked: u32) -> u32 {
    asked.clamp(1, 500)
}

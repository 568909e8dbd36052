//! The encrypted file that keeps everything: open, migrate, read, write.
//!
//! A vault is a folder; `docs/vault-format.md` describes its files. [`Vault`] is the only way in: [`Vault::read`] gives
//! one snapshot, [`Vault::write`] one transaction, and what it changed is told to the listeners after the commit.
//!
//! SQL stands in `store/` and `migrations/` and nowhere else. Each `store/<table>.rs` holds columns, row, reader and
//! writer, in this order. No type of the database library is in a public signature.
//!
//! Passwords and private keys are sealed once more inside the encrypted database, under a key that only some people
//! hold. Only [`Secrets`] opens them, one at a time; no list does.
//!
//! What is open and who signed in are two things: a [`Vault`] holds the database, a [`Session`] one person's keys.
//! Opening or sealing a password takes a [`SecretsKey`], which the vault itself does not keep.

mod connection;
mod error;
mod folder;
mod keyslots;
mod opening;
mod page;
mod pool;
mod schema;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod vault;

pub use crypto::KdfParameters;
pub use error::{Part, VaultError};
pub use page::{Cursor, Page};
pub use session::{SecretsKey, Session, SignIn, Signature, SignedIn};
pub use store::{
    attempt_list::{AttemptOutcome, AttemptQuery, AttemptRow, AttemptSort},
    attempts::{AttemptEnd, AttemptRecord, Attempts, AttemptsMut, Direction, NewAttempt, TranscriptLine},
    audit::{Audit, AuditMut, Head, NewEntry, Object, Verdict},
    chain::{Chain, ChainNode, ChainOperation},
    credential_list::{CredentialQuery, CredentialRow, CredentialSort},
    credentials::{Credentials, CredentialsMut},
    device_list::{DeviceQuery, DeviceRow, DeviceSort},
    devices::{DeviceRest, Devices, DevicesMut},
    expirations::{Expiration, ExpirationQuery, ExpirationSort},
    milestones::{Milestone, Milestones, MilestonesMut, Reached},
    operation_list::{OperationChoices, OperationQuery, OperationRow, OperationSort, Range, TemplateUsed},
    operations::{NewOperation, OperationRecord, Operations, OperationsMut},
    parameters::{SetParameter, StoredParameters, StoredParametersMut},
    pauses::{Pauses, PausesMut},
    policies::{Policies, PoliciesMut, PolicyQuery, PolicyRow, PolicySort},
    queue::ClaimRequest,
    saved_filters::{SavedFilter, SavedFilters, SavedFiltersMut},
    schedules::{
        Figures, LastEnd, Missed, NewSchedule, ScheduleRow, SchedulerState, Schedules, SchedulesMut, Triggered,
        Upcoming,
    },
    secret_changes::SecretsMut,
    secret_history::VersionFacts,
    secrets::{CandidateFacts, Secrets, Stored, StoredCandidate},
    strengths::{StrengthQuery, StrengthRecord, StrengthSort, Strengths, StrengthsMut},
    users::Users,
    watch::{Hold, Overdue, OverdueQuery},
};
pub use transaction::{Change, Noun, Reader, Writer};
pub use vault::{NewVault, OnChange, ReadOnly, Vault};

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

mod approver_history;
#[cfg(any(test, feature = "attack"))]
pub mod attack;
pub mod backup;
#[cfg(feature = "bench")]
pub mod bench;
mod connection;
mod database_file;
mod error;
mod export;
mod facts;
mod failures;
mod folder;
mod integrity;
mod keyslots;
mod open_files;
mod opening;
mod own_slot;
mod page;
mod people;
mod pool;
pub mod private_file;
mod progress;
mod recovery;
mod rekey;
mod rescue;
mod rollback;
mod schema;
mod second_factor;
mod session;
mod store;
mod synced;
#[cfg(test)]
mod tests;
mod transaction;
mod vault;

pub use backup::{Backup, BackupReason, BackupsKept, Drill};
pub use crypto::{KdfParameters, calibrate};
pub use domain::is_ahead;
pub use error::{Part, VaultError};
pub use export::AuditFormat;
pub use facts::{measure, unknown_recovery_word};
pub use integrity::{Damage, Integrity, IntegrityStatus, OnDamage};
pub use keyslots::{GrantRecord, PersonStatus, Roster};
pub use open_files::{Displacement, OnDisplaced};
pub use own_slot::NewPassword;
pub use page::{Cursor, Page};
pub use people::{Added, Person, Rekeyed};
pub use progress::{OnProgress, Phase, Progress, unheard};
pub use recovery::RecoveryKit;
pub use rescue::{CopyRequest, KeptPassword};
pub use rollback::{AuditHead, Behind, HeadStanding, compare};
pub use session::{DesktopKey, KeyFile, SecretsKey, Session, SignIn, Signature, SignedIn};
pub use store::{
    attempt_list::{AttemptOutcome, AttemptQuery, AttemptRow, AttemptSort},
    attempts::{AttemptEnd, AttemptRecord, Attempts, AttemptsMut, Direction, NewAttempt, TranscriptLine},
    audit::{Audit, AuditMut, NewEntry, Object},
    audit_heads::{Sign, SignedHead, SigningKeys},
    audit_list::{AuditChoices, AuditEntry, AuditQuery},
    audit_verify::{AuditBreak, AuditVerdict},
    batch::{Applied, Outcome},
    chain::{Chain, ChainNode, ChainOperation},
    credential_list::{CredentialQuery, CredentialRow, CredentialSort},
    credentials::{Credentials, CredentialsMut},
    device_list::{DeviceQuery, DeviceRow, DeviceSort},
    devices::{DeviceRest, Devices, DevicesMut},
    emergencies::{EMERGENCY_APPLIED, EMERGENCY_SEEN},
    expirations::{Expiration, ExpirationQuery, ExpirationSort},
    milestones::{Milestone, Milestones, MilestonesMut, Reached},
    operation_choices::OperationChoices,
    operation_list::{OperationQuery, OperationRow, OperationSort, Range, TemplateUsed},
    operations::{NewOperation, OperationRecord, Operations, OperationsMut},
    overview::{Figures, Missed, Upcoming},
    parameters::{SetParameter, StoredParameters, StoredParametersMut},
    pauses::{Pauses, PausesMut},
    policies::{Policies, PoliciesMut, PolicyQuery, PolicyRow, PolicySort},
    queue::ClaimRequest,
    request_list::{RequestQuery, RequestRow, RequestSelection, RequestSort},
    requests::{Conflict, ConflictReason, NewDecision, RequestRecord, Requests, RequestsMut},
    saved_filters::{SavedFilter, SavedFilters, SavedFiltersMut},
    scheduler::SchedulerState,
    schedules::{LastEnd, NewSchedule, ScheduleRow, Schedules, SchedulesMut, Triggered},
    secret_changes::SecretsMut,
    secret_history::{VersionFacts, VersionSource},
    secrets::{CandidateFacts, Secrets, Stored, StoredCandidate},
    strengths::{StrengthQuery, StrengthRecord, StrengthSort, Strengths, StrengthsMut},
    users::Users,
    watch::{BlockReason, Overdue, OverdueQuery},
};
pub use synced::{SyncService, synced_folder};
pub use transaction::{Change, Noun, Reader, Writer};
pub use vault::{NewVault, OnChange, ReadOnly, Vault};

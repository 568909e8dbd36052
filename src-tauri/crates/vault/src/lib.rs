//! The encrypted file that keeps everything: open, migrate, read, write.
//!
//! A vault is a folder; `docs/vault-format.md` describes its files. All access goes through [`Vault`]: [`Vault::read`]
//! gives one snapshot, [`Vault::write`] one transaction. After the commit, the listeners learn which records changed.
//!
//! Only `store/`, `file/` and `migrations/` contain SQL. `file/` holds the files, `keys/` the keys that open them, and
//! `store/<noun>/` the tables. Each `store/<noun>/<table>.rs` holds columns, row, reader and writer, in this order. No
//! type of the database library is in a public signature.
//!
//! Passwords and private keys are sealed once more inside the encrypted database, under a key that only some people
//! hold. Only [`Secrets`] opens them, one at a time; no list does.
//!
//! The open vault and the signed-in person are separate: a [`Vault`] holds the database, a [`Session`] one person's
//! keys. Opening or sealing a password needs a [`SecretsKey`], which the vault itself does not keep.

#[cfg(any(test, feature = "attack"))]
pub mod attack;
#[cfg(feature = "bench")]
pub mod bench;
mod error;
mod export;
mod failures;
mod file;
mod keys;
mod page;
mod store;
#[cfg(test)]
mod tests;
mod vault;
mod vault_summary;

pub use crypto::{KdfParameters, calibrate};
pub use domain::is_ahead;
pub use error::{Part, VaultError};
pub use export::AuditFormat;
pub use file::backup::{Backup, BackupReason, BackupsKept, Drill};
pub use file::integrity::{Damage, Integrity, IntegrityStatus, OnDamage};
pub use file::open_files::{Displacement, OnDisplaced};
pub use file::progress::{OnProgress, Phase, Progress, unheard};
pub use file::rescue::{CopyRequest, KeptPassword};
pub use file::rollback::{AuditHead, Behind, HeadStatus, compare};
pub use file::synced::{SyncService, synced_folder};
pub use file::transaction::{Change, Noun, Reader, Writer};
pub use file::{backup, private_file};
pub use keys::account::NewPassword;
pub use keys::keyslots::{GrantRecord, PersonStatus, Roster};
pub use keys::people::{Added, Person, Rekeyed};
pub use keys::recovery::RecoveryKit;
pub use keys::session::{DesktopKey, KeyFile, SecretsKey, Session, SignIn, Signature, SignedIn};
pub use page::{Cursor, ListQuery, Page};
pub use store::{
    access::users::Users,
    approvals::{
        batch::{Applied, Outcome},
        emergencies::{EMERGENCY_APPLIED, EMERGENCY_SEEN},
        request_list::{RequestQuery, RequestRow, RequestSelection, RequestSort},
        requests::{Conflict, ConflictReason, NewDecision, RequestRecord, Requests, RequestsMut},
    },
    inventory::{
        credential_list::{CredentialQuery, CredentialRow, CredentialSort},
        credentials::{Credentials, CredentialsMut},
        device_list::{DeviceQuery, DeviceRow, DeviceSort},
        devices::{DeviceRest, Devices, DevicesMut},
        expirations::{Expiration, ExpirationQuery, ExpirationSort},
        overview::{Figures, Missed, Upcoming},
        secret_changes::SecretsMut,
        secret_history::{VersionFacts, VersionSource},
        secrets::{CandidateFacts, Secrets, Stored, StoredCandidate},
        watch::{BlockReason, Overdue, OverdueQuery},
    },
    keeping::{
        audit::{Audit, AuditMut, NewEntry, Object},
        audit_heads::{Sign, SignedHead, SigningKeys},
        audit_list::{AuditChoices, AuditEntry, AuditQuery},
        audit_verify::{AuditBreak, AuditVerdict},
        parameters::{ParameterTable, SetParameter, StoredParametersMut},
        saved_filters::{SavedFilter, SavedFilters, SavedFiltersMut},
    },
    operations::{
        attempt_list::{AttemptFilter, AttemptOutcome, AttemptQuery, AttemptRow, AttemptSort},
        attempts::{AttemptEnd, AttemptRecord, Attempts, AttemptsMut, Direction, NewAttempt, TranscriptLine},
        chain::{Chain, ChainNode, ChainOperation},
        milestones::{Milestone, Milestones, MilestonesMut, Reached},
        operation_choices::OperationChoices,
        operation_filter::{LateBounds, OperationFilter},
        operation_list::{OperationQuery, OperationRow, Range, TemplateUsed},
        operation_sort::OperationSort,
        pauses::{Pauses, PausesMut},
        queue::ClaimRequest,
        records::{NewOperation, OperationRecord, Operations, OperationsMut},
        scheduler::SchedulerState,
    },
    policies::{
        rules::{Policies, PoliciesMut, PolicyQuery, PolicyRow, PolicySort},
        schedules::{LastEnd, NewSchedule, ScheduleRow, Schedules, SchedulesMut, Triggered},
        strengths::{StrengthQuery, StrengthRecord, StrengthSort, Strengths, StrengthsMut},
    },
};
pub use vault::{NewVault, OnChange, ReadOnly, Vault};
pub use vault_summary::{measure, unknown_recovery_word};

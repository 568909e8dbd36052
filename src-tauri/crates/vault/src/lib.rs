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

pub mod backup;
#[cfg(feature = "bench")]
pub mod bench;
mod connection;
mod error;
mod export;
mod folder;
mod integrity;
mod keyslots;
mod opening;
mod page;
mod pool;
mod progress;
mod rollback;
mod schema;
mod session;
mod store;
mod synced;
#[cfg(test)]
mod tests;
mod transaction;
mod vault;

pub use backup::{Backup, BackupReason, BackupsKept, Drill};
pub use crypto::KdfParameters;
pub use error::{Part, VaultError};
pub use export::AuditFormat;
pub use integrity::{Damage, Integrity, IntegrityStanding, OnDamage};
pub use page::{Cursor, Page};
pub use progress::{OnProgress, Phase, Progress, unheard};
pub use rollback::{AuditHead, HeadStanding, compare};
pub use session::{SecretsKey, Session, SignIn, Signature, SignedIn};
pub use store::{
    attempts::{AttemptEnd, AttemptRecord, Attempts, AttemptsMut, Direction, NewAttempt, TranscriptLine},
    audit::{Audit, AuditMut, NewEntry, Object},
    audit_heads::{Sign, SignedHead, SigningKeys},
    audit_list::{AuditChoices, AuditEntry, AuditQuery},
    audit_verify::{AuditBreak, AuditVerdict},
    credential_list::{CredentialQuery, CredentialRow, CredentialSort},
    credentials::{Credentials, CredentialsMut},
    device_list::{DeviceQuery, DeviceRow, DeviceSort},
    devices::{DeviceRest, Devices, DevicesMut},
    milestones::{Milestone, Milestones, MilestonesMut, Reached},
    operation_list::{OperationQuery, OperationRow, OperationSort},
    operations::{NewOperation, OperationRecord, Operations, OperationsMut},
    parameters::{SetParameter, StoredParameters, StoredParametersMut},
    queue::ClaimRequest,
    secret_changes::SecretsMut,
    secret_history::VersionFacts,
    secrets::{CandidateFacts, Secrets, Stored, StoredCandidate},
    users::Users,
};
pub use synced::{SyncService, synced_folder};
pub use transaction::{Change, Noun, Reader, Writer};
pub use vault::{NewVault, OnChange, ReadOnly, Vault};

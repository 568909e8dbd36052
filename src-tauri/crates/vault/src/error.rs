//! The errors of a vault.

use std::{cell::Cell, error::Error, io, panic::Location};

use rusqlite::ffi;

use crate::Displacement;

/// The two files of a vault that can be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Part {
    Keyslots,
    Database,
}

/// The reason why a vault could not be made, opened, read or written. No variant names a secret or a value of a record.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum VaultError {
    /// There is no such folder.
    #[error("the vault's folder does not exist")]
    Missing,
    /// The folder or file exists, but it is not a vault.
    #[error("this is not a vault")]
    NotAVault,
    /// A file or folder with the new vault's name exists already.
    #[error("something of this name is there already")]
    Exists,
    /// The name of a vault or of a person cannot be used.
    #[error("the name cannot be used")]
    InvalidName,
    /// The name or the password is wrong. The error does not say which.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// A file of the vault differs from what the program wrote. Nothing was changed in it.
    #[error("the vault is damaged ({part:?})")]
    Damaged { part: Part },
    /// The database has triggers, views, indexes or tables that no version of the program made, or lacks some. This is
    /// not damage: somebody who holds the key of the database altered it. Nothing was written.
    #[error("the structure of the database was altered ({})", objects.join(", "))]
    SchemaAltered {
        /// The objects that differ from what the program made: kind and name, plain characters only.
        objects: Vec<String>,
    },
    /// The folder holds a link where a file or a folder of the vault must be.
    #[error("{name} in the vault's folder is a link")]
    LinkInside {
        /// The name of the link.
        name: String,
    },
    /// A newer version of the program wrote the vault, in a form that this one cannot read.
    #[error("the vault was written by a newer version (format {version})")]
    FromTheFuture {
        /// The version of the format or of the schema.
        version: u32,
    },
    /// Another process has the vault open.
    #[error("another process has the vault open")]
    InUse,
    /// The vault's folder cannot be written to, and something must be written.
    #[error("the folder cannot be written to")]
    FolderReadOnly,
    /// The vault is open for reading only.
    #[error("the vault is open for reading only")]
    ReadOnly,
    /// The open files are not the ones at their paths any more. Nobody would find the changes that are written to them.
    #[error("the open files of the vault are not at their place any more ({how:?})")]
    Displaced { how: Displacement },
    /// There is no room left. The current change was not written; everything before it is kept.
    #[error("there is no room left on the disk")]
    DiskFull,
    /// The person's roles do not include the key to passwords.
    #[error("this person cannot open passwords")]
    NoSecretsKey,
    /// Somebody's rights were not granted by anyone who could grant them: an entry of the ledger, or the keys in a
    /// slot, were made by somebody else. Nothing was opened.
    #[error("the rights of \"{name}\" were not granted by an administrator (grant {number})")]
    ForgedGrant {
        user: domain::UserId,
        /// The name of the person in the grant.
        name: String,
        /// The number of the entry in the ledger.
        number: u64,
    },
    /// The password is right, but an administrator disabled the person, or their identity was replaced.
    #[error("this person cannot sign in any more")]
    Disabled,
    /// The change would leave the vault without an administrator.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// This person may not do this, or may not do it to themselves.
    #[error("this person may not do it")]
    NotAllowed,
    /// A person needs at least one role.
    #[error("at least one role is needed")]
    NoRoles,
    /// The key to passwords belongs to another vault, or to the time before a re-keying.
    #[error("the key to passwords has been replaced")]
    StaleKey,
    /// The parameters of the key derivation are not acceptable.
    #[error("the key derivation parameters are not acceptable")]
    WeakKdf,
    /// The parameters of the key derivation ask for more memory or time than the program allows. Nothing was derived.
    #[error("the key derivation parameters ask for too much")]
    CostlyKdf,
    #[error("there is no such record")]
    NotFound,
    /// The credential has an operation that is not finished.
    #[error("the credential has an operation that is not finished")]
    OpenOperation,
    /// Other records refer to the record.
    #[error("other records refer to it")]
    ReferredTo,
    /// Another record has this name already, or there is a candidate already.
    #[error("another record has it already")]
    Taken,
    /// The record names another one that does not exist, or itself.
    #[error("it refers to a record that it cannot refer to")]
    InvalidReference,
    /// The authenticator in a person's key slot is not the one that the database remembers: somebody removed it from
    /// the file, or restored an earlier one.
    #[error("the authenticator in the key slots was changed by other hands")]
    SecondFactorAltered,
    /// The database did not keep a value that was written, and reported no error.
    #[error("the database did not keep what was written")]
    NotKept,
    /// The cursor belongs to another list.
    #[error("the cursor does not belong to this list")]
    InvalidCursor,
    /// A sealed value does not open: it was changed, or belongs elsewhere.
    #[error("a stored secret cannot be opened")]
    CannotBeOpened,
    /// A list or an export could not be written to its target.
    #[error("the export could not be written")]
    Export {
        /// The error of the target.
        #[source]
        source: io::Error,
    },
    /// The caller stopped a long piece of work. Nothing incomplete is left behind.
    #[error("it was stopped")]
    Stopped,
    /// The file is no backup of a vault.
    #[error("this is not a backup of a vault")]
    NotABackup,
    /// The backup differs from what the program wrote, or does not open.
    #[error("the backup is damaged")]
    DamagedBackup,
    /// The vault has had another database key since the backup was made.
    #[error("the backup was made under an earlier key")]
    OtherKey,
    /// The changes of a request turned out to be impossible while they were written. None of them was kept.
    #[error("what was approved cannot be applied")]
    NotApplied {
        /// The conflict that was found.
        conflict: Box<crate::Conflict>,
    },
    /// The program began a write inside a write.
    #[error("a write was begun inside a write")]
    WriteInWrite,
    /// The file system reported an error.
    #[error("a file of the vault could not be read or written")]
    File {
        #[source]
        source: io::Error,
    },
    /// The database reported an error.
    #[error("the database could not be read or written")]
    Storage {
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl From<crypto::CryptoError> for VaultError {
    fn from(error: crypto::CryptoError) -> Self {
        match error {
            crypto::CryptoError::CannotBeOpened => Self::CannotBeOpened,
            crypto::CryptoError::CannotBeSealed => Self::Storage { source: Box::new(error) },
            crypto::CryptoError::UnacceptableParameters => Self::WeakKdf,
            crypto::CryptoError::CostlyParameters => Self::CostlyKdf,
        }
    }
}

/// Translates an error of the file system.
pub(crate) fn from_file(error: io::Error) -> VaultError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => VaultError::FolderReadOnly,
        _ => VaultError::File { source: error },
    }
}

thread_local! {
    /// True when a statement of this thread has found damage. Callers may turn the error into another one; the vault
    /// must still learn of the damage.
    static DAMAGE_SEEN: Cell<bool> = const { Cell::new(false) };
}

/// Tells whether a statement of this thread has found damage since the last call, and forgets it.
pub(crate) fn take_damage_seen() -> bool {
    DAMAGE_SEEN.take()
}

/// An error of the database with the place in the code that asked, so that a log shows the step that failed.
#[derive(Debug, thiserror::Error)]
#[error("asked at {asked}")]
struct Asked {
    asked: &'static Location<'static>,
    #[source]
    source: rusqlite::Error,
}

/// Translates an error of the database. A broken constraint without a better name is a [`VaultError::Storage`].
#[track_caller]
pub(crate) fn from_database(error: rusqlite::Error) -> VaultError {
    if let rusqlite::Error::SqliteFailure(failure, _) = &error {
        match failure.code {
            ffi::ErrorCode::DiskFull => return VaultError::DiskFull,
            ffi::ErrorCode::ReadOnly => return VaultError::FolderReadOnly,
            ffi::ErrorCode::DatabaseCorrupt | ffi::ErrorCode::NotADatabase => {
                DAMAGE_SEEN.set(true);
                tracing::error!(%error, asked = %Location::caller(), "the database is damaged");
                return VaultError::Damaged { part: Part::Database };
            }
            _ => {}
        }
        match failure.extended_code {
            // The shared memory beside the log is a file too. SQLite enlarges it when it needs to.
            ffi::SQLITE_IOERR_SHMSIZE => return VaultError::DiskFull,
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => return VaultError::Taken,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_CHECK => {
                return VaultError::InvalidReference;
            }
            _ => {}
        }
    }
    match error {
        rusqlite::Error::QueryReturnedNoRows => VaultError::NotFound,
        other => VaultError::Storage { source: Box::new(Asked { asked: Location::caller(), source: other }) },
    }
}

/// Adds `.stored()?`, which translates an error of the database and keeps the place of the call.
pub(crate) trait Stored<T> {
    #[track_caller]
    fn stored(self) -> Result<T, VaultError>;
}

impl<T> Stored<T> for rusqlite::Result<T> {
    #[track_caller]
    fn stored(self) -> Result<T, VaultError> {
        match self {
            Ok(value) => Ok(value),
            // `map_err` is not used here, because the closure would count as the caller.
            Err(error) => Err(from_database(error)),
        }
    }
}

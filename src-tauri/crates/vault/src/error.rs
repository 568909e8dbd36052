//! What can go wrong with a vault.

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

/// Why a vault could not be made, opened, read or written. None of them names a secret or a value of a record.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum VaultError {
    /// There is no such folder.
    #[error("the vault's folder does not exist")]
    Missing,
    /// There is something, but no vault.
    #[error("this is not a vault")]
    NotAVault,
    /// Something of the new vault's name is there already.
    #[error("something of this name is there already")]
    Exists,
    /// The name of a vault or of a person cannot be used.
    #[error("the name cannot be used")]
    InvalidName,
    /// The name or the password is wrong; which of them is not said.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// A file of the vault is not as it was written. It was left as it is.
    #[error("the vault is damaged ({part:?})")]
    Damaged { part: Part },
    /// The database has triggers, views, indexes or tables that no version of the program made, or lacks some. Somebody
    /// who holds the key of the database altered it: it is not damage. Nothing was written.
    #[error("the structure of the database was altered ({})", objects.join(", "))]
    SchemaAltered {
        /// What is not as the program made it: kind and name, plain characters only.
        objects: Vec<String>,
    },
    /// The folder holds a link where a file or a folder of the vault must be.
    #[error("{name} in the vault's folder is a link")]
    LinkInside {
        /// The name of the link.
        name: String,
    },
    /// A newer version of the program wrote it, in a form that this one cannot read.
    #[error("the vault was written by a newer version (format {version})")]
    FromTheFuture {
        /// The format's or the schema's version.
        version: u32,
    },
    /// Another process has it open.
    #[error("another process has the vault open")]
    InUse,
    /// Its folder cannot be written to, and something must be.
    #[error("the folder cannot be written to")]
    FolderReadOnly,
    /// The vault is open for reading only.
    #[error("the vault is open for reading only")]
    ReadOnly,
    /// The files that are open are not the ones at their paths any more: nothing that is written would be found again.
    #[error("the open files of the vault are not at their place any more ({how:?})")]
    Displaced {
        /// What happened to them.
        how: Displacement,
    },
    /// There is no room left; what was being written is not there, everything before it is.
    #[error("there is no room left on the disk")]
    DiskFull,
    /// The person's roles do not include the key to passwords.
    #[error("this person cannot open passwords")]
    NoSecretsKey,
    /// Somebody's rights were not granted by anyone who could: an entry of the ledger, or the keys in a slot, were made by
    /// other hands. Nothing was opened.
    #[error("the rights of \"{name}\" were not granted by an administrator (grant {number})")]
    ForgedGrant {
        user: domain::UserId,
        /// The name that the grant gives them.
        name: String,
        /// Which entry of the ledger.
        number: u64,
    },
    /// The password is right, but an administrator keeps the person out, or their identity was replaced.
    #[error("this person cannot sign in any more")]
    Disabled,
    /// Nobody could administer the vault any more.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// This person may not do it, or not to themselves.
    #[error("this person may not do it")]
    NotAllowed,
    /// Somebody without any role could do nothing.
    #[error("at least one role is needed")]
    NoRoles,
    /// The key to passwords is that of another vault, or of before a re-keying.
    #[error("the key to passwords has been replaced")]
    StaleKey,
    /// The parameters of the key derivation are not acceptable.
    #[error("the key derivation parameters are not acceptable")]
    WeakKdf,
    /// The parameters of the key derivation ask for more memory or time than the program gives. Nothing was derived.
    #[error("the key derivation parameters ask for too much")]
    CostlyKdf,
    #[error("there is no such record")]
    NotFound,
    /// The credential has an operation that is not finished.
    #[error("the credential has an operation that is not finished")]
    OpenOperation,
    /// Other records refer to it.
    #[error("other records refer to it")]
    ReferredTo,
    /// Another record has this name already, or there is a candidate already.
    #[error("another record has it already")]
    Taken,
    /// The record names another one that does not exist, or itself.
    #[error("it refers to a record that it cannot refer to")]
    InvalidReference,
    /// The authenticator in a person's key slot is not the one that the database remembers: somebody took it out of the
    /// file, or put an earlier one back.
    #[error("the authenticator in the key slots was changed by other hands")]
    SecondFactorAltered,
    /// The database did not keep what was written, and said nothing of it.
    #[error("the database did not keep what was written")]
    NotKept,
    /// The cursor belongs to another list.
    #[error("the cursor does not belong to this list")]
    InvalidCursor,
    /// A sealed value does not open: it was changed, or belongs elsewhere.
    #[error("a stored secret cannot be opened")]
    CannotBeOpened,
    /// A list or an export could not be written where it was to go.
    #[error("the export could not be written")]
    Export {
        /// What the other side said.
        #[source]
        source: io::Error,
    },
    /// Whoever asked for a long piece of work stopped it. Nothing half is left behind.
    #[error("it was stopped")]
    Stopped,
    /// The file is no backup of a vault.
    #[error("this is not a backup of a vault")]
    NotABackup,
    /// The backup is not as it was written, or does not open.
    #[error("the backup is damaged")]
    DamagedBackup,
    /// The vault has had another database key since the backup was made.
    #[error("the backup was made under an earlier key")]
    OtherKey,
    /// What a request asks for turned out not to be possible while it was written. Nothing of it was.
    #[error("what was approved cannot be applied")]
    NotApplied {
        /// What is the matter.
        conflict: Box<crate::Conflict>,
    },
    /// A write was begun inside a write.
    #[error("a write was begun inside a write")]
    WriteInWrite,
    /// The file system said no.
    #[error("a file of the vault could not be read or written")]
    File {
        #[source]
        source: io::Error,
    },
    /// The database said no.
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

/// Translates what the file system says.
pub(crate) fn from_file(error: io::Error) -> VaultError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => VaultError::FolderReadOnly,
        _ => VaultError::File { source: error },
    }
}

thread_local! {
    /// Whether a statement of this thread has come upon damage. Errors pass through the hands of callers who may make
    /// something else of them; the vault must hear of it all the same.
    static DAMAGE_SEEN: Cell<bool> = const { Cell::new(false) };
}

/// Tells whether a statement of this thread has come upon damage since the last time this was asked.
pub(crate) fn take_damage_seen() -> bool {
    DAMAGE_SEEN.take()
}

/// An error of the database with the place in the code that asked, so that a log tells which step failed.
#[derive(Debug, thiserror::Error)]
#[error("asked at {asked}")]
struct Asked {
    asked: &'static Location<'static>,
    #[source]
    source: rusqlite::Error,
}

/// Translates what the database says. A broken constraint without a better name is a [`VaultError::Storage`].
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
            // The shared memory beside the log is a file too, and grows by itself.
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

/// `.stored()?` where the database was asked.
pub(crate) trait Stored<T> {
    #[track_caller]
    fn stored(self) -> Result<T, VaultError>;
}

impl<T> Stored<T> for rusqlite::Result<T> {
    #[track_caller]
    fn stored(self) -> Result<T, VaultError> {
        match self {
            Ok(value) => Ok(value),
            // Not by `map_err`: the closure would be the caller.
            Err(error) => Err(from_database(error)),
        }
    }
}

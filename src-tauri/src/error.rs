//! The only error type that crosses to the page: a code, and the values that its message needs. It never holds a secret
//! or a stack.

mod problem;

use std::error::Error;

use app::AppError;
use diagnostics::{Reference, chain};
use serde::Serialize;
use specta::Type;

pub use problem::{Problem, Rule};

use crate::views::{
    CannotDecide, Displacement, FailureCode, NotReconcilable, Noun, OperationAction, OperationState, RequestState, Task,
};

/// The reason why a command was refused. Each code has a message and a recovery text in every language of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum CommandError {
    /// A defect, or an error of the system. The log has the details.
    Internal {
        /// The short name of this failure, which also appears in the log line.
        reference: String,
    },
    /// Nobody has unlocked the vault.
    Locked,
    /// The user's roles do not allow the command.
    Forbidden,
    /// The vault is open for reading only.
    ReadOnly,
    /// The vault's files are not at their place any more. Nothing was saved.
    VaultDisplaced {
        /// The way in which they were lost.
        how: Displacement,
    },
    Invalid {
        /// The wrong fields, each with the rule that it breaks.
        problems: Vec<Problem>,
    },
    /// The record does not exist any more.
    NotFound { noun: Noun },
    /// The name or the password is wrong.
    WrongPassword,
    /// There is no vault at this place.
    VaultMissing { path: String },
    /// There is a vault of this name already.
    VaultExists { path: String },
    /// The vault's files are damaged. Nothing was written to them.
    VaultDamaged { path: String },
    /// Somebody altered the structure of the vault's database. Nothing was written to it.
    VaultAltered {
        /// The tables, indexes and other objects that differ from the program's own.
        objects: String,
    },
    /// The vault's folder holds a link where a file or a folder of the vault must be. Nothing was opened.
    VaultHasLink { path: String, name: String },
    /// A newer program wrote the vault.
    VaultFromFuture { path: String, version: u32 },
    /// Another program has the vault open.
    VaultInUse { path: String },
    /// The folder cannot be written.
    FolderReadOnly { path: String },
    /// There is no space left.
    DiskFull {
        /// The path of the full disk; empty if it is the open vault's.
        path: String,
    },
    /// The device has credentials.
    DeviceInUse { credentials: u32 },
    /// Other credentials log in with this one, or an operation on it is open.
    CredentialInUse {
        /// The number of credentials that log in with it.
        credentials: u32,
        /// The number of open operations.
        operations: u32,
    },
    /// An operation on the credential is open.
    OpenOperation,
    /// The state does not allow the action.
    IllegalState { state: OperationState, action: OperationAction },
    /// The device may already have the new password.
    CandidateUnresolved,
    /// The credential cannot be reconciled.
    NotReconcilable { reason: NotReconcilable },
    /// Policies use the strength.
    StrengthInUse { policies: u32 },
    /// The record came with the program and cannot be changed or deleted.
    BuiltIn,
    /// The file could not be written.
    FileNotWritten { path: String },
    /// No password is stored for the credential.
    NoPassword,
    /// The device could not be reached.
    Unreachable {
        /// The address that was tried.
        address: String,
        failure: FailureCode,
    },
    /// Nobody may decide on their own request, even under another user name.
    OwnRequest,
    /// The person may not decide on the request, or not now.
    NotDecidable { why: CannotDecide },
    /// The request has ended.
    RequestEnded { state: RequestState },
    /// The stored content has changed since it was shown.
    ContentChanged,
    /// The request, a decision or the rules differ from their signed form. Nothing was done.
    Tampered,
    /// No change is left to request: every credential already has the values, or would be refused.
    NothingToRequest,
    /// Too few approvers are registered for the levels.
    NoApprovers,
    /// Applying without approvals is not allowed.
    EmergencyForbidden,
    /// Somebody else has saved the record since it was read.
    Stale,
    /// Sign-in is blocked for a while after failed attempts.
    SignInRests { seconds: u32 },
    /// The one-time password has expired. An Administrator can make another.
    OneTimePasswordExpired,
    /// An Administrator disabled this user. Returned only after the right password.
    UserDisabled,
    /// The user must choose a password before the session may do anything else.
    MustSetPassword,
    /// The new password is the same as the old one.
    SamePassword,
    /// A code of the authenticator is needed.
    CodeNeeded,
    /// The code is wrong, or has been used before.
    WrongCode,
    /// The authenticator in the file is not the one that the person set up.
    SecondFactorAltered,
    /// The window is locked while password changes are still running.
    StillWorking,
    /// A reason must be given to see a password.
    JustificationNeeded,
    /// The desktop has no key store that answers.
    KeyStoreMissing,
    /// This desktop holds no key for that user.
    DesktopKeyMissing,
    /// The last active Administrator cannot be removed, disabled or demoted.
    LastAdministrator,
    /// Users cannot remove, disable or demote themselves.
    OwnUser,
    /// A role or a key in the file carries no valid signature. Nothing was opened.
    ForgedGrant { user_name: String },
    /// Somebody lowered the key parameters in the file. No password was tried.
    WeakKeyParameters,
    /// The key parameters in the file need more memory or time than the program allows. No password was tried.
    CostlyKeyParameters,
    /// The words are not the recovery kit of this vault.
    WrongRecoveryWords,
    /// A word is not in the word list of recovery kits.
    RecoveryWordUnknown { position: u32 },
    /// A word of the recovery kit was typed wrong when it was checked.
    RecoveryWordWrong { position: u32 },
    /// There is no recovery kit.
    RecoveryMissing,
    /// The backup cannot be read, or its integrity check fails.
    BackupDamaged { path: String },
    /// There is no backup at this path.
    BackupMissing { path: String },
    /// The path was not chosen in a dialogue, and it belongs to no vault that this desktop knows.
    PathNotChosen { path: String },
    /// A file could not be read.
    FileUnreadable { path: String },
    /// A file of this name exists already. It was not overwritten.
    FileExists { path: String },
    /// A task of this kind is already running.
    TaskRuns { task: Task },
    /// The task was canceled, and its partial results were removed.
    Canceled,
    /// A stored password was altered in the file, or replaced by another stored password. Nothing was shown.
    SecretAltered,
    /// Nobody who holds the key of the passwords has signed in.
    OperatorNeeded,
    /// The host key to be accepted is not the one that was shown.
    HostKeyMismatch {
        /// The host key that was shown.
        pinned: String,
        /// The host key that was sent back.
        offered: String,
    },
}

impl From<AppError> for CommandError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Locked => Self::Locked,
            AppError::Forbidden => Self::Forbidden,
            AppError::ReadOnly => Self::ReadOnly,
            AppError::Displaced { how } => Self::VaultDisplaced { how },
            AppError::Invalid { problems } => {
                Self::Invalid { problems: problems.into_iter().map(Problem::from).collect() }
            }
            AppError::NotFound { noun } => Self::NotFound { noun },
            AppError::DeviceInUse { credentials } => Self::DeviceInUse { credentials },
            AppError::CredentialInUse { credentials, operations } => Self::CredentialInUse { credentials, operations },
            AppError::OpenOperation => Self::OpenOperation,
            AppError::IllegalState { state, action } => Self::IllegalState { state, action },
            AppError::CandidateUnresolved => Self::CandidateUnresolved,
            AppError::NotReconcilable { reason } => Self::NotReconcilable { reason },
            AppError::StrengthInUse { policies } => Self::StrengthInUse { policies },
            AppError::BuiltIn => Self::BuiltIn,
            AppError::FileNotWritten { path, source } => {
                tracing::warn!(error = %chain(&source), "a file could not be written");
                Self::FileNotWritten { path }
            }
            AppError::NoPassword => Self::NoPassword,
            AppError::Unreachable { address, code, words } => {
                tracing::info!(?code, ?words, "a device could not be identified");
                Self::Unreachable { address, failure: code }
            }
            AppError::HostKeyMismatch { shown, sent } => Self::HostKeyMismatch { pinned: shown, offered: sent },
            AppError::OwnRequest => Self::OwnRequest,
            AppError::NotDecidable { why } => Self::NotDecidable { why },
            AppError::RequestEnded { state } => Self::RequestEnded { state },
            AppError::ContentChanged => Self::ContentChanged,
            AppError::Tampered => Self::Tampered,
            AppError::NothingToRequest => Self::NothingToRequest,
            AppError::NoApprovers => Self::NoApprovers,
            AppError::EmergencyForbidden => Self::EmergencyForbidden,
            AppError::Stale => Self::Stale,
            AppError::SignInRests { seconds } => Self::SignInRests { seconds },
            AppError::OneTimePasswordExpired => Self::OneTimePasswordExpired,
            AppError::MustSetPassword => Self::MustSetPassword,
            AppError::SamePassword => Self::SamePassword,
            AppError::WrongPassword => Self::WrongPassword,
            AppError::CodeNeeded => Self::CodeNeeded,
            AppError::WrongCode => Self::WrongCode,
            AppError::SecondFactorAltered => Self::SecondFactorAltered,
            AppError::StillWorking => Self::StillWorking,
            AppError::JustificationNeeded => Self::JustificationNeeded,
            AppError::KeyStoreMissing => Self::KeyStoreMissing,
            AppError::DesktopKeyMissing => Self::DesktopKeyMissing,
            AppError::LastAdministrator => Self::LastAdministrator,
            AppError::OwnUser => Self::OwnUser,
            AppError::WrongRecoveryWords => Self::WrongRecoveryWords,
            AppError::RecoveryWordUnknown { position } => Self::RecoveryWordUnknown { position },
            AppError::RecoveryWordWrong { position } => Self::RecoveryWordWrong { position },
            AppError::RecoveryMissing => Self::RecoveryMissing,
            AppError::BackupDamaged { path } => Self::BackupDamaged { path },
            AppError::BackupMissing { path } => Self::BackupMissing { path },
            AppError::TaskRuns { task } => Self::TaskRuns { task },
            AppError::Canceled => Self::Canceled,
            AppError::SecretAltered => Self::SecretAltered,
            AppError::OperatorNeeded => Self::OperatorNeeded,
            AppError::Opening(error) => opening(error, String::new()),
            AppError::Vault(app::VaultError::SchemaAltered { objects }) => altered(&objects),
            AppError::Vault(app::VaultError::DiskFull) => Self::DiskFull { path: String::new() },
            AppError::Vault(error) => internal(&error),
            AppError::System(error) => internal(&error),
        }
    }
}

/// Returns a function that adds the path to errors of opening a vault.
pub fn at(path: &str) -> impl FnOnce(AppError) -> CommandError {
    let path = path.to_owned();
    move |error| match error {
        AppError::Opening(error) => opening(error, path),
        other => other.into(),
    }
}

fn opening(error: app::VaultError, path: String) -> CommandError {
    match error {
        app::VaultError::WrongPassword => CommandError::WrongPassword,
        app::VaultError::Missing | app::VaultError::NotAVault => CommandError::VaultMissing { path },
        app::VaultError::Exists => CommandError::VaultExists { path },
        app::VaultError::Damaged { .. } | app::VaultError::CannotBeOpened => CommandError::VaultDamaged { path },
        app::VaultError::WeakKdf => CommandError::WeakKeyParameters,
        app::VaultError::CostlyKdf => CommandError::CostlyKeyParameters,
        app::VaultError::Disabled => CommandError::UserDisabled,
        app::VaultError::ForgedGrant { name, .. } => CommandError::ForgedGrant { user_name: name },
        app::VaultError::SchemaAltered { objects } => altered(&objects),
        app::VaultError::LinkInside { name } => CommandError::VaultHasLink { path, name },
        app::VaultError::FromTheFuture { version } => CommandError::VaultFromFuture { path, version },
        app::VaultError::InUse => CommandError::VaultInUse { path },
        app::VaultError::FolderReadOnly => CommandError::FolderReadOnly { path },
        app::VaultError::DiskFull => CommandError::DiskFull { path },
        other => internal(&other),
    }
}

/// Makes the error for an altered structure, and logs it: the audit trail in an altered file cannot be trusted, so this
/// desktop's log is the place that records it.
fn altered(objects: &[String]) -> CommandError {
    let objects = objects.join(", ");
    tracing::error!(objects, "the structure of a vault's database was altered");
    CommandError::VaultAltered { objects }
}

/// Logs an error with all its causes, under a reference that the window shows to the user.
pub fn internal(error: &(dyn Error + 'static)) -> CommandError {
    let reference = Reference::draw();
    tracing::error!(%reference, error = %chain(error), "a command failed");
    CommandError::Internal { reference: reference.to_string() }
}

/// Logs a failure that has no error value, under a reference that the window shows to the user.
pub fn defect(what: &'static str) -> CommandError {
    let reference = Reference::draw();
    tracing::error!(%reference, what, "a command failed");
    CommandError::Internal { reference: reference.to_string() }
}

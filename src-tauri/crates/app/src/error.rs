//! The errors of this crate, as the user meets them.

use approval::RequestState;
use domain::{FailureCode, NotReconcilable, Problem, operation::OperationState};
use vault::{Displacement, Noun, VaultError};

use crate::{Task, approvals::requests::CannotDecide, operations::actions::OperationAction};

/// The reason why a call failed. It never carries a secret.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum AppError {
    /// Nobody has unlocked the vault.
    #[error("the vault is locked")]
    Locked,
    /// The roles of the signed-in user do not allow it.
    #[error("not permitted")]
    Forbidden,
    /// The vault is open for reading only.
    #[error("the vault is read-only")]
    ReadOnly,
    /// The vault's files have been moved, replaced or deleted. Nothing is changed or saved.
    #[error("the vault's files are not at their place")]
    Displaced {
        /// The kind of change that was found.
        how: Displacement,
    },
    /// Fields of the form break rules.
    #[error("the form has problems")]
    Invalid {
        /// Each field and its rule.
        problems: Vec<Problem>,
    },
    /// The record does not exist (any more).
    #[error("no such record")]
    NotFound {
        /// The kind of record that is missing.
        noun: Noun,
    },
    /// The vault could not be created or opened.
    #[error("the vault could not be opened")]
    Opening(#[source] VaultError),
    /// The device has credentials.
    #[error("the device has credentials")]
    DeviceInUse { credentials: u32 },
    /// Others log in with the credential, or an operation works on it.
    #[error("the credential is in use")]
    CredentialInUse {
        /// The number of credentials that log in with it.
        credentials: u32,
        /// The number of open operations.
        operations: u32,
    },
    /// An operation on the credential is not finished.
    #[error("an operation on the credential is open")]
    OpenOperation,
    /// The operation is in a state that does not allow the action.
    #[error("not possible in this state")]
    IllegalState {
        state: OperationState,
        /// The action that was requested.
        action: OperationAction,
    },
    /// The device may already have the new password; that must be found out first.
    #[error("the new password may already be on the device")]
    CandidateUnresolved,
    /// The credential cannot be reconciled.
    #[error("the credential cannot be reconciled")]
    NotReconcilable { reason: NotReconcilable },
    /// No password is stored.
    #[error("no password is stored")]
    NoPassword,
    /// The device does not answer.
    #[error("the device does not answer")]
    Unreachable {
        /// The address that was tried.
        address: String,
        code: FailureCode,
        /// The message of the device or of the network library.
        words: Option<String>,
    },
    /// The key to be accepted is not the one that was shown.
    #[error("the host key is not the one that was shown")]
    HostKeyMismatch {
        /// Fingerprint of the key that was shown, if one was.
        shown: String,
        /// Fingerprint or text of the key that was sent back.
        sent: String,
    },
    /// The request is the user's own, possibly made under another name. Nobody decides on their own request.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// The user cannot decide on the request, or not now.
    #[error("this person cannot decide on it now")]
    NotDecidable { why: CannotDecide },
    /// The request has ended.
    #[error("the request has ended")]
    RequestEnded { state: RequestState },
    /// The content that the window showed is not the stored content.
    #[error("what was shown is not what is stored")]
    ContentChanged,
    /// The request, a decision or the rules are not as they were signed.
    #[error("something is not as it was signed")]
    Tampered,
    /// Every credential has the value already or would be refused.
    #[error("there is nothing to ask for")]
    NothingToRequest,
    /// Too few approvers are registered for the levels.
    #[error("too few approvers are registered")]
    NoApprovers,
    /// Applying without approvals is not allowed.
    #[error("applying without approvals is not allowed")]
    EmergencyForbidden,
    /// Another user saved the record since it was read.
    #[error("somebody else saved since")]
    Stale,
    /// Policies use the strength.
    #[error("policies use the strength")]
    StrengthInUse { policies: u32 },
    /// The record came with the program and cannot be deleted.
    #[error("it came with the program")]
    BuiltIn,
    /// The file could not be written.
    #[error("the file could not be written")]
    FileNotWritten {
        path: String,
        #[source]
        source: std::io::Error,
    },
    /// Sign-in is blocked for some seconds after failures.
    #[error("sign-in rests for {seconds} s")]
    SignInRests { seconds: u32 },
    /// The one-time password is too old.
    #[error("the one-time password has run out")]
    OneTimePasswordExpired,
    /// The user must choose a password before they may do anything else.
    #[error("a password must be chosen first")]
    MustSetPassword,
    /// The new password is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    /// The password or the key file that confirms the action is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// A code of the authenticator is needed.
    #[error("a code of the authenticator is needed")]
    CodeNeeded,
    /// The code is wrong, or was used before.
    #[error("the code is wrong")]
    WrongCode,
    /// The authenticator in the key slots is not the one that the person set: the file was changed from outside.
    #[error("the authenticator was changed by other hands")]
    SecondFactorAltered,
    /// The window is locked while the executor still changes passwords.
    #[error("passwords are changed behind the locked window")]
    StillWorking,
    /// A reason must be given.
    #[error("a reason must be given")]
    JustificationNeeded,
    /// The desktop has no key store that answers.
    #[error("no key store answers")]
    KeyStoreMissing,
    /// The desktop holds no key that opens the vault for this person.
    #[error("the desktop holds no such key")]
    DesktopKeyMissing,
    /// The last Administrator cannot be removed, disabled or demoted.
    #[error("the last administrator stays")]
    LastAdministrator,
    /// The person is the signed-in user. Nobody removes, disables or demotes themselves.
    #[error("this is the person at the window")]
    OwnUser,
    /// The words are not those of the kit.
    #[error("the recovery words are wrong")]
    WrongRecoveryWords,
    /// The word at this position is not in the list of recovery words.
    #[error("word {position} is in no recovery kit")]
    RecoveryWordUnknown {
        /// The position of the word, from 1.
        position: u32,
    },
    /// The word at this position differs from that of the kit.
    #[error("word {position} is not that of the kit")]
    RecoveryWordWrong {
        /// The position of the word, from 1.
        position: u32,
    },
    /// There is no kit, or its words are no longer in memory.
    #[error("there is no recovery kit")]
    RecoveryMissing,
    /// The file is not a backup, or differs from what was written.
    #[error("the backup is damaged")]
    BackupDamaged { path: String },
    /// The backup file does not exist.
    #[error("the backup is not there")]
    BackupMissing { path: String },
    /// A task of this kind is already running.
    #[error("such work runs already")]
    TaskRuns { task: Task },
    /// The task was canceled and left nothing behind.
    #[error("the work was stopped")]
    Canceled,
    /// A stored password cannot be decrypted with its key: it was altered, or replaced by that of another credential.
    #[error("a stored password was altered")]
    SecretAltered,
    /// The action needs a user who holds the key to passwords.
    #[error("the key to passwords is needed")]
    OperatorNeeded,
    /// The vault could not be read or written.
    #[error("the vault could not be read or written")]
    Vault(#[source] VaultError),
    /// The operating system refused a resource, for example a thread.
    #[error("the system refused")]
    System(#[from] std::io::Error),
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::OpenOperation => Self::OpenOperation,
            VaultError::ReadOnly => Self::ReadOnly,
            VaultError::Displaced { how } => Self::Displaced { how },
            VaultError::WrongPassword => Self::WrongPassword,
            VaultError::LastAdministrator => Self::LastAdministrator,
            VaultError::NotAllowed => Self::Forbidden,
            VaultError::NoSecretsKey => Self::OperatorNeeded,
            VaultError::Stopped => Self::Canceled,
            VaultError::CannotBeOpened => Self::SecretAltered,
            VaultError::SecondFactorAltered => Self::SecondFactorAltered,
            other => Self::Vault(other),
        }
    }
}

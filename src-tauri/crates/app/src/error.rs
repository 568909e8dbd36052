//! What can go wrong, as the user meets it.

use approval::RequestState;
use domain::{FailureCode, NotReconcilable, Problem, operation::OperationState};
use vault::{Displacement, Noun, VaultError};

use crate::{Task, approvals::requests::CannotDecide, operations::actions::OperationAction};

/// Why something was not done. Never carries a secret.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum AppError {
    /// Nobody has unlocked the vault.
    #[error("the vault is locked")]
    Locked,
    /// The roles of the person at the window do not allow it.
    #[error("not permitted")]
    Forbidden,
    /// The vault is open for reading only.
    #[error("the vault is read-only")]
    ReadOnly,
    /// The vault's files are not at their place any more: nothing is changed or saved.
    #[error("the vault's files are not at their place")]
    Displaced {
        /// What happened to them.
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
        /// What kind of record.
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
        /// How many credentials log in with it.
        credentials: u32,
        /// How many operations are open.
        operations: u32,
    },
    /// An operation on the credential is not finished.
    #[error("an operation on the credential is open")]
    OpenOperation,
    /// The operation is in a state that does not allow the action.
    #[error("not possible in this state")]
    IllegalState {
        state: OperationState,
        /// What was asked for.
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
        /// Where it was looked for.
        address: String,
        code: FailureCode,
        /// The device's own words.
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
    /// Nobody decides on their own request, under whatever name.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// Not this person, or not now.
    #[error("this person cannot decide on it now")]
    NotDecidable { why: CannotDecide },
    /// The request has ended.
    #[error("the request has ended")]
    RequestEnded { state: RequestState },
    /// What was shown is not what is stored.
    #[error("what was shown is not what is stored")]
    ContentChanged,
    /// The request, a decision or the rules are not as they were signed.
    #[error("something is not as it was signed")]
    Tampered,
    /// Every credential holds it already, or would be refused.
    #[error("there is nothing to ask for")]
    NothingToRequest,
    /// Too few approvers are registered for the levels.
    #[error("too few approvers are registered")]
    NoApprovers,
    /// Applying without approvals is not allowed.
    #[error("applying without approvals is not allowed")]
    EmergencyForbidden,
    /// Somebody else saved since.
    #[error("somebody else saved since")]
    Stale,
    /// Policies use the strength.
    #[error("policies use the strength")]
    StrengthInUse { policies: u32 },
    /// It came with the program, and stays.
    #[error("it came with the program")]
    BuiltIn,
    /// The file could not be written.
    #[error("the file could not be written")]
    FileNotWritten {
        path: String,
        #[source]
        source: std::io::Error,
    },
    /// Sign-in rests after failures.
    #[error("sign-in rests for {seconds} s")]
    SignInRests { seconds: u32 },
    /// The one-time password is too old.
    #[error("the one-time password has run out")]
    OneTimePasswordExpired,
    /// The person may do nothing before a password was chosen.
    #[error("a password must be chosen first")]
    MustSetPassword,
    /// The new password is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    /// The password that confirms something is wrong, or the key file is.
    #[error("the password is wrong")]
    WrongPassword,
    /// A code of the authenticator is needed.
    #[error("a code of the authenticator is needed")]
    CodeNeeded,
    /// The code is wrong, or was used before.
    #[error("the code is wrong")]
    WrongCode,
    /// The authenticator in the key slots is not the one that the person set: other hands changed the file.
    #[error("the authenticator was changed by other hands")]
    SecondFactorAltered,
    /// The window is locked, and passwords are changed behind it.
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
    /// The vault would be without an Administrator.
    #[error("the last administrator stays")]
    LastAdministrator,
    /// Nobody removes, disables or demotes themselves.
    #[error("this is the person at the window")]
    OwnUser,
    /// The words are not those of the kit.
    #[error("the recovery words are wrong")]
    WrongRecoveryWords,
    /// A word that no kit has.
    #[error("word {position} is in no recovery kit")]
    RecoveryWordUnknown {
        /// Its place, from 1.
        position: u32,
    },
    /// A word that was typed back wrong.
    #[error("word {position} is not that of the kit")]
    RecoveryWordWrong {
        /// Its place, from 1.
        position: u32,
    },
    /// There is no kit, or none whose words are still known.
    #[error("there is no recovery kit")]
    RecoveryMissing,
    /// The backup is not as it was written, or is none.
    #[error("the backup is damaged")]
    BackupDamaged { path: String },
    /// The backup is not there.
    #[error("the backup is not there")]
    BackupMissing { path: String },
    /// Such work runs already.
    #[error("such work runs already")]
    TaskRuns { task: Task },
    /// The work was stopped, and nothing of it stays.
    #[error("the work was stopped")]
    Canceled,
    /// A stored password does not open under its key: it was altered, or put in another one's place.
    #[error("a stored password was altered")]
    SecretAltered,
    /// Only who holds the key to passwords can do this.
    #[error("the key to passwords is needed")]
    OperatorNeeded,
    /// The vault could not be read or written.
    #[error("the vault could not be read or written")]
    Vault(#[source] VaultError),
    /// A thread or another thing of the system was not to be had.
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

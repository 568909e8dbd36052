//! The words that the tables hold for the domain's enumerations. A word, once released, never changes its meaning.

use domain::{
    ChildPassword, CredentialStatus, FailureCode, NotChangeable, NotReconcilable, Origin, PasswordType, SecretKind,
    SyncState, VersionState,
    approval::{RequestAction, RequestState, Verdict},
    operation::{OperationOrigin, OperationType, StateName, StepName, Verification},
    policy::{Standing, TriggerKind},
};

use super::milestones::Milestone;

/// A value that the tables hold as a word.
pub(crate) trait Word: Sized + Copy {
    /// The word.
    fn word(self) -> &'static str;
    /// The value of a word; none for one that this version does not know.
    fn from_word(word: &str) -> Option<Self>;
}

/// A word as a value of a statement.
pub(super) fn text(value: impl Word) -> rusqlite::types::Value {
    rusqlite::types::Value::Text(value.word().to_owned())
}

macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl Word for $type {
            fn word(self) -> &'static str {
                match self {
                    $(<$type>::$variant => $word,)+
                }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(<$type>::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words!(Milestone {
    SignedIn = "signedIn",
    PasswordChosen = "passwordChosen",
    OneTimePassword = "oneTimePassword",
    RecoveryMade = "recoveryMade",
    RecoveryChecked = "recoveryChecked",
    Rekeyed = "rekeyed",
});
words!(PasswordType {
    LocalUser = "localUser",
    LocalAdministrator = "localAdministrator",
    DomainUser = "domainUser",
});
words!(CredentialStatus { Active = "active", Inactive = "inactive" });
words!(SyncState {
    NoPassword = "noPassword",
    NotVerified = "notVerified",
    InSync = "inSync",
    Checking = "checking",
    OutOfSync = "outOfSync",
});
words!(NotChangeable {
    Inactive = "inactive",
    NoAutomaticChange = "noAutomaticChange",
    NoTemplate = "noTemplate",
    NoPassword = "noPassword",
    NoAccessCredential = "noAccessCredential",
    NoHostKey = "noHostKey",
    OpenOperation = "openOperation",
});
words!(SecretKind { Password = "password", PrivateKey = "privateKey" });
words!(VersionState {
    Candidate = "candidate",
    Current = "current",
    Previous = "previous",
    Retired = "retired",
    Unresolved = "unresolved",
    Abandoned = "abandoned",
});
words!(Origin { Entered = "entered", Generated = "generated" });
words!(RequestAction {
    Update = "update",
    Inactivate = "inactivate",
    Activate = "activate",
    Expire = "expire",
    Operations = "operations",
    Emergency = "emergency",
});
words!(RequestState {
    AwaitingApproval = "awaitingApproval",
    Applied = "applied",
    Rejected = "rejected",
    Canceled = "canceled",
    Expired = "expired",
    Conflict = "conflict",
});
words!(Verdict { Approved = "approved", Rejected = "rejected" });
words!(OperationType {
    ChangePassword = "changePassword",
    ChildPasswordChange = "childPasswordChange",
    Reconciliation = "reconciliation",
    PasswordVerification = "passwordVerification",
    CredentialActivation = "credentialActivation",
    CredentialInactivation = "credentialInactivation",
    UserCreation = "userCreation",
    UserDeletion = "userDeletion",
    GroupCreation = "groupCreation",
    GroupDeletion = "groupDeletion",
    UserAddedToGroup = "userAddedToGroup",
    UserRemovedFromGroup = "userRemovedFromGroup",
    EphemeralCredentialCreation = "ephemeralCredentialCreation",
    EphemeralCredentialRemoval = "ephemeralCredentialRemoval",
    SshKeyRotation = "sshKeyRotation",
    CertificatePublication = "certificatePublication",
    SecretManagementAutomation = "secretManagementAutomation",
    TaskManager = "taskManager",
    CloudAccessKeyRotation = "cloudAccessKeyRotation",
});
words!(OperationOrigin {
    Person = "person",
    Period = "period",
    View = "view",
    Expiry = "expiry",
    Verification = "verification",
    Parent = "parent",
    Autorun = "autorun",
});
words!(Verification { Confirmed = "confirmed", Refused = "refused", CouldNotCheck = "couldNotCheck" });
words!(ChildPassword { Same = "same", Own = "own" });
words!(NotReconcilable {
    Inactive = "inactive",
    NotEnabled = "notEnabled",
    NoCredential = "noCredential",
    CredentialInactive = "credentialInactive",
    NoPassword = "noPassword",
    NoTemplate = "noTemplate",
    NoHostKey = "noHostKey",
    OpenOperation = "openOperation",
});
words!(StateName {
    AwaitingApproval = "awaitingApproval",
    Scheduled = "scheduled",
    Running = "running",
    Succeeded = "succeeded",
    Error = "error",
    Canceled = "canceled",
    Expired = "expired",
});
words!(StepName {
    Claimed = "claimed",
    Prepared = "prepared",
    Opened = "opened",
    Marked = "marked",
    Applied = "applied",
    Probing = "probing",
    Closing = "closing",
    Verifying = "verifying",
});
words!(FailureCode {
    Unreachable = "unreachable",
    TimedOut = "timedOut",
    Throttled = "throttled",
    DeviceBusy = "deviceBusy",
    ConnectionLost = "connectionLost",
    ProtocolRefused = "protocolRefused",
    AuthenticationFailed = "authenticationFailed",
    AccountLocked = "accountLocked",
    AccessRefused = "accessRefused",
    PasswordRefused = "passwordRefused",
    ChangedTooSoon = "changedTooSoon",
    HostKeyUnknown = "hostKeyUnknown",
    HostKeyChanged = "hostKeyChanged",
    PromptMissing = "promptMissing",
    UnexpectedText = "unexpectedText",
    CommandFailed = "commandFailed",
    TemplateInvalid = "templateInvalid",
    ValueMissing = "valueMissing",
    PasswordExpired = "passwordExpired",
    InteractionNeeded = "interactionNeeded",
    Interrupted = "interrupted",
    NotProven = "notProven",
    OutOfSync = "outOfSync",
    NotApproved = "notApproved",
    NotConfigured = "notConfigured",
    SecretAltered = "secretAltered",
    AccessNotAllowed = "accessNotAllowed",
    StrengthUnusable = "strengthUnusable",
});
words!(TriggerKind { Period = "period", View = "view", Expiry = "expiry", Verification = "verification" });
words!(Standing {
    WithinPolicy = "withinPolicy",
    Overdue = "overdue",
    InError = "inError",
    OutOfSync = "outOfSync",
    WithoutPolicy = "withoutPolicy",
    NeverChanged = "neverChanged",
    NotVerified = "notVerified",
});

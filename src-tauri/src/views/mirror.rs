//! The choices of `domain` and `app`, as TypeScript sees them. A choice that is added there does not compile here until
//! it is added too.

use serde::{Deserialize, Serialize};
use specta::Type;

macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident = $source:path { $($choice:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $(#[doc = concat!("See `", stringify!($choice), "` of the source.")] $choice,)+
        }

        impl From<$source> for $name {
            fn from(source: $source) -> Self {
                type Source = $source;
                match source {
                    $(Source::$choice => Self::$choice,)+
                }
            }
        }

        impl From<$name> for $source {
            fn from(view: $name) -> Self {
                match view {
                    $($name::$choice => Self::$choice,)+
                }
            }
        }
    };
}

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A language of the window, by its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Portuguese of Brazil.
    #[serde(rename = "pt-BR")]
    PortugueseOfBrazil,
}

mirror!(
    /// A kind of record.
    Noun = app::Noun {
        Device, Credential, Operation, User, Parameter, Backup, AuditEntry, SecretVersion, Vault, Policy, Strength,
        SavedFilter, Request, Approvers,
    }
);
mirror!(
    /// A set of permissions.
    Role = app::domain::Role { Administrator, Operator, Approver, Auditor }
);
mirror!(
    /// How bad it is when a device is taken over.
    Criticality = app::domain::Criticality { Low, Medium, High }
);
mirror!(
    /// A protocol.
    Protocol = app::domain::Protocol { Ssh }
);
mirror!(
    /// How a shown host key stands to the accepted one.
    HostKeyStanding = app::HostKeyStanding { New, Same, Changed }
);
mirror!(
    /// What kind of account it is.
    PasswordType = app::domain::PasswordType { LocalUser, LocalAdministrator, DomainUser }
);
mirror!(
    /// Whether a credential is in use.
    CredentialStatus = app::domain::CredentialStatus { Active, Inactive }
);
mirror!(
    /// Whether the stored password is the device's.
    SyncState = app::domain::SyncState { NoPassword, NotVerified, InSync, Checking, OutOfSync }
);
mirror!(
    /// Why a change cannot be requested now.
    NotChangeable = app::domain::NotChangeable {
        Inactive, NoAutomaticChange, NoTemplate, NoPassword, NoAccessCredential, NoHostKey, OpenOperation,
    }
);
mirror!(
    /// Why a credential cannot be reconciled now.
    NotReconcilable = app::domain::NotReconcilable {
        Inactive, NotEnabled, NoCredential, CredentialInactive, NoPassword, NoTemplate, NoHostKey, OpenOperation,
    }
);
mirror!(
    /// What an operation does.
    OperationType = app::domain::operation::OperationType {
        ChangePassword, ChildPasswordChange, Reconciliation, PasswordVerification, CredentialActivation,
        CredentialInactivation, UserCreation, UserDeletion, GroupCreation, GroupDeletion, UserAddedToGroup,
        UserRemovedFromGroup, EphemeralCredentialCreation, EphemeralCredentialRemoval, SshKeyRotation,
        CertificatePublication, SecretManagementAutomation, TaskManager, CloudAccessKeyRotation,
    }
);
mirror!(
    /// Where an operation is.
    OperationState = app::domain::operation::StateName {
        AwaitingApproval, Scheduled, Running, Succeeded, Error, Canceled, Expired,
    }
);
mirror!(
    /// How far a running operation has come.
    OperationStep = app::domain::operation::StepName {
        Claimed, Prepared, Opened, Marked, Applied, Probing, Closing, Verifying,
    }
);
mirror!(
    /// What may be done with an operation.
    OperationAction = app::OperationAction { RunNow, Cancel, Restart, Reconcile }
);
mirror!(
    /// What may follow a failed attempt.
    FailureClass = app::domain::FailureClass {
        Transient, Rejected, Denied, Untrusted, Script, Uncertain, Interactive,
    }
);
mirror!(
    /// Why an attempt failed.
    FailureCode = app::domain::FailureCode {
        Unreachable, TimedOut, Throttled, DeviceBusy, ConnectionLost, ProtocolRefused, AuthenticationFailed,
        AccountLocked, AccessRefused, PasswordRefused, ChangedTooSoon, HostKeyUnknown, HostKeyChanged, PromptMissing,
        UnexpectedText, CommandFailed, TemplateInvalid, ValueMissing, PasswordExpired, InteractionNeeded, Interrupted,
        NotProven, OutOfSync, NotConfigured, NotApproved, SecretAltered, AccessNotAllowed, StrengthUnusable,
    }
);
mirror!(
    /// A bulk action.
    BatchAction = app::domain::approval::BatchAction { Update, Inactivate, Activate, Expire }
);
mirror!(
    /// A field that a bulk action can change.
    BatchField = app::domain::approval::BatchField {
        PasswordType, Domain, Device, AdditionalInformation, Tags, Parent, PasswordChange, Reconciliation, Status,
        ExpiresAt,
    }
);
mirror!(
    /// What may stand in the way by the time of the approval.
    BatchFlag = app::BatchFlag { OpenOperation, OpenRequest, NotApplicable }
);
mirror!(
    /// Why a credential is left out of a bulk action.
    RefusalReason = app::RefusalReason {
        Gone, NotApplicable, Duplicate, Cycle, SelfReference, AccessOnOtherDevice, AccessInactive,
        ReconciliationOnOtherDevice, ReconciliationInactive, UsedByOthers, PluginWithoutTemplate,
    }
);
mirror!(
    /// Which part of a review is shown.
    ReviewShown = app::Shown { Changed, Refused, Unchanged }
);
mirror!(
    /// What a request is about.
    RequestAction = app::domain::approval::RequestAction {
        Update, Inactivate, Activate, Expire, Operations, Emergency,
    }
);
mirror!(
    /// Where a request is.
    RequestState = app::domain::approval::RequestState {
        AwaitingApproval, Applied, Rejected, Canceled, Expired, Conflict,
    }
);
mirror!(
    /// Yes or no.
    Verdict = app::domain::approval::Verdict { Approved, Rejected }
);
mirror!(
    /// Whose requests, from where somebody sits.
    RequestScope = app::Scope { WaitingForMe, DecidedByMe, Mine, All }
);
mirror!(
    /// What may be done with a request.
    RequestDoing = app::Doing { Approve, Reject, Cancel, Repeat, ApplyInEmergency, AcknowledgeEmergency }
);
mirror!(
    /// Why somebody may not decide.
    NotMine = app::NotMine {
        OwnRequest, SameKeyAsRequester, AlreadyDecided, NotApprover, OtherLevel, NotYourTurn, Ended, Expired, ClockAhead,
    }
);
mirror!(
    /// Whether a request is as it was signed.
    RequestIntegrity = app::Integrity { Sound, ContentChanged, ForgedRequest, ForgedRules }
);
mirror!(
    /// What is to be said of a decision.
    DecisionSignature = app::Finding {
        Valid, Forged, OtherContent, NotApproverThen, Requester, RequesterKey, Repeated, OutsideValidity, ClockAhead,
    }
);
mirror!(
    /// What was not as requested.
    ConflictReason = app::ConflictReason { Changed, Gone, OpenOperation, Duplicate, Cycle, Refused }
);
mirror!(
    /// Who said a line of a transcript.
    Direction = app::Direction { Sent, Received, Note }
);
mirror!(
    /// What makes a password weak.
    StrengthHint = app::Hint { TooShort, Common, Names, Dates, Keyboard, Repeats, Words }
);

mirror!(
    /// Why there is an operation.
    OperationOrigin = app::domain::operation::OperationOrigin {
        Person, Period, View, Expiry, Verification, Parent, Autorun,
    }
);
mirror!(
    /// Why a scheduled operation that is due does not run.
    OperationHold = app::Hold {
        EverythingPaused, CredentialPaused, DeviceResting, DeviceBusy, ExclusionGroup, CredentialBusy,
    }
);
mirror!(
    /// What a verification told.
    VerificationResult = app::domain::operation::Verification { Confirmed, Refused, CouldNotCheck }
);
mirror!(
    /// How a credential stands to its policy.
    CredentialStanding = app::domain::policy::Standing {
        WithinPolicy, Overdue, InError, OutOfSync, WithoutPolicy, NeverChanged, NotVerified,
    }
);
mirror!(
    /// What password a child gets when its parent's changed.
    ChildPassword = app::domain::ChildPassword { Same, Own }
);
mirror!(
    /// How an attempt ended.
    AttemptOutcome = app::AttemptOutcome { Running, Succeeded, Failed }
);
mirror!(
    /// A day of the week.
    Weekday = app::domain::policy::Weekday { Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday }
);
mirror!(
    /// What a period is counted in.
    PeriodUnit = app::domain::policy::PeriodUnit { Hours, Days }
);
mirror!(
    /// What makes a credential due.
    DueKind = app::domain::policy::TriggerKind { Period, View, Expiry, Verification }
);
mirror!(
    /// How a policy stands to a credential.
    PolicyStanding = app::PolicyStanding { Applies, LowerPriority, LaterName, DoesNotMatch }
);
mirror!(
    /// A class of characters.
    CharacterClass = app::domain::strength::CharacterClass { Upper, Lower, Digit, Symbol }
);

/// A criterion of a policy.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PolicyField {
    /// The username.
    Username,
    /// The device's name.
    Device,
    /// The device's type.
    Type,
    /// The device's manufacturer.
    Manufacturer,
    /// The device's model.
    Model,
    /// The device's site.
    Site,
    /// The credential's domain.
    Domain,
    /// Tags of either.
    Tags,
    /// The kind of account.
    PasswordType,
}

impl From<app::domain::policy::Field> for PolicyField {
    fn from(field: app::domain::policy::Field) -> Self {
        use app::domain::policy::Field;
        match field {
            Field::Username => Self::Username,
            Field::Device => Self::Device,
            Field::Kind => Self::Type,
            Field::Manufacturer => Self::Manufacturer,
            Field::Model => Self::Model,
            Field::Site => Self::Site,
            Field::Domain => Self::Domain,
            Field::Tags => Self::Tags,
            Field::PasswordType => Self::PasswordType,
        }
    }
}

mirror!(
    /// Something that a person may do.
    Permission = app::Action {
        ReadDevices, WriteDevices, ReadCredentials, WriteCredentials, RevealSecrets, ReadOperations, WriteOperations,
        ReadPolicies, WritePolicies, ReadUsers, WriteUsers, ReadParameters, WriteParameters, WriteApprovers, WriteVault, AcceptSetBack,
        ReadAudit, ExportReports, RequestBatches, ReadBatches, Decide, ApplyInEmergency,
    }
);
mirror!(
    /// The one thing that a person may do.
    SessionLimit = app::SessionLimit { MustSetPassword }
);
mirror!(
    /// Whether there is a recovery kit, and whether it was checked.
    RecoveryStanding = app::RecoveryStanding { None, Unchecked, Checked }
);
mirror!(
    /// What a person should know.
    WarningKind = app::WarningKind { RolledBack, Forked, DatabaseBehind, SyncedFolder, Displaced, Damaged, Altered, BackupOld }
);
mirror!(
    /// What happened to the files of an open vault.
    Displacement = app::Displacement { Gone, Replaced, Overwritten }
);
mirror!(
    /// A cloud client that synchronises folders.
    SyncService = app::SyncService { Dropbox, OneDrive, GoogleDrive, ICloud, Nextcloud, OwnCloud, Syncthing }
);
mirror!(
    /// Why the window locked.
    LockReason = app::LockReason { Person, Idle, Sleep, Screen }
);
mirror!(
    /// Whether the executor works.
    ExecutorState = app::ExecutorState { Working, WaitingForOperator, Paused, RestingWhileLocked, Off }
);
mirror!(
    /// Whether a person can sign in.
    UserStatus = app::UserStatus { Active, Disabled, Invited }
);
mirror!(
    /// What people are sorted by.
    UserSort = app::UserSort { Name, LastSignIn, Created }
);
mirror!(
    /// Whether a desktop unlocks for a person.
    DesktopUnlock = app::DesktopUnlock { On, Off, NoKeyStore }
);
mirror!(
    /// Which parameters stand together.
    ParameterGroup = app::domain::parameter::Group {
        Session, Secrets, Rotation, Network, Policies, Approvals, Backups, Window,
    }
);
mirror!(
    /// Why a parameter's default is not the usual one.
    ParameterDefaultReason = app::domain::parameter::DefaultReason { SomebodyLacksPasswords }
);
mirror!(
    /// Why no reconciliation began by itself.
    NoAutorun = app::domain::operation::NoAutorun { StoredLogsIn, SecondFactor, NotRefused, NotByLogin }
);
mirror!(
    /// What a number counts.
    ParameterUnit = app::domain::parameter::Unit {
        Seconds, Minutes, Hours, Days, Operations, Connections, Attempts, Versions, Backups, Rows,
    }
);
mirror!(
    /// What a backup was made for.
    BackupReason = app::BackupReason { Daily, ByHand, BeforeMigration, BeforeRekey, BeforeRisk }
);
mirror!(
    /// What is known of a backup's file.
    BackupStanding = app::BackupStanding { Good, Unchecked, Damaged }
);
mirror!(
    /// What is known of the vault's integrity.
    IntegrityStanding = app::IntegrityStanding { Unknown, Running, Sound, Damaged, Displaced }
);
mirror!(
    /// A long work.
    Task = app::Task { Rekey, Backup, Drill, Restore, Integrity, AuditVerify, AuditExport }
);
mirror!(
    /// What a long work is doing.
    TaskPhase = app::TaskPhase {
        Preparing, Copying, Reencrypting, CheckingPages, WalkingTrail, OpeningSecrets, Writing, Finishing,
    }
);
mirror!(
    /// What is wrong with the audit trail.
    AuditBreak = app::AuditBreak { Changed, Missing, CutTail, Rewritten, HeadSignature }
);
mirror!(
    /// A format of the exported audit trail.
    AuditFormat = app::AuditFormat { Csv, JsonLines, Cef }
);
mirror!(
    /// Which secret of a credential.
    SecretKind = app::domain::SecretKind { Password, PrivateKey }
);
mirror!(
    /// What a version is to its credential.
    SecretVersionState = app::domain::VersionState { Candidate, Unresolved, Current, Previous, Retired, Abandoned }
);
mirror!(
    /// Where a version comes from.
    SecretOrigin = app::domain::Origin { Entered, Generated }
);

/// Why a vault can only be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReadOnlyReason {
    /// A newer program wrote it.
    NewerVersion,
    /// Damage was found.
    Damaged,
    /// Somebody altered its structure.
    Altered,
    /// Its folder cannot be written.
    Folder,
    /// The disk is full.
    DiskFull,
    /// Its files are not at their place any more.
    Displaced,
}

impl From<app::ReadOnly> for ReadOnlyReason {
    fn from(reason: app::ReadOnly) -> Self {
        match reason {
            app::ReadOnly::NewerVersion { .. } => Self::NewerVersion,
            app::ReadOnly::Damaged => Self::Damaged,
            app::ReadOnly::Altered => Self::Altered,
            app::ReadOnly::Folder => Self::Folder,
            app::ReadOnly::DiskFull => Self::DiskFull,
            app::ReadOnly::Displaced => Self::Displaced,
        }
    }
}

macro_rules! sorts {
    ($(#[$doc:meta])* $name:ident = $source:path { $($choice:ident = $there:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $(#[doc = concat!("By `", stringify!($there), "` of the source.")] $choice,)+
        }

        impl From<$name> for $source {
            fn from(sort: $name) -> Self {
                match sort {
                    $($name::$choice => Self::$there,)+
                }
            }
        }
    };
}

sorts!(
    /// What attempts are sorted by.
    AttemptSort = app::AttemptSort {
        Started = StartedAt, Code = Code, Username = Username, Device = Device, Ended = EndedAt,
    }
);
sorts!(
    /// What policies are sorted by.
    PolicySort = app::PolicySort { Priority = Priority, Name = Name, Updated = UpdatedAt }
);
sorts!(
    /// What strengths are sorted by.
    StrengthSort = app::StrengthSort { Name = Name, Bits = Bits, Updated = UpdatedAt }
);
sorts!(
    /// What the report of expirations is sorted by.
    ExpirationSort = app::ExpirationSort {
        Expires = ExpiresAt, Username = Username, Device = Device, Changed = ChangedAt,
    }
);

/// What devices are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DeviceSort {
    /// By name.
    Name,
    /// By address.
    Address,
    /// By type.
    Type,
    /// By site.
    Site,
    /// By the last change of the record.
    Updated,
}

/// What credentials are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CredentialSort {
    /// By username.
    Username,
    /// By the device's name.
    Device,
    /// By when the password last changed.
    Changed,
    /// By the last change of the record.
    Updated,
}

/// What operations are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum OperationSort {
    /// By the scheduled date.
    Scheduled,
    /// By code.
    Code,
    /// By username.
    Username,
    /// By the device's name.
    Device,
    /// By state.
    State,
    /// By the date of the execution.
    Executed,
}

/// What requests are sorted by.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RequestSort {
    /// By code.
    Code,
    /// By when they were made.
    Requested,
    /// By when they ended.
    Ended,
    /// By state.
    State,
    /// By what they are about.
    Action,
    /// By the requester's name.
    Requester,
    /// By how many credentials or operations.
    Tasks,
}

impl From<RequestSort> for app::RequestSort {
    fn from(sort: RequestSort) -> Self {
        match sort {
            RequestSort::Code => Self::Code,
            RequestSort::Requested => Self::RequestedAt,
            RequestSort::Ended => Self::EndedAt,
            RequestSort::State => Self::State,
            RequestSort::Action => Self::Action,
            RequestSort::Requester => Self::Requester,
            RequestSort::Tasks => Self::Tasks,
        }
    }
}

impl From<DeviceSort> for app::DeviceSort {
    fn from(sort: DeviceSort) -> Self {
        match sort {
            DeviceSort::Name => Self::Name,
            DeviceSort::Address => Self::Address,
            DeviceSort::Type => Self::Kind,
            DeviceSort::Site => Self::Site,
            DeviceSort::Updated => Self::UpdatedAt,
        }
    }
}

impl From<CredentialSort> for app::CredentialSort {
    fn from(sort: CredentialSort) -> Self {
        match sort {
            CredentialSort::Username => Self::Username,
            CredentialSort::Device => Self::Device,
            CredentialSort::Changed => Self::ChangedAt,
            CredentialSort::Updated => Self::UpdatedAt,
        }
    }
}

impl From<OperationSort> for app::OperationSort {
    fn from(sort: OperationSort) -> Self {
        match sort {
            OperationSort::Scheduled => Self::ScheduledAt,
            OperationSort::Code => Self::Code,
            OperationSort::Username => Self::Username,
            OperationSort::Device => Self::Device,
            OperationSort::State => Self::State,
            OperationSort::Executed => Self::StartedAt,
        }
    }
}

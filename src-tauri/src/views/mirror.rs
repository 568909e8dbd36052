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
    Noun = app::Noun { Device, Credential, Operation, Policy, Strength, SavedFilter }
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
    SyncState = app::domain::SyncState { InSync, Checking, OutOfSync }
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
        NotProven, OutOfSync, NotConfigured,
    }
);
mirror!(
    /// Who said a line of a transcript.
    Direction = app::Direction { Sent, Received, Note }
);
mirror!(
    /// What makes a password weak.
    StrengthHint = app::Hint { TooShort, Common, Names, Dates, Keyboard, Repeats, Words }
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

//! What an operation does, and why there is one.

use serde::{Deserialize, Serialize};

/// What an operation does. Lists can be filtered by every type; this version runs those of
/// [`OperationType::is_runnable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperationType {
    /// Gives a credential a new password on its device.
    ChangePassword,
    /// Lets a credential follow its parent, whose password has changed.
    ChildPasswordChange,
    /// Sets a password again through a privileged credential, without the lost one.
    Reconciliation,
    /// Logs in to see whether the stored password is the device's.
    PasswordVerification,
    /// Puts an account into use.
    CredentialActivation,
    /// Takes an account out of use.
    CredentialInactivation,
    /// Makes an account.
    UserCreation,
    /// Deletes an account.
    UserDeletion,
    /// Makes a group.
    GroupCreation,
    /// Deletes a group.
    GroupDeletion,
    /// Adds an account to a group.
    UserAddedToGroup,
    /// Takes an account out of a group.
    UserRemovedFromGroup,
    /// Makes an account that lives for a while.
    EphemeralCredentialCreation,
    /// Removes an account that lived for a while.
    EphemeralCredentialRemoval,
    /// Gives an account a new SSH key.
    SshKeyRotation,
    /// Puts a certificate in place.
    CertificatePublication,
    /// Hands a secret to a system that keeps it for programs.
    SecretManagementAutomation,
    /// Runs a task of the Task Manager.
    TaskManager,
    /// Gives a cloud account new access keys.
    CloudAccessKeyRotation,
}

impl OperationType {
    /// Every type, in the order of declaration.
    pub const ALL: [Self; 19] = [
        Self::ChangePassword,
        Self::ChildPasswordChange,
        Self::Reconciliation,
        Self::PasswordVerification,
        Self::CredentialActivation,
        Self::CredentialInactivation,
        Self::UserCreation,
        Self::UserDeletion,
        Self::GroupCreation,
        Self::GroupDeletion,
        Self::UserAddedToGroup,
        Self::UserRemovedFromGroup,
        Self::EphemeralCredentialCreation,
        Self::EphemeralCredentialRemoval,
        Self::SshKeyRotation,
        Self::CertificatePublication,
        Self::SecretManagementAutomation,
        Self::TaskManager,
        Self::CloudAccessKeyRotation,
    ];

    /// Tells whether this version can run it.
    pub fn is_runnable(self) -> bool {
        matches!(
            self,
            Self::ChangePassword | Self::ChildPasswordChange | Self::Reconciliation | Self::PasswordVerification
        )
    }
}

/// Why there is an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperationOrigin {
    /// A person asked for it.
    #[default]
    Person,
    /// The policy's period is over.
    Period,
    /// A person has seen the password.
    View,
    /// The password has expired.
    Expiry,
    /// The policy wants the password verified.
    Verification,
    /// The parent's password has changed.
    Parent,
    /// A change failed in a way that a reconciliation can repair.
    Autorun,
}

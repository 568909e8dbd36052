//! What an operation does, and why there is one.

crate::enumeration! {
    /// What an operation does. Lists can be filtered by every type; this version runs those of
    /// [`OperationType::is_runnable`].
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum OperationType {
        /// Gives a credential a new password on its device.
        ChangePassword = "changePassword",
        /// Lets a credential follow its parent, whose password has changed.
        ChildPasswordChange = "childPasswordChange",
        /// Sets a password again through a privileged credential, without the lost one.
        Reconciliation = "reconciliation",
        /// Logs in to see whether the stored password is the device's.
        PasswordVerification = "passwordVerification",
        /// Puts an account into use.
        CredentialActivation = "credentialActivation",
        /// Takes an account out of use.
        CredentialInactivation = "credentialInactivation",
        UserCreation = "userCreation",
        UserDeletion = "userDeletion",
        GroupCreation = "groupCreation",
        GroupDeletion = "groupDeletion",
        /// Adds an account to a group.
        UserAddedToGroup = "userAddedToGroup",
        /// Takes an account out of a group.
        UserRemovedFromGroup = "userRemovedFromGroup",
        /// Makes an account that lives for a while.
        EphemeralCredentialCreation = "ephemeralCredentialCreation",
        /// Removes an account that lived for a while.
        EphemeralCredentialRemoval = "ephemeralCredentialRemoval",
        /// Gives an account a new SSH key.
        SshKeyRotation = "sshKeyRotation",
        /// Puts a certificate in place.
        CertificatePublication = "certificatePublication",
        /// Hands a secret to a system that keeps it for programs.
        SecretManagementAutomation = "secretManagementAutomation",
        /// Runs a task of the Task Manager.
        TaskManager = "taskManager",
        /// Gives a cloud account new access keys.
        CloudAccessKeyRotation = "cloudAccessKeyRotation",
    }
}

impl OperationType {
    /// Tells whether this version can run it.
    pub fn is_runnable(self) -> bool {
        matches!(
            self,
            Self::ChangePassword | Self::ChildPasswordChange | Self::Reconciliation | Self::PasswordVerification
        )
    }
}

crate::enumeration! {
    /// Why there is an operation.
    #[derive(Default)]
    pub enum OperationOrigin {
        /// A person asked for it.
        #[default]
        Person = "person",
        /// The policy's period is over.
        Period = "period",
        /// A person has seen the password.
        View = "view",
        /// The password has expired.
        Expiry = "expiry",
        /// The policy wants the password verified.
        Verification = "verification",
        /// The parent's password has changed.
        Parent = "parent",
        /// A change failed in a way that a reconciliation can repair.
        Autorun = "autorun",
    }
}

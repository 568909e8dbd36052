//! Usernames on devices, and how their passwords are changed.

use chrono::{DateTime, Utc};

use crate::{CredentialId, DeviceId, Problem, Rule, SecretOrigin, UserId, operation::VerificationResult, text};

crate::enumeration! {
    /// The kind of account that a credential logs in to.
    #[derive(Default)]
    pub enum PasswordType {
        /// An ordinary account of the device.
        #[default]
        LocalUser = "localUser",
        /// An account of the device that may do everything.
        LocalAdministrator = "localAdministrator",
        /// An account of a directory.
        DomainUser = "domainUser",
    }
}

crate::enumeration! {
    /// The status of a credential: in use or not.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CredentialStatus {
        #[default]
        Active = "active",
        /// The credential is kept, but its password is never changed.
        Inactive = "inactive",
    }
}

crate::enumeration! {
    /// The knowledge about the stored password: does it log in to the device? Only a login that succeeded counts as
    /// knowledge.
    #[derive(Default)]
    pub enum SyncState {
        /// The vault holds no password.
        #[default]
        NoPassword = "noPassword",
        /// A person entered the password, or a template waived its proof: no login has proven it.
        NotVerified = "notVerified",
        /// A change or a verification proved the password by a login.
        InSync = "inSync",
        /// A change may or may not have happened. The executor is finding out.
        Checking = "checking",
        /// No password that the vault holds logs in.
        OutOfSync = "outOfSync",
    }
}

impl SyncState {
    /// Tells whether there is a reason to doubt the stored password. A password that nobody has tried yet is not in
    /// doubt.
    pub fn is_doubtful(self) -> bool {
        match self {
            Self::Checking | Self::OutOfSync => true,
            Self::NoPassword | Self::NotVerified | Self::InSync => false,
        }
    }
}

/// The account that logs in to make a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectAs {
    /// The credential itself, with its current password.
    #[default]
    Own,
    /// Another credential of the same device.
    Access(CredentialId),
}

crate::enumeration! {
    /// The password that a child gets after the password of its parent has changed.
    #[derive(Default)]
    pub enum ChildPassword {
        /// The parent's new password, because the child is another place of the same account.
        #[default]
        Same = "same",
        /// A new password that is generated for the child alone.
        Own = "own",
    }
}

/// The settings for resetting a password when the stored one no longer works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReconciliationSettings {
    /// True when the credential may be reconciled at all.
    pub enabled: bool,
    /// True when the program schedules a reconciliation by itself after a change failed in a way that it can repair.
    pub autorun: bool,
    /// The privileged credential that logs in.
    pub credential: Option<CredentialId>,
    /// The id of the plugin that resets the password.
    pub plugin: Option<String>,
    /// The id of a template that logs in as another credential.
    pub template: Option<String>,
}

/// The settings for changing the password of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutionSettings {
    /// True when a plugin may change the password at all.
    pub automatic_change: bool,
    /// The id of the plugin that changes the password.
    pub plugin: Option<String>,
    pub template: Option<String>,
    pub connect_as: ConnectAs,
    /// The credential whose changes this one follows.
    pub parent: Option<CredentialId>,
    /// The password that the credential gets when it follows its parent.
    pub child_password: ChildPassword,
    /// Credentials of one group are never changed at the same time. Empty: the credential is in no group.
    pub exclusion_group: String,
    pub reconciliation: ReconciliationSettings,
}

/// A pause of a credential or a policy: the reason, the person who set it, and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Pause {
    pub reason: String,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// The last verification of a stored password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Verified {
    pub result: VerificationResult,
    pub at: DateTime<Utc>,
}

/// The fields of a credential that a person enters, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialDetails {
    /// The account's name on the device.
    pub username: String,
    pub device: DeviceId,
    pub password_type: PasswordType,
    /// The directory's domain; empty for local accounts.
    pub domain: String,
    pub additional_information: String,
    /// Free words by which people search.
    pub tags: Vec<String>,
    pub status: CredentialStatus,
    pub execution: ExecutionSettings,
}

/// A username on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Credential {
    pub id: CredentialId,
    pub details: CredentialDetails,
    /// True when the vault holds a password for the credential.
    pub has_password: bool,
    /// True when the vault holds a private key for the credential.
    pub has_private_key: bool,
    /// The knowledge about whether the stored password logs in.
    pub sync: SyncState,
    /// The time of the last login that proved the stored password.
    pub proven_at: Option<DateTime<Utc>>,
    /// The time at which the password last became current.
    pub changed_at: Option<DateTime<Utc>>,
    /// The origin of that password: a person stored it, or a change made it.
    pub password_origin: Option<SecretOrigin>,
    /// The result of the last verification of the password.
    pub verified: Option<Verified>,
    /// The pause of its triggers and its scheduled operations, if there is one.
    pub pause: Option<Pause>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Credential {
    /// Returns the reason why this credential may not log in for another credential of a device, or None when it may.
    pub fn refused_as_access(&self, target: Option<CredentialId>, device: DeviceId) -> Option<Rule> {
        if Some(self.id) == target {
            Some(Rule::SameCredential)
        } else if self.details.device != device {
            Some(Rule::OtherDevice)
        } else {
            (self.details.status == CredentialStatus::Inactive).then_some(Rule::InactiveCredential)
        }
    }
}

crate::enumeration! {
    /// The reason why a change of a credential cannot be requested now.
    pub enum NotChangeable {
        /// The credential is inactive.
        Inactive = "inactive",
        /// Automatic change of the credential is off.
        NoAutomaticChange = "noAutomaticChange",
        /// No plugin or no template is chosen.
        NoTemplate = "noTemplate",
        /// The credential logs in as itself, and no password is stored.
        NoPassword = "noPassword",
        /// The access credential was deleted, is inactive, or holds nothing to log in with.
        NoAccessCredential = "noAccessCredential",
        /// Nobody has accepted the host key of the device yet.
        NoHostKey = "noHostKey",
        /// An operation on the credential is not finished.
        OpenOperation = "openOperation",
    }
}

crate::enumeration! {
    /// The reason why a credential cannot be reconciled now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum NotReconcilable {
        /// The credential is inactive.
        Inactive = "inactive",
        NotEnabled = "notEnabled",
        /// No reconciliation credential is chosen, or it was deleted.
        NoCredential = "noCredential",
        /// The reconciliation credential is inactive.
        CredentialInactive = "credentialInactive",
        /// The reconciliation credential holds nothing to log in with.
        NoPassword = "noPassword",
        /// No plugin or no template is chosen.
        NoTemplate = "noTemplate",
        /// Nobody has accepted the host key of the device yet.
        NoHostKey = "noHostKey",
        /// An operation on the credential is not finished.
        OpenOperation = "openOperation",
    }
}

impl CredentialDetails {
    /// Trims every text except the additional information, and drops empty and repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.username = self.username.trim().to_owned();
        self.domain = self.domain.trim().to_owned();
        self.tags = text::tidy_tags(self.tags);
        self.execution.exclusion_group = self.execution.exclusion_group.trim().to_owned();
        self
    }

    /// Returns a problem for every field that cannot be stored as it is, with the field's name in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        text::check_name(&mut problems, "username", &self.username, 255);
        text::check_length(&mut problems, "domain", &self.domain, 255);
        text::check_length(&mut problems, "additionalInformation", &self.additional_information, 10_000);
        text::check_tags(&mut problems, "tags", &self.tags);
        if self.username.contains(':') {
            // chpasswd and /etc/passwd separate their fields by colons.
            problems.push(Problem::new("username", Rule::InvalidCharacters));
        }
        let execution = &self.execution;
        if execution.automatic_change && execution.plugin.is_none() {
            problems.push(Problem::new("execution.pluginId", Rule::Required));
        }
        if execution.automatic_change && execution.template.is_none() {
            problems.push(Problem::new("execution.templateId", Rule::Required));
        }
        text::check_length(&mut problems, "execution.exclusionGroup", &execution.exclusion_group, 100);
        problems.extend(execution.reconciliation.problems());
        problems
    }
}

impl ReconciliationSettings {
    /// Returns the fields that are required for reconciliation and not set.
    fn problems(&self) -> Vec<Problem> {
        let missing = [
            ("execution.reconciliation.credentialId", self.credential.is_none()),
            ("execution.reconciliation.pluginId", self.plugin.is_none()),
            ("execution.reconciliation.templateId", self.template.is_none()),
        ];
        let needed = missing.into_iter().filter(|(_, missing)| self.enabled && *missing);
        needed.map(|(field, _)| Problem::new(field, Rule::Required)).collect()
    }
}

//! Usernames on devices, and how their passwords are changed.

use chrono::{DateTime, Utc};

use crate::{CredentialId, DeviceId, Problem, Rule, SecretOrigin, UserId, operation::VerificationResult, text};

crate::enumeration! {
    /// What kind of account it is.
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
    /// Whether a credential is in use.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CredentialStatus {
        #[default]
        Active = "active",
        /// Kept, but never changed.
        Inactive = "inactive",
    }
}

crate::enumeration! {
    /// What is known about whether the stored password is the device's. Only a login that succeeded counts as knowledge.
    #[derive(Default)]
    pub enum SyncState {
        /// The vault holds no password.
        #[default]
        NoPassword = "noPassword",
        /// A person entered the password, or a template waived its proof: no login has proven it.
        NotVerified = "notVerified",
        /// A change or a verification proved the password by a login.
        InSync = "inSync",
        /// A change may or may not have happened; it is being looked into.
        Checking = "checking",
        /// No password that the vault holds logs in.
        OutOfSync = "outOfSync",
    }
}

impl SyncState {
    /// Whether something speaks against the stored password. A password that nobody has tried yet is not in doubt.
    pub fn is_doubtful(self) -> bool {
        match self {
            Self::Checking | Self::OutOfSync => true,
            Self::NoPassword | Self::NotVerified | Self::InSync => false,
        }
    }
}

/// Who logs in to make a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectAs {
    /// The credential itself, with its current password.
    #[default]
    Own,
    /// Another credential of the same device.
    Access(CredentialId),
}

crate::enumeration! {
    /// What password a child gets when its parent's has changed.
    #[derive(Default)]
    pub enum ChildPassword {
        /// The parent's new one: the child is a place where the same account lives.
        #[default]
        Same = "same",
        /// A new one of its own.
        Own = "own",
    }
}

/// How a password is set again when the stored one no longer works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReconciliationSettings {
    /// Whether it may be reconciled at all.
    pub enabled: bool,
    /// Whether that is scheduled by itself after a change failed in a way that it can repair.
    pub autorun: bool,
    /// The privileged credential that logs in.
    pub credential: Option<CredentialId>,
    /// The change plugin's id.
    pub plugin: Option<String>,
    /// The template's id; one that logs in as another credential.
    pub template: Option<String>,
}

/// How a credential's password is changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ExecutionSettings {
    /// Whether it may be changed by a plugin at all.
    pub automatic_change: bool,
    /// The change plugin's id.
    pub plugin: Option<String>,
    /// The change template's id.
    pub template: Option<String>,
    pub connect_as: ConnectAs,
    /// The credential that it follows.
    pub parent: Option<CredentialId>,
    /// What password it gets when it follows.
    pub child_password: ChildPassword,
    /// Credentials of one group never run together; empty: of none.
    pub exclusion_group: String,
    /// How it is repaired.
    pub reconciliation: ReconciliationSettings,
}

/// Why something rests: who said so, when, and why.
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

/// What a person enters about a credential, its secrets aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CredentialDetails {
    /// The account's name on the device.
    pub username: String,
    pub device: DeviceId,
    /// What kind of account it is.
    pub password_type: PasswordType,
    /// The directory's domain; empty for local accounts.
    pub domain: String,
    pub additional_information: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether it is in use.
    pub status: CredentialStatus,
    /// How its password is changed.
    pub execution: ExecutionSettings,
}

/// A username on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Credential {
    pub id: CredentialId,
    /// What a person entered.
    pub details: CredentialDetails,
    /// Whether the vault holds a password for it.
    pub has_password: bool,
    /// Whether the vault holds a private key for it.
    pub has_private_key: bool,
    /// Whether the stored password is the device's.
    pub sync: SyncState,
    /// When a login last proved the stored password.
    pub proven_at: Option<DateTime<Utc>>,
    /// When its password last became current.
    pub changed_at: Option<DateTime<Utc>>,
    /// Where that password comes from: a person stored it, or a change made it.
    pub password_origin: Option<SecretOrigin>,
    /// What the last verification of its password told.
    pub verified: Option<Verified>,
    /// Why its triggers and its scheduled work rest, if they do.
    pub pause: Option<Pause>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl Credential {
    /// Why this one may not log in for another credential of a device; None when it may.
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
    /// Why a change of a credential cannot be requested now.
    pub enum NotChangeable {
        /// It is not in use.
        Inactive = "inactive",
        /// Automatic change is off.
        NoAutomaticChange = "noAutomaticChange",
        /// No plugin or no template is chosen.
        NoTemplate = "noTemplate",
        /// It logs in as itself, and no password is stored.
        NoPassword = "noPassword",
        /// Its access credential is gone, inactive, or holds nothing to log in with.
        NoAccessCredential = "noAccessCredential",
        /// Nobody accepted the device's host key yet.
        NoHostKey = "noHostKey",
        /// An operation on it is not finished.
        OpenOperation = "openOperation",
    }
}

crate::enumeration! {
    /// Why a credential cannot be reconciled now.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum NotReconcilable {
        /// It is not in use.
        Inactive = "inactive",
        NotEnabled = "notEnabled",
        /// No reconciliation credential is chosen, or it is gone.
        NoCredential = "noCredential",
        /// The reconciliation credential is not in use.
        CredentialInactive = "credentialInactive",
        /// The reconciliation credential holds nothing to log in with.
        NoPassword = "noPassword",
        /// No plugin or no template is chosen.
        NoTemplate = "noTemplate",
        /// Nobody accepted the device's host key yet.
        NoHostKey = "noHostKey",
        /// An operation on it is not finished.
        OpenOperation = "openOperation",
    }
}

impl CredentialDetails {
    /// Trims every text but the free one, and drops empty and repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.username = self.username.trim().to_owned();
        self.domain = self.domain.trim().to_owned();
        self.tags = text::tidy_tags(self.tags);
        self.execution.exclusion_group = self.execution.exclusion_group.trim().to_owned();
        self
    }

    /// Names every field that cannot be stored as it is, by its name in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        text::check_name(&mut problems, "username", &self.username, 255);
        text::check_length(&mut problems, "domain", &self.domain, 255);
        text::check_length(&mut problems, "additionalInformation", &self.additional_information, 10_000);
        text::check_tags(&mut problems, "tags", &self.tags);
        if self.username.contains(':') {
            // chpasswd and /etc/passwd separate their fields by it.
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
    /// What is missing for it to be enabled.
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

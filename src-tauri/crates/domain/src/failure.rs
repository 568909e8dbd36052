//! The reason why an attempt failed: a code for people, and the class that decides what may follow.

crate::enumeration! {
    /// The class of a failure: it decides what may follow a failed attempt.
    pub enum FailureClass {
        /// Nothing was sent and the cause may pass: try again later.
        Transient = "transient",
        /// The device refused the new password: the same one must not be tried again.
        Rejected = "rejected",
        /// The login or the right to change was refused: trying again would lock the account.
        Denied = "denied",
        /// The device, or the data that is stored for it, has changed unexpectedly: a person must look.
        Untrusted = "untrusted",
        /// The template and the device do not understand each other.
        Script = "script",
        /// The change may have happened although no answer came. The program must find out before it does anything
        /// else.
        Uncertain = "uncertain",
        /// The device asks for something that only a person can do.
        Interactive = "interactive",
    }
}

crate::enumeration! {
    /// The exact reason of a failed attempt. Each has a message and a recovery text in every language of the window.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum FailureCode {
        /// The address does not answer.
        Unreachable = "unreachable",
        /// The device answered too late, before anything was changed.
        TimedOut = "timedOut",
        /// The device refuses more connections for now.
        Throttled = "throttled",
        /// The device is busy with something that excludes a change.
        DeviceBusy = "deviceBusy",
        ConnectionLost = "connectionLost",
        /// The two sides found no common protocol or algorithm.
        ProtocolRefused = "protocolRefused",
        /// The name or the password was refused, or the account may not log in.
        AuthenticationFailed = "authenticationFailed",
        /// The account is locked, expired or barred from logging in.
        AccountLocked = "accountLocked",
        /// The login worked, but the right to change (root, sudo) was refused.
        AccessRefused = "accessRefused",
        /// The device's rules refused the new password.
        PasswordRefused = "passwordRefused",
        /// The device's minimum age forbids another change yet.
        ChangedTooSoon = "changedTooSoon",
        /// No host key was accepted for the device yet.
        HostKeyUnknown = "hostKeyUnknown",
        /// The device shows another host key than the accepted one.
        HostKeyChanged = "hostKeyChanged",
        /// A prompt that the template expects never came.
        PromptMissing = "promptMissing",
        /// The device sent a text that the template forbids.
        UnexpectedText = "unexpectedText",
        /// A command ended with an error.
        CommandFailed = "commandFailed",
        /// The template has errors.
        TemplateInvalid = "templateInvalid",
        /// The template needs a value that this operation does not have.
        ValueMissing = "valueMissing",
        /// The password has expired and the device demands a change at login.
        PasswordExpired = "passwordExpired",
        /// The device asked for something only a person can answer.
        InteractionNeeded = "interactionNeeded",
        /// The program ended during the attempt.
        Interrupted = "interrupted",
        /// The change was made, but could not be proven yet.
        NotProven = "notProven",
        /// Neither the new nor the old password logs in.
        OutOfSync = "outOfSync",
        /// The type of the operation needs an approval, and no valid approval exists.
        NotApproved = "notApproved",
        /// The credential is inactive, or not configured for this operation.
        NotConfigured = "notConfigured",
        /// A stored password does not open: it was altered in the file, or exchanged with the password of another
        /// credential.
        SecretAltered = "secretAltered",
        /// The settings do not allow the access credential: it is of another device, the credential itself, inactive or
        /// deleted.
        AccessNotAllowed = "accessNotAllowed",
        /// The strength of the policy leaves too few passwords, or has rules that contradict each other.
        StrengthUnusable = "strengthUnusable",
        /// This program has no such plugin, or its plugin cannot do this.
        NotSupported = "notSupported",
    }
}

impl FailureCode {
    /// Returns the class of a failure **before** the new password was sent. After it was sent, the executor first finds
    /// out which password the device has, unless the device clearly refused the change.
    pub fn class(self) -> FailureClass {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Throttled | Self::DeviceBusy | Self::ConnectionLost => {
                FailureClass::Transient
            }
            Self::PasswordRefused | Self::ChangedTooSoon | Self::NotApproved => FailureClass::Rejected,
            Self::AuthenticationFailed | Self::AccountLocked | Self::AccessRefused | Self::OutOfSync => {
                FailureClass::Denied
            }
            Self::HostKeyUnknown | Self::HostKeyChanged | Self::SecretAltered | Self::AccessNotAllowed => {
                FailureClass::Untrusted
            }
            Self::ProtocolRefused
            | Self::PromptMissing
            | Self::UnexpectedText
            | Self::CommandFailed
            | Self::TemplateInvalid
            | Self::ValueMissing
            | Self::NotConfigured
            | Self::StrengthUnusable
            | Self::NotSupported => FailureClass::Script,
            Self::PasswordExpired | Self::InteractionNeeded => FailureClass::Interactive,
            Self::Interrupted | Self::NotProven => FailureClass::Uncertain,
        }
    }
}

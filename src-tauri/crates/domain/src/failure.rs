//! Why an attempt ended: a code for people, and the class that says what may follow.

use serde::{Deserialize, Serialize};

/// What may follow a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FailureClass {
    /// Nothing was sent and the cause may pass: try again later.
    Transient,
    /// The device refused the new password: the same one must not be tried again.
    Rejected,
    /// The login or the right to change was refused: trying again would lock the account.
    Denied,
    /// The device, or what is stored for it, is not what it was: a person must look.
    Untrusted,
    /// The template and the device do not understand each other.
    Script,
    /// The change may have happened although no answer came: find out before anything else.
    Uncertain,
    /// The device wants a human.
    Interactive,
}

/// The exact reason of a failed attempt. Each has a message and a recovery text in every language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FailureCode {
    /// The address does not answer.
    Unreachable,
    /// The device answered too late, before anything was changed.
    TimedOut,
    /// The device refuses more connections for now.
    Throttled,
    /// The device is busy with something that excludes a change.
    DeviceBusy,
    /// The connection broke.
    ConnectionLost,
    /// The two sides found no common protocol or algorithm.
    ProtocolRefused,
    /// The name or the password was refused, or the account may not log in.
    AuthenticationFailed,
    /// The account is locked, expired or barred from logging in.
    AccountLocked,
    /// The login worked, but the right to change (root, sudo) was refused.
    AccessRefused,
    /// The device's rules refused the new password.
    PasswordRefused,
    /// The device's minimum age forbids another change yet.
    ChangedTooSoon,
    /// No host key was accepted for the device yet.
    HostKeyUnknown,
    /// The device shows another host key than the accepted one.
    HostKeyChanged,
    /// A prompt that the template expects never came.
    PromptMissing,
    /// Something came that the template says must not.
    UnexpectedText,
    /// A command ended with an error.
    CommandFailed,
    /// The template has errors.
    TemplateInvalid,
    /// The template needs a value that this operation does not have.
    ValueMissing,
    /// The password has expired and the device demands a change at login.
    PasswordExpired,
    /// The device asked for something only a person can answer.
    InteractionNeeded,
    /// The program ended during the attempt.
    Interrupted,
    /// The change was made, but could not be proven yet.
    NotProven,
    /// Neither the new nor the old password logs in.
    OutOfSync,
    /// Its type needs an approval, and it has none that holds.
    NotApproved,
    /// The credential is not in use, or not set up for this.
    NotConfigured,
    /// A stored password does not open: it was altered in the file, or put in another one's place.
    SecretAltered,
    /// Who is to log in for it is none that the settings allow: of another device, itself, not in use, or deleted.
    AccessNotAllowed,
    /// The strength of its policy leaves too few passwords, or has rules that cannot be.
    StrengthUnusable,
}

impl FailureCode {
    /// Every code, in the order of declaration.
    pub const ALL: [Self; 28] = [
        Self::Unreachable,
        Self::TimedOut,
        Self::Throttled,
        Self::DeviceBusy,
        Self::ConnectionLost,
        Self::ProtocolRefused,
        Self::AuthenticationFailed,
        Self::AccountLocked,
        Self::AccessRefused,
        Self::PasswordRefused,
        Self::ChangedTooSoon,
        Self::HostKeyUnknown,
        Self::HostKeyChanged,
        Self::PromptMissing,
        Self::UnexpectedText,
        Self::CommandFailed,
        Self::TemplateInvalid,
        Self::ValueMissing,
        Self::PasswordExpired,
        Self::InteractionNeeded,
        Self::Interrupted,
        Self::NotProven,
        Self::OutOfSync,
        Self::NotApproved,
        Self::NotConfigured,
        Self::SecretAltered,
        Self::AccessNotAllowed,
        Self::StrengthUnusable,
    ];

    /// Tells what may follow, for a failure **before** the new password was sent. After it was sent, what is not a
    /// clear refusal is looked into first, whatever the code.
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
            | Self::StrengthUnusable => FailureClass::Script,
            Self::PasswordExpired | Self::InteractionNeeded => FailureClass::Interactive,
            Self::Interrupted | Self::NotProven => FailureClass::Uncertain,
        }
    }
}

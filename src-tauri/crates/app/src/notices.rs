//! What the desktop itself is told, for whoever is not looking at the window: that there is something to look at.
//!
//! As little as is needed. No password and no words of a device ever; names of accounts and devices only while somebody
//! sits at the window who may read them, because a desktop shows its notices to everybody who walks past, and keeps them.

use domain::{
    FailureCode,
    operation::{OperationType, StateName},
    parameter::Parameter,
};
use rotation::Ended;

use crate::{Action, App, may};

/// Something that the desktop is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub kind: NoticeKind,
    /// To what.
    pub subject: Subject,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// No stored password of a credential logs in.
    OutOfSync,
    /// A reconciliation failed.
    NotReconciled,
    /// A change failed.
    NotChanged,
    /// A reconciliation set a password again.
    Reconciled,
    /// A request waits for a decision.
    RequestWaits,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// It is not said.
    Unnamed,
    /// An operation.
    Operation {
        /// The number that people know it by.
        code: i64,
        /// The username and the device's name, for those who may see them.
        names: Option<(String, String)>,
    },
    /// A request.
    Request {
        /// Who asked, for those who may see it.
        by: Option<String>,
    },
}

/// Who would see a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Somebody who may see what it is about.
    Seated,
    /// Whoever walks past: the window is locked.
    Anybody,
}

impl NoticeKind {
    /// What kind of news an operation's end is; none for what a person need not hear of at once.
    pub fn of_end(ended: &Ended) -> Option<Self> {
        use OperationType as T;
        let refused = ended.kind == T::PasswordVerification && ended.failure == Some(FailureCode::AuthenticationFailed);
        match (ended.state, ended.kind) {
            (StateName::Succeeded, T::Reconciliation) => Some(Self::Reconciled),
            (StateName::Error, _) if refused || ended.failure == Some(FailureCode::OutOfSync) => Some(Self::OutOfSync),
            (StateName::Error, T::Reconciliation) => Some(Self::NotReconciled),
            (StateName::Error, T::ChangePassword | T::ChildPasswordChange) => Some(Self::NotChanged),
            _ => None,
        }
    }
}

impl App {
    /// What the desktop is told of an operation's end, if anything.
    pub fn notice_of_end(&self, ended: &Ended) -> Option<Notice> {
        let kind = NoticeKind::of_end(ended)?;
        let names = match self.audience(Action::ReadOperations)? {
            Audience::Seated => self.name_of(ended),
            Audience::Anybody => None,
        };
        Some(Notice { kind, subject: Subject::Operation { code: ended.code, names } })
    }

    /// Whether closing the window leaves the program in the tray. Without an open vault it would have nothing to do there.
    pub fn stays_in_tray(&self) -> bool {
        self.held().as_ref().is_some_and(|held| held.parameters.is_on(Parameter::CloseToTray))
    }

    /// Who would see a notice of something that takes this permission to see; none when nobody is to be told: no vault is
    /// open, the parameter says so, or who sits at the window may not know.
    pub fn audience(&self, action: Action) -> Option<Audience> {
        let held = self.held();
        let held = held.as_ref().filter(|held| held.parameters.is_on(Parameter::Notify))?;
        match &held.seat {
            None => Some(Audience::Anybody),
            Some(seat) => may(&seat.user.roles, action).then_some(Audience::Seated),
        }
    }
}

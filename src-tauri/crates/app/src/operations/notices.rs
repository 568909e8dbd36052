//! Desktop notifications for a user who is not looking at the window.
//!
//! A notice contains as little as possible, because a desktop shows its notices to everybody near the screen and keeps
//! them. It never contains a password or text from a device. It contains names of accounts and devices only while a
//! user is signed in who may read them.

use std::sync::{Arc, PoisonError};

use approval::RequestState;
use domain::{
    FailureCode, UserId,
    operation::{OperationState, OperationType},
    parameter::Parameter,
};
use rotation::Ended;
use vault::RequestQuery;

use crate::{Action, App, AppError, RequestScope, may};

/// A notice for the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Notice {
    pub kind: NoticeKind,
    pub subject: Subject,
}

/// The event that a notice reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum NoticeKind {
    /// The vault's files have been moved, replaced or deleted.
    VaultDisplaced,
    /// No stored password of a credential works on its device.
    OutOfSync,
    NotReconciled,
    NotChanged,
    /// A reconciliation set a password again.
    Reconciled,
    /// A request waits for a decision.
    RequestWaits,
}

/// The subject of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Subject {
    /// The notice names no subject.
    Unnamed,
    Operation {
        /// The number that people see.
        code: i64,
        /// The username and the device's name, if the audience may see them.
        names: Option<(String, String)>,
    },
    Request {
        /// The name of the requester, if the audience may see it.
        by: Option<String>,
    },
}

/// The people who would see a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A signed-in user who may see the subject.
    Session,
    /// Anybody near the screen, because the window is locked.
    Anybody,
}

impl NoticeKind {
    /// Returns the kind of notice for an operation's end; none if no person needs to know at once.
    pub fn of_end(ended: &Ended) -> Option<Self> {
        use OperationType as T;
        let refused = ended.kind == T::PasswordVerification && ended.failure == Some(FailureCode::AuthenticationFailed);
        match (ended.state, ended.kind) {
            (OperationState::Succeeded, T::Reconciliation) => Some(Self::Reconciled),
            (OperationState::Error, _) if refused || ended.failure == Some(FailureCode::OutOfSync) => {
                Some(Self::OutOfSync)
            }
            (OperationState::Error, T::Reconciliation) => Some(Self::NotReconciled),
            (OperationState::Error, T::ChangePassword | T::ChildPasswordChange) => Some(Self::NotChanged),
            _ => None,
        }
    }
}

impl App {
    /// Returns the notice for an operation's end, if there is one.
    pub fn notice_of_end(&self, ended: &Ended) -> Option<Notice> {
        let kind = NoticeKind::of_end(ended)?;
        let names = match self.audience(Action::ReadOperations)? {
            Audience::Session => self.name_of(ended),
            Audience::Anybody => None,
        };
        Some(Notice { kind, subject: Subject::Operation { code: ended.code, names } })
    }

    /// Returns the notice if the vault's files have been moved or deleted. Anybody may see it.
    pub fn notice_of_displacement(&self) -> Option<Notice> {
        let displaced = self.open_vault().as_ref().is_some_and(|open_vault| open_vault.vault.displacement().is_some());
        displaced.then_some(Notice { kind: NoticeKind::VaultDisplaced, subject: Subject::Unnamed })
    }

    /// Returns a notice of waiting requests if there are more than the audience was last notified of. The requests are
    /// those that wait for the signed-in user or, at a locked window, for anybody.
    pub fn notice_of_waiting(&self) -> Option<Notice> {
        let (who, waiting, by) = match self.audience(Action::Decide)? {
            Audience::Session => self.waiting_for_signed_in().ok()?,
            Audience::Anybody => (None, self.awaiting()?, None),
        };
        let mut reported = self.reported_waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let known = if reported.0 == who { reported.1 } else { 0 };
        *reported = (who, waiting);
        (waiting > known).then_some(Notice { kind: NoticeKind::RequestWaits, subject: Subject::Request { by } })
    }

    /// Returns the signed-in user, the number of requests that wait for them, and the requester if there is exactly one
    /// request.
    fn waiting_for_signed_in(&self) -> Result<(Option<UserId>, u64, Option<String>), AppError> {
        let signed_in = self.authorize(Action::Decide)?;
        let query = RequestQuery { limit: 1, ..RequestQuery::at(self.setup.clock.now(), signed_in.user.id) };
        let page = self.requests().list(RequestScope::WaitingForMe, &query)?;
        let by = page.rows.into_iter().next().filter(|_| page.total == 1).map(|listed| listed.row.requester_name);
        Ok((Some(signed_in.user.id), page.total, by))
    }

    /// Returns the number of requests that await approval by anybody; none if it cannot be read.
    fn awaiting(&self) -> Option<u64> {
        let vault = self.open_vault().as_ref().map(|open_vault| Arc::clone(&open_vault.vault))?;
        let nobody = UserId::from_uuid(uuid::Uuid::nil());
        let awaiting = vault.read(|reader| {
            let now = reader.requests().decision_time(self.setup.clock.now())?;
            let states = vec![RequestState::AwaitingApproval];
            reader.requests().list(&RequestQuery { states, limit: 1, ..RequestQuery::at(now, nobody) })
        });
        awaiting.ok().map(|page| page.total)
    }

    /// Tells whether closing the window leaves the program in the tray. Without an open vault it has nothing to do
    /// there.
    pub fn stays_in_tray(&self) -> bool {
        self.open_vault().as_ref().is_some_and(|open_vault| open_vault.parameters.is_on(Parameter::CloseToTray))
    }

    /// Tells whether the window is excluded from screenshots and screen sharing while it shows a password.
    pub fn protects_from_capture(&self) -> bool {
        self.open_vault().as_ref().is_none_or(|open_vault| open_vault.parameters.is_on(Parameter::ProtectFromCapture))
    }

    /// Returns the audience of a notice whose subject needs this permission. None if there must be no notice: no vault
    /// is open, the parameter turns notices off, or the signed-in user lacks the permission.
    pub fn audience(&self, action: Action) -> Option<Audience> {
        let open_vault = self.open_vault();
        let open_vault = open_vault.as_ref().filter(|open_vault| open_vault.parameters.is_on(Parameter::Notify))?;
        match &open_vault.signed_in {
            None => Some(Audience::Anybody),
            Some(signed_in) => may(&signed_in.user.roles, action).then_some(Audience::Session),
        }
    }
}

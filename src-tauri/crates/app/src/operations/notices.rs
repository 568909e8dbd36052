//! What the desktop itself is told, for whoever is not looking at the window: that there is something to look at.
//!
//! As little as is needed. No password and no words of a device ever; names of accounts and devices only while somebody
//! sits at the window who may read them, because a desktop shows its notices to everybody who walks past, and keeps them.

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

/// Something that the desktop is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Notice {
    pub kind: NoticeKind,
    pub subject: Subject,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum NoticeKind {
    /// The vault's files are not at their place any more.
    VaultDisplaced,
    /// No stored password of a credential logs in.
    OutOfSync,
    NotReconciled,
    NotChanged,
    /// A reconciliation set a password again.
    Reconciled,
    /// A request waits for a decision.
    RequestWaits,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Subject {
    /// It is not said.
    Unnamed,
    Operation {
        /// The number that people know it by.
        code: i64,
        /// The username and the device's name, for those who may see them.
        names: Option<(String, String)>,
    },
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
    /// What the desktop is told of an operation's end, if anything.
    pub fn notice_of_end(&self, ended: &Ended) -> Option<Notice> {
        let kind = NoticeKind::of_end(ended)?;
        let names = match self.audience(Action::ReadOperations)? {
            Audience::Seated => self.name_of(ended),
            Audience::Anybody => None,
        };
        Some(Notice { kind, subject: Subject::Operation { code: ended.code, names } })
    }

    /// What the desktop is told when the vault's files are not at their place: everybody may hear of it.
    pub fn notice_of_displacement(&self) -> Option<Notice> {
        let displaced = self.held().as_ref().is_some_and(|held| held.vault.displacement().is_some());
        displaced.then_some(Notice { kind: NoticeKind::VaultDisplaced, subject: Subject::Unnamed })
    }

    /// What the desktop is told of requests that wait for a decision, when there are more than whoever would see it was
    /// told of: those that wait for who sits there, or, at a locked window, for anybody.
    pub fn notice_of_waiting(&self) -> Option<Notice> {
        let (who, waiting, by) = match self.audience(Action::Decide)? {
            Audience::Seated => self.waiting_for_seated().ok()?,
            Audience::Anybody => (None, self.awaiting()?, None),
        };
        let mut told = self.told_waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let known = if told.0 == who { told.1 } else { 0 };
        *told = (who, waiting);
        (waiting > known).then_some(Notice { kind: NoticeKind::RequestWaits, subject: Subject::Request { by } })
    }

    /// Who sits there, how many wait for them, and who asked when that is one.
    fn waiting_for_seated(&self) -> Result<(Option<UserId>, u64, Option<String>), AppError> {
        let seat = self.seated(Action::Decide)?;
        let query = RequestQuery { limit: 1, ..RequestQuery::at(self.setup.clock.now(), seat.user.id) };
        let page = self.requests().list(RequestScope::WaitingForMe, &query)?;
        let by = page.rows.into_iter().next().filter(|_| page.total == 1).map(|listed| listed.row.requester_name);
        Ok((Some(seat.user.id), page.total, by))
    }

    /// How many requests await approval by anybody; none when that cannot be read.
    fn awaiting(&self) -> Option<u64> {
        let vault = self.held().as_ref().map(|held| Arc::clone(&held.vault))?;
        let nobody = UserId::from_uuid(uuid::Uuid::nil());
        let awaiting = vault.read(|reader| {
            let now = reader.requests().moment(self.setup.clock.now())?;
            let states = vec![RequestState::AwaitingApproval];
            reader.requests().list(&RequestQuery { states, limit: 1, ..RequestQuery::at(now, nobody) })
        });
        awaiting.ok().map(|page| page.total)
    }

    /// Whether closing the window leaves the program in the tray. Without an open vault it would have nothing to do there.
    pub fn stays_in_tray(&self) -> bool {
        self.held().as_ref().is_some_and(|held| held.parameters.is_on(Parameter::CloseToTray))
    }

    /// Whether the window is kept out of screenshots and screen sharing while a password shows.
    pub fn protects_from_capture(&self) -> bool {
        self.held().as_ref().is_none_or(|held| held.parameters.is_on(Parameter::ProtectFromCapture))
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

//! The life of an operation, as a pure state machine.
//!
//! [`State::on`] takes what happened and answers with the next state and what must be done. The driver writes the new
//! state down **before** it carries out an effect, so whatever dies at whatever moment, the vault knows how far the
//! change can have come. Recovery is the same machine, started with [`Event::Crashed`].
//!
//! The one rule behind every row: a candidate that may have been sent is dropped only when another password has been
//! proven on the device. What cannot be reached is not wrong; then nothing is concluded.

mod autorun;
mod kind;
mod transitions;

pub use autorun::{Evidence, NoAutorun, StoredPassword, is_repairable};
pub use kind::{OperationOrigin, OperationType};

use crate::FailureClass;

/// Where an operation is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for, not approved yet.
    AwaitingApproval,
    /// Waits for its time, or its turn.
    Scheduled,
    /// A worker holds it.
    Running(Step),
    /// Done, and proven on the device.
    SuccessfullyPerformed,
    /// Ended without success; a person may restart it.
    Error,
    /// Called off by a person before it ran.
    Canceled,
    /// Its approval period ran out.
    Expired,
}

/// How far a running operation has come. Each is written down before the next effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A worker holds it; nothing else happened.
    Claimed,
    /// The candidate is in the vault.
    Prepared,
    /// Connected and logged in; no new password was sent.
    Opened,
    /// From here on the new password may have been sent.
    Marked,
    /// The template ended well.
    Applied,
    /// It is being found out which password the device has.
    Probing(Probe),
    /// The new password is proven and current; the template's `on-success` block runs.
    Closing,
    /// A login tells whether the current password is the device's; nothing is changed.
    Verifying,
    /// The change was denied before anything was sent; one login tells whether the current password is the device's.
    Proving,
}

/// A search for the password that the device has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Probe {
    /// Why it began: what a proof that nothing changed leads to.
    pub cause: FailureClass,
    /// Whether enough time has passed since the change was sent that it cannot happen any more.
    pub settled: bool,
    /// The password that is tried now.
    pub now: Which,
    /// Those that are tried after it, in this order.
    pub rest: Vec<Which>,
}

/// A stored password, by what it is to its credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Which {
    Candidate,
    /// The one that was proven last.
    Current,
    /// One that may have been sent once, was never resolved, and made room for another candidate.
    Unresolved,
    Previous,
}

/// What the vault holds of a candidate when a worker takes an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Candidate {
    None,
    /// One that was never sent.
    Unsent,
    /// One that may have been sent.
    Sent {
        /// Whether enough time has passed since another password was first proven against it.
        settled: bool,
        /// How the attempt that sent it ended, as far as that was written down.
        cause: FailureClass,
    },
}

/// What a login told about a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Answer {
    Proven,
    /// The device refused it.
    Refused,
    /// The device did not let it in, and something besides the password may be the reason.
    NotLetIn,
    /// The device could not be asked.
    Unknown,
    /// The template says that this account cannot be proven by a login.
    Impossible,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Event {
    Approved,
    /// The approval period ran out.
    ApprovalExpired,
    /// A person calls it off.
    CancelRequested(Candidate),
    /// A person wants it tried again.
    RestartRequested,
    /// A person gives up finding out whether the device has the candidate.
    GivenUp,
    /// A worker took it.
    Claimed(Candidate),
    /// A worker took an operation that only looks.
    ClaimedToVerify,
    /// The candidate is committed.
    CandidateStored,
    /// Connected, the device's identity checked, logged in.
    ConnectionOpened,
    /// "Apply begun" is committed.
    ApplyMarked,
    /// The template ended well.
    TemplateSucceeded,
    /// The step could not be done.
    Failed {
        class: FailureClass,
        /// Whether the device refused the credential's own current password.
        current_refused: bool,
        /// Whether another attempt is allowed.
        attempts_left: bool,
    },
    /// The template failed before it sent the new password: it is certain that nothing changed.
    NothingSent {
        class: FailureClass,
        /// Whether another attempt is allowed.
        attempts_left: bool,
    },
    /// The step was denied before the new password was sent, and a reconciliation would follow by itself if the current
    /// password were not the device's. No login has told that yet.
    DeniedUnproven,
    /// The login that the last effect asked for has an answer.
    Answered {
        answer: Answer,
        /// Whether another attempt is allowed.
        attempts_left: bool,
    },
    /// The `on-success` block ended, well or not: that changes nothing any more.
    Closed,
    /// The program ended while a worker held it.
    Crashed,
}

/// What must be done, in this order, after the new state is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Effect {
    /// Generate a candidate and commit it.
    StoreCandidate,
    /// Connect, check the identity, log in.
    OpenConnection,
    MarkApply,
    RunTemplate,
    /// Log in on a fresh connection as the target account with this password.
    LogIn(Which),
    /// Candidate becomes current, current becomes previous.
    PromoteCandidate,
    /// An unresolved password is the live one: it becomes current.
    RestoreUnresolved,
    /// The previous password is the live one: it becomes current again.
    RestorePrevious,
    /// Run the template's `on-success` block.
    RunOnSuccess,
    /// Write on the credential what a verification told.
    RecordVerification(VerificationResult),
    /// The candidate is not the device's: it was never sent, or another password is proven.
    AbandonCandidate,
    /// The current password is proven: nothing is in doubt any more.
    ConfirmCurrent,
    /// Nobody knows the device's password; keep every one.
    DeclareOutOfSync,
    /// The stored password may not be the device's until it is found out.
    DeclareChecking,
    /// Try again after the back-off.
    Retry,
    /// Look again when the device may be reachable.
    ProbeLater,
    /// Look once more when the change can no longer happen late.
    LookAgain,
    /// Take it up again at once.
    Resume,
}

crate::enumeration! {
    /// What a verification told of the stored password.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum VerificationResult {
        Confirmed = "confirmed",
        /// The device refused it.
        Refused = "refused",
        /// The device could not be asked, or the password cannot be tried.
        CouldNotCheck = "couldNotCheck",
    }
}

/// An event that cannot happen in a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen in {state:?}")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct IllegalEvent {
    pub state: State,
    pub event: Event,
}

crate::enumeration! {
    /// A state as lists and the vault name it.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum OperationState {
        AwaitingApproval = "awaitingApproval",
        Scheduled = "scheduled",
        Running = "running",
        Succeeded = "succeeded",
        Error = "error",
        Canceled = "canceled",
        Expired = "expired",
    }
}

crate::enumeration! {
    /// A step as lists and the vault name it.
    #[derive(PartialOrd, Ord)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum OperationStep {
        Claimed = "claimed",
        Prepared = "prepared",
        Opened = "opened",
        Marked = "marked",
        Applied = "applied",
        Probing = "probing",
        Closing = "closing",
        /// See [`Step::Verifying`] and [`Step::Proving`].
        Verifying = "verifying",
    }
}

type Transition = Result<(State, Vec<Effect>), IllegalEvent>;

impl State {
    /// Answers with the next state and what must be done.
    ///
    /// # Errors
    /// [`IllegalEvent`] when the event cannot happen in this state; nothing changes then.
    pub fn on(self, event: Event) -> Transition {
        match self {
            Self::AwaitingApproval => transitions::awaiting_approval(event),
            Self::Scheduled => transitions::scheduled(event),
            Self::Running(Step::Claimed) => transitions::claimed(event),
            Self::Running(Step::Prepared) => transitions::before_mark(Step::Prepared, event),
            Self::Running(Step::Opened) => transitions::before_mark(Step::Opened, event),
            Self::Running(Step::Marked) => transitions::marked(event),
            Self::Running(Step::Applied) => transitions::applied(event),
            Self::Running(Step::Probing(probe)) => transitions::probing(probe, event),
            Self::Running(Step::Closing) => transitions::closing(event),
            Self::Running(Step::Verifying) => transitions::verifying(event),
            Self::Running(Step::Proving) => transitions::proving(event),
            Self::Error => transitions::ended_in_error(event),
            Self::SuccessfullyPerformed => Err(IllegalEvent { state: Self::SuccessfullyPerformed, event }),
            Self::Canceled => Err(IllegalEvent { state: Self::Canceled, event }),
            Self::Expired => Err(IllegalEvent { state: Self::Expired, event }),
        }
    }

    /// Names the state.
    pub fn name(&self) -> OperationState {
        match self {
            Self::AwaitingApproval => OperationState::AwaitingApproval,
            Self::Scheduled => OperationState::Scheduled,
            Self::Running(_) => OperationState::Running,
            Self::SuccessfullyPerformed => OperationState::Succeeded,
            Self::Error => OperationState::Error,
            Self::Canceled => OperationState::Canceled,
            Self::Expired => OperationState::Expired,
        }
    }

    /// Names the step of a running operation.
    pub fn step(&self) -> Option<OperationStep> {
        match self {
            Self::Running(Step::Claimed) => Some(OperationStep::Claimed),
            Self::Running(Step::Prepared) => Some(OperationStep::Prepared),
            Self::Running(Step::Opened) => Some(OperationStep::Opened),
            Self::Running(Step::Marked) => Some(OperationStep::Marked),
            Self::Running(Step::Applied) => Some(OperationStep::Applied),
            Self::Running(Step::Probing(_)) => Some(OperationStep::Probing),
            Self::Running(Step::Closing) => Some(OperationStep::Closing),
            Self::Running(Step::Verifying | Step::Proving) => Some(OperationStep::Verifying),
            Self::AwaitingApproval
            | Self::Scheduled
            | Self::SuccessfullyPerformed
            | Self::Error
            | Self::Canceled
            | Self::Expired => None,
        }
    }

    /// Tells whether nothing more happens without a person.
    pub fn is_finished(&self) -> bool {
        match self {
            Self::SuccessfullyPerformed | Self::Error | Self::Canceled | Self::Expired => true,
            Self::AwaitingApproval | Self::Scheduled | Self::Running(_) => false,
        }
    }
}

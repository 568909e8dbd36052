//! What follows what, one function a state. No wildcard arm: an event that is added must be thought about in every one.

use super::{
    Answer, Candidate, Effect, Event, IllegalEvent, Probe, State, Step, Transition, VerificationResult, Which,
};
use crate::FailureClass;

pub(super) fn awaiting_approval(event: Event) -> Transition {
    match event {
        Event::Approved => Ok((State::Scheduled, vec![])),
        Event::ApprovalExpired => Ok((State::Expired, vec![])),
        Event::CancelRequested(_) => Ok((State::Canceled, vec![])),
        Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Answered { .. }
        | Event::Closed
        | Event::Crashed => Err(IllegalEvent { state: State::AwaitingApproval, event }),
    }
}

pub(super) fn scheduled(event: Event) -> Transition {
    match event {
        Event::Claimed(Candidate::None) => Ok((State::Running(Step::Claimed), vec![Effect::StoreCandidate])),
        Event::Claimed(Candidate::Unsent) => Ok((State::Running(Step::Prepared), vec![Effect::OpenConnection])),
        Event::Claimed(Candidate::Sent { settled, cause }) => Ok(look_for_it(cause, settled)),
        Event::ClaimedToVerify => Ok((State::Running(Step::Verifying), vec![Effect::LogIn(Which::Current)])),
        // The candidate stays what it is: the next operation on the credential looks for it first.
        Event::GivenUp => Ok((State::Canceled, vec![Effect::DeclareOutOfSync])),
        Event::CancelRequested(Candidate::None) => Ok((State::Canceled, vec![])),
        Event::CancelRequested(Candidate::Unsent) => Ok((State::Canceled, vec![Effect::AbandonCandidate])),
        // The device may have the candidate: calling it off would leave that unknown for good.
        Event::CancelRequested(Candidate::Sent { .. })
        | Event::Approved
        | Event::ApprovalExpired
        | Event::RestartRequested
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Answered { .. }
        | Event::Closed
        | Event::Crashed => Err(IllegalEvent { state: State::Scheduled, event }),
    }
}

pub(super) fn claimed(event: Event) -> Transition {
    match event {
        Event::CandidateStored => Ok((State::Running(Step::Prepared), vec![Effect::OpenConnection])),
        Event::Failed { class, attempts_left, .. } => Ok(nothing_sent(class, attempts_left, vec![])),
        Event::Crashed => Ok((State::Scheduled, vec![Effect::Resume])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Answered { .. }
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Claimed), event }),
    }
}

/// Prepared and Opened: a candidate is stored, and it is certain that it was not sent.
pub(super) fn before_mark(step: Step, event: Event) -> Transition {
    match (event, &step) {
        (Event::ConnectionOpened, Step::Prepared) => Ok((State::Running(Step::Opened), vec![Effect::MarkApply])),
        (Event::ApplyMarked, Step::Opened) => Ok((State::Running(Step::Marked), vec![Effect::RunTemplate])),
        (Event::Failed { class, current_refused: false, attempts_left }, _) => {
            Ok(nothing_sent(class, attempts_left, vec![Effect::AbandonCandidate]))
        }
        (Event::Failed { current_refused: true, .. }, _) => {
            Ok((State::Error, vec![Effect::AbandonCandidate, Effect::DeclareOutOfSync]))
        }
        (Event::DeniedUnproven, _) => Ok(prove_the_current()),
        (Event::Crashed, _) => Ok((State::Scheduled, vec![Effect::Resume])),
        (
            event @ (Event::Approved
            | Event::ApprovalExpired
            | Event::CancelRequested(_)
            | Event::RestartRequested
            | Event::GivenUp
            | Event::Claimed(_)
            | Event::ClaimedToVerify
            | Event::CandidateStored
            | Event::ConnectionOpened
            | Event::ApplyMarked
            | Event::TemplateSucceeded
            | Event::NothingSent { .. }
            | Event::Answered { .. }
            | Event::Closed),
            _,
        ) => Err(IllegalEvent { state: State::Running(step), event }),
    }
}

pub(super) fn marked(event: Event) -> Transition {
    match event {
        Event::TemplateSucceeded => Ok((State::Running(Step::Applied), vec![Effect::LogIn(Which::Candidate)])),
        Event::Failed { class, .. } => Ok(look_for_it(class, false)),
        // The mark says that it may have been sent, so this candidate is not used again.
        Event::NothingSent { class: FailureClass::Transient | FailureClass::Uncertain, attempts_left: true } => {
            Ok((State::Scheduled, vec![Effect::AbandonCandidate, Effect::Retry]))
        }
        Event::NothingSent { .. } => Ok((State::Error, vec![Effect::AbandonCandidate])),
        Event::DeniedUnproven => Ok(prove_the_current()),
        Event::Crashed => Ok((State::Scheduled, vec![Effect::DeclareChecking, Effect::Resume])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::Answered { .. }
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Marked), event }),
    }
}

pub(super) fn applied(event: Event) -> Transition {
    match event {
        // A template that waives the login says so with a reason; its own expectations are the proof.
        Event::Answered { answer: Answer::Proven | Answer::Impossible, .. } => Ok(promoted()),
        Event::Answered { answer: Answer::Refused | Answer::NotLetIn, .. } => Ok(probe(Probe {
            cause: FailureClass::Uncertain,
            settled: false,
            now: Which::Current,
            rest: vec![Which::Unresolved, Which::Previous],
        })),
        Event::Answered { answer: Answer::Unknown, .. } => Ok(wait_and_see()),
        Event::Crashed => Ok((State::Scheduled, vec![Effect::DeclareChecking, Effect::Resume])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Failed { .. }
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Applied), event }),
    }
}

pub(super) fn probing(current: Probe, event: Event) -> Transition {
    match event {
        Event::Answered { answer: Answer::Proven, attempts_left } => Ok(found(&current, attempts_left)),
        // No password is dropped by going on, and the same one is not sent again.
        Event::Answered { answer: Answer::Refused | Answer::NotLetIn, .. } => Ok(next_probe(current)),
        Event::Answered { answer: Answer::Unknown, .. } => Ok(wait_and_see()),
        Event::Answered { answer: Answer::Impossible, .. } => Ok((State::Error, vec![Effect::DeclareOutOfSync])),
        Event::Crashed => Ok((State::Scheduled, vec![Effect::DeclareChecking, Effect::Resume])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Failed { .. }
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Probing(current)), event }),
    }
}

/// The password is current already; nothing that happens now takes that back.
pub(super) fn closing(event: Event) -> Transition {
    match event {
        Event::Closed | Event::Crashed => Ok((State::SuccessfullyPerformed, vec![])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Answered { .. } => Err(IllegalEvent { state: State::Running(Step::Closing), event }),
    }
}

/// One login with the current password after the change was denied. The candidate was never sent.
pub(super) fn proving(event: Event) -> Transition {
    let ended = |effects: &[Effect]| {
        let mut all = vec![Effect::AbandonCandidate];
        all.extend_from_slice(effects);
        Ok((State::Error, all))
    };
    match event {
        Event::Answered { answer: Answer::Proven, .. } => ended(&[Effect::ConfirmCurrent]),
        Event::Answered { answer: Answer::Refused, .. } => ended(&[Effect::DeclareOutOfSync]),
        // After a crash it is not known whether the login reached the device, so it is not made a second time.
        Event::Answered { answer: Answer::Unknown | Answer::NotLetIn | Answer::Impossible, .. } | Event::Crashed => {
            ended(&[])
        }
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Proving), event }),
    }
}

/// One login with the current password. A refusal is final: the same password is not tried again.
pub(super) fn verifying(event: Event) -> Transition {
    match event {
        Event::Answered { answer: Answer::Proven, .. } => Ok((
            State::SuccessfullyPerformed,
            vec![Effect::ConfirmCurrent, Effect::RecordVerification(VerificationResult::Confirmed)],
        )),
        Event::Answered { answer: Answer::Refused, .. } => {
            Ok((State::Error, vec![Effect::DeclareOutOfSync, Effect::RecordVerification(VerificationResult::Refused)]))
        }
        Event::Answered { answer: Answer::Unknown, attempts_left: true } => {
            Ok((State::Scheduled, vec![Effect::RecordVerification(VerificationResult::CouldNotCheck), Effect::Retry]))
        }
        Event::Answered { answer: Answer::Unknown | Answer::NotLetIn | Answer::Impossible, .. } => {
            Ok((State::Error, vec![Effect::RecordVerification(VerificationResult::CouldNotCheck)]))
        }
        // Whether the login reached the device is not known, so it is not made a second time.
        Event::Crashed => Ok((State::Error, vec![Effect::RecordVerification(VerificationResult::CouldNotCheck)])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::RestartRequested
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Closed => Err(IllegalEvent { state: State::Running(Step::Verifying), event }),
    }
}

pub(super) fn ended_in_error(event: Event) -> Transition {
    match event {
        Event::RestartRequested => Ok((State::Scheduled, vec![])),
        Event::Approved
        | Event::ApprovalExpired
        | Event::CancelRequested(_)
        | Event::GivenUp
        | Event::Claimed(_)
        | Event::ClaimedToVerify
        | Event::CandidateStored
        | Event::ConnectionOpened
        | Event::ApplyMarked
        | Event::TemplateSucceeded
        | Event::Failed { .. }
        | Event::NothingSent { .. }
        | Event::DeniedUnproven
        | Event::Answered { .. }
        | Event::Closed
        | Event::Crashed => Err(IllegalEvent { state: State::Error, event }),
    }
}

fn prove_the_current() -> (State, Vec<Effect>) {
    (State::Running(Step::Proving), vec![Effect::LogIn(Which::Current)])
}

/// A failure while it is certain that no new password was sent.
fn nothing_sent(class: FailureClass, attempts_left: bool, at_the_end: Vec<Effect>) -> (State, Vec<Effect>) {
    match class {
        // The unsent candidate stays, and the next attempt uses it.
        FailureClass::Transient | FailureClass::Uncertain if attempts_left => (State::Scheduled, vec![Effect::Retry]),
        FailureClass::Transient
        | FailureClass::Uncertain
        | FailureClass::Rejected
        | FailureClass::Denied
        | FailureClass::Untrusted
        | FailureClass::Script
        | FailureClass::Interactive => (State::Error, at_the_end),
    }
}

/// Begins to look for the password that the device has. Where the device itself had said no, the current password is
/// tried first: it most likely logs in, and a login that succeeds brings no account nearer to its lock-out.
fn look_for_it(cause: FailureClass, settled: bool) -> (State, Vec<Effect>) {
    let (now, then) = match cause {
        FailureClass::Rejected | FailureClass::Denied => (Which::Current, Which::Candidate),
        FailureClass::Transient
        | FailureClass::Uncertain
        | FailureClass::Untrusted
        | FailureClass::Script
        | FailureClass::Interactive => (Which::Candidate, Which::Current),
    };
    probe(Probe { cause, settled, now, rest: vec![then, Which::Unresolved, Which::Previous] })
}

fn probe(probe: Probe) -> (State, Vec<Effect>) {
    let effects = vec![Effect::LogIn(probe.now)];
    (State::Running(Step::Probing(probe)), effects)
}

/// Nothing logs in: a device that made the change between two of the logins looks like that too, so one look is not
/// enough here either.
fn next_probe(current: Probe) -> (State, Vec<Effect>) {
    let settles = may_change_late(&current);
    let mut rest = current.rest.into_iter();
    match rest.next() {
        Some(now) => probe(Probe { now, rest: rest.collect(), ..current }),
        None if settles => (State::Scheduled, vec![Effect::DeclareChecking, Effect::LookAgain]),
        None => (State::Error, vec![Effect::DeclareOutOfSync]),
    }
}

/// The candidate is proven: it becomes current first, and only then may anything else follow.
fn promoted() -> (State, Vec<Effect>) {
    (State::Running(Step::Closing), vec![Effect::PromoteCandidate, Effect::RunOnSuccess])
}

fn wait_and_see() -> (State, Vec<Effect>) {
    (State::Scheduled, vec![Effect::DeclareChecking, Effect::ProbeLater])
}

/// A password logs in: the one thing that ends the doubt.
fn found(probe: &Probe, attempts_left: bool) -> (State, Vec<Effect>) {
    match probe.now {
        Which::Candidate => promoted(),
        Which::Current | Which::Unresolved | Which::Previous if may_change_late(probe) => {
            (State::Scheduled, vec![Effect::DeclareChecking, Effect::LookAgain])
        }
        Which::Unresolved => (State::Error, vec![Effect::AbandonCandidate, Effect::RestoreUnresolved]),
        Which::Previous => (State::Error, vec![Effect::RestorePrevious, Effect::AbandonCandidate]),
        Which::Current => match probe.cause {
            FailureClass::Transient | FailureClass::Uncertain if attempts_left => {
                (State::Scheduled, vec![Effect::AbandonCandidate, Effect::ConfirmCurrent, Effect::Retry])
            }
            FailureClass::Transient
            | FailureClass::Uncertain
            | FailureClass::Rejected
            | FailureClass::Denied
            | FailureClass::Untrusted
            | FailureClass::Script
            | FailureClass::Interactive => (State::Error, vec![Effect::AbandonCandidate, Effect::ConfirmCurrent]),
        },
    }
}

/// A device that hung may still make the change: one look is not enough unless it had refused by itself.
fn may_change_late(probe: &Probe) -> bool {
    let refused = matches!(probe.cause, FailureClass::Rejected | FailureClass::Denied);
    !refused && !probe.settled
}

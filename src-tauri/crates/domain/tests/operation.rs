//! Tests of the state machine: random walks over a model of a device that may change late, die, or not answer.

use domain::{
    FailureClass,
    operation::{Answer, Candidate, Effect, Event, State, Step, VerificationResult, Which},
};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

/// The number of a password that nobody knows.
const FOREIGN: u32 = 0;

/// The passwords of the device and of the vault, as far as the state machine depends on them.
struct World {
    /// The number of the next password that is generated.
    next: u32,
    /// The password that the device has.
    device: u32,
    /// The password that the device may still set, because the connection hangs.
    late: Option<u32>,
    current: u32,
    previous: Option<u32>,
    candidate: Option<Sent>,
    /// Candidates that were sent and then replaced by another one.
    unresolved: Vec<u32>,
    /// True when the operation is a reconciliation: it uses no candidate except its own, and needs no password of the
    /// account.
    reconciles: bool,
    out_of_sync: bool,
    cause: FailureClass,
    committed: usize,
    reconciled: usize,
    restored: usize,
}

#[derive(Clone, Copy)]
struct Sent {
    password: u32,
    sent: bool,
    doubted: bool,
    /// True when the running operation made the candidate.
    own: bool,
}

impl World {
    fn new(random: &mut impl Rng) -> Self {
        let device = if random.random_bool(0.05) {
            FOREIGN
        } else if random.random_bool(0.1) {
            1
        } else {
            2
        };
        Self {
            next: 3,
            device,
            late: None,
            current: 2,
            previous: Some(1),
            candidate: None,
            unresolved: Vec::new(),
            reconciles: false,
            out_of_sync: false,
            cause: FailureClass::Uncertain,
            committed: 0,
            reconciled: 0,
            restored: 0,
        }
    }

    /// Asserts that the vault keeps the password that the device has and the one that it may still set.
    fn assert_nothing_is_lost(&self, walk: usize) {
        for password in [Some(self.device), self.late].into_iter().flatten().filter(|known| *known != FOREIGN) {
            let kept = self.current == password
                || self.previous == Some(password)
                || self.candidate.is_some_and(|candidate| candidate.password == password)
                || self.unresolved.contains(&password);
            assert!(kept, "walk {walk} gave up the password that the device has or may get");
        }
    }

    fn candidate(&self) -> Candidate {
        match self.candidate.filter(|candidate| candidate.own || !self.reconciles) {
            None => Candidate::None,
            Some(Sent { sent: false, .. }) => Candidate::Unsent,
            Some(Sent { sent: true, doubted, .. }) => Candidate::Sent { settled: doubted, cause: self.cause },
        }
    }

    /// Begins another operation on the same credential.
    fn begin(&mut self, reconciles: bool) {
        self.reconciles = reconciles;
        self.cause = FailureClass::Uncertain;
        if let Some(candidate) = &mut self.candidate {
            candidate.own = false;
        }
        if reconciles {
            // A reconciliation waits until no change that others sent can come late.
            self.settle();
        }
    }

    fn becomes_current(&mut self, password: u32) {
        assert_eq!(self.device, password, "a password became current that the device does not have");
        self.previous = Some(self.current);
        self.current = password;
        self.unresolved.clear();
        self.out_of_sync = false;
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::StoreCandidate => {
                if let Some(before) = self.candidate.take() {
                    assert!(self.reconciles, "a second candidate was made beside an open one");
                    self.unresolved.extend(before.sent.then_some(before.password));
                }
                self.candidate = Some(Sent { password: self.next, sent: false, doubted: false, own: true });
                self.next += 1;
            }
            Effect::AbandonCandidate => self.candidate = None,
            Effect::PromoteCandidate => {
                let candidate = self.candidate.take().expect("there is a candidate to become current");
                self.becomes_current(candidate.password);
                self.committed += 1;
                self.reconciled += usize::from(self.reconciles);
            }
            Effect::RestoreUnresolved => {
                let newest = self.unresolved.last().copied().expect("there is an unresolved one");
                self.becomes_current(newest);
                self.restored += 1;
            }
            Effect::RestorePrevious => {
                assert_eq!(Some(self.device), self.previous, "the previous password was not proven");
                self.current = self.device;
                self.previous = None;
                self.unresolved.clear();
            }
            Effect::ConfirmCurrent => {
                assert_eq!(self.device, self.current, "the current password was not proven");
                self.unresolved.clear();
                self.out_of_sync = false;
            }
            Effect::DeclareOutOfSync => self.out_of_sync = true,
            Effect::LookAgain => {
                if let Some(candidate) = &mut self.candidate {
                    candidate.doubted = true;
                }
                // The wait is longer than any device delays a change.
                self.settle();
            }
            Effect::OpenConnection
            | Effect::MarkApply
            | Effect::RunTemplate
            | Effect::RunOnSuccess
            | Effect::RecordVerification(_)
            | Effect::LogIn(_)
            | Effect::DeclareChecking
            | Effect::Retry
            | Effect::ProbeLater
            | Effect::Resume => {}
        }
    }

    fn settle(&mut self) {
        if let Some(late) = self.late.take() {
            self.device = late;
        }
    }

    fn log_in(&mut self, which: Which, random: &mut impl Rng) -> Answer {
        if random.random_bool(0.3) {
            self.settle();
        }
        if random.random_bool(0.15) {
            return Answer::Unknown;
        }
        let tried = match which {
            Which::Candidate => self.candidate.map(|candidate| candidate.password),
            Which::Current => Some(self.current),
            Which::Unresolved => self.unresolved.last().copied(),
            Which::Previous => self.previous,
        };
        if tried == Some(self.device) { Answer::Proven } else { Answer::Refused }
    }
}

const CLASSES: [FailureClass; 7] = [
    FailureClass::Transient,
    FailureClass::Rejected,
    FailureClass::Denied,
    FailureClass::Untrusted,
    FailureClass::Script,
    FailureClass::Uncertain,
    FailureClass::Interactive,
];

/// Runs the template: it works, fails cleanly, fails after the change, or leaves the device hanging.
fn run_template(world: &mut World, random: &mut impl Rng) -> Event {
    let Some(candidate) = &mut world.candidate else {
        return Event::Crashed;
    };
    candidate.sent = true;
    let new = candidate.password;
    let class = CLASSES[random.random_range(0..CLASSES.len())];
    if random.random_bool(0.1) {
        // The candidate was marked as sent, but the template failed before it sent the password.
        if class == FailureClass::Denied && random.random_bool(0.5) {
            return Event::DeniedUnproven;
        }
        return Event::NothingSent { class, attempts_left: random.random_bool(0.5) };
    }
    // If the vault does not know the password, only a privileged account can log in.
    let may = world.device != FOREIGN || world.reconciles;
    if may && random.random_bool(0.4) {
        world.device = new;
        return Event::TemplateSucceeded;
    }
    let refused_by_device = matches!(class, FailureClass::Rejected | FailureClass::Denied);
    if may && !refused_by_device {
        if random.random_bool(0.4) {
            world.device = new;
        } else if random.random_bool(0.3) {
            world.late = Some(new);
        }
    }
    world.cause = class;
    Event::Failed { class, current_refused: false, attempts_left: random.random_bool(0.5) }
}

fn next_event(state: &State, effects: &[Effect], world: &mut World, random: &mut impl Rng) -> Event {
    if let State::Running(step) = state {
        if random.random_bool(0.1) {
            if *step == Step::Marked && random.random_bool(0.5) {
                run_template(world, random);
                world.cause = FailureClass::Uncertain;
            }
            return Event::Crashed;
        }
        let class = CLASSES[random.random_range(0..CLASSES.len())];
        let attempts_left = random.random_bool(0.5);
        let fails = random.random_bool(0.1);
        return match effects.last() {
            Some(Effect::StoreCandidate) if !fails => Event::CandidateStored,
            Some(Effect::OpenConnection) if !fails => Event::ConnectionOpened,
            Some(Effect::MarkApply) if !fails => {
                if let Some(candidate) = &mut world.candidate {
                    candidate.sent = true;
                }
                Event::ApplyMarked
            }
            Some(Effect::RunTemplate) => run_template(world, random),
            Some(Effect::RunOnSuccess) => Event::Closed,
            Some(Effect::LogIn(which)) => Event::Answered { answer: world.log_in(*which, random), attempts_left },
            Some(Effect::OpenConnection) if class == FailureClass::Denied => Event::DeniedUnproven,
            _ => Event::Failed { class, current_refused: false, attempts_left },
        };
    }
    match state {
        State::Error => Event::RestartRequested,
        _ if matches!(world.candidate(), Candidate::Sent { .. }) && random.random_bool(0.15) => Event::GivenUp,
        _ => Event::Claimed(world.candidate()),
    }
}

/// Continues as a person may after an operation has ended: with another change, a reconciliation, a verification, or
/// nothing.
fn go_on(state: State, world: &mut World, random: &mut impl Rng) -> Option<(State, Vec<Effect>)> {
    if random.random_bool(0.3) {
        return if state == State::Error { Some((state, vec![])) } else { None };
    }
    if random.random_bool(0.2) {
        world.begin(false);
        return State::Scheduled.on(Event::ClaimedToVerify).ok();
    }
    world.begin(random.random_bool(0.6));
    Some((State::Scheduled, vec![]))
}

fn walk(number: usize, random: &mut impl Rng) -> World {
    let mut world = World::new(random);
    let (mut state, mut effects) = (State::Scheduled, vec![]);
    for _ in 0..300 {
        let event = next_event(&state, &effects, &mut world, random);
        let (next, todo) = state.on(event).expect("the walk only does what can happen");
        (state, effects) = (next, todo);
        for effect in &effects {
            world.carry_out(*effect);
        }
        world.assert_nothing_is_lost(number);
        if state.is_finished() {
            if state == State::SuccessfullyPerformed && world.reconciles {
                assert!(world.unresolved.is_empty() && !world.out_of_sync, "everything is in sync afterwards");
            }
            match go_on(state, &mut world, random) {
                Some((next, todo)) => (state, effects) = (next, todo),
                None => break,
            }
        }
    }
    world
}

#[test]
fn no_walk_loses_the_password_that_the_device_has() {
    let mut random = StdRng::seed_from_u64(20_260_000);
    let (mut committed, mut reconciled, mut restored, mut out_of_sync) = (0, 0, 0, 0);
    for number in 0..50_000 {
        let world = walk(number, &mut random);
        committed += world.committed;
        reconciled += world.reconciled;
        restored += world.restored;
        out_of_sync += usize::from(world.out_of_sync);
    }
    assert!(committed > 10_000, "most walks end in a change: {committed}");
    assert!(reconciled > 10_000, "many are repaired: {reconciled}");
    assert!(restored > 100, "some find a password that was never resolved: {restored}");
    assert!(out_of_sync > 100, "some walks end out of sync: {out_of_sync}");
}

#[test]
fn who_gives_up_keeps_the_candidate_and_is_told_that_nobody_knows() {
    assert_eq!(
        State::Scheduled.on(Event::GivenUp),
        Ok((State::Canceled, vec![Effect::DeclareOutOfSync])),
        "nothing is abandoned"
    );
}

#[test]
fn a_refused_verification_is_never_made_again_by_itself() {
    let refused = Event::Answered { answer: Answer::Refused, attempts_left: true };
    let (state, effects) = State::Running(Step::Verifying).on(refused).expect("it can happen");
    assert_eq!(state, State::Error, "a second login would bring the account nearer to its lock-out");
    assert!(effects.contains(&Effect::RecordVerification(VerificationResult::Refused)), "and the credential says so");
    let (state, _) = State::Running(Step::Verifying).on(Event::Crashed).expect("it can happen");
    assert_eq!(state, State::Error, "whether the login was made is not known");
}

#[test]
fn a_password_that_is_not_let_in_for_another_reason_is_not_called_wrong() {
    let event = Event::Answered { answer: Answer::NotLetIn, attempts_left: true };
    let (state, effects) = State::Running(Step::Verifying).on(event).expect("it can happen");
    assert_eq!(state, State::Error, "the login is not made a second time");
    assert_eq!(
        effects,
        [Effect::RecordVerification(VerificationResult::CouldNotCheck)],
        "nothing is said of the password"
    );
}

#[test]
fn a_search_goes_on_after_a_password_that_is_not_let_in_and_sends_none_twice() {
    let mut sent = vec![Which::Candidate];
    let mut state = State::Running(Step::Applied);
    while let State::Running(_) = state {
        let event = Event::Answered { answer: Answer::NotLetIn, attempts_left: true };
        let (next, effects) = state.on(event).expect("it can happen");
        sent.extend(effects.iter().filter_map(|effect| match effect {
            Effect::LogIn(which) => Some(*which),
            _ => None,
        }));
        assert!(!effects.contains(&Effect::AbandonCandidate), "no password is dropped");
        state = next;
    }
    assert_eq!(sent, [Which::Candidate, Which::Current, Which::Unresolved, Which::Previous], "each one once");
    assert_eq!(state, State::Scheduled, "a device that hangs may change it late: one more look");
}

#[test]
fn a_denied_change_asks_for_the_stored_password_once() {
    for step in [Step::Prepared, Step::Marked] {
        let asked = State::Running(step).on(Event::DeniedUnproven).expect("it can happen");
        assert_eq!(asked, (State::Running(Step::Proving), vec![Effect::LogIn(Which::Current)]), "one login");
    }
    for answer in [Answer::Proven, Answer::Refused, Answer::NotLetIn, Answer::Unknown, Answer::Impossible] {
        let event = Event::Answered { answer, attempts_left: true };
        let (state, effects) = State::Running(Step::Proving).on(event).expect("it can happen");
        assert_eq!(state, State::Error, "no second login: {answer:?}");
        assert_eq!(effects.contains(&Effect::DeclareOutOfSync), answer == Answer::Refused, "{answer:?}");
    }
    let (state, _) = State::Running(Step::Proving).on(Event::Crashed).expect("it can happen");
    assert_eq!(state, State::Error, "whether the login was made is not known");
}

#[test]
fn what_follows_the_proof_takes_nothing_back() {
    let proven = Event::Answered { answer: Answer::Proven, attempts_left: true };
    let (state, effects) = State::Running(Step::Applied).on(proven).expect("it can happen");
    assert_eq!(effects, [Effect::PromoteCandidate, Effect::RunOnSuccess], "it is current before anything follows");
    for event in [Event::Closed, Event::Crashed] {
        assert_eq!(state.clone().on(event), Ok((State::SuccessfullyPerformed, vec![])), "it stays changed");
    }
}

#[test]
fn a_sent_candidate_cannot_be_called_off() {
    let sent = Candidate::Sent { settled: false, cause: FailureClass::Uncertain };
    let answer = State::Scheduled.on(Event::CancelRequested(sent));
    assert!(answer.is_err(), "the device may have it");
    assert_eq!(
        State::Scheduled.on(Event::CancelRequested(Candidate::Unsent)),
        Ok((State::Canceled, vec![Effect::AbandonCandidate])),
        "nothing was sent, so nothing is lost"
    );
}

#[test]
fn a_running_operation_cannot_be_called_off() {
    for step in [Step::Claimed, Step::Prepared, Step::Opened, Step::Marked, Step::Applied] {
        let answer = State::Running(step).on(Event::CancelRequested(Candidate::Unsent));
        assert!(answer.is_err(), "a running change is never cut in half");
    }
}

#[test]
fn a_crash_leaves_no_operation_running() {
    for step in [Step::Claimed, Step::Prepared, Step::Opened, Step::Marked, Step::Applied] {
        let (state, _) = State::Running(step).on(Event::Crashed).expect("a crash can happen at any step");
        assert_eq!(state, State::Scheduled, "it waits to be taken up again");
    }
}

#[test]
fn what_the_device_refuses_clearly_is_not_tried_again() {
    for class in [FailureClass::Denied, FailureClass::Untrusted, FailureClass::Script, FailureClass::Interactive] {
        let event = Event::Failed { class, current_refused: false, attempts_left: true };
        let (state, _) = State::Running(Step::Prepared).on(event).expect("it can happen");
        assert_eq!(state, State::Error, "{class:?} is not tried again");
    }
}

#[test]
fn an_unreachable_device_concludes_nothing() {
    let event = Event::Answered { answer: Answer::Unknown, attempts_left: false };
    let (state, effects) = State::Running(Step::Applied).on(event).expect("it can happen");
    assert_eq!(state, State::Scheduled, "it waits");
    assert!(!effects.contains(&Effect::AbandonCandidate), "unreachable is not wrong");
}

mod table {
    //! The table of the documentation, generated by asking the state machine.

    use std::fmt::Write;

    use super::*;
    use domain::operation::Probe;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operation-states.md");

    fn states() -> Vec<(&'static str, State)> {
        let probe = |cause, settled| {
            let probe = Probe { cause, settled, now: Which::Current, rest: vec![Which::Unresolved, Which::Previous] };
            State::Running(Step::Probing(probe))
        };
        vec![
            ("Awaiting approval", State::AwaitingApproval),
            ("Scheduled", State::Scheduled),
            ("Running: claimed", State::Running(Step::Claimed)),
            ("Running: prepared", State::Running(Step::Prepared)),
            ("Running: opened", State::Running(Step::Opened)),
            ("Running: marked", State::Running(Step::Marked)),
            ("Running: applied", State::Running(Step::Applied)),
            ("Running: probing the current password, first look", probe(FailureClass::Uncertain, false)),
            ("Running: probing the current password, second look", probe(FailureClass::Uncertain, true)),
            ("Running: probing after a refusal", probe(FailureClass::Rejected, false)),
            ("Running: closing", State::Running(Step::Closing)),
            ("Running: verifying", State::Running(Step::Verifying)),
            ("Running: proving the current password after a denial", State::Running(Step::Proving)),
            ("Error", State::Error),
        ]
    }

    fn events() -> Vec<(String, Event)> {
        let sent = Candidate::Sent { settled: false, cause: FailureClass::Uncertain };
        let mut events = vec![
            ("approved".to_owned(), Event::Approved),
            ("approval expired".to_owned(), Event::ApprovalExpired),
            ("cancel, nothing sent".to_owned(), Event::CancelRequested(Candidate::Unsent)),
            ("cancel, candidate sent".to_owned(), Event::CancelRequested(sent)),
            ("a person gives up, candidate sent".to_owned(), Event::GivenUp),
            ("restart".to_owned(), Event::RestartRequested),
            ("claimed, no candidate".to_owned(), Event::Claimed(Candidate::None)),
            ("claimed, candidate unsent".to_owned(), Event::Claimed(Candidate::Unsent)),
            ("claimed, candidate sent".to_owned(), Event::Claimed(sent)),
            ("claimed to verify".to_owned(), Event::ClaimedToVerify),
            ("candidate stored".to_owned(), Event::CandidateStored),
            ("connection opened".to_owned(), Event::ConnectionOpened),
            ("apply marked".to_owned(), Event::ApplyMarked),
            ("template succeeded".to_owned(), Event::TemplateSucceeded),
        ];
        for class in CLASSES {
            let event = Event::Failed { class, current_refused: false, attempts_left: true };
            events.push((format!("failed, {class:?}").to_lowercase(), event));
        }
        for class in CLASSES {
            let event = Event::NothingSent { class, attempts_left: true };
            events.push((format!("failed before the password, {class:?}").to_lowercase(), event));
        }
        events.push(("denied before the password, a reconciliation may follow".to_owned(), Event::DeniedUnproven));
        for answer in [Answer::Proven, Answer::Refused, Answer::NotLetIn, Answer::Unknown, Answer::Impossible] {
            events.push((format!("login: {answer:?}").to_lowercase(), Event::Answered { answer, attempts_left: true }));
        }
        events.push(("what follows the proof ended".to_owned(), Event::Closed));
        events.push(("crashed".to_owned(), Event::Crashed));
        events
    }

    fn name(state: &State) -> String {
        match state {
            State::Running(Step::Probing(probe)) => format!("Running: probing {:?}", probe.now).to_lowercase(),
            State::Running(step) => format!("Running: {step:?}").to_lowercase(),
            other => format!("{other:?}"),
        }
    }

    fn render() -> String {
        let mut text = String::from(
            "# States of an operation\n\n\
             Generated from `domain::operation` by a test of that crate (`UPDATE=1 cargo test -p domain`). What is not \
             listed cannot happen. Attempts are left; without, *retry* becomes *Error*.\n",
        );
        for (title, state) in states() {
            let _ = write!(text, "\n## {title}\n\n| event | next state | effects, in order |\n|---|---|---|\n");
            for (label, event) in events() {
                if let Ok((next, effects)) = state.clone().on(event) {
                    let effects: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
                    let _ = writeln!(text, "| {label} | {} | {} |", name(&next), effects.join(", "));
                }
            }
        }
        text
    }

    #[test]
    fn the_table_in_the_docs_is_what_the_machine_does() {
        let fresh = render();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(FILE, &fresh).expect("the table can be written");
        }
        let kept = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(kept == fresh, "docs/operation-states.md is not current: run `UPDATE=1 cargo test -p domain`");
    }
}

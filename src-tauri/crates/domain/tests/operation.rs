//! The state machine, walked at random over a model of a device that may change late, die, or not answer.

use domain::{
    FailureClass,
    operation::{Answer, Candidate, Effect, Event, State, Step, Which},
};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

/// What the device and the vault hold, as far as the machine is concerned.
struct World {
    /// The device has the candidate.
    changed: bool,
    /// The line hangs: the device may still make the change.
    may_change_late: bool,
    candidate: Option<Sent>,
    /// A candidate was given up although the device had it, or still could get it.
    lost: bool,
    out_of_sync: bool,
    /// What the device had before is current in the vault.
    current_known: bool,
    cause: FailureClass,
    committed: bool,
    /// Somebody set a password on the device that the vault never held.
    foreign: bool,
}

#[derive(Clone, Copy)]
struct Sent {
    sent: bool,
    doubted: bool,
}

impl World {
    fn new() -> Self {
        Self {
            changed: false,
            may_change_late: false,
            candidate: None,
            lost: false,
            out_of_sync: false,
            current_known: true,
            cause: FailureClass::Uncertain,
            committed: false,
            foreign: false,
        }
    }

    fn candidate(&self) -> Candidate {
        match self.candidate {
            None => Candidate::None,
            Some(Sent { sent: false, .. }) => Candidate::Unsent,
            Some(Sent { sent: true, doubted }) => Candidate::Sent { settled: doubted, cause: self.cause },
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::StoreCandidate => {
                assert!(self.candidate.is_none(), "a second candidate was made beside an open one");
                self.candidate = Some(Sent { sent: false, doubted: false });
            }
            Effect::AbandonCandidate => {
                let sent = self.candidate.is_some_and(|candidate| candidate.sent);
                self.lost |= sent && (self.changed || self.may_change_late);
                self.candidate = None;
                self.changed = false;
            }
            Effect::PromoteCandidate => {
                assert!(self.changed, "a candidate became current that the device does not have");
                self.candidate = None;
                self.committed = true;
            }
            Effect::RestorePrevious => self.current_known = true,
            Effect::ConfirmCurrent => {
                assert!(self.current_known && !self.changed, "the current password was not proven");
            }
            Effect::DeclareOutOfSync => self.out_of_sync = true,
            Effect::LookAgain => {
                if let Some(candidate) = &mut self.candidate {
                    candidate.doubted = true;
                }
                // The wait is longer than any device holds on to a half-made change.
                self.settle();
            }
            Effect::OpenConnection
            | Effect::MarkApply
            | Effect::RunTemplate
            | Effect::LogIn(_)
            | Effect::DeclareChecking
            | Effect::Retry
            | Effect::ProbeLater
            | Effect::Resume => {}
        }
    }

    fn settle(&mut self) {
        if self.may_change_late {
            self.changed = true;
            self.may_change_late = false;
        }
    }

    fn log_in(&mut self, which: Which, random: &mut impl Rng) -> Answer {
        if random.random_bool(0.3) {
            self.settle();
        }
        if random.random_bool(0.15) {
            return Answer::Unknown;
        }
        let works = !self.foreign
            && match which {
                Which::Candidate => self.changed,
                Which::Current => !self.changed && self.current_known,
                Which::Previous => !self.changed && !self.current_known,
            };
        if works { Answer::Proven } else { Answer::Refused }
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
    if let Some(candidate) = &mut world.candidate {
        candidate.sent = true;
    }
    if random.random_bool(0.1) {
        // The mark was made, the template broke before the password.
        let class = CLASSES[random.random_range(0..CLASSES.len())];
        return Event::NothingSent { class, attempts_left: random.random_bool(0.5) };
    }
    if !world.foreign && random.random_bool(0.4) {
        world.changed = true;
        return Event::TemplateSucceeded;
    }
    let class = CLASSES[random.random_range(0..CLASSES.len())];
    let refused_by_device = matches!(class, FailureClass::Rejected | FailureClass::Denied);
    if !world.foreign && !refused_by_device {
        world.changed = random.random_bool(0.4);
        world.may_change_late = !world.changed && random.random_bool(0.3);
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
            Some(Effect::LogIn(which)) => Event::Answered { answer: world.log_in(*which, random), attempts_left },
            _ => Event::Failed { class, current_refused: false, attempts_left },
        };
    }
    match state {
        State::Error => Event::RestartRequested,
        _ => Event::Claimed(world.candidate()),
    }
}

fn walk(random: &mut impl Rng) -> World {
    let mut world = World::new();
    world.current_known = random.random_bool(0.9);
    world.foreign = random.random_bool(0.05);
    let (mut state, mut effects) = (State::Scheduled, vec![]);
    for _ in 0..200 {
        let event = next_event(&state, &effects, &mut world, random);
        let (next, todo) = state.on(event).expect("the walk only does what can happen");
        (state, effects) = (next, todo);
        for effect in &effects {
            world.carry_out(*effect);
        }
        if state == State::SuccessfullyPerformed || (state == State::Error && world.out_of_sync) {
            break;
        }
    }
    world
}

#[test]
fn no_walk_loses_the_password_that_the_device_has() {
    let mut random = StdRng::seed_from_u64(20_260_000);
    let (mut committed, mut out_of_sync) = (0, 0);
    for number in 0..50_000 {
        let world = walk(&mut random);
        committed += usize::from(world.committed);
        out_of_sync += usize::from(world.out_of_sync);
        assert!(!world.lost, "walk {number} gave up the password that the device has");
    }
    assert!(committed > 10_000, "most walks end in a change: {committed}");
    assert!(out_of_sync > 100, "some walks end out of sync: {out_of_sync}");
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
    //! The table of the docs, made by asking the machine.

    use std::fmt::Write;

    use super::*;
    use domain::operation::Probe;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operation-states.md");

    fn states() -> Vec<(&'static str, State)> {
        let probe = |cause, settled| {
            let probe = Probe { cause, settled, now: Which::Current, rest: vec![Which::Previous] };
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
            ("restart".to_owned(), Event::RestartRequested),
            ("claimed, no candidate".to_owned(), Event::Claimed(Candidate::None)),
            ("claimed, candidate unsent".to_owned(), Event::Claimed(Candidate::Unsent)),
            ("claimed, candidate sent".to_owned(), Event::Claimed(sent)),
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
        for answer in [Answer::Proven, Answer::Refused, Answer::Unknown, Answer::Impossible] {
            events.push((format!("login: {answer:?}").to_lowercase(), Event::Answered { answer, attempts_left: true }));
        }
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

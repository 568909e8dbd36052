//! One attempt: what each effect does, and the one transaction that writes each new state down.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use connector::{ConnectorError, Session};
use domain::{
    AttemptId, FailureClass, FailureCode, SecretKind, SecretVersionId, SyncState,
    operation::{Answer, Candidate, Effect, Event, State, Step, Which},
    strength::Strength,
};
use rand::RngExt;
use secret::Secret;
use template::{Transcript, Verification};
use vault::{AttemptEnd, NewAttempt, NewEntry, Object, OperationRecord, TranscriptLine, VaultError, Writer};

use crate::{change::Change, executor::Context};

/// One try of an operation, while it runs.
pub(crate) struct Attempt<'a> {
    context: &'a Arc<Context>,
    record: &'a OperationRecord,
    id: AttemptId,
    change: Result<Change, ConnectorError>,
    candidate: Option<Known>,
    session: Option<Box<dyn Session>>,
    transcript: Transcript,
    failure: Option<ConnectorError>,
    /// Tries of the change so far, this one included.
    tries: u32,
}

/// The candidate, as far as this attempt knows it.
struct Known {
    secret: Secret,
    /// None until it is committed.
    version: Option<SecretVersionId>,
    doubted_at: Option<DateTime<Utc>>,
    sent: bool,
}

impl<'a> Attempt<'a> {
    /// Enters the attempt in the vault and reads what is there of a candidate.
    pub(crate) fn begin(
        context: &'a Arc<Context>,
        record: &'a OperationRecord,
        change: Result<Change, ConnectorError>,
    ) -> Result<Self, VaultError> {
        let now = context.clock.now();
        let id = AttemptId::from_uuid(context.new_uuid());
        let template = change.as_ref().map(|change| change.template).ok();
        let key = context.secrets_key()?;
        let candidate = context.vault.write(|writer| {
            let number = writer.attempts_mut().list(record.id)?.len() + 1;
            writer.attempts_mut().start(&NewAttempt {
                id,
                operation: record.id,
                number: u32::try_from(number).unwrap_or(u32::MAX),
                template_id: template.map_or("", |starter| starter.id).to_owned(),
                template_name: template.map_or("", |starter| starter.name).to_owned(),
                template_version: 1,
                started_at: now,
            })?;
            writer.secrets_mut().candidate(&key, record.credential)
        })?;
        let candidate = candidate.map(|stored| Known {
            secret: stored.secret,
            version: Some(stored.version),
            doubted_at: stored.doubted_at,
            sent: stored.sent_at.is_some(),
        });
        let tries = record.attempts;
        Ok(Self {
            context,
            record,
            id,
            change,
            candidate,
            session: None,
            transcript: Transcript::new(),
            failure: None,
            tries,
        })
    }

    /// What the vault holds of a candidate, as the state machine wants to know it.
    pub(crate) fn candidate_standing(&mut self) -> Result<Candidate, VaultError> {
        let now = self.context.clock.now();
        let settle = self.context.parameters().settle;
        let standing = match &self.candidate {
            None => Candidate::None,
            Some(Known { sent: false, .. }) => Candidate::Unsent,
            Some(Known { doubted_at, .. }) => Candidate::Sent {
                settled: doubted_at.is_some_and(|at| now >= at + settle),
                cause: self.record.failure.map_or(FailureClass::Uncertain, FailureCode::class),
            },
        };
        if !matches!(standing, Candidate::Sent { .. }) {
            let operation = self.record.id;
            self.tries = self.context.vault.write(|writer| writer.operations_mut().count_attempt(operation))?;
        }
        Ok(standing)
    }

    /// Generates the candidate. It is committed with the next state, before anything connects.
    pub(crate) fn make_candidate(&mut self) -> Event {
        let secret = Strength::default().generate(&mut rand::rng());
        self.candidate = Some(Known { secret, version: None, doubted_at: None, sent: false });
        Event::CandidateStored
    }

    /// Connects and logs in; the template is filled first, so that a missing value shows before anything connects.
    pub(crate) fn open(&mut self) -> Event {
        let opened = self.try_open();
        match opened {
            Ok(session) => {
                self.session = Some(session);
                Event::ConnectionOpened
            }
            Err(error) => self.failed(error),
        }
    }

    fn try_open(&mut self) -> Result<Box<dyn Session>, ConnectorError> {
        let change = usable(&self.change)?;
        let candidate = self.candidate.as_ref().ok_or_else(no_candidate)?;
        change.bind(self.current().as_ref(), &candidate.secret)?;
        let _turn = self.context.authenticating();
        let session = change.connector.open(&change.endpoint, &change.pinned, &change.login);
        if change.is_own() {
            self.note_login(session.as_ref().err());
        }
        session
    }

    /// Runs the template over the open connection.
    pub(crate) fn apply(&mut self) -> Event {
        match self.try_apply() {
            Ok(()) => Event::TemplateSucceeded,
            Err(error) if error.nothing_sent => {
                let class = error.class();
                self.failure = Some(error);
                Event::NothingSent { class, attempts_left: self.attempts_left() }
            }
            Err(error) => self.failed(error),
        }
    }

    fn try_apply(&mut self) -> Result<(), ConnectorError> {
        let change = usable(&self.change)?;
        let candidate = self.candidate.as_ref().ok_or_else(no_candidate)?;
        let bound = change.bind(self.current().as_ref(), &candidate.secret)?;
        // Taken out, so that the connection is closed whatever comes of it.
        let mut session = self.session.take().ok_or_else(no_candidate)?;
        session.run(&bound, &mut self.transcript)
    }

    /// Logs in on a fresh connection as the target account.
    pub(crate) fn log_in(&mut self, which: Which) -> Result<Event, VaultError> {
        self.session = None;
        let answer = match self.password(which)? {
            // Nothing is stored that could be tried: for the search it is as good as refused.
            None => Answer::Refused,
            Some(password) => self.try_password(which, &password),
        };
        self.transcript.note(&format!("login with the {} password: {}", name(which), outcome(answer)));
        Ok(Event::Answered { answer, attempts_left: self.attempts_left() })
    }

    fn try_password(&mut self, which: Which, password: &Secret) -> Answer {
        self.transcript.know(password);
        let proof = self.prove(password);
        self.note_login(proof.as_ref().err());
        let error = match proof {
            Ok(true) => return Answer::Proven,
            Ok(false) => return Answer::Impossible,
            Err(error) => error,
        };
        let answer = match error.code {
            FailureCode::AuthenticationFailed => Answer::Refused,
            // The device asks for a change only of someone who gave the right password.
            FailureCode::PasswordExpired => Answer::Proven,
            _ => Answer::Unknown,
        };
        if answer == Answer::Unknown || (which == Which::Candidate && self.failure.is_none()) {
            self.failure.get_or_insert(match answer {
                Answer::Refused => ConnectorError::new(FailureCode::NotProven),
                Answer::Unknown | Answer::Proven | Answer::Impossible => error,
            });
        }
        answer
    }

    /// Proves a password the way the template says. `Ok(false)`: the template says that it cannot be proven.
    fn prove(&mut self, password: &Secret) -> Result<bool, ConnectorError> {
        let change = usable(&self.change)?;
        let _turn = self.context.authenticating();
        match change.verification() {
            Verification::None { .. } => Ok(false),
            Verification::Login => {
                change.connector.open(&change.endpoint, &change.pinned, &change.target_login(password))?;
                Ok(true)
            }
            Verification::Steps => {
                let bound = change.bind_proof(password)?;
                let opened = change.connector.open(&change.endpoint, &change.pinned, &change.login);
                // What the device says of the account that connects tells nothing about the password to be proven.
                let mut session = opened.map_err(not_proven)?;
                session.run(&bound, &mut self.transcript).map_err(|error| match error.code {
                    FailureCode::PasswordExpired => not_proven(error),
                    _ => error,
                })?;
                Ok(true)
            }
        }
    }

    /// Counts refused logins for the device's budget. A vault that cannot be written shows itself at the next state.
    fn note_login(&self, error: Option<&ConnectorError>) {
        let (device, now) = (self.record.device, self.context.clock.now());
        let parameters = self.context.parameters();
        let written = self.context.vault.write(|writer| match error.map(|error| error.code) {
            None => writer.devices_mut().clear_refusals(device),
            Some(FailureCode::AuthenticationFailed) => {
                if writer.devices_mut().note_refused_login(device, now)? >= parameters.refusals {
                    writer.devices_mut().rest_until(device, now + parameters.rest)?;
                }
                Ok::<(), VaultError>(())
            }
            Some(_) => Ok(()),
        });
        if let Err(error) = written {
            tracing::warn!(%error, "the count of refused logins could not be kept");
        }
    }

    fn failed(&mut self, error: ConnectorError) -> Event {
        let own = self.change.as_ref().is_ok_and(Change::is_own);
        let current_refused = own && error.code == FailureCode::AuthenticationFailed;
        let class = error.class();
        self.failure = Some(error);
        Event::Failed { class, current_refused, attempts_left: self.attempts_left() }
    }

    fn attempts_left(&self) -> bool {
        self.tries < self.context.parameters().attempts
    }

    fn current(&self) -> Option<Secret> {
        self.stored(Which::Current).ok().flatten()
    }

    fn password(&self, which: Which) -> Result<Option<Secret>, VaultError> {
        match which {
            Which::Candidate => Ok(self.candidate.as_ref().map(|known| known.secret.duplicate())),
            Which::Current | Which::Previous => self.stored(which),
        }
    }

    fn stored(&self, which: Which) -> Result<Option<Secret>, VaultError> {
        let (credential, key) = (self.record.credential, self.context.secrets_key()?);
        self.context.vault.read(|reader| {
            let secrets = reader.secrets();
            let stored = match which {
                Which::Previous => secrets.previous(&key, credential, SecretKind::Password)?,
                Which::Current | Which::Candidate => secrets.current(&key, credential, SecretKind::Password)?,
            };
            Ok(stored.map(|stored| stored.secret))
        })
    }

    /// Writes a new state down, with everything that belongs to it, in one transaction.
    ///
    /// ORDER: this runs before the effect it allows. The candidate is on disk before a connection opens, and "apply
    /// begun" before the template runs.
    pub(crate) fn write_down(&mut self, state: &State, effects: &[Effect]) -> Result<(), VaultError> {
        let now = self.context.clock.now();
        let (context, record, id) = (self.context, self.record, self.id);
        let stored = context.vault.write(|writer| {
            let stored = match state {
                State::Running(step) => {
                    let stored = self.keep_candidate(writer, step, now)?;
                    writer.operations_mut().set_state(record.id, state.name(), state.step(), now)?;
                    if let Some(step) = state.step() {
                        writer.attempts_mut().set_step(id, step)?;
                    }
                    stored
                }
                _ => {
                    self.leave(writer, state, effects, now)?;
                    None
                }
            };
            Ok::<_, VaultError>(stored)
        })?;
        if let (Some(version), Some(known)) = (stored, self.candidate.as_mut()) {
            known.version = Some(version);
        }
        Ok(())
    }

    /// Commits a new candidate, and the mark that it is about to be sent.
    fn keep_candidate(
        &self,
        writer: &Writer<'_>,
        step: &Step,
        now: DateTime<Utc>,
    ) -> Result<Option<SecretVersionId>, VaultError> {
        let Some(known) = &self.candidate else {
            return Ok(None);
        };
        match (step, known.version) {
            (Step::Prepared, None) => {
                let key = self.context.secrets_key()?;
                writer.secrets_mut().store_candidate(&key, self.record.credential, &known.secret, now).map(Some)
            }
            (Step::Marked, Some(version)) => {
                writer.secrets_mut().mark_sent(version, now)?;
                writer.attempts_mut().mark_apply(self.id, now)?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Ends the run: the effects on the vault, the attempt's end, the operation's new state.
    fn leave(
        &self,
        writer: &Writer<'_>,
        state: &State,
        effects: &[Effect],
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let operation = self.record.id;
        for effect in effects {
            self.settle_effect(writer, *effect, now)?;
        }
        let failure = match state {
            State::SuccessfullyPerformed => None,
            _ => self.final_failure(effects),
        };
        let error = self.failure.as_ref().filter(|_| failure.is_some());
        let lines = self.transcript_lines();
        writer.attempts_mut().finish(
            self.id,
            &AttemptEnd {
                ended_at: now,
                failure,
                words: error.and_then(|error| error.words.as_deref()),
                expected: error.and_then(|error| error.expected.as_deref()),
                transcript: &lines,
            },
        )?;
        writer.operations_mut().set_failure(operation, failure)?;
        writer.operations_mut().set_state(operation, state.name(), state.step(), now)?;
        if state.is_finished() {
            self.audit_end(writer, state, failure, now)?;
        }
        Ok(())
    }

    fn settle_effect(&self, writer: &Writer<'_>, effect: Effect, now: DateTime<Utc>) -> Result<(), VaultError> {
        let (credential, operation) = (self.record.credential, self.record.id);
        let parameters = self.context.parameters();
        match effect {
            Effect::PromoteCandidate => writer.secrets_mut().promote_candidate(credential, now),
            Effect::RestorePrevious => writer.secrets_mut().restore_previous(credential, now),
            Effect::AbandonCandidate => writer.secrets_mut().abandon_candidate(credential, now),
            Effect::ConfirmCurrent => writer.credentials_mut().set_sync(credential, SyncState::InSync, now),
            Effect::DeclareOutOfSync => writer.credentials_mut().set_sync(credential, SyncState::OutOfSync, now),
            Effect::DeclareChecking => writer.credentials_mut().set_sync(credential, SyncState::Checking, now),
            Effect::LookAgain => {
                if let Some(version) = self.candidate.as_ref().and_then(|known| known.version) {
                    writer.secrets_mut().mark_doubted(version, now)?;
                }
                writer.operations_mut().reschedule(operation, now + parameters.settle)
            }
            Effect::Retry | Effect::ProbeLater => {
                let wait = parameters.wait_after(self.tries);
                let jitter = wait.mul_f64(rand::rng().random_range(0.0..0.2));
                writer.operations_mut().reschedule(operation, now + wait + jitter)
            }
            Effect::Resume => writer.operations_mut().reschedule(operation, now),
            // Carried out by the driver while the operation runs.
            Effect::StoreCandidate
            | Effect::OpenConnection
            | Effect::MarkApply
            | Effect::RunTemplate
            | Effect::LogIn(_) => Ok(()),
        }
    }

    /// The code that people read. The reason why a search began says more than how the search went.
    fn final_failure(&self, effects: &[Effect]) -> Option<FailureCode> {
        if effects.contains(&Effect::DeclareOutOfSync) {
            return Some(FailureCode::OutOfSync);
        }
        let found = self.failure.as_ref().map(|error| error.code);
        if self.candidate.as_ref().is_some_and(|known| known.sent) {
            return self.record.failure.or(found).or(Some(FailureCode::NotProven));
        }
        found.or(Some(FailureCode::NotProven))
    }

    fn transcript_lines(&self) -> Vec<TranscriptLine> {
        let lines = self.transcript.lines();
        lines
            .into_iter()
            .map(|line| TranscriptLine {
                direction: match line.direction {
                    template::Direction::Sent => vault::Direction::Sent,
                    template::Direction::Received => vault::Direction::Received,
                    template::Direction::Note => vault::Direction::Note,
                },
                text: line.text,
                at_ms: u64::try_from(line.at.as_millis()).unwrap_or(u64::MAX),
            })
            .collect()
    }

    fn audit_end(
        &self,
        writer: &Writer<'_>,
        state: &State,
        failure: Option<FailureCode>,
        now: DateTime<Utc>,
    ) -> Result<(), VaultError> {
        let detail = serde_json::json!({
            "operation": self.record.code,
            "state": state.name(),
            "failure": failure,
        });
        let label = self.change.as_ref().map_or("", |change| change.credential.details.username.as_str());
        let object = Some(Object { noun: "operation", id: self.record.id.as_uuid(), label });
        let entry = NewEntry { who: None, action: "operation.ended", object, detail, at: now };
        writer.audit_mut().append(&entry).map(|_| ())
    }
}

fn usable(change: &Result<Change, ConnectorError>) -> Result<&Change, ConnectorError> {
    change.as_ref().map_err(|error| ConnectorError {
        code: error.code,
        words: error.words.clone(),
        expected: error.expected.clone(),
        nothing_sent: true,
    })
}

fn no_candidate() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::ValueMissing) }
}

/// A failure that leaves open which password the device has.
fn not_proven(error: ConnectorError) -> ConnectorError {
    ConnectorError { code: FailureCode::NotProven, ..error }
}

fn name(which: Which) -> &'static str {
    match which {
        Which::Candidate => "new",
        Which::Current => "current",
        Which::Previous => "previous",
    }
}

fn outcome(answer: Answer) -> &'static str {
    match answer {
        Answer::Proven => "it works",
        Answer::Refused => "refused",
        Answer::Unknown => "the device could not be asked",
        Answer::Impossible => "the template waives the proof",
    }
}

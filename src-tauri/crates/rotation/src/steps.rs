//! One attempt: what each effect does. Logins that prove a password stand in `proof`, and what is written down in `record`.

mod proof;
mod record;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use connector::{ConnectorError, Session};
use diagnostics::chain;
use domain::{
    AttemptId, Credential, CredentialId, FailureClass, FailureCode, SecretKind, SecretVersionId,
    operation::{Answer, Candidate, Event, Evidence, OperationType, StoredPassword, Which},
};
use secret::Secret;
use template::{Bound, Transcript};
use vault::{OperationRecord, Reader, VaultError};

use self::proof::{how_it_went, know};
use crate::{
    Parameters, candidate,
    change::{Change, GatherError},
    end,
    executor::Context,
    policy_book,
};

/// One try of an operation, while it runs.
pub(crate) struct Attempt<'a> {
    context: &'a Arc<Context>,
    record: &'a OperationRecord,
    id: AttemptId,
    begun_at: DateTime<Utc>,
    change: Result<Change, ConnectorError>,
    candidate: Option<Known>,
    /// A password for a candidate, where one is to be generated.
    drawn: Option<Result<Secret, ConnectorError>>,
    /// The password that is stored as the current one, where it opens.
    current: Option<Secret>,
    session: Option<Box<dyn Session>>,
    transcript: Transcript,
    failure: Option<ConnectorError>,
    /// What logins told about the password that is stored as the current one.
    stored: StoredPassword,
    /// Whether the change was denied, and one login is to tell whether that password is the device's.
    proves: bool,
    /// How many logins may be refused for that, before the device is left in peace; 0 where nothing follows from it.
    budget: u32,
    /// Why the template's `on-success` block failed; it changes nothing of what was done.
    closing_failure: Option<ConnectorError>,
    /// Tries of the change so far, this one included.
    tries: u32,
    /// Whether this one counts as a try.
    counts: bool,
    /// Attempts of the operation so far, looks included, and this one.
    number: u32,
    /// Whether it stands in the vault; it is entered with the first state that is written down.
    entered: bool,
    /// How logins went that are not yet written down.
    logins: Vec<Result<(), FailureCode>>,
    /// Whether the template waived the last proof that was to be made.
    waived: bool,
    /// Bounds and waits as the credential's policy wants them.
    parameters: Parameters,
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
    /// Gathers what the operation needs, and what is there of a candidate. What is missing becomes a failure of the
    /// attempt.
    pub(crate) fn begin(context: &'a Arc<Context>, record: &'a OperationRecord) -> Result<Self, VaultError> {
        let key = context.secrets_key()?;
        // By the connection that writes: it still has the pages that it wrote, others would have to decrypt them anew.
        let (parameters, change, last, candidate, current, drawn, budget) = context.vault.write_unforced(|reader| {
            let policy = policy_book::applying(reader, &context.parameters(), record.credential)?;
            let parameters = policy_book::overridden(&context.parameters(), policy.as_ref());
            let (connectors, templates) = (&context.connectors, context.templates);
            let change = match Change::gather((reader, &key), connectors, templates, &parameters, record) {
                Ok(change) => Ok(change),
                Err(GatherError::NotPossible(error)) => Err(error),
                Err(GatherError::Vault(error)) => return Err(error),
            };
            // A reconciliation and a child that gets its parent's password set a candidate of their own; another one
            // that is there makes room when that is stored.
            let follows = change.as_ref().ok().and_then(Change::follows);
            let own_only = record.kind == OperationType::Reconciliation || follows.is_some();
            let facts = reader.secrets().candidate_facts(record.credential)?;
            let candidate = match facts.filter(|facts| !own_only || facts.operation == Some(record.id)) {
                Some(_) => reader.secrets().candidate(&key, record.credential)?,
                None => None,
            };
            let generates = record.kind != OperationType::PasswordVerification && follows.is_none();
            let drawn = match &change {
                Ok(change) if candidate.is_none() && generates => {
                    let descriptor = change.connector.descriptor();
                    candidate::draw((reader, &key), policy.as_ref(), &descriptor, record)?
                }
                _ => Err(no_candidate()),
            };
            // One that does not open is as good as lost; that shows where it is needed.
            let current = logged(reader.secrets().current(&key, record.credential, SecretKind::Password));
            let budget = match &change {
                Ok(change) => budget_of(reader, context, record, &change.credential)?,
                Err(_) => 0,
            };
            let last = reader.attempts().last(record.id)?;
            Ok::<_, VaultError>((parameters, change, last, candidate, current, drawn, budget))
        })?;
        let candidate = candidate.map(|stored| Known {
            secret: stored.secret,
            version: Some(stored.version),
            doubted_at: stored.doubted_at,
            sent: stored.sent_at.is_some(),
        });
        Ok(Self {
            context,
            record,
            id: AttemptId::from_uuid(context.new_uuid()),
            begun_at: context.clock.now(),
            change,
            candidate,
            drawn: Some(drawn),
            current: current.map(|stored| stored.secret),
            session: None,
            transcript: Transcript::new(),
            failure: None,
            stored: StoredPassword::default(),
            proves: false,
            budget,
            closing_failure: None,
            tries: record.attempts,
            counts: false,
            number: last.map_or(0, |last| last.number).saturating_add(1),
            entered: false,
            logins: Vec::new(),
            waived: false,
            parameters,
        })
    }

    /// Opens the span that every line of this attempt is logged in.
    pub(crate) fn span(&self) -> tracing::Span {
        tracing::info_span!("attempt", id = %self.id, number = self.number)
    }

    /// Logs why a step failed. A device's own words stay out of the log: they are masked, but they name people.
    fn log_failure(&self, error: &ConnectorError) {
        tracing::warn!(
            code = error.code.word(),
            evidence = ?error.evidence,
            nothing_sent = error.nothing_sent,
            error = %chain(error),
            "a step failed"
        );
    }

    /// That a worker took it, as the state machine wants to know it.
    pub(crate) fn claimed(&mut self) -> Event {
        if self.record.kind == OperationType::PasswordVerification {
            self.count();
            return Event::ClaimedToVerify;
        }
        Event::Claimed(self.candidate_standing())
    }

    fn count(&mut self) {
        self.counts = true;
        self.tries = self.tries.saturating_add(1);
    }

    fn candidate_standing(&mut self) -> Candidate {
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
            self.count();
        }
        standing
    }

    /// Takes the password that was drawn for the candidate, or the parent's. It is committed with the next state, before
    /// anything connects.
    pub(crate) fn make_candidate(&mut self) -> Event {
        if let Err(error) = usable(&self.change) {
            return self.failed(error);
        }
        let secret = match self.change.as_ref().ok().and_then(Change::follows) {
            None => match self.drawn.take().unwrap_or_else(|| Err(no_candidate())) {
                Ok(secret) => secret,
                Err(error) => return self.failed(error),
            },
            Some(parent) => match logged(self.current_of(parent)) {
                Some(secret) => secret,
                None => return self.failed(no_candidate()),
            },
        };
        self.candidate = Some(Known { secret, version: None, doubted_at: None, sent: false });
        Event::CandidateStored
    }

    /// Makes sure that what the vault wrote down is at its place.
    pub(crate) fn in_place(&self) -> Result<(), VaultError> {
        self.context.vault.in_place()
    }

    /// Connects and logs in; the template is filled first, so that a missing value shows before anything connects.
    pub(crate) fn open(&mut self) -> Event {
        let opened = self.try_open();
        match opened {
            Ok(session) => {
                self.session = Some(session);
                Event::ConnectionOpened
            }
            Err(error) if self.needs_proof(&error) => self.prove_stored(error),
            Err(error) => self.failed(error),
        }
    }

    fn try_open(&mut self) -> Result<Box<dyn Session>, ConnectorError> {
        let change = usable(&self.change)?;
        let candidate = self.candidate.as_ref().ok_or_else(no_candidate)?;
        change.bind(self.current.as_ref(), &candidate.secret)?;
        change.bind_closing(&candidate.secret)?;
        know(&mut self.transcript, &change.login);
        let _turn = self.context.authenticating();
        let session = change.connector.open(&change.endpoint, &change.trust, &change.login);
        let error = session.as_ref().err();
        // A refusal counts whoever it was for; that another account is let in does not end the count.
        if change.is_own() || error.is_some() {
            self.logins.push(how_it_went(error));
        }
        // A key that lets it in tells nothing about the password.
        if change.is_own() && (error.is_some() || change.login.private_key.is_none()) {
            self.stored = self.told_by(error);
        }
        session
    }

    /// Runs the template over the open connection.
    pub(crate) fn apply(&mut self) -> Event {
        match self.try_apply() {
            Ok(()) => Event::TemplateSucceeded,
            Err(error) if error.nothing_sent && self.needs_proof(&error) => self.prove_stored(error),
            Err(error) if error.nothing_sent => {
                self.log_failure(&error);
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
        let bound = change.bind(self.current.as_ref(), &candidate.secret)?;
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
        self.waived = answer == Answer::Impossible;
        tracing::info!(password = name(which), outcome = outcome(answer), "logged in to prove a password");
        self.transcript.note(&format!("login with the {} password: {}", name(which), outcome(answer)));
        Ok(Event::Answered { answer, attempts_left: self.attempts_left() && self.may_look_again() })
    }

    /// Whether a verification may be made again: only where it is certain that the device did not see the password.
    fn may_look_again(&self) -> bool {
        if self.record.kind != OperationType::PasswordVerification {
            return true;
        }
        let code = self.failure.as_ref().map(|error| error.code);
        matches!(code, Some(FailureCode::Unreachable | FailureCode::Throttled | FailureCode::DeviceBusy))
    }

    /// Whether the template has something to do after the proof.
    pub(crate) fn has_closing(&self) -> bool {
        self.closing().is_ok_and(|bound| !bound.is_empty())
    }

    fn closing(&self) -> Result<Bound, ConnectorError> {
        let candidate = self.candidate.as_ref().ok_or_else(no_candidate)?;
        usable(&self.change)?.bind_closing(&candidate.secret)
    }

    /// Runs the template's `on-success` block. Whatever comes of it, the password is changed.
    pub(crate) fn close(&mut self) -> Event {
        self.transcript.note("after the change:");
        if let Err(error) = self.try_close() {
            self.log_failure(&error);
            self.transcript.note("what follows the change failed; the password is changed all the same");
            self.closing_failure = Some(error);
        }
        Event::Closed
    }

    fn try_close(&mut self) -> Result<(), ConnectorError> {
        let bound = self.closing()?;
        let change = usable(&self.change)?;
        let candidate = self.candidate.as_ref().ok_or_else(no_candidate)?;
        let turn = self.context.authenticating();
        let login = change.login_with(&candidate.secret);
        know(&mut self.transcript, &login);
        let mut session = change.connector.open(&change.endpoint, &change.trust, &login)?;
        drop(turn);
        session.run(&bound, &mut self.transcript)
    }

    fn failed(&mut self, error: ConnectorError) -> Event {
        self.log_failure(&error);
        let own = self.change.as_ref().is_ok_and(Change::is_own);
        let current_refused = own && matches!(error.evidence, Evidence::LoginRefused | Evidence::LoginRefusedUnseen);
        let class = error.class();
        self.failure = Some(error);
        Event::Failed { class, current_refused, attempts_left: self.attempts_left() }
    }

    fn attempts_left(&self) -> bool {
        self.tries < self.parameters.attempts
    }

    fn password(&self, which: Which) -> Result<Option<Secret>, VaultError> {
        match which {
            Which::Candidate => Ok(self.candidate.as_ref().map(|known| known.secret.duplicate())),
            Which::Current | Which::Unresolved | Which::Previous => self.stored(which),
        }
    }

    fn current_of(&self, credential: CredentialId) -> Result<Option<Secret>, VaultError> {
        let key = self.context.secrets_key()?;
        let stored =
            self.context.vault.read(|reader| reader.secrets().current(&key, credential, SecretKind::Password))?;
        Ok(stored.map(|stored| stored.secret))
    }

    fn stored(&self, which: Which) -> Result<Option<Secret>, VaultError> {
        let (credential, key) = (self.record.credential, self.context.secrets_key()?);
        self.context.vault.read(|reader| {
            let secrets = reader.secrets();
            let stored = match which {
                Which::Unresolved => secrets.unresolved(&key, credential)?,
                Which::Previous => secrets.previous(&key, credential, SecretKind::Password)?,
                Which::Current | Which::Candidate => secrets.current(&key, credential, SecretKind::Password)?,
            };
            Ok(stored.map(|stored| stored.secret))
        })
    }
}

/// How many logins may be refused to find out whether a reconciliation may begin by itself.
fn budget_of(
    reader: &Reader<'_>,
    context: &Context,
    record: &OperationRecord,
    credential: &Credential,
) -> Result<u32, VaultError> {
    if !end::may_follow(reader, record.kind, credential)? {
        return Ok(0);
    }
    let rest = reader.devices().rest(record.device)?;
    let resting = rest.as_ref().and_then(|rest| rest.rest_until).is_some_and(|until| until > context.clock.now());
    let refused = rest.map_or(0, |rest| rest.refused_logins);
    Ok(if resting { 0 } else { context.parameters().refusals.saturating_sub(refused) })
}

fn usable(change: &Result<Change, ConnectorError>) -> Result<&Change, ConnectorError> {
    change.as_ref().map_err(|error| ConnectorError {
        code: error.code,
        words: error.words.clone(),
        expected: error.expected.clone(),
        source: error.source.clone(),
        nothing_sent: true,
        evidence: error.evidence,
    })
}

/// A password that can't be read is treated as one that is not there; the log tells the difference.
fn logged<T>(read: Result<Option<T>, VaultError>) -> Option<T> {
    read.inspect_err(|error| tracing::warn!(error = %chain(error), "a stored password could not be read"))
        .ok()
        .flatten()
}

fn no_candidate() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::ValueMissing) }
}

fn name(which: Which) -> &'static str {
    match which {
        Which::Candidate => "new",
        Which::Current => "current",
        Which::Unresolved => "unresolved",
        Which::Previous => "previous",
    }
}

fn outcome(answer: Answer) -> &'static str {
    match answer {
        Answer::Proven => "it works",
        Answer::Refused => "refused",
        Answer::NotLetIn => "not let in; something besides the password may be the reason",
        Answer::Unknown => "the device could not be asked",
        Answer::Impossible => "the template waives the proof",
    }
}

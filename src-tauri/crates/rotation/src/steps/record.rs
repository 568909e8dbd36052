//! The one transaction that writes each new state of an attempt down.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{
    FailureCode, SecretVersionId, SyncState,
    operation::{Effect, OperationType, State, Step},
};
use rand::RngExt;
use secret::Secret;
use vault::{AttemptEnd, KeptPassword, NewAttempt, SecretsKey, TranscriptLine, VaultError, Writer};

use super::Attempt;
use crate::{Ended, chain, end};

impl Attempt<'_> {
    /// Writes a new state down, with everything that belongs to it, in one transaction.
    ///
    /// ORDER: this runs before the effect it allows. The candidate is on disk before a connection opens, and "apply
    /// begun" before the template runs.
    pub(crate) fn write_down(&mut self, state: &State, effects: &[Effect]) -> Result<Option<Ended>, VaultError> {
        let now = self.context.clock.now();
        let (context, record, id) = (self.context, self.record, self.id);
        if let State::Running(step @ (Step::Prepared | Step::Marked)) = state {
            // ORDER: before it is written: the write may be the one that finds out that the files are gone.
            context.hold(record.id, self.in_hand(*step == Step::Marked));
        }
        let write = |writer: &Writer<'_>| {
            self.enter(writer)?;
            self.count_logins(writer, now)?;
            let State::Running(step) = state else {
                return Ok((None, self.leave(writer, state, effects, now)?));
            };
            let stored = self.keep_candidate(writer, step, now)?;
            for effect in effects {
                self.settle_effect(writer, *effect, now)?;
            }
            if let Some(step) = state.step() {
                writer.operations_mut().set_step(record.id, step)?;
                writer.attempts_mut().set_step(id, step)?;
            }
            Ok::<_, VaultError>((stored, None))
        };
        // Recovery makes no difference between a change that was marked and one that was applied.
        let (stored, ended) = match state {
            State::Running(Step::Applied) => context.vault.write_unforced(write)?,
            _ => context.vault.write(write)?,
        };
        self.entered = true;
        self.logins.clear();
        if let (Some(version), Some(known)) = (stored, self.candidate.as_mut()) {
            known.version = Some(version);
        }
        Ok(ended)
    }

    /// The passwords of which one is the device's: the current one first.
    fn in_hand(&self, sent: bool) -> Vec<KeptPassword> {
        let keep = |secret: &Secret, sent: bool| KeptPassword {
            credential: self.record.credential,
            operation: self.record.id,
            secret: secret.duplicate(),
            sent,
        };
        let current = self.current.as_ref().map(|secret| keep(secret, true));
        let candidate = self.candidate.as_ref().map(|known| keep(&known.secret, sent || known.sent));
        current.into_iter().chain(candidate).collect()
    }

    /// Enters the attempt in the vault, with the first thing that is written down about it.
    fn enter(&self, writer: &Writer<'_>) -> Result<(), VaultError> {
        if self.entered {
            return Ok(());
        }
        let template = self.change.as_ref().ok().and_then(|change| change.template);
        writer.attempts_mut().start(&NewAttempt {
            id: self.id,
            operation: self.record.id,
            number: self.number,
            template_id: template.map_or("", |starter| starter.id).to_owned(),
            template_name: template.map_or("", |starter| starter.name).to_owned(),
            template_version: 1,
            started_at: self.begun_at,
        })?;
        if self.counts {
            writer.operations_mut().count_attempt(self.record.id)?;
        }
        Ok(())
    }

    /// Counts refused logins for the device's budget; one that succeeds ends the count.
    fn count_logins(&self, writer: &Writer<'_>, now: DateTime<Utc>) -> Result<(), VaultError> {
        let (device, parameters) = (self.record.device, self.context.parameters());
        for login in &self.logins {
            match login {
                Ok(()) => writer.devices_mut().clear_refusals(device)?,
                Err(FailureCode::AuthenticationFailed) => {
                    if writer.devices_mut().note_refused_login(device, now)? >= parameters.refusals {
                        writer.devices_mut().rest_until(device, now + parameters.rest)?;
                    }
                }
                Err(_) => {}
            }
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
                writer
                    .secrets_mut()
                    .store_candidate_for(&key, self.record.credential, self.record.id, &known.secret, now)
                    .map(Some)
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
    ) -> Result<Option<Ended>, VaultError> {
        let operation = self.record.id;
        for effect in effects {
            self.settle_effect(writer, *effect, now)?;
        }
        let failure = match state {
            State::SuccessfullyPerformed => None,
            _ => self.final_failure(effects),
        };
        self.finish(writer, failure, now)?;
        if failure != self.record.failure {
            writer.operations_mut().set_failure(operation, failure)?;
        }
        writer.operations_mut().set_state(operation, state.name(), state.step(), now)?;
        if !state.is_finished() {
            return Ok(None);
        }
        let ended = Ended::of(self.record, state.name(), failure);
        let autorun = end::autorun(writer, &ended, self.stored)?;
        let label = self.change.as_ref().map_or("", |change| change.credential.details.username.as_str());
        let closing = self.closing_failure.as_ref().map(|error| error.code);
        end::audit(writer, &ended, label, (closing, autorun), now)?;
        end::settle(writer, self.key().as_deref(), &ended, autorun, now)?;
        Ok(Some(ended))
    }

    /// Ends the attempt. One that did its work and failed in what follows says so.
    fn finish(&self, writer: &Writer<'_>, failure: Option<FailureCode>, now: DateTime<Utc>) -> Result<(), VaultError> {
        let closing = self.closing_failure.as_ref();
        let error = self.failure.as_ref().filter(|_| failure.is_some()).or(closing);
        let lines = self.transcript_lines();
        writer.attempts_mut().finish(
            self.id,
            &AttemptEnd {
                ended_at: now,
                failure: failure.or_else(|| closing.map(|error| error.code)),
                words: error
                    .and_then(|error| error.words.as_deref())
                    .map(|words| self.transcript.mask(words))
                    .as_deref(),
                expected: error.and_then(|error| error.expected.as_deref()),
                transcript: &lines,
            },
        )
    }

    /// The key to passwords, if it was not taken away meanwhile: what has become current stays current without it.
    fn key(&self) -> Option<Arc<SecretsKey>> {
        self.context.secrets_key().ok()
    }

    fn settle_effect(&self, writer: &Writer<'_>, effect: Effect, now: DateTime<Utc>) -> Result<(), VaultError> {
        let (credential, operation) = (self.record.credential, self.record.id);
        let parameters = self.context.parameters();
        match effect {
            Effect::PromoteCandidate => {
                match self.waived {
                    false => writer.secrets_mut().promote_candidate(credential, now)?,
                    true => writer.secrets_mut().promote_unproven(credential, now)?,
                }
                chain::children_follow(writer, self.key().as_deref(), self.record, now)
            }
            Effect::RestoreUnresolved => {
                writer.secrets_mut().restore_unresolved(credential, now)?;
                chain::children_follow(writer, self.key().as_deref(), self.record, now)
            }
            Effect::RestorePrevious => {
                writer.secrets_mut().restore_previous(credential, now)?;
                writer.secrets_mut().abandon_unresolved(credential)?;
                chain::children_follow(writer, self.key().as_deref(), self.record, now)
            }
            Effect::AbandonCandidate => writer.secrets_mut().abandon_candidate(credential, now),
            Effect::ConfirmCurrent => {
                writer.secrets_mut().abandon_unresolved(credential)?;
                writer.credentials_mut().confirm(credential, now)
            }
            Effect::RecordVerification(result) => writer.credentials_mut().set_verified(credential, result, now),
            Effect::DeclareOutOfSync => writer.credentials_mut().set_sync(credential, SyncState::OutOfSync, now),
            Effect::DeclareChecking => writer.credentials_mut().set_sync(credential, SyncState::Checking, now),
            Effect::LookAgain => {
                if let Some(version) = self.candidate.as_ref().and_then(|known| known.version) {
                    writer.secrets_mut().mark_doubted(version, now)?;
                }
                writer.operations_mut().reschedule(operation, now + parameters.settle)
            }
            Effect::Retry | Effect::ProbeLater => {
                // A look sends no new password, so it is no try; but a device that is gone is asked less and less often.
                let round = if effect == Effect::Retry { self.tries } else { self.number };
                let wait = self.parameters.wait_after(round);
                let jitter = wait.mul_f64(rand::rng().random_range(0.0..0.2));
                writer.operations_mut().reschedule(operation, now + wait + jitter)
            }
            Effect::Resume => writer.operations_mut().reschedule(operation, now),
            // Carried out by the driver while the operation runs.
            Effect::StoreCandidate
            | Effect::OpenConnection
            | Effect::MarkApply
            | Effect::RunTemplate
            | Effect::RunOnSuccess
            | Effect::LogIn(_) => Ok(()),
        }
    }

    /// The code that people read. The reason why a search began says more than how the search went.
    fn final_failure(&self, effects: &[Effect]) -> Option<FailureCode> {
        let verifies = self.record.kind == OperationType::PasswordVerification;
        // A login that only proves the stored password wrong does not hide what the change was denied for.
        let found = self.failure.as_ref().map(|error| error.code);
        if effects.contains(&Effect::DeclareOutOfSync) && !verifies && !self.proves {
            // A device that needs a person says more than that no password logs in.
            return found.filter(|found| *found == FailureCode::InteractionNeeded).or(Some(FailureCode::OutOfSync));
        }
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
}

//! Logins that prove a password, and what they tell about it.

use connector::{ConnectorError, Login};
use domain::{
    FailureCode,
    operation::{Answer, Event, OperationType, StoredPassword, Which, is_repairable},
};
use secret::Secret;
use template::{Transcript, Verification};

use super::{Attempt, usable};
use crate::change::Change;

impl Attempt<'_> {
    pub(super) fn try_password(&mut self, which: Which, password: &Secret) -> Answer {
        self.transcript.know(password);
        let proof = self.prove(password);
        // A proof that the template waives is no login.
        if !matches!(proof, Ok(false)) {
            self.logins.push(how_it_went(proof.as_ref().err()));
        }
        self.note_stored(which, &proof);
        let error = match proof {
            Ok(true) => return Answer::Proven,
            Ok(false) => return Answer::Impossible,
            Err(error) => error,
        };
        self.log_failure(&error);
        let answer = answer_to(&error);
        let verifies = self.record.kind == OperationType::PasswordVerification;
        let tells = verifies || answer == Answer::Unknown || error.code == FailureCode::InteractionNeeded;
        if tells || (which == Which::Candidate && self.failure.is_none()) {
            self.failure.get_or_insert(match error.code {
                FailureCode::AuthenticationFailed if !verifies => ConnectorError::new(FailureCode::NotProven),
                _ => error,
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
                let login = change.target_login(password);
                change.connector.prove(&change.endpoint, &change.trust, &login).into_result()?;
                Ok(true)
            }
            Verification::Steps => {
                let bound = change.bind_proof(password)?;
                let login = change.login_with(password);
                know(&mut self.transcript, &login);
                let opened = change.connector.open(&change.endpoint, &change.trust, &login);
                // What the device says of another account that connects tells nothing about the password to be proven.
                let mut session = opened.map_err(|error| if change.is_own() { error } else { not_proven(error) })?;
                session.run(&bound, &mut self.transcript).map_err(|error| match error.code {
                    FailureCode::PasswordExpired => not_proven(error),
                    _ => error,
                })?;
                Ok(true)
            }
        }
    }

    /// Whether one login has to tell if the stored password is the device's: a reconciliation may begin by itself, and
    /// no login with that password was made yet. Never beyond what the device may refuse before it is left in peace.
    pub(super) fn needs_proof(&self, error: &ConnectorError) -> bool {
        let refused = self.logins.iter().filter(|login| login.is_err()).count();
        u32::try_from(refused).is_ok_and(|refused| refused < self.budget)
            && self.stored == StoredPassword::Untried
            && self.current.is_some()
            && is_repairable(error.code)
            && self.change.as_ref().is_ok_and(|change| *change.verification() == Verification::Login)
    }

    pub(super) fn prove_stored(&mut self, denied: ConnectorError) -> Event {
        self.log_failure(&denied);
        self.failure = Some(denied);
        self.proves = true;
        Event::DeniedUnproven
    }

    /// Remembers what a login told about the stored password. An earlier one that logs in becomes the stored one.
    fn note_stored(&mut self, which: Which, proof: &Result<bool, ConnectorError>) {
        match (which, proof) {
            (_, Ok(true)) => self.stored = StoredPassword::LogsIn,
            (Which::Current, Ok(false)) => self.stored = StoredPassword::NotByLogin,
            (Which::Current, Err(error)) => self.stored = self.told_by(Some(error)),
            (Which::Candidate | Which::Unresolved | Which::Previous, _) => {}
        }
    }

    /// Returns what a login with the stored password tells about it.
    pub(super) fn told_by(&self, error: Option<&ConnectorError>) -> StoredPassword {
        let by_login = |change: &Change| *change.verification() == Verification::Login;
        let proven = |change: &Change| by_login(change) && change.credential.proven_at.is_some();
        let proven = self.change.as_ref().is_ok_and(proven);
        StoredPassword::after_login(error.map(|error| (error.code, error.evidence)), proven)
    }
}

/// Makes the password of a login known to the transcript: a device may repeat it where it says why it lets nobody in.
pub(super) fn know(transcript: &mut Transcript, login: &Login) {
    if let Some(password) = &login.password {
        transcript.know(password);
    }
}

pub(super) fn how_it_went(error: Option<&ConnectorError>) -> Result<(), FailureCode> {
    error.map_or(Ok(()), |error| Err(error.code))
}

/// Returns what a failed login tells about the password. A second factor, an account that is barred, or a device that
/// did not look at the password says nothing about it.
fn answer_to(error: &ConnectorError) -> Answer {
    match error.code {
        FailureCode::AuthenticationFailed if error.refuses_the_password() => Answer::Refused,
        FailureCode::AuthenticationFailed | FailureCode::InteractionNeeded => Answer::NotLetIn,
        // The device asks for a change only of someone who gave the right password.
        FailureCode::PasswordExpired => Answer::Proven,
        _ => Answer::Unknown,
    }
}

/// A failure that leaves open which password the device has.
fn not_proven(error: ConnectorError) -> ConnectorError {
    ConnectorError { code: FailureCode::NotProven, ..error }
}

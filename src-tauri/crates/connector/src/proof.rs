//! The result of a login that is made only to prove a password.

use crate::ConnectorError;

/// The outcome of a proving login.
#[derive(Debug)]
pub enum Proof {
    /// The password logs in.
    Proven,
    /// The device refused the password.
    Refused(ConnectorError),
    /// The device did not answer, or its answer was not about the password: the password may be right.
    Unknown(ConnectorError),
}

impl Proof {
    /// Classifies the result of a login. A locked account, a missing right, an expired password or a broken connection
    /// does not make the password wrong.
    pub fn of(login: Result<(), ConnectorError>) -> Self {
        match login {
            Ok(()) => Self::Proven,
            Err(error) if error.refuses_the_password() => Self::Refused(error),
            Err(error) => Self::Unknown(error),
        }
    }

    /// Returns the error of the login, independent of its meaning for the password.
    ///
    /// # Errors
    /// That of the login, unless it proved the password.
    pub fn into_result(self) -> Result<(), ConnectorError> {
        match self {
            Self::Proven => Ok(()),
            Self::Refused(error) | Self::Unknown(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{FailureCode, operation::Evidence};

    use super::Proof;
    use crate::ConnectorError;

    #[test]
    fn a_login_is_called_refused_only_when_the_answer_was_about_the_password() {
        let judged = |code, evidence| Proof::of(Err(ConnectorError { evidence, ..ConnectorError::new(code) }));
        for evidence in [Evidence::LoginRefused, Evidence::LoginRefusedUnseen] {
            let proof = judged(FailureCode::AuthenticationFailed, evidence);
            assert!(matches!(proof, Proof::Refused(_)), "{evidence:?}: {proof:?}");
        }
        for (code, evidence) in [
            (FailureCode::AuthenticationFailed, Evidence::Nothing),
            (FailureCode::AuthenticationFailed, Evidence::SecondFactor),
            (FailureCode::AccountLocked, Evidence::LoginRefused),
            (FailureCode::PasswordExpired, Evidence::Nothing),
            (FailureCode::TimedOut, Evidence::Nothing),
        ] {
            let proof = judged(code, evidence);
            assert!(matches!(proof, Proof::Unknown(_)), "{code:?}: {proof:?}");
        }
        assert!(matches!(Proof::of(Ok(())), Proof::Proven), "it logged in");
    }
}

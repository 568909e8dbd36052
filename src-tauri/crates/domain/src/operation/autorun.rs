//! Whether a reconciliation begins that nobody asked for. It resets a password, so it needs proof: the device refused a
//! login with the stored password, and asked for nothing besides it. Words in the output of a program are no proof.

use crate::{FailureClass, FailureCode};

/// What a failure tells about the password that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Evidence {
    #[default]
    Nothing,
    /// Words in a program's output say that it is wrong. Shell files and legal notices write to the same place.
    Words,
    /// The device refused a login with it, and asked for nothing besides it.
    LoginRefused,
    /// The device refused a login by a method that does not show its prompts: a second factor may stand behind it.
    LoginRefusedUnseen,
    /// A login with it did not go through, and a second factor may be the reason.
    SecondFactor,
}

/// What an operation found out about the stored password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum StoredPassword {
    /// It was not used for a login.
    #[default]
    Untried,
    LogsIn,
    /// A login with it was refused.
    Refused,
    /// A login with it did not go through, and a second factor may be the reason.
    SecondFactor,
    /// A login with it got no answer that says anything about it.
    Unclear,
    /// The template proves it in another way than by a login.
    NotByLogin,
}

crate::enumeration! {
    /// Why no reconciliation began by itself.
    pub enum NoAutorun {
        /// The stored password logs in: there is nothing to repair.
        StoredLogsIn = "storedLogsIn",
        /// A second factor may be the reason for the refusal.
        SecondFactor = "secondFactor",
        /// No login with the stored password was refused.
        NotRefused = "notRefused",
        /// The template does not prove passwords by a login.
        NotByLogin = "notByLogin",
    }
}

impl StoredPassword {
    /// Returns what a login with it tells: the evidence of its failure, if it failed. `proven` tells whether it logged
    /// in before: then no second factor stood behind a method that does not show its prompts.
    pub fn after_login(failure: Option<(FailureCode, Evidence)>, proven: bool) -> Self {
        match failure {
            // The device asks for a new password only after the right one.
            None | Some((FailureCode::PasswordExpired, _)) => Self::LogsIn,
            Some((_, Evidence::LoginRefused)) => Self::Refused,
            Some((_, Evidence::LoginRefusedUnseen)) if proven => Self::Refused,
            Some((_, Evidence::LoginRefusedUnseen | Evidence::SecondFactor)) => Self::SecondFactor,
            Some((_, Evidence::Words)) => Self::NotByLogin,
            Some((_, Evidence::Nothing)) => Self::Unclear,
        }
    }

    /// Tells whether a reconciliation may begin by itself.
    ///
    /// # Errors
    /// Why it may not.
    pub fn allows_autorun(self) -> Result<(), NoAutorun> {
        match self {
            Self::Refused => Ok(()),
            Self::LogsIn => Err(NoAutorun::StoredLogsIn),
            Self::SecondFactor => Err(NoAutorun::SecondFactor),
            Self::Untried | Self::Unclear => Err(NoAutorun::NotRefused),
            Self::NotByLogin => Err(NoAutorun::NotByLogin),
        }
    }
}

/// Tells whether a reconciliation can repair what a change failed of.
pub fn is_repairable(failure: FailureCode) -> bool {
    failure.class() == FailureClass::Denied
}

#[cfg(test)]
mod tests {
    use super::{Evidence, NoAutorun, StoredPassword};
    use crate::FailureCode;

    #[test]
    fn nothing_but_a_refused_login_begins_a_reconciliation() {
        let after =
            |code, evidence, proven| StoredPassword::after_login(Some((code, evidence)), proven).allows_autorun();
        for code in FailureCode::ALL {
            for evidence in [Evidence::Nothing, Evidence::Words, Evidence::SecondFactor] {
                for proven in [false, true] {
                    assert!(after(code, evidence, proven).is_err(), "{code:?} by {evidence:?}");
                }
            }
        }
        let refused = FailureCode::AuthenticationFailed;
        assert_eq!(after(refused, Evidence::LoginRefused, false), Ok(()), "a refused login");
        let unseen = Evidence::LoginRefusedUnseen;
        assert_eq!(after(refused, unseen, false), Err(NoAutorun::SecondFactor), "one whose prompts nobody saw");
        assert_eq!(after(refused, unseen, true), Ok(()), "unless the password had logged in before");
        assert_eq!(StoredPassword::default().allows_autorun(), Err(NoAutorun::NotRefused), "no login at all");
        let logs_in = StoredPassword::after_login(None, false).allows_autorun();
        assert_eq!(logs_in, Err(NoAutorun::StoredLogsIn), "the stored one is right");
    }
}

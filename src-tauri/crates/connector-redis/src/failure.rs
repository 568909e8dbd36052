//! The translation of a Redis server's errors into failure codes for the driver.

use connector::ConnectorError;
use domain::{FailureCode, operation::Evidence};

/// Translates the error that answers any command except a login.
pub(crate) fn refused(words: &str) -> ConnectorError {
    let code = match words.split(' ').next().unwrap_or_default() {
        "LOADING" | "BUSY" | "MASTERDOWN" | "TRYAGAIN" | "CLUSTERDOWN" => FailureCode::DeviceBusy,
        _ if words.contains("max number of clients") => FailureCode::Throttled,
        _ => FailureCode::ProtocolRefused,
    };
    ConnectorError::with_words(code, shortened(words))
}

/// Translates the error that answers a login. Only one error is about the password, and even that one is the same for a
/// wrong password and for a disabled user.
pub(crate) fn not_logged_in(words: &str) -> ConnectorError {
    if words.starts_with("WRONGPASS") {
        let error = ConnectorError::with_words(FailureCode::AuthenticationFailed, shortened(words));
        return ConnectorError { evidence: Evidence::LoginRefused, ..error };
    }
    if words.starts_with("ERR AUTH") && words.contains("without any password configured") {
        return anybody();
    }
    refused(words)
}

/// Returns the error for a server that accepts anybody: any password would seem to be proven there.
pub(crate) fn anybody() -> ConnectorError {
    let words = "the server lets anybody in without a password";
    ConnectorError::with_words(FailureCode::ProtocolRefused, words)
}

fn shortened(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use domain::FailureCode;

    use super::not_logged_in;

    #[test]
    fn only_one_error_is_about_the_password() {
        let wrong = not_logged_in("WRONGPASS invalid username-password pair or user is disabled.");
        assert!(wrong.refuses_the_password(), "{wrong:?}");
        for (words, code) in [
            ("LOADING Redis is loading the dataset in memory", FailureCode::DeviceBusy),
            ("ERR max number of clients reached", FailureCode::Throttled),
            ("DENIED Redis is running in protected mode", FailureCode::ProtocolRefused),
            ("NOPERM this user has no permissions", FailureCode::ProtocolRefused),
            ("ERR AUTH <password> called without any password configured", FailureCode::ProtocolRefused),
        ] {
            let error = not_logged_in(words);
            assert_eq!(error.code, code, "{words}");
            assert!(!error.refuses_the_password(), "{words}: the password may be right");
        }
    }
}

//! The translation of libssh2's error codes into failure codes for the driver.

use connector::ConnectorError;
use domain::FailureCode;
use ssh2::ErrorCode;

/// The error codes of libssh2.h that are distinguished here.
pub(crate) mod code {
    pub const BANNER_RECEIVE: i32 = -2;
    pub const KEY_EXCHANGE: i32 = -5;
    pub const SOCKET_SEND: i32 = -7;
    pub const KEY_EXCHANGE_FAILED: i32 = -8;
    pub const TIMEOUT: i32 = -9;
    pub const HOST_KEY_INIT: i32 = -10;
    pub const HOST_KEY_SIGN: i32 = -11;
    pub const DISCONNECTED: i32 = -13;
    pub const PROTOCOL: i32 = -14;
    pub const PASSWORD_EXPIRED: i32 = -15;
    pub const NO_METHOD: i32 = -17;
    pub const REFUSED: i32 = -18;
    pub const KEY_UNVERIFIED: i32 = -19;
    pub const CHANNEL_FAILURE: i32 = -21;
    pub const CHANNEL_DENIED: i32 = -22;
    pub const CHANNEL_CLOSED: i32 = -26;
    pub const CHANNEL_END_SENT: i32 = -27;
    pub const SOCKET_TIMEOUT: i32 = -30;
    pub const REQUEST_DENIED: i32 = -32;
    pub const SOCKET_RECEIVE: i32 = -43;
    pub const ALGORITHM_UNSUPPORTED: i32 = -51;
}

/// Returns libssh2's number of an error.
pub(crate) fn number(error: &ssh2::Error) -> i32 {
    match error.code() {
        ErrorCode::Session(number) | ErrorCode::SFTP(number) => number,
    }
}

/// Makes an error with the words that explain it. The words never hold a secret.
pub(crate) fn failure(code: FailureCode, words: impl Into<String>) -> ConnectorError {
    ConnectorError { words: Some(words.into()), ..ConnectorError::new(code) }
}

/// Translates an error that happened after the login. The error's message is libssh2's own text, which holds no data.
pub(crate) fn after_login(error: &ssh2::Error) -> FailureCode {
    match number(error) {
        code::TIMEOUT | code::SOCKET_TIMEOUT => FailureCode::TimedOut,
        code::CHANNEL_FAILURE | code::CHANNEL_DENIED | code::REQUEST_DENIED => FailureCode::AccessRefused,
        code::CHANNEL_CLOSED | code::CHANNEL_END_SENT => FailureCode::CommandFailed,
        // After any other error the sent bytes may have arrived.
        _ => FailureCode::ConnectionLost,
    }
}

/// The texts that a device sends instead of its greeting when it accepts no more connections.
const THROTTLED: [&str; 3] = ["Exceeded MaxStartups", "Not allowed at this time", "Too many connections"];

/// Translates an error that happened before the host key was received. `greeting` is the last line that the device
/// sent.
pub(crate) fn handshake(error: &ssh2::Error, greeting: Option<&str>) -> ConnectorError {
    let greeting = greeting.map(str::trim).filter(|greeting| !greeting.is_empty());
    match (number(error), greeting) {
        (code::TIMEOUT | code::SOCKET_TIMEOUT, _) => {
            failure(FailureCode::TimedOut, "the device did not answer in time")
        }
        (
            code::KEY_EXCHANGE
            | code::KEY_EXCHANGE_FAILED
            | code::NO_METHOD
            | code::HOST_KEY_INIT
            | code::HOST_KEY_SIGN
            | code::PROTOCOL
            | code::ALGORITHM_UNSUPPORTED,
            _,
        ) => failure(FailureCode::ProtocolRefused, error.message()),
        (_, Some(words)) if THROTTLED.iter().any(|known| words.contains(known)) => {
            failure(FailureCode::Throttled, words)
        }
        (_, Some(words)) if words.starts_with("SSH-") => failure(FailureCode::ConnectionLost, error.message()),
        (code::DISCONNECTED | code::BANNER_RECEIVE | code::SOCKET_RECEIVE, Some(words)) => {
            failure(FailureCode::ProtocolRefused, words.chars().take(200).collect::<String>())
        }
        (code::DISCONNECTED | code::SOCKET_RECEIVE | code::SOCKET_SEND, None) => {
            failure(FailureCode::Throttled, "the device closed the connection without a greeting")
        }
        _ => failure(FailureCode::ProtocolRefused, error.message()),
    }
}

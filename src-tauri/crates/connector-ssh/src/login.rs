//! Logging in: first with the key if there is one, then once with the password. Keyboard-interactive is preferred to
//! the `password` method, because its prompts are visible and show a second factor. With `password` the device answers
//! the prompt of a second factor with the password itself, so that a right password looks wrong.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use connector::{ConnectorError, Endpoint, Login};
use domain::{FailureCode, operation::Evidence};
use secret::Secret;

use crate::{
    failure::{code, failure, number},
    prompts::{Prompts, Unanswered},
    reach::Reached,
};

/// The possible causes of a connection that the device closes instead of answering the password.
const CLOSED: &str = "the device closed the connection instead of answering the login: the account may be locked, expired or barred \
                      (nologin), or too many attempts were made";

/// Logs in with the methods that the device offers.
pub(crate) fn log_in(reached: &Reached, endpoint: &Endpoint, login: &Login) -> Result<(), ConnectorError> {
    let Some(methods) = methods(reached, &login.username)? else {
        // Any password would seem to be proven on such a device.
        return Err(failure(FailureCode::ProtocolRefused, "the device lets anybody in without a password"));
    };
    let offers = |method: &str| methods.split(',').any(|offered| offered == method);
    let mut refused = None;
    if let Some(key) = login.private_key.as_ref().filter(|key| !key.is_empty())
        && offers("publickey")
    {
        match by_key(reached, login, key)? {
            None => return Ok(()),
            Some(words) => refused = Some(words),
        }
    }
    if let Some(password) = login.password.as_ref().filter(|password| !password.is_empty()) {
        if offers("keyboard-interactive")
            && let Prompted::Ended(result) = by_prompts(reached, endpoint, &login.username, password)?
        {
            return result;
        }
        if offers("password") {
            return by_password(reached, &login.username, password);
        }
    }
    Err(failure(
        FailureCode::AuthenticationFailed,
        refused.unwrap_or_else(|| format!("the device offers only: {methods}")),
    ))
}

/// Asks the device for its login methods. Returns `None` if the device lets anybody in.
fn methods(reached: &Reached, username: &str) -> Result<Option<String>, ConnectorError> {
    let session = &reached.session;
    // The library expects UTF-8 here and panics if the device sends anything else.
    let asked = catch_unwind(AssertUnwindSafe(|| session.auth_methods(username).map(str::to_owned)));
    match asked {
        Ok(_) if session.authenticated() => Ok(None),
        Ok(Ok(methods)) => Ok(Some(methods)),
        Ok(Err(error)) => Err(broken(reached, &error)),
        Err(_) => Err(failure(FailureCode::ProtocolRefused, "the device's list of login methods cannot be read")),
    }
}

/// Returns `None` if the key was accepted, else the reason of the refusal.
fn by_key(reached: &Reached, login: &Login, key: &Secret) -> Result<Option<String>, ConnectorError> {
    // EXPOSE: the passphrase decrypts the key, and libssh2 signs with the key; neither is sent.
    let passphrase = login.passphrase.as_ref().map(Secret::expose);
    let tried = reached.session.userauth_pubkey_memory(&login.username, None, key.expose(), passphrase);
    match tried {
        Ok(()) => Ok(None),
        Err(error) => match number(&error) {
            code::REFUSED | code::KEY_UNVERIFIED => Ok(Some("the device refused the key".to_owned())),
            code::TIMEOUT | code::DISCONNECTED | code::SOCKET_RECEIVE | code::SOCKET_SEND => {
                Err(broken(reached, &error))
            }
            // The library's message names the problem of the key, and holds no part of the key.
            _ => Ok(Some(format!("the private key cannot be used: {}", error.message()))),
        },
    }
}

fn by_password(reached: &Reached, username: &str, password: &Secret) -> Result<(), ConnectorError> {
    // EXPOSE: the password is sent to the device whose host key was compared.
    match reached.session.userauth_password(username, password.expose()) {
        Ok(()) => Ok(()),
        Err(error) => Err(match number(&error) {
            code::REFUSED => refused(reached, username, "password", Evidence::LoginRefusedUnseen),
            code::PASSWORD_EXPIRED => failure(FailureCode::PasswordExpired, "the device demands a new password"),
            _ => broken(reached, &error),
        }),
    }
}

/// Translates the refusal of a login. If the device now asks for another method, it may have accepted the password;
/// else the refusal is `evidence` of a wrong password.
fn refused(reached: &Reached, username: &str, method: &str, evidence: Evidence) -> ConnectorError {
    let words = match evidence {
        Evidence::LoginRefused => {
            "the device refused the name or the password; a locked, expired or barred (nologin) account looks the same"
        }
        _ => "the device refused the name or the password",
    };
    match methods(reached, username) {
        Ok(Some(methods)) if methods.split(',').any(|offered| offered == method) => {
            ConnectorError { evidence, ..failure(FailureCode::AuthenticationFailed, words) }
        }
        Ok(Some(methods)) => {
            let words = format!("the device may have taken the password, and asks for more: {methods}");
            ConnectorError { evidence: Evidence::SecondFactor, ..failure(FailureCode::InteractionNeeded, words) }
        }
        // The device does not answer any more, so that nothing is known about the password.
        Ok(None) | Err(_) => failure(FailureCode::AuthenticationFailed, words),
    }
}

/// The result of a login with keyboard-interactive.
enum Prompted {
    Ended(Result<(), ConnectorError>),
    /// The device offered the method but asked nothing: the password was not sent.
    AskedNothing,
}

fn by_prompts(
    reached: &Reached,
    endpoint: &Endpoint,
    username: &str,
    password: &Secret,
) -> Result<Prompted, ConnectorError> {
    let socket = reached.socket.try_clone().map_err(|error| failure(FailureCode::ConnectionLost, error.to_string()))?;
    let mut prompts = Prompts::new(password, socket);
    let tried = reached.session.userauth_keyboard_interactive(username, &mut prompts);
    let answered = prompts.answered;
    Ok(Prompted::Ended(match (prompts.unanswered, tried) {
        (Some(Unanswered::Expired(words)), _) => Err(failure(FailureCode::PasswordExpired, words)),
        (Some(Unanswered::Other(words)), _) => {
            Err(ConnectorError { evidence: Evidence::SecondFactor, ..failure(FailureCode::InteractionNeeded, words) })
        }
        (Some(Unanswered::Again), _) => {
            let words = "the device asks for a password a second time: it refused the first, or wants another one";
            let evidence = Evidence::SecondFactor;
            Err(ConnectorError { evidence, ..failure(FailureCode::AuthenticationFailed, words) })
        }
        (None, Ok(())) => Ok(()),
        // libssh2 also reports a broken connection or a timeout as a refusal here; only a message with these words is a
        // real refusal.
        (None, Err(error)) if error.message().contains("(keyboard-interactive)") => {
            if !answered {
                return Ok(Prompted::AskedNothing);
            }
            // For a barred account with the right password, sshd gives the reason in a request without prompts. The
            // library passes on only requests with prompts, so that a wrong password and a barred account look alike
            // here.
            Err(refused(reached, username, "keyboard-interactive", Evidence::LoginRefused))
        }
        (None, Err(error)) => {
            tracing::debug!(timeout = ?endpoint.read_timeout, "no answer to keyboard-interactive");
            Err(broken(reached, &error).caused_by(error))
        }
    }))
}

/// Finds the reason why a login got no answer, by testing the state of the connection.
fn broken(reached: &Reached, error: &ssh2::Error) -> ConnectorError {
    if matches!(number(error), code::TIMEOUT | code::SOCKET_TIMEOUT) {
        return failure(FailureCode::TimedOut, "the device did not answer the login in time");
    }
    let looked = reached.socket.set_nonblocking(true).and_then(|()| reached.socket.peek(&mut [0]));
    match looked {
        // sshd closes the connection like this when PAM refuses the account after the right password.
        Ok(0) => failure(FailureCode::AccountLocked, CLOSED),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            failure(FailureCode::TimedOut, "the device did not answer the login in time")
        }
        Ok(_) | Err(_) => failure(FailureCode::ConnectionLost, "the connection broke during the login"),
    }
}

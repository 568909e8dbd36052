//! Logging in: the key if there is one, then the password, once. Keyboard-interactive goes before the `password`
//! method: its prompts are visible, so that a second factor is seen. Behind `password` a device answers the prompt of a
//! second factor with the password itself, and the right password looks wrong.

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

/// What all can be behind a connection that is closed instead of an answer to the password.
const CLOSED: &str = "the device closed the connection instead of answering the login: the account may be locked, expired or barred \
                      (nologin), or too many attempts were made";

/// Logs in.
pub(crate) fn log_in(reached: &Reached, endpoint: &Endpoint, login: &Login) -> Result<(), ConnectorError> {
    let Some(methods) = methods(reached, &login.username)? else {
        // Any password would seem to be proven there.
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

/// Asks which methods the device offers; `None` when it lets anybody in.
fn methods(reached: &Reached, username: &str) -> Result<Option<String>, ConnectorError> {
    let session = &reached.session;
    // The library insists on UTF-8 here and panics on anything else that a device sends.
    let asked = catch_unwind(AssertUnwindSafe(|| session.auth_methods(username).map(str::to_owned)));
    match asked {
        Ok(_) if session.authenticated() => Ok(None),
        Ok(Ok(methods)) => Ok(Some(methods)),
        Ok(Err(error)) => Err(broken(reached, &error)),
        Err(_) => Err(failure(FailureCode::ProtocolRefused, "the device's list of login methods cannot be read")),
    }
}

/// Returns `None` when the key was accepted, else why not.
fn by_key(reached: &Reached, login: &Login, key: &Secret) -> Result<Option<String>, ConnectorError> {
    // EXPOSE: the passphrase opens the key, and libssh2 signs with it; neither is sent.
    let passphrase = login.passphrase.as_ref().map(Secret::expose);
    let tried = reached.session.userauth_pubkey_memory(&login.username, None, key.expose(), passphrase);
    match tried {
        Ok(()) => Ok(None),
        Err(error) => match number(&error) {
            code::REFUSED | code::KEY_UNVERIFIED => Ok(Some("the device refused the key".to_owned())),
            code::TIMEOUT | code::DISCONNECTED | code::SOCKET_RECEIVE | code::SOCKET_SEND => {
                Err(broken(reached, &error))
            }
            // The library's words name the trouble with the key, not the key.
            _ => Ok(Some(format!("the private key cannot be used: {}", error.message()))),
        },
    }
}

fn by_password(reached: &Reached, username: &str, password: &Secret) -> Result<(), ConnectorError> {
    // EXPOSE: sent to the device whose host key was compared.
    match reached.session.userauth_password(username, password.expose()) {
        Ok(()) => Ok(()),
        Err(error) => Err(match number(&error) {
            code::REFUSED => refused(reached, username, "password", Evidence::LoginRefusedUnseen),
            code::PASSWORD_EXPIRED => failure(FailureCode::PasswordExpired, "the device demands a new password"),
            _ => broken(reached, &error),
        }),
    }
}

/// A login that the device did not let through. Where it wants another method now, it may have taken the password; else
/// the refusal is `evidence` of a wrong one.
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
        // It answers no more, so that it cannot be told.
        Ok(None) | Err(_) => failure(FailureCode::AuthenticationFailed, words),
    }
}

/// How a login by prompts ended.
enum Prompted {
    Ended(Result<(), ConnectorError>),
    /// The device offers the method and asks nothing: the password was not sent.
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
        // libssh2 says "refused" here for a broken line and a timeout too; only these words are a real refusal.
        (None, Err(error)) if error.message().contains("(keyboard-interactive)") => {
            if !answered {
                return Ok(Prompted::AskedNothing);
            }
            // With the right password of a barred account sshd says why in a request without prompts. The library passes
            // only requests with prompts on, so that the two look alike here.
            Err(refused(reached, username, "keyboard-interactive", Evidence::LoginRefused))
        }
        (None, Err(error)) => {
            tracing::debug!(timeout = ?endpoint.read_timeout, "no answer to keyboard-interactive");
            Err(broken(reached, &error).caused_by(error))
        }
    }))
}

/// Says what a login that got no answer means, by looking at the connection itself.
fn broken(reached: &Reached, error: &ssh2::Error) -> ConnectorError {
    if matches!(number(error), code::TIMEOUT | code::SOCKET_TIMEOUT) {
        return failure(FailureCode::TimedOut, "the device did not answer the login in time");
    }
    let looked = reached.socket.set_nonblocking(true).and_then(|()| reached.socket.peek(&mut [0]));
    match looked {
        // sshd ends in this way when PAM forbids the account after the right password.
        Ok(0) => failure(FailureCode::AccountLocked, CLOSED),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            failure(FailureCode::TimedOut, "the device did not answer the login in time")
        }
        Ok(_) | Err(_) => failure(FailureCode::ConnectionLost, "the connection broke during the login"),
    }
}

//! The first command of a connection, and the login.

use connector::{ConnectorError, Login};
use domain::FailureCode;
use secret::Secret;

use crate::{
    client::Client,
    failure::{anybody, not_logged_in, refused},
    reply::Reply,
};

/// The user that the server assumes if no username is given.
const DEFAULT: &str = "default";

/// Checks that a Redis server answers, without sending a username. Returns whether it executes commands without a
/// login.
pub(crate) fn greet(client: &mut Client) -> Result<bool, ConnectorError> {
    match client.ask(&[Secret::new("PING")])? {
        Reply::Text(text) if text == "PONG" => Ok(true),
        Reply::Error(words) if words.starts_with("NOAUTH") => Ok(false),
        // The server executes commands without a login, but forbids PING.
        Reply::Error(words) if words.starts_with("NOPERM") => Ok(true),
        Reply::Error(words) => Err(refused(&words)),
        _ => Err(refused("the answer to PING is none of a Redis server")),
    }
}

/// Logs in with username and password.
pub(crate) fn log_in(client: &mut Client, login: &Login) -> Result<(), ConnectorError> {
    let Some(password) = login.password.as_ref().filter(|password| !password.is_empty()) else {
        let words = "a Redis server takes nothing but passwords";
        return Err(ConnectorError::with_words(FailureCode::AuthenticationFailed, words));
    };
    // ORDER: this comes before the password is sent, so that only a Redis server can ever receive it.
    let serves_anybody = greet(client)?;
    let username = if login.username.is_empty() { DEFAULT } else { login.username.as_str() };
    if serves_anybody && username == DEFAULT {
        return Err(anybody());
    }
    match client.ask(&[Secret::new("AUTH"), Secret::new(username), password.duplicate()])? {
        Reply::Text(text) if text == "OK" => Ok(()),
        Reply::Error(words) => Err(not_logged_in(&words)),
        _ => Err(refused("the answer to the login is none of a Redis server")),
    }
}

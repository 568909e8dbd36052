//! Shared parts of the tests on real hosts: connecting, changing a password by a starter template, and checking the
//! result.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use connector::{Connector, ConnectorError, Endpoint, Login};
use connector_ssh::Ssh;
use domain::{HostKey, Trust};
use lab::Host;
use secret::Secret;
use template::{Bound, Tag, Transcript, Values, parse, starter};

/// Returns every printable ASCII character once, in an order in which no character follows its neighbour, because PAM
/// refuses sequences.
pub fn every_printable() -> String {
    let all: Vec<char> = (' '..='~').collect();
    (0..all.len()).map(|index| all[(index * 37 + 5) % all.len()]).collect()
}

/// Returns the endpoint of a host at an address.
pub fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::plain(address.ip().to_string(), address.port(), Duration::from_secs(10), Duration::from_secs(20))
}

/// Returns a host's key as `ssh-keygen` prints it, not as the connector sees it.
pub fn pinned(host: &Host, kind: lab::HostKey) -> Result<HostKey> {
    let public = host.host_public_key(kind)?;
    let mut words = public.split_whitespace();
    Ok(HostKey {
        algorithm: words.next().context("the key's type")?.to_owned(),
        key: words.next().context("the key's blob")?.to_owned(),
        fingerprint: host.host_key_fingerprint(kind)?,
    })
}

/// Makes a login with a password.
pub fn login(username: &str, password: &str) -> Login {
    Login::by_password(username, Secret::new(password))
}

/// Tries to log in, through `address`.
pub fn open_at(host: &Host, address: SocketAddr, who: &Login) -> Result<Box<dyn connector::Session>, ConnectorError> {
    let key =
        pinned(host, lab::HostKey::Ed25519).map_err(|_| ConnectorError::new(domain::FailureCode::HostKeyUnknown))?;
    Ssh.open(&endpoint(address), &Trust::HostKey(key), who)
}

/// Tries to log in with a password.
pub fn open(host: &Host, username: &str, password: &str) -> Result<Box<dyn connector::Session>, ConnectorError> {
    open_at(host, host.socket_address(), &login(username, password))
}

/// One change by a starter template.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Change<'a> {
    pub template: &'a str,
    pub access: (&'a str, &'a str),
    pub target: &'a str,
    pub password: &'a str,
}

impl Change<'_> {
    /// Fills the template with the values of the change.
    pub fn bound(&self) -> Result<Bound> {
        let starter = starter::find(self.template).context("a starter template")?;
        let values = Values::new()
            .text(Tag::Username, self.target)
            .text(Tag::AuthUser, self.access.0)
            .secret(Tag::AuthPassword, &Secret::new(self.access.1))
            .secret(Tag::CurrentPassword, &Secret::new(self.access.1))
            .secret(Tag::NewPassword, &Secret::new(self.password));
        Ok(parse(starter.source).program.bind(&values)?)
    }

    /// Runs the change through `address`.
    pub fn run_at(&self, host: &Host, address: SocketAddr) -> Result<(Result<(), ConnectorError>, Transcript)> {
        let mut transcript = Transcript::new();
        let bound = self.bound()?;
        let result = open_at(host, address, &login(self.access.0, self.access.1))
            .and_then(|mut session| session.run(&bound, &mut transcript));
        Ok((result, transcript))
    }

    /// Runs the change at the host's own address.
    pub fn run(&self, host: &Host) -> Result<(Result<(), ConnectorError>, Transcript)> {
        self.run_at(host, host.socket_address())
    }
}

/// Returns a transcript's text.
pub fn text(transcript: &Transcript) -> String {
    transcript.lines().iter().map(|line| format!("{:?} {}\n", line.direction, line.text)).collect()
}

/// Fails with the transcript if the change failed.
pub fn succeeded((result, transcript): (Result<(), ConnectorError>, Transcript)) -> Result<Transcript> {
    match result {
        Ok(()) => Ok(transcript),
        Err(error) => anyhow::bail!("{error:?}\n{}", text(&transcript)),
    }
}

/// Fails if the change succeeded; otherwise returns its error.
pub fn failed((result, transcript): (Result<(), ConnectorError>, Transcript)) -> Result<ConnectorError> {
    match result {
        Ok(()) => anyhow::bail!("it went through\n{}", text(&transcript)),
        Err(error) => Ok(error),
    }
}

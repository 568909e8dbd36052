//! The errors of practice devices, each with advice.

use crate::Missing;
use std::{io, net::SocketAddr, path::PathBuf};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why a practice device could not be started, asked or stopped.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Error {
    /// This machine cannot run practice devices in its present state. Tests report themselves as skipped; the
    /// demonstration says what to install.
    #[error("practice devices cannot run here: {}; {hint}", listed(.missing))]
    Unavailable {
        /// The missing programs and rights, never empty.
        missing: Vec<Missing>,
        /// The advice how to provide them.
        hint: String,
    },
    /// Neither `XDG_CACHE_HOME` nor `HOME` is set, so there is no folder for the trees.
    #[error("no cache folder is known: set HOME, XDG_CACHE_HOME or CHAVEIRO_LAB_FOLDER")]
    NoFolder,
    /// The read-only tree could not be built.
    #[error("building the practice system {tree} failed (is the network up?):\n{log}")]
    Tree {
        /// The name of the tree, such as `bookworm`.
        tree: &'static str,
        /// The last lines of the builder's output.
        log: String,
    },
    /// Every address of 127.0.1.1 to 127.0.1.254 is in use at this port.
    #[error(
        "all addresses of 127.0.1.0/24 are in use at port {port}: run `cargo xtask lab down` or choose another port"
    )]
    NoAddress {
        /// The port that was requested.
        port: u16,
    },
    /// The requested address is in use.
    #[error("{address} is in use: run `cargo xtask lab down` or choose another number")]
    AddressInUse {
        /// The address that was requested.
        address: SocketAddr,
    },
    /// The device ended before its server listened.
    #[error("the practice device {address} ended before it was ready:\n{log}")]
    HostDied {
        /// The address at which it should have listened.
        address: SocketAddr,
        /// The end of its log.
        log: String,
    },
    /// The device did not listen in time.
    #[error("the practice device {address} was not ready after {seconds} s:\n{log}")]
    NotReady {
        /// The address at which it should have listened.
        address: SocketAddr,
        /// The time that was waited, in seconds.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// The device's first process is gone.
    #[error("the practice device {address} is stopped")]
    Stopped { address: SocketAddr },
    /// A command inside the device ended with an error.
    #[error("`{command}` in the practice device ended with status {status}: {stderr}")]
    Command {
        /// The command as it was given.
        command: String,
        /// Its exit status, -1 when a signal ended it.
        status: i32,
        /// The text that it wrote to standard error.
        stderr: String,
    },
    /// There is no such account or host key, or the server cannot do this.
    #[error("{0}")]
    Unknown(String),
    /// A number of a record or an account has the wrong form.
    #[error("{0}")]
    Invalid(String),
    /// A program could not be run.
    #[error("running {program} failed")]
    Program {
        program: String,
        #[source]
        source: io::Error,
    },
    /// A file could not be read or written.
    #[error("{}", .path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("a socket on this machine failed")]
    Socket(#[from] io::Error),
}

impl Error {
    /// Returns a closure that adds a file's path to an input/output error.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Returns a closure that adds a program's name to an input/output error.
    pub(crate) fn program(program: &str) -> impl FnOnce(io::Error) -> Self {
        let program = program.to_owned();
        move |source| Self::Program { program, source }
    }
}

fn listed(missing: &[Missing]) -> String {
    let names: Vec<&str> = missing.iter().map(Missing::name).collect();
    format!("missing {}", names.join(", "))
}

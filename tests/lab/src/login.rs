//! A login by this machine's OpenSSH client. It decides whether a password works, independently of our own code.

use crate::{Error, Result, place};
use std::{
    fs,
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// The result of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// The server accepted the password. Later events do not matter: an account whose shell is `nologin`, or whose
    /// password is expired, counts as accepted.
    Accepted,
    /// The server answered and refused the account: wrong password, locked or expired account.
    Refused,
    /// No server asked for a password: nothing listens, the line is cut or silent, or the server closes the connection
    /// at once.
    Unreachable,
}

/// The longest time of the client; a refused password takes two seconds because of PAM's delay.
const LIMIT: Duration = Duration::from_secs(30);

/// A script that gives the client the password, which is in the environment of this one process.
const ANSWER: &str = "#!/bin/sh\nprintf '%s\\n' \"$CHAVEIRO_LAB_PASSWORD\"\n";

/// Logs in with `ssh`, with nothing of the user's own configuration, keys or agent.
///
/// # Errors
/// When the client cannot be run.
pub fn login(address: SocketAddr, user: &str, password: &str) -> Result<Login> {
    let folder = place::folder()?;
    let answer = answering_program(&folder)?;
    let mut command = Command::new("ssh");
    command.args(["-v", "-T", "-F", "none", "-p", &address.port().to_string(), "-l", user]);
    for option in OPTIONS {
        command.args(["-o", option]);
    }
    command.arg(address.ip().to_string()).arg("true");
    command.env_remove("SSH_AUTH_SOCK").env_remove("DISPLAY").env("HOME", folder);
    command.env("SSH_ASKPASS", answer).env("SSH_ASKPASS_REQUIRE", "force").env("CHAVEIRO_LAB_PASSWORD", password);
    judge(command)
}

const OPTIONS: &[&str] = &[
    "NumberOfPasswordPrompts=1",
    "PreferredAuthentications=password,keyboard-interactive",
    "PubkeyAuthentication=no",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    "StrictHostKeyChecking=no",
    "UpdateHostKeys=no",
    "IdentityAgent=none",
    "ConnectTimeout=15",
    "ControlPath=none",
];

fn judge(mut command: Command) -> Result<Login> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut client = command.spawn().map_err(Error::program("ssh"))?;
    let reader = client.stderr.take().map(|mut stderr| {
        thread::spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        })
    });
    let until = Instant::now() + LIMIT;
    while client.try_wait().map_err(Error::program("ssh"))?.is_none() {
        if Instant::now() > until {
            client.kill().map_err(Error::program("ssh"))?;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let said = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    Ok(verdict(&said))
}

/// Reads the result from the client's messages: its exit status 255 stands for a refusal and for a cut line alike.
fn verdict(said: &str) -> Login {
    if said.contains("Authenticated to ") {
        Login::Accepted
    } else if said.contains("Authentications that can continue") {
        Login::Refused
    } else {
        Login::Unreachable
    }
}

/// Installs the answering program once and returns its path. It holds no secret. It is stored beside the trees, because
/// many machines do not allow programs to be executed in `/run`.
fn answering_program(folder: &Path) -> Result<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let path = folder.join("answer");
    if fs::read_to_string(&path).is_ok_and(|text| text == ANSWER) {
        return Ok(path);
    }
    fs::create_dir_all(folder).map_err(Error::file(folder))?;
    // Renamed into place: another process may be about to run it.
    let fresh = path.with_extension(std::process::id().to_string());
    fs::write(&fresh, ANSWER).map_err(Error::file(&fresh))?;
    #[cfg(unix)]
    fs::set_permissions(&fresh, std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(Error::file(&fresh))?;
    fs::rename(&fresh, &path).map_err(Error::file(&path))?;
    Ok(path)
}

//! A running practice device: asking it and ending it.
//!
//! Questions about state are answered from `/proc/PID/root`, without a login; commands enter the device's namespaces.

use crate::{
    Error, HostKey, HostSpec, Login, Place, Record, Result, Server, place, record,
    start::{self, DROPPED, system_path},
    tree,
};
use std::{
    fs,
    io::Write,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The result of a command inside a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit status, -1 when a signal ended the command.
    pub status: i32,
    /// Standard output, invalid characters replaced.
    pub stdout: String,
    /// Standard error, invalid characters replaced.
    pub stderr: String,
}

/// A running device. Dropping it ends the device, unless it was started with [`HostSpec::stays`].
#[derive(Debug)]
pub struct Host {
    place: Place,
    record: Record,
    server: Server,
    keys: Vec<HostKey>,
    unshare: Child,
}

impl Host {
    pub(crate) fn start(trees: &Path, spec: &HostSpec) -> Result<Self> {
        let (place, record, unshare) = start::start(trees, spec)?;
        Ok(Self { place, record, server: spec.server, keys: spec.host_keys.clone(), unshare })
    }

    /// Returns the address at which its server listens.
    #[must_use]
    pub fn socket_address(&self) -> SocketAddr {
        self.place.address()
    }

    /// Returns its IP address, 127.0.1.N.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.place.address().ip()
    }

    /// Returns its server's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.place.address().port()
    }

    /// Returns N of 127.0.1.N.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.place.number()
    }

    /// Returns the number of its first process, as the machine sees it.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.record.first_process.number
    }

    /// Tells whether it still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.record.is_running()
    }

    /// Returns the root folder of its files, as seen from outside the device.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn root(&self) -> Result<PathBuf> {
        if !self.is_running() {
            return Err(Error::Stopped { address: self.socket_address() });
        }
        Ok(PathBuf::from(format!("/proc/{}/root", self.process())))
    }

    /// Runs a command inside as root.
    ///
    /// # Errors
    /// If the device is stopped. A failing command is no error here but an [`Output::status`].
    pub fn run(&self, command: &[&str]) -> Result<Output> {
        self.run_with_input(command, "")
    }

    /// Runs a command inside as root and gives it this standard input.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn run_with_input(&self, command: &[&str], input: &str) -> Result<Output> {
        self.root()?;
        let mut enter = entering(&self.record);
        enter.args(command).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = enter.spawn().map_err(Error::program("nsenter"))?;
        if let Some(mut stdin) = child.stdin.take() {
            // An error is ignored: a command may close the pipe without reading its input.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(Error::program("nsenter"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Output {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        })
    }

    /// Runs a shell script (`sh -eu`) inside as root and returns its standard output.
    ///
    /// # Errors
    /// [`Error::Command`] if it fails.
    pub fn shell(&self, script: &str) -> Result<String> {
        let output = self.run(&["sh", "-eu", "-c", script])?;
        if output.status == 0 {
            return Ok(output.stdout);
        }
        Err(Error::Command { command: script.to_owned(), status: output.status, stderr: output.stderr })
    }

    /// Returns the account's line of `/etc/shadow`: the true state of its password, read without a login.
    ///
    /// # Errors
    /// [`Error::Unknown`] if there is no such account.
    pub fn shadow(&self, user: &str) -> Result<String> {
        let path = self.root()?.join("etc/shadow");
        let shadow = fs::read_to_string(&path).map_err(Error::file(&path))?;
        let mine = |line: &&str| line.split(':').next() == Some(user);
        let line = shadow.lines().find(mine).map(str::to_owned);
        line.ok_or_else(|| Error::Unknown(format!("there is no account `{user}` on {}", self.address())))
    }

    /// Returns the public host key as a client sees it: `ssh-ed25519 AAAA…`, without the comment.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the device has no such key.
    pub fn host_public_key(&self, algorithm: HostKey) -> Result<String> {
        let path = self.root()?.join(key_path(algorithm).trim_start_matches('/'));
        let no_key = || Error::Unknown(format!("{} has no {} host key", self.address(), algorithm.word()));
        let text = fs::read_to_string(path).map_err(|_| no_key())?;
        let fields: Vec<&str> = text.split_whitespace().take(2).collect();
        Ok(fields.join(" "))
    }

    /// Returns the fingerprint of a host key, `SHA256:…`, as `ssh-keygen` prints it.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the device has no such key.
    pub fn host_key_fingerprint(&self, algorithm: HostKey) -> Result<String> {
        self.host_public_key(algorithm)?;
        let line = self.shell(&format!("ssh-keygen -lf {}", key_path(algorithm)))?;
        let fingerprint = line.split_whitespace().nth(1).map(str::to_owned);
        fingerprint.ok_or_else(|| Error::Unknown(format!("ssh-keygen printed `{line}`")))
    }

    /// Replaces all host keys and has the server use the new ones; open sessions stay.
    ///
    /// # Errors
    /// [`Error::Unknown`] for Dropbear, which reads its keys only when it starts.
    pub fn rotate_host_key(&self) -> Result<()> {
        if self.server == Server::Dropbear {
            return Err(Error::Unknown("dropbear cannot change its host key while it runs".into()));
        }
        let before = place::listener(self.socket_address());
        for key in &self.keys {
            let path = key_path(*key);
            let path = path.trim_end_matches(".pub");
            self.shell(&format!("rm -f {path}*; ssh-keygen -q -t {} -N '' -f {path}", key.word()))?;
        }
        self.shell("kill -HUP 1")?;
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            let now = place::listener(self.socket_address());
            if now.is_some() && now != before {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err(Error::NotReady { address: self.socket_address(), seconds: 10, log: tree::last_lines(&self.log()?, 10) })
    }

    /// Returns the text that the server has written to its log so far.
    ///
    /// # Errors
    /// If the log is gone, because the device was ended from outside.
    pub fn log(&self) -> Result<String> {
        let path = record::path(self.number(), "log")?;
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Logs in for real with this machine's OpenSSH client.
    ///
    /// # Errors
    /// If the client cannot be run.
    pub fn login(&self, user: &str, password: &str) -> Result<Login> {
        crate::login(self.socket_address(), user, password)
    }

    /// Kills the server, and with it the device, as a power cut would. The address stays reserved and the log readable
    /// as long as this value lives.
    ///
    /// # Errors
    /// If the first process cannot be ended.
    pub fn kill_server(&mut self) -> Result<()> {
        self.record.first_process.kill()?;
        self.unshare.wait().map_err(Error::program("unshare"))?;
        Ok(())
    }

    /// Ends the device and removes every trace of it, also when it was started to stay.
    ///
    /// # Errors
    /// If its first process cannot be ended or its record not removed.
    pub fn stop(mut self) -> Result<()> {
        self.kill_server()?;
        self.record.forget()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if self.record.stays && self.is_running() {
            return;
        }
        // An error cannot be reported here; the record then remains for `cargo xtask lab down`.
        if self.kill_server().is_ok() {
            let _ = self.record.forget();
        }
    }
}

fn key_path(algorithm: HostKey) -> String {
    format!("/etc/ssh/ssh_host_{}_key.pub", algorithm.word())
}

/// Builds an `nsenter` command into a device, with the rights and the environment that root has there.
fn entering(record: &Record) -> Command {
    let mut command = Command::new("nsenter");
    command.args(["-t", &record.first_process.number.to_string(), "-m", "-p", "-u", "-i", "-r", "-w", "--"]);
    command.args(["setpriv", "--bounding-set", DROPPED, "--"]);
    command.env_clear().env("PATH", system_path()).env("LANG", "C").env("HOME", "/root");
    command
}

/// Runs a command inside a recorded device with this program's own terminal and returns its exit status.
///
/// # Errors
/// [`Error::Stopped`] if the device is gone.
pub fn run_in(record: &Record, command: &[String]) -> Result<i32> {
    if !record.is_running() {
        return Err(Error::Stopped { address: record.address });
    }
    let mut enter = entering(record);
    if let Some(terminal) = std::env::var_os("TERM") {
        enter.env("TERM", terminal);
    }
    let status = enter.args(command).status().map_err(Error::program("nsenter"))?;
    Ok(status.code().unwrap_or(-1))
}

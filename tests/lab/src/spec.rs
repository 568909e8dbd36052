//! The specification of a practice device, made before it starts.

use crate::{Error, Result};

/// The server that a device runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Server {
    /// OpenSSH 9.2 with PAM on Debian 12.
    #[default]
    OpenSsh,
    /// OpenSSH 10 on Debian 13, with its penalties per source address.
    OpenSsh10,
    /// Dropbear on Debian 12: a second implementation, without PAM, which ignores expiry.
    Dropbear,
}

impl Server {
    pub(crate) fn tree(self) -> &'static str {
        match self {
            Self::OpenSsh | Self::Dropbear => "bookworm",
            Self::OpenSsh10 => "trixie",
        }
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::OpenSsh | Self::OpenSsh10 => "openssh",
            Self::Dropbear => "dropbear",
        }
    }

    /// Returns the name to show, such as `OpenSSH (bookworm)`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenSsh => "OpenSSH (bookworm)",
            Self::OpenSsh10 => "OpenSSH (trixie)",
            Self::Dropbear => "Dropbear (bookworm)",
        }
    }
}

/// The sudo rights of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Sudo {
    #[default]
    None,
    /// All commands, after its own password.
    WithPassword,
    /// All commands, without a password (`NOPASSWD`).
    WithoutPassword,
}

impl Sudo {
    fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::WithPassword => "with-password",
            Self::WithoutPassword => "without-password",
        }
    }
}

/// An account of a device. An account that already exists, such as `root`, gets the password, the shell and the sudo
/// rights.
#[derive(Debug, Clone)]
pub struct Account {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) shell: String,
    pub(crate) sudo: Sudo,
}

impl Account {
    /// Makes an account with `/bin/bash` and without sudo.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self { name: name.into(), password: password.into(), shell: "/bin/bash".into(), sudo: Sudo::None }
    }

    /// Sets its sudo rights.
    #[must_use]
    pub fn sudo(mut self, sudo: Sudo) -> Self {
        self.sudo = sudo;
        self
    }

    /// Sets the login shell, such as `/usr/sbin/nologin`.
    #[must_use]
    pub fn shell(mut self, shell: impl Into<String>) -> Self {
        self.shell = shell.into();
        self
    }

    /// Builds one line for the device's first process: fields separated by 0x1f, the password last because it may
    /// contain anything but a line end.
    fn line(&self) -> Result<String> {
        let plain = |text: &str| !text.is_empty() && !text.contains(['\n', '\0', '\u{1f}', ':']);
        let name_is_plain = self.name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !plain(&self.name) || !name_is_plain || !plain(&self.shell) {
            return Err(Error::Invalid(format!("`{}` cannot be the name of a practice account", self.name)));
        }
        if self.password.is_empty() || self.password.contains(['\n', '\0']) {
            return Err(Error::Invalid(format!("the password of `{}` is empty or has a line end", self.name)));
        }
        Ok([&self.name, &self.shell, self.sudo.word(), &self.password].join("\u{1f}"))
    }
}

/// The algorithm of a host key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum HostKey {
    Ed25519,
    Ecdsa,
    /// `ssh-rsa`, only on request because making one takes long.
    Rsa,
}

impl HostKey {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Ecdsa => "ecdsa",
            Self::Rsa => "rsa",
        }
    }
}

/// The specification of a device.
#[derive(Debug, Clone)]
pub struct HostSpec {
    pub(crate) server: Server,
    pub(crate) accounts: Vec<Account>,
    pub(crate) sshd_options: Vec<String>,
    pub(crate) set_up: Vec<String>,
    pub(crate) host_keys: Vec<HostKey>,
    pub(crate) number: Option<u8>,
    pub(crate) port: u16,
    pub(crate) stays: bool,
}

impl Default for HostSpec {
    fn default() -> Self {
        Self {
            server: Server::OpenSsh,
            accounts: Vec::new(),
            sshd_options: Vec::new(),
            set_up: Vec::new(),
            host_keys: vec![HostKey::Ed25519, HostKey::Ecdsa],
            number: None,
            port: 2222,
            stays: false,
        }
    }
}

impl HostSpec {
    /// Specifies OpenSSH on Debian 12 at the first free address, port 2222, without accounts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the server that the device runs.
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.server = server;
        self
    }

    /// Adds an account to the device.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Adds a line of sshd's configuration, such as `MaxAuthTries 2`. It is written before the lab's own lines and
    /// takes precedence.
    #[must_use]
    pub fn sshd_option(mut self, line: impl Into<String>) -> Self {
        self.sshd_options.push(line.into());
        self
    }

    /// Adds a shell script (`sh -eu`) that runs inside as root, after the accounts exist and before the server starts.
    #[must_use]
    pub fn set_up(mut self, script: impl Into<String>) -> Self {
        self.set_up.push(script.into());
        self
    }

    /// Chooses the host keys instead of Ed25519 and ECDSA.
    #[must_use]
    pub fn host_keys(mut self, keys: &[HostKey]) -> Self {
        self.host_keys = keys.to_vec();
        self
    }

    /// Requests the address 127.0.1.`number` instead of the first free one.
    #[must_use]
    pub fn number(mut self, number: u8) -> Self {
        self.number = Some(number);
        self
    }

    /// Chooses another port than 2222.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Lets the device outlive the program that starts it, until `cargo xtask lab down`. Dropping its [`crate::Host`]
    /// then does not end it.
    #[must_use]
    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    pub(crate) fn account_lines(&self) -> Result<String> {
        let lines: Result<Vec<String>> = self.accounts.iter().map(Account::line).collect();
        Ok(lines?.join("\n"))
    }

    pub(crate) fn key_words(&self) -> String {
        let words: Vec<&str> = self.host_keys.iter().map(|key| key.word()).collect();
        words.join(" ")
    }
}

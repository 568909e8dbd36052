//! Ansible on the same hosts, from PyPI, in an environment that is thrown away.
//!
//! It runs in the fastest way that people commonly use for this: one task that feeds `chpasswd` on standard input, no
//! facts gathered, host keys not checked. Connections that it keeps open are closed after each turn.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use lab::Host;

use crate::{
    ACCOUNT, ADMINISTRATOR,
    measured::{Sample, turn},
};

/// The way in which Ansible is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Manner {
    Plain,
    Pipelining,
    /// With pipelining, and a second login as the account.
    Verifying,
}

/// An installed Ansible with its playbooks.
pub struct Ansible {
    folder: tempfile::TempDir,
}

const CHANGE: &str = "\
- hosts: all
  gather_facts: no
  tasks:
    - ansible.builtin.shell: {cmd: /usr/sbin/chpasswd, stdin: \"ACCOUNT:{{ new_password }}\"}
      become: yes
      no_log: true
";

const VERIFY: &str = "    - ansible.builtin.raw: \"true\"
      vars: {ansible_user: ACCOUNT, ansible_password: \"{{ new_password }}\"}
      no_log: true
";

impl Ansible {
    /// Installs Ansible and writes its files.
    ///
    /// # Errors
    /// If Python, its `venv` module or the network is missing.
    pub fn install(hosts: &[Host]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let run = |command: &mut Command| -> Result<()> {
            let output = command.output().context("python3 is needed for this peer")?;
            if !output.status.success() {
                bail!("ansible could not be installed: {}", String::from_utf8_lossy(&output.stderr));
            }
            Ok(())
        };
        run(Command::new("python3").args(["-m", "venv"]).arg(folder.path().join("venv")))?;
        run(Command::new(folder.path().join("venv/bin/pip")).args(["install", "--quiet", "ansible-core"]))?;
        fs::create_dir(folder.path().join("lines"))?;
        let change = CHANGE.replace("ACCOUNT", ACCOUNT);
        fs::write(folder.path().join("change.yml"), &change)?;
        fs::write(folder.path().join("verify.yml"), change + &VERIFY.replace("ACCOUNT", ACCOUNT))?;
        fs::write(folder.path().join("hosts"), inventory(hosts)?)?;
        Ok(Self { folder })
    }

    /// Changes the account's password on every host.
    ///
    /// # Errors
    /// If the playbook fails.
    pub fn change_all(&self, hosts: &[Host], forks: usize, manner: Manner) -> Result<Sample> {
        let folder = self.folder.path();
        let book = if manner == Manner::Verifying { "verify.yml" } else { "change.yml" };
        let who = match manner {
            Manner::Plain => "ansible",
            Manner::Pipelining => "ansible pipelining",
            Manner::Verifying => "ansible verifying",
        };
        let sample = turn(who, forks, hosts.len(), || {
            let output = Command::new(folder.join("venv/bin/ansible-playbook"))
                .args(["-f", &forks.to_string(), "-i"])
                .arg(folder.join("hosts"))
                .arg(folder.join(book))
                .env("HOME", folder)
                .env("ANSIBLE_HOME", folder.join("home"))
                .env("ANSIBLE_HOST_KEY_CHECKING", "False")
                .env("ANSIBLE_NOCOWS", "1")
                .env("ANSIBLE_PIPELINING", if manner == Manner::Plain { "0" } else { "1" })
                .env("ANSIBLE_SSH_CONTROL_PATH_DIR", folder.join("lines"))
                .stdin(Stdio::null())
                .output()?;
            if !output.status.success() {
                bail!("ansible failed: {}", String::from_utf8_lossy(&output.stdout));
            }
            Ok(())
        });
        close_lines(&folder.join("lines"))?;
        sample
    }
}

fn inventory(hosts: &[Host]) -> Result<String> {
    let mut text = String::from("[all]\n");
    for host in hosts {
        let (number, address, port) = (host.number(), host.address(), host.port());
        let (user, password) = ADMINISTRATOR;
        writeln!(
            text,
            "host{number} ansible_host={address} ansible_port={port} ansible_user={user} ansible_password='{password}' \
             new_password='Nw-{number}-aZ-9xkQ'"
        )?;
    }
    text.push_str(
        "[all:vars]\nansible_ssh_common_args='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'\n",
    );
    text.push_str("ansible_python_interpreter=/usr/bin/python3\n");
    Ok(text)
}

/// Ends the connections that Ansible keeps open, so that each turn begins without any.
fn close_lines(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let control = format!("ControlPath={}", entry?.path().display());
        let mut close = Command::new("ssh");
        close.args(["-F", "none", "-O", "exit", "-o", &control, "nowhere"]);
        // An error is ignored: the connection may have ended in the meantime.
        close.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    }
    Ok(())
}

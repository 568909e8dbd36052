//! A real server behind a breakable line, and a vault on a small disk that changes passwords on it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use app::{
    CredentialForm,
    domain::{CredentialId, ReconciliationSettings},
};
use demo::{Access, NewCredential, Practice, Setup};
use lab::{Account, Host, HostSpec, Lab, Proxy, Sudo};

use crate::{
    disk::{self, Disk},
    plan::Displaced,
};

const ROOT: &str = "Root-pw-1!aZ";
const FIRST: &str = "Start-pw-1!aZ";
/// A password that the vault was never told.
pub const SET_ELSEWHERE: &str = "Set-elsewhere-1!aZ";

/// What is done to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Its password is changed.
    Change,
    /// Somebody has set another password; it is reconciled.
    Reconcile,
}

/// Accounts, the template by which they change, and the parent that an account follows.
const ACCOUNTS: &[(&str, &str, Option<&str>)] = &[
    ("alone", "ssh-own-passwd", None),
    ("typed", "ssh-root-passwd", None),
    ("piped", "ssh-root-chpasswd", None),
    ("raised", "ssh-sudo-chpasswd", None),
    ("parent", "ssh-root-chpasswd", None),
    ("child", "ssh-root-chpasswd", Some("parent")),
];

/// What the runs choose from: the first account is worked on, the others follow it.
const SUBJECTS: &[(&[&str], Work)] = &[
    (&["alone"], Work::Change),
    (&["typed"], Work::Change),
    (&["piped"], Work::Change),
    (&["raised"], Work::Change),
    (&["parent", "child"], Work::Change),
    (&["alone"], Work::Reconcile),
    (&["piped"], Work::Reconcile),
];

/// An account on the server and its credential in the vault.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Known {
    /// Its name on the server.
    pub username: &'static str,
    pub credential: CredentialId,
}

/// What one run works on.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Subject {
    /// The accounts whose passwords are at stake; the operation is on the first.
    pub accounts: Vec<Known>,
    pub work: Work,
}

/// A server, a line, a disk and a vault.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct World {
    pub host: Host,
    /// The line to it.
    pub proxy: Proxy,
    /// What the vault lies on.
    pub disk: Disk,
    pub vault: PathBuf,
    pub subjects: Vec<Subject>,
    /// A copy of the vault from before the run.
    older: tempfile::TempDir,
    /// Where the executor writes its log.
    pub log: tempfile::TempDir,
    /// Where copies of a vault are saved whose files are gone.
    pub rescue: tempfile::TempDir,
}

impl World {
    /// The number of accounts in every world.
    pub const SUBJECTS: usize = SUBJECTS.len();

    /// Starts a server and fills a vault.
    ///
    /// # Errors
    /// When the lab or the vault cannot be made.
    pub fn new(lab: &Lab) -> Result<Self> {
        let mut spec = HostSpec::new()
            .account(Account::new("root", ROOT))
            .account(Account::new("ops", ROOT).sudo(Sudo::WithPassword))
            .sshd_option("PermitRootLogin yes")
            .sshd_option("MaxStartups 100")
            // A refused password would cost two seconds; the campaign refuses many.
            .set_up("sed -i 's/pam_unix.so nullok/pam_unix.so nullok nodelay/' /etc/pam.d/common-auth");
        for (username, ..) in ACCOUNTS {
            spec = spec.account(Account::new(*username, FIRST));
        }
        let host = lab.start(spec)?;
        let proxy = Proxy::start(host.socket_address())?;
        let disk = Disk::mount()?;
        let practice = Practice::create(disk.path(), "Faults", Setup::default())?;
        let device = practice.enter_device("srv-01", &proxy.address().ip().to_string(), proxy.address().port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let (root, ops) = (enter("root", ROOT, Access::None)?, enter("ops", ROOT, Access::None)?);
        let mut known: Vec<Known> = Vec::new();
        for (username, template, parent) in ACCOUNTS {
            let access = match *template {
                "ssh-own-passwd" => Access::Own(template),
                "ssh-sudo-chpasswd" => Access::Through(ops, template),
                _ => Access::Through(root, template),
            };
            let credential = enter(username, FIRST, access)?;
            let parent = known.iter().find(|known| Some(known.username) == *parent).map(|known| known.credential);
            set_up(&practice, credential, root, parent)?;
            known.push(Known { username, credential });
        }
        let find = |name: &&str| known.iter().find(|known| known.username == *name).copied();
        let subjects = SUBJECTS
            .iter()
            .map(|(names, work)| Subject { accounts: names.iter().filter_map(find).collect(), work: *work })
            .collect();
        let vault = practice.vault_folder()?;
        practice.app.vaults().release();
        let (older, log, rescue) = (tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?);
        Ok(Self { host, proxy, disk, vault, subjects, older, log, rescue })
    }

    /// Keeps a copy of the vault, and then makes the vault another one than the copy, with the same passwords.
    ///
    /// # Errors
    /// When it cannot be copied or opened.
    pub fn keep_older(&self) -> Result<()> {
        fs::remove_dir_all(self.older.path())?;
        disk::copy_folder(&self.vault, self.older.path())?;
        let practice = Practice::unlock(&self.vault, Setup::default())?;
        practice.app.vaults().release();
        Ok(())
    }

    /// Takes the vault's files away while it is open. What the program itself must be told is not done here.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn displace(&self, how: Displaced) -> Result<()> {
        match how {
            Displaced::Deleted => fs::remove_dir_all(&self.vault)?,
            Displaced::Renamed => fs::rename(&self.vault, self.elsewhere())?,
            Displaced::Replaced => {
                fs::rename(&self.vault, self.elsewhere())?;
                disk::copy_folder(self.older.path(), &self.vault)?;
            }
            Displaced::Overwritten => {
                fs::copy(self.older.path().join("vault.db"), self.vault.join("vault.db"))?;
            }
            Displaced::Unmounted => self.disk.unmount()?,
            Displaced::ReadOnly => self.disk.make_read_only()?,
            Displaced::Stale => {}
        }
        Ok(())
    }

    /// Goes on with the copy that was saved, at the vault's own place.
    ///
    /// # Errors
    /// When it cannot be copied there.
    pub fn go_on_with(&self, how: Displaced, copy: &Path) -> Result<()> {
        if how == Displaced::Unmounted {
            self.disk.mount_again()?;
        }
        for old in [&self.vault, &self.elsewhere()] {
            if old.exists() {
                fs::remove_dir_all(old)?;
            }
        }
        disk::copy_folder(copy, &self.vault)?;
        Ok(fs::remove_dir_all(copy)?)
    }

    fn elsewhere(&self) -> PathBuf {
        self.disk.path().join("Elsewhere.vault")
    }

    /// Sets a password that the vault does not know.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn set_elsewhere(&self, username: &str) -> Result<()> {
        self.host.run_with_input(&["chpasswd"], &format!("{username}:{SET_ELSEWHERE}\n"))?;
        Ok(())
    }

    /// Everything that runs on the server dies except the process that holds its memory, and nobody is let in.
    ///
    /// # Errors
    /// When the server is gone altogether.
    pub fn kill_server(&self) -> Result<()> {
        self.proxy.inject(lab::Fault::Refuse);
        self.host.run(&["sh", "-c", "kill -KILL -1"]).context("killing what runs on the server")?;
        self.proxy.cut_all(lab::Ending::Close);
        Ok(())
    }

    /// Ends every fault of the world.
    pub fn heal(&self) {
        self.proxy.heal();
        self.disk.make_writable();
        self.disk.free();
    }
}

/// Passwords that are not the subjects' own and must not be seen either.
pub fn other_secrets() -> Vec<String> {
    vec![ROOT.to_owned(), demo::PASSWORD.to_owned()]
}

/// Lets root repair the credential, and lets it follow its parent.
fn set_up(practice: &Practice, id: CredentialId, root: CredentialId, parent: Option<CredentialId>) -> Result<()> {
    let mut details = practice.app.credentials().get(id)?.0.credential.details;
    details.execution.parent = parent;
    details.execution.reconciliation = ReconciliationSettings {
        enabled: true,
        autorun: false,
        credential: Some(root),
        plugin: Some("ssh".to_owned()),
        template: Some("ssh-root-chpasswd".to_owned()),
    };
    practice.app.credentials().save(CredentialForm { id: Some(id), details, password: None, private_key: None })?;
    Ok(())
}

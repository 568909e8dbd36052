//! A real server behind a breakable line, and a vault on a small disk that changes passwords on it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use app::domain::CredentialId;
use demo::{Access, NewCredential, Practice, Setup};
use lab::{Account, Host, HostSpec, Lab, Proxy, Sudo};

use crate::disk::Disk;

const ROOT: &str = "Root-pw-1!aZ";
const FIRST: &str = "Start-pw-1!aZ";

/// An account whose password is changed, and by which template.
const SUBJECTS: &[(&str, &str)] =
    &[("alone", "ssh-own-passwd"), ("typed", "ssh-root-passwd"), ("piped", "ssh-root-chpasswd"), ("raised", "ssh-sudo-chpasswd")];

/// One account under test.
pub struct Subject {
    /// Its name on the server.
    pub username: &'static str,
    /// Its credential in the vault.
    pub credential: CredentialId,
}

/// A server, a line, a disk and a vault.
pub struct World {
    /// The server.
    pub host: Host,
    /// The line to it.
    pub proxy: Proxy,
    /// What the vault lies on.
    pub disk: Disk,
    /// The vault's folder.
    pub vault: PathBuf,
    /// The accounts.
    pub subjects: Vec<Subject>,
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
        for (username, _) in SUBJECTS {
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
        let mut subjects = Vec::new();
        for (username, template) in SUBJECTS {
            let access = match *template {
                "ssh-own-passwd" => Access::Own(template),
                "ssh-sudo-chpasswd" => Access::Through(ops, template),
                _ => Access::Through(root, template),
            };
            subjects.push(Subject { username, credential: enter(username, FIRST, access)? });
        }
        let vault = practice.vault_folder()?;
        practice.app.vaults().release();
        Ok(Self { host, proxy, disk, vault, subjects })
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
        self.disk.free();
    }
}

/// Passwords that are not the subjects' own and must not be seen either.
pub fn other_secrets() -> Vec<String> {
    vec![ROOT.to_owned(), demo::PASSWORD.to_owned()]
}

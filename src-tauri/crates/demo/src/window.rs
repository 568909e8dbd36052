//! The program's window on a demonstration vault. The user's own vaults and preferences are not touched.

use std::{
    io::{self, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};
use demo::{Access, NewCredential, PASSWORD, Practice, Setup, USER_NAME};
use lab::{Account, Host, HostSpec, Lab, Sudo};

use crate::home;

/// The devices of the demonstration.
const DEVICES: [&str; 3] = ["web-01", "web-02", "db-01"];

/// Starts practice devices, makes a vault for them and opens the program on it. The devices and the vault are removed
/// when the window is closed.
pub fn open(program: &Path) -> Result<()> {
    let lab = Lab::prepare().context("practice devices cannot be had here")?;
    let spec = HostSpec::new()
        .account(Account::new("root", "Root-pw-1"))
        .account(Account::new("deploy", "Start-pw-1"))
        .account(Account::new("backup-agent", "Start-pw-2"))
        .account(Account::new("ops", "Start-pw-3").sudo(Sudo::WithPassword))
        .account(Account::new("app", "Start-pw-4"))
        .sshd_option("PermitRootLogin yes");
    let hosts = lab.start_all(vec![spec; DEVICES.len()])?;
    let folder = tempfile::tempdir()?;
    let vault = furnish(folder.path(), &hosts)?;
    home::remember(folder.path(), &vault)?;
    let mut output = io::stderr().lock();
    writeln!(output, "\n  Unlock the vault \"Demonstration\" as {USER_NAME} with the password: {PASSWORD}")?;
    writeln!(output, "  Then: Executions, Request password change. Close the window to end the demonstration.\n")?;
    drop(output);
    let ended = home::desktop(Command::new(program), folder.path()).status();
    let ended = ended.with_context(|| format!("{} did not start", program.display()))?;
    if !ended.success() {
        bail!("the program ended with {ended}");
    }
    Ok(())
}

/// Makes the vault with its devices and credentials, closes it again and returns its folder.
fn furnish(folder: &Path, hosts: &[Host]) -> Result<std::path::PathBuf> {
    let practice = Practice::create(folder, "Demonstration", Setup::default())?;
    for (name, host) in DEVICES.iter().zip(hosts) {
        let device = practice.enter_device(name, &host.address().to_string(), host.port())?;
        practice.accept_host_key(device)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let root = enter("root", "Root-pw-1", Access::Own("ssh-own-passwd"))?;
        let ops = enter("ops", "Start-pw-3", Access::Own("ssh-own-passwd"))?;
        enter("deploy", "Start-pw-1", Access::Own("ssh-own-passwd"))?;
        enter("backup-agent", "Start-pw-2", Access::Through(root, "ssh-root-chpasswd"))?;
        enter("app", "Start-pw-4", Access::Through(ops, "ssh-sudo-chpasswd"))?;
    }
    let vault = practice.vault_folder()?;
    practice.app.vaults().release();
    Ok(vault)
}

//! Full disks and read-only folders, for real: each test starts itself once more in a mount namespace of its own, with
//! a small disk or a read-only one. Where the system does not allow that, the test says so and is skipped.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::Context;
use domain::{SecretKind, SecretOrigin};
use secret::Secret;
use tempfile::TempDir;
use vault::{DeviceQuery, ReadOnly, SecretsKey, Vault, VaultError};

use crate::world::{World, copy_folder, create, credential, device, files, now, open, refusal, somebody};

const FOLDER: &str = "CHAVEIRO_TEST_MOUNT_FOLDER";

/// Runs the named test of this binary where `mount` was run first, with the folder as `$1`.
fn inside(mount: &str, test: &str, folder: &Path) -> anyhow::Result<()> {
    let allowed = Command::new("unshare")
        .args(["--mount", "mount", "-t", "tmpfs", "tmpfs"])
        .arg(folder)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !allowed {
        writeln!(std::io::stderr(), "SKIPPED {test}: no mount namespace may be made here")?;
        return Ok(());
    }
    let (_, module) = module_path!().split_once("::").context("a test is in a module of its crate")?;
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-ec", &format!("{mount}; shift; exec \"$@\""), "sh"])
        .arg(folder)
        .arg(env::current_exe()?)
        .args(["--exact", &format!("{module}::{test}"), "--nocapture"])
        .env(FOLDER, folder)
        .output()?;
    let reported = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && reported.contains("1 passed"),
        "{reported}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

fn folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

#[test]
fn a_full_disk_loses_nothing() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    inside("mount -t tmpfs -o size=4m tmpfs \"$1\"", "inside_a_full_disk", folder.path())
}

/// Fills the disk and returns how many devices were acknowledged.
fn fill(vault: &Vault, key: &SecretsKey) -> anyhow::Result<u64> {
    for number in 0..100_000_u64 {
        let device = device(&format!("srv-{number}"), somebody());
        let credential = credential(device.id, "root");
        let secret = Secret::new("x".repeat(3_000));
        let written = vault.write(|w| {
            w.devices_mut().insert(&device)?;
            w.credentials_mut().insert(&credential)?;
            w.secrets_mut().set_current(key, credential.id, SecretKind::Password, &secret, SecretOrigin::Entered, now())
        });
        match written {
            Ok(_) => {}
            Err(VaultError::DiskFull) => return Ok(number),
            Err(other) => return Err(other.into()),
        }
    }
    anyhow::bail!("the disk was never full")
}

/// Not a test of its own: runs where the folder is a disk of 4 MB.
#[test]
fn inside_a_full_disk() -> anyhow::Result<()> {
    let Some(disk) = folder() else { return Ok(()) };
    let count = |vault: &Vault| vault.read(|r| r.devices().list(&DeviceQuery::default())).map(|page| page.total);
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![7; 1_000_000])?;
    let (vault, session) = create(&disk, "Small")?;
    let written = fill(&vault, session.require_secrets_key()?)?;
    assert!(written > 10, "some fitted: {written}");
    assert_eq!(count(&vault)?, written, "what was acknowledged is there, and nothing more");
    drop(vault);
    // This file takes the last free byte.
    let mut rest = fs::File::create(disk.join("rest"))?;
    while rest.write_all(&[7; 512]).is_ok() {}
    drop(rest);
    let error = refusal(create(&disk, "Another"))?;
    assert!(matches!(error, VaultError::DiskFull), "there is no room for another: {error:?}");
    assert!(!disk.join("Another.vault").exists(), "and nothing of it is left");
    let vault = open(&disk.join("Small.vault"))?;
    assert_eq!(count(&vault)?, written, "a full disk keeps nobody from the passwords");
    drop(vault);
    fs::remove_file(&ballast)?;
    let vault = open(&disk.join("Small.vault"))?;
    assert!(!vault.is_read_only(), "with room, it is as before");
    assert_eq!(count(&vault)?, written, "all of it is there");
    let device = device("at last", somebody());
    vault.write(|w| w.devices_mut().insert(&device))?;
    Ok(())
}

#[test]
fn a_vault_in_a_read_only_folder_opens_for_reading() -> anyhow::Result<()> {
    let world = World::new()?;
    world.device("srv")?;
    let (parent, team) = world.close();
    // A second vault is on the disk. Its last process was killed, so that its log is not empty.
    let vault = open(&team)?;
    vault.write(|w| w.devices_mut().insert(&device("in the log", somebody())))?;
    copy_folder(&team, &parent.path().join("Crashed.vault"))?;
    drop(vault);
    let mount = "mount --bind \"$1\" \"$1\"; mount -o remount,bind,ro \"$1\"";
    inside(mount, "inside_a_read_only_folder", parent.path())
}

/// Not a test of its own: runs where the folder cannot be written to.
#[test]
fn inside_a_read_only_folder() -> anyhow::Result<()> {
    let Some(parent) = folder() else { return Ok(()) };
    let error = refusal(create(&parent, "New"))?;
    assert!(matches!(error, VaultError::FolderReadOnly), "nothing can be made: {error:?}");
    let team = parent.join("Team.vault");
    let before = files(&team)?;
    let vault = open(&team)?;
    assert_eq!(vault.read_only_reason(), Some(ReadOnly::Folder), "it says why");
    assert_eq!(vault.read(|r| r.devices().list(&DeviceQuery::default()))?.total, 2, "it can be read");
    let written = vault.write(|w| w.devices_mut().insert(&device("no", somebody())));
    assert!(matches!(written, Err(VaultError::ReadOnly)), "it cannot be written: {written:?}");
    drop(vault);
    assert_eq!(files(&team)?, before, "no byte changed");
    let error = refusal(open(&parent.join("Crashed.vault")))?;
    assert!(matches!(error, VaultError::FolderReadOnly), "its log must be taken in first: {error:?}");
    Ok(())
}

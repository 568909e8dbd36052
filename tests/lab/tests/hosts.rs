//! The behaviour of practice devices: real accounts, real logins, and nothing left on the machine.

use anyhow::{Context, Result, ensure};
use lab::{Account, Host, HostKey, HostSpec, Lab, Login, Server, Sudo, lab_or_skip};
use std::{
    collections::HashSet,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    time::{Duration, Instant},
};

const OLD: &str = "Start-pw-1";
const NEW: &str = "Hj8 :\"'forced-new$";

fn with_alice() -> HostSpec {
    HostSpec::new().account(Account::new("alice", OLD).sudo(Sudo::WithPassword))
}

/// A file's path, rights, owner and content.
type Entry = (String, u32, u32, Vec<u8>);

/// Collects every file below a folder.
fn fingerprint(folder: &Path, into: &mut Vec<Entry>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let about = entry.path().symlink_metadata()?;
        let content = if about.is_symlink() {
            fs::read_link(entry.path())?.into_os_string().into_encoded_bytes()
        } else if about.is_file() {
            fs::read(entry.path())?
        } else {
            Vec::new()
        };
        into.push((entry.path().display().to_string(), about.permissions().mode(), about.uid(), content));
        if about.is_dir() {
            fingerprint(&entry.path(), into)?;
        }
    }
    Ok(())
}

fn machine() -> Result<Vec<Entry>> {
    let mut all = Vec::new();
    fingerprint(Path::new("/etc"), &mut all)?;
    Ok(all)
}

fn mounts() -> Result<usize> {
    Ok(fs::read_to_string("/proc/self/mounts")?.lines().count())
}

fn change(host: &Host, user: &str, password: &str) -> Result<()> {
    let output = host.run_with_input(&["chpasswd"], &format!("{user}:{password}\n"))?;
    ensure!(output.status == 0, "chpasswd: {}", output.stderr);
    Ok(())
}

#[test]
fn changes_a_password_on_a_device_and_nothing_on_the_machine() -> Result<()> {
    let Some(lab) = lab_or_skip("changes_a_password_on_a_device_and_nothing_on_the_machine")? else {
        return Ok(());
    };
    let before = machine()?;
    let mounts_before = mounts()?;
    let host = lab.start(with_alice())?;
    let shadow = host.shadow("alice")?;
    assert_eq!(host.login("alice", OLD)?, Login::Accepted, "the first password opens the account");

    change(&host, "alice", NEW)?;

    assert_ne!(host.shadow("alice")?, shadow, "the hash changed");
    assert_eq!(host.login("alice", OLD)?, Login::Refused, "the old password is over");
    assert_eq!(host.login("alice", NEW)?, Login::Accepted, "the new password opens the account");
    assert!(host.log()?.contains("Accepted password for alice"), "the server's log tells of the login");
    assert_eq!(mounts()?, mounts_before, "the device's mounts are not the machine's");
    host.stop()?;
    assert!(machine()? == before, "/etc of this machine is byte for byte what it was");
    Ok(())
}

#[test]
fn starts_twenty_devices_with_keys_of_their_own() -> Result<()> {
    let Some(lab) = lab_or_skip("starts_twenty_devices_with_keys_of_their_own")? else {
        return Ok(());
    };
    let hosts = lab.start_all(vec![with_alice(); 20])?;
    let addresses: HashSet<_> = hosts.iter().map(Host::socket_address).collect();
    assert_eq!(addresses.len(), 20, "each has an address of its own");
    let mut keys = HashSet::new();
    for host in &hosts {
        let fingerprint = host.host_key_fingerprint(HostKey::Ed25519)?;
        assert!(fingerprint.starts_with("SHA256:"), "{fingerprint}");
        keys.insert(fingerprint);
        keys.insert(host.host_key_fingerprint(HostKey::Ecdsa)?);
    }
    assert_eq!(keys.len(), 40, "no two host keys are the same");
    let last = hosts.last().context("twenty devices")?;
    assert_eq!(last.login("alice", OLD)?, Login::Accepted);
    Ok(())
}

#[test]
fn stopping_and_dropping_leave_nothing() -> Result<()> {
    let Some(lab) = lab_or_skip("stopping_and_dropping_leave_nothing")? else {
        return Ok(());
    };
    for stops in [true, false] {
        let host = lab.start(with_alice())?;
        let (number, process, address) = (host.number(), host.process(), host.socket_address());
        assert!(Path::new(&format!("/proc/{process}/root/etc/shadow")).exists(), "the device runs");
        if stops {
            host.stop()?
        } else {
            drop(host)
        }
        assert!(!Path::new(&format!("/proc/{process}")).exists(), "its first process is gone");
        assert!(!lab::records()?.iter().any(|it| it.first_process_number() == process), "no record of {number}");
        assert_eq!(lab::login(address, "alice", OLD)?, Login::Unreachable, "nothing listens at {address}");
    }
    Ok(())
}

#[test]
fn devices_outlive_the_thread_that_started_them() -> Result<()> {
    let Some(lab) = lab_or_skip("devices_outlive_the_thread_that_started_them")? else {
        return Ok(());
    };
    let started = std::thread::spawn(move || lab.start(with_alice())).join();
    let host = started.map_err(|_| anyhow::anyhow!("the starting thread failed"))??;
    std::thread::sleep(Duration::from_millis(200));
    assert!(host.is_running(), "the death signal is for the program, not for the thread");
    Ok(())
}

#[test]
fn killing_the_server_makes_the_device_unreachable() -> Result<()> {
    let Some(lab) = lab_or_skip("killing_the_server_makes_the_device_unreachable")? else {
        return Ok(());
    };
    let mut host = lab.start(with_alice())?;
    host.kill_server()?;
    assert!(!host.is_running());
    assert_eq!(host.login("alice", OLD)?, Login::Unreachable);
    assert!(host.run(&["true"]).is_err(), "there is no device to run a command in");
    Ok(())
}

#[test]
fn a_new_host_key_is_shown_to_the_next_client() -> Result<()> {
    let Some(lab) = lab_or_skip("a_new_host_key_is_shown_to_the_next_client")? else {
        return Ok(());
    };
    let host = lab.start(with_alice().host_keys(&[HostKey::Ed25519]))?;
    let before = host.host_key_fingerprint(HostKey::Ed25519)?;
    host.rotate_host_key()?;
    let after = host.host_key_fingerprint(HostKey::Ed25519)?;
    assert_ne!(before, after);
    let scan = std::process::Command::new("ssh-keyscan")
        .args(["-p", &host.port().to_string(), &host.address().to_string()])
        .output()?;
    let shown = String::from_utf8_lossy(&scan.stdout).into_owned();
    assert!(shown.contains(&host.host_public_key(HostKey::Ed25519)?), "{shown}");
    assert!(host.host_public_key(HostKey::Ecdsa).is_err(), "only the requested kind exists");
    Ok(())
}

#[test]
fn sudo_follows_the_rights_given() -> Result<()> {
    let Some(lab) = lab_or_skip("sudo_follows_the_rights_given")? else {
        return Ok(());
    };
    let host = lab.start(
        HostSpec::new()
            .account(Account::new("asked", "Asked-pw-1").sudo(Sudo::WithPassword))
            .account(Account::new("free", "Free-pw-1").sudo(Sudo::WithoutPassword))
            .account(Account::new("plain", "Plain-pw-1")),
    )?;
    let as_root = |user: &str, input: &str| -> Result<bool> {
        let output = host.run_with_input(&["su", user, "-c", "sudo -S -p '' id -u 2>/dev/null"], input)?;
        Ok(output.stdout.trim() == "0")
    };
    assert!(as_root("free", "")?, "NOPASSWD asks nothing");
    assert!(!as_root("asked", "")?, "without its password nothing happens");
    assert!(as_root("asked", "Asked-pw-1\n")?);
    assert!(!as_root("plain", "Plain-pw-1\n")?);
    Ok(())
}

#[test]
fn options_and_set_up_shape_the_device() -> Result<()> {
    let Some(lab) = lab_or_skip("options_and_set_up_shape_the_device")? else {
        return Ok(());
    };
    let host = lab.start(
        with_alice()
            .account(Account::new("closed", "Closed-pw-1").shell("/usr/sbin/nologin"))
            .account(Account::new("root", "Root-pw-1"))
            .account(Account::new("operator", "Operator-pw-1")) // Debian has a group of this name
            .sshd_option("PermitRootLogin yes")
            .sshd_option("MaxAuthTries 3")
            .set_up("usermod -L alice\necho ready > /root/marker"),
    )?;
    assert_eq!(host.shell("cat /root/marker")?, "ready\n");
    assert_eq!(host.login("alice", OLD)?, Login::Refused, "the set-up locked the account");
    assert_eq!(host.login("closed", "Closed-pw-1")?, Login::Accepted, "nologin refuses after the password was right");
    assert_eq!(host.login("root", "Root-pw-1")?, Login::Accepted);
    assert_eq!(host.login("operator", "Operator-pw-1")?, Login::Accepted);
    let effective = host.shell("sshd -T")?;
    assert!(effective.contains("maxauthtries 3"), "the caller's option wins");
    Ok(())
}

#[test]
fn root_inside_cannot_reach_the_machine() -> Result<()> {
    let Some(lab) = lab_or_skip("root_inside_cannot_reach_the_machine")? else {
        return Ok(());
    };
    let host = lab.start(with_alice())?;
    for forbidden in [
        "mount -t tmpfs x /mnt",
        "mknod /tmp/disk b 254 0",
        "date -s 2020-01-01",
        "hostname other",
        "echo 1 > /proc/sys/vm/drop_caches",
    ] {
        assert!(host.shell(forbidden).is_err(), "`{forbidden}` must fail");
    }
    assert_eq!(host.shell("ls -d /.machine 2>/dev/null || echo gone")?, "gone\n");
    Ok(())
}

#[test]
fn dropbear_accepts_a_login() -> Result<()> {
    let Some(lab) = lab_or_skip("dropbear_accepts_a_login")? else {
        return Ok(());
    };
    accepts_a_change(&lab, Server::Dropbear)
}

#[test]
fn debian_13_accepts_a_login() -> Result<()> {
    let Some(lab) = lab_or_skip("debian_13_accepts_a_login")? else {
        return Ok(());
    };
    accepts_a_change(&lab, Server::OpenSsh10)
}

fn accepts_a_change(lab: &Lab, server: Server) -> Result<()> {
    let host = lab.start(with_alice().server(server))?;
    assert!(host.host_key_fingerprint(HostKey::Ed25519)?.starts_with("SHA256:"));
    assert_eq!(host.login("alice", OLD)?, Login::Accepted);
    change(&host, "alice", NEW)?;
    assert_eq!(host.login("alice", NEW)?, Login::Accepted);
    assert_eq!(host.login("alice", OLD)?, Login::Refused);
    Ok(())
}

#[test]
fn a_device_starts_quickly() -> Result<()> {
    let Some(lab) = lab_or_skip("a_device_starts_quickly")? else {
        return Ok(());
    };
    let started = Instant::now();
    lab.start(with_alice())?;
    // The limit is generous, because other tests run at the same time; alone it takes a quarter of a second.
    assert!(started.elapsed() < Duration::from_secs(10), "took {:?}", started.elapsed());
    Ok(())
}

#[test]
fn names_that_would_break_the_set_up_are_refused() -> Result<()> {
    let Some(lab) = lab_or_skip("names_that_would_break_the_set_up_are_refused")? else {
        return Ok(());
    };
    for name in ["", "a b", "a:b", "$(id)", "a\nb"] {
        let refused = lab.start(HostSpec::new().account(Account::new(name, OLD)));
        assert!(matches!(refused, Err(lab::Error::Invalid(_))), "`{name}`");
    }
    Ok(())
}

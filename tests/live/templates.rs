//! The starter templates on real hosts.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use domain::FailureCode;
use lab::{Account, Host, HostSpec, Lab, Server, Sudo, lab_or_skip};
use secret::Secret;
use template::Transcript;

use crate::hosts::{Change, every_printable, failed, open, succeeded, text};

const OLD: &str = "Start-pw-1!aZ";
const NEW: &str = "Kx9-Qw7_Zt4$h";
const ROOT: &str = "Root-pw-7!bY";
const ADMIN: &str = "Admin-pw-5!cX";

const OWN: Change<'_> = Change { template: "ssh-own-passwd", access: ("alice", OLD), target: "alice", password: NEW };
const BY_ROOT: Change<'_> =
    Change { template: "ssh-root-passwd", access: ("root", ROOT), target: "alice", password: NEW };
const BY_INPUT: Change<'_> =
    Change { template: "ssh-root-chpasswd", access: ("root", ROOT), target: "alice", password: NEW };
const BY_SUDO: Change<'_> =
    Change { template: "ssh-sudo-chpasswd", access: ("admin", ADMIN), target: "alice", password: NEW };
const ALL: [Change<'_>; 4] = [OWN, BY_ROOT, BY_INPUT, BY_SUDO];

fn spec() -> HostSpec {
    HostSpec::new()
        .account(Account::new("alice", OLD))
        .account(Account::new("admin", ADMIN).sudo(Sudo::WithPassword))
        .account(Account::new("root", ROOT))
        .sshd_option("PermitRootLogin yes")
}

fn start(lab: &Lab, spec: HostSpec) -> Result<Host> {
    Ok(lab.start(spec)?)
}

/// Changes the password, then checks that the new one logs in and the old one does not.
fn proves(host: &Host, change: &Change<'_>) -> Result<Transcript> {
    let transcript = succeeded(change.run(host)?)?;
    open(host, change.target, change.password).map_err(|error| anyhow::anyhow!("the new password: {error:?}"))?;
    Ok(transcript)
}

#[test]
fn every_starter_template_changes_a_password_on_debian_12() -> Result<()> {
    let Some(lab) = lab_or_skip("every_starter_template_changes_a_password_on_debian_12")? else {
        return Ok(());
    };
    for change in ALL {
        let host = start(&lab, spec())?;
        proves(&host, &change).with_context(|| change.template.to_owned())?;
        let old = open(&host, "alice", OLD).err().context("the old password still works")?;
        assert_eq!(old.code, FailureCode::AuthenticationFailed, "{} left the old password", change.template);
    }
    Ok(())
}

#[test]
fn every_starter_template_works_on_debian_13_and_the_own_one_on_dropbear() -> Result<()> {
    let Some(lab) = lab_or_skip("every_starter_template_works_on_debian_13_and_the_own_one_on_dropbear")? else {
        return Ok(());
    };
    for change in ALL {
        let host = start(&lab, spec().server(Server::OpenSsh10))?;
        proves(&host, &change).with_context(|| format!("{} on Debian 13", change.template))?;
    }
    let host = start(&lab, HostSpec::new().account(Account::new("alice", OLD)).server(Server::Dropbear))?;
    proves(&host, &OWN).context("dropbear")?;
    Ok(())
}

#[test]
fn every_printable_character_arrives_by_each_template() -> Result<()> {
    let Some(lab) = lab_or_skip("every_printable_character_arrives_by_each_template")? else {
        return Ok(());
    };
    let password = every_printable();
    for change in ALL {
        let host = start(&lab, spec())?;
        let change = Change { password: &password, ..change };
        let transcript = proves(&host, &change).with_context(|| change.template.to_owned())?;
        assert!(!text(&transcript).contains(&password[10..30]), "{} shows it", change.template);
    }
    Ok(())
}

#[test]
fn sudo_works_with_a_password_without_one_and_for_chpasswd_alone() -> Result<()> {
    let Some(lab) = lab_or_skip("sudo_works_with_a_password_without_one_and_for_chpasswd_alone")? else {
        return Ok(());
    };
    let rules = [
        "admin ALL=(ALL) NOPASSWD: ALL",
        "admin ALL=(root) /usr/sbin/chpasswd",
        "admin ALL=(root) NOPASSWD: /usr/sbin/chpasswd",
        "admin ALL=(root) NOPASSWD: /bin/ls\\nadmin ALL=(root) /usr/sbin/chpasswd",
        "Defaults timestamp_timeout=0\\nadmin ALL=(ALL) ALL",
        "Defaults lecture=always\\nadmin ALL=(ALL) ALL",
    ];
    for rule in rules {
        let host = start(&lab, spec().set_up(format!("rm -f /etc/sudoers.d/*; printf '{rule}\\n' > /etc/sudoers.d/admin; chmod 440 /etc/sudoers.d/admin; gpasswd -d admin sudo || true")))?;
        proves(&host, &BY_SUDO).with_context(|| rule.to_owned())?;
    }
    Ok(())
}

#[test]
fn a_wrong_sudo_password_is_tried_once_and_the_line_is_no_second_try() -> Result<()> {
    let Some(lab) = lab_or_skip("a_wrong_sudo_password_is_tried_once_and_the_line_is_no_second_try")? else {
        return Ok(());
    };
    // sudo asks PAM about each password that it reads; this module records every one of them.
    let note = "printf 'auth optional pam_exec.so quiet expose_authtok /usr/local/bin/note\\nauth sufficient pam_unix.so use_first_pass nodelay\\nauth requisite pam_deny.so\\naccount required pam_permit.so\\nsession required pam_permit.so\\n' > /etc/pam.d/sudo; \
        printf '#!/bin/sh\\ntr -d \"\\\\000\" >> /tmp/tried; echo >> /tmp/tried\\n' > /usr/local/bin/note; chmod 755 /usr/local/bin/note";
    let host = start(&lab, spec().set_up(note))?;
    let mut session = open(&host, "admin", ADMIN)?;
    let wrong = Change { access: ("admin", "not-the-password"), ..BY_SUDO };
    let mut transcript = Transcript::new();
    let result = session.run(&wrong.bound()?, &mut transcript);
    let error = failed((result, transcript))?;
    assert_eq!(error.code, FailureCode::AccessRefused, "{error:?}");
    let tried = host.shell("cat /tmp/tried")?;
    let tried: Vec<&str> = tried.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(tried, ["not-the-password"], "one attempt and no more, and the line is none of them");
    assert!(open(&host, "alice", OLD).is_ok(), "nothing was changed");
    // The same host with the right password, to prove that the module records passwords at all.
    proves(&host, &BY_SUDO)?;
    assert!(host.shell("cat /tmp/tried")?.contains(ADMIN), "the module sees what sudo reads");
    Ok(())
}

#[test]
fn sudo_refuses_who_is_not_in_sudoers() -> Result<()> {
    let Some(lab) = lab_or_skip("sudo_refuses_who_is_not_in_sudoers")? else {
        return Ok(());
    };
    let host = start(&lab, spec().account(Account::new("carl", ADMIN)))?;
    let error = failed(Change { access: ("carl", ADMIN), ..BY_SUDO }.run(&host)?)?;
    assert_eq!(error.code, FailureCode::AccessRefused, "{error:?}");
    assert!(open(&host, "alice", OLD).is_ok(), "nothing was changed");
    Ok(())
}

#[test]
fn a_weak_password_is_refused_in_the_devices_own_words() -> Result<()> {
    let Some(lab) = lab_or_skip("a_weak_password_is_refused_in_the_devices_own_words")? else {
        return Ok(());
    };
    let host = start(&lab, spec())?;
    let error = failed(Change { password: "abc", ..OWN }.run(&host)?)?;
    assert_eq!(error.code, FailureCode::PasswordRefused, "{error:?}");
    let words = error.words.context("the device's words")?;
    assert!(words.to_lowercase().contains("password"), "its own words: {words}");
    assert!(open(&host, "alice", OLD).is_ok(), "the old one still works");
    // PAM only warns root and does not refuse.
    for change in [BY_ROOT, BY_INPUT, BY_SUDO] {
        proves(&host, &Change { password: "abcabc1", ..change }).with_context(|| change.template.to_owned())?;
    }
    Ok(())
}

#[test]
fn a_minimum_age_is_told_from_a_weak_password() -> Result<()> {
    let Some(lab) = lab_or_skip("a_minimum_age_is_told_from_a_weak_password")? else {
        return Ok(());
    };
    let host = start(&lab, spec().set_up("chage -m 5 alice"))?;
    let error = failed(OWN.run(&host)?)?;
    assert_eq!(error.code, FailureCode::ChangedTooSoon, "{error:?}");
    assert!(error.words.context("words")?.contains("must wait longer"), "in its own words");
    Ok(())
}

#[test]
fn a_wrong_current_password_is_denied_and_not_rejected() -> Result<()> {
    let Some(lab) = lab_or_skip("a_wrong_current_password_is_denied_and_not_rejected")? else {
        return Ok(());
    };
    let host = start(&lab, spec())?;
    let mut session = open(&host, "alice", OLD)?;
    let mut transcript = Transcript::new();
    let wrong = Change { access: ("alice", "not-the-password"), ..OWN };
    let result = session.run(&wrong.bound()?, &mut transcript);
    let error = failed((result, transcript))?;
    assert_eq!(error.code, FailureCode::AuthenticationFailed, "{error:?}");
    Ok(())
}

#[test]
fn an_expired_password_is_named_without_a_terminal_and_changed_on_one() -> Result<()> {
    let Some(lab) = lab_or_skip("an_expired_password_is_named_without_a_terminal_and_changed_on_one")? else {
        return Ok(());
    };
    let host = start(&lab, spec().set_up("chage -d 0 alice; chage -d 0 admin; chage -d 0 root"))?;
    let error = failed(BY_SUDO.run(&host)?)?;
    assert_eq!(error.code, FailureCode::PasswordExpired, "without a terminal: {error:?}");
    let error = failed(BY_ROOT.run(&host)?)?;
    assert_ne!(error.code.class(), domain::FailureClass::Rejected, "on a terminal, of another account: {error:?}");
    assert_eq!(error.code, FailureCode::PasswordExpired, "on a terminal, of another account: {error:?}");
    proves(&host, &OWN).context("the account's own, on a terminal")?;
    Ok(())
}

#[test]
fn a_shell_that_lets_nobody_work_is_named() -> Result<()> {
    let Some(lab) = lab_or_skip("a_shell_that_lets_nobody_work_is_named")? else {
        return Ok(());
    };
    let host = start(&lab, spec().account(Account::new("svc", OLD).shell("/usr/sbin/nologin")))?;
    for template in ["ssh-own-passwd", "ssh-sudo-chpasswd"] {
        let error = failed(Change { template, access: ("svc", OLD), target: "svc", password: NEW }.run(&host)?)?;
        assert_eq!(error.code, FailureCode::AccountLocked, "{template}: {error:?}");
    }
    Ok(())
}

#[test]
fn an_unknown_account_changes_nothing_and_is_named() -> Result<()> {
    let Some(lab) = lab_or_skip("an_unknown_account_changes_nothing_and_is_named")? else {
        return Ok(());
    };
    let host = start(&lab, spec())?;
    let before = host.shell("cat /etc/shadow")?;
    for change in [BY_ROOT, BY_INPUT, BY_SUDO] {
        for target in ["ghost", "-S", "$(id)", "a b", "*", "root*"] {
            let error = failed(Change { target, ..change }.run(&host)?)?;
            assert_eq!(error.code, FailureCode::CommandFailed, "{} {target}: {error:?}", change.template);
            let words = error.words.unwrap_or_default();
            assert!(words.contains("no such user"), "{} {target}: {words}", change.template);
        }
    }
    assert_eq!(host.shell("cat /etc/shadow")?, before, "nothing was touched");
    Ok(())
}

#[test]
fn a_locked_account_is_locked_afterwards() -> Result<()> {
    let Some(lab) = lab_or_skip("a_locked_account_is_locked_afterwards")? else {
        return Ok(());
    };
    for change in [BY_ROOT, BY_INPUT, BY_SUDO] {
        let host = start(&lab, spec().set_up("usermod -L alice"))?;
        succeeded(change.run(&host)?)?;
        assert!(host.shadow("alice")?.contains(":!$"), "{} unlocked it", change.template);
        host.shell("usermod -U alice")?;
        assert!(open(&host, "alice", NEW).is_ok(), "{}: the new password is behind the lock", change.template);
    }
    Ok(())
}

#[test]
fn another_language_on_the_device_makes_no_difference() -> Result<()> {
    let Some(lab) = lab_or_skip("another_language_on_the_device_makes_no_difference")? else {
        return Ok(());
    };
    for language in ["de_DE.UTF-8", "xx_YY.UTF-8"] {
        for change in ALL {
            let host = start(
                &lab,
                spec().set_up(format!(
                    "echo LANG={language} > /etc/default/locale; echo LC_ALL={language} >> /etc/default/locale"
                )),
            )?;
            proves(&host, &change).with_context(|| format!("{} in {language}", change.template))?;
        }
    }
    Ok(())
}

#[test]
fn no_process_of_the_device_shows_a_password() -> Result<()> {
    let Some(lab) = lab_or_skip("no_process_of_the_device_shows_a_password")? else {
        return Ok(());
    };
    let host = start(&lab, spec())?;
    let secrets = ["Seen-7-by-ps", ROOT, ADMIN, OLD];
    for change in [BY_ROOT, BY_INPUT, BY_SUDO, OWN] {
        let done = AtomicBool::new(false);
        let change = Change { password: "Seen-7-by-ps!Zx", ..change };
        let (lines, transcript) = thread::scope(|scope| -> Result<_> {
            let watcher = scope.spawn(|| {
                let mut seen = std::collections::BTreeSet::new();
                while !done.load(Ordering::Relaxed) {
                    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
                        // This reads every process of the machine, including those of the host. This test's own
                        // arguments contain no password.
                        if let Ok(line) = std::fs::read(entry.path().join("cmdline")) {
                            seen.insert(String::from_utf8_lossy(&line).replace('\0', " "));
                        }
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                seen
            });
            let changed = change.run(&host);
            done.store(true, Ordering::Relaxed);
            let seen = watcher.join().map_err(|_| anyhow::anyhow!("the watcher died"))?;
            Ok((seen, succeeded(changed?)?))
        })?;
        assert!(lines.iter().any(|line| line.contains("passwd")), "the watcher saw the program");
        let (log, said) = (host.log()?, text(&transcript));
        let mut probe = Transcript::new();
        for secret in secrets {
            assert!(!lines.iter().any(|line| line.contains(secret)), "{}: ps shows it", change.template);
            probe.know(&Secret::new(secret));
        }
        assert_eq!(probe.mask(&said), said, "{}: the transcript holds a form of it", change.template);
        assert_eq!(probe.mask(&log), log, "{}: the server's log holds a form of it", change.template);
        host.shell(&format!("echo 'alice:{OLD}' | chpasswd"))?;
    }
    Ok(())
}

//! The SSH connector against real servers.

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use connector::{Connector, Endpoint, Login};
use connector_ssh::Ssh;
use domain::{FailureCode, Identity, Trust, operation::Evidence};
use lab::{Account, HostKey, HostSpec, Server, lab_or_skip};
use secret::Secret;
use template::{Tag, Transcript, Values, parse};

use crate::hosts::{endpoint, login, open, open_at, pinned, text};

const OLD: &str = "Start-pw-1!aZ";
const ROOT: &str = "Root-pw-7!bY";

fn spec() -> HostSpec {
    HostSpec::new()
        .account(Account::new("alice", OLD))
        .account(Account::new("root", ROOT))
        .sshd_option("PermitRootLogin yes")
}

fn code_of<T>(result: std::result::Result<T, connector::ConnectorError>) -> Result<FailureCode> {
    match result {
        Ok(_) => anyhow::bail!("it went through"),
        Err(error) => Ok(error.code),
    }
}

#[test]
fn the_fingerprint_is_the_one_that_ssh_keygen_prints() -> Result<()> {
    let Some(lab) = lab_or_skip("the_fingerprint_is_the_one_that_ssh_keygen_prints")? else {
        return Ok(());
    };
    for kind in [HostKey::Ed25519, HostKey::Ecdsa, HostKey::Rsa] {
        let host = lab.start(spec().host_keys(&[kind]))?;
        let offered = Ssh.identify(&endpoint(host.socket_address()))?;
        assert_eq!(offered, Identity::HostKey(pinned(&host, kind)?), "{kind:?}");
    }
    let host = lab.start(HostSpec::new().account(Account::new("alice", OLD)).server(Server::Dropbear))?;
    let offered = Ssh.identify(&endpoint(host.socket_address()))?;
    assert_eq!(offered, Identity::HostKey(pinned(&host, HostKey::Ed25519)?), "dropbear");
    Ok(())
}

#[test]
fn the_pinned_kind_of_key_is_asked_for_where_a_host_has_several() -> Result<()> {
    let Some(lab) = lab_or_skip("the_pinned_kind_of_key_is_asked_for_where_a_host_has_several")? else {
        return Ok(());
    };
    let kinds = [HostKey::Ed25519, HostKey::Ecdsa, HostKey::Rsa];
    let host = lab.start(spec().host_keys(&kinds))?;
    for kind in kinds {
        let key = Trust::HostKey(pinned(&host, kind)?);
        let opened = Ssh.open(&endpoint(host.socket_address()), &key, &login("alice", OLD));
        assert!(opened.is_ok(), "{kind:?}: {:?}", opened.err());
    }
    Ok(())
}

#[test]
fn a_changed_host_key_is_refused_before_anything_is_sent() -> Result<()> {
    let Some(lab) = lab_or_skip("a_changed_host_key_is_refused_before_anything_is_sent")? else {
        return Ok(());
    };
    let host = lab.start(spec().sshd_option("LogLevel DEBUG1"))?;
    let before = pinned(&host, HostKey::Ed25519)?;
    host.rotate_host_key()?;
    let after = pinned(&host, HostKey::Ed25519)?;
    let log = host.log()?.len();
    let error = Ssh
        .open(&endpoint(host.socket_address()), &Trust::HostKey(before.clone()), &login("alice", OLD))
        .err()
        .context("another key was accepted")?;
    assert_eq!(error.code, FailureCode::HostKeyChanged, "{error:?}");
    assert_eq!(error.words.as_deref(), Some(after.fingerprint.as_str()), "the offered one");
    assert_eq!(error.expected.as_deref(), Some(before.fingerprint.as_str()), "the pinned one");
    thread::sleep(Duration::from_millis(300));
    let log = host.log()?.split_off(log);
    assert!(log.contains("Connection from"), "the server saw the connection: {log}");
    assert!(!log.contains("alice"), "the name was sent: {log}");
    Ok(())
}

#[test]
fn a_wrong_password_is_tried_once() -> Result<()> {
    let Some(lab) = lab_or_skip("a_wrong_password_is_tried_once")? else {
        return Ok(());
    };
    for (prompts, method, evidence) in
        [("no", "password", Evidence::LoginRefusedUnseen), ("yes", "keyboard-interactive/pam", Evidence::LoginRefused)]
    {
        let prompts = format!("KbdInteractiveAuthentication {prompts}");
        let host = lab.start(spec().sshd_option(prompts).sshd_option("LogLevel VERBOSE"))?;
        let refused = open(&host, "alice", "wrong-one").err().context("it was let in")?;
        assert_eq!(refused.code, FailureCode::AuthenticationFailed, "a refusal");
        assert_eq!(refused.evidence, evidence, "of the password: {refused:?}");
        let log = host.log()?;
        let failures: Vec<&str> =
            log.lines().filter(|line| line.starts_with("Failed") && !line.starts_with("Failed none")).collect();
        assert_eq!(failures.len(), 1, "once, and not again by another method:\n{log}");
        assert!(failures[0].contains(method), "the method that shows its prompts first: {}", failures[0]);
        assert!(open(&host, "alice", OLD).is_ok(), "the right one works");
    }
    Ok(())
}

#[test]
fn a_second_factor_behind_the_password_is_not_taken_for_a_wrong_password() -> Result<()> {
    let Some(lab) = lab_or_skip("a_second_factor_behind_the_password_is_not_taken_for_a_wrong_password")? else {
        return Ok(());
    };
    let both = || spec().sshd_option("KbdInteractiveAuthentication yes");
    let methods = both().sshd_option("AuthenticationMethods password,keyboard-interactive");
    // This module asks its own question after the password.
    let asks = both().set_up("sed -i '/@include common-auth/a auth required pam_ftp.so' /etc/pam.d/sshd");
    for (how, spec) in [("another method", methods), ("another prompt", asks)] {
        let host = lab.start(spec)?;
        let error = open(&host, "alice", OLD).err().context("it was let in")?;
        assert_eq!(error.evidence, Evidence::SecondFactor, "{how}: {error:?}");
    }
    Ok(())
}

#[test]
fn a_server_that_offers_prompts_and_asks_nothing_still_gets_the_password() -> Result<()> {
    let Some(lab) = lab_or_skip("a_server_that_offers_prompts_and_asks_nothing")? else { return Ok(()) };
    let host = lab.start(spec().sshd_option("UsePAM no").sshd_option("KbdInteractiveAuthentication yes"))?;
    assert!(open(&host, "alice", OLD).is_ok(), "by the method that is left");
    Ok(())
}

#[test]
fn a_server_with_prompts_only_gets_the_password_and_no_more() -> Result<()> {
    let Some(lab) = lab_or_skip("a_server_with_prompts_only_gets_the_password_and_no_more")? else {
        return Ok(());
    };
    let prompts = || spec().sshd_option("PasswordAuthentication no").sshd_option("KbdInteractiveAuthentication yes");
    let host = lab.start(prompts())?;
    assert!(open(&host, "alice", OLD).is_ok(), "keyboard-interactive");
    assert_eq!(code_of(open(&host, "alice", "wrong-one"))?, FailureCode::AuthenticationFailed, "refused");
    let host = lab.start(prompts().set_up("chage -d 0 alice"))?;
    let before = host.shadow("alice")?;
    assert_eq!(code_of(open(&host, "alice", OLD))?, FailureCode::PasswordExpired, "a forced change");
    assert_eq!(host.shadow("alice")?, before, "the dialogue was not answered");
    Ok(())
}

#[test]
fn keys_log_in_from_memory() -> Result<()> {
    let Some(lab) = lab_or_skip("keys_log_in_from_memory")? else {
        return Ok(());
    };
    let make = "install -d -m 700 -o alice -g alice /home/alice/.ssh; \
        ssh-keygen -q -t ed25519 -N '' -f /root/ed; ssh-keygen -q -t rsa -b 3072 -N '' -f /root/rsa; \
        ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f /root/pem; ssh-keygen -q -t ecdsa -N '' -f /root/ecdsa; \
        ssh-keygen -q -t ed25519 -N '' -f /root/other; \
        cat /root/ed.pub /root/rsa.pub /root/pem.pub /root/ecdsa.pub > /home/alice/.ssh/authorized_keys; chown alice /home/alice/.ssh/authorized_keys";
    let host = lab.start(spec().set_up(make))?;
    let by = |name: &str, password: Option<&str>| -> Result<_> {
        let key = host.shell(&format!("cat /root/{name}"))?;
        let who = Login {
            username: "alice".to_owned(),
            password: password.map(Secret::new),
            private_key: Some(Secret::new(key)),
            ..Login::default()
        };
        Ok(open_at(&host, host.socket_address(), &who))
    };
    for name in ["ed", "rsa", "pem", "ecdsa"] {
        let opened = by(name, None)?;
        assert!(opened.is_ok(), "{name}: {:?}", opened.err());
    }
    assert_eq!(code_of(by("other", None)?)?, FailureCode::AuthenticationFailed, "a key that is not listed");
    assert!(by("other", Some(OLD))?.is_ok(), "the password after the key");
    let key = Some(Secret::new("no key"));
    let nonsense = Login { username: "alice".to_owned(), private_key: key, ..Login::default() };
    let error = open_at(&host, host.socket_address(), &nonsense).err().context("nonsense logged in")?;
    assert_eq!(error.code, FailureCode::AuthenticationFailed, "{error:?}");
    Ok(())
}

#[test]
fn nothing_waits_for_ever() -> Result<()> {
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let quick = |address| Endpoint {
        connect_timeout: Duration::from_millis(1500),
        read_timeout: Duration::from_millis(1500),
        ..endpoint(address)
    };
    let begun = Instant::now();
    assert_eq!(code_of(Ssh.identify(&quick(silent.local_addr()?)))?, FailureCode::TimedOut, "a silent port");
    assert!(begun.elapsed() < Duration::from_secs(4), "took {:?}", begun.elapsed());
    let closed = silent.local_addr()?;
    drop(silent);
    assert_eq!(code_of(Ssh.identify(&quick(closed)))?, FailureCode::Unreachable, "a closed port");
    let nowhere = Endpoint { address: "no-such-host.invalid".to_owned(), ..quick(closed) };
    assert!(
        matches!(code_of(Ssh.identify(&nowhere))?, FailureCode::Unreachable | FailureCode::TimedOut),
        "no such name"
    );
    let Some(lab) = lab_or_skip("nothing_waits_for_ever")? else {
        return Ok(());
    };
    let host = lab.start(spec())?;
    let source = "set-read-timeout 1\nexpect \"never said\"\n";
    let bound = parse(source).program.bind(&Values::new())?;
    let mut session = open(&host, "alice", OLD)?;
    let begun = Instant::now();
    let error = session.run(&bound, &mut Transcript::new()).err().context("it was said")?;
    assert_eq!(error.code, FailureCode::PromptMissing, "{error:?}");
    assert_eq!(error.expected.as_deref(), Some("never said"), "what was expected");
    assert!(begun.elapsed() < Duration::from_secs(6), "took {:?}", begun.elapsed());
    Ok(())
}

#[test]
fn a_full_server_is_throttling_and_a_web_server_is_no_ssh() -> Result<()> {
    let Some(lab) = lab_or_skip("a_full_server_is_throttling_and_a_web_server_is_no_ssh")? else {
        return Ok(());
    };
    let host = lab.start(spec().sshd_option("MaxStartups 1:100:1"))?;
    let first = std::net::TcpStream::connect(host.socket_address())?;
    thread::sleep(Duration::from_millis(200));
    let error = Ssh.identify(&endpoint(host.socket_address())).err().context("one more was taken")?;
    assert_eq!(error.code, FailureCode::Throttled, "{error:?}");
    drop(first);
    let web = TcpListener::bind("127.0.0.1:0")?;
    let address = web.local_addr()?;
    let server = thread::spawn(move || -> std::io::Result<()> {
        use std::io::{Read, Write};
        let (mut socket, _) = web.accept()?;
        let _ = socket.read(&mut [0; 100])?;
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    });
    let error = Ssh.identify(&endpoint(address)).err().context("a web server was taken for SSH")?;
    assert_eq!(error.code, FailureCode::ProtocolRefused, "{error:?}");
    drop(server.join());
    Ok(())
}

#[test]
fn an_account_that_pam_forbids_is_told_from_a_wrong_password() -> Result<()> {
    let Some(lab) = lab_or_skip("an_account_that_pam_forbids_is_told_from_a_wrong_password")? else {
        return Ok(());
    };
    for set_up in ["chage -E 2020-01-01 alice", "touch /etc/nologin"] {
        let host = lab.start(spec().set_up(set_up))?;
        assert_eq!(code_of(open(&host, "alice", OLD))?, FailureCode::AccountLocked, "{set_up}");
    }
    Ok(())
}

#[test]
fn megabytes_of_output_and_cut_characters_are_read_whole() -> Result<()> {
    let Some(lab) = lab_or_skip("megabytes_of_output_and_cut_characters_are_read_whole")? else {
        return Ok(());
    };
    let host = lab.start(spec())?;
    let mut session = open(&host, "alice", OLD)?;
    let source = "command \"yes äöü€-0123456789 | head -c 7999992; echo; echo the-end; exit 3\"\nexpect \"the-end\"\nexpect-exit 3\n\
                  command \"sh -c 'read a; echo got $a >&2; exit 0'\"\nexec \"[#ADD_INFO#]\"\nexpect \"got *z\"\nexpect-exit 0\n";
    let bound = parse(source).program.bind(&Values::new().text(Tag::AdditionalText, "a z"))?;
    let mut transcript = Transcript::new();
    let begun = Instant::now();
    if let Err(error) = session.run(&bound, &mut transcript) {
        anyhow::bail!("{error:?}\n{}", text(&transcript).chars().rev().take(500).collect::<String>());
    }
    assert!(!text(&transcript).contains('\u{fffd}'), "a character was cut in two");
    assert!(begun.elapsed() < Duration::from_secs(30), "took {:?}", begun.elapsed());
    Ok(())
}

#[test]
fn a_device_that_lets_anybody_in_proves_no_password() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("connector_ssh::a_device_that_lets_anybody_in")? else { return Ok(()) };
    let spec = HostSpec::new()
        .account(Account::new("deploy", "Start-pw-1"))
        .sshd_option("PermitEmptyPasswords yes")
        .sshd_option("UsePAM no")
        .set_up("passwd -d deploy");
    let host = lab.start(spec)?;
    let refused = open(&host, "deploy", "any password at all").err().map(|error| error.code);
    assert_eq!(refused, Some(FailureCode::ProtocolRefused), "a login there tells nothing about the password");
    Ok(())
}

//! SSH over lines that break: the reported error, and the state of the device.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use domain::FailureCode;
use lab::{Account, Direction, Ending, Fault, Host, HostSpec, Point, Proxy, lab_or_skip};
use template::{Transcript, Values, parse};

use crate::hosts::{Change, failed, login, open, open_at, text};

const OLD: &str = "Start-pw-1!aZ";
const ROOT: &str = "Root-pw-7!bY";

fn spec() -> HostSpec {
    HostSpec::new()
        .account(Account::new("alice", OLD))
        .account(Account::new("root", ROOT))
        .sshd_option("PermitRootLogin yes")
}

#[test]
fn an_exit_status_is_believed_only_after_a_proper_end() -> Result<()> {
    let Some(lab) = lab_or_skip("an_exit_status_is_believed_only_after_a_proper_end")? else {
        return Ok(());
    };
    let host = lab.start(spec())?;
    for ending in [Ending::Close, Ending::Reset] {
        let proxy = Proxy::start(host.socket_address())?;
        let mut session = open_at(&host, proxy.address(), &login("alice", OLD))?;
        let bound =
            parse("command \"echo begun; sleep 5\"\nexpect \"begun\"\nexpect-exit 0\n").program.bind(&Values::new())?;
        let result = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(800));
                proxy.cut_all(ending);
            });
            session.run(&bound, &mut Transcript::new())
        });
        let error = result.err().context("a broken line was taken for status 0")?;
        assert_eq!(error.code, FailureCode::ConnectionLost, "{ending:?}: {error:?}");
    }
    Ok(())
}

fn change(password: &str) -> Change<'_> {
    Change { template: "ssh-root-chpasswd", access: ("root", ROOT), target: "alice", password }
}

/// Returns "old" or "new": the password that logs in.
fn state(host: &Host, old: &str, new: &str) -> Result<&'static str> {
    if open(host, "alice", new).is_ok() {
        return Ok("new");
    }
    if open(host, "alice", old).is_ok() {
        Ok("old")
    } else {
        anyhow::bail!("neither the old nor the new password logs in")
    }
}

#[test]
fn a_line_that_is_cut_anywhere_leaves_the_old_or_the_new_password() -> Result<()> {
    let Some(lab) = lab_or_skip("a_line_that_is_cut_anywhere_leaves_the_old_or_the_new_password")? else {
        return Ok(());
    };
    // PAM would delay refused logins; this test is about the state only.
    let host = lab.start(
        spec()
            .set_up("sed -i 's/pam_unix.so nullok/pam_unix.so nullok nodelay/' /etc/pam.d/common-auth")
            .sshd_option("MaxStartups 100"),
    )?;
    let calm = Proxy::start(host.socket_address())?;
    let (result, transcript) = change("Calm-7-passes!").run_at(&host, calm.address())?;
    result.with_context(|| text(&transcript))?;
    let chunks = |direction| calm.chunks().iter().filter(|chunk| chunk.direction == direction).count();
    let (mut old, mut seen) = ("Calm-7-passes!".to_owned(), Vec::new());
    for (direction, ending) in
        [(Direction::ToHost, Ending::Close), (Direction::ToHost, Ending::Reset), (Direction::FromHost, Ending::Reset)]
    {
        for point in 4..=chunks(direction) {
            let new = format!("Cut-{point}-Kx9{ending:?}{direction:?}!");
            let proxy = Proxy::start(host.socket_address())?;
            proxy.inject(Fault::Cut { direction, after: Point::Chunks(point), ending });
            let outcome = change(&new).run_at(&host, proxy.address())?;
            thread::sleep(Duration::from_millis(150));
            let left =
                state(&host, &old, &new).with_context(|| format!("chunk {point} {ending:?}: {}", text(&outcome.1)))?;
            match outcome.0 {
                Ok(()) => assert_eq!(left, "new", "chunk {point}: success must mean that it changed"),
                Err(error) => {
                    let lost = matches!(
                        error.code,
                        FailureCode::ConnectionLost | FailureCode::AccountLocked | FailureCode::TimedOut
                    );
                    assert!(lost, "chunk {point} {ending:?}: {error:?}");
                }
            }
            seen.push(left);
            if left == "new" {
                old = new;
            }
        }
    }
    assert!(seen.contains(&"old") && seen.contains(&"new"), "cuts before and after the change: {seen:?}");
    Ok(())
}

#[test]
fn a_device_that_goes_silent_is_timed_out() -> Result<()> {
    let Some(lab) = lab_or_skip("a_device_that_goes_silent_is_timed_out")? else {
        return Ok(());
    };
    let host = lab.start(spec())?;
    let proxy = Proxy::start(host.socket_address())?;
    let mut session = open_at(&host, proxy.address(), &login("root", ROOT))?;
    proxy.inject(Fault::Hang { direction: Direction::FromHost, after: Point::Bytes(0) });
    let source = "set-read-timeout 1\ncommand \"echo x\"\nexpect-exit 0\n";
    let begun = Instant::now();
    let bound = parse(source).program.bind(&Values::new())?;
    let error = session.run(&bound, &mut Transcript::new()).err().context("an answer came through")?;
    drop(session);
    assert!(matches!(error.code, FailureCode::TimedOut | FailureCode::ConnectionLost), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(40), "took {:?}", begun.elapsed());
    let unchanged = failed((Err(error), Transcript::new()))?;
    assert_ne!(unchanged.code, FailureCode::CommandFailed, "silence is no answer");
    Ok(())
}

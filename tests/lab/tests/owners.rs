//! Devices end with the program that started them, in whatever way that ends, unless they were started to stay.

use anyhow::{Context, Result};
use lab::{Account, HostSpec, Login, Record, lab_or_skip};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const OLD: &str = "Start-pw-1";

fn spec() -> HostSpec {
    HostSpec::new().account(Account::new("alice", OLD))
}

fn wait_until(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(10);
    while !holds()? {
        anyhow::ensure!(Instant::now() < until, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Runs the second instance of the test below: the program that is going to be killed.
fn hold_a_device() -> Result<()> {
    let host = lab::Lab::prepare()?.start(spec())?;
    writeln!(std::io::stdout(), "\nholding {}", host.number())?;
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}

#[test]
fn a_killed_program_leaves_no_device_behind() -> Result<()> {
    if env::var_os("LAB_HOLDS").is_some() {
        return hold_a_device();
    }
    let Some(_lab) = lab_or_skip("a_killed_program_leaves_no_device_behind")? else {
        return Ok(());
    };
    let mut program = Command::new(env::current_exe()?)
        .args(["--exact", "a_killed_program_leaves_no_device_behind", "--nocapture"])
        .env("LAB_HOLDS", "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let output = BufReader::new(program.stdout.take().context("its output is a pipe")?);
    let number: u8 = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("holding ")?.parse().ok())
        .context("the program says which device it holds")?;
    let find = || -> Result<Option<Record>> { Ok(lab::records()?.into_iter().find(|it| it.number == number)) };
    let record = find()?.context("the device has a record")?;
    assert!(record.is_running() && record.has_owner());

    program.kill()?;
    program.wait()?;

    wait_until("the device ends with its program", || Ok(!record.is_running()))?;
    assert!(!record.has_owner());
    record.stop()?;
    assert!(
        find()?.is_none_or(|it| it.first_process_number() != record.first_process_number()),
        "its record is removed"
    );
    Ok(())
}

#[test]
fn a_device_that_stays_is_found_and_stopped_by_its_record() -> Result<()> {
    let Some(lab) = lab_or_skip("a_device_that_stays_is_found_and_stopped_by_its_record")? else {
        return Ok(());
    };
    let host = lab.start(spec().stays())?;
    let (address, process) = (host.socket_address(), host.process());
    drop(host);
    let record = lab::records()?.into_iter().find(|it| it.first_process_number() == process);
    let record = record.context("the device is on record")?;
    assert_eq!(record.accounts, ["alice"]);
    assert_eq!(lab::login(address, "alice", OLD)?, Login::Accepted, "it runs on after its value is dropped");
    record.stop()?;
    assert!(!record.is_running());
    assert_eq!(lab::login(address, "alice", OLD)?, Login::Unreachable);
    Ok(())
}

//! Starting a practice device.
//!
//! Outside of the device runs `unshare`, which waits for the device's first process and ends it when it dies itself.

use crate::{
    Error, HostSpec, Place, Record, Result, place,
    process::{self, ProcessId},
    record, tree,
};
use std::{
    fs,
    fs::File,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The script that runs as the first process of every device.
const INIT: &str = include_str!("host-init.sh");

/// Rights that root inside a device never has: they would reach the machine below.
pub(crate) const DROPPED: &str = "-sys_admin,-sys_module,-sys_rawio,-sys_time,-sys_boot,-sys_ptrace,-syslog,-mknod,-net_admin,\
                       -net_raw,-mac_admin,-mac_override,-bpf,-perfmon";

const READY_WITHIN: Duration = Duration::from_secs(60);

/// Reserves an address, starts the device there and returns when its server listens.
pub(crate) fn start(trees: &Path, spec: &HostSpec) -> Result<(Place, Record, Child)> {
    let place = match spec.number {
        Some(number) => Place::reserve(number, spec.port)?,
        None => Place::reserve_from(first_number(spec.stays), spec.port)?,
    };
    let log = record::path(place.number(), "log")?;
    let mut unshare = spawn(trees, &place, spec, &log)?;
    match wait_and_record(&mut unshare, &place, spec, &log) {
        Ok(record) => Ok((place, record, unshare)),
        Err(error) => {
            // The remains of the device are removed too; the error carries the end of the log.
            let _ = unshare.kill();
            let _ = unshare.wait();
            let _ = fs::remove_file(&log);
            Err(error)
        }
    }
}

fn wait_and_record(unshare: &mut Child, place: &Place, spec: &HostSpec, log: &Path) -> Result<Record> {
    let first_process = wait_until_ready(unshare, place.address(), log)?;
    let record = describe(place, spec, first_process, unshare.id())?;
    record.write()?;
    Ok(record)
}

/// Returns the number at which the search for a free address begins. People like small numbers, and test programs that
/// start together meet fewer locks when they begin at different places.
fn first_number(stays: bool) -> u8 {
    if stays { 1 } else { u8::try_from(std::process::id() % 200).unwrap_or(0) + 40 }
}

fn spawn(trees: &Path, place: &Place, spec: &HostSpec, log: &Path) -> Result<Child> {
    let accounts = spec.account_lines()?;
    let log = File::create(log).map_err(Error::file(log))?;
    let standard_output = log.try_clone()?;
    let mut command = if spec.stays { Command::new("unshare") } else { dying_with_us("unshare") };
    command.args(["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--propagation", "private"]);
    command.args(["/bin/sh", "-c", INIT, "chaveiro-lab-host"]);
    command.env_clear().env("PATH", system_path());
    command.env("LAB_FOLDER", trees).env("LAB_TREE", spec.server.tree()).env("LAB_SERVER", spec.server.kind());
    command.env("LAB_NAME", format!("lab{}", place.number()));
    command.env("LAB_ADDRESS", place.address().ip().to_string());
    command.env("LAB_PORT", place.address().port().to_string());
    command.env("LAB_KEYS", spec.key_words()).env("LAB_ACCOUNTS", accounts);
    command.env("LAB_OPTIONS", spec.sshd_options.join("\n")).env("LAB_SETUP", spec.set_up.join("\n"));
    command.env("LAB_DROP", DROPPED);
    command.stdin(Stdio::null()).stdout(standard_output).stderr(log);
    if spec.stays {
        // The device gets a process group of its own, so that Ctrl+C in the terminal does not reach it.
        command.current_dir("/");
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        return command.spawn().map_err(Error::program("unshare"));
    }
    process::spawn_tied(command).map_err(Error::program("setpriv"))
}

/// Makes a command that the kernel kills when the thread that started it ends.
fn dying_with_us(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", program]);
    command
}

/// Returns a search path that contains the programs for root, whatever the caller's path is.
pub(crate) fn system_path() -> &'static str {
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}

fn wait_until_ready(unshare: &mut Child, address: SocketAddr, log: &Path) -> Result<ProcessId> {
    let said = || tree::last_lines(&fs::read_to_string(log).unwrap_or_default(), 15);
    let until = Instant::now() + READY_WITHIN;
    while Instant::now() < until {
        if place::listener(address).is_some()
            && let Some(first_process) = ProcessId::child_of(unshare.id())
        {
            return Ok(first_process);
        }
        if unshare.try_wait().map_err(Error::program("unshare"))?.is_some() {
            return Err(Error::HostDied { address, log: said() });
        }
        thread::sleep(Duration::from_millis(5));
    }
    Err(Error::NotReady { address, seconds: READY_WITHIN.as_secs(), log: said() })
}

fn describe(place: &Place, spec: &HostSpec, first_process: ProcessId, unshare: u32) -> Result<Record> {
    let stopped = || Error::Stopped { address: place.address() };
    Ok(Record {
        number: place.number(),
        address: place.address(),
        server: spec.server.name().to_owned(),
        accounts: spec.accounts.iter().map(|account| account.name.clone()).collect(),
        stays: spec.stays,
        first_process,
        outside: ProcessId::of(unshare).ok_or_else(stopped)?,
        owner: ProcessId::of(std::process::id()).ok_or_else(stopped)?,
    })
}

//! The running program, as the system sees it.
#![cfg(target_os = "linux")]

use std::{
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// The id of a user who is neither root nor a person.
const NOBODY: u32 = 65_534;

/// A child process that is ended when this value is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // The only possible error is that the process has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program as a user who is not root, because root may read everything.
fn start(program: &Path, arguments: &[&str]) -> Result<Ended> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/");
    if std::fs::metadata("/proc/self")?.uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    Ok(Ended(command.spawn().with_context(|| program.display().to_string())?))
}

/// Returns the user who owns the process's memory, according to the system.
fn owner_of_memory(process: &Ended) -> Result<u32> {
    Ok(std::fs::metadata(format!("/proc/{}/mem", process.0.id()))?.uid())
}

/// Returns the soft and the hard limit on the size of core dumps.
fn core_limits(process: &Ended) -> Result<(String, String)> {
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.0.id()))?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).context("no limit")?;
    let mut limits = line.split_whitespace().map(str::to_owned);
    limits.next().zip(limits.next()).context("two limits")
}

#[test]
fn no_core_dump_is_written_and_no_program_of_the_same_user_reads_the_memory() -> Result<()> {
    // The program is copied to a place where every user may start it. It blocks until its output is read.
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777))?;
    let (program, pipe) = (folder.path().join("chaveiro"), folder.path().join("bindings.ts"));
    std::fs::copy(env!("CARGO_BIN_EXE_chaveiro"), &program)?;
    ensure!(Command::new("mkfifo").args(["-m", "666"]).arg(&pipe).status()?.success(), "mkfifo");
    let other = start(Path::new("/bin/sleep"), &["60"])?;
    let ours = start(&program, &["--export-bindings", &pipe.to_string_lossy()])?;

    let until = Instant::now() + Duration::from_secs(20);
    while owner_of_memory(&ours)? != 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    ensure!(owner_of_memory(&other)? != 0, "any program's memory belongs to its user");
    assert_eq!(owner_of_memory(&ours)?, 0, "ours belongs to root alone");
    let reads = |process: &Ended| {
        let file = format!("/proc/{}/environ", process.0.id());
        Ok::<_, anyhow::Error>(start(Path::new("/bin/grep"), &["-q", "PATH", &file])?.0.wait()?.success())
    };
    assert!(reads(&other)?, "a program of the same user reads the memory of any program");
    assert!(!reads(&ours)?, "and not ours");
    assert_eq!(core_limits(&ours)?, ("1".to_owned(), "1".to_owned()), "the kernel writes and pipes no core");
    Ok(())
}

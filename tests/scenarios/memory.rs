//! What is left in the memory of a process, and on the disk. The process is one of its own, `sitting-person`: it does what
//! it is told line by line, so that its memory can be read in between from outside.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use tests::PASSWORD;

/// Passwords that the process stores and looks at.
const STORED: [&str; 2] = ["kV7-walnut-harbour-93", "qT4_lantern.orchid+58"];

/// A password as the command line carries it.
fn turned(password: &str) -> String {
    password.bytes().map(|byte| format!("{:02x}", !byte)).collect()
}

/// A process that sits in front of a vault.
struct Sitting {
    process: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Sitting {
    fn begin(folder: &Path) -> Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sitting-person"))
            .arg(folder)
            .args(STORED.map(turned))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = process.stdin.take().context("its input")?;
        let answers = BufReader::new(process.stdout.take().context("its output")?);
        Ok(Self { process, told, answers })
    }

    fn tell(&mut self, what: &str) -> Result<()> {
        writeln!(self.told, "{what}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.trim() == what { Ok(()) } else { bail!("{what} was answered with {answer:?}") }
    }

    /// Every byte that the process could have written.
    fn memory(&self) -> Result<Vec<u8>> {
        let id = self.process.id();
        let maps = std::fs::read_to_string(format!("/proc/{id}/maps"))?;
        let mut memory = File::open(format!("/proc/{id}/mem"))?;
        let mut all = Vec::new();
        for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw"))) {
            let (start, end) = line.split(' ').next().and_then(|range| range.split_once('-')).context("a range")?;
            let (start, end) = (u64::from_str_radix(start, 16)?, u64::from_str_radix(end, 16)?);
            let mut region = vec![0; usize::try_from(end - start)?];
            memory.seek(SeekFrom::Start(start))?;
            // A region that cannot be read (a device's, a guard page) holds nothing of ours.
            if memory.read_exact(&mut region).is_ok() {
                all.extend(region);
            }
        }
        Ok(all)
    }

    fn holds(&self, text: &str) -> Result<bool> {
        let memory = self.memory()?;
        Ok(memory.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        // A process that has ended already cannot be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn after_a_sign_out_the_memory_holds_no_password() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut sitting = Sitting::begin(folder.path())?;
    sitting.tell("create")?;
    sitting.tell("hold")?;
    assert!(sitting.holds(STORED[0])?, "a password that is being shown is in memory, or the test sees nothing");
    sitting.tell("drop")?;
    sitting.tell("sign out")?;
    for text in STORED.iter().chain([&PASSWORD]) {
        assert!(!sitting.holds(text)?, "{text} is still in memory");
    }
    Ok(())
}

#[test]
fn a_locked_window_leaves_no_password_in_memory_while_the_executor_works_on() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut sitting = Sitting::begin(folder.path())?;
    sitting.tell("create")?;
    sitting.tell("hold")?;
    sitting.tell("drop")?;
    sitting.tell("lock")?;
    for text in STORED.iter().chain([&PASSWORD]) {
        assert!(!sitting.holds(text)?, "{text} is still in memory");
    }
    Ok(())
}

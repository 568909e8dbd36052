//! Secrets that remain in the memory of a process and on the disk. The process is a separate one, `sitting-person`: it
//! reads its orders line by line, so that its memory can be read from outside in between.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use app::Secret;
use tests::{PASSWORD, USER_NAME, in_clear, memory_of};
use vault::attack::{NamedKey, keys};

/// The passwords that the process stores and shows.
const STORED: [&str; 2] = ["kV7-walnut-harbour-93", "qT4_lantern.orchid+58"];

/// Returns a password in the form in which the command line carries it.
fn turned(password: &str) -> String {
    password.bytes().map(|byte| format!("{:02x}", !byte)).collect()
}

/// A process in which a person is signed in to a vault.
struct Sitting {
    process: Child,
    reported: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Sitting {
    fn begin(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder.join("tmp"))?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_sitting-person"))
            .arg(folder)
            .env("TMPDIR", folder.join("tmp"))
            .env("HOME", folder)
            .current_dir(folder)
            .args(STORED.map(turned))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let reported = process.stdin.take().context("its input")?;
        let answers = BufReader::new(process.stdout.take().context("its output")?);
        Ok(Self { process, reported, answers })
    }

    fn tell(&mut self, what: &str) -> Result<()> {
        writeln!(self.reported, "{what}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.trim() == what { Ok(()) } else { bail!("{what} was answered with {answer:?}") }
    }

    fn memory(&self) -> Result<Vec<u8>> {
        memory_of(self.process.id())
    }

    fn holds(&self, text: &str) -> Result<bool> {
        Ok(contains(&self.memory()?, text.as_bytes()))
    }

    /// Returns the keys that are in memory, as bytes or in hexadecimal digits, the form in which the database takes its
    /// key.
    fn held(&self, keys: &[NamedKey]) -> Result<Vec<&'static str>> {
        let memory = self.memory()?;
        let written = |key: &[u8], digit: fn(u8) -> String| key.iter().map(|byte| digit(*byte)).collect::<String>();
        let is_there = |key: &[u8]| {
            contains(&memory, key)
                || contains(&memory, written(key, |byte| format!("{byte:02x}")).as_bytes())
                || contains(&memory, written(key, |byte| format!("{byte:02X}")).as_bytes())
        };
        Ok(keys.iter().filter(|(_, key)| is_there(key)).map(|(name, _)| *name).collect())
    }
}

fn contains(memory: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(memory, text).is_some()
}

/// Returns the present keys of the person and of their vault. This process finds them out by opening the vault itself.
fn keys_now(folder: &Path) -> Result<Vec<NamedKey>> {
    let keys = keys(&folder.join("Memory.vault"), USER_NAME, &Secret::new(PASSWORD))?;
    assert_eq!(keys.len(), 6, "of the database, the password, the passwords, the own secret, and two private ones");
    Ok(keys)
}

/// The keys that the executor holds: the key to passwords, and that of the open database.
const EXECUTORS: [&str; 2] = ["the key of the database", "the key to passwords"];

impl Drop for Sitting {
    fn drop(&mut self) {
        // A process that has ended already cannot be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a person who made a vault, looked at its passwords, gave it new keys, and signed in again. Returns the process,
/// the previous keys, and the present keys.
fn busy(folder: &Path) -> Result<(Sitting, Vec<NamedKey>, Vec<NamedKey>)> {
    let mut sitting = Sitting::begin(folder)?;
    sitting.tell("create")?;
    sitting.tell("hold")?;
    assert!(sitting.holds(STORED[0])?, "a password that is being shown is in memory, or the test sees nothing");
    sitting.tell("drop")?;
    let before = keys_now(folder)?;
    sitting.tell("renew")?;
    sitting.tell("lock")?;
    sitting.tell("sit")?;
    let now = keys_now(folder)?;
    let seen = sitting.held(&now)?;
    for name in EXECUTORS.iter().chain(&["the key to sign", "the key to receive keys"]) {
        assert!(seen.contains(name), "who sits there holds {name}, or the test sees nothing: {seen:?}");
    }
    Ok((sitting, before, now))
}

#[test]
fn after_a_sign_out_the_memory_holds_no_password_and_no_key_used_before() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut sitting, before, now) = busy(folder.path())?;
    sitting.tell("sign out")?;
    for text in STORED.iter().chain([&PASSWORD]) {
        assert!(!sitting.holds(text)?, "{text} is still in memory");
    }
    assert_eq!(sitting.held(&before)?, Vec::<&str>::new(), "of the keys before they were renewed");
    assert_eq!(sitting.held(&now)?, Vec::<&str>::new(), "of the last keys");
    Ok(())
}

#[test]
fn a_locked_window_leaves_no_password_and_no_key_in_memory_but_the_executors_own() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut sitting, before, now) = busy(folder.path())?;
    sitting.tell("lock")?;
    for text in STORED.iter().chain([&PASSWORD]) {
        assert!(!sitting.holds(text)?, "{text} is still in memory");
    }
    // The person's own keys stay in their slot, which a re-keying does not change; only the vault's keys are new.
    let old: Vec<_> = before.into_iter().filter(|key| !now.contains(key)).collect();
    assert_eq!(old.len(), 2, "the database and the passwords got new keys");
    assert_eq!(sitting.held(&old)?, Vec::<&str>::new(), "of the keys before they were renewed");
    assert_eq!(sitting.held(&now)?, EXECUTORS, "the executor works on with these, and nothing else is left");
    Ok(())
}

/// Everything that the process was told to store, except the names of the vault and of its people, which the key slots
/// contain.
const KEPT: [&str; 6] = [STORED[0], STORED[1], "srv-kestrel-01", "10.73.19.5", "kestrel-user", "kestrel needs repair"];

#[test]
fn nothing_that_is_kept_stands_in_clear_in_any_file_of_the_vault_or_of_temp() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut sitting = Sitting::begin(folder.path())?;
    let kept: Vec<&str> = KEPT.into_iter().chain([PASSWORD]).collect();
    for what in ["create", "hold", "drop", "work", "renew", "lock", "sit", "work"] {
        sitting.tell(what)?;
        assert_eq!(in_clear(folder.path(), &kept)?, Vec::<String>::new(), "after {what}");
    }
    let control = in_clear(folder.path(), &["Memory", USER_NAME])?;
    assert!(control.iter().any(|found| found.starts_with("Memory in ")), "the search finds what is there: {control:?}");
    sitting.tell("sign out")?;
    assert_eq!(in_clear(folder.path(), &kept)?, Vec::<String>::new(), "after the sign-out");
    Ok(())
}

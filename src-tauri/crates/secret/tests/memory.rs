//! Protected memory as the system itself sees it. Each check runs in a process of its own, because the system counts
//! locked memory per process.
#![cfg(target_os = "linux")]

use std::{
    error::Error,
    process::{Command, id},
};

use read_process_memory::{Pid, ProcessHandle, copy_address};
use rustix::{
    process::{Resource, Rlimit, setrlimit},
    thread::{CapabilitySet, CapabilitySets, set_capabilities},
};
use secret::{KEY_LENGTH, Key, Secret, memory_status};

type Checked = Result<(), Box<dyn Error>>;

/// Names the test that this process was started for.
const ALONE: &str = "SECRET_TEST_ALONE";
const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;

/// Runs the check of a test in a process of its own.
fn alone(test: &str, check: fn() -> Checked) -> Checked {
    if std::env::var_os(ALONE).is_some() {
        return check();
    }
    let program = std::env::current_exe()?;
    let output = Command::new(program).args(["--exact", test, "--test-threads=1"]).env(ALONE, test).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Bytes that the system counts as locked.
fn locked() -> Result<usize, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).ok_or("no VmLck")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<usize>()? * KIBIBYTE)
}

/// Reads this process's own memory through the system, which refuses what may not be read.
fn read(address: usize, length: usize) -> std::io::Result<Vec<u8>> {
    copy_address(address, length, &ProcessHandle::try_from(id() as Pid)?)
}

/// A mapping of this process: where it begins and ends, its rights, its flags.
struct Mapping {
    start: usize,
    end: usize,
    rights: String,
    flags: String,
}

fn mappings() -> Result<Vec<Mapping>, Box<dyn Error>> {
    let mut found: Vec<Mapping> = Vec::new();
    for line in std::fs::read_to_string("/proc/self/smaps")?.lines() {
        let first = line.split_whitespace().next().unwrap_or_default();
        if let Some((start, end)) = first.split_once('-') {
            found.push(Mapping {
                start: usize::from_str_radix(start, 16)?,
                end: usize::from_str_radix(end, 16)?,
                rights: line.split_whitespace().nth(1).unwrap_or_default().to_owned(),
                flags: String::new(),
            });
        } else if let (Some(flags), Some(last)) = (line.strip_prefix("VmFlags:"), found.last_mut()) {
            last.flags = format!("{flags} ");
        }
    }
    Ok(found)
}

/// Sets the number of bytes that may be locked, as for a user who is not root.
fn allow(bytes: usize) -> Checked {
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    let limit = Some(bytes as u64);
    Ok(setrlimit(Resource::Memlock, Rlimit { current: limit, maximum: limit })?)
}

#[test]
fn dropping_one_key_does_not_unlock_its_neighbour() -> Checked {
    alone("dropping_one_key_does_not_unlock_its_neighbour", || {
        let one = Key::from_bytes(&[1; KEY_LENGTH]);
        let two = Key::from_bytes(&[2; KEY_LENGTH]);
        let before = locked()?;
        assert!(before > 0, "both are locked");
        drop(one);
        assert_eq!(locked()?, before, "the neighbour stays locked");
        drop(two);
        let again: Vec<Key> = (0..200).map(|number| Key::from_bytes(&[number; KEY_LENGTH])).collect();
        assert_eq!(locked()?, before, "what is free is used again");
        assert!(again.iter().enumerate().all(|(number, key)| key.expose().iter().all(|byte| *byte as usize == number)));
        Ok(())
    })
}

#[test]
fn a_long_text_has_locked_pages_and_gives_them_back() -> Checked {
    alone("a_long_text_has_locked_pages_and_gives_them_back", || {
        let short = Secret::new("a password");
        let before = locked()?;
        let long = Secret::new("k".repeat(100 * KIBIBYTE));
        assert!(locked()? >= before + 100 * KIBIBYTE, "all of it is locked");
        assert_eq!(memory_status().locked_bytes, locked()?, "and counted");
        drop(long);
        assert_eq!(locked()?, before, "given back");
        assert_eq!(short.expose(), "a password", "the other one is untouched");
        Ok(())
    })
}

#[test]
fn the_pages_around_a_secret_can_not_be_read_and_none_is_dumped() -> Checked {
    alone("the_pages_around_a_secret_can_not_be_read_and_none_is_dumped", || {
        let key = Key::from_bytes(&[7; KEY_LENGTH]);
        let short = Secret::new("a password");
        let long = Secret::new("k".repeat(100 * KIBIBYTE));
        let addresses =
            [key.expose().as_ptr() as usize, short.expose().as_ptr() as usize, long.expose().as_ptr() as usize];
        let mappings = mappings()?;
        for address in addresses {
            let place = mappings.iter().position(|mapping| (mapping.start..mapping.end).contains(&address));
            let place = place.ok_or("the secret is mapped")?;
            let (before, own, after) = (&mappings[place - 1], &mappings[place], &mappings[place + 1]);
            assert_eq!(own.rights, "rw-p", "its own pages are written to");
            assert!(own.flags.contains(" lo ") && own.flags.contains(" dd "), "locked, not dumped: {}", own.flags);
            for (guard, edge) in [(before, before.end == own.start), (after, after.start == own.end)] {
                assert!(edge && guard.rights == "---p", "a guard stands right beside it: {}", guard.rights);
            }
            assert!(read(own.start, 1).is_ok() && read(own.end - 1, 1).is_ok(), "the pages themselves are read");
            assert!(read(own.start - 1, 1).is_err(), "one byte before is refused");
            assert!(read(own.end, 1).is_err(), "one byte after is refused");
        }
        Ok(())
    })
}

#[test]
fn nothing_is_left_where_a_secret_was() -> Checked {
    alone("nothing_is_left_where_a_secret_was", || {
        let key = Key::from_bytes(&[7; KEY_LENGTH]);
        let short = Secret::new("kestrel-4711");
        let long = Secret::new("k".repeat(5 * KIBIBYTE));
        let (at_key, at_short, at_long) =
            (key.expose().as_ptr() as usize, short.expose().as_ptr() as usize, long.expose().as_ptr() as usize);
        assert_eq!(read(at_key, KEY_LENGTH)?, [7; KEY_LENGTH], "the key is there");
        assert_eq!(read(at_short, 12)?, b"kestrel-4711", "so is the text");
        drop((key, short, long));
        assert_eq!(read(at_key, KEY_LENGTH)?, [0; KEY_LENGTH], "the key is wiped");
        assert_eq!(read(at_short, 12)?, [0; 12], "so is the text");
        assert!(read(at_long, 1).is_err(), "the pages of the long one are gone");
        Ok(())
    })
}

#[test]
fn fifty_thousand_keys_fit_into_eight_mebibytes() -> Checked {
    alone("fifty_thousand_keys_fit_into_eight_mebibytes", || {
        allow(8 * MEBIBYTE)?;
        let keys: Vec<Key> = (0..50_000).map(|_| Key::from_bytes(&[7; KEY_LENGTH])).collect();
        let passwords: Vec<Secret> = (0..50_000).map(|number| Secret::new(format!("password {number}"))).collect();
        let status = memory_status();
        assert_eq!((status.failures, status.locked_bytes), (0, status.wanted_bytes), "all are locked");
        assert_eq!(status.locked_bytes, locked()?, "the system counts the same");
        assert_eq!((keys.len(), passwords.len()), (50_000, 50_000), "held until here");
        Ok(())
    })
}

#[test]
fn more_than_may_be_locked_still_works_and_is_told() -> Checked {
    alone("more_than_may_be_locked_still_works_and_is_told", || {
        allow(8 * MEBIBYTE)?;
        let texts: Vec<Secret> = (0..3_000).map(|number| Secret::new(format!("{number:04}").repeat(1024))).collect();
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(text.expose()[4092..], format!("{number:04}"), "each has its own text");
        }
        let status = memory_status();
        assert!(locked()? <= 7 * MEBIBYTE, "a mebibyte is left to others");
        assert!(status.locked_bytes == locked()? && status.locked_bytes > 6 * MEBIBYTE, "what can be locked is");
        assert!(status.wanted_bytes > 11 * MEBIBYTE && status.failures > 0, "what could not is told");
        Ok(())
    })
}

#[test]
fn where_almost_nothing_may_be_locked_secrets_still_work_and_it_is_told() -> Checked {
    alone("where_almost_nothing_may_be_locked_secrets_still_work_and_it_is_told", || {
        allow(64 * KIBIBYTE)?;
        let keys: Vec<Key> = (0..10_000).map(|number| Key::from_bytes(&[number as u8; KEY_LENGTH])).collect();
        let long = Secret::new("k".repeat(100 * KIBIBYTE));
        assert!(
            keys.iter().enumerate().all(|(number, key)| key.expose() == &[number as u8; KEY_LENGTH]),
            "each is its own"
        );
        assert_eq!(long.expose().len(), 100 * KIBIBYTE, "so is a long text");
        let status = memory_status();
        assert!(status.failures > 0 && status.locked_bytes < status.wanted_bytes, "told");
        assert_eq!(status.locked_bytes, locked()?, "the system counts the same");
        assert!(status.locked_bytes <= 64 * KIBIBYTE, "within the limit");
        drop((keys, long));
        assert!(memory_status().failures > 0, "that it happened is not forgotten");
        Ok(())
    })
}

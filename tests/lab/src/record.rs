//! Records of running devices, by which another process lists and ends them.
//!
//! A record contains the device's processes with their start times, so that a number that was used again is never
//! killed.

use crate::{Error, Result, place, process::ProcessId};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr, path::PathBuf};

/// A device as another process sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Record {
    pub number: u8,
    /// The address at which its server listens.
    pub address: SocketAddr,
    /// The server's name, such as `OpenSSH (bookworm)`.
    pub server: String,
    /// The names of the accounts the lab made.
    pub accounts: Vec<String>,
    /// True if it was started to outlive the program that started it.
    pub stays: bool,
    pub(crate) first_process: ProcessId,
    pub(crate) outside: ProcessId,
    pub(crate) owner: ProcessId,
}

impl Record {
    /// Returns the number of its first process, as the machine sees it.
    #[must_use]
    pub fn first_process_number(&self) -> u32 {
        self.first_process.number
    }

    /// Tells whether the program that started it still runs.
    #[must_use]
    pub fn has_owner(&self) -> bool {
        self.owner.is_alive()
    }

    /// Tells whether the device runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.first_process.is_alive()
    }

    pub(crate) fn write(&self) -> Result<()> {
        let path = path(self.number, "json")?;
        let text = self.to_json().to_string();
        // The file is renamed into place, so that nobody reads half a record.
        let fresh = path.with_extension("json.new");
        fs::write(&fresh, text).map_err(Error::file(&fresh))?;
        fs::rename(&fresh, &path).map_err(Error::file(&path))
    }

    /// Ends the device and removes its record and log.
    ///
    /// # Errors
    /// If a process cannot be ended or the record not removed.
    pub fn stop(&self) -> Result<()> {
        self.first_process.kill()?;
        self.outside.kill()?;
        self.forget()
    }

    /// Removes the record and the log, unless the address now belongs to another device.
    pub(crate) fn forget(&self) -> Result<()> {
        if read(self.number)?.is_some_and(|now| now.first_process == self.first_process) {
            for kind in ["json", "log"] {
                let path = path(self.number, kind)?;
                fs::remove_file(&path).map_err(Error::file(&path))?;
            }
        }
        Ok(())
    }

    fn to_json(&self) -> Value {
        let process = |id: ProcessId| json!({ "number": id.number, "started": id.started });
        json!({
            "number": self.number,
            "address": self.address.to_string(),
            "server": self.server,
            "accounts": self.accounts,
            "stays": self.stays,
            "first_process": process(self.first_process),
            "outside": process(self.outside),
            "owner": process(self.owner),
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let process = |name: &str| {
            let number = value[name]["number"].as_u64()?.try_into().ok()?;
            Some(ProcessId { number, started: value[name]["started"].as_u64()? })
        };
        let names = value["accounts"].as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned));
        Some(Self {
            number: value["number"].as_u64()?.try_into().ok()?,
            address: value["address"].as_str()?.parse().ok()?,
            server: value["server"].as_str()?.to_owned(),
            accounts: names.collect(),
            stays: value["stays"].as_bool()?,
            first_process: process("first_process")?,
            outside: process("outside")?,
            owner: process("owner")?,
        })
    }
}

/// Returns the path of a device's record, log or lock.
pub(crate) fn path(number: u8, kind: &str) -> Result<PathBuf> {
    Ok(place::running_folder()?.join(format!("{number}.{kind}")))
}

fn read(number: u8) -> Result<Option<Record>> {
    let path = path(number, "json")?;
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(Error::file(&path))?;
    Ok(serde_json::from_str(&text).ok().as_ref().and_then(Record::from_json))
}

/// Returns all recorded devices in the order of their addresses, including those of other running programs.
///
/// # Errors
/// If the folder of records cannot be read, for instance without root.
pub fn records() -> Result<Vec<Record>> {
    let found: Result<Vec<Option<Record>>> = (1..=254).map(read).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Ends every device that was started to stay or whose starting program has ended, and returns their records. Devices
/// of a running test are left alone.
///
/// # Errors
/// If a device cannot be ended.
pub fn stop_leftovers() -> Result<Vec<Record>> {
    let left: Vec<Record> = records()?.into_iter().filter(|it| it.stays || !it.has_owner()).collect();
    left.iter().try_for_each(Record::stop)?;
    Ok(left)
}

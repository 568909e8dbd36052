//! The places of devices: the folder of the trees, the folder of the running devices, and the address of each device.
//!
//! Addresses belong to the whole machine, so several test processes must agree on them. Each address has a lock file,
//! held open for as long as the starting process wants the address; a trial `bind` finds what other programs use.

use crate::{Error, Result};
use std::{
    env, fs,
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
};

/// The folder of records, logs and locks of running devices. It is on a temporary file system, so it is gone after a
/// restart, like the devices.
const RUNNING: &str = "/run/chaveiro-lab";

/// The last N of 127.0.1.N.
const LAST: u8 = 254;

/// Returns the folder of the read-only trees: `CHAVEIRO_LAB_FOLDER`, or `chaveiro/lab` in the user's cache folder.
///
/// # Errors
/// [`Error::NoFolder`] if the environment names neither.
pub fn folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("CHAVEIRO_LAB_FOLDER") {
        return Ok(folder.into());
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = cache.or_else(home).ok_or(Error::NoFolder)?;
    Ok(cache.join("chaveiro/lab"))
}

/// Returns the folder for records, logs and locks, and makes it if needed.
pub(crate) fn running_folder() -> Result<PathBuf> {
    let folder = PathBuf::from(RUNNING);
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    Ok(folder)
}

/// An address that no other device uses while this value lives.
#[derive(Debug)]
pub struct Place {
    number: u8,
    port: u16,
    _lock: File,
}

impl Place {
    /// Reserves the address 127.0.1.`number`.
    ///
    /// # Errors
    /// [`Error::AddressInUse`].
    pub fn reserve(number: u8, port: u16) -> Result<Self> {
        let address = address(number, port);
        Self::try_reserve(number, port)?.ok_or(Error::AddressInUse { address })
    }

    /// Reserves the first free address from 127.0.1.`first` on.
    ///
    /// # Errors
    /// [`Error::NoAddress`] if there is none, before or after that number.
    pub fn reserve_from(first: u8, port: u16) -> Result<Self> {
        for number in (first..=LAST).chain(1..first) {
            if let Some(place) = Self::try_reserve(number, port)? {
                return Ok(place);
            }
        }
        Err(Error::NoAddress { port })
    }

    fn try_reserve(number: u8, port: u16) -> Result<Option<Self>> {
        let path = running_folder()?.join(format!("{number}.lock"));
        let lock = File::options().create(true).append(true).open(&path).map_err(Error::file(&path))?;
        if lock.try_lock().is_err() || TcpListener::bind(address(number, port)).is_err() {
            return Ok(None);
        }
        Ok(Some(Self { number, port, _lock: lock }))
    }

    /// Returns the last part of the address.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Returns the address at which the server will listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        address(self.number, self.port)
    }
}

/// Returns the address 127.0.1.`number`:`port`.
pub(crate) fn address(number: u8, port: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 1, number), port).into()
}

/// Returns the inode of the socket that listens at an address; `None` while nothing listens. It is read from the
/// kernel's table, because a trial connection would leave a trace in the server's log and count against its limits.
pub(crate) fn listener(address: SocketAddr) -> Option<u64> {
    let SocketAddr::V4(address) = address else {
        return None;
    };
    let [a, b, c, d] = address.ip().octets();
    let wanted = format!("{:08X}:{:04X}", u32::from_ne_bytes([a, b, c, d]), address.port());
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let listens = fields.get(1) == Some(&wanted.as_str()) && fields.get(3) == Some(&"0A");
        if listens { fields.get(9)?.parse().ok() } else { None }
    })
}

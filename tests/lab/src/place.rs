//! Where devices live: the folder of the trees, the folder of what is running, and the address each device gets.
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

/// Records, logs and locks of running devices. A temporary file system: gone after a restart, like the devices.
const RUNNING: &str = "/run/chaveiro-lab";

/// The last N of 127.0.1.N.
const LAST: u8 = 254;

/// The folder that keeps the read-only trees: `CHAVEIRO_LAB_FOLDER`, or `chaveiro/lab` in the user's cache folder.
///
/// # Errors
/// [`Error::NoFolder`] when the environment names neither.
pub fn folder() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("CHAVEIRO_LAB_FOLDER") {
        return Ok(folder.into());
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = cache.or_else(home).ok_or(Error::NoFolder)?;
    Ok(cache.join("chaveiro/lab"))
}

/// The folder for records, logs and locks, made if needed.
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
    /// [`Error::NoAddress`] when there is none, before or after that number.
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

    /// The last part of the address.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Where the server will listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        address(self.number, self.port)
    }
}

/// 127.0.1.`number`:`port`.
pub(crate) fn address(number: u8, port: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 1, number), port).into()
}

/// The socket that listens at an address, as its inode; `None` while nothing listens. Asked of the kernel's table, because
/// a trial connection would leave a trace in the server's log and count against its limits.
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

//! Practice devices: real SSH servers with real accounts on one machine, without touching that machine.
//!
//! A device is a process tree in mount, process, host-name and IPC namespaces of its own. Its files are an overlay in
//! memory over a read-only Debian tree that is built once and kept in the user's cache folder. Its server listens on
//! 127.0.1.N, so no network namespace is needed and any program here can log in. Killing its first process removes
//! everything. It needs Linux and root; [`Lab::prepare`] names the missing tools and rights.
//!
//! ```no_run
//! use lab::{Account, HostSpec, Lab, Login, Sudo};
//!
//! let lab = Lab::prepare()?;
//! let host = lab.start(HostSpec::new().account(Account::new("alice", "Start-pw-1").sudo(Sudo::WithPassword)))?;
//! assert_eq!(host.login("alice", "Start-pw-1")?, Login::Accepted);
//! # Ok::<(), lab::Error>(())
//! ```
//!
//! Three things end a device: dropping its [`Host`], the death of the process that started it (by the kernel's
//! parent-death signal, so a killed test leaves nothing behind), and `cargo xtask lab down` for those that were started
//! to stay.

mod error;
mod for_test;
mod host;
mod login;
mod place;
mod process;
mod proxy;
mod record;
mod spec;
mod start;
mod tree;

pub use error::{Error, Result};
pub use for_test::{lab_or_skip, nothing_may_be_skipped};
pub use host::{Host, Output, run_in};
pub use login::{Login, login};
pub use place::{Place, folder};
pub use proxy::{Chunk, Direction, Ending, Fault, Point, Proxy};
pub use record::{Record, records, stop_leftovers};
pub use spec::{Account, HostKey, HostSpec, Server, Sudo};
pub use tree::{Missing, is_built, missing};

use std::{
    num::NonZero,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The ability to start practice devices on this machine: the tools are there, the read-only tree is built.
#[derive(Debug, Clone)]
pub struct Lab {
    trees: std::path::PathBuf,
}

impl Lab {
    /// Checks the machine and builds the Debian 12 tree if it does not exist yet (about half a minute, once).
    ///
    /// # Errors
    /// [`Error::Unavailable`] names the missing tools or rights; other errors come from building the tree.
    pub fn prepare() -> Result<Self> {
        tree::check_machine()?;
        let lab = Self { trees: folder()? };
        tree::ensure(&lab.trees, Server::OpenSsh.tree())?;
        Ok(lab)
    }

    /// Starts one device and returns when its server listens.
    ///
    /// # Errors
    /// [`Error::HostDied`] carries the end of the device's log; [`Error::NoAddress`] when all addresses are taken.
    pub fn start(&self, spec: HostSpec) -> Result<Host> {
        tree::ensure(&self.trees, spec.server.tree())?;
        Host::start(&self.trees, &spec)
    }

    /// Starts many devices side by side; they come back in the order of their specifications.
    ///
    /// # Errors
    /// The first error of any of them; those already started are stopped again.
    pub fn start_all(&self, specs: Vec<HostSpec>) -> Result<Vec<Host>> {
        let slots: Vec<Mutex<Option<Result<Host>>>> = specs.iter().map(|_| Mutex::new(None)).collect();
        let next = AtomicUsize::new(0);
        let workers = std::thread::available_parallelism().map_or(4, NonZero::get).clamp(2, 16) * 2;
        std::thread::scope(|scope| {
            for _ in 0..workers.min(specs.len()) {
                scope.spawn(|| {
                    while let Some((spec, slot)) = take(&next, &specs, &slots) {
                        let host = self.start(spec.clone());
                        *slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(host);
                    }
                });
            }
        });
        let results =
            slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(|poison| poison.into_inner()));
        all_or_none(results.collect())
    }
}

/// Returns the hosts, or the first error after all of them were stopped, including those that were started to stay.
fn all_or_none(results: Vec<Result<Host>>) -> Result<Vec<Host>> {
    let mut hosts = Vec::new();
    let mut first_error = None;
    for result in results {
        match result {
            Ok(host) => hosts.push(host),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let Some(error) = first_error else {
        return Ok(hosts);
    };
    hosts.into_iter().try_for_each(Host::stop)?;
    Err(error)
}

/// Takes the next free specification, with the slot for its host.
fn take<'a, S, H>(next: &AtomicUsize, specs: &'a [S], slots: &'a [H]) -> Option<(&'a S, &'a H)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    specs.get(index).zip(slots.get(index))
}

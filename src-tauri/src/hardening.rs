//! Keeps what the program holds in memory out of core dumps, and other programs of the same user from reading it.
//!
//! On Linux the process is marked as not dumpable: no core is written, no debugger attaches, and `/proc/PID/mem` belongs
//! to root. The processes that draw the page do not inherit the mark, and a password that is shown is in their memory;
//! they inherit the limit on the size of core dumps. That limit is 1 and not 0, because a program that collects core
//! dumps is called even at 0, and the kernel refuses at 1 before it calls one (core(5)). On macOS no debugger attaches
//! and the limit is 0. On Windows a crash is not reported, so that no report with the memory is made; other programs of
//! the same user can still read the memory, because no crate offers a safe call that forbids it and leaves the page's
//! own processes working.

/// What came of [`harden`], to be logged once there is a log.
#[must_use = "a refusal belongs into the log"]
pub struct Hardening(Result<(), String>);

impl Hardening {
    pub(crate) fn log(&self) {
        if let Err(error) = &self.0 {
            tracing::warn!(%error, "the system does not keep the memory of the program out of core dumps");
        }
    }

    /// "done", or what the system said.
    pub(crate) fn outcome(&self) -> &str {
        self.0.as_ref().err().map_or("done", String::as_str)
    }
}

/// Protects the memory of this process. To be called before anything else, while there is nothing to protect yet.
pub fn harden() -> Hardening {
    Hardening(protect())
}

#[cfg(target_os = "linux")]
fn protect() -> Result<(), String> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
    // A lower limit that somebody set before stays: it cannot be raised.
    let limit = Some(getrlimit(Resource::Core).maximum.map_or(1, |most| most.min(1)));
    let limited = setrlimit(Resource::Core, Rlimit { current: limit, maximum: limit });
    let marked = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    limited.and(marked).map_err(|error| error.to_string())
}

#[cfg(target_os = "macos")]
fn protect() -> Result<(), String> {
    let anti_tracing = false; // It would end the program where a debugger is attached already.
    let protected = secmem_proc::Config::new_with_anti_tracing(anti_tracing).harden_process();
    protected.map_err(|error| error.to_string())
}

#[cfg(windows)]
fn protect() -> Result<(), String> {
    os_memlock::suppress_windows_error_dialogs_for_process().map(drop).map_err(|error| error.to_string())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn protect() -> Result<(), String> {
    Err("this system is not known".to_owned())
}

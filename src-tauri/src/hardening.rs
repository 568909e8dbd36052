//! Keeps the program's memory out of core dumps, and prevents other programs of the same user from reading it.
//!
//! On Linux the process is marked as not dumpable: no core dump is written, no debugger can attach, and `/proc/PID/mem`
//! belongs to root. The processes that draw the page do not inherit this mark, although their memory holds the
//! passwords that are shown; but they inherit the limit on the size of core dumps. That limit is 1 and not 0, because a
//! program that collects core dumps is called even at 0, while at 1 the kernel refuses before it calls one (core(5)).
//! On macOS no debugger can attach, and the limit is 0. On Windows crash reports are switched off, so that no report
//! contains the memory. Other programs of the same user can still read the memory there, because no crate offers a safe
//! call that forbids it and keeps the page's own processes working.

/// The result of [`harden`], to be logged as soon as the log has started.
#[must_use = "a refusal belongs into the log"]
pub struct Hardening(Result<(), String>);

impl Hardening {
    pub(crate) fn log(&self) {
        if let Err(error) = &self.0 {
            tracing::warn!(%error, "the system does not keep the memory of the program out of core dumps");
        }
    }

    /// Returns "done", or the system's error.
    pub(crate) fn outcome(&self) -> &str {
        self.0.as_ref().err().map_or("done", String::as_str)
    }
}

/// Protects the memory of this process. Must be called before anything else, when no secret is in memory yet.
pub fn harden() -> Hardening {
    Hardening(protect())
}

#[cfg(target_os = "linux")]
fn protect() -> Result<(), String> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
    // A lower limit that was set before stays, because a limit cannot be raised.
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

//! Failures of the file system while key slots are replaced.

use std::{cell::Cell, io};

/// The place at which the replacement of the key slots fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Before the new slots have their name, with this error.
    Before(io::ErrorKind),
    /// After they have their name: their folder does not reach the disk, and this many later looks at files fail.
    After(u32),
}

thread_local! {
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
    static BLIND_LOOKS: Cell<u32> = const { Cell::new(0) };
}

/// Makes the next replacement of key slots on this thread fail. The failure is injected: the disk is whole.
pub(crate) fn fail_next(fault: Fault) {
    FAULT.set(Some(fault));
}

/// Fails if [`fail_next`] asked for a failure before the rename.
pub(crate) fn before_rename() -> io::Result<()> {
    match FAULT.get() {
        Some(Fault::Before(kind)) => FAULT.take().map_or(Ok(()), |_| Err(kind.into())),
        _ => Ok(()),
    }
}

/// Fails if [`fail_next`] asked for a failure after the rename.
pub(crate) fn after_rename() -> io::Result<()> {
    let Some(Fault::After(looks)) = FAULT.get() else { return Ok(()) };
    FAULT.set(None);
    BLIND_LOOKS.set(looks);
    Err(io::Error::other("injected"))
}

/// Fails while looks at files are made to fail.
pub(crate) fn blind_look() -> io::Result<()> {
    match BLIND_LOOKS.get() {
        0 => Ok(()),
        left => {
            BLIND_LOOKS.set(left - 1);
            Err(io::Error::other("injected"))
        }
    }
}

//! Failures of the file system while key slots are replaced.

use std::{cell::Cell, io};

/// Where replacing the key slots is to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Before the new ones have their name, with this.
    Before(io::ErrorKind),
    /// After it: their folder does not reach the disk, and so many looks at files fail.
    After(u32),
}

thread_local! {
    static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
    static BLIND_LOOKS: Cell<u32> = const { Cell::new(0) };
}

/// The next time that this thread replaces key slots, it fails. It is injected: the disk is whole.
pub(crate) fn fail_next(fault: Fault) {
    FAULT.set(Some(fault));
}

/// Fails where [`fail_next`] says that the writing does.
pub(crate) fn before_rename() -> io::Result<()> {
    match FAULT.get() {
        Some(Fault::Before(kind)) => FAULT.take().map_or(Ok(()), |_| Err(kind.into())),
        _ => Ok(()),
    }
}

/// Fails where [`fail_next`] says that what follows does.
pub(crate) fn after_rename() -> io::Result<()> {
    let Some(Fault::After(looks)) = FAULT.get() else { return Ok(()) };
    FAULT.set(None);
    BLIND_LOOKS.set(looks);
    Err(io::Error::other("injected"))
}

/// Fails while looks at files do.
pub(crate) fn blind_look() -> io::Result<()> {
    match BLIND_LOOKS.get() {
        0 => Ok(()),
        left => {
            BLIND_LOOKS.set(left - 1);
            Err(io::Error::other("injected"))
        }
    }
}

//! The progress of long work, and the way to stop it.

use std::ops::ControlFlow;

use crate::VaultError;

/// The phase of a long piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Pages are copied out of the open vault.
    Copying,
    /// The authentication code of every page is checked.
    CheckingPages,
    /// The structure of tables and indexes is checked.
    CheckingStructure,
    /// The audit trail is walked.
    WalkingTrail,
    /// Every stored secret is opened.
    OpeningSecrets,
    /// A file is written, or read to compare it with its checksum.
    Writing,
}

/// The progress of a long piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The phase that is running now.
    pub phase: Phase,
    /// The finished part: a number of pages, entries, secrets or bytes.
    pub done: u64,
    /// The total; 0 where it is not known.
    pub total: u64,
}

/// A callback that long work calls from time to time. The answer [`ControlFlow::Break`] stops it; nothing incomplete is
/// left behind.
pub type OnProgress<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// Continues always, for callers that need no progress.
pub fn unheard(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Reports the progress, and ends the work if the answer says so.
pub(crate) fn tell(progress: &mut OnProgress<'_>, phase: Phase, done: u64, total: u64) -> Result<(), VaultError> {
    match progress(Progress { phase, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(VaultError::Stopped),
    }
}

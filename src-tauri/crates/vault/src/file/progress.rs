//! How long work tells how far it has come, and how it is stopped.

use std::ops::ControlFlow;

use crate::VaultError;

/// What a long piece of work is doing.
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

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// So much of it is done: pages, entries, secrets or bytes.
    pub done: u64,
    /// So much there is; 0 where that is not known.
    pub total: u64,
}

/// What long work calls every now and then. The answer [`ControlFlow::Break`] stops it; nothing half is left behind.
pub type OnProgress<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// Goes on whatever happens: for who does not want to know.
pub fn unheard(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells how far it has come, and ends the work where the answer says so.
pub(crate) fn tell(progress: &mut OnProgress<'_>, phase: Phase, done: u64, total: u64) -> Result<(), VaultError> {
    match progress(Progress { phase, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(VaultError::Stopped),
    }
}

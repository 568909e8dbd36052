//! Long work: one of each kind at a time, with its progress told, stopped when somebody asks.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{App, AppError, AppEvent, Listener};

/// The shortest time between two words of progress.
const BETWEEN: Duration = Duration::from_millis(100);

domain::enumeration! {
    /// Long work.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Task {
        /// New keys, everything encrypted anew.
        Rekey = "rekey",
        Backup = "backup",
        /// Opening a backup and everything in it, to see that it can be done.
        Drill = "drill",
        /// Making a vault of a backup.
        Restore = "restore",
        Integrity = "integrity",
        /// Walking along the audit trail.
        AuditVerify = "auditVerify",
        /// Writing the audit trail to a file.
        AuditExport = "auditExport",
    }
}

domain::enumeration! {
    /// What a long work is doing.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum TaskPhase {
        Preparing = "preparing",
        Copying = "copying",
        Reencrypting = "reencrypting",
        CheckingPages = "checkingPages",
        /// Walking along the audit trail.
        WalkingTrail = "walkingTrail",
        OpeningSecrets = "openingSecrets",
        Writing = "writing",
        /// Putting things in their place.
        Finishing = "finishing",
    }
}

impl From<vault::Phase> for TaskPhase {
    fn from(phase: vault::Phase) -> Self {
        match phase {
            vault::Phase::Copying => Self::Copying,
            vault::Phase::CheckingPages | vault::Phase::CheckingStructure => Self::CheckingPages,
            vault::Phase::WalkingTrail => Self::WalkingTrail,
            vault::Phase::OpeningSecrets => Self::OpeningSecrets,
            vault::Phase::Writing => Self::Writing,
        }
    }
}

/// How far a long work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TaskProgress {
    pub task: Task,
    /// What it is doing.
    pub phase: TaskPhase,
    pub done: u64,
    /// Of how many; None: not known.
    pub total: Option<u64>,
}

/// The works that run now, each with the wish to stop it.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashMap<Task, Arc<AtomicBool>>>);

/// A work that runs. It is over when this is dropped.
pub(crate) struct Work<'a> {
    running: &'a Running,
    listener: Listener,
    task: Task,
    stop: Arc<AtomicBool>,
    told: Option<(Instant, TaskPhase)>,
}

impl Running {
    pub(crate) fn stop(&self, task: Task) {
        if let Some(stop) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&task) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    fn begin(&self, task: Task) -> Result<Arc<AtomicBool>, AppError> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(&task) {
            return Err(AppError::TaskRuns { task });
        }
        let stop = Arc::new(AtomicBool::new(false));
        running.insert(task, Arc::clone(&stop));
        Ok(stop)
    }
}

impl Work<'_> {
    /// Tells how far it is, not too often, and whether somebody wants it to stop.
    pub(crate) fn tell(&mut self, phase: TaskPhase, done: u64, total: Option<u64>) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let now = Instant::now();
        let early = self.told.is_some_and(|(at, told)| told == phase && now.duration_since(at) < BETWEEN);
        if !early {
            self.told = Some((now, phase));
            (self.listener)(AppEvent::Progress(TaskProgress { task: self.task, phase, done, total }));
        }
        ControlFlow::Continue(())
    }

    /// The same, for the vault's own long work.
    pub(crate) fn hear(&mut self, progress: vault::Progress) -> ControlFlow<()> {
        let total = (progress.total > 0).then_some(progress.total);
        self.tell(progress.phase.into(), progress.done, total)
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.task);
    }
}

impl App {
    /// Begins a long work.
    pub(crate) fn begin(&self, task: Task) -> Result<Work<'_>, AppError> {
        let stop = self.running.begin(task)?;
        Ok(Work { running: &self.running, listener: Arc::clone(&self.setup.listener), task, stop, told: None })
    }

    /// Asks a long work to stop; it then ends with [`AppError::Canceled`]. A re-keying goes on.
    pub fn cancel(&self, task: Task) {
        if task != Task::Rekey {
            self.running.stop(task);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Running, Task};
    use crate::AppError;

    #[test]
    fn the_same_work_does_not_run_twice() {
        let running = Running::default();
        assert!(running.begin(Task::Backup).is_ok(), "the first begins");
        assert!(matches!(running.begin(Task::Backup), Err(AppError::TaskRuns { task: Task::Backup })), "not twice");
        assert!(running.begin(Task::Drill).is_ok(), "another one may");
    }
}

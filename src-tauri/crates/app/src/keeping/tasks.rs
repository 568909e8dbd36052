//! Long tasks: at most one of each kind at a time, with progress reports, and canceled on request.

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

/// The shortest time between two progress reports.
const BETWEEN: Duration = Duration::from_millis(100);

domain::enumeration! {
    /// A kind of long task.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum Task {
        /// Making new keys and encrypting everything anew.
        Rekey = "rekey",
        Backup = "backup",
        /// Opening a backup and everything in it, to prove that it can be restored.
        Drill = "drill",
        /// Making a vault from a backup.
        Restore = "restore",
        Integrity = "integrity",
        /// Verifying the audit trail, entry by entry.
        AuditVerify = "auditVerify",
        /// Writing the audit trail to a file.
        AuditExport = "auditExport",
    }
}

domain::enumeration! {
    /// The phase of a long task.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum TaskPhase {
        Preparing = "preparing",
        Copying = "copying",
        Reencrypting = "reencrypting",
        CheckingPages = "checkingPages",
        /// Verifying the audit trail, entry by entry.
        WalkingTrail = "walkingTrail",
        OpeningSecrets = "openingSecrets",
        Writing = "writing",
        /// Moving the finished files into place.
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

/// The progress of a long task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TaskProgress {
    pub task: Task,
    pub phase: TaskPhase,
    pub done: u64,
    /// The number of all steps; None if it is not known.
    pub total: Option<u64>,
}

/// The running tasks, each with a flag that asks it to stop.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashMap<Task, Arc<AtomicBool>>>);

/// A running task. It ends when this is dropped.
pub(crate) struct Work<'a> {
    running: &'a Running,
    listener: Listener,
    task: Task,
    stop: Arc<AtomicBool>,
    reported: Option<(Instant, TaskPhase)>,
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
    /// Reports the progress, not too often, and returns whether the task was asked to stop.
    pub(crate) fn tell(&mut self, phase: TaskPhase, done: u64, total: Option<u64>) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let now = Instant::now();
        let early = self.reported.is_some_and(|(at, reported)| reported == phase && now.duration_since(at) < BETWEEN);
        if !early {
            self.reported = Some((now, phase));
            (self.listener)(AppEvent::Progress(TaskProgress { task: self.task, phase, done, total }));
        }
        ControlFlow::Continue(())
    }

    /// As [`Work::tell`], for progress that the vault reports.
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
    /// Starts a long task, unless one of its kind is running.
    pub(crate) fn begin(&self, task: Task) -> Result<Work<'_>, AppError> {
        let stop = self.running.begin(task)?;
        Ok(Work { running: &self.running, listener: Arc::clone(&self.setup.listener), task, stop, reported: None })
    }

    /// Asks a long task to stop; it then ends with [`AppError::Canceled`]. A re-keying cannot be stopped.
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

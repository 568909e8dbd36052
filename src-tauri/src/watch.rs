//! What goes on beside the window: the clocks that lock it, the machine that goes to sleep, the backup of the day.

use std::{
    thread,
    time::{Duration, Instant},
};

use app::{ExecutorDetails, memory_status};
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{events::ExecutorChanged, screen_lock, state::Shell};

/// Between two looks at the clocks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
/// Between two questions whether the day has its backup.
const BETWEEN_BACKUPS: Duration = Duration::from_secs(15 * 60);

/// Begins to watch. The files of the vault may be on a disk that does not answer any more: nothing that reads them shares a
/// thread with the clocks that lock the window.
pub fn start(program: &AppHandle) {
    for watch in [look_at_the_clocks, look_at_the_files, keep_backups, wait_for_sleep] {
        let program = program.clone();
        thread::spawn(move || watch(&program));
    }
    screen_lock::start(program);
}

/// Says once in the log that keys and passwords could not be locked in memory.
#[derive(Default)]
struct MemoryWatch {
    told: bool,
}

impl MemoryWatch {
    fn look(&mut self) {
        let status = memory_status();
        if status.failures > 0 && !self.told {
            self.told = true;
            tracing::warn!(
                locked_bytes = status.locked_bytes,
                wanted_bytes = status.wanted_bytes,
                "not all keys and passwords could be locked in memory; they may be written to swap. Raise the limit on \
                 locked memory (RLIMIT_MEMLOCK, `ulimit -l`) to 8 MiB"
            );
        }
    }
}

fn look_at_the_clocks(program: &AppHandle) {
    let mut told: Option<ExecutorDetails> = None;
    let mut memory = MemoryWatch::default();
    loop {
        thread::sleep(BETWEEN_LOOKS);
        let app = &program.state::<Shell>().app;
        app.sessions().look();
        program.state::<Shell>().screen.look(Instant::now());
        memory.look();
        let now = app.sessions().executor().ok();
        if let Some(details) = now.filter(|_| now != told)
            && let Err(error) = (ExecutorChanged { executor: details.into() }).emit(program)
        {
            tracing::warn!(%error, "the page could not be told of the executor");
        }
        told = now;
    }
}

fn look_at_the_files(program: &AppHandle) {
    loop {
        thread::sleep(BETWEEN_LOOKS);
        program.state::<Shell>().app.vaults().look();
    }
}

fn keep_backups(program: &AppHandle) {
    let mut backed_up: Option<Instant> = None;
    loop {
        thread::sleep(BETWEEN_LOOKS);
        let app = &program.state::<Shell>().app;
        // Without an open vault there is nothing to back up; the first one after it was opened is looked at soon.
        if app.sessions().executor().is_err() {
            backed_up = None;
        } else if backed_up.is_none_or(|at| at.elapsed() >= BETWEEN_BACKUPS) {
            backed_up = Some(Instant::now());
            app.backups().keep_up();
        }
    }
}

/// Hears from logind that the machine goes to sleep. Elsewhere, and without logind, the clocks tell it at the waking.
#[cfg(target_os = "linux")]
fn wait_for_sleep(program: &AppHandle) {
    let listen = || -> zbus::Result<()> {
        let bus = zbus::blocking::Connection::system()?;
        let manager = zbus::blocking::Proxy::new(
            &bus,
            "org.freedesktop.login1",
            "/org/freedesktop/login1",
            "org.freedesktop.login1.Manager",
        )?;
        for message in manager.receive_signal("PrepareForSleep")? {
            if message.body().deserialize::<bool>()? {
                program.state::<Shell>().app.sessions().sleep();
            }
        }
        Ok(())
    };
    if let Err(error) = listen() {
        tracing::info!(%error, "logind does not answer; a sleep is noticed at the waking");
    }
}

#[cfg(not(target_os = "linux"))]
fn wait_for_sleep(_: &AppHandle) {}

//! The background work of the program: the clocks that lock the window, the machine's sleep, and the daily backup.

use std::{
    thread,
    time::{Duration, Instant},
};

use app::{ExecutorDetails, memory_status};
use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::{desktop::screen_lock, events::ExecutorChanged, state::Shell};

/// The pause between two checks of the clocks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
/// The pause between two checks whether the daily backup was made.
const BETWEEN_BACKUPS: Duration = Duration::from_secs(15 * 60);

/// Starts the background threads. The vault's files may be on a disk that does not answer any more, so the checks that
/// read them do not share a thread with the clocks that lock the window.
pub fn start(program: &AppHandle) {
    for watch in [look_at_the_clocks, look_at_the_files, keep_backups, wait_for_sleep] {
        let program = program.clone();
        thread::spawn(move || watch(&program));
    }
    screen_lock::start(program);
}

/// Logs once that keys and passwords could not be locked in memory.
#[derive(Default)]
struct MemoryWatch {
    reported: bool,
}

impl MemoryWatch {
    fn look(&mut self) {
        let status = memory_status();
        if status.failures > 0 && !self.reported {
            self.reported = true;
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
    let mut reported: Option<ExecutorDetails> = None;
    let mut memory = MemoryWatch::default();
    loop {
        thread::sleep(BETWEEN_LOOKS);
        let app = &program.state::<Shell>().app;
        app.sessions().look();
        program.state::<Shell>().screen.look(Instant::now());
        memory.look();
        let now = app.sessions().executor().ok();
        if let Some(details) = now.filter(|_| now != reported)
            && let Err(error) = (ExecutorChanged { executor: details.into() }).emit(program)
        {
            tracing::warn!(%error, "the page could not be told of the executor");
        }
        reported = now;
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
        // Without an open vault there is nothing to back up. The first check after opening a vault comes soon.
        if app.sessions().executor().is_err() {
            backed_up = None;
        } else if backed_up.is_none_or(|at| at.elapsed() >= BETWEEN_BACKUPS) {
            backed_up = Some(Instant::now());
            app.backups().keep_up();
        }
    }
}

/// Listens for logind's signal that the machine goes to sleep. On other systems, and without logind, the clocks notice
/// the sleep after waking up.
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

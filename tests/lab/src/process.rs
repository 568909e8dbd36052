//! Processes: starting one that dies with this program, ending one, and recognising one although numbers are used
//! again.

use crate::{Error, Result};
use std::{
    fs, io,
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock, PoisonError,
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// A process with its start time, so that it is not mistaken for a later one with the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessId {
    pub number: u32,
    /// The time of its start, in clock ticks since the machine started (field 22 of `/proc/PID/stat`).
    pub started: u64,
}

impl ProcessId {
    /// Returns the process that has this number now.
    pub(crate) fn of(number: u32) -> Option<Self> {
        let (_, started) = parent_and_start(number)?;
        Some(Self { number, started })
    }

    /// Returns the only child of a process, if it has one.
    pub(crate) fn child_of(parent: u32) -> Option<Self> {
        let entries = fs::read_dir("/proc").ok()?;
        let mut numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        numbers.find_map(|number: u32| {
            let (of, started) = parent_and_start(number)?;
            (of == parent).then_some(Self { number, started })
        })
    }

    pub(crate) fn is_alive(self) -> bool {
        Self::of(self.number) == Some(self)
    }

    /// Ends the process at once if it is still the same one, and waits until it is gone.
    pub(crate) fn kill(self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(10);
        while self.is_alive() && Instant::now() < until {
            // The shell's own `kill` is available everywhere and needs no unsafe code.
            let mut command = Command::new("sh");
            command.args(["-c", "kill -KILL \"$1\"", "sh", &self.number.to_string()]);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().map_err(Error::program("sh"))?;
            self.wait_gone(Duration::from_secs(2));
        }
        Ok(())
    }

    /// Waits until the process is gone, but not longer than the limit.
    pub(crate) fn wait_gone(self, limit: Duration) {
        let until = Instant::now() + limit;
        while self.is_alive() && Instant::now() < until {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Returns fields 4 and 22 of a process's state; `None` if there is no such process or it is a zombie.
fn parent_and_start(number: u32) -> Option<(u32, u64)> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name in parentheses may contain blanks and parentheses itself.
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    if fields.first() == Some(&"Z") {
        return None;
    }
    Some((fields.get(1)?.parse().ok()?, fields.get(19)?.parse().ok()?))
}

type Order = (Command, Sender<io::Result<Child>>);

/// Starts a command whose kernel-side death signal is tied to this program.
///
/// The signal comes when the *thread* that started the child ends. Tests run in threads that end early, so all such
/// children are started by one thread that lives as long as the program.
pub(crate) fn spawn_tied(command: Command) -> io::Result<Child> {
    static STARTER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (orders, incoming) = channel::<Order>();
        thread::spawn(move || {
            for (mut command, answer) in incoming {
                let _ = answer.send(command.spawn());
            }
        });
        Mutex::new(orders)
    });
    let (answer, answered) = channel();
    let gone = || io::Error::other("the thread that starts practice devices is gone");
    starter.lock().unwrap_or_else(PoisonError::into_inner).send((command, answer)).map_err(|_| gone())?;
    answered.recv().map_err(|_| gone())?
}

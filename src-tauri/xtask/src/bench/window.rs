//! `bench window`: how long the program takes to its first paint and how much memory it holds, against a window with
//! nothing in it; and how long unlocking a vault takes.
//!
//! Both programs say `window painted` on standard error at their first paint. They run in turns, so that a slow minute
//! of the machine hits both, each time with folders, display and message bus of their own. Memory is the proportional
//! share (PSS) of the program and everything below it: the web view works in processes of its own.

use crate::{
    prerequisites::{self, Purpose},
    project::{self, built, cargo, note, program, say},
    ui,
};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

const WARM_UPS: usize = 1;
const RUNS: usize = 7;
const PAINT_WITHIN: Duration = Duration::from_secs(60);
const MEMORY_AFTER: Duration = Duration::from_secs(3);
const UNLOCKS: &str = "5";

/// Builds, measures and prints the result.
pub fn main() -> Result<()> {
    prerequisites::ensure(&[Purpose::Crates, Purpose::Window, Purpose::WindowTest])?;
    ui::build()?;
    // In one go: built one after the other they would ask for different features of the same libraries.
    let mut build = cargo(&["build", "--release", "--package", "chaveiro", "--package", "demo"]);
    project::run(build.args(["--bins", "--example", "empty_window"]))?;
    let programs = built("release");
    let display = Display::start()?;
    let mut ours = Samples::default();
    let mut empty = Samples::default();
    for run in 0..WARM_UPS + RUNS {
        let ours_now = ours_once(&programs, &display)?;
        let empty_now = measure(&programs.join("examples/empty_window"), &Home::new()?, &display)?;
        note(&format!("run {run}: chaveiro {ours_now}, empty {empty_now}"));
        if run >= WARM_UPS {
            ours.add(&ours_now);
            empty.add(&empty_now);
        }
    }
    let unlock = unlock_ms(&programs.join("demo"))?;
    say(&result(&mut ours, &mut empty, unlock).to_string())
}

fn ours_once(programs: &Path, display: &Display) -> Result<Sample> {
    let home = Home::new()?;
    home.make_vault(&programs.join("demo"))?;
    measure(&programs.join("chaveiro"), &home, display)
}

fn result(ours: &mut Samples, empty: &mut Samples, unlock_ms: f64) -> serde_json::Value {
    let rounded = |value: f64, digits: i32| {
        let shift = 10_f64.powi(digits);
        (value * shift).round() / shift
    };
    let (paint, empty_paint) = (median(&mut ours.paint_ms), median(&mut empty.paint_ms));
    let (memory, empty_memory) = (median(&mut ours.pss_mb), median(&mut empty.pss_mb));
    serde_json::json!({
        "paint_ms": rounded(paint, 1),
        "paint_ratio_empty": rounded(paint / empty_paint, 3),
        "pss_mb": rounded(memory, 1),
        "pss_ratio_empty": rounded(memory / empty_memory, 3),
        "unlock_ms": rounded(unlock_ms, 1),
    })
}

/// What one start gave.
struct Sample {
    paint_ms: f64,
    pss_mb: f64,
}

impl std::fmt::Display for Sample {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:.0} ms {:.0} MB", self.paint_ms, self.pss_mb)
    }
}

#[derive(Default)]
struct Samples {
    paint_ms: Vec<f64>,
    pss_mb: Vec<f64>,
}

impl Samples {
    fn add(&mut self, sample: &Sample) {
        self.paint_ms.push(sample.paint_ms);
        self.pss_mb.push(sample.pss_mb);
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        return upper;
    }
    let lower = values.get(middle.saturating_sub(1)).copied().unwrap_or(upper);
    (lower + upper) / 2.0
}

/// Starts a program, waits for its first paint, weighs it and ends it.
fn measure(path: &Path, home: &Home, display: &Display) -> Result<Sample> {
    let bus = Bus::start(home)?;
    let mut command = program(path);
    home.apply(&mut command);
    command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY").env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("RUST_LOG", "info");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut running = Running(command.spawn().with_context(|| format!("{} could not be started", path.display()))?);
    let paint_ms = first_paint(&mut running.0, started).with_context(|| format!("{} did not paint", path.display()))?;
    thread::sleep(MEMORY_AFTER);
    let kilobytes: u64 = with_descendants(running.0.id()).into_iter().filter_map(pss).sum();
    Ok(Sample { paint_ms, pss_mb: kilobytes as f64 / 1024.0 })
}

fn first_paint(child: &mut Child, started: Instant) -> Result<f64> {
    let stderr = child.stderr.take().context("its standard error is a pipe")?;
    let (sender, receiver) = mpsc::channel();
    // Reads to the end, not only to the line: a full pipe would stop the program.
    thread::spawn(move || {
        let mut said = Vec::new();
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if line.contains("window painted") {
                let _ = sender.send(Ok(started.elapsed()));
            }
            said.push(line);
        }
        let _ = sender.send(Err(said));
    });
    match receiver.recv_timeout(PAINT_WITHIN) {
        Ok(Ok(elapsed)) => Ok(elapsed.as_secs_f64() * 1000.0),
        Ok(Err(said)) => bail!("it ended and said:\n{}", said.join("\n")),
        Err(_) => bail!("not within {} s", PAINT_WITHIN.as_secs()),
    }
}

/// A process that ends with this value, with everything below it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let below = with_descendants(self.0.id());
        let _ = self.0.kill();
        let _ = self.0.wait();
        // The web view's processes leave by themselves when their program is gone; the last moments of one must not be
        // measured with the next.
        let until = Instant::now() + Duration::from_secs(5);
        while below.iter().any(|number| Path::new(&format!("/proc/{number}")).exists()) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A process and all below it.
fn with_descendants(number: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|child| Some((child, parent(child)?)))
        .collect();
    let mut found = vec![number];
    let mut next = 0;
    while let Some(of) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, parent)| *parent == of).map(|(child, _)| *child));
        next += 1;
    }
    found
}

fn parent(number: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(1)?.parse().ok()
}

/// The proportional share of memory of one process, in KiB.
fn pss(number: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{number}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Folders of a user of its own, removed with this value.
struct Home(PathBuf);

impl Home {
    fn new() -> Result<Self> {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // Short: sockets below it may have no more than 108 characters.
        let home = Self(env::temp_dir().join(format!("chaveiro-bench-{}-{count}", process::id())));
        for folder in ["data", "config", "cache", "run"] {
            fs::create_dir_all(home.0.join(folder)).context("making folders for a run")?;
        }
        #[cfg(unix)]
        fs::set_permissions(home.0.join("run"), std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Ok(home)
    }

    fn apply(&self, command: &mut Command) {
        command.env("HOME", &self.0);
        let variables = [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ];
        for (variable, folder) in variables {
            command.env(variable, self.0.join(folder));
        }
    }

    /// Makes a vault and the preferences that name it, so that the program shows the page for unlocking.
    fn make_vault(&self, demo: &Path) -> Result<()> {
        let mut command = program(demo);
        self.apply(&mut command);
        command.arg("vault").arg("--home").arg(&self.0).stdout(Stdio::null());
        project::run(&mut command)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn unlock_ms(demo: &Path) -> Result<f64> {
    let home = Home::new()?;
    home.make_vault(demo)?;
    let mut command = program(demo);
    home.apply(&mut command);
    let text = project::read(command.arg("unlock").arg("--home").arg(&home.0).args(["--times", UNLOCKS]))?;
    let last = text.lines().last().context("demo unlock printed nothing")?;
    let value: serde_json::Value = serde_json::from_str(last).context("demo unlock did not print JSON")?;
    value["unlock_ms"].as_f64().with_context(|| format!("no unlock_ms in {last}"))
}

/// A display in memory.
struct Display {
    name: String,
    _server: Running,
}

impl Display {
    fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command.args(["-noreset", "-screen", "0", "1400x1000x24", "-displayfd", "1"]);
        let (server, number) = start_and_read_line(&mut command)?;
        Ok(Self { name: format!(":{number}"), _server: server })
    }
}

/// A message bus for one run: the program would otherwise find the one before it.
struct Bus {
    address: String,
    _daemon: Running,
}

impl Bus {
    fn start(home: &Home) -> Result<Self> {
        let mut command = Command::new("dbus-daemon");
        home.apply(&mut command);
        let socket = home.0.join("run/bus");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        command.arg(format!("--address=unix:path={}", socket.display()));
        let (daemon, address) = start_and_read_line(&mut command)?;
        Ok(Self { address, _daemon: daemon })
    }
}

/// Starts a program that says in its first line how it is reached.
fn start_and_read_line(command: &mut Command) -> Result<(Running, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running(command.spawn().with_context(|| format!("{name} could not be started"))?);
    let output = running.0.stdout.take().context("its standard output is a pipe")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let line = line.trim();
    if line.is_empty() {
        bail!("{name} ended at once");
    }
    Ok((running, line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_is_between() {
        assert_eq!(median(&mut [4.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
    }

    #[test]
    fn this_process_has_a_weight() {
        let own = process::id();
        assert!(with_descendants(own).contains(&own));
        assert!(pss(own).is_some_and(|kilobytes| kilobytes > 0));
    }

    #[test]
    fn the_line_of_the_first_paint_is_found_among_others() -> Result<()> {
        let mut command = Command::new("sh");
        command.args(["-c", "echo starting >&2; sleep 0.1; echo INFO window painted >&2"]);
        let started = Instant::now();
        let mut running = Running(command.stderr(Stdio::piped()).spawn()?);
        assert!(first_paint(&mut running.0, started)? >= 100.0);
        Ok(())
    }

    #[test]
    fn a_program_that_ends_without_painting_is_quoted() -> Result<()> {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no display >&2"]);
        let mut running = Running(command.stderr(Stdio::piped()).spawn()?);
        let error = first_paint(&mut running.0, Instant::now()).err().context("it did not paint")?;
        assert!(error.to_string().contains("no display"), "{error}");
        Ok(())
    }

    #[test]
    fn a_display_and_a_bus_start_and_end() -> Result<()> {
        let missing = prerequisites::missing(&[Purpose::WindowTest]);
        if !missing.is_empty() && !lab::nothing_may_be_skipped() {
            return say(&format!("skipped: a_display_and_a_bus_start_and_end: missing {}", missing.join(", ")));
        }
        let display = Display::start()?;
        assert!(display.name.starts_with(':'), "{}", display.name);
        let home = Home::new()?;
        assert!(Bus::start(&home)?.address.starts_with("unix:path="));
        Ok(())
    }
}

//! One run: a change is struck by a fault, the program is started again, and a real login is the judge.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use lab::{Login, Point};
use serde::Deserialize;

use crate::{
    forms,
    plan::{Displaced, Fault, Plan, When},
    table::Outcome,
    world::{Known, SET_ELSEWHERE, Subject, Work, World, other_secrets},
};

/// How long the executor may need until it has unlocked, changed and ended.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the executor may go on after it was struck by something that does not kill it.
const AFTERMATH: Duration = Duration::from_secs(12);

/// What came of a run.
pub struct Ended {
    /// The last moment before the fault struck.
    pub step: String,
    /// How it ended, or which invariant is broken.
    pub outcome: Result<Outcome, String>,
    /// Operations that are still running.
    pub left_running: usize,
    /// Passwords found where they must not be.
    pub secrets_found: usize,
}

/// What the vault holds after recovery.
#[derive(Deserialize)]
struct Report {
    running: usize,
    texts: Vec<String>,
    accounts: Vec<Account>,
}

/// What it holds of one account.
#[derive(Deserialize)]
struct Account {
    sync: String,
    current: String,
    kept: Vec<String>,
    last: String,
}

/// Carries a plan out.
///
/// # Errors
/// When the campaign itself cannot go on; a broken invariant is no error but an [`Ended::outcome`].
pub fn run(world: &World, plan: &Plan) -> Result<Ended> {
    let subject = &world.subjects[plan.subject];
    if matches!(plan.fault, Fault::Displaced(Displaced::Replaced | Displaced::Overwritten)) {
        world.keep_older()?;
    }
    if subject.work == Work::Reconcile {
        world.set_elsewhere(subject.accounts[0].username)?;
    }
    let Struck { step, mut log, rescued, claimed } = strike(world, plan, subject)?;
    world.heal();
    if let (Fault::Displaced(how), Some(copy)) = (plan.fault, &rescued) {
        world.go_on_with(how, copy)?;
    }
    if let Some(after) = plan.second_kill {
        log.extend(killed_recovery(world, subject, after)?);
    }
    let (report, said) = run_to_end(world, subject)?;
    log.extend(said);
    let secrets_found = search(world, &report, &log)?;
    let outcome = match claimed {
        true => Err("success was reported after the files were gone".to_owned()),
        false => judge(world, plan, subject, &report)?,
    };
    Ok(Ended { step, outcome, left_running: report.running, secrets_found })
}

/// What came of a strike.
struct Struck {
    /// The last moment seen before it.
    step: String,
    log: Vec<u8>,
    /// The copy that the program saved because the files were gone.
    rescued: Option<PathBuf>,
    /// Whether the program reported a success that it can't have written down.
    claimed: bool,
}

/// Requests a change and lets the fault strike.
fn strike(world: &World, plan: &Plan, subject: &Subject) -> Result<Struck> {
    let stop = match plan.when {
        When::At(moment, state) => vec![moment, state],
        When::After(_) => vec![],
    };
    let what = if subject.work == Work::Reconcile { "reconcile" } else { "change" };
    let rescues = matches!(plan.fault, Fault::Displaced(_));
    let mut victim =
        Victim::start(what, world, &subject.accounts[..1], &stop, plan.fault == Fault::WritesFail, rescues)?;
    let begun = Instant::now();
    let mut step = "requested".to_owned();
    let mut requested = None;
    loop {
        if let (When::After(wait), Some(at)) = (plan.when, requested)
            && Instant::now() >= at + wait
        {
            break;
        }
        match victim.line(Duration::from_millis(5)) {
            Line::Said(line) if line == "waiting" || line == "finished" => break,
            Line::Said(line) if line == "requested" => requested = requested.or_else(|| Some(Instant::now())),
            Line::Said(line) => step = line,
            Line::Nothing if begun.elapsed() > PATIENCE => {
                bail!("the executor never came to {plan:?}: {}", victim.end()?.1)
            }
            Line::Nothing => {}
            // It ended before the fault could strike: an undisturbed change is a run too.
            Line::Over => break,
        }
    }
    let before = victim.said.len();
    let lasts = apply(world, plan.fault, &mut victim)?;
    victim.go_on();
    match lasts {
        Lasts::Killed => {}
        Lasts::For(time) => {
            thread::sleep(time);
            world.heal();
            victim.wait(AFTERMATH);
        }
        Lasts::Along => victim.wait(AFTERMATH),
    }
    let (said, log) = victim.end()?;
    let rescued = said.lines().find_map(|line| line.strip_prefix("rescued ")).map(PathBuf::from);
    let later = said.get(before..).unwrap_or_default();
    let claimed = must_not_succeed(plan) && later.lines().any(|line| line == "after succeeded");
    if rescued.is_none() && loses_the_files(plan.fault) {
        bail!("no copy was saved: {:?}", log.lines().rev().take(5).collect::<Vec<_>>());
    }
    Ok(Struck { step, log: log.into_bytes(), rescued, claimed })
}

/// Whether nothing that is written after the fault can be found again.
fn loses_the_files(fault: Fault) -> bool {
    matches!(fault, Fault::Displaced(how) if how != Displaced::ReadOnly)
}

/// Whether the operation had not been written down as a success when the fault struck.
fn must_not_succeed(plan: &Plan) -> bool {
    loses_the_files(plan.fault)
        && matches!(plan.when, When::At(moment, state) if (moment, state) != ("after", "succeeded"))
}

/// How long a fault is in force.
enum Lasts {
    /// The process is dead.
    Killed,
    /// It ends by itself after this long.
    For(Duration),
    /// As long as the process.
    Along,
}

fn apply(world: &World, fault: Fault, victim: &mut Victim) -> Result<Lasts> {
    Ok(match fault {
        Fault::Kill => {
            victim.kill();
            Lasts::Killed
        }
        Fault::Cut { direction, bytes, ending } => {
            world.proxy.inject(lab::Fault::Cut { direction, after: Point::Bytes(bytes), ending });
            Lasts::For(Duration::from_millis(600))
        }
        Fault::CutNow(ending) => {
            world.proxy.cut_all(ending);
            Lasts::Along
        }
        Fault::Silence(time) => {
            let direction = lab::Direction::ToHost;
            world.proxy.inject(lab::Fault::Hang { direction, after: Point::Bytes(0) });
            Lasts::For(time)
        }
        Fault::ServerKilled(time) => {
            world.kill_server()?;
            Lasts::For(time)
        }
        Fault::DiskFull(time) => {
            world.disk.fill()?;
            Lasts::For(time)
        }
        Fault::WritesFail => {
            victim.let_writes_fail()?;
            Lasts::Along
        }
        Fault::Displaced(how) => {
            world.displace(how)?;
            if how == Displaced::Stale {
                victim.tell("stale");
            }
            Lasts::Along
        }
    })
}

fn killed_recovery(world: &World, subject: &Subject, after: Duration) -> Result<Vec<u8>> {
    let mut victim = Victim::start("settle", world, &subject.accounts, &[], false, false)?;
    thread::sleep(after);
    victim.kill();
    Ok(victim.end()?.1.into_bytes())
}

fn run_to_end(world: &World, subject: &Subject) -> Result<(Report, Vec<u8>)> {
    let mut victim = Victim::start("settle", world, &subject.accounts, &[], false, false)?;
    victim.wait(Duration::from_secs(90));
    let (said, log) = victim.end()?;
    let last = said.lines().last().unwrap_or_default();
    let report = serde_json::from_str(last).with_context(|| {
        let tail: Vec<&str> = log.lines().rev().take(5).collect();
        format!("recovery told nothing: {tail:?}")
    })?;
    Ok((report, log.into_bytes()))
}

/// Searches the logs, what the window could show, and the vault's own files.
fn search(world: &World, report: &Report, log: &[u8]) -> Result<usize> {
    let mut secrets = other_secrets();
    secrets.extend(report.accounts.iter().flat_map(|account| account.kept.iter().cloned()));
    let mut found = forms::count(log, &secrets);
    for text in &report.texts {
        found += forms::count(text.as_bytes(), &secrets);
    }
    let written = files(world.log.path())?;
    // A search that finds no log would prove nothing.
    anyhow::ensure!(!written.is_empty(), "the executor wrote no log file");
    for file in files(&world.vault)?.into_iter().chain(written) {
        found += forms::count(&fs::read(file)?, &secrets);
    }
    Ok(found)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// A real login decides; the vault's word alone counts for nothing.
fn judge(world: &World, plan: &Plan, subject: &Subject, report: &Report) -> Result<Result<Outcome, String>> {
    if report.running > 0 {
        return Ok(Err(format!("{} operations are left running", report.running)));
    }
    let mut worst = Outcome::Changed;
    for (known, account) in subject.accounts.iter().zip(&report.accounts) {
        // Of a vault that was overwritten, the copy may be of before the operation was asked for.
        let is_earlier = plan.fault == Fault::Displaced(Displaced::Overwritten);
        let elsewhere = subject.work == Work::Reconcile && (is_earlier || !account.last.contains("Succeeded"));
        if elsewhere && world.host.login(known.username, SET_ELSEWHERE)? == Login::Accepted {
            // The repair never came about; what somebody set without telling the vault is still there.
            worst = Outcome::OutOfSyncExplained;
            continue;
        }
        match judge_account(world, known, account)? {
            Ok(outcome) => worst = worst.max(outcome),
            Err(broken) => return Ok(Err(format!("{}: {broken}", known.username))),
        }
    }
    Ok(Ok(worst))
}

fn judge_account(world: &World, known: &Known, account: &Account) -> Result<Result<Outcome, String>> {
    let logs_in =
        |password: &str| -> Result<bool> { Ok(world.host.login(known.username, password)? == Login::Accepted) };
    // "Not verified": the entered password stands, and nothing speaks against it.
    if ["InSync", "NotVerified"].contains(&account.sync.as_str()) {
        if !logs_in(&account.current)? {
            return Ok(Err(format!("the vault is sure, and its password does not log in ({})", account.last)));
        }
        return Ok(Ok(if account.last.contains("Succeeded") { Outcome::Changed } else { Outcome::Unchanged }));
    }
    for password in &account.kept {
        if logs_in(password)? {
            return Ok(Ok(Outcome::OutOfSyncExplained));
        }
    }
    Ok(Err(format!("{}, and no kept password logs in ({})", account.sync, account.last)))
}

/// An executor in a process of its own.
struct Victim {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    said: String,
    log: thread::JoinHandle<String>,
}

enum Line {
    Said(String),
    Nothing,
    Over,
}

impl Victim {
    fn start(
        what: &str,
        world: &World,
        accounts: &[Known],
        stop: &[&str],
        outlives_limits: bool,
        rescues: bool,
    ) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("victim");
        let mut command = if outlives_limits {
            // A write beyond the limit is to fail, not to end the process.
            let mut command = Command::new("env");
            command.arg("--ignore-signal=XFSZ").arg(program);
            command
        } else {
            Command::new(program)
        };
        if rescues {
            command.env("CHAVEIRO_RESCUE", world.rescue.path());
        }
        command.env("CHAVEIRO_LOG", world.log.path());
        command.arg(what).arg(&world.vault);
        command.args(accounts.iter().map(|account| account.credential.to_string())).args(stop);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("the executor's process could not be started")?;
        let (output, mut errors) = child.stdout.take().zip(child.stderr.take()).context("its output")?;
        let input = child.stdin.take();
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let log = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Self { child, input, lines, said: String::new(), log })
    }

    fn line(&mut self, within: Duration) -> Line {
        match self.lines.recv_timeout(within) {
            Ok(line) => {
                self.said.push_str(&line);
                self.said.push('\n');
                Line::Said(line)
            }
            Err(RecvTimeoutError::Timeout) => Line::Nothing,
            Err(RecvTimeoutError::Disconnected) => Line::Over,
        }
    }

    fn tell(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            // It may be dead already.
            let _ = writeln!(input, "{line}");
        }
    }

    fn go_on(&mut self) {
        if let Some(mut input) = self.input.take() {
            // It may be dead already.
            let _ = input.write_all(b"\n");
        }
    }

    fn kill(&mut self) {
        // SIGKILL; it may have ended by itself.
        let _ = self.child.kill();
    }

    fn let_writes_fail(&self) -> Result<()> {
        let process = self.child.id().to_string();
        Command::new("prlimit").args(["--pid", &process, "--fsize=0"]).status().context("prlimit")?;
        Ok(())
    }

    fn wait(&mut self, within: Duration) {
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Line::Over = self.line(Duration::from_millis(20)) {
                return;
            }
        }
    }

    /// Ends it if it has not ended, and answers with what it said and logged.
    fn end(mut self) -> Result<(String, String)> {
        self.kill();
        self.child.wait()?;
        while let Line::Said(_) = self.line(Duration::from_millis(200)) {}
        let log = self.log.join().unwrap_or_default();
        Ok((self.said, log))
    }
}

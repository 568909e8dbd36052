//! The fault campaign: `faults [--runs N] [--seed S] [--workers N] [--fault displaced]`.
//!
//! Each run lets one fault strike one change on a real server: the process killed, the line cut or silent, the server
//! dead, the disk full, the vault's files deleted, moved, replaced or overwritten. Then the program is started again, recovers, and two things must hold: the password that the
//! vault calls current logs in, or the credential is marked and one of its kept passwords logs in; and no password
//! stands in a log, a transcript, an error or a file. The first broken invariant ends the campaign with the seed that
//! repeats it. Everything it starts is its own and gone with it.

mod disk;
mod forms;
mod plan;
mod run;
mod table;
mod world;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::Result;
use lab::Lab;
use lexopt::Arg;
use plan::{Kind, Plan};
use table::{Outcome, Table};
use world::World;

fn main() -> ExitCode {
    match campaign() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
struct Arguments {
    runs: u64,
    seed: u64,
    workers: usize,
    only: Option<Kind>,
}

fn arguments() -> Result<Arguments> {
    let mut arguments = Arguments { runs: 1000, seed: 1, workers: 8, only: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        use lexopt::ValueExt as _;
        match argument {
            Arg::Long("runs") => arguments.runs = parser.value()?.parse()?,
            Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
            Arg::Long("fault") => arguments.only = Some(parser.value()?.parse()?),
            Arg::Long("workers") => arguments.workers = parser.value()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(arguments)
}

/// What all workers write to.
#[derive(Default)]
struct Tally {
    table: Table,
    runs: usize,
    violations: Vec<String>,
    left_running: usize,
    secrets_found: usize,
    broken: Option<anyhow::Error>,
}

fn campaign() -> Result<bool> {
    let arguments = arguments()?;
    disk::stand_apart()?;
    let lab = Lab::prepare()?;
    let (tally, next, begun) = (Mutex::new(Tally::default()), AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..arguments.workers.max(1) {
            scope.spawn(|| {
                if let Err(error) = work(&lab, &arguments, &next, &tally, begun) {
                    lock(&tally).broken.get_or_insert(error);
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    note(&tally.table.to_string());
    for violation in &tally.violations {
        note(violation);
    }
    let whole = tally.violations.is_empty() && tally.secrets_found == 0 && tally.left_running == 0;
    let result = serde_json::json!({
        "runs": tally.runs,
        "seed": arguments.seed,
        "violations": tally.violations.len(),
        "left_running": tally.left_running,
        "secrets_found": tally.secrets_found,
        "out_of_sync_explained": tally.table.total(Outcome::OutOfSyncExplained),
    });
    writeln!(io::stdout(), "{result}")?;
    match tally.broken {
        Some(error) => Err(error),
        None => Ok(whole),
    }
}

fn lock(tally: &Mutex<Tally>) -> std::sync::MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes runs until there are none left or an invariant is broken. A server and a vault serve many runs: what one
/// fault leaves behind is the next one's beginning.
fn work(lab: &Lab, arguments: &Arguments, next: &AtomicU64, tally: &Mutex<Tally>, begun: Instant) -> Result<()> {
    let mut world = World::new(lab)?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        {
            let tally = lock(tally);
            if number >= arguments.runs || !tally.violations.is_empty() || tally.broken.is_some() {
                return Ok(());
            }
        }
        let seed = arguments.seed.wrapping_add(number);
        let plan = Plan::draw(seed, World::SUBJECTS, arguments.only);
        let ended = run::run(&world, &plan).map_err(|error| error.context(format!("seed {seed}, {plan:?}")))?;
        let mut tally = lock(tally);
        tally.runs += 1;
        tally.left_running += ended.left_running;
        tally.secrets_found += ended.secrets_found;
        if ended.secrets_found > 0 {
            tally.violations.push(format!("seed {seed}: a password stands where it must not ({plan:?})"));
        }
        match ended.outcome {
            Ok(outcome) => {
                tally.table.add(&ended.step, plan.fault.name(), outcome);
                if outcome == Outcome::OutOfSyncExplained {
                    drop(tally);
                    world = World::new(lab)?;
                }
            }
            Err(what) => {
                let only = arguments.only.map_or("", |Kind::Displaced| " --fault displaced");
                let again = format!("cargo xtask faults --runs 1 --seed {seed}{only}");
                tally.violations.push(format!(
                    "{what}, after {} at \"{}\"; repeat with: {again}",
                    plan.fault.name(),
                    ended.step
                ));
            }
        }
        if number % 50 == 49 {
            note(&format!("{} of {} runs, {} s", number + 1, arguments.runs, begun.elapsed().as_secs()));
        }
    }
}

fn note(text: &str) {
    // A closed terminal is no reason to stop.
    let _ = writeln!(io::stderr(), "{text}");
}

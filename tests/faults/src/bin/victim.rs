//! The executor that the campaign breaks, in a process of its own.
//!
//! `victim change|reconcile VAULT CREDENTIAL [MOMENT STATE]` requests an operation and works on it. Each moment is a line on standard
//! output; at the named one the process waits for a line on standard input, so that the fault strikes exactly there.
//!
//! With `CHAVEIRO_RESCUE` it keeps the vault open at the end until a line comes, and saves a copy into that folder when the
//! vault's files are not at their place: the line `rescued PATH` tells of it. The line `stale` on standard input injects a
//! file server that has forgotten the files.
//!
//! `victim settle VAULT CREDENTIAL …` does what the program does when it is started again: it recovers, waits until no
//! operation is open, and then tells, as JSON on standard output, what the vault holds of each credential.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::{
    Moment, OperationFilter, OperationQuery, Parameters, Secret,
    domain::{CredentialId, operation::OperationState, operation::State},
};
use demo::{PASSWORD, Practice, Setup, USER_NAME};
use diagnostics::{BoxedLayer, DailyLog};
use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};
use vault::SignIn;

/// How long a change may take before the campaign's patience ends.
const CHANGE_WITHIN: Duration = Duration::from_secs(20);
/// How many versions of a password are told.
const NEWEST: usize = 8;
/// How long recovery may take.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    log();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Logs everything that any library says to standard error, and into the folder that the campaign names what the program
/// itself would write, in the same form.
fn log() {
    let everything = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_filter(LevelFilter::TRACE);
    let mut layers: Vec<BoxedLayer> = vec![everything.boxed()];
    let folder = std::env::var_os("CHAVEIRO_LOG").map(PathBuf::from);
    layers.extend(folder.and_then(|folder| DailyLog::open(&folder).ok()).map(diagnostics::layer));
    tracing_subscriber::registry().with(layers).init();
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().with_context(|| format!("{what} is missing"));
    let (what, vault, credential) = (next("what to do")?, PathBuf::from(next("VAULT")?), next("CREDENTIAL")?.parse()?);
    match what.as_str() {
        "change" | "reconcile" => work(&what, &vault, credential, next("MOMENT").ok().zip(next("STATE").ok())),
        "settle" => {
            let others = arguments.map(|id| Ok(id.parse()?)).collect::<Result<Vec<_>>>()?;
            run_to_end(&vault, &[vec![credential], others].concat())
        }
        other => bail!("there is no `{other}`"),
    }
}

fn waits() -> Parameters {
    Parameters {
        back_off: Duration::from_millis(100),
        longest_back_off: Duration::from_millis(400),
        settle: Duration::from_millis(1500),
        rest: Duration::from_millis(300),
        connect_timeout: Duration::from_secs(3),
        read_timeout: Duration::from_secs(4),
        lease: Duration::from_secs(5),
        ..Parameters::default()
    }
}

fn work(what: &str, vault: &Path, credential: CredentialId, stop: Option<(String, String)>) -> Result<()> {
    // Only once: what is tried again after a fault goes on without one.
    let stop = Mutex::new(stop);
    let told = Arc::new(Mutex::new(listen()));
    let go_on = Arc::clone(&told);
    let on_moment = Arc::new(move |moment: Moment, state: &State| {
        let (moment, state) = (format!("{moment:?}").to_lowercase(), name(state));
        tell(&format!("{moment} {state}"));
        let mut stop = stop.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.as_ref().is_some_and(|(at, what)| *at == moment && *what == state) {
            *stop = None;
            tell("waiting");
            wait(&go_on);
        }
    });
    let practice =
        Practice::unlock(vault, Setup { on_moment: Some(on_moment), parameters: waits(), ..Setup::default() })?;
    if what == "reconcile" {
        practice.app.credentials().reconcile(credential, None, None)?;
    } else {
        practice.request_change(credential)?;
    }
    tell("requested");
    let ended = until_nothing_is_open(&practice, CHANGE_WITHIN);
    match std::env::var_os("CHAVEIRO_RESCUE") {
        Some(place) => rescue(&practice, Path::new(&place), &told, ended)?,
        None => ended?,
    }
    practice.app.vaults().release();
    Ok(())
}

/// Hears the lines on standard input: one that lets go on, or one that injects a fault.
fn listen() -> Receiver<()> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if line == "stale" {
                vault::attack::go_stale();
            } else if sender.send(()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Waits for a line, or for the end of standard input.
fn wait(told: &Mutex<Receiver<()>>) {
    let _ = told.lock().unwrap_or_else(PoisonError::into_inner).recv();
}

/// Keeps the vault open until it was struck, and saves a copy of it if its files are not at their place.
fn rescue(practice: &Practice, place: &Path, told: &Mutex<Receiver<()>>, ended: Result<()>) -> Result<()> {
    tell("finished");
    wait(told);
    if !is_displaced(practice) {
        return ended;
    }
    tell(&format!("rescued {}", practice.app.vaults().save_copy(place)?.display()));
    Ok(())
}

fn is_displaced(practice: &Practice) -> bool {
    practice.app.vaults().look();
    let warnings = practice.app.sessions().get().map(|session| session.warnings).unwrap_or_default();
    warnings.iter().any(|warning| matches!(warning, app::Warning::Displaced { .. }))
}

/// Waits until every operation is finished, those too that follow another, or until the vault's files are gone.
fn until_nothing_is_open(practice: &Practice, within: Duration) -> Result<()> {
    let until = Instant::now() + within;
    let states = vec![OperationState::Scheduled, OperationState::Running, OperationState::AwaitingApproval];
    let open = OperationQuery {
        filter: OperationFilter { states, ..OperationFilter::default() },
        limit: 1,
        ..OperationQuery::default()
    };
    while Instant::now() < until && !is_displaced(practice) {
        if practice.app.operations().list(&open)?.rows.is_empty() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn name(state: &State) -> String {
    match state.step() {
        Some(step) => format!("{step:?}").to_lowercase(),
        None => format!("{:?}", state.name()).to_lowercase(),
    }
}

fn tell(line: &str) {
    // The campaign may have gone on without listening.
    let _ = writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush());
}

fn run_to_end(vault: &Path, credentials: &[CredentialId]) -> Result<()> {
    let practice = Practice::unlock(vault, Setup { parameters: waits(), ..Setup::default() })?;
    until_nothing_is_open(&practice, SETTLE_WITHIN)?;
    let rows = practice.app.operations().list(&OperationQuery { descending: true, ..OperationQuery::default() })?.rows;
    let running = rows.iter().filter(|row| row.record.state == OperationState::Running).count();
    let mut texts = Vec::new();
    for row in rows.iter().take(4) {
        texts.push(format!("{:?}", practice.app.operations().get(row.record.id)?.attempts));
    }
    let mut accounts = Vec::new();
    for credential in credentials {
        accounts.push(report(&practice, *credential)?);
    }
    practice.app.vaults().release();
    for (account, credential) in accounts.iter_mut().zip(credentials) {
        account["kept"] = kept(vault, *credential)?.into();
    }
    tell(&serde_json::json!({ "running": running, "texts": texts, "accounts": accounts }).to_string());
    Ok(())
}

fn report(practice: &Practice, credential: CredentialId) -> Result<serde_json::Value> {
    let query = OperationQuery {
        filter: OperationFilter { credential: Some(credential), ..OperationFilter::default() },
        descending: true,
        limit: 1,
        ..OperationQuery::default()
    };
    let last = practice.app.operations().list(&query)?.rows.into_iter().next().map(|row| row.record);
    let (found, _) = practice.app.credentials().get(credential)?;
    Ok(serde_json::json!({
        "sync": format!("{:?}", found.credential.sync),
        "current": practice.password(credential)?,
        "last": format!("{:?} {:?} {:?}", last.as_ref().map(|last| last.kind), last.as_ref().map(|last| last.state), last.and_then(|last| last.failure)),
    }))
}

/// The newest versions of the password that the vault keeps: all that a run can have made, and those before it.
fn kept(folder: &Path, credential: CredentialId) -> Result<Vec<String>> {
    let (vault, session) = vault::Vault::open(folder, &SignIn::password(USER_NAME, &Secret::new(PASSWORD)))?;
    let key = session.require_secrets_key()?;
    vault.read(|reader| {
        let secrets = reader.secrets();
        let mut kept = Vec::new();
        for facts in secrets.history(credential)?.into_iter().take(NEWEST) {
            if let Some((_, secret)) = secrets.version(key, credential, facts.id)? {
                // EXPOSE: to log in with it on a practice device, and to search for it where it must not be.
                kept.push(secret.expose().to_owned());
            }
        }
        Ok(kept)
    })
}

//! An executor that kills itself at a given point of a change, without a chance to clean up.
//!
//! `dying-executor VAULT CREDENTIAL MOMENT STATE [TIME [WHAT]]`, for instance `… after marked`. It unlocks the practice
//! vault, requests a change of the credential (or the operation WHAT, for instance `reconcile`) and dies when the point
//! is reached for the TIMEth time. The second time belongs to the credential's child.

use std::{
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use app::{Moment, domain::operation::State};
use demo::{Practice, Setup};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what| arguments.next().with_context(|| format!("{what} is missing"));
    let (vault, credential) = (PathBuf::from(next("VAULT")?), next("CREDENTIAL")?.parse()?);
    let (moment, state) = (next("MOMENT")?, next("STATE")?);
    let time: u32 = arguments.next().map_or(Ok(1), |time| time.parse())?;
    let reconciles = arguments.next().is_some_and(|what| what == "reconcile");
    let seen = AtomicU32::new(0);
    let on_moment = Arc::new(move |now: Moment, at: &State| {
        let here = format!("{now:?}").to_lowercase() == moment && name(at) == state;
        if here && seen.fetch_add(1, Ordering::Relaxed) + 1 == time {
            die();
        }
    });
    let practice = Practice::unlock(&vault, Setup { on_moment: Some(on_moment), ..Setup::default() })?;
    let operation = match reconciles {
        true => practice.app.credentials().reconcile(credential, None, None)?,
        false => practice.request_change(credential)?,
    };
    practice.watch(operation, Duration::from_secs(60), |_| {})?;
    // The child's operations run after this one.
    std::thread::sleep(Duration::from_secs(20));
    bail!("the moment never came")
}

fn name(state: &State) -> String {
    match state.step() {
        Some(step) => format!("{step:?}").to_lowercase(),
        None => format!("{:?}", state.name()).to_lowercase(),
    }
}

/// Kills this process with SIGKILL: no destructor runs, nothing is flushed.
fn die() {
    let this = std::process::id().to_string();
    if Command::new("kill").args(["-KILL", &this]).status().is_err() {
        std::process::abort();
    }
    std::thread::sleep(Duration::from_secs(60));
}

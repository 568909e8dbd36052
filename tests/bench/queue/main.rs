//! Measures the queue and the list of operations, and prints one line of JSON: taking the next operation and ending it
//! with a thousand and with a million waiting, a page of the list with every filter at a million, and the memory of the
//! process while it does both.
//!
//! `queue_bench [--operations N] [--waiting N] [--small N]`: the number of operations in the list, in the large queue
//! and in the small one. The two queues take turns, so that a slow minute of the machine affects both.

mod pages;

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use domain::{
    DeviceId, OperationId, OwnerId, UserId,
    operation::{OperationOrigin, OperationState, OperationType},
};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{
    ClaimRequest, KdfParameters, NewOperation, NewVault, Vault, VaultError, Writer,
    bench::{fill_operations, fill_queue},
};

/// The number of operations that are taken from a queue before the other queue has its turn.
const TURN: usize = 25;
/// The number of turns of each queue; the first one warms up.
const TURNS: usize = 21;

fn main() -> Result<()> {
    let operations = number("--operations", 1_000_000)?;
    let (large, small) = (number("--waiting", operations)?, number("--small", 1_000)?);
    let place = TempDir::new()?;
    note(&format!("filling queues of {small} and {large}"))?;
    let few = make(place.path(), "Few", |writer| fill_queue(writer, small))?;
    let many = make(place.path(), "Many", |writer| fill_queue(writer, large))?;
    forget_peak()?;
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        for (vault, times) in [(&few, &mut of_few), (&many, &mut of_many)] {
            let taken = take(vault, TURN)?;
            if turn > 0 {
                times.extend(taken);
            }
        }
    }
    let claim_memory = peak()?;
    drop((few, many));
    let (few, many) = (tell("few", &mut of_few)?, tell("many", &mut of_many)?);
    note(&format!("filling a list of {operations}"))?;
    let list = make(place.path(), "List", |writer| fill_operations(writer, operations))?;
    forget_peak()?;
    let page = pages::measure(&list, operations)?;
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    let line = serde_json::json!({
        "claim_us_1k": rounded(few),
        "claim_us_1m": rounded(many),
        "page_p95_ms": rounded(page),
        "memory_mb": rounded(claim_memory.max(peak()?)),
    });
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn number(name: &str, usual: u32) -> Result<u32> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    match arguments.nth(1) {
        Some(value) => value.parse().with_context(|| format!("{name} takes a number")),
        None => Ok(usual),
    }
}

fn make(parent: &Path, name: &str, fill: impl FnOnce(&Writer<'_>) -> Result<(), VaultError>) -> Result<Vault> {
    let password = Secret::new("correct horse battery staple");
    let new = NewVault { name, user_name: "Ada", password: &password, kdf: KdfParameters::FLOOR, now: Utc::now() };
    let (vault, _session) = Vault::create(parent, &new)?;
    let begun = Instant::now();
    vault.write(fill)?;
    note(&format!("{name}: filled in {:.0} s", begun.elapsed().as_secs_f64()))?;
    Ok(vault)
}

/// Takes `count` operations and ends them, each step in its own transaction as the executor does it, and requests the
/// same again, so that the queue keeps its length. Returns the times of taking and of ending each.
fn take(vault: &Vault, count: usize) -> Result<Vec<(Duration, Duration)>> {
    let owner = OwnerId::from_uuid(Uuid::from_u128(1));
    let busy = DeviceId::from_uuid(Uuid::from_slice(b"device0000000000")?);
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let now = Utc::now();
        let request = ClaimRequest { owner, now, lease_until: now, overall: 20 };
        let begun = Instant::now();
        let record = vault.write(|writer| writer.operations_mut().claim_next(&request))?;
        let taken = begun.elapsed();
        let record = record.context("nothing could be taken")?;
        ensure!(record.device != busy, "what waits behind the busy device was taken");
        let begun = Instant::now();
        vault.write(|writer| writer.operations_mut().set_state(record.id, OperationState::Succeeded, None, now))?;
        times.push((taken, begun.elapsed()));
        vault.write(|writer| writer.operations_mut().insert(&again(&record, now)))?;
    }
    Ok(times)
}

fn again(record: &vault::OperationRecord, now: DateTime<Utc>) -> NewOperation {
    NewOperation {
        id: OperationId::from_uuid(Uuid::now_v7()),
        kind: OperationType::ChangePassword,
        credential: record.credential,
        device: record.device,
        requester: UserId::from_uuid(Uuid::nil()),
        state: OperationState::Scheduled,
        scheduled_at: now,
        immediate: false,
        priority: NewOperation::USUAL_PRIORITY,
        origin: OperationOrigin::Person,
        cause: None,
        created_at: now,
    }
}

/// Returns the median time of taking and ending one operation, in microseconds. Both parts are printed on standard
/// error.
fn tell(name: &str, times: &mut [(Duration, Duration)]) -> Result<f64> {
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1_000_000.0
    };
    let taken = median(times.iter().map(|(taken, _)| *taken).collect());
    let ended = median(times.iter().map(|(_, ended)| *ended).collect());
    let both = median(times.iter().map(|(taken, ended)| *taken + *ended).collect());
    note(&format!("{name}: {} taken; medians: taking {taken:.0} µs, ending {ended:.0} µs", times.len()))?;
    Ok(both)
}

/// Resets the peak of the memory, which counts from now on (Linux, `proc_pid_clear_refs(5)`).
fn forget_peak() -> Result<()> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

/// Returns the peak memory of the process, in MB.
fn peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("no peak is told")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).context("no number is told")?.parse()?;
    Ok(kilobytes * 1024.0 / 1_000_000.0)
}

pub(crate) fn note(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

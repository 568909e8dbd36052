//! Pages of the list of operations: each filter by itself, several together and all together, in every order, both ways.

use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId, DeviceId,
    operation::{OperationState, OperationType},
};
use uuid::Uuid;
use vault::{OperationQuery, OperationSort, Range, Vault};

use crate::note;

/// A page that takes longer is told on standard error.
const LONG: Duration = Duration::from_millis(16);

/// The 95th percentile of a page, in milliseconds.
pub fn measure(vault: &Vault, operations: u32) -> Result<f64> {
    let mut times = Vec::new();
    for warm in [false, true] {
        for filter in filters(operations) {
            for sort in OperationSort::ALL {
                for descending in [false, true] {
                    let took = pages(vault, &OperationQuery { sort, descending, ..filter.clone() })?;
                    // The first round fills the caches, as a morning's first look at the list does.
                    if warm {
                        times.extend(took);
                    }
                }
            }
        }
    }
    times.sort();
    let place = (times.len() * 95).div_ceil(100).saturating_sub(1);
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64) * 1000.0;
    let (p95, worst) = (milliseconds(times.get(place)), milliseconds(times.last()));
    note(&format!("{} pages of the list: p95 {p95:.2} ms, the slowest {worst:.2} ms", times.len()))?;
    Ok(p95)
}

/// How long the first page takes, and the two after it. A page comes with why some of its rows do not run, as it is shown.
fn pages(vault: &Vault, query: &OperationQuery) -> Result<Vec<Duration>> {
    let mut query = query.clone();
    let mut times = Vec::new();
    for number in 1..=3 {
        let mut fastest = Duration::MAX;
        let mut next = None;
        let mut total = 0;
        // The fastest of three: what other programs do meanwhile is not what is measured.
        for _ in 0..3 {
            let begun = Instant::now();
            let page = vault.read(|reader| {
                let page = reader.operations().list(&query)?;
                let now = Utc::now();
                for row in page.rows.iter().filter(|row| row.record.state == OperationState::Scheduled) {
                    reader.operations().hold(&row.record, now)?;
                }
                Ok::<_, vault::VaultError>(page)
            })?;
            fastest = fastest.min(begun.elapsed());
            (next, total) = (page.next, page.total);
            if fastest > LONG * 5 {
                // No other program is to blame for that.
                break;
            }
        }
        if fastest > LONG {
            note(&format!("{fastest:.1?}: page {number} of {total}: {query:?}"))?;
        }
        times.push(fastest);
        match next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(times)
}

fn filters(operations: u32) -> Vec<OperationQuery> {
    let all = OperationQuery::default;
    let text = |text: &str| OperationQuery { text: text.to_owned(), ..all() };
    let (early, late) = (seconds(0), seconds(i64::from(operations)));
    let day = Range { from: Some(seconds(40_000)), to: Some(seconds(126_400)) };
    let minutes = Range { from: Some(seconds(50_000)), to: Some(seconds(50_300)) };
    let open = Range { from: Some(early), to: None };
    let mut filters = vec![all()];
    filters.extend(["postgres", "srv-0012", "srv oracle", "nothing-of-this-name", "zo", "qq", "a", "#500"].map(text));
    filters.extend(every_state());
    filters.extend([
        OperationQuery { kinds: vec![OperationType::Reconciliation], ..all() },
        OperationQuery { kinds: vec![OperationType::UserCreation], ..all() },
        OperationQuery { code: Some(i64::from(operations / 2)), ..all() },
        OperationQuery { username: "zoe".to_owned(), ..all() },
        OperationQuery { username: "o".to_owned(), ..all() },
        OperationQuery { device_name: "srv-0100".to_owned(), ..all() },
        OperationQuery { manufacturer: "maker 07".to_owned(), ..all() },
        OperationQuery { manufacturer: "maker".to_owned(), ..all() },
        OperationQuery { model: "123".to_owned(), ..all() },
        OperationQuery { website: "042.example".to_owned(), ..all() },
        OperationQuery { website: "no such".to_owned(), ..all() },
        OperationQuery { tags: vec!["rack-07".to_owned()], ..all() },
        OperationQuery { tags: vec!["rare".to_owned()], ..all() },
        OperationQuery { tags: vec!["linux".to_owned()], ..all() },
        OperationQuery { tags: vec!["rack-07".to_owned(), "rare".to_owned()], ..all() },
        OperationQuery { requester: "nightly 07".to_owned(), ..all() },
        OperationQuery { requester: "nightly".to_owned(), ..all() },
        OperationQuery { scheduled: day, ..all() },
        OperationQuery { scheduled: minutes, ..all() },
        OperationQuery { executed: day, ..all() },
        OperationQuery { executed: minutes, ..all() },
        OperationQuery { scheduled: open, executed: open, ..all() },
        OperationQuery { late: Some((late, late)), ..all() },
        OperationQuery { credential: Some(CredentialId::from_uuid(id("credential000042"))), ..all() },
        OperationQuery { device: Some(DeviceId::from_uuid(id("device0000000042"))), ..all() },
    ]);
    filters.extend(together(day, minutes, open));
    filters
}

fn every_state() -> Vec<OperationQuery> {
    use OperationState as S;
    let alone = [S::AwaitingApproval, S::Scheduled, S::Running, S::Succeeded, S::Error, S::Canceled, S::Expired];
    let mut states: Vec<Vec<OperationState>> = alone.map(|state| vec![state]).to_vec();
    states.push(vec![S::Scheduled, S::Error]);
    states.into_iter().map(|states| OperationQuery { states, ..OperationQuery::default() }).collect()
}

/// Several filters at a time, up to all of them.
fn together(day: Range, minutes: Range, open: Range) -> Vec<OperationQuery> {
    let all = OperationQuery::default;
    let everything = OperationQuery {
        text: "srv".to_owned(),
        states: vec![OperationState::Succeeded, OperationState::Error],
        kinds: vec![OperationType::ChangePassword, OperationType::Reconciliation],
        username: "o".to_owned(),
        device_name: "srv".to_owned(),
        manufacturer: "maker".to_owned(),
        model: "model".to_owned(),
        website: "example".to_owned(),
        tags: vec!["linux".to_owned()],
        requester: "nightly".to_owned(),
        scheduled: open,
        executed: open,
        ..all()
    };
    vec![
        OperationQuery { text: "root".to_owned(), states: vec![OperationState::Error], ..all() },
        OperationQuery {
            kinds: vec![OperationType::ChangePassword],
            states: vec![OperationState::Error],
            manufacturer: "maker 07".to_owned(),
            scheduled: day,
            ..all()
        },
        OperationQuery { tags: vec!["rare".to_owned()], requester: "nightly 07".to_owned(), ..all() },
        OperationQuery {
            states: vec![OperationState::Canceled],
            username: "zoe".to_owned(),
            model: "123".to_owned(),
            ..all()
        },
        OperationQuery { scheduled: minutes, ..everything.clone() },
        OperationQuery { tags: vec!["rare".to_owned()], model: "123".to_owned(), ..everything.clone() },
        OperationQuery { username: "nobody-of-this-name".to_owned(), ..everything.clone() },
        everything,
    ]
}

fn seconds(after: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap_or_default() + TimeDelta::seconds(after)
}

fn id(text: &str) -> Uuid {
    Uuid::from_slice(text.as_bytes()).unwrap_or_default()
}

//! Measures pages of the list of operations: each filter alone, several together and all together, in every order and
//! both directions.

use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId, DeviceId,
    operation::{OperationState, OperationType},
};
use uuid::Uuid;
use vault::{LateBounds, OperationFilter, OperationQuery, OperationSort, Range, Vault};

use crate::note;

/// The time from which a page is reported on standard error.
const LONG: Duration = Duration::from_millis(16);

/// Returns the 95th percentile of the time of a page, in milliseconds.
pub fn measure(vault: &Vault, operations: u32) -> Result<f64> {
    let mut times = Vec::new();
    for warm in [false, true] {
        for filter in filters(operations) {
            for sort in OperationSort::ALL {
                for descending in [false, true] {
                    let took = pages(vault, &OperationQuery { sort, descending, ..filter.clone() })?;
                    // The first round only fills the caches.
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

/// Returns the times of the first page and of the two after it. As in the window, a page includes the reasons why some
/// of its rows do not run.
fn pages(vault: &Vault, query: &OperationQuery) -> Result<Vec<Duration>> {
    let mut query = query.clone();
    let mut times = Vec::new();
    for number in 1..=3 {
        let mut fastest = Duration::MAX;
        let mut next = None;
        let mut total = 0;
        // The fastest of three is taken, so that other programs do not affect the result.
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
                // This time is not the effect of another program.
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
    let (any, of) = (OperationFilter::default, OperationQuery::of);
    let text = |text: &str| of(OperationFilter { text: Some(text.to_owned()), ..any() });
    let (early, late) = (seconds(0), seconds(i64::from(operations)));
    let day = Range { from: Some(seconds(40_000)), to: Some(seconds(126_400)) };
    let minutes = Range { from: Some(seconds(50_000)), to: Some(seconds(50_300)) };
    let open = Range { from: Some(early), to: None };
    let mut filters = vec![all()];
    filters.extend(["postgres", "srv-0012", "srv oracle", "nothing-of-this-name", "zo", "qq", "a", "#500"].map(text));
    filters.extend(every_state());
    filters.extend([
        of(OperationFilter { kinds: vec![OperationType::Reconciliation], ..any() }),
        of(OperationFilter { kinds: vec![OperationType::UserCreation], ..any() }),
        of(OperationFilter { code: Some(operations / 2), ..any() }),
        of(OperationFilter { username: Some("zoe".to_owned()), ..any() }),
        of(OperationFilter { username: Some("o".to_owned()), ..any() }),
        of(OperationFilter { device_name: Some("srv-0100".to_owned()), ..any() }),
        of(OperationFilter { manufacturer: Some("maker 07".to_owned()), ..any() }),
        of(OperationFilter { manufacturer: Some("maker".to_owned()), ..any() }),
        of(OperationFilter { model: Some("123".to_owned()), ..any() }),
        of(OperationFilter { website: Some("042.example".to_owned()), ..any() }),
        of(OperationFilter { website: Some("no such".to_owned()), ..any() }),
        of(OperationFilter { tags: vec!["rack-07".to_owned()], ..any() }),
        of(OperationFilter { tags: vec!["rare".to_owned()], ..any() }),
        of(OperationFilter { tags: vec!["linux".to_owned()], ..any() }),
        of(OperationFilter { tags: vec!["rack-07".to_owned(), "rare".to_owned()], ..any() }),
        of(OperationFilter { requester: Some("nightly 07".to_owned()), ..any() }),
        of(OperationFilter { requester: Some("nightly".to_owned()), ..any() }),
        of(OperationFilter { scheduled_from: day.from, scheduled_to: day.to, ..any() }),
        of(OperationFilter { scheduled_from: minutes.from, scheduled_to: minutes.to, ..any() }),
        of(OperationFilter { executed_from: day.from, executed_to: day.to, ..any() }),
        of(OperationFilter { executed_from: minutes.from, executed_to: minutes.to, ..any() }),
        of(OperationFilter {
            scheduled_from: open.from,
            scheduled_to: open.to,
            executed_from: open.from,
            executed_to: open.to,
            ..any()
        }),
        of(OperationFilter {
            late: Some(true),
            late_bounds: LateBounds { due_before: late, lease_before: late },
            ..any()
        }),
        of(OperationFilter { credential: Some(CredentialId::from_uuid(id("credential000042"))), ..any() }),
        of(OperationFilter { device: Some(DeviceId::from_uuid(id("device0000000042"))), ..any() }),
    ]);
    filters.extend(together(day, minutes, open));
    filters
}

fn every_state() -> Vec<OperationQuery> {
    use OperationState as S;
    let alone = [S::AwaitingApproval, S::Scheduled, S::Running, S::Succeeded, S::Error, S::Canceled, S::Expired];
    let mut states: Vec<Vec<OperationState>> = alone.map(|state| vec![state]).to_vec();
    states.push(vec![S::Scheduled, S::Error]);
    states
        .into_iter()
        .map(|states| OperationQuery::of(OperationFilter { states, ..OperationFilter::default() }))
        .collect()
}

/// Several filters at a time, up to all of them.
fn together(day: Range, minutes: Range, open: Range) -> Vec<OperationQuery> {
    let (any, of) = (OperationFilter::default, OperationQuery::of);
    let everything = of(OperationFilter {
        text: Some("srv".to_owned()),
        states: vec![OperationState::Succeeded, OperationState::Error],
        kinds: vec![OperationType::ChangePassword, OperationType::Reconciliation],
        username: Some("o".to_owned()),
        device_name: Some("srv".to_owned()),
        manufacturer: Some("maker".to_owned()),
        model: Some("model".to_owned()),
        website: Some("example".to_owned()),
        tags: vec!["linux".to_owned()],
        requester: Some("nightly".to_owned()),
        scheduled_from: open.from,
        scheduled_to: open.to,
        executed_from: open.from,
        executed_to: open.to,
        ..any()
    });
    vec![
        of(OperationFilter { text: Some("root".to_owned()), states: vec![OperationState::Error], ..any() }),
        of(OperationFilter {
            kinds: vec![OperationType::ChangePassword],
            states: vec![OperationState::Error],
            manufacturer: Some("maker 07".to_owned()),
            scheduled_from: day.from,
            scheduled_to: day.to,
            ..any()
        }),
        of(OperationFilter { tags: vec!["rare".to_owned()], requester: Some("nightly 07".to_owned()), ..any() }),
        of(OperationFilter {
            states: vec![OperationState::Canceled],
            username: Some("zoe".to_owned()),
            model: Some("123".to_owned()),
            ..any()
        }),
        OperationQuery {
            filter: OperationFilter {
                scheduled_from: minutes.from,
                scheduled_to: minutes.to,
                ..everything.filter.clone()
            },
            ..everything.clone()
        },
        OperationQuery {
            filter: OperationFilter {
                tags: vec!["rare".to_owned()],
                model: Some("123".to_owned()),
                ..everything.filter.clone()
            },
            ..everything.clone()
        },
        OperationQuery {
            filter: OperationFilter { username: Some("nobody-of-this-name".to_owned()), ..everything.filter.clone() },
            ..everything.clone()
        },
        everything,
    ]
}

fn seconds(after: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap_or_default() + TimeDelta::seconds(after)
}

fn id(text: &str) -> Uuid {
    Uuid::from_slice(text.as_bytes()).unwrap_or_default()
}

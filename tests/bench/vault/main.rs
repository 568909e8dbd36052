//! Measures the vault and prints one line of JSON: pages of the list of credentials against the same database without
//! encryption, showing a password, and unlocking a small and a large vault.
//!
//! `vault_bench [--credentials N] [--large N]`: the number of credentials in the measured list and in the large vault.

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::Utc;
use domain::{CredentialId, CredentialStatus, DeviceId, PasswordType, SecretKind, SecretOrigin, SyncState};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{
    CredentialQuery, CredentialSort, KdfParameters, NewEntry, NewVault, Object, Reader, Session, SignIn, Vault,
    VaultError,
    bench::{Plain, fill},
};

const USER: &str = "Ada";
const PASSWORD: &str = "correct horse battery staple";
const SMALL: u32 = 100;
const UNLOCKS: usize = 7;
const REVEALS: u32 = 400;

const SORTS: [CredentialSort; 8] = [
    CredentialSort::Username,
    CredentialSort::Device,
    CredentialSort::PasswordType,
    CredentialSort::Status,
    CredentialSort::Sync,
    CredentialSort::ChangedAt,
    CredentialSort::CreatedAt,
    CredentialSort::UpdatedAt,
];

fn main() -> Result<()> {
    let (credentials, large) = (number("--credentials", 100_000)?, number("--large", 1_000_000)?);
    let place = TempDir::new()?;
    note(&format!("filling {credentials} credentials, encrypted and in clear"))?;
    let (vault, session) = make(place.path(), "Measured", credentials, false)?;
    let plain = Plain::make(&place.path().join("plain.db"), credentials)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..2 {
        for query in queries(credentials) {
            let took = pages(&query, |query| vault.read(|r| r.credentials().list(query)))?;
            let plainly = pages(&query, |query| plain.read(|r: &Reader<'_>| r.credentials().list(query)))?;
            // The first round only fills the caches.
            if round > 0 {
                if took.iter().any(|page| *page > Duration::from_millis(16)) {
                    note(&format!("{took:?} (in clear {plainly:?}): {query:?}"))?;
                }
                ours.extend(took);
                theirs.extend(plainly);
            }
        }
    }
    let (list, plain_list) = (p95(&mut ours), p95(&mut theirs));
    note(&format!("{} pages: p95 {list:.2} ms, in clear {plain_list:.2} ms", ours.len()))?;
    let reveal = reveal(&vault, &session)?;
    drop((vault, session));
    let small = unlock(place.path(), "Small", SMALL)?;
    note(&format!("filling {large} credentials and operations"))?;
    let large = unlock(place.path(), "Large", large)?;
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    let line = serde_json::json!({
        "list_p95_ms": rounded(list),
        "list_ratio_plain": rounded(list / plain_list),
        "reveal_p95_ms": rounded(reveal),
        "unlock_ms_small": rounded(small),
        "unlock_ms_large": rounded(large),
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

fn make(parent: &Path, name: &str, credentials: u32, operations: bool) -> Result<(Vault, Session)> {
    let password = Secret::new(PASSWORD);
    let new = NewVault { name, user_name: USER, password: &password, kdf: KdfParameters::FLOOR, now: Utc::now() };
    let (vault, session) = Vault::create(parent, &new)?;
    vault.write(|w| fill(w, credentials, operations))?;
    Ok((vault, session))
}

/// Returns every order in both directions, with every filter alone and with several together.
fn queries(credentials: u32) -> Vec<CredentialQuery> {
    let device = DeviceId::from_uuid(id(&format!("device{:010}", credentials / 20)));
    let all = CredentialQuery::default;
    let filters = [
        all(),
        CredentialQuery { text: "root".to_owned(), ..all() },
        CredentialQuery { text: "srv-0001".to_owned(), ..all() },
        CredentialQuery { text: "srv oracle".to_owned(), ..all() },
        CredentialQuery { text: "nothing-of-this-name".to_owned(), ..all() },
        CredentialQuery { text: "zo".to_owned(), ..all() },
        CredentialQuery { device: Some(device), ..all() },
        CredentialQuery { password_type: Some(PasswordType::LocalAdministrator), ..all() },
        CredentialQuery { status: Some(CredentialStatus::Inactive), ..all() },
        CredentialQuery { sync: Some(SyncState::OutOfSync), ..all() },
        CredentialQuery { tag: Some("rare".to_owned()), ..all() },
        CredentialQuery { tag: Some("linux".to_owned()), changeable: Some(true), ..all() },
        CredentialQuery { changeable: Some(false), ..all() },
        CredentialQuery {
            status: Some(CredentialStatus::Active),
            sync: Some(SyncState::InSync),
            password_type: Some(PasswordType::LocalUser),
            text: "admin".to_owned(),
            ..all()
        },
        CredentialQuery { status: Some(CredentialStatus::Inactive), tag: Some("rare".to_owned()), ..all() },
    ];
    let mut queries = Vec::new();
    for filter in filters {
        for sort in SORTS {
            for descending in [false, true] {
                queries.push(CredentialQuery { sort, descending, ..filter.clone() });
            }
        }
    }
    queries
}

fn id(text: &str) -> Uuid {
    Uuid::from_slice(text.as_bytes()).unwrap_or_default()
}

/// Returns the times of the first page and of the two after it.
fn pages(
    query: &CredentialQuery,
    list: impl Fn(&CredentialQuery) -> Result<vault::Page<vault::CredentialRow>, VaultError>,
) -> Result<Vec<Duration>> {
    let mut query = query.clone();
    let mut times = Vec::new();
    for _ in 0..3 {
        let mut fastest = Duration::MAX;
        let mut next = None;
        // The fastest of three is taken, so that other programs do not affect the result.
        for _ in 0..3 {
            let begun = Instant::now();
            next = list(&query)?.next;
            fastest = fastest.min(begun.elapsed());
        }
        times.push(fastest);
        match next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(times)
}

/// Measures reading and decrypting a password and auditing that it was shown, in one transaction, as the program does
/// it.
fn reveal(vault: &Vault, session: &Session) -> Result<f64> {
    let key = session.require_secrets_key()?;
    let shown = |number: u32| CredentialId::from_uuid(id(&format!("credential{number:06}")));
    for number in 0..REVEALS {
        let secret = Secret::new(format!("password {number}"));
        vault.write(|w| {
            w.secrets_mut().set_current(
                key,
                shown(number),
                SecretKind::Password,
                &secret,
                SecretOrigin::Entered,
                Utc::now(),
            )
        })?;
    }
    let mut times = Vec::new();
    for number in 0..REVEALS {
        let begun = Instant::now();
        let stored = vault.write(|w| {
            w.audit_mut().append(&NewEntry {
                who: Some(session.user().id),
                action: "secret.reveal",
                object: Some(Object { noun: "credential", id: shown(number).as_uuid(), label: "root on srv" }),
                detail: serde_json::json!({ "justification": "measurement" }),
                at: Utc::now(),
            })?;
            w.secrets().current(key, shown(number), SecretKind::Password)
        })?;
        times.push(begun.elapsed());
        stored.context("it was just stored")?;
    }
    Ok(p95(&mut times))
}

/// Returns the median of a few unlocks, from the password to the first page of the list.
fn unlock(parent: &Path, name: &str, credentials: u32) -> Result<f64> {
    let (vault, session) = make(parent, name, credentials, true)?;
    drop((vault, session));
    let password = Secret::new(PASSWORD);
    let folder = parent.join(format!("{name}.vault"));
    let mut times = Vec::new();
    for _ in 0..UNLOCKS {
        let begun = Instant::now();
        let (vault, _session) = Vault::open(&folder, &SignIn::password(USER, &password))?;
        vault.read(|r| r.credentials().list(&CredentialQuery::default()))?;
        times.push(begun.elapsed());
        note(&format!("{name}: {:?}", begun.elapsed()))?;
    }
    let length = fs::metadata(folder.join("vault.db"))?.len() / 1_048_576;
    note(&format!("{name}: {length} MiB"))?;
    times.sort();
    Ok(milliseconds(times[times.len() / 2]))
}

fn p95(times: &mut [Duration]) -> f64 {
    times.sort();
    let place = (times.len() * 95).div_ceil(100).saturating_sub(1);
    milliseconds(times.get(place).copied().unwrap_or_default())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn note(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "{text}")?)
}

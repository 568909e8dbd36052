//! Published advisories about the crates and npm packages that the project uses, against a list of accepted ones. An entry of
//! the list counts until its date.

use crate::project::{self, cargo, is_set, npm, say};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

const LIST: &str = ".config/advisories-allowed.txt";
const DENY: &str = ".config/deny.toml";

/// An accepted advisory.
struct Accepted {
    id: String,
    /// The last day on which it counts, in days since 1970.
    until: i64,
}

/// Checks the list, and with `CHAVEIRO_ADVISORIES=1` asks both sources.
pub fn check() -> Result<()> {
    let list = parse(&fs::read_to_string(project::root().join(LIST)).context(LIST)?)?;
    if !is_set("CHAVEIRO_ADVISORIES") {
        return say("advisories: not asked (they come from the network); set CHAVEIRO_ADVISORIES=1 to include them");
    }
    let accepted = still_accepted(&list, today()?);
    let mut problems = Vec::new();
    for (source, asked) in [("crates", of_crates(&accepted)), ("npm packages", of_packages(&accepted))] {
        match asked {
            Ok(()) => say(&format!("advisories of {source}: none that is not accepted"))?,
            Err(error) => problems.push(format!("advisories of {source}: {error:#}")),
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

fn parse(text: &str) -> Result<Vec<Accepted>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let (id, date, reason) = (words.next(), words.next().and_then(day), words.next());
            match (id, date, reason) {
                (Some(id), Some(until), Some(_)) => Ok(Accepted { id: id.to_owned(), until }),
                _ => bail!("{LIST}: `{line}` is not `ID YYYY-MM-DD reason`"),
            }
        })
        .collect()
}

fn still_accepted(list: &[Accepted], today: i64) -> BTreeSet<String> {
    list.iter().filter(|entry| today <= entry.until).map(|entry| entry.id.clone()).collect()
}

fn today() -> Result<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?;
    Ok((since.as_secs() / 86_400).cast_signed())
}

/// The days since 1970 of a date (Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*).
fn day(date: &str) -> Option<i64> {
    let parts: Vec<i64> = date.split('-').map(str::parse).collect::<Result<_, _>>().ok()?;
    let &[year, month @ 1..=12, day @ 1..=31] = &parts[..] else { return None };
    if date.len() != 10 || year < 1970 {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Asks cargo-deny, with the accepted ones in a copy of its configuration.
fn of_crates(accepted: &BTreeSet<String>) -> Result<()> {
    project::run(&mut cargo(&["deny", "--config", DENY, "fetch", "db"]))
        .context("the RustSec database cannot be reached: nothing was checked")?;
    let config = fs::read_to_string(project::root().join(DENY)).context(DENY)?;
    let own = project::built("advisories.toml");
    fs::create_dir_all(own.parent().context("the folder of built files")?)?;
    fs::write(&own, with_ignored(&config, accepted)?)?;
    let mut deny = cargo(&["deny", "--config"]);
    project::run(deny.arg(&own).args(["check", "--disable-fetch", "advisories"]))
}

fn with_ignored(config: &str, accepted: &BTreeSet<String>) -> Result<String> {
    let section = "[advisories]\n";
    if !config.contains(section) {
        bail!("{DENY} has no section [advisories]");
    }
    let crates: Vec<&String> = accepted.iter().filter(|id| id.starts_with("RUSTSEC-")).collect();
    Ok(config.replace(section, &format!("{section}ignore = {crates:?}\n")))
}

/// Asks the registry's own list of advisories.
fn of_packages(accepted: &BTreeSet<String>) -> Result<()> {
    // It fails where it finds something, so only what it writes counts.
    let output = npm(&["audit", "--json"]).output().context("npm could not be started")?;
    let found = found_by_npm(&String::from_utf8_lossy(&output.stdout))?;
    let open: Vec<&String> = found.difference(accepted).collect();
    if open.is_empty() { Ok(()) } else { bail!("not accepted: {open:?}") }
}

fn found_by_npm(report: &str) -> Result<BTreeSet<String>> {
    let report: Value = serde_json::from_str(report).unwrap_or_default();
    let Some(packages) = report.get("vulnerabilities").and_then(Value::as_object) else {
        let told = report.get("message").and_then(Value::as_str).unwrap_or("no report");
        bail!("the npm registry cannot be asked ({told}): nothing was checked")
    };
    let causes = packages.values().filter_map(|package| package.get("via")?.as_array()).flatten();
    // A text names another package of the list; an object is an advisory.
    let addresses = causes.filter_map(|cause| cause.get("url")?.as_str());
    Ok(addresses.map(|url| url.rsplit('/').next().unwrap_or(url).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::{day, found_by_npm, parse, still_accepted, with_ignored};

    #[test]
    fn an_entry_counts_until_its_date_and_no_longer() -> anyhow::Result<()> {
        let list = parse("# why\n\nRUSTSEC-2026-0001 2026-12-31 no fix yet\nGHSA-aaaa-bbbb-cccc 2027-01-01 x\n")?;
        let at = |date| still_accepted(&list, day(date).unwrap_or_default()).len();
        assert_eq!([at("2026-12-31"), at("2027-01-01"), at("2027-01-02")], [2, 1, 0]);
        assert_eq!([day("1970-01-01"), day("2000-03-01"), day("2026-11-30")], [Some(0), Some(11_017), Some(20_787)]);
        Ok(())
    }

    #[test]
    fn an_entry_without_date_or_reason_is_refused() {
        for line in
            ["RUSTSEC-2026-0001", "RUSTSEC-2026-0001 2026-12-31", "RUSTSEC-2026-0001 soon no fix yet", "A 2026-13-01 x"]
        {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_npm_finds_is_read_and_a_registry_that_does_not_answer_is_no_clean_result() -> anyhow::Result<()> {
        let report = r#"{"vulnerabilities": {
            "a": {"via": [{"url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"}]}, "b": {"via": ["a"]}}}"#;
        assert_eq!(found_by_npm(report)?.into_iter().collect::<Vec<_>>(), ["GHSA-aaaa-bbbb-cccc"]);
        assert!(found_by_npm(r#"{"vulnerabilities": {}}"#)?.is_empty());
        for unreachable in [r#"{"message": "405 Method Not Allowed", "statusCode": 405}"#, "", "{}"] {
            assert!(found_by_npm(unreachable).is_err(), "{unreachable}");
        }
        Ok(())
    }

    #[test]
    fn accepted_crates_reach_the_configuration() -> anyhow::Result<()> {
        let accepted = ["RUSTSEC-2026-0001", "GHSA-aaaa-bbbb-cccc"].map(str::to_owned).into();
        let config = with_ignored("[advisories]\nversion = 2\n", &accepted)?;
        assert_eq!(config, "[advisories]\nignore = [\"RUSTSEC-2026-0001\"]\nversion = 2\n");
        assert!(with_ignored("[licenses]\n", &accepted).is_err());
        Ok(())
    }
}

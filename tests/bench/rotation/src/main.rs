//! `bench-rotation [--hosts N] [--rounds N] [--peer ansible]`: changes one account's password on each of N practice
//! hosts and proves each change by a second login, at 1, 5 and 20 at once. The same two logins are also measured with a
//! minimal program that uses the same library and, if asked, with Ansible on the same hosts. The programs take turns
//! within each round, so that a slow minute of the machine affects all of them. Every result is a line of JSON.

mod ansible;
mod measured;
mod minimal;
mod ours;

use std::io::{self, Write};

use anyhow::{Result, bail};
use lab::{Account, Host, HostSpec, Lab, Sudo};
use lexopt::{Arg, ValueExt};
use measured::{Sample, best, median_cpu, median_rate};

/// The account that logs in first, with sudo rights, and its password.
const ADMINISTRATOR: (&str, &str) = ("ops", "Adm-pw-1!aZ");
/// The account whose password changes.
const ACCOUNT: &str = "acct";
/// The numbers of simultaneous changes that are measured.
const AT_ONCE: [usize; 3] = [1, 5, 20];

struct Arguments {
    hosts: usize,
    rounds: usize,
    ansible: bool,
}

fn arguments() -> Result<Arguments> {
    let mut arguments = Arguments { hosts: 20, rounds: 3, ansible: false };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("hosts") => arguments.hosts = parser.value()?.parse()?,
            Arg::Long("rounds") => arguments.rounds = parser.value()?.parse()?,
            Arg::Long("peer") => match parser.value()?.string()?.as_str() {
                "ansible" => arguments.ansible = true,
                other => bail!("there is no peer `{other}`; there is ansible"),
            },
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(arguments)
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let lab = Lab::prepare()?;
    let spec = HostSpec::new()
        .account(Account::new(ADMINISTRATOR.0, ADMINISTRATOR.1).sudo(Sudo::WithoutPassword))
        .account(Account::new(ACCOUNT, "Start-pw-1"));
    let hosts = lab.start_all(vec![spec; arguments.hosts.max(1)])?;
    let ours = ours::Ours::new(&hosts)?;
    let ansible = if arguments.ansible { Some(ansible::Ansible::install(&hosts)?) } else { None };
    let mut samples = Samples::default();
    for round in 0..=arguments.rounds.max(1) {
        // The first round only warms up.
        let fresh = measure(&hosts, &ours, ansible.as_ref())?;
        if round > 0 {
            samples.0.extend(fresh);
        }
        say(&serde_json::json!({ "round": round, "of": arguments.rounds }))?;
    }
    samples.tell()?;
    say(&samples.result())
}

fn measure(hosts: &[Host], ours: &ours::Ours, ansible: Option<&ansible::Ansible>) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for at_once in AT_ONCE {
        samples.push(ours.change_all(at_once)?);
        samples.push(minimal::change_all(hosts, at_once)?);
    }
    if let Some(ansible) = ansible {
        for forks in [5, 20] {
            samples.push(ansible.change_all(hosts, forks, ansible::Manner::Plain)?);
            samples.push(ansible.change_all(hosts, forks, ansible::Manner::Pipelining)?);
            samples.push(ansible.change_all(hosts, forks, ansible::Manner::Verifying)?);
        }
    }
    Ok(samples)
}

#[derive(Default)]
struct Samples(Vec<Sample>);

impl Samples {
    fn tell(&self) -> Result<()> {
        let mut kinds: Vec<(&str, usize)> = self.0.iter().map(|sample| (sample.who, sample.at_once)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for (who, at_once) in kinds {
            let rate = median_rate(&self.0, who, at_once);
            say(&serde_json::json!({
                "who": who, "at_once": at_once, "per_s": round(rate), "ms_per_host": round(1000.0 / rate),
                "client_cpu_ms": round(median_cpu(&self.0, who, at_once)),
            }))?;
        }
        Ok(())
    }

    fn result(&self) -> serde_json::Value {
        let or_null = |rate: Option<f64>| rate.map_or(serde_json::Value::Null, |rate| round(rate).into());
        let (ours, minimal) = (best(&self.0, "ours"), best(&self.0, "minimal"));
        let pipelining = best(&self.0, "ansible pipelining");
        let verifying = best(&self.0, "ansible verifying");
        let ratio = |peer: Option<f64>| or_null(ours.zip(peer).map(|(ours, peer)| ours / peer));
        serde_json::json!({
            "ours_per_s": or_null(ours),
            "minimal_per_s": or_null(minimal),
            "ansible_per_s": or_null(best(&self.0, "ansible")),
            "ansible_pipelining_per_s": or_null(pipelining),
            "ansible_verifying_per_s": or_null(verifying),
            "client_cpu_ms": round(median_cpu(&self.0, "ours", 20)),
            "ratio_minimal": ratio(minimal),
            "ratio_ansible_pipelining": ratio(pipelining),
            "ratio_ansible_verifying": ratio(verifying),
        })
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Writes one line of JSON.
fn say(line: &serde_json::Value) -> Result<()> {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}

//! `lab`: practice devices that stay until they are stopped, for trying things by hand.

use crate::{
    prerequisites::{self, Purpose},
    project::{note, say},
};
use anyhow::{Context, Result, bail};
use lab::{Account, HostKey, HostSpec, Lab, Record, Server, Sudo};
use lexopt::{Arg, Parser, ValueExt};
use std::time::Instant;

/// Runs `lab up | list | down | sh`.
pub fn main(parser: &mut Parser) -> Result<()> {
    let Some(Arg::Value(action)) = parser.next()? else {
        bail!("say what to do: lab up | list | down | sh N -- command")
    };
    match action.string()?.as_str() {
        "up" => up(&Arguments::read(parser)?),
        "list" => list(),
        "down" => down(),
        "sh" => shell(parser),
        other => bail!("there is no `lab {other}`; there are up, list, down and sh"),
    }
}

/// What `lab up` was asked for.
struct Arguments {
    hosts: usize,
    accounts: Vec<String>,
    password: String,
    server: Server,
}

impl Arguments {
    fn read(parser: &mut Parser) -> Result<Self> {
        let accounts = vec!["operator".into(), "service".into()];
        let mut arguments = Self { hosts: 1, accounts, password: "Start-pw-1".into(), server: Server::OpenSsh };
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("hosts") => arguments.hosts = parser.value()?.parse()?,
                Arg::Long("accounts") => {
                    arguments.accounts =
                        parser.value()?.string()?.split(',').map(|name| name.trim().to_owned()).collect();
                }
                Arg::Long("password") => arguments.password = parser.value()?.string()?,
                Arg::Long("server") => arguments.server = server(&parser.value()?.string()?)?,
                Arg::Long("yes") => prerequisites::install_without_asking(),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
    }

    /// The first account may use sudo after its password, so that it can change the others.
    fn spec(&self) -> HostSpec {
        let mut spec = HostSpec::new().server(self.server).stays();
        for (index, name) in self.accounts.iter().enumerate() {
            let sudo = if index == 0 { Sudo::WithPassword } else { Sudo::None };
            spec = spec.account(Account::new(name, &self.password).sudo(sudo));
        }
        spec
    }
}

fn server(name: &str) -> Result<Server> {
    Ok(match name {
        "openssh" => Server::OpenSsh,
        "openssh10" => Server::OpenSsh10,
        "dropbear" => Server::Dropbear,
        other => bail!("there is no server `{other}`; there are openssh, openssh10 and dropbear"),
    })
}

fn up(arguments: &Arguments) -> Result<()> {
    prerequisites::ensure(&[Purpose::Lab])?;
    if !lab::is_built() {
        note("building a small Debian system for the devices: about half a minute, once");
    }
    let lab = Lab::prepare()?;
    let started = Instant::now();
    let hosts = lab.start_all(vec![arguments.spec(); arguments.hosts])?;
    for host in &hosts {
        let fingerprint = host.host_key_fingerprint(HostKey::Ed25519)?;
        say(&format!("{}\t{}\t{fingerprint}", host.socket_address(), arguments.accounts.join(",")))?;
    }
    note(&format!(
        "{} in {:.1} s; every password is {}",
        counted(hosts.len()),
        started.elapsed().as_secs_f32(),
        arguments.password
    ));
    note("`cargo xtask lab down` stops them");
    Ok(())
}

fn list() -> Result<()> {
    let running: Vec<Record> = lab::records()?.into_iter().filter(Record::is_running).collect();
    for record in &running {
        let until = if record.stays { "until lab down" } else { "while its program runs" };
        say(&format!("{}\t{}\t{}\t{until}", record.address, record.server, record.accounts.join(",")))?;
    }
    note(&format!("running: {}", counted(running.len())));
    Ok(())
}

fn down() -> Result<()> {
    let stopped = lab::stop_leftovers()?;
    say(&format!("stopped {}", counted(stopped.len())))
}

fn counted(devices: usize) -> String {
    format!("{devices} {}", if devices == 1 { "device" } else { "devices" })
}

fn shell(parser: &mut Parser) -> Result<()> {
    let number: u8 = parser.value().context("say which device: lab sh N -- command")?.parse()?;
    let mut command = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(word) => {
                command.push(word.string()?);
                for word in parser.raw_args()? {
                    command.push(word.string()?);
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if command.is_empty() {
        command.push("bash".into());
    }
    let record = lab::records()?.into_iter().find(|it| it.number == number && it.is_running());
    let record =
        record.with_context(|| format!("no device runs at 127.0.1.{number}; `cargo xtask lab list` shows them"))?;
    let status = lab::run_in(&record, &command)?;
    std::process::exit(status)
}

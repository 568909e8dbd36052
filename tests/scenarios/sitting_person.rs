//! A person in front of a vault, told what to do line by line.
//!
//! `sitting-person FOLDER PASSWORD…` answers every line with itself when it is done. The passwords come with every bit
//! turned round, in hexadecimal digits: what the command line leaves in memory must not look like them.

use std::io::{BufRead, Write};

use anyhow::{Context, Result, bail};
use app::{Confirmation, LockReason, Look, Revealed};
use demo::{Access, NewCredential, PASSWORD, Practice, Setup};
use domain::CredentialId;
use secret::Secret;

// What the files must not hold; the tests name them once more.
const DEVICE: &str = "srv-kestrel-01";
const ADDRESS: &str = "10.73.19.5";
const USER: &str = "kestrel-user";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = std::path::PathBuf::from(arguments.next().context("FOLDER is missing")?);
    let mut passwords = arguments.map(|digits| turned(&digits)).collect::<Result<Vec<Secret>>>()?;
    let practice = Practice::without_vault(Setup::default());
    let mut held: Vec<Revealed> = Vec::new();
    let mut credentials: Vec<CredentialId> = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match line.as_str() {
            "create" => {
                practice.create_vault(&folder, "Memory")?;
                let device = practice.enter_device(DEVICE, ADDRESS, 22)?;
                for (number, password) in passwords.drain(..).enumerate() {
                    let username = format!("{USER}-{number}");
                    // EXPOSE: it is entered as a person would.
                    let password = password.expose();
                    let new = NewCredential { device, username: &username, password, access: Access::None };
                    credentials.push(practice.enter_credential(&new)?);
                }
            }
            "hold" => {
                for credential in &credentials {
                    held.push(practice.app.secrets().reveal(*credential, &look())?);
                }
            }
            "drop" => held.clear(),
            // Keys that are replaced are keys that were used before.
            "renew" => {
                let password = Secret::new(PASSWORD);
                practice.app.vault_settings().rekey(&Confirmation { password, key_file: None })?;
            }
            // What writes files: a backup, the backup of the day, a drill, and a trail that is taken out of a vault on purpose.
            "work" => {
                let backup = practice.app.backups().make(None)?.backup;
                practice.app.backups().keep_up();
                practice.app.backups().drill(&backup.path)?;
                practice.app.backups().check()?;
                practice.app.audit().verify()?;
            }
            "sit" => practice.sit_down(&folder.join("Memory.vault"))?,
            "lock" => drop(practice.app.sessions().lock(LockReason::Person)),
            "sign out" => practice.app.sessions().sign_out()?,
            other => bail!("{other} is nothing that it can do"),
        }
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(())
}

/// Looks with a reason, which is kept too.
fn look() -> Look {
    Look { justification: Some("kestrel needs repair".to_owned()), code: None }
}

/// Reads a password of the command line.
fn turned(digits: &str) -> Result<Secret> {
    let mut text = String::with_capacity(digits.len() / 2);
    for place in (0..digits.len()).step_by(2) {
        let byte = u8::from_str_radix(digits.get(place..place + 2).context("two digits")?, 16)?;
        text.push(char::from(!byte));
    }
    Ok(Secret::new(text))
}

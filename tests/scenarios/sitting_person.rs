//! A person who is signed in to a vault and takes orders line by line.
//!
//! `sitting-person FOLDER PASSWORD…` answers every line with the same line when the work is done. The passwords are
//! passed with every bit inverted, in hexadecimal digits, so that the command line leaves no readable password in
//! memory.

use std::io::{BufRead, Write};

use anyhow::{Context, Result, bail};
use app::{Confirmation, LockReason, RevealRequest, Revealed};
use demo::{Access, NewCredential, PASSWORD, Practice, Setup};
use domain::CredentialId;
use secret::Secret;

// The texts that the files must not contain; the tests name them again.
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
                    held.push(practice.app.secrets().reveal(*credential, &reveal_request())?);
                }
            }
            "drop" => held.clear(),
            // The keys are used first, so that the replaced ones were in memory.
            "renew" => {
                let password = Secret::new(PASSWORD);
                practice.app.vault_settings().rekey(&Confirmation { password, key_file: None })?;
            }
            // These actions write files: a backup, the daily backup, a drill, and an export of the audit trail.
            "work" => {
                let backup = practice.app.backups().make(None)?.backup;
                practice.app.backups().keep_up();
                practice.app.backups().drill(&backup.path)?;
                practice.app.backups().check()?;
                practice.app.audit().verify()?;
            }
            "sit" => practice.sign_in_at(&folder.join("Memory.vault"))?,
            "lock" => drop(practice.app.sessions().lock(LockReason::Person)),
            "sign out" => practice.app.sessions().sign_out()?,
            other => bail!("{other} is nothing that it can do"),
        }
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(())
}

/// Returns a request to see a password, with a reason, which is stored too.
fn reveal_request() -> RevealRequest {
    RevealRequest { justification: Some("kestrel needs repair".to_owned()), code: None }
}

/// Decodes a password of the command line.
fn turned(digits: &str) -> Result<Secret> {
    let mut text = String::with_capacity(digits.len() / 2);
    for place in (0..digits.len()).step_by(2) {
        let byte = u8::from_str_radix(digits.get(place..place + 2).context("two digits")?, 16)?;
        text.push(char::from(!byte));
    }
    Ok(Secret::new(text))
}

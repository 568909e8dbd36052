//! The main workflow without a display: it uses the same `app` crate, a real server and real logins of the OpenSSH
//! client.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use app::domain::operation::OperationState;
use demo::{Access, NewCredential, Practice, Setup};
use lab::{Account, HostSpec, Lab, Login};
use serde_json::json;

use crate::say;

const ACCOUNT: &str = "deploy";
const OLD_PASSWORD: &str = "Start-pw-1";

/// Changes one password on one practice device and proves it.
pub fn walk() -> Result<()> {
    let lab = Lab::prepare().context("practice devices cannot be had here")?;
    let host = lab.start(HostSpec::new().account(Account::new(ACCOUNT, OLD_PASSWORD)))?;
    say(&json!({ "step": "practice device started", "address": host.socket_address().to_string() }))?;

    let folder = tempfile::tempdir()?;
    let practice = Practice::create(folder.path(), "Demonstration", Setup::default())?;
    say(&json!({ "step": "vault created" }))?;

    let device = practice.enter_device("practice-01", &host.address().to_string(), host.port())?;
    let fingerprint = practice.accept_host_key(device)?;
    say(&json!({ "step": "host key accepted", "fingerprint": fingerprint }))?;

    let credential = practice.enter_credential(&NewCredential {
        device,
        username: ACCOUNT,
        password: OLD_PASSWORD,
        access: Access::Own("ssh-own-passwd"),
    })?;
    say(&json!({ "step": "credential entered", "username": ACCOUNT }))?;

    let operation = practice.request_change(credential)?;
    say(&json!({ "step": "password change requested", "state": "scheduled" }))?;
    let mut last = None;
    let ended = practice.watch(operation, Duration::from_secs(120), |details| {
        let record = &details.row.record;
        if last != Some((record.state, record.step)) {
            last = Some((record.state, record.step));
            // An error is ignored here: if the output is closed, the next line outside this callback fails.
            let _ = say(&json!({ "step": "operation", "code": record.code, "state": record.state, "at": record.step }));
        }
    })?;
    if ended.row.record.state != OperationState::Succeeded {
        bail!("the change ended as {:?}: {:?}", ended.row.record.state, ended.row.record.failure);
    }

    let new_password = practice.password(credential)?;
    say(&json!({ "step": "new password revealed", "characters": new_password.chars().count() }))?;
    let old_logs_in = host.login(ACCOUNT, OLD_PASSWORD)? == Login::Accepted;
    let new_logs_in = host.login(ACCOUNT, &new_password)? == Login::Accepted;
    practice.app.vaults().release();
    host.stop()?;
    say(&json!({ "old_password_logs_in": old_logs_in, "new_password_logs_in": new_logs_in }))?;
    if old_logs_in || !new_logs_in {
        bail!("the device does not have the password that the vault holds");
    }
    Ok(())
}

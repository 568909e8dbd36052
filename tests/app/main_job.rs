//! The main job in the real window: a vault, a device, a credential, a change, and the new password logs in.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use diagnostics::DailyLog;
use lab::{Account, Host, HostSpec, Login};
use tests::in_clear;

use crate::{desktop::Desktop, page::Page};

pub const PASSWORD: &str = "lantern zebra 41 correct";
pub const DEVICE: &str = "srv-kestrel-01";
pub const ACCOUNT: &str = "kestrel-ops";
const ADDITIONAL: &str = "rack 12 behind the orchid";

/// Returns the folder for pictures, if the environment names one.
fn pictures() -> Option<PathBuf> {
    std::env::var_os("CHAVEIRO_PICTURES").map(PathBuf::from)
}

async fn picture(page: &Page, name: &str) -> Result<()> {
    match pictures() {
        Some(folder) => page.picture(&folder.join(format!("{name}.png"))).await,
        None => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_on_a_real_server_from_the_real_window() -> Result<()> {
    let skipped = tokio::task::spawn_blocking(|| lab::lab_or_skip("app::a_password_is_changed")).await??;
    let Some(lab) = skipped else { return Ok(()) };
    let spec = HostSpec::new().account(Account::new(ACCOUNT, "Start-pw-1"));
    let host = tokio::task::spawn_blocking(move || lab.start(spec)).await??;
    let desktop = Desktop::start()?;
    let page = Page(desktop.open().await?);

    create_vault(&page).await.context("creating the vault")?;
    add_device(&page, &host).await.context("adding the device")?;
    add_credential(&page).await.context("adding the credential")?;
    request_change(&page).await.context("requesting the change")?;
    let new_password = reveal(&page).await.context("revealing the password")?;

    let shown = new_password.clone();
    let logged_in = tokio::task::spawn_blocking(move || -> Result<_> {
        Ok((host.login(ACCOUNT, &new_password)?, host.login(ACCOUNT, "Start-pw-1")?))
    });
    assert_eq!(logged_in.await??, (Login::Accepted, Login::Refused), "the new password logs in, the old one does not");

    lock_and_unlock(&page).await.context("locking")?;
    let kept = [PASSWORD, "Start-pw-1", &shown, DEVICE, ACCOUNT, ADDITIONAL];
    assert_eq!(in_clear(desktop.home(), &kept)?, Vec::<String>::new(), "while the window is open");
    page.0.close().await?;
    // The web view writes its remaining data when its window closes.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        in_clear(desktop.home(), &kept)?,
        Vec::<String>::new(),
        "in the vault, in temp, in the web view's storage"
    );
    check_log(desktop.home(), &kept)?;
    let written = in_clear(desktop.home(), &["recentVaults"])?;
    assert_eq!(written.len(), 1, "the program's storage is among what was searched: {written:?}");
    Ok(())
}

/// Checks that the log contains the start and the commands, and nothing that was typed.
fn check_log(home: &Path, typed: &[&str]) -> Result<()> {
    let folder = home.join("data/app.chaveiro.desktop/logs");
    let files = DailyLog::files(&folder)?;
    let text = files.iter().map(std::fs::read_to_string).collect::<std::io::Result<String>>()?;
    let start = text.lines().find(|line| line.contains("Chaveiro starts")).context("no start-up line")?;
    for named in ["version=", "system=", "web_view=", "locale=", "hardening="] {
        assert!(start.contains(named), "{named} {start}");
    }
    let of_command = |name: &str, end: &str| {
        text.lines().any(|line| line.contains(&format!("command{{name=\"{name}\" request=")) && line.contains(end))
    };
    assert!(of_command("vault_create", "ok milliseconds="), "{text}");
    assert!(of_command("vault_unlock", "code=\"wrongPassword\""), "{text}");
    assert!(text.contains("operation{id=") && text.contains("attempt{id="), "{text}");
    for secret in typed.iter().chain(&["not the password"]) {
        assert!(!text.contains(secret), "the log holds what was typed");
    }
    Ok(())
}

pub async fn create_vault(page: &Page) -> Result<()> {
    page.enter("Vault name", "Team").await?;
    page.enter("Your name", "Ada").await?;
    page.enter("Password", PASSWORD).await?;
    page.enter("Repeat password", PASSWORD).await?;
    picture(page, "create-vault").await?;
    page.press("Create vault").await?;
    page.read("A recovery kit for Team").await?;
    page.press("Later").await?;
    page.read("Request password change").await
}

pub async fn add_device(page: &Page, host: &Host) -> Result<()> {
    page.press("Devices").await?;
    page.press("Add device").await?;
    page.enter("Name", DEVICE).await?;
    page.enter("Address", &host.address().to_string()).await?;
    page.enter("Port", &host.port().to_string()).await?;
    page.press("Save").await?;
    let ed25519 = host.host_key_fingerprint(lab::HostKey::Ed25519)?;
    let ecdsa = host.host_key_fingerprint(lab::HostKey::Ecdsa)?;
    page.read("This key has not been seen before").await?;
    let shown = page.text_of("body").await?;
    assert!(shown.contains(&ed25519) || shown.contains(&ecdsa), "the fingerprint is the server's own: {shown}");
    picture(page, "host-key").await?;
    page.press("Accept host key").await?;
    page.read(&format!("Host key of {DEVICE} accepted")).await
}

async fn add_credential(page: &Page) -> Result<()> {
    page.press("Credentials").await?;
    page.press("Add credential").await?;
    page.enter("Username", ACCOUNT).await?;
    page.enter("Additional information", ADDITIONAL).await?;
    page.choose("Device", DEVICE).await?;
    page.enter("Password", "Start-pw-1").await?;
    page.press("Execution settings").await?;
    page.toggle("Change the password automatically").await?;
    page.choose("Change template", "own password").await?;
    picture(page, "credential-form").await?;
    page.press("Save").await?;
    page.read(&format!("{ACCOUNT} on {DEVICE} saved")).await
}

async fn request_change(page: &Page) -> Result<()> {
    page.press("Request password change").await?;
    page.tick_row(ACCOUNT).await?;
    page.press("Change 1 password").await?;
    page.read("Change 1 password?").await?;
    picture(page, "confirm").await?;
    page.press("Change 1 password").await?;
    page.press("Go to operations").await?;
    page.read_in_row("Successfully performed").await?;
    page.open_row(ACCOUNT).await?;
    page.read("Attempt 1").await?;
    picture(page, "operations").await?;
    page.press("Close").await
}

pub async fn reveal(page: &Page) -> Result<String> {
    page.press("Credentials").await?;
    page.open_row(ACCOUNT).await?;
    page.press("Show password").await?;
    let password = page.text_of("[data-testid=password]").await?;
    picture(page, "revealed").await?;
    Ok(password)
}

async fn lock_and_unlock(page: &Page) -> Result<()> {
    page.press_control('l').await?;
    page.read("Ada locked Team").await?;
    page.enter("Password", "not the password").await?;
    page.press("Unlock").await?;
    page.read("Name, password or key file is incorrect").await?;
    page.enter("Password", PASSWORD).await?;
    page.press("Unlock").await?;
    page.press("Credentials").await?;
    page.read(DEVICE).await
}

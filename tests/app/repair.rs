//! A password that was changed outside the vault is reconciled in the real window, and the desktop shows a notification
//! for both ends.

use anyhow::{Context, Result};
use lab::{Account, HostSpec, Login};

use crate::{
    desktop::Desktop,
    main_job::{ACCOUNT, DEVICE, add_device, create_vault, reveal},
    notifications::Notifications,
    page::Page,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_password_is_reconciled_from_the_window_and_the_desktop_tells_of_it() -> Result<()> {
    let skipped = tokio::task::spawn_blocking(|| lab::lab_or_skip("app::a_lost_password_is_reconciled")).await??;
    let Some(lab) = skipped else { return Ok(()) };
    let spec = HostSpec::new()
        .sshd_option("PermitRootLogin yes")
        .account(Account::new("root", "Root-pw-1"))
        .account(Account::new(ACCOUNT, "Set by somebody"));
    let host = tokio::task::spawn_blocking(move || lab.start(spec)).await??;
    let desktop = Desktop::start()?;
    let notifications = Notifications::listen(desktop.bus())?;
    let page = Page(desktop.open().await?);

    create_vault(&page).await.context("creating the vault")?;
    add_device(&page, &host).await.context("adding the device")?;
    add_root(&page).await.context("adding root")?;
    add_deploy(&page).await.context("adding the account")?;

    change_in_vain(&page).await.context("requesting the change")?;
    let body = tokio::task::block_in_place(|| notifications.wait_for("A credential is out of sync"))?;
    assert_eq!(body, format!("{ACCOUNT} on {DEVICE} (operation 1)"), "named, and nothing else");

    reconcile(&page).await.context("reconciling")?;
    let body = tokio::task::block_in_place(|| notifications.wait_for("A password was reconciled"))?;
    assert_eq!(body, format!("{ACCOUNT} on {DEVICE} (operation 2)"), "the new operation");
    assert_eq!(notifications.others(), [], "each end is told once");

    let new_password = reveal(&page).await.context("revealing the password")?;
    let logged_in = tokio::task::spawn_blocking(move || host.login(ACCOUNT, &new_password));
    assert_eq!(logged_in.await??, Login::Accepted, "the reconciled password logs in");
    Ok(page.0.close().await?)
}

async fn add_root(page: &Page) -> Result<()> {
    page.press("Credentials").await?;
    page.press("Add credential").await?;
    page.enter("Username", "root").await?;
    page.choose("Device", DEVICE).await?;
    page.enter("Password", "Root-pw-1").await?;
    page.press("Save").await?;
    page.read(&format!("root on {DEVICE} saved")).await
}

async fn add_deploy(page: &Page) -> Result<()> {
    page.press("Add credential").await?;
    page.enter("Username", ACCOUNT).await?;
    page.choose("Device", DEVICE).await?;
    page.enter("Password", "What the vault believes").await?;
    page.press("Execution settings").await?;
    page.toggle("Change the password automatically").await?;
    page.choose("Change template", "own password").await?;
    page.press("Chain and reconciliation").await?;
    page.toggle("Allow reconciliation").await?;
    page.choose("Reconciliation credential", "root").await?;
    page.choose("Reconciliation template", "as root with chpasswd").await?;
    page.press("Save").await?;
    page.read(&format!("{ACCOUNT} on {DEVICE} saved")).await
}

async fn change_in_vain(page: &Page) -> Result<()> {
    page.press("Request password change").await?;
    page.tick_row(ACCOUNT).await?;
    page.press("Change 1 password").await?;
    page.read("Change 1 password?").await?;
    page.press("Change 1 password").await?;
    page.press("Go to operations").await?;
    page.read_in_row("Error").await
}

async fn reconcile(page: &Page) -> Result<()> {
    page.open_row(ACCOUNT).await?;
    page.press("Reconcile credential").await?;
    page.press("Reconcile credential").await?;
    page.read_in_row("Reconciliation").await?;
    page.press("Close").await
}

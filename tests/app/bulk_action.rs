//! Four eyes in the real window: an Operator requests 200 changes and cannot approve them. An Approver signs in at the
//! locked window and approves them. All 200 credentials are changed, and the audit trail verifies.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use app::{
    ApproversForm, AuditVerdict, CredentialQuery, RequestQuery, RequestScope,
    approval::{Registration, RequestState, Rules},
    domain::{Role, UserId},
};
use chrono::Utc;
use serde_json::{Value, json};
use tests::{Access, NewCredential, PASSWORD, Practice, Setup, found};

use crate::{desktop::Desktop, notifications::Notifications, page::Page};

const DEVICES: usize = 10;
const ACCOUNTS_EACH: usize = 20;
const BYSTANDERS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_changes_wait_for_another_pair_of_eyes_in_the_real_window() -> Result<()> {
    let desktop = Desktop::start()?;
    let home = desktop.home().to_owned();
    let folder = tokio::task::spawn_blocking(move || prepare(&home)).await??;
    let bus = desktop.bus().to_owned();
    let shown = Arc::new(tokio::task::spawn_blocking(move || Notifications::listen(&bus)).await??);
    desktop.remember(&folder)?;
    let page = Page(desktop.open().await?);

    open_vault(&page, "Olga").await.context("opening the vault")?;
    ask(&page).await.context("asking for the changes")?;
    own_request_is_refused(&page).await.context("approving one's own request")?;
    lock(&page, "Olga").await?;
    let listening = Arc::clone(&shown);
    let reported = tokio::task::spawn_blocking(move || listening.wait_for("A request waits for a decision"));
    assert!(!reported.await??.contains("Olga"), "whoever walks past a locked window is told no names");
    sign_in(&page, "Anna").await.context("Anna at the locked window")?;
    approve(&page).await.context("approving")?;
    sign_in_at(&page, "Anna", "Aldo").await.context("Aldo at the locked window")?;
    verify(&page).await.context("verifying the trail")?;
    sign_in_at(&page, "Aldo", "Olga").await.context("Olga again")?;
    page.press("Credentials").await?;
    page.read_in_row("LAB\\svc-000").await.context("the change shows")?;
    page.0.close().await?;
    tokio::task::spawn_blocking(move || all_of_it_is_there(&folder)).await?
}

/// Makes a vault with people who have chosen their passwords, an approver, and credentials, of which only some are to
/// be changed.
fn prepare(home: &Path) -> Result<PathBuf> {
    let people: [(&str, &[Role]); 3] =
        [("Olga", &[Role::Operator, Role::Approver]), ("Anna", &[Role::Approver]), ("Aldo", &[Role::Auditor])];
    let folder = found(home, &people, Utc::now())?;
    let practice = Practice::unlock(&folder, Setup::default())?;
    let before = practice.app.approvers().get()?;
    practice.app.approvers().save(&ApproversForm {
        version: before.version,
        approvers: before.people.iter().map(|person| Registration { user: person.user, level: 1 }).collect(),
        rules: Rules::default(),
        operation_types: Vec::new(),
    })?;
    for number in 0..DEVICES {
        let device = practice.enter_device(&format!("srv-{number:02}"), &format!("10.0.0.{}", number + 1), 22)?;
        let services = (0..ACCOUNTS_EACH).map(|account| format!("svc-{:03}", number * ACCOUNTS_EACH + account));
        let bystander = (number < BYSTANDERS).then(|| "backup".to_owned());
        for username in services.chain(bystander) {
            let new = NewCredential { device, username: &username, password: "Start-pw-1", access: Access::None };
            practice.enter_credential(&new)?;
        }
    }
    practice.app.sessions().sign_out()?;
    Ok(folder)
}

async fn open_vault(page: &Page, name: &str) -> Result<()> {
    page.enter("Your name", name).await?;
    page.enter("Password", PASSWORD).await?;
    page.press("Unlock").await?;
    page.read("Request password change").await
}

/// Goes through the whole wizard: all credentials that match a search, one field, and every change reviewed.
async fn ask(page: &Page) -> Result<()> {
    page.press("Credentials").await?;
    page.press("Bulk action").await?;
    page.toggle("Update").await?;
    page.press("Next").await?;
    page.press("Add credentials").await?;
    page.enter("Search credentials", "svc").await?;
    page.press("Select all 200 that match").await?;
    page.press("Add 200").await?;
    page.read("200 credentials picked").await?;
    page.press("Next").await?;
    page.toggle("Modify domain").await?;
    page.enter("Domain", "LAB").await?;
    page.press("Next").await?;
    page.read("Changed (200)").await?;
    page.press("Next").await?;
    page.enter("Reason", "The lab moves.").await?;
    page.press("Save").await?;
    page.read("Request #1 created for 200 credentials").await?;
    page.press("Show request #1").await
}

/// Checks that the window offers no approval of one's own request, and that the host refuses the command if it comes
/// all the same.
async fn own_request_is_refused(page: &Page) -> Result<()> {
    page.read("This is your own request: another approver must decide.").await?;
    ensure!(!page.offers("Approve").await?, "nobody is offered to approve their own request");
    let filter = json!({
        "scope": "mine", "text": null, "states": [], "actions": [], "requesterId": null, "requestedFrom": null,
        "requestedUntil": null, "emergencyOnly": false,
    });
    let list = json!({ "filter": filter, "sort": "code", "descending": false, "cursor": null, "limit": 10 });
    let made = page.command("request_list", list).await?;
    let id = text_at(&made, "/answer/rows/0/id")?;
    let details = page.command("request_get", json!({ "id": id })).await?;
    let digest = text_at(&details, "/answer/digest")?;
    let decision = json!({
        "id": id, "digest": digest, "verdict": "approved", "reason": "", "password": null, "code": null,
    });
    let refused = page.command("request_decide", decision).await?;
    ensure!(refused.pointer("/error/code") == Some(&json!("ownRequest")), "the host refuses it by name: {refused}");
    page.press("Close").await
}

fn text_at(value: &Value, path: &str) -> Result<String> {
    Ok(value.pointer(path).and_then(Value::as_str).with_context(|| format!("{path} of {value}"))?.to_owned())
}

/// Locks the window as one person and signs in as another.
async fn sign_in_at(page: &Page, from: &str, to: &str) -> Result<()> {
    lock(page, from).await?;
    sign_in(page, to).await
}

async fn lock(page: &Page, name: &str) -> Result<()> {
    page.press_control('l').await?;
    page.read(&format!("{name} locked Team")).await
}

async fn sign_in(page: &Page, to: &str) -> Result<()> {
    page.press("Sign in as another user").await?;
    page.enter("Your name", to).await?;
    page.enter("Password", PASSWORD).await?;
    page.press("Unlock").await?;
    // The first screen depends on the roles, but the user's name is always in the sidebar.
    page.read(to).await
}

async fn approve(page: &Page) -> Result<()> {
    page.read("1 waits for you").await?;
    page.press("Approvals").await?;
    page.open_row("#1 Update").await?;
    page.read("The lab moves.").await?;
    page.read("svc-000").await?;
    page.read("LAB").await?;
    page.enter("Search credentials and values", "svc-199").await?;
    page.read("svc-199").await?;
    page.press("Approve").await?;
    page.read("This is the last approval needed: all 200 are applied immediately, or none.").await?;
    page.press("Approve 200 entries").await?;
    page.read("You approved request #1. Its state is now: Applied.").await?;
    page.read("Signature valid").await?;
    page.press("Close").await?;
    page.read("No request awaits your decision.").await?;
    ensure!(!page.text_of("nav").await?.contains("for you"), "the badge is gone");
    Ok(())
}

async fn verify(page: &Page) -> Result<()> {
    page.press("Audit trail").await?;
    page.press("Verify trail").await?;
    page.read("The audit trail is intact").await?;
    page.press("Close").await
}

/// Checks that the file contains the changes that were made in the window.
fn all_of_it_is_there(folder: &Path) -> Result<()> {
    let practice = reopen(folder)?;
    let app = &practice.app;
    let query = CredentialQuery { limit: 500, ..CredentialQuery::default() };
    let rows = app.credentials().list(&query)?.rows;
    let (meant, others): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row.credential.details.username.starts_with("svc-"));
    assert_eq!((meant.len(), others.len()), (DEVICES * ACCOUNTS_EACH, BYSTANDERS), "nobody is missing");
    assert!(meant.iter().all(|row| row.credential.details.domain == "LAB"), "all 200 were changed");
    assert!(others.iter().all(|row| row.credential.details.domain.is_empty()), "and nothing else was");
    let requests = RequestQuery::at(Utc::now(), UserId::from_uuid(app::Uuid::nil()));
    let request = app.requests().list(RequestScope::All, &requests)?.rows.pop().context("there is a request")?;
    let details = app.requests().get(request.row.id)?;
    assert_eq!(details.listed.row.state, RequestState::Applied, "the request is applied");
    assert!(details.outcome_holds, "because its signatures allow it");
    let names: Vec<_> = details.names.values().map(String::as_str).collect();
    assert_eq!(names, ["Anna"], "by Anna alone");
    let (verdict, _) = app.audit().verify()?;
    assert!(matches!(verdict, AuditVerdict::Intact { .. }), "the audit trail verifies: {verdict:?}");
    Ok(())
}

/// Opens the vault again. The program may hold it for a moment after its window has closed.
fn reopen(folder: &Path) -> Result<Practice> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        match Practice::unlock(folder, Setup::default()) {
            Ok(practice) => return Ok(practice),
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(100)),
            Err(error) => bail!(error.context("the program still holds the vault")),
        }
    }
}

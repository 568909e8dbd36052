//! Measures a bulk update of 10,000 credentials through the same functions as the window's: every page of the review,
//! the request, and the approval that applies it. Prints one line of JSON.

use std::{io::Write, time::Instant};

use anyhow::{Context, Result, bail};
use app::{
    ApproversForm, BatchDraft, BatchUpdate, Decide, PageRequest, ReviewTab, TagsUpdate,
    approval::{BatchAction, Registration, RequestState, Rules, Verdict},
    domain::{
        ConnectAs, Credential, CredentialDetails, CredentialId, CredentialStatus, Criticality, Device, DeviceDetails,
        DeviceId, ExecutionSettings, PasswordType, Role, SyncState,
    },
};
use chrono::Utc;
use tests::{Practice, Setup, found, sign_in_as};
use vault::{SignIn, Vault};

const CREDENTIALS: u64 = 10_000;
const DEVICES: u64 = 500;
const PAGE: usize = 100;

fn main() -> Result<()> {
    let parent = tempfile::tempdir()?;
    let folder = found(parent.path(), &[("Otto", &[Role::Operator]), ("Anna", &[Role::Approver])], Utc::now())?;
    let credentials = fill(&folder)?;
    let practice = Practice::unlock(&folder, Setup::default())?;
    let app = &practice.app;
    let approvers = app.approvers().get()?;
    let anna = approvers.people.first().context("Anna is an approver")?.user;
    app.approvers().save(&ApproversForm {
        version: approvers.version,
        approvers: vec![Registration { user: anna, level: 1 }],
        rules: Rules::default(),
        operation_types: Vec::new(),
    })?;
    sign_in_as(app, &folder, "Otto")?;
    let update = BatchUpdate {
        password_type: Some(PasswordType::LocalAdministrator),
        domain: Some("EXAMPLE".to_owned()),
        additional_information: Some("moved to the new house".to_owned()),
        tags: Some(TagsUpdate::Add(vec!["moved".to_owned()])),
        ..BatchUpdate::default()
    };
    let draft = BatchDraft { action: BatchAction::Update, credentials, update: Some(update) };
    let mut pages = Vec::new();
    let mut from = Some(0);
    while let Some(place) = from {
        let begun = Instant::now();
        let page = PageRequest { from: place, limit: PAGE, ..PageRequest::default() };
        let review = app.batches().review(&draft, ReviewTab::Changed, &page)?;
        pages.push(begun.elapsed().as_secs_f64() * 1000.0);
        from = review.page.next;
    }
    let request = app.batches().save(&draft, "moving house")?;
    sign_in_as(app, &folder, "Anna")?;
    let digest = hex(&app.requests().get(request)?.examination.digest());
    let decide =
        Decide { request, digest, verdict: Verdict::Approved, reason: String::new(), password: None, code: None };
    let begun = Instant::now();
    app.requests().decide(&decide)?;
    let apply_ms = begun.elapsed().as_secs_f64() * 1000.0;
    let state = app.requests().get(request)?.listed.row.state;
    if state != RequestState::Applied {
        bail!("the request is {state:?}");
    }
    let result = serde_json::json!({
        "review_p95_ms": rounded(percentile(&mut pages, 95)),
        "apply_ms": rounded(apply_ms),
        "credentials": CREDENTIALS,
    });
    writeln!(std::io::stdout(), "{result}")?;
    Ok(())
}

fn fill(folder: &std::path::Path) -> Result<Vec<CredentialId>> {
    let password = app::Secret::new(tests::PASSWORD);
    let (vault, _) = Vault::open(folder, &SignIn::password(tests::USER_NAME, &password))?;
    vault.write(|writer| {
        for number in 0..DEVICES {
            writer.devices_mut().insert(&device(number))?;
        }
        let credentials = (0..CREDENTIALS).map(|number| {
            let credential = credential(number);
            writer.credentials_mut().insert(&credential)?;
            Ok(credential.id)
        });
        credentials.collect()
    })
}

fn device(number: u64) -> Device {
    Device {
        id: DeviceId::from_uuid(app::Uuid::from_u64_pair(1, number)),
        details: DeviceDetails {
            name: format!("srv-{number:04}"),
            address: format!("srv-{number:04}.example.org"),
            kind: "Linux server".to_owned(),
            manufacturer: "Dell".to_owned(),
            model: "R640".to_owned(),
            website: String::new(),
            site: "Lisboa".to_owned(),
            domain: String::new(),
            tags: Vec::new(),
            criticality: Criticality::Medium,
            connectivities: Vec::new(),
        },
        trusts: Vec::new(),
        created_at: Utc::now(),
        updated_at: Utc::now(),
    }
}

fn credential(number: u64) -> Credential {
    Credential {
        id: CredentialId::from_uuid(app::Uuid::from_u64_pair(2, number)),
        details: CredentialDetails {
            username: format!("account{number:05}"),
            device: device(number % DEVICES).id,
            password_type: PasswordType::LocalUser,
            domain: String::new(),
            additional_information: "kept by the night shift".to_owned(),
            tags: vec!["linux".to_owned(), "night".to_owned()],
            status: CredentialStatus::Active,
            execution: ExecutionSettings {
                automatic_change: false,
                plugin: None,
                template: None,
                connect_as: ConnectAs::Own,
                ..ExecutionSettings::default()
            },
        },
        has_password: false,
        has_private_key: false,
        sync: SyncState::NoPassword,
        proven_at: None,
        password_origin: None,
        verified: None,
        pause: None,
        changed_at: None,
        created_at: Utc::now(),
        updated_at: Utc::now(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

//! The cost of key derivation, the operations that ask for a second factor, and the backup before new keys are made.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use app::{
    AppError, AuditQuery, BackupReason, Confirmation, Decide, KdfParameters, KeyFile, RevealRequest, Secret,
    UnlockVault,
    approval::{RequestState, Verdict},
    domain::{
        Role,
        parameter::{Parameter, Value},
    },
};
use tests::{PASSWORD, Practice, Setup, USER_NAME};

use crate::{
    access::people::{CHOSEN, add, sign_in},
    approvals::four_eyes::{Team, hex},
    operations::rotating::World,
};

fn confirm(key_file: Option<KeyFile>) -> Confirmation {
    Confirmation { password: Secret::new(PASSWORD), key_file }
}

fn count(practice: &Practice, action: &str) -> Result<usize> {
    let query = AuditQuery { actions: vec![action.to_owned()], limit: 100, ..AuditQuery::default() };
    Ok(practice.app.audit().list(&query)?.rows.len())
}

/// Returns the cost parameters of the signed-in user's password.
fn cost(practice: &Practice) -> Result<KdfParameters> {
    Ok(practice.app.vault_settings().get()?.key_cost.parameters)
}

#[test]
fn a_new_vaults_key_derivation_is_measured_on_the_machine_and_never_under_the_floor() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let least = KdfParameters::default();
    let setup = || Setup { unlock_takes: Some(Duration::from_millis(900)), ..Setup::default() };
    let practice = Practice::create(folder.path(), "Measured", setup())?;
    let measured = cost(&practice)?;
    assert_eq!(measured.at_least(least), measured, "it is not under the least: {measured:?}");
    let began = Instant::now();
    vault::measure(least)?;
    // If the lowest cost already takes that long, there is nothing to add.
    assert!(measured != least || began.elapsed() > Duration::from_millis(600), "it costs about a second: {measured:?}");
    let hasty = Practice::create(folder.path(), "Hasty", Setup { unlock_takes: Some(Duration::ZERO), ..setup() })?;
    assert_eq!(cost(&hasty)?, least, "whatever is asked for, the least is kept");
    Ok(())
}

#[test]
fn who_chooses_a_password_or_signs_in_gets_what_the_vault_asks_of_a_guess() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    add(practice, "Bea", &[Role::Administrator])?;
    let least = KdfParameters::FLOOR;
    let dearer = KdfParameters { iterations: least.iterations + 1, ..least };
    practice.app.vault_settings().save_key_cost(dearer, &confirm(None))?;
    assert_eq!(practice.app.vault_settings().get()?.slots_behind, 1, "Bea's is cheaper now");
    sign_in(practice, &vault, "Bea", CHOSEN)?;
    assert_eq!(cost(practice)?, dearer, "until she has signed in once more");
    assert_eq!(practice.app.vault_settings().get()?.slots_behind, 0, "nobody is behind");
    sign_in(practice, &vault, "Bea", CHOSEN)?;
    practice.sign_in_at(&vault)?;
    add(practice, "Carl", &[Role::Administrator])?;
    sign_in(practice, &vault, "Carl", CHOSEN)?;
    assert_eq!(cost(practice)?, dearer, "and who comes later begins with it");
    Ok(())
}

#[test]
fn a_backup_is_made_before_keys_are_made_anew() -> Result<()> {
    let world = World::new()?;
    let practice = &world.practice;
    let before = || -> Result<usize> {
        let backups = practice.app.backups().list()?;
        Ok(backups.iter().filter(|row| row.backup.reason == BackupReason::BeforeRekey).count())
    };
    practice.app.vault_settings().rekey(&confirm(None))?;
    assert_eq!(before()?, 1, "before new keys by hand");
    let bruno = add(practice, "Bruno", &[Role::Operator, Role::Auditor])?;
    practice.app.users().save(bruno, "Bruno", &[Role::Operator, Role::Auditor, Role::Approver])?;
    assert_eq!(before()?, 1, "who gets a role loses no key");
    practice.app.users().save(bruno, "Bruno", &[Role::Auditor])?;
    assert_eq!(before()?, 2, "before somebody loses the key to passwords");
    practice.app.users().disable(bruno)?;
    assert_eq!(before()?, 3, "before somebody is shut out");
    practice.app.users().remove(bruno)?;
    assert_eq!(before()?, 3, "who was shut out has no key to lose");
    practice.app.recovery().make(None)?;
    assert_eq!(before()?, 3, "a first kit makes nothing anew");
    practice.app.recovery().make(Some(&confirm(None)))?;
    assert_eq!(before()?, 4, "before a kit is replaced");
    assert_eq!(count(practice, "backup.made")?, 4, "each is in the trail");
    Ok(())
}

#[test]
fn closing_the_program_and_opening_another_vault_are_signings_out() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    practice.app.vaults().release();
    practice.sign_in_at(&vault)?;
    assert_eq!(count(practice, "session.signedOut")?, 1, "the program was closed");
    let elsewhere = tempfile::tempdir()?;
    practice.create_vault(elsewhere.path(), "Elsewhere")?;
    practice.sign_in_at(&vault)?;
    assert_eq!(count(practice, "session.signedOut")?, 2, "another vault was made");
    practice.app.sessions().lock(app::LockReason::Person);
    practice.app.sessions().end()?;
    practice.sign_in_at(&vault)?;
    assert_eq!(count(practice, "session.signedOut")?, 3, "the locked vault was closed as the program ended");
    let (verdict, signer) = practice.app.audit().verify()?;
    assert!(
        matches!(verdict, app::AuditVerdict::Intact { heads: 6, .. }),
        "each beginning was signed, and each end by who sat there: {verdict:?}"
    );
    assert_eq!(signer.as_deref(), Some(USER_NAME), "by who sat there");
    Ok(())
}

#[test]
fn who_needs_a_key_file_decides_with_it() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    app.parameters().save(Parameter::DecideNeedsPassword, Value::Switch(true))?;
    team.sign_in_as("Anna")?;
    let file = || KeyFile::from_content(b"something that only Anna has");
    app.account().set_key_file(&confirm(None), Some(&file()))?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    app.sessions().unlock(&UnlockVault {
        folder: team.folder.clone(),
        user_name: "Anna".to_owned(),
        password: Secret::new(PASSWORD),
        key_file: Some(file()),
    })?;
    let details = team.get(id)?;
    assert!(details.needs_password && details.needs_key_file, "the window asks for both");
    let digest = hex(&details.examination.digest());
    let decide = |password| {
        let (digest, reason) = (digest.clone(), String::new());
        app.requests().decide(&Decide { request: id, digest, verdict: Verdict::Approved, reason, password, code: None })
    };
    assert!(matches!(decide(None), Err(AppError::Invalid { .. })), "it is asked for");
    assert!(matches!(decide(Some(confirm(None))), Err(AppError::WrongPassword)), "the password alone is not enough");
    decide(Some(confirm(Some(file()))))?;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Applied, "with the file it is");
    Ok(())
}

#[test]
fn wrong_codes_are_written_down_and_make_the_next_one_rest() -> Result<()> {
    let world = World::new()?;
    let (practice, app) = (&world.practice, &world.practice.app);
    let setup = app.account().begin_totp(&confirm(None), None)?;
    app.account().confirm_totp(&code(&setup.secret)?)?;
    app.parameters().save(Parameter::RevealNeedsCode, Value::Switch(true))?;
    let reveal_request = |code: &str| RevealRequest { justification: None, code: Some(code.to_owned()) };
    for _ in 0..3 {
        let refused = app.secrets().reveal(world.deploy, &reveal_request("abcdef"));
        assert!(matches!(refused, Err(AppError::WrongCode)), "it is wrong");
    }
    let rests = app.secrets().reveal(world.deploy, &reveal_request("abcdef"));
    let Err(AppError::SignInRests { .. }) = rests else { bail!("it rests") };
    assert_eq!(count(practice, "account.codeRefused")?, 3, "each is in the trail");
    Ok(())
}

/// Returns the code that an authenticator shows now for a shared secret.
fn code(secret: &Secret) -> Result<String> {
    // EXPOSE: the test is the authenticator.
    let secret = totp_rs::Secret::try_from_base32(secret.expose()).context("a shared secret")?;
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("test".to_owned())
        .build()
        .context("an authenticator")?;
    Ok(totp.generate(u64::try_from(chrono::Utc::now().timestamp())?).to_string())
}

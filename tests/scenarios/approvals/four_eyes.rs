//! One person requests and another decides, through the same functions as the window's, each with their own keys.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::{
    AppError, ApproversForm, BatchDraft, BatchUpdate, CannotDecide, Connector, Connectors, Decide, Desktop,
    KdfParameters, PageRequest, RequestAction, RequestDetails, RequestQuery, RequestScope, Selection,
    approval::{BatchAction, BatchField, Registration, RequestState, Rules, Verdict},
    domain::{
        CredentialId, RequestId, Role,
        operation::{OperationState, OperationType},
        parameter::{Parameter, Value},
    },
};
use chrono::{TimeDelta, Utc};
use tests::{Access, Hands, NewCredential, Practice, PretendedDevice, Setup, found, impatient, sign_in_as};

use crate::access::sessions::Remembering;

/// A team: Ada founded the vault, Otto and Olga request, and Anna, Bert and Olga decide.
pub struct Team {
    pub practice: Practice,
    pub folder: PathBuf,
    pub hands: Arc<Hands>,
    pub device: PretendedDevice,
    pub root: CredentialId,
    pub deploy: CredentialId,
    _parent: tempfile::TempDir,
}

/// Writes the team's unused vault into a folder. Making it takes many key derivations, so it is made once and its files
/// are copied for each test.
fn founded(parent: &Path) -> Result<PathBuf> {
    static FILES: Mutex<Vec<(OsString, Vec<u8>)>> = Mutex::new(Vec::new());
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = parent.join("Team.vault");
    if files.is_empty() {
        let people: [(&str, &[Role]); 4] = [
            ("Otto", &[Role::Operator]),
            ("Olga", &[Role::Operator, Role::Approver]),
            ("Anna", &[Role::Approver]),
            ("Bert", &[Role::Approver]),
        ];
        found(parent, &people, Utc::now() - TimeDelta::hours(1))?;
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            files.push((entry.file_name(), std::fs::read(entry.path())?));
        }
        return Ok(folder);
    }
    std::fs::create_dir(&folder)?;
    for (name, content) in files.iter() {
        std::fs::write(folder.join(name), content)?;
    }
    Ok(folder)
}

impl Team {
    pub fn new() -> Result<Self> {
        Self::at(None)
    }

    /// As [`Team::new`], on a desktop that remembers the vaults that it has seen.
    pub fn with_desktop() -> Result<Self> {
        Self::at(Some(Arc::new(Remembering::default())))
    }

    fn at(desktop: Option<Arc<dyn Desktop>>) -> Result<Self> {
        let parent = tempfile::tempdir()?;
        let hands = Arc::new(Hands::default());
        let folder = founded(parent.path())?;
        let device = PretendedDevice::with_account("root", "Root-pw-1");
        device.set_password("deploy", "Start-pw-1");
        let connectors = Connectors::new([Arc::new(device.clone()) as Arc<dyn Connector>]);
        let (connectors, parameters) = (Some(connectors), impatient());
        let setup = Setup {
            connectors,
            parameters,
            clock: hands.clone(),
            desktop,
            kdf: KdfParameters::FLOOR,
            ..Setup::default()
        };
        let practice = Practice::unlock(&folder, setup)?;
        // In these tests people sign in one after the other while the executor goes on.
        practice.app.parameters().save(Parameter::RotateWhileLocked, Value::Switch(true))?;
        let device_id = practice.enter_device("srv-01", "10.0.0.1", 22)?;
        practice.accept_host_key(device_id)?;
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device: device_id, username, password, access })
        };
        let root = enter("root", "Root-pw-1", Access::None)?;
        let deploy = enter("deploy", "Start-pw-1", Access::Through(root, "ssh-root-chpasswd"))?;
        let team = Self { practice, folder, hands, device, root, deploy, _parent: parent };
        team.set_rules(&[], Rules::default())?;
        Ok(team)
    }

    /// Registers, as Ada, everybody who holds the role at level 1.
    pub fn set_rules(&self, operation_types: &[OperationType], rules: Rules) -> Result<()> {
        let before = self.practice.app.approvers().get()?;
        let approvers = before.people.iter().map(|person| Registration { user: person.user, level: 1 });
        let form = ApproversForm {
            version: before.version,
            approvers: approvers.collect(),
            rules,
            operation_types: operation_types.to_vec(),
        };
        Ok(self.practice.app.approvers().save(&form)?)
    }

    pub fn sign_in_as(&self, name: &str) -> Result<()> {
        sign_in_as(&self.practice.app, &self.folder, name)
    }

    /// Requests, as the signed-in user, another domain on both credentials.
    pub fn ask(&self, domain: &str) -> Result<RequestId> {
        let update = BatchUpdate { domain: Some(domain.to_owned()), ..BatchUpdate::default() };
        let credentials = vec![self.root, self.deploy];
        let draft = BatchDraft { action: BatchAction::Update, credentials, update: Some(update) };
        Ok(self.practice.app.batches().save(&draft, "moving house")?)
    }

    pub fn get(&self, id: RequestId) -> Result<RequestDetails> {
        Ok(self.practice.app.requests().get(id)?)
    }

    /// Decides, as the signed-in user, on the content that the window shows.
    pub fn decide(&self, id: RequestId, verdict: Verdict, reason: &str) -> Result<Result<(), AppError>> {
        let digest = hex(&self.get(id)?.examination.digest());
        let decide = Decide { request: id, digest, verdict, reason: reason.to_owned(), password: None, code: None };
        Ok(self.practice.app.requests().decide(&decide))
    }

    pub fn domains(&self) -> Result<Vec<String>> {
        [self.root, self.deploy]
            .into_iter()
            .map(|id| Ok(self.practice.app.credentials().get(id)?.0.credential.details.domain))
            .collect()
    }

    /// Waits until an operation is in a state.
    pub fn until(&self, id: app::domain::OperationId, state: OperationState) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        while self.practice.app.operations().get(id)?.row.record.state != state {
            if Instant::now() > until {
                bail!("it is {:?}", self.practice.app.operations().get(id)?.row.record.state);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn one_asks_another_approves_and_all_of_it_happens_at_once() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    assert_eq!(team.domains()?, ["", ""], "nothing takes effect before it is approved");
    assert_eq!(app.requests().waiting()?, 0, "it does not wait for who asked");
    assert!(matches!(team.decide(id, Verdict::Approved, "")?, Err(AppError::Forbidden)), "Otto decides nothing");
    team.sign_in_as("Anna")?;
    assert_eq!(app.requests().waiting()?, 1, "it waits for Anna");
    let query = RequestQuery::at(Utc::now(), app::domain::UserId::from_uuid(app::Uuid::nil()));
    let inbox = app.requests().list(RequestScope::WaitingForMe, &query)?;
    assert_eq!(inbox.rows[0].doings, [RequestAction::Approve, RequestAction::Reject], "what she may do");
    let tasks = app.requests().tasks(id, &PageRequest { limit: 10, ..PageRequest::default() })?;
    assert_eq!(tasks.total, 2, "both credentials");
    assert_eq!(tasks.rows[0].changes[0].0, BatchField::Domain, "exactly the field that changes");
    team.decide(id, Verdict::Approved, "seen")??;
    let details = team.get(id)?;
    assert_eq!(details.listed.row.state, RequestState::Applied, "approved is applied");
    assert_eq!(details.names.values().next().map(String::as_str), Some("Anna"), "by Anna");
    assert_eq!(app.requests().waiting()?, 0, "nothing waits any more");
    assert!(matches!(app.credentials().get(team.root), Err(AppError::Forbidden)), "approvers see requests only");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["EXAMPLE", "EXAMPLE"], "both have it");
    Ok(())
}

#[test]
fn nobody_decides_on_their_own_request_whatever_their_roles() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Olga")?;
    let id = team.ask("EXAMPLE")?;
    let details = team.get(id)?;
    assert_eq!(details.not_mine, Some(CannotDecide::OwnRequest), "she is told before she tries");
    assert_eq!(details.listed.doings, [RequestAction::Cancel], "she may take it back");
    assert!(matches!(team.decide(id, Verdict::Approved, "")?, Err(AppError::OwnRequest)), "and nothing else");
    assert_eq!(team.domains()?, ["", ""], "nothing happened");
    team.practice.app.requests().cancel(id)?;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Canceled, "taken back");
    Ok(())
}

#[test]
fn a_no_needs_a_reason_and_ends_it() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.sign_in_as("Bert")?;
    assert!(matches!(team.decide(id, Verdict::Rejected, " ")?, Err(AppError::Invalid { .. })), "a no has a reason");
    team.decide(id, Verdict::Rejected, "not this week")??;
    assert_eq!(team.get(id)?.listed.row.state, RequestState::Rejected, "it has ended");
    team.sign_in_as("Anna")?;
    let late = team.decide(id, Verdict::Approved, "")?;
    assert!(matches!(late, Err(AppError::RequestEnded { state: RequestState::Rejected })), "for everybody: {late:?}");
    Ok(())
}

#[test]
fn what_is_signed_is_what_was_shown() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let (shown, other) = (team.ask("EXAMPLE")?, team.ask("OTHER")?);
    team.sign_in_as("Anna")?;
    let digest = hex(&team.get(shown)?.examination.digest());
    let reason = String::new();
    let decide = Decide { request: other, digest, verdict: Verdict::Approved, reason, password: None, code: None };
    let refused = team.practice.app.requests().decide(&decide);
    assert!(matches!(refused, Err(AppError::ContentChanged)), "she was shown something else: {refused:?}");
    Ok(())
}

#[test]
fn a_change_meanwhile_is_a_conflict_and_can_be_asked_for_again() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let (first, second) = (team.ask("FIRST")?, team.ask("SECOND")?);
    team.sign_in_as("Anna")?;
    team.decide(first, Verdict::Approved, "")??;
    team.decide(second, Verdict::Approved, "")??;
    let details = team.get(second)?;
    assert_eq!(details.listed.row.state, RequestState::Conflict, "the credentials are no longer what they were");
    let conflict = details.record.conflicts.first().context("it says what differs")?;
    assert_eq!((&*conflict.expected, &*conflict.found), ("", "FIRST"), "what was expected, what was found");
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["FIRST", "FIRST"], "nothing of the second happened");
    let again = team.practice.app.requests().repeat(second, "still moving")?;
    team.sign_in_as("Bert")?;
    team.decide(again, Verdict::Approved, "")??;
    team.sign_in_as("Otto")?;
    assert_eq!(team.domains()?, ["SECOND", "SECOND"], "from what they hold now");
    Ok(())
}

#[test]
fn a_request_ends_when_its_time_is_over_even_while_it_is_shown() -> Result<()> {
    let team = Team::new()?;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    team.sign_in_as("Anna")?;
    assert_eq!(team.get(id)?.not_mine, None, "she could decide");
    team.hands.turn(TimeDelta::hours(25));
    let late = team.decide(id, Verdict::Approved, "")?;
    assert!(matches!(late, Err(AppError::RequestEnded { state: RequestState::Expired })), "too late: {late:?}");
    team.hands.turn(TimeDelta::hours(-25));
    let back = team.decide(id, Verdict::Approved, "")?;
    assert!(matches!(back, Err(AppError::RequestEnded { .. })), "a clock that is set back changes nothing: {back:?}");
    Ok(())
}

#[test]
fn changes_that_need_approval_run_when_they_have_it() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    team.set_rules(&[OperationType::ChangePassword], Rules::default())?;
    team.sign_in_as("Otto")?;
    let selection = Selection::Ids(vec![team.deploy]);
    let silent = app.operations().request_change(&selection, None);
    assert!(matches!(silent, Err(AppError::Invalid { .. })), "a request has a reason");
    let requested = app.operations().request_change_because(&selection, None, Some("it was on a slide"))?;
    let (operation, request) = (requested.operations[0], requested.request.context("it waits for a request")?);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(app.operations().get(operation)?.row.record.state, OperationState::AwaitingApproval, "it waits");
    assert_eq!(team.device.password("deploy"), "Start-pw-1", "and nothing was changed");
    team.sign_in_as("Anna")?;
    team.decide(request, Verdict::Approved, "")??;
    team.sign_in_as("Otto")?;
    team.until(operation, OperationState::Succeeded)?;
    assert_ne!(team.device.password("deploy"), "Start-pw-1", "now it is");
    let again = app.operations().request_change_because(&selection, None, Some("again"))?;
    team.sign_in_as("Bert")?;
    team.decide(again.request.context("it waits")?, Verdict::Rejected, "twice a day is enough")??;
    team.sign_in_as("Otto")?;
    team.until(again.operations[0], OperationState::Canceled)
}

#[test]
fn an_emergency_is_allowed_by_an_approval_and_shown_for_ever() -> Result<()> {
    let team = Team::new()?;
    let app = &team.practice.app;
    team.sign_in_as("Otto")?;
    let id = team.ask("EXAMPLE")?;
    let digest = hex(&team.get(id)?.examination.digest());
    team.sign_in_as("Ada")?;
    let forbidden = app.requests().apply_in_emergency(id, &digest, "the house burns");
    assert!(matches!(forbidden, Err(AppError::EmergencyForbidden)), "nobody allowed it: {forbidden:?}");
    let switch = app.approvers().switch_emergency(true, "for nights")?.context("it is a request of its own")?;
    assert!(!app.approvers().get()?.emergency_allowed, "asking for it allows nothing");
    team.sign_in_as("Anna")?;
    team.decide(switch, Verdict::Approved, "")??;
    team.sign_in_as("Otto")?;
    let urgent = team.ask("URGENT")?;
    let digest = hex(&team.get(urgent)?.examination.digest());
    team.sign_in_as("Ada")?;
    assert!(app.approvers().get()?.emergency_allowed, "now it is allowed");
    assert!(app.requests().apply_in_emergency(urgent, &digest, " ").is_err(), "not without words");
    app.requests().apply_in_emergency(urgent, &digest, "the house burns")?;
    let details = team.get(urgent)?;
    assert!(details.listed.row.emergency, "every list shows it");
    assert_eq!(details.record.emergency.map(|emergency| emergency.justification).as_deref(), Some("the house burns"));
    assert_eq!(team.domains()?, ["URGENT", "URGENT"], "it happened");
    app.approvers().switch_emergency(false, "the night is over")?;
    assert!(!app.approvers().get()?.emergency_allowed, "taken back at once");
    Ok(())
}

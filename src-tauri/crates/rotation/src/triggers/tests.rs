//! What triggers do over days and years, with a clock that the tests set.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AcceptedTrust, ConnectAs, Connectivity, Credential, CredentialDetails, CredentialId, CredentialStatus, Criticality,
    Device, DeviceDetails, DeviceId, ExecutionSettings, FailureCode, HostKey, OperationId, PasswordType, Pause,
    PluginId, PolicyId, SecretKind, SecretOrigin, StrengthId, SyncState, Trust,
    operation::{OperationOrigin, OperationState, OperationType},
    policy::{
        Criteria, Overrides, PeriodTrigger, PeriodUnit, Policy, PolicyDetails, Triggers, ViewTrigger, Weekday, Window,
    },
};
use secret::Secret;
use tempfile::TempDir;
use uuid::Uuid;
use vault::{
    KdfParameters, NewOperation, NewVault, OperationFilter, OperationQuery, OperationRow, Session, Vault, VaultError,
};

use super::look;
use crate::Parameters;

/// The strength that comes with the program.
const DEFAULT: u128 = 0x0000_0000_0000_7000_8000_0000_0000_0001;

struct World {
    vault: Vault,
    session: Session,
    device: DeviceId,
    _folder: TempDir,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn days(every: u32, windows: Vec<Window>) -> Triggers {
    Triggers { period: Some(PeriodTrigger { every, unit: PeriodUnit::Days, windows }), ..Triggers::default() }
}

impl World {
    /// A vault with one device.
    fn new(now: DateTime<Utc>) -> Result<Self> {
        let folder = TempDir::new()?;
        let password = Secret::new("correct horse battery");
        let new = NewVault { name: "Team", user_name: "Ada", password: &password, kdf: KdfParameters::FLOOR, now };
        let (vault, session) = Vault::create(folder.path(), &new)?;
        let device = device(&session, now);
        vault.write(|w| w.devices_mut().insert(&device))?;
        Ok(Self { vault, session, device: device.id, _folder: folder })
    }

    /// Enters a credential whose password was entered at a time.
    fn enter(&self, username: &str, at: DateTime<Utc>) -> Result<CredentialId> {
        let credential = credential(self.device, username, at);
        let key = self.session.require_secrets_key()?;
        self.vault.write(|w| {
            w.credentials_mut().insert(&credential)?;
            let secret = Secret::new(format!("first of {username}"));
            w.secrets_mut().set_current(key, credential.id, SecretKind::Password, &secret, SecretOrigin::Entered, at)
        })?;
        Ok(credential.id)
    }

    /// Enters credentials that a person has changed once.
    fn enter_changed(&self, count: u32, at: DateTime<Utc>) -> Result<Vec<CredentialId>> {
        (0..count)
            .map(|number| {
                let id = self.enter(&format!("user{number:04}"), at)?;
                self.requested_and_done(id, at)?;
                Ok(id)
            })
            .collect()
    }

    fn requested_and_done(&self, credential: CredentialId, at: DateTime<Utc>) -> Result<()> {
        let id = OperationId::from_uuid(Uuid::now_v7());
        self.vault.write(|w| {
            w.operations_mut().insert(&NewOperation {
                id,
                kind: OperationType::ChangePassword,
                credential,
                device: self.device,
                requester: self.session.user().id,
                state: OperationState::Scheduled,
                scheduled_at: at,
                immediate: false,
                priority: NewOperation::USUAL_PRIORITY,
                origin: OperationOrigin::Person,
                cause: None,
                created_at: at,
            })
        })?;
        self.done(&self.row(id)?, at)
    }

    fn row(&self, id: OperationId) -> Result<OperationRow> {
        self.vault.read(|r| r.operations().row(id))?.context("the operation is there")
    }

    /// Ends an operation as the executor does when the device obeyed.
    fn done(&self, row: &OperationRow, now: DateTime<Utc>) -> Result<()> {
        let record = &row.record;
        let key = self.session.require_secrets_key()?;
        Ok(self.vault.write(|w| {
            let secret = Secret::new(format!("password of {now}"));
            let kind = SecretKind::Password;
            w.secrets_mut().set_current(key, record.credential, kind, &secret, SecretOrigin::Generated, now)?;
            w.operations_mut().set_state(record.id, OperationState::Succeeded, None, now)
        })?)
    }

    fn failed(&self, row: &OperationRow, failure: FailureCode, now: DateTime<Utc>) -> Result<()> {
        Ok(self.vault.write(|w| {
            w.operations_mut().set_failure(row.record.id, Some(failure))?;
            w.operations_mut().set_state(row.record.id, OperationState::Error, None, now)
        })?)
    }

    fn policy(&self, triggers: Triggers, now: DateTime<Utc>) -> Result<PolicyId> {
        let policy = Policy {
            id: PolicyId::from_uuid(Uuid::now_v7()),
            details: PolicyDetails {
                name: "All".to_owned(),
                priority: 50,
                strength: StrengthId::from_uuid(Uuid::from_u128(DEFAULT)),
                criteria: Criteria::default(),
                triggers,
                overrides: Overrides::default(),
            },
            pause: None,
            created_at: now,
            updated_at: now,
        };
        self.vault.write(|w| w.policies_mut().save(&policy))?;
        Ok(policy.id)
    }

    /// Looks as often as there is something to do at this moment.
    fn look(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        loop {
            let next = look(&self.vault, &Parameters::default(), now)?;
            if next.is_none_or(|next| next > now) {
                return Ok(next);
            }
        }
    }

    fn open(&self) -> Result<Vec<OperationRow>> {
        let query = OperationQuery {
            filter: OperationFilter { states: vec![OperationState::Scheduled], ..OperationFilter::default() },
            limit: 5_000,
            ..OperationQuery::default()
        };
        Ok(self.vault.read(|r| r.operations().list(&query))?.rows)
    }
}

fn device(session: &Session, now: DateTime<Utc>) -> Device {
    let key = HostKey { algorithm: "a".to_owned(), key: "k".to_owned(), fingerprint: "f".to_owned() };
    Device {
        id: DeviceId::from_uuid(Uuid::now_v7()),
        details: DeviceDetails {
            name: "srv-01".to_owned(),
            address: "10.0.0.1".to_owned(),
            kind: "Linux server".to_owned(),
            manufacturer: "Dell".to_owned(),
            model: String::new(),
            website: String::new(),
            site: String::new(),
            domain: String::new(),
            tags: Vec::new(),
            criticality: Criticality::Medium,
            connectivities: vec![Connectivity::plain(PluginId::known("ssh"), 22)],
        },
        trusts: vec![AcceptedTrust {
            plugin: PluginId::known("ssh"),
            trust: Trust::HostKey(key),
            accepted_by: session.user().id,
            accepted_at: now,
        }],
        created_at: now,
        updated_at: now,
    }
}

fn credential(device: DeviceId, username: &str, now: DateTime<Utc>) -> Credential {
    Credential {
        id: CredentialId::from_uuid(Uuid::now_v7()),
        details: CredentialDetails {
            username: username.to_owned(),
            device,
            password_type: PasswordType::LocalUser,
            domain: String::new(),
            additional_information: String::new(),
            tags: Vec::new(),
            status: CredentialStatus::Active,
            execution: ExecutionSettings {
                automatic_change: true,
                plugin: Some("ssh".to_owned()),
                template: Some("ssh-own-passwd".to_owned()),
                connect_as: ConnectAs::Own,
                ..ExecutionSettings::default()
            },
        },
        has_password: false,
        has_private_key: false,
        sync: SyncState::NoPassword,
        proven_at: None,
        password_origin: None,
        changed_at: None,
        verified: None,
        pause: None,
        created_at: now,
        updated_at: now,
    }
}

#[test]
fn nothing_is_changed_by_itself_before_a_person_has_changed_it_once() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    let credential = world.enter("root", start)?;
    world.policy(days(30, Vec::new()), start)?;
    world.look(start)?;
    world.look(start + TimeDelta::days(60))?;
    world.look(start + TimeDelta::days(60) + TimeDelta::hours(2))?;
    assert!(world.open()?.is_empty(), "no person ever changed it");
    let changed = start + TimeDelta::days(61);
    world.requested_and_done(credential, changed)?;
    let next = world.look(changed)?.context("it is due some day")?;
    let month = changed + TimeDelta::days(30);
    assert!((month - TimeDelta::hours(36)..=month).contains(&next), "thirty days after that at the latest: {next}");
    Ok(())
}

#[test]
fn a_period_makes_one_operation_and_counts_anew_from_its_success() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    world.enter_changed(1, start)?;
    world.policy(days(30, Vec::new()), start)?;
    let due = world.look(start)?.context("it is due some day")?;
    world.look(due - TimeDelta::seconds(1))?;
    assert!(world.open()?.is_empty(), "its time has not come");
    world.look(due)?;
    let open = world.open()?;
    assert_eq!(open.len(), 1, "its time has come");
    assert_eq!(open[0].record.origin, OperationOrigin::Period, "and it says why");
    assert_eq!(open[0].requester_name, "All", "the policy asked for it");
    for minutes in 1..100 {
        world.look(due + TimeDelta::minutes(minutes))?;
    }
    assert_eq!(world.open()?.len(), 1, "an open operation gets no second one");
    let done = due + TimeDelta::hours(2);
    world.done(&open[0], done)?;
    let next = world.look(done)?.context("it is due again")?;
    let month = done + TimeDelta::days(30);
    assert!((month - TimeDelta::hours(36)..=month).contains(&next), "it counts from the success: {next}");
    assert!(world.open()?.is_empty(), "nothing more for now");
    Ok(())
}

#[test]
fn what_downtime_left_undone_is_spread_and_told_and_not_fired_at_once() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    world.enter_changed(120, start)?;
    world.policy(days(30, Vec::new()), start)?;
    world.look(start)?;
    let back = start + TimeDelta::days(45);
    world.look(back)?;
    let at_once = world.open()?.len();
    assert!(at_once <= 5, "it is no burst: {at_once} at once");
    let missed = world.vault.read(|r| r.schedules().missed(back))?.context("something was missed")?;
    assert!(missed.count >= 110 && missed.until <= back + TimeDelta::hours(1), "it is told: {missed:?}");
    let mut before = at_once;
    for seconds in (30..=240).step_by(30) {
        world.look(back + TimeDelta::seconds(seconds))?;
        let open = world.open()?.len();
        assert!(open - before <= 40, "they come one after the other: {} in half a minute", open - before);
        before = open;
    }
    assert_eq!(before, 120, "and each of them comes, two seconds apart in the mean");
    Ok(())
}

#[test]
fn a_clock_that_jumps_forward_or_back_neither_fires_a_burst_nor_stops_the_work() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    world.enter_changed(60, start)?;
    world.policy(days(30, Vec::new()), start)?;
    world.look(start)?;
    let forward = at("2031-01-01T00:00:00Z");
    world.look(forward)?;
    let burst = world.open()?.len();
    assert!(burst <= 5, "five years at once are no burst: {burst}");
    for row in world.open()? {
        world.done(&row, forward)?;
    }
    let back = start + TimeDelta::hours(1);
    world.look(back)?;
    assert!(world.open()?.is_empty(), "nothing is due back then");
    let month = back + TimeDelta::days(30);
    let mut now = back;
    while let Some(next) = world.look(now)?.filter(|next| *next <= month) {
        now = next;
    }
    assert_eq!(world.open()?.len(), 60, "a month later all of them are, those changed in the future too");
    Ok(())
}

#[test]
fn a_nightly_window_is_neither_skipped_nor_run_twice_where_the_clocks_change() -> Result<()> {
    let every_day = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    // Berlin leaves 02:00 to 03:00 out on 29 March 2026, and has it twice on 25 October.
    for from in ["2026-03-26T12:00:00Z", "2026-10-22T12:00:00Z"] {
        let start = at(from);
        let world = World::new(start)?;
        world.vault.write(|w| w.schedules_mut().set_time_zone("Europe/Berlin"))?;
        world.enter_changed(1, start)?;
        let window = Window { weekdays: every_day.to_vec(), from: 130, to: 160 };
        let period = PeriodTrigger { every: 12, unit: PeriodUnit::Hours, windows: vec![window] };
        world.policy(Triggers { period: Some(period), ..Triggers::default() }, start)?;
        let mut runs = Vec::new();
        let (mut now, end) = (start, start + TimeDelta::days(6));
        while now < end {
            let next = world.look(now)?;
            for row in world.open()? {
                runs.push(now);
                world.done(&row, now)?;
            }
            // As the executor does: at the next due time, and now and then in between.
            now = next.filter(|next| *next > now).unwrap_or(end).min(now + TimeDelta::minutes(47));
        }
        assert_eq!(runs.len(), 6, "once each night: {runs:?}");
        let apart: Vec<i64> = runs.windows(2).map(|two| (two[1] - two[0]).num_hours()).collect();
        assert!(apart.iter().all(|hours| (22..=26).contains(hours)), "about a day apart: {apart:?}");
    }
    Ok(())
}

#[test]
fn a_pause_of_the_credential_the_policy_or_everything_holds_triggers_up() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    let credential = world.enter_changed(1, start)?[0];
    let policy = world.policy(days(30, Vec::new()), start)?;
    let due = world.look(start)?.context("it is due some day")?;
    let pause = Pause { reason: "an audit".to_owned(), by: world.session.user().id, at: start };
    let look_after = |minutes| {
        world.look(due + TimeDelta::minutes(minutes))?;
        Ok::<_, anyhow::Error>(world.open()?.len())
    };
    world.vault.write(|w| w.pauses_mut().pause_everything(&pause))?;
    assert_eq!(look_after(0)?, 0, "everything rests");
    world.vault.write(|w| w.policies_mut().set_pause(policy, Some(&pause), start))?;
    world.vault.write(|w| w.pauses_mut().resume_everything())?;
    assert_eq!(look_after(1)?, 0, "the policy rests");
    world.vault.write(|w| w.pauses_mut().pause_credential(credential, &pause))?;
    world.vault.write(|w| w.policies_mut().set_pause(policy, None, start))?;
    assert_eq!(look_after(2)?, 0, "the credential rests");
    world.vault.write(|w| w.pauses_mut().resume_credential(credential))?;
    assert_eq!(look_after(3)?, 1, "nothing rests any more");
    Ok(())
}

#[test]
fn a_look_at_a_password_lets_it_be_changed_after_the_delay() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    let credential = world.enter_changed(1, start)?[0];
    let view = ViewTrigger { delay_minutes: 60, windows: Vec::new() };
    world.policy(Triggers { view: Some(view), ..Triggers::default() }, start)?;
    let seen = start + TimeDelta::days(3);
    for minutes in [-1, 0] {
        world.look(seen + TimeDelta::minutes(minutes))?;
    }
    world.vault.write(|w| w.schedules_mut().note_view(credential, seen))?;
    assert_eq!(world.look(seen)?, Some(seen + TimeDelta::hours(1)), "an hour after the first look");
    world.vault.write(|w| w.schedules_mut().note_view(credential, seen + TimeDelta::minutes(50)))?;
    world.look(seen + TimeDelta::hours(1))?;
    let open = world.open()?;
    assert_eq!(open.len(), 1, "a second look does not put it off");
    assert_eq!(open[0].record.origin, OperationOrigin::View, "and it says why");
    world.done(&open[0], seen + TimeDelta::hours(2))?;
    assert_eq!(world.look(seen + TimeDelta::hours(2))?, None, "the new password was seen by nobody");
    Ok(())
}

#[test]
fn an_error_that_a_person_must_look_at_holds_triggers_up_and_a_passing_one_lets_them_rest() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    for (failure, tried_again) in [(FailureCode::AuthenticationFailed, false), (FailureCode::Unreachable, true)] {
        let world = World::new(start)?;
        world.enter_changed(1, start)?;
        world.policy(days(30, Vec::new()), start)?;
        let due = world.look(start)?.context("it is due some day")?;
        world.look(due)?;
        let row = world.open()?.into_iter().next().context("it is due")?;
        world.failed(&row, failure, due)?;
        for hour in 0..23 {
            world.look(due + TimeDelta::hours(hour))?;
        }
        assert!(world.open()?.is_empty(), "{failure:?}: not at once");
        for minutes in 0..12 {
            world.look(due + TimeDelta::hours(24) + TimeDelta::minutes(minutes))?;
        }
        assert_eq!(world.open()?.len(), usize::from(tried_again), "{failure:?}: a day later");
    }
    Ok(())
}

#[test]
fn an_expiry_that_a_person_sets_is_kept_until_the_password_is_changed() -> Result<()> {
    let start = at("2026-01-01T00:00:00Z");
    let world = World::new(start)?;
    let credential = world.enter_changed(1, start)?[0];
    let expiry = domain::policy::ExpiryTrigger { lifetime_days: 90, windows: Vec::new() };
    world.policy(Triggers { expiry: Some(expiry), ..Triggers::default() }, start)?;
    world.look(start)?;
    let expires =
        || world.vault.read(|r| Ok::<_, VaultError>(r.schedules().row(credential)?.and_then(|row| row.expires_at)));
    assert_eq!(expires()?, Some(start + TimeDelta::days(90)), "as the policy says");
    let now = start + TimeDelta::days(2);
    world.look(now - TimeDelta::minutes(1))?;
    world.vault.write(|w| w.schedules_mut().set_expiry(credential, now))?;
    world.look(now)?;
    let open = world.open()?;
    assert_eq!(open.first().map(|row| row.record.origin), Some(OperationOrigin::Expiry), "it is changed now");
    world.done(&open[0], now)?;
    world.look(now)?;
    assert_eq!(expires()?, Some(now + TimeDelta::days(90)), "and the new password is good for ninety days");
    Ok(())
}

//! Every policy, made ready: which one applies to a credential, what holds its triggers up, and when they are due.
//!
//! The book is a function of what is recorded: it is opened in a transaction, asked, and dropped. The scheduler, the
//! explanations in the window and the preview of an edited policy ask the same book, so they cannot disagree.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    CredentialId, CredentialStatus, FailureClass, FailureCode, NotChangeable, PolicyId, SyncState, Verified,
    operation::{OperationState, VerificationResult},
    policy::{Due, Facts, Matcher, Policy, PolicyStatus, Schedule, Subject, TriggerKind, scatter},
};
use vault::{LastEnd, NewSchedule, Reader, ScheduleRow, VaultError};

use crate::Parameters;

/// Why a credential's triggers are held up, in the order in which the reasons have to be cleared away.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Held {
    /// It is not in use.
    Inactive,
    /// Automatic change is off.
    AutomaticChangeOff,
    /// A change could not even be requested.
    NotChangeable(NotChangeable),
    /// No person has changed it successfully yet.
    NeverRequested,
    NoPolicy,
    /// The policy changes nothing by itself.
    NoTrigger,
    PolicyPaused,
    CredentialPaused,
    /// No stored password logs in.
    OutOfSync,
    /// It is being looked into which password the device has.
    Checking,
    /// The last operation ended in an error that a person has to look at.
    LastFailed(LastEnd),
    /// The device refused the stored password when it was verified.
    VerificationRefused(DateTime<Utc>),
    /// An operation on it is not finished.
    OpenOperation,
}

/// Every policy, in the order in which they apply.
pub struct PolicyBook {
    entries: Vec<(Policy, Matcher)>,
    zone: Tz,
    set_back_at: Option<DateTime<Utc>>,
    spread: TimeDelta,
    rest: TimeDelta,
}

/// What has been due for longer than this was missed: nobody looked.
pub(crate) const ABSENCE: TimeDelta = TimeDelta::minutes(5);
/// The parameters as the policy of a credential wants them.
pub(crate) fn overridden(parameters: &Parameters, policy: Option<&Policy>) -> Parameters {
    let mut own = parameters.clone();
    let Some(overrides) = policy.map(|policy| policy.details.overrides) else { return own };
    let seconds = |number: u32| Duration::from_secs(u64::from(number));
    own.attempts = overrides.attempts.unwrap_or(own.attempts);
    own.back_off = overrides.back_off_seconds.map_or(own.back_off, seconds);
    own.longest_back_off = own.longest_back_off.max(own.back_off);
    own.connect_timeout = overrides.connect_timeout_seconds.map_or(own.connect_timeout, seconds);
    own.read_timeout = overrides.read_timeout_seconds.map_or(own.read_timeout, seconds);
    own
}

/// The policy that applies to a credential.
pub(crate) fn applying(
    reader: &Reader<'_>,
    parameters: &Parameters,
    credential: CredentialId,
) -> Result<Option<Policy>, VaultError> {
    let Some(row) = reader.schedules().row(credential)? else { return Ok(None) };
    Ok(PolicyBook::open(reader, parameters)?.policy_of(&row.subject).cloned())
}

/// How far apart triggers are put that nobody fired when they were due.
const PACE: TimeDelta = TimeDelta::seconds(2);

impl PolicyBook {
    /// Reads every policy.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn open(reader: &Reader<'_>, parameters: &Parameters) -> Result<Self, VaultError> {
        let state = reader.schedules().state()?;
        let entries = reader.policies().ranked()?.into_iter().map(entry).collect();
        Ok(Self {
            entries,
            // A zone that this program does not know any more must not stop the work.
            zone: state.time_zone.parse().unwrap_or(Tz::UTC),
            set_back_at: state.set_back_at,
            spread: TimeDelta::from_std(parameters.missed_spread).unwrap_or(TimeDelta::hours(1)),
            rest: TimeDelta::from_std(parameters.trigger_rest).unwrap_or(TimeDelta::days(1)),
        })
    }

    /// The zone that hours are meant in.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Every policy, in the order in which they apply.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.entries.iter().map(|(policy, _)| policy)
    }

    /// Puts a policy in, or in the place of the one with its id.
    pub fn put(&mut self, policy: Policy) {
        self.entries.retain(|(known, _)| known.id != policy.id);
        self.entries.push(entry(policy));
        self.entries.sort_by(|(left, _), (right, _)| left.details.rank(&right.details));
    }

    /// The policy that applies.
    pub fn policy_of(&self, subject: &Subject) -> Option<&Policy> {
        let folded = subject.folded();
        self.entries.iter().find(|(_, matcher)| matcher.fits(&folded)).map(|(policy, _)| policy)
    }

    /// One policy.
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies().find(|policy| policy.id == id)
    }

    /// A policy's triggers in the vault's zone.
    pub fn schedule<'a>(&self, policy: &'a Policy) -> Schedule<'a> {
        Schedule { triggers: &policy.details.triggers, zone: self.zone }
    }

    /// What holds a credential's triggers up.
    pub fn held(&self, row: &ScheduleRow, policy: Option<&Policy>) -> Vec<Held> {
        let mut held = Vec::new();
        match row.not_changeable {
            Some(NotChangeable::Inactive) => held.push(Held::Inactive),
            Some(NotChangeable::NoAutomaticChange) => held.push(Held::AutomaticChangeOff),
            // It has a reason of its own.
            Some(NotChangeable::OpenOperation) | None => {}
            Some(reason) => held.push(Held::NotChangeable(reason)),
        }
        if row.first_success_at.is_none() {
            held.push(Held::NeverRequested);
        }
        match policy {
            None => held.push(Held::NoPolicy),
            Some(policy) if policy.details.triggers.change_nothing() => held.push(Held::NoTrigger),
            Some(_) => {}
        }
        if policy.is_some_and(|policy| policy.pause.is_some()) {
            held.push(Held::PolicyPaused);
        }
        if row.pause.is_some() {
            held.push(Held::CredentialPaused);
        }
        match row.sync {
            // A change logs in first: it proves a password that nobody has tried yet, or finds that it is wrong.
            SyncState::NoPassword | SyncState::NotVerified | SyncState::InSync => {}
            SyncState::Checking => held.push(Held::Checking),
            SyncState::OutOfSync => held.push(Held::OutOfSync),
        }
        held.extend(row.last.filter(needs_a_person).map(Held::LastFailed));
        let refused = row.verified.filter(|verified| is_refused(row, verified));
        held.extend(refused.map(|verified| Held::VerificationRefused(verified.at)));
        if row.open_operation.is_some() {
            held.push(Held::OpenOperation);
        }
        held
    }

    /// What becomes due for a credential, soonest first, whether or not something holds it up.
    pub fn upcoming(&self, row: &ScheduleRow, policy: &Policy, now: DateTime<Utc>) -> Vec<Due> {
        let schedule = self.schedule(policy);
        let due = schedule.due(&self.facts(row, Some(policy), now), now);
        let mut moved: Vec<Due> = due
            .into_iter()
            .filter_map(|due| self.put_off(&schedule, row, due, now, self.spread_of(1), &mut None))
            .collect();
        moved.sort_by_key(|due| due.at);
        moved
    }

    /// Until when the hours are closed of a credential that would be changed now if they were not.
    pub fn closed_until(&self, row: &ScheduleRow, policy: &Policy, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let first = |due: Vec<Due>| due.into_iter().find(|due| due.kind != TriggerKind::Verification);
        let facts = self.facts(row, Some(policy), now);
        let always = policy.details.triggers.at_any_time();
        let due = first(Schedule { triggers: &always, zone: self.zone }.due(&facts, now))?;
        if due.at > now { None } else { self.schedule(policy).closed_until(due.kind, now) }
    }

    /// How far what was missed by so many credentials is spread.
    pub fn spread_of(&self, credentials: usize) -> TimeDelta {
        let needed = PACE.checked_mul(i32::try_from(credentials).unwrap_or(i32::MAX));
        needed.map_or(self.spread, |needed| needed.min(self.spread))
    }

    /// Computes a credential's schedule. What is overdue already is put somewhere into `spread` from now.
    pub fn plan(&self, row: &ScheduleRow, now: DateTime<Utc>, spread: TimeDelta) -> NewSchedule {
        let policy = if row.status == CredentialStatus::Active { self.policy_of(&row.subject) } else { None };
        let facts = self.facts(row, policy, now);
        let held = self.held(row, policy);
        let mut plan = NewSchedule {
            policy: policy.map(|policy| policy.id),
            status: status(row, policy),
            viewed_at: facts.viewed_at,
            first_success_at: row.first_success_at,
            expires_at: facts.expires_at,
            own_expiry: self.own_expiry(row, policy),
            ..NewSchedule::default()
        };
        let Some(policy) = policy else { return plan };
        let schedule = self.schedule(policy);
        plan.overdue_at = overdue_at(policy, &facts);
        for due in schedule.due(&facts, now) {
            let Some(due) = self.put_off(&schedule, row, due, now, spread, &mut plan.not_before) else { continue };
            plan.next = plan.next.filter(|next| next.at <= due.at).or(Some(due));
            if due.kind == TriggerKind::Verification {
                plan.verification = Some(due.at).filter(|_| !held.iter().any(holds_verification));
            } else if held.is_empty() {
                plan.change = plan.change.filter(|change| change.at <= due.at).or(Some(due));
            }
        }
        plan
    }

    /// Moves what was missed, and what has to rest, to a later moment inside the hours.
    fn put_off(
        &self,
        schedule: &Schedule<'_>,
        row: &ScheduleRow,
        due: Due,
        now: DateTime<Utc>,
        spread: TimeDelta,
        not_before: &mut Option<DateTime<Utc>>,
    ) -> Option<Due> {
        let mut at = due.at;
        if due.kind != TriggerKind::Verification {
            at = row.last.map_or(at, |last| if rests(&last) { at.max(last.ended_at.min(now) + self.rest) } else { at });
        }
        if at < now - ABSENCE {
            let of_this = |known: &DateTime<Utc>| row.changed_at.is_none_or(|changed| *known > changed);
            // One that is over was missed as well; one that is further off than any spreading puts it was written by
            // another clock.
            let near = |known: &DateTime<Utc>| (now - ABSENCE..=now + self.spread).contains(known);
            let known = row.not_before.filter(of_this).filter(near);
            let moved = known.unwrap_or_else(|| now + scatter(row.credential, now, spread));
            *not_before = Some(moved);
            at = moved;
        }
        let at = if at > now {
            schedule.allowed(due.kind, row.credential, at)?
        } else {
            // While the hours are open it stays where it is; else it waits for the next ones.
            Some(schedule.allowed(due.kind, row.credential, now)?).filter(|allowed| *allowed > now).unwrap_or(at)
        };
        Some(Due { at, ..due })
    }

    fn facts(&self, row: &ScheduleRow, policy: Option<&Policy>, now: DateTime<Utc>) -> Facts {
        let own = self.own_expiry(row, policy);
        // One that the policy did not give was set by a person; it is about the password of that time.
        let set = row
            .expires_at
            .filter(|at| row.own_expiry != Some(*at) && row.changed_at.is_none_or(|changed| *at > changed));
        Facts {
            credential: row.credential,
            // A record from the future counts from when the clock was put back: every time the same.
            changed_at: row.changed_at.map(|at| if at > now { self.set_back_at.unwrap_or(now).min(now) } else { at }),
            viewed_at: row.viewed_at.filter(|at| row.changed_at.is_none_or(|changed| *at > changed)),
            expires_at: [own, set].into_iter().flatten().min(),
            verified_at: row.verified.map(|verified| verified.at),
        }
    }

    fn own_expiry(&self, row: &ScheduleRow, policy: Option<&Policy>) -> Option<DateTime<Utc>> {
        self.schedule(policy?).expires_at(row.changed_at?)
    }
}

fn entry(policy: Policy) -> (Policy, Matcher) {
    let matcher = policy.details.criteria.matcher();
    (policy, matcher)
}

/// Whether triggers wait for a person after an operation ended like this. What a device may be over with by itself is
/// tried again after a rest; what would lock an account, or fail in the same way, is not.
fn needs_a_person(last: &LastEnd) -> bool {
    last.state == OperationState::Error && !passes(last)
}

/// Whether triggers rest after an operation ended like this.
fn rests(last: &LastEnd) -> bool {
    match last.state {
        OperationState::Canceled | OperationState::Expired => true,
        OperationState::Error => passes(last),
        OperationState::Succeeded
        | OperationState::AwaitingApproval
        | OperationState::Scheduled
        | OperationState::Running => false,
    }
}

fn passes(last: &LastEnd) -> bool {
    match last.failure.map(FailureCode::class) {
        Some(FailureClass::Transient | FailureClass::Uncertain) => true,
        Some(
            FailureClass::Rejected
            | FailureClass::Denied
            | FailureClass::Untrusted
            | FailureClass::Script
            | FailureClass::Interactive,
        )
        | None => false,
    }
}

/// Whether a verification was refused, of the password that is stored now.
fn is_refused(row: &ScheduleRow, verified: &Verified) -> bool {
    verified.result == VerificationResult::Refused && row.changed_at.is_none_or(|changed| verified.at >= changed)
}

/// A verification logs in once; it does not need what a change needs.
fn holds_verification(held: &Held) -> bool {
    match held {
        Held::Inactive
        | Held::PolicyPaused
        | Held::CredentialPaused
        | Held::OutOfSync
        | Held::Checking
        | Held::VerificationRefused(_)
        | Held::OpenOperation => true,
        Held::AutomaticChangeOff
        | Held::NotChangeable(_)
        | Held::NeverRequested
        | Held::NoPolicy
        | Held::NoTrigger
        | Held::LastFailed(_) => false,
    }
}

fn status(row: &ScheduleRow, policy: Option<&Policy>) -> Option<PolicyStatus> {
    if row.status != CredentialStatus::Active {
        return None;
    }
    let refused = row.verified.is_some_and(|verified| is_refused(row, &verified));
    Some(if row.sync == SyncState::OutOfSync || refused {
        PolicyStatus::OutOfSync
    } else if row.last.is_some_and(|last| last.state == OperationState::Error) {
        PolicyStatus::InError
    } else if policy.is_none() {
        PolicyStatus::WithoutPolicy
    } else if row.first_success_at.is_none() {
        PolicyStatus::NeverChanged
    } else if row.sync != SyncState::InSync {
        PolicyStatus::NotVerified
    } else {
        PolicyStatus::WithinPolicy
    })
}

/// When a password is older than the policy allows, whatever the hours are.
fn overdue_at(policy: &Policy, facts: &Facts) -> Option<DateTime<Utc>> {
    let period = policy.details.triggers.period.as_ref().map(|trigger| trigger.period());
    let over = period.zip(facts.changed_at).and_then(|(period, at)| at.checked_add_signed(period));
    [over, facts.expires_at].into_iter().flatten().min()
}

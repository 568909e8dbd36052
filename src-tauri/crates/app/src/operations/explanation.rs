//! The explanation for a credential: whether it is rotated automatically, why not, and which policy applies to it.

use chrono::{DateTime, Utc};
use domain::{
    CredentialId, FailureCode, NotChangeable, OperationId, Pause, PolicyId,
    operation::OperationState,
    policy::{Criterion, Due, Policy},
};
use rotation::{Held, PolicyBook};
use vault::{Noun, Reader, ScheduleRow, VaultError};

use crate::{Action, AppError, Credentials};

/// A reason why a credential is not rotated automatically. The variants are in the order in which they have to be
/// resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Reason {
    /// The credential is inactive.
    Inactive,
    /// Automatic change is off.
    AutomaticChangeOff,
    /// A change could not even be requested.
    NotChangeable(NotChangeable),
    /// No change that a person requested has succeeded yet.
    NeverRequested,
    NoPolicy,
    /// The policy has no trigger.
    NoTrigger {
        policy: String,
    },
    PolicyPaused {
        policy: String,
        pause: Pause,
        /// The name of the user who paused it.
        by: String,
    },
    EverythingPaused {
        pause: Pause,
        /// The name of the user who paused it.
        by: String,
    },
    CredentialPaused {
        pause: Pause,
        /// The name of the user who paused it.
        by: String,
    },
    /// No stored password works on the device.
    OutOfSync,
    /// The program is still finding out which password the device has.
    Checking,
    /// The last operation ended in an error that a person must resolve.
    LastFailed {
        failure: FailureCode,
        operation: OperationId,
        /// The number that people see.
        code: i64,
    },
    /// The device refused the stored password when it was verified.
    VerificationRefused {
        at: DateTime<Utc>,
    },
    /// An operation on the credential is not finished.
    OpenOperation {
        operation: OperationId,
        /// The number that people see.
        code: i64,
        state: OperationState,
    },
    /// No user with the key to passwords has signed in.
    WaitsForOperator,
    /// It is due, but the hours of the policy have not begun.
    WindowClosed {
        until: DateTime<Utc>,
    },
}

domain::enumeration! {
    /// The relation of a policy to a credential.
    pub enum PolicyMatch {
        /// The policy is the one that applies.
        Applies = "applies",
        /// It matches too, but has a lower priority.
        LowerPriority = "lowerPriority",
        /// It matches too with the same priority, but its name comes later.
        LaterName = "laterName",
        /// It does not match.
        DoesNotMatch = "doesNotMatch",
    }
}

/// A policy compared with a credential.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PolicyReason {
    pub policy: PolicyId,
    pub name: String,
    pub priority: u32,
    /// The relation of the policy to the credential.
    pub status: PolicyMatch,
    /// Every criterion that the policy sets.
    pub criteria: Vec<Criterion>,
}

/// The policy that applies to a credential, the due changes, or the reasons why there are none.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The reasons against automatic rotation; empty if it is rotated automatically.
    pub reasons: Vec<Reason>,
    /// The next due changes, soonest first, whether blocked or not.
    pub due: Vec<Due>,
    /// The policy that applies, then those that match, then the others.
    pub policies: Vec<PolicyReason>,
}

/// The largest number of policies that are shown.
const SHOWN: usize = 20;

impl Credentials<'_> {
    /// Explains whether a credential is rotated automatically.
    ///
    /// # Errors
    /// As [`Credentials::get`].
    pub fn rotation(&self, id: CredentialId) -> Result<Rotation, AppError> {
        let signed_in = self.0.authorize(Action::ReadCredentials)?;
        let (now, waits) = (self.0.setup.clock.now(), self.0.waits_for_operator());
        signed_in.vault.read(|reader| {
            let row = reader.schedules().row(id)?.ok_or(AppError::NotFound { noun: Noun::Credential })?;
            let book = PolicyBook::open(reader, &self.0.bounds())?;
            let policy = book.policy_of(&row.subject);
            let mut reasons = Vec::new();
            for held in book.held(&row, policy) {
                reasons.extend(reason(reader, &row, policy, held)?);
            }
            if let Some(pause) = reader.pauses().everything()? {
                let by = reader.users().name(pause.by)?.unwrap_or_default();
                let place = reasons.iter().position(comes_after_pause).unwrap_or(reasons.len());
                reasons.insert(place, Reason::EverythingPaused { pause, by });
            }
            let due = policy.map(|policy| book.upcoming(&row, policy, now)).unwrap_or_default();
            if waits {
                reasons.push(Reason::WaitsForOperator);
            }
            if reasons.is_empty() {
                let closed = policy.and_then(|policy| book.closed_until(&row, policy, now));
                reasons.extend(closed.map(|until| Reason::WindowClosed { until }));
            }
            Ok(Rotation { reasons, due, policies: statuses(&book, &row) })
        })
    }
}

fn reason(
    reader: &Reader<'_>,
    row: &ScheduleRow,
    policy: Option<&Policy>,
    held: Held,
) -> Result<Option<Reason>, VaultError> {
    let name = || policy.map(|policy| policy.details.name.clone()).unwrap_or_default();
    Ok(Some(match held {
        Held::Inactive => Reason::Inactive,
        Held::AutomaticChangeOff => Reason::AutomaticChangeOff,
        Held::NotChangeable(reason) => Reason::NotChangeable(reason),
        Held::NeverRequested => Reason::NeverRequested,
        Held::NoPolicy => Reason::NoPolicy,
        Held::NoTrigger => Reason::NoTrigger { policy: name() },
        Held::PolicyPaused => {
            let Some(pause) = policy.and_then(|policy| policy.pause.clone()) else { return Ok(None) };
            let by = reader.users().name(pause.by)?.unwrap_or_default();
            Reason::PolicyPaused { policy: name(), pause, by }
        }
        Held::CredentialPaused => {
            let Some(pause) = row.pause.clone() else { return Ok(None) };
            let by = reader.users().name(pause.by)?.unwrap_or_default();
            Reason::CredentialPaused { pause, by }
        }
        Held::VerificationRefused(at) => Reason::VerificationRefused { at },
        Held::OutOfSync => Reason::OutOfSync,
        Held::Checking => Reason::Checking,
        Held::LastFailed(last) => Reason::LastFailed {
            failure: last.failure.unwrap_or(FailureCode::NotProven),
            operation: last.operation,
            code: last.code,
        },
        Held::OpenOperation => {
            let Some(open) = row.open_operation else { return Ok(None) };
            let Some(record) = reader.operations().get(open)? else { return Ok(None) };
            Reason::OpenOperation { operation: open, code: record.code, state: record.state }
        }
    }))
}

/// Tells whether a reason matters only after all pauses have ended.
fn comes_after_pause(reason: &Reason) -> bool {
    match reason {
        Reason::Inactive
        | Reason::AutomaticChangeOff
        | Reason::NotChangeable(_)
        | Reason::NeverRequested
        | Reason::NoPolicy
        | Reason::NoTrigger { .. }
        | Reason::EverythingPaused { .. } => false,
        Reason::PolicyPaused { .. }
        | Reason::CredentialPaused { .. }
        | Reason::OutOfSync
        | Reason::Checking
        | Reason::LastFailed { .. }
        | Reason::VerificationRefused { .. }
        | Reason::OpenOperation { .. }
        | Reason::WaitsForOperator
        | Reason::WindowClosed { .. } => true,
    }
}

fn statuses(book: &PolicyBook, row: &ScheduleRow) -> Vec<PolicyReason> {
    let applies = book.policy_of(&row.subject);
    let mut found: Vec<PolicyReason> = book
        .policies()
        .map(|policy| {
            let criteria = policy.details.criteria.explain(&row.subject);
            let fits = criteria.iter().all(|criterion| criterion.matches);
            let status = match applies {
                Some(first) if first.id == policy.id => PolicyMatch::Applies,
                Some(first) if fits && policy.details.priority < first.details.priority => PolicyMatch::LowerPriority,
                _ if fits => PolicyMatch::LaterName,
                _ => PolicyMatch::DoesNotMatch,
            };
            PolicyReason {
                policy: policy.id,
                name: policy.details.name.clone(),
                priority: policy.details.priority,
                status,
                criteria,
            }
        })
        .collect();
    let order = |reason: &PolicyReason| match reason.status {
        PolicyMatch::Applies => 0,
        PolicyMatch::LowerPriority | PolicyMatch::LaterName => 1,
        PolicyMatch::DoesNotMatch => 2,
    };
    found.sort_by_key(order);
    found.truncate(SHOWN);
    found
}

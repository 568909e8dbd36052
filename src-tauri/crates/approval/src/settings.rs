//! The settings: who may decide, and how many approvals a request needs.

use chrono::{DateTime, Utc};

use crate::{Canonical, Decoder, Encoder, Malformed, canonical::record};
use domain::{Problem, RequestId, Rule, UserId, VaultId, operation::OperationType};

/// The number of approval levels.
pub const LEVELS: usize = 3;
/// The types of operations that need approval until an administrator chooses others.
pub const USUAL_OPERATION_TYPES: [OperationType; 2] =
    [OperationType::CertificatePublication, OperationType::TaskManager];
/// The most approvals of a level, and the most rejections.
const MOST: u64 = 10;
/// The shortest and the longest validity, in minutes: five minutes and thirty days.
const VALIDITY: (u64, u64) = (5, 43_200);

/// The rules by which a request is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Approvals needed of level 1, 2 and 3. Level 1 needs one at least; 0 leaves a level out.
    pub needed: [u64; LEVELS],
    /// The number of rejections that end a request, at whatever level.
    pub rejections: u64,
    /// The time in which a request can be decided, in minutes.
    pub validity_minutes: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { needed: [1, 0, 0], rejections: 1, validity_minutes: 24 * 60 }
    }
}

/// An approver and the level at which they are registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Registration {
    pub user: UserId,
    /// 1, 2 or 3.
    pub level: u64,
}

/// One version of all approval settings. Each version names the digest of the previous one, so that none can be removed
/// from the middle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Settings {
    pub vault: VaultId,
    /// The number of this version: 1, 2, 3 …
    pub number: u64,
    /// The digest of the settings before; zeroes for the first.
    pub previous: [u8; 32],
    /// The administrator who signs.
    pub by: UserId,
    /// The time from which it holds.
    pub at: DateTime<Utc>,
    pub rules: Rules,
    /// The approvers, in the order of their ids.
    pub approvers: Vec<Registration>,
    /// The types of operations that need approval.
    pub operation_types: Vec<OperationType>,
    /// The approved request that allows emergencies (requests applied without approvals); none: they are not allowed.
    pub emergency: Option<RequestId>,
}

impl Rules {
    /// Returns the values that are not allowed, named as in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let range = |minimum: u64, maximum: u64| Rule::OutOfRange { minimum: minimum as u32, maximum: maximum as u32 };
        let [first, second, third] = self.needed;
        for (field, needed, least) in
            [("needed.1", first, 1), ("needed.2", second, u64::from(third > 0)), ("needed.3", third, 0)]
        {
            if !(least..=MOST).contains(&needed) {
                problems.push(Problem::new(field, range(least, MOST)));
            }
        }
        if !(1..=MOST).contains(&self.rejections) {
            problems.push(Problem::new("rejectionsToEnd", range(1, MOST)));
        }
        if !(VALIDITY.0..=VALIDITY.1).contains(&self.validity_minutes) {
            problems.push(Problem::new("validityMinutes", range(VALIDITY.0, VALIDITY.1)));
        }
        problems
    }
}

impl Settings {
    /// Returns its only encoding.
    pub fn encode(&self) -> Vec<u8> {
        Encoder::whole(self)
    }

    /// Reads what [`Settings::encode`] wrote.
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        Decoder::whole(bytes)
    }

    /// Returns the level at which a person is registered.
    pub fn level(&self, user: UserId) -> Option<u64> {
        self.approvers.iter().find(|registration| registration.user == user).map(|registration| registration.level)
    }
}

impl Canonical for Rules {
    fn encode(&self, encoder: &mut Encoder) {
        for needed in self.needed {
            needed.encode(encoder);
        }
        self.rejections.encode(encoder);
        self.validity_minutes.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let needed = [u64::decode(decoder)?, u64::decode(decoder)?, u64::decode(decoder)?];
        Ok(Self { needed, rejections: u64::decode(decoder)?, validity_minutes: u64::decode(decoder)? })
    }
}

record!(Registration { user, level });
record!(Settings { vault, number, previous, by, at, rules, approvers, operation_types, emergency });

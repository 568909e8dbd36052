//! Policies: which credentials are changed by themselves, when, and how strong their passwords are.
//!
//! A policy is matched to credentials by its criteria, all of which must match. Where several policies match, the one
//! with the highest priority applies. Among equals, the one whose name comes first applies. `schedule` computes when
//! its triggers make a credential due, and `window` computes the allowed hours.

mod criteria;
mod schedule;
mod window;

pub use criteria::{Criteria, Criterion, Matcher, PolicyField, Subject};
pub use schedule::{Due, Facts, Schedule, scatter};
pub use window::{Weekday, Window, next_open};

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Pause, PolicyId, Problem, Rule, StrengthId, text};

crate::enumeration! {
    /// A trigger of a policy.
    #[derive(PartialOrd, Ord)]
    pub enum TriggerKind {
        /// A period of time after the last change.
        Period = "period",
        /// After the password was shown or copied.
        View = "view",
        /// When the password expires.
        Expiry = "expiry",
        /// A period of time after the last verification.
        Verification = "verification",
    }
}

crate::enumeration! {
    /// The compliance of a credential with its policy.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum PolicyStatus {
        /// Its password is proven, and not older than the policy allows.
        WithinPolicy = "withinPolicy",
        /// Its password is older than the policy allows, or has expired.
        Overdue = "overdue",
        /// Its last change ended in error.
        InError = "inError",
        /// No password that the vault holds logs in, or a verification was refused.
        OutOfSync = "outOfSync",
        WithoutPolicy = "withoutPolicy",
        /// A policy applies, and no change has succeeded yet.
        NeverChanged = "neverChanged",
        /// A change succeeded once, but no login has proven the password that is stored now.
        NotVerified = "notVerified",
    }
}

crate::enumeration! {
    /// The unit of a period.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum PeriodUnit {
        Hours = "hours",
        /// Days of exactly 24 hours.
        Days = "days",
    }
}

/// Makes a credential due every so often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PeriodTrigger {
    pub every: u32,
    pub unit: PeriodUnit,
    /// The hours in which the trigger may run. Empty: at any time.
    pub windows: Vec<Window>,
}

/// Makes a credential due after its password was shown or copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewTrigger {
    /// The delay after the password was shown, in minutes.
    pub delay_minutes: u32,
    /// The hours in which the trigger may run. Empty: at any time.
    pub windows: Vec<Window>,
}

/// Lets a password expire, and makes the credential due then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiryTrigger {
    /// The lifetime of a password, in days of 24 hours.
    pub lifetime_days: u32,
    /// The hours in which the password may be changed. Empty: at any time.
    pub windows: Vec<Window>,
}

/// The triggers of a policy, which make a credential due.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triggers {
    /// Changes the password at regular intervals.
    pub period: Option<PeriodTrigger>,
    /// Changes the password after somebody saw it.
    pub view: Option<ViewTrigger>,
    /// Changes the password when it expires.
    pub expiry: Option<ExpiryTrigger>,
    /// Verifies the password at regular intervals.
    pub verification: Option<PeriodTrigger>,
}

/// The values of a policy that replace parameters. None: the parameter applies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrides {
    /// The number of attempts of a change.
    pub attempts: Option<u32>,
    /// The wait before the second attempt, in seconds.
    pub back_off_seconds: Option<u32>,
    /// The time limit for connecting to a device, in seconds.
    pub connect_timeout_seconds: Option<u32>,
    /// The time limit for each silence of a device, in seconds.
    pub read_timeout_seconds: Option<u32>,
}

/// The fields of a policy that a person enters.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PolicyDetails {
    /// Its name; unique in the vault, letter case ignored.
    pub name: String,
    /// Where several policies match, the one with the highest number applies.
    pub priority: u32,
    pub strength: StrengthId,
    pub criteria: Criteria,
    pub triggers: Triggers,
    pub overrides: Overrides,
}

/// A policy as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Policy {
    pub id: PolicyId,
    pub details: PolicyDetails,
    pub pause: Option<Pause>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The highest priority that can be given.
pub const HIGHEST_PRIORITY: u32 = 100;
/// The longest period, in days.
const LONGEST_DAYS: u32 = 3_650;
/// The longest delay after a look, in minutes: thirty days.
const LONGEST_DELAY: u32 = 43_200;

impl PeriodTrigger {
    /// Returns the period as a span of time.
    pub fn period(&self) -> TimeDelta {
        match self.unit {
            PeriodUnit::Hours => TimeDelta::hours(i64::from(self.every)),
            PeriodUnit::Days => TimeDelta::days(i64::from(self.every)),
        }
    }
}

impl Triggers {
    /// Returns the hours in which a trigger may run, or None when there is no such trigger. A person can let a password
    /// expire where the policy has no expiry. Then it is changed in the hours of the period.
    pub fn windows(&self, kind: TriggerKind) -> Option<&[Window]> {
        match kind {
            TriggerKind::Period => self.period.as_ref().map(|trigger| trigger.windows.as_slice()),
            TriggerKind::View => self.view.as_ref().map(|trigger| trigger.windows.as_slice()),
            TriggerKind::Expiry => {
                let period = self.period.as_ref().map_or(&[][..], |trigger| trigger.windows.as_slice());
                Some(self.expiry.as_ref().map_or(period, |trigger| trigger.windows.as_slice()))
            }
            TriggerKind::Verification => self.verification.as_ref().map(|trigger| trigger.windows.as_slice()),
        }
    }

    /// Returns the same triggers without limits on their hours.
    #[must_use]
    pub fn at_any_time(&self) -> Self {
        let mut always = self.clone();
        for period in [&mut always.period, &mut always.verification].into_iter().flatten() {
            period.windows.clear();
        }
        if let Some(view) = &mut always.view {
            view.windows.clear();
        }
        if let Some(expiry) = &mut always.expiry {
            expiry.windows.clear();
        }
        always
    }

    /// Tells whether none of them changes a password.
    pub fn change_nothing(&self) -> bool {
        self.period.is_none() && self.view.is_none() && self.expiry.is_none()
    }
}

impl PolicyDetails {
    /// Trims every text, and drops empty and repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.name = self.name.trim().to_owned();
        self.criteria = self.criteria.tidied();
        self
    }

    /// Returns a problem for every field that cannot be stored as it is, with the field's name in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        text::check_name(&mut problems, "name", &self.name, 100);
        check_range(&mut problems, "priority", self.priority, 0, HIGHEST_PRIORITY);
        problems.extend(self.criteria.problems());
        problems.extend(self.triggers.problems());
        problems.extend(self.overrides.problems());
        problems
    }

    /// Compares two policies that both match a credential. The lesser one applies.
    pub fn rank(&self, other: &Self) -> Ordering {
        let rank = |details: &Self| (Reverse(details.priority), details.name.to_lowercase());
        rank(self).cmp(&rank(other))
    }
}

impl Triggers {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, trigger) in [("period", &self.period), ("verification", &self.verification)] {
            if let Some(trigger) = trigger {
                let most = if trigger.unit == PeriodUnit::Hours { LONGEST_DAYS * 24 } else { LONGEST_DAYS };
                check_range(&mut problems, format!("triggers.{name}.every"), trigger.every, 1, most);
            }
        }
        if let Some(view) = &self.view {
            check_range(&mut problems, "triggers.view.delayMinutes", view.delay_minutes, 0, LONGEST_DELAY);
        }
        if let Some(expiry) = &self.expiry {
            check_range(&mut problems, "triggers.expiry.lifetimeDays", expiry.lifetime_days, 1, LONGEST_DAYS);
        }
        let named = [
            ("period", TriggerKind::Period),
            ("view", TriggerKind::View),
            ("expiry", TriggerKind::Expiry),
            ("verification", TriggerKind::Verification),
        ];
        for (name, kind) in named {
            if kind == TriggerKind::Expiry && self.expiry.is_none() {
                continue;
            }
            for (index, window) in self.windows(kind).unwrap_or_default().iter().enumerate() {
                problems.extend(window.problems(&format!("triggers.{name}.windows.{index}")));
            }
        }
        problems
    }
}

impl Overrides {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let fields = [
            ("overrides.attempts", self.attempts, 20),
            ("overrides.backOffSeconds", self.back_off_seconds, 86_400),
            ("overrides.connectTimeoutSeconds", self.connect_timeout_seconds, 600),
            ("overrides.readTimeoutSeconds", self.read_timeout_seconds, 3_600),
        ];
        for (field, number, most) in fields {
            if let Some(number) = number {
                check_range(&mut problems, field, number, 1, most);
            }
        }
        problems
    }
}

fn check_range(
    problems: &mut Vec<Problem>,
    field: impl Into<std::borrow::Cow<'static, str>>,
    number: u32,
    minimum: u32,
    maximum: u32,
) {
    if !(minimum..=maximum).contains(&number) {
        problems.push(Problem::new(field, Rule::OutOfRange { minimum, maximum }));
    }
}

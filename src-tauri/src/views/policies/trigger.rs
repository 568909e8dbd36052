//! The parts of a policy: triggers with their hours, criteria, and the values that replace parameters.

use app::domain::{
    Problem, Rule,
    policy::{Criteria, ExpiryTrigger, Overrides, PeriodTrigger, Triggers, ViewTrigger, Window},
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::views::{
    PasswordType, PeriodUnit, Weekday,
    number::{optional_typed_number, typed_number},
};

/// The hours of some weekdays, as HH:MM in the vault's time zone. If `to` is before `from`, the hours end on the next
/// day.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WindowView {
    /// The weekdays on which it begins.
    pub weekdays: Vec<Weekday>,
    pub from: String,
    /// The time before which it ends; 24:00 is the end of the day.
    pub to: String,
}

/// The trigger that makes a credential due at regular intervals.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PeriodTriggerView {
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub every: u32,
    pub unit: PeriodUnit,
    /// The hours in which it may run; empty: at any time.
    pub windows: Vec<WindowView>,
}

/// The trigger that makes a credential due after its password was shown or copied.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewTriggerView {
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub delay_minutes: u32,
    /// The hours in which it may run; empty: at any time.
    pub windows: Vec<WindowView>,
}

/// The trigger that lets a password expire and makes the credential due then.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpiryTriggerView {
    /// The time for which a password is valid.
    #[serde(deserialize_with = "typed_number")]
    #[specta(type = u32)]
    pub lifetime_days: u32,
    /// The hours in which it may be changed; empty: at any time.
    pub windows: Vec<WindowView>,
}

/// The triggers of a policy, which make credentials due.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TriggersView {
    /// Changes the password at regular intervals.
    pub period: Option<PeriodTriggerView>,
    /// Changes the password after it was shown or copied.
    pub view: Option<ViewTriggerView>,
    /// Changes the password when it expires.
    pub expiry: Option<ExpiryTriggerView>,
    /// Verifies the password at regular intervals.
    pub verification: Option<PeriodTriggerView>,
}

/// The criteria that select the credentials of a policy. Texts may hold the wildcards * and ?; empty: anything. All
/// criteria must match.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyCriteriaView {
    pub username: String,
    pub device: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub site: String,
    pub domain: String,
    /// The tags, all of which the credential or its device must have.
    pub tags: Vec<String>,
    /// The kinds of accounts to include; empty: all.
    pub password_types: Vec<PasswordType>,
}

/// The values that replace parameters; null: the parameter applies.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyOverridesView {
    /// The most attempts of a change.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub attempts: Option<u32>,
    /// The wait before the second attempt.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub back_off_seconds: Option<u32>,
    /// The longest time that connecting to a device may take.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub connect_timeout_seconds: Option<u32>,
    /// The longest time that a device may stay silent in a conversation.
    #[serde(deserialize_with = "optional_typed_number")]
    #[specta(type = Option<u32>)]
    pub read_timeout_seconds: Option<u32>,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let weekdays = window.weekdays.into_iter().collect();
        Self { weekdays, from: clock(window.from), to: clock(window.to) }
    }
}

/// Reads the windows of a trigger. A text that is not a time of day becomes a problem of its field.
fn windows(views: Vec<WindowView>, trigger: &str, problems: &mut Vec<Problem>) -> Vec<Window> {
    let mut read = Vec::with_capacity(views.len());
    for (index, view) in views.into_iter().enumerate() {
        let mut clock = |text: &str, field: &str| {
            minutes(text).unwrap_or_else(|| {
                let field = format!("triggers.{trigger}.windows.{index}.{field}");
                problems.push(Problem::new(field, Rule::InvalidWindow));
                0
            })
        };
        let (from, to) = (clock(&view.from, "from"), clock(&view.to, "to"));
        read.push(Window { weekdays: view.weekdays.into_iter().collect(), from, to });
    }
    read
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2).then(|| part.parse::<u16>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

impl From<PeriodTrigger> for PeriodTriggerView {
    fn from(trigger: PeriodTrigger) -> Self {
        let windows = trigger.windows.into_iter().map(WindowView::from).collect();
        Self { every: trigger.every, unit: trigger.unit, windows }
    }
}

impl From<Triggers> for TriggersView {
    fn from(triggers: Triggers) -> Self {
        let views = |windows: Vec<Window>| windows.into_iter().map(WindowView::from).collect();
        Self {
            period: triggers.period.map(PeriodTriggerView::from),
            view: triggers
                .view
                .map(|view| ViewTriggerView { delay_minutes: view.delay_minutes, windows: views(view.windows) }),
            expiry: triggers.expiry.map(|expiry| ExpiryTriggerView {
                lifetime_days: expiry.lifetime_days,
                windows: views(expiry.windows),
            }),
            verification: triggers.verification.map(PeriodTriggerView::from),
        }
    }
}

impl TriggersView {
    pub(in crate::views) fn read(self, problems: &mut Vec<Problem>) -> Triggers {
        let mut period = |view: PeriodTriggerView, name: &str| PeriodTrigger {
            every: view.every,
            unit: view.unit,
            windows: windows(view.windows, name, problems),
        };
        let (by_period, verification) = (
            self.period.map(|view| period(view, "period")),
            self.verification.map(|view| period(view, "verification")),
        );
        Triggers {
            period: by_period,
            verification,
            view: self.view.map(|view| ViewTrigger {
                delay_minutes: view.delay_minutes,
                windows: windows(view.windows, "view", problems),
            }),
            expiry: self.expiry.map(|view| ExpiryTrigger {
                lifetime_days: view.lifetime_days,
                windows: windows(view.windows, "expiry", problems),
            }),
        }
    }
}

impl From<Criteria> for PolicyCriteriaView {
    fn from(criteria: Criteria) -> Self {
        Self {
            username: criteria.username,
            device: criteria.device,
            kind: criteria.kind,
            manufacturer: criteria.manufacturer,
            model: criteria.model,
            site: criteria.site,
            domain: criteria.domain,
            tags: criteria.tags,
            password_types: criteria.password_types.into_iter().collect(),
        }
    }
}

impl From<PolicyCriteriaView> for Criteria {
    fn from(view: PolicyCriteriaView) -> Self {
        Self {
            username: view.username,
            device: view.device,
            kind: view.kind,
            manufacturer: view.manufacturer,
            model: view.model,
            site: view.site,
            domain: view.domain,
            tags: view.tags,
            password_types: view.password_types.into_iter().collect(),
        }
    }
}

impl From<Overrides> for PolicyOverridesView {
    fn from(overrides: Overrides) -> Self {
        Self {
            attempts: overrides.attempts,
            back_off_seconds: overrides.back_off_seconds,
            connect_timeout_seconds: overrides.connect_timeout_seconds,
            read_timeout_seconds: overrides.read_timeout_seconds,
        }
    }
}

impl From<PolicyOverridesView> for Overrides {
    fn from(view: PolicyOverridesView) -> Self {
        Self {
            attempts: view.attempts,
            back_off_seconds: view.back_off_seconds,
            connect_timeout_seconds: view.connect_timeout_seconds,
            read_timeout_seconds: view.read_timeout_seconds,
        }
    }
}

//! Which credentials are changed by themselves, and when.

use app::{
    Page, PolicyForm, PolicyQuery, PolicyRow, Preview,
    domain::{
        Problem, Rule, StrengthId,
        policy::{Criteria, ExpiryTrigger, Overrides, PeriodTrigger, PolicyDetails, Triggers, ViewTrigger, Window},
    },
};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Noun, PasswordType, PeriodUnit, PolicySort, Weekday, count, id, limit, rotation::PauseView, time};
use crate::CommandError;

/// Hours of some weekdays, HH:MM in the vault's time zone; `to` before `from` reaches into the next day.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct WindowView {
    /// On which days it begins.
    pub weekdays: Vec<Weekday>,
    /// When it begins.
    pub from: String,
    /// Before when it ends; 24:00 is midnight's end.
    pub to: String,
}

/// Makes a credential due every so often.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PeriodTriggerView {
    /// How many units.
    pub every: u32,
    /// Of what.
    pub unit: PeriodUnit,
    /// When it may; none: at any time.
    pub windows: Vec<WindowView>,
}

/// Makes a credential due after its password was shown or copied.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewTriggerView {
    /// How long after.
    pub delay_minutes: u32,
    /// When it may; none: at any time.
    pub windows: Vec<WindowView>,
}

/// Lets a password expire, and makes the credential due then.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpiryTriggerView {
    /// How long a password is good.
    pub lifetime_days: u32,
    /// When it may be changed; none: at any time.
    pub windows: Vec<WindowView>,
}

/// What makes a credential due.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct TriggersView {
    /// Changes it every so often.
    pub period: Option<PeriodTriggerView>,
    /// Changes it after a look.
    pub view: Option<ViewTriggerView>,
    /// Changes it when its password expires.
    pub expiry: Option<ExpiryTriggerView>,
    /// Verifies it every so often.
    pub verification: Option<PeriodTriggerView>,
}

/// Of which credentials. Texts may hold * and ?; empty: anything. All must match.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyCriteriaView {
    /// The username.
    pub username: String,
    /// The device's name.
    pub device: String,
    /// The device's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The device's manufacturer.
    pub manufacturer: String,
    /// The device's model.
    pub model: String,
    /// The device's site.
    pub site: String,
    /// The credential's domain.
    pub domain: String,
    /// Every one of them, on the credential or its device.
    pub tags: Vec<String>,
    /// One of these; empty: any.
    pub password_types: Vec<PasswordType>,
}

/// What differs from the parameters; null: as they say.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyOverridesView {
    /// How often a change is tried.
    pub attempts: Option<u32>,
    /// The wait before the second attempt.
    pub back_off_seconds: Option<u32>,
    /// Bound on reaching a device.
    pub connect_timeout_seconds: Option<u32>,
    /// Bound on each silence.
    pub read_timeout_seconds: Option<u32>,
}

impl From<Window> for WindowView {
    fn from(window: Window) -> Self {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let weekdays = window.weekdays.into_iter().map(Weekday::from).collect();
        Self { weekdays, from: clock(window.from), to: clock(window.to) }
    }
}

/// The windows of a trigger; what is no time of a day becomes a problem at its field.
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
        read.push(Window { weekdays: view.weekdays.into_iter().map(Into::into).collect(), from, to });
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
        Self { every: trigger.every, unit: trigger.unit.into(), windows }
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
    fn read(self, problems: &mut Vec<Problem>) -> Triggers {
        let mut period = |view: PeriodTriggerView, name: &str| PeriodTrigger {
            every: view.every,
            unit: view.unit.into(),
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
            password_types: criteria.password_types.into_iter().map(PasswordType::from).collect(),
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
            password_types: view.password_types.into_iter().map(Into::into).collect(),
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

/// Which policies.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyFilter {
    /// Words of the name.
    pub text: Option<String>,
    /// With this strength.
    pub strength_id: Option<String>,
    /// Whether it rests.
    pub paused: Option<bool>,
}

/// One page of policies.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PolicyListRequest {
    /// Which ones.
    pub filter: PolicyFilter,
    /// In which order.
    pub sort: PolicySort,
    /// Turned round.
    pub descending: bool,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: u32,
}

impl TryFrom<PolicyListRequest> for PolicyQuery {
    type Error = CommandError;

    fn try_from(request: PolicyListRequest) -> Result<Self, CommandError> {
        Ok(Self {
            text: request.filter.text.unwrap_or_default(),
            strength: request.filter.strength_id.map(|text| id(&text, Noun::Strength)).transpose()?,
            paused: request.filter.paused,
            sort: request.sort.into(),
            descending: request.descending,
            after: request.cursor.map(|cursor| id(&cursor, Noun::Policy)).transpose()?,
            limit: limit(request.limit),
        })
    }
}

/// A policy in a list.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRowView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The higher, the sooner it applies.
    pub priority: u32,
    /// How passwords are generated.
    pub strength_id: String,
    /// The name of that.
    pub strength_name: String,
    /// When.
    pub triggers: TriggersView,
    /// Of which credentials.
    pub criteria: PolicyCriteriaView,
    /// Whether it rests.
    pub paused: bool,
    /// To how many it applies.
    pub credentials: u32,
    /// When it last changed.
    pub updated_at: String,
}

impl From<PolicyRow> for PolicyRowView {
    fn from(row: PolicyRow) -> Self {
        let details = row.policy.details;
        Self {
            id: row.policy.id.to_string(),
            name: details.name,
            priority: details.priority,
            strength_id: details.strength.to_string(),
            strength_name: row.strength_name,
            triggers: details.triggers.into(),
            criteria: details.criteria.into(),
            paused: row.policy.pause.is_some(),
            credentials: row.credentials,
            updated_at: time(row.policy.updated_at),
        }
    }
}

/// A page of policies.
#[derive(Debug, Serialize, Type)]
pub struct PolicyPage {
    /// The rows.
    pub rows: Vec<PolicyRowView>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

impl From<Page<PolicyRow>> for PolicyPage {
    fn from(page: Page<PolicyRow>) -> Self {
        Self {
            rows: page.rows.into_iter().map(PolicyRowView::from).collect(),
            next: page.next.map(|cursor| cursor.to_string()),
            total: count(page.total),
        }
    }
}

/// What a person entered in the policy form.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicySaveRequest {
    /// Null: a new policy.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The higher, the sooner it applies.
    pub priority: u32,
    /// How passwords are generated.
    pub strength_id: String,
    /// Of which credentials.
    pub criteria: PolicyCriteriaView,
    /// When.
    pub triggers: TriggersView,
    /// What differs from the parameters.
    pub overrides: PolicyOverridesView,
}

impl TryFrom<PolicySaveRequest> for PolicyForm {
    type Error = CommandError;

    fn try_from(request: PolicySaveRequest) -> Result<Self, CommandError> {
        let mut problems = Vec::new();
        let triggers = request.triggers.read(&mut problems);
        let strength: Option<StrengthId> = request.strength_id.parse().ok();
        if strength.is_none() {
            problems.push(Problem::new("strengthId", Rule::Required));
        }
        let (Some(strength), true) = (strength, problems.is_empty()) else {
            return Err(CommandError::Invalid { problems: problems.into_iter().map(Into::into).collect() });
        };
        Ok(Self {
            id: request.id.map(|text| id(&text, Noun::Policy)).transpose()?,
            details: PolicyDetails {
                name: request.name,
                priority: request.priority,
                strength,
                criteria: request.criteria.into(),
                triggers,
                overrides: request.overrides.into(),
            },
        })
    }
}

/// A policy.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The higher, the sooner it applies.
    pub priority: u32,
    /// How passwords are generated.
    pub strength_id: String,
    /// The name of that.
    pub strength_name: String,
    /// Of which credentials.
    pub criteria: PolicyCriteriaView,
    /// When.
    pub triggers: TriggersView,
    /// What differs from the parameters.
    pub overrides: PolicyOverridesView,
    /// Why it rests, if it does.
    pub pause: Option<PauseView>,
    /// To how many it applies.
    pub credentials: u32,
    /// When it was entered.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl PolicyView {
    /// Joins the policy with the name of who lets it rest.
    pub fn new(row: PolicyRow, paused_by: String) -> Self {
        let (policy, details) = (row.policy.clone(), row.policy.details);
        Self {
            id: policy.id.to_string(),
            name: details.name,
            priority: details.priority,
            strength_id: details.strength.to_string(),
            strength_name: row.strength_name,
            criteria: details.criteria.into(),
            triggers: details.triggers.into(),
            overrides: details.overrides.into(),
            pause: policy.pause.map(|pause| PauseView::new(pause, paused_by)),
            credentials: row.credentials,
            created_at: time(policy.created_at),
            updated_at: time(policy.updated_at),
        }
    }
}

/// A credential that would come under another policy. Null: none applies.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PolicyMoveView {
    /// The credential.
    pub credential_id: String,
    /// The account's name.
    pub username: String,
    /// The device's name.
    pub device_name: String,
    /// The policy that applies now.
    pub from: Option<String>,
    /// The one that would.
    pub to: Option<String>,
}

/// What saving a policy would do.
#[derive(Debug, Serialize, Type)]
pub struct PolicyPreviewView {
    /// To how many it would apply.
    pub applies: u32,
    /// How many come to it from another policy or from none.
    pub gained: u32,
    /// How many leave it.
    pub lost: u32,
    /// Some of both.
    pub moves: Vec<PolicyMoveView>,
}

impl From<Preview> for PolicyPreviewView {
    fn from(preview: Preview) -> Self {
        let view = |moved: app::Move| PolicyMoveView {
            credential_id: moved.credential.to_string(),
            username: moved.username,
            device_name: moved.device_name,
            from: moved.from,
            to: moved.to,
        };
        Self {
            applies: preview.applies,
            gained: preview.gained,
            lost: preview.lost,
            moves: preview.moves.into_iter().map(view).collect(),
        }
    }
}

/// Lets a policy rest.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PolicyPauseRequest {
    /// Which one.
    pub id: String,
    /// Why.
    pub reason: String,
}

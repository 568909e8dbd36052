//! The plan of a draft: for each credential a task, no change, or a refusal.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use approval::{
    BatchAction, ChangeSettings, CredentialSnapshot, FieldChange, FromTo, NamedCredential, NamedDevice, Parent,
    ReconciliationSettings, Task,
};
use chrono::{DateTime, Utc};
use domain::{Credential, CredentialDetails, CredentialId, CredentialStatus, DeviceId, Problem, Rule};
use template::starter::{self, Connects};
use vault::Reader;

use super::{BatchDraft, BatchFlag, BatchUpdate, MOST_CREDENTIALS, TagsUpdate, status_after};
use crate::AppError;

domain::enumeration! {
    /// The reason why a credential is left out.
    #[derive(PartialOrd, Ord)]
    pub enum RefusalReason {
        /// It does not exist any more.
        Gone = "gone",
        /// The action does not apply to its status.
        NotApplicable = "notApplicable",
        /// The device has another one of this name already, or would have two.
        Duplicate = "duplicate",
        /// It would follow itself, directly or through others.
        Cycle = "cycle",
        /// It would log in with itself, or repair itself.
        SelfReference = "selfReference",
        /// It would log in with a credential of another device.
        AccessOnOtherDevice = "accessOnOtherDevice",
        /// It would log in with a credential that is not in use.
        AccessInactive = "accessInactive",
        /// It would be repaired through a credential of another device.
        ReconciliationOnOtherDevice = "reconciliationOnOtherDevice",
        /// It would be repaired through a credential that is not in use.
        ReconciliationInactive = "reconciliationInactive",
        /// Others of its device log in with it.
        UsedByOthers = "usedByOthers",
        /// It would be changed by a plugin without a template.
        PluginWithoutTemplate = "pluginWithoutTemplate",
    }
}

/// A credential that would change.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) task: Task,
    pub(crate) flags: Vec<BatchFlag>,
}

/// A credential that is left out, with the reason.
#[derive(Debug, Clone)]
pub(crate) struct LeftOut {
    pub(crate) credential: CredentialId,
    pub(crate) username: String,
    pub(crate) device_name: String,
    pub(crate) reason: Option<RefusalReason>,
}

/// The plan that a draft leads to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) changed: Vec<Planned>,
    pub(crate) refused: Vec<LeftOut>,
    pub(crate) unchanged: Vec<LeftOut>,
    pub(crate) canceled_operations: usize,
}

impl Plan {
    /// Returns the reasons for refusal with their numbers, the most frequent first.
    pub(crate) fn refusals(&self) -> Vec<(RefusalReason, usize)> {
        let mut counts: HashMap<RefusalReason, usize> = HashMap::new();
        for reason in self.refused.iter().filter_map(|left| left.reason) {
            *counts.entry(reason).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(reason, count)| (usize::MAX - count, *reason));
        counts
    }
}

/// Returns the reasons that may block the change.
pub(crate) fn flags(action: BatchAction, snapshot: &CredentialSnapshot) -> Vec<BatchFlag> {
    let mut flags = Vec::new();
    if snapshot.status != action.applies_to() {
        flags.push(BatchFlag::NotApplicable);
    }
    if snapshot.open_operation.is_some() {
        flags.push(BatchFlag::OpenOperation);
    }
    if snapshot.open_request.is_some() {
        flags.push(BatchFlag::OpenRequest);
    }
    flags
}

/// Returns the problems that make the request impossible for any credential.
pub(crate) fn problems(reader: &Reader<'_>, draft: &BatchDraft) -> Result<Vec<Problem>, AppError> {
    let mut problems = Vec::new();
    if draft.credentials.len() > MOST_CREDENTIALS {
        problems.push(Problem::new("credentialIds", Rule::TooLong { maximum: MOST_CREDENTIALS as u32 }));
    }
    if draft.action != BatchAction::Update {
        return Ok(problems);
    }
    let Some(update) = &draft.update else {
        return Ok(vec![Problem::new("update", Rule::Required)]);
    };
    problems.extend(text_problems(update));
    if let Some(device) = update.device
        && reader.devices().get(device)?.is_none()
    {
        problems.push(Problem::new("update.deviceId", Rule::Unknown));
    }
    let known = |id: Option<CredentialId>| -> Result<bool, AppError> {
        Ok(match id {
            Some(id) => reader.credentials().get(id)?.is_some(),
            None => true,
        })
    };
    if let Some(parent) = &update.parent
        && !known(parent.parent)?
    {
        problems.push(Problem::new("update.parent.credentialId", Rule::Unknown));
    }
    if let Some(change) = &update.password_change {
        if !known(change.access)? {
            problems.push(Problem::new("update.passwordChange.accessCredentialId", Rule::Unknown));
        }
        let connects = if change.access.is_some() { Connects::Access } else { Connects::Own };
        let (plugin, template) = (change.plugin.as_deref(), change.template.as_deref());
        let fields = ["update.passwordChange.pluginId", "update.passwordChange.templateId"];
        problems.extend(template_problems(change.automatic_change, plugin, template, connects, fields));
    }
    if let Some(repair) = &update.reconciliation {
        if repair.enabled && repair.credential.is_none() {
            problems.push(Problem::new("update.reconciliation.credentialId", Rule::Required));
        }
        if !known(repair.credential)? {
            problems.push(Problem::new("update.reconciliation.credentialId", Rule::Unknown));
        }
        let (plugin, template) = (repair.plugin.as_deref(), repair.template.as_deref());
        let fields = ["update.reconciliation.pluginId", "update.reconciliation.templateId"];
        problems.extend(template_problems(repair.enabled, plugin, template, Connects::Access, fields));
    }
    Ok(problems)
}

/// Checks the texts of an update with the rules of the credential form.
fn text_problems(update: &BatchUpdate) -> Vec<Problem> {
    let tags = match &update.tags {
        Some(TagsUpdate::Replace(tags) | TagsUpdate::Add(tags)) => tags.clone(),
        None => Vec::new(),
    };
    let details = CredentialDetails {
        // The placeholder name breaks no rule, so that only changed fields can be refused.
        username: "x".to_owned(),
        device: DeviceId::from_uuid(uuid::Uuid::nil()),
        password_type: update.password_type.unwrap_or_default(),
        domain: update.domain.clone().unwrap_or_default(),
        additional_information: update.additional_information.clone().unwrap_or_default(),
        tags,
        status: CredentialStatus::Active,
        execution: domain::ExecutionSettings {
            automatic_change: false,
            plugin: None,
            template: None,
            connect_as: domain::ConnectAs::Own,
            ..domain::ExecutionSettings::default()
        },
    };
    let field = |name: &str| match name {
        "domain" => "update.domain",
        "additionalInformation" => "update.additionalInformation",
        "tags" => "update.tags",
        _ => "update",
    };
    details.tidied().problems().into_iter().map(|problem| Problem::new(field(&problem.field), problem.rule)).collect()
}

/// Checks that each template belongs to its plugin and to its way of connecting.
fn template_problems(
    needed: bool,
    plugin: Option<&str>,
    template: Option<&str>,
    connects: Connects,
    [plugin_field, template_field]: [&'static str; 2],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if needed && plugin.is_none() {
        problems.push(Problem::new(plugin_field, Rule::Required));
    }
    match template {
        None if needed => problems.push(Problem::new(template_field, Rule::Required)),
        None => {}
        Some(chosen) => match starter::find(chosen) {
            None => problems.push(Problem::new(template_field, Rule::Unknown)),
            Some(found) if plugin != Some(found.plugin) || found.connects != connects => {
                problems.push(Problem::new(template_field, Rule::WrongPlugin));
            }
            Some(_) => {}
        },
    }
    problems
}

/// Plans every credential of a draft.
pub(crate) fn make(reader: &Reader<'_>, draft: &BatchDraft, now: DateTime<Utc>) -> Result<Plan, AppError> {
    let target = Target::read(reader, draft, now)?;
    let mut plan = Plan::default();
    let mut names = HashSet::new();
    let mut seen = HashSet::with_capacity(draft.credentials.len());
    for id in draft.credentials.iter().filter(|id| seen.insert(**id)) {
        let Some(snapshot) = reader.requests().credential_snapshot(*id)? else {
            let left = LeftOut {
                credential: *id,
                username: String::new(),
                device_name: String::new(),
                reason: Some(RefusalReason::Gone),
            };
            plan.refused.push(left);
            continue;
        };
        let changes: Vec<_> = target.changes(&snapshot).into_iter().filter(FieldChange::changes_something).collect();
        let reason = refusal(reader, draft.action, &target, &snapshot, &changes, &mut names)?;
        if reason.is_some() || changes.is_empty() {
            let left =
                LeftOut { credential: *id, username: snapshot.username, device_name: snapshot.device.name, reason };
            if reason.is_some() { &mut plan.refused } else { &mut plan.unchanged }.push(left);
            continue;
        }
        let inactivated = draft.action == BatchAction::Inactivate;
        plan.canceled_operations +=
            usize::from(inactivated && snapshot.open_operation.is_some_and(|open| open.can_be_canceled()));
        let flags = flags(draft.action, &snapshot);
        let task = Task { credential: *id, username: snapshot.username, device_name: snapshot.device.name, changes };
        plan.changed.push(Planned { task, flags });
    }
    Ok(plan)
}

/// The new values for all selected credentials.
struct Target {
    action: BatchAction,
    update: BatchUpdate,
    device: Option<NamedDevice>,
    parent: Option<Parent>,
    ancestors: HashSet<CredentialId>,
    password_change: Option<ChangeSettings>,
    access: Option<CredentialSnapshot>,
    reconciliation: Option<ReconciliationSettings>,
    /// The credentials through which the reconciliation credential itself is changed.
    repair_chain: Vec<Credential>,
    now: DateTime<Utc>,
}

impl Target {
    fn read(reader: &Reader<'_>, draft: &BatchDraft, now: DateTime<Utc>) -> Result<Self, AppError> {
        let update = match draft.action {
            BatchAction::Update => draft.update.clone().unwrap_or_default(),
            BatchAction::Inactivate | BatchAction::Activate | BatchAction::Expire => BatchUpdate::default(),
        };
        let snapshot = |id: Option<CredentialId>| -> Result<Option<CredentialSnapshot>, AppError> {
            Ok(match id {
                Some(id) => reader.requests().credential_snapshot(id)?,
                None => None,
            })
        };
        let device = match update.device {
            Some(id) => reader.devices().get(id)?.map(|found| NamedDevice { id, name: found.details.name }),
            None => None,
        };
        let mut ancestors = HashSet::new();
        let mut next = update.parent.as_ref().and_then(|parent| parent.parent);
        while let Some(id) = next.filter(|id| ancestors.insert(*id)) {
            next = snapshot(Some(id))?.and_then(|snapshot| snapshot.parent.parent).map(|parent| parent.id);
        }
        let parent = match &update.parent {
            Some(parent) => {
                Some(Parent { parent: snapshot(parent.parent)?.map(named), own_password: parent.own_password })
            }
            None => None,
        };
        let access = snapshot(update.password_change.as_ref().and_then(|change| change.access))?;
        let password_change = update.password_change.as_ref().map(|change| ChangeSettings {
            automatic_change: change.automatic_change,
            plugin: change.plugin.clone(),
            template: change.template.clone(),
            access: access.clone().map(named),
        });
        let reconciliation = match &update.reconciliation {
            Some(repair) => Some(ReconciliationSettings {
                enabled: repair.enabled,
                autorun: repair.autorun,
                credential: snapshot(repair.credential)?.map(named),
                plugin: repair.plugin.clone(),
                template: repair.template.clone(),
            }),
            None => None,
        };
        let repairs = update.reconciliation.as_ref().and_then(|repair| repair.credential);
        let repair_chain = match repairs {
            Some(id) => reader.credentials().access_chain(id)?,
            None => Vec::new(),
        };
        Ok(Self {
            action: draft.action,
            update,
            device,
            parent,
            ancestors,
            password_change,
            access,
            reconciliation,
            repair_chain,
            now,
        })
    }

    /// Returns a change for every field of the draft, from the credential's current value, in the order of the fields.
    fn changes(&self, snapshot: &CredentialSnapshot) -> Vec<FieldChange> {
        fn change<T: Clone>(wrap: impl Fn(FromTo<T>) -> FieldChange, from: &T, to: Option<T>) -> Option<FieldChange> {
            to.map(|to| wrap(FromTo { from: from.clone(), to }))
        }
        let update = &self.update;
        let tags = update.tags.as_ref().map(|tags| match tags {
            TagsUpdate::Replace(tags) => tidy(tags.clone()),
            TagsUpdate::Add(tags) => tidy(snapshot.tags.iter().chain(tags).cloned().collect()),
        });
        let domain = update.domain.as_ref().map(|domain| domain.trim().to_owned());
        let expires = (self.action == BatchAction::Expire).then_some(Some(self.now));
        [
            change(FieldChange::PasswordType, &snapshot.password_type, update.password_type),
            change(FieldChange::Domain, &snapshot.domain, domain),
            change(FieldChange::Device, &snapshot.device, self.device.clone()),
            change(
                FieldChange::AdditionalInformation,
                &snapshot.additional_information,
                update.additional_information.clone(),
            ),
            change(FieldChange::Tags, &snapshot.tags, tags),
            change(FieldChange::Parent, &snapshot.parent, self.parent.clone()),
            change(FieldChange::PasswordChange, &snapshot.password_change, self.password_change.clone()),
            change(FieldChange::Reconciliation, &snapshot.reconciliation, self.reconciliation.clone()),
            change(FieldChange::Status, &snapshot.status, status_after(self.action)),
            change(FieldChange::ExpiresAt, &snapshot.expires_at, expires),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn named(snapshot: CredentialSnapshot) -> NamedCredential {
    NamedCredential {
        id: snapshot.credential,
        name: crate::inventory::label::label(&snapshot.username, &snapshot.device.name),
    }
}

fn tidy(tags: Vec<String>) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = tag.trim();
        if !tag.is_empty() && !tidy.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            tidy.push(tag.to_owned());
        }
    }
    tidy
}

/// Returns the reason why a credential is left out, if there is one.
fn refusal(
    reader: &Reader<'_>,
    action: BatchAction,
    target: &Target,
    snapshot: &CredentialSnapshot,
    changes: &[FieldChange],
    names: &mut HashSet<(DeviceId, String, String)>,
) -> Result<Option<RefusalReason>, AppError> {
    let id = snapshot.credential;
    if snapshot.status != action.applies_to() {
        return Ok(Some(RefusalReason::NotApplicable));
    }
    let (mut device, mut domain, mut moves) = (snapshot.device.id, snapshot.domain.clone(), false);
    let mut access = snapshot.password_change.access.as_ref().map(|access| access.id);
    for change in changes {
        match change {
            FieldChange::Device(change) => (device, moves) = (change.to.id, true),
            FieldChange::Domain(change) => domain.clone_from(&change.to),
            FieldChange::PasswordChange(change) => {
                access = change.to.access.as_ref().map(|access| access.id);
                if change.to.automatic_change && change.to.template.is_none() {
                    return Ok(Some(RefusalReason::PluginWithoutTemplate));
                }
            }
            FieldChange::Parent(_) if target.ancestors.contains(&id) => return Ok(Some(RefusalReason::Cycle)),
            FieldChange::Reconciliation(change)
                if change.to.credential.as_ref().is_some_and(|credential| credential.id == id) =>
            {
                return Ok(Some(RefusalReason::SelfReference));
            }
            _ => {}
        }
    }
    let named_anew = (device, &domain) != (snapshot.device.id, &snapshot.domain);
    let name = (device, snapshot.username.trim().to_lowercase(), domain.to_lowercase());
    if named_anew && (reader.credentials().taken(device, &snapshot.username, &domain, Some(id))? || !names.insert(name))
    {
        return Ok(Some(RefusalReason::Duplicate));
    }
    if moves && reader.credentials().used_by(id)? > 0 {
        return Ok(Some(RefusalReason::UsedByOthers));
    }
    let refused = access_refusal(reader, target, id, device, access, moves || target.access.is_some())?;
    match refused {
        Some(reason) => Ok(Some(reason)),
        None => repair_refusal(reader, target, snapshot, device, moves),
    }
}

/// Checks the reconciliation credential. It must be another active credential of the same device, and it must not be
/// changed through the credential that it repairs: both would be lost together.
fn repair_refusal(
    reader: &Reader<'_>,
    target: &Target,
    snapshot: &CredentialSnapshot,
    device: DeviceId,
    moves: bool,
) -> Result<Option<RefusalReason>, AppError> {
    let (settings, chain) = match &target.reconciliation {
        Some(settings) => (settings, Cow::Borrowed(&target.repair_chain)),
        None => match snapshot.reconciliation.credential.as_ref().filter(|_| moves) {
            Some(through) => (&snapshot.reconciliation, Cow::Owned(reader.credentials().access_chain(through.id)?)),
            None => return Ok(None),
        },
    };
    Ok(match chain.first() {
        Some(found) if found.details.device != device => Some(RefusalReason::ReconciliationOnOtherDevice),
        Some(_) if chain.iter().any(|link| link.id == snapshot.credential) => Some(RefusalReason::SelfReference),
        Some(found) if found.details.status == CredentialStatus::Inactive && settings.enabled => {
            Some(RefusalReason::ReconciliationInactive)
        }
        _ => None,
    })
}

fn access_refusal(
    reader: &Reader<'_>,
    target: &Target,
    id: CredentialId,
    device: DeviceId,
    access: Option<CredentialId>,
    asked: bool,
) -> Result<Option<RefusalReason>, AppError> {
    let Some(access) = access.filter(|_| asked) else {
        return Ok(None);
    };
    if access == id {
        return Ok(Some(RefusalReason::SelfReference));
    }
    let found = match &target.access {
        Some(snapshot) if snapshot.credential == access => Some(snapshot.clone()),
        _ => reader.requests().credential_snapshot(access)?,
    };
    Ok(match found {
        Some(found) if found.device.id != device => Some(RefusalReason::AccessOnOtherDevice),
        Some(found) if found.status == CredentialStatus::Inactive => Some(RefusalReason::AccessInactive),
        _ => None,
    })
}

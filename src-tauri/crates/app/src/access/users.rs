//! The people of a vault.
//!
//! Every change to a person is a grant that the signed-in Administrator signs. The vault stores it and writes it to the
//! audit trail. Removing, disabling or demoting a person who could open passwords makes their old keys worthless:
//! everything is encrypted anew, and the keys of the signed-in user and of the executor are renewed after it.

use std::{cmp::Ordering, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Problem, Role, Rule, UserId, parameter::Parameter};
use secret::Secret;
use vault::{BackupReason, Milestone, Noun, Person, PersonStatus, Reader, VaultError};

use crate::{
    Action, App, AppError, AppEvent, Task, TaskPhase, access::signed_in_user::SignedInUser,
    keeping::vaults::name_problems,
};

domain::enumeration! {
    /// The sign-in status of a person.
    pub enum UserStatus {
        /// They sign in with a password of their own.
        Active = "active",
        /// They cannot sign in; an Administrator disabled them.
        Disabled = "disabled",
        /// They sign in with a one-time password and must then choose their own.
        Invited = "invited",
    }
}

domain::enumeration! {
    /// The column by which people are sorted.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum UserSort {
        #[default]
        Name = "name",
        /// By the last sign-in; people who never signed in count as oldest.
        LastSignIn = "lastSignIn",
        /// By the time at which they were added.
        Created = "created",
    }
}

/// A query for people: a filter, an order and a page.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserQuery {
    /// Part of the name.
    pub text: String,
    pub role: Option<Role>,
    pub status: Option<UserStatus>,
    pub sort: UserSort,
    pub descending: bool,
    /// The last row of the previous page.
    pub after: Option<UserId>,
    pub limit: u32,
}

/// A page of people.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserPage {
    pub rows: Vec<UserRow>,
    /// The last row of this page, if another page follows.
    pub next: Option<UserId>,
    /// The number of all matching people.
    pub total: u64,
}

/// A person, as the list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserRow {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
    pub status: UserStatus,
    /// True for the signed-in user.
    pub is_you: bool,
    /// True if this is the only active Administrator.
    pub last_administrator: bool,
    pub created_at: DateTime<Utc>,
    /// The name of the person who added them.
    pub created_by: Option<String>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// True if they have an authenticator.
    pub totp: bool,
    /// True if they need a key file to sign in.
    pub key_file: bool,
    /// The time at which their one-time password expires.
    pub one_time_until: Option<DateTime<Utc>>,
}

/// A one-time password, to be shown once and handed over.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OneTimePassword {
    pub user: UserRow,
    pub password: Secret,
    /// The time at which it expires.
    pub valid_until: DateTime<Utc>,
}

/// The operations on people.
pub struct Users<'a>(pub(crate) &'a App);

impl Users<'_> {
    /// Returns one page of the people that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &UserQuery) -> Result<UserPage, AppError> {
        let signed_in = self.0.authorize(Action::ReadUsers)?;
        let mut rows: Vec<_> = rows(&signed_in)?.into_iter().filter(|row| matches(row, query)).collect();
        rows.sort_by(|left, right| order(left, right, query));
        let total = rows.len() as u64;
        let skipped = query.after.and_then(|after| rows.iter().position(|row| row.id == after)).map_or(0, |at| at + 1);
        let mut rows: Vec<_> = rows.into_iter().skip(skipped).collect();
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(UserPage { rows, next, total })
    }

    /// Reads the row of one person.
    ///
    /// # Errors
    /// As [`Users::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: UserId) -> Result<UserRow, AppError> {
        row(&self.0.authorize(Action::ReadUsers)?, id)
    }

    /// Adds a person, who gets a one-time password.
    ///
    /// # Errors
    /// As [`Users::list`], and [`AppError::Invalid`] with the fields `name`, `roles`.
    pub fn add(&self, name: &str, roles: &[Role]) -> Result<OneTimePassword, AppError> {
        let signed_in = self.0.authorize(Action::WriteUsers)?;
        let name = name.trim();
        refuse_problems(name, roles)?;
        let added = signed_in
            .vault
            .add_person(&signed_in.session, name, roles, self.0.setup.clock.now())
            .map_err(name_error)?;
        self.hand_over(&signed_in, added.id, added.password)
    }

    /// Changes a person's name and roles.
    ///
    /// # Errors
    /// As [`Users::add`], [`AppError::NotFound`], [`AppError::LastAdministrator`], [`AppError::OwnUser`] if users would
    /// take a role from themselves, [`AppError::TaskRuns`].
    pub fn save(&self, id: UserId, name: &str, roles: &[Role]) -> Result<UserRow, AppError> {
        let signed_in = self.0.authorize(Action::WriteUsers)?;
        let (name, now) = (name.trim(), self.0.setup.clock.now());
        refuse_problems(name, roles)?;
        let known = row(&signed_in, id)?;
        if known.is_you && known.roles.iter().any(|role| !roles.contains(role)) {
            return Err(if known.last_administrator && !roles.contains(&Role::Administrator) {
                AppError::LastAdministrator
            } else {
                AppError::OwnUser
            });
        }
        if known.name != name {
            signed_in.vault.rename_person(&signed_in.session, id, name, now).map_err(name_error)?;
        }
        if !same_roles(&known.roles, roles) {
            let loses = known.status != UserStatus::Disabled && holds_secrets(&known.roles) && !holds_secrets(roles);
            self.rekeying(&signed_in, loses, || {
                signed_in.vault.set_roles(&signed_in.session, id, roles, now).map(|_| ())
            })?;
        }
        self.changed(&signed_in, id)?;
        row(&self.0.signed_in()?, id)
    }

    /// Gives a person a new one-time password. The old password and their second factor stop working.
    ///
    /// # Errors
    /// As [`Users::get`], and [`AppError::OwnUser`].
    pub fn reset_password(&self, id: UserId) -> Result<OneTimePassword, AppError> {
        let signed_in = self.other(id)?;
        let password = signed_in.vault.reset_password(&signed_in.session, id, self.0.setup.clock.now())?;
        self.hand_over(&signed_in, id, password)
    }

    /// Disables a person, who then cannot sign in.
    ///
    /// # Errors
    /// As [`Users::get`], [`AppError::OwnUser`], [`AppError::LastAdministrator`], [`AppError::TaskRuns`].
    pub fn disable(&self, id: UserId) -> Result<UserRow, AppError> {
        let signed_in = self.other(id)?;
        let now = self.0.setup.clock.now();
        let loses = row(&signed_in, id)?.status != UserStatus::Disabled;
        self.rekeying(&signed_in, loses, || signed_in.vault.disable_person(&signed_in.session, id, now).map(|_| ()))?;
        self.changed(&signed_in, id)?;
        row(&self.0.signed_in()?, id)
    }

    /// Enables a disabled person.
    ///
    /// # Errors
    /// As [`Users::get`].
    pub fn enable(&self, id: UserId) -> Result<UserRow, AppError> {
        let signed_in = self.other(id)?;
        signed_in.vault.enable_person(&signed_in.session, id, self.0.setup.clock.now())?;
        self.changed(&signed_in, id)?;
        row(&signed_in, id)
    }

    /// Removes a person permanently. Their name stays in the records of what they did.
    ///
    /// # Errors
    /// As [`Users::disable`].
    pub fn remove(&self, id: UserId) -> Result<(), AppError> {
        let signed_in = self.other(id)?;
        let now = self.0.setup.clock.now();
        let loses = row(&signed_in, id)?.status != UserStatus::Disabled;
        self.rekeying(&signed_in, loses, || signed_in.vault.remove_person(&signed_in.session, id, now).map(|_| ()))?;
        self.changed(&signed_in, id)
    }

    /// Returns the signed-in user if they may change this person, who must be another one.
    fn other(&self, id: UserId) -> Result<SignedInUser, AppError> {
        let signed_in = self.0.authorize(Action::WriteUsers)?;
        if signed_in.user.id == id {
            let last = row(&signed_in, id)?.last_administrator;
            return Err(if last { AppError::LastAdministrator } else { AppError::OwnUser });
        }
        row(&signed_in, id)?;
        Ok(signed_in)
    }

    /// Runs a change that may give the vault new keys. If a person loses keys by it, a backup is made first.
    fn rekeying(
        &self,
        signed_in: &SignedInUser,
        loses_keys: bool,
        work: impl FnOnce() -> Result<(), VaultError>,
    ) -> Result<(), AppError> {
        let mut task = self.0.begin(Task::Rekey)?;
        if loses_keys {
            self.0.back_up_before(signed_in, BackupReason::BeforeRekey, &mut task)?;
        }
        let _ = task.tell(TaskPhase::Reencrypting, 0, None);
        work()?;
        let _ = task.tell(TaskPhase::Finishing, 1, Some(1));
        drop(task);
        self.0.renew(signed_in)
    }

    fn changed(&self, signed_in: &SignedInUser, id: UserId) -> Result<(), AppError> {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::User, ids: vec![id.as_uuid()] });
        if signed_in.user.id == id { self.0.renew(signed_in) } else { Ok(()) }
    }

    fn hand_over(&self, signed_in: &SignedInUser, id: UserId, password: Secret) -> Result<OneTimePassword, AppError> {
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            writer.milestones_mut().reach(Milestone::OneTimePassword, id.as_uuid(), Some(signed_in.user.id), now)
        })?;
        self.changed(signed_in, id)?;
        let user = row(signed_in, id)?;
        let valid_until = user.one_time_until.unwrap_or(now);
        Ok(OneTimePassword { user, password, valid_until })
    }
}

/// Tells whether these roles hold the key to passwords.
fn holds_secrets(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Administrator | Role::Operator))
}

fn same_roles(left: &[Role], right: &[Role]) -> bool {
    left.iter().all(|role| right.contains(role)) && right.iter().all(|role| left.contains(role))
}

fn refuse_problems(name: &str, roles: &[Role]) -> Result<(), AppError> {
    let mut problems = name_problems("name", name);
    if roles.is_empty() {
        problems.push(Problem::new("roles", Rule::Required));
    }
    if problems.is_empty() { Ok(()) } else { Err(AppError::Invalid { problems }) }
}

fn name_error(error: VaultError) -> AppError {
    let problem = |rule| AppError::Invalid { problems: vec![Problem::new("name", rule)] };
    match error {
        VaultError::Taken => problem(Rule::Duplicate),
        VaultError::InvalidName => problem(Rule::InvalidCharacters),
        other => other.into(),
    }
}

fn matches(row: &UserRow, query: &UserQuery) -> bool {
    row.name.to_lowercase().contains(&query.text.trim().to_lowercase())
        && query.role.is_none_or(|role| row.roles.contains(&role))
        && query.status.is_none_or(|status| row.status == status)
}

fn order(left: &UserRow, right: &UserRow, query: &UserQuery) -> Ordering {
    let ordered = match query.sort {
        UserSort::Name => left.name.to_lowercase().cmp(&right.name.to_lowercase()),
        UserSort::LastSignIn => left.last_sign_in_at.cmp(&right.last_sign_in_at),
        UserSort::Created => left.created_at.cmp(&right.created_at),
    };
    let ordered = ordered.then(left.id.cmp(&right.id));
    if query.descending { ordered.reverse() } else { ordered }
}

fn row(signed_in: &SignedInUser, id: UserId) -> Result<UserRow, AppError> {
    rows(signed_in)?.into_iter().find(|row| row.id == id).ok_or(AppError::NotFound { noun: Noun::User })
}

fn rows(signed_in: &SignedInUser) -> Result<Vec<UserRow>, AppError> {
    let people = signed_in.vault.people();
    let counts =
        |person: &&Person| person.status == PersonStatus::Active && person.roles.contains(&Role::Administrator);
    let administrators = people.iter().filter(counts).count();
    signed_in.vault.read(|reader| {
        let validity = reader.parameters().all()?.duration(Parameter::OneTimeValidity);
        let here = people.iter().filter(|person| person.status != PersonStatus::Removed);
        here.map(|person| {
            let last_administrator = administrators == 1 && counts(&person);
            describe(reader, signed_in, person, last_administrator, validity)
        })
        .collect()
    })
}

fn describe(
    reader: &Reader<'_>,
    signed_in: &SignedInUser,
    person: &Person,
    last_administrator: bool,
    validity: Duration,
) -> Result<UserRow, AppError> {
    let at = |milestone| reader.milestones().get(milestone, person.id.as_uuid());
    let one_time = if person.one_time { at(Milestone::OneTimePassword)? } else { None };
    let added = signed_in.vault.roster().history(person.id).next().map(|record| (record.at, record.by));
    let created_by = added.map(|(_, by)| reader.users().name(by)).transpose()?.flatten();
    Ok(UserRow {
        id: person.id,
        name: person.name.clone(),
        roles: person.roles.clone(),
        status: match person.status {
            PersonStatus::Disabled | PersonStatus::Removed => UserStatus::Disabled,
            PersonStatus::Active if person.one_time => UserStatus::Invited,
            PersonStatus::Active => UserStatus::Active,
        },
        is_you: person.id == signed_in.user.id,
        last_administrator,
        created_at: added.map_or(person.changed_at, |(at, _)| at),
        created_by,
        last_sign_in_at: at(Milestone::SignedIn)?.map(|reached| reached.at),
        totp: person.has_totp,
        key_file: person.has_key_file,
        one_time_until: one_time.map(|reached| reached.at + TimeDelta::from_std(validity).unwrap_or_default()),
    })
}

//! The people of a vault.
//!
//! Whatever is done to a person is a grant that the Administrator at the window signs; the vault writes it down, in the
//! audit trail too. What makes old keys worthless (removing, disabling or demoting who could open passwords) encrypts
//! everything anew, and the keys of the person at the window and of the executor are renewed after it.

use std::{cmp::Ordering, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Problem, Role, Rule, UserId, parameter::Parameter};
use secret::Secret;
use vault::{BackupReason, Milestone, Noun, Person, PersonStatus, Reader, VaultError};

use crate::{Action, App, AppError, AppEvent, Task, TaskPhase, access::seat::Seat, keeping::vaults::name_problems};

domain::enumeration! {
    /// Whether a person can sign in.
    pub enum UserStatus {
        /// With a password of their own.
        Active = "active",
        /// An Administrator said no.
        Disabled = "disabled",
        /// With a one-time password, and then to choose one.
        Invited = "invited",
    }
}

domain::enumeration! {
    /// What people are sorted by.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum UserSort {
        #[default]
        Name = "name",
        /// By the last sign-in; never is oldest.
        LastSignIn = "lastSignIn",
        /// By when they were added.
        Created = "created",
    }
}

/// Which people, in which order.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserQuery {
    /// Part of the name.
    pub text: String,
    pub role: Option<Role>,
    pub status: Option<UserStatus>,
    pub sort: UserSort,
    pub descending: bool,
    /// Where the page before ended.
    pub after: Option<UserId>,
    pub limit: u32,
}

/// A page of people.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserPage {
    pub rows: Vec<UserRow>,
    /// Where the next page begins.
    pub next: Option<UserId>,
    /// How many match in all.
    pub total: u64,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct UserRow {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
    /// Whether they can sign in.
    pub status: UserStatus,
    /// Whether it is the person at the window.
    pub is_you: bool,
    /// Whether the vault would be without an Administrator if they went.
    pub last_administrator: bool,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// The name of who added them.
    pub created_by: Option<String>,
    /// When they last signed in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Whether they have an authenticator.
    pub totp: bool,
    /// Whether they need a key file.
    pub key_file: bool,
    /// Until when their one-time password works.
    pub one_time_until: Option<DateTime<Utc>>,
}

/// A one-time password, to be shown once and handed over.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct OneTimePassword {
    pub user: UserRow,
    pub password: Secret,
    /// Until when it works.
    pub valid_until: DateTime<Utc>,
}

/// The door to people.
pub struct Users<'a>(pub(crate) &'a App);

impl Users<'_> {
    /// One page of the people that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &UserQuery) -> Result<UserPage, AppError> {
        let seat = self.0.seated(Action::ReadUsers)?;
        let mut rows: Vec<_> = rows(&seat)?.into_iter().filter(|row| matches(row, query)).collect();
        rows.sort_by(|left, right| order(left, right, query));
        let total = rows.len() as u64;
        let skipped = query.after.and_then(|after| rows.iter().position(|row| row.id == after)).map_or(0, |at| at + 1);
        let mut rows: Vec<_> = rows.into_iter().skip(skipped).collect();
        let more = rows.len() > query.limit as usize;
        rows.truncate(query.limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(UserPage { rows, next, total })
    }

    /// One person.
    ///
    /// # Errors
    /// As [`Users::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: UserId) -> Result<UserRow, AppError> {
        row(&self.0.seated(Action::ReadUsers)?, id)
    }

    /// Adds a person.
    ///
    /// # Errors
    /// As [`Users::list`], and [`AppError::Invalid`] with the fields `name`, `roles`.
    pub fn add(&self, name: &str, roles: &[Role]) -> Result<OneTimePassword, AppError> {
        let seat = self.0.seated(Action::WriteUsers)?;
        let name = name.trim();
        refuse_problems(name, roles)?;
        let added = seat.vault.add_person(&seat.session, name, roles, self.0.setup.clock.now()).map_err(name_error)?;
        self.hand_over(&seat, added.id, added.password)
    }

    /// Changes a person's name and roles.
    ///
    /// # Errors
    /// As [`Users::add`], [`AppError::NotFound`], [`AppError::LastAdministrator`], [`AppError::OwnUser`] for who would
    /// take a role from themselves, [`AppError::TaskRuns`].
    pub fn save(&self, id: UserId, name: &str, roles: &[Role]) -> Result<UserRow, AppError> {
        let seat = self.0.seated(Action::WriteUsers)?;
        let (name, now) = (name.trim(), self.0.setup.clock.now());
        refuse_problems(name, roles)?;
        let known = row(&seat, id)?;
        if known.is_you && known.roles.iter().any(|role| !roles.contains(role)) {
            return Err(if known.last_administrator && !roles.contains(&Role::Administrator) {
                AppError::LastAdministrator
            } else {
                AppError::OwnUser
            });
        }
        if known.name != name {
            seat.vault.rename_person(&seat.session, id, name, now).map_err(name_error)?;
        }
        if !same_roles(&known.roles, roles) {
            let loses = known.status != UserStatus::Disabled && holds_secrets(&known.roles) && !holds_secrets(roles);
            self.rekeying(&seat, loses, || seat.vault.set_roles(&seat.session, id, roles, now).map(|_| ()))?;
        }
        self.changed(&seat, id)?;
        row(&self.0.seat()?, id)
    }

    /// Gives a person a new one-time password. The old password and their second factor stop working.
    ///
    /// # Errors
    /// As [`Users::get`], and [`AppError::OwnUser`].
    pub fn reset_password(&self, id: UserId) -> Result<OneTimePassword, AppError> {
        let seat = self.other(id)?;
        let password = seat.vault.reset_password(&seat.session, id, self.0.setup.clock.now())?;
        self.hand_over(&seat, id, password)
    }

    /// Lets a person in no more.
    ///
    /// # Errors
    /// As [`Users::get`], [`AppError::OwnUser`], [`AppError::LastAdministrator`], [`AppError::TaskRuns`].
    pub fn disable(&self, id: UserId) -> Result<UserRow, AppError> {
        let seat = self.other(id)?;
        let now = self.0.setup.clock.now();
        let loses = row(&seat, id)?.status != UserStatus::Disabled;
        self.rekeying(&seat, loses, || seat.vault.disable_person(&seat.session, id, now).map(|_| ()))?;
        self.changed(&seat, id)?;
        row(&self.0.seat()?, id)
    }

    /// Lets a person in again.
    ///
    /// # Errors
    /// As [`Users::get`].
    pub fn enable(&self, id: UserId) -> Result<UserRow, AppError> {
        let seat = self.other(id)?;
        seat.vault.enable_person(&seat.session, id, self.0.setup.clock.now())?;
        self.changed(&seat, id)?;
        row(&seat, id)
    }

    /// Removes a person, for good. Their name stays in what they did.
    ///
    /// # Errors
    /// As [`Users::disable`].
    pub fn remove(&self, id: UserId) -> Result<(), AppError> {
        let seat = self.other(id)?;
        let now = self.0.setup.clock.now();
        let loses = row(&seat, id)?.status != UserStatus::Disabled;
        self.rekeying(&seat, loses, || seat.vault.remove_person(&seat.session, id, now).map(|_| ()))?;
        self.changed(&seat, id)
    }

    /// The seat of who may change another person.
    fn other(&self, id: UserId) -> Result<Seat, AppError> {
        let seat = self.0.seated(Action::WriteUsers)?;
        if seat.user.id == id {
            let last = row(&seat, id)?.last_administrator;
            return Err(if last { AppError::LastAdministrator } else { AppError::OwnUser });
        }
        row(&seat, id)?;
        Ok(seat)
    }

    /// Does what gives the vault new keys, where somebody loses keys by it. It is kept as it is before.
    fn rekeying(
        &self,
        seat: &Seat,
        loses_keys: bool,
        work: impl FnOnce() -> Result<(), VaultError>,
    ) -> Result<(), AppError> {
        let mut task = self.0.begin(Task::Rekey)?;
        if loses_keys {
            self.0.back_up_before(seat, BackupReason::BeforeRekey, &mut task)?;
        }
        let _ = task.tell(TaskPhase::Reencrypting, 0, None);
        work()?;
        let _ = task.tell(TaskPhase::Finishing, 1, Some(1));
        drop(task);
        self.0.renew(seat)
    }

    fn changed(&self, seat: &Seat, id: UserId) -> Result<(), AppError> {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::User, ids: vec![id.as_uuid()] });
        if seat.user.id == id { self.0.renew(seat) } else { Ok(()) }
    }

    fn hand_over(&self, seat: &Seat, id: UserId, password: Secret) -> Result<OneTimePassword, AppError> {
        let now = self.0.setup.clock.now();
        seat.vault.write(|writer| {
            writer.milestones_mut().reach(Milestone::OneTimePassword, id.as_uuid(), Some(seat.user.id), now)
        })?;
        self.changed(seat, id)?;
        let user = row(seat, id)?;
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

fn row(seat: &Seat, id: UserId) -> Result<UserRow, AppError> {
    rows(seat)?.into_iter().find(|row| row.id == id).ok_or(AppError::NotFound { noun: Noun::User })
}

fn rows(seat: &Seat) -> Result<Vec<UserRow>, AppError> {
    let people = seat.vault.people();
    let counts =
        |person: &&Person| person.status == PersonStatus::Active && person.roles.contains(&Role::Administrator);
    let administrators = people.iter().filter(counts).count();
    seat.vault.read(|reader| {
        let validity = reader.parameters().all()?.duration(Parameter::OneTimeValidity);
        let here = people.iter().filter(|person| person.status != PersonStatus::Removed);
        here.map(|person| {
            let last_administrator = administrators == 1 && counts(&person);
            describe(reader, seat, person, last_administrator, validity)
        })
        .collect()
    })
}

fn describe(
    reader: &Reader<'_>,
    seat: &Seat,
    person: &Person,
    last_administrator: bool,
    validity: Duration,
) -> Result<UserRow, AppError> {
    let at = |milestone| reader.milestones().get(milestone, person.id.as_uuid());
    let one_time = if person.one_time { at(Milestone::OneTimePassword)? } else { None };
    let added = seat.vault.roster().history(person.id).next().map(|record| (record.at, record.by));
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
        is_you: person.id == seat.user.id,
        last_administrator,
        created_at: added.map_or(person.changed_at, |(at, _)| at),
        created_by,
        last_sign_in_at: at(Milestone::SignedIn)?.map(|reached| reached.at),
        totp: person.has_totp,
        key_file: person.has_key_file,
        one_time_until: one_time.map(|reached| reached.at + TimeDelta::from_std(validity).unwrap_or_default()),
    })
}

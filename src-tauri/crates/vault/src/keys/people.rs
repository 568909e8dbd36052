//! People: who an administrator lets in, and what each may do.
//!
//! ORDER: `keyslots.json` is written first, in one atomic rename; it alone decides. The table `people` and the audit trail
//! follow in one transaction, now or, after a crash, when the vault is opened next.

use std::sync::{Arc, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use domain::{Role, UserId};
use secret::Secret;

use crate::{
    GrantRecord, PersonStatus, Roster, Session, Vault, VaultError,
    keys::keyslots::{Draft, Keyslots},
    store::{access::people, value::make_uuid},
    vault::is_name,
};

/// Somebody who can open the vault, or once could.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Person {
    pub id: UserId,
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they can sign in.
    pub status: PersonStatus,
    /// Whether they still have the password that an administrator read out to them.
    pub one_time: bool,
    /// Whether a key file is needed beside their password.
    pub has_key_file: bool,
    /// Whether they keep a secret for one-time codes.
    pub has_totp: bool,
    /// How many desktops open the vault for them without a password.
    pub desktops: u32,
    /// Since when all this holds.
    pub changed_at: DateTime<Utc>,
    pub changed_by: UserId,
}

/// A person who was added.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Added {
    pub id: UserId,
    /// The password for their first sign-in. It is kept nowhere.
    pub password: Secret,
}

/// Whether a change of people gave the vault new keys. Then every [`Session`] is to be renewed, and the executor needs
/// the new key to passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rekeyed(pub bool);

impl Vault {
    /// Everyone, in the order of their names; the removed ones last.
    pub fn people(&self) -> Vec<Person> {
        let (slots, roster) = (self.slots(), self.roster());
        let mut people: Vec<Person> =
            roster.everyone().filter(|record| !record.is_recovery).map(|record| slots.person(record)).collect();
        people.sort_by_key(|person| (person.status == PersonStatus::Removed, person.name.to_lowercase()));
        people
    }

    /// The verified history of who may do what.
    pub fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a person with a one-time password, with which they choose one of their own.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] for who is no administrator; [`VaultError::InvalidName`]; [`VaultError::Taken`];
    /// [`VaultError::NoRoles`]; [`VaultError::ReadOnly`] and what writing can end with, as every change of people.
    pub fn add_person(
        &self,
        by: &Session,
        name: &str,
        roles: &[Role],
        now: DateTime<Utc>,
    ) -> Result<Added, VaultError> {
        let (name, roles) = (valid_name(name)?, valid_roles(roles)?);
        let (id, password) = (UserId::from_uuid(make_uuid(now)?), crypto::make_password()?);
        self.change_people(by, now, |draft| draft.add_person(id, name, &roles, &password))?;
        Ok(Added { id, password })
    }

    /// Gives a person another name.
    ///
    /// # Errors
    /// As [`Vault::add_person`], and [`VaultError::NotFound`].
    pub fn rename_person(&self, by: &Session, id: UserId, name: &str, now: DateTime<Utc>) -> Result<(), VaultError> {
        let name = valid_name(name)?;
        if self.known(by, id)?.name == name {
            return Ok(());
        }
        self.change_people(by, now, |draft| draft.rename(id, name))
    }

    /// Changes what a person may do. Who loses the key to passwords by it leaves the vault with new keys.
    ///
    /// # Errors
    /// As [`Vault::rename_person`]; [`VaultError::LastAdministrator`]; [`VaultError::NotAllowed`] for taking the own
    /// administrator's role, which another administrator can.
    pub fn set_roles(
        &self,
        by: &Session,
        id: UserId,
        roles: &[Role],
        now: DateTime<Utc>,
    ) -> Result<Rekeyed, VaultError> {
        let roles = valid_roles(roles)?;
        let known = self.known(by, id)?;
        if known.roles == roles {
            return Ok(Rekeyed(false));
        }
        if !roles.contains(&Role::Administrator) {
            self.spare_administrator(by, &known)?;
        }
        if holds_secrets(&known.roles) && !holds_secrets(&roles) && known.status == PersonStatus::Active {
            self.change_and_rekey(by, now, true, |draft| draft.set_roles(id, &roles))
        } else {
            self.change_people(by, now, |draft| draft.set_roles(id, &roles)).map(|()| Rekeyed(false))
        }
    }

    /// Keeps a person out for now, and gives the vault new keys.
    ///
    /// # Errors
    /// As [`Vault::set_roles`].
    pub fn disable_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Rekeyed, VaultError> {
        self.shut_out(by, id, PersonStatus::Disabled, now)
    }

    /// Lets a person in again, with the identity that they had.
    ///
    /// # Errors
    /// As [`Vault::rename_person`].
    pub fn enable_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<(), VaultError> {
        if self.known(by, id)?.status == PersonStatus::Active {
            return Ok(());
        }
        self.set_status(by, id, PersonStatus::Active, now)
    }

    /// Removes a person for good, and gives the vault new keys.
    ///
    /// # Errors
    /// As [`Vault::set_roles`].
    pub fn remove_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Rekeyed, VaultError> {
        self.shut_out(by, id, PersonStatus::Removed, now)
    }

    /// Gives a person a new one-time password. The identity that they had signs nothing any more.
    ///
    /// # Errors
    /// As [`Vault::rename_person`]; [`VaultError::LastAdministrator`] and [`VaultError::NotAllowed`] for the own one.
    pub fn reset_password(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Secret, VaultError> {
        let known = self.known(by, id)?;
        // An administrator with a one-time password can do nothing; somebody else must be left who can.
        self.spare_administrator(by, &known)?;
        let password = crypto::make_password()?;
        self.change_people(by, now, |draft| draft.reset(id, &password))?;
        Ok(password)
    }

    fn set_status(&self, by: &Session, id: UserId, status: PersonStatus, now: DateTime<Utc>) -> Result<(), VaultError> {
        self.change_people(by, now, |draft| draft.set_status(id, status))
    }

    fn shut_out(
        &self,
        by: &Session,
        id: UserId,
        status: PersonStatus,
        now: DateTime<Utc>,
    ) -> Result<Rekeyed, VaultError> {
        let known = self.known(by, id)?;
        self.spare_administrator(by, &known)?;
        if known.status == PersonStatus::Disabled {
            // The keys are new since they were kept out.
            let changed = if status == known.status { Ok(()) } else { self.set_status(by, id, status, now) };
            return changed.map(|()| Rekeyed(false));
        }
        self.change_and_rekey(by, now, holds_secrets(&known.roles), |draft| draft.set_status(id, status))
    }

    /// Changes people by an administrator's word.
    pub(crate) fn change_people(
        &self,
        by: &Session,
        now: DateTime<Utc>,
        edit: impl FnOnce(&mut Draft<'_>) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let _changing = self.changing()?;
        refuse_recovery(by)?;
        let mut draft = self.draft(by, now)?;
        edit(&mut draft)?;
        let (slots, roster, ..) = draft.finish()?;
        self.keep_people(slots, roster)
    }

    pub(crate) fn change_and_rekey(
        &self,
        by: &Session,
        now: DateTime<Utc>,
        secrets: bool,
        edit: impl FnOnce(&mut Draft<'_>) -> Result<(), VaultError>,
    ) -> Result<Rekeyed, VaultError> {
        let _changing = self.changing()?;
        refuse_recovery(by)?;
        let mut draft = self.draft(by, now)?;
        edit(&mut draft)?;
        self.rekey_with(draft, secrets, &|_| ()).map(|()| Rekeyed(true))
    }

    /// Begins a change. Slots that are not as the ledger has them end it, and the audit trail says so.
    pub(crate) fn draft<'a>(&self, by: &'a Session, now: DateTime<Utc>) -> Result<Draft<'a>, VaultError> {
        self.noting_for(Some(by.user.id), Draft::begin(&self.slots(), by, now))
    }

    /// Writes changed slots, and what follows from them.
    pub(crate) fn keep_people(&self, slots: Keyslots, roster: Roster) -> Result<(), VaultError> {
        self.keep_slots(slots)?;
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
        let slots = self.slots();
        self.write(|writer| people::follow(writer.connection, &writer.audit_mut(), &slots))
    }

    /// Writes changed slots: from here on they count.
    pub(crate) fn keep_slots(&self, mut slots: Keyslots) -> Result<(), VaultError> {
        let content = slots.render()?;
        self.files.replace_keyslots(&content, |content| self.facts.folder.write_keyslots(content))?;
        *self.slots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(slots);
        Ok(())
    }

    pub(crate) fn slots(&self) -> Arc<Keyslots> {
        Arc::clone(&self.slots.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// One change of people at a time.
    pub(crate) fn changing(&self) -> Result<MutexGuard<'_, ()>, VaultError> {
        self.in_place()?;
        if self.is_read_only() {
            return Err(VaultError::ReadOnly);
        }
        self.refuse_inside_write()?;
        Ok(self.changing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The person that an administrator wants to change.
    fn known(&self, by: &Session, id: UserId) -> Result<GrantRecord, VaultError> {
        let roster = self.roster();
        if !roster.latest(by.user.id).is_some_and(is_able) {
            return Err(VaultError::NotAllowed);
        }
        let known = roster.latest(id).filter(|known| !known.is_recovery && known.status != PersonStatus::Removed);
        known.cloned().ok_or(VaultError::NotFound)
    }

    /// Refuses to shut out the last administrator, and to shut out oneself: the grants that one signed would be nobody's.
    fn spare_administrator(&self, by: &Session, known: &GrantRecord) -> Result<(), VaultError> {
        if is_able(known) && !self.roster().everyone().any(|other| other.user != known.user && is_able(other)) {
            return Err(VaultError::LastAdministrator);
        }
        if known.user == by.user.id { Err(VaultError::NotAllowed) } else { Ok(()) }
    }
}

/// Tells whether somebody can administer the vault today.
fn is_able(person: &GrantRecord) -> bool {
    person.roles.contains(&Role::Administrator)
        && person.status == PersonStatus::Active
        && !person.one_time
        && !person.is_recovery
}

fn refuse_recovery(by: &Session) -> Result<(), VaultError> {
    if by.recovery { Err(VaultError::NotAllowed) } else { Ok(()) }
}

fn holds_secrets(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Administrator | Role::Operator))
}

fn valid_name(name: &str) -> Result<&str, VaultError> {
    let name = name.trim();
    if is_name(name) { Ok(name) } else { Err(VaultError::InvalidName) }
}

/// Each role once, in one order.
fn valid_roles(roles: &[Role]) -> Result<Vec<Role>, VaultError> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { Err(VaultError::NoRoles) } else { Ok(roles) }
}

//! The people of a vault: who can sign in, and their rights.
//!
//! ORDER: `keyslots.json` is written first, in one atomic rename, and it alone decides. The table `people` and the
//! audit trail follow in one transaction, now or, after a crash, at the next opening of the vault.

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

/// A person who can open the vault, or could in the past.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub roles: Vec<Role>,
    pub status: PersonStatus,
    /// True while they have the one-time password that an administrator gave them.
    pub one_time: bool,
    /// True when a key file is needed together with their password.
    pub has_key_file: bool,
    /// True when they have a secret for one-time codes.
    pub has_totp: bool,
    /// The number of desktops that open the vault for them without a password.
    pub desktops: u32,
    /// The time of the last change.
    pub changed_at: DateTime<Utc>,
    pub changed_by: UserId,
}

/// A person who was added.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Added {
    pub id: UserId,
    /// The password for their first sign-in. It is stored nowhere.
    pub password: Secret,
}

/// True when a change of people gave the vault new keys. Then every [`Session`] must be renewed, and the executor needs
/// the new key to passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rekeyed(pub bool);

impl Vault {
    /// Returns everyone, in the order of their names; removed people come last.
    pub fn people(&self) -> Vec<Person> {
        let (slots, roster) = (self.slots(), self.roster());
        let mut people: Vec<Person> =
            roster.everyone().filter(|record| !record.is_recovery).map(|record| slots.person(record)).collect();
        people.sort_by_key(|person| (person.status == PersonStatus::Removed, person.name.to_lowercase()));
        people
    }

    /// Returns the verified history of the people and their rights.
    pub fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a person with a one-time password. With it they choose a password of their own.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] for a person who is not an administrator; [`VaultError::InvalidName`];
    /// [`VaultError::Taken`]; [`VaultError::NoRoles`]; [`VaultError::ReadOnly`] and the errors of writing. Every change
    /// of people has these errors.
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
    /// The same as [`Vault::add_person`], and [`VaultError::NotFound`].
    pub fn rename_person(&self, by: &Session, id: UserId, name: &str, now: DateTime<Utc>) -> Result<(), VaultError> {
        let name = valid_name(name)?;
        if self.known(by, id)?.name == name {
            return Ok(());
        }
        self.change_people(by, now, |draft| draft.rename(id, name))
    }

    /// Changes the roles of a person. If they lose the key to passwords, the vault gets new keys.
    ///
    /// # Errors
    /// The same as [`Vault::rename_person`]; [`VaultError::LastAdministrator`]; [`VaultError::NotAllowed`] for removing
    /// one's own administrator role, which only another administrator can.
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

    /// Disables a person for now, and gives the vault new keys.
    ///
    /// # Errors
    /// The same as [`Vault::set_roles`].
    pub fn disable_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Rekeyed, VaultError> {
        self.shut_out(by, id, PersonStatus::Disabled, now)
    }

    /// Enables a person again, with the identity that they had.
    ///
    /// # Errors
    /// The same as [`Vault::rename_person`].
    pub fn enable_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<(), VaultError> {
        if self.known(by, id)?.status == PersonStatus::Active {
            return Ok(());
        }
        self.set_status(by, id, PersonStatus::Active, now)
    }

    /// Removes a person for good, and gives the vault new keys.
    ///
    /// # Errors
    /// The same as [`Vault::set_roles`].
    pub fn remove_person(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Rekeyed, VaultError> {
        self.shut_out(by, id, PersonStatus::Removed, now)
    }

    /// Gives a person a new one-time password. The identity that they had signs nothing any more.
    ///
    /// # Errors
    /// The same as [`Vault::rename_person`]; [`VaultError::LastAdministrator`]; [`VaultError::NotAllowed`] for one's
    /// own password.
    pub fn reset_password(&self, by: &Session, id: UserId, now: DateTime<Utc>) -> Result<Secret, VaultError> {
        let known = self.known(by, id)?;
        // An administrator with a one-time password can do nothing, so that another able administrator must be left.
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
            // The vault got new keys when the person was disabled.
            let changed = if status == known.status { Ok(()) } else { self.set_status(by, id, status, now) };
            return changed.map(|()| Rekeyed(false));
        }
        self.change_and_rekey(by, now, holds_secrets(&known.roles), |draft| draft.set_status(id, status))
    }

    /// Changes people on behalf of an administrator.
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

    /// Begins a change. If a slot differs from the ledger, the change ends, and the audit trail records it.
    pub(crate) fn draft<'a>(&self, by: &'a Session, now: DateTime<Utc>) -> Result<Draft<'a>, VaultError> {
        self.noting_for(Some(by.user.id), Draft::begin(&self.slots(), by, now))
    }

    /// Writes changed slots, and then the table of people and the audit trail.
    pub(crate) fn keep_people(&self, slots: Keyslots, roster: Roster) -> Result<(), VaultError> {
        self.keep_slots(slots)?;
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
        let slots = self.slots();
        self.write(|writer| people::follow(writer.connection, &writer.audit_mut(), &slots))
    }

    /// Writes changed slots. From here on they count.
    pub(crate) fn keep_slots(&self, mut slots: Keyslots) -> Result<(), VaultError> {
        let content = slots.render()?;
        self.files.replace_keyslots(&content, |content| self.facts.folder.write_keyslots(content))?;
        *self.slots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(slots);
        Ok(())
    }

    pub(crate) fn slots(&self) -> Arc<Keyslots> {
        Arc::clone(&self.slots.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the lock that allows one change of people at a time.
    pub(crate) fn changing(&self) -> Result<MutexGuard<'_, ()>, VaultError> {
        self.in_place()?;
        if self.is_read_only() {
            return Err(VaultError::ReadOnly);
        }
        self.refuse_inside_write()?;
        Ok(self.changing.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the person that an administrator wants to change.
    fn known(&self, by: &Session, id: UserId) -> Result<GrantRecord, VaultError> {
        let roster = self.roster();
        if !roster.latest(by.user.id).is_some_and(is_able) {
            return Err(VaultError::NotAllowed);
        }
        let known = roster.latest(id).filter(|known| !known.is_recovery && known.status != PersonStatus::Removed);
        known.cloned().ok_or(VaultError::NotFound)
    }

    /// Refuses to disable the last administrator. It also refuses to disable oneself, because the grants that one
    /// signed would have no valid signer.
    fn spare_administrator(&self, by: &Session, known: &GrantRecord) -> Result<(), VaultError> {
        if is_able(known) && !self.roster().everyone().any(|other| other.user != known.user && is_able(other)) {
            return Err(VaultError::LastAdministrator);
        }
        if known.user == by.user.id { Err(VaultError::NotAllowed) } else { Ok(()) }
    }
}

/// Tells whether a person can administer the vault now.
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

/// Returns each role once, in a fixed order.
fn valid_roles(roles: &[Role]) -> Result<Vec<Role>, VaultError> {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { Err(VaultError::NoRoles) } else { Ok(roles) }
}

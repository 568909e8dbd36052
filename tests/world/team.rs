//! People with their own keys in one vault, and a clock that is moved by hand.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::Result;
use app::{App, Clock, KdfParameters, LockReason, Secret, UnlockVault};
use chrono::{DateTime, TimeDelta, Utc};
use demo::{PASSWORD, USER_NAME};
use domain::Role;
use vault::{NewPassword, NewVault, SignIn, Vault};

/// A clock that stands still until it is moved.
pub struct Hands(Mutex<DateTime<Utc>>);

impl Default for Hands {
    fn default() -> Self {
        Self(Mutex::new(Utc::now()))
    }
}

impl Hands {
    /// Moves it, forward or back.
    pub fn turn(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a vault with its founder and others, who have all chosen the practice password, and leaves it closed.
pub fn found(parent: &Path, people: &[(&str, &[Role])], now: DateTime<Utc>) -> Result<PathBuf> {
    let (password, kdf) = (Secret::new(PASSWORD), KdfParameters::FLOOR);
    let new = NewVault { name: "Team", user_name: USER_NAME, password: &password, kdf, now };
    let (vault, founder) = Vault::create(parent, &new)?;
    for (name, roles) in people {
        let added = vault.add_person(&founder, name, roles, now)?;
        let first = vault.sign_in(&SignIn::password(name, &added.password))?;
        vault.choose_password(&first, &NewPassword { password: &password, key_file: None, kdf }, now)?;
    }
    Ok(parent.join("Team.vault"))
}

/// Signs a person in; the executor works on with the keys that it holds.
pub fn sign_in_as(app: &App, folder: &Path, name: &str) -> Result<()> {
    app.sessions().lock(LockReason::Person);
    app.sessions().unlock(&UnlockVault {
        folder: folder.to_owned(),
        user_name: name.to_owned(),
        password: Secret::new(PASSWORD),
        key_file: None,
    })?;
    Ok(())
}

//! Reading facts from a device: its accounts, what a login may do, what depends on an account.

use chrono::{DateTime, Utc};

/// A question to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Which accounts it has.
    Accounts,
    /// Whether the login may change the password of this account.
    Rights(String),
    /// What uses this account.
    Dependents(String),
}

/// The answer to a [`Look`], of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facts {
    /// The accounts of the device.
    Accounts(Vec<Account>),
    /// The right to change, or the device's words against it.
    Rights(Right),
    /// What uses the account.
    Dependents(Vec<Dependent>),
}

/// An account as the device describes it. What the device does not tell is none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Account {
    pub username: String,
    /// Whether nobody can log in with it.
    pub locked: Option<bool>,
    /// Whether its password has expired.
    pub expired: Option<bool>,
    /// Whether it administers the device.
    pub privileged: Option<bool>,
    /// Whether a person can work with it.
    pub interactive: Option<bool>,
    /// The last change of its password.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Whether a login may change a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// Nothing speaks against it.
    Given,
    /// It would be refused, in the device's words.
    Refused(String),
}

/// A use of an account on the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// What it is, in the device's words: a service, a task, a session, a file.
    pub kind: String,
    /// Its name on the device.
    pub name: String,
}

//! Reading facts from a device: its accounts, the rights of a login, and the services that depend on an account.

use chrono::{DateTime, Utc};

/// A question to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Asks for the accounts of the device.
    Accounts,
    /// Asks whether the login may change the password of this account.
    Rights(String),
    /// Asks for everything on the device that uses this account.
    Dependents(String),
}

/// The answer to a [`Look`], of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facts {
    /// The accounts of the device.
    Accounts(Vec<Account>),
    /// The right to change the password, or the device's refusal.
    Rights(Right),
    /// Everything on the device that uses the account.
    Dependents(Vec<Dependent>),
}

/// An account as the device describes it. A field is `None` if the device does not report it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Account {
    pub username: String,
    /// True if nobody can log in with it.
    pub locked: Option<bool>,
    /// True if its password has expired.
    pub expired: Option<bool>,
    /// True if it administers the device.
    pub privileged: Option<bool>,
    /// True if a person can use it interactively.
    pub interactive: Option<bool>,
    /// The time of the last change of its password.
    pub changed_at: Option<DateTime<Utc>>,
}

/// The answer to whether a login may change a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// The login may change it.
    Given,
    /// The device would refuse it. Holds the device's words.
    Refused(String),
}

/// Something on the device that uses an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// The kind of the dependent, in the device's words: a service, a task, a session, a file.
    pub kind: String,
    /// Its name on the device.
    pub name: String,
}

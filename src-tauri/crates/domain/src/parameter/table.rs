//! The table itself. A parameter that is added here appears in the window, in the file and in the audit trail.

use super::{Kind, ParameterGroup, ParameterUnit, Value};

/// The default of a parameter, in a form that a constant table can hold.
#[derive(Debug, Clone, Copy)]
enum Start {
    Number(u32),
    Switch(bool),
    Word(&'static str),
    #[expect(dead_code, reason = "no parameter is a list yet")]
    Words(&'static [&'static str]),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Definition {
    pub parameter: Parameter,
    /// The name in files, in the audit trail and in the keys of the window's texts.
    pub name: &'static str,
    pub group: ParameterGroup,
    pub kind: Kind,
    start: Start,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $parameter:ident $name:literal $group:ident $kind:expr, $start:expr;)+) => {
        /// A parameter that an administrator may set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Parameter {
            $($(#[$doc])* $parameter,)+
        }

        /// Every parameter, in the order of the window.
        pub const PARAMETERS: &[Definition] = &[
            $(Definition {
                parameter: Parameter::$parameter,
                name: $name,
                group: ParameterGroup::$group,
                kind: $kind,
                start: $start,
            },)+
        ];
    };
}

const fn number(unit: ParameterUnit, minimum: u32, maximum: u32) -> Kind {
    Kind::Integer { minimum, maximum, unit }
}

const fn span(unit: ParameterUnit, minimum: u32, maximum: u32) -> Kind {
    Kind::Duration { minimum, maximum, unit }
}

const ON: Start = Start::Switch(true);
const OFF: Start = Start::Switch(false);

parameters! {
    /// Minutes without input after which the window locks; 0 is never.
    LockAfter "lockAfterMinutes" Session span(ParameterUnit::Minutes, 0, 480), Start::Number(10);
    /// The window locks when the machine sleeps.
    LockOnSleep "lockOnSleep" Session Kind::Switch, ON;
    /// The window locks when the desktop's own screen is locked.
    LockWithScreen "lockWithScreen" Session Kind::Switch, ON;
    /// A user who has an authenticator enters its code to sign in.
    CodeAtSignIn "codeAtSignIn" Session Kind::Switch, ON;
    /// The executor keeps the secrets key while the window is locked. This should be off on a shared desktop.
    RotateWhileLocked "rotateWhileLocked" Session Kind::Switch, ON;
    /// The longest time that signing out waits for running operations.
    FarewellBound "farewellBound" Session span(ParameterUnit::Seconds, 5, 300), Start::Number(30);
    /// The time during which a one-time password can be used.
    OneTimeValidity "oneTimeValidity" Session span(ParameterUnit::Hours, 1, 720), Start::Number(72);
    /// The time after which a shown password is hidden again.
    HideAfter "hideAfter" Secrets span(ParameterUnit::Seconds, 5, 600), Start::Number(30);
    /// The time after which a copied password is cleared from the clipboard.
    ClearClipboardAfter "clearClipboardAfter" Secrets span(ParameterUnit::Seconds, 5, 600), Start::Number(30);
    /// The window is kept out of screenshots and screen sharing while it shows a password.
    ProtectFromCapture "protectFromCapture" Secrets Kind::Switch, ON;
    /// A user who reveals a password must give a reason.
    RevealNeedsJustification "revealNeedsJustification" Secrets Kind::Switch, OFF;
    /// A user who reveals a password must prove a second factor.
    RevealNeedsCode "revealNeedsCode" Secrets Kind::Switch, OFF;
    /// The number of retired and abandoned passwords of a credential that are kept, besides those that the device may
    /// have.
    HistoryDepth "historyDepth" Secrets number(ParameterUnit::Versions, 5, 1_000), Start::Number(100);
    /// The number of attempts of a change before the operation ends in error.
    Attempts "attempts" Rotation number(ParameterUnit::Attempts, 1, 10), Start::Number(3);
    /// The wait before the second attempt; it doubles with each further one.
    BackOff "backOff" Rotation span(ParameterUnit::Seconds, 1, 3_600), Start::Number(30);
    /// The longest wait between two attempts or between two checks of an uncertain change.
    LongestBackOff "longestBackOff" Rotation span(ParameterUnit::Seconds, 10, 86_400), Start::Number(900);
    /// The time during which a device may still make a change that was sent over a connection that broke. It is never
    /// shorter than the 25 seconds that `chpasswd` waits for a held lock.
    Settle "settle" Rotation span(ParameterUnit::Seconds, 26, 3_600), Start::Number(45);
    /// The number of operations that run at once.
    AtOnce "atOnce" Rotation number(ParameterUnit::Operations, 1, 100), Start::Number(20);
    /// The number of operations that run at once on one device.
    PerDevice "perDevice" Rotation number(ParameterUnit::Operations, 1, 8), Start::Number(1);
    /// The number of connections that log in at once. OpenSSH begins to refuse at ten.
    AuthenticatingAtOnce "authenticatingAtOnce" Rotation number(ParameterUnit::Connections, 1, 9), Start::Number(8);
    /// The number of refused logins in a row after which no login to a device is tried for a while.
    Refusals "refusals" Rotation number(ParameterUnit::Attempts, 1, 5), Start::Number(2);
    /// The time during which no login is tried after too many refusals.
    Rest "rest" Rotation span(ParameterUnit::Seconds, 60, 86_400), Start::Number(600);
    /// The time for which the claim of an operation is valid without being renewed.
    Lease "lease" Rotation span(ParameterUnit::Seconds, 30, 600), Start::Number(60);
    /// The delay after which a waiting operation counts as overdue.
    OverdueAfter "overdueAfter" Rotation span(ParameterUnit::Minutes, 1, 1_440), Start::Number(15);
    /// The time over which changes are spread that were missed while the program was off.
    MissedSpread "missedSpread" Policies span(ParameterUnit::Minutes, 1, 1_440), Start::Number(60);
    /// The time during which triggers leave a credential alone after a canceled operation or a passing failure.
    TriggerRest "triggerRest" Policies span(ParameterUnit::Hours, 1, 720), Start::Number(24);
    /// The time limit for connecting to a device; a template may set its own.
    ConnectTimeout "connectTimeout" Network span(ParameterUnit::Seconds, 1, 300), Start::Number(10);
    /// The time limit for each silence of a device; a template may set its own. It is longer than a lock is held on a
    /// device.
    ReadTimeout "readTimeout" Network span(ParameterUnit::Seconds, 26, 600), Start::Number(30);
    /// A user who decides on a request enters the password again.
    DecideNeedsPassword "decideNeedsPassword" Approvals Kind::Switch, OFF;
    /// A user who decides on a request proves a second factor.
    DecideNeedsCode "decideNeedsCode" Approvals Kind::Switch, OFF;
    /// The number of daily backups that are kept.
    BackupsDaily "backupsDaily" Backups number(ParameterUnit::Backups, 1, 31), Start::Number(7);
    /// The number of weekly backups that are kept.
    BackupsWeekly "backupsWeekly" Backups number(ParameterUnit::Backups, 0, 52), Start::Number(4);
    /// The number of monthly backups that are kept.
    BackupsMonthly "backupsMonthly" Backups number(ParameterUnit::Backups, 0, 120), Start::Number(12);
    /// Closing the window leaves the program in the tray.
    CloseToTray "closeToTray" Window Kind::Switch, OFF;
    /// The program shows desktop notifications about events that need attention, also while nobody looks at the window.
    Notify "notify" Window Kind::Switch, ON;
    /// The time zone of schedules and of allowed hours.
    TimeZone "timeZone" Window Kind::TimeZone, Start::Word("UTC");
}

/// The facts about a vault on which defaults depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// At least one active user is neither administrator nor operator. Such a user can open the database, but no
    /// password in it.
    pub somebody_lacks_passwords: bool,
}

crate::enumeration! {
    /// The reason why a default is not the usual one.
    pub enum ParameterDefaultReason {
        /// See [`Circumstances::somebody_lacks_passwords`]. Such a user could edit the database and in this way steer
        /// an executor that nobody watches.
        SomebodyLacksPasswords = "somebodyLacksPasswords",
    }
}

impl Parameter {
    /// Returns the value that applies in a vault while nobody has set one, and the reason where it is not the usual
    /// default.
    pub fn default_in(self, circumstances: Circumstances) -> (Value, Option<ParameterDefaultReason>) {
        match self {
            Self::RotateWhileLocked if circumstances.somebody_lacks_passwords => {
                (Value::Switch(false), Some(ParameterDefaultReason::SomebodyLacksPasswords))
            }
            _ => (self.default(), None),
        }
    }

    /// Returns the parameter's row of the table.
    pub fn definition(self) -> &'static Definition {
        // The table has the order of the enum; a test checks it.
        &PARAMETERS[self as usize]
    }

    /// Returns the name in files, in the audit trail and in the keys of the window's texts.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// Finds a parameter by its name.
    pub fn of_name(name: &str) -> Option<Self> {
        PARAMETERS.iter().find(|row| row.name == name).map(|row| row.parameter)
    }

    /// Returns the usual default. [`Parameter::default_in`] returns the one that applies in a vault.
    pub fn default(self) -> Value {
        match self.definition().start {
            Start::Number(number) => Value::Integer(number),
            Start::Switch(on) => Value::Switch(on),
            Start::Word(word) => Value::Text(word.to_owned()),
            Start::Words(words) => Value::List(words.iter().map(|word| (*word).to_owned()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{super::check, PARAMETERS, Parameter};

    #[test]
    fn every_parameter_finds_its_own_row_and_no_two_share_a_name() {
        let mut names = HashSet::new();
        for row in PARAMETERS {
            assert_eq!(row.parameter.name(), row.name, "the table has the order of the enum");
            assert_eq!(Parameter::of_name(row.name), Some(row.parameter), "{} is found", row.name);
            assert!(names.insert(row.name), "{} is there twice", row.name);
        }
    }

    #[test]
    fn every_default_is_within_its_own_range() {
        for row in PARAMETERS {
            let default = row.parameter.default();
            assert_eq!(check(row.parameter, default.clone()), Ok(default), "{}", row.name);
        }
    }
}

//! The table itself. A parameter that is added here appears in the window, in the file and in the audit trail.

use super::{Kind, ParameterGroup, ParameterUnit, Value};

/// What a definition starts from, in a form that a table can hold.
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
    /// The name in files, in the audit trail and in the window's words.
    pub name: &'static str,
    pub group: ParameterGroup,
    /// What it may be.
    pub kind: Kind,
    start: Start,
}

macro_rules! parameters {
    ($($(#[$doc:meta])* $parameter:ident $name:literal $group:ident $kind:expr, $start:expr;)+) => {
        /// Something that an administrator may tune.
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
    /// Minutes without a touch after which the window locks; 0 is never.
    LockAfter "lockAfterMinutes" Session span(ParameterUnit::Minutes, 0, 480), Start::Number(10);
    /// Whether the window locks when the machine sleeps.
    LockOnSleep "lockOnSleep" Session Kind::Switch, ON;
    /// Whether the window locks when the desktop's own screen is locked.
    LockWithScreen "lockWithScreen" Session Kind::Switch, ON;
    /// Whether who has an authenticator enters its code to sign in.
    CodeAtSignIn "codeAtSignIn" Session Kind::Switch, ON;
    /// Whether the executor keeps the secrets key while the window is locked. Belongs off on a shared desktop.
    RotateWhileLocked "rotateWhileLocked" Session Kind::Switch, ON;
    /// How long signing out waits for what runs.
    FarewellBound "farewellBound" Session span(ParameterUnit::Seconds, 5, 300), Start::Number(30);
    /// How long a one-time password can be used.
    OneTimeValidity "oneTimeValidity" Session span(ParameterUnit::Hours, 1, 720), Start::Number(72);
    /// How long a password is shown.
    HideAfter "hideAfter" Secrets span(ParameterUnit::Seconds, 5, 600), Start::Number(30);
    /// How long a copied password stays on the clipboard.
    ClearClipboardAfter "clearClipboardAfter" Secrets span(ParameterUnit::Seconds, 5, 600), Start::Number(30);
    /// Whether the window is kept out of screenshots and screen sharing while a password shows.
    ProtectFromCapture "protectFromCapture" Secrets Kind::Switch, ON;
    /// Whether who looks at a password says why.
    RevealNeedsJustification "revealNeedsJustification" Secrets Kind::Switch, OFF;
    /// Whether who looks at a password proves a second factor.
    RevealNeedsCode "revealNeedsCode" Secrets Kind::Switch, OFF;
    /// How many retired and abandoned passwords of a credential are kept beside those that may be the device's.
    HistoryDepth "historyDepth" Secrets number(ParameterUnit::Versions, 5, 1_000), Start::Number(100);
    /// How often a change is tried before the operation ends in error.
    Attempts "attempts" Rotation number(ParameterUnit::Attempts, 1, 10), Start::Number(3);
    /// The wait before the second attempt; it doubles with each further one.
    BackOff "backOff" Rotation span(ParameterUnit::Seconds, 1, 3_600), Start::Number(30);
    /// The longest wait between two attempts or two looks.
    LongestBackOff "longestBackOff" Rotation span(ParameterUnit::Seconds, 10, 86_400), Start::Number(900);
    /// How long a device may still make a change that was sent to it over a line that died. Never shorter than the 25
    /// seconds that `chpasswd` waits for a held lock.
    Settle "settle" Rotation span(ParameterUnit::Seconds, 26, 3_600), Start::Number(45);
    /// Operations at once.
    AtOnce "atOnce" Rotation number(ParameterUnit::Operations, 1, 100), Start::Number(20);
    /// Operations at once on one device.
    PerDevice "perDevice" Rotation number(ParameterUnit::Operations, 1, 8), Start::Number(1);
    /// Connections that are logging in at once. OpenSSH begins to refuse at ten.
    AuthenticatingAtOnce "authenticatingAtOnce" Rotation number(ParameterUnit::Connections, 1, 9), Start::Number(8);
    /// Refused logins in a row after which a device is left in peace.
    Refusals "refusals" Rotation number(ParameterUnit::Attempts, 1, 5), Start::Number(2);
    /// How long a device is left in peace.
    Rest "rest" Rotation span(ParameterUnit::Seconds, 60, 86_400), Start::Number(600);
    /// How long a claim holds without being renewed.
    Lease "lease" Rotation span(ParameterUnit::Seconds, 30, 600), Start::Number(60);
    /// How long after its time a waiting operation counts as overdue.
    OverdueAfter "overdueAfter" Rotation span(ParameterUnit::Minutes, 1, 1_440), Start::Number(15);
    /// Over how long changes are spread that were missed while the program was off.
    MissedSpread "missedSpread" Policies span(ParameterUnit::Minutes, 1, 1_440), Start::Number(60);
    /// How long triggers rest for a credential after a canceled operation or a passing failure.
    TriggerRest "triggerRest" Policies span(ParameterUnit::Hours, 1, 720), Start::Number(24);
    /// Bound on reaching a device; a template may set its own.
    ConnectTimeout "connectTimeout" Network span(ParameterUnit::Seconds, 1, 300), Start::Number(10);
    /// Bound on each silence; a template may set its own. Longer than a held lock on the device.
    ReadTimeout "readTimeout" Network span(ParameterUnit::Seconds, 26, 600), Start::Number(30);
    /// Whether who decides on a request enters the password again.
    DecideNeedsPassword "decideNeedsPassword" Approvals Kind::Switch, OFF;
    /// Whether who decides on a request proves a second factor.
    DecideNeedsCode "decideNeedsCode" Approvals Kind::Switch, OFF;
    /// Daily backups that are kept.
    BackupsDaily "backupsDaily" Backups number(ParameterUnit::Backups, 1, 31), Start::Number(7);
    /// Weekly backups that are kept.
    BackupsWeekly "backupsWeekly" Backups number(ParameterUnit::Backups, 0, 52), Start::Number(4);
    /// Monthly backups that are kept.
    BackupsMonthly "backupsMonthly" Backups number(ParameterUnit::Backups, 0, 120), Start::Number(12);
    /// Whether closing the window leaves the program in the tray.
    CloseToTray "closeToTray" Window Kind::Switch, OFF;
    /// Whether the desktop is told of what people should look at, also while nobody looks at the window.
    Notify "notify" Window Kind::Switch, ON;
    /// The zone in which schedules and allowed hours are meant.
    TimeZone "timeZone" Window Kind::TimeZone, Start::Word("UTC");
}

/// What a vault is like, as far as defaults depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// An active person is neither administrator nor operator: they open the database, and no password in it.
    pub somebody_lacks_passwords: bool,
}

crate::enumeration! {
    /// Why a default is not the usual one.
    pub enum ParameterDefaultReason {
        /// See [`Circumstances::somebody_lacks_passwords`]. What they edit in the database steers an executor that nobody
        /// watches.
        SomebodyLacksPasswords = "somebodyLacksPasswords",
    }
}

impl Parameter {
    /// What counts in a vault as long as nobody sets anything, and why, where it is not the usual default.
    pub fn default_in(self, circumstances: Circumstances) -> (Value, Option<ParameterDefaultReason>) {
        match self {
            Self::RotateWhileLocked if circumstances.somebody_lacks_passwords => {
                (Value::Switch(false), Some(ParameterDefaultReason::SomebodyLacksPasswords))
            }
            _ => (self.default(), None),
        }
    }

    /// The parameter's row.
    pub fn definition(self) -> &'static Definition {
        // The table has the order of the enum; a test checks it.
        &PARAMETERS[self as usize]
    }

    /// The name in files, in the audit trail and in the window's words.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// Finds a parameter by its name.
    pub fn of_name(name: &str) -> Option<Self> {
        PARAMETERS.iter().find(|row| row.name == name).map(|row| row.parameter)
    }

    /// The usual default; [`Parameter::default_in`] says which one counts in a vault.
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

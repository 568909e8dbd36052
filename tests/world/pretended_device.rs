//! A connector to a device that exists in memory only. It stands for a real one where the subject of a test is the
//! rotation and not the protocol; the real ones are under `tests/live`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use connector::{Capabilities, Connector, ConnectorError, Descriptor, Endpoint, Login, Session};
use domain::{FailureCode, HostKey, Identity, IdentityKind, PluginId, Transport, Trust, operation::Evidence};
use template::{Bound, DialogueError, Received, Transcript};

/// What the device does with the next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Makes it and says so.
    #[default]
    Obeys,
    /// Makes it, and the line dies before the answer.
    ChangesAndHangsUp,
    /// The line dies before it is made.
    HangsUp,
    /// The line dies; it is made when the password is looked for the second time.
    ChangesLate,
    /// Refuses the new password.
    Refuses,
    /// Says that it was made, but it was not.
    Lies,
    /// Sets something else than what it was told.
    Garbles,
    /// Makes it, and is not to be reached from then on.
    VanishesAfterwards,
    /// Breaks the dialogue off before it is told the new password.
    BreaksOff,
    /// Says words of a denial before it is told the new password.
    DeniesBefore,
    /// Says words of a denial after it was told the new password, which it does not set.
    Denies,
}

/// The device, shared between the test and the connector.
#[derive(Clone, Default)]
pub struct PretendedDevice(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    passwords: HashMap<String, String>,
    behaviour: Behaviour,
    reachable: bool,
    logins: Vec<(String, String)>,
    changes: u32,
    late: Option<(String, String)>,
    host_key: String,
    of_accounts: HashMap<String, Behaviour>,
    saved: u32,
    cannot_save: bool,
    /// How long a change takes.
    slowness: Duration,
    /// How many change at the same time, and the most there were.
    busy: u32,
    busiest: u32,
    /// True where it asks for the password again after a wrong one, so that a second factor may stand behind it.
    asks_again: bool,
}

impl PretendedDevice {
    /// A device that is up, with one account.
    pub fn with_account(username: &str, password: &str) -> Self {
        let device = Self::default();
        let mut inside = device.inside();
        inside.reachable = true;
        inside.host_key = "first".to_owned();
        inside.passwords.insert(username.to_owned(), password.to_owned());
        drop(inside);
        device
    }

    /// Adds or sets an account.
    pub fn set_password(&self, username: &str, password: &str) {
        self.inside().passwords.insert(username.to_owned(), password.to_owned());
    }

    /// What the device takes as an account's password.
    pub fn password(&self, username: &str) -> String {
        self.inside().passwords.get(username).cloned().unwrap_or_default()
    }

    /// What it does with the next changes.
    pub fn behave(&self, behaviour: Behaviour) {
        self.inside().behaviour = behaviour;
    }

    /// What it does with the next changes of one account, whatever it does with the others.
    pub fn behave_for(&self, username: &str, behaviour: Behaviour) {
        self.inside().of_accounts.insert(username.to_owned(), behaviour);
    }

    /// How often it was told to save what it was told.
    pub fn saved(&self) -> u32 {
        self.inside().saved
    }

    /// Lets saving fail.
    pub fn cannot_save(&self) {
        self.inside().cannot_save = true;
    }

    /// Asks for the password again after a wrong one.
    pub fn ask_again(&self) {
        self.inside().asks_again = true;
    }

    /// Takes so long for each change.
    pub fn slow_down(&self, slowness: Duration) {
        self.inside().slowness = slowness;
    }

    /// How many changes were made at the same time at most.
    pub fn busiest(&self) -> u32 {
        self.inside().busiest
    }

    /// Takes it off the network, or puts it back.
    pub fn set_reachable(&self, reachable: bool) {
        self.inside().reachable = reachable;
    }

    /// Gives it another identity.
    pub fn set_host_key(&self, key: &str) {
        self.inside().host_key = key.to_owned();
    }

    /// Every login that was tried: account and password.
    pub fn logins(&self) -> Vec<(String, String)> {
        self.inside().logins.clone()
    }

    /// How many changes reached it.
    pub fn changes(&self) -> u32 {
        self.inside().changes
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connector for PretendedDevice {
    fn descriptor(&self) -> Descriptor {
        Descriptor {
            id: PluginId::known("ssh"),
            name: "SSH",
            default_port: 22,
            transports: &[Transport::Plain],
            identity: IdentityKind::HostKey,
            longest_password: 511,
            forbidden_characters: "",
            fields: &[],
            capabilities: Capabilities { change: true, prove: true, look: false, run: true },
        }
    }

    fn identify(&self, _: &Endpoint) -> Result<Identity, ConnectorError> {
        let inside = self.inside();
        if !inside.reachable {
            return Err(ConnectorError::new(FailureCode::Unreachable));
        }
        Ok(Identity::HostKey(HostKey {
            algorithm: "pretended".to_owned(),
            key: inside.host_key.clone(),
            fingerprint: format!("SHA256:{}", inside.host_key),
        }))
    }

    fn open(&self, endpoint: &Endpoint, trust: &Trust, login: &Login) -> Result<Box<dyn Session>, ConnectorError> {
        if self.identify(endpoint)?.pinned().as_ref() != Some(trust) {
            return Err(ConnectorError::new(FailureCode::HostKeyChanged));
        }
        // EXPOSE: the pretended device compares it.
        let password = login.password.as_ref().map(|password| password.expose().to_owned()).unwrap_or_default();
        let mut inside = self.inside();
        inside.logins.push((login.username.clone(), password.clone()));
        let accepted = inside.passwords.get(&login.username) == Some(&password);
        if accepted && let Some((username, late)) = inside.late.take() {
            inside.passwords.insert(username, late);
        }
        if accepted {
            Ok(Box::new(PretendedSession(self.clone())))
        } else {
            let evidence = if inside.asks_again { Evidence::SecondFactor } else { Evidence::LoginRefused };
            Err(ConnectorError { evidence, ..ConnectorError::new(FailureCode::AuthenticationFailed) })
        }
    }
}

struct PretendedSession(PretendedDevice);

impl Session for PretendedSession {
    /// Takes the account and the password from the line that `chpasswd` would read.
    fn run(&mut self, program: &Bound, transcript: &mut Transcript) -> Result<(), ConnectorError> {
        let mut heard = Listener { device: self.0.clone(), line: None, answer: None, other: false, failed: false };
        // What the template says after the line does not matter here: it ends where the listener has heard enough.
        let ran = template::run(program, &mut heard, transcript);
        if heard.other {
            return ran.map_err(|error| ConnectorError { words: error.words, ..ConnectorError::new(error.code) });
        }
        let slowness = {
            let mut inside = self.0.inside();
            inside.busy += 1;
            inside.busiest = inside.busiest.max(inside.busy);
            inside.slowness
        };
        std::thread::sleep(slowness);
        let mut inside = self.0.inside();
        inside.busy -= 1;
        inside.changes += 1;
        let Some((username, password)) = heard.line else {
            return Err(ConnectorError::new(FailureCode::CommandFailed));
        };
        let behaviour = inside.of_accounts.get(&username).copied().unwrap_or(inside.behaviour);
        match behaviour {
            Behaviour::VanishesAfterwards => {
                inside.passwords.insert(username, password);
                inside.reachable = false;
                return Err(ConnectorError::new(FailureCode::ConnectionLost));
            }
            Behaviour::Obeys => inside.passwords.insert(username, password),
            Behaviour::Lies => None,
            Behaviour::Garbles => inside.passwords.insert(username, "something else".to_owned()),
            Behaviour::Refuses => return Err(ConnectorError::new(FailureCode::PasswordRefused)),
            Behaviour::BreaksOff => {
                let error = ConnectorError::new(FailureCode::PromptMissing);
                return Err(ConnectorError { nothing_sent: true, ..error });
            }
            Behaviour::DeniesBefore => return Err(ConnectorError { nothing_sent: true, ..denied() }),
            Behaviour::Denies => return Err(denied()),
            Behaviour::HangsUp => return Err(ConnectorError::new(FailureCode::ConnectionLost)),
            Behaviour::ChangesLate => {
                inside.late = Some((username, password));
                return Err(ConnectorError::new(FailureCode::ConnectionLost));
            }
            Behaviour::ChangesAndHangsUp => {
                inside.passwords.insert(username, password);
                return Err(ConnectorError::new(FailureCode::ConnectionLost));
            }
        };
        Ok(())
    }
}

/// Words in a program's output, which tell nothing about a password.
fn denied() -> ConnectorError {
    ConnectorError { evidence: Evidence::Words, ..ConnectorError::new(FailureCode::AccessRefused) }
}

/// Hears the `name:password` line of the chpasswd templates, and answers what a template waits for. It knows two
/// commands more: `check NAME PASSWORD` says right or wrong, `save` keeps what was changed.
struct Listener {
    device: PretendedDevice,
    line: Option<(String, String)>,
    answer: Option<Vec<u8>>,
    /// One of the two other commands was given.
    other: bool,
    failed: bool,
}

impl template::Dialogue for Listener {
    fn start_shell(&mut self) -> Result<(), DialogueError> {
        Ok(())
    }

    fn start_command(&mut self, command: &str) -> Result<(), DialogueError> {
        let mut inside = self.device.inside();
        let mut words = command.split(' ');
        let answer: &[u8] = match (words.next(), words.next(), words.next()) {
            (Some("check"), Some(username), Some(password)) => {
                self.other = true;
                if inside.passwords.get(username).is_some_and(|known| known == password) {
                    b"right\n"
                } else {
                    b"wrong\n"
                }
            }
            (Some("save"), None, None) => {
                self.other = true;
                self.failed = inside.cannot_save;
                inside.saved += 1;
                b"saved\n"
            }
            _ => b"ready-for-the-line\n",
        };
        self.answer = Some(answer.to_vec());
        Ok(())
    }

    fn start_terminal(&mut self, _: &str) -> Result<(), DialogueError> {
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DialogueError> {
        let text = String::from_utf8_lossy(bytes);
        if let Some((username, password)) = text.trim_end_matches('\n').split_once(':') {
            self.line = Some((username.to_owned(), password.to_owned()));
        }
        Ok(())
    }

    fn receive(&mut self, _: Duration) -> Result<Received, DialogueError> {
        Ok(self.answer.take().map_or(Received::Closed, Received::Bytes))
    }

    fn send_end(&mut self) -> Result<(), DialogueError> {
        Ok(())
    }

    fn exit_status(&mut self) -> Result<Option<i32>, DialogueError> {
        Ok(Some(i32::from(self.failed)))
    }
}

//! A connector to a simulated device in memory. It replaces a real one in tests of the rotation itself rather than of
//! the protocol; tests with real devices are under `tests/live`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use connector::{Capabilities, Connector, ConnectorError, Descriptor, Endpoint, Login, Session};
use domain::{FailureCode, HostKey, Identity, IdentityKind, PluginId, Transport, Trust, operation::Evidence};
use template::{Bound, DialogueError, Received, Transcript};

/// The behaviour of the device at the next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Makes the change and confirms it.
    #[default]
    Obeys,
    /// Makes the change, and the line breaks before the answer.
    ChangesAndHangsUp,
    /// The line breaks before the change is made.
    HangsUp,
    /// The line breaks. The change is made when the password is looked for the second time.
    ChangesLate,
    /// Refuses the new password.
    Refuses,
    /// Confirms the change without making it.
    Lies,
    /// Sets another password than the one that it was sent.
    Garbles,
    /// Makes the change, and cannot be reached from then on.
    VanishesAfterwards,
    /// Breaks the dialogue off before it is sent the new password.
    BreaksOff,
    /// Prints a denial before it is sent the new password.
    DeniesBefore,
    /// Prints a denial after it was sent the new password, which it does not set.
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
    /// The time that a change takes.
    slowness: Duration,
    /// The number of simultaneous changes now; `busiest` is the highest so far.
    busy: u32,
    busiest: u32,
    /// True if it asks for the password again after a wrong one, so that a second factor may follow.
    asks_again: bool,
}

impl PretendedDevice {
    /// Makes a reachable device with one account.
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

    /// Returns the password that the device accepts for an account.
    pub fn password(&self, username: &str) -> String {
        self.inside().passwords.get(username).cloned().unwrap_or_default()
    }

    /// Sets the behaviour at the next changes.
    pub fn behave(&self, behaviour: Behaviour) {
        self.inside().behaviour = behaviour;
    }

    /// Sets the behaviour at the next changes of one account only.
    pub fn behave_for(&self, username: &str, behaviour: Behaviour) {
        self.inside().of_accounts.insert(username.to_owned(), behaviour);
    }

    /// Returns how often it was told to save its changes.
    pub fn saved(&self) -> u32 {
        self.inside().saved
    }

    /// Makes every later save fail.
    pub fn cannot_save(&self) {
        self.inside().cannot_save = true;
    }

    /// Asks for the password again after a wrong one.
    pub fn ask_again(&self) {
        self.inside().asks_again = true;
    }

    /// Sets the time that each change takes.
    pub fn slow_down(&self, slowness: Duration) {
        self.inside().slowness = slowness;
    }

    /// Returns the highest number of simultaneous changes.
    pub fn busiest(&self) -> u32 {
        self.inside().busiest
    }

    /// Disconnects it from the network, or reconnects it.
    pub fn set_reachable(&self, reachable: bool) {
        self.inside().reachable = reachable;
    }

    /// Gives it another identity.
    pub fn set_host_key(&self, key: &str) {
        self.inside().host_key = key.to_owned();
    }

    /// Returns every login that was tried: account and password.
    pub fn logins(&self) -> Vec<(String, String)> {
        self.inside().logins.clone()
    }

    /// Returns the number of changes that reached it.
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
        // The rest of the template after the line does not matter here: it ends when the listener has heard enough.
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

/// Returns the error of a denial in a program's output, which proves nothing about a password.
fn denied() -> ConnectorError {
    ConnectorError { evidence: Evidence::Words, ..ConnectorError::new(FailureCode::AccessRefused) }
}

/// A listener that reads the `name:password` line of the chpasswd templates and sends the answers for which a template
/// waits. It knows two more commands: `check NAME PASSWORD` answers right or wrong, `save` stores the changes.
struct Listener {
    device: PretendedDevice,
    line: Option<(String, String)>,
    answer: Option<Vec<u8>>,
    /// True if one of the two other commands was given.
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

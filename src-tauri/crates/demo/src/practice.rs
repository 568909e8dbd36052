//! Building a vault on practice devices, and using it as a person would.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::{
    App, AppEvent, AppSetup, Clock, Connectors, CreateVault, CredentialForm, Desktop, DeviceForm, Forgetful,
    HostKeyStatus, KdfParameters, OnMoment, OperationDetails, Parameters, RevealRequest, Secret, Selection, Starter,
    SystemClock,
    domain::{
        ConnectAs, Connectivity, CredentialDetails, CredentialId, CredentialStatus, Criticality, DeviceDetails,
        DeviceId, ExecutionSettings, OperationId, PasswordType, PluginId, operation::OperationState,
    },
    starter,
};

/// The name of the user who opens a practice vault.
pub const USER_NAME: &str = "Ada";
/// The password of every practice vault. It protects nothing real.
pub const PASSWORD: &str = "practice makes perfect 1843";

/// The default plugin of practice devices.
const SSH: PluginId = PluginId::known("ssh");

/// The settings of a practice vault's app that differ from the program's.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Setup {
    pub clock: Arc<dyn Clock>,
    /// Limits and waits of the executor.
    pub parameters: Parameters,
    /// The change plugins. `None`: the real ones.
    pub connectors: Option<Connectors>,
    pub templates: &'static [Starter],
    /// The desktop. `None`: one that remembers nothing.
    pub desktop: Option<Arc<dyn Desktop>>,
    /// A callback that is called before and after each written state.
    pub on_moment: Option<OnMoment>,
    /// The minimum of the key-derivation parameters.
    pub kdf: KdfParameters,
    /// The time that unlocking a new vault should take. `None`: the minimum parameters, which are the fastest.
    pub unlock_takes: Option<Duration>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            parameters: Parameters::default(),
            connectors: None,
            templates: starter::ALL,
            desktop: None,
            on_moment: None,
            kdf: KdfParameters::default(),
            unlock_takes: None,
        }
    }
}

/// The login that changes a credential's password.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// The credential logs in itself, with this template.
    Own(&'static str),
    /// Another credential logs in, with this template.
    Through(CredentialId, &'static str),
    /// The credential is not changed automatically.
    None,
}

/// A credential to add.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct NewCredential<'a> {
    pub device: DeviceId,
    pub username: &'a str,
    /// Its password on the device.
    pub password: &'a str,
    /// The login that changes its password.
    pub access: Access,
}

/// An app with a practice vault.
pub struct Practice {
    /// The app, in which the founder is signed in.
    pub app: App,
    events: Receiver<AppEvent>,
}

impl Practice {
    /// Makes an app without a vault.
    pub fn without_vault(setup: Setup) -> Self {
        let (sender, events) = channel();
        let real = || Connectors::new(connectors::all());
        let app = App::new(AppSetup {
            connectors: setup.connectors.unwrap_or_else(real),
            templates: setup.templates,
            clock: setup.clock,
            parameters: setup.parameters,
            kdf: setup.kdf,
            unlock_takes: setup.unlock_takes,
            desktop: setup.desktop.unwrap_or_else(|| Arc::new(Forgetful)),
            // The receiver is gone when the practice has been dropped, so that sending can fail.
            listener: Arc::new(move |event| drop(sender.send(event))),
            on_moment: setup.on_moment,
        });
        Self { app, events }
    }

    /// Creates a vault in a folder.
    pub fn create(folder: &Path, name: &str, setup: Setup) -> Result<Self> {
        let practice = Self::without_vault(setup);
        practice.create_vault(folder, name)?;
        Ok(practice)
    }

    /// Creates a vault in a folder and signs its founder in.
    pub fn create_vault(&self, folder: &Path, name: &str) -> Result<()> {
        let request = CreateVault {
            folder: folder.to_owned(),
            name: name.to_owned(),
            user_name: USER_NAME.to_owned(),
            password: Secret::new(PASSWORD),
        };
        self.app.vaults().create(&request)?;
        Ok(())
    }

    /// Unlocks a vault that [`Practice::create`] made.
    pub fn unlock(vault: &Path, setup: Setup) -> Result<Self> {
        let practice = Self::without_vault(setup);
        practice.sign_in_at(vault)?;
        Ok(practice)
    }

    /// Unlocks with the founder's name and password.
    pub fn sign_in_at(&self, vault: &Path) -> Result<()> {
        let request = app::UnlockVault {
            folder: vault.to_owned(),
            user_name: USER_NAME.to_owned(),
            password: Secret::new(PASSWORD),
            key_file: None,
        };
        self.app.sessions().unlock(&request)?;
        Ok(())
    }

    /// Returns the folder of the vault.
    pub fn vault_folder(&self) -> Result<PathBuf> {
        Ok(self.app.sessions().get().context("the vault is locked")?.vault_folder)
    }

    /// Adds a device, without accepting its host key.
    pub fn enter_device(&self, name: &str, address: &str, port: u16) -> Result<DeviceId> {
        self.enter_device_of(SSH, name, address, port)
    }

    /// Adds a device of any plugin, without accepting its identity.
    pub fn enter_device_of(&self, plugin: PluginId, name: &str, address: &str, port: u16) -> Result<DeviceId> {
        let details = DeviceDetails {
            name: name.to_owned(),
            address: address.to_owned(),
            kind: "Linux server".to_owned(),
            manufacturer: "Debian".to_owned(),
            model: String::new(),
            website: String::new(),
            site: "Practice".to_owned(),
            domain: String::new(),
            tags: vec!["practice".to_owned()],
            criticality: Criticality::Medium,
            connectivities: vec![Connectivity::plain(plugin, port)],
        };
        Ok(self.app.devices().save(DeviceForm { id: None, details })?)
    }

    /// Reads a device's host key and accepts it, as a person who has compared the fingerprint would. Returns the
    /// fingerprint.
    pub fn accept_host_key(&self, device: DeviceId) -> Result<String> {
        let offer = self.app.devices().identify(device, None)?;
        if offer.status != HostKeyStatus::Same {
            self.app.devices().trust(device, offer.offered.label(), offer.offered.public_part())?;
        }
        Ok(offer.offered.fingerprint().to_owned())
    }

    /// Adds a credential to the vault.
    pub fn enter_credential(&self, new: &NewCredential<'_>) -> Result<CredentialId> {
        let (connect_as, template) = match new.access {
            Access::Own(template) => (ConnectAs::Own, Some(template)),
            Access::Through(access, template) => (ConnectAs::Access(access), Some(template)),
            Access::None => (ConnectAs::Own, None),
        };
        let administrator = new.username == "root";
        let details = CredentialDetails {
            username: new.username.to_owned(),
            device: new.device,
            password_type: if administrator { PasswordType::LocalAdministrator } else { PasswordType::LocalUser },
            domain: String::new(),
            additional_information: String::new(),
            tags: vec!["practice".to_owned()],
            status: CredentialStatus::Active,
            execution: ExecutionSettings {
                automatic_change: template.is_some(),
                plugin: template.map(|template| self.plugin_of(template)).transpose()?,
                template: template.map(str::to_owned),
                connect_as,
                ..ExecutionSettings::default()
            },
        };
        let password = Some(Secret::new(new.password));
        Ok(self.app.credentials().save(CredentialForm { id: None, details, password, private_key: None })?)
    }

    fn plugin_of(&self, template: &str) -> Result<String> {
        let known = self.app.plugins().templates()?.into_iter().find(|known| known.id == template);
        Ok(known.map_or(SSH.as_str(), |known| known.plugin).to_owned())
    }

    /// Requests a password change that is due at once.
    pub fn request_change(&self, credential: CredentialId) -> Result<OperationId> {
        let requested = self.app.operations().request_change(&Selection::Ids(vec![credential]), None)?;
        match requested.operations.first() {
            Some(operation) => Ok(*operation),
            None => bail!("the change was not scheduled: {:?}", requested.skipped),
        }
    }

    /// Waits until an operation is finished. Calls `seen` with its details after each event, and at least every second.
    pub fn watch(
        &self,
        operation: OperationId,
        within: Duration,
        mut seen: impl FnMut(&OperationDetails),
    ) -> Result<OperationDetails> {
        let until = Instant::now() + within;
        loop {
            let details = self.app.operations().get(operation)?;
            seen(&details);
            let state = details.row.record.state;
            if matches!(
                state,
                OperationState::Succeeded | OperationState::Error | OperationState::Canceled | OperationState::Expired
            ) {
                return Ok(details);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("the operation is still {state:?} after {within:?}");
            }
            if self.events.recv_timeout(left.min(Duration::from_secs(1))) == Err(RecvTimeoutError::Disconnected) {
                bail!("the app is gone");
            }
        }
    }

    /// Requests a change and waits until it is finished.
    pub fn change(&self, credential: CredentialId) -> Result<OperationDetails> {
        let operation = self.request_change(credential)?;
        self.watch(operation, Duration::from_secs(120), |_| {})
    }

    /// Waits until no operation on a credential is open any more.
    pub fn wait_until_ended(&self, credential: CredentialId, within: Duration) -> Result<()> {
        let until = Instant::now() + within;
        while let Some(open) = self.app.credentials().get(credential)?.0.open_operation {
            if Instant::now() > until {
                bail!("operation {open} is still open after {within:?}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Returns the events that the app has sent since the last call.
    pub fn events(&self) -> Vec<AppEvent> {
        self.events.try_iter().collect()
    }

    /// Returns the password that is current in the vault.
    pub fn password(&self, credential: CredentialId) -> Result<String> {
        // EXPOSE: the caller logs in with it on a practice device.
        Ok(self.app.secrets().reveal(credential, &RevealRequest::default())?.password.expose().to_owned())
    }
}

impl Drop for Practice {
    /// Releases the vault before the process can end. The executor's thread may be the last user of the vault and then
    /// closes it; a process that ends meanwhile would unload the database library that the thread still uses.
    fn drop(&mut self) {
        self.app.vaults().release();
    }
}

//! Creating, unlocking and locking vaults.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{Problem, Role, Rule};
use rotation::{Ended, Executor, ExecutorSetup, Parameters, Waiting};
use secret::Secret;
use vault::{NewVault, SecretsKey, Session, SignIn, Vault, VaultError};

use crate::{
    App, AppError, AppEvent, Held,
    seat::Seat,
    strength_meter::{LOWEST_SCORE, SHORTEST, guess},
};

/// The longest vault or user name, in characters.
const LONGEST_NAME: usize = 100;

/// A vault to be created.
pub struct CreateVault {
    /// The folder in which `NAME.vault` is made.
    pub folder: PathBuf,
    /// The vault's name.
    pub name: String,
    /// The founder's name.
    pub user_name: String,
    /// The founder's password.
    pub password: Secret,
}

/// A vault to be unlocked.
pub struct UnlockVault {
    /// The vault's own folder, `NAME.vault`.
    pub folder: PathBuf,
    /// Who unlocks it.
    pub user_name: String,
    /// Their password.
    pub password: Secret,
}

/// Who sits in front of which vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDetails {
    /// The vault's name.
    pub vault_name: String,
    /// The vault's own folder.
    pub vault_folder: PathBuf,
    /// The person's name.
    pub user_name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether nothing can be changed.
    pub read_only: bool,
}

/// The door to vaults.
pub struct Vaults<'a>(pub(crate) &'a App);

impl Vaults<'_> {
    /// Creates a vault and seats its founder.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the fields `name`, `userName`, `password`; [`AppError::Opening`].
    pub fn create(&self, request: &CreateVault) -> Result<SessionDetails, AppError> {
        let (name, user_name) = (request.name.trim(), request.user_name.trim());
        let problems = creation_problems(name, user_name, &request.password);
        if !problems.is_empty() {
            return Err(AppError::Invalid { problems });
        }
        let new = NewVault {
            name,
            user_name,
            password: &request.password,
            kdf: self.0.setup.kdf,
            now: self.0.setup.clock.now(),
        };
        let (vault, session) = Vault::create(&request.folder, &new).map_err(opening)?;
        self.release();
        self.hold(Arc::new(vault), session)
    }

    /// Unlocks a vault. At one that is held already (locked, its executor at work) the person is only seated: the same
    /// one again, or another one with keys of their own.
    ///
    /// # Errors
    /// [`AppError::Opening`], with [`VaultError::WrongPassword`] for a wrong name as for a wrong password.
    pub fn unlock(&self, request: &UnlockVault) -> Result<SessionDetails, AppError> {
        let sign_in = SignIn::password(request.user_name.trim(), &request.password);
        if let Some(vault) = self.held_at(&request.folder) {
            let session = vault.sign_in(&sign_in).map_err(AppError::Opening)?;
            return Ok(self.seat(&vault, session));
        }
        let (vault, session) = Vault::open(&request.folder, &sign_in).map_err(AppError::Opening)?;
        // Only now: a wrong password for another vault does not stop the work on this one.
        self.release();
        self.hold(Arc::new(vault), session)
    }

    /// Empties the seat. The executor works on.
    pub fn lock(&self) {
        if let Some(held) = self.0.held().as_mut() {
            held.seat = None;
        }
        self.forget_offers();
        (self.0.setup.listener)(AppEvent::Locked);
    }

    /// Who sits at the window, if anyone does.
    pub fn session(&self) -> Option<SessionDetails> {
        let held = self.0.held();
        held.as_ref().and_then(|held| held.seat.as_ref()).map(details)
    }

    /// Waits for what runs, closes the vault and wipes its keys.
    pub fn release(&self) {
        // Taken out first, so that nothing waits for this lock while the executor finishes.
        let held = self.0.held().take();
        if let Some(Held { vault, executor, seat }) = held {
            drop(seat);
            if let Some(executor) = executor {
                executor.stop();
            }
            drop(vault);
        }
        self.forget_offers();
    }

    /// As [`Vaults::release`], but waits no longer than the bound, and meanwhile tells what it waits for. Answers with
    /// what still ran: that is recovered when the vault is opened next.
    pub fn release_within(&self, bound: Duration, told: &mut dyn FnMut(&[Waiting])) -> Vec<Waiting> {
        let held = self.0.held().take();
        self.forget_offers();
        match held {
            Some(Held { executor: Some(executor), .. }) => executor.stop_within(bound, told),
            _ => Vec::new(),
        }
    }

    /// What is running now.
    pub fn waiting_for(&self) -> Vec<Waiting> {
        let held = self.0.held();
        let executor = held.as_ref().and_then(|held| held.executor.as_ref());
        executor.map(Executor::waiting_for).unwrap_or_default()
    }

    /// Lets other bounds and waits count from now on.
    pub fn retune(&self, parameters: Parameters) {
        *self.0.parameters.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = parameters.clone();
        if let Some(executor) = self.0.held().as_ref().and_then(|held| held.executor.as_ref()) {
            executor.retune(parameters);
        }
    }

    fn forget_offers(&self) {
        self.0.offers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }

    fn held_at(&self, folder: &Path) -> Option<Arc<Vault>> {
        let held = self.0.held();
        let vault = &held.as_ref()?.vault;
        let same = match (folder.canonicalize(), vault.folder().canonicalize()) {
            (Ok(asked), Ok(open)) => asked == open,
            _ => folder == vault.folder(),
        };
        same.then(|| Arc::clone(vault))
    }

    /// Seats a person. If the executor has no key yet and they have one, it gets a copy of its own.
    fn seat(&self, vault: &Arc<Vault>, session: Session) -> SessionDetails {
        let seat = Seat::of(vault, session);
        let details = details(&seat);
        if let Some(held) = self.0.held().as_mut() {
            if let (Some(executor), Some(key)) = (&held.executor, seat.session.secrets_key())
                && !executor.holds_key()
            {
                executor.hold_key(Some(key.duplicate()));
            }
            held.seat = Some(seat);
        }
        details
    }

    fn hold(&self, vault: Arc<Vault>, session: Session) -> Result<SessionDetails, AppError> {
        let listener = Arc::clone(&self.0.setup.listener);
        vault.on_change(Box::new(move |changes| tell(&listener, changes)));
        let key = session.secrets_key().map(SecretsKey::duplicate);
        let executor = if vault.is_read_only() { None } else { Some(self.start_executor(&vault, key)?) };
        let seat = Seat::of(&vault, session);
        let details = details(&seat);
        *self.0.held() = Some(Held { vault, executor, seat: Some(seat) });
        Ok(details)
    }

    fn start_executor(&self, vault: &Arc<Vault>, secrets_key: Option<SecretsKey>) -> Result<Executor, AppError> {
        let setup = &self.0.setup;
        let listener = Arc::clone(&setup.listener);
        Ok(Executor::start(ExecutorSetup {
            vault: Arc::clone(vault),
            secrets_key,
            connectors: setup.connectors.clone(),
            templates: setup.templates,
            clock: Arc::clone(&setup.clock),
            parameters: self.0.parameters(),
            on_moment: setup.on_moment.clone(),
            on_ended: Some(Arc::new(move |ended: &Ended| crate::tell_end(&listener, ended))),
        })?)
    }
}

/// Tells the listener of a commit, one event a kind of record.
fn tell(listener: &crate::Listener, changes: &[vault::Change]) {
    use vault::Noun::{Credential, Device, Operation, Policy, SavedFilter, Strength};
    for noun in [Device, Credential, Operation, Policy, Strength, SavedFilter] {
        let mut ids: Vec<_> = changes.iter().filter(|change| change.noun == noun).map(|change| change.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            listener(AppEvent::RecordsChanged { noun, ids });
        }
    }
}

fn details(seat: &Seat) -> SessionDetails {
    let (vault, user) = (&seat.vault, &seat.user);
    SessionDetails {
        vault_name: vault.name().to_owned(),
        vault_folder: vault.folder().to_owned(),
        user_name: user.name.clone(),
        roles: user.roles.clone(),
        read_only: vault.is_read_only(),
    }
}

fn opening(error: VaultError) -> AppError {
    match error {
        VaultError::InvalidName => AppError::Invalid { problems: vec![Problem::new("name", Rule::InvalidCharacters)] },
        other => AppError::Opening(other),
    }
}

fn creation_problems(name: &str, user_name: &str, password: &Secret) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, text) in [("name", name), ("userName", user_name)] {
        if text.is_empty() {
            problems.push(Problem::new(field, Rule::Required));
        } else if text.chars().count() > LONGEST_NAME {
            problems.push(Problem::new(field, Rule::TooLong { maximum: LONGEST_NAME as u32 }));
        }
    }
    // EXPOSE: its characters are counted.
    let length = password.expose().chars().count();
    if length == 0 {
        problems.push(Problem::new("password", Rule::Required));
    } else if length < SHORTEST {
        problems.push(Problem::new("password", Rule::TooShort { minimum: SHORTEST as u32 }));
    } else if guess(password, &[name, user_name]).score < LOWEST_SCORE {
        problems.push(Problem::new("password", Rule::TooWeak));
    }
    problems
}

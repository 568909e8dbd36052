//! Creating vaults, and closing the one that is open.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use domain::{Problem, Rule, parameter::Parameters};
use rotation::{Ended, Executor, ExecutorSetup};
use secret::Secret;
use serde_json::json;
use vault::{CopyRequest, KeptPassword, NewVault, SecretsKey, Session, Vault, VaultError};

use crate::{
    App, AppError, AppEvent, OpenVault, SessionDetails, Task,
    access::{idle::Idle, signed_in_user::SignedInUser},
    keeping::parameters::of_rotation,
    policies::strength_meter::{LOWEST_SCORE, SHORTEST, guess},
};

/// The longest vault or user name, in characters.
const LONGEST_NAME: usize = 100;

/// A vault to be created.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct CreateVault {
    /// The folder in which `NAME.vault` is made.
    pub folder: PathBuf,
    pub name: String,
    pub user_name: String,
    pub password: Secret,
}

/// The operations that create and close vaults.
pub struct Vaults<'a>(pub(crate) &'a App);

impl Vaults<'_> {
    /// Creates a vault and signs its founder in.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the fields `name`, `userName`, `password`; [`AppError::Opening`];
    /// [`AppError::StillWorking`] if another vault works behind a locked window.
    pub fn create(&self, request: &CreateVault) -> Result<SessionDetails, AppError> {
        self.0.refuse_to_leave()?;
        let (name, user_name) = (request.name.trim(), request.user_name.trim());
        let problems = creation_problems(name, user_name, &request.password);
        if !problems.is_empty() {
            return Err(AppError::Invalid { problems });
        }
        let kdf = self.0.measured_cost()?;
        let new = NewVault { name, user_name, password: &request.password, kdf, now: self.0.setup.clock.now() };
        let (vault, session) = Vault::create(&request.folder, &new).map_err(opening)?;
        self.release();
        self.0.hold(Arc::new(vault), session)?;
        self.0.write_creation(kdf)?;
        self.0.session_details()
    }

    /// Checks whether the files of the open vault have been moved, replaced or deleted. The shell calls this every few
    /// seconds, so that the user is warned before something is saved.
    pub fn look(&self) {
        let vault = self.0.open_vault().as_ref().map(|open_vault| Arc::clone(&open_vault.vault));
        // A change of the answer is logged and reported by the vault itself.
        let _ = vault.map(|vault| vault.in_place());
    }

    /// Writes a complete copy of the open vault into a folder, also after its own files were moved or deleted. Returns
    /// the path of the copy. Every signed-in user may do it: the copy opens for the same people as this vault, and
    /// nobody else may be present when it is needed.
    ///
    /// # Errors
    /// [`AppError::Locked`]; [`AppError::MustSetPassword`]; [`AppError::FileNotWritten`]; [`AppError::TaskRuns`];
    /// [`AppError::Canceled`]; [`AppError::Vault`].
    pub fn save_copy(&self, folder: &Path) -> Result<PathBuf, AppError> {
        let signed_in = self.0.signed_in()?.unlimited()?;
        let (executors, kept) = self.0.passwords_in_hand();
        let mut work = self.0.begin(Task::Backup)?;
        let key = executors.as_deref().or(signed_in.session.secrets_key());
        let request = CopyRequest { by: signed_in.user.id, key, kept: &kept, now: self.0.setup.clock.now() };
        let saved = signed_in.vault.save_copy(folder, &request, &mut |progress| work.hear(progress));
        let saved = saved.map_err(|error| not_saved(folder, error))?;
        if signed_in.vault.in_place().is_ok() && !signed_in.vault.is_read_only() {
            signed_in.vault.write(|writer| self.0.append(writer, &signed_in, "vault.copySaved", json!({})))?;
        }
        Ok(saved)
    }

    /// Waits for running operations, closes the vault and wipes its keys. The signed-in user is signed out by it.
    pub fn release(&self) {
        if let Err(error) = self.0.write_sign_out() {
            tracing::warn!(error = %diagnostics::chain(&error), "the sign-out could not be written down");
        }
        self.0.remember_head();
        // The vault is taken out of the lock first, so that nothing waits for the lock while the executor finishes.
        let open_vault = self.0.open_vault().take();
        if let Some(OpenVault { vault, executor, signed_in, .. }) = open_vault {
            drop(signed_in);
            if let Some(executor) = executor {
                executor.stop();
            }
            drop(vault);
        }
        self.0.forget_offers();
    }
}

impl App {
    /// Returns the passwords that the executor works with, and its key to them.
    fn passwords_in_hand(&self) -> (Option<Arc<SecretsKey>>, Vec<KeptPassword>) {
        let open_vault = self.open_vault();
        let executor = open_vault.as_ref().and_then(|open_vault| open_vault.executor.as_ref());
        executor.map(Executor::passwords_in_hand).unwrap_or_default()
    }

    pub(crate) fn forget_offers(&self) {
        self.offers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }

    /// Returns the open vault if it is the one in this folder.
    pub(crate) fn held_at(&self, folder: &Path) -> Option<Arc<Vault>> {
        let open_vault = self.open_vault();
        let vault = &open_vault.as_ref()?.vault;
        let same = match (folder.canonicalize(), vault.folder().canonicalize()) {
            (Ok(asked), Ok(open)) => asked == open,
            _ => folder == vault.folder(),
        };
        same.then(|| Arc::clone(vault))
    }

    /// Holds a vault that has just been opened, and signs in the person who opened it.
    pub(crate) fn hold(&self, vault: Arc<Vault>, session: Session) -> Result<(), AppError> {
        let listener = Arc::clone(&self.setup.listener);
        vault.on_change(Box::new(move |changes| tell(&listener, changes)));
        let damage = Arc::default();
        vault.on_damage(hear_of_damage(&damage, &self.setup.listener, vault.folder()));
        vault.on_displaced(hear_of_displacement(&self.setup.listener, vault.folder()));
        let parameters = vault.read(|reader| reader.parameters().all())?;
        let key = session.secrets_key().map(SecretsKey::duplicate);
        let executor = if vault.is_read_only() { None } else { Some(self.start_executor(&vault, key, &parameters)?) };
        let idle = Idle::new(Instant::now(), self.setup.clock.now());
        let signed_in = Some(SignedInUser::of(&vault, session));
        let open_vault = OpenVault {
            vault,
            executor,
            signed_in,
            idle,
            parameters,
            locked: None,
            rests_while_locked: false,
            warnings: Vec::new(),
            damage,
        };
        *self.open_vault() = Some(open_vault);
        Ok(())
    }

    fn start_executor(
        &self,
        vault: &Arc<Vault>,
        secrets_key: Option<SecretsKey>,
        parameters: &Parameters,
    ) -> Result<Executor, AppError> {
        let setup = &self.setup;
        let listener = Arc::clone(&setup.listener);
        Ok(Executor::start(ExecutorSetup {
            vault: Arc::clone(vault),
            secrets_key,
            connectors: setup.connectors.clone(),
            templates: setup.templates,
            clock: Arc::clone(&setup.clock),
            parameters: of_rotation(parameters, &setup.parameters),
            on_moment: setup.on_moment.clone(),
            on_ended: Some(Arc::new(move |ended: &Ended| crate::tell_end(&listener, ended))),
        })?)
    }
}

/// Returns a function that informs the listener when the files were moved or deleted, or are back.
fn hear_of_displacement(listener: &crate::Listener, folder: &Path) -> vault::OnDisplaced {
    let (listener, folder) = (Arc::clone(listener), folder.to_owned());
    Box::new(move |displacement| {
        if let Some(displacement) = displacement {
            tracing::warn!(?displacement, "the vault's files are not at their place");
            listener(AppEvent::VaultDisplaced(folder.clone()));
        } else {
            tracing::warn!("the vault's files are at their place again");
        }
        listener(AppEvent::SessionChanged);
    })
}

/// Converts the error of a copy that could not be written into the chosen folder.
fn not_saved(folder: &Path, error: VaultError) -> AppError {
    let source = match error {
        VaultError::File { source } => source,
        VaultError::Missing => std::io::ErrorKind::NotFound.into(),
        VaultError::FolderReadOnly => std::io::ErrorKind::PermissionDenied.into(),
        VaultError::InvalidName => std::io::ErrorKind::InvalidInput.into(),
        other => return other.into(),
    };
    AppError::FileNotWritten { path: folder.to_string_lossy().into_owned(), source }
}

/// Returns a function that records damage and informs the listener.
fn hear_of_damage(
    kept: &Arc<Mutex<Option<vault::Damage>>>,
    listener: &crate::Listener,
    folder: &Path,
) -> vault::OnDamage {
    let (kept, listener, folder) = (Arc::clone(kept), Arc::clone(listener), folder.to_owned());
    Box::new(move |damage| {
        if damage.altered {
            tracing::error!(objects = ?damage.findings, "somebody altered the structure of the open vault; it is only read");
        }
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(damage.clone());
        listener(AppEvent::DamageFound(folder.clone()));
    })
}

/// Informs the listener of a commit, with one event for each kind of record.
fn tell(listener: &crate::Listener, changes: &[vault::Change]) {
    use vault::Noun::{Approvers, Credential, Device, Operation, Policy, Request, SavedFilter, Strength, User};
    for noun in [Device, Credential, Operation, User, Policy, Strength, SavedFilter, Request, Approvers] {
        let mut ids: Vec<_> = changes.iter().filter(|change| change.noun == noun).map(|change| change.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            listener(AppEvent::RecordsChanged { noun, ids });
        }
    }
}

fn opening(error: VaultError) -> AppError {
    match error {
        VaultError::InvalidName => AppError::Invalid { problems: vec![Problem::new("name", Rule::InvalidCharacters)] },
        other => AppError::Opening(other),
    }
}

fn creation_problems(name: &str, user_name: &str, password: &Secret) -> Vec<Problem> {
    let mut problems = name_problems("name", name);
    problems.extend(name_problems("userName", user_name));
    problems.extend(password_problem(password, &[name, user_name]));
    problems
}

/// Returns the problems of a name of a vault or a person.
pub(crate) fn name_problems(field: &'static str, name: &str) -> Vec<Problem> {
    if name.is_empty() {
        vec![Problem::new(field, Rule::Required)]
    } else if name.chars().count() > LONGEST_NAME {
        vec![Problem::new(field, Rule::TooLong { maximum: LONGEST_NAME as u32 })]
    } else if name.chars().any(char::is_control) {
        vec![Problem::new(field, Rule::InvalidCharacters)]
    } else {
        Vec::new()
    }
}

/// Returns the problem of a password that a person chose for themselves, if there is one.
pub(crate) fn password_problem(password: &Secret, known: &[&str]) -> Option<Problem> {
    // EXPOSE: its characters are counted.
    let length = password.expose().chars().count();
    let rule = if length == 0 {
        Rule::Required
    } else if length < SHORTEST {
        Rule::TooShort { minimum: SHORTEST as u32 }
    } else if guess(password, known).score < LOWEST_SCORE {
        Rule::TooWeak
    } else {
        return None;
    };
    Some(Problem::new("password", rule))
}

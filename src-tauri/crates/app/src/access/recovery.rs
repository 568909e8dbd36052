//! The recovery kit: a key on paper that opens the vault when nobody knows a password any more.
//!
//! The kit is shown once, when it is made. Until words of it have been typed back, the window shows a reminder. A
//! person who opens the vault with it is not signed in: they can only give an Administrator a new password.

use std::{path::Path, sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use domain::{Role, UserId, parameter::Parameter};
use secret::Secret;
use serde_json::json;
use vault::{BackupReason, Milestone, NewPassword, Noun, PersonStatus, RecoveryKit, SignIn, Vault, VaultError};

use crate::{
    Action, App, AppError, AppEvent, Confirmation, RecoveryStatus, SessionDetails, Task, TaskPhase,
    access::{pending_sign_in::PendingSession, session_details::recovery_status},
    keeping::vaults::password_problem,
};

/// The number of words of a kit.
pub const WORDS: u32 = 24;

/// A new kit, to be printed.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KitToPrint {
    pub vault_name: String,
    pub vault_folder: std::path::PathBuf,
    pub made_at: DateTime<Utc>,
    /// The words, separated by spaces.
    pub words: Secret,
    /// The same key as text for a printed code.
    pub text: Secret,
    /// The two positions, from 1, whose words must be typed back.
    pub asked: [u32; 2],
}

/// The details of the vault's recovery kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryDetails {
    /// The state of the kit: none, unchecked or checked.
    pub status: RecoveryStatus,
    /// The time at which it was made; none without a kit.
    pub made_at: Option<DateTime<Utc>>,
    /// The name of the user who made it.
    pub made_by: Option<String>,
    /// The time at which its words were typed back.
    pub checked_at: Option<DateTime<Utc>>,
}

/// The vault that a kit opened, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RecoveryOpened {
    pub vault_name: String,
    /// The active Administrators, the founder first if still one of them.
    pub administrators: Vec<(UserId, String)>,
    /// Minutes of idleness until it is closed; 0 is never.
    pub lock_after_minutes: u32,
}

/// A vault that a kit opened, until an Administrator has a new password.
pub(crate) struct Opened(pub(crate) PendingSession);

/// The operations on the recovery kit.
pub struct Recovery<'a>(pub(crate) &'a App);

impl Recovery<'_> {
    /// Makes the kit or replaces it. To replace it, the user's password is needed, and the old kit no longer opens
    /// anything.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::WrongPassword`], [`AppError::TaskRuns`].
    pub fn make(&self, proof: Option<&Confirmation>) -> Result<KitToPrint, AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let replaces = signed_in.vault.has_recovery_kit().is_some();
        if replaces {
            self.0.check(&signed_in, proof.ok_or(AppError::WrongPassword)?)?;
        }
        let mut task = self.0.begin(Task::Rekey)?;
        if replaces {
            self.0.back_up_before(&signed_in, BackupReason::BeforeRekey, &mut task)?;
        }
        let _ = task.tell(TaskPhase::Reencrypting, 0, None);
        let now = self.0.setup.clock.now();
        let (kit, _) = signed_in.vault.make_recovery_kit(&signed_in.session, now)?;
        drop(task);
        let id = signed_in.vault.id().as_uuid();
        signed_in.vault.write(|writer| {
            writer.milestones_mut().reach(Milestone::RecoveryMade, id, Some(signed_in.user.id), now)?;
            writer.milestones_mut().forget(Milestone::RecoveryChecked, id)?;
            Ok::<_, VaultError>(())
        })?;
        self.0.renew(&signed_in)?;
        let asked = asked(&mut rand::rng());
        let printed = KitToPrint {
            vault_name: signed_in.vault.name().to_owned(),
            vault_folder: signed_in.vault.folder().to_owned(),
            made_at: now,
            words: kit.words().duplicate(),
            text: kit.text().duplicate(),
            asked,
        };
        // Kept only until words of it are typed back, or the window locks.
        *self.0.unchecked_kit() = Some(kit);
        self.tell();
        Ok(printed)
    }

    /// Compares words that were typed back from the paper with the kit.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::RecoveryMissing`] if the kit was not made since the
    /// last sign-in, [`AppError::RecoveryWordWrong`].
    pub fn check(&self, words: &[(u32, Secret)]) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        {
            let kit = self.0.unchecked_kit();
            let kit = kit.as_ref().ok_or(AppError::RecoveryMissing)?;
            let wrong = |(position, word): &&(u32, Secret)| !holds(kit, *position, word);
            if let Some((position, _)) = words.iter().find(wrong) {
                return Err(AppError::RecoveryWordWrong { position: *position });
            }
            if words.len() < 2 || words[0].0 == words[1].0 {
                return Err(AppError::RecoveryWordWrong { position: words.first().map_or(1, |word| word.0) });
            }
        }
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let id = signed_in.vault.id().as_uuid();
            writer.milestones_mut().reach(Milestone::RecoveryChecked, id, Some(signed_in.user.id), now)?;
            self.0.append(writer, &signed_in, "recovery.checked", json!({}))
        })?;
        *self.0.unchecked_kit() = None;
        self.tell();
        Ok(())
    }

    /// Opens a vault with the words of its kit, or with the text of its code.
    ///
    /// # Errors
    /// [`AppError::Opening`], [`AppError::WrongRecoveryWords`], [`AppError::RecoveryMissing`],
    /// [`AppError::SignInRests`].
    pub fn open(&self, folder: &Path, words: &Secret) -> Result<RecoveryOpened, AppError> {
        if let Some(left) = self.0.failures().rest(folder, Instant::now()) {
            return Err(AppError::SignInRests { seconds: left.as_secs().max(1) as u32 });
        }
        if let Some(position) = vault::unknown_recovery_word(words) {
            return Err(AppError::RecoveryWordUnknown { position });
        }
        let sign_in = SignIn::recovery(words).map_err(|_| AppError::WrongRecoveryWords)?;
        // An unfinished sign-in, by code or by kit, ends here. The vault that was open for it can then be opened again.
        self.0.sessions().leave_code();
        self.leave();
        let opened = match self.0.held_at(folder) {
            Some(vault) => vault.sign_in(&sign_in).map(|session| (vault, session)),
            None => Vault::open(folder, &sign_in).map(|(vault, session)| (Arc::new(vault), session)),
        };
        let (vault, session) = opened.map_err(|error| match error {
            VaultError::WrongPassword => {
                self.0.failures().note(folder, Instant::now(), self.0.setup.clock.now());
                AppError::WrongRecoveryWords
            }
            VaultError::NotFound => AppError::RecoveryMissing,
            other => AppError::Opening(other),
        })?;
        let parameters = vault.read(|reader| reader.parameters().all())?;
        let opened = RecoveryOpened {
            vault_name: vault.name().to_owned(),
            administrators: administrators(&vault),
            lock_after_minutes: parameters.number(Parameter::LockAfter),
        };
        *self.0.recovered() = Some(Opened(PendingSession::new(vault, session, &parameters, self.0.setup.clock.now())));
        Ok(opened)
    }

    /// Gives an Administrator a new password and signs them in.
    ///
    /// # Errors
    /// [`AppError::Locked`] without an opened kit, [`AppError::NotFound`], [`AppError::Invalid`].
    pub fn set_password(&self, user: UserId, password: &Secret) -> Result<SessionDetails, AppError> {
        self.refuse_to_leave_another()?;
        let (vault, session) = {
            let recovered = self.0.recovered();
            let Opened(opened) = recovered.as_ref().ok_or(AppError::Locked)?;
            let known = administrators(&opened.vault).into_iter().find(|(id, _)| *id == user);
            let (_, name) = known.ok_or(AppError::NotFound { noun: Noun::User })?;
            if let Some(problem) = password_problem(password, &[opened.vault.name(), &name]) {
                return Err(AppError::Invalid { problems: vec![problem] });
            }
            let kdf = self.0.least_cost(&opened.vault);
            let new = NewPassword { password, key_file: None, kdf };
            let session = opened.vault.reset_by_recovery(&opened.session, user, &new, self.0.setup.clock.now())?;
            (Arc::clone(&opened.vault), session)
        };
        self.leave();
        let folder = vault.folder().to_owned();
        let already_open = self.0.held_at(&folder).is_some();
        if already_open {
            self.0.replace_session(&vault, session);
        } else {
            self.0.vaults().release();
            self.0.hold(vault, session)?;
        }
        let failed = self.0.failures().take(&folder);
        self.0.write_sign_in("recoveryKit", failed, !already_open)?;
        self.0.write_password_chosen()?;
        self.0.session_details()
    }

    /// Refuses if the kit opened another vault than the one that works behind the locked window.
    fn refuse_to_leave_another(&self) -> Result<(), AppError> {
        let folder = self.0.recovered().as_ref().map(|opened| opened.0.vault.folder().to_owned());
        match folder {
            Some(folder) if self.0.held_at(&folder).is_none() => self.0.refuse_to_leave(),
            _ => Ok(()),
        }
    }

    /// Closes the vault that a kit opened.
    pub fn leave(&self) {
        *self.0.recovered() = None;
    }

    fn tell(&self) {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Vault, ids: vec![] });
        (self.0.setup.listener)(AppEvent::SessionChanged);
    }
}

fn holds(kit: &RecoveryKit, position: u32, word: &Secret) -> bool {
    // EXPOSE: compared with a word of the kit.
    usize::try_from(position).is_ok_and(|position| kit.holds_word(position, word.expose()))
}

/// Picks two different positions, the earlier one first.
fn asked(random: &mut impl rand::Rng) -> [u32; 2] {
    use rand::RngExt;
    let first = random.random_range(1..=WORDS);
    let second = (first + random.random_range(1..WORDS) - 1) % WORDS + 1;
    [first.min(second), first.max(second)]
}

fn administrators(vault: &Vault) -> Vec<(UserId, String)> {
    let founder = vault.founder();
    let mut found: Vec<_> = vault
        .people()
        .into_iter()
        .filter(|person| person.status == PersonStatus::Active && person.roles.contains(&Role::Administrator))
        .map(|person| (person.id, person.name))
        .collect();
    found.sort_by_key(|(id, name)| (Some(*id) != founder, name.to_lowercase()));
    found
}

/// Reads the details of the vault's recovery kit.
pub(crate) fn details(vault: &Vault) -> Result<RecoveryDetails, AppError> {
    let id = vault.id().as_uuid();
    let status = recovery_status(vault)?;
    let since = vault.has_recovery_kit();
    vault.read(|reader| {
        let made = reader.milestones().get(Milestone::RecoveryMade, id)?.filter(|_| since.is_some());
        let checked = reader.milestones().get(Milestone::RecoveryChecked, id)?.filter(|_| since.is_some());
        let by = made.and_then(|made| made.by);
        Ok(RecoveryDetails {
            status,
            made_at: since,
            made_by: by.map(|by| reader.users().name(by)).transpose()?.flatten(),
            checked_at: checked.map(|checked| checked.at),
        })
    })
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::{WORDS, asked};

    #[test]
    fn two_different_words_are_asked_back() {
        let mut random = StdRng::seed_from_u64(3);
        for _ in 0..1_000 {
            let [first, second] = asked(&mut random);
            assert!(first >= 1 && first < second && second <= WORDS, "{first} and {second}");
        }
    }
}

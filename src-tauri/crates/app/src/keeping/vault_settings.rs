//! The settings of the open vault: its keys, and what is known of it.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use domain::{Problem, Rule, UserId};
use secret::{MemoryStatus, Secret};
use serde_json::json;
use vault::{
    Backup, BackupReason, KdfParameters, KeyFile, Milestone, NewPassword, Noun, SyncService, Vault, VaultError, backup,
};

use crate::{
    Action, App, AppError, AppEvent, BackupStatus, Confirmation, IntegrityDetails, RecoveryDetails, Task, TaskPhase,
    access::{recovery, seat::Seat},
    keeping::backups::integrity,
};

/// The settings of the open vault.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct VaultDetails {
    pub name: String,
    pub folder: PathBuf,
    /// The format of its slots.
    pub format: u32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The name of who made it.
    pub founder: String,
    /// How often it was re-keyed.
    pub generation: u32,
    /// When it was last re-keyed.
    pub rekeyed_at: Option<DateTime<Utc>>,
    pub recovery: RecoveryDetails,
    /// What a guess of the caller's password costs.
    pub key_cost: KeyCost,
    /// How many people's slots are cheaper.
    pub slots_behind: u32,
    /// Where its backups are.
    pub backup_folder: PathBuf,
    /// The newest backup that was found good.
    pub newest_good: Option<Backup>,
    /// Whether it is whole.
    pub integrity: IntegrityDetails,
    /// The cloud client that synchronises its folder.
    pub service: Option<SyncService>,
    /// How much of the memory for keys and passwords is locked.
    pub memory: MemoryStatus,
}

/// What a guess of a password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KeyCost {
    pub parameters: KdfParameters,
    /// How long it takes here; None: not measured.
    pub milliseconds: Option<u32>,
}

/// The door to the settings of the open vault.
pub struct VaultSettings<'a>(pub(crate) &'a App);

impl VaultSettings<'_> {
    /// The settings.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn get(&self) -> Result<VaultDetails, AppError> {
        let seat = self.0.seated_to_read(Action::WriteVault)?;
        let vault = &seat.vault;
        let parameters = vault.key_parameters();
        let own = own(&seat, &parameters);
        let behind = parameters.iter().filter(|(_, parameters)| is_cheaper(*parameters, own)).count();
        let id = vault.id().as_uuid();
        let (created_at, founder, rekeyed) = vault.read(|reader| {
            let founder = vault.founder().map(|founder| reader.users().name(founder)).transpose()?.flatten();
            let rekeyed = reader.milestones().get(Milestone::Rekeyed, id)?;
            Ok::<_, AppError>((reader.milestones().vault_created_at()?, founder.unwrap_or_default(), rekeyed))
        })?;
        Ok(VaultDetails {
            name: vault.name().to_owned(),
            folder: vault.folder().to_owned(),
            format: vault.slots_format(),
            created_at,
            founder,
            generation: vault.times_rekeyed(),
            rekeyed_at: rekeyed.map(|rekeyed| rekeyed.at),
            recovery: recovery::details(vault)?,
            key_cost: KeyCost { parameters: own, milliseconds: None },
            slots_behind: behind as u32,
            backup_folder: vault.backup_folder(),
            newest_good: self.newest_good(&seat),
            integrity: integrity(vault.integrity()),
            service: vault::synced_folder(vault.folder()),
            memory: secret::memory_status(),
        })
    }

    /// The newest backup that is not known to be damaged.
    fn newest_good(&self, seat: &Seat) -> Option<Backup> {
        let known = self.0.checked_backups();
        let listed = backup::list(&seat.vault.backup_folder()).unwrap_or_default();
        listed.into_iter().find(|backup| known.get(&backup.path) != Some(&BackupStatus::Damaged))
    }

    /// Makes new keys and encrypts everything anew.
    ///
    /// # Errors
    /// As [`VaultSettings::get`], [`AppError::WrongPassword`], [`AppError::TaskRuns`].
    pub fn rekey(&self, proof: &Confirmation) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteVault)?;
        self.0.check(&seat, proof)?;
        let mut task = self.0.begin(Task::Rekey)?;
        self.0.back_up_before(&seat, BackupReason::BeforeRekey, &mut task)?;
        let _ = task.tell(TaskPhase::Reencrypting, 0, None);
        let now = self.0.setup.clock.now();
        seat.vault.rekey(&seat.session, now)?;
        let _ = task.tell(TaskPhase::Finishing, 1, Some(1));
        seat.vault.write(|writer| {
            writer.milestones_mut().reach(Milestone::Rekeyed, seat.vault.id().as_uuid(), Some(seat.user.id), now)
        })?;
        drop(task);
        self.0.renew(&seat)?;
        self.tell();
        Ok(())
    }

    /// Proposes what a guess should cost so that signing in takes about so long here. Nothing is stored.
    ///
    /// # Errors
    /// As [`VaultSettings::get`].
    pub fn calibrate(&self, target: Duration) -> Result<KeyCost, AppError> {
        self.0.seated(Action::WriteVault)?;
        let target = target.clamp(Duration::from_millis(250), Duration::from_secs(5));
        let parameters = vault::calibrate(target).map_err(VaultError::from)?;
        let took = vault::measure(parameters)?;
        let milliseconds = Some(u32::try_from(took.as_millis()).unwrap_or(u32::MAX));
        Ok(KeyCost { parameters, milliseconds })
    }

    /// Raises what a guess of the caller's password costs. Everybody else's follows at their next sign-in.
    ///
    /// # Errors
    /// As [`VaultSettings::get`], [`AppError::WrongPassword`], and [`AppError::Invalid`] for what is below the floor or
    /// above what machines have.
    pub fn save_key_cost(&self, new: KdfParameters, proof: &Confirmation) -> Result<(), AppError> {
        let seat = self.0.seated(Action::WriteVault)?;
        let problems = cost_problems(new);
        if !problems.is_empty() {
            return Err(AppError::Invalid { problems });
        }
        self.0.check(&seat, proof)?;
        let before = own(&seat, &seat.vault.key_parameters());
        let key_file = proof.key_file.as_ref();
        let password = NewPassword { password: &proof.password, key_file, kdf: new };
        seat.vault.change_password(&seat.session, (&proof.password, key_file), &password)?;
        seat.vault.write(|writer| {
            writer.parameters_mut().put_key_cost(new, seat.user.id, self.0.setup.clock.now())?;
            let told = |cost: KdfParameters| {
                json!({ "memoryKib": cost.memory_kib, "passes": cost.iterations, "lanes": cost.parallelism })
            };
            let detail = json!({ "from": told(before), "to": told(new) });
            self.0.append(writer, &seat, "vault.keyParametersChanged", detail)
        })?;
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Vault, ids: vec![] });
    }
}

impl App {
    /// What a guess of this person's password costs now, or what the vault or the program asks for if that is more.
    pub(crate) fn kdf_of(&self, seat: &Seat) -> KdfParameters {
        own(seat, &seat.vault.key_parameters()).at_least(self.least_cost(&seat.vault))
    }

    /// What a guess of anybody's password is to cost at least in a vault.
    pub(crate) fn least_cost(&self, vault: &Vault) -> KdfParameters {
        let settled = vault.read(|reader| reader.parameters().key_cost()).ok().flatten();
        settled.map_or(self.setup.kdf, |settled| settled.at_least(self.setup.kdf))
    }

    /// What a guess costs so that unlocking takes about as long here as it is to take.
    pub(crate) fn measured_cost(&self) -> Result<KdfParameters, AppError> {
        let least = self.setup.kdf;
        match self.setup.unlock_takes {
            Some(target) => Ok(vault::calibrate(target).map_err(VaultError::from)?.at_least(least)),
            None => Ok(least),
        }
    }

    /// Seals the slot of who has just signed in anew where a guess has become too cheap. It can wait for the next time.
    pub(crate) fn raise_cost(&self, password: &Secret, key_file: Option<&KeyFile>) {
        let Ok(seat) = self.seat() else { return };
        let cost = self.kdf_of(&seat);
        let raised = cost != own(&seat, &seat.vault.key_parameters());
        if !raised || seat.limit().is_some() || seat.vault.is_read_only() {
            return;
        }
        if let Err(error) = seat.vault.raise_cost(&seat.session, (password, key_file), cost) {
            tracing::warn!(error = %diagnostics::chain(&error), "a guess of the password still costs what it did");
        }
    }
}

fn own(seat: &Seat, parameters: &[(UserId, KdfParameters)]) -> KdfParameters {
    parameters.iter().find(|(id, _)| *id == seat.user.id).map_or(KdfParameters::FLOOR, |(_, parameters)| *parameters)
}

fn is_cheaper(left: KdfParameters, right: KdfParameters) -> bool {
    let work = |cost: KdfParameters| u64::from(cost.memory_kib) * u64::from(cost.iterations);
    work(left) < work(right)
}

fn cost_problems(new: KdfParameters) -> Vec<Problem> {
    let (floor, ceiling) = (KdfParameters::FLOOR, KdfParameters::CEILING);
    [
        ("memoryMebibytes", new.memory_kib, floor.memory_kib, ceiling.memory_kib, 1024),
        ("passes", new.iterations, floor.iterations, ceiling.iterations, 1),
        ("lanes", new.parallelism, floor.parallelism, ceiling.parallelism, 1),
    ]
    .into_iter()
    .filter(|(_, value, minimum, maximum, _)| value < minimum || value > maximum)
    .map(|(field, _, minimum, maximum, unit)| {
        Problem::new(field, Rule::OutOfRange { minimum: minimum / unit, maximum: maximum / unit })
    })
    .collect()
}

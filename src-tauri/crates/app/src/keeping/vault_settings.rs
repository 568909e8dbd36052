//! The settings of the open vault: its keys, the cost of its passwords, and its state.

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
    access::{recovery, signed_in_user::SignedInUser},
    keeping::backups::integrity,
};

/// The settings and the state of the open vault.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct VaultDetails {
    pub name: String,
    pub folder: PathBuf,
    /// The format of its key slots.
    pub format: u32,
    pub created_at: DateTime<Utc>,
    /// The name of the person who created it.
    pub founder: String,
    /// The number of times that it was re-keyed.
    pub generation: u32,
    /// The time of the last re-keying.
    pub rekeyed_at: Option<DateTime<Utc>>,
    pub recovery: RecoveryDetails,
    /// The cost of the key derivation from the user's own password.
    pub key_cost: KeyCost,
    /// The number of people whose slots have a lower cost.
    pub slots_behind: u32,
    /// The folder of its backups.
    pub backup_folder: PathBuf,
    /// The newest backup that was found good.
    pub newest_good: Option<Backup>,
    /// The result of the last integrity check.
    pub integrity: IntegrityDetails,
    /// The cloud client that synchronises its folder.
    pub service: Option<SyncService>,
    /// How much of the memory for keys and passwords is locked.
    pub memory: MemoryStatus,
}

/// The cost of the key derivation from a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct KeyCost {
    pub parameters: KdfParameters,
    /// The time that it takes on this machine; None if it was not measured.
    pub milliseconds: Option<u32>,
}

/// The operations on the settings of the open vault.
pub struct VaultSettings<'a>(pub(crate) &'a App);

impl VaultSettings<'_> {
    /// Reads the settings and the state.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn get(&self) -> Result<VaultDetails, AppError> {
        let signed_in = self.0.authorize_reading(Action::WriteVault)?;
        let vault = &signed_in.vault;
        let parameters = vault.key_parameters();
        let own = own(&signed_in, &parameters);
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
            newest_good: self.newest_good(&signed_in),
            integrity: integrity(vault.integrity()),
            service: vault::synced_folder(vault.folder()),
            memory: secret::memory_status(),
        })
    }

    /// Returns the newest backup that is not known to be damaged.
    fn newest_good(&self, signed_in: &SignedInUser) -> Option<Backup> {
        let known = self.0.checked_backups();
        let listed = backup::list(&signed_in.vault.backup_folder()).unwrap_or_default();
        listed.into_iter().find(|backup| known.get(&backup.path) != Some(&BackupStatus::Damaged))
    }

    /// Makes new keys and encrypts everything anew.
    ///
    /// # Errors
    /// As [`VaultSettings::get`], [`AppError::WrongPassword`], [`AppError::TaskRuns`].
    pub fn rekey(&self, proof: &Confirmation) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        self.0.check(&signed_in, proof)?;
        let mut task = self.0.begin(Task::Rekey)?;
        self.0.back_up_before(&signed_in, BackupReason::BeforeRekey, &mut task)?;
        let _ = task.tell(TaskPhase::Reencrypting, 0, None);
        let now = self.0.setup.clock.now();
        signed_in.vault.rekey(&signed_in.session, now)?;
        let _ = task.tell(TaskPhase::Finishing, 1, Some(1));
        signed_in.vault.write(|writer| {
            writer.milestones_mut().reach(
                Milestone::Rekeyed,
                signed_in.vault.id().as_uuid(),
                Some(signed_in.user.id),
                now,
            )
        })?;
        drop(task);
        self.0.renew(&signed_in)?;
        self.tell();
        Ok(())
    }

    /// Proposes a cost with which signing in takes about the given time on this machine. Nothing is stored.
    ///
    /// # Errors
    /// As [`VaultSettings::get`].
    pub fn calibrate(&self, target: Duration) -> Result<KeyCost, AppError> {
        self.0.authorize(Action::WriteVault)?;
        let target = target.clamp(Duration::from_millis(250), Duration::from_secs(5));
        let parameters = vault::calibrate(target).map_err(VaultError::from)?;
        let took = vault::measure(parameters)?;
        let milliseconds = Some(u32::try_from(took.as_millis()).unwrap_or(u32::MAX));
        Ok(KeyCost { parameters, milliseconds })
    }

    /// Raises the cost of the user's own password. Everybody else's follows at their next sign-in.
    ///
    /// # Errors
    /// As [`VaultSettings::get`], [`AppError::WrongPassword`], and [`AppError::Invalid`] for a cost below the lowest or
    /// above the highest that is allowed.
    pub fn save_key_cost(&self, new: KdfParameters, proof: &Confirmation) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let problems = cost_problems(new);
        if !problems.is_empty() {
            return Err(AppError::Invalid { problems });
        }
        self.0.check(&signed_in, proof)?;
        let before = own(&signed_in, &signed_in.vault.key_parameters());
        let key_file = proof.key_file.as_ref();
        let password = NewPassword { password: &proof.password, key_file, kdf: new };
        signed_in.vault.change_password(&signed_in.session, (&proof.password, key_file), &password)?;
        signed_in.vault.write(|writer| {
            writer.parameters_mut().put_key_cost(new, signed_in.user.id, self.0.setup.clock.now())?;
            let reported = |cost: KdfParameters| {
                json!({ "memoryKib": cost.memory_kib, "passes": cost.iterations, "lanes": cost.parallelism })
            };
            let detail = json!({ "from": reported(before), "to": reported(new) });
            self.0.append(writer, &signed_in, "vault.keyParametersChanged", detail)
        })?;
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Vault, ids: vec![] });
    }
}

impl App {
    /// Returns the present cost of this user's password, or the lowest cost of the vault or the program if that is
    /// higher.
    pub(crate) fn kdf_of(&self, signed_in: &SignedInUser) -> KdfParameters {
        own(signed_in, &signed_in.vault.key_parameters()).at_least(self.least_cost(&signed_in.vault))
    }

    /// Returns the lowest cost that the vault or the program asks for.
    pub(crate) fn least_cost(&self, vault: &Vault) -> KdfParameters {
        let settled = vault.read(|reader| reader.parameters().key_cost()).ok().flatten();
        settled.map_or(self.setup.kdf, |settled| settled.at_least(self.setup.kdf))
    }

    /// Returns the cost with which unlocking takes the intended time on this machine.
    pub(crate) fn measured_cost(&self) -> Result<KdfParameters, AppError> {
        let least = self.setup.kdf;
        match self.setup.unlock_takes {
            Some(target) => Ok(vault::calibrate(target).map_err(VaultError::from)?.at_least(least)),
            None => Ok(least),
        }
    }

    /// Seals the slot of the user who has just signed in again, if its cost is too low. A failure is not serious: the
    /// next sign-in tries again.
    pub(crate) fn raise_cost(&self, password: &Secret, key_file: Option<&KeyFile>) {
        let Ok(signed_in) = self.signed_in() else { return };
        let cost = self.kdf_of(&signed_in);
        let raised = cost != own(&signed_in, &signed_in.vault.key_parameters());
        if !raised || signed_in.limit().is_some() || signed_in.vault.is_read_only() {
            return;
        }
        if let Err(error) = signed_in.vault.raise_cost(&signed_in.session, (password, key_file), cost) {
            tracing::warn!(error = %diagnostics::chain(&error), "a guess of the password still costs what it did");
        }
    }
}

fn own(signed_in: &SignedInUser, parameters: &[(UserId, KdfParameters)]) -> KdfParameters {
    parameters
        .iter()
        .find(|(id, _)| *id == signed_in.user.id)
        .map_or(KdfParameters::FLOOR, |(_, parameters)| *parameters)
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

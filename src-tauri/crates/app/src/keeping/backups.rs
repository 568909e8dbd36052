//! Backups of the vault: making, drilling and restoring them; and the integrity of the open vault.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::{Problem, Rule, parameter::Parameter};
use serde_json::json;
use vault::{
    AuditVerdict, Backup, BackupReason, BackupsKept, IntegrityStatus, NewEntry, Noun, Object, Vault, VaultError, backup,
};

use crate::{
    Action, App, AppError, AppEvent, Task, Warning, access::signed_in_user::SignedInUser, keeping::tasks::Work,
};

/// The number of days without a good backup after which the window warns.
const OLD: i64 = 7;

/// A backup with the status of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BackupRow {
    pub backup: Backup,
    /// The result of the last check of its file.
    pub status: BackupStatus,
}

domain::enumeration! {
    /// The status of a backup's file.
    pub enum BackupStatus {
        /// The file is as it was written.
        Good = "good",
        /// The file has not been checked since the program started.
        Unchecked = "unchecked",
        /// The file differs from what was written.
        Damaged = "damaged",
    }
}

/// The details of a vault that cannot be opened because it is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DamageDetails {
    pub folder: PathBuf,
    pub vault_name: String,
    /// The good backups, newest first.
    pub backups: Vec<Backup>,
    /// The folder that is proposed for a restored vault.
    pub suggested_folder: PathBuf,
}

/// The result of a restore drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Drill {
    /// True if every part of the drill succeeded.
    pub good: bool,
    /// True if no page of the database is damaged.
    pub pages_sound: bool,
    /// The number of entries in the audit trail.
    pub audit_entries: u64,
    /// True if the audit trail passed verification.
    pub audit_intact: bool,
    pub secrets: u64,
    /// The number of secrets that could be decrypted.
    pub secrets_opened: u64,
    /// The time that the drill took.
    pub took: Duration,
}

/// The result of an integrity check of the open vault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct IntegrityDetails {
    pub status: IntegrityStatus,
    pub checked_at: Option<DateTime<Utc>>,
    /// The number of pages that were checked.
    pub pages: Option<u64>,
    /// The messages of the database engine about damage.
    pub findings: Vec<String>,
}

/// The operations on backups and on the vault's integrity.
pub struct Backups<'a>(pub(crate) &'a App);

impl Backups<'_> {
    /// Returns every backup in the vault's backup folder, newest first.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self) -> Result<Vec<BackupRow>, AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let known = self.0.checked_backups();
        let row = |backup: Backup| BackupRow {
            status: known.get(&backup.path).copied().unwrap_or(BackupStatus::Unchecked),
            backup,
        };
        Ok(backup::list(&signed_in.vault.backup_folder())?.into_iter().map(row).collect())
    }

    /// Makes a backup, in a folder or in the vault's own.
    ///
    /// # Errors
    /// As [`Backups::list`], [`AppError::TaskRuns`], [`AppError::Canceled`], [`AppError::FileNotWritten`].
    pub fn make(&self, folder: Option<&Path>) -> Result<BackupRow, AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let mut work = self.0.begin(Task::Backup)?;
        let now = self.0.setup.clock.now();
        let made = signed_in.vault.make_backup(folder, BackupReason::ByHand, now, &mut |progress| work.hear(progress));
        let backup = made.map_err(|error| not_written(folder.unwrap_or(&signed_in.vault.backup_folder()), error))?;
        self.0.note_backup(&backup.path, BackupStatus::Good);
        signed_in.vault.write(|writer| {
            let detail =
                json!({ "reason": "byHand", "entries": backup.audit_entries, "file": file_name(&backup.path) });
            self.0.append(writer, &signed_in, "backup.made", detail)
        })?;
        self.tell();
        Ok(BackupRow { backup, status: BackupStatus::Good })
    }

    /// Opens a backup and everything in it, to prove that it can be restored. Nothing is changed by it.
    ///
    /// # Errors
    /// As [`Backups::list`], [`AppError::OperatorNeeded`], [`AppError::BackupMissing`], [`AppError::BackupDamaged`],
    /// [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn drill(&self, path: &Path) -> Result<Drill, AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let key = signed_in.session.secrets_key().ok_or(AppError::OperatorNeeded)?;
        let mut work = self.0.begin(Task::Drill)?;
        let began = Instant::now();
        let roster = signed_in.vault.roster();
        let signing_key = |user, at| roster.signing_key_at(user, at);
        let drilled = signed_in.vault.drill(path, key, &signing_key, &mut |progress| work.hear(progress));
        if matches!(drilled, Err(VaultError::DamagedBackup)) {
            self.0.note_backup(path, BackupStatus::Damaged);
        }
        let drilled = drilled.map_err(|error| of_backup(path, error))?;
        let good = drilled.is_good();
        self.0.note_backup(path, if good { BackupStatus::Good } else { BackupStatus::Damaged });
        let (audit_entries, audit_intact) = match drilled.audit {
            AuditVerdict::Intact { entries, .. } => (entries, true),
            AuditVerdict::Broken { entry, .. } => (entry.saturating_sub(1), false),
        };
        signed_in.vault.write(|writer| {
            let detail = json!({ "file": file_name(path), "good": good, "secrets": drilled.secrets_opened });
            self.0.append(writer, &signed_in, "backup.drilled", detail)
        })?;
        self.tell();
        Ok(Drill {
            good,
            pages_sound: drilled.findings.is_empty(),
            audit_entries,
            audit_intact,
            secrets: drilled.secrets,
            secrets_opened: drilled.secrets_opened,
            took: began.elapsed(),
        })
    }

    /// Makes a new vault from a backup, never over an existing one. Nobody needs to be signed in: the backup may be of
    /// a damaged vault or of another machine, and it opens for the same people as before.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the field `name`; [`AppError::Opening`] with [`VaultError::Exists`];
    /// [`AppError::BackupMissing`], [`AppError::BackupDamaged`], [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn restore(&self, path: &Path, folder: &Path, name: &str) -> Result<PathBuf, AppError> {
        // A signed-in user needs the permission. Without an open vault there is nobody to check: the caller has only a
        // file.
        if self.0.signed_in().is_ok() {
            self.0.authorize_reading(Action::WriteVault)?;
        }
        let mut work = self.0.begin(Task::Restore)?;
        let restored = backup::restore(path, folder, name.trim(), &mut |progress| work.hear(progress));
        let restored = restored.map_err(|error| match error {
            VaultError::Exists => AppError::Opening(VaultError::Exists),
            VaultError::InvalidName => {
                AppError::Invalid { problems: vec![Problem::new("name", Rule::InvalidCharacters)] }
            }
            other => of_backup(path, other),
        })?;
        if let Ok(signed_in) = self.0.authorize(Action::WriteVault) {
            signed_in.vault.write(|writer| {
                self.0.append(
                    writer,
                    &signed_in,
                    "backup.restored",
                    json!({ "file": file_name(path), "to": file_name(&restored) }),
                )
            })?;
        }
        Ok(restored)
    }

    /// Returns the details of a damaged vault.
    ///
    /// # Errors
    /// [`AppError::Opening`] if there is no vault in the folder.
    pub fn damage(&self, folder: &Path) -> Result<DamageDetails, AppError> {
        if !folder.is_dir() {
            return Err(AppError::Opening(VaultError::Missing));
        }
        let found = backup::list(&backup::of_vault(folder)).map_err(AppError::Opening)?;
        let whole = |backup: &Backup| backup::check(&backup.path, &mut |_| std::ops::ControlFlow::Continue(())).is_ok();
        Ok(DamageDetails {
            folder: folder.to_owned(),
            vault_name: folder.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
            backups: found.into_iter().filter(whole).collect(),
            suggested_folder: folder.parent().unwrap_or(folder).to_owned(),
        })
    }

    /// Checks every page of the open vault.
    ///
    /// # Errors
    /// As [`Backups::list`], [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn check(&self) -> Result<IntegrityDetails, AppError> {
        let signed_in = self.0.authorize(Action::WriteVault)?;
        let mut work = self.0.begin(Task::Integrity)?;
        let found = signed_in.vault.check_fully(&mut |progress| work.hear(progress))?;
        if !signed_in.vault.is_read_only() {
            let detail = json!({ "standing": found.status, "pages": found.pages });
            signed_in.vault.write(|writer| self.0.append(writer, &signed_in, "vault.checked", detail))?;
        }
        Ok(integrity(found))
    }

    /// Makes the daily backup if it is missing, and warns if the newest good backup is old. The shell calls this at
    /// intervals.
    pub fn keep_up(&self) {
        let Some((vault, parameters)) = self
            .0
            .open_vault()
            .as_ref()
            .map(|open_vault| (std::sync::Arc::clone(&open_vault.vault), open_vault.parameters.clone()))
        else {
            return;
        };
        if vault.is_read_only() {
            return;
        }
        let Ok(mut work) = self.0.begin(Task::Backup) else { return };
        let kept = BackupsKept {
            daily: parameters.number(Parameter::BackupsDaily),
            weekly: parameters.number(Parameter::BackupsWeekly),
            monthly: parameters.number(Parameter::BackupsMonthly),
            ..BackupsKept::default()
        };
        let now = self.0.setup.clock.now();
        match vault.make_daily_backup(None, &kept, now, &mut |progress| work.hear(progress)) {
            Ok(Some(backup)) => {
                drop(work);
                self.0.note_backup(&backup.path, BackupStatus::Good);
                self.tell();
                // This happens right after the daily backup, which still contains the versions that are deleted now.
                if let Err(error) = forget_old_secrets(&vault, parameters.number(Parameter::HistoryDepth), now) {
                    tracing::warn!(error = %diagnostics::chain(&error), "the history of passwords was not shortened");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(error = %diagnostics::chain(&error), "the daily backup was not made"),
        }
        self.warn_of_age(&vault.backup_folder(), now);
    }

    fn warn_of_age(&self, folder: &Path, now: DateTime<Utc>) {
        let Ok(backups) = backup::list(folder) else { return };
        let days = backups.first().map(|newest| (now - newest.made_at).num_days());
        if let Some(days) = days.filter(|days| *days >= OLD) {
            self.0.warn(Warning::BackupOld { days: u32::try_from(days).unwrap_or(u32::MAX) });
            (self.0.setup.listener)(AppEvent::SessionChanged);
        }
    }

    fn tell(&self) {
        (self.0.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Backup, ids: vec![] });
    }
}

/// Shortens the history of every secret to the number of versions that the parameter allows.
fn forget_old_secrets(vault: &Vault, kept: u32, now: DateTime<Utc>) -> Result<(), VaultError> {
    vault.write(|writer| {
        let forgotten = writer.secrets_mut().forget_beyond(kept)?;
        if forgotten > 0 {
            let object = Some(Object { noun: "vault", id: vault.id().as_uuid(), label: vault.name() });
            let detail = json!({ "versions": forgotten, "keptOfEach": kept });
            let entry = NewEntry { who: None, action: "secret.historyShortened", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
        }
        Ok(())
    })
}

/// Converts the vault's integrity result for people.
pub(crate) fn integrity(found: vault::Integrity) -> IntegrityDetails {
    IntegrityDetails {
        status: found.status,
        checked_at: found.checked_at,
        pages: (found.pages > 0).then_some(found.pages),
        findings: found.findings,
    }
}

impl App {
    /// Makes a backup before a change to the whole vault.
    pub(crate) fn back_up_before(
        &self,
        signed_in: &SignedInUser,
        reason: BackupReason,
        work: &mut Work<'_>,
    ) -> Result<(), AppError> {
        let now = self.setup.clock.now();
        let made = signed_in.vault.make_backup(None, reason, now, &mut |progress| work.hear(progress));
        let backup = made.map_err(|error| not_written(&signed_in.vault.backup_folder(), error))?;
        self.note_backup(&backup.path, BackupStatus::Good);
        signed_in.vault.write(|writer| {
            let detail =
                json!({ "reason": reason.word(), "entries": backup.audit_entries, "file": file_name(&backup.path) });
            self.append(writer, signed_in, "backup.made", detail)
        })?;
        (self.setup.listener)(AppEvent::RecordsChanged { noun: Noun::Backup, ids: vec![] });
        Ok(())
    }
}

fn of_backup(path: &Path, error: VaultError) -> AppError {
    let path = path.to_string_lossy().into_owned();
    match error {
        VaultError::Missing => AppError::BackupMissing { path },
        VaultError::DamagedBackup | VaultError::NotABackup | VaultError::OtherKey => AppError::BackupDamaged { path },
        VaultError::File { source } if source.kind() == std::io::ErrorKind::NotFound => {
            AppError::BackupMissing { path }
        }
        other => other.into(),
    }
}

fn not_written(folder: &Path, error: VaultError) -> AppError {
    let source = match error {
        VaultError::File { source } => source,
        VaultError::FolderReadOnly => std::io::ErrorKind::PermissionDenied.into(),
        other => return other.into(),
    };
    AppError::FileNotWritten { path: folder.to_string_lossy().into_owned(), source }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

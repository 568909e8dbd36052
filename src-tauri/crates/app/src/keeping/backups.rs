//! Backups of the vault: making them, trying them, making a vault of one. And whether the open one is whole.

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

use crate::{Action, App, AppError, AppEvent, Task, Warning, access::seat::Seat, keeping::tasks::Work};

/// Days without a good backup after which the window says so.
const OLD: i64 = 7;

/// A backup, and what is known of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct BackupRow {
    pub backup: Backup,
    /// Whether it was found whole.
    pub standing: BackupStatus,
}

domain::enumeration! {
    /// What is known of a backup's file.
    pub enum BackupStatus {
        /// It is as it was written.
        Good = "good",
        /// Nobody has looked since the start of the program.
        Unchecked = "unchecked",
        /// It is not as it was written.
        Damaged = "damaged",
    }
}

/// What is known of a vault that cannot be opened because it is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DamageDetails {
    pub folder: PathBuf,
    pub vault_name: String,
    /// Newest first, good ones only.
    pub backups: Vec<Backup>,
    /// Where a restored vault may go.
    pub suggested_folder: PathBuf,
}

/// What a restore drill found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Drill {
    /// Whether all of it is as it must be.
    pub good: bool,
    /// Whether every page is whole.
    pub pages_sound: bool,
    /// Entries of the audit trail.
    pub audit_entries: u64,
    /// Whether the trail holds.
    pub audit_intact: bool,
    pub secrets: u64,
    /// How many of them opened.
    pub secrets_opened: u64,
    /// How long it took.
    pub took: Duration,
}

/// Whether the open vault is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct IntegrityDetails {
    pub standing: IntegrityStatus,
    pub checked_at: Option<DateTime<Utc>>,
    /// How many pages were checked.
    pub pages: Option<u64>,
    /// What the engine complains of.
    pub findings: Vec<String>,
}

/// The door to backups and to the vault's integrity.
pub struct Backups<'a>(pub(crate) &'a App);

impl Backups<'_> {
    /// Every backup in the vault's backup folder, newest first.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self) -> Result<Vec<BackupRow>, AppError> {
        let seat = self.0.seated(Action::WriteVault)?;
        let known = self.0.checked_backups();
        let row = |backup: Backup| BackupRow {
            standing: known.get(&backup.path).copied().unwrap_or(BackupStatus::Unchecked),
            backup,
        };
        Ok(backup::list(&seat.vault.backup_folder())?.into_iter().map(row).collect())
    }

    /// Makes a backup, in a folder or in the vault's own.
    ///
    /// # Errors
    /// As [`Backups::list`], [`AppError::TaskRuns`], [`AppError::Canceled`], [`AppError::FileNotWritten`].
    pub fn make(&self, folder: Option<&Path>) -> Result<BackupRow, AppError> {
        let seat = self.0.seated(Action::WriteVault)?;
        let mut work = self.0.begin(Task::Backup)?;
        let now = self.0.setup.clock.now();
        let made = seat.vault.make_backup(folder, BackupReason::ByHand, now, &mut |progress| work.hear(progress));
        let backup = made.map_err(|error| not_written(folder.unwrap_or(&seat.vault.backup_folder()), error))?;
        self.0.note_backup(&backup.path, BackupStatus::Good);
        seat.vault.write(|writer| {
            let detail =
                json!({ "reason": "byHand", "entries": backup.audit_entries, "file": file_name(&backup.path) });
            self.0.append(writer, &seat, "backup.made", detail)
        })?;
        self.tell();
        Ok(BackupRow { backup, standing: BackupStatus::Good })
    }

    /// Opens a backup and everything in it, to see that it can be done. Nothing is changed by it.
    ///
    /// # Errors
    /// As [`Backups::list`], [`AppError::OperatorNeeded`], [`AppError::BackupMissing`], [`AppError::BackupDamaged`],
    /// [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn drill(&self, path: &Path) -> Result<Drill, AppError> {
        let seat = self.0.seated(Action::WriteVault)?;
        let key = seat.session.secrets_key().ok_or(AppError::OperatorNeeded)?;
        let mut work = self.0.begin(Task::Drill)?;
        let began = Instant::now();
        let roster = seat.vault.roster();
        let signing_key = |user, at| roster.signing_key_at(user, at);
        let drilled = seat.vault.drill(path, key, &signing_key, &mut |progress| work.hear(progress));
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
        seat.vault.write(|writer| {
            let detail = json!({ "file": file_name(path), "good": good, "secrets": drilled.secrets_opened });
            self.0.append(writer, &seat, "backup.drilled", detail)
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

    /// Makes a new vault of a backup, never over one that exists. Needs nobody at the window: the backup of a vault that
    /// is damaged, or of another machine, opens for the people it opened for.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the field `name`; [`AppError::Opening`] with [`VaultError::Exists`];
    /// [`AppError::BackupMissing`], [`AppError::BackupDamaged`], [`AppError::TaskRuns`], [`AppError::Canceled`].
    pub fn restore(&self, path: &Path, folder: &Path, name: &str) -> Result<PathBuf, AppError> {
        // Who sits in front of an open vault needs the permission; who sits in front of none has nothing but a file.
        if self.0.seat().is_ok() {
            self.0.seated_to_read(Action::WriteVault)?;
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
        if let Ok(seat) = self.0.seated(Action::WriteVault) {
            seat.vault.write(|writer| {
                self.0.append(
                    writer,
                    &seat,
                    "backup.restored",
                    json!({ "file": file_name(path), "to": file_name(&restored) }),
                )
            })?;
        }
        Ok(restored)
    }

    /// What is known of a vault that is damaged.
    ///
    /// # Errors
    /// [`AppError::Opening`] when there is nothing in the folder.
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
        let seat = self.0.seated(Action::WriteVault)?;
        let mut work = self.0.begin(Task::Integrity)?;
        let found = seat.vault.check_fully(&mut |progress| work.hear(progress))?;
        if !seat.vault.is_read_only() {
            let detail = json!({ "standing": found.standing, "pages": found.pages });
            seat.vault.write(|writer| self.0.append(writer, &seat, "vault.checked", detail))?;
        }
        Ok(integrity(found))
    }

    /// Makes the backup of the day if there is none, and says so when the newest good one is old. The shell calls this
    /// now and then.
    pub fn keep_up(&self) {
        let Some((vault, parameters)) =
            self.0.held().as_ref().map(|held| (std::sync::Arc::clone(&held.vault), held.parameters.clone()))
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
                // Right after the backup of the day, which still has what is forgotten now.
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

/// Shortens the history of every secret to what the parameter says.
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

/// What is known of the vault's integrity, for people.
pub(crate) fn integrity(found: vault::Integrity) -> IntegrityDetails {
    IntegrityDetails {
        standing: found.standing,
        checked_at: found.checked_at,
        pages: (found.pages > 0).then_some(found.pages),
        findings: found.findings,
    }
}

impl App {
    /// Keeps the vault as it is, before something is done to all of it.
    pub(crate) fn back_up_before(
        &self,
        seat: &Seat,
        reason: BackupReason,
        work: &mut Work<'_>,
    ) -> Result<(), AppError> {
        let now = self.setup.clock.now();
        let made = seat.vault.make_backup(None, reason, now, &mut |progress| work.hear(progress));
        let backup = made.map_err(|error| not_written(&seat.vault.backup_folder(), error))?;
        self.note_backup(&backup.path, BackupStatus::Good);
        seat.vault.write(|writer| {
            let detail =
                json!({ "reason": reason.word(), "entries": backup.audit_entries, "file": file_name(&backup.path) });
            self.append(writer, seat, "backup.made", detail)
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

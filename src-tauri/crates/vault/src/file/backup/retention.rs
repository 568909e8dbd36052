//! The choice of the backups that are kept and of those that are removed.

use std::{collections::BTreeSet, path::PathBuf};

use chrono::{Datelike, NaiveDate};

use super::{Backup, BackupReason};

/// The numbers of automatic backups that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupsKept {
    /// The number of days of which the newest backup is kept.
    pub daily: u32,
    /// The number of weeks, which begin on Monday, of which the newest backup is kept.
    pub weekly: u32,
    /// The number of months of which the newest backup is kept.
    pub monthly: u32,
    /// The number of backups before a migration, a re-keying or another risky step that are kept.
    pub before_steps: u32,
}

impl Default for BackupsKept {
    fn default() -> Self {
        Self { daily: 7, weekly: 4, monthly: 12, before_steps: 5 }
    }
}

/// Returns the backups that need not be kept. It takes the backups of one vault, the newest first. Backups that a
/// person asked for are always kept, and so is the newest of all.
pub(super) fn superfluous(backups: &[Backup], keep: &BackupsKept) -> Vec<PathBuf> {
    let days: Vec<NaiveDate> = backups
        .iter()
        .filter(|backup| backup.reason == BackupReason::Daily)
        .map(|backup| backup.made_at.date_naive())
        .collect();
    let day = newest_of(&days, keep.daily, |day| (day.year(), day.ordinal()));
    let week = newest_of(&days, keep.weekly, |day| (day.iso_week().year(), day.iso_week().week()));
    let month = newest_of(&days, keep.monthly, |day| (day.year(), day.month()));
    let mut steps = 0;
    let mut seen_days = BTreeSet::new();
    let kept = |backup: &Backup| match backup.reason {
        BackupReason::ByHand => true,
        BackupReason::Daily => {
            let date = backup.made_at.date_naive();
            // Only the newest backup of a day counts.
            seen_days.insert(date) && (day.contains(&date) || week.contains(&date) || month.contains(&date))
        }
        BackupReason::BeforeMigration | BackupReason::BeforeRekey | BackupReason::BeforeRisk => {
            steps += 1;
            steps <= keep.before_steps
        }
    };
    let keep_each: Vec<bool> = backups.iter().map(kept).collect();
    let removed = backups.iter().zip(keep_each).skip(1).filter(|(_, kept)| !kept);
    removed.map(|(backup, _)| backup.path.clone()).collect()
}

/// Returns the newest day of each of the newest spans, as many as asked for. The days come newest first.
fn newest_of<S: PartialEq>(days: &[NaiveDate], spans: u32, span: impl Fn(&NaiveDate) -> S) -> BTreeSet<NaiveDate> {
    let mut newest: Vec<NaiveDate> = Vec::new();
    for day in days {
        if newest.last().is_none_or(|last| span(last) != span(day)) {
            newest.push(*day);
        }
    }
    newest.into_iter().take(spans as usize).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use domain::VaultId;

    use super::{Backup, BackupReason, BackupsKept, superfluous};

    fn backup(made_at: DateTime<Utc>, reason: BackupReason) -> Backup {
        Backup {
            path: format!("{made_at} {reason:?}").into(),
            vault: VaultId::from_uuid(uuid::Uuid::nil()),
            vault_name: "Team".to_owned(),
            made_at,
            reason,
            bytes: 1,
            audit_entries: 0,
            schema: 1,
        }
    }

    /// Returns the backups that are left after a number of days with a daily backup and a daily removal.
    fn left(days: i64, keep: &BackupsKept) -> Vec<String> {
        // 31 December 2026, a Thursday.
        let last: DateTime<Utc> = "2026-12-31T12:00:00Z".parse().expect("it is a time");
        let mut there: Vec<Backup> = Vec::new();
        for day in (0..days).rev() {
            there.insert(0, backup(last - TimeDelta::days(day), BackupReason::Daily));
            let removed = superfluous(&there, keep);
            there.retain(|backup| !removed.contains(&backup.path));
        }
        there.iter().map(|backup| backup.made_at.format("%Y-%m-%d").to_string()).collect()
    }

    #[test]
    fn seven_days_four_weeks_and_twelve_months_are_kept() {
        let expected = [
            // Seven days; 27 December is the newest of its week as well.
            "2026-12-31",
            "2026-12-30",
            "2026-12-29",
            "2026-12-28",
            "2026-12-27",
            "2026-12-26",
            "2026-12-25",
            // Two more weeks.
            "2026-12-20",
            "2026-12-13",
            // Eleven more months.
            "2026-11-30",
            "2026-10-31",
            "2026-09-30",
            "2026-08-31",
            "2026-07-31",
            "2026-06-30",
            "2026-05-31",
            "2026-04-30",
            "2026-03-31",
            "2026-02-28",
            "2026-01-31",
        ];
        assert_eq!(left(800, &BackupsKept::default()), expected, "after two years");
        assert_eq!(left(3, &BackupsKept::default()).len(), 3, "after three days");
    }

    #[test]
    fn the_newest_and_those_asked_for_are_kept_whatever_is_set() {
        let none = BackupsKept { daily: 0, weekly: 0, monthly: 0, before_steps: 0 };
        assert_eq!(left(50, &none), ["2026-12-31"], "the newest");
        let now = Utc::now();
        let at = |days: i64, reason| backup(now - TimeDelta::days(days), reason);
        let backups = [
            at(0, BackupReason::BeforeRekey),
            at(1, BackupReason::ByHand),
            at(2, BackupReason::BeforeRisk),
            at(3, BackupReason::BeforeMigration),
            at(900, BackupReason::ByHand),
        ];
        let removed = superfluous(&backups, &BackupsKept { before_steps: 2, ..none });
        assert_eq!(
            removed,
            [backups[3].path.clone()],
            "the third of those before a step, and nothing that was asked for"
        );
    }

    #[test]
    fn of_two_on_one_day_the_newer_is_kept() {
        let noon: DateTime<Utc> = "2026-12-31T12:00:00Z".parse().expect("it is a time");
        let backups = [0, 1, 2].map(|hours| backup(noon - TimeDelta::hours(hours), BackupReason::Daily));
        let removed = superfluous(&backups, &BackupsKept::default());
        assert_eq!(removed, [backups[1].path.clone(), backups[2].path.clone()], "the others go");
    }
}

//! The table of what was struck where, and what came of it.

use std::{collections::BTreeMap, fmt};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The new password is current and logs in.
    Changed,
    /// The old password is current and logs in.
    Unchanged,
    /// The vault says that it does not know, and a kept candidate logs in.
    OutOfSyncExplained,
}

/// Counts by step and fault.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<(String, &'static str), [usize; 3]>);

impl Table {
    /// Counts one run.
    pub fn add(&mut self, step: &str, fault: &'static str, outcome: Outcome) {
        self.0.entry((step.to_owned(), fault)).or_default()[outcome as usize] += 1;
    }

    /// How many runs ended so.
    pub fn total(&self, outcome: Outcome) -> usize {
        self.0.values().map(|counts| counts[outcome as usize]).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<18} {:<16} {:>8} {:>10} {:>12}",
            "step", "fault", "changed", "unchanged", "out of sync"
        )?;
        for ((step, fault), [changed, unchanged, out_of_sync]) in &self.0 {
            writeln!(formatter, "{step:<18} {fault:<16} {changed:>8} {unchanged:>10} {out_of_sync:>12}")?;
        }
        Ok(())
    }
}

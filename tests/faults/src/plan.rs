//! What is broken in one run, drawn from the run's own seed.

use std::time::Duration;

use lab::{Direction, Ending};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

/// Every written state at which a change may be struck, with the moment before or after it is written.
pub const MOMENTS: &[(&str, &str)] = &[
    ("after", "claimed"),
    ("before", "prepared"),
    ("after", "prepared"),
    ("before", "opened"),
    ("after", "opened"),
    ("before", "marked"),
    ("after", "marked"),
    ("before", "applied"),
    ("after", "applied"),
    ("before", "succeeded"),
    ("after", "succeeded"),
];

/// When the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At a written state; the executor waits there until the fault is in place.
    At(&'static str, &'static str),
    /// So long after the operation was requested, wherever it is then.
    After(Duration),
}

/// What strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// SIGKILL to the executor's process.
    Kill,
    /// The connection is cut after so many more bytes in one direction.
    Cut {
        /// The direction whose bytes count.
        direction: Direction,
        /// How many still pass.
        bytes: u64,
        /// How both sides learn of it.
        ending: Ending,
    },
    /// All open connections are cut now.
    CutNow(Ending),
    /// Packets vanish for a while, then arrive.
    Silence(Duration),
    /// Everything on the server dies and it accepts nobody for a while.
    ServerKilled(Duration),
    /// The disk that holds the vault is full for a while.
    DiskFull(Duration),
    /// Every write to the vault's files fails until the process ends.
    WritesFail,
    /// The vault's files are taken from under the open vault.
    Displaced(Displaced),
}

/// How the vault's files are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Displaced {
    /// The folder is deleted.
    Deleted,
    /// The folder gets another name.
    Renamed,
    /// The folder gives way to an older copy of itself.
    Replaced,
    /// An older database is written over the open one, in place.
    Overwritten,
    /// The disk is unmounted while its files are open.
    Unmounted,
    /// The disk is mounted for reading only.
    ReadOnly,
    /// The file server has forgotten the files. Injected: the program is told so, no file server is involved.
    Stale,
}

impl Displaced {
    const ALL: [Self; 7] =
        [Self::Deleted, Self::Renamed, Self::Replaced, Self::Overwritten, Self::Unmounted, Self::ReadOnly, Self::Stale];
}

impl Fault {
    /// The column of the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "killed",
            Self::Cut { .. } => "cut after bytes",
            Self::CutNow(_) => "cut",
            Self::Silence(_) => "silence",
            Self::ServerKilled(_) => "server killed",
            Self::DiskFull(_) => "disk full",
            Self::WritesFail => "writes fail",
            Self::Displaced(how) => match how {
                Displaced::Deleted => "folder deleted",
                Displaced::Renamed => "folder renamed",
                Displaced::Replaced => "folder replaced",
                Displaced::Overwritten => "overwritten (cp)",
                Displaced::Unmounted => "unmounted",
                Displaced::ReadOnly => "read-only disk",
                Displaced::Stale => "ESTALE (injected)",
            },
        }
    }
}

/// One run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Plan {
    /// Which of the world's credentials is changed.
    pub subject: usize,
    pub when: When,
    pub fault: Fault,
    /// The recovery is killed too, so long after it began.
    pub second_kill: Option<Duration>,
}

impl Plan {
    /// Draws the plan of a seed. `subjects` is the number of credentials to choose from; `only` keeps the faults of one
    /// kind.
    pub fn draw(seed: u64, subjects: usize, only: Option<Kind>) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let when = if random.random_range(0..3) == 0 {
            When::After(milliseconds(&mut random, 0..900))
        } else {
            let (moment, state) = MOMENTS[random.random_range(0..MOMENTS.len())];
            When::At(moment, state)
        };
        Self {
            subject: random.random_range(0..subjects),
            when,
            fault: match only {
                Some(Kind::Displaced) => Fault::Displaced(displaced(&mut random)),
                None => fault(&mut random),
            },
            second_kill: (random.random_range(0..5) == 0).then(|| milliseconds(&mut random, 100..1500)),
        }
    }
}

/// The faults of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The vault's files are taken away.
    Displaced,
}

impl std::str::FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> anyhow::Result<Self> {
        match word {
            "displaced" => Ok(Self::Displaced),
            other => anyhow::bail!("there is no kind of faults called `{other}`"),
        }
    }
}

fn displaced(random: &mut impl Rng) -> Displaced {
    Displaced::ALL[random.random_range(0..Displaced::ALL.len())]
}

fn fault(random: &mut impl Rng) -> Fault {
    let ending = if random.random_range(0..2) == 0 { Ending::Close } else { Ending::Reset };
    match random.random_range(0..16) {
        0..=3 => Fault::Kill,
        4 | 5 => Fault::Cut {
            direction: if random.random_range(0..2) == 0 { Direction::ToHost } else { Direction::FromHost },
            bytes: random.random_range(0..6000),
            ending,
        },
        6 | 7 => Fault::CutNow(ending),
        8 => Fault::Silence(milliseconds(random, 50..1000)),
        9 => Fault::ServerKilled(milliseconds(random, 50..1000)),
        10 => Fault::DiskFull(milliseconds(random, 50..1500)),
        11 => Fault::WritesFail,
        _ => Fault::Displaced(displaced(random)),
    }
}

fn milliseconds(random: &mut impl Rng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(random.random_range(range))
}

#[cfg(test)]
mod tests {
    use super::Plan;

    #[test]
    fn a_seed_always_draws_the_same_plan() {
        for seed in 0..200 {
            assert_eq!(Plan::draw(seed, 3, None), Plan::draw(seed, 3, None), "seed {seed}");
        }
    }

    #[test]
    fn every_fault_is_drawn() {
        let names: std::collections::BTreeSet<_> =
            (0..1000).map(|seed| Plan::draw(seed, 3, None).fault.name()).collect();
        assert_eq!(names.len(), 14, "{names:?}");
    }
}

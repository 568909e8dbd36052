//! The columns themselves: one row after the other, by their code.

use indexmap::IndexSet;
use rusqlite::Row;

use super::names::Names;
use crate::{VaultError, error::Stored};

/// The columns that are kept, in the order in which they are read.
pub(super) const COLUMNS: &str = "code, credential_id, device_id, requester_id, username, device_name, manufacturer, \
    model, website, state, kind, scheduled_at, started_order, ended_order, not_before, lease_until";

pub(super) type Id = [u8; 16];

/// The values that all operations of a credential have in common, as positions in the lists of values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    pub(super) credential: Id,
    pub(super) device: Id,
    pub(super) username: usize,
    pub(super) device_name: usize,
    pub(super) manufacturer: usize,
    pub(super) model: usize,
    pub(super) website: usize,
}

/// The values of an operation that have few distinct combinations, as positions in the lists of values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Class {
    pub(super) state: usize,
    pub(super) kind: usize,
    pub(super) requester: usize,
}

/// The subject and the class of a row, as positions. Nearly every filter needs them.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) subject: u32,
    pub(super) class: u32,
}

/// The times of a row, each in a column of its own: a page asks for one or two. Microseconds since 1970, as in the
/// table's sort columns: an event that did not happen comes before the oldest.
#[derive(Clone, Copy)]
pub(super) enum Time {
    Scheduled,
    Started,
    Ended,
    /// The time before which a waiting operation does not run.
    NotBefore,
    /// The end of the lease of a running operation.
    LeaseUntil,
}

/// All rows. A row's parts have the same place in `codes`, `facts` and each of its times.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) codes: Vec<i64>,
    pub(super) facts: Vec<Facts>,
    times: [Vec<i64>; 5],
    pub(super) subjects: IndexSet<Subject>,
    pub(super) classes: IndexSet<Class>,
    pub(super) usernames: Names,
    pub(super) device_names: Names,
    pub(super) manufacturers: IndexSet<String>,
    pub(super) models: IndexSet<String>,
    pub(super) websites: IndexSet<String>,
    pub(super) requesters: IndexSet<Id>,
    pub(super) states: IndexSet<String>,
    pub(super) kinds: IndexSet<String>,
}

impl Rows {
    /// Adds or replaces a row as the database has it: at its own position, or after all others.
    pub(super) fn put(&mut self, row: &Row<'_>) -> Result<(), VaultError> {
        let text = |column: usize| row.get_ref(column).and_then(|value| Ok(value.as_str()?)).stored();
        let id = |column: usize| row.get::<_, Id>(column).stored();
        let number = |column: usize| row.get::<_, i64>(column).stored();
        let subject = Subject {
            credential: id(1)?,
            device: id(2)?,
            username: self.usernames.place(text(4)?),
            device_name: self.device_names.place(text(5)?),
            manufacturer: place(&mut self.manufacturers, text(6)?),
            model: place(&mut self.models, text(7)?),
            website: place(&mut self.websites, text(8)?),
        };
        let class = Class {
            state: place(&mut self.states, text(9)?),
            kind: place(&mut self.kinds, text(10)?),
            requester: self.requesters.insert_full(id(3)?).0,
        };
        let facts = Facts {
            subject: small(self.subjects.insert_full(subject).0)?,
            class: small(self.classes.insert_full(class).0)?,
        };
        let lease_until = row.get::<_, Option<i64>>(15).stored()?.unwrap_or(i64::MAX);
        let times = [number(11)?, number(12)?, number(13)?, number(14)?, lease_until];
        let code = number(0)?;
        let after_all = self.codes.last().is_none_or(|last| *last < code);
        match if after_all { Err(self.codes.len()) } else { self.codes.binary_search(&code) } {
            Ok(place) => {
                self.facts[place] = facts;
                self.times.iter_mut().zip(times).for_each(|(column, time)| column[place] = time);
            }
            Err(place) => {
                self.codes.insert(place, code);
                self.facts.insert(place, facts);
                self.times.iter_mut().zip(times).for_each(|(column, time)| column.insert(place, time));
            }
        }
        Ok(())
    }

    /// Removes a row that the database does not have any more.
    pub(super) fn take(&mut self, code: i64) {
        if let Ok(place) = self.codes.binary_search(&code) {
            self.codes.remove(place);
            self.facts.remove(place);
            for column in &mut self.times {
                column.remove(place);
            }
        }
    }

    /// Returns one of the times, for every row.
    pub(super) fn time(&self, which: Time) -> &[i64] {
        &self.times[which as usize]
    }
}

/// Returns the position of a text, which is added if it is new.
fn place(texts: &mut IndexSet<String>, text: &str) -> usize {
    texts.get_index_of(text).unwrap_or_else(|| texts.insert_full(text.to_owned()).0)
}

/// Converts a position to the form that a row stores. There are never so many positions that one does not fit.
fn small(place: usize) -> Result<u32, VaultError> {
    u32::try_from(place).map_err(|_| VaultError::Storage { source: "too many different values".into() })
}

//! The columns themselves: one row after the other, by their code.

use indexmap::IndexSet;
use rusqlite::Row;

use super::names::Names;
use crate::{VaultError, error::Stored};

/// The columns that are kept, in the order in which they are read.
pub(super) const COLUMNS: &str = "code, credential_id, device_id, requester_id, username, device_name, manufacturer, \
    model, website, state, kind, scheduled_at, started_order, ended_order, not_before, lease_until";

pub(super) type Id = [u8; 16];

/// What a credential's operations have in common, by the places of its parts.
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

/// What nearly every filter asks for, by the places of the values.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) subject: u32,
    pub(super) requester: u32,
    pub(super) state: u16,
    pub(super) kind: u16,
}

/// Microseconds since 1970, as the table's orders have them: what did not happen comes before the oldest.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) scheduled: i64,
    pub(super) started: i64,
    pub(super) ended: i64,
    /// Not before then, where it waits.
    pub(super) not_before: i64,
    /// Held until then, where it runs.
    pub(super) lease_until: i64,
}

/// All rows. A row's parts have the same place in each of the first three.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) codes: Vec<i64>,
    pub(super) facts: Vec<Facts>,
    pub(super) times: Vec<Times>,
    pub(super) subjects: IndexSet<Subject>,
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
    /// Puts in a row as the database has it: in its own place, or after all others.
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
        let facts = Facts {
            subject: small(self.subjects.insert_full(subject).0)?,
            requester: small(self.requesters.insert_full(id(3)?).0)?,
            state: small(place(&mut self.states, text(9)?))?,
            kind: small(place(&mut self.kinds, text(10)?))?,
        };
        let times = Times {
            scheduled: number(11)?,
            started: number(12)?,
            ended: number(13)?,
            not_before: number(14)?,
            lease_until: row.get::<_, Option<i64>>(15).stored()?.unwrap_or(i64::MAX),
        };
        let code = number(0)?;
        let after_all = self.codes.last().is_none_or(|last| *last < code);
        match if after_all { Err(self.codes.len()) } else { self.codes.binary_search(&code) } {
            Ok(place) => (self.facts[place], self.times[place]) = (facts, times),
            Err(place) => {
                self.codes.insert(place, code);
                self.facts.insert(place, facts);
                self.times.insert(place, times);
            }
        }
        Ok(())
    }

    /// Takes a row out that the database does not have any more.
    pub(super) fn take(&mut self, code: i64) {
        if let Ok(place) = self.codes.binary_search(&code) {
            self.codes.remove(place);
            self.facts.remove(place);
            self.times.remove(place);
        }
    }
}

/// The place of a text that may be new.
fn place(texts: &mut IndexSet<String>, text: &str) -> usize {
    texts.get_index_of(text).unwrap_or_else(|| texts.insert_full(text.to_owned()).0)
}

/// A place as a row keeps it. More than four thousand million subjects, or 65,000 states, are not kept in memory.
fn small<T: TryFrom<usize>>(place: usize) -> Result<T, VaultError> {
    T::try_from(place).map_err(|_| VaultError::Storage { source: "too many different values".into() })
}

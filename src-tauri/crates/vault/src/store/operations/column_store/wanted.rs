//! A filter, compiled for the rows in memory: every criterion becomes a mask over the subjects or classes, or a bound.

use domain::operation::OperationState;
use indexmap::IndexSet;

use super::{
    Loaded,
    rows::{Class, Facts, Id, Rows, Subject, Time},
};
use crate::{
    VaultError,
    store::operations::operation_filter::{
        Bounds, Criterion, IdColumn, NameColumn, TextColumn, TimeColumn, WordColumn,
    },
};

/// The conditions that a row must fulfil.
pub(super) struct Wanted {
    /// For every subject and every class, by its position: true when a row may have it.
    subjects: Vec<bool>,
    classes: Vec<bool>,
    code: Option<i64>,
    /// Words that may be a code: a row has the code, or its subject has the word.
    codes: Vec<(i64, Vec<bool>)>,
    times: Vec<(Time, Bounds)>,
    late: Option<Late>,
}

/// The bounds for late operations: those that should have begun before `due_before`, and those whose lease ended before
/// `lease_before`.
struct Late {
    due_before: i64,
    lease_before: i64,
    scheduled: Vec<bool>,
    running: Vec<bool>,
}

impl Loaded {
    pub(super) fn wanted(&mut self, criteria: &[Criterion]) -> Result<Wanted, VaultError> {
        let mut wanted = Wanted {
            subjects: vec![true; self.rows.subjects.len()],
            classes: vec![true; self.rows.classes.len()],
            code: None,
            codes: Vec::new(),
            times: Vec::new(),
            late: None,
        };
        for criterion in criteria {
            self.narrow(&mut wanted, criterion)?;
        }
        Ok(wanted)
    }

    fn narrow(&mut self, wanted: &mut Wanted, criterion: &Criterion) -> Result<(), VaultError> {
        match criterion {
            Criterion::Code(code) => wanted.code = Some(*code),
            Criterion::Id(column, id) => wanted.keep_subjects(&self.rows, |subject| column.of(subject) == *id),
            Criterion::OneOf(column, words) => {
                let may_be = one_of(column.texts(&self.rows), words);
                wanted.keep_classes(&self.rows, |class| may_be[column.of(class)]);
            }
            Criterion::Requester(ids) => {
                let asked: Vec<bool> = self.rows.requesters.iter().map(|id| ids.contains(id)).collect();
                wanted.keep_classes(&self.rows, |class| asked[class.requester]);
            }
            Criterion::Between(column, bounds) => wanted.times.push((column.time(), *bounds)),
            Criterion::Name(column, word) => {
                let named = self.named(*column, word)?;
                wanted.keep(&named);
            }
            Criterion::NameOrCode(word, code) => {
                let named = self.named(NameColumn::Either, word)?;
                wanted.codes.push((*code, named));
            }
            Criterion::Text(column, words) => {
                let with: Vec<bool> = column.texts(&self.rows).iter().map(|text| words.are_in(text)).collect();
                wanted.keep_subjects(&self.rows, |subject| with[column.of(subject)]);
            }
            Criterion::Tag(tag) => {
                let carried = self.tags.carried(&self.connection, &self.rows, tag)?;
                wanted.keep(carried);
            }
            Criterion::Late { due_before, lease_before } => {
                wanted.late = Some(Late {
                    due_before: *due_before,
                    lease_before: *lease_before,
                    scheduled: one_of(&self.rows.states, &[OperationState::Scheduled.word()]),
                    running: one_of(&self.rows.states, &[OperationState::Running.word()]),
                });
            }
        }
        Ok(())
    }

    /// Tells for every subject, by its position, whether the word is in one of its names.
    fn named(&mut self, column: NameColumn, word: &str) -> Result<Vec<bool>, VaultError> {
        let (rows, letters) = (&mut self.rows, &mut self.letters);
        let usernames = match column {
            NameColumn::Username | NameColumn::Either => rows.usernames.with(word, letters)?,
            NameColumn::Device => Vec::new(),
        };
        let devices = match column {
            NameColumn::Device | NameColumn::Either => rows.device_names.with(word, letters)?,
            NameColumn::Username => Vec::new(),
        };
        let has = |names: &[bool], place: usize| names.get(place).copied().unwrap_or_default();
        let named = |subject: &Subject| has(&usernames, subject.username) || has(&devices, subject.device_name);
        Ok(rows.subjects.iter().map(named).collect())
    }
}

impl IdColumn {
    fn of(self, subject: &Subject) -> Id {
        match self {
            Self::Credential => subject.credential,
            Self::Device => subject.device,
        }
    }
}

impl WordColumn {
    fn texts(self, rows: &Rows) -> &IndexSet<String> {
        match self {
            Self::State => &rows.states,
            Self::Kind => &rows.kinds,
        }
    }

    fn of(self, class: &Class) -> usize {
        match self {
            Self::State => class.state,
            Self::Kind => class.kind,
        }
    }
}

impl TimeColumn {
    fn time(self) -> Time {
        match self {
            Self::Scheduled => Time::Scheduled,
            Self::Started => Time::Started,
        }
    }
}

impl TextColumn {
    fn texts(self, rows: &Rows) -> &IndexSet<String> {
        match self {
            Self::Manufacturer => &rows.manufacturers,
            Self::Model => &rows.models,
            Self::Website => &rows.websites,
        }
    }

    fn of(self, subject: &Subject) -> usize {
        match self {
            Self::Manufacturer => subject.manufacturer,
            Self::Model => subject.model,
            Self::Website => subject.website,
        }
    }
}

/// Tells for every text, by its position, whether it is one of these words.
fn one_of(texts: &IndexSet<String>, words: &[&str]) -> Vec<bool> {
    texts.iter().map(|text| words.contains(&text.as_str())).collect()
}

impl Wanted {
    fn keep(&mut self, fitting: &[bool]) {
        self.subjects.iter_mut().zip(fitting).for_each(|(kept, fits)| *kept &= fits);
    }

    fn keep_subjects(&mut self, rows: &Rows, like: impl Fn(&Subject) -> bool) {
        self.subjects.iter_mut().zip(&rows.subjects).for_each(|(kept, subject)| *kept = *kept && like(subject));
    }

    fn keep_classes(&mut self, rows: &Rows, like: impl Fn(&Class) -> bool) {
        self.classes.iter_mut().zip(&rows.classes).for_each(|(kept, class)| *kept = *kept && like(class));
    }

    /// Tells whether subject and class of a row fit. Most filters ask for nothing else.
    pub(super) fn suits(&self, facts: Facts) -> bool {
        self.classes[facts.class as usize] & self.subjects[facts.subject as usize]
    }

    /// Tells whether there are further conditions for a row whose subject and class fit.
    pub(super) fn asks_more(&self) -> bool {
        self.code.is_some() || !self.codes.is_empty() || !self.times.is_empty() || self.late.is_some()
    }

    pub(super) fn lets_through(&self, rows: &Rows, place: usize) -> bool {
        let (code, subject) = (rows.codes[place], rows.facts[place].subject as usize);
        self.code.is_none_or(|wanted| wanted == code)
            && self.codes.iter().all(|(wanted, with)| *wanted == code || with[subject])
            && self.times.iter().all(|(which, bounds)| is_in(*bounds, rows.time(*which)[place]))
            && self.late.as_ref().is_none_or(|late| late.lets_through(rows, place))
    }
}

impl Late {
    fn lets_through(&self, rows: &Rows, place: usize) -> bool {
        let state = rows.classes[rows.facts[place].class as usize].state;
        self.scheduled[state] && rows.time(Time::NotBefore)[place] < self.due_before
            || self.running[state] && rows.time(Time::LeaseUntil)[place] < self.lease_before
    }
}

fn is_in((from, to): Bounds, time: i64) -> bool {
    from.is_none_or(|from| from <= time) && to.is_none_or(|to| time < to)
}

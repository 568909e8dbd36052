//! `strengths`: how passwords are generated.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::{Problem, StrengthId, strength::Strength};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::{
    filter::Filter,
    list::List,
    search::{Searched, add_words},
    value::{Columns, fold, json, micros},
};
use crate::{Cursor, Page, VaultError, error::Stored, file::transaction::Changes, page::USUAL_LIMIT};

const COLUMNS: &str = "s.id, s.name, s.built_in, s.rules, s.bits, s.created_at, s.updated_at, \
    (SELECT count(*) FROM policies p WHERE p.strength_id = s.id) AS policies";

/// A strength under its name.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StrengthRecord {
    pub id: StrengthId,
    /// Its name; unique in the vault, letter case ignored.
    pub name: String,
    /// Whether it came with the program.
    pub built_in: bool,
    pub rules: Strength,
    /// Why no password is made by these rules: what saving would refuse is not used either. Empty for one that can be used.
    pub problems: Vec<Problem>,
    /// The binary logarithm of the number of possible passwords, to a hundredth.
    pub bits: f64,
    /// How many policies use it.
    pub policies: u32,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

domain::enumeration! {
    /// What strengths can be sorted by.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum StrengthSort {
        #[default]
        Name = "name",
        /// The number of possible passwords.
        Bits = "bits",
        /// When it last changed.
        UpdatedAt = "updated",
    }
}

/// Which strengths, and in which order.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StrengthQuery {
    /// Words of the name.
    pub text: String,
    /// What it is sorted by.
    pub sort: StrengthSort,
    pub descending: bool,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub limit: u32,
}

impl Default for StrengthQuery {
    fn default() -> Self {
        Self { text: String::new(), sort: StrengthSort::Name, descending: false, after: None, limit: USUAL_LIMIT }
    }
}

const SEARCHED: Searched = Searched::by_number(
    "s.number",
    "SELECT w.number FROM strengths w WHERE instr(lower(w.name), lower(trim({}, '\"'))) > 0",
    "s.name",
);

fn read_strength(row: &Row<'_>) -> rusqlite::Result<StrengthRecord> {
    let built_in = row.get("built_in")?;
    // What came with the program is what the program says.
    let rules = if built_in { Strength::default() } else { row.json("rules")? };
    Ok(StrengthRecord {
        id: StrengthId::from_uuid(row.uuid("id")?),
        name: row.get("name")?,
        problems: rules.problems(),
        rules,
        built_in,
        bits: f64::from(row.get::<_, u32>("bits")?) / 100.0,
        policies: row.get("policies")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// Reads strengths.
pub struct Strengths<'a> {
    pub(crate) connection: &'a Connection,
}

impl Strengths<'_> {
    /// One strength.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn get(&self, id: StrengthId) -> Result<Option<StrengthRecord>, VaultError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM strengths s WHERE s.id = ?1"))
            .stored()?
            .query_row([id.as_uuid().as_bytes()], read_strength)
            .optional()
            .stored()
    }

    /// One page of the strengths that fit.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &StrengthQuery) -> Result<Page<StrengthRecord>, VaultError> {
        let mut filter = Filter::default();
        add_words(&mut filter, &query.text, &SEARCHED);
        let list = List {
            name: "strengths",
            columns: COLUMNS,
            from: "strengths s",
            table: "strengths",
            alias: "s",
            joins: "",
            walked: None,
            sort: match query.sort {
                StrengthSort::Name => "s.name",
                StrengthSort::Bits => "s.bits",
                StrengthSort::UpdatedAt => "s.updated_at",
            },
            number: "s.number",
            descending: query.descending,
        };
        list.page(self.connection, filter, query.after.as_ref(), query.limit, read_strength)
    }

    /// Tells whether another strength has the name, letter case ignored.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and its like.
    pub fn taken(&self, name: &str, except: Option<StrengthId>) -> Result<bool, VaultError> {
        self.connection
            .prepare_cached("SELECT 1 FROM strengths WHERE name_folded = ?1 AND id IS NOT ?2")
            .stored()?
            .exists(params![fold(name), except.map(|id| id.as_uuid().into_bytes())])
            .stored()
    }
}

/// Writes strengths, and reads them.
pub struct StrengthsMut<'a> {
    pub(crate) reader: Strengths<'a>,
    pub(crate) changes: &'a Changes,
}

impl<'a> Deref for StrengthsMut<'a> {
    type Target = Strengths<'a>;

    fn deref(&self) -> &Strengths<'a> {
        &self.reader
    }
}

impl StrengthsMut<'_> {
    /// Inserts a strength, or writes one that is there. What came with the program stays as it is.
    ///
    /// # Errors
    /// [`VaultError::Taken`] when another one has the name; [`VaultError::InvalidReference`] for one that came with the
    /// program.
    pub fn save(&self, record: &StrengthRecord) -> Result<(), VaultError> {
        let saved = self
            .connection
            .prepare_cached(
                "INSERT INTO strengths (id, name, name_folded, built_in, rules, bits, created_at, updated_at) \
                 VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
                 name_folded = excluded.name_folded, rules = excluded.rules, bits = excluded.bits, \
                 updated_at = excluded.updated_at WHERE NOT built_in",
            )
            .stored()?
            .execute(params![
                record.id.as_uuid().as_bytes(),
                record.name,
                fold(&record.name),
                json(&record.rules)?,
                (record.bits * 100.0).round() as u32,
                micros(record.created_at),
                micros(record.updated_at),
            ])
            .stored()?;
        self.noted(record.id, saved)
    }

    /// Deletes a strength.
    ///
    /// # Errors
    /// [`VaultError::InvalidReference`] when policies use it, or it came with the program or is not there.
    pub fn delete(&self, id: StrengthId) -> Result<(), VaultError> {
        let sql = "DELETE FROM strengths WHERE id = ?1 AND NOT built_in \
             AND NOT EXISTS (SELECT 1 FROM policies WHERE strength_id = ?1)";
        let deleted = self.connection.prepare_cached(sql).stored()?.execute([id.as_uuid().as_bytes()]).stored()?;
        self.noted(id, deleted)
    }

    fn noted(&self, id: StrengthId, rows: usize) -> Result<(), VaultError> {
        if rows == 0 {
            return Err(VaultError::InvalidReference);
        }
        self.changes.strength(id);
        Ok(())
    }
}

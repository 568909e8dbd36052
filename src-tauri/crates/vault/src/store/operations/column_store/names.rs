//! The names that people search for. Each is stored once, in one long text, so that a search runs at the speed of
//! memory.
//!
//! A word is found as the index of words finds it ([`search`](crate::store::search)): from three letters on, letter
//! case and accents do not count; a shorter one is looked for as it is, only the case of its letters aside. SQLite
//! itself is asked which letters count as the same, once for each letter.

use std::{collections::HashMap, sync::Arc};

use indexmap::IndexSet;
use memchr::memmem::Finder;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    VaultError,
    error::Stored,
    file::connection,
    store::search::{cases, is_indexed},
};

/// The names, each at the position where it was first added.
#[derive(Default)]
pub(super) struct Names {
    each: IndexSet<String>,
    /// The names with ASCII letters in lower case.
    lowered: Lines,
    /// The names in the form of the index of words.
    folded: Lines,
    order: Option<Arc<Order>>,
}

/// The ranks of texts in a sort order.
pub(super) struct Order {
    /// The rank of each text, by its position; an odd number.
    pub(super) ranks: Vec<i64>,
    sorted: Vec<String>,
}

impl Order {
    /// Sorts texts by the key that `key` makes of each.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a String> + Clone, key: fn(&str) -> String) -> Self {
        let mut sorted: Vec<String> = texts.clone().map(|text| key(text)).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut order = Self { ranks: Vec::new(), sorted };
        order.ranks = texts.map(|text| order.rank(&key(text))).collect();
        order
    }

    /// Returns the rank of a key. The rank of a missing text is even, and lies between the ranks of its neighbours.
    pub(super) fn rank(&self, key: &str) -> i64 {
        let rank = match self.sorted.binary_search_by(|text| text.as_str().cmp(key)) {
            Ok(place) => place * 2 + 1,
            Err(place) => place * 2,
        };
        i64::try_from(rank).unwrap_or(i64::MAX)
    }
}

impl Names {
    /// Returns the position of a name, which is added if it is new.
    pub(super) fn place(&mut self, name: &str) -> usize {
        self.each.get_index_of(name).unwrap_or_else(|| {
            self.order = None;
            self.each.insert_full(name.to_owned()).0
        })
    }

    pub(super) fn get(&self, place: usize) -> &str {
        self.each.get_index(place).map_or("", String::as_str)
    }

    /// Returns the order that lists use: the case of ASCII letters does not count.
    pub(super) fn order(&mut self) -> Arc<Order> {
        let make = || Arc::new(Order::of(self.each.iter(), str::to_ascii_lowercase));
        Arc::clone(self.order.get_or_insert_with(make))
    }

    /// Tells for every name, by its position, whether it contains the word.
    pub(super) fn with(&mut self, word: &str, letters: &mut Letters) -> Result<Vec<bool>, VaultError> {
        for name in self.each.iter().skip(self.lowered.len()) {
            self.lowered.push(&name.to_ascii_lowercase());
            self.folded.push(&letters.fold(name)?);
        }
        let mut found = vec![false; self.each.len()];
        if is_indexed(word) {
            let folded = letters.fold(word)?;
            // Without the letters that the index leaves out, the word may be shorter than the pieces that the index
            // knows.
            if is_indexed(&folded) {
                self.folded.mark(&folded, &mut found);
            }
        } else {
            cases(word).iter().for_each(|case| self.lowered.mark(&case.to_ascii_lowercase(), &mut found));
        }
        Ok(found)
    }
}

/// Texts in one long string, one after the other.
#[derive(Default)]
struct Lines {
    text: String,
    ends: Vec<usize>,
}

impl Lines {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        // No word contains a line end, so that no match spans the end of one text and the beginning of the next.
        self.text.push('\n');
        self.ends.push(self.text.len());
    }

    fn mark(&self, word: &str, found: &mut [bool]) {
        let finder = Finder::new(word.as_bytes());
        let (mut from, mut line) = (0, 0);
        while let Some(at) = finder.find(&self.text.as_bytes()[from..]) {
            line += self.ends[line..].partition_point(|end| *end <= from + at);
            found[line] = true;
            from = self.ends[line];
        }
    }
}

/// The folding of letters, the same as in the index of words.
pub(super) struct Letters {
    database: Connection,
    known: HashMap<char, Option<char>>,
}

impl Letters {
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub(super) fn new() -> Result<Self, VaultError> {
        let database = connection::in_memory().stored()?;
        database
            .execute_batch(
                "CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'trigram remove_diacritics 1'); \
                 CREATE VIRTUAL TABLE terms USING fts5vocab (words, row);",
            )
            .stored()?;
        Ok(Self { database, known: HashMap::new() })
    }

    /// Returns a text in the form of the index.
    fn fold(&mut self, text: &str) -> Result<String, VaultError> {
        if text.is_ascii() {
            return Ok(text.to_ascii_lowercase());
        }
        let letters: Vec<Option<char>> = text.chars().map(|letter| self.letter(letter)).collect::<Result<_, _>>()?;
        Ok(letters.into_iter().flatten().collect())
    }

    /// Returns a letter in the form of the index; `None` where the index leaves it out.
    fn letter(&mut self, letter: char) -> Result<Option<char>, VaultError> {
        if let Some(known) = self.known.get(&letter) {
            return Ok(*known);
        }
        // Three letters are the shortest text that is indexed.
        let thrice = String::from_iter([letter; 3]);
        self.database.execute("INSERT INTO words (text) VALUES (?1)", [&thrice]).stored()?;
        let term: Option<String> =
            self.database.query_row("SELECT term FROM terms", [], |row| row.get(0)).optional().stored()?;
        self.database.execute("DELETE FROM words", []).stored()?;
        let folded = term.and_then(|term| term.chars().next());
        self.known.insert(letter, folded);
        Ok(folded)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Letters, Names};
    use crate::file::connection;
    use crate::store::search::{cases, is_indexed};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn words_are_found_as_the_database_finds_them(
            names in proptest::collection::btree_set("[aeAéÉßçÇõ%\" \u{301}\u{591}\u{20dd}]{1,12}", 1..12),
            word in "[aeAéÉßçÇõ%\"\u{301}\u{591}\u{20dd}]{1,5}",
        ) {
            let database = connection::in_memory()?;
            database.execute_batch(
                "CREATE TABLE names (number INTEGER PRIMARY KEY, name TEXT NOT NULL); \
                 CREATE VIRTUAL TABLE words USING fts5 (name, content = '', tokenize = 'trigram remove_diacritics 1');",
            )?;
            let (mut kept, mut letters) = (Names::default(), Letters::new()?);
            for name in &names {
                database.execute("INSERT INTO names (name) VALUES (?1)", [name])?;
                // Some names are added before the first search, and some after it.
                if kept.place(name) == 2 {
                    kept.with(&word, &mut letters)?;
                }
            }
            database.execute_batch("INSERT INTO words (rowid, name) SELECT number, name FROM names")?;
            let numbers = |sql: &str, value: &str| -> rusqlite::Result<Vec<usize>> {
                database.prepare(sql)?.query_map([value], |row| row.get::<_, i64>(0))?.map(|number| Ok(usize::try_from(number?).unwrap_or(0) - 1)).collect()
            };
            let mut expected = Vec::new();
            if is_indexed(&word) {
                let phrase = format!("\"{}\"", word.replace('"', "\"\""));
                expected = numbers("SELECT rowid FROM words WHERE words MATCH ?1", &phrase)?;
            } else {
                for case in cases(&word) {
                    let pattern = format!("%{}%", case.replace('%', "\\%"));
                    expected.extend(numbers("SELECT number FROM names WHERE name LIKE ?1 ESCAPE '\\'", &pattern)?);
                }
            }
            expected.sort_unstable();
            expected.dedup();
            let found = kept.with(&word, &mut letters)?;
            let found: Vec<usize> = (0..names.len()).filter(|place| found[*place]).collect();
            prop_assert_eq!(found, expected, "{:?} in {:?}", word, names);
        }
    }
}

//! The templates that come with the program: the files in `starter/PLUGIN/EXECUTION TYPE/`. The build script lists
//! them, so that a new template needs a new file and nothing else.

/// The account that logs in to run a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Connects {
    /// The account whose password changes.
    Own,
    Access,
}

/// A template that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Starter {
    pub id: &'static str,
    /// The name that lists show.
    pub name: &'static str,
    /// The plugin that runs it.
    pub plugin: &'static str,
    pub connects: Connects,
    pub source: &'static str,
}

/// Every starter template, by id.
pub const ALL: &[Starter] = include!(concat!(env!("OUT_DIR"), "/starters.rs"));

/// Finds a starter template.
pub fn find(id: &str) -> Option<&'static Starter> {
    ALL.iter().find(|starter| starter.id == id)
}

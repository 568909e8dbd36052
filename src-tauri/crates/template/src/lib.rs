//! The template language: parse, lint, run over a dialogue. No network.
//!
//! A template tells a plugin how to do one thing on a device; the language is described in this crate's README. The way
//! of one template: [`parse`] reads it and never fails, [`lint`] says what is wrong with it for one kind of execution,
//! [`Program::bind`] fills its tags (all or nothing, before anything connects), [`run`] speaks it over a [`Dialogue`]
//! that a connector implements, and the [`Transcript`] keeps what was said with every secret masked.

mod bound;
mod dialogue;
mod encodings;
mod escape;
mod finding;
mod inbox;
mod lint;
mod mask;
mod parse;
mod pattern;
mod program;
mod quoting;
mod run;
pub mod starter;
mod tag;
mod terminal;
mod text;
mod transcript;

pub use bound::{Bound, MissingValues, Values};
pub use dialogue::{Dialogue, DialogueError, Received};
pub use escape::Escape;
pub use finding::{Finding, FindingKind, Repair, Severity};
pub use lint::{Execution, lint};
pub use parse::{Parsed, parse};
pub use program::{NewLine, Part, Program, Settings, Verification};
pub use run::{RunError, run};
pub use tag::Tag;
pub use transcript::{Direction, Line, Transcript};

//! Regular expressions as templates write them: `/…/` with flags, or the bare expression.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use regex::{Regex, RegexBuilder};

use crate::{Tag, program::Pattern, text::Piece};

/// Splits `/body/flags`. Without slashes the whole text is the body.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let parts = text.strip_prefix('/').and_then(|inner| inner.rsplit_once('/'));
    match parts {
        Some((body, flags)) if flags.chars().all(|flag| flag.is_ascii_alphabetic()) => (body, flags),
        _ => (text, ""),
    }
}

/// The compiled expressions without tags. The same few templates run thousands of times, and compiling an expression
/// costs more than a whole change. They hold no values and therefore no secrets.
static COMPILED: LazyLock<Mutex<HashMap<(String, String), Regex>>> = LazyLock::new(Mutex::default);
/// The most compiled expressions that are kept.
const MOST_COMPILED: usize = 512;

/// Compiles the expression with its tags filled. Values match as they are, whatever characters they hold.
///
/// # Errors
/// The reason why the expression is invalid, without the values.
pub(crate) fn compile(pattern: &Pattern, value: &dyn Fn(Tag) -> Option<String>) -> Result<Regex, String> {
    if !pattern.text.tags().is_empty() {
        return compile_now(pattern, value);
    }
    let key = (pattern.text.source.clone(), pattern.flags.clone());
    if let Ok(compiled) = COMPILED.lock()
        && let Some(known) = compiled.get(&key)
    {
        return Ok(known.clone());
    }
    let expression = compile_now(pattern, value)?;
    if let Ok(mut compiled) = COMPILED.lock()
        && compiled.len() < MOST_COMPILED
    {
        compiled.insert(key, expression.clone());
    }
    Ok(expression)
}

fn compile_now(pattern: &Pattern, value: &dyn Fn(Tag) -> Option<String>) -> Result<Regex, String> {
    let mut expression = String::new();
    for piece in &pattern.text.pieces {
        match piece {
            Piece::Literal(literal) => expression.push_str(literal),
            Piece::Value(tag, escape) => {
                let filled = value(*tag).unwrap_or_default();
                expression.push_str(&regex::escape(&escape.apply(&filled)));
            }
        }
    }
    let mut builder = RegexBuilder::new(&expression);
    for flag in pattern.flags.chars() {
        match flag {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            's' => builder.dot_matches_new_line(true),
            'x' => builder.ignore_whitespace(true),
            'u' => &mut builder,
            other => return Err(format!("there is no flag {other}")),
        };
    }
    builder.size_limit(4 << 20).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it is too big".to_owned(),
        _ => "it is not an expression that this program knows (look-around and back-references are not)".to_owned(),
    })
}

//! Text with tags in it, as a template writes it between quotes.

use std::collections::BTreeSet;

use crate::{Escape, FindingKind, Tag};

/// A part of a text: a literal or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A literal text, sent as it is.
    Literal(String),
    /// A tag, with the escape that its value is written with.
    Value(Tag, Escape),
}

/// A text, split at its tags, and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    /// The text between the quotes, for messages.
    pub source: String,
    pub pieces: Vec<Piece>,
}

impl Text {
    /// Splits `source` at its tags. Anything that is not a tag stays literal and is reported.
    pub fn parse(source: &str) -> (Self, Vec<FindingKind>) {
        let mut pieces = Vec::new();
        let mut problems = Vec::new();
        let mut rest = source;
        while let Some(open) = rest.find("[#") {
            let inner = &rest[open + 2..];
            let Some(close) = inner.find("#]") else {
                problems.push(FindingKind::TagNotClosed);
                break;
            };
            push_literal(&mut pieces, &rest[..open]);
            match value(&inner[..close]) {
                Ok(piece) => pieces.push(piece),
                Err(problem) => {
                    problems.push(problem);
                    push_literal(&mut pieces, &rest[open..open + close + 4]);
                }
            }
            rest = &inner[close + 2..];
        }
        push_literal(&mut pieces, rest);
        (Self { source: source.to_owned(), pieces }, problems)
    }

    /// Lists the tags that must be filled.
    pub fn tags(&self) -> BTreeSet<Tag> {
        self.pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Value(tag, _) => Some(*tag),
                Piece::Literal(_) => None,
            })
            .collect()
    }
}

fn value(inside: &str) -> Result<Piece, FindingKind> {
    let (name, escape) = match inside.split_once('|') {
        Some((name, escape)) => (name.trim(), Some(escape.trim())),
        None => (inside.trim(), None),
    };
    let tag = Tag::from_name(name).ok_or_else(|| FindingKind::UnknownTag(name.to_owned()))?;
    let escape = match escape {
        None => Escape::Raw,
        Some(escape) => Escape::from_name(escape).ok_or_else(|| FindingKind::UnknownEscape(escape.to_owned()))?,
    };
    Ok(Piece::Value(tag, escape))
}

fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Literal(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Literal(text.to_owned()));
    }
}

//! Lenient quoting: the text runs from the first quote of a line to the last one.

use crate::Repair;

/// The parts of a line after its command.
pub(crate) struct Quoted {
    /// The text before the first quote.
    pub before: String,
    /// The text between the quotes.
    pub text: String,
    /// The repairs of the quoting.
    pub repairs: Vec<Repair>,
}

/// Reads the quoted text of a line.
pub(crate) fn read(rest: &str) -> Quoted {
    let mut repairs = Vec::new();
    let (before, text) = match (rest.find('"'), rest.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            let after = rest[last + 1..].trim();
            if !after.is_empty() && !after.starts_with('#') {
                repairs.push(Repair::Outside);
            }
            (&rest[..first], &rest[first + 1..last])
        }
        (Some(first), _) => {
            repairs.push(Repair::NotClosed);
            (&rest[..first], &rest[first + 1..])
        }
        _ => {
            if !rest.is_empty() {
                repairs.push(Repair::NoQuotes);
            }
            ("", rest)
        }
    };
    if text.contains('"') {
        repairs.push(Repair::InnerQuote);
    }
    if text.contains('\\') {
        repairs.push(Repair::Backslash);
    }
    Quoted { before: before.trim().to_ascii_lowercase(), text: text.to_owned(), repairs }
}

/// Returns a word without quotes, and without a comment after it.
pub(crate) fn bare(rest: &str) -> &str {
    let rest = rest.find('#').map_or(rest, |comment| &rest[..comment]).trim();
    rest.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(rest).trim()
}

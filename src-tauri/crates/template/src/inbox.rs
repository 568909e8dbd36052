//! The text that has arrived since the last match. It is bounded, and searched in linear time whatever a device sends.

use std::ops::Range;

use regex::Regex;

use crate::terminal::Terminal;

/// The least number of bytes that is kept when the oldest text is cut off.
const CAPACITY: usize = 1 << 20;
/// The number of bytes that a search goes back before the text that it has already seen, for matches that arrive in
/// pieces.
const OVERLAP: usize = 4 << 10;

/// The text or expression that a step waits for.
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub(crate) enum Needle {
    /// Texts in this order, with anything between them.
    Parts(Vec<String>),
    Expression(Regex),
}

/// Received text that no step has taken yet. Positions count from the beginning of the dialogue.
pub(crate) struct Inbox {
    terminal: Terminal,
    text: String,
    base: usize,
}

impl Inbox {
    pub fn new() -> Self {
        Self { terminal: Terminal::new(), text: String::new(), base: 0 }
    }

    /// Adds bytes and returns the text that they made.
    pub fn push(&mut self, bytes: &[u8]) -> &str {
        let before = self.text.len();
        self.terminal.feed(bytes, &mut self.text);
        let added = self.text.len() - before;
        if self.text.len() > 2 * CAPACITY {
            let cut = boundary(&self.text, self.text.len() - CAPACITY.max(added));
            self.text.drain(..cut);
            self.base += cut;
        }
        &self.text[self.text.len() - added..]
    }

    /// Forgets everything up to `position`.
    pub fn take(&mut self, position: usize) {
        let cut = position.saturating_sub(self.base).min(self.text.len());
        self.text.drain(..cut);
        self.base += cut;
    }

    /// Forgets everything, including an incomplete control sequence or character.
    pub fn clear(&mut self) {
        self.take(usize::MAX);
        self.terminal = Terminal::new();
    }

    /// Returns the kept text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the kept text from the line in which `from` lies to the end of the line in which `to` lies.
    pub fn lines(&self, from: usize, to: usize) -> &str {
        let (from, to) = (self.local(from), self.local(to));
        let start = self.text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[to..].find('\n').map_or(self.text.len(), |at| to + at);
        &self.text[start..end]
    }

    /// Tells whether the line in which `position` lies has ended.
    pub fn line_ended(&self, position: usize) -> bool {
        self.text[self.local(position)..].contains('\n')
    }

    fn local(&self, position: usize) -> usize {
        boundary(&self.text, position.saturating_sub(self.base).min(self.text.len()))
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// A search that continues where it stopped when more text arrives.
pub(crate) struct Hunt<'a> {
    needle: &'a Needle,
    next: usize,
    part: usize,
    start: Option<usize>,
}

impl<'a> Hunt<'a> {
    pub fn new(needle: &'a Needle) -> Self {
        Self { needle, next: 0, part: 0, start: None }
    }

    /// Searches the text that has arrived and returns the position of the needle.
    pub fn look(&mut self, inbox: &Inbox) -> Option<Range<usize>> {
        match self.needle {
            Needle::Expression(expression) => {
                let found = search(expression, inbox, self.next);
                self.next = inbox.base + inbox.text.len();
                found
            }
            Needle::Parts(parts) if parts.is_empty() => {
                let end = inbox.base + inbox.text.len();
                (!inbox.text.is_empty()).then_some(inbox.base..end)
            }
            Needle::Parts(parts) => self.look_for_parts(parts, inbox),
        }
    }

    fn look_for_parts(&mut self, parts: &[String], inbox: &Inbox) -> Option<Range<usize>> {
        while let Some(part) = parts.get(self.part) {
            let from = inbox.local(self.next);
            let Some(at) = inbox.text[from..].find(part.as_str()) else {
                // The end of the text may be the beginning of the part.
                let seen = inbox.base + boundary(&inbox.text, (inbox.text.len() + 1).saturating_sub(part.len()));
                self.next = self.next.max(seen);
                return None;
            };
            let found = inbox.base + from + at;
            self.start.get_or_insert(found);
            self.next = found + part.len();
            self.part += 1;
        }
        self.start.map(|start| start..self.next)
    }
}

/// Searches for an expression from `next` on, and a little before it.
pub(crate) fn search(expression: &Regex, inbox: &Inbox, next: usize) -> Option<Range<usize>> {
    let from = boundary(&inbox.text, inbox.local(next).saturating_sub(OVERLAP));
    expression.find_at(&inbox.text, from).map(|found| inbox.base + found.start()..inbox.base + found.end())
}

/// Returns the position of the end of the text that has arrived so far.
pub(crate) fn end(inbox: &Inbox) -> usize {
    inbox.base + inbox.text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::{Hunt, Inbox, Needle, end};

    fn parts(parts: &[&str]) -> Needle {
        Needle::Parts(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    #[test]
    fn each_search_goes_on_where_the_last_one_stopped() {
        let needles = [
            parts(&["login: "]),
            parts(&["a", "b", "never"]),
            Needle::Expression(Regex::new("(?m)^x+y$").expect("an expression")),
        ];
        let mut inbox = Inbox::new();
        let mut hunts: Vec<Hunt<'_>> = needles.iter().map(Hunt::new).collect();
        for _ in 0..4_000 {
            inbox.push(&[b'x'; 1000]);
            for hunt in &mut hunts {
                assert_eq!(hunt.look(&inbox), None, "nothing of it has arrived");
                // This is why megabytes in small packets are searched in linear time.
                assert!(end(&inbox) - hunt.next < "login: ".len(), "nothing is searched twice");
            }
        }
        inbox.push(b"\nlogin: ");
        let found = hunts[0].look(&inbox).expect("the prompt arrived");
        assert_eq!(found.end, 4_000_008, "positions count from the beginning");
        assert!(inbox.text().len() <= 2 << 20, "the buffer is bounded");
    }

    proptest! {
        #[test]
        fn a_needle_is_found_however_the_packets_are_cut(before in "[a-c]{0,50}", sizes in proptest::collection::vec(1_usize..5, 1..40)) {
            let needle = parts(&["pass", "word: "]);
            let text = format!("{before}pass é word: rest");
            let (mut inbox, mut hunt, mut found) = (Inbox::new(), Hunt::new(&needle), None);
            let mut rest = text.as_bytes();
            for size in sizes.iter().cycle() {
                if rest.is_empty() || found.is_some() { break; }
                let (head, tail) = rest.split_at((*size).min(rest.len()));
                inbox.push(head);
                rest = tail;
                found = hunt.look(&inbox);
            }
            prop_assert_eq!(found, Some(before.len()..text.len() - 4));
        }
    }
}

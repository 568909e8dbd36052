//! The transcript of a dialogue: the bytes that were sent and received, kept with every secret masked.
//!
//! Masking searches the whole received stream. It finds secrets that came back in pieces or with other text sent in
//! between. When more than [`LIMIT`] is received, the middle is cut out.

use std::time::{Duration, Instant};

use secret::Secret;

use crate::mask::{MASK, Masker};

/// The number of bytes of received text beyond which it is cut to half of this.
const LIMIT: usize = 512 << 10;

/// The source of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Direction {
    Sent,
    Received,
    /// A remark of this program about its own steps.
    Note,
}

/// One line of a transcript, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Line {
    pub direction: Direction,
    /// The text, without its line end.
    pub text: String,
    /// The time since the transcript began.
    pub at: Duration,
}

enum Event {
    Said {
        direction: Direction,
        text: String,
        /// The number of forms of secrets that were known when the text was masked.
        known: usize,
        at: Duration,
    },
    /// Received text, from this offset to the next event's.
    Received { from: usize, at: Duration },
}

/// The transcript of one dialogue.
pub struct Transcript {
    begun: Instant,
    masker: Masker,
    received: String,
    events: Vec<Event>,
}

impl Default for Transcript {
    fn default() -> Self {
        Self::new()
    }
}

impl Transcript {
    /// Begins an empty transcript.
    pub fn new() -> Self {
        Self { begun: Instant::now(), masker: Masker::default(), received: String::new(), events: Vec::new() }
    }

    /// Adds a secret to mask. It is masked everywhere, also in the text that was recorded before.
    pub fn know(&mut self, secret: &Secret) {
        self.masker.know(secret);
    }

    /// Adds a remark of the program.
    pub fn note(&mut self, text: &str) {
        self.said(Direction::Note, text);
    }

    fn said(&mut self, direction: Direction, text: &str) {
        // The text is masked at once, so that the record of sent text never holds a secret.
        let (text, known) = (self.mask(text), self.masker.known());
        self.events.push(Event::Said { direction, text, known, at: self.begun.elapsed() });
    }

    /// Masks every known secret in a text.
    pub fn mask(&self, text: &str) -> String {
        self.masker.mask(text)
    }

    pub(crate) fn sent(&mut self, text: &str) {
        self.said(Direction::Sent, text);
    }

    pub(crate) fn received(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !matches!(self.events.last(), Some(Event::Received { .. })) {
            self.events.push(Event::Received { from: self.received.len(), at: self.begun.elapsed() });
        }
        self.received.push_str(text);
        if self.received.len() > LIMIT {
            self.shorten();
        }
    }

    /// Cuts out the middle. No cut goes through a secret, so that no part of one stays behind.
    fn shorten(&mut self) {
        let (mut first, mut last) = (LIMIT / 4, self.received.len() - LIMIT / 4);
        for range in self.masker.ranges(&self.received) {
            if range.start < first && first < range.end {
                first = range.start;
            }
            if range.start < last && last < range.end {
                last = range.end;
            }
        }
        let down = |at: usize| (0..=at).rev().find(|&at| self.received.is_char_boundary(at)).unwrap_or(0);
        let (first, last) = (down(first), down(last).max(down(first)));
        let gap = format!("\n[{} bytes left out]\n", last - first);
        self.received.replace_range(first..last, &gap);
        let moved = |from: usize| match from {
            from if from <= first => from,
            from if from >= last => from - last + first + gap.len(),
            _ => first,
        };
        for event in &mut self.events {
            if let Event::Received { from, .. } = event {
                *from = moved(*from);
            }
        }
    }

    /// Returns the transcript line by line, every secret masked.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let secrets = self.masker.ranges(&self.received);
        let starts = self.events.iter().filter_map(|event| match event {
            Event::Received { from, .. } => Some(*from),
            Event::Said { .. } => None,
        });
        let mut ends = starts.skip(1).chain([self.received.len()]);
        for event in &self.events {
            match event {
                Event::Said { direction, text, known, at } => {
                    let text = text.trim_end_matches(['\r', '\n']);
                    // The text may hold a secret that became known later.
                    let text = if *known < self.masker.known() { self.masker.mask(text) } else { text.to_owned() };
                    lines.push(Line { direction: *direction, text, at: *at });
                }
                Event::Received { from, at } => {
                    let masked = piece(&self.received, *from, ends.next().unwrap_or(self.received.len()), &secrets);
                    let texts = masked.split('\n').map(|text| text.trim_end_matches('\r').to_owned());
                    let received = texts.map(|text| Line { direction: Direction::Received, text, at: *at });
                    lines.extend(received.filter(|line| !line.text.is_empty()));
                }
            }
        }
        lines
    }
}

/// Returns `text[from..to]` masked. The mask of a secret that crosses a border is in the first piece only.
fn piece(text: &str, from: usize, to: usize, secrets: &[std::ops::Range<usize>]) -> String {
    let mut masked = String::new();
    let mut at = from;
    for secret in secrets.iter().filter(|secret| secret.end > from && secret.start < to) {
        if secret.start >= from {
            masked.push_str(&text[at..secret.start]);
            masked.push_str(MASK);
        }
        at = secret.end.min(to);
    }
    masked.push_str(&text[at..to.max(at)]);
    masked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secret::Secret;

    use super::{Direction, LIMIT, Transcript};

    fn text_of(transcript: &Transcript) -> String {
        transcript.lines().into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_secret_that_comes_back_around_a_send_is_masked() {
        let mut transcript = Transcript::new();
        transcript.know(&Secret::new("Kx9-Qw7_Zt4"));
        transcript.received("login: Kx9-Q");
        transcript.sent("Kx9-Qw7_Zt4\n");
        transcript.received("w7_Zt4\r\nwelcome\n");
        let lines = transcript.lines();
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["login: ••••••", "••••••", "welcome"], "masked across the send");
        assert_eq!(lines[1].direction, Direction::Sent, "in the order in which it happened");
    }

    #[test]
    fn megabytes_are_cut_in_the_middle_and_the_end_stays() {
        let mut transcript = Transcript::new();
        transcript.know(&Secret::new("Kx9-Qw7_Zt4"));
        for _ in 0..60_000 {
            transcript.received("0123456789 Kx9-Q");
            transcript.received("w7_Zt4 0123456789\n");
        }
        transcript.received("the end");
        let text = text_of(&transcript);
        assert!(text.len() <= 4 * LIMIT, "bounded: {}", text.len());
        assert!(text.ends_with("the end") && text.contains("bytes left out"), "both are there");
        for part in ["Kx9", "Qw7", "Zt4"] {
            assert!(!text.contains(part), "{part} is left");
        }
    }

    proptest! {
        #[test]
        fn no_secret_survives_any_split(secret in "[!-~]{4,30}", before in "[ -~\n]{0,40}", after in "[ -~\n]{0,40}",
                cuts in proptest::collection::vec((0_usize..110, any::<bool>()), 0..8)) {
            let mut transcript = Transcript::new();
            transcript.know(&Secret::new(secret.as_str()));
            let stream = format!("{before}{secret}{after}");
            let mut cuts = cuts;
            cuts.sort();
            let mut at = 0;
            for (cut, send) in cuts {
                let cut = cut.min(stream.len()).max(at);
                transcript.received(&stream[at..cut]);
                if send { transcript.sent(&secret); }
                at = cut;
            }
            transcript.received(&stream[at..]);
            let squeezed: String = text_of(&transcript).chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert!(!squeezed.contains(&secret), "{:?} is left in {:?}", secret, squeezed);
        }
    }
}

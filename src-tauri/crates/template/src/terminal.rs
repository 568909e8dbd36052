//! The conversion of a terminal's bytes to text: it joins characters that were cut in two, removes terminal control
//! sequences, and makes every kind of line end `\n`. It works on a stream, so the splitting into packets does not
//! matter.

/// The longest control sequence, in characters. A longer one is treated as text.
const LONGEST_SEQUENCE: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Escape,
    /// After ESC and intermediate characters, as in `ESC ( B`.
    Intermediate,
    /// Inside `ESC [ …`, until a final character.
    Control,
    /// Inside `ESC ] …` and similar sequences, until BEL or ESC `\`.
    Text7,
    /// After an ESC inside such a sequence.
    Text7Escape,
}

/// The state of one stream.
pub(crate) struct Terminal {
    state: State,
    length: usize,
    carriage_return: bool,
    incomplete: Vec<u8>,
}

impl Terminal {
    pub fn new() -> Self {
        Self { state: State::Text, length: 0, carriage_return: false, incomplete: Vec::new() }
    }

    /// Takes the next bytes and appends the text that they make.
    pub fn feed(&mut self, bytes: &[u8], text: &mut String) {
        let joined;
        let mut rest = if self.incomplete.is_empty() {
            bytes
        } else {
            self.incomplete.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.incomplete);
            joined.as_slice()
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => return self.characters(valid, text),
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    self.characters(std::str::from_utf8(valid).unwrap_or_default(), text);
                    let Some(bad) = error.error_len() else {
                        self.incomplete = after.to_vec();
                        return;
                    };
                    self.character('\u{fffd}', text);
                    rest = &after[bad..];
                }
            }
        }
    }

    fn characters(&mut self, characters: &str, text: &mut String) {
        for character in characters.chars() {
            self.character(character, text);
        }
    }

    fn character(&mut self, character: char, text: &mut String) {
        if self.state != State::Text {
            self.length += 1;
            if self.length <= LONGEST_SEQUENCE {
                self.state = next(self.state, character);
                return;
            }
            self.state = State::Text;
        }
        match character {
            '\u{1b}' => self.begin(State::Escape),
            '\u{9b}' => self.begin(State::Control),
            '\u{90}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => self.begin(State::Text7),
            '\r' => {
                self.carriage_return = true;
            }
            '\n' => {
                self.carriage_return = false;
                text.push('\n');
            }
            '\t' => text.push('\t'),
            character if character.is_control() => {}
            character => {
                // A carriage return alone moves to the start of the line. The text after it counts as a line of its
                // own.
                if std::mem::take(&mut self.carriage_return) {
                    text.push('\n');
                }
                text.push(character);
            }
        }
    }

    fn begin(&mut self, state: State) {
        self.state = state;
        self.length = 0;
    }
}

fn next(state: State, character: char) -> State {
    match (state, character) {
        (State::Escape, '[') => State::Control,
        (State::Escape, ']' | 'P' | 'X' | '^' | '_') => State::Text7,
        (State::Escape | State::Intermediate, ' '..='/') => State::Intermediate,
        (State::Escape | State::Control, '\u{1b}') => State::Escape,
        (State::Control, '@'..='~') => State::Text,
        (State::Control, _) => State::Control,
        (State::Text7, '\u{7}' | '\u{9c}') | (State::Text7Escape, '\\') => State::Text,
        (State::Text7, '\u{1b}') => State::Text7Escape,
        (State::Text7 | State::Text7Escape, _) => State::Text7,
        _ => State::Text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Terminal;

    fn whole(bytes: &[u8]) -> String {
        let mut text = String::new();
        Terminal::new().feed(bytes, &mut text);
        text
    }

    #[test]
    fn control_sequences_and_titles_are_taken_out() {
        let bytes =
            b"\x1b]0;alice@lab: ~\x07\x1b[01;32malice@lab\x1b[00m$ \x1b(B\x1b[?2004hls\x1bP1$r\x1b\\\x1b=!\r\r\n";
        assert_eq!(whole(bytes), "alice@lab$ ls!\n", "only text is left");
    }

    #[test]
    fn an_endless_sequence_does_not_swallow_everything() {
        let mut bytes = b"\x1b]0;".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 5000));
        bytes.extend_from_slice(b"\nPassword: ");
        assert!(whole(&bytes).ends_with("\nPassword: "), "the prompt is still seen");
    }

    proptest! {
        #[test]
        fn packets_make_no_difference(text in any::<String>(), noise in proptest::collection::vec(any::<u8>(), 0..40), sizes in proptest::collection::vec(1_usize..7, 1..60)) {
            let mut bytes = text.into_bytes();
            bytes.extend_from_slice(&noise);
            let mut terminal = Terminal::new();
            let mut collected = String::new();
            let mut rest = bytes.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break; }
                let (head, tail) = rest.split_at((*size).min(rest.len()));
                terminal.feed(head, &mut collected);
                rest = tail;
            }
            prop_assert_eq!(collected, whole(&bytes));
        }
    }
}

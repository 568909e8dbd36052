//! The search for secrets in text, so that they can be masked.
//!
//! The search ignores blanks, line ends and control characters in both the secret and the text, because a terminal that
//! wraps an echoed line puts them in the middle of a secret. In doubt, it masks too much rather than too little.

use std::ops::Range;

use secret::Secret;

use crate::encodings;

/// The text that replaces a secret. Its length says nothing about the length of the secret.
pub(crate) const MASK: &str = "••••••";

/// The fewest characters of a secret that are masked when they are the very end of a text.
const SHORTEST_BEGINNING: usize = 4;
/// The same for its encoded forms, which look like ordinary numbers and words.
const SHORTEST_ENCODED_BEGINNING: usize = 8;

/// The secrets of one dialogue in all of their forms.
#[derive(Default)]
pub(crate) struct Masker {
    forms: Vec<Form>,
}

struct Form {
    text: Secret,
    shortest_beginning: usize,
}

impl Masker {
    /// Adds a secret in every form.
    pub fn know(&mut self, secret: &Secret) {
        for (index, form) in encodings::forms(secret).into_iter().enumerate() {
            // EXPOSE: the form is compared with the text that devices send.
            let squeezed = Secret::new(squeeze(form.expose(), false).text);
            // A secret that consists of blanks only is searched as it is.
            let text = if squeezed.is_empty() { form } else { squeezed };
            // The first form is the secret itself, not encoded.
            let shortest_beginning = if index == 0 { SHORTEST_BEGINNING } else { SHORTEST_ENCODED_BEGINNING };
            if !self.forms.iter().any(|known| known.text.same_as(&text)) {
                self.forms.push(Form { text, shortest_beginning });
            }
        }
    }

    /// Returns the number of known forms.
    pub fn known(&self) -> usize {
        self.forms.len()
    }

    /// Returns the ranges of `text` that hold a secret, in order, not touching each other.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        if self.forms.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let (plain, wrapped) = (squeeze(text, false), squeeze(text, true));
        for form in &self.forms {
            find(form, &plain, text, &mut found);
            // In most texts no line is wrapped.
            if wrapped.text.len() < plain.text.len() {
                find(form, &wrapped, text, &mut found);
            }
        }
        unite(found)
    }

    /// Returns `text` with every secret masked.
    pub fn mask(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut end = 0;
        for range in self.ranges(text) {
            masked.push_str(&text[end..range.start]);
            masked.push_str(MASK);
            end = range.end;
        }
        masked.push_str(&text[end..]);
        masked
    }
}

/// A text without blanks and control characters, and the original position of each of its bytes.
struct Squeezed {
    text: String,
    origin: Vec<usize>,
}

/// Leaves out the characters that a terminal may have inserted. With `wrapped`, a character that is written once before
/// a line end and once after it counts once: line editors move to the next row in this way.
fn squeeze(text: &str, wrapped: bool) -> Squeezed {
    let mut squeezed = Squeezed { text: String::with_capacity(text.len()), origin: Vec::with_capacity(text.len()) };
    let mut last = None;
    let mut line_ended = false;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() || character.is_control() {
            line_ended |= matches!(character, '\r' | '\n');
            continue;
        }
        if !(wrapped && line_ended && last == Some(character)) {
            squeezed.text.push(character);
            squeezed.origin.extend(at..at + character.len_utf8());
        }
        last = Some(character);
        line_ended = false;
    }
    squeezed
}

fn find(wanted: &Form, squeezed: &Squeezed, text: &str, found: &mut Vec<Range<usize>>) {
    // EXPOSE: the form is compared with the text that devices send.
    let form = wanted.text.expose();
    if form.trim().is_empty() {
        found.extend(text.match_indices(form).map(|(at, _)| at..at + form.len()));
        return;
    }
    let end_of = |last: usize| {
        let at = squeezed.origin[last];
        (at + 1..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len())
    };
    for (at, _) in squeezed.text.match_indices(form) {
        found.push(squeezed.origin[at]..end_of(at + form.len() - 1));
    }
    // The text may end in the middle of a secret.
    let beginnings = form.char_indices().map(|(at, _)| at).skip(wanted.shortest_beginning);
    if let Some(length) = beginnings.filter(|&length| squeezed.text.ends_with(&form[..length])).last() {
        let start = squeezed.origin[squeezed.text.len() - length];
        found.push(start..end_of(squeezed.text.len() - 1));
    }
}

fn unite(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|range| range.start);
    let mut united: Vec<Range<usize>> = Vec::new();
    for range in found {
        match united.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;
    use secret::Secret;

    use super::Masker;
    use crate::Escape;

    fn masker(secret: &str) -> Masker {
        let mut masker = Masker::default();
        masker.know(&Secret::new(secret));
        masker
    }

    fn squeezed(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
    }

    #[test]
    fn an_echo_that_the_terminal_wrapped_is_masked() {
        let masker = masker("Kx9-Qw7_Zt4");
        for echo in ["Kx9-Qw \r7_Zt4", "Kx9-Q\r\nw7_Zt4", "Kx9-Qw\rw7_Zt4", "K\u{8}x9-Qw7_Zt4\n", "Kx9-Qw7\n\n_Zt4"] {
            let masked = masker.mask(&format!("before {echo} after"));
            assert!(!masked.contains("Zt4") && !masked.contains("Kx9"), "a part is left: {masked}");
            assert!(masked.starts_with("before ") && masked.ends_with(" after"), "the rest stays: {masked}");
        }
    }

    #[test]
    fn a_secret_that_breaks_off_at_the_end_is_masked() {
        let masked = masker("Kx9-Qw7_Zt4").mask("$ Kx9-Qw");
        assert!(!masked.contains("Kx9"), "the beginning is left: {masked}");
    }

    #[test]
    fn a_secret_inside_longer_base64_is_masked() {
        let masker = masker("Kx9-Qw7_Zt4");
        for before in ["", "a", "ab", "abc", "user:"] {
            let encoded = STANDARD.encode(format!("{before}Kx9-Qw7_Zt4 and more"));
            let masked = masker.mask(&encoded);
            assert!(masked.contains('•'), "found behind {before:?}");
        }
    }

    proptest! {
        #[test]
        fn no_form_of_a_secret_survives(secret in "[ -~]{4,40}", before in "[ -~\r\n]{0,30}", after in "[ -~\r\n]{0,30}") {
            prop_assume!(!secret.trim().is_empty());
            let masker = masker(&secret);
            let mut forms: Vec<String> = Escape::ALL.iter().map(|escape| escape.apply(&secret)).collect();
            forms.push(STANDARD.encode(&secret));
            for form in forms {
                let masked = masker.mask(&format!("{before}{form}{after}"));
                let core = squeezed(form.trim_matches('\''));
                prop_assert!(!squeezed(&masked).contains(&core), "{:?} is left in {:?}", core, masked);
            }
        }

        #[test]
        fn line_ends_anywhere_do_not_hide_a_secret(secret in "[!-~]{6,30}", cuts in proptest::collection::vec(0_usize..30, 0..5)) {
            let masker = masker(&secret);
            let mut wrapped = secret.clone();
            for cut in cuts {
                let at = cut.min(wrapped.len());
                wrapped.insert_str(at, " \r");
            }
            let masked = masker.mask(&wrapped);
            prop_assert!(!squeezed(&masked).contains(&secret), "{:?} is left", masked);
        }

        #[test]
        fn text_without_secrets_stays(text in "[a-y \r\n]{0,200}") {
            prop_assert_eq!(masker("ZZZZ9999").mask(&text), text);
        }

        #[test]
        fn any_text_and_any_secret_are_masked_without_a_panic(secret in any::<String>(), text in any::<String>()) {
            let masked = masker(&secret).mask(&format!("{text}{secret}{text}"));
            prop_assert!(masked.len() <= (text.len() * 2 + secret.len()) * 18 + 18);
        }
    }
}

//! Text of a device, made safe to show: characters that change the direction of writing, have no width or control a
//! terminal are shown by their code, such as `⟨U+202E⟩`.

use std::borrow::Cow;

/// Ranges of characters that nobody sees: those of the category Cf (format) of Unicode 17, the separators of lines and
/// paragraphs, the joiner of graphemes, and the letters and selectors without a shape.
const HIDDEN: [(char, char); 29] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d159}', '\u{1d159}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fffe}', '\u{ffff}'),
];

fn is_hidden(character: char) -> bool {
    let control = character.is_control() && !matches!(character, '\n' | '\t');
    control || HIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

/// Returns the text with every hidden character shown by its code. Line ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| match character {
        hidden if is_hidden(hidden) => format!("⟨U+{:04X}⟩", u32::from(hidden)),
        plain => plain.to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use regex::Regex;

    use super::{is_hidden, visible};

    #[test]
    fn what_turns_or_hides_text_is_shown_by_its_code() {
        let told = "passwd: \u{202e}tpecca\u{202c} \u{200b}ok\u{7}\r\n\tnext";
        let shown = "passwd: ⟨U+202E⟩tpecca⟨U+202C⟩ ⟨U+200B⟩ok⟨U+0007⟩⟨U+000D⟩\n\tnext";
        assert_eq!(visible(told), shown, "a bidirectional override, a space without width, a bell");
        assert_eq!(visible("\u{1b}[2J\u{9b}2J"), "⟨U+001B⟩[2J⟨U+009B⟩2J", "what steers a terminal");
        assert!(matches!(visible("Senha: não é “válida” 密码 ação"), Cow::Borrowed(_)), "ordinary text stays as it is");
    }

    #[test]
    fn every_format_character_and_every_control_of_unicode_is_hidden() {
        let hidden = Regex::new(r"[\p{Cf}\p{Cc}\p{Zl}\p{Zp}]").expect("an expression");
        let missing: Vec<char> = ('\0'..=char::MAX)
            .filter(|character| !matches!(character, '\n' | '\t') && hidden.is_match(&character.to_string()))
            .filter(|character| !is_hidden(*character))
            .collect();
        assert_eq!(missing, [], "nobody would see these");
    }
}

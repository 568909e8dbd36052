//! The estimate of how soon a person's own password is guessed.

use secret::Secret;
use zxcvbn::{Score, feedback::Warning, zxcvbn};

/// An estimate of how well a password resists guessing.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// From 0 (guessed at once) to 4 (out of reach).
    pub score: u8,
    /// Seconds of an offline attack at ten thousand guesses a second, which slow key derivation allows.
    pub crack_seconds: f64,
    /// The reason why it is weak, if it is.
    pub hint: Option<StrengthHint>,
}

domain::enumeration! {
    /// The reason why a password is weak.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum StrengthHint {
        TooShort = "tooShort",
        /// It is in the lists that attackers try first.
        Common = "common",
        Names = "names",
        Dates = "dates",
        /// It follows neighbouring keys.
        Keyboard = "keyboard",
        Repeats = "repeats",
        /// It is one word of a dictionary.
        Words = "words",
    }
}

/// The fewest characters of a user's password.
pub(crate) const SHORTEST: usize = 10;
/// The lowest score that is accepted for a vault: about 10^8 guesses at least.
pub(crate) const LOWEST_SCORE: u8 = 3;

/// Estimates how soon a password is guessed by someone who knows these words about its owner.
pub fn guess(password: &Secret, known_words: &[&str]) -> Guess {
    // EXPOSE: its guesses are counted; nothing of it is kept.
    let text = password.expose();
    let entropy = zxcvbn(text, known_words);
    let short = text.chars().count() < SHORTEST;
    let score = u8::from(entropy.score());
    Guess {
        score: if short { score.min(u8::from(Score::One)) } else { score },
        crack_seconds: entropy.guesses() as f64 / 1e4,
        hint: if short {
            Some(StrengthHint::TooShort)
        } else {
            entropy.feedback().and_then(|feedback| feedback.warning()).map(hint)
        },
    }
}

fn hint(warning: Warning) -> StrengthHint {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            StrengthHint::Keyboard
        }
        Warning::RepeatsLikeAaaAreEasyToGuess
        | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess
        | Warning::SequencesLikeAbcAreEasyToGuess => StrengthHint::Repeats,
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => StrengthHint::Dates,
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => StrengthHint::Common,
        Warning::AWordByItselfIsEasyToGuess => StrengthHint::Words,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess | Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            StrengthHint::Names
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, StrengthHint, guess};

    #[test]
    fn a_known_password_is_weak_and_a_random_one_is_strong() {
        assert_eq!(guess(&Secret::new("password123"), &[]).hint, Some(StrengthHint::Common), "in every list");
        assert!(guess(&Secret::new("correct zebra 41 lantern"), &[]).score >= 3, "four unrelated words");
    }

    #[test]
    fn a_short_password_never_suffices() {
        let guess = guess(&Secret::new("x7!Qz_4k"), &[]);
        assert_eq!((guess.score <= 1, guess.hint), (true, Some(StrengthHint::TooShort)), "eight characters");
    }
}

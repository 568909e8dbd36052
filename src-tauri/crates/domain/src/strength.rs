//! How a password is generated.

use rand::{Rng, RngExt};
use secret::Secret;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";

/// The rules of a generated password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// Characters in all.
    pub length: usize,
    /// The fewest upper-case letters.
    pub upper: usize,
    /// The fewest lower-case letters.
    pub lower: usize,
    /// The fewest digits.
    pub digits: usize,
    /// The fewest symbols.
    pub symbols: usize,
    /// Which symbols may appear.
    pub allowed_symbols: String,
}

impl Default for Strength {
    /// 24 characters of every class: about 145 bits. The symbols are those that no shell, prompt or configuration file
    /// in use gives a meaning inside a word.
    fn default() -> Self {
        Self { length: 24, upper: 2, lower: 2, digits: 2, symbols: 2, allowed_symbols: "-_.+=@%,".to_owned() }
    }
}

impl Strength {
    /// Generates a password that starts with a letter and obeys every minimum, each such password equally likely up to
    /// the minimums. The random source must be one for secrets.
    pub fn generate(&self, random: &mut impl Rng) -> Secret {
        let letters: Vec<char> = UPPER.chars().chain(LOWER.chars()).collect();
        let everything: Vec<char> =
            letters.iter().copied().chain(DIGITS.chars()).chain(self.allowed_symbols.chars()).collect();
        loop {
            // Drawing whole passwords until one fits keeps every fitting password equally likely.
            let mut text = String::with_capacity(self.length);
            text.push(pick(&letters, random));
            while text.len() < self.length {
                text.push(pick(&everything, random));
            }
            let candidate = Secret::new(text);
            if self.accepts(&candidate) {
                return candidate;
            }
        }
    }

    /// Tells whether a password obeys every rule.
    pub fn accepts(&self, password: &Secret) -> bool {
        // EXPOSE: its characters are counted by class; nothing of it is kept.
        let text = password.expose();
        let count = |class: &str| text.chars().filter(|c| class.contains(*c)).count();
        text.chars().count() == self.length
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && count(UPPER) >= self.upper
            && count(LOWER) >= self.lower
            && count(DIGITS) >= self.digits
            && count(&self.allowed_symbols) >= self.symbols
    }
}

fn pick(from: &[char], random: &mut impl Rng) -> char {
    from[random.random_range(0..from.len())]
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::Strength;

    #[test]
    fn every_generated_password_obeys_its_strength() {
        let mut random = StdRng::seed_from_u64(7);
        let strength = Strength::default();
        for _ in 0..2_000 {
            assert!(strength.accepts(&strength.generate(&mut random)), "a rule is broken");
        }
    }

    #[test]
    fn a_password_that_lacks_a_class_is_not_accepted() {
        let strength = Strength::default();
        assert!(!strength.accepts(&secret::Secret::new("ABCDEFGHabcdefgh12345678")), "it has no symbol");
        assert!(!strength.accepts(&secret::Secret::new("1BCDEFGHabcdefgh123456--")), "it starts with a digit");
    }
}

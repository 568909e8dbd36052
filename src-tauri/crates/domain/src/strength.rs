//! The generation of a password: the rules, their problems, and the number of passwords that obey them.
//!
//! Every password that obeys the rules is equally likely. `counting` counts them exactly and draws from the count. So
//! one draw is enough even where hardly any random text obeys the rules.

mod counting;

pub use counting::Possibilities;

use rand::Rng;
use secret::Secret;

use crate::{Problem, Rule, text};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
/// Characters that people confuse with one another.
const LOOK_ALIKES: &str = "0Oo1lI|5S2Z8B";

/// The fewest possible passwords, as a binary logarithm. No generated password comes from fewer, whatever a record of a
/// strength says.
pub const FLOOR_BITS: u32 = 64;
/// The longest password that a strength may ask for.
pub const LONGEST: u32 = 128;
/// The shortest password that a strength may allow.
pub const SHORTEST: u32 = 4;
/// The most earlier passwords that a strength may forbid.
pub const DEEPEST_HISTORY: u32 = 100;

/// The fields of the classes, in the order of [`CharacterClass::ALL`].
const CLASS_FIELDS: [&str; 4] = ["rules.upper", "rules.lower", "rules.digits", "rules.symbols"];

crate::enumeration! {
    /// A class of characters in a generated password.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum CharacterClass {
        Upper = "upper",
        Lower = "lower",
        Digit = "digit",
        /// The symbols that the strength allows.
        Symbol = "symbol",
    }
}

/// The rules of a generated password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Strength {
    /// The fewest characters in all.
    pub minimum_length: u32,
    /// The most characters in all.
    pub maximum_length: u32,
    /// The fewest upper-case letters; None: none may appear.
    pub upper: Option<u32>,
    /// The fewest lower-case letters; None: none may appear.
    pub lower: Option<u32>,
    /// The fewest digits; None: none may appear.
    pub digits: Option<u32>,
    /// The fewest symbols; None: none may appear.
    pub symbols: Option<u32>,
    /// The symbols that may appear.
    pub allowed_symbols: String,
    /// The characters of any class that may not appear.
    pub forbidden: String,
    /// The classes that the first character may belong to. Empty: any class.
    pub first: Vec<CharacterClass>,
    /// The most times that one character may appear in the whole password. None: without a limit. The limit also
    /// satisfies devices that forbid the same character twice in a row.
    pub maximum_repeats: Option<u32>,
    /// True to leave out characters that people confuse with one another.
    pub avoid_look_alikes: bool,
    /// The number of the last passwords that may not be generated again.
    pub history: u32,
}

/// The limits of a plugin: the passwords that it can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits<'a> {
    /// The name of the plugin that people read.
    pub plugin: &'a str,
    /// The longest password, in bytes.
    pub longest: u32,
    /// Characters that would not arrive unchanged.
    pub forbidden: &'a str,
}

impl Default for Strength {
    /// Returns 24 characters of every class: about 145 bits. The symbols are those that have no meaning inside a word
    /// in any common shell, prompt or configuration file.
    fn default() -> Self {
        Self {
            minimum_length: 24,
            maximum_length: 24,
            upper: Some(2),
            lower: Some(2),
            digits: Some(2),
            symbols: Some(2),
            allowed_symbols: "-_.+=@%,".to_owned(),
            forbidden: String::new(),
            first: vec![CharacterClass::Upper, CharacterClass::Lower],
            maximum_repeats: None,
            avoid_look_alikes: false,
            history: 5,
        }
    }
}

impl Strength {
    /// Returns the fewest characters of a class. None: none may appear.
    pub fn minimum(&self, class: CharacterClass) -> Option<u32> {
        match class {
            CharacterClass::Upper => self.upper,
            CharacterClass::Lower => self.lower,
            CharacterClass::Digit => self.digits,
            CharacterClass::Symbol => self.symbols,
        }
    }

    /// Returns the characters of a class that may appear.
    pub fn alphabet(&self, class: CharacterClass) -> Vec<char> {
        let all = match class {
            CharacterClass::Upper => UPPER,
            CharacterClass::Lower => LOWER,
            CharacterClass::Digit => DIGITS,
            CharacterClass::Symbol => self.allowed_symbols.as_str(),
        };
        if self.minimum(class).is_none() {
            return Vec::new();
        }
        let mut letters: Vec<char> = Vec::new();
        for letter in all.chars() {
            let barred = self.forbidden.contains(letter) || self.avoid_look_alikes && LOOK_ALIKES.contains(letter);
            if !barred && !letters.contains(&letter) {
                letters.push(letter);
            }
        }
        letters
    }

    /// Returns the same rules, limited to the passwords that a plugin can carry.
    #[must_use]
    pub fn within(&self, limits: &Limits<'_>) -> Self {
        let mut within = self.clone();
        within.maximum_length = self.maximum_length.min(limits.longest);
        within.forbidden.push_str(limits.forbidden);
        within
    }

    /// Counts the passwords that obey every rule.
    pub fn possibilities(&self) -> Possibilities {
        Possibilities::count(self)
    }

    /// Generates a password that obeys every rule, each equally likely; None when there is none. The random source
    /// must be one for secrets.
    pub fn generate(&self, random: &mut impl Rng) -> Option<Secret> {
        self.possibilities().draw(random)
    }

    /// Tells whether a password obeys every rule except the one about earlier passwords.
    pub fn accepts(&self, password: &Secret) -> bool {
        // EXPOSE: the characters are counted by class; none of them is kept.
        let letters: Vec<char> = password.expose().chars().collect();
        let alphabets = CharacterClass::ALL.map(|class| (class, self.alphabet(class)));
        let class_of =
            |letter: &char| alphabets.iter().find(|(_, alphabet)| alphabet.contains(letter)).map(|(class, _)| *class);
        let classes: Vec<Option<CharacterClass>> = letters.iter().map(class_of).collect();
        let enough = |class: CharacterClass| {
            let count = classes.iter().filter(|found| **found == Some(class)).count();
            count >= self.minimum(class).unwrap_or(0) as usize
        };
        let repeats = |letter: &char| letters.iter().filter(|other| *other == letter).count();
        let begins_well = self.first.is_empty()
            || classes.first().copied().flatten().is_some_and(|first| self.first.contains(&first));
        (self.minimum_length as usize..=self.maximum_length as usize).contains(&letters.len())
            && classes.iter().all(Option::is_some)
            && CharacterClass::ALL.into_iter().all(enough)
            && begins_well
            && self.maximum_repeats.is_none_or(|most| letters.iter().all(|letter| repeats(letter) <= most as usize))
    }

    /// Returns a problem for every field that breaks a rule, with the field's name in forms.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let (shortest, longest) = (self.minimum_length, self.maximum_length);
        check_range(&mut problems, "rules.minimumLength", shortest, SHORTEST, LONGEST);
        check_range(&mut problems, "rules.maximumLength", longest, SHORTEST, LONGEST);
        check_range(&mut problems, "rules.historyDepth", self.history, 0, DEEPEST_HISTORY);
        if let Some(repeats) = self.maximum_repeats {
            check_range(&mut problems, "rules.maximumRepeats", repeats, 1, LONGEST);
        }
        for (class, field) in CharacterClass::ALL.into_iter().zip(CLASS_FIELDS) {
            if let Some(minimum) = self.minimum(class) {
                check_range(&mut problems, field, minimum, 0, LONGEST);
            }
        }
        text::check_length(&mut problems, "rules.allowedSymbols", &self.allowed_symbols, 64);
        text::check_length(&mut problems, "rules.forbidden", &self.forbidden, 128);
        if self.allowed_symbols.chars().any(|symbol| !symbol.is_ascii_punctuation()) {
            problems.push(Problem::new("rules.allowedSymbols", Rule::InvalidCharacters));
        }
        if shortest > longest {
            problems.push(Problem::new("rules.minimumLength", Rule::AboveMaximum { maximum: longest }));
        }
        if problems.is_empty() {
            problems.extend(self.contradictions());
        }
        problems
    }

    /// Returns the rules that are valid alone, but contradict each other.
    fn contradictions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let nothing_left = |field| Problem::new(field, Rule::NothingLeft);
        let mut minimums = 0_u32;
        for (class, field) in CharacterClass::ALL.into_iter().zip(CLASS_FIELDS) {
            let Some(minimum) = self.minimum(class) else { continue };
            let letters = u32::try_from(self.alphabet(class).len()).unwrap_or(u32::MAX);
            minimums = minimums.saturating_add(minimum);
            if letters == 0 {
                let field = if class == CharacterClass::Symbol { "rules.allowedSymbols" } else { "rules.forbidden" };
                problems.push(nothing_left(field));
            } else if self.maximum_repeats.is_some_and(|most| letters.saturating_mul(most) < minimum) {
                problems.push(nothing_left(field));
            }
        }
        if CharacterClass::ALL.into_iter().all(|class| self.minimum(class).is_none()) {
            problems.push(nothing_left("rules.lower"));
        }
        if minimums > self.maximum_length {
            let rule = Rule::MinimumsExceedLength { maximum: self.maximum_length };
            problems.push(Problem::new("rules.maximumLength", rule));
        }
        if !self.first.is_empty() && self.first.iter().all(|class| self.alphabet(*class).is_empty()) {
            problems.push(nothing_left("rules.firstCharacter"));
        }
        if problems.is_empty() {
            problems.extend(self.too_few());
        }
        problems
    }

    /// Returns a problem if the rules leave no password, or fewer than the floor.
    fn too_few(&self) -> Option<Problem> {
        let possibilities = self.possibilities();
        if possibilities.is_none() {
            let field = if self.maximum_repeats.is_some() { "rules.maximumRepeats" } else { "rules.maximumLength" };
            return Some(Problem::new(field, Rule::NothingLeft));
        }
        let rule = Rule::TooFewPossibilities { minimum: FLOOR_BITS };
        (!possibilities.reach_the_floor()).then(|| Problem::new("rules.maximumLength", rule))
    }

    /// Returns the broken rule if a plugin can carry none of the passwords or too few of them, else None.
    pub fn refused_by(&self, limits: &Limits<'_>) -> Option<Rule> {
        let refused = || Rule::PluginLimit { plugin: limits.plugin.to_owned(), maximum: limits.longest };
        (!self.within(limits).possibilities().reach_the_floor()).then(refused)
    }
}

fn check_range(problems: &mut Vec<Problem>, field: &'static str, number: u32, minimum: u32, maximum: u32) {
    if !(minimum..=maximum).contains(&number) {
        problems.push(Problem::new(field, Rule::OutOfRange { minimum, maximum }));
    }
}

//! Counts the passwords that obey a strength, exactly, and draws one of them.
//!
//! Passwords are counted by their composition: the number of characters of each class, their places, and the characters
//! themselves. With `W(n)` words of `n` characters of one class, the number of words of `n` characters over two classes
//! is `Σ C(n, k) · W₁(k) · W₂(n − k)`: the binomial product of the two sequences (Flajolet and Sedgewick, *Analytic
//! Combinatorics*, II.2). A minimum removes the first terms of a sequence. With a limit on repeats, each character has
//! a sequence of its own that ends at the limit, and the class is their product. Drawing follows the same steps in
//! reverse, so that every password is equally likely.

use num_bigint::BigUint;
use rand::{Rng, RngExt};
use secret::Secret;

use super::{CharacterClass, FLOOR_BITS, LONGEST, Strength};

/// The number of words of each length, from 0.
type Words = Vec<BigUint>;

/// The passwords that obey a strength.
pub struct Possibilities {
    /// One entry for each class that the first character may belong to.
    starts: Vec<Start>,
    binomials: Vec<Words>,
    shortest: usize,
    longest: usize,
}

/// The class of the first character, and the other classes.
struct Start {
    first: Letters,
    others: Vec<Letters>,
    /// At each index, the number of words over the other classes from that one on. It has one entry more than there are
    /// other classes.
    rests: Vec<Words>,
}

/// The characters of a class, with the number of words over them.
#[derive(Clone)]
struct Letters {
    letters: Vec<char>,
    /// The number of words with at least the minimum of characters.
    words: Words,
    /// The limit on repeats, if there is one, and the number of words over the last 0, 1, 2 … characters.
    limited: Option<(usize, Vec<Words>)>,
}

impl Possibilities {
    pub(super) fn count(strength: &Strength) -> Self {
        let longest = strength.maximum_length.min(LONGEST) as usize;
        let binomials = binomials(longest);
        let classes: Vec<(CharacterClass, Letters)> = CharacterClass::ALL
            .into_iter()
            .map(|class| (class, Letters::of(strength, class, longest, &binomials)))
            .collect();
        let may_begin = |class: &CharacterClass| strength.first.is_empty() || strength.first.contains(class);
        let starts = classes
            .iter()
            .filter(|(class, _)| may_begin(class))
            .map(|(class, first)| {
                let others = classes.iter().filter(|(other, _)| other != class);
                Start::new(first.clone(), others.map(|(_, letters)| letters.clone()).collect(), longest, &binomials)
            })
            .collect();
        Self { starts, binomials, shortest: strength.minimum_length as usize, longest }
    }

    /// Returns the number of passwords.
    pub fn number(&self) -> BigUint {
        self.lengths().flat_map(|length| self.starts.iter().map(move |start| self.beginning(start, length))).sum()
    }

    /// Tells whether no password obeys the rules.
    pub fn is_none(&self) -> bool {
        self.number() == BigUint::ZERO
    }

    /// Tells whether there are at least as many passwords as [`FLOOR_BITS`] demands.
    pub fn reach_the_floor(&self) -> bool {
        self.number() >= BigUint::from(1_u8) << FLOOR_BITS
    }

    /// Returns the binary logarithm of the number; 0 when there is no password.
    pub fn bits(&self) -> f64 {
        let number = self.number();
        let shift = number.bits().saturating_sub(64);
        // The upper 64 bits are more than the precision of an `f64`.
        let digits = (number >> shift).to_u64_digits();
        digits.first().map_or(0.0, |top| (*top as f64).log2() + shift as f64)
    }

    /// Draws a password, each equally likely; None when there is none.
    pub fn draw(&self, random: &mut impl Rng) -> Option<Secret> {
        let choices: Vec<(usize, &Start)> =
            self.lengths().flat_map(|length| self.starts.iter().map(move |start| (length, start))).collect();
        let weights: Vec<BigUint> = choices.iter().map(|(length, start)| self.beginning(start, *length)).collect();
        let (length, start) = choices[pick(&weights, random)?];
        start.draw(length, &self.binomials, random)
    }

    fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.shortest.max(1)..=self.longest
    }

    /// Returns the number of words of a length that begin with a class.
    fn beginning(&self, start: &Start, length: usize) -> BigUint {
        start.weights(length, &self.binomials).into_iter().sum()
    }
}

impl Start {
    fn new(first: Letters, others: Vec<Letters>, longest: usize, binomials: &[Words]) -> Self {
        let mut nothing = vec![BigUint::ZERO; longest + 1];
        nothing[0] = BigUint::from(1_u8);
        let mut rests = vec![nothing];
        for letters in others.iter().rev() {
            let rest = product(&letters.words, &rests[0], binomials);
            rests.insert(0, rest);
        }
        Self { first, others, rests }
    }

    /// Returns, for each number of characters of the first class, the number of words of a length. One of these
    /// characters is fixed at the beginning.
    fn weights(&self, length: usize, binomials: &[Words]) -> Vec<BigUint> {
        let with = |count: usize| match count {
            0 => BigUint::ZERO,
            _ => &binomials[length - 1][count - 1] * &self.first.words[count] * &self.rests[0][length - count],
        };
        (0..=length).map(with).collect()
    }

    fn draw(&self, length: usize, binomials: &[Words], random: &mut impl Rng) -> Option<Secret> {
        let count = pick(&self.weights(length, binomials), random)?;
        let mut words = vec![self.first.draw(count, binomials, random)?];
        let mut places = vec![0; count - 1];
        let mut left = length - count;
        for (index, letters) in self.others.iter().enumerate() {
            let with =
                |count: usize| &binomials[left][count] * &letters.words[count] * &self.rests[index + 1][left - count];
            let weights: Vec<BigUint> = (0..=left).map(with).collect();
            let count = pick(&weights, random)?;
            words.push(letters.draw(count, binomials, random)?);
            places.extend(std::iter::repeat_n(words.len() - 1, count));
            left -= count;
        }
        shuffle(&mut places, random);
        let mut text = String::with_capacity(length);
        for place in std::iter::once(0).chain(places) {
            text.push(words[place].pop()?);
        }
        Some(Secret::new(text))
    }
}

impl Letters {
    fn of(strength: &Strength, class: CharacterClass, longest: usize, binomials: &[Words]) -> Self {
        let letters = strength.alphabet(class);
        let limited = strength.maximum_repeats.map(|most| {
            let most = most as usize;
            (most, limited_words(letters.len(), most, longest, binomials))
        });
        let mut words = match &limited {
            Some((_, tables)) => tables[letters.len()].clone(),
            None => powers(letters.len(), longest),
        };
        let minimum = strength.minimum(class).unwrap_or(0) as usize;
        for below in words.iter_mut().take(minimum) {
            *below = BigUint::ZERO;
        }
        Self { letters, words, limited }
    }

    /// Draws a word with the given number of characters.
    fn draw(&self, count: usize, binomials: &[Words], random: &mut impl Rng) -> Option<Vec<char>> {
        let Some((most, tables)) = &self.limited else {
            return Some((0..count).map(|_| self.letters[random.random_range(0..self.letters.len())]).collect());
        };
        let (mut word, mut left) = (Vec::with_capacity(count), count);
        for (index, letter) in self.letters.iter().enumerate() {
            let after = &tables[self.letters.len() - index - 1];
            let with = |times: usize| &binomials[left][times] * &after[left - times];
            let weights: Vec<BigUint> = (0..=left.min(*most)).map(with).collect();
            let times = pick(&weights, random)?;
            word.extend(std::iter::repeat_n(*letter, times));
            left -= times;
        }
        shuffle(&mut word, random);
        Some(word)
    }
}

/// Returns the number of words of each length over the given number of characters.
fn powers(letters: usize, longest: usize) -> Words {
    let mut words = vec![BigUint::from(1_u8)];
    for length in 1..=longest {
        words.push(&words[length - 1] * letters);
    }
    words
}

/// Returns the number of words over 0, 1, 2 … characters, in which no character appears more often than `most`.
fn limited_words(letters: usize, most: usize, longest: usize, binomials: &[Words]) -> Vec<Words> {
    let mut one = vec![BigUint::ZERO; longest + 1];
    for (length, words) in one.iter_mut().enumerate() {
        *words = BigUint::from(u8::from(length <= most));
    }
    let mut none = vec![BigUint::ZERO; longest + 1];
    none[0] = BigUint::from(1_u8);
    let mut tables = vec![none];
    for index in 0..letters {
        tables.push(product(&one, &tables[index], binomials));
    }
    tables
}

/// Returns the binomial product of two sequences.
fn product(left: &Words, right: &Words, binomials: &[Words]) -> Words {
    let of_length = |length: usize| {
        let terms = (0..=length).filter(|count| left[*count] != BigUint::ZERO);
        terms.map(|count| &binomials[length][count] * &left[count] * &right[length - count]).sum()
    };
    (0..left.len()).map(of_length).collect()
}

/// Returns Pascal's triangle up to a row.
fn binomials(longest: usize) -> Vec<Words> {
    let mut rows: Vec<Words> = vec![vec![BigUint::from(1_u8)]];
    for length in 1..=longest {
        let above = &rows[length - 1];
        let mut row = vec![BigUint::from(1_u8)];
        row.extend((1..length).map(|place| &above[place - 1] + &above[place]));
        row.push(BigUint::from(1_u8));
        rows.push(row);
    }
    rows
}

/// Draws an index by its weight; None when every weight is zero.
fn pick(weights: &[BigUint], random: &mut impl Rng) -> Option<usize> {
    let total: BigUint = weights.iter().sum();
    if total == BigUint::ZERO {
        return None;
    }
    let mut left = below(&total, random);
    for (place, weight) in weights.iter().enumerate() {
        if left < *weight {
            return Some(place);
        }
        left -= weight;
    }
    None
}

/// Draws a number below another one.
fn below(bound: &BigUint, random: &mut impl Rng) -> BigUint {
    let bits = bound.bits();
    let mut bytes = vec![0_u8; usize::try_from(bits.div_ceil(8)).unwrap_or(0)];
    let unused = (8 - bits % 8) % 8;
    loop {
        // Drawing again until the number is small enough keeps every number equally likely.
        random.fill_bytes(&mut bytes);
        if let Some(top) = bytes.last_mut() {
            *top >>= unused;
        }
        let number = BigUint::from_bytes_le(&bytes);
        if number < *bound {
            return number;
        }
    }
}

/// Shuffles a list so that every order is equally likely (Durstenfeld, CACM 7(7), 1964, algorithm 235).
fn shuffle<T>(list: &mut [T], random: &mut impl Rng) {
    for end in (1..list.len()).rev() {
        list.swap(end, random.random_range(0..=end));
    }
}

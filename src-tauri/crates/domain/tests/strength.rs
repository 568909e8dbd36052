//! Tests that generated passwords obey their strength, and that the number of possible ones equals a count one by one.

use std::collections::BTreeMap;

use domain::{
    Problem, Rule,
    strength::{CharacterClass, Limits, Strength},
};
use num_bigint::BigUint;
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use secret::Secret;

/// Makes a strength with two characters in each class: few enough to try every text.
fn tiny(minimum_length: u32, maximum_length: u32) -> Strength {
    let kept = "ABab01-+";
    let barred = |c: &char| c.is_ascii_graphic() && !kept.contains(*c);
    Strength {
        minimum_length,
        maximum_length,
        upper: Some(0),
        lower: Some(0),
        digits: Some(0),
        symbols: Some(0),
        allowed_symbols: "-+".to_owned(),
        forbidden: (' '..='~').filter(barred).collect(),
        first: Vec::new(),
        maximum_repeats: None,
        avoid_look_alikes: false,
        history: 0,
    }
}

/// Returns every text, up to a length over the tiny alphabet, that a strength accepts.
fn by_trying(strength: &Strength) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut accepted = Vec::new();
    for _ in 0..strength.maximum_length {
        texts = texts.iter().flat_map(|text| "ABab01-+".chars().map(move |c| format!("{text}{c}"))).collect();
        accepted.extend(texts.iter().filter(|text| strength.accepts(&Secret::new(text.as_str()))).cloned());
    }
    accepted
}

fn classes() -> impl Strategy<Value = Vec<CharacterClass>> {
    proptest::sample::subsequence(CharacterClass::ALL.to_vec(), 0..=4)
}

prop_compose! {
    fn tiny_strengths()(
        shortest in 1_u32..=3, more in 0_u32..=2,
        minimums in proptest::array::uniform4(proptest::option::weighted(0.8, 0_u32..=2)),
        first in classes(),
        maximum_repeats in proptest::option::of(1_u32..=3),
    ) -> Strength {
        let [upper, lower, digits, symbols] = minimums;
        Strength { upper, lower, digits, symbols, first, maximum_repeats, ..tiny(shortest, (shortest + more).min(4)) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_count_is_what_trying_every_text_says(strength in tiny_strengths()) {
        let accepted = by_trying(&strength);
        prop_assert_eq!(strength.possibilities().number(), BigUint::from(accepted.len()), "{:?}", strength);
    }

    #[test]
    fn what_is_generated_is_accepted(
        strength in tiny_strengths(), seed in any::<u64>(), longer in 0_u32..40, look_alikes in any::<bool>(),
    ) {
        let mut strength = Strength { avoid_look_alikes: look_alikes, ..strength };
        strength.maximum_length += longer;
        let mut random = StdRng::seed_from_u64(seed);
        match strength.generate(&mut random) {
            Some(password) => prop_assert!(strength.accepts(&password), "{:?}", strength),
            None => prop_assert!(strength.possibilities().is_none(), "there are some: {:?}", strength),
        }
    }
}

#[test]
fn every_possible_password_is_equally_likely() {
    let strength = Strength {
        upper: Some(1),
        digits: Some(1),
        symbols: None,
        first: vec![CharacterClass::Lower, CharacterClass::Digit],
        maximum_repeats: Some(2),
        ..tiny(3, 4)
    };
    let possible = by_trying(&strength);
    let mut random = StdRng::seed_from_u64(11);
    let mut drawn: BTreeMap<String, u32> = BTreeMap::new();
    let draws = 200 * possible.len();
    let possibilities = strength.possibilities();
    for _ in 0..draws {
        let password = possibilities.draw(&mut random).map(|password| password.expose().to_owned());
        *drawn.entry(password.unwrap_or_default()).or_default() += 1;
    }
    assert_eq!(drawn.len(), possible.len(), "each of them comes");
    // On average each comes 200 times, with a deviation of 14.
    assert!(drawn.values().all(|times| (120..=280).contains(times)), "none comes too often or too seldom: {drawn:?}");
}

#[test]
fn the_usual_strength_has_about_145_bits() {
    let possibilities = Strength::default().possibilities();
    assert!((140.0..150.0).contains(&possibilities.bits()), "{} bits", possibilities.bits());
    let digits_only = Strength {
        minimum_length: 5,
        maximum_length: 5,
        upper: None,
        lower: None,
        digits: Some(5),
        symbols: None,
        first: Vec::new(),
        ..Strength::default()
    };
    assert_eq!(digits_only.possibilities().number(), BigUint::from(100_000_u32), "five digits");
}

#[test]
fn a_strength_without_a_password_says_at_which_field() {
    let problems = |strength: Strength| {
        let problems = strength.problems();
        problems.into_iter().map(|problem| (problem.field.into_owned(), problem.rule)).collect::<Vec<_>>()
    };
    assert_eq!(problems(Strength::default()), [], "the usual one has none");
    assert_eq!(
        problems(Strength { upper: Some(20), digits: Some(10), ..Strength::default() }),
        [("rules.maximumLength".to_owned(), Rule::MinimumsExceedLength { maximum: 24 })],
        "34 characters do not fit into 24"
    );
    assert_eq!(
        problems(Strength { allowed_symbols: String::new(), ..Strength::default() }),
        [("rules.allowedSymbols".to_owned(), Rule::NothingLeft)],
        "two symbols of none"
    );
    let digits = Strength {
        upper: None,
        lower: None,
        symbols: None,
        first: Vec::new(),
        maximum_repeats: Some(2),
        ..Strength::default()
    };
    assert_eq!(
        problems(digits),
        [("rules.maximumRepeats".to_owned(), Rule::NothingLeft)],
        "ten digits twice are twenty characters, not 24"
    );
    assert_eq!(
        problems(Strength { minimum_length: 30, ..Strength::default() }),
        [("rules.minimumLength".to_owned(), Rule::AboveMaximum { maximum: 24 })],
        "the shortest is longer than the longest"
    );
}

fn of_length(length: u32) -> Strength {
    Strength { minimum_length: length, maximum_length: length, ..Strength::default() }
}

#[test]
fn a_strength_below_the_floor_is_refused_at_its_field() {
    let sevens = Strength {
        upper: None,
        lower: None,
        digits: Some(0),
        symbols: None,
        forbidden: "012345689".to_owned(),
        first: Vec::new(),
        ..of_length(12)
    };
    assert_eq!(sevens.possibilities().number(), BigUint::from(1_u8), "there is one password");
    let too_few = [Problem::new("rules.maximumLength", Rule::TooFewPossibilities { minimum: 64 })];
    assert_eq!(sevens.problems(), too_few, "seven, twelve times");
    assert_eq!(
        of_length(8).problems(),
        too_few,
        "eight characters of every class are {} bits",
        of_length(8).possibilities().bits()
    );
    assert_eq!(of_length(16).problems(), [], "sixteen are enough");
    // One length has one digit more than the floor needs, the other one fewer: the limit is exact.
    let digits = |length| Strength {
        upper: None,
        lower: None,
        digits: Some(0),
        symbols: None,
        first: Vec::new(),
        ..of_length(length)
    };
    assert_eq!(digits(19).problems(), too_few, "10^19 is below 2^64");
    assert_eq!(digits(20).problems(), [], "10^20 is above");
}

#[test]
fn a_plugin_that_carries_too_few_passwords_is_named() {
    let short = Limits { plugin: "Old", longest: 8, forbidden: "" };
    let strength = Strength { minimum_length: 4, ..Strength::default() };
    assert!(strength.problems().is_empty() && !strength.within(&short).possibilities().is_none(), "there are some");
    let limit = Rule::PluginLimit { plugin: "Old".to_owned(), maximum: 8 };
    assert_eq!(strength.refused_by(&short), Some(limit), "but too few");
}

#[test]
fn a_plugin_that_carries_no_such_password_is_named() {
    let short = Limits { plugin: "IOS", longest: 16, forbidden: "" };
    let refused = Strength::default().refused_by(&short);
    assert_eq!(refused, Some(Rule::PluginLimit { plugin: "IOS".to_owned(), maximum: 16 }), "24 do not fit into 16");
    let bars = Limits { plugin: "Old", longest: 64, forbidden: "%@" };
    let within = Strength::default().within(&bars);
    assert_eq!(Strength::default().refused_by(&bars), None, "other symbols are left");
    let mut random = StdRng::seed_from_u64(3);
    for _ in 0..200 {
        let password = within.generate(&mut random);
        let clean = password.is_some_and(|password| !password.expose().contains(['%', '@']));
        assert!(clean, "a character that the plugin would break on");
    }
}

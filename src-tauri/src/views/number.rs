//! Numbers of forms, as they were typed.
//!
//! The page sends the text of a field that holds no whole number, and null for an empty one. Such a value must not end as a
//! malformed request, which says nothing about the field: it becomes a number outside every range, and the rule of the
//! field refuses it. A form that reads a number in this way must check its range.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Stands for everything that is no number of the type; above the largest of every range.
const BEYOND: u32 = u32::MAX;
/// The same for a TCP port.
const NO_PORT: u16 = 0;

/// A JSON value as far as it is a whole number. Any other value is passed over without keeping it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Typed {
    Whole(u64),
    Other(IgnoredAny),
}

impl Typed {
    fn fit<T: TryFrom<u64>>(self, beyond: T) -> T {
        match self {
            Self::Whole(number) => T::try_from(number).unwrap_or(beyond),
            Self::Other(_) => beyond,
        }
    }
}

/// Reads a number that must be there.
///
/// # Errors
/// None of its own: only for text that is no JSON.
pub fn typed_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Typed::deserialize(deserializer).map(|typed| typed.fit(BEYOND))
}

/// Reads numbers that must each be there.
///
/// # Errors
/// For a value that is no list.
pub fn typed_numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let typed = Vec::<Typed>::deserialize(deserializer)?;
    Ok(typed.into_iter().map(|typed| typed.fit(BEYOND)).collect())
}

/// Reads a number that may be left out: null.
///
/// # Errors
/// As [`typed_number`].
pub fn optional_typed_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(Option::<Typed>::deserialize(deserializer)?.map(|typed| typed.fit(BEYOND)))
}

/// Reads a TCP port; 0 is none.
///
/// # Errors
/// As [`typed_number`].
pub fn typed_port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    Typed::deserialize(deserializer).map(|typed| typed.fit(NO_PORT))
}

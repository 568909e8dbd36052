//! One declaration for each enumeration that is stored, signed or sent: its variants, each with its word.
//!
//! Everything else follows from it: serde, the word in the database and in the audit trail, the list of all variants,
//! and, with the feature `typescript`, the union and the list that the window sees. A word, once released, never
//! changes its meaning.

/// An enumeration whose variants are known by a word.
pub trait Enumeration: Copy + Eq + 'static {
    /// Every variant, in the order of declaration.
    const VARIANTS: &'static [Self];

    /// Returns the word of a variant, as it is stored and sent.
    fn word(self) -> &'static str;

    /// Returns the variant of a word; none for a word that this version does not know.
    fn from_word(word: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|variant| variant.word() == word)
    }
}

/// Declares an enumeration. The crate that uses it depends on `serde`.
#[macro_export]
macro_rules! enumeration {
    (
        $(#[$about:meta])*
        $visible:vis enum $name:ident {
            $($(#[$about_variant:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    ) => {
        $crate::with_typescript! {
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
            $visible enum $name {
                $($(#[$about_variant])* #[serde(rename = $word)] $variant,)+
            }
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// Returns the word of a variant, as it is stored and sent.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::Enumeration for $name {
            const VARIANTS: &'static [Self] = &Self::ALL;

            fn word(self) -> &'static str {
                Self::word(self)
            }
        }
    };
}

/// Gives a type its TypeScript counterpart.
#[cfg(feature = "typescript")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_typescript {
    ($($item:tt)+) => {
        #[derive($crate::specta::Type)]
        #[specta(crate = $crate::specta)]
        $($item)+
    };
}

/// Leaves a type as it is, because the build has no window.
#[cfg(not(feature = "typescript"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_typescript {
    ($($item:tt)+) => { $($item)+ };
}

#[cfg(test)]
mod tests {
    use super::Enumeration;

    crate::enumeration! {
        /// Something with two variants.
        enum Sample {
            First = "first",
            SecondOne = "secondOne",
        }
    }

    #[test]
    fn a_variant_is_read_from_the_word_that_it_is_written_as() -> serde_json::Result<()> {
        assert_eq!(Sample::ALL, [Sample::First, Sample::SecondOne]);
        for variant in Sample::ALL {
            assert_eq!(Sample::from_word(variant.word()), Some(variant));
            assert_eq!(serde_json::to_value(variant)?, variant.word());
            assert_eq!(serde_json::from_value::<Sample>(variant.word().into())?, variant);
        }
        assert_eq!(Sample::from_word("third"), None, "a word of a later version");
        Ok(())
    }
}

//! The canonical encoding: one encoding for each value, and one value for each encoding.
//!
//! Every field is its length (8 bytes, little-endian) and its bytes, as in every list of fields that the vault signs.
//! Numbers are 8 bytes, little-endian; times are microseconds since 1970; ids are the 16 bytes of the UUID; a choice is
//! its code. An optional value is preceded by 0 or 1, a list by its count. A decoder accepts nothing else: a value that
//! could be written in two ways could be shown in one and applied in the other.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use domain::{
    CredentialId, CredentialStatus, DeviceId, OperationId, PasswordType, RequestId, UserId, VaultId,
    operation::OperationType,
};

/// The bytes are not those of a value, or not the only ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the content is not well formed")]
pub struct Malformed;

/// A writer of fields.
#[derive(Debug, Default)]
pub struct Encoder(Vec<u8>);

/// A reader of fields.
#[derive(Debug)]
pub struct Decoder<'a>(&'a [u8]);

/// A value with exactly one encoding.
pub trait Canonical: Sized {
    /// Writes the value's fields.
    fn encode(&self, encoder: &mut Encoder);

    /// Reads the value's fields.
    ///
    /// # Errors
    /// [`Malformed`] for bytes that [`Canonical::encode`] does not write.
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed>;
}

impl Encoder {
    /// Writes one field: its length and its bytes.
    pub fn field(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// Encodes a whole value.
    pub fn whole(value: &impl Canonical) -> Vec<u8> {
        let mut encoder = Self::default();
        value.encode(&mut encoder);
        encoder.0
    }
}

impl<'a> Decoder<'a> {
    /// Takes the next field.
    ///
    /// # Errors
    /// [`Malformed`] when there is none, or not all of it.
    pub fn field(&mut self) -> Result<&'a [u8], Malformed> {
        let (length, rest) = self.0.split_first_chunk::<8>().ok_or(Malformed)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| Malformed)?;
        let (field, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(field)
    }

    /// Decodes a whole value, which must use all bytes.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn whole<T: Canonical>(bytes: &'a [u8]) -> Result<T, Malformed> {
        let mut decoder = Self(bytes);
        let value = T::decode(&mut decoder)?;
        if decoder.0.is_empty() { Ok(value) } else { Err(Malformed) }
    }

    fn exactly<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Malformed> {
        self.field()?.try_into().map_err(|_| Malformed)
    }
}

impl Canonical for u64 {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.field(&self.to_le_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        decoder.exactly().map(Self::from_le_bytes)
    }
}

impl Canonical for bool {
    fn encode(&self, encoder: &mut Encoder) {
        u64::from(*self).encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        match u64::decode(decoder)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed),
        }
    }
}

impl Canonical for String {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.field(self.as_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        std::str::from_utf8(decoder.field()?).map(str::to_owned).map_err(|_| Malformed)
    }
}

impl Canonical for [u8; 32] {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.field(self);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        decoder.exactly()
    }
}

impl Canonical for DateTime<Utc> {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.field(&self.timestamp_micros().to_le_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        Self::from_timestamp_micros(i64::from_le_bytes(decoder.exactly()?)).ok_or(Malformed)
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn encode(&self, encoder: &mut Encoder) {
        self.is_some().encode(encoder);
        if let Some(value) = self {
            value.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        if bool::decode(decoder)? { T::decode(decoder).map(Some) } else { Ok(None) }
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn encode(&self, encoder: &mut Encoder) {
        (self.len() as u64).encode(encoder);
        for value in self {
            value.encode(encoder);
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        let count = u64::decode(decoder)?;
        // No memory is reserved: the count is not trustworthy before the values have been read.
        (0..count).map(|_| T::decode(decoder)).collect()
    }
}

macro_rules! ids {
    ($($id:ty),+) => {
        $(impl Canonical for $id {
            fn encode(&self, encoder: &mut Encoder) {
                encoder.field(self.as_uuid().as_bytes());
            }

            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
                decoder.exactly().map(|bytes| Self::from_uuid(Uuid::from_bytes(bytes)))
            }
        })+
    };
}

/// An enumeration is signed as the word of its declaration.
macro_rules! words {
    ($($type:ty),+ $(,)?) => {
        $(impl $crate::Canonical for $type {
            fn encode(&self, encoder: &mut $crate::Encoder) {
                encoder.field(self.word().as_bytes());
            }

            fn decode(decoder: &mut $crate::Decoder<'_>) -> Result<Self, $crate::Malformed> {
                let word = std::str::from_utf8(decoder.field()?).map_err(|_| $crate::Malformed)?;
                <$type as domain::Enumeration>::from_word(word).ok_or($crate::Malformed)
            }
        })+
    };
}

/// A record is encoded as its fields, in the order in which they are listed here.
macro_rules! record {
    ($type:ident $(<$parameter:ident>)? { $($field:ident),+ $(,)? }) => {
        impl $(<$parameter: $crate::Canonical>)? $crate::Canonical for $type $(<$parameter>)? {
            fn encode(&self, encoder: &mut $crate::Encoder) {
                $(self.$field.encode(encoder);)+
            }

            fn decode(
                decoder: &mut $crate::Decoder<'_>,
            ) -> Result<Self, $crate::Malformed> {
                Ok(Self { $($field: $crate::Canonical::decode(decoder)?,)+ })
            }
        }
    };
}

pub(crate) use {record, words};

ids!(CredentialId, DeviceId, OperationId, RequestId, UserId, VaultId);
words!(PasswordType, CredentialStatus, OperationType);

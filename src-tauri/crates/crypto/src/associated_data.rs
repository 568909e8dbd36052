//! The associated data of a sealed value: the fields that the value is bound to.

/// An unambiguous list of fields: the purpose of a sealed value and the place where it belongs. The list is not stored.
/// The code that opens the value builds the same list again.
///
/// Every field is written as its length (8 bytes, little-endian) and its bytes, the purpose first, so that no two
/// different lists have the same encoding.
///
/// ```
/// let one = crypto::AssociatedData::new("note").text("ab").text("c");
/// let other = crypto::AssociatedData::new("note").text("a").text("bc");
/// assert_ne!(one.as_bytes(), other.as_bytes(), "the border between two fields counts");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct AssociatedData(Vec<u8>);

impl AssociatedData {
    /// Begins a list with the purpose, which keeps values of different kinds apart.
    pub fn new(purpose: &str) -> Self {
        Self(Vec::with_capacity(128)).text(purpose)
    }

    /// Adds a field of bytes.
    pub fn bytes(mut self, field: &[u8]) -> Self {
        self.0.extend_from_slice(&(field.len() as u64).to_le_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// Adds a field of text, as UTF-8.
    pub fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// Adds a field that holds a number, as 8 bytes, little-endian.
    pub fn number(self, field: u64) -> Self {
        self.bytes(&field.to_le_bytes())
    }

    /// Returns the encoding. Where a list of fields is signed, these bytes are also the exact content that is signed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

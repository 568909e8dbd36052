//! The authentication codes of the pages of a SQLCipher 4 database, checked without the database's own code. So a check
//! of a large file can report its progress, stop at any page, and run while another connection writes.
//!
//! Source: the design of SQLCipher (<https://www.zetetic.net/sqlcipher/design/>) and its code. With its defaults a page
//! has 4096 bytes, of which the last 80 are its own: 16 of initialisation vector, 64 of HMAC-SHA-512 over the encrypted
//! bytes, the vector and the page's number (4 bytes, little-endian). Page 1 begins with the file's salt, which is not
//! authenticated. The key of the codes is PBKDF2-HMAC-SHA-512 of the database key, 2 rounds, salted with the file's
//! salt, each byte combined with 0x3a.

use hmac::{Hmac, KeyInit, Mac};
use secret::{KEY_LENGTH, Key};
use sha2::Sha512;
use zeroize::Zeroizing;

/// Length of a page, in bytes.
pub const PAGE_LENGTH: usize = 4096;

const SALT_LENGTH: usize = 16;
const CODE_LENGTH: usize = 64;
const SALT_MASK: u8 = 0x3a;
const BLOCK_LENGTH: usize = 128;

/// Checks the authentication codes of one database file.
pub struct PageCodes(Key);

impl PageCodes {
    /// Derives the key of the codes from the database key and the file's first page, which begins with its salt.
    pub fn derive(database_key: &Key, first_page: &[u8; PAGE_LENGTH]) -> Self {
        let salt: Vec<u8> = first_page[..SALT_LENGTH].iter().map(|byte| byte ^ SALT_MASK).collect();
        // This is the only block of PBKDF2 (RFC 8018). It is as long as the hash; the key is its first half.
        // EXPOSE: the key of the codes is derived from the database key.
        let first = code(database_key.expose(), &[&salt, &1_u32.to_be_bytes()]);
        // EXPOSE: the second round of the same derivation.
        let second = code(database_key.expose(), &[&first[..]]);
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        for (byte, (one, other)) in key.iter_mut().zip(first.iter().zip(second.iter())) {
            *byte = one ^ other;
        }
        Self(Key::from_bytes(&key))
    }

    /// Tells whether a page is as it was written; pages are counted from 1.
    pub fn fit(&self, number: u32, page: &[u8; PAGE_LENGTH]) -> bool {
        let begin = if number == 1 { SALT_LENGTH } else { 0 };
        let (content, stored) = page.split_at(PAGE_LENGTH - CODE_LENGTH);
        // EXPOSE: the codes are computed with the key.
        let found = code(self.0.expose(), &[&content[begin..], &number.to_le_bytes()]);
        // The comparison need not take constant time: whoever can measure it can also read the file.
        found[..] == *stored
    }
}

fn code(key: &[u8; KEY_LENGTH], parts: &[&[u8]]) -> Zeroizing<[u8; CODE_LENGTH]> {
    // A key shorter than a block of the hash is filled up with zeros (RFC 2104).
    let mut block = Zeroizing::new([0; BLOCK_LENGTH]);
    block[..KEY_LENGTH].copy_from_slice(key);
    let mut mac = Hmac::<Sha512>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

//! Key derivation, sealing and signing. No storage: bytes come in, bytes go out.
//!
//! - [`derive_user_key`]: a password becomes a key (Argon2id, RFC 9106).
//! - [`seal`] and [`open`]: a key seals bytes (XChaCha20-Poly1305), bound to [`AssociatedData`], which names their
//!   purpose and their place.
//! - [`Identity`] and [`PublicIdentity`]: a person's X25519 pair to receive keys, and Ed25519 pair to sign.
//!
//! A function `derive_…` returns the same result for the same input. A function `make_…` draws from the system's random
//! source. When something does not open, the error never gives the reason, because a reason would help only an
//! attacker.

mod associated_data;
mod digest;
mod error;
mod identity;
mod kdf;
mod page_code;
mod random;
mod sealing;
mod stream_digest;

pub use associated_data::AssociatedData;
pub use digest::{DIGEST_LENGTH, derive_digest, derive_file_key};
pub use error::CryptoError;
pub use identity::{Identity, PublicIdentity, SEALED_KEY_LENGTH, SIGNATURE_LENGTH};
pub use kdf::{KdfParameters, SALT_LENGTH, calibrate, derive_user_key, make_salt};
pub use page_code::{PAGE_LENGTH, PageCodes};
pub use random::{make_bytes, make_key, make_password};
pub use sealing::{OVERHEAD, open, open_key, open_secret, seal, seal_key, seal_secret};
pub use stream_digest::StreamDigest;

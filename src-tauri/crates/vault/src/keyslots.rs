//! `keyslots.json`: what opens a vault. It holds no secret in clear.
//!
//! Three things guard it, each against another misfortune:
//! - a **checksum** over the whole content tells a damaged file from a wrong password;
//! - what is a person's own (id, name, key derivation, public keys, the founder's key) is **associated data** of the
//!   sealed private keys: whoever edits it makes them unopenable;
//! - what others grant (roles, the sealed keys) is **signed**, and the signer is rooted in the founder's key that the
//!   person's own password authenticates. A sealed box says nothing about who made it; without this signature, a
//!   planted database with a planted key would open.

mod bytes;
mod electorate;
mod format;
mod unlock;

pub(crate) use format::Keyslots;
pub(crate) use unlock::{First, Unlocked, make_first};

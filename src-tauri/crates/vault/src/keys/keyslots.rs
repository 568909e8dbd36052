//! `keyslots.json`: what opens a vault, and who may do what in it. It holds no secret in clear.
//!
//! Four things guard it, each against another misfortune:
//! - a **checksum** over the whole content tells a damaged file from a wrong password;
//! - what is a person's own (id, key derivation, public keys, the founder's key) is **associated data** of the sealed
//!   private keys: whoever edits it makes them unopenable;
//! - who may do what is the **ledger**: signed entries, each by someone whom the entries before it allow, rooted in the
//!   founder's key that the person's own password authenticates;
//! - the sealed keys are **signed** by an administrator of today or by the person. A sealed box says nothing about who
//!   made it; without this signature, a planted database with a planted key would open.

#[cfg(test)]
mod attacks;
mod bytes;
#[cfg(test)]
mod changed_file_tests;
#[cfg(test)]
mod changed_files;
mod check;
#[cfg(test)]
mod composed_tests;
mod draft;
mod facts;
mod first_format;
mod format;
mod ledger;
mod making;
mod own;
mod password;
mod recipient;
mod roster;
mod times;
mod unlock;

pub(crate) use draft::{Draft, NewSlot};
pub(crate) use format::{Keyslots, Parsed};
pub(crate) use ledger::Entry;
pub use ledger::PersonStatus;
pub(crate) use making::{First, make_first};
pub(crate) use roster::forged;
pub use roster::{GrantRecord, Roster};
pub(crate) use unlock::{PasswordProof, Unlocked};

//! `keyslots.json`: the data that opens a vault, and the rights of its people. It holds no secret in clear.
//!
//! Four things protect it, each against another danger:
//! - a **checksum** over the whole content tells a damaged file from a wrong password;
//! - a person's own fields (id, key derivation, public keys, the founder's key) are **associated data** of the sealed
//!   private keys: if somebody edits them, the keys do not open;
//! - the rights are in the **ledger**: signed entries, each by a person whom the entries before it allow to sign it,
//!   rooted in the founder's key, which the person's own password authenticates;
//! - the sealed keys are **signed** by a present administrator or by the person. A sealed box does not say who made it;
//!   without this signature, a planted database with a planted key would open.

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
mod first_format;
mod format;
mod ledger;
mod making;
mod own;
mod password;
mod recipient;
mod roster;
mod summary;
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

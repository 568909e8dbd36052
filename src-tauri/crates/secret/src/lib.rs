//! A value that cannot print itself.
//!
//! [`Secret`] holds text (a password, a private key), [`Key`] holds 32 bytes of key material. Neither implements
//! `Debug`, `Display`, `Clone` or `Serialize`, so that no log line, error, view or test failure can contain one by
//! accident; a test fails to compile when someone adds it. Both wipe their memory when dropped, and both live in memory
//! that is locked, guarded and left out of core dumps where the system allows it (see `arena`). [`memory_status`] tells
//! how much of it is locked.
//!
//! Reading is always visible in the code: every call of [`Secret::expose`] or [`Key::expose`] has an `// EXPOSE:`
//! comment with the reason.

mod arena;
mod key;
mod text;

pub use arena::{MemoryStatus, memory_status};
pub use key::{KEY_LENGTH, Key};
pub use text::Secret;

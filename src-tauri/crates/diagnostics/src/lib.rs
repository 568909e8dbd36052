//! The log that an engineer reads after a failure: error chains, references, and the daily log.
//!
//! Every crate may log an error through [`chain`]. Only a program calls [`start`]; a library never does.

mod chain;
mod daily_log;
mod redaction;
mod reference;
mod subscriber;

pub use chain::{Chain, chain};
pub use daily_log::{DAYS_KEPT, DailyLog};
pub use redaction::Redaction;
pub use reference::Reference;
pub use subscriber::{BoxedLayer, LogStatus, layer, start};

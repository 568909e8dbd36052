//! Four eyes: what is requested, under which rules, and when it is decided.
//!
//! A [`Request`] is immutable. It has one encoding ([`Request::encode`]), whose digest the requester and every approver
//! sign; whoever applies something reads it from these bytes and from nowhere else, so that what was approved is what
//! happens. [`Settings`] say who may decide, and are signed as well. [`judge`] is the count, and nothing more: whether
//! a signature holds, and whether someone held the role, is known before a [`Vote`] is made of a decision.

mod canonical;
mod content;
mod held;
mod judgement;
mod request;
mod settings;

pub use canonical::{Canonical, Decoder, Encoder, Malformed};
pub use content::{
    Batch, BatchAction, BatchField, ChangeSettings, Content, FieldChange, FromTo, NamedCredential, NamedDevice,
    OperationTask, Parent, ReconciliationSettings, Task,
};
pub use held::{Held, OpenOperation, Part};
pub use judgement::{Judgement, Verdict, Vote, judge, open_level};
pub use request::{Request, RequestKind, RequestState};
pub use settings::{LEVELS, Registration, Rules, Settings, USUAL_OPERATION_TYPES};

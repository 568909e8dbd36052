//! Four eyes: requests, decisions and approver settings, and the verification that nobody edited them.
//!
//! A [`Request`] is immutable. It has one encoding ([`Request::encode`]), whose digest the requester and every approver
//! sign. Code that applies a request reads it from these bytes and from nowhere else, so that exactly the approved
//! content happens. [`Settings`] say who may decide, and are signed as well. [`judge`] only counts: whether a signature
//! holds and whether its author held the role is verified before a [`Vote`] is made from a decision.
//!
//! Rows are material to be verified, never proof. The vault loads them into [`StoredRequest`] and [`StoredSettings`].
//! The content of a request is read from the bytes that were signed. The approvers are read from the [`SettingsChain`],
//! which administrators signed. The role and the key that each person held at a given time are read from the
//! [`ApproverHistory`], whose grants are rooted in the founder's key. [`VerifiedRequest`] puts them together, and
//! [`VerifiedRequest::authorize`] and its two variants are the only functions that make [`Authorized`]. Every function
//! that applies a request takes that value as an argument, so that nothing can be applied without it.
//!
//! A request or decision that fails verification is reported with its reason ([`DecisionStatus`], [`RequestIntegrity`])
//! and does not count. Settings that fail verification make every request undecidable: a chain that was cut short must
//! not bring back milder rules.

mod approver_history;
mod canonical;
mod check;
mod content;
mod credential_snapshot;
mod decision_status;
mod outcome;
mod request;
mod request_verifier;
mod settings;
mod settings_chain;
pub mod statement;
mod stored_request;
mod verified_request;

pub use approver_history::{ApproverHistory, MembershipPeriod};
pub use canonical::{Canonical, Decoder, Encoder, Malformed};
pub use check::ApprovalCheck;
pub use content::{
    Batch, BatchAction, BatchField, ChangeSettings, Content, FieldChange, FromTo, NamedCredential, NamedDevice,
    OperationTask, Parent, ReconciliationSettings, Task,
};
pub use credential_snapshot::{CredentialSnapshot, OpenOperation, Part};
pub use decision_status::{DecisionStatus, ExaminedDecision};
pub use outcome::{ApprovalOutcome, Verdict, Vote, judge, open_level};
pub use request::{Request, RequestKind, RequestState};
pub use request_verifier::RequestIntegrity;
pub use settings::{LEVELS, Registration, Rules, Settings, USUAL_OPERATION_TYPES};
pub use settings_chain::{SettingsChain, StoredSettings};
pub use statement::digest_of_request;
pub use stored_request::{Emergency, StoredDecision, StoredRequest};
pub use verified_request::{Authorized, Unauthorized, VerifiedRequest};

//! Four eyes that hold against an edited database.
//!
//! Rows are material to be checked, never proof. What a request asks for is read from the bytes that were signed; who
//! may decide is read from settings that administrators signed, one chain; who held which role and which key at a moment
//! is read from the [`Electorate`], whose grants are rooted in the founder's key. [`Examination`] puts them together, and
//! [`Examination::authorize`] is the one place where [`Authorized`] is made. Whatever applies something takes that
//! value as an argument, so that nothing can be applied without it.
//!
//! What does not hold is named ([`DecisionStatus`], [`RequestIntegrity`]) and does not count. Settings that do not hold make every
//! request undecidable: a chain that was cut short must not bring back milder rules.

mod electorate;
mod examination;
mod register;
mod statement;

pub use electorate::{Electorate, Standing};
pub use examination::{
    Authorized, DecisionStatus, Emergency, Examination, ExaminedDecision, RequestIntegrity, Unauthorized,
};
pub use register::Register;
pub use statement::digest_of_request;

pub(crate) use examination::{Evidence, StoredDecision};
pub(crate) use register::StoredSettings;
pub(crate) use statement::{decision, digest_of_settings, emergency, request, settings};

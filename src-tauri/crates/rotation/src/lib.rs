//! The executor: it changes passwords on real devices without ever losing one.
//!
//! # The order that everything stands on
//! claim → prepare → open → mark → apply → verify → commit. Each step is written down **before** the next thing is done,
//! and what a password hangs on is forced to the disk: the candidate before a packet is sent, "apply begun" before the
//! template runs, and the candidate becomes current only after a fresh login proved it. What happens in which case is
//! decided by `domain::operation` alone; this crate carries it out.
//!
//! # After a crash
//! An operation that was running goes back to the queue, its candidate kept. When it is taken up again, the candidate
//! tells how far it had come: never sent, then the change simply starts again with the same candidate; possibly sent,
//! then logins find out which password the device has before anything else is done.
//!
//! # What follows
//! When a password becomes current, its children's operations are scheduled in the same transaction (`chain`). When an
//! operation ends, what follows its end is scheduled with it (`end`).
//!
//! # Threads
//! [`Executor::start`] makes one thread with its own runtime. The protocol libraries block, so each operation runs on
//! a blocking thread of that runtime; nothing here ever runs on the window's thread.

mod approval;
mod candidate;
mod chain;
mod change;
mod driver;
mod end;
mod executor;
mod parameters;
mod policy_book;
mod queue;
mod schedule;
mod steps;
mod triggers;
mod turns;

pub use candidate::limits_of;
pub use change::endpoint_of;
pub use end::Ended;
pub use executor::{Executor, ExecutorSetup, Moment, OnEnded, OnMoment, Waiting};
pub use parameters::Parameters;
pub use policy_book::{Held, PolicyBook};
pub use schedule::{Schedule, after_end, schedule, schedule_verification};

use std::sync::Arc;

use chrono::{DateTime, Utc};
use connector::Connector;

/// Tells the time. The one place where a test can put the program into another hour.
pub trait Clock: Send + Sync {
    /// Returns now.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's own clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The change plugins.
#[derive(Clone, Default)]
pub struct Connectors(Vec<Arc<dyn Connector>>);

impl Connectors {
    /// Collects the plugins, which have different ids.
    pub fn new(connectors: impl IntoIterator<Item = Arc<dyn Connector>>) -> Self {
        Self(connectors.into_iter().collect())
    }

    /// Finds a plugin.
    pub fn get(&self, id: &str) -> Option<&Arc<dyn Connector>> {
        self.0.iter().find(|connector| connector.descriptor().id.as_str() == id)
    }

    /// Every plugin, in the order in which they were given: the first is offered first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.0.iter()
    }
}

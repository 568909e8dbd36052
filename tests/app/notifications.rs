//! A notification service for one test that shows nothing and records everything (Desktop Notifications Specification
//! 1.2), on the message bus of the test.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use zbus::{
    blocking::{Connection, connection::Builder},
    interface,
    zvariant::OwnedValue,
};

/// The titles and bodies of the notifications, in order.
type Shown = Arc<Mutex<Vec<(String, String)>>>;

struct Service(Shown);

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &self,
        _application: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push((title, body));
        u32::try_from(shown.len()).unwrap_or(u32::MAX)
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("remembers".to_owned(), "Chaveiro".to_owned(), "1".to_owned(), "1.2".to_owned())
    }

    fn close_notification(&self, _notification: u32) {}
}

/// The running notification service of a test.
pub struct Notifications {
    shown: Shown,
    _bus: Connection,
}

impl Notifications {
    /// Starts to listen on a bus.
    pub fn listen(bus: &str) -> Result<Self> {
        let shown = Shown::default();
        let connection = Builder::address(bus)?
            .serve_at("/org/freedesktop/Notifications", Service(Arc::clone(&shown)))?
            .name("org.freedesktop.Notifications")?
            .build()?;
        Ok(Self { shown, _bus: connection })
    }

    /// Waits for a notification with this title, removes it from the record and returns its body.
    pub fn wait_for(&self, title: &str) -> Result<String> {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(place) = shown.iter().position(|(known, _)| known == title) {
                return Ok(shown.remove(place).1);
            }
            drop(shown);
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{title} was not shown, but {:?}", self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the notifications that no call has waited for.
    pub fn others(&self) -> Vec<(String, String)> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

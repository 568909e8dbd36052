//! A desktop's notification service that shows nothing and remembers everything (Desktop Notifications Specification
//! 1.2), on the message bus of one test.

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

/// Title and body of what was shown, in order.
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

/// The service while it runs.
pub struct Notifications {
    shown: Shown,
    _bus: Connection,
}

impl Notifications {
    /// Begins to listen on a bus.
    pub fn listen(bus: &str) -> Result<Self> {
        let shown = Shown::default();
        let connection = Builder::address(bus)?
            .serve_at("/org/freedesktop/Notifications", Service(Arc::clone(&shown)))?
            .name("org.freedesktop.Notifications")?
            .build()?;
        Ok(Self { shown, _bus: connection })
    }

    /// Waits for a notification of this title, and answers with its body. It is forgotten then.
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

    /// What was shown and not waited for.
    pub fn others(&self) -> Vec<(String, String)> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

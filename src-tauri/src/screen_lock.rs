//! Hears that the desktop's own screen is locked, and locks the window with it.
//!
//! On Linux several desktops tell it in several ways, and all of them are listened to. logind sends `Lock` to a session
//! (`loginctl lock-session`), and sets `LockedHint` when the desktop says that it is locked; the desktop sends
//! `ActiveChanged` of its screen saver on the session's bus. Only sessions of the program's own user count. On Windows
//! and macOS the system tells it too, but only through calls that are not safe ones in any crate; there the idle time
//! locks the window.

use tauri::AppHandle;

/// Begins to listen.
pub fn start(program: &AppHandle) {
    #[cfg(target_os = "linux")]
    linux::start(program);
    #[cfg(not(target_os = "linux"))]
    let _ = program;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{sync::Arc, thread};

    use tauri::{AppHandle, Manager};
    use zbus::{
        MatchRule,
        blocking::{Connection, MessageIterator, Proxy, connection::Builder},
        match_rule,
        message::{Message, Type},
        zvariant::{OwnedObjectPath, OwnedValue},
    };

    use crate::state::Shell;

    /// Where logind and its sessions answer.
    const LOGIND: &str = "org.freedesktop.login1";
    const SESSION: &str = "org.freedesktop.login1.Session";
    const SESSIONS: &str = "/org/freedesktop/login1/session";
    /// Who sends `ActiveChanged`: KDE and others, GNOME, Cinnamon, MATE, Xfce.
    const SCREEN_SAVERS: [&str; 5] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ];

    type Lock = Arc<dyn Fn() + Send + Sync>;
    type Listen = fn(&Connection, &dyn Fn()) -> zbus::Result<()>;

    pub fn start(program: &AppHandle) {
        let program = program.clone();
        let lock: Lock = Arc::new(move || {
            if let Some(shell) = program.try_state::<Shell>() {
                shell.app.sessions().screen_locked();
            }
        });
        apart("logind", Builder::system, sessions, Arc::clone(&lock));
        apart("logind", Builder::system, hints, Arc::clone(&lock));
        apart("the session's bus", Builder::session, screen_savers, lock);
    }

    /// Listens on a thread of its own, which ends with the program or with the bus.
    fn apart(whom: &'static str, bus: fn() -> zbus::Result<Builder<'static>>, listen: Listen, lock: Lock) {
        thread::spawn(move || {
            let connected = bus().and_then(Builder::build);
            if let Err(error) = connected.and_then(|bus| listen(&bus, &*lock)) {
                tracing::info!(%error, whom, "does not answer; a locked screen does not lock the window");
            }
        });
    }

    fn signal<'a>() -> match_rule::Builder<'a> {
        MatchRule::builder().msg_type(Type::Signal)
    }

    /// `Lock` of logind: somebody asked for the session to be locked.
    pub(super) fn sessions(bus: &Connection, lock: &dyn Fn()) -> zbus::Result<()> {
        let rule = signal().sender(LOGIND)?.interface(SESSION)?.member("Lock")?.path_namespace(SESSIONS)?.build();
        for message in MessageIterator::for_match_rule(rule, bus, None)? {
            if is_ours(bus, &message?) {
                lock();
            }
        }
        Ok(())
    }

    /// `LockedHint` of logind: the desktop says that it is locked.
    pub(super) fn hints(bus: &Connection, lock: &dyn Fn()) -> zbus::Result<()> {
        let properties = signal().sender(LOGIND)?.interface("org.freedesktop.DBus.Properties")?;
        let rule = properties.member("PropertiesChanged")?.path_namespace(SESSIONS)?.build();
        for message in MessageIterator::for_match_rule(rule, bus, None)? {
            let message = message?;
            if is_locked_hint(&message) && is_ours(bus, &message) {
                lock();
            }
        }
        Ok(())
    }

    /// `ActiveChanged` of a screen saver.
    pub(super) fn screen_savers(bus: &Connection, lock: &dyn Fn()) -> zbus::Result<()> {
        let rule = signal().member("ActiveChanged")?.build();
        for message in MessageIterator::for_match_rule(rule, bus, None)? {
            let message = message?;
            let header = message.header();
            let known = header.interface().is_some_and(|name| SCREEN_SAVERS.contains(&name.as_str()));
            if known && message.body().deserialize::<bool>().unwrap_or(false) {
                lock();
            }
        }
        Ok(())
    }

    fn is_locked_hint(message: &Message) -> bool {
        type Changed = (String, std::collections::HashMap<String, OwnedValue>, Vec<String>);
        message.body().deserialize::<Changed>().is_ok_and(|(interface, changed, _)| {
            interface == SESSION && changed.get("LockedHint").is_some_and(|hint| bool::try_from(hint) == Ok(true))
        })
    }

    /// Whether the session of a signal is one of the program's own user. A session that does not say counts as ours:
    /// locking once too often does no harm.
    fn is_ours(bus: &Connection, message: &Message) -> bool {
        let header = message.header();
        let Some(path) = header.path() else { return false };
        let user = || {
            let session = Proxy::new(bus, LOGIND, path.to_owned(), SESSION)?;
            session.get_property::<(u32, OwnedObjectPath)>("User")
        };
        user().map_or(true, |(user, _)| user == rustix::process::getuid().as_raw())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        collections::HashMap,
        error::Error,
        io::{BufRead, BufReader},
        process::{Child, Command, Stdio},
        sync::mpsc::{Receiver, channel},
        thread,
        time::Duration,
    };

    use zbus::{
        blocking::{Connection, connection::Builder},
        interface,
        zvariant::{ObjectPath, OwnedObjectPath, Value},
    };

    use super::linux::{hints, screen_savers, sessions};

    type Checked = Result<(), Box<dyn Error>>;
    type Listen = fn(&Connection, &dyn Fn()) -> zbus::Result<()>;

    const SOON: Duration = Duration::from_secs(5);
    const NOT_AT_ALL: Duration = Duration::from_millis(300);
    const OUR_SESSION: &str = "/org/freedesktop/login1/session/_31";
    const OTHER_SESSION: &str = "/org/freedesktop/login1/session/_32";

    /// A message bus that only this test uses.
    struct Bus {
        daemon: Child,
        address: String,
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            // A daemon that ended by itself cannot be ended any more; that is all that can go wrong.
            let _ = self.daemon.kill();
            let _ = self.daemon.wait();
        }
    }

    impl Bus {
        /// None where there is no `dbus-daemon`.
        fn start() -> Result<Self, Box<dyn Error>> {
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .spawn()?;
            let mut address = String::new();
            BufReader::new(daemon.stdout.take().ok_or("no output")?).read_line(&mut address)?;
            Ok(Self { daemon, address: address.trim().to_owned() })
        }

        fn connect(&self) -> zbus::Result<Connection> {
            Builder::address(self.address.as_str())?.build()
        }

        /// Listens as the program does; what it hears arrives at the receiver.
        fn listen(&self, listen: Listen) -> Result<Receiver<()>, Box<dyn Error>> {
            let (bus, (sender, heard)) = (self.connect()?, channel());
            thread::spawn(move || {
                listen(&bus, &|| {
                    let _ = sender.send(());
                })
            });
            Ok(heard)
        }
    }

    /// A session of logind.
    struct Session(u32);

    #[interface(name = "org.freedesktop.login1.Session")]
    impl Session {
        #[zbus(property)]
        fn user(&self) -> (u32, OwnedObjectPath) {
            (self.0, OwnedObjectPath::from(ObjectPath::from_static_str_unchecked("/org/freedesktop/login1/user/_1")))
        }
    }

    /// logind, with a session of this user and one of somebody else.
    fn logind(bus: &Bus) -> zbus::Result<Connection> {
        let own = rustix::process::getuid().as_raw();
        Builder::address(bus.address.as_str())?
            .serve_at(OUR_SESSION, Session(own))?
            .serve_at(OTHER_SESSION, Session(own + 1))?
            .name("org.freedesktop.login1")?
            .build()
    }

    /// Sends a signal until it is heard: who listens may not have begun.
    fn until_heard(heard: &Receiver<()>, send: impl Fn() -> zbus::Result<()>) -> Checked {
        for _ in 0..50 {
            send()?;
            if heard.recv_timeout(SOON / 50).is_ok() {
                return Ok(());
            }
        }
        Err("it was not heard".into())
    }

    fn not_heard(heard: &Receiver<()>) {
        // What was sent before may still arrive.
        while heard.recv_timeout(NOT_AT_ALL).is_ok() {}
    }

    #[test]
    fn a_lock_of_our_session_locks_and_one_of_somebody_else_does_not() -> Checked {
        let bus = Bus::start()?;
        let logind = logind(&bus)?;
        let heard = bus.listen(sessions)?;
        let lock =
            |path: &'static str| logind.emit_signal(None::<&str>, path, "org.freedesktop.login1.Session", "Lock", &());
        until_heard(&heard, || lock(OUR_SESSION))?;
        not_heard(&heard);
        lock(OTHER_SESSION)?;
        assert!(heard.recv_timeout(NOT_AT_ALL).is_err(), "it is another user's");
        Ok(())
    }

    #[test]
    fn a_lock_that_somebody_else_pretends_to_send_for_logind_is_not_heard() -> Checked {
        let bus = Bus::start()?;
        let (logind, other) = (logind(&bus)?, bus.connect()?);
        let heard = bus.listen(sessions)?;
        let lock = |sender: &Connection| {
            sender.emit_signal(None::<&str>, OUR_SESSION, "org.freedesktop.login1.Session", "Lock", &())
        };
        until_heard(&heard, || lock(&logind))?;
        not_heard(&heard);
        lock(&other)?;
        assert!(heard.recv_timeout(NOT_AT_ALL).is_err(), "only logind is heard");
        Ok(())
    }

    #[test]
    fn a_locked_hint_locks_and_an_unlocked_one_does_not() -> Checked {
        let bus = Bus::start()?;
        let logind = logind(&bus)?;
        let heard = bus.listen(hints)?;
        let hint = |path: &'static str, locked: bool| {
            let changed = HashMap::from([("LockedHint", Value::from(locked))]);
            let body = ("org.freedesktop.login1.Session", changed, Vec::<String>::new());
            logind.emit_signal(None::<&str>, path, "org.freedesktop.DBus.Properties", "PropertiesChanged", &body)
        };
        until_heard(&heard, || hint(OUR_SESSION, true))?;
        not_heard(&heard);
        hint(OUR_SESSION, false)?;
        hint(OTHER_SESSION, true)?;
        assert!(heard.recv_timeout(NOT_AT_ALL).is_err(), "neither an unlock nor another user's");
        Ok(())
    }

    #[test]
    fn a_screen_saver_that_becomes_active_locks_and_one_that_ends_does_not() -> Checked {
        let bus = Bus::start()?;
        let desktop = bus.connect()?;
        let heard = bus.listen(screen_savers)?;
        let active = |interface: &'static str, active: bool| {
            desktop.emit_signal(None::<&str>, "/ScreenSaver", interface, "ActiveChanged", &(active,))
        };
        for interface in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
            until_heard(&heard, || active(interface, true))?;
            not_heard(&heard);
        }
        active("org.gnome.ScreenSaver", false)?;
        active("org.example.Other", true)?;
        assert!(heard.recv_timeout(NOT_AT_ALL).is_err(), "neither an end nor another thing's");
        Ok(())
    }
}

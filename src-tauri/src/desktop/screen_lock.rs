//! Notices that the desktop's own screen is locked, and locks the window with it.
//!
//! On Linux, desktops report a lock in several ways, and the program listens to all of them. logind sends `Lock` to a
//! session (`loginctl lock-session`), and sets `LockedHint` when the desktop reports that it is locked. The desktop
//! sends `ActiveChanged` of its screen saver on the session bus. Only sessions of the program's own user count. Windows
//! and macOS report a lock too, but no crate offers a safe call for it; there only the idle time locks the window.
//!
//! If a bus cannot be reached, or its connection ends, the program tries again after a while, for as long as it runs.
//! The log gives the reason once, and again when the reason changes.

use tauri::AppHandle;

/// Starts to listen for locks of the screen.
pub fn start(program: &AppHandle) {
    #[cfg(target_os = "linux")]
    linux::start(program);
    #[cfg(not(target_os = "linux"))]
    let _ = program;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{sync::Arc, thread, time::Duration};

    use tauri::{AppHandle, Manager};
    use zbus::{
        MatchRule,
        blocking::{Connection, MessageIterator, Proxy, connection::Builder},
        match_rule,
        message::{Message, Type},
        zvariant::{OwnedObjectPath, OwnedValue},
    };

    use crate::state::Shell;

    /// The bus name of logind, and the interface and path of its sessions.
    const LOGIND: &str = "org.freedesktop.login1";
    const SESSION: &str = "org.freedesktop.login1.Session";
    const SESSIONS: &str = "/org/freedesktop/login1/session";
    /// The interfaces that send `ActiveChanged`: KDE and others, GNOME, Cinnamon, MATE, Xfce.
    const SCREEN_SAVERS: [&str; 5] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ];

    /// The pause between two attempts to reach a bus.
    const BETWEEN_TRIES: Duration = Duration::from_secs(60);

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

    /// Listens on a separate thread, which ends with the program.
    fn apart(whom: &'static str, bus: fn() -> zbus::Result<Builder<'static>>, listen: Listen, lock: Lock) {
        thread::spawn(move || {
            let mut known = KnownReason::default();
            keep_listening(&|| bus().and_then(Builder::build), listen, &*lock, BETWEEN_TRIES, &mut |reason| {
                if known.is_news(reason) {
                    tracing::warn!(
                        reason,
                        whom,
                        "is not heard; a locked screen may not lock the window. It is tried again every minute"
                    );
                }
            });
        });
    }

    /// Connects and listens in an endless loop. After each connection it reports the reason why the connection ended.
    pub(super) fn keep_listening(
        connect: &dyn Fn() -> zbus::Result<Connection>,
        listen: Listen,
        lock: &dyn Fn(),
        pause: Duration,
        tell: &mut dyn FnMut(&str),
    ) -> ! {
        loop {
            match connect().and_then(|bus| listen(&bus, lock)) {
                Ok(()) => tell("the connection ended"),
                Err(error) => tell(&error.to_string()),
            }
            thread::sleep(pause);
        }
    }

    /// The reason that was reported last.
    #[derive(Default)]
    pub(super) struct KnownReason(Option<String>);

    impl KnownReason {
        /// Stores a reason, and tells whether it differs from the last one.
        pub(super) fn is_news(&mut self, reason: &str) -> bool {
            self.0.replace(reason.to_owned()).as_deref() != Some(reason)
        }
    }

    fn signal<'a>() -> match_rule::Builder<'a> {
        MatchRule::builder().msg_type(Type::Signal)
    }

    /// Listens for `Lock` of logind: somebody asked to lock the session.
    pub(super) fn sessions(bus: &Connection, lock: &dyn Fn()) -> zbus::Result<()> {
        let rule = signal().sender(LOGIND)?.interface(SESSION)?.member("Lock")?.path_namespace(SESSIONS)?.build();
        for message in MessageIterator::for_match_rule(rule, bus, None)? {
            if is_ours(bus, &message?) {
                lock();
            }
        }
        Ok(())
    }

    /// Listens for `LockedHint` of logind: the desktop reports that it is locked.
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

    /// Listens for `ActiveChanged` of a screen saver.
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

    /// Tells whether the session of a signal belongs to the program's own user. A session whose user is not known
    /// counts as ours, because locking once too often does no harm.
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

    use super::linux::{KnownReason, hints, keep_listening, screen_savers, sessions};

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
            // This fails only if the daemon has already ended.
            let _ = self.daemon.kill();
            let _ = self.daemon.wait();
        }
    }

    impl Bus {
        fn start() -> Result<Self, Box<dyn Error>> {
            Self::start_with(&[])
        }

        /// Starts a bus at an address that is known before the start.
        fn start_at(address: &str) -> Result<Self, Box<dyn Error>> {
            Self::start_with(&[&format!("--address={address}")])
        }

        fn start_with(more: &[&str]) -> Result<Self, Box<dyn Error>> {
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .args(more)
                .stdout(Stdio::piped())
                .spawn()?;
            let mut address = String::new();
            BufReader::new(daemon.stdout.take().ok_or("no output")?).read_line(&mut address)?;
            Ok(Self { daemon, address: address.trim().to_owned() })
        }

        fn connect(&self) -> zbus::Result<Connection> {
            Builder::address(self.address.as_str())?.build()
        }

        /// Listens as the program does. The receiver gets a message for each lock.
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

    /// Serves a logind with a session of this user and a session of another user.
    fn logind(bus: &Bus) -> zbus::Result<Connection> {
        let own = rustix::process::getuid().as_raw();
        Builder::address(bus.address.as_str())?
            .serve_at(OUR_SESSION, Session(own))?
            .serve_at(OTHER_SESSION, Session(own + 1))?
            .name("org.freedesktop.login1")?
            .build()
    }

    /// Sends a signal until it is received, because the listener may not have started yet.
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
        // Earlier signals may still arrive.
        while heard.recv_timeout(NOT_AT_ALL).is_ok() {}
    }

    #[test]
    fn a_bus_that_starts_later_and_one_that_starts_again_are_heard() -> Checked {
        let folder = tempfile::tempdir()?;
        let address = format!("unix:path={}", folder.path().join("bus").display());
        let ((sender, heard), (reported, reasons)) = (channel(), channel());
        let listened = address.clone();
        thread::spawn(move || {
            let connect = || Builder::address(listened.as_str())?.build();
            let lock = || {
                let _ = sender.send(());
            };
            keep_listening(&connect, screen_savers, &lock, Duration::from_millis(20), &mut |reason: &str| {
                let _ = reported.send(reason.to_owned());
            });
        });
        assert!(!reasons.recv_timeout(SOON)?.is_empty(), "there is no bus yet");
        for _ in 0..2 {
            let bus = Bus::start_at(&address)?;
            let desktop = bus.connect()?;
            let active = || desktop.emit_signal(None::<&str>, "/", "org.gnome.ScreenSaver", "ActiveChanged", &(true,));
            until_heard(&heard, active)?;
            not_heard(&heard);
            while reasons.try_recv().is_ok() {}
            drop(bus);
            assert!(!reasons.recv_timeout(SOON)?.is_empty(), "its end is told");
        }
        Ok(())
    }

    #[test]
    fn a_reason_is_told_once_until_it_is_another_one() {
        let mut known = KnownReason::default();
        let reported = ["no bus", "no bus", "refused", "refused", "no bus"].map(|reason| known.is_news(reason));
        assert_eq!(reported, [true, false, true, false, true], "the first time, and each change");
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

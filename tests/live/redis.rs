//! The Redis connector on a real server: a whole change, its survival of a restart, and possible leaks.

mod server;

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::{
    Connector, OperationDetails, Parameters,
    domain::{CredentialId, FailureCode, PluginId, Trust, operation::OperationState},
};
use connector::{Endpoint, Login, Proof};
use lab::{Direction, Ending, Fault, Point, Proxy};
use secret::Secret;
use server::{Kept, Server, server_or_skip};
use template::{Tag, Transcript, Values, parse, starter};
use tests::{Access, NewCredential, Practice, Setup};

const ADMIN: (&str, &str) = ("admin", "Admin-pw-1");
const OLD: &str = "Start-pw-1";
const USERS: [(&str, &str); 3] = [("default", "Default-pw-1"), ADMIN, ("app", OLD)];

fn redis() -> Result<Arc<dyn Connector>> {
    connectors::all().into_iter().find(|known| known.descriptor().id.as_str() == "redis").context("there is none")
}

fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::plain(address.ip().to_string(), address.port(), Duration::from_secs(5), Duration::from_secs(2))
}

fn login(username: &str, password: &str) -> Login {
    Login::by_password(username, Secret::new(password))
}

fn prove(address: SocketAddr, username: &str, password: &str) -> Result<Proof> {
    Ok(redis()?.prove(&endpoint(address), &Trust::None, &login(username, password)))
}

/// A vault that changes the password of `app`.
struct World {
    practice: Practice,
    app: CredentialId,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(server: &Server, template: &'static str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let parameters = Parameters {
            back_off: Duration::from_millis(300),
            settle: Duration::from_secs(1),
            rest: Duration::from_secs(1),
            ..Parameters::default()
        };
        let practice = Practice::create(folder.path(), "Live", Setup { parameters, ..Setup::default() })?;
        let address = server.address();
        let plugin = PluginId::known("redis");
        let device = practice.enter_device_of(plugin, "cache-01", &address.ip().to_string(), address.port())?;
        assert_eq!(practice.accept_host_key(device)?, "", "there is nothing to compare");
        let enter = |username, password, access| {
            practice.enter_credential(&NewCredential { device, username, password, access })
        };
        let access = if template.starts_with("redis-own") {
            Access::Own(template)
        } else {
            Access::Through(enter(ADMIN.0, ADMIN.1, Access::None)?, template)
        };
        let app = enter("app", OLD, access)?;
        Ok(Self { practice, app, _folder: folder })
    }

    fn change(&self) -> Result<OperationDetails> {
        self.practice.change(self.app)
    }
}

fn succeeded(ended: &OperationDetails) {
    let record = &ended.row.record;
    assert_eq!((record.state, record.failure), (OperationState::Succeeded, None), "{:?}", ended.attempts);
}

#[test]
fn every_starter_template_changes_a_password_that_survives_a_restart_and_is_nowhere_in_clear() -> Result<()> {
    for (template, kept) in [
        ("redis-acl-save", Kept::AclFile),
        ("redis-own-acl-save", Kept::AclFile),
        ("redis-config-rewrite", Kept::Configuration),
    ] {
        let Some(mut server) = server_or_skip("redis::every_starter_template", kept, &USERS)? else { return Ok(()) };
        let world = World::new(&server, template)?;
        let ended = world.change()?;
        succeeded(&ended);
        let source = starter::find(template).context("a starter template")?.source;
        assert!(!source.contains("NEW_PASSWORD#]"), "{template}: only the hash leaves this program");
        let new = world.practice.password(world.app)?;
        assert!(server.accepts("app", &new)?, "{template}: the new one logs in");
        assert!(!server.accepts("app", OLD)?, "{template}: the old one does not");
        let slow = server.ask(ADMIN, &["SLOWLOG", "GET", "1000"])?;
        assert!(slow.contains("SETUSER"), "{template}: the server remembers the command: {slow}");
        let users = server.ask(ADMIN, &["ACL", "LIST"])?;
        let log = server.ask(ADMIN, &["ACL", "LOG"])?;
        server.restart()?;
        assert!(server.accepts("app", &new)?, "{template}: it survived");
        assert!(!server.accepts("app", OLD)?, "{template}: the old one did not come back");
        let transcripts: String =
            ended.attempts.iter().flat_map(|attempt| &attempt.transcript).map(|line| line.text.as_str()).collect();
        assert!(transcripts.contains("SETUSER"), "{template}: what was sent can be read: {transcripts}");
        for (place, text) in [
            ("slowlog", slow),
            ("users", users),
            ("log", log),
            ("files", server.files()?),
            ("transcript", transcripts.clone()),
        ] {
            assert!(!text.contains(&new), "{template}: the {place} holds it in clear");
        }
        let hash = template::Escape::Sha256.apply(&new);
        assert!(server.files()?.contains(&hash), "{template}: the search would find it: its hash is in a file");
        assert!(!transcripts.contains(&hash), "{template}: the transcript does not even hold the hash");
    }
    Ok(())
}

#[test]
fn a_server_that_keeps_no_users_is_left_as_it_is() -> Result<()> {
    for (template, kept, words) in [
        ("redis-acl-save", Kept::Configuration, "not configured to use an ACL file"),
        ("redis-config-rewrite", Kept::Nowhere, "without a config file"),
        ("redis-config-rewrite", Kept::AclFile, "aclfile"),
    ] {
        let Some(server) = server_or_skip("redis::a_server_that_keeps_no_users", kept, &USERS)? else { return Ok(()) };
        let world = World::new(&server, template)?;
        let ended = world.change()?;
        assert_eq!(ended.row.record.state, OperationState::Error, "{template} on {kept:?}: {:?}", ended.attempts);
        let said = ended.attempts.first().and_then(|attempt| attempt.words.clone()).unwrap_or_default();
        assert!(said.contains(words), "{template} on {kept:?}: in the server's words: {said:?}");
        assert!(server.accepts("app", OLD)?, "{template} on {kept:?}: nothing changed");
        assert_eq!(world.practice.password(world.app)?, OLD, "and the vault says so");
    }
    Ok(())
}

#[test]
fn a_wrong_password_and_a_user_that_is_off_are_told_apart_where_the_server_tells_them_apart() -> Result<()> {
    let Some(server) = server_or_skip("redis::a_wrong_password", Kept::AclFile, &USERS)? else { return Ok(()) };
    assert!(matches!(prove(server.address(), "app", OLD)?, Proof::Proven), "the right one");
    let wrong = prove(server.address(), "app", "Wrong-pw-1")?;
    assert!(matches!(&wrong, Proof::Refused(error) if error.code == FailureCode::AuthenticationFailed), "{wrong:?}");
    server.ask(ADMIN, &["ACL", "SETUSER", "app", "off"])?;
    // A disabled user's login gets the same answer as a wrong password; only another user sees the difference.
    let off = prove(server.address(), "app", OLD)?;
    assert!(
        matches!(&off, Proof::Refused(error) if error.words.as_deref().is_some_and(|words| words.contains("disabled"))),
        "{off:?}"
    );
    let world = World::new(&server, "redis-acl-save")?;
    let ended = world.change()?;
    assert_eq!(ended.row.record.failure, Some(FailureCode::AccountLocked), "{:?}", ended.attempts);
    server.ask(ADMIN, &["ACL", "SETUSER", "app", "on"])?;
    assert!(server.accepts("app", OLD)?, "nothing was sent for a user who is off");
    server.ask(ADMIN, &["ACL", "SETUSER", "default", "nopass"])?;
    let anybody = prove(server.address(), "default", "Anything-1")?;
    assert!(matches!(&anybody, Proof::Unknown(error) if error.code == FailureCode::ProtocolRefused), "{anybody:?}");
    server.ask(ADMIN, &["ACL", "DELUSER", "app"])?;
    let gone = World::new(&server, "redis-acl-save")?.change()?;
    assert_eq!(gone.row.record.state, OperationState::Error, "{:?}", gone.attempts);
    let users = server.ask(ADMIN, &["ACL", "USERS"])?;
    assert!(!users.contains("app"), "a user who does not exist is not made: {users}");
    Ok(())
}

/// Makes one change of `app` as the administrator, without an executor.
fn change_at(address: SocketAddr, new: &str) -> Result<()> {
    let starter = starter::find("redis-acl-save").context("a starter template")?;
    let values = Values::new().text(Tag::Username, "app").secret(Tag::NewPassword, &Secret::new(new));
    let bound = parse(starter.source).program.bind(&values)?;
    let mut session = redis()?.open(&endpoint(address), &Trust::None, &login(ADMIN.0, ADMIN.1))?;
    Ok(session.run(&bound, &mut Transcript::new())?)
}

#[test]
fn a_line_that_is_cut_anywhere_leaves_the_old_or_the_new_password() -> Result<()> {
    let Some(server) = server_or_skip("redis::a_line_that_is_cut_anywhere", Kept::AclFile, &USERS)? else {
        return Ok(());
    };
    let calm = Proxy::start(server.address())?;
    let mut old = "Calm-7-passes!".to_owned();
    change_at(calm.address(), &old)?;
    let chunks = |direction| calm.chunks().iter().filter(|chunk| chunk.direction == direction).count();
    let mut left = Vec::new();
    for direction in [Direction::ToHost, Direction::FromHost] {
        for point in 0..=chunks(direction) {
            let new = format!("Cut-{point}-{direction:?}");
            let proxy = Proxy::start(server.address())?;
            proxy.inject(Fault::Cut { direction, after: Point::Chunks(point), ending: Ending::Reset });
            let cut = change_at(proxy.address(), &new);
            thread::sleep(Duration::from_millis(50));
            let (has_new, has_old) = (server.accepts("app", &new)?, server.accepts("app", &old)?);
            assert!(has_new != has_old, "{direction:?} {point}: exactly one logs in: {has_new} {has_old}");
            assert!(has_new || cut.is_err(), "{direction:?} {point}: success is believed only when it happened");
            left.push(has_new);
            if has_new {
                old = new;
            }
        }
    }
    assert!(left.contains(&true) && left.contains(&false), "both were met: {left:?}");
    Ok(())
}

/// Starts a server that sends this to every client, again and again.
fn hostile(says: &'static [u8]) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut socket = socket;
                while !says.is_empty() && socket.write_all(says).is_ok() {}
                thread::sleep(Duration::from_secs(30));
            });
        }
    });
    Ok(address)
}

#[test]
fn a_hostile_server_ends_within_bounds() -> Result<()> {
    let cases: [(&[u8], FailureCode); 5] = [
        (b"", FailureCode::TimedOut),
        (b"HTTP/1.1 400 Bad Request\r\n", FailureCode::ProtocolRefused),
        (b"\0\xff\xfe", FailureCode::ProtocolRefused),
        (b"+endless ", FailureCode::ProtocolRefused),
        (b"*1\r\n", FailureCode::ProtocolRefused),
    ];
    for (says, code) in cases {
        let (address, begun) = (hostile(says)?, Instant::now());
        let shown = String::from_utf8_lossy(says);
        let identified = redis()?.identify(&endpoint(address)).err().map(|error| error.code);
        assert_eq!(identified, Some(code), "{shown:?}");
        let proof = prove(address, "app", OLD)?;
        assert!(matches!(&proof, Proof::Unknown(error) if error.code == code), "{shown:?}: {proof:?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{shown:?}: it took {:?}", begun.elapsed());
    }
    Ok(())
}

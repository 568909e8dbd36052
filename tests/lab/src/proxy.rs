//! A TCP proxy on loopback that breaks lines on purpose: it can cut them after a number of bytes or chunks, hang, delay
//! or refuse.
//!
//! Each connection has two pumps, one thread for each direction. A pump reads a chunk (the result of one `read`, in
//! practice one packet of the other side), asks the active fault how to handle it, and forwards it. Chunks are
//! recorded, so that a test can run once without a fault, read [`Proxy::chunks`], and then cut before every one of
//! them.

use crate::Result;
use socket2::SockRef;
use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// The direction of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the device.
    ToHost,
    /// From the device to the client.
    FromHost,
}

/// The way in which a connection is cut, on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Ending {
    /// An orderly end (FIN).
    Close,
    Reset,
}

/// The amount that still passes in the fault's direction, counted for each connection from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A number of bytes; a chunk may be split.
    Bytes(u64),
    /// A number of whole chunks.
    Chunks(usize),
}

/// A fault that affects connections while it is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Both sides lose the connection where this direction reaches the point.
    Cut {
        /// The direction whose chunks count.
        direction: Direction,
        /// The amount that still passes.
        after: Point,
        /// The way in which both sides notice it.
        ending: Ending,
    },
    /// The line hangs in both directions once this direction reaches the point: nothing passes and neither side
    /// notices, until [`Proxy::heal`], which delivers the data that was held back, as a real line does.
    Hang {
        /// The direction whose chunks count.
        direction: Direction,
        /// The amount that still passes.
        after: Point,
    },
    /// Every chunk waits this long, in both directions.
    Delay(Duration),
    /// New connections are reset at once; open ones go on.
    Refuse,
}

/// A chunk that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// The connection, counted from 0 in the order of arrival.
    pub connection: usize,
    /// The direction in which it passed.
    pub direction: Direction,
    /// Its length in bytes.
    pub bytes: usize,
}

/// A proxy in front of one device. Dropping it resets its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    target: SocketAddr,
    closed: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<Fault>,
    only: Option<usize>,
    once: bool,
    struck: usize,
    chunks: Vec<Chunk>,
    connections: Vec<Connection>,
}

#[derive(Debug)]
struct Connection {
    /// The client's and the device's side, `None` once the connection was ended here. A reset is sent when the last
    /// copy of a socket is dropped, so nothing else may keep one.
    sides: Option<[Arc<TcpStream>; 2]>,
    hangs: bool,
    to_host: Passed,
    from_host: Passed,
}

#[derive(Debug, Default, Clone, Copy)]
struct Passed {
    bytes: u64,
    chunks: usize,
}

/// The decision about a chunk.
enum Fate {
    Forward,
    ForwardAfter(Duration),
    /// Forward this number of bytes, then end the connection.
    CutAfter(usize, Ending),
    /// Forward this number of bytes, then hold the rest back.
    HangAfter(usize),
}

impl Proxy {
    /// Starts a proxy on a free loopback port.
    ///
    /// # Errors
    /// If no port can be opened.
    pub fn start(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target,
            closed: AtomicBool::new(false),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&accepting, &listener));
        Ok(Self { address, shared })
    }

    /// Returns the address to which clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Activates a fault for every connection, open and new, until [`Proxy::heal`].
    pub fn inject(&self, fault: Fault) {
        self.put(Some(fault), None, false);
    }

    /// Activates a fault that affects one connection only and ends after it took effect. Connections count from 0.
    pub fn inject_once(&self, fault: Fault, connection: usize) {
        self.put(Some(fault), Some(connection), true);
    }

    /// Ends the fault. Hanging lines deliver the data that they held back.
    pub fn heal(&self) {
        self.put(None, None, false);
    }

    /// Ends all open connections now.
    pub fn cut_all(&self, ending: Ending) {
        for connection in &mut self.shared.lock().connections {
            connection.end(ending);
        }
        self.shared.changed.notify_all();
    }

    /// Returns how often a fault has cut, hung or refused a connection.
    #[must_use]
    pub fn struck(&self) -> usize {
        self.shared.lock().struck
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.lock().connections.len()
    }

    /// Returns all chunks that have passed so far, in order.
    #[must_use]
    pub fn chunks(&self) -> Vec<Chunk> {
        self.shared.lock().chunks.clone()
    }

    fn put(&self, fault: Option<Fault>, only: Option<usize>, once: bool) {
        let mut state = self.shared.lock();
        (state.fault, state.only, state.once) = (fault, only, once);
        for connection in &mut state.connections {
            connection.hangs = false;
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.heal();
        self.cut_all(Ending::Reset);
        // Wakes the accepting thread, which then sees that the proxy has ended.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, index: usize, ending: Ending) {
        if let Some(connection) = self.lock().connections.get_mut(index) {
            connection.end(ending);
        }
        self.changed.notify_all();
    }

    /// Tells whether the connection was ended by the proxy, rather than by one of its sides.
    fn is_ended(&self, index: usize) -> bool {
        self.lock().connections.get(index).is_some_and(|it| it.sides.is_none())
    }

    /// Waits while the connection hangs.
    fn wait_while_hanging(&self, index: usize) {
        let hangs = |state: &mut State| state.connections.get(index).is_some_and(|it| it.hangs);
        let state = self.lock();
        drop(self.changed.wait_while(state, hangs).unwrap_or_else(PoisonError::into_inner));
    }
}

impl State {
    /// Decides how to handle a chunk and counts it.
    fn judge(&mut self, index: usize, direction: Direction, length: usize) -> Fate {
        let fault = self.fault.filter(|_| self.only.is_none_or(|only| only == index));
        let Some(connection) = self.connections.get_mut(index) else {
            return Fate::Forward;
        };
        let passed = connection.passed(direction);
        let fate = fate(fault, direction, *passed, length);
        passed.chunks += 1;
        passed.bytes += length as u64;
        let forwarded = match fate {
            Fate::Forward | Fate::ForwardAfter(_) => length,
            Fate::CutAfter(bytes, _) | Fate::HangAfter(bytes) => {
                connection.hangs = matches!(fate, Fate::HangAfter(_));
                self.strike();
                bytes
            }
        };
        if forwarded > 0 {
            self.chunks.push(Chunk { connection: index, direction, bytes: forwarded });
        }
        fate
    }

    fn strike(&mut self) {
        self.struck += 1;
        if self.once {
            self.fault = None;
        }
    }
}

impl Connection {
    fn passed(&mut self, direction: Direction) -> &mut Passed {
        match direction {
            Direction::ToHost => &mut self.to_host,
            Direction::FromHost => &mut self.from_host,
        }
    }

    /// Ends both sides. An error means that a side is already gone.
    fn end(&mut self, ending: Ending) {
        self.hangs = false;
        for side in self.sides.take().iter().flatten() {
            end(side, ending);
        }
    }
}

fn end(side: &TcpStream, ending: Ending) {
    let _ = match ending {
        Ending::Close => side.shutdown(Shutdown::Both),
        // With a linger time of zero, the last close sends RST. Closing the reading half sends nothing to the other
        // side, but wakes the pumps, which then drop their copies.
        Ending::Reset => {
            SockRef::from(side).set_linger(Some(Duration::ZERO)).and_then(|()| side.shutdown(Shutdown::Read))
        }
    };
}

fn fate(fault: Option<Fault>, direction: Direction, passed: Passed, length: usize) -> Fate {
    match fault {
        None | Some(Fault::Refuse) => Fate::Forward,
        Some(Fault::Delay(time)) => Fate::ForwardAfter(time),
        Some(Fault::Cut { direction: struck, after, ending }) if struck == direction => {
            allowed(after, passed, length).map_or(Fate::Forward, |bytes| Fate::CutAfter(bytes, ending))
        }
        Some(Fault::Hang { direction: struck, after }) if struck == direction => {
            allowed(after, passed, length).map_or(Fate::Forward, Fate::HangAfter)
        }
        Some(Fault::Cut { .. } | Fault::Hang { .. }) => Fate::Forward,
    }
}

/// Returns the number of bytes of the chunk that still pass, or `None` if all of it does.
fn allowed(after: Point, passed: Passed, length: usize) -> Option<usize> {
    match after {
        Point::Chunks(chunks) => (passed.chunks >= chunks).then_some(0),
        Point::Bytes(bytes) => {
            let left = usize::try_from(bytes.saturating_sub(passed.bytes)).unwrap_or(usize::MAX);
            (left < length).then_some(left)
        }
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    for client in listener.incoming() {
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        let refuses = matches!(shared.lock().fault, Some(Fault::Refuse));
        if refuses {
            shared.lock().strike();
            end(&client, Ending::Reset);
            continue;
        }
        let shared = Arc::clone(shared);
        // A device that does not answer must not hold up the next client.
        thread::spawn(move || match TcpStream::connect(shared.target) {
            Ok(host) => pump_both(&shared, client, host),
            Err(_) => end(&client, Ending::Reset),
        });
    }
}

/// Pumps both directions of a connection until they have ended.
fn pump_both(shared: &Arc<Shared>, client: TcpStream, host: TcpStream) {
    // A delayed small packet would move the points at which tests cut. An error means that a side is already gone.
    let _ = client.set_nodelay(true).and(host.set_nodelay(true));
    let (client, host) = (Arc::new(client), Arc::new(host));
    let index = {
        let mut state = shared.lock();
        let sides = Some([Arc::clone(&client), Arc::clone(&host)]);
        let fresh = Passed::default();
        state.connections.push(Connection { sides, hangs: false, to_host: fresh, from_host: fresh });
        state.connections.len() - 1
    };
    let back = {
        let (client, host, shared) = (Arc::clone(&client), Arc::clone(&host), Arc::clone(shared));
        thread::spawn(move || pump(&shared, index, Direction::FromHost, &host, &client))
    };
    pump(shared, index, Direction::ToHost, &client, &host);
    let _ = back.join();
    if let Some(connection) = shared.lock().connections.get_mut(index) {
        connection.sides = None;
    }
}

/// Carries one direction of a connection to its end.
fn pump(shared: &Shared, index: usize, direction: Direction, from: &TcpStream, to: &TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = (&*from).read(&mut buffer);
        shared.wait_while_hanging(index);
        if shared.is_ended(index) {
            return; // what arrives after the cut goes nowhere
        }
        let carried = match read {
            Ok(0) => {
                let _ = to.shutdown(Shutdown::Write);
                return;
            }
            Ok(length) => carry(shared, index, direction, &buffer[..length], to),
            Err(error) => Err(error),
        };
        if carried.is_err() {
            shared.end(index, Ending::Reset);
            return;
        }
    }
}

fn carry(shared: &Shared, index: usize, direction: Direction, chunk: &[u8], mut to: &TcpStream) -> io::Result<()> {
    let fate = shared.lock().judge(index, direction, chunk.len());
    match fate {
        Fate::Forward => to.write_all(chunk),
        Fate::ForwardAfter(time) => {
            thread::sleep(time);
            to.write_all(chunk)
        }
        Fate::CutAfter(bytes, ending) => {
            to.write_all(&chunk[..bytes])?;
            shared.end(index, ending);
            Ok(())
        }
        Fate::HangAfter(bytes) => {
            to.write_all(&chunk[..bytes])?;
            shared.wait_while_hanging(index);
            to.write_all(&chunk[bytes..])
        }
    }
}

//! The proxy breaks lines exactly at the chosen points.

use anyhow::{Context, Result};
use lab::{Account, Direction, Ending, Fault, HostSpec, Login, Point, Proxy, lab_or_skip};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

const OLD: &str = "Start-pw-1";

/// Starts a server that sends back everything it receives.
fn echo() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut reader = client.try_clone()?;
                std::io::copy(&mut reader, &mut client)
            });
        }
    });
    Ok(address)
}

fn connect(proxy: &Proxy) -> Result<TcpStream> {
    let stream = TcpStream::connect(proxy.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    Ok(stream)
}

fn exchange(stream: &mut TcpStream, text: &str) -> std::io::Result<String> {
    stream.write_all(text.as_bytes())?;
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn forwards_and_records_chunks() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    let mut stream = connect(&proxy)?;
    assert_eq!(exchange(&mut stream, "hello")?, "hello");
    assert_eq!(exchange(&mut stream, "again!")?, "again!");
    let sent: Vec<usize> =
        proxy.chunks().iter().filter(|it| it.direction == Direction::ToHost).map(|it| it.bytes).collect();
    assert_eq!(sent, [5, 6]);
    assert_eq!(proxy.struck(), 0);
    Ok(())
}

#[test]
fn an_orderly_end_passes_through() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    let mut stream = connect(&proxy)?;
    stream.write_all(b"last words")?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert_eq!(answer, "last words");
    Ok(())
}

#[test]
fn cuts_before_a_chunk_in_order() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    proxy.inject(Fault::Cut { direction: Direction::ToHost, after: Point::Chunks(1), ending: Ending::Close });
    let mut stream = connect(&proxy)?;
    assert_eq!(exchange(&mut stream, "one")?, "one");
    let cut = exchange(&mut stream, "two").err().context("the second chunk does not pass")?;
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "an orderly end");
    assert_eq!(proxy.struck(), 1);
    proxy.heal();
    assert_eq!(exchange(&mut connect(&proxy)?, "three")?, "three", "a new connection works after healing");
    Ok(())
}

#[test]
fn resets_after_so_many_bytes_of_the_answer() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    proxy.inject_once(Fault::Cut { direction: Direction::FromHost, after: Point::Bytes(7), ending: Ending::Reset }, 1);
    assert_eq!(exchange(&mut connect(&proxy)?, "untouched")?, "untouched", "connection 0 is not meant");
    let mut stream = connect(&proxy)?;
    stream.write_all(b"0123456789")?;
    let mut seen = Vec::new();
    let cut = stream.read_to_end(&mut seen).err().context("the connection is reset")?;
    assert_eq!(cut.kind(), ErrorKind::ConnectionReset);
    assert_eq!(seen, b"0123456", "what passed before the cut arrives");
    assert_eq!(exchange(&mut connect(&proxy)?, "after")?, "after", "it strikes once");
    Ok(())
}

#[test]
fn a_hanging_line_delivers_when_healed() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    proxy.inject(Fault::Hang { direction: Direction::ToHost, after: Point::Chunks(1) });
    let mut stream = connect(&proxy)?;
    assert_eq!(exchange(&mut stream, "first")?, "first");
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    assert!(exchange(&mut stream, "held").is_err(), "nothing comes back, and nobody is told");
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    proxy.heal();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"held");
    Ok(())
}

#[test]
fn delays_and_refuses() -> Result<()> {
    let proxy = Proxy::start(echo()?)?;
    let mut stream = connect(&proxy)?;
    proxy.inject(Fault::Delay(Duration::from_millis(100)));
    let started = Instant::now();
    exchange(&mut stream, "slow")?;
    assert!(started.elapsed() >= Duration::from_millis(200), "both directions wait");
    proxy.inject(Fault::Refuse);
    assert!(connect(&proxy).and_then(|mut it| Ok(exchange(&mut it, "no")?)).is_err());
    proxy.cut_all(Ending::Reset);
    assert!(exchange(&mut stream, "gone").is_err(), "open connections end too");
    Ok(())
}

#[test]
fn a_login_passes_through_and_fails_where_the_line_is_cut() -> Result<()> {
    let Some(lab) = lab_or_skip("a_login_passes_through_and_fails_where_the_line_is_cut")? else {
        return Ok(());
    };
    let host = lab.start(HostSpec::new().account(Account::new("alice", OLD)))?;
    let proxy = Proxy::start(host.socket_address())?;
    assert_eq!(lab::login(proxy.address(), "alice", OLD)?, Login::Accepted);
    proxy.inject(Fault::Cut { direction: Direction::ToHost, after: Point::Chunks(2), ending: Ending::Reset });
    assert_eq!(lab::login(proxy.address(), "alice", OLD)?, Login::Unreachable);
    Ok(())
}

//! The yardstick: the smallest program that changes a password over SSH and proves it, with the same library. It has no
//! vault, no record of its work and no recovery.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use anyhow::{Context, Result, ensure};
use lab::Host;
use ssh2::Session;

use crate::{
    ACCOUNT, ADMINISTRATOR,
    measured::{Sample, turn},
};

/// Changes the account's password on every host.
///
/// # Errors
/// If a change or its proof fails.
pub fn change_all(hosts: &[Host], at_once: usize) -> Result<Sample> {
    let next = AtomicUsize::new(0);
    turn("minimal", at_once, hosts.len(), || {
        thread::scope(|scope| {
            let workers: Vec<_> = (0..at_once.min(hosts.len()))
                .map(|_| {
                    scope.spawn(|| -> Result<()> {
                        while let Some(host) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
                            change(host)?;
                        }
                        Ok(())
                    })
                })
                .collect();
            for worker in workers {
                worker.join().map_err(|_| anyhow::anyhow!("a worker broke"))??;
            }
            Ok(())
        })
    })
}

fn change(host: &Host) -> Result<()> {
    let password = format!("Nw-{}-aZ-7!kQ", host.number());
    let (session, socket) = log_in(host, ADMINISTRATOR.0, ADMINISTRATOR.1)?;
    acknowledge(&socket);
    let mut channel = session.channel_session()?;
    channel.exec("sudo -n /usr/sbin/chpasswd")?;
    channel.write_all(format!("{ACCOUNT}:{password}\n").as_bytes())?;
    channel.send_eof()?;
    acknowledge(&socket);
    channel.read_to_string(&mut String::new())?;
    channel.wait_close()?;
    ensure!(channel.exit_status()? == 0, "chpasswd failed");
    log_in(host, ACCOUNT, &password).context("the new password does not log in")?;
    Ok(())
}

fn log_in(host: &Host, username: &str, password: &str) -> Result<(Session, TcpStream)> {
    let socket = TcpStream::connect(host.socket_address())?;
    socket.set_nodelay(true)?;
    acknowledge(&socket);
    let mut session = Session::new()?;
    session.set_tcp_stream(socket.try_clone()?);
    session.handshake()?;
    session.userauth_password(username, password)?;
    Ok((session, socket))
}

/// Turns delayed acknowledgements off, as the program itself does: otherwise the server sometimes waits 40 ms.
fn acknowledge(socket: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_quickack(socket, true);
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

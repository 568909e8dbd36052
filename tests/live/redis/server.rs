//! A real Redis server on loopback, with its files in a separate folder.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use template::Escape;

/// The place where the server stores its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Kept {
    /// The users are in an ACL file.
    AclFile,
    Configuration,
    /// The users are not stored: the server has neither file.
    Nowhere,
}

/// A running server. Dropping it ends it.
pub struct Server {
    child: Child,
    address: SocketAddr,
    kept: Kept,
    folder: tempfile::TempDir,
}

/// Starts a server whose users have these passwords; returns none, after a message, if the machine has no Redis.
pub fn server_or_skip(test: &str, kept: Kept, users: &[(&str, &str)]) -> Result<Option<Server>> {
    let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
    if found.is_err() && !lab::nothing_may_be_skipped() {
        // Written directly to standard output, because the test harness would hide it: a skipped test must be visible.
        writeln!(std::io::stdout(), "\nskipped: {test}: there is no redis-server")?;
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let lines: Vec<String> = users.iter().map(|(name, password)| user_line(name, password)).collect();
    fs::write(folder.path().join("users.acl"), lines.join("\n") + "\n")?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let users =
        if kept == Kept::AclFile { format!("aclfile {}", path(&folder, "users.acl")) } else { lines.join("\n") };
    let configuration = format!(
        "port {port}\nbind 127.0.0.1\nprotected-mode no\nsave \"\"\ndir {}\nlogfile {}\nloglevel verbose\n\
         slowlog-log-slower-than 0\n{users}\n",
        folder.path().display(),
        path(&folder, "log"),
    );
    fs::write(folder.path().join("redis.conf"), configuration)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let child = start(folder.path(), kept)?;
    let server = Server { child, address, kept, folder };
    server.wait()?;
    Ok(Some(server))
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

fn user_line(name: &str, password: &str) -> String {
    format!("user {name} on #{} ~* &* +@all", Escape::Sha256.apply(password))
}

fn start(folder: &Path, kept: Kept) -> Result<Child> {
    let mut command = Command::new("redis-server");
    if kept == Kept::Nowhere {
        // The configuration is read from standard input, so that there is no file to write back to.
        let configuration = fs::File::open(folder.join("redis.conf"))?;
        command.arg("-").stdin(configuration);
    } else {
        command.arg(folder.join("redis.conf")).stdin(Stdio::null());
    }
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("redis-server")
}

impl Server {
    /// Returns the address of the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it without letting it save anything, and starts it again with the same files.
    pub fn restart(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.child = start(self.folder.path(), self.kept)?;
        self.wait()
    }

    /// Returns the answer to one command of a user who logs in first. The client is not the connector.
    pub fn ask(&self, user: (&str, &str), words: &[&str]) -> Result<String> {
        let mut socket = TcpStream::connect_timeout(&self.address, Duration::from_secs(2))?;
        socket.set_read_timeout(Some(Duration::from_millis(300)))?;
        let login = say(&mut socket, &["AUTH", user.0, user.1])?;
        if words.is_empty() || !login.starts_with("+OK") { Ok(login) } else { say(&mut socket, words) }
    }

    /// Tells whether a password logs in.
    pub fn accepts(&self, username: &str, password: &str) -> Result<bool> {
        Ok(self.ask((username, password), &[])?.starts_with("+OK"))
    }

    /// Returns all of its files in one text: log, users, configuration.
    pub fn files(&self) -> Result<String> {
        let paths: Vec<PathBuf> =
            fs::read_dir(self.folder.path())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        Ok(paths
            .iter()
            .map(|path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            .collect::<Result<_, _>>()?)
    }

    fn wait(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect_timeout(&self.address, Duration::from_millis(200)).is_err() {
            if Instant::now() > until {
                bail!("redis-server did not start: {}", self.files()?);
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn say(socket: &mut TcpStream, words: &[&str]) -> Result<String> {
    let parts: String = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    socket.write_all(format!("*{}\r\n{parts}", words.len()).as_bytes())?;
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    // The answer has ended when the server sends nothing more.
    while let Ok(length) = socket.read(&mut piece) {
        if length == 0 {
            break;
        }
        answer.extend_from_slice(&piece[..length]);
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

//! A separate desktop for one test: display, message bus, home folder, WebDriver.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// A child process that is ended when this value is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // The only possible error is that the process has already ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The desktop on which the tested program runs.
pub struct Desktop {
    // ORDER: dropped from top to bottom, the display last.
    _driver: Ended,
    _bus: Ended,
    _display: Ended,
    home: tempfile::TempDir,
    bus_address: String,
    display_name: String,
    port: u16,
}

impl Desktop {
    /// Writes a vault into the program's preferences, as if it had been opened before. A test cannot press the buttons
    /// of the system's folder dialogue, and the program accepts only paths that were chosen there.
    pub fn remember(&self, vault: &Path) -> Result<()> {
        let name = vault.file_stem().context("the vault has no name")?.to_string_lossy();
        let recent = json!([{ "name": name, "path": vault.to_string_lossy(), "userName": "" }]);
        let folder = self.home().join("data/app.chaveiro.desktop");
        std::fs::create_dir_all(&folder)?;
        Ok(std::fs::write(folder.join("preferences.json"), json!({ "recentVaults": recent }).to_string())?)
    }

    /// Starts everything a window needs.
    pub fn start() -> Result<Self> {
        let home = tempfile::tempdir()?;
        for folder in ["run", "data", "config", "cache", "tmp", "Documents"] {
            std::fs::create_dir(home.path().join(folder))?;
        }
        // Without -noreset the display restarts when its last window closes, and the next window may fail to connect.
        let mut display = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb (package xvfb) does not start")?;
        let display_name = format!(":{}", first_line(&mut display)?);
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("dbus-daemon (package dbus-daemon) does not start")?;
        let bus_address = first_line(&mut bus)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let at_home = |folder: &str| home.path().join(folder);
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("DISPLAY", &display_name)
            .env_remove("WAYLAND_DISPLAY")
            .env("DBUS_SESSION_BUS_ADDRESS", &bus_address)
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            // Without this, a picture may show the previous frame.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LANG", "en_US.UTF-8")
            .env("HOME", home.path())
            .env("TMPDIR", at_home("tmp"))
            .env("XDG_RUNTIME_DIR", at_home("run"))
            .env("XDG_DATA_HOME", at_home("data"))
            .env("XDG_CONFIG_HOME", at_home("config"))
            .env("XDG_CACHE_HOME", at_home("cache"))
            .env("XDG_DOCUMENTS_DIR", at_home("Documents"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("WebKitWebDriver (package webkit2gtk-driver) does not start")?;
        let desktop = Self {
            _driver: Ended(driver),
            _bus: Ended(bus),
            _display: Ended(display),
            home,
            bus_address,
            display_name,
            port,
        };
        desktop.wait_for_driver()?;
        Ok(desktop)
    }

    /// Returns the home folder of the desktop's user.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Returns the address of its message bus.
    pub fn bus(&self) -> &str {
        &self.bus_address
    }

    /// Returns the name of its display.
    pub fn display(&self) -> &str {
        &self.display_name
    }

    /// Starts the program and connects to its window.
    pub async fn open(&self) -> Result<Client> {
        let options = json!({ "webkitgtk:browserOptions": { "binary": program()?, "args": [] } });
        let capabilities = options.as_object().cloned().unwrap_or_default();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        // The driver never answers if the program ends before its window opens.
        let connected = tokio::time::timeout(Duration::from_secs(30), builder.connect(&address)).await;
        Ok(connected.context("the window did not open")??)
    }

    fn wait_for_driver(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if Instant::now() > until {
                bail!("WebKitWebDriver does not listen");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn program() -> Result<PathBuf> {
    let named = std::env::var_os("CHAVEIRO_PROGRAM").map(PathBuf::from);
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/chaveiro");
    let program = named.unwrap_or(built);
    program.canonicalize().with_context(|| format!("{}: run `cargo xtask test app`", program.display()))
}

fn first_line(process: &mut Child) -> Result<String> {
    let output = process.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

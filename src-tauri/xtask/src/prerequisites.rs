//! What the machine must have, by purpose, and how it gets it.
//!
//! On Debian and Ubuntu, missing packages are installed and named: after a question at a terminal; without one with
//! `--yes`, and for root where nobody can answer or under `CI`. Otherwise the exact command is printed and the task fails.

use crate::project::{self, cargo, is_set, note};
use anyhow::{Context, Result, bail};
use std::{
    env, io,
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
};

/// What something is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Purpose {
    /// Compiling the crates below the window.
    Crates,
    Node,
    /// Compiling and showing the window.
    Window,
    Lab,
    /// Tests of the window in a browser.
    Browser,
    /// Tests and measurements of the real window, without a desktop.
    WindowTest,
    Check,
    Bundle,
}

/// How presence is found out.
#[derive(Debug, Clone, Copy)]
enum Present {
    /// One of these programs is on the search path.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
    /// One of these files exists.
    File(&'static [&'static str]),
    /// Node.js, new enough, with npm.
    Node,
    /// A subcommand of cargo.
    Cargo(&'static str),
}

/// How it gets onto the machine.
#[derive(Debug, Clone, Copy)]
enum Source {
    Packages(&'static [&'static str]),
    /// A component of the Rust toolchain.
    Component(&'static str),
    /// A program that cargo builds.
    Crate(&'static str),
    /// Only by hand, with this advice.
    Advice(&'static str),
}

#[derive(Debug, Clone, Copy)]
struct Need {
    purpose: Purpose,
    present: Present,
    source: Source,
}

const fn need(purpose: Purpose, present: Present, source: Source) -> Need {
    Need { purpose, present, source }
}

/// Where the library is that draws in the tray; it is loaded while the program runs.
const TRAY: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/libayatana-appindicator3.so.1",
    "/usr/lib/aarch64-linux-gnu/libayatana-appindicator3.so.1",
    "/usr/lib64/libayatana-appindicator3.so.1",
];

const NEEDS: &[Need] = {
    use Present::{Cargo, File, Library, Node, Program};
    use Purpose as For;
    use Source::{Advice, Component, Crate, Packages};
    &[
        need(For::Crates, Program(&["cc"]), Packages(&["build-essential"])),
        need(For::Crates, Program(&["perl"]), Packages(&["perl"])), // OpenSSL is compiled in; its configuration is Perl
        need(For::Crates, Program(&["make"]), Packages(&["make"])),
        need(For::Crates, Program(&["pkg-config"]), Packages(&["pkg-config"])),
        need(For::Node, Node, Advice("install Node.js 20 or later from https://nodejs.org or your distribution")),
        need(For::Window, Node, Advice("install Node.js 20 or later from https://nodejs.org or your distribution")),
        need(For::Window, Library("webkit2gtk-4.1"), Packages(&["libwebkit2gtk-4.1-dev"])),
        need(For::Lab, Program(&["ssh"]), Packages(&["openssh-client"])),
        need(For::Lab, Program(&["unshare"]), Packages(&["util-linux"])),
        need(For::Lab, Program(&["nsenter"]), Packages(&["util-linux"])),
        need(For::Lab, Program(&["setpriv"]), Packages(&["util-linux"])),
        need(For::Lab, Program(&["redis-server"]), Packages(&["redis-server"])),
        need(For::Lab, Program(&["mount"]), Packages(&["mount"])),
        need(For::Lab, Program(&["mmdebstrap"]), Packages(&["mmdebstrap", "gpg"])),
        need(
            For::Lab,
            File(&["/usr/share/keyrings/debian-archive-keyring.gpg"]),
            Packages(&["debian-archive-keyring"]),
        ),
        need(For::Browser, Program(&["chromium", "chromium-browser", "google-chrome"]), Packages(&["chromium"])),
        need(For::Browser, File(&["/usr/share/fonts/truetype"]), Packages(&["fonts-dejavu-core"])),
        need(For::WindowTest, Program(&["Xvfb"]), Packages(&["xvfb"])),
        need(For::WindowTest, Program(&["WebKitWebDriver"]), Packages(&["webkit2gtk-driver"])),
        need(For::WindowTest, Program(&["dbus-daemon"]), Packages(&["dbus-daemon"])),
        need(For::WindowTest, File(&["/usr/share/fonts/truetype"]), Packages(&["fonts-dejavu-core"])),
        need(For::WindowTest, File(TRAY), Packages(&["libayatana-appindicator3-1"])),
        need(For::Bundle, Library("ayatana-appindicator3-0.1"), Packages(&["libayatana-appindicator3-dev"])),
        need(For::Check, Cargo("fmt"), Component("rustfmt")),
        need(For::Check, Cargo("clippy"), Component("clippy")),
        need(For::Check, Cargo("deny"), Crate("cargo-deny")),
    ]
};

static WITHOUT_ASKING: AtomicBool = AtomicBool::new(false);

/// From now on installs without a question (`--yes`).
pub fn install_without_asking() {
    WITHOUT_ASKING.store(true, Ordering::Relaxed);
}

/// The names of what is missing for these purposes.
pub fn missing(purposes: &[Purpose]) -> Vec<String> {
    let mut names: Vec<String> = lacking(purposes).iter().map(|need| need.name()).collect();
    names.extend(obstacles(purposes).iter().map(|obstacle| obstacle.name().to_owned()));
    names.sort();
    names.dedup();
    names
}

/// Makes sure that everything for these purposes is there, installing it where that is allowed.
///
/// # Errors
/// Says what is missing and by which command it comes.
pub fn ensure(purposes: &[Purpose]) -> Result<()> {
    let lacking = lacking(purposes);
    if !lacking.is_empty() {
        install(&lacking)?;
    }
    if missing(purposes).is_empty() {
        return Ok(());
    }
    if purposes.contains(&Purpose::Lab) {
        // Says why practice devices cannot run, and what helps.
        lab::Lab::prepare().map(|_| ())?;
    }
    bail!("still missing: {}", missing(purposes).join(", "))
}

fn lacking(purposes: &[Purpose]) -> Vec<Need> {
    // Off Linux the web view and the tools come with the system.
    let concerns = |need: &&Need| {
        purposes.contains(&need.purpose)
            && (cfg!(target_os = "linux") || matches!(need.present, Present::Node | Present::Cargo(_)))
    };
    NEEDS.iter().filter(concerns).filter(|need| !need.present.is()).copied().collect()
}

/// What stands in the way of practice devices and cannot be installed: no root, no namespaces.
fn obstacles(purposes: &[Purpose]) -> Vec<lab::Missing> {
    if !purposes.contains(&Purpose::Lab) {
        return Vec::new();
    }
    lab::missing().into_iter().filter(|it| it.package().is_none()).collect()
}

impl Need {
    fn name(&self) -> String {
        match self.present {
            Present::Program(names) => names.first().copied().unwrap_or_default().to_owned(),
            Present::Library(name) => format!("{name} (library)"),
            Present::File(paths) => paths.first().copied().unwrap_or_default().to_owned(),
            Present::Node => "Node.js 20 with npm".to_owned(),
            Present::Cargo(name) => format!("cargo {name}"),
        }
    }
}

impl Present {
    fn is(self) -> bool {
        match self {
            Self::Program(names) => names.iter().any(|name| find(name).is_some()),
            Self::Library(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
            Self::File(paths) => paths.iter().any(|path| Path::new(path).exists()),
            Self::Node => node_version() >= Some(20) && find(if cfg!(windows) { "npm.cmd" } else { "npm" }).is_some(),
            Self::Cargo(name) => succeeds(cargo(&[name, "--version"]).stderr(Stdio::null())),
        }
    }
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/local/sbin", "/usr/sbin", "/sbin"].into_iter().map(PathBuf::from);
    env::split_paths(&path).chain(system).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Node's major version: `v20.19.0` is 20.
fn node_version() -> Option<u32> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn install(lacking: &[Need]) -> Result<()> {
    let advice: Vec<&str> = lacking
        .iter()
        .filter_map(|need| if let Source::Advice(advice) = need.source { Some(advice) } else { None })
        .collect();
    if let Some(advice) = advice.first() {
        bail!("missing: {}; {advice}", names(lacking));
    }
    let steps = steps(lacking)?;
    let shown: Vec<String> = steps.iter().map(|step| step.join(" ")).collect();
    if !may_install(lacking, &shown)? {
        bail!("missing: {}; install with\n  {}", names(lacking), shown.join("\n  "));
    }
    for step in &steps {
        let (program, arguments) = step.split_first().context("a step names its program")?;
        project::run(project::program(program).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

fn names(lacking: &[Need]) -> String {
    let mut names: Vec<String> = lacking.iter().map(Need::name).collect();
    names.dedup();
    names.join(", ")
}

/// The commands that bring what is lacking, in order.
fn steps(lacking: &[Need]) -> Result<Vec<Vec<String>>> {
    let mut packages: Vec<&str> = Vec::new();
    let mut others: Vec<Vec<&str>> = Vec::new();
    for need in lacking {
        match need.source {
            Source::Packages(names) => packages.extend(names),
            Source::Component(name) => others.push(vec!["rustup", "component", "add", name]),
            // Compiling it without optimisation takes a third of the time, and it runs for seconds.
            Source::Crate(name) => others.push(vec!["cargo", "install", name, "--locked", "--debug"]),
            Source::Advice(_) => {}
        }
    }
    packages.sort_unstable();
    packages.dedup();
    let mut steps: Vec<Vec<&str>> = Vec::new();
    if !packages.is_empty() {
        if find("apt-get").is_none() {
            bail!(
                "missing: {}; this is not Debian or Ubuntu, where it would be {}",
                names(lacking),
                packages.join(" ")
            );
        }
        let as_root: &[&str] = if is_root() { &[] } else { &["sudo"] };
        steps.push([as_root, &["apt-get", "update"]].concat());
        steps.push([as_root, &["apt-get", "install", "--yes", "--no-install-recommends"], &packages].concat());
    }
    steps.extend(others);
    Ok(steps.into_iter().map(|step| step.into_iter().map(str::to_owned).collect()).collect())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The circumstances that decide whether something may be installed.
#[derive(Debug, Clone, Copy, Default)]
struct Circumstances {
    asked_to: bool,
    root: bool,
    terminal: bool,
    build_server: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Install,
    Ask,
    Refuse,
}

impl Circumstances {
    fn here() -> Self {
        Self {
            asked_to: WITHOUT_ASKING.load(Ordering::Relaxed),
            root: is_root(),
            terminal: io::stdin().is_terminal(),
            build_server: is_set("CI"),
        }
    }

    fn decide(self) -> Decision {
        let unasked = self.root && (self.build_server || !self.terminal);
        match self {
            Self { asked_to: true, .. } => Decision::Install,
            _ if unasked => Decision::Install,
            Self { terminal: true, .. } => Decision::Ask,
            _ => Decision::Refuse,
        }
    }
}

fn may_install(lacking: &[Need], shown: &[String]) -> Result<bool> {
    match Circumstances::here().decide() {
        Decision::Install => {
            note(&format!("installing {}", names(lacking)));
            Ok(true)
        }
        Decision::Ask => ask(lacking, shown),
        Decision::Refuse => Ok(false),
    }
}

fn ask(lacking: &[Need], shown: &[String]) -> Result<bool> {
    note(&format!("missing: {}", names(lacking)));
    write!(io::stderr(), "Install with\n  {}\n? [y/N] ", shown.join("\n  "))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_in_one_step_and_once() -> Result<()> {
        if find("apt-get").is_none() {
            return Ok(());
        }
        let lab: Vec<Need> = NEEDS.iter().filter(|need| need.purpose == Purpose::Lab).copied().collect();
        let steps = steps(&lab)?;
        assert_eq!(steps.len(), 2, "an update and an installation");
        let installation = &steps[1];
        assert_eq!(installation.iter().filter(|word| *word == "util-linux").count(), 1);
        assert!(installation.contains(&"mmdebstrap".to_owned()));
        Ok(())
    }

    #[test]
    fn root_without_a_terminal_installs_unasked_and_others_do_not() {
        let nobody = Circumstances::default();
        let root = Circumstances { root: true, ..nobody };
        for (circumstances, decision) in [
            (nobody, Decision::Refuse),
            (Circumstances { build_server: true, ..nobody }, Decision::Refuse),
            (Circumstances { terminal: true, ..nobody }, Decision::Ask),
            (Circumstances { asked_to: true, ..nobody }, Decision::Install),
            (root, Decision::Install),
            (Circumstances { terminal: true, ..root }, Decision::Ask),
            (Circumstances { terminal: true, build_server: true, ..root }, Decision::Install),
            (Circumstances { terminal: true, asked_to: true, ..root }, Decision::Install),
        ] {
            assert_eq!(circumstances.decide(), decision, "{circumstances:?}");
        }
    }

    #[test]
    fn every_need_has_a_name() {
        assert!(NEEDS.iter().all(|need| !need.name().is_empty()));
    }
}

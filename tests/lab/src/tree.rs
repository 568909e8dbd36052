//! The read-only Debian trees below the devices, and the requirements on a machine that builds and uses them.
//!
//! ORDER: a tree is built beside its final place and renamed when complete, under a file lock, so that an interrupted
//! build never looks like a tree and two processes never build at once.

use crate::{Error, Result};
use std::{
    env,
    ffi::OsString,
    fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The packages in every tree; a change of this list rebuilds the trees.
const PACKAGES: &[&str] = &[
    "openssh-server",
    "sudo",
    "passwd",
    "libpam-modules",
    "libpam-pwquality",
    "cracklib-runtime",
    "dropbear-bin",
    "procps",
    "python3", // what Ansible wants to find on a host, for the benchmark beside it
];

/// Raised when the way a tree is built changes without a change of the packages.
const LAYOUT: &str = "1";

/// The path of the stamp within a tree.
const STAMP: &str = "etc/chaveiro-lab";

/// The folders in which programs for root live, which the `PATH` of a user who became root may lack.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Something this machine lacks for practice devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Missing {
    /// A program, with the Debian package that brings it.
    Program { name: &'static str, package: &'static str },
    /// The caller is not root.
    Root,
    /// The kernel or the container refuses new mount and process namespaces.
    Namespaces,
    /// This is not Linux.
    Linux,
}

impl Missing {
    /// Returns the name to show.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Program { name, .. } => name,
            Self::Root => "root rights",
            Self::Namespaces => "the right to make namespaces",
            Self::Linux => "Linux",
        }
    }

    /// Returns the Debian package that provides it, if there is one.
    #[must_use]
    pub fn package(&self) -> Option<&'static str> {
        match self {
            Self::Program { package, .. } => Some(package),
            _ => None,
        }
    }
}

const RUNNING: &[Missing] = &[
    Missing::Program { name: "unshare", package: "util-linux" },
    Missing::Program { name: "nsenter", package: "util-linux" },
    Missing::Program { name: "setpriv", package: "util-linux" },
    Missing::Program { name: "pivot_root", package: "util-linux" },
    Missing::Program { name: "mount", package: "mount" },
    Missing::Program { name: "ssh", package: "openssh-client" },
];

const BUILDING: Missing = Missing::Program { name: "mmdebstrap", package: "mmdebstrap" };

/// Lists what this machine lacks, including the tools for building the trees if they are not built yet.
#[must_use]
pub fn missing() -> Vec<Missing> {
    let mut missing = missing_to_run();
    if !is_built() && !has_program("mmdebstrap") {
        missing.push(BUILDING);
    }
    missing
}

/// Tells whether the Debian 12 tree exists, so that [`crate::Lab::prepare`] will not have to build it.
#[must_use]
pub fn is_built() -> bool {
    let current = |folder: PathBuf| is_current(&folder.join("bookworm"), "bookworm");
    crate::folder().is_ok_and(current)
}

fn missing_to_run() -> Vec<Missing> {
    if !cfg!(target_os = "linux") {
        return vec![Missing::Linux];
    }
    let lacks = |thing: &&Missing| matches!(thing, Missing::Program { name, .. } if !has_program(name));
    let mut missing: Vec<Missing> = RUNNING.iter().filter(lacks).copied().collect();
    if !is_root() {
        missing.push(Missing::Root);
    } else if missing.is_empty() && !may_make_namespaces() {
        missing.push(Missing::Namespaces);
    }
    missing
}

/// Fails with [`Error::Unavailable`] if devices cannot run here.
pub(crate) fn check_machine() -> Result<()> {
    let missing = missing();
    if missing.is_empty() { Ok(()) } else { Err(unavailable(missing)) }
}

fn unavailable(missing: Vec<Missing>) -> Error {
    let mut packages: Vec<&str> = missing.iter().filter_map(Missing::package).collect();
    packages.dedup();
    let mut steps = Vec::new();
    if !packages.is_empty() {
        steps.push(format!("on Debian or Ubuntu run `apt-get install {}`", packages.join(" ")));
    }
    if missing.contains(&Missing::Root) {
        steps.push("start it as root, for instance with `sudo -E env \"PATH=$PATH\" cargo xtask …`".to_owned());
    }
    if missing.contains(&Missing::Namespaces) {
        steps.push("start the container privileged, or use a machine of its own".to_owned());
    }
    if missing.contains(&Missing::Linux) {
        steps.push("use a Linux machine; everything but the practice devices works here".to_owned());
    }
    Error::Unavailable { missing, hint: steps.join("; ") }
}

fn has_program(name: &str) -> bool {
    env::split_paths(&search_path()).any(|folder| folder.join(name).is_file())
}

fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(SYSTEM_FOLDERS.iter().map(PathBuf::from));
    env::join_paths(folders).unwrap_or(path.clone())
}

#[cfg(unix)]
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
}

/// On other systems there are no practice devices for any user.
#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn may_make_namespaces() -> bool {
    let mut command = Command::new("unshare");
    command.env("PATH", search_path());
    command.args(["--mount", "--pid", "--uts", "--ipc", "--fork", "--propagation", "private", "true"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Makes sure that the tree exists and is current.
pub(crate) fn ensure(folder: &Path, tree: &'static str) -> Result<()> {
    let place = folder.join(tree);
    if is_current(&place, tree) {
        return Ok(());
    }
    let mount = folder.join("mount");
    fs::create_dir_all(&mount).map_err(Error::file(&mount))?;
    let lock_path = folder.join(format!("{tree}.lock"));
    let lock = File::create(&lock_path).map_err(Error::file(&lock_path))?;
    lock.lock().map_err(Error::file(&lock_path))?;
    if is_current(&place, tree) {
        return Ok(()); // another process built it while this one waited
    }
    if !has_program("mmdebstrap") {
        return Err(unavailable(vec![BUILDING]));
    }
    build(folder, tree)
}

fn stamp(tree: &str) -> String {
    format!("{tree} {LAYOUT} {}\n", PACKAGES.join(" "))
}

fn is_current(place: &Path, tree: &str) -> bool {
    fs::read_to_string(place.join(STAMP)).is_ok_and(|found| found == stamp(tree))
}

fn build(folder: &Path, tree: &'static str) -> Result<()> {
    let place = folder.join(tree);
    let fresh = folder.join(format!("{tree}.building"));
    let old = folder.join(format!("{tree}.old"));
    remove(&fresh)?;
    remove(&old)?;
    bootstrap(&fresh, tree)?;
    let stamp_path = fresh.join(STAMP);
    fs::write(&stamp_path, stamp(tree)).map_err(Error::file(&stamp_path))?;
    if place.exists() {
        fs::rename(&place, &old).map_err(Error::file(&old))?;
    }
    fs::rename(&fresh, &place).map_err(Error::file(&place))?;
    remove(&old)
}

fn bootstrap(fresh: &Path, tree: &'static str) -> Result<()> {
    let mut command = Command::new("mmdebstrap");
    command.args(["--variant=minbase", "--quiet"]);
    for unread in ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"] {
        command.arg(format!("--dpkgopt=path-exclude={unread}"));
    }
    command.arg(format!("--include={}", PACKAGES.join(",")));
    // Every device makes its own keys; keys in the tree would be the same everywhere.
    command.arg(r#"--customize-hook=rm -f "$1"/etc/ssh/ssh_host_*"#);
    command.arg(tree).arg(fresh).stdin(Stdio::null()).env("PATH", search_path());
    let output = command.output().map_err(Error::program("mmdebstrap"))?;
    if output.status.success() {
        return Ok(());
    }
    let log = String::from_utf8_lossy(&output.stderr);
    Err(Error::Tree { tree, log: last_lines(&log, 15) })
}

fn remove(path: &Path) -> Result<()> {
    if path.exists() { fs::remove_dir_all(path).map_err(Error::file(path)) } else { Ok(()) }
}

/// Returns the end of a log, for error messages.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.get(from..).unwrap_or_default().join("\n")
}

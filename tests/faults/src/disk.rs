//! A small disk for each vault, so that filling it harms nobody: a memory file system that only this process and its
//! children see, and that is gone with them.

use std::{
    env,
    fs::{self, File},
    io::Write,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Says that this process already has its own view of the mounts.
const APART: &str = "CHAVEIRO_FAULTS_APART";

/// Replaces this process by one whose mounts nobody else sees, unless it is one.
///
/// # Errors
/// When the machine does not allow it: it takes root.
pub fn stand_apart() -> Result<()> {
    if env::var_os(APART).is_some() {
        return Ok(());
    }
    let mut again = Command::new("unshare");
    again.args(["--mount", "--propagation", "private", "--"]).arg(env::current_exe()?).args(env::args_os().skip(1));
    Err(again.env(APART, "1").exec()).context("`unshare --mount` could not be run")
}

/// A disk of a few megabytes.
pub struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Mounts one.
    ///
    /// # Errors
    /// When the mount is refused.
    pub fn mount() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=700", "chaveiro-faults"])
            .arg(folder.path())
            .status()?;
        if !mounted.success() {
            bail!("a memory file system could not be mounted");
        }
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes every free byte until [`Disk::free`].
    ///
    /// # Errors
    /// When not even the file for it can be made.
    pub fn fill(&self) -> Result<()> {
        let mut ballast = File::create(self.ballast())?;
        let block = vec![0_u8; 4096];
        // Ends with "no space left".
        while ballast.write_all(&block).is_ok() {}
        Ok(())
    }

    /// Gives the free bytes back.
    pub fn free(&self) {
        // Nothing to remove if it was never filled.
        let _ = fs::remove_file(self.ballast());
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a killed executor may still hold a file for a moment.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

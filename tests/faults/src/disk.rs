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
        mount_at(folder.path())?;
        Ok(Self { folder })
    }

    /// Takes the disk away from under the files that are open on it.
    ///
    /// # Errors
    /// When that is refused.
    pub fn unmount(&self) -> Result<()> {
        run(Command::new("umount").arg("--lazy").arg(self.folder.path()))
    }

    /// Lays the same folder over itself, for reading only. The kernel refuses to remount a disk on which files are open
    /// for writing, so these stay writable, and nothing else does.
    ///
    /// # Errors
    /// When that is refused.
    pub fn make_read_only(&self) -> Result<()> {
        run(Command::new("mount").arg("--bind").arg(self.folder.path()).arg(self.folder.path()))?;
        run(Command::new("mount").args(["-o", "remount,bind,ro"]).arg(self.folder.path()))
    }

    /// Ends [`Disk::make_read_only`], if it was begun.
    pub fn make_writable(&self) {
        // Without it there is nothing that is for reading only.
        if File::create(self.folder.path().join("probe")).is_err() {
            let _ = run(Command::new("umount").arg("--lazy").arg(self.folder.path()));
        }
    }

    /// Mounts a new, empty disk at the same place.
    ///
    /// # Errors
    /// When the mount is refused.
    pub fn mount_again(&self) -> Result<()> {
        mount_at(self.folder.path())
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

fn mount_at(path: &Path) -> Result<()> {
    run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m,mode=700", "chaveiro-faults"]).arg(path))
}

fn run(command: &mut Command) -> Result<()> {
    if !command.status()?.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

/// Copies a folder of files; folders in it are copied too.
///
/// # Errors
/// When something cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a killed executor may still hold a file for a moment.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

//! The paths that the page may use. An attacker who runs code in the page could ask for any path. So a command reads
//! and writes only at paths that a person chose in a system dialogue, or that belong to a vault which this desktop
//! knows.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::CommandError;

/// The name of the folder of a vault's own backups, inside the vault's folder.
const BACKUPS: &str = "backups";
/// The file extension of a vault's folder.
const VAULT: &str = "vault";

/// The paths that a person chose since the program started.
#[derive(Default)]
pub struct ChosenPaths(Mutex<BTreeSet<PathBuf>>);

impl ChosenPaths {
    /// Allows a path that was chosen in a dialogue or that the program suggests itself. Returns it as text for the
    /// page.
    pub fn allow(&self, path: PathBuf) -> String {
        let text = path.to_string_lossy().into_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
        text
    }

    /// Returns the path if it was chosen, or if it belongs to a vault that was chosen or that this desktop knows. A
    /// chosen vault counts because a damaged vault that was never opened here is restored from its own backups.
    ///
    /// # Errors
    /// [`CommandError::PathNotChosen`].
    pub fn checked(&self, path: &str, vaults: &[PathBuf]) -> Result<PathBuf, CommandError> {
        let wanted = PathBuf::from(path);
        let chosen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Only vaults allow the paths around them: choosing a key file or a report does not allow the folder around it.
        let chosen_vaults = chosen.iter().filter(|path| path.extension().is_some_and(|ending| ending == VAULT));
        if chosen.contains(&wanted) || chosen_vaults.chain(vaults).any(|vault| belongs(&wanted, vault)) {
            Ok(wanted)
        } else {
            Err(CommandError::PathNotChosen { path: path.to_owned() })
        }
    }
}

/// Tells whether a path is a vault's folder, the folder around it, its backup folder, or a file in its backup folder.
fn belongs(path: &Path, vault: &Path) -> bool {
    let backups = vault.join(BACKUPS);
    // A path that ends in `..` has no file name. It leads out of the folder that it seems to be in.
    let inside = path.file_name().is_some() && path.parent() == Some(&backups);
    path == vault || vault.parent() == Some(path) || path == backups || inside
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::ChosenPaths;

    #[test]
    fn a_path_that_nobody_chose_is_refused() {
        let paths = ChosenPaths::default();
        for chosen in ["/media/usb/my.key", "/srv/reports"] {
            paths.allow(PathBuf::from(chosen));
        }
        let vaults = [PathBuf::from("/home/ana/Team.vault")];
        for refused in [
            "/media/usb",
            "/media/usb/my.key/backups",
            "/srv",
            "/srv/reports/backups",
            "/etc/shadow",
            "/home/ana/.ssh/id_ed25519",
            "/home/ana/Team.vault/vault.db",
            "/home/ana/Team.vault/backups/../keyslots.json",
            "/home/ana/Team.vault/backups/..",
            "/home/ana/Team.vault/../../bruno",
            "",
        ] {
            assert!(paths.checked(refused, &vaults).is_err(), "{refused}");
        }
    }

    #[test]
    fn what_was_chosen_and_what_belongs_to_a_known_vault_is_allowed() {
        let paths = ChosenPaths::default();
        assert_eq!(paths.allow(PathBuf::from("/media/usb/my.key")), "/media/usb/my.key", "as the page shows it");
        paths.allow(PathBuf::from("/media/old/Lost.vault"));
        let vaults = [PathBuf::from("/home/ana/Team.vault")];
        for allowed in [
            "/media/usb/my.key",
            "/media/old/Lost.vault",
            "/media/old/Lost.vault/backups/Lost 2026-11-30.chaveiro-backup",
            "/media/old",
            "/home/ana/Team.vault",
            "/home/ana",
            "/home/ana/Team.vault/backups",
            "/home/ana/Team.vault/backups/Team 2026-11-30.chaveiro-backup",
        ] {
            assert!(paths.checked(allowed, &vaults).is_ok(), "{allowed}");
        }
    }
}

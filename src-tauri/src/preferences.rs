//! The data that the desktop remembers: theme, language, recent vaults, the newest state of each vault that it has
//! seen, and the owners of the keys that its key store probably holds. It holds nothing of a vault's contents.

use std::{collections::BTreeMap, io::ErrorKind, path::Path};

use app::AuditHead;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tauri::{AppHandle, Manager};
use tauri_plugin_store::StoreExt;

use crate::views::{Language, Theme};

const FILE: &str = "preferences.json";
/// The most recent vaults that are remembered.
const MOST_RECENT: usize = 8;

/// A vault that was opened before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct RecentVault {
    pub name: String,
    pub path: String,
    /// The user who opened it last.
    pub user_name: String,
}

/// The preferences, which are stored in a file.
pub struct Preferences {
    program: AppHandle,
}

impl Preferences {
    /// Uses the preferences of this program's user.
    pub fn new(program: AppHandle) -> Self {
        let preferences = Self { program };
        preferences.close_to_others();
        preferences
    }

    /// Returns the theme; without a choice, the system's.
    pub fn theme(&self) -> Theme {
        self.read("theme").unwrap_or(Theme::System)
    }

    /// Returns the chosen language. `None`: the system's.
    pub fn language(&self) -> Option<Language> {
        self.read("language").flatten()
    }

    /// Returns the vaults that were opened before, newest first.
    pub fn recent_vaults(&self) -> Vec<RecentVault> {
        self.read("recentVaults").unwrap_or_default()
    }

    /// Saves the theme and the language.
    pub fn save(&self, theme: Theme, language: Option<Language>) {
        self.write("theme", &theme);
        self.write("language", &language);
    }

    /// Puts a vault at the top of the recent ones.
    pub fn remember(&self, vault: RecentVault) {
        let mut recent = self.recent_vaults();
        recent.retain(|known| known.path != vault.path);
        recent.insert(0, vault);
        recent.truncate(MOST_RECENT);
        self.write("recentVaults", &recent);
    }

    /// Removes a vault from the recent ones. Its folder is not deleted.
    pub fn forget(&self, path: &str) {
        let mut recent = self.recent_vaults();
        recent.retain(|known| known.path != path);
        self.write("recentVaults", &recent);
    }

    /// Returns the names of the keys that the key store probably holds. The key store itself is not asked.
    pub fn desktop_keys(&self) -> Vec<String> {
        self.read("desktopKeys").unwrap_or_default()
    }

    /// Remembers that the key store holds a key, or that it does not hold it any more.
    pub fn note_desktop_key(&self, name: &str, held: bool) {
        let mut names = self.desktop_keys();
        names.retain(|known| known != name);
        if held {
            names.push(name.to_owned());
        }
        self.write("desktopKeys", &names);
    }

    /// Returns the newest state of a vault that this desktop has seen.
    pub fn seen_head(&self, vault: &str) -> Option<AuditHead> {
        self.seen_heads().remove(vault)
    }

    /// Remembers a state of a vault.
    pub fn see_head(&self, vault: &str, head: &AuditHead) {
        let mut heads = self.seen_heads();
        heads.insert(vault.to_owned(), *head);
        self.write("seenHeads", &heads);
    }

    /// Returns the names of the dismissed warnings.
    pub fn dismissed(&self) -> Vec<String> {
        self.read("dismissed").unwrap_or_default()
    }

    /// Remembers that a warning was dismissed.
    pub fn dismiss(&self, what: String) {
        let mut dismissed = self.dismissed();
        dismissed.retain(|known| *known != what);
        dismissed.push(what);
        self.write("dismissed", &dismissed);
    }

    /// Makes the preferences readable by their owner alone: they name vaults and people, and an earlier version left
    /// them readable for others.
    fn close_to_others(&self) {
        let Ok(folder) = self.program.path().app_data_dir() else { return };
        for path in [folder.clone(), folder.join(FILE)] {
            match app::private_file::tighten(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    tracing::warn!(%error, "other users of this computer may be able to read the preferences");
                }
                _ => {}
            }
        }
    }

    fn seen_heads(&self) -> BTreeMap<String, AuditHead> {
        self.read("seenHeads").unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let store = self.program.store(FILE).ok()?;
        serde_json::from_value(store.get(key)?).ok()
    }

    fn write<T: Serialize>(&self, key: &str, value: &T) {
        let written = self.program.store(FILE).and_then(|store| {
            store.set(key, serde_json::to_value(value)?);
            store.save()
        });
        self.close_to_others();
        if let Err(error) = written {
            tracing::warn!(%error, "preferences could not be saved");
        }
    }
}

/// Tells whether there is a vault at this path.
pub fn is_there(path: &str) -> bool {
    Path::new(path).join("keyslots.json").is_file()
}

//! The desktop's key store, and the newest state of each vault that this desktop has seen.

use app::{AuditHead, Desktop, DesktopKey, Key, KeyOwner, KeyStoreError, WarningKind, domain::VaultId};
use keyring::v1::{Entry, Error};
use tauri::AppHandle;
use uuid::Uuid;

use crate::preferences::Preferences;

/// The service name of this program's entries in the key store.
const SERVICE: &str = "app.chaveiro.desktop";
/// The length of an entry in the key store: the key's id and its bytes.
const KEPT_LENGTH: usize = 16 + 32;

/// The desktop that the program runs on.
pub struct ThisDesktop {
    preferences: Preferences,
}

impl ThisDesktop {
    /// Uses the key store and the preferences of this program's user.
    pub fn new(program: AppHandle) -> Self {
        Self { preferences: Preferences::new(program) }
    }

    fn entry(owner: KeyOwner<'_>) -> Result<Entry, KeyStoreError> {
        Entry::new(SERVICE, &name(owner)).map_err(|error| missing(&error))
    }
}

/// Returns a key's name in the key store and in the preferences.
fn name(owner: KeyOwner<'_>) -> String {
    let folder = owner.folder.canonicalize().unwrap_or_else(|_| owner.folder.to_owned());
    format!("{}@{}", owner.user_name.trim().to_lowercase(), folder.to_string_lossy())
}

fn missing(error: &Error) -> KeyStoreError {
    tracing::warn!(%error, "the key store did not answer");
    KeyStoreError::Missing
}

fn read(kept: &[u8]) -> Option<DesktopKey> {
    if kept.len() != KEPT_LENGTH {
        return None;
    }
    let (id, key) = kept.split_at(16);
    Some(DesktopKey { id: Uuid::from_slice(id).ok()?, key: Key::from_bytes(key.try_into().ok()?) })
}

impl Desktop for ThisDesktop {
    fn has_key_store(&self) -> bool {
        Entry::store_status().is_ok()
    }

    fn is_said_to_hold_key(&self, owner: KeyOwner<'_>) -> bool {
        self.preferences.desktop_keys().contains(&name(owner))
    }

    fn key(&self, owner: KeyOwner<'_>) -> Result<DesktopKey, KeyStoreError> {
        let kept = match Self::entry(owner)?.get_secret() {
            Ok(kept) => zeroize::Zeroizing::new(kept),
            Err(Error::NoEntry) => {
                self.preferences.note_desktop_key(&name(owner), false);
                return Err(KeyStoreError::NoSuchKey);
            }
            Err(error) => return Err(missing(&error)),
        };
        read(&kept).ok_or(KeyStoreError::NoSuchKey)
    }

    fn keep_key(&self, owner: KeyOwner<'_>, key: &DesktopKey) -> Result<(), KeyStoreError> {
        let mut kept = zeroize::Zeroizing::new(Vec::with_capacity(KEPT_LENGTH));
        kept.extend_from_slice(key.id.as_bytes());
        // EXPOSE: the key store is the place where the key is stored.
        kept.extend_from_slice(key.key.expose());
        Self::entry(owner)?.set_secret(&kept).map_err(|error| missing(&error))?;
        self.preferences.note_desktop_key(&name(owner), true);
        Ok(())
    }

    fn forget_key(&self, owner: KeyOwner<'_>) -> Result<(), KeyStoreError> {
        self.preferences.note_desktop_key(&name(owner), false);
        match Self::entry(owner)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(missing(&error)),
        }
    }

    fn seen_head(&self, vault: VaultId) -> Option<AuditHead> {
        self.preferences.seen_head(&vault.to_string())
    }

    fn see_head(&self, vault: VaultId, head: &AuditHead) {
        self.preferences.see_head(&vault.to_string(), head);
    }

    fn is_dismissed(&self, vault: VaultId, warning: WarningKind) -> bool {
        // The comparison ignores case, because earlier versions wrote the kind with a capital letter.
        let name = format!("{}@{vault}", warning.word());
        self.preferences.dismissed().iter().any(|dismissed| dismissed.eq_ignore_ascii_case(&name))
    }

    fn dismiss(&self, vault: VaultId, warning: WarningKind) {
        self.preferences.dismiss(format!("{}@{vault}", warning.word()));
    }
}

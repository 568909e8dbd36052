//! The check whether a cloud client synchronises a folder. Such a client copies the files of a database one by one, at
//! times of its own, and restores an older one when two computers disagree. This damages a vault that is open.
//!
//! It is recognised by the path, and by the files that clients leave in the folders that they synchronise.

use std::path::{Component, Path};

domain::enumeration! {
    /// A program that synchronises folders.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum SyncService {
        Dropbox = "dropbox",
        /// Microsoft OneDrive, also for business.
        OneDrive = "oneDrive",
        /// Google Drive, by its own client or as a mounted drive.
        GoogleDrive = "googleDrive",
        /// Apple's iCloud Drive, also of the desktop and documents folders.
        ICloud = "iCloud",
        Nextcloud = "nextcloud",
        OwnCloud = "ownCloud",
        Syncthing = "syncthing",
    }
}

/// Files and folders that a client leaves in the folder that it synchronises.
const MARKERS: [(&str, SyncService); 12] = [
    (".dropbox", SyncService::Dropbox),
    (".dropbox.cache", SyncService::Dropbox),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", SyncService::OneDrive),
    (".tmp.drivedownload", SyncService::GoogleDrive),
    (".tmp.driveupload", SyncService::GoogleDrive),
    (".shortcut-targets-by-id", SyncService::GoogleDrive),
    (".nextcloudsync.log", SyncService::Nextcloud),
    (".owncloudsync.log", SyncService::OwnCloud),
    (".stfolder", SyncService::Syncthing),
    (".stversions", SyncService::Syncthing),
    (".stignore", SyncService::Syncthing),
    (".icloud", SyncService::ICloud),
];

/// The beginnings of the names of databases that the clients of Nextcloud and ownCloud keep in the folder. A random
/// part follows.
const DATABASES: [(&str, SyncService); 2] = [(".sync_", SyncService::Nextcloud), ("._sync_", SyncService::OwnCloud)];

/// Returns the program that synchronises the folder or one above it. `None` where nothing shows it.
pub fn synced_folder(path: &Path) -> Option<SyncService> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // A link may lead into a synchronised folder.
    let real = absolute.canonicalize().unwrap_or_else(|_| absolute.clone());
    let left = |folder: &Path| {
        let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    detect(&absolute, &left).or_else(|| detect(&real, &left))
}

/// Does the same over any file system: `left` returns the names in a folder.
fn detect(path: &Path, left: &dyn Fn(&Path) -> Vec<String>) -> Option<SyncService> {
    let mut by_name = path.components().filter_map(|part| match part {
        Component::Normal(name) => service_of_name(&name.to_string_lossy()),
        _ => None,
    });
    by_name
        .next_back()
        .or_else(|| path.ancestors().find_map(|folder| left(folder).iter().find_map(|name| marked(name))))
}

fn marked(name: &str) -> Option<SyncService> {
    let fits = |(marker, service): &(&str, SyncService)| (name == *marker).then_some(*service);
    MARKERS.iter().find_map(fits).or_else(|| {
        let database = |name: &str| [".db", ".db-wal", ".db-shm"].iter().any(|ending| name.ends_with(ending));
        DATABASES.iter().find_map(|(begin, service)| (name.starts_with(begin) && database(name)).then_some(*service))
    })
}

/// Returns the service that a folder's name shows. Clients name their folders `Dropbox`, `Dropbox (Firm)`, `OneDrive -
/// Firm`, `GoogleDrive-name@example.org` and so on.
fn service_of_name(name: &str) -> Option<SyncService> {
    let name = name.to_lowercase();
    let named = |service: &str| {
        name.strip_prefix(service).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(" (") || rest.starts_with(" - ") || rest.starts_with('-')
        })
    };
    let names = [
        ("dropbox", SyncService::Dropbox),
        ("onedrive", SyncService::OneDrive),
        ("googledrive", SyncService::GoogleDrive),
        ("google drive", SyncService::GoogleDrive),
        ("my drive", SyncService::GoogleDrive),
        ("icloud drive", SyncService::ICloud),
        ("icloud", SyncService::ICloud),
        ("iclouddrive", SyncService::ICloud),
        ("mobile documents", SyncService::ICloud),
        ("com~apple~clouddocs", SyncService::ICloud),
        ("nextcloud", SyncService::Nextcloud),
        ("owncloud", SyncService::OwnCloud),
        ("syncthing", SyncService::Syncthing),
    ];
    names.iter().find_map(|(service, found)| named(service).then_some(*found))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{SyncService, detect, synced_folder};

    #[test]
    fn the_folders_of_every_client_are_known_by_their_names() {
        let cases = [
            ("/home/ada/Dropbox/Team.vault", Some(SyncService::Dropbox)),
            ("/Users/ada/Library/CloudStorage/Dropbox/x", Some(SyncService::Dropbox)),
            ("/home/ada/Dropbox (Firm)/x", Some(SyncService::Dropbox)),
            ("/mnt/c/Users/ada/OneDrive - Firm/x", Some(SyncService::OneDrive)),
            ("/Users/ada/Library/CloudStorage/OneDrive-Personal/x", Some(SyncService::OneDrive)),
            ("/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/x", Some(SyncService::GoogleDrive)),
            ("/mnt/g/My Drive/x", Some(SyncService::GoogleDrive)),
            ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x", Some(SyncService::ICloud)),
            ("/mnt/c/Users/ada/iCloudDrive/x", Some(SyncService::ICloud)),
            ("/home/ada/Nextcloud/vaults/x", Some(SyncService::Nextcloud)),
            ("/home/ada/ownCloud/x", Some(SyncService::OwnCloud)),
            ("/home/ada/Syncthing/x", Some(SyncService::Syncthing)),
            ("/home/ada/vaults/Team.vault", None),
            ("/home/ada/dropboxes/x", None),
            ("/home/ada/my drives/x", None),
            ("/home/onedriver/x", None),
        ];
        for (path, expected) in cases {
            assert_eq!(detect(Path::new(path), &|_| Vec::new()), expected, "{path}");
        }
    }

    #[test]
    fn the_files_that_clients_leave_tell_it_in_the_folder_and_above() {
        let cases = [
            (".dropbox", SyncService::Dropbox),
            (".849C9593-D756-4E56-8D6E-42412F2A707B", SyncService::OneDrive),
            (".tmp.driveupload", SyncService::GoogleDrive),
            (".sync_a1b2c3d4.db", SyncService::Nextcloud),
            (".nextcloudsync.log", SyncService::Nextcloud),
            ("._sync_a1b2.db-wal", SyncService::OwnCloud),
            (".stfolder", SyncService::Syncthing),
        ];
        for (marker, expected) in cases {
            let left = |folder: &Path| match folder.to_str() {
                Some("/srv/shared") => vec!["other".to_owned(), marker.to_owned()],
                _ => Vec::new(),
            };
            assert_eq!(detect(Path::new("/srv/shared/a/b/Team.vault"), &left), Some(expected), "{marker}");
            assert_eq!(detect(Path::new("/srv/elsewhere/Team.vault"), &left), None, "{marker} is elsewhere");
        }
        let harmless = |_: &Path| vec![".sync_notes.txt".to_owned(), "dropbox".to_owned()];
        assert_eq!(detect(Path::new("/srv/x"), &harmless), None, "other names say nothing");
    }

    #[test]
    fn a_real_folder_is_looked_at() -> anyhow::Result<()> {
        let home = tempfile::TempDir::new()?;
        let deep = home.path().join("a/b");
        fs::create_dir_all(&deep)?;
        assert_eq!(synced_folder(&deep), None, "nothing says so");
        fs::create_dir(home.path().join("a/.stfolder"))?;
        assert_eq!(synced_folder(&deep), Some(SyncService::Syncthing), "the marker is above it");
        assert_eq!(
            synced_folder(&deep.join("not there yet")),
            Some(SyncService::Syncthing),
            "of a vault still to be made"
        );
        Ok(())
    }
}

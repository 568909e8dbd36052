//! The key files that the shell reads and writes at paths which the user picked, and QR codes as pictures.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use app::{Confirmation, KeyFile, Secret, private_file};
use diagnostics::chain;
use qrcode::{EcLevel, QrCode, render::svg};
use zeroize::Zeroizing;

use crate::{CommandError, error, state::Shell, views::account::ConfirmRequest};

/// The largest key file that is read, in bytes. Any file can be a key file, but a huge one would take too long to read.
const LARGEST_KEY_FILE: u64 = 1024 * 1024;

/// Reads a key file, if a path is given.
///
/// # Errors
/// [`CommandError::PathNotChosen`], [`CommandError::FileUnreadable`].
pub fn read_key_file(shell: &Shell, path: Option<&str>) -> Result<Option<KeyFile>, CommandError> {
    let Some(path) = path else { return Ok(None) };
    let chosen = shell.path(path)?;
    let read = || -> io::Result<KeyFile> {
        let file = fs::File::open(&chosen)?;
        let length = file.metadata()?.len();
        if length > LARGEST_KEY_FILE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut content = Zeroizing::new(Vec::with_capacity(length as usize + 1));
        file.take(LARGEST_KEY_FILE).read_to_end(&mut content)?;
        Ok(KeyFile::from_content(&content))
    };
    read().map(Some).map_err(|error| {
        tracing::warn!(error = %chain(&error), "a key file could not be read");
        CommandError::FileUnreadable { path: path.to_owned() }
    })
}

/// Returns the caller's password together with the content of the key file.
///
/// # Errors
/// As [`read_key_file`].
pub fn confirmation(shell: &Shell, request: ConfirmRequest) -> Result<Confirmation, CommandError> {
    Ok(Confirmation { password: request.password, key_file: read_key_file(shell, request.key_file.as_deref())? })
}

/// Writes a new random key file, readable by its owner alone, and returns it.
///
/// # Errors
/// [`CommandError::FileExists`], [`CommandError::FolderReadOnly`].
pub fn make_key_file(path: &Path) -> Result<KeyFile, CommandError> {
    let name = path.to_string_lossy().into_owned();
    let content = KeyFile::make_content().map_err(|error| error::internal(&error))?;
    let write = || -> io::Result<()> {
        let mut file = private_file::create_new(path)?;
        // EXPOSE: the user asked for this file.
        file.write_all(content.expose().as_bytes())?;
        file.sync_all()
    };
    match write() {
        // EXPOSE: the written content is the key file that is required from now on.
        Ok(()) => Ok(KeyFile::from_content(content.expose().as_bytes())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(CommandError::FileExists { path: name }),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "the key file could not be written");
            Err(CommandError::FolderReadOnly { path: name })
        }
    }
}

/// Removes a key file that no user requires.
pub fn remove_key_file(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(error = %chain(&error), "a key file that is not in use could not be removed");
    }
}

/// Draws a QR code as an SVG document, black on white with its quiet zone.
///
/// # Errors
/// [`CommandError::Internal`] for a text that is too long for a QR code.
pub fn picture(text: &Secret) -> Result<String, CommandError> {
    // EXPOSE: the user asked for this code.
    let code =
        QrCode::with_error_correction_level(text.expose(), EcLevel::M).map_err(|error| error::internal(&error))?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}

/// Splits a text into groups of four characters, which are easy to type.
pub fn in_groups(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

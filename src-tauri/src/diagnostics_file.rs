//! The diagnostics: one text file with versions, figures of the open vault and the log, which a user can read before
//! sending it.
//!
//! It holds no password, no name of a person, device or credential, and no path with the user's name in it. The log
//! itself holds none of them; folders that a system error may have named are replaced.

use std::{fmt::Write as _, fs, io::Write as _, path::Path};

use app::{VaultFigures, memory_status, private_file};
use diagnostics::{DailyLog, LogStatus, Redaction, chain};

use crate::{CommandError, logging::Versions, state::Shell};

/// Writes the file, readable by its owner alone.
///
/// # Errors
/// [`CommandError::FileNotWritten`].
pub fn write(shell: &Shell, path: &Path) -> Result<(), CommandError> {
    let mut text = head(&Versions::ask(), &shell.log, shell.app.vault_figures().as_ref());
    append_log(&mut text, shell.log.folder.as_deref());
    let text = redaction(shell).apply(&text);
    let written = private_file::Replacement::of(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.finish()
    });
    written.map_err(|error| {
        tracing::warn!(error = %chain(&error), "the diagnostics could not be written");
        CommandError::FileNotWritten { path: path.to_string_lossy().into_owned() }
    })
}

/// Returns the replacements of folders. A vault may be in any folder, and the name of its folder is the name of the
/// vault.
fn redaction(shell: &Shell) -> Redaction {
    let home = dirs::home_dir().unwrap_or_default();
    let vaults = shell.preferences.recent_vaults();
    let redaction = Redaction::default().folder(&home, "~");
    vaults.iter().fold(redaction, |redaction, vault| redaction.folder(Path::new(&vault.path), "<vault>"))
}

fn head(versions: &Versions, log: &LogStatus, vault: Option<&VaultFigures>) -> String {
    let memory = memory_status();
    let mut text = String::from("Chaveiro diagnostics\n\n");
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {value}");
    };
    line("written at", &chrono::Utc::now().to_rfc3339());
    line("version", &versions.program);
    line("system", &versions.system);
    line("web view", &versions.web_view);
    line("locale", &versions.locale);
    line("log folder", &log.problem.as_deref().unwrap_or("written"));
    line("locked memory", &format!("{} of {} bytes", memory.locked_bytes, memory.wanted_bytes));
    let Some(vault) = vault else {
        line("vault", &"none is open");
        return text;
    };
    line("vault", &if vault.is_read_only { "open for reading only" } else { "open" });
    line("vault format", &vault.format);
    match &vault.counts {
        Ok(counts) => counts.iter().for_each(|(noun, count)| line(&format!("count of {noun}"), count)),
        Err(error) => line("counts", &chain(error)),
    }
    vault.parameters.iter().for_each(|(name, value)| line(&format!("parameter {name}"), value));
    text
}

/// Appends the log files. A file that cannot be read is named with the reason.
fn append_log(text: &mut String, folder: Option<&Path>) {
    let files = folder.map(DailyLog::files).transpose().ok().flatten().unwrap_or_default();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let content = fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let content = content.unwrap_or_else(|error| format!("cannot be read: {error}\n"));
        text.push_str(&format!("\n==== {name}\n{content}"));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use anyhow::Result;
    use app::VaultFigures;
    use diagnostics::LogStatus;

    use super::{append_log, head};
    use crate::logging::Versions;

    fn versions() -> Versions {
        let text = str::to_owned;
        Versions { program: "1.2.3", system: text("Debian 13"), web_view: text("2.50"), locale: text("pt-BR") }
    }

    #[test]
    fn the_head_names_versions_counts_and_parameters() {
        let vault = VaultFigures {
            format: 2,
            is_read_only: false,
            counts: Ok(vec![("devices", 12)]),
            parameters: vec![("hideAfter", "30".to_owned())],
        };
        let text = head(&versions(), &LogStatus::default(), Some(&vault));
        for line in ["version: 1.2.3", "system: Debian 13", "count of devices: 12", "parameter hideAfter: 30"] {
            assert!(text.lines().any(|written| written == line), "{line}: {text}");
        }
    }

    #[test]
    fn a_log_that_cannot_be_written_and_a_missing_vault_are_said() {
        let log = LogStatus { folder: None, problem: Some("Permission denied (os error 13)".to_owned()) };
        let text = head(&versions(), &log, None);
        assert!(text.contains("log folder: Permission denied (os error 13)\n"), "{text}");
        assert!(text.contains("vault: none is open\n"), "{text}");
    }

    #[test]
    fn every_day_of_the_log_is_in_the_file_and_nothing_else_of_the_folder() -> Result<()> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("chaveiro.2026-11-29.log"), "first day\n")?;
        fs::write(folder.path().join("chaveiro.2026-11-30.log"), b"second \xff day\n")?;
        fs::write(folder.path().join("notes.txt"), "private")?;
        let mut text = String::new();
        append_log(&mut text, Some(folder.path()));
        assert!(text.contains("==== chaveiro.2026-11-29.log\nfirst day\n"), "{text}");
        assert!(text.contains("second \u{fffd} day"), "a broken character hides nothing: {text}");
        assert!(!text.contains("private"), "{text}");
        Ok(())
    }
}

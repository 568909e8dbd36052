//! Tests of the log lines that a command writes.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, anyhow};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use super::command;
use crate::{CommandError, error};

/// A log in memory, with lines in the same form as in the log file.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Lets the current thread log here until the guard is dropped.
    pub fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let lines = self.clone();
        tracing_subscriber::registry().with(vec![diagnostics::layer(move || lines.clone())]).set_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_command_is_logged_with_its_name_its_number_its_duration_and_its_result() -> Result<()> {
    let lines = Lines::default();
    let _listening = lines.listen();
    assert!(command("device_list", || Ok(())).is_ok());
    let refused = command("vault_unlock", || Err::<(), _>(CommandError::VaultMissing { path: "/home/ana".to_owned() }));
    assert!(refused.is_err());
    let text = lines.text();
    let [first, second] = text.lines().collect::<Vec<_>>()[..] else { return Err(anyhow!("two lines: {text}")) };
    assert!(first.contains(r#"command{name="device_list" request="#) && first.contains("ok milliseconds="), "{first}");
    assert!(second.contains(r#"name="vault_unlock""#) && second.contains(r#"code="vaultMissing""#), "{second}");
    assert!(!text.contains("/home/ana"), "the other fields of an error name paths and people: {text}");
    Ok(())
}

#[test]
fn an_internal_error_is_in_the_log_with_its_reference_and_its_causes() -> Result<()> {
    let lines = Lines::default();
    let _listening = lines.listen();
    let failure = anyhow!("the disk is gone").context("the database could not be read");
    let answer = command("device_list", || Err::<(), _>(error::internal(failure.as_ref())));
    let Err(CommandError::Internal { reference }) = answer else { return Err(anyhow!("{answer:?}")) };
    let text = lines.text();
    let line = text.lines().find(|line| line.contains(&reference)).with_context(|| text.clone())?;
    assert!(line.contains("the database could not be read: the disk is gone"), "{line}");
    assert!(line.contains(r#"name="device_list""#), "the line names the command: {line}");
    Ok(())
}

#[test]
fn a_command_that_panics_answers_with_an_internal_error() {
    let lines = Lines::default();
    let _listening = lines.listen();
    let answer = command("device_list", || -> Result<(), CommandError> { std::panic::resume_unwind(Box::new(())) });
    assert!(matches!(answer, Err(CommandError::Internal { .. })), "{answer:?}");
}

//! The log lines that an engineer reads after an operation failed.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use app::domain::operation::OperationState;
use tests::Behaviour;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use crate::operations::rotating::World;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Collects the log of every thread of this process in memory, in the format of the file: operations run on their own
/// threads.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(vec![diagnostics::layer(|| Lines)]).init());
}

/// Returns the lines about an operation. Other tests of this process write to the same log.
fn lines_about(operation: &str) -> Vec<String> {
    let written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let text = String::from_utf8_lossy(&written).into_owned();
    text.lines().filter(|line| line.contains(operation)).map(str::to_owned).collect()
}

/// Waits for the line about the end and returns the lines: an end is committed before it is logged.
fn lines_with_the_end(operation: &str) -> Vec<String> {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let lines = lines_about(operation);
        if Instant::now() > until || lines.iter().any(|line| line.contains("the attempt ended")) {
            return lines;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_failed_rotation_can_be_read_from_the_log_by_its_operation_and_attempt() -> Result<()> {
    listen();
    let world = World::new()?;
    world.device.behave(Behaviour::Refuses);
    let ended = world.change()?;
    assert_eq!(ended.row.record.state, OperationState::Error);
    let lines = lines_with_the_end(&ended.row.record.id.to_string());
    let text = lines.join("\n");
    let attempt = ended.attempts.first().context("an attempt")?.id.to_string();
    let spans = |line: &&String| {
        line.contains(r#"kind="changePassword""#) && line.contains(&format!("attempt{{id={attempt} number=1}}"))
    };
    let of_attempt: Vec<_> = lines.iter().filter(spans).collect();
    let place =
        |part: &str| of_attempt.iter().position(|line| line.contains(part)).with_context(|| format!("{part}:\n{text}"));
    let in_order = [
        r#"step="prepared""#,
        r#"step="marked""#,
        r#"a step failed code="passwordRefused""#,
        r#"the attempt ended state="error""#,
    ];
    let places = in_order.map(place).into_iter().collect::<Result<Vec<_>>>()?;
    assert!(places.is_sorted(), "the steps in their order:\n{text}");
    assert!(text.contains(r#"failure="passwordRefused""#), "the end names the failure:\n{text}");
    for name in ["srv-01", "deploy", "Start-pw-1", "Root-pw-1"] {
        assert!(!text.contains(name), "{name} has no place in the log:\n{text}");
    }
    Ok(())
}

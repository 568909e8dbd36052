//! Logs panics, with their place and the stack.
//!
//! This project's code does not panic, but a library may. A formatted panic text can hold a value, which can be a
//! password. So only a constant text from the source code is logged; for a formatted text the log says only that there
//! was one. The standard library's hook would print the text to standard error, which a desktop keeps in its journal.
//! So that hook is replaced.

use std::{
    any::Any,
    backtrace::Backtrace,
    panic::{self, PanicHookInfo},
    thread,
};

/// Installs the hook that logs every panic from now on.
pub fn log() {
    panic::set_hook(Box::new(|panic| report(panic, &Backtrace::force_capture())));
}

fn report(panic: &PanicHookInfo<'_>, backtrace: &Backtrace) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    tracing::error!(place, thread, text = text(panic.payload()), %backtrace, "a panic");
}

fn text(payload: &dyn Any) -> &'static str {
    match payload.downcast_ref::<&'static str>() {
        Some(text) => text,
        None if payload.is::<String>() => "(a formatted text, left out: it may hold a value)",
        None => "(no text)",
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{Result, anyhow};

    use crate::logging::tests::Lines;

    /// The hook applies to the whole process, so that all cases are in one test.
    #[test]
    #[expect(clippy::panic, reason = "the hook is what is tested")]
    fn a_panic_is_logged_with_its_place_and_only_with_a_text_of_the_source() -> Result<()> {
        let lines = Lines::default();
        let _listening = lines.listen();
        let before = std::panic::take_hook();
        super::log();
        let value = std::hint::black_box("hunter2");
        let fixed = std::panic::catch_unwind(|| panic!("the index is wrong"));
        let formatted = std::panic::catch_unwind(|| panic!("cannot parse {value}"));
        std::panic::set_hook(before);
        if fixed.is_ok() || formatted.is_ok() {
            return Err(anyhow!("both must panic"));
        }
        let text = lines.text();
        assert!(text.contains("the index is wrong") && text.contains("panics.rs:"), "{text}");
        assert!(text.contains("(a formatted text, left out") && !text.contains("hunter2"), "{text}");
        Ok(())
    }
}

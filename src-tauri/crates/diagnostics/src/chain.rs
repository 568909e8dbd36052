//! Formatting an error and all its causes as one line.

use std::{
    error::Error,
    fmt::{self, Display, Formatter, Write},
};

/// The printable form of an error with its causes. Made by [`chain`].
#[derive(Clone, Copy)]
pub struct Chain<'a>(&'a (dyn Error + 'static));

/// Returns the printable form of an error with its whole cause chain, separated by colons. A cause with the same text
/// as the error above it is left out. Control characters become spaces, so that a text of another program cannot begin
/// a new line of the log.
pub fn chain<'a>(error: &'a (dyn Error + 'static)) -> Chain<'a> {
    Chain(error)
}

impl Display for Chain<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut above = String::new();
        let mut next = Some(self.0);
        while let Some(error) = next {
            let text = error.to_string();
            if text != above {
                if !above.is_empty() {
                    formatter.write_str(": ")?;
                }
                write_plain(formatter, &text)?;
            }
            above = text;
            next = error.source();
        }
        Ok(())
    }
}

fn write_plain(formatter: &mut Formatter<'_>, text: &str) -> fmt::Result {
    text.chars().try_for_each(|c| formatter.write_char(if c.is_control() { ' ' } else { c }))
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::chain;

    #[test]
    fn names_every_cause_once_on_one_line() {
        let error = anyhow!("the disk\nis full").context("the database could not be written");
        let error = error.context("the database could not be written").context("the command failed");
        let text = chain(error.as_ref()).to_string();
        assert_eq!(text, "the command failed: the database could not be written: the disk is full");
    }
}

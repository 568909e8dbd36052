//! The waits of a run: for text, for silence and for the end of a program; and the refusals that end a wait.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use domain::FailureCode;

use super::{Channel, Runner, Stop};
use crate::{
    Received,
    inbox::{self, Hunt, Inbox, Needle},
};

/// The longest wait of one step, in read timeouts.
const PATIENCE: u32 = 10;
/// The silence that `no-expect` waits for.
const SETTLED: Duration = Duration::from_secs(1);
/// The longest wait for the rest of a refusal's line.
pub(super) const LINE_REST: Duration = Duration::from_millis(300);

impl Runner<'_> {
    /// Receives once. Returns true when something came.
    pub(super) fn receive(&mut self, wait: Duration) -> Result<bool, Stop> {
        self.begin()?;
        if self.channel == Channel::Ended {
            return Ok(false);
        }
        match self.dialogue.receive(wait)? {
            Received::Bytes(bytes) => {
                let text = self.inbox.push(&bytes);
                self.transcript.received(text);
                Ok(true)
            }
            Received::Silence => Ok(false),
            Received::Closed => {
                self.channel = Channel::Ended;
                Ok(false)
            }
        }
    }

    /// Waits until the needle has arrived.
    pub(super) fn wait_for(&mut self, needle: &Needle) -> Result<Range<usize>, Stop> {
        let mut hunt = Hunt::new(needle);
        self.wait(|inbox, _| hunt.look(inbox), FailureCode::PromptMissing)
    }

    /// Waits until `done` finds something. A refusal earlier in the text ends the wait.
    fn wait(
        &mut self,
        mut done: impl FnMut(&Inbox, Channel) -> Option<Range<usize>>,
        missing: FailureCode,
    ) -> Result<Range<usize>, Stop> {
        let limit = Instant::now() + self.read_timeout * PATIENCE;
        loop {
            let found = done(&self.inbox, self.channel);
            if let Some((range, code)) = self.refused()
                && found.as_ref().is_none_or(|found| range.start <= found.start)
            {
                return Err(self.refuse(range, code));
            }
            if let Some(found) = found {
                return Ok(found);
            }
            if self.channel == Channel::Ended {
                return Err(self.ended());
            }
            let came = self.receive(self.read_timeout)?;
            if (!came && self.channel == Channel::Open) || Instant::now() >= limit {
                return Err(Stop { code: missing, words: None });
            }
        }
    }

    /// Searches for refusals and returns the first one in the text.
    fn refused(&mut self) -> Option<(Range<usize>, FailureCode)> {
        let inbox = &self.inbox;
        let mut first: Option<(Range<usize>, FailureCode)> = None;
        for refusal in &mut self.refusals {
            let base = inbox::end(inbox) - inbox.text().len();
            if refusal.found.as_ref().is_none_or(|found| found.start < base) {
                refusal.found = inbox::search(&refusal.expression, inbox, refusal.next);
                refusal.next = inbox::end(inbox);
            }
            if let Some(found) = &refusal.found
                && first.as_ref().is_none_or(|(range, _)| found.start <= range.start)
            {
                first = Some((found.clone(), refusal.code));
            }
        }
        first
    }

    /// Ends the wait with the device's words: everything since the last match, up to the end of the refusal's line.
    fn refuse(&mut self, range: Range<usize>, code: FailureCode) -> Stop {
        while !self.inbox.line_ended(range.end) && matches!(self.receive(LINE_REST), Ok(true)) {}
        let words = self.inbox.lines(0, range.end).trim().to_owned();
        Stop { code, words: Some(words) }
    }

    /// Returns the reason why the program ended before the template did.
    pub(super) fn ended(&mut self) -> Stop {
        if let Some((range, code)) = self.refused() {
            return self.refuse(range, code);
        }
        match self.dialogue.exit_status() {
            Ok(_) => Stop { code: FailureCode::CommandFailed, words: None },
            Err(error) => error.into(),
        }
    }

    pub(super) fn expect_exit(&mut self, status: i32) -> Result<(), Stop> {
        let ended = |_: &Inbox, channel| (channel == Channel::Ended).then_some(usize::MAX..usize::MAX);
        self.wait(ended, FailureCode::TimedOut)?;
        // A status alone proves nothing. It is read only after a proper end.
        match self.dialogue.exit_status()? {
            Some(told) if told == status => {
                self.transcript.note(&format!("exit status {told}"));
                self.inbox.clear();
                Ok(())
            }
            told => {
                let text = told.map_or_else(|| "ended by a signal".to_owned(), |told| format!("exit status {told}"));
                self.transcript.note(&text);
                let said = self.inbox.text().trim();
                let words = if said.is_empty() { text } else { said.to_owned() };
                Err(Stop { code: FailureCode::CommandFailed, words: Some(words) })
            }
        }
    }

    pub(super) fn no_expect(&mut self, needle: &Needle) -> Result<(), Stop> {
        let limit = Instant::now() + self.read_timeout * PATIENCE;
        let mut hunt = Hunt::new(needle);
        loop {
            if let Some(found) = hunt.look(&self.inbox) {
                let words = self.inbox.lines(found.start, found.end).to_owned();
                return Err(Stop { code: FailureCode::UnexpectedText, words: Some(words) });
            }
            if let Some((range, code)) = self.refused() {
                return Err(self.refuse(range, code));
            }
            if !self.receive(SETTLED.min(self.read_timeout))? || Instant::now() >= limit {
                return Ok(());
            }
        }
    }

    pub(super) fn sleep(&mut self, wait: Duration) -> Result<(), Stop> {
        if self.channel != Channel::Open {
            std::thread::sleep(wait);
            return Ok(());
        }
        let limit = Instant::now() + wait;
        loop {
            let rest = limit.saturating_duration_since(Instant::now());
            if rest.is_zero() || !self.receive(rest)? {
                break;
            }
        }
        if self.channel == Channel::Ended {
            std::thread::sleep(limit.saturating_duration_since(Instant::now()));
        }
        Ok(())
    }
}

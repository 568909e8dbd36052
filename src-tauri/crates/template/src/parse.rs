//! The parser of templates. It is lenient, because existing template libraries are sloppy, and it never fails: an error
//! is a finding.

mod argument;

use crate::{
    Finding, FindingKind, NewLine, Program, Settings, Verification,
    program::{Command, Step},
    quoting,
};

/// A template after parsing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Parsed {
    pub program: Program,
    /// The errors and warnings, by line.
    pub findings: Vec<Finding>,
}

/// Parses a template. It never fails: errors are findings, and their lines are left out of the program.
pub fn parse(source: &str) -> Parsed {
    let mut reader = Reader::new();
    for (index, line) in source.lines().enumerate() {
        reader.line = index + 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() && !line.starts_with('#') {
            reader.read(line);
        }
    }
    reader.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Change,
    Verify,
    OnSuccess,
    OnFailure,
}

struct Reader {
    program: Program,
    findings: Vec<Finding>,
    line: usize,
    block: Block,
    seen: Vec<&'static str>,
}

impl Reader {
    fn new() -> Self {
        let program = Program {
            settings: Settings::default(),
            verification: Verification::Login,
            change: Vec::new(),
            verify: Vec::new(),
            on_success: Vec::new(),
            on_failure: Vec::new(),
        };
        Self { program, findings: Vec::new(), line: 0, block: Block::Change, seen: Vec::new() }
    }

    fn finish(mut self) -> Parsed {
        if self.block != Block::Change {
            self.error(FindingKind::BlockNotClosed);
        }
        if self.program.change.is_empty() {
            self.findings.push(Finding::error(0, FindingKind::Empty));
        }
        Parsed { program: self.program, findings: self.findings }
    }

    fn error(&mut self, kind: FindingKind) {
        self.findings.push(Finding::error(self.line, kind));
    }

    fn warning(&mut self, kind: FindingKind) {
        self.findings.push(Finding::warning(self.line, kind));
    }

    fn read(&mut self, line: &str) {
        let (word, rest) = line.split_at(line.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(line.len()));
        let rest = rest.trim_start();
        let word = word.to_ascii_lowercase();
        if word == "}" {
            return self.close_block();
        }
        match word.as_str() {
            "verify" => return self.verify(rest),
            "on-success" => return self.open_block(Block::OnSuccess, "on-success", rest),
            "on-failure" => return self.open_block(Block::OnFailure, "on-failure", rest),
            _ => {}
        }
        if let Some(command) = self.setting(&word, rest).or_else(|| self.command(&word, rest)) {
            self.push(command);
        }
    }

    fn push(&mut self, command: Command) {
        let step = Step { line: self.line, command };
        match self.block {
            Block::Change => self.program.change.push(step),
            Block::Verify => self.program.verify.push(step),
            Block::OnSuccess => self.program.on_success.push(step),
            Block::OnFailure => self.program.on_failure.push(step),
        }
    }

    /// Reads a setting. A setting of the connection does not become a step.
    fn setting(&mut self, word: &str, rest: &str) -> Option<Command> {
        match word {
            "set-read-timeout" => {
                let wait = self.seconds("set-read-timeout", rest)?;
                self.program.settings.read_timeout.get_or_insert(wait);
                Some(Command::SetReadTimeout(wait))
            }
            "set-new-line-mode" => {
                let mode = match quoting::bare(rest).to_ascii_lowercase().as_str() {
                    "unix" => NewLine::Unix,
                    "windows" => NewLine::Windows,
                    "mac" => NewLine::Mac,
                    _ => return self.invalid("set-new-line-mode", "unix, windows or mac"),
                };
                if self.program.change.is_empty() {
                    self.program.settings.new_line = mode;
                }
                Some(Command::SetNewLine(mode))
            }
            _ => None,
        }
    }

    fn command(&mut self, word: &str, rest: &str) -> Option<Command> {
        Some(match word {
            "set-read-timeout" | "set-new-line-mode" => return None,
            "set-connect-timeout" => return self.connect_timeout(rest),
            "set-ssh-version" => return self.ssh_version(rest),
            "exec" => Command::Send { text: self.text_or_empty("exec", rest)?, line: true },
            "write" | "send" => Command::Send { text: self.text("write", rest)?, line: false },
            "command" => Command::Start { text: self.text("command", rest)?, terminal: false },
            "terminal" => Command::Start { text: self.text("terminal", rest)?, terminal: true },
            "end-input" => self.alone("end-input", rest, Command::EndInput),
            "expect-exit" => Command::ExpectExit(self.status(rest)?),
            "expect" | "read" => Command::Expect(self.text("expect", rest)?),
            "expect-regex" => Command::ExpectPattern(self.pattern("expect-regex", rest)?),
            "no-expect" | "noexpect" | "not-expect" => Command::NoExpect(self.text("no-expect", rest)?),
            "reject-regex" => self.refusal("reject-regex", rest)?,
            "deny-regex" => self.refusal("deny-regex", rest)?,
            "sleep" => Command::Sleep(self.seconds("sleep", rest)?),
            "end" => self.alone("end", rest, Command::End),
            other => {
                let name = other.chars().take(60).collect();
                self.error(FindingKind::UnknownCommand(name));
                return None;
            }
        })
    }

    fn once(&mut self, what: &'static str) {
        if self.seen.contains(&what) {
            self.error(FindingKind::Repeated(what));
        }
        self.seen.push(what);
    }

    fn verify(&mut self, rest: &str) {
        let word_end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
        match rest[..word_end].to_ascii_lowercase().as_str() {
            "login" => {
                self.once("verify");
                self.program.verification = Verification::Login;
            }
            "none" => {
                self.once("verify");
                let reason = self.quoted(rest[word_end..].trim_start()).text.trim().to_owned();
                if reason.is_empty() {
                    self.error(FindingKind::ReasonMissing);
                } else {
                    self.program.verification = Verification::None { reason };
                }
            }
            "{" => {
                self.program.verification = Verification::Steps;
                self.open_block(Block::Verify, "verify", rest);
            }
            _ => {
                self.error(FindingKind::ArgumentInvalid { command: "verify", wanted: "login, none \"reason\" or {" });
            }
        }
    }

    fn open_block(&mut self, block: Block, name: &'static str, rest: &str) {
        if quoting::bare(rest) != "{" {
            self.error(FindingKind::ArgumentMissing { command: name, wanted: "a block: {, lines, }" });
            return;
        }
        if self.block != Block::Change {
            self.error(FindingKind::NotInBlock(name));
        }
        self.once(name);
        self.block = block;
    }

    fn close_block(&mut self) {
        if self.block == Block::Change {
            self.error(FindingKind::BlockNotClosed);
        }
        self.block = Block::Change;
    }
}

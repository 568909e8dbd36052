//! The check of a template for one kind of execution. Errors prevent saving the template as active.

use std::collections::BTreeSet;

use crate::{
    Escape, Finding, FindingKind, Parsed, Tag, Verification,
    program::{Command, Step},
    text::{Piece, Text},
};

/// The account whose password changes, as seen from the account that connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// The account changes its own password.
    OwnPassword,
    /// An access credential changes the password of another account.
    OtherAccount,
}

/// Returns the findings by line: those of the parser, and tags that are not filled, missing assertions after the new
/// password, lines that are never reached, and passwords on command lines.
pub fn lint(parsed: &Parsed, execution: Execution, available: &BTreeSet<Tag>) -> Vec<Finding> {
    let program = &parsed.program;
    let mut findings = parsed.findings.clone();
    for steps in [&program.change, &program.verify, &program.on_success, &program.on_failure] {
        not_filled(steps, execution, available, &mut findings);
        unreachable(steps, &mut findings);
        command_lines(steps, &mut findings);
        without_command(steps, &mut findings);
    }
    new_password(&program.change, &mut findings);
    if program.verification == Verification::Steps && program.verify.is_empty() {
        let wanted = "the commands that prove the new password";
        findings.push(Finding::error(0, FindingKind::ArgumentMissing { command: "verify", wanted }));
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

fn not_filled(steps: &[Step], execution: Execution, available: &BTreeSet<Tag>, findings: &mut Vec<Finding>) {
    for step in steps {
        for tag in step.command.tags() {
            // A privileged account does not know the current password of the target.
            let unknown = execution == Execution::OtherAccount && tag == Tag::CurrentPassword;
            if unknown || !available.contains(&tag) {
                findings.push(Finding::error(step.line, FindingKind::TagNotFilled(tag)));
            }
        }
    }
}

fn unreachable(steps: &[Step], findings: &mut Vec<Finding>) {
    let end = steps.iter().position(|step| step.command == Command::End);
    let after = end.and_then(|end| steps.get(end + 1));
    if let Some(step) = after {
        findings.push(Finding::warning(step.line, FindingKind::Unreachable));
    }
}

fn new_password(steps: &[Step], findings: &mut Vec<Finding>) {
    let reached = steps.iter().position(|step| step.command == Command::End).unwrap_or(steps.len());
    let steps = &steps[..reached];
    let sends = |step: &Step| {
        matches!(step.command, Command::Send { .. } | Command::Start { .. })
            && step.command.tags().contains(&Tag::NewPassword)
    };
    match steps.iter().rposition(sends) {
        None if !steps.is_empty() => findings.push(Finding::error(0, FindingKind::PasswordNeverSent)),
        Some(last) if !steps[last..].iter().any(|step| step.command.asserts()) => {
            findings.push(Finding::warning(steps[last].line, FindingKind::NothingAsserted));
        }
        _ => {}
    }
}

fn without_command(steps: &[Step], findings: &mut Vec<Finding>) {
    let mut started = false;
    for step in steps {
        match &step.command {
            Command::Start { .. } => started = true,
            Command::EndInput if !started => {
                findings.push(Finding::error(step.line, FindingKind::NoCommand("end-input")));
            }
            _ => {}
        }
    }
}

fn command_lines(steps: &[Step], findings: &mut Vec<Finding>) {
    let mut started = false;
    for step in steps {
        let visible = match &step.command {
            Command::Start { text, .. } => {
                started = true;
                secret_in(text)
            }
            // The text is typed at a shell. A secret with other words around it is an argument. Alone, or as
            // `user:password`, it answers a prompt. On a network device, nobody else sees the command line.
            Command::Send { text, .. } if !started => secret_in(text).filter(|_| !ios(text) && has_words(text)),
            _ => None,
        };
        if let Some(tag) = visible {
            let rewrite = format!(
                "command \"env LC_ALL=C /usr/sbin/chpasswd\", exec \"[#USERNAME#]:[#{tag}#]\", end-input, expect-exit 0 \
                 (or start the program with `terminal` and answer its prompt)"
            );
            findings.push(Finding::warning(step.line, FindingKind::PasswordOnCommandLine { rewrite }));
        }
    }
}

fn secret_in(text: &Text) -> Option<Tag> {
    text.pieces.iter().find_map(|piece| match piece {
        Piece::Value(tag, escape) if tag.is_secret() && !escape.hides() => Some(*tag),
        Piece::Value(..) | Piece::Literal(_) => None,
    })
}

fn ios(text: &Text) -> bool {
    text.pieces.iter().any(|piece| matches!(piece, Piece::Value(_, Escape::Ios)))
}

fn has_words(text: &Text) -> bool {
    text.pieces.iter().any(|piece| matches!(piece, Piece::Literal(literal) if literal.contains(char::is_whitespace)))
}

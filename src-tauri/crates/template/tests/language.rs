//! Tests of the parser and of lint: what they accept, repair and refuse.

use std::collections::BTreeSet;

use proptest::prelude::*;
use template::{
    Execution, Finding, FindingKind, Part, Repair, Severity, Tag, Values, Verification, lint, parse,
    starter::{self, Connects},
};

fn kinds(source: &str) -> Vec<FindingKind> {
    parse(source).findings.into_iter().map(|finding| finding.kind).collect()
}

fn everything() -> BTreeSet<Tag> {
    Tag::ALL.iter().copied().collect()
}

fn linted(source: &str) -> Vec<Finding> {
    lint(&parse(source), Execution::OwnPassword, &everything())
}

#[test]
fn every_command_of_the_language_is_understood() {
    let source = r#"# a comment
set-connect-timeout 10
set-read-timeout 20.5
SET-NEW-LINE-MODE windows
set-ssh-version 2
exec "show"           # a comment after it
exec ""
write "a" 
send "b"
expect "c*d"
read "e"
expect-regex "/^f/im"
no-expect "g"
noexpect "h"
not-expect "i"
reject-regex "/j/"
reject-regex too-soon "/k/"
deny-regex "/l/"
deny-regex password "/m/"
deny-regex locked "/n/"
deny-regex expired "/o/"
command "p"
terminal "q"
end-input
expect-exit 0
sleep 0.5
exec "[#new_password#] [#coe_senha|sh#]"
verify none "no login possible"
on-success {
  exec "s"
}
on-failure {
  exec "t"
}
end
"#;
    let parsed = parse(source);
    assert_eq!(parsed.findings, [], "nothing to say");
    assert_eq!(parsed.program.tags(), BTreeSet::from([Tag::NewPassword, Tag::AuthPassword]), "its tags");
    assert_eq!(parsed.program.settings().connect_timeout.map(|wait| wait.as_secs()), Some(10), "its settings");
    let none = Verification::None { reason: "no login possible".to_owned() };
    assert_eq!(parsed.program.verification(), &none, "its verification");
}

#[test]
fn sloppy_quoting_is_repaired_and_said() {
    for (line, repair) in [
        (r#"exec "say "hello" twice""#, Repair::InnerQuote),
        (r#"exec "open"#, Repair::NotClosed),
        ("exec no quotes", Repair::NoQuotes),
        (r#"exec "back\slash""#, Repair::Backslash),
        (r#"exec "text" rest"#, Repair::Outside),
    ] {
        assert_eq!(kinds(line), [FindingKind::Quoting(repair)], "{line}");
        let severity = parse(line).findings.first().map(|finding| finding.severity);
        assert_eq!(severity, Some(Severity::Warning), "no error: {line}");
    }
}

#[test]
fn what_is_not_understood_is_an_error_with_its_line() {
    for (source, kind) in [
        ("exec \"a\"\nfrobnicate \"b\"", FindingKind::UnknownCommand("frobnicate".to_owned())),
        ("exec \"a\"\nexec \"[#PASSWORD#]\"", FindingKind::UnknownTag("PASSWORD".to_owned())),
        ("exec \"a\"\nexec \"[#USERNAME|html#]\"", FindingKind::UnknownEscape("html".to_owned())),
        ("exec \"a\"\nset-ssh-version 1", FindingKind::SshVersionRefused),
        ("exec \"a\"\nverify none", FindingKind::ReasonMissing),
        ("exec \"a\"\n}", FindingKind::BlockNotClosed),
        ("exec \"a\"\non-success {", FindingKind::BlockNotClosed),
        ("exec \"a\"\nexpect \"\"", FindingKind::ArgumentMissing { command: "expect", wanted: "a text in quotes" }),
        ("exec \"a\"\nsleep soon", FindingKind::ArgumentInvalid { command: "sleep", wanted: "a number of seconds" }),
    ] {
        assert_eq!(parse(source).findings, [Finding { line: 2, severity: Severity::Error, kind }], "{source}");
    }
    assert!(
        matches!(kinds("expect-regex \"/(/\"")[..], [FindingKind::PatternInvalid(_), FindingKind::Empty]),
        "an expression"
    );
}

#[test]
fn lint_names_what_this_execution_cannot_fill() {
    let parsed = parse("exec \"[#CURRENT_PASSWORD#]\"\nexec \"[#NEW_PASSWORD#]\"\nexpect \"ok\"");
    assert_eq!(lint(&parsed, Execution::OwnPassword, &everything()), [], "the account knows its own");
    let findings = lint(&parsed, Execution::OtherAccount, &everything());
    let expected = FindingKind::TagNotFilled(Tag::CurrentPassword);
    assert_eq!(findings, [Finding { line: 1, severity: Severity::Error, kind: expected }], "another does not");
}

#[test]
fn lint_finds_what_proves_nothing_and_what_is_never_reached() {
    assert_eq!(linted("exec \"[#NEW_PASSWORD#]\"")[0].kind, FindingKind::NothingAsserted, "no assertion");
    assert_eq!(linted("exec \"hello\"\nexpect \"x\"")[0].kind, FindingKind::PasswordNeverSent, "no password");
    let findings = linted("exec \"[#NEW_PASSWORD#]\"\nexpect \"x\"\nend\nexec \"y\"");
    assert_eq!(
        findings,
        [Finding { line: 4, severity: Severity::Warning, kind: FindingKind::Unreachable }],
        "after the end"
    );
    let findings = linted("exec \"[#NEW_PASSWORD#]\"\nend\nexpect \"x\"");
    assert!(findings.iter().any(|finding| finding.kind == FindingKind::NothingAsserted), "an assertion after the end");
    assert_eq!(
        linted("end-input\nexec \"[#NEW_PASSWORD#]\"\nexpect \"x\"")[0].kind,
        FindingKind::NoCommand("end-input"),
        "whose input"
    );
}

#[test]
fn lint_warns_of_a_password_on_a_command_line_and_says_what_to_write() {
    for line in [
        "exec \"echo '[#USERNAME#]:[#NEW_PASSWORD#]' | chpasswd\"",
        "exec \"net user [#USERNAME#] [#NEW_PASSWORD|ps#]\"",
        "command \"usermod -p [#NEW_PASSWORD|sh#] [#USERNAME|sh#]\"",
    ] {
        let findings = linted(&format!("{line}\nexpect \"x\""));
        let rewrite = findings.iter().find_map(|finding| match &finding.kind {
            FindingKind::PasswordOnCommandLine { rewrite } => Some(rewrite),
            _ => None,
        });
        assert!(rewrite.is_some_and(|rewrite| rewrite.contains("end-input")), "{line}: {findings:?}");
    }
    for line in [
        "exec \"[#NEW_PASSWORD#]\"",
        "exec \"[#USERNAME#]:[#NEW_PASSWORD#]\"",
        "exec \"username x secret [#NEW_PASSWORD|ios#]\"",
    ] {
        assert_eq!(linted(&format!("{line}\nexpect \"x\"")), [], "{line}");
    }
}

#[test]
fn starter_templates_have_nothing_to_repair() {
    for starter in starter::ALL {
        let execution = match starter.connects {
            Connects::Own => Execution::OwnPassword,
            Connects::Access => Execution::OtherAccount,
        };
        assert_eq!(lint(&parse(starter.source), execution, &everything()), [], "{}", starter.id);
    }
}

#[test]
fn the_readme_names_every_command_and_tag() {
    let readme = include_str!("../README.md");
    let commands = [
        "set-connect-timeout",
        "set-read-timeout",
        "set-new-line-mode",
        "set-ssh-version",
        "exec",
        "write",
        "send",
        "expect",
        "read",
        "expect-regex",
        "no-expect",
        "noexpect",
        "not-expect",
        "reject-regex",
        "deny-regex",
        "command",
        "terminal",
        "end-input",
        "expect-exit",
        "sleep",
        "end",
        "verify",
        "on-success",
        "on-failure",
    ];
    for word in commands.iter().copied().chain(Tag::ALL.iter().map(|tag| tag.name())) {
        assert!(readme.contains(&format!("`{word}")), "{word} is not in the README");
    }
}

proptest! {
    #[test]
    fn any_text_is_parsed_linted_and_bound_without_a_panic(source in any::<String>(), value in any::<String>()) {
        let parsed = parse(&source);
        for finding in lint(&parsed, Execution::OtherAccount, &BTreeSet::new()) {
            prop_assert!(!finding.to_string().is_empty());
        }
        let _ = parsed.program.bind(&Values::new().text(Tag::Username, value)).is_ok();
    }

    #[test]
    fn any_lines_of_the_language_are_parsed_without_a_panic(lines in proptest::collection::vec(
        ("(exec|expect|expect-regex|no-expect|reject-regex|deny-regex|verify|on-success|sleep|expect-exit|command|end|\\})", " ?[\"a-z/\\[#\\]|{*\\\\é0-9()A-Z_]{0,20}"), 0..12)) {
        let source: String = lines.iter().map(|(command, rest)| format!("{command} {rest}\n")).collect();
        let parsed = parse(&source);
        let values = Tag::ALL.iter().fold(Values::new(), |values, &tag| values.text(tag, "value"));
        for part in [Part::Change, Part::Rehearsal, Part::Verify, Part::OnSuccess] {
            prop_assert!(parsed.program.bind_part(part, &values).is_ok(), "every tag has a value");
        }
    }
}

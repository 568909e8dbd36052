//! Tests that run templates over a scripted dialogue: a script says how the device answers each send.

use std::{collections::VecDeque, time::Duration};

use domain::FailureCode;
use secret::Secret;
use template::{Dialogue, DialogueError, Part, Received, RunError, Tag, Transcript, Values, parse, run, starter};

const NEW: &str = "Kx9-Qw7_Zt4";

/// A scripted device. It answers each send with the next of its answers, packet by packet.
#[derive(Default)]
struct Acted {
    /// The output at the start and then after each send.
    answers: VecDeque<Vec<&'static str>>,
    packets: VecDeque<&'static str>,
    /// The exit status with which the program ends after the last output.
    status: Option<i32>,
    /// The number of sends after which the connection breaks instead of answering.
    breaks_after: Option<usize>,
    sent: Vec<String>,
    started: Vec<String>,
    ended: bool,
}

impl Acted {
    fn new(answers: &[&[&'static str]], status: Option<i32>) -> Self {
        Self { answers: answers.iter().map(|packets| packets.to_vec()).collect(), status, ..Self::default() }
    }

    fn start(&mut self, what: &str) -> Result<(), DialogueError> {
        self.started.push(what.to_owned());
        self.answer();
        Ok(())
    }

    fn answer(&mut self) {
        self.packets.extend(self.answers.pop_front().unwrap_or_default());
    }
}

fn lost() -> DialogueError {
    DialogueError { code: FailureCode::ConnectionLost, words: None }
}

impl Dialogue for Acted {
    fn start_shell(&mut self) -> Result<(), DialogueError> {
        self.start("shell")
    }

    fn start_command(&mut self, command: &str) -> Result<(), DialogueError> {
        self.start(&format!("command {command}"))
    }

    fn start_terminal(&mut self, command: &str) -> Result<(), DialogueError> {
        self.start(&format!("terminal {command}"))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DialogueError> {
        self.sent.push(String::from_utf8_lossy(bytes).into_owned());
        self.answer();
        Ok(())
    }

    fn receive(&mut self, _: Duration) -> Result<Received, DialogueError> {
        if self.breaks_after.is_some_and(|sends| self.sent.len() >= sends) {
            return Err(lost());
        }
        match (self.packets.pop_front(), self.status) {
            (Some(packet), _) => Ok(Received::Bytes(packet.as_bytes().to_vec())),
            (None, Some(_)) if self.answers.is_empty() => {
                self.ended = true;
                Ok(Received::Closed)
            }
            (None, _) => Ok(Received::Silence),
        }
    }

    fn send_end(&mut self) -> Result<(), DialogueError> {
        self.answer();
        Ok(())
    }

    fn exit_status(&mut self) -> Result<Option<i32>, DialogueError> {
        if self.ended { Ok(self.status) } else { Err(lost()) }
    }
}

fn values() -> Values {
    Values::new()
        .text(Tag::Username, "alice")
        .secret(Tag::NewPassword, &Secret::new(NEW))
        .secret(Tag::CurrentPassword, &Secret::new("Old-pw-1!"))
        .secret(Tag::AuthPassword, &Secret::new("Auth-pw-1!"))
}

fn play(source: &str, device: &mut Acted) -> anyhow::Result<(Result<(), RunError>, Transcript)> {
    let mut transcript = Transcript::new();
    let bound = parse(source).program.bind(&values())?;
    let result = run(&bound, device, &mut transcript);
    Ok((result, transcript))
}

fn starter_source(id: &str) -> &'static str {
    starter::find(id).map_or("", |starter| starter.source)
}

const PROMPTS: [&[&str]; 3] = [
    &["Changing password for alice.\r\nCur", "rent pass", "word: "],
    &["\r\nNew pass", "word: "],
    &["\r\nRetype new pass", "word: "],
];

fn own(last: &'static [&'static str], status: i32) -> Acted {
    Acted::new(&[PROMPTS[0], PROMPTS[1], PROMPTS[2], last], Some(status))
}

#[test]
fn prompts_split_over_packets_are_answered_one_by_one() -> anyhow::Result<()> {
    let mut device = own(&["\r\npasswd: password updated successfully\r\n"], 0);
    let (result, transcript) = play(starter_source("ssh-own-passwd"), &mut device)?;
    result?;
    assert_eq!(device.sent, ["Old-pw-1!\n", "Kx9-Qw7_Zt4\n", "Kx9-Qw7_Zt4\n"], "each as one write, with its end");
    assert_eq!(device.started, ["terminal env LC_ALL=C passwd"], "on a terminal");
    let text: String = transcript.lines().into_iter().map(|line| line.text).collect();
    assert!(!text.contains(NEW) && !text.contains("Old-pw"), "masked: {text}");
    Ok(())
}

#[test]
fn busybox_asks_in_other_words() -> anyhow::Result<()> {
    let answers: [&[&str]; 4] = [
        &["Changing password for alice\r\nOld password: "],
        &["\r\nNew password: "],
        &["\r\nRetype password: "],
        &["\r\npasswd: password for alice changed by alice\r\n"],
    ];
    play(starter_source("ssh-own-passwd"), &mut Acted::new(&answers, Some(0)))?.0?;
    let answers: [&[&str]; 3] = [answers[0], answers[1], &["\r\nBad password: too short\r\nNew password: "]];
    let error = play(starter_source("ssh-own-passwd"), &mut Acted::new(&answers, None))?.0.expect_err("a refusal");
    assert_eq!(error.code, FailureCode::PasswordRefused, "its words for a refusal: {error:?}");
    Ok(())
}

#[test]
fn a_second_prompt_after_a_refusal_is_a_refusal() -> anyhow::Result<()> {
    for (said, code, words) in [
        (
            "\r\nBAD PASSWORD: The password is shorter than 8 characters\r\nNew password: ",
            FailureCode::PasswordRefused,
            "BAD PASSWORD: The password is shorter than 8 characters",
        ),
        ("\r\nNew password: ", FailureCode::PasswordRefused, "New password:"),
        (
            "\r\nYou must wait longer to change your password.\r\npasswd: Authentication token manipulation error",
            FailureCode::ChangedTooSoon,
            "You must wait longer to change your password.",
        ),
    ] {
        let mut device = Acted::new(&[PROMPTS[0], PROMPTS[1], &[said]], None);
        let error = play(starter_source("ssh-own-passwd"), &mut device)?.0.expect_err("a refusal");
        assert_eq!(error.code, code, "{said}: {error:?}");
        assert_eq!(error.words.as_deref(), Some(words), "the device's own words");
        assert_eq!(device.sent.len(), 2, "never a third answer");
        assert!(error.password_sent, "the new password was sent");
    }
    let mut device =
        own(&["\r\nPassword has been already used. Choose another.\r\npasswd: password unchanged\r\n"], 10);
    let error = play(starter_source("ssh-own-passwd"), &mut device)?.0.expect_err("a refusal");
    assert_eq!(error.code, FailureCode::PasswordRefused, "in the history: {error:?}");
    Ok(())
}

#[test]
fn a_wrong_current_password_is_denied_before_the_new_one_is_sent() -> anyhow::Result<()> {
    let said: &[&str] = &["\r\npasswd: Authentication token manipulation ", "error\r\npasswd: password unchanged\r\n"];
    let mut device = Acted::new(&[PROMPTS[0], said], Some(10));
    let error = play(starter_source("ssh-own-passwd"), &mut device)?.0.expect_err("a refusal");
    assert_eq!(error.code, FailureCode::AuthenticationFailed, "{error:?}");
    assert_eq!(error.words.as_deref(), Some("passwd: Authentication token manipulation error"), "the whole line");
    assert!(!error.password_sent, "nothing can have changed");
    Ok(())
}

#[test]
fn roots_warning_about_a_bad_password_is_no_refusal() -> anyhow::Result<()> {
    let answers: [&[&str]; 3] = [
        &["1000\r\nNew password: "],
        &["\r\nBAD PASSWORD: it is too short\r\nRetype new password: "],
        &["\r\npasswd: password updated successfully\r\n"],
    ];
    play(starter_source("ssh-root-passwd"), &mut Acted::new(&answers, Some(0)))?.0?;
    Ok(())
}

#[test]
fn a_line_that_breaks_is_never_a_success() -> anyhow::Result<()> {
    for sends in 0..=3 {
        let mut device = own(&["\r\npasswd: password updated successfully\r\n"], 0);
        device.breaks_after = Some(sends);
        let error = play(starter_source("ssh-own-passwd"), &mut device)?.0.expect_err("a broken line");
        assert_eq!(error.code, FailureCode::ConnectionLost, "after {sends} sends");
        assert_eq!(error.password_sent, sends >= 2, "after {sends} sends");
    }
    Ok(())
}

#[test]
fn an_exit_status_that_is_not_the_expected_one_fails() -> anyhow::Result<()> {
    let mut device = Acted::new(
        &[&["uid 1000\nready-for-the-line\n"], &[], &["chpasswd: (line 1, user alice) password not changed\n"]],
        Some(1),
    );
    let error = play(starter_source("ssh-root-chpasswd"), &mut device)?.0.expect_err("status 1");
    assert_eq!(error.code, FailureCode::CommandFailed, "{error:?}");
    assert!(error.words.unwrap_or_default().contains("password not changed"), "its words");
    assert_eq!(device.sent, ["alice:Kx9-Qw7_Zt4\n"], "one write");
    Ok(())
}

#[test]
fn a_prompt_that_never_comes_says_what_was_expected_and_what_came() -> anyhow::Result<()> {
    let mut device = Acted::new(&[&["Last login: today\r\n$ "]], None);
    let (result, _) = play("expect \"login: [#USERNAME#]\"\nexec \"[#NEW_PASSWORD#]\"", &mut device)?;
    let error = result.expect_err("no such prompt");
    assert_eq!((error.code, error.line), (FailureCode::PromptMissing, 1), "the step");
    assert_eq!(error.expected.as_deref(), Some("login: [#USERNAME#]"), "as the template says it");
    assert!(error.words.unwrap_or_default().ends_with('$'), "what came");
    assert_eq!(device.started, ["shell"], "the shell is started where nothing else is");
    Ok(())
}

#[test]
fn wildcards_and_what_must_not_appear() -> anyhow::Result<()> {
    let mut device =
        Acted::new(&[&["Welcome to ro", "uter-7\r\nrouter", "-7# "], &["\r\n% Invalid input\r\nrouter-7# "]], None);
    let source = "expect \"Welcome*router-7# \"\nexec \"enable\"\nno-expect \"% Invalid\"\n";
    let error = play(source, &mut device)?.0.expect_err("the text came");
    assert_eq!(error.code, FailureCode::UnexpectedText, "{error:?}");
    assert_eq!(error.words.as_deref(), Some("% Invalid input"), "the line");
    Ok(())
}

#[test]
fn new_lines_are_sent_as_the_template_says() -> anyhow::Result<()> {
    let mut device = Acted::new(&[], None);
    play("exec \"a\"\nset-new-line-mode windows\nexec \"b\"\nset-new-line-mode mac\nexec \"c\"\nwrite \"d\"\nend\nexec \"e\"", &mut device)?.0?;
    assert_eq!(device.sent, ["a\n", "b\r\n", "c\r", "d"], "and nothing after the end");
    Ok(())
}

#[test]
fn a_failure_runs_its_clean_up_on_the_same_connection() -> anyhow::Result<()> {
    let mut device = Acted::new(&[&["% Error\n"]], None);
    let source = "exec \"configure\"\nexpect \"OK\"\nexec \"[#NEW_PASSWORD#]\"\non-failure {\n  exec \"abort\"\n}\n";
    let error = play(source, &mut device)?.0.expect_err("no OK");
    assert_eq!(device.sent, ["configure\n", "abort\n"], "cleaned up");
    assert_eq!(error.code, FailureCode::PromptMissing, "the first failure counts");
    Ok(())
}

#[test]
fn a_rehearsal_stops_before_the_new_password() -> anyhow::Result<()> {
    let program = parse(starter_source("ssh-own-passwd")).program;
    let bound = program.bind_part(Part::Rehearsal, &values())?;
    let mut device = Acted::new(&[PROMPTS[0], PROMPTS[1]], None);
    run(&bound, &mut device, &mut Transcript::new())?;
    assert_eq!(device.sent, ["Old-pw-1!\n"], "the new one is never sent");
    Ok(())
}

#[test]
fn nothing_is_bound_without_every_value_or_with_a_second_line_in_one() -> anyhow::Result<()> {
    let program = parse(starter_source("ssh-root-chpasswd")).program;
    let missing = program.bind(&Values::new()).err().expect("nothing is filled");
    assert_eq!(missing.tags, [Tag::Username, Tag::NewPassword], "both are named");
    let injected = Values::new().text(Tag::Username, "alice:x\nroot").secret(Tag::NewPassword, &Secret::new(NEW));
    let refused = program.bind(&injected).err().expect("a line end in a name is a second line");
    assert_eq!(refused.unsendable, [Tag::Username], "named");
    Ok(())
}

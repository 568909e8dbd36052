//! Keyboard-interactive: the prompts that are answered, and the way to leave a dialogue that must not be answered.

use std::net::{Shutdown, TcpStream};

use secret::Secret;
use ssh2::{KeyboardInteractivePrompt, Prompt};

/// The words that mark a prompt for the account's password, in lower case.
const PASSWORD: [&str; 12] = [
    "password",
    "passwort",
    "senha",
    "contraseña",
    "mot de passe",
    "passphrase",
    "wachtwoord",
    "пароль",
    "parola",
    "hasło",
    "パスワード",
    "密码",
];
/// The words that mark a prompt for a second factor, whose answer is not in the vault.
const FACTOR: [&str; 12] = [
    "one-time",
    "one time",
    "onetime",
    "otp",
    "token",
    "code",
    "verification",
    "authenticator",
    "passcode",
    "duo",
    "challenge",
    "pin:",
];
/// The words that mark a forced password change.
const CHANGE: [&str; 9] = [
    "expired",
    "required to change",
    "change your password",
    "must be changed",
    "new password",
    "current password",
    "retype",
    "old password",
    "(current)",
];

/// The reason why a dialogue was left.
pub(crate) enum Unanswered {
    /// The device demands a new password.
    Expired(String),
    /// The device asks for something else than the password.
    Other(String),
    /// The device asks for the password again.
    Again,
}

/// Answers the first prompt for the password and nothing else.
pub(crate) struct Prompts<'a> {
    password: &'a Secret,
    socket: TcpStream,
    /// True once the password was sent.
    pub answered: bool,
    /// The reason why a prompt was not answered, if there was one.
    pub unanswered: Option<Unanswered>,
}

impl<'a> Prompts<'a> {
    pub fn new(password: &'a Secret, socket: TcpStream) -> Self {
        Self { password, socket, answered: false, unanswered: None }
    }

    fn judge(&self, instructions: &str, prompts: &[Prompt<'_>]) -> Option<Unanswered> {
        let asked: String = prompts.iter().map(|prompt| prompt.text.as_ref()).collect::<Vec<_>>().join(" ");
        let words = || shown(&format!("{instructions} {asked}"));
        // A prompt may hold notices before the question, in the same text. Only the question says what the device asks
        // for.
        let questions = prompts.iter().map(|prompt| question(&prompt.text)).collect::<Vec<_>>().join(" ");
        if CHANGE.iter().any(|word| questions.contains(word)) {
            // The request of a device that has not received the password says nothing about the password.
            return Some(if self.answered { Unanswered::Expired(words()) } else { Unanswered::Other(words()) });
        }
        match prompts {
            [] => None,
            [prompt] if !prompt.echo && is_password(&prompt.text) => self.answered.then_some(Unanswered::Again),
            _ => Some(Unanswered::Other(words())),
        }
    }
}

/// Returns the last line of a prompt in lower case, without names of accounts and hosts.
fn question(prompt: &str) -> String {
    let line = prompt.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_lowercase();
    line.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}

fn is_password(prompt: &str) -> bool {
    let question = question(prompt);
    // The account and host in "user@host's password:" are already removed.
    PASSWORD.iter().any(|word| question.contains(word)) && !FACTOR.iter().any(|word| has_word(&question, word))
}

/// Tells whether a text holds a word, or several words, as whole words and not as a part of another word.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        let rest = &text[at + word.len()..];
        !is_part(text[..at].chars().next_back()) && !is_part(rest.chars().next())
    })
}

fn shown(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(300).collect()
}

impl KeyboardInteractivePrompt for Prompts<'_> {
    fn prompt<'b>(&mut self, _: &str, instructions: &str, prompts: &[Prompt<'b>]) -> Vec<String> {
        if self.unanswered.is_none() {
            self.unanswered = self.judge(instructions, prompts);
        }
        if self.unanswered.is_some() {
            // libssh2 would send empty answers, which count as a failed attempt. The connection is cut, so that nothing
            // can be sent.
            drop(self.socket.shutdown(Shutdown::Both));
            return Vec::new();
        }
        if prompts.is_empty() {
            return Vec::new();
        }
        self.answered = true;
        // EXPOSE: the password is the answer to the device whose host key was compared. The library takes a plain
        // String.
        vec![self.password.expose().to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use secret::Secret;
    use ssh2::{KeyboardInteractivePrompt, Prompt};

    use super::{Prompts, Unanswered, is_password};

    #[test]
    fn passwords_are_told_from_one_time_passwords() {
        for prompt in [
            "Password: ",
            "alice@lab's password:",
            "(alice@encoder01) Password: ",
            "Passwort: ",
            "Senha:",
            "TACACS Password:",
            "hotpotato's Password:",
            "Your token and code are private.\nPassword: ",
        ] {
            assert!(is_password(prompt), "{prompt} asks for the password");
        }
        for prompt in
            ["Verification code: ", "One-time password (OATH) for `alice': ", "Duo passcode or option: ", "PIN: "]
        {
            assert!(!is_password(prompt), "{prompt} asks for something else");
        }
    }

    /// Shows one prompt after the other. Returns the answers and the reason why the dialogue was left.
    fn ask(prompts: &[(&str, bool)]) -> std::io::Result<(Vec<Vec<String>>, Option<Unanswered>)> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let socket = TcpStream::connect(listener.local_addr()?)?;
        let password = Secret::new("the-password");
        let mut answering = Prompts::new(&password, socket);
        let mut answers = Vec::new();
        for (text, echo) in prompts {
            answers.push(answering.prompt("", "", &[Prompt { text: (*text).into(), echo: *echo }]));
        }
        Ok((answers, answering.unanswered))
    }

    #[test]
    fn a_second_factor_gets_no_answer() -> std::io::Result<()> {
        let (answers, left) = ask(&[("Password: ", false), ("Verification code: ", true)])?;
        assert_eq!(answers, [vec!["the-password".to_owned()], vec![]], "the password and nothing more");
        assert!(matches!(left, Some(Unanswered::Other(words)) if words == "Verification code:"), "a person is needed");
        let (answers, _) = ask(&[("Password: ", true)])?;
        assert_eq!(answers, [Vec::<String>::new()], "a prompt that would show the answer gets none");
        Ok(())
    }

    #[test]
    fn a_forced_change_and_a_second_question_get_no_answer() -> std::io::Result<()> {
        let (answers, left) = ask(&[("Password: ", false), ("Current password: ", false), ("New password: ", false)])?;
        assert_eq!(answers[1..], [Vec::<String>::new(), Vec::new()], "never answered blindly");
        assert!(matches!(left, Some(Unanswered::Expired(_))), "a forced change");
        for first in ["Enter your current password: ", "New password: ", "Password (expired? call 123): "] {
            let (answers, left) = ask(&[(first, false)])?;
            assert_eq!(answers, [Vec::<String>::new()], "nothing is sent");
            assert!(matches!(left, Some(Unanswered::Other(_))), "and nothing is known of the password: {first}");
        }
        let (answers, left) = ask(&[("Password: ", false), ("Password: ", false)])?;
        assert_eq!(answers[1], Vec::<String>::new(), "not twice");
        assert!(matches!(left, Some(Unanswered::Again)), "asked again");
        Ok(())
    }
}

//! Escapes: the forms in which a value is written so that the surrounding language reads it back unchanged.

use sha2::{Digest, Sha256};

/// The form in which a tag's value is sent, written after its name: `[#NEW_PASSWORD|sh#]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names of the variants say everything")]
pub enum Escape {
    Raw,
    /// One whole word of a POSIX shell, its quotes included.
    Shell,
    /// The inside of a single-quoted SQL literal.
    Sql,
    /// The inside of an LDAP filter's value (RFC 4515).
    Ldap,
    /// Percent-encoding of everything but unreserved characters (RFC 3986).
    Url,
    /// The inside of a JSON string (RFC 8259).
    Json,
    /// One whole PowerShell literal, its quotes included.
    PowerShell,
    /// A word typed at a Cisco IOS prompt, where `?` asks for help unless Control-V stands before it.
    Ios,
    /// SHA-256 as hexadecimal digits, for a device that takes this in place of the password.
    Sha256,
}

impl Escape {
    /// Every escape, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::Raw,
        Self::Shell,
        Self::Sql,
        Self::Ldap,
        Self::Url,
        Self::Json,
        Self::PowerShell,
        Self::Ios,
        Self::Sha256,
    ];

    /// Finds an escape by the text after the bar, without regard to case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "sh" => Some(Self::Shell),
            "sql" => Some(Self::Sql),
            "ldap" => Some(Self::Ldap),
            "url" => Some(Self::Url),
            "json" => Some(Self::Json),
            "ps" => Some(Self::PowerShell),
            "ios" => Some(Self::Ios),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// Returns the text after the bar; empty for a value as it is.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "",
            Self::Shell => "sh",
            Self::Sql => "sql",
            Self::Ldap => "ldap",
            Self::Url => "url",
            Self::Json => "json",
            Self::PowerShell => "ps",
            Self::Ios => "ios",
            Self::Sha256 => "sha256",
        }
    }

    /// Tells whether the value cannot be read back from this form.
    pub fn hides(self) -> bool {
        self == Self::Sha256
    }

    /// Writes `value` in this form.
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::Raw => value.to_owned(),
            Self::Shell => format!("'{}'", value.replace('\'', r"'\''")),
            Self::Sql => value.replace('\'', "''"),
            Self::Ldap => ldap(value),
            Self::Url => url(value),
            Self::Json => json(value),
            Self::PowerShell => format!("'{}'", double_quotes(value)),
            Self::Ios => value.replace('?', "\u{16}?"),
            Self::Sha256 => Sha256::digest(value).iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// Escapes an assertion value: the four characters of RFC 4515 and every control character, as `\` and two digits.
fn ldap(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '*' | '(' | ')' | '\\' | '\0'..='\u{1f}' | '\u{7f}' => {
                escaped.push_str(&format!("\\{:02x}", u32::from(character)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn url(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len() * 3);
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

fn json(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Doubles every character that PowerShell takes for a single quote, the typographic ones included.
fn double_quotes(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        if matches!(character, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            escaped.push(character);
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::Escape;

    #[test]
    fn a_real_shell_reads_every_printable_character_back() -> anyhow::Result<()> {
        let every: String = (' '..='~').collect();
        for value in [every.as_str(), "'", "''", "a'b'", "", "$(id)`id`\\", "-n", "ünï ➜", "\n\n"] {
            let script = format!("printf %s {}", Escape::Shell.apply(value));
            let output = Command::new("/bin/sh").arg("-c").arg(script).output()?;
            assert_eq!(String::from_utf8(output.stdout)?, value, "what the shell read");
        }
        Ok(())
    }

    #[test]
    fn power_shell_and_ios_and_sql_double_what_ends_a_literal() {
        assert_eq!(Escape::PowerShell.apply("a'b\u{2019}"), "'a''b\u{2019}\u{2019}'", "typographic quotes end too");
        assert_eq!(Escape::Ios.apply("a?b"), "a\u{16}?b", "the question mark asks for help");
        assert_eq!(Escape::Sql.apply("a'b"), "a''b", "the quote ends the literal");
    }

    #[test]
    fn a_hash_is_the_one_of_the_standard() {
        // The example of FIPS 180-2, appendix B.1.
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Escape::Sha256.apply("abc"), hash, "of the characters as UTF-8, without a line end");
    }

    /// Undoes percent-encoding and LDAP's hexadecimal pairs, written apart from the encoder on purpose.
    fn decode(text: &str, mark: u8) -> anyhow::Result<String> {
        let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
        while at < bytes.len() {
            if bytes[at] == mark {
                decoded.push(u8::from_str_radix(&text[at + 1..at + 3], 16)?);
                at += 3;
            } else {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
        Ok(String::from_utf8(decoded)?)
    }

    proptest! {
        #[test]
        fn json_reads_back_what_was_written(value in any::<String>()) {
            let read: String = serde_json::from_str(&format!("\"{}\"", Escape::Json.apply(&value)))
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(read, value);
        }

        #[test]
        fn url_and_ldap_read_back_what_was_written(value in any::<String>()) {
            for (escape, mark) in [(Escape::Url, b'%'), (Escape::Ldap, b'\\')] {
                let read = decode(&escape.apply(&value), mark).map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(&read, &value);
            }
        }

        #[test]
        fn sql_leaves_no_single_quote_alone(value in "[a'\\\\]{0,20}") {
            let escaped = Escape::Sql.apply(&value);
            prop_assert_eq!(escaped.replace("''", "").matches('\'').count(), 0);
            prop_assert_eq!(escaped.replace("''", "'"), value);
        }
    }
}

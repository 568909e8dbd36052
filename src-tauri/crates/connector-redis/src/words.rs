//! Splitting a command, as a template writes it, into words.

use secret::Secret;

/// Splits a command at its blanks. A text in double quotes is read as a JSON string, belongs to the word around it, and
/// may hold blanks. Returns `None` for a quote that does not end.
pub(crate) fn split(command: &str) -> Option<Vec<Secret>> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut rest = command;
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' { quoted(rest)? } else { first.len_utf8() };
        let (part, left) = rest.split_at_checked(length)?;
        rest = left;
        if first == '"' {
            let text: String = serde_json::from_str(part).ok()?;
            word.get_or_insert_default().push_str(&text);
        } else if first == ' ' {
            words.extend(word.take().map(Secret::new));
        } else {
            word.get_or_insert_default().push(first);
        }
    }
    words.extend(word.map(Secret::new));
    Some(words)
}

/// Returns the length of the quoted text at the beginning, its quotes included.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::split;

    /// EXPOSE: the words of a test are not secret.
    fn words(command: &str) -> Option<Vec<String>> {
        split(command).map(|words| words.iter().map(|word| word.expose().to_owned()).collect())
    }

    #[test]
    fn a_value_in_quotes_stays_one_word() {
        let read = words(r#"ACL  SETUSER "a \" +@all é" resetpass #"x"y"#);
        let expected = ["ACL", "SETUSER", "a \" +@all é", "resetpass", "#xy"].map(str::to_owned).to_vec();
        assert_eq!(read, Some(expected), "quotes and blanks inside of it change nothing");
        assert_eq!(words(r#"GET """#), Some(vec!["GET".to_owned(), String::new()]), "an empty word");
        for open in [r#"GET "a"#, r#"GET "a\""#, r#"GET "\q""#] {
            assert_eq!(words(open), None, "{open}");
        }
    }
}

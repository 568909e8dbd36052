//! The forms in which a password might turn up where it must not, made here independently of the program's own masking.

use base64::{Engine, engine::general_purpose::STANDARD};
use memchr::memmem;

/// A password as it is, and as shells, SQL, addresses, JSON, dumps and base64 write it.
pub fn forms(password: &str) -> Vec<String> {
    let mut forms = vec![
        password.to_owned(),
        password.replace('\'', "'\\''"),
        password.replace('\'', "''"),
        url(password),
        password.replace('\\', "\\\\").replace('"', "\\\""),
        password.bytes().map(|byte| format!("{byte:02x}")).collect(),
        format!("{password:?}").trim_matches('"').to_owned(),
    ];
    // Base64 of a longer text that contains it: the part that does not depend on what stands before and after.
    for before in 0..3 {
        let padded = format!("{}{password}", "x".repeat(before));
        let whole = STANDARD.encode(padded);
        let core: String = whole.trim_end_matches('=').chars().skip(before * 2).collect();
        if let Some((end, _)) = core.char_indices().nth_back(1) {
            forms.push(core[..end].to_owned());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

fn url(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// How often any of the passwords stands in the bytes, in any form.
pub fn count(bytes: &[u8], passwords: &[String]) -> usize {
    let found = |form: &String| !form.is_empty() && memmem::find(bytes, form.as_bytes()).is_some();
    passwords.iter().flat_map(|password| forms(password)).filter(found).count()
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, count, forms};
    use base64::Engine;

    #[test]
    fn a_password_is_found_in_every_form() {
        let password = "aB3-_.+=@%,zQ".to_owned();
        let passwords = [password.clone()];
        for form in forms(&password) {
            assert!(count(format!("log: {form} end").as_bytes(), &passwords) > 0, "{form}");
        }
        for before in ["", "u", "us", "user"] {
            let line = STANDARD.encode(format!("{before}:{password}\n"));
            assert!(count(line.as_bytes(), &passwords) > 0, "in base64 after {before:?}");
        }
        assert_eq!(count(b"nothing of the kind", &passwords), 0, "and nowhere else");
    }
}

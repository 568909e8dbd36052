//! A search for stored texts that a file contains unencrypted.

use std::{fs, path::Path};

use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use memchr::memmem;

/// The shortest text that is searched for. A shorter one would be found in random bytes.
const SHORTEST: usize = 5;

/// Returns the forms in which a program could have written a text: as it is, as UTF-16, in hexadecimal digits, and the
/// middle of each of the three ways in which base64 can cut it.
pub fn forms(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let digits = |digit: fn(&u8) -> String| bytes.iter().map(digit).collect::<String>().into_bytes();
    let mut forms = vec![
        bytes.to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        digits(|byte| format!("{byte:02x}")),
        digits(|byte| format!("{byte:02X}")),
    ];
    for offset in 0..3 {
        let encoded = STANDARD_NO_PAD.encode([&b"\0\0"[..offset.min(2)], bytes].concat());
        if encoded.len() >= 14 {
            forms.push(encoded.as_bytes()[4..encoded.len() - 2].to_vec());
        }
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Returns the files of a folder, at any depth, in which one of the texts occurs in any form.
pub fn in_clear(folder: &Path, texts: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    search(folder, &texts.iter().map(|text| (*text, forms(text))).collect::<Vec<_>>(), &mut found)?;
    found.sort();
    Ok(found)
}

fn search(folder: &Path, texts: &[(&str, Vec<Vec<u8>>)], found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            search(&entry.path(), texts, found)?;
        }
        // A file that was deleted meanwhile contains nothing.
        let Ok(content) = (if kind.is_file() { fs::read(entry.path()) } else { Ok(Vec::new()) }) else { continue };
        for (text, forms) in texts {
            // The name of a file is unencrypted too, so it is searched as well.
            let named = entry.file_name().to_string_lossy().contains(text);
            if named || forms.iter().any(|form| memmem::find(&content, form).is_some()) {
                found.push(format!("{text} in {}", entry.path().display()));
            }
        }
    }
    Ok(())
}

//! Tests of the export: every format reads back unchanged, and no spreadsheet runs a cell as a formula.

use chrono::DateTime;
use domain::UserId;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::{CefWriter, CsvWriter, EntryWriter, JsonLinesWriter, csv::harmless};
use crate::AuditEntry;

/// Makes an entry that has the text in every field that can hold one.
fn entry(text: &str) -> AuditEntry {
    AuditEntry {
        number: 7,
        at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap_or_default(),
        who: Some(UserId::from_uuid(Uuid::from_u128(1))),
        who_name: Some(text.to_owned()),
        action: text.to_owned(),
        noun: Some("credential".to_owned()),
        object: Some(Uuid::from_u128(2)),
        label: Some(text.to_owned()),
        detail: json!({ "from": text }),
        previous: [1; 32],
        hash: [2; 32],
    }
}

/// Returns the cells of the written row, without the header, as a spreadsheet reads them.
fn cells(entry: &AuditEntry) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    let mut writer = CsvWriter::begin(&mut out)?;
    writer.entry(entry)?;
    writer.end()?;
    drop(writer);
    let mut rows = csv::Reader::from_reader(&out[..]).into_records();
    let row = rows.next().ok_or_else(|| anyhow::anyhow!("there is a row"))??;
    anyhow::ensure!(rows.next().is_none(), "an entry is one row");
    Ok(row.iter().map(str::to_owned).collect())
}

/// Removes the apostrophe that the writer added.
fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn unescape(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => plain.push(match letters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            }),
            (letter, false) => plain.push(letter),
        }
    }
    plain
}

/// Reads a line as the description of the format says: the fields of the head, and the extension by name.
fn read_cef(line: &str) -> (Vec<String>, std::collections::BTreeMap<String, String>) {
    let mut parts: Vec<String> = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, parts.len()) {
            ('\\', 1..=7) => {
                let escaped: String = [Some('\\'), letters.next()].into_iter().flatten().collect();
                parts.last_mut().expect("there is one").push_str(&escaped);
            }
            ('|', 1..=7) => parts.push(String::new()),
            (letter, _) => parts.last_mut().expect("there is one").push(letter),
        }
    }
    let extension = parts.pop().expect("the extension is the last part");
    let parts = parts.iter().map(|part| unescape(part)).collect();
    // A name is the word before an equals sign that is not escaped.
    let mut borders = Vec::new();
    let bytes = extension.as_bytes();
    let mut place = 0;
    while place < bytes.len() {
        match bytes[place] {
            b'\\' => place += 1,
            b'=' => borders.push(place),
            _ => {}
        }
        place += 1;
    }
    let begin = |border: usize| extension[..border].rfind(' ').map_or(0, |space| space + 1);
    let mut fields = std::collections::BTreeMap::new();
    for (index, border) in borders.iter().enumerate() {
        let end = borders.get(index + 1).map_or(extension.len(), |next| begin(*next).saturating_sub(1));
        fields.insert(extension[begin(*border)..*border].to_owned(), unescape(&extension[border + 1..end]));
    }
    (parts, fields)
}

fn cef(entry: &AuditEntry) -> anyhow::Result<String> {
    let mut out = Vec::new();
    CefWriter::begin(&mut out).entry(entry)?;
    Ok(String::from_utf8(out)?)
}

proptest! {
    #[test]
    fn csv_gives_every_text_back(text in "\\PC*|[=+@'\\-\t\r\n\",;a]{0,12}") {
        let cells = cells(&entry(&text)).expect("it is written and read");
        prop_assert_eq!(cells.len(), 11, "every cell is there");
        prop_assert_eq!(original(&cells[7]), &text, "the label comes back");
        prop_assert_eq!(original(&cells[3]), &text, "and the name");
    }

    #[test]
    fn no_cell_begins_a_formula(text in "[=+@'\\-\t\r\n][\\PC]{0,10}") {
        let cells = cells(&entry(&text)).expect("it is written and read");
        for cell in cells {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a spreadsheet would run {:?}", cell);
        }
    }

    #[test]
    fn json_lines_give_every_text_back_on_one_line(text in "\\PC*|[\r\n\"\\\\]{0,8}") {
        let mut out = Vec::new();
        JsonLinesWriter::begin(&mut out).entry(&entry(&text)).expect("memory takes it");
        let line = String::from_utf8(out).expect("it is text");
        prop_assert_eq!(line.lines().count(), 1, "one line");
        let object: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
        prop_assert_eq!(object["object"].as_str(), Some(text.as_str()), "the label comes back");
        prop_assert_eq!(object["detail"]["from"].as_str(), Some(text.as_str()), "and the detail");
    }

    #[test]
    fn cef_gives_every_text_back_on_one_line(text in "\\PC*|[|=\\\\\r\na ]{0,12}") {
        let line = cef(&entry(&text)).expect("memory takes it");
        prop_assert_eq!(line.matches('\n').count(), 1, "one line");
        let (head, fields) = read_cef(line.trim_end_matches('\n'));
        prop_assert_eq!(head.len(), 7, "seven parts before the extension: {:?}", head);
        prop_assert_eq!(&head[4], &text.replace(['\r', '\n'], " "), "the action stands in the head");
        prop_assert_eq!(fields.get("cs3"), Some(&text), "the label comes back");
        let detail: serde_json::Value = serde_json::from_str(&fields["msg"]).expect("the detail is JSON");
        prop_assert_eq!(detail["from"].as_str(), Some(text.as_str()), "and the detail");
    }
}

#[test]
fn a_forged_label_adds_no_field_and_no_line() -> anyhow::Result<()> {
    let line = cef(&entry("x suser=Mallory|cs9=1\nCEF:0|other"))?;
    assert_eq!(line.lines().count(), 1, "no second event: {line}");
    let (_, fields) = read_cef(line.trim_end());
    assert!(!fields.contains_key("cs9"), "no field of its own: {fields:?}");
    assert_eq!(harmless("=HYPERLINK(\"http://x\")".to_owned()), "'=HYPERLINK(\"http://x\")", "shown, not run");
    Ok(())
}

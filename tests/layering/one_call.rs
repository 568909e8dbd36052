//! A command makes one call into `app`, so that a view shows one point in time and the permission is checked once.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

const COMMANDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/src/commands");

/// The reason for which a command may make a second call.
const READ_AFTER_COMMIT: &str = "answers with the record as it is after the commit, which only a second snapshot knows";
const TWO_RECORDS: &str = "the name of who accepted a host key is looked up apart";

/// Commands that make more than one call, each with its reason.
const EXCEPTIONS: [(&str, &str); 32] = [
    ("account_change_password", READ_AFTER_COMMIT),
    ("account_desktop_enable", READ_AFTER_COMMIT),
    ("account_desktop_forget", READ_AFTER_COMMIT),
    ("account_key_file_make", READ_AFTER_COMMIT),
    ("account_key_file_remove", READ_AFTER_COMMIT),
    ("account_totp_confirm", READ_AFTER_COMMIT),
    ("account_totp_remove", READ_AFTER_COMMIT),
    ("approvers_save", READ_AFTER_COMMIT),
    ("batch_save", READ_AFTER_COMMIT),
    ("credential_save", READ_AFTER_COMMIT),
    ("device_get", TWO_RECORDS),
    ("device_identify", TWO_RECORDS),
    ("device_save", TWO_RECORDS),
    ("device_trust", TWO_RECORDS),
    ("emergency_switch", READ_AFTER_COMMIT),
    ("key_parameters_save", READ_AFTER_COMMIT),
    ("parameter_reset", READ_AFTER_COMMIT),
    ("parameter_save", READ_AFTER_COMMIT),
    ("policy_pause", READ_AFTER_COMMIT),
    ("policy_resume", READ_AFTER_COMMIT),
    ("policy_save", READ_AFTER_COMMIT),
    ("recovery_check", READ_AFTER_COMMIT),
    ("request_acknowledge_emergency", READ_AFTER_COMMIT),
    ("request_apply_in_emergency", READ_AFTER_COMMIT),
    ("request_cancel", READ_AFTER_COMMIT),
    ("request_decide", READ_AFTER_COMMIT),
    ("request_repeat", READ_AFTER_COMMIT),
    ("rotation_pause", READ_AFTER_COMMIT),
    ("rotation_resume", READ_AFTER_COMMIT),
    ("rotation_set_time_zone", READ_AFTER_COMMIT),
    ("strength_save", READ_AFTER_COMMIT),
    ("vault_rekey", READ_AFTER_COMMIT),
];

/// Returns the functions of one file, each with its text from its name on.
fn functions(source: &str) -> BTreeMap<&str, &str> {
    let starts: Vec<usize> = source.match_indices("fn ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([source.len()]);
    let bodies = starts.iter().zip(ends).map(|(from, to)| &source[from + "fn ".len()..to]);
    bodies.filter_map(|text| Some((text.split(['(', '<']).next()?, text))).collect()
}

/// Returns how often a function calls `app`, directly or through another function of its file.
fn calls(name: &str, functions: &BTreeMap<&str, &str>) -> usize {
    let Some(text) = functions.get(name) else { return 0 };
    let body = text.split_once('{').map_or("", |(_, body)| body);
    let own = body.split_whitespace().collect::<String>().matches("shell.app.").count();
    let report = body.matches("export::write(").count();
    let called = functions.keys().filter(|other| **other != name);
    let words: Vec<&str> =
        body.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '(')).collect();
    let through = called.map(|other| {
        let times = words.iter().filter(|word| word.split('(').rev().nth(1) == Some(other)).count();
        if times == 0 { 0 } else { times * calls(other, functions) }
    });
    own + report + through.sum::<usize>()
}

#[test]
fn a_command_makes_one_call_into_app() -> Result<()> {
    let exceptions: BTreeMap<&str, &str> = EXCEPTIONS.into_iter().collect();
    let (mut commands, mut wrong) = (0, Vec::new());
    let mut sources = Vec::new();
    crate::visit(COMMANDS.as_ref(), &mut |_, source| sources.push(source.to_owned()))?;
    for source in sources {
        let functions = functions(&source);
        for chunk in source.split("#[crate::command]").skip(1) {
            let (_, declared) = chunk.split_once("fn ").context("a command is a function")?;
            let name = declared.split('(').next().unwrap_or_default();
            commands += 1;
            let calls = calls(name, &functions);
            if (calls > 1) != exceptions.contains_key(name) {
                wrong.push(format!("{name}: {calls}"));
            }
        }
    }
    assert!(commands > 100, "the commands were not found: {commands}");
    assert!(wrong.is_empty(), "calls of `app`, more than one or fewer than its exception says: {wrong:?}");
    Ok(())
}

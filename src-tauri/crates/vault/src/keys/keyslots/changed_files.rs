//! Every change that the tests make to a `keyslots.json`: each leaf, each part of a list, each object, and each public
//! key replaced by one whose private key a stranger has. The checksum is corrected afterwards.

use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::PublicIdentity;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Keyslots, Parsed};

/// One change: its description, the place that it changes, and the changed file.
pub(super) struct Changed {
    pub(super) what: String,
    pub(super) place: String,
    pub(super) file: Value,
}

impl Changed {
    /// Returns the file as a program reads it; None where it is refused before anybody signs in.
    pub(super) fn read(&self) -> Option<Keyslots> {
        let mut file = self.file.clone();
        file.as_object_mut()?.remove("checksum");
        let mut slots: Keyslots = serde_json::from_value(file).ok()?;
        match Parsed::of(&slots.render().ok()?).ok()? {
            Parsed::Present(slots) => Some(slots),
            Parsed::First(_) => None,
        }
    }
}

/// Returns every change of a file, and the number of the file's leaves.
pub(super) fn every(file: &Value, stranger: PublicIdentity) -> (Vec<Changed>, usize) {
    let mut places = Vec::new();
    collect(file, String::new(), &mut places);
    let leaves: Vec<&String> = places.iter().filter(|place| is_leaf(file, place)).collect();
    let mut changes = Vec::new();
    for place in &places {
        let mut add = |what: &str, edit: &dyn Fn(&mut Value)| {
            let mut changed = file.clone();
            edit(&mut changed);
            if changed != *file {
                changes.push(Changed { what: what.to_owned(), place: place.clone(), file: changed });
            }
        };
        add("removed", &|file| remove(file, place));
        add("twice, at the end", &|file| duplicate(file, place, false));
        add("twice, at the beginning", &|file| duplicate(file, place, true));
        add("in the place of the one after it", &|file| swap(file, place));
        let own = file.pointer(place);
        for (at, value) in siblings(file, place) {
            add(&format!("as in {at}"), &|file| set(file, place, value.clone()));
        }
        for value in own.map(|own| others(own, stranger)).unwrap_or_default() {
            add("another value", &|file| set(file, place, value.clone()));
        }
    }
    let leaves = leaves.len();
    changes.extend(by_a_stranger(file, stranger));
    (changes, leaves)
}

/// Returns the changes of an attacker who wants the keys: their own public keys in a slot, in its place or beside it.
fn by_a_stranger(file: &Value, stranger: PublicIdentity) -> Vec<Changed> {
    let keys =
        json!({ "encryption": STANDARD.encode(stranger.encryption), "signing": STANDARD.encode(stranger.signing) });
    let mut changes = Vec::new();
    for place in 0..length(file, "/users") {
        let path = format!("/users/{place}");
        let with = |slot: &mut Value, grant: bool, id: Option<Uuid>| {
            slot["publicKeys"] = keys.clone();
            if !grant && let Some(slot) = slot.as_object_mut() {
                slot.remove("grant");
            }
            if let Some(id) = id {
                slot["id"] = json!(id);
            }
        };
        for grant in [true, false] {
            let mut add = |what: &str, edit: &dyn Fn(&mut Value)| {
                let mut changed = file.clone();
                edit(&mut changed);
                changes.push(Changed { what: format!("{what}, grant: {grant}"), place: path.clone(), file: changed });
            };
            add("a stranger's keys", &|file| {
                if let Some(slot) = file.pointer_mut(&path) {
                    with(slot, grant, None);
                }
            });
            for (what, id) in [("the same id", None), ("an id of its own", Some(Uuid::from_u128(77)))] {
                for front in [false, true] {
                    add(&format!("a second slot with a stranger's keys under {what}, first: {front}"), &|file| {
                        duplicate(file, &path, front);
                        let at = if front { 0 } else { length(file, "/users") - 1 };
                        if let Some(slot) = file.pointer_mut(&format!("/users/{at}")) {
                            with(slot, grant, id);
                        }
                    });
                }
            }
        }
    }
    changes
}

fn collect(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| collect(value, format!("{place}/{name}"), places));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| collect(value, format!("{place}/{at}"), places));
        }
        _ => {}
    }
    if !place.is_empty() && place != "/checksum" {
        places.push(place);
    }
}

fn is_leaf(file: &Value, place: &str) -> bool {
    file.pointer(place).is_some_and(|value| !value.is_object() && !value.is_array())
}

fn length(file: &Value, place: &str) -> usize {
    file.pointer(place).and_then(Value::as_array).map_or(0, Vec::len)
}

/// Returns the values of the same field in the next slot or entry; for public keys and grants, those in all other
/// slots.
fn siblings(file: &Value, place: &str) -> Vec<(String, Value)> {
    let parts: Vec<&str> = place.splitn(4, '/').collect();
    let [_, list, own, rest @ ..] = &parts[..] else { return Vec::new() };
    let next = own.parse().map_or(0, |own: usize| (own + 1) % length(file, &format!("/{list}")).max(1));
    let field = rest.first().map_or_else(String::new, |rest| format!("/{rest}"));
    let of = |at: usize| {
        let path = format!("/{list}/{at}{field}");
        file.pointer(&path).map(|value| (path.clone(), value.clone()))
    };
    let all = 0..length(file, &format!("/{list}"));
    let wanted = *list == "users" && (field.starts_with("/publicKeys") || field.starts_with("/grant"));
    all.filter(|at| wanted || *at == next).filter_map(of).collect()
}

/// Returns other values of the same type.
fn others(value: &Value, stranger: PublicIdentity) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![json!(!value)],
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or_default();
            vec![json!(number + 1), json!(0)]
        }
        Value::String(text) => other_texts(text, stranger),
        _ => Vec::new(),
    }
}

fn other_texts(text: &str, stranger: PublicIdentity) -> Vec<Value> {
    if text.parse::<Uuid>().is_ok() {
        return vec![json!(Uuid::from_u128(77))];
    }
    match STANDARD.decode(text) {
        Ok(mut bytes) if bytes.len() >= 16 => {
            let keys = [stranger.encryption, stranger.signing].map(|key| json!(STANDARD.encode(key)));
            let keys = if bytes.len() == keys.len() * 16 { keys.to_vec() } else { Vec::new() };
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            let flipped = json!(STANDARD.encode(&bytes));
            [vec![flipped], keys].concat()
        }
        _ => ["administrator", "removed", "Eve"].map(|word| json!(word)).to_vec(),
    }
}

/// Returns the value that contains a place, and the last step to it.
fn holder<'a>(file: &'a mut Value, place: &'a str) -> Option<(&'a mut Value, &'a str)> {
    let (parent, last) = place.rsplit_once('/')?;
    Some((file.pointer_mut(parent)?, last))
}

fn remove(file: &mut Value, place: &str) {
    match holder(file, place) {
        Some((Value::Object(fields), name)) => drop(Map::remove(fields, name)),
        Some((Value::Array(values), at)) => drop(at.parse().ok().map(|at: usize| values.remove(at))),
        _ => {}
    }
}

fn duplicate(file: &mut Value, place: &str, front: bool) {
    if let Some((Value::Array(values), at)) = holder(file, place)
        && let Some(value) = at.parse().ok().and_then(|at: usize| values.get(at).cloned())
    {
        values.insert(if front { 0 } else { values.len() }, value);
    }
}

fn swap(file: &mut Value, place: &str) {
    if let Some((Value::Array(values), at)) = holder(file, place)
        && let Ok(at) = at.parse::<usize>()
        && at + 1 < values.len()
    {
        values.swap(at, at + 1);
    }
}

fn set(file: &mut Value, place: &str, value: Value) {
    if let Some(at) = file.pointer_mut(place) {
        *at = value;
    }
}

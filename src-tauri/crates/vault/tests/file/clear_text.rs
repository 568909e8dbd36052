//! Tests that the files of a vault contain nothing of its content in clear.

use domain::{SecretKind, SecretOrigin};
use secret::Secret;

use crate::world::{PASSWORD, World, after, credential, device, files, now};

const PASSWORDS: [&str; 3] = ["Tr0ub4dor-current", "Tr0ub4dor-previous", "Tr0ub4dor-candidate"];
const NAMES: [&str; 5] = ["zz-device-name", "zz-username", "zz-tag-of-it", "zz-additional", "zz-label-of-it"];

/// Returns the places of any of the texts: as it is, as UTF-16, or in the alphabet of base64.
fn found(world: &World, texts: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut places = Vec::new();
    for (name, content) in files(&world.folder())? {
        for text in texts {
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            let mut forms = vec![text.as_bytes().to_vec(), wide, hex.into_bytes()];
            // The middle of each of the three ways in which base64 can cut the text.
            for offset in 0..3 {
                use base64::Engine;
                let padded = [&b"\0\0"[..offset.min(2)], text.as_bytes()].concat();
                let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(padded);
                if encoded.len() >= 14 {
                    forms.push(encoded.as_bytes()[4..encoded.len() - 2].to_vec());
                }
            }
            // Shorter forms would occur in random bytes by chance.
            forms.retain(|form| form.len() >= 4);
            if forms.iter().any(|form| content.windows(form.len()).any(|window| window == form)) {
                places.push(format!("{text} in {name}"));
            }
        }
    }
    Ok(places)
}

#[test]
fn no_password_and_no_name_stands_in_any_file() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut device = device("zz-device-name", world.user());
    device.details.tags = vec!["zz-tag-of-it".to_owned()];
    let mut credential = credential(device.id, "zz-username");
    credential.details.additional_information = "zz-additional".to_owned();
    world.vault.write(|w| {
        w.devices_mut().insert(&device)?;
        w.credentials_mut().insert(&credential)?;
        for (password, at) in [(PASSWORDS[1], now()), (PASSWORDS[0], after(1))] {
            let secret = Secret::new(password);
            w.secrets_mut().set_current(
                world.key(),
                credential.id,
                SecretKind::Password,
                &secret,
                SecretOrigin::Entered,
                at,
            )?;
        }
        w.secrets_mut().store_candidate(world.key(), credential.id, &Secret::new(PASSWORDS[2]), after(2))?;
        w.audit_mut().append(&vault::NewEntry {
            who: None,
            action: "x",
            object: Some(vault::Object { noun: "device", id: device.id.as_uuid(), label: "zz-label-of-it" }),
            detail: serde_json::Value::Null,
            at: now(),
        })
    })?;
    let all: Vec<&str> = PASSWORDS.into_iter().chain(NAMES).chain([PASSWORD]).collect();
    let open: Vec<String> = files(&world.folder())?.into_keys().collect();
    assert_eq!(open, ["keyslots.json", "lock", "vault.db", "vault.db-shm", "vault.db-wal"], "all files are looked at");
    assert_eq!(found(&world, &all)?, Vec::<String>::new(), "while it is open");
    assert_eq!(found(&world, &["Team"])?, ["Team in keyslots.json"], "the search finds what is there");
    let World { vault, session, parent } = world;
    drop(vault);
    let world = World { vault: crate::world::create(parent.path(), "Other")?.0, session, parent };
    assert_eq!(found(&world, &all)?, Vec::<String>::new(), "and after it was closed");
    Ok(())
}

#[test]
fn an_error_and_a_debug_text_hold_no_secret_and_no_name() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("zz-device-name")?.id;
    world.credential(device, "zz-username")?;
    let again = world.vault.write(|w| w.credentials_mut().insert(&credential(device, "zz-username")));
    let wrong = crate::world::refusal(vault::Vault::open(
        &world.folder(),
        &vault::SignIn::password("zz-nobody", &Secret::new(PASSWORDS[0])),
    ))?;
    for text in [format!("{again:?}"), format!("{wrong:?} {wrong}")] {
        assert!(!text.contains("zz-") && !text.contains(PASSWORDS[0]), "it repeats a value: {text}");
    }
    Ok(())
}

//! Tests of devices.

use domain::{AcceptedTrust, Connectivity, Criticality, PluginId, Trust};
use vault::{DeviceQuery, DeviceRest, VaultError};

use crate::world::{World, after, device, now};

#[test]
fn a_device_comes_back_as_it_was() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut device = world.device("srv-db-01")?;
    assert_eq!(world.vault.read(|r| r.devices().get(device.id))?, Some(device.clone()), "as inserted");
    device.details.name = "srv-db-02".to_owned();
    device.details.tags = vec!["a \"quoted\" tag".to_owned()];
    device.details.criticality = Criticality::Low;
    device.details.connectivities[0].port = 2222;
    device.updated_at = after(5);
    world.vault.write(|w| w.devices_mut().update(&device))?;
    assert_eq!(world.vault.read(|r| r.devices().get(device.id))?, Some(device.clone()), "as updated");
    assert_eq!(device.details.connectivity("ssh").map(|known| known.port), Some(2222), "the port is the new one");
    world.vault.write(|w| w.devices_mut().delete(device.id))?;
    assert_eq!(world.vault.read(|r| r.devices().get(device.id))?, None, "it is gone");
    let again = world.vault.write(|w| w.devices_mut().delete(device.id));
    assert!(matches!(again, Err(VaultError::NotFound)), "{again:?}");
    Ok(())
}

#[test]
fn a_plugin_that_this_program_does_not_have_comes_back_with_its_fields() -> anyhow::Result<()> {
    let world = World::new()?;
    let mut device = world.device("srv-db-01")?;
    let mut unknown = Connectivity::plain(PluginId::known("of-a-later-program"), 7);
    unknown.fields.insert("base".to_owned(), "dc=example".to_owned());
    device.details.connectivities = vec![unknown];
    world.vault.write(|w| w.devices_mut().update(&device))?;
    let page = world.vault.read(|r| r.devices().list(&DeviceQuery::default()))?;
    assert_eq!(page.rows.first().map(|row| &row.device), Some(&device), "the list shows it as it was entered");
    Ok(())
}

#[test]
fn an_accepted_identity_takes_the_place_of_the_one_before_for_the_same_plugin() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv-db-01")?;
    let accepted = |plugin: &'static str| AcceptedTrust {
        plugin: PluginId::known(plugin),
        trust: Trust::None,
        accepted_by: world.user(),
        accepted_at: after(7),
    };
    world.vault.write(|w| {
        w.devices_mut().accept(device.id, &accepted("ssh"), now())?;
        w.devices_mut().accept(device.id, &accepted("telnet"), now())
    })?;
    let known = world.vault.read(|r| r.devices().get(device.id))?.map(|device| device.trusts);
    assert_eq!(known, Some(vec![accepted("ssh"), accepted("telnet")]), "one of each plugin");
    Ok(())
}

#[test]
fn two_devices_cannot_share_a_name_in_any_letter_case() -> anyhow::Result<()> {
    let world = World::new()?;
    let first = world.device("Núcleo")?;
    let taken = |name: &str, except| world.vault.read(|r| r.devices().name_taken(name, except));
    assert!(taken("NÚCLEO ", None)?, "letter case and space do not count");
    assert!(!taken("núcleo", Some(first.id))?, "its own name is not taken from it");
    let refused = world.vault.write(|w| w.devices_mut().insert(&device("núcleo", world.user())));
    assert!(matches!(refused, Err(VaultError::Taken)), "the database refuses it too: {refused:?}");
    Ok(())
}

#[test]
fn a_device_with_credentials_is_not_deleted() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?;
    world.credential(device.id, "root")?;
    let refused = world.vault.write(|w| w.devices_mut().delete(device.id));
    assert!(matches!(refused, Err(VaultError::ReferredTo)), "{refused:?}");
    Ok(())
}

#[test]
fn refused_logins_are_counted_until_one_succeeds() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = world.device("srv")?.id;
    let rest = || world.vault.read(|r| r.devices().rest(device));
    for expected in 1..=2 {
        let count = world.vault.write(|w| w.devices_mut().note_refused_login(device, now()))?;
        assert_eq!(count, expected, "in a row");
    }
    world.vault.write(|w| w.devices_mut().rest_until(device, after(600)))?;
    assert_eq!(rest()?, Some(DeviceRest { refused_logins: 2, rest_until: Some(after(600)) }), "it rests");
    world.vault.write(|w| w.devices_mut().clear_refusals(device))?;
    assert_eq!(rest()?, Some(DeviceRest { refused_logins: 0, rest_until: None }), "forgotten");
    Ok(())
}

#[test]
fn filters_and_search_find_what_they_name_and_nothing_else() -> anyhow::Result<()> {
    let world = World::new()?;
    for (name, kind, site) in [
        ("lxprdweb01", "Linux server", "Lisboa"),
        ("fw-edge", "Firewall", "Porto"),
        ("São-db", "Linux server", "Porto"),
    ] {
        let mut device = device(name, world.user());
        device.details.kind = kind.to_owned();
        device.details.site = site.to_owned();
        device.details.tags = vec![format!("tag of {name}")];
        world.vault.write(|w| w.devices_mut().insert(&device))?;
    }
    let names = |query: DeviceQuery| -> anyhow::Result<Vec<String>> {
        let page = world.vault.read(|r| r.devices().list(&query))?;
        assert_eq!(page.total, page.rows.len() as u64, "one page holds all, so the total is its length");
        Ok(page.rows.into_iter().map(|row| row.device.details.name).collect())
    };
    let text = |text: &str| names(DeviceQuery { text: text.to_owned(), ..DeviceQuery::default() });
    assert_eq!(text("web")?, ["lxprdweb01"], "inside a word");
    assert_eq!(text("WEB01 LX")?, ["lxprdweb01"], "every word, in any order and case");
    assert_eq!(text("web porto")?, Vec::<String>::new(), "every word must be there");
    assert_eq!(text("sao")?, ["São-db"], "accents do not count");
    assert_eq!(text("fw")?, ["fw-edge"], "two letters");
    assert_eq!(text("Ã")?, ["São-db"], "one letter, in the other case");
    assert_eq!(text("ãO")?, ["São-db"], "two letters of mixed case");
    assert_eq!(text("a\u{301}\u{301}")?, Vec::<String>::new(), "accents alone are no letters");
    assert_eq!(text("")?.len(), 3, "nothing typed, nothing filtered");
    let by = |query| names(query);
    assert_eq!(
        by(DeviceQuery { kind: Some("linux SERVER".to_owned()), ..DeviceQuery::default() })?.len(),
        2,
        "by type"
    );
    assert_eq!(by(DeviceQuery { site: Some("Porto".to_owned()), ..DeviceQuery::default() })?.len(), 2, "by site");
    assert_eq!(
        by(DeviceQuery { tag: Some("TAG of FW-edge".to_owned()), ..DeviceQuery::default() })?,
        ["fw-edge"],
        "by tag"
    );
    Ok(())
}

#[test]
fn nothing_that_is_typed_breaks_the_search() -> anyhow::Result<()> {
    let world = World::new()?;
    world.device("srv 100%_\\")?;
    for text in [
        "\"",
        "\"\"\"",
        "*",
        "AND",
        "a OR b",
        "NEAR(",
        "name:",
        "^abc",
        "-abc",
        "{x} :",
        "abc*",
        "(((",
        "'",
        "';--",
        "\0abc",
        "abc\0",
        "%",
        "_",
        "\\",
        "a\"b\"c",
        "日本語",
        "🔑🔑🔑",
        "a\u{301}b\u{301}",
        &"\u{345}".repeat(60),
        "+++",
        "col:\"x",
    ] {
        let query = DeviceQuery { text: text.to_owned(), ..DeviceQuery::default() };
        let found = world.vault.read(|r| r.devices().list(&query));
        assert!(found.is_ok(), "{text:?}: {found:?}");
    }
    for (text, found) in [("%", 1), ("0%", 1), ("_", 1), ("\\", 1), ("%%", 0), ("100%_\\", 1), ("s%v", 0), ("s_v", 0)] {
        let query = DeviceQuery { text: text.to_owned(), ..DeviceQuery::default() };
        assert_eq!(world.vault.read(|r| r.devices().list(&query))?.total, found, "{text:?} means itself");
    }
    Ok(())
}

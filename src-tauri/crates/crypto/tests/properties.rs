//! Property tests of sealing, signing and key derivation, and a few fixed cases.

use crypto::{
    AssociatedData, CryptoError, Identity, KdfParameters, OVERHEAD, SEALED_KEY_LENGTH, calibrate, derive_file_key,
    derive_user_key, make_key, make_password, make_salt, open, open_key, open_secret, seal, seal_key, seal_secret,
};
use proptest::prelude::*;
use secret::{Key, Secret};

fn list(fields: &[Vec<u8>]) -> AssociatedData {
    fields.iter().fold(AssociatedData::new("test"), |list, field| list.bytes(field))
}

proptest! {
    #[test]
    fn what_is_sealed_opens(key: [u8; 32], fields: Vec<Vec<u8>>, content: Vec<u8>) {
        let (key, bound) = (Key::from_bytes(&key), list(&fields));
        let sealed = seal(&key, &bound, &content)?;
        prop_assert_eq!(sealed.len(), content.len() + OVERHEAD, "nonce and tag are all that is added");
        prop_assert_eq!(&*open(&key, &bound, &sealed)?, &content, "the content comes back");
        prop_assert_ne!(seal(&key, &bound, &content)?, sealed, "each time with another nonce");
    }

    #[test]
    fn every_text_comes_back(text: String) {
        let (key, bound, secret) = (make_key()?, AssociatedData::new("test"), Secret::new(text));
        prop_assert!(open_secret(&key, &bound, &seal_secret(&key, &bound, &secret)?)?.same_as(&secret), "as it was");
    }

    #[test]
    fn any_flipped_bit_is_refused(content: Vec<u8>, place: prop::sample::Index, bit in 0..8) {
        let (key, bound) = (make_key()?, AssociatedData::new("test"));
        let mut sealed = seal(&key, &bound, &content)?;
        let place = place.index(sealed.len());
        sealed[place] ^= 1_u8 << bit;
        prop_assert_eq!(open(&key, &bound, &sealed).err(), Some(CryptoError::CannotBeOpened), "byte {}", place);
    }

    #[test]
    fn another_list_of_fields_is_refused(one: Vec<Vec<u8>>, other: Vec<Vec<u8>>) {
        prop_assume!(one != other);
        prop_assert_ne!(list(&one), list(&other), "no two lists have the same encoding");
        let key = make_key()?;
        let sealed = seal(&key, &list(&one), b"content")?;
        prop_assert_eq!(open(&key, &list(&other), &sealed).err(), Some(CryptoError::CannotBeOpened), "another place");
    }

    #[test]
    fn any_cut_or_lengthened_value_is_refused(content: Vec<u8>, length in 0_usize..200) {
        let (key, bound) = (make_key()?, AssociatedData::new("test"));
        let mut sealed = seal(&key, &bound, &content)?;
        prop_assume!(length != sealed.len());
        sealed.resize(length, 0);
        prop_assert_eq!(open(&key, &bound, &sealed).err(), Some(CryptoError::CannotBeOpened), "{} bytes", length);
    }

    #[test]
    fn a_sealed_key_opens_for_one_person_only(place in 0..SEALED_KEY_LENGTH, bit in 0..8) {
        let (ada, eve, key) = (Identity::make()?, Identity::make()?, make_key()?);
        let mut sealed = ada.public().seal_key(&key)?;
        prop_assert_eq!(sealed.len(), SEALED_KEY_LENGTH, "always as long");
        let opened = ada.open_key(&sealed)?;
        // EXPOSE: the keys of a test are compared.
        prop_assert_eq!(opened.expose(), key.expose(), "for whom it was sealed");
        prop_assert_eq!(eve.open_key(&sealed).err(), Some(CryptoError::CannotBeOpened), "for nobody else");
        sealed[place] ^= 1_u8 << bit;
        prop_assert_eq!(ada.open_key(&sealed).err(), Some(CryptoError::CannotBeOpened), "bit {} of {}", bit, place);
    }

    #[test]
    fn a_signature_is_of_one_person_over_one_content(fields: Vec<Vec<u8>>, other: Vec<Vec<u8>>, place in 0_usize..64, bit in 0..8) {
        let (ada, eve, content) = (Identity::make()?, Identity::make()?, list(&fields));
        let mut signature = ada.sign(&content);
        prop_assert!(ada.public().verify(&content, &signature).is_ok(), "her own");
        prop_assert!(eve.public().verify(&content, &signature).is_err(), "not another's");
        if other != fields {
            prop_assert!(ada.public().verify(&list(&other), &signature).is_err(), "not over something else");
        }
        signature[place] ^= 1_u8 << bit;
        prop_assert!(ada.public().verify(&content, &signature).is_err(), "bit {} of byte {}", bit, place);
    }
}

#[test]
fn the_order_and_the_kind_of_fields_count() {
    let lists = [
        AssociatedData::new("a"),
        AssociatedData::new("a").text(""),
        AssociatedData::new("").text("a"),
        AssociatedData::new("a").text("b").text("c"),
        AssociatedData::new("a").text("c").text("b"),
        AssociatedData::new("a").text("bc"),
        AssociatedData::new("a").number(1),
        AssociatedData::new("a").number(256),
    ];
    for (place, one) in lists.iter().enumerate() {
        for other in &lists[place + 1..] {
            assert_ne!(one, other, "two lists have one encoding");
        }
    }
}

#[test]
fn keys_and_identities_open_under_their_own_key_and_place_only() -> anyhow::Result<()> {
    let (key, other, bound) = (make_key()?, make_key()?, AssociatedData::new("here"));
    let sealed = seal_key(&key, &bound, &other)?;
    // EXPOSE: the keys of a test are compared.
    assert_eq!(open_key(&key, &bound, &sealed)?.expose(), other.expose(), "it comes back");
    assert!(open_key(&other, &bound, &sealed).is_err(), "not under another key");
    assert!(open_key(&key, &bound, &seal(&key, &bound, &[0; 31])?).is_err(), "31 bytes are no key");
    let identity = Identity::make()?;
    let sealed = identity.seal(&key, &bound)?;
    assert_eq!(Identity::open(&key, &bound, &sealed)?.public(), identity.public(), "it comes back");
    assert!(Identity::open(&key, &AssociatedData::new("there"), &sealed).is_err(), "not in another place");
    assert!(Identity::open(&other, &bound, &sealed).is_err(), "not under another key");
    Ok(())
}

#[test]
fn every_failure_says_the_same() -> anyhow::Result<()> {
    let (key, bound) = (make_key()?, AssociatedData::new("test"));
    let identity = Identity::make()?;
    let errors = [
        open(&key, &bound, &[]).err(),
        open(&key, &bound, &[0; 100]).err(),
        open_secret(&key, &bound, &seal(&key, &bound, &[0xff])?).err(),
        identity.open_key(&[0; 10]).err(),
        identity.open_key(&[0; SEALED_KEY_LENGTH]).err(),
        identity.public().verify(&bound, &[0; 64]).err(),
    ];
    for error in errors {
        assert_eq!(error.map(|error| error.to_string()).as_deref(), Some("cannot be opened"), "and no more");
    }
    Ok(())
}

#[test]
fn weak_and_absurd_parameters_are_refused() -> anyhow::Result<()> {
    let floor = KdfParameters::FLOOR;
    let weak = [
        KdfParameters { memory_kib: floor.memory_kib - 1, ..floor },
        KdfParameters { iterations: floor.iterations - 1, ..floor },
        KdfParameters { parallelism: floor.parallelism - 1, ..floor },
        KdfParameters { memory_kib: 0, iterations: 0, parallelism: 0 },
    ];
    let costly = [
        KdfParameters { memory_kib: 1024 * 1024 + 1, ..floor },
        KdfParameters { iterations: 17, ..floor },
        KdfParameters { parallelism: 17, ..floor },
        KdfParameters { memory_kib: u32::MAX, ..floor },
        KdfParameters { iterations: u32::MAX, ..floor },
        KdfParameters { parallelism: u32::MAX, ..floor },
    ];
    let (password, salt) = (Secret::new("password"), make_salt()?);
    let refused = |parameters| derive_user_key(&password, None, &salt, parameters).err();
    for parameters in weak {
        assert_eq!(refused(parameters), Some(CryptoError::UnacceptableParameters), "{parameters:?}");
    }
    for parameters in costly {
        assert_eq!(refused(parameters), Some(CryptoError::CostlyParameters), "{parameters:?}");
    }
    assert!(KdfParameters { memory_kib: 1024 * 1024, iterations: 16, parallelism: 16 }.are_acceptable(), "the most");
    assert!(KdfParameters::default().are_acceptable(), "what is used by default is accepted");
    Ok(())
}

#[test]
fn the_default_derivation_takes_well_under_a_second() -> anyhow::Result<()> {
    let (password, salt) = (Secret::new("password"), make_salt()?);
    let begun = std::time::Instant::now();
    derive_user_key(&password, None, &salt, KdfParameters::default())?;
    let took = begun.elapsed();
    // The limit is twice the goal, because tests share the computer.
    assert!(took.as_millis() < 2_000, "it took {took:?}");
    std::io::Write::write_all(&mut std::io::stderr(), format!("a derivation took {took:?}\n").as_bytes())?;
    Ok(())
}

#[test]
fn another_password_or_salt_is_another_key() -> anyhow::Result<()> {
    let derive =
        |password: &str, salt: &[u8; 16]| derive_user_key(&Secret::new(password), None, salt, KdfParameters::FLOOR);
    let keys = [derive("a", &[1; 16])?, derive("b", &[1; 16])?, derive("a", &[2; 16])?, derive("", &[1; 16])?];
    for (place, one) in keys.iter().enumerate() {
        for other in &keys[place + 1..] {
            // EXPOSE: the keys of a test are compared.
            assert_ne!(one.expose(), other.expose(), "two keys are the same");
        }
    }
    Ok(())
}

#[test]
fn a_key_file_is_part_of_what_the_key_is_derived_from() -> anyhow::Result<()> {
    let derive = |file: Option<&[u8]>| {
        let file = file.map(derive_file_key);
        derive_user_key(&Secret::new("a"), file.as_ref(), &[1; 16], KdfParameters::FLOOR)
    };
    let keys = [derive(None)?, derive(Some(b""))?, derive(Some(b"content"))?, derive(Some(b"content\n"))?];
    for (place, one) in keys.iter().enumerate() {
        for other in &keys[place + 1..] {
            // EXPOSE: the keys of a test are compared.
            assert_ne!(one.expose(), other.expose(), "every byte of the file counts, and so does having one");
        }
    }
    // EXPOSE: as above.
    assert_eq!(derive(Some(b"content"))?.expose(), keys[2].expose(), "the same file, the same key");
    Ok(())
}

#[test]
fn a_personal_key_is_one_persons_for_one_purpose() -> anyhow::Result<()> {
    let (ada, eve) = (Identity::make()?, Identity::make()?);
    let keys = [ada.derive_personal_key("a"), ada.derive_personal_key("b"), eve.derive_personal_key("a")];
    for (place, one) in keys.iter().enumerate() {
        for other in &keys[place + 1..] {
            // EXPOSE: the keys of a test are compared.
            assert_ne!(one.expose(), other.expose(), "two of them are the same");
        }
    }
    // EXPOSE: as above.
    assert_eq!(ada.duplicate().derive_personal_key("a").expose(), keys[0].expose(), "the same tomorrow");
    Ok(())
}

#[test]
fn a_made_password_is_long_and_easy_to_read_out() -> anyhow::Result<()> {
    let (one, other) = (make_password()?, make_password()?);
    assert!(!one.same_as(&other), "each is another");
    // EXPOSE: the test looks at a password that nobody has.
    let groups: Vec<&str> = one.expose().split('-').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5, 5, 5, 5], "four groups of five");
    let plain = groups.concat().chars().all(|c| matches!(c, 'a'..='z' | '2'..='9') && !matches!(c, 'l' | 'o'));
    assert!(plain, "nothing in it is taken for something else");
    Ok(())
}

#[test]
fn calibration_stays_between_floor_and_ceiling() -> anyhow::Result<()> {
    // The computer is slower than this target, so that the result is the floor.
    let slow = calibrate(std::time::Duration::from_millis(1))?;
    assert_eq!(slow, KdfParameters::FLOOR, "never below the floor");
    let quick = calibrate(std::time::Duration::from_millis(300))?;
    assert!(quick.are_acceptable() && quick.at_least(KdfParameters::FLOOR) == quick, "{quick:?}");
    Ok(())
}

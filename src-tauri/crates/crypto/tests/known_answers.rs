//! Tests with known answers from standards and other implementations.

use argon2::{Algorithm, Argon2, AssociatedData as ArgonData, ParamsBuilder, Version};
use crypto::{AssociatedData, Identity, KdfParameters, PublicIdentity, derive_digest, derive_user_key};
use secret::{Key, Secret};

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// RFC 9106, section 5.3: the crate that derives our keys computes Argon2id. (Secret and associated data of the vector
/// are nothing that our own function takes.)
#[test]
fn argon2id_is_that_of_the_rfc() -> anyhow::Result<()> {
    let parameters = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(ArgonData::new(&[4; 12]).map_err(|error| anyhow::anyhow!("{error}"))?)
        .build()
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut out = [0; 32];
    Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, parameters)
        .and_then(|argon| argon.hash_password_into(&[1; 32], &[2; 16], &mut out))
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let expected = unhex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    assert_eq!(out.as_slice(), expected, "the tag of the RFC");
    Ok(())
}

#[test]
fn the_user_key_is_plain_argon2id_of_password_and_salt() -> anyhow::Result<()> {
    let key = derive_user_key(&Secret::new("password"), None, b"0123456789abcdef", KdfParameters::FLOOR)?;
    let again = derive_user_key(&Secret::new("password"), None, b"0123456789abcdef", KdfParameters::FLOOR)?;
    // EXPOSE: the keys of a test are compared.
    assert_eq!(key.expose(), again.expose(), "the same in, the same out");
    let mut out = [0; 32];
    let parameters = argon2::Params::new(65_536, 3, 4, Some(32)).map_err(|error| anyhow::anyhow!("{error}"))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(b"password", b"0123456789abcdef", &mut out)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    // EXPOSE: as above.
    assert_eq!(key.expose(), &out, "nothing is added to it");
    Ok(())
}

/// RFC 7748, section 6.1 (Alice) and RFC 8032, section 7.1, test 1: the public keys of known private keys.
#[test]
fn public_keys_are_those_of_the_rfcs() -> anyhow::Result<()> {
    let private = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let public = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let mut content = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    content.extend_from_slice(&private);
    let (user_key, bound) = (Key::from_bytes(&[9; 32]), AssociatedData::new("test"));
    let identity = Identity::open(&user_key, &bound, &crypto::seal(&user_key, &bound, &content)?)?;
    assert_eq!(identity.public().signing.as_slice(), public, "the public key of RFC 8032");
    let public = unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(identity.public().encryption.as_slice(), public, "the public key of RFC 7748");
    Ok(())
}

/// The ciphertext that crypto_box took from libsodium: the crate that seals our keys makes libsodium's sealed boxes.
#[test]
fn a_sealed_box_of_libsodium_opens() -> anyhow::Result<()> {
    let private = unhex("15b36cb00213373fb3fb03958fb0cc0012ecaca112fd249d3cf0961e311caac9");
    let sealed = unhex(
        "95eb5bf05ada25ee51f4158201c261a00bfb1955a9176c8c7f1a62f299a32e54f6ebccc8ab9d2ce1b1d3710ba37d8db1\
         7aeeec0b78fc3d32b39b79ed96f18948c5a574b8e3f8eccc2f132408c21646f3aedae4a67fde4f77153b5458b8a6bd71\
         2dd8365534c567ec",
    );
    let key = crypto_box::SecretKey::from_slice(&private)?;
    let text = key.unseal(&sealed).map_err(|_| anyhow::anyhow!("it does not open"))?;
    assert_eq!(text, b"Lorem ipsum dolor sit amet, consectetur adipiscing elit.", "the text of the vector");
    Ok(())
}

/// FIPS 180-4 by way of the encoding: eight bytes of length, then the purpose.
#[test]
fn the_digest_is_sha_256_of_the_encoding() {
    let content = AssociatedData::new("");
    assert_eq!(content.as_bytes(), [0; 8], "an empty purpose is its length and nothing more");
    let expected = unhex("af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc");
    assert_eq!(derive_digest(&content).as_slice(), expected, "SHA-256 of eight zero bytes");
}

#[test]
fn a_public_half_alone_verifies() -> anyhow::Result<()> {
    let identity = Identity::make()?;
    let PublicIdentity { encryption, signing } = identity.public();
    let content = AssociatedData::new("test").number(1);
    PublicIdentity { encryption, signing }.verify(&content, &identity.sign(&content))?;
    Ok(())
}

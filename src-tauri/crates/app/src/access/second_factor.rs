//! Codes of an authenticator app (RFC 6238): six digits, thirty seconds, one step of tolerance to each side.
//!
//! A code is accepted once: the step of each accepted code is stored, and neither it nor an earlier one is accepted
//! again.

use secret::Secret;
use totp_rs::{Builder, Totp};

/// The length of the shared secret, in bytes: what RFC 4226 recommends.
pub(crate) const LENGTH: usize = 20;

/// A shared secret with the names that an authenticator shows beside it.
pub(crate) struct Authenticator(Totp);

impl Authenticator {
    /// Makes an authenticator from fresh random bytes.
    pub(crate) fn from_bytes(bytes: [u8; LENGTH], vault_name: &str, user_name: &str) -> Option<Self> {
        Self::build(totp_rs::Secret::new(Box::from(bytes)), vault_name, user_name)
    }

    /// Reads the secret that [`Authenticator::secret`] returned.
    pub(crate) fn open(secret: &Secret, vault_name: &str, user_name: &str) -> Option<Self> {
        // EXPOSE: the shared secret is decoded to compute codes.
        let secret = totp_rs::Secret::try_from_base32(secret.expose()).ok()?;
        Self::build(secret, vault_name, user_name)
    }

    fn build(secret: totp_rs::Secret, vault_name: &str, user_name: &str) -> Option<Self> {
        // Colons separate the two in the label that authenticators read.
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(secret)
            .with_account_name(plain(user_name))
            .with_issuer(Some(format!("Chaveiro {}", plain(vault_name))))
            .build()
            .ok()
            .map(Self)
    }

    /// Returns the shared secret in Base32, to be stored or typed.
    pub(crate) fn secret(&self) -> Secret {
        Secret::new(self.0.secret().to_base32())
    }

    /// Returns the address that the code on the screen contains.
    pub(crate) fn address(&self) -> Option<Secret> {
        self.0.to_url().ok().map(Secret::new)
    }

    /// Returns the step of a code, if the code is valid at this second and newer than the last accepted step.
    pub(crate) fn accept(&self, code: &str, second: u64, last: Option<u64>) -> Option<u64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0.check(&digits, second).filter(|step| last.is_none_or(|last| *step > last))
    }
}

#[cfg(test)]
mod tests {
    use super::{Authenticator, LENGTH};

    /// The secret of the test values of RFC 6238, appendix B.
    const RFC: &[u8; LENGTH] = b"12345678901234567890";

    fn authenticator() -> anyhow::Result<Authenticator> {
        Authenticator::from_bytes(*RFC, "Team: North", "Ada").ok_or_else(|| anyhow::anyhow!("it must be built"))
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() -> anyhow::Result<()> {
        let authenticator = authenticator()?;
        // The last six of the eight digits that the RFC prints.
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert!(authenticator.accept(code, second, None).is_some(), "{code} at {second}");
        }
        Ok(())
    }

    #[test]
    fn a_code_is_accepted_once_and_for_one_step_around_its_own() -> anyhow::Result<()> {
        let authenticator = authenticator()?;
        let step = authenticator.accept("287 082", 59, None).ok_or_else(|| anyhow::anyhow!("it is valid"))?;
        assert_eq!(authenticator.accept("287082", 59, Some(step)), None, "not a second time");
        assert_eq!(authenticator.accept("287082", 89, None), Some(step), "one step later");
        assert_eq!(authenticator.accept("287082", 120, None), None, "not two");
        Ok(())
    }

    #[test]
    fn what_is_no_code_is_refused_without_a_complaint_of_the_library() -> anyhow::Result<()> {
        let authenticator = authenticator()?;
        for text in ["", "28708", "2870822", "28708a", "-87082", "２８７０８２"] {
            assert_eq!(authenticator.accept(text, 59, None), None, "{text:?}");
        }
        Ok(())
    }

    #[test]
    fn what_is_kept_gives_the_same_codes() -> anyhow::Result<()> {
        let kept = authenticator()?.secret();
        let again = Authenticator::open(&kept, "Team: North", "Ada").ok_or_else(|| anyhow::anyhow!("it opens"))?;
        assert!(again.accept("287082", 59, None).is_some(), "the same secret");
        // EXPOSE: the test's own secret.
        let address = again.address().map(|address| address.expose().to_owned()).unwrap_or_default();
        assert!(address.starts_with("otpauth://totp/Chaveiro%20Team%20%20North:Ada?"), "{address}");
        Ok(())
    }
}

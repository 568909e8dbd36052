//! The recovery key: 256 random bits on paper, with a slot of their own.

use bip39::{Language, Mnemonic};
use chrono::{DateTime, Utc};
use domain::UserId;
use secret::{KEY_LENGTH, Key, Secret};
use zeroize::Zeroizing;

use crate::{NewPassword, PersonStatus, Rekeyed, Session, Vault, VaultError, store::value::make_uuid};

/// The beginning of the text of a QR code.
const MARK: &str = "CHAVEIRO-RECOVERY-";

/// A recovery key that was just made. It is shown once and stored nowhere.
pub struct RecoveryKit {
    words: Secret,
    text: Secret,
}

impl RecoveryKit {
    fn of(key: &Key) -> Result<Self, VaultError> {
        // EXPOSE: the key is shown to the person, as words and as text.
        let bytes = key.expose();
        let words = Mnemonic::from_entropy_in(Language::English, bytes).map_err(|_| VaultError::CannotBeOpened)?;
        let mut text = Zeroizing::new(String::from(MARK));
        for byte in bytes {
            text.push_str(&format!("{byte:02X}"));
        }
        Ok(Self { words: Secret::new(words.words().collect::<Vec<_>>().join(" ")), text: Secret::new(text.as_str()) })
    }

    /// Returns the key as 24 English words (BIP 39), with a space between them. The last one holds a checksum.
    pub fn words(&self) -> &Secret {
        &self.words
    }

    /// Returns the key as the text of a QR code.
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// Tells whether the typed text is the word with this number, counted from 1.
    pub fn holds_word(&self, number: usize, typed: &str) -> bool {
        // EXPOSE: a word is compared with what was typed.
        let word = number.checked_sub(1).and_then(|place| self.words.expose().split(' ').nth(place));
        word.is_some_and(|word| word == typed.trim().to_lowercase())
    }
}

/// Reads a recovery key that was typed or scanned.
pub(crate) fn read_key(typed: &Secret) -> Result<Key, VaultError> {
    // EXPOSE: the text is turned into the key that it stands for.
    let typed = typed.expose().trim();
    let bytes = match typed.get(..MARK.len()).filter(|start| start.eq_ignore_ascii_case(MARK)) {
        Some(_) => hex(typed.get(MARK.len()..).unwrap_or_default()),
        None => {
            let words = Zeroizing::new(typed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
            Mnemonic::parse_in_normalized(Language::English, &words)
                .ok()
                .map(|words| Zeroizing::new(words.to_entropy()))
        }
    };
    let bytes = bytes.ok_or(VaultError::WrongPassword)?;
    let bytes: &[u8; KEY_LENGTH] = bytes.as_slice().try_into().map_err(|_| VaultError::WrongPassword)?;
    Ok(Key::from_bytes(bytes))
}

fn hex(digits: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits: Zeroizing<Vec<u8>> =
        Zeroizing::new(digits.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?);
    Some(Zeroizing::new(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()))
}

impl Vault {
    /// Makes a recovery key. An earlier one opens nothing any more, and the vault gets new keys, because somebody who
    /// found the old key may also have a copy of the vault.
    ///
    /// # Errors
    /// Those of every change of people, see [`Vault::add_person`].
    pub fn make_recovery_kit(&self, by: &Session, now: DateTime<Utc>) -> Result<(RecoveryKit, Rekeyed), VaultError> {
        let key = crypto::make_key()?;
        let kit = RecoveryKit::of(&key)?;
        let id = UserId::from_uuid(make_uuid(now)?);
        let before = self.recovery_kit().map(|(id, _)| id);
        let rekeyed = match before {
            None => self.change_people(by, now, |draft| draft.add_recovery(id, &key)).map(|()| Rekeyed(false))?,
            Some(before) => self.change_and_rekey(by, now, true, |draft| {
                draft.set_status(before, PersonStatus::Removed)?;
                draft.add_recovery(id, &key)
            })?,
        };
        Ok((kit, rekeyed))
    }

    /// Returns the time at which the recovery key was made; None if there is no recovery key.
    pub fn has_recovery_kit(&self) -> Option<DateTime<Utc>> {
        self.recovery_kit().map(|(_, at)| at)
    }

    fn recovery_kit(&self) -> Option<(UserId, DateTime<Utc>)> {
        let roster = self.roster();
        let kit = roster.everyone().find(|record| record.is_recovery && record.status == PersonStatus::Active);
        kit.map(|record| (record.user, record.at))
    }

    /// Gives an administrator a new password and a new identity by the recovery key, and signs them in.
    ///
    /// # Errors
    /// [`VaultError::NotAllowed`] for a session that is not the recovery key's, and for a person who is not an
    /// administrator; [`VaultError::WeakKdf`].
    pub fn reset_by_recovery(
        &self,
        recovery: &Session,
        id: UserId,
        new: &NewPassword<'_>,
        now: DateTime<Utc>,
    ) -> Result<Session, VaultError> {
        let _changing = self.changing()?;
        if !recovery.recovery {
            return Err(VaultError::NotAllowed);
        }
        let mut draft = self.draft(recovery, now)?;
        let identity = draft.recover(id, &new.slot()?)?;
        let (slots, roster, ..) = draft.finish()?;
        let (session, _) = slots.session_of(id, identity, &roster)?;
        self.keep_people(slots, roster)?;
        Ok(session)
    }
}

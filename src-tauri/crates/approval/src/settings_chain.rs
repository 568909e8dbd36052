//! Who may decide: the chain of signed settings.

use chrono::{DateTime, Utc};
use crypto::{DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{Role, UserId, VaultId, operation::OperationType};

use crate::{ApproverHistory, Rules, Settings, USUAL_OPERATION_TYPES, statement};

/// Settings as they are stored.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StoredSettings {
    /// The number by which they are stored.
    pub number: u64,
    pub content: Vec<u8>,
    /// The signature of the administrator who made them.
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// The settings that hold, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsChain {
    settings: Vec<(Settings, [u8; DIGEST_LENGTH])>,
    broken: Option<u64>,
}

impl SettingsChain {
    /// Walks the chain. It is broken where a number is missing, a signature is not that of an administrator of that
    /// moment, the one before is not the one that is named, or time runs backwards; and at its end, when a request
    /// was made under newer settings than there are.
    pub fn verify(vault: VaultId, stored: &[StoredSettings], newest_named: u64, history: &ApproverHistory) -> Self {
        let mut chain = Self { settings: Vec::new(), broken: None };
        for entry in stored {
            match chain.next(vault, entry, history) {
                Some(settings) => chain.settings.push((settings, statement::digest_of_settings(&entry.content))),
                None => {
                    chain.broken = Some(chain.settings.len() as u64 + 1);
                    return chain;
                }
            }
        }
        let known = chain.settings.len() as u64;
        chain.broken = (newest_named > known).then_some(known + 1);
        chain
    }

    fn next(&self, vault: VaultId, entry: &StoredSettings, history: &ApproverHistory) -> Option<Settings> {
        let settings = Settings::decode(&entry.content).ok()?;
        let (number, previous, since) = match self.settings.last() {
            Some((last, digest)) => (last.number + 1, *digest, last.at),
            None => (1, [0; DIGEST_LENGTH], DateTime::<Utc>::MIN_UTC),
        };
        let digest = statement::digest_of_settings(&entry.content);
        let signed = statement::settings(vault, &digest, settings.by);
        let holds = entry.number == number
            && settings.number == number
            && settings.vault == vault
            && settings.previous == previous
            && settings.at >= since
            && settings.rules.problems().is_empty()
            && history.roles_at(settings.by, settings.at).contains(&Role::Administrator)
            && history.holds(settings.by, settings.at, &signed, &entry.signature);
        holds.then_some(settings)
    }

    /// The first settings that do not hold; none when all do.
    pub fn broken_at(&self) -> Option<u64> {
        self.broken
    }

    /// The newest settings that hold; none before there were any.
    pub fn current(&self) -> Option<&Settings> {
        self.settings.last().map(|(settings, _)| settings)
    }

    /// The digest of the newest settings; zeroes before there were any.
    pub fn digest(&self) -> [u8; DIGEST_LENGTH] {
        self.settings.last().map_or([0; DIGEST_LENGTH], |(_, digest)| *digest)
    }

    /// The rules for a request that is made now.
    pub fn rules(&self) -> Rules {
        self.current().map(|settings| settings.rules.clone()).unwrap_or_default()
    }

    /// The types of operations that need approval.
    pub fn operation_types(&self) -> &[OperationType] {
        self.current().map_or(&USUAL_OPERATION_TYPES, |settings| &settings.operation_types)
    }

    /// Tells whether operations of a type need approval. Where the settings do not hold, every one does, and none gets
    /// it: otherwise damaging them would be a way round them.
    pub fn needs_approval(&self, kind: OperationType) -> bool {
        self.broken.is_some() || self.operation_types().contains(&kind)
    }

    /// The level at which somebody is registered now. The newest settings hold, whatever the clock of their author told.
    pub fn level_now(&self, user: UserId) -> Option<u64> {
        self.current().and_then(|settings| settings.level(user))
    }

    /// The level at which somebody was registered at a moment at which settings of a number were known.
    pub(crate) fn level_seen(&self, user: UserId, at: DateTime<Utc>, seen: u64) -> Option<u64> {
        self.seen_at(at, seen).and_then(|(settings, _)| settings.level(user))
    }

    /// The time that the next settings state. Time does not run backwards where the clock was ahead before.
    pub fn next_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.current().map_or(now, |settings| settings.at.max(now))
    }

    /// Who registered somebody who is registered at a moment: the author of the first settings of the unbroken row
    /// that names them.
    pub(crate) fn appointed_by(&self, user: UserId, at: DateTime<Utc>, seen: u64) -> Option<UserId> {
        let known = |(settings, _): &&(Settings, _)| settings.at <= at || settings.number <= seen;
        let before = self.settings.iter().take_while(known);
        before.fold(None, |by, (settings, _)| settings.level(user).map(|_| by.unwrap_or(settings.by)))
    }

    /// The settings that were in force at a moment at which settings of a number were known.
    pub fn settings_seen(&self, at: DateTime<Utc>, seen: u64) -> Option<&Settings> {
        self.seen_at(at, seen).map(|(settings, _)| settings)
    }

    /// The settings that were in force at a moment, and never older ones than those that whoever signed then had seen:
    /// a signature over their digest comes after them, even where their time is later.
    pub(crate) fn seen_at(&self, at: DateTime<Utc>, seen: u64) -> Option<&(Settings, [u8; DIGEST_LENGTH])> {
        self.settings.iter().rev().find(|(settings, _)| settings.at <= at || settings.number <= seen)
    }
}

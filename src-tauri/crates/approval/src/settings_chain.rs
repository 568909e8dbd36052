//! The chain of signed settings, which says who may decide.

use chrono::{DateTime, Utc};
use crypto::{DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{Role, UserId, VaultId, operation::OperationType};

use crate::{ApproverHistory, Rules, Settings, USUAL_OPERATION_TYPES, statement};

/// Settings as they are stored, before verification.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StoredSettings {
    /// The number by which they are stored.
    pub number: u64,
    pub content: Vec<u8>,
    /// The signature of the administrator who made them.
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// The settings that passed verification, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsChain {
    settings: Vec<(Settings, [u8; DIGEST_LENGTH])>,
    broken: Option<u64>,
}

impl SettingsChain {
    /// Verifies the chain from its start. It is broken where a number is missing, a signature is not that of an
    /// administrator of that time, the digest of the previous settings does not match, or the time is before that of
    /// the previous ones. It is also broken at its end when a request was made under newer settings than the chain has.
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

    /// Returns the number of the first settings that fail verification; none when all hold.
    pub fn broken_at(&self) -> Option<u64> {
        self.broken
    }

    /// Returns the newest settings that hold; none before there were any.
    pub fn current(&self) -> Option<&Settings> {
        self.settings.last().map(|(settings, _)| settings)
    }

    /// Returns the digest of the newest settings; zeroes before there were any.
    pub fn digest(&self) -> [u8; DIGEST_LENGTH] {
        self.settings.last().map_or([0; DIGEST_LENGTH], |(_, digest)| *digest)
    }

    /// Returns the rules for a request that is made now.
    pub fn rules(&self) -> Rules {
        self.current().map(|settings| settings.rules.clone()).unwrap_or_default()
    }

    /// Returns the types of operations that need approval.
    pub fn operation_types(&self) -> &[OperationType] {
        self.current().map_or(&USUAL_OPERATION_TYPES, |settings| &settings.operation_types)
    }

    /// Tells whether operations of a type need approval. If the chain is broken, every type does and no approval can be
    /// given: otherwise damaging the settings would be a way to avoid approvals.
    pub fn needs_approval(&self, kind: OperationType) -> bool {
        self.broken.is_some() || self.operation_types().contains(&kind)
    }

    /// Returns the level at which a person is registered now. The newest settings apply even if their author's clock
    /// was ahead.
    pub fn level_now(&self, user: UserId) -> Option<u64> {
        self.current().and_then(|settings| settings.level(user))
    }

    /// Returns the level at which a person was registered at the time `at`, for an author who had seen settings `seen`.
    pub(crate) fn level_seen(&self, user: UserId, at: DateTime<Utc>, seen: u64) -> Option<u64> {
        self.seen_at(at, seen).and_then(|(settings, _)| settings.level(user))
    }

    /// Returns the time for the next settings. It is never before that of the newest ones, even if their author's clock
    /// was ahead.
    pub fn next_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.current().map_or(now, |settings| settings.at.max(now))
    }

    /// Returns the administrator who registered a person that is registered at the time `at`: the author of the first
    /// settings in the unbroken run that lists the person.
    pub(crate) fn appointed_by(&self, user: UserId, at: DateTime<Utc>, seen: u64) -> Option<UserId> {
        let known = |(settings, _): &&(Settings, _)| settings.at <= at || settings.number <= seen;
        let before = self.settings.iter().take_while(known);
        before.fold(None, |by, (settings, _)| settings.level(user).map(|_| by.unwrap_or(settings.by)))
    }

    /// Returns the settings in force at the time `at`, for an author who had seen settings `seen`.
    pub fn settings_seen(&self, at: DateTime<Utc>, seen: u64) -> Option<&Settings> {
        self.seen_at(at, seen).map(|(settings, _)| settings)
    }

    /// Returns the settings in force at the time `at`, but never older ones than settings `seen`. The author signed
    /// over the digest of `seen`, so the signature was made after them, even if their stated time is later.
    pub(crate) fn seen_at(&self, at: DateTime<Utc>, seen: u64) -> Option<&(Settings, [u8; DIGEST_LENGTH])> {
        self.settings.iter().rev().find(|(settings, _)| settings.at <= at || settings.number <= seen)
    }
}

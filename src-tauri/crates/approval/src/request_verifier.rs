//! Verifies one stored request: its content, and each of its decisions.

use std::cell::LazyCell;

use chrono::{DateTime, TimeDelta, Utc};
use crypto::{DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{RequestId, Role, VaultId};

use crate::{
    ApproverHistory, Content, DecisionStatus, ExaminedDecision, Request, Rules, SettingsChain, StoredDecision,
    statement,
};

domain::enumeration! {
    /// The integrity of a request: as it was signed, or how it differs.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestIntegrity {
        Sound = "sound",
        /// Its bytes are not those that the requester signed, or belong to another request or vault.
        ContentChanged = "contentChanged",
        /// The requester that it names did not hold the role for it at that time.
        ForgedRequest = "forgedRequest",
        /// It does not follow the settings of its time, or these settings fail verification.
        ForgedRules = "forgedRules",
    }
}

/// The context in which a request and its decisions are verified.
pub(crate) struct RequestVerifier<'a> {
    pub(crate) vault: VaultId,
    pub(crate) id: RequestId,
    pub(crate) digest: [u8; DIGEST_LENGTH],
    pub(crate) history: &'a ApproverHistory,
    pub(crate) chain: &'a SettingsChain,
    pub(crate) now: DateTime<Utc>,
}

impl RequestVerifier<'_> {
    /// Verifies that the request is as it was signed, by a person whose role allowed it, under the settings of its
    /// time.
    pub(crate) fn integrity(&self, request: &Request, signature: &[u8; SIGNATURE_LENGTH]) -> RequestIntegrity {
        let (requester, at) = (request.requester, request.requested_at);
        let signed = statement::request(self.vault, self.id, &self.digest, requester);
        if request.vault != self.vault
            || request.id != self.id
            || !self.history.holds(requester, at, &signed, signature)
        {
            return RequestIntegrity::ContentChanged;
        }
        let role = match request.content {
            Content::Batch(_) | Content::Operations(_) => Role::Operator,
            Content::AllowEmergency => Role::Administrator,
        };
        if !self.history.roles_at(requester, at).contains(&role) {
            return RequestIntegrity::ForgedRequest;
        }
        if self.follows_settings(request) { RequestIntegrity::Sound } else { RequestIntegrity::ForgedRules }
    }

    fn follows_settings(&self, request: &Request) -> bool {
        let at = request.requested_at;
        let (number, of_settings, rules) = match self.chain.seen_at(at, request.settings) {
            Some((settings, digest)) => (settings.number, *digest, settings.rules.clone()),
            None => (0, [0; DIGEST_LENGTH], Rules::default()),
        };
        let validity = i64::try_from(rules.validity_minutes).ok().and_then(TimeDelta::try_minutes);
        let valid_until = validity.and_then(|validity| at.checked_add_signed(validity));
        self.chain.broken_at().is_none()
            && (request.settings, request.settings_digest) == (number, of_settings)
            && request.rules == rules
            && Some(request.valid_until) == valid_until
    }

    /// Examines each decision. `others` is called only if a signature does not hold: it returns the digests of other
    /// requests, which identify a decision that was copied from one of them.
    pub(crate) fn decisions(
        &self,
        request: Option<&Request>,
        stored: &[StoredDecision],
        others: impl FnOnce() -> Vec<(RequestId, [u8; DIGEST_LENGTH])>,
    ) -> Vec<ExaminedDecision> {
        let others = LazyCell::new(others);
        let mut keys = Vec::new();
        let examine = |decision: &StoredDecision| {
            let mut finding = match request {
                Some(request) => self.finding(request, decision, &mut keys),
                None => DecisionStatus::OtherContent,
            };
            if finding == DecisionStatus::Forged
                && others.iter().any(|(id, digest)| is_signed(self.vault, *id, digest, decision, self.history))
            {
                finding = DecisionStatus::OtherContent;
            }
            self.examined(decision, finding, request)
        };
        stored.iter().map(examine).collect()
    }

    fn finding(&self, request: &Request, decision: &StoredDecision, keys: &mut Vec<[u8; 32]>) -> DecisionStatus {
        let (approver, at) = (decision.approver, decision.at);
        let Some(key) = self.history.signing_key_at(approver, at) else {
            return DecisionStatus::NotApproverThen;
        };
        if !is_signed(self.vault, self.id, &self.digest, decision, self.history) {
            return DecisionStatus::Forged;
        }
        if approver == request.requester {
            return DecisionStatus::Requester;
        }
        if self.history.ever_held(request.requester, &key) {
            return DecisionStatus::RequesterKey;
        }
        let approves = self.history.roles_at(approver, at).contains(&Role::Approver);
        if !approves || self.chain.level_seen(approver, at, request.settings).is_none() {
            return DecisionStatus::NotApproverThen;
        }
        if at > self.now {
            return DecisionStatus::ClockAhead;
        }
        if at < request.requested_at || at > request.valid_until {
            return DecisionStatus::OutsideValidity;
        }
        if keys.contains(&key) {
            return DecisionStatus::Repeated;
        }
        keys.push(key);
        DecisionStatus::Valid
    }

    fn examined(
        &self,
        decision: &StoredDecision,
        finding: DecisionStatus,
        request: Option<&Request>,
    ) -> ExaminedDecision {
        // An approver has seen the settings that the request names, even if their clock was behind the time of these
        // settings.
        let seen = request.map_or(0, |request| request.settings);
        let appointed_by = self.chain.appointed_by(decision.approver, decision.at, seen);
        ExaminedDecision {
            approver: decision.approver,
            level: self.chain.level_seen(decision.approver, decision.at, seen),
            verdict: decision.verdict,
            reason: decision.reason.clone(),
            at: decision.at,
            finding,
            appointed_by_requester: appointed_by.is_some() && appointed_by == request.map(|request| request.requester),
        }
    }
}

fn is_signed(
    vault: VaultId,
    id: RequestId,
    digest: &[u8],
    decision: &StoredDecision,
    history: &ApproverHistory,
) -> bool {
    let StoredDecision { approver, verdict, reason, at, signature } = decision;
    let signed = statement::decision(vault, id, digest, *verdict, reason, *at, *approver);
    history.holds(*approver, *at, &signed, signature)
}

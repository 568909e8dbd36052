//! The result of verifying a request: whether it is as it was signed, which decisions count, and whether it may be
//! applied.

use chrono::{DateTime, Utc};
use crypto::DIGEST_LENGTH;
use domain::{RequestId, Role, VaultId, is_ahead};

use crate::{
    ApprovalOutcome, ApproverHistory, Content, DecisionStatus, Emergency, ExaminedDecision, Request, RequestIntegrity,
    RequestState, SettingsChain, StoredRequest, Verdict, Vote, judge, request_verifier::RequestVerifier, statement,
};

/// A request whose signatures, rules and decisions were verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRequest {
    request: Option<Request>,
    id: RequestId,
    digest: [u8; DIGEST_LENGTH],
    integrity: RequestIntegrity,
    decisions: Vec<ExaminedDecision>,
    outcome: ApprovalOutcome,
    state: RequestState,
    emergency: Option<Emergency>,
    at: DateTime<Utc>,
}

/// The reason why a request may not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorized {
    /// The request is not as it was signed.
    #[error("the request is not as it was signed")]
    Tampered(RequestIntegrity),
    /// The decisions that count do not amount to an approval.
    #[error("the approvals that count are not enough")]
    NotApproved(ApprovalOutcome),
    /// It has already ended.
    #[error("the request has ended")]
    Ended(RequestState),
    /// An application without approvals is not allowed, or not signed by an administrator of that moment.
    #[error("applying without approvals is not allowed")]
    NoEmergency,
}

impl Unauthorized {
    /// Returns the code that the audit trail stores.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tampered(_) => "tampered",
            Self::NotApproved(_) => "notApproved",
            Self::Ended(_) => "ended",
            Self::NoEmergency => "noEmergency",
        }
    }
}

/// Proof that a request may be applied. Only [`VerifiedRequest::authorize`] and its two variants make it. It cannot be
/// copied, and applying consumes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Authorized {
    request: Request,
    at: DateTime<Utc>,
    emergency: bool,
}

impl Authorized {
    /// Returns the request, which is all that may be applied.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Returns the time of the proof.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Tells whether it is applied without approvals.
    pub fn is_emergency(&self) -> bool {
        self.emergency
    }
}

impl VerifiedRequest {
    /// Verifies a request, its rules and its decisions. `others` returns the digests of other requests: with them, a
    /// decision that was copied from one of them is reported as [`DecisionStatus::OtherContent`].
    pub fn verify(
        vault: VaultId,
        stored: StoredRequest,
        history: &ApproverHistory,
        chain: &SettingsChain,
        others: impl FnOnce() -> Vec<(RequestId, [u8; DIGEST_LENGTH])>,
        now: DateTime<Utc>,
    ) -> Self {
        let digest = statement::digest_of_request(&stored.content);
        let request = Request::decode(&stored.content).ok();
        let verifier = RequestVerifier { vault, id: stored.id, digest, history, chain, now };
        let integrity = request
            .as_ref()
            .map_or(RequestIntegrity::ContentChanged, |request| verifier.integrity(request, &stored.signature));
        let decisions = verifier.decisions(request.as_ref(), &stored.decisions, others);
        let outcome = match &request {
            Some(request) => judge(&request.rules, &votes(&decisions), request.valid_until, now),
            None => ApprovalOutcome::Expired,
        };
        Self {
            request,
            id: stored.id,
            digest,
            integrity,
            decisions,
            outcome,
            state: stored.state,
            emergency: stored.emergency,
            at: now,
        }
    }

    /// Returns the request; none if its bytes cannot be decoded.
    pub fn request(&self) -> Option<&Request> {
        self.request.as_ref()
    }

    /// Returns the digest of its content.
    pub fn digest(&self) -> [u8; DIGEST_LENGTH] {
        self.digest
    }

    /// Returns whether it is as it was signed, or how it was changed.
    pub fn integrity(&self) -> RequestIntegrity {
        self.integrity
    }

    /// Returns its decisions, each with its status.
    pub fn decisions(&self) -> &[ExaminedDecision] {
        &self.decisions
    }

    /// Returns the result of the valid decisions.
    pub fn outcome(&self) -> ApprovalOutcome {
        self.outcome
    }

    /// Returns the number of valid approvals at each level.
    pub fn approvals(&self) -> [u64; 3] {
        let mut approvals = [0; 3];
        for vote in votes(&self.decisions).iter().filter(|vote| vote.verdict == Verdict::Approved) {
            let slot = usize::try_from(vote.level.saturating_sub(1)).ok().and_then(|place| approvals.get_mut(place));
            if let Some(count) = slot {
                *count += 1;
            }
        }
        approvals
    }

    /// Tells whether the request itself or one of its decisions was edited.
    pub fn is_tampered_with(&self) -> bool {
        self.integrity != RequestIntegrity::Sound
            || self.decisions.iter().any(|decision| {
                matches!(
                    decision.finding,
                    DecisionStatus::Forged | DecisionStatus::OtherContent | DecisionStatus::RequesterKey
                )
            })
    }

    /// Proves that a request that awaits approval may be applied now.
    ///
    /// # Errors
    /// [`Unauthorized`], with the reason.
    pub fn authorize(self) -> Result<Authorized, Unauthorized> {
        if self.state != RequestState::AwaitingApproval {
            return Err(Unauthorized::Ended(self.state));
        }
        let late = self.request.as_ref().is_none_or(|request| self.at > request.valid_until);
        if late && self.integrity == RequestIntegrity::Sound {
            // Approving and applying are one step. A request that was approved in time but is applied later did not
            // come from that step.
            return Err(Unauthorized::NotApproved(ApprovalOutcome::Expired));
        }
        self.approved()
    }

    /// Proves that an applied request still allows its operations. It is called for an operation that waited for its
    /// scheduled time.
    ///
    /// # Errors
    /// [`Unauthorized`], with the reason.
    pub fn authorize_later(
        self,
        history: &ApproverHistory,
        chain: &SettingsChain,
        switch: Option<&Self>,
    ) -> Result<Authorized, Unauthorized> {
        match self.state {
            RequestState::Applied => {}
            state => return Err(Unauthorized::Ended(state)),
        }
        match self.emergency.clone() {
            Some(emergency) => self.urgent(&emergency, history, chain, switch),
            None => self.approved(),
        }
    }

    /// Tells whether a request whose row says that it was applied may have been: by its approvals, or by an emergency
    /// that was allowed. `switch` is the request by which emergencies were allowed at that time. Returns true for any
    /// other state.
    pub fn outcome_holds(&self, history: &ApproverHistory, chain: &SettingsChain, switch: Option<&Self>) -> bool {
        self.state != RequestState::Applied || self.clone().authorize_later(history, chain, switch).is_ok()
    }

    /// Returns the time at which it was applied without approvals, if it was.
    pub fn emergency_at(&self) -> Option<DateTime<Utc>> {
        self.emergency.as_ref().map(|emergency| emergency.at)
    }

    /// Proves that an administrator may apply the request without approvals. `switch` is the request that allowed such
    /// emergencies.
    ///
    /// # Errors
    /// [`Unauthorized`], with the reason.
    pub fn authorize_emergency(
        self,
        emergency: &Emergency,
        history: &ApproverHistory,
        chain: &SettingsChain,
        switch: Option<&Self>,
    ) -> Result<Authorized, Unauthorized> {
        match (self.state, self.outcome) {
            (RequestState::AwaitingApproval, ApprovalOutcome::Waiting { .. } | ApprovalOutcome::Approved) => {}
            (RequestState::AwaitingApproval, outcome) => return Err(Unauthorized::NotApproved(outcome)),
            (state, _) => return Err(Unauthorized::Ended(state)),
        }
        self.urgent(emergency, history, chain, switch)
    }

    fn approved(self) -> Result<Authorized, Unauthorized> {
        match (self.integrity, self.request, self.outcome) {
            (RequestIntegrity::Sound, Some(request), ApprovalOutcome::Approved) => {
                Ok(Authorized { request, at: self.at, emergency: false })
            }
            (RequestIntegrity::Sound, Some(_), outcome) => Err(Unauthorized::NotApproved(outcome)),
            (RequestIntegrity::Sound, None, _) => Err(Unauthorized::Tampered(RequestIntegrity::ContentChanged)),
            (integrity, _, _) => Err(Unauthorized::Tampered(integrity)),
        }
    }

    fn urgent(
        self,
        emergency: &Emergency,
        history: &ApproverHistory,
        chain: &SettingsChain,
        switch: Option<&Self>,
    ) -> Result<Authorized, Unauthorized> {
        if self.integrity != RequestIntegrity::Sound {
            return Err(Unauthorized::Tampered(self.integrity));
        }
        let request = self.request.ok_or(Unauthorized::Tampered(RequestIntegrity::ContentChanged))?;
        let signed = statement::emergency(
            request.vault,
            self.id,
            &self.digest,
            &emergency.justification,
            emergency.at,
            emergency.by,
        );
        let allowed = chain
            .seen_at(emergency.at, request.settings)
            .and_then(|(settings, _)| settings.emergency)
            .is_some_and(|id| switch.is_some_and(|switch| switch.allows_emergency(id)));
        let holds = allowed
            // The request that allows emergencies cannot be applied as an emergency itself.
            && request.content != Content::AllowEmergency
            && !is_ahead(emergency.at, self.at)
            && emergency.at >= request.requested_at
            && emergency.at <= request.valid_until
            && emergency.by != request.requester
            && !emergency.justification.trim().is_empty()
            && history.roles_at(emergency.by, emergency.at).contains(&Role::Administrator)
            && history.holds(emergency.by, emergency.at, &signed, &emergency.signature);
        if holds { Ok(Authorized { request, at: self.at, emergency: true }) } else { Err(Unauthorized::NoEmergency) }
    }

    fn allows_emergency(&self, id: RequestId) -> bool {
        let asked = self.request.as_ref().is_some_and(|request| request.content == Content::AllowEmergency);
        self.id == id && asked && self.integrity == RequestIntegrity::Sound && self.outcome == ApprovalOutcome::Approved
    }
}

fn votes(decisions: &[ExaminedDecision]) -> Vec<Vote> {
    let valid = decisions.iter().filter(|decision| decision.finding == DecisionStatus::Valid);
    valid
        .filter_map(|decision| {
            let ExaminedDecision { approver, verdict, at, .. } = *decision;
            decision.level.map(|level| Vote { approver, level, verdict, at })
        })
        .collect()
}

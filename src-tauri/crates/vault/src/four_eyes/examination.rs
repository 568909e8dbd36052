//! Whether a request is what was signed, which of its decisions count, and what follows.

use chrono::{DateTime, TimeDelta, Utc};
use crypto::{DIGEST_LENGTH, SIGNATURE_LENGTH};
use domain::{
    RequestId, Role, UserId, VaultId,
    approval::{Content, Judgement, Request, RequestState, Rules, Verdict, Vote, judge},
};

use super::{Electorate, Register, statement};
use crate::is_ahead;

/// Everything about one request that a file holds.
pub(crate) struct Evidence {
    pub(crate) id: RequestId,
    pub(crate) content: Vec<u8>,
    pub(crate) signature: [u8; SIGNATURE_LENGTH],
    pub(crate) state: RequestState,
    pub(crate) decisions: Vec<StoredDecision>,
    pub(crate) emergency: Option<Emergency>,
}

/// A decision as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredDecision {
    pub(crate) approver: UserId,
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) signature: [u8; SIGNATURE_LENGTH],
}

/// An application without approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// The administrator.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub justification: String,
    /// The administrator's, over request, digest, justification and time.
    pub signature: [u8; SIGNATURE_LENGTH],
}

domain::enumeration! {
    /// Whether a request is as it was signed.
    pub enum RequestIntegrity {
        /// It is.
        Sound = "sound",
        /// Its bytes are not those that the requester signed, or belong to another request or vault.
        ContentChanged = "contentChanged",
        /// Whoever it names could not ask for this at that moment.
        ForgedRequest = "forgedRequest",
        /// It does not follow the settings that were in force, or these do not hold.
        ForgedRules = "forgedRules",
    }
}

domain::enumeration! {
    /// What is to be said of a decision. Only a valid one counts.
    pub enum DecisionStatus {
        /// It counts.
        Valid = "valid",
        /// Nobody whom it names signed it.
        Forged = "forged",
        /// It was signed, for another request or another content.
        OtherContent = "otherContent",
        /// Its author was no approver at that moment.
        NotApproverThen = "notApproverThen",
        /// Its author asked for it.
        Requester = "requester",
        /// Its author has, or had, the requester's key: the same person under another name.
        RequesterKey = "requesterKey",
        /// Somebody with the same key has decided already.
        Repeated = "repeated",
        /// Made before the request or after its validity.
        OutsideValidity = "outsideValidity",
        /// Its time is yet to come: the clock of whoever made it was ahead, or they said so.
        ClockAhead = "clockAhead",
    }
}

/// A decision, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExaminedDecision {
    /// Who.
    pub approver: UserId,
    /// At which level they were registered at that moment.
    pub level: Option<u64>,
    /// Yes or no.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it counts.
    pub finding: DecisionStatus,
    /// Whether the requester is who registered this approver. It counts, but people should see it.
    pub appointed_by_requester: bool,
}

/// A request under the light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    request: Option<Request>,
    id: RequestId,
    digest: [u8; DIGEST_LENGTH],
    integrity: RequestIntegrity,
    decisions: Vec<ExaminedDecision>,
    judgement: Judgement,
    state: RequestState,
    emergency: Option<Emergency>,
    at: DateTime<Utc>,
}

/// Why nothing may be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorized {
    /// The request is not as it was signed.
    #[error("the request is not as it was signed")]
    Tampered(RequestIntegrity),
    /// The decisions that count do not amount to an approval.
    #[error("the approvals that count are not enough")]
    NotApproved(Judgement),
    /// It came to an end already.
    #[error("the request has ended")]
    Ended(RequestState),
    /// An application without approvals is not allowed, or not signed by an administrator of that moment.
    #[error("applying without approvals is not allowed")]
    NoEmergency,
}

impl Unauthorized {
    /// The word that the audit trail keeps.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tampered(_) => "tampered",
            Self::NotApproved(_) => "notApproved",
            Self::Ended(_) => "ended",
            Self::NoEmergency => "noEmergency",
        }
    }
}

/// Proof that a request may be applied. Only [`Examination::authorize`] and [`Examination::authorize_emergency`] make it,
/// it cannot be copied, and applying consumes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Authorized {
    pub(crate) request: Request,
    pub(crate) at: DateTime<Utc>,
    pub(crate) emergency: bool,
}

impl Authorized {
    /// What may be applied: exactly this.
    pub fn request(&self) -> &Request {
        &self.request
    }
}

impl Examination {
    /// Looks at everything about a request. `others` are the digests of other requests, so that a decision that was
    /// copied from one of them is called by its name.
    pub(crate) fn make(
        vault: VaultId,
        evidence: Evidence,
        electorate: &Electorate,
        register: &Register,
        others: impl FnOnce() -> Vec<(RequestId, [u8; DIGEST_LENGTH])>,
        now: DateTime<Utc>,
    ) -> Self {
        let digest = statement::digest_of_request(&evidence.content);
        let request = Request::decode(&evidence.content).ok();
        let integrity = request.as_ref().map_or(RequestIntegrity::ContentChanged, |request| {
            integrity(vault, &evidence, request, &digest, electorate, register)
        });
        let mut court = Court { vault, id: evidence.id, digest, electorate, register, now, others: None };
        let mut others = Some(others);
        let mut decisions = Vec::with_capacity(evidence.decisions.len());
        let mut keys = Vec::new();
        for decision in &evidence.decisions {
            let mut finding = match &request {
                Some(request) => court.finding(request, decision, &mut keys),
                None => DecisionStatus::OtherContent,
            };
            if finding == DecisionStatus::Forged {
                let others =
                    court.others.get_or_insert_with(|| others.take().map(|others| others()).unwrap_or_default());
                if others.iter().any(|(id, digest)| court_holds(vault, *id, digest, decision, electorate)) {
                    finding = DecisionStatus::OtherContent;
                }
            }
            decisions.push(examined(decision, finding, request.as_ref(), register));
        }
        let judgement = match &request {
            Some(request) => judge(&request.rules, &votes(&decisions), request.valid_until, now),
            None => Judgement::Expired,
        };
        Self {
            request,
            id: evidence.id,
            digest,
            integrity,
            decisions,
            judgement,
            state: evidence.state,
            emergency: evidence.emergency,
            at: now,
        }
    }

    /// The request, if its bytes are a request at all.
    pub fn request(&self) -> Option<&Request> {
        self.request.as_ref()
    }

    /// The digest of its content.
    pub fn digest(&self) -> [u8; DIGEST_LENGTH] {
        self.digest
    }

    /// Whether it is as it was signed.
    pub fn integrity(&self) -> RequestIntegrity {
        self.integrity
    }

    /// Its decisions, each with what is to be said of it.
    pub fn decisions(&self) -> &[ExaminedDecision] {
        &self.decisions
    }

    /// What the decisions that count amount to.
    pub fn judgement(&self) -> Judgement {
        self.judgement
    }

    /// Approvals that count, level by level.
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

    /// Whatever about it was edited: of the request itself, then of each decision.
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
            // Approved in time, but not applied in time: the two are one step, so this was not that step.
            return Err(Unauthorized::NotApproved(Judgement::Expired));
        }
        self.approved()
    }

    /// Proves that what a request allowed may still be done: an operation that waited for its time.
    ///
    /// # Errors
    /// [`Unauthorized`], with the reason.
    pub fn authorize_later(
        self,
        electorate: &Electorate,
        register: &Register,
        switch: Option<&Self>,
    ) -> Result<Authorized, Unauthorized> {
        match self.state {
            RequestState::Applied => {}
            state => return Err(Unauthorized::Ended(state)),
        }
        match self.emergency.clone() {
            Some(emergency) => self.urgent(&emergency, electorate, register, switch),
            None => self.approved(),
        }
    }

    /// Tells whether a request that is said to be applied may be: by its approvals, or by an emergency that was allowed.
    /// `switch` is the request by which emergencies were allowed at that moment.
    pub fn outcome_holds(&self, electorate: &Electorate, register: &Register, switch: Option<&Self>) -> bool {
        self.state != RequestState::Applied || self.clone().authorize_later(electorate, register, switch).is_ok()
    }

    /// When it was applied without approvals, if it was.
    pub fn emergency_at(&self) -> Option<DateTime<Utc>> {
        self.emergency.as_ref().map(|emergency| emergency.at)
    }

    /// Proves that an administrator may apply the request without approvals. `switch` is the request by which that was
    /// allowed.
    ///
    /// # Errors
    /// [`Unauthorized`], with the reason.
    pub fn authorize_emergency(
        self,
        emergency: &Emergency,
        electorate: &Electorate,
        register: &Register,
        switch: Option<&Self>,
    ) -> Result<Authorized, Unauthorized> {
        match (self.state, self.judgement) {
            (RequestState::AwaitingApproval, Judgement::Waiting { .. } | Judgement::Approved) => {}
            (RequestState::AwaitingApproval, judgement) => return Err(Unauthorized::NotApproved(judgement)),
            (state, _) => return Err(Unauthorized::Ended(state)),
        }
        self.urgent(emergency, electorate, register, switch)
    }

    fn approved(self) -> Result<Authorized, Unauthorized> {
        match (self.integrity, self.request, self.judgement) {
            (RequestIntegrity::Sound, Some(request), Judgement::Approved) => {
                Ok(Authorized { request, at: self.at, emergency: false })
            }
            (RequestIntegrity::Sound, Some(_), judgement) => Err(Unauthorized::NotApproved(judgement)),
            (RequestIntegrity::Sound, None, _) => Err(Unauthorized::Tampered(RequestIntegrity::ContentChanged)),
            (integrity, _, _) => Err(Unauthorized::Tampered(integrity)),
        }
    }

    fn urgent(
        self,
        emergency: &Emergency,
        electorate: &Electorate,
        register: &Register,
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
        let allowed = register
            .seen_at(emergency.at, request.settings)
            .and_then(|(settings, _)| settings.emergency)
            .is_some_and(|id| switch.is_some_and(|switch| switch.allows_emergency(id)));
        let holds = allowed
            // What decides about urgency cannot be urgent itself.
            && request.content != Content::AllowEmergency
            && !is_ahead(emergency.at, self.at)
            && emergency.at >= request.requested_at
            && emergency.at <= request.valid_until
            && emergency.by != request.requester
            && !emergency.justification.trim().is_empty()
            && electorate.roles_at(emergency.by, emergency.at).contains(&Role::Administrator)
            && electorate.holds(emergency.by, emergency.at, &signed, &emergency.signature);
        if holds { Ok(Authorized { request, at: self.at, emergency: true }) } else { Err(Unauthorized::NoEmergency) }
    }

    fn allows_emergency(&self, id: RequestId) -> bool {
        let asked = self.request.as_ref().is_some_and(|request| request.content == Content::AllowEmergency);
        self.id == id && asked && self.integrity == RequestIntegrity::Sound && self.judgement == Judgement::Approved
    }
}

/// What every decision of a request is held against.
struct Court<'a> {
    vault: VaultId,
    id: RequestId,
    digest: [u8; DIGEST_LENGTH],
    electorate: &'a Electorate,
    register: &'a Register,
    now: DateTime<Utc>,
    others: Option<Vec<(RequestId, [u8; DIGEST_LENGTH])>>,
}

impl Court<'_> {
    fn finding(&self, request: &Request, decision: &StoredDecision, keys: &mut Vec<[u8; 32]>) -> DecisionStatus {
        let (approver, at) = (decision.approver, decision.at);
        let Some(key) = self.electorate.signing_key_at(approver, at) else {
            return DecisionStatus::NotApproverThen;
        };
        if !court_holds(self.vault, self.id, &self.digest, decision, self.electorate) {
            return DecisionStatus::Forged;
        }
        if approver == request.requester {
            return DecisionStatus::Requester;
        }
        if self.electorate.ever_held(request.requester, &key) {
            return DecisionStatus::RequesterKey;
        }
        let approves = self.electorate.roles_at(approver, at).contains(&Role::Approver);
        if !approves || self.register.level_seen(approver, at, request.settings).is_none() {
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
}

fn court_holds(
    vault: VaultId,
    id: RequestId,
    digest: &[u8],
    decision: &StoredDecision,
    electorate: &Electorate,
) -> bool {
    let StoredDecision { approver, verdict, reason, at, signature } = decision;
    let signed = statement::decision(vault, id, digest, *verdict, reason, *at, *approver);
    electorate.holds(*approver, *at, &signed, signature)
}

fn integrity(
    vault: VaultId,
    evidence: &Evidence,
    request: &Request,
    digest: &[u8],
    electorate: &Electorate,
    register: &Register,
) -> RequestIntegrity {
    let (requester, at) = (request.requester, request.requested_at);
    let signed = statement::request(vault, evidence.id, digest, requester);
    if request.vault != vault
        || request.id != evidence.id
        || !electorate.holds(requester, at, &signed, &evidence.signature)
    {
        return RequestIntegrity::ContentChanged;
    }
    let role = match request.content {
        Content::Batch(_) | Content::Operations(_) => Role::Operator,
        Content::AllowEmergency => Role::Administrator,
    };
    if !electorate.roles_at(requester, at).contains(&role) {
        return RequestIntegrity::ForgedRequest;
    }
    let (number, of_settings, rules) = match register.seen_at(at, request.settings) {
        Some((settings, digest)) => (settings.number, *digest, settings.rules.clone()),
        None => (0, [0; DIGEST_LENGTH], Rules::default()),
    };
    let validity = i64::try_from(rules.validity_minutes).ok().and_then(TimeDelta::try_minutes);
    let valid_until = validity.and_then(|validity| at.checked_add_signed(validity));
    let follows = register.broken_at().is_none()
        && (request.settings, request.settings_digest) == (number, of_settings)
        && request.rules == rules
        && Some(request.valid_until) == valid_until;
    if follows { RequestIntegrity::Sound } else { RequestIntegrity::ForgedRules }
}

fn examined(
    decision: &StoredDecision,
    finding: DecisionStatus,
    request: Option<&Request>,
    register: &Register,
) -> ExaminedDecision {
    // Who decides has seen the settings that the request names, whatever their clocks told.
    let seen = request.map_or(0, |request| request.settings);
    let appointed_by = register.appointed_by(decision.approver, decision.at, seen);
    ExaminedDecision {
        approver: decision.approver,
        level: register.level_seen(decision.approver, decision.at, seen),
        verdict: decision.verdict,
        reason: decision.reason.clone(),
        at: decision.at,
        finding,
        appointed_by_requester: appointed_by.is_some() && appointed_by == request.map(|request| request.requester),
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

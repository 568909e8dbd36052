//! The request as it is signed, with its only encoding.

use chrono::{DateTime, Utc};

use crate::{BatchAction, Canonical, Content, Decoder, Encoder, Malformed, Rules, canonical::record};
use domain::{RequestId, UserId, VaultId};

/// The version of the encoding. It is written first, so that no later one can be mistaken for this one.
const VERSION: u64 = 1;

/// A signed request. It never changes after it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Request {
    /// The vault it belongs to: an approval is worth nothing in a copy with another id.
    pub vault: VaultId,
    pub id: RequestId,
    pub requester: UserId,
    pub requested_at: DateTime<Utc>,
    /// The time after which decisions no longer count.
    pub valid_until: DateTime<Utc>,
    pub reason: String,
    /// The number of the settings in force; 0 before there were any.
    pub settings: u64,
    /// Their digest; zeroes before there were any.
    pub settings_digest: [u8; 32],
    /// Their rules, so that later ones change nothing about this request.
    pub rules: Rules,
    pub content: Content,
}

domain::enumeration! {
    /// The state of a request.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestState {
        AwaitingApproval = "awaitingApproval",
        Applied = "applied",
        /// Enough approvers rejected it.
        Rejected = "rejected",
        /// Taken back by the requester before anybody decided.
        Canceled = "canceled",
        /// Its validity ran out.
        Expired = "expired",
        /// Approved, but a record had changed since the request; nothing was applied.
        Conflict = "conflict",
    }
}

domain::enumeration! {
    /// The kind of a request.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestKind {
        Update = "update",
        Inactivate = "inactivate",
        Activate = "activate",
        Expire = "expire",
        Operations = "operations",
        Emergency = "emergency",
    }
}

impl Request {
    /// Returns its only encoding.
    pub fn encode(&self) -> Vec<u8> {
        Encoder::whole(&Versioned(self.clone()))
    }

    /// Reads what [`Request::encode`] wrote.
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        Decoder::whole::<Versioned>(bytes).map(|versioned| versioned.0)
    }

    /// Returns the kind of the request.
    pub fn action(&self) -> RequestKind {
        match &self.content {
            Content::Batch(batch) => match batch.action {
                BatchAction::Update => RequestKind::Update,
                BatchAction::Inactivate => RequestKind::Inactivate,
                BatchAction::Activate => RequestKind::Activate,
                BatchAction::Expire => RequestKind::Expire,
            },
            Content::Operations(_) => RequestKind::Operations,
            Content::AllowEmergency => RequestKind::Emergency,
        }
    }
}

struct Versioned(Request);

impl Canonical for Versioned {
    fn encode(&self, encoder: &mut Encoder) {
        VERSION.encode(encoder);
        Canonical::encode(&self.0, encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, Malformed> {
        if u64::decode(decoder)? != VERSION {
            return Err(Malformed);
        }
        <Request as Canonical>::decode(decoder).map(Self)
    }
}

record!(Request { vault, id, requester, requested_at, valid_until, reason, settings, settings_digest, rules, content });

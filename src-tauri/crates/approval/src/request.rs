//! A request, as it is signed.

use chrono::{DateTime, Utc};

use crate::{BatchAction, Canonical, Content, Decoder, Encoder, Malformed, Rules, canonical::record};
use domain::{RequestId, UserId, VaultId};

/// The version of the encoding. It stands first, so that no later one can be mistaken for this one.
const VERSION: u64 = 1;

/// What somebody asks for. Nothing of it ever changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Request {
    /// The vault it belongs to: an approval is worth nothing in a copy with another id.
    pub vault: VaultId,
    pub id: RequestId,
    pub requester: UserId,
    pub requested_at: DateTime<Utc>,
    /// After this, nothing is decided any more.
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
    /// Where a request is.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum RequestState {
        AwaitingApproval = "awaitingApproval",
        Applied = "applied",
        /// Enough people said no.
        Rejected = "rejected",
        /// Taken back by the requester before anybody decided.
        Canceled = "canceled",
        /// Its validity ran out.
        Expired = "expired",
        /// Approved, but something was no longer as it was; nothing was done.
        Conflict = "conflict",
    }
}

domain::enumeration! {
    /// What a request is about, in a word.
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
    /// The only encoding.
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

    /// What it is about.
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

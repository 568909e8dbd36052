//! Ids are UUIDs of version 7 (RFC 9562), which sort by the time of their creation. This crate has no random source:
//! the caller makes the UUID and passes it in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was made or read elsewhere.
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the wrapped UUID.
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// The id of a vault.
    VaultId
);
id!(
    /// The id of a person who can open the vault.
    UserId
);
id!(
    /// The id of a device.
    DeviceId
);
id!(
    /// The id of a credential: a username on one device.
    CredentialId
);
id!(
    /// The id of a secret version: one value that a secret of a credential has, had, or may have.
    SecretVersionId
);
id!(
    /// The id of an operation.
    OperationId
);
id!(
    /// The id of an attempt: one try of an operation.
    AttemptId
);
id!(
    /// The id of a running program that has claimed operations.
    OwnerId
);
id!(
    /// The id of a request that others must approve.
    RequestId
);
id!(
    /// The id of a strength: the rules of generated passwords.
    StrengthId
);
id!(
    /// The id of a policy.
    PolicyId
);
id!(
    /// The id of a filter that a person saved under a name.
    SavedFilterId
);

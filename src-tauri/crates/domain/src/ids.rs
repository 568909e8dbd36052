//! Ids are UUIDs of version 7 (RFC 9562): they sort by the time they were made. Who makes one passes the UUID in.

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

            /// Returns the UUID.
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
    /// A vault.
    VaultId
);
id!(
    /// A person who can open the vault.
    UserId
);
id!(
    /// A target system.
    DeviceId
);
id!(
    /// A username on one device.
    CredentialId
);
id!(
    /// One value that a secret of a credential has, had, or may have.
    SecretVersionId
);
id!(
    /// One row of asynchronous work.
    OperationId
);
id!(
    /// One try of an operation.
    AttemptId
);
id!(
    /// One running program that holds operations.
    OwnerId
);
id!(
    /// Something that others must approve.
    RequestId
);
id!(
    /// How passwords are generated.
    StrengthId
);
id!(
    /// When passwords are changed, and of which credentials.
    PolicyId
);
id!(
    /// A filter that a person keeps under a name.
    SavedFilterId
);

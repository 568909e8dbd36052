//! Tags: the names that a template writes as `[#NAME#]` and that are filled when it is bound.

use std::fmt;

macro_rules! tags {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $(or $old:literal)?;)*) => {
        /// A value that a template can use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tag {
            $($(#[$doc])* $variant,)*
        }

        impl Tag {
            /// Every tag, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name as it is written between `[#` and `#]`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Finds a tag by its name or its old Portuguese name, without regard to case.
            pub fn from_name(name: &str) -> Option<Self> {
                $(if name.eq_ignore_ascii_case($name) $(|| name.eq_ignore_ascii_case($old))? {
                    return Some(Self::$variant);
                })*
                None
            }
        }
    };
}

tags! {
    /// The account whose password changes.
    Username = "USERNAME";
    /// The new password of that account.
    NewPassword = "NEW_PASSWORD";
    /// The current password of that account.
    CurrentPassword = "CURRENT_PASSWORD";
    /// The account that connects: the target itself or an access credential.
    AuthUser = "AUTH_USER";
    /// The password of the account that connects.
    AuthPassword = "AUTH_PASSWORD" or "COE_SENHA";
    /// The domain of the account that connects.
    AuthDomain = "AUTH_DOMAIN";
    /// The credential's free text for templates.
    AdditionalText = "ADD_INFO";
    /// The address of the device.
    Ip = "IP";
    /// The name of the device.
    Hostname = "HOSTNAME";
    /// The domain of the account.
    Domain = "DOMAIN";
    /// The path on the server.
    ServerPath = "SERVER_PATH";
    /// A one-time password (TOTP).
    TotpToken = "TOTP_TOKEN";
    /// The address that is connected to.
    ConnectIp = "CONNECT_IP";
    /// The port that is connected to.
    ConnectPort = "CONNECT_PORT";
    /// A group, for user and group work.
    GroupName = "GROUP_NAME" or "GRUPO_NOME";
    /// The numeric user id of an account.
    Uid = "UID";
    /// The home folder of an account.
    Home = "HOME";
    /// The login shell of an account.
    Shell = "SHELL";
    /// The ticket that asks for the operation.
    Ticket = "TICKET" or "CODIGO_GOVERNANCA";
    /// The number of the operation.
    OperationId = "OPERATION_ID" or "OPERACAO_COD";
}

impl Tag {
    /// Tells whether the value is secret.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::NewPassword | Self::CurrentPassword | Self::AuthPassword | Self::TotpToken)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn every_tag_is_found_by_its_name_in_any_case() {
        for &tag in Tag::ALL {
            assert_eq!(Tag::from_name(tag.name()), Some(tag), "by name");
            assert_eq!(Tag::from_name(&tag.name().to_lowercase()), Some(tag), "in small letters");
        }
    }

    #[test]
    fn old_portuguese_names_mean_the_same_tags() {
        assert_eq!(Tag::from_name("COE_SENHA"), Some(Tag::AuthPassword), "the password that connects");
        assert_eq!(Tag::from_name("grupo_nome"), Some(Tag::GroupName), "the group");
        assert_eq!(Tag::from_name("CODIGO_GOVERNANCA"), Some(Tag::Ticket), "the ticket");
        assert_eq!(Tag::from_name("OPERACAO_COD"), Some(Tag::OperationId), "the operation");
        assert_eq!(Tag::from_name("SENHA"), None, "no such tag");
    }
}

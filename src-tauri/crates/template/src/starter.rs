//! Templates that come with the program. Their texts are plain files beside this crate.

/// Who logs in to run a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connects {
    /// The account whose password changes.
    Own,
    /// An access credential.
    Access,
}

/// A template that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starter {
    /// Stable identifier.
    pub id: &'static str,
    /// The name that lists show.
    pub name: &'static str,
    /// The plugin that runs it.
    pub plugin: &'static str,
    /// Who logs in.
    pub connects: Connects,
    /// The template's text.
    pub source: &'static str,
}

/// Every starter template.
pub const ALL: &[Starter] = &[
    Starter {
        id: "ssh-own-passwd",
        name: "Linux: own password with passwd",
        plugin: "ssh",
        connects: Connects::Own,
        source: include_str!("../starter/ssh-own-passwd.txt"),
    },
    Starter {
        id: "ssh-root-passwd",
        name: "Linux: another account as root with passwd",
        plugin: "ssh",
        connects: Connects::Access,
        source: include_str!("../starter/ssh-root-passwd.txt"),
    },
    Starter {
        id: "ssh-sudo-chpasswd",
        name: "Linux: another account with sudo and chpasswd",
        plugin: "ssh",
        connects: Connects::Access,
        source: include_str!("../starter/ssh-sudo-chpasswd.txt"),
    },
    Starter {
        id: "ssh-root-chpasswd",
        name: "Linux: another account as root with chpasswd",
        plugin: "ssh",
        connects: Connects::Access,
        source: include_str!("../starter/ssh-root-chpasswd.txt"),
    },
];

/// Finds a starter template.
pub fn find(id: &str) -> Option<&'static Starter> {
    ALL.iter().find(|starter| starter.id == id)
}

//! What a plugin is, as data: forms and lists render from it, and no other code asks for the plugin's id.

use domain::{IdentityKind, PluginId, Transport};

/// What a plugin is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Stable identifier, stored in vaults.
    pub id: PluginId,
    /// The protocol's name, the same in every language.
    pub name: &'static str,
    /// The port of the protocol's registration.
    pub default_port: u16,
    /// How its bytes can travel, the preferred way first. Never empty.
    pub transports: &'static [Transport],
    /// The kind of identity that its devices show.
    pub identity: IdentityKind,
    /// The longest password that the plugin carries unharmed, in bytes.
    pub longest_password: usize,
    /// Characters that would not arrive unharmed.
    pub forbidden_characters: &'static str,
    /// Fields of the device form that only this plugin has.
    pub fields: &'static [FormField],
    /// The calls that lead somewhere.
    pub capabilities: Capabilities,
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormField {
    /// The name under which the value is stored.
    pub name: &'static str,
    /// The key of its label in the window's texts.
    pub label: &'static str,
    /// How it is entered.
    pub kind: FieldKind,
    /// Whether a device cannot be reached without it.
    pub required: bool,
    /// The value of a new device; empty for none.
    pub default: &'static str,
}

/// How a field of a form is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// As a line of text.
    Text,
    /// As a whole number.
    Number,
    /// As one of these words.
    Choice(&'static [&'static str]),
}

/// The calls of a plugin that lead somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// A template can change a password.
    pub change: bool,
    /// A login proves a password.
    pub prove: bool,
    /// Accounts, rights and dependents can be read.
    pub look: bool,
    /// Templates can do anything else.
    pub run: bool,
}

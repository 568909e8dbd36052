//! The description of a plugin as data. Forms and lists are drawn from it, so that no other code needs to test the
//! plugin's id.

use domain::{IdentityKind, PluginId, Transport};

/// The description of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Stable identifier, stored in vaults.
    pub id: PluginId,
    /// The protocol's name, the same in every language.
    pub name: &'static str,
    /// The registered port of the protocol.
    pub default_port: u16,
    /// The transports that it supports (plain, TLS), the preferred one first. Never empty.
    pub transports: &'static [Transport],
    /// The kind of identity that its devices present.
    pub identity: IdentityKind,
    /// The longest password that the plugin transmits unchanged, in bytes.
    pub longest_password: usize,
    /// The characters that the plugin cannot transmit unchanged.
    pub forbidden_characters: &'static str,
    /// Fields of the device form that only this plugin has.
    pub fields: &'static [FormField],
    /// The optional operations that it supports.
    pub capabilities: Capabilities,
}

/// A field of the device form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormField {
    /// The name under which the value is stored.
    pub name: &'static str,
    /// The key of its label in the window's texts.
    pub label: &'static str,
    /// The kind of input that it takes.
    pub kind: FieldKind,
    /// True if a device cannot be reached without a value.
    pub required: bool,
    /// The value that a new device begins with; empty for none.
    pub default: &'static str,
}

/// The kind of input that a field of a form takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// A single whole number.
    Number,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// The optional operations that a plugin supports.
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

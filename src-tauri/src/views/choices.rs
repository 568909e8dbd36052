//! Choices that only the window knows.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A language of the window, by its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Portuguese of Brazil.
    #[serde(rename = "pt-BR")]
    PortugueseOfBrazil,
}

/// Why a vault can only be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReadOnlyReason {
    /// A newer program wrote it.
    NewerVersion,
    /// Damage was found.
    Damaged,
    /// Somebody altered its structure.
    Altered,
    /// Its folder cannot be written.
    Folder,
    /// The disk is full.
    DiskFull,
    /// Its files are not at their place any more.
    Displaced,
}

impl From<app::ReadOnly> for ReadOnlyReason {
    fn from(reason: app::ReadOnly) -> Self {
        match reason {
            app::ReadOnly::NewerVersion { .. } => Self::NewerVersion,
            app::ReadOnly::Damaged => Self::Damaged,
            app::ReadOnly::Altered => Self::Altered,
            app::ReadOnly::Folder => Self::Folder,
            app::ReadOnly::DiskFull => Self::DiskFull,
            app::ReadOnly::Displaced => Self::Displaced,
        }
    }
}

//! Enumerations that only the window uses.

app::domain::enumeration! {
    /// The theme of the window: light, dark, or the system's.
    pub enum Theme {
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

app::domain::enumeration! {
    /// A language of the window, by its BCP 47 tag.
    pub enum Language {
        English = "en",
        PortugueseOfBrazil = "pt-BR",
    }
}

app::domain::enumeration! {
    /// The reason why a vault is read-only.
    pub enum ReadOnlyReason {
        /// A newer program wrote it.
        NewerVersion = "newerVersion",
        Damaged = "damaged",
        /// Somebody altered its structure.
        Altered = "altered",
        /// Its folder cannot be written.
        Folder = "folder",
        /// The disk is full.
        DiskFull = "diskFull",
        /// The vault's files are not at their place any more.
        Displaced = "displaced",
    }
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

//! What the program can change passwords with.

use template::starter::{self, Connects};

use crate::{Action, App, AppError};

/// A change plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginDescription {
    /// Stable identifier.
    pub id: &'static str,
    /// The protocol's name.
    pub name: &'static str,
    /// The port that it usually listens on.
    pub default_port: u16,
}

/// A change template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateDescription {
    /// Stable identifier.
    pub id: &'static str,
    /// The plugin that it is for.
    pub plugin: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// Whether it logs in as the credential itself.
    pub own: bool,
    /// Its text.
    pub source: &'static str,
}

/// The door to plugins and templates.
pub struct Plugins<'a>(pub(crate) &'a App);

impl Plugins<'_> {
    /// Every change plugin.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`].
    pub fn list(&self) -> Result<Vec<PluginDescription>, AppError> {
        self.0.seated(Action::ReadCredentials)?;
        let describe = |connector: &std::sync::Arc<dyn connector::Connector>| {
            let descriptor = connector.descriptor();
            PluginDescription { id: descriptor.id, name: descriptor.name, default_port: descriptor.default_port }
        };
        Ok(self.0.setup.connectors.all().map(describe).collect())
    }

    /// Every change template.
    ///
    /// # Errors
    /// As [`Plugins::list`].
    pub fn templates(&self) -> Result<Vec<TemplateDescription>, AppError> {
        self.0.seated(Action::ReadCredentials)?;
        let describe = |starter: &starter::Starter| TemplateDescription {
            id: starter.id,
            plugin: starter.plugin,
            name: starter.name,
            version: 1,
            own: starter.connects == Connects::Own,
            source: starter.source,
        };
        Ok(self.0.setup.templates.iter().map(describe).collect())
    }
}

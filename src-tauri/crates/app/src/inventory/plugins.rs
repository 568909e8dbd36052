//! The plugins and templates with which the program changes passwords.

use connector::Descriptor;
use template::starter::{self, Connects};

use crate::{Action, App, AppError};

/// The description of a change template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct TemplateDescription {
    pub id: &'static str,
    /// The plugin to which it belongs.
    pub plugin: &'static str,
    pub name: &'static str,
    pub version: u32,
    /// True if it logs in as the credential itself.
    pub own: bool,
    pub source: &'static str,
}

/// The operations on plugins and templates.
pub struct Plugins<'a>(pub(crate) &'a App);

impl Plugins<'_> {
    /// Returns every change plugin.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`].
    pub fn list(&self) -> Result<Vec<Descriptor>, AppError> {
        self.0.authorize(Action::ReadCredentials)?;
        Ok(self.0.setup.connectors.all().map(|connector| connector.descriptor()).collect())
    }

    /// Returns every change template.
    ///
    /// # Errors
    /// As [`Plugins::list`].
    pub fn templates(&self) -> Result<Vec<TemplateDescription>, AppError> {
        self.0.authorize(Action::ReadCredentials)?;
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

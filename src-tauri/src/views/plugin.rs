//! Change plugins and templates.

use app::{PluginDescription, TemplateDescription};
use serde::Serialize;
use specta::Type;

/// A change plugin.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PluginView {
    /// Its id.
    pub id: String,
    /// The protocol's name.
    pub name: String,
    /// The port that it usually listens on.
    pub default_port: u16,
}

impl From<PluginDescription> for PluginView {
    fn from(plugin: PluginDescription) -> Self {
        Self { id: plugin.id.to_owned(), name: plugin.name.to_owned(), default_port: plugin.default_port }
    }
}

/// Whom a template logs in as.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TemplateConnects {
    /// The credential itself.
    Own,
    /// An access credential.
    Access,
}

/// A change template.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    /// Its id.
    pub id: String,
    /// The plugin that it is for.
    pub plugin_id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Whom it logs in as.
    pub connects: TemplateConnects,
    /// Its text.
    pub source: String,
}

impl From<TemplateDescription> for TemplateView {
    fn from(template: TemplateDescription) -> Self {
        Self {
            id: template.id.to_owned(),
            plugin_id: template.plugin.to_owned(),
            name: template.name.to_owned(),
            version: template.version,
            connects: if template.own { TemplateConnects::Own } else { TemplateConnects::Access },
            source: template.source.to_owned(),
        }
    }
}

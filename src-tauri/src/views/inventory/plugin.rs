//! Change plugins and change templates.

use app::{Descriptor, FieldKind, FormField, TemplateDescription};
use serde::Serialize;
use specta::Type;

use crate::views::{IdentityKind, Transport};

/// A change plugin, as the device form needs it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PluginView {
    pub id: String,
    pub name: String,
    /// The port that it usually listens on.
    pub default_port: u16,
    /// The transports that it supports (plain, TLS), the preferred one first.
    pub transports: Vec<Transport>,
    /// The kind of identity that its devices present.
    pub identity: IdentityKind,
    /// Fields of the device form that only this plugin has.
    pub fields: Vec<PluginFieldView>,
}

/// A field of the device form.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PluginFieldView {
    /// The name under which the value is stored.
    pub name: String,
    /// The key of its label in the texts.
    pub label: String,
    /// True if it is a whole number.
    pub number: bool,
    /// The words to choose from; empty: any value can be entered.
    pub choices: Vec<String>,
    /// True if a device cannot be reached without a value.
    pub required: bool,
    /// The value that a new device begins with.
    pub default: String,
}

impl From<Descriptor> for PluginView {
    fn from(plugin: Descriptor) -> Self {
        Self {
            id: plugin.id.to_string(),
            name: plugin.name.to_owned(),
            default_port: plugin.default_port,
            transports: plugin.transports.to_vec(),
            identity: plugin.identity,
            fields: plugin.fields.iter().map(PluginFieldView::from).collect(),
        }
    }
}

impl From<&FormField> for PluginFieldView {
    fn from(field: &FormField) -> Self {
        let choices: &[&str] = if let FieldKind::Choice(words) = field.kind { words } else { &[] };
        Self {
            name: field.name.to_owned(),
            label: field.label.to_owned(),
            number: field.kind == FieldKind::Number,
            choices: choices.iter().map(|word| (*word).to_owned()).collect(),
            required: field.required,
            default: field.default.to_owned(),
        }
    }
}

/// The account that a template logs in with.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TemplateConnects {
    Own,
    Access,
}

/// A change template, as the forms offer it.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateView {
    pub id: String,
    /// The plugin that it is for.
    pub plugin_id: String,
    pub name: String,
    pub version: u32,
    /// The account that it logs in with.
    pub connects: TemplateConnects,
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

//! Change plugins and templates.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::plugin::{PluginView, TemplateView},
};

/// Every change plugin.
#[crate::command]
pub fn plugin_list(shell: State<'_, Shell>) -> Result<Vec<PluginView>, CommandError> {
    Ok(shell.app.plugins().list()?.into_iter().map(PluginView::from).collect())
}

/// Every change template.
#[crate::command]
pub fn template_list(shell: State<'_, Shell>) -> Result<Vec<TemplateView>, CommandError> {
    Ok(shell.app.plugins().templates()?.into_iter().map(TemplateView::from).collect())
}

//! Commands for change plugins and change templates.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::plugin::{PluginView, TemplateView},
};

/// Returns every change plugin.
#[crate::command]
pub fn plugin_list(shell: State<'_, Shell>) -> Result<Vec<PluginView>, CommandError> {
    Ok(shell.app.plugins().list()?.into_iter().map(PluginView::from).collect())
}

/// Returns every change template.
#[crate::command]
pub fn template_list(shell: State<'_, Shell>) -> Result<Vec<TemplateView>, CommandError> {
    Ok(shell.app.plugins().templates()?.into_iter().map(TemplateView::from).collect())
}

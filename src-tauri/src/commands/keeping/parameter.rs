//! Commands for the parameters, which administrators set.

use app::domain::parameter::Parameter;
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        Noun,
        parameter::{ParameterKeyRequest, ParameterSaveRequest, ParameterView},
    },
};

/// Returns every parameter, in the order of the table.
#[crate::command]
pub fn parameter_list(shell: State<'_, Shell>) -> Result<Vec<ParameterView>, CommandError> {
    Ok(shell.app.parameters().list()?.into_iter().map(ParameterView::from).collect())
}

/// Sets a parameter. The new value takes effect at once.
#[crate::command]
pub fn parameter_save(shell: State<'_, Shell>, request: ParameterSaveRequest) -> Result<ParameterView, CommandError> {
    let parameter = parameter(&request.key)?;
    shell.app.parameters().save(parameter, request.value.into())?;
    view(&shell, parameter)
}

/// Resets a parameter to its default.
#[crate::command]
pub fn parameter_reset(shell: State<'_, Shell>, request: ParameterKeyRequest) -> Result<ParameterView, CommandError> {
    let parameter = parameter(&request.key)?;
    shell.app.parameters().reset(parameter)?;
    view(&shell, parameter)
}

fn parameter(key: &str) -> Result<Parameter, CommandError> {
    Parameter::of_name(key).ok_or(CommandError::NotFound { noun: Noun::Parameter })
}

fn view(shell: &Shell, parameter: Parameter) -> Result<ParameterView, CommandError> {
    let rows = shell.app.parameters().list()?;
    let row = rows.into_iter().find(|row| row.definition.parameter == parameter);
    row.map(ParameterView::from).ok_or(CommandError::NotFound { noun: Noun::Parameter })
}

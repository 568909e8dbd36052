//! The open vault in numbers, for support when something fails. No name, no path, no secret.

use domain::parameter::{self, PARAMETERS, Value};
use vault::{AuditQuery, CredentialQuery, DeviceQuery, OperationQuery, Vault, VaultError};

use crate::App;

/// The size and the settings of the open vault.
#[derive(Debug)]
pub struct VaultFigures {
    /// The format of its key slots.
    pub format: u32,
    /// True for a vault that is open for reading only.
    pub is_read_only: bool,
    /// The number of records of each kind, or the error that prevented counting.
    pub counts: Result<Vec<(&'static str, u64)>, VaultError>,
    /// Every parameter with the value in force.
    pub parameters: Vec<(&'static str, String)>,
}

impl App {
    /// Counts the records of the open vault. It needs no permission, because the numbers identify nobody. None if no
    /// vault is open.
    pub fn vault_figures(&self) -> Option<VaultFigures> {
        // The lock is not held while the database is read: the window would wait for it.
        let (vault, set) =
            self.open_vault().as_ref().map(|open_vault| (open_vault.vault.clone(), open_vault.parameters.clone()))?;
        Some(VaultFigures {
            format: vault.slots_format(),
            is_read_only: vault.read_only_reason().is_some(),
            counts: counts(&vault),
            parameters: PARAMETERS.iter().map(|definition| (definition.name, value(&set, definition))).collect(),
        })
    }
}

fn counts(vault: &Vault) -> Result<Vec<(&'static str, u64)>, VaultError> {
    let users = u64::try_from(vault.people().len()).unwrap_or(u64::MAX);
    vault.read(|reader| {
        Ok(vec![
            ("users", users),
            ("devices", reader.devices().count(&DeviceQuery::default())?),
            ("credentials", reader.credentials().count(&CredentialQuery::default())?),
            ("operations", reader.operations().count(&OperationQuery::default())?),
            ("audit entries", reader.audit().count(&AuditQuery::default())?),
        ])
    })
}

fn value(set: &parameter::Parameters, definition: &parameter::Definition) -> String {
    let mark = if set.is_set(definition.parameter) { " (set)" } else { "" };
    match set.get(definition.parameter) {
        Value::Integer(number) => format!("{number}{mark}"),
        Value::Switch(on) => format!("{}{mark}", if on { "on" } else { "off" }),
        Value::Text(text) => format!("{text}{mark}"),
        Value::List(items) => format!("{}{mark}", items.join(", ")),
    }
}

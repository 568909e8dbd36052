//! The name of a credential in audit entries and messages.

/// Joins an account and its device as people name them: "root on srv-db-01".
pub(crate) fn label(username: &str, device_name: &str) -> String {
    format!("{username} on {device_name}")
}

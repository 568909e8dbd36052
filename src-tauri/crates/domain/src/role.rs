//! What a person may do in a vault.

crate::enumeration! {
    /// A set of permissions. A person may hold several.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// People, parameters, templates, backups.
        Administrator = "administrator",
        /// Devices, credentials, passwords, operations.
        Operator = "operator",
        /// Decides on the requests of others; never sees a password.
        Approver = "approver",
        /// Reads everything but passwords.
        Auditor = "auditor",
    }
}

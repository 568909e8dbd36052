//! The roles of people: sets of permissions in a vault.

crate::enumeration! {
    /// A set of permissions. A person may hold several.
    #[derive(PartialOrd, Ord)]
    pub enum Role {
        /// Manages people, parameters, templates and backups.
        Administrator = "administrator",
        /// Manages devices and credentials, uses passwords and runs operations.
        Operator = "operator",
        /// Decides on the requests of others; never sees a password.
        Approver = "approver",
        /// Reads everything except passwords.
        Auditor = "auditor",
    }
}

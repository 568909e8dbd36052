//! Who may do what: one table, in one place.

use domain::Role;

/// Something a person at the window can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See devices.
    ReadDevices,
    /// Enter, change and delete devices; accept their host keys.
    WriteDevices,
    /// See credentials, without their passwords.
    ReadCredentials,
    /// Enter, change and delete credentials.
    WriteCredentials,
    /// See or copy a password.
    RevealSecrets,
    /// See operations and attempts.
    ReadOperations,
    /// Request, restart, hasten and call off operations.
    WriteOperations,
    /// See policies and strengths.
    ReadPolicies,
    /// Enter, change, pause and delete policies and strengths.
    WritePolicies,
    /// Write reports to files.
    ExportReports,
}

/// Every action.
pub const ACTIONS: [Action; 10] = [
    Action::ReadDevices,
    Action::WriteDevices,
    Action::ReadCredentials,
    Action::WriteCredentials,
    Action::RevealSecrets,
    Action::ReadOperations,
    Action::WriteOperations,
    Action::ReadPolicies,
    Action::WritePolicies,
    Action::ExportReports,
];

impl Action {
    /// Tells whether the vault changes by it. Revealing does: it leaves an audit entry.
    pub fn writes(self) -> bool {
        match self {
            Self::ReadDevices
            | Self::ReadCredentials
            | Self::ReadOperations
            | Self::ReadPolicies
            | Self::ExportReports => false,
            Self::WriteDevices
            | Self::WriteCredentials
            | Self::RevealSecrets
            | Self::WriteOperations
            | Self::WritePolicies => true,
        }
    }
}

/// Tells whether someone with these roles may do this.
pub fn may(roles: &[Role], action: Action) -> bool {
    roles.iter().any(|role| role_may(*role, action))
}

fn role_may(role: Role, action: Action) -> bool {
    match (role, action) {
        (
            Role::Administrator | Role::Operator | Role::Auditor,
            Action::ReadDevices
            | Action::ReadCredentials
            | Action::ReadOperations
            | Action::ReadPolicies
            | Action::ExportReports,
        ) => true,
        (Role::Administrator, Action::WritePolicies) => true,
        (Role::Operator | Role::Auditor, Action::WritePolicies) => false,
        (
            Role::Operator,
            Action::WriteDevices | Action::WriteCredentials | Action::RevealSecrets | Action::WriteOperations,
        ) => true,
        (
            Role::Administrator | Role::Auditor,
            Action::WriteDevices | Action::WriteCredentials | Action::RevealSecrets | Action::WriteOperations,
        ) => false,
        // Approvers see what they decide on, through their requests.
        (Role::Approver, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{ACTIONS, Action, Role, may};

    #[test]
    fn only_an_operator_sees_a_password_or_changes_what_passwords_are_for() {
        let policies = |action: &Action| *action == Action::WritePolicies;
        for action in ACTIONS.into_iter().filter(|action| action.writes() && !policies(action)) {
            assert!(may(&[Role::Operator], action), "an operator may {action:?}");
            for role in [Role::Administrator, Role::Approver, Role::Auditor] {
                assert!(!may(&[role], action), "{role:?} may not {action:?}");
            }
        }
    }

    #[test]
    fn only_an_administrator_decides_on_policies() {
        assert!(may(&[Role::Administrator], Action::WritePolicies), "an administrator may");
        for role in [Role::Operator, Role::Approver, Role::Auditor] {
            assert!(!may(&[role], Action::WritePolicies), "{role:?} may not");
        }
    }

    #[test]
    fn roles_add_up_and_no_role_means_nothing() {
        assert!(may(&[Role::Administrator, Role::Operator], Action::RevealSecrets), "one of two suffices");
        assert!(ACTIONS.into_iter().all(|action| !may(&[], action)), "without a role there is nothing to do");
    }
}

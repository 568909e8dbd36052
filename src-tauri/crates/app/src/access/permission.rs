//! The permissions of each role, in one table.

use domain::Role::{self, Administrator, Approver, Auditor, Operator};

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $word:literal, $effect:ident [$($role:ident),*];)+) => {
        domain::enumeration! {
            /// An action that the signed-in user can request.
            pub enum Action {
                $($(#[$doc])* $action = $word,)+
            }
        }

        impl Action {
            /// Tells whether the action changes the vault. Revealing a password does, because it leaves an audit entry.
            pub fn writes(self) -> bool {
                match self {
                    $(Self::$action => effect::$effect,)+
                }
            }

            /// Returns the roles that allow it. One of them is enough.
            pub fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$action => &[$($role),*],)+
                }
            }
        }
    };
}

/// The effect of an action on the vault.
#[expect(non_upper_case_globals, reason = "words of the table below")]
mod effect {
    pub(crate) const reads: bool = false;
    pub(crate) const writes: bool = true;
}

actions! {
    /// See the list of devices and their details.
    ReadDevices = "readDevices", reads [Administrator, Operator, Auditor];
    /// Enter, change and delete devices; accept their host keys.
    WriteDevices = "writeDevices", writes [Operator];
    /// See credentials, without their passwords.
    ReadCredentials = "readCredentials", reads [Administrator, Operator, Auditor];
    /// Enter, change and delete credentials.
    WriteCredentials = "writeCredentials", writes [Operator];
    /// See or copy a password.
    RevealSecrets = "revealSecrets", writes [Operator];
    /// See operations and attempts.
    ReadOperations = "readOperations", reads [Administrator, Operator, Auditor];
    /// Request, restart, hasten and cancel operations.
    WriteOperations = "writeOperations", writes [Operator];
    /// See strengths and policies.
    ReadPolicies = "readPolicies", reads [Administrator, Operator, Auditor];
    /// Enter, change and delete strengths and policies.
    WritePolicies = "writePolicies", writes [Administrator];
    /// See the people of the vault.
    ReadUsers = "readUsers", reads [Administrator, Auditor];
    /// Add, change, disable and remove people.
    WriteUsers = "writeUsers", writes [Administrator];
    /// See the parameters and their values.
    ReadParameters = "readParameters", reads [Administrator, Auditor];
    /// Change the values of the parameters.
    WriteParameters = "writeParameters", writes [Administrator];
    /// Register approvers and change the approval settings.
    WriteApprovers = "writeApprovers", writes [Administrator];
    /// Back up, restore, drill, check and re-key the vault; make its recovery kit.
    WriteVault = "writeVault", writes [Administrator];
    /// Accept, with a reason, that a vault was set back to an older state.
    AcceptSetBack = "acceptSetBack", writes [Administrator];
    /// See and verify the audit trail.
    ReadAudit = "readAudit", reads [Administrator, Auditor];
    /// Write reports and the audit trail to a file. Each export leaves an audit entry.
    ExportReports = "exportReports", writes [Administrator, Auditor];
    /// Request a bulk action on many credentials.
    RequestBatches = "requestBatches", writes [Operator];
    /// See requests and their exact content.
    ReadBatches = "readBatches", reads [Administrator, Operator, Approver, Auditor];
    /// Approve or reject another person's request.
    Decide = "decide", writes [Approver];
    /// Apply a request without an approval, if a parameter allows it.
    ApplyInEmergency = "applyInEmergency", writes [Administrator];
}

/// Tells whether a person with these roles may do this.
pub fn may(roles: &[Role], action: Action) -> bool {
    action.roles().iter().any(|role| roles.contains(role))
}

#[cfg(test)]
mod tests {
    use super::{Action, Role, may};

    const ROLES: [Role; 4] = [Role::Administrator, Role::Operator, Role::Approver, Role::Auditor];

    /// The intended permissions, written out once more by hand. Columns: Administrator, Operator, Approver, Auditor.
    const MEANT: [(Action, [bool; 4]); 22] = [
        (Action::ReadDevices, [true, true, false, true]),
        (Action::WriteDevices, [false, true, false, false]),
        (Action::ReadCredentials, [true, true, false, true]),
        (Action::WriteCredentials, [false, true, false, false]),
        (Action::RevealSecrets, [false, true, false, false]),
        (Action::ReadOperations, [true, true, false, true]),
        (Action::WriteOperations, [false, true, false, false]),
        (Action::ReadPolicies, [true, true, false, true]),
        (Action::WritePolicies, [true, false, false, false]),
        (Action::ReadUsers, [true, false, false, true]),
        (Action::WriteUsers, [true, false, false, false]),
        (Action::ReadParameters, [true, false, false, true]),
        (Action::WriteParameters, [true, false, false, false]),
        (Action::WriteApprovers, [true, false, false, false]),
        (Action::WriteVault, [true, false, false, false]),
        (Action::AcceptSetBack, [true, false, false, false]),
        (Action::ReadAudit, [true, false, false, true]),
        (Action::ExportReports, [true, false, false, true]),
        (Action::RequestBatches, [false, true, false, false]),
        (Action::ReadBatches, [true, true, true, true]),
        (Action::Decide, [false, false, true, false]),
        (Action::ApplyInEmergency, [true, false, false, false]),
    ];

    #[test]
    fn every_role_may_exactly_what_is_meant() {
        assert_eq!(MEANT.len(), Action::ALL.len(), "an action is not written out");
        for (action, meant) in MEANT {
            for (role, meant) in ROLES.into_iter().zip(meant) {
                assert_eq!(may(&[role], action), meant, "{role:?}, {action:?}");
            }
        }
    }

    #[test]
    fn nobody_but_an_operator_sees_a_password() {
        for role in [Role::Administrator, Role::Approver, Role::Auditor] {
            assert!(!may(&[role], Action::RevealSecrets), "{role:?} may not");
        }
    }

    #[test]
    fn who_decides_and_who_asks_are_two_roles() {
        for role in ROLES {
            assert!(!(may(&[role], Action::Decide) && may(&[role], Action::RequestBatches)), "{role:?} does both");
        }
    }

    #[test]
    fn roles_add_up_and_no_role_means_nothing() {
        assert!(may(&[Role::Administrator, Role::Operator], Action::RevealSecrets), "one of two suffices");
        assert!(Action::ALL.iter().all(|action| !may(&[], *action)), "without a role there is nothing to do");
    }

    #[test]
    fn an_auditor_changes_nothing_but_what_an_export_leaves_in_the_trail() {
        for action in Action::ALL.iter().filter(|action| action.writes() && may(&[Role::Auditor], **action)) {
            assert_eq!(*action, Action::ExportReports, "an auditor reads");
        }
    }
}

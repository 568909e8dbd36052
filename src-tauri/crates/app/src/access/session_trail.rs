//! The audit entries about sessions, and the newest state of the trail that this desktop remembers.

use std::sync::Arc;

use domain::parameter::Parameter;
use serde_json::json;
use vault::{AuditHead, HeadStatus, KdfParameters, Milestone, NewEntry, Session, Vault, Writer};

use crate::{
    App, AppError, Warning, WarningKind,
    access::{failures::Failed, signed_in_user::SignedInUser},
};

impl App {
    /// Writes the creation of the vault to the audit trail, with its author.
    pub(crate) fn write_creation(&self, cost: KdfParameters) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        let now = self.setup.clock.now();
        signed_in.vault.write(|writer| {
            let id = signed_in.user.id;
            writer.milestones_mut().reach(Milestone::SignedIn, id.as_uuid(), None, now)?;
            writer.milestones_mut().reach(Milestone::PasswordChosen, id.as_uuid(), None, now)?;
            writer.parameters_mut().put_key_cost(cost, id, now)?;
            self.append(writer, &signed_in, "vault.created", json!({ "name": signed_in.vault.name() }))?;
            self.sign_head(writer, &signed_in)
        })?;
        self.remember_head();
        self.warn_of_folder(&signed_in);
        Ok(())
    }

    /// Writes a sign-in and the failures before it to the audit trail, after comparing the trail with the state that
    /// this desktop saw last.
    pub(crate) fn write_sign_in(&self, how: &str, failed: Option<Failed>, opened: bool) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        // Notices before the first write that the files were moved or deleted: the user must still be able to sign in
        // and save a copy.
        let _ = signed_in.vault.in_place();
        if opened {
            self.compare_head(&signed_in)?;
            self.compare_people(&signed_in)?;
            self.warn_of_folder(&signed_in);
        }
        if !signed_in.vault.is_read_only() {
            let now = self.setup.clock.now();
            signed_in.vault.write(|writer| {
                if let Some(failed) = failed {
                    let detail = json!({ "failures": failed.count, "first": failed.first, "last": failed.last });
                    let entry = NewEntry { who: None, action: "session.refused", object: None, detail, at: now };
                    writer.audit_mut().append(&entry)?;
                }
                writer.milestones_mut().reach(Milestone::SignedIn, signed_in.user.id.as_uuid(), None, now)?;
                self.append(writer, &signed_in, "session.signedIn", json!({ "with": how }))?;
                self.sign_head(writer, &signed_in)
            })?;
        }
        self.remember_head();
        Ok(())
    }

    /// Writes a sign-out to the audit trail and signs the head. At a locked window there is no key to sign with.
    pub(crate) fn write_sign_out(&self) -> Result<(), AppError> {
        let Ok(signed_in) = self.signed_in() else { return self.write_sign_out_of_locked() };
        if signed_in.vault.is_read_only() {
            return Ok(());
        }
        signed_in.vault.write(|writer| {
            self.append(writer, &signed_in, "session.signedOut", json!({}))?;
            self.sign_head(writer, &signed_in)
        })
    }

    /// Writes to the audit trail that a locked vault was closed. The entry has no author, because it is not known who
    /// closed it.
    fn write_sign_out_of_locked(&self) -> Result<(), AppError> {
        let vault = match self.open_vault().as_ref() {
            Some(open_vault) if !open_vault.vault.is_read_only() => Arc::clone(&open_vault.vault),
            _ => return Ok(()),
        };
        vault.write(|writer| {
            let object = Some(vault::Object { noun: "vault", id: vault.id().as_uuid(), label: vault.name() });
            let (detail, at) = (json!({ "locked": true }), self.setup.clock.now());
            let entry = NewEntry { who: None, action: "session.signedOut", object, detail, at };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }

    /// Writes to the audit trail that a user chose the password that replaces the one-time password.
    pub(crate) fn write_password_chosen(&self) -> Result<(), AppError> {
        let signed_in = self.signed_in()?;
        let now = self.setup.clock.now();
        signed_in.vault.write(|writer| {
            let id = signed_in.user.id.as_uuid();
            writer.milestones_mut().reach(Milestone::PasswordChosen, id, None, now)?;
            writer.milestones_mut().forget(Milestone::OneTimePassword, id)?;
            self.append(writer, &signed_in, "account.passwordChosen", json!({ "password": "changed" }))
        })
    }

    /// Writes to the audit trail that an Administrator accepted that the vault was set back, with the reason.
    pub(crate) fn write_dismissed(
        &self,
        signed_in: &SignedInUser,
        kind: WarningKind,
        reason: &str,
    ) -> Result<(), AppError> {
        let detail = json!({ "warning": kind.word(), "reason": reason });
        signed_in.vault.write(|writer| self.append(writer, signed_in, "vault.warningAccepted", detail))
    }

    /// Appends an action of the signed-in user on the vault or on their own account.
    pub(crate) fn append(
        &self,
        writer: &Writer<'_>,
        signed_in: &SignedInUser,
        action: &str,
        detail: serde_json::Value,
    ) -> Result<(), AppError> {
        let at = self.setup.clock.now();
        let object =
            Some(vault::Object { noun: "vault", id: signed_in.vault.id().as_uuid(), label: signed_in.vault.name() });
        writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at })?;
        Ok(())
    }

    /// Signs the head of the trail with the signed-in user's key.
    pub(crate) fn sign_head(&self, writer: &Writer<'_>, signed_in: &SignedInUser) -> Result<(), AppError> {
        // A user who has not chosen a password yet has a temporary key, which would prove nothing later.
        if signed_in.limit().is_none() {
            let sign = |content: &[u8]| signed_in.session.sign(content);
            writer.audit_mut().sign_head(signed_in.user.id, self.setup.clock.now(), &sign)?;
        }
        Ok(())
    }

    /// Refuses a sign-in with a one-time password that has expired.
    pub(crate) fn refuse_expired_one_time(&self, vault: &Vault, session: &Session) -> Result<(), AppError> {
        if !session.must_choose_password() {
            return Ok(());
        }
        let id = session.user().id;
        let (since, parameters) = vault.read(|reader| {
            let since = reader.milestones().get(Milestone::OneTimePassword, id.as_uuid())?;
            Ok::<_, AppError>((since, reader.parameters().all()?))
        })?;
        let validity = parameters.duration(Parameter::OneTimeValidity);
        let age = since.map(|since| (self.setup.clock.now() - since.at).to_std().unwrap_or_default());
        match age {
            Some(age) if age <= validity => Ok(()),
            _ => Err(AppError::OneTimePasswordExpired),
        }
    }

    /// Compares the trail with the newest state that this desktop has seen.
    fn compare_head(&self, signed_in: &SignedInUser) -> Result<(), AppError> {
        let vault = &signed_in.vault;
        let Some(seen) = self.setup.desktop.seen_head(vault.id()) else { return Ok(()) };
        let nothing = AuditHead { count: 0, hash: [0; 32], at: seen.at };
        let warning = match vault.read(|reader| reader.audit().head_status(&seen))? {
            HeadStatus::Same | HeadStatus::Newer => return Ok(()),
            HeadStatus::RolledBack { seen, found } => Warning::RolledBack { seen, found: found.unwrap_or(nothing) },
            HeadStatus::Forked { seen, found } => Warning::Forked { seen, found },
        };
        if !vault.is_read_only() {
            let kind = warning.kind();
            vault.write(|writer| {
                let detail = json!({ "warning": kind, "seenEntries": seen.count, "seenAt": seen.at });
                self.append(writer, signed_in, "vault.setBack", detail)
            })?;
        }
        self.warn(warning);
        Ok(())
    }

    /// Warns if the database lacks changes to people that the key slots beside it contain.
    fn compare_people(&self, signed_in: &SignedInUser) -> Result<(), AppError> {
        let vault = &signed_in.vault;
        let Some(behind) = vault.was_behind() else { return Ok(()) };
        let nothing = AuditHead { count: 0, hash: [0; 32], at: behind.newest };
        let found = vault.read(|reader| reader.audit().head())?.unwrap_or(nothing);
        let warning = Warning::DatabaseBehind { changes: behind.changes, newest: behind.newest, found };
        if !vault.is_read_only() {
            let kind = warning.kind();
            vault.write(|writer| {
                let detail = json!({ "warning": kind, "changes": behind.changes, "newest": behind.newest });
                self.append(writer, signed_in, "vault.setBack", detail)
            })?;
        }
        self.warn(warning);
        Ok(())
    }

    /// Stores the newest state of the trail on this desktop, unless there is an open warning that the trail was set
    /// back.
    pub(crate) fn remember_head(&self) {
        let open_vault = self.open_vault();
        let Some(open_vault) = open_vault.as_ref() else { return };
        let doubted = |warning: &Warning| matches!(warning.kind(), WarningKind::RolledBack | WarningKind::Forked);
        if open_vault.warnings.iter().any(doubted) {
            return;
        }
        match open_vault.vault.read(|reader| reader.audit().head()) {
            Ok(Some(head)) => self.setup.desktop.see_head(open_vault.vault.id(), &head),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %diagnostics::chain(&error), "the state of the trail could not be remembered")
            }
        }
    }

    fn warn_of_folder(&self, signed_in: &SignedInUser) {
        let service = vault::synced_folder(signed_in.vault.folder());
        if let Some(service) = service
            && !self.setup.desktop.is_dismissed(signed_in.vault.id(), WarningKind::SyncedFolder)
        {
            self.warn(Warning::SyncedFolder { service });
        }
    }

    /// Adds a warning to the session, in place of an older one of the same kind.
    pub(crate) fn warn(&self, warning: Warning) {
        if let Some(open_vault) = self.open_vault().as_mut() {
            open_vault.warnings.retain(|known| known.kind() != warning.kind());
            open_vault.warnings.push(warning);
        }
    }
}

//! What the audit trail says of sessions, and what this desktop remembers of the trail.

use std::sync::Arc;

use domain::parameter::Parameter;
use serde_json::json;
use vault::{AuditHead, HeadStanding, KdfParameters, Milestone, NewEntry, Session, Vault, Writer};

use crate::{
    App, AppError, Warning, WarningKind,
    access::{failures::Failed, seat::Seat},
};

impl App {
    /// Writes down that the vault was created, and by whom.
    pub(crate) fn write_creation(&self, cost: KdfParameters) -> Result<(), AppError> {
        let seat = self.seat()?;
        let now = self.setup.clock.now();
        seat.vault.write(|writer| {
            let id = seat.user.id;
            writer.milestones_mut().reach(Milestone::SignedIn, id.as_uuid(), None, now)?;
            writer.milestones_mut().reach(Milestone::PasswordChosen, id.as_uuid(), None, now)?;
            writer.parameters_mut().put_key_cost(cost, id, now)?;
            self.append(writer, &seat, "vault.created", json!({ "name": seat.vault.name() }))?;
            self.sign_head(writer, &seat)
        })?;
        self.remember_head();
        self.warn_of_folder(&seat);
        Ok(())
    }

    /// Writes down a sign-in with the failures before it, after comparing the trail with what was seen here.
    pub(crate) fn write_sign_in(&self, how: &str, failed: Option<Failed>, opened: bool) -> Result<(), AppError> {
        let seat = self.seat()?;
        // Somebody must be able to sign in and save a copy, so it is known before something is written.
        let _ = seat.vault.in_place();
        if opened {
            self.compare_head(&seat)?;
            self.compare_people(&seat)?;
            self.warn_of_folder(&seat);
        }
        if !seat.vault.is_read_only() {
            let now = self.setup.clock.now();
            seat.vault.write(|writer| {
                if let Some(failed) = failed {
                    let detail = json!({ "failures": failed.count, "first": failed.first, "last": failed.last });
                    let entry = NewEntry { who: None, action: "session.refused", object: None, detail, at: now };
                    writer.audit_mut().append(&entry)?;
                }
                writer.milestones_mut().reach(Milestone::SignedIn, seat.user.id.as_uuid(), None, now)?;
                self.append(writer, &seat, "session.signedIn", json!({ "with": how }))?;
                self.sign_head(writer, &seat)
            })?;
        }
        self.remember_head();
        Ok(())
    }

    /// Writes down a sign-out, and signs the head; nobody at a locked window has nothing to sign with.
    pub(crate) fn write_sign_out(&self) -> Result<(), AppError> {
        let Ok(seat) = self.seat() else { return self.write_sign_out_of_locked() };
        if seat.vault.is_read_only() {
            return Ok(());
        }
        seat.vault.write(|writer| {
            self.append(writer, &seat, "session.signedOut", json!({}))?;
            self.sign_head(writer, &seat)
        })
    }

    /// Writes down that a locked vault was closed; who did it is not known.
    fn write_sign_out_of_locked(&self) -> Result<(), AppError> {
        let vault = match self.held().as_ref() {
            Some(held) if !held.vault.is_read_only() => Arc::clone(&held.vault),
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

    /// Writes down that a person chose the password that replaces the one-time one.
    pub(crate) fn write_password_chosen(&self) -> Result<(), AppError> {
        let seat = self.seat()?;
        let now = self.setup.clock.now();
        seat.vault.write(|writer| {
            let id = seat.user.id.as_uuid();
            writer.milestones_mut().reach(Milestone::PasswordChosen, id, None, now)?;
            writer.milestones_mut().forget(Milestone::OneTimePassword, id)?;
            self.append(writer, &seat, "account.passwordChosen", json!({ "password": "changed" }))
        })
    }

    /// Writes down that an Administrator knows of a vault that was set back, and why it was.
    pub(crate) fn write_dismissed(&self, seat: &Seat, kind: WarningKind, reason: &str) -> Result<(), AppError> {
        let detail = json!({ "warning": kind.word(), "reason": reason });
        seat.vault.write(|writer| self.append(writer, seat, "vault.warningAccepted", detail))
    }

    /// Appends what the person at the window did to the vault or to themselves.
    pub(crate) fn append(
        &self,
        writer: &Writer<'_>,
        seat: &Seat,
        action: &str,
        detail: serde_json::Value,
    ) -> Result<(), AppError> {
        let at = self.setup.clock.now();
        let object = Some(vault::Object { noun: "vault", id: seat.vault.id().as_uuid(), label: seat.vault.name() });
        writer.audit_mut().append(&NewEntry { who: Some(seat.user.id), action, object, detail, at })?;
        Ok(())
    }

    /// Signs the head of the trail as the person at the window.
    pub(crate) fn sign_head(&self, writer: &Writer<'_>, seat: &Seat) -> Result<(), AppError> {
        // Who has not chosen a password holds a passing key, which proves nothing later.
        if seat.limit().is_none() {
            let sign = |content: &[u8]| seat.session.sign(content);
            writer.audit_mut().sign_head(seat.user.id, self.setup.clock.now(), &sign)?;
        }
        Ok(())
    }

    /// A one-time password that is too old lets nobody in.
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
    fn compare_head(&self, seat: &Seat) -> Result<(), AppError> {
        let vault = &seat.vault;
        let Some(seen) = self.setup.desktop.seen_head(vault.id()) else { return Ok(()) };
        let nothing = AuditHead { count: 0, hash: [0; 32], at: seen.at };
        let warning = match vault.read(|reader| reader.audit().standing(&seen))? {
            HeadStanding::Same | HeadStanding::Newer => return Ok(()),
            HeadStanding::RolledBack { seen, found } => Warning::RolledBack { seen, found: found.unwrap_or(nothing) },
            HeadStanding::Forked { seen, found } => Warning::Forked { seen, found },
        };
        if !vault.is_read_only() {
            let kind = warning.kind();
            vault.write(|writer| {
                let detail = json!({ "warning": kind, "seenEntries": seen.count, "seenAt": seen.at });
                self.append(writer, seat, "vault.setBack", detail)
            })?;
        }
        self.warn(warning);
        Ok(())
    }

    /// Warns of a database that does not know what the key slots beside it tell of people.
    fn compare_people(&self, seat: &Seat) -> Result<(), AppError> {
        let vault = &seat.vault;
        let Some(behind) = vault.was_behind() else { return Ok(()) };
        let nothing = AuditHead { count: 0, hash: [0; 32], at: behind.newest };
        let found = vault.read(|reader| reader.audit().head())?.unwrap_or(nothing);
        let warning = Warning::DatabaseBehind { changes: behind.changes, newest: behind.newest, found };
        if !vault.is_read_only() {
            let kind = warning.kind();
            vault.write(|writer| {
                let detail = json!({ "warning": kind, "changes": behind.changes, "newest": behind.newest });
                self.append(writer, seat, "vault.setBack", detail)
            })?;
        }
        self.warn(warning);
        Ok(())
    }

    /// Remembers the newest state of the trail, unless a warning about it stands.
    pub(crate) fn remember_head(&self) {
        let held = self.held();
        let Some(held) = held.as_ref() else { return };
        let doubted = |warning: &Warning| matches!(warning.kind(), WarningKind::RolledBack | WarningKind::Forked);
        if held.warnings.iter().any(doubted) {
            return;
        }
        match held.vault.read(|reader| reader.audit().head()) {
            Ok(Some(head)) => self.setup.desktop.see_head(held.vault.id(), &head),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %diagnostics::chain(&error), "the state of the trail could not be remembered")
            }
        }
    }

    fn warn_of_folder(&self, seat: &Seat) {
        let service = vault::synced_folder(seat.vault.folder());
        if let Some(service) = service
            && !self.setup.desktop.is_dismissed(seat.vault.id(), WarningKind::SyncedFolder)
        {
            self.warn(Warning::SyncedFolder { service });
        }
    }

    /// Shows a warning in the session, one of a kind.
    pub(crate) fn warn(&self, warning: Warning) {
        if let Some(held) = self.held().as_mut() {
            held.warnings.retain(|known| known.kind() != warning.kind());
            held.warnings.push(warning);
        }
    }
}

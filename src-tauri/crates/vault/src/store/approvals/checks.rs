//! The check that the executor makes before it takes an operation, and the requests that end because their time is
//! over.

use approval::{ApprovalCheck, ApproverHistory, Content, RequestState, SettingsChain, VerifiedRequest};
use chrono::{DateTime, Utc};
use domain::{
    RequestId,
    operation::{Event, OperationState, State},
};
use serde_json::json;

use crate::store::keeping::audit::{NewEntry, Object};
use crate::{OperationRecord, Reader, VaultError, Writer, store::approvals::conflicts::is_as_approved};

impl Reader<'_> {
    /// Tells whether an operation may run now. The approved content is read from the signed request.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn permission(
        &self,
        record: &OperationRecord,
        history: &ApproverHistory,
        now: DateTime<Utc>,
    ) -> Result<ApprovalCheck, VaultError> {
        let chain = self.requests().settings_chain(history)?;
        let request = self.requests().of_operation(record.id)?;
        let Some(request) = request else {
            let needed = chain.needs_approval(record.kind);
            return Ok(if needed { ApprovalCheck::Missing } else { ApprovalCheck::NotNeeded });
        };
        let Some(examination) = self.requests().examine(request, history, &chain, now)? else {
            return Ok(ApprovalCheck::Missing);
        };
        let switch = self.switch_of(&examination, history, &chain, now)?;
        let authorized = match examination.authorize_later(history, &chain, switch.as_ref()) {
            Ok(authorized) => authorized,
            Err(unauthorized) => return Ok(ApprovalCheck::Refused(unauthorized)),
        };
        let row = self.operations().row(record.id)?.ok_or(VaultError::NotFound)?;
        let same = match &authorized.request().content {
            Content::Operations(tasks) => {
                tasks.iter().any(|task| is_as_approved(&row, task) && task.scheduled_at <= now)
            }
            Content::Batch(_) | Content::AllowEmergency => false,
        };
        Ok(if same { ApprovalCheck::Proven } else { ApprovalCheck::Different })
    }

    /// Returns the verified request by which emergencies are allowed.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn switch(
        &self,
        history: &ApproverHistory,
        chain: &SettingsChain,
        now: DateTime<Utc>,
    ) -> Result<Option<VerifiedRequest>, VaultError> {
        match chain.current().and_then(|settings| settings.emergency) {
            Some(id) => self.requests().examine(id, history, chain, now),
            None => Ok(None),
        }
    }

    /// Returns the verified request by which emergencies were allowed when another request was applied in one.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn switch_of(
        &self,
        examination: &VerifiedRequest,
        history: &ApproverHistory,
        chain: &SettingsChain,
        now: DateTime<Utc>,
    ) -> Result<Option<VerifiedRequest>, VaultError> {
        let seen = examination.request().map_or(0, |request| request.settings);
        let then = examination.emergency_at().and_then(|at| chain.settings_seen(at, seen));
        match then.and_then(|settings| settings.emergency) {
            Some(id) => self.requests().examine(id, history, chain, now),
            None => Ok(None),
        }
    }
}

impl Writer<'_> {
    /// Ends every request whose validity is over, and the operations that waited for it. Returns the number of
    /// requests.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn expire_requests(&self, now: DateTime<Utc>) -> Result<usize, VaultError> {
        let now = self.requests().decision_time(now)?;
        let overdue = self.requests().overdue(now)?;
        for id in &overdue {
            self.end_request(*id, RequestState::Expired, now)?;
            let code = self.requests().get(*id)?.map(|record| record.code.to_string()).unwrap_or_default();
            let object = Some(Object { noun: "request", id: id.as_uuid(), label: &code });
            let entry = NewEntry { who: None, action: "request.expired", object, detail: json!({}), at: now };
            self.audit_mut().append(&entry)?;
        }
        Ok(overdue.len())
    }

    /// Ends a request that is not applied; the operations that waited for it end with it.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn end_request(&self, id: RequestId, state: RequestState, now: DateTime<Utc>) -> Result<(), VaultError> {
        let event = match state {
            RequestState::Expired => Event::ApprovalExpired,
            RequestState::AwaitingApproval
            | RequestState::Applied
            | RequestState::Rejected
            | RequestState::Canceled
            | RequestState::Conflict => Event::CancelRequested(domain::operation::Candidate::None),
        };
        for operation in self.requests_mut().end(id, state, &[], now)? {
            let next = State::AwaitingApproval.on(event.clone()).map(|(state, _)| state.name());
            self.operations_mut().set_state(operation, next.unwrap_or(OperationState::Canceled), None, now)?;
        }
        Ok(())
    }
}

//! Tests of operations that need an approval, and of the effect of an applied request on waiting operations.

use approval::{
    ApprovalCheck, Batch, BatchAction, Content, FieldChange, FromTo, OperationTask, Registration, RequestState,
    Settings, Task, Unauthorized, Verdict,
};
use domain::{
    CredentialStatus, OperationId,
    operation::{OperationOrigin, OperationState, OperationType},
};
use uuid::Uuid;

use super::approval_world::{ApprovalWorld, minutes};
use crate::{ConflictReason, NewOperation, Outcome, VaultError};

/// Inserts a change in the given state.
fn operation(
    world: &ApprovalWorld,
    number: u32,
    state: OperationState,
    minute: i64,
) -> Result<OperationId, VaultError> {
    let id = OperationId::from_uuid(Uuid::from_u64_pair(5, u64::from(number)));
    let credential = super::approval_world::credential(super::approval_world::device(0).id, number);
    let new = NewOperation {
        id,
        kind: OperationType::ChangePassword,
        credential: credential.id,
        device: credential.details.device,
        requester: world.otto.user().id,
        state,
        scheduled_at: minutes(minute),
        immediate: false,
        priority: NewOperation::USUAL_PRIORITY,
        origin: OperationOrigin::Person,
        cause: None,
        created_at: minutes(0),
    };
    world.vault.write(|w| w.operations_mut().insert(&new))?;
    Ok(id)
}

/// Ada sets that changes need an approval.
fn changes_need_approval(world: &ApprovalWorld) -> anyhow::Result<()> {
    let before = world.chain()?;
    let settings = before.current().cloned().ok_or(VaultError::NotFound)?;
    let next = Settings {
        number: settings.number + 1,
        previous: before.digest(),
        at: minutes(-10),
        operation_types: vec![OperationType::ChangePassword],
        ..settings
    };
    world.vault.write(|w| w.requests_mut().add_settings(&next, &world.ada))?;
    Ok(())
}

fn permission(world: &ApprovalWorld, id: OperationId, minute: i64) -> anyhow::Result<ApprovalCheck> {
    let history = world.approver_history();
    let permission = world.vault.read(|r| {
        let record = r.operations().get(id)?.ok_or(VaultError::NotFound)?;
        r.permission(&record, &history, minutes(minute))
    })?;
    Ok(permission)
}

/// Otto asks for an operation to be allowed.
fn ask(world: &ApprovalWorld, id: OperationId) -> anyhow::Result<domain::RequestId> {
    let row = world.vault.read(|r| r.operations().row(id))?.ok_or(VaultError::NotFound)?;
    let task = OperationTask {
        operation: id,
        kind: row.record.kind,
        credential: row.record.credential,
        username: row.username,
        device: row.record.device,
        device_name: row.device_name,
        scheduled_at: row.record.scheduled_at,
    };
    let request = world.request(world.otto.user().id, 50, Content::Operations(vec![task]), minutes(0))?;
    world.vault.write(|w| {
        w.requests_mut().submit(&request, "Otto", &world.otto)?;
        w.requests_mut().bind_operation(id, request.id)
    })?;
    Ok(request.id)
}

#[test]
fn an_operation_runs_without_approval_only_where_none_is_needed() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let id = operation(&world, 0, OperationState::Scheduled, 0)?;
    assert_eq!(permission(&world, id, 1)?, ApprovalCheck::NotNeeded, "nothing is settled about operations");
    let unsettled = approval::SettingsChain::verify(world.vault.id(), &[], 0, &world.approver_history());
    assert!(unsettled.needs_approval(OperationType::TaskManager), "tasks need one until somebody settles otherwise");
    assert!(!unsettled.needs_approval(OperationType::ChangePassword), "changes do not");
    changes_need_approval(&world)?;
    assert_eq!(permission(&world, id, 1)?, ApprovalCheck::Missing, "now it needs one, and has none");
    Ok(())
}

#[test]
fn exactly_the_operation_that_was_approved_runs() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(2)?;
    changes_need_approval(&world)?;
    let id = operation(&world, 0, OperationState::AwaitingApproval, 30)?;
    let request = ask(&world, id)?;
    let waiting = Unauthorized::Ended(RequestState::AwaitingApproval);
    assert_eq!(permission(&world, id, 31)?, ApprovalCheck::Refused(waiting), "it waits");
    world.decide(&world.anna, request, Verdict::Approved, minutes(1))?;
    assert!(matches!(world.apply(request, minutes(1))?, Ok(Outcome::Applied(_))), "it is allowed");
    let state = world.vault.read(|r| r.operations().get(id))?.map(|record| record.state);
    assert_eq!(state, Some(OperationState::Scheduled), "and stands in the queue");
    assert_eq!(permission(&world, id, 31)?, ApprovalCheck::Proven, "with the proof");
    assert_eq!(permission(&world, id, 29)?, ApprovalCheck::Different, "not before its date");
    // This is long after the end of the validity: an approval does not expire.
    assert_eq!(permission(&world, id, 900)?, ApprovalCheck::Proven, "a late turn is a turn");
    let other = operation(&world, 1, OperationState::Scheduled, 30)?;
    world.vault.write(|w| w.requests_mut().bind_operation(other, request))?;
    assert_eq!(permission(&world, other, 31)?, ApprovalCheck::Different, "another one under the same request");
    world.edit("UPDATE operations SET scheduled_at = scheduled_at - 1 WHERE code = 1")?;
    assert_eq!(permission(&world, id, 31)?, ApprovalCheck::Different, "another date");
    world.edit("UPDATE operations SET scheduled_at = scheduled_at + 1, credential_id = x'07' WHERE code = 1")?;
    assert!(
        permission(&world, id, 31).is_err() || permission(&world, id, 31)? == ApprovalCheck::Different,
        "another target"
    );
    Ok(())
}

#[test]
fn a_state_set_to_scheduled_by_hand_is_no_approval() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    changes_need_approval(&world)?;
    let id = operation(&world, 0, OperationState::AwaitingApproval, 0)?;
    ask(&world, id)?;
    world.edit("UPDATE operations SET state = 'scheduled'; UPDATE requests SET state = 'applied'")?;
    let permission = permission(&world, id, 1)?;
    assert!(
        matches!(permission, ApprovalCheck::Refused(Unauthorized::NotApproved(_))),
        "nobody approved it: {permission:?}"
    );
    Ok(())
}

#[test]
fn what_waited_for_a_request_ends_with_it() -> anyhow::Result<()> {
    for (state, ends) in
        [(RequestState::Rejected, OperationState::Canceled), (RequestState::Expired, OperationState::Expired)]
    {
        let world = ApprovalWorld::new(1)?;
        changes_need_approval(&world)?;
        let id = operation(&world, 0, OperationState::AwaitingApproval, 30)?;
        let request = ask(&world, id)?;
        if state == RequestState::Expired {
            assert_eq!(world.vault.write(|w| w.expire_requests(minutes(61)))?, 1, "its time is over");
            assert_eq!(world.vault.write(|w| w.expire_requests(minutes(62)))?, 0, "once");
        } else {
            world.vault.write(|w| w.end_request(request, state, minutes(1)))?;
        }
        assert_eq!(world.state(request)?, state, "the request");
        let found = world.vault.read(|r| r.operations().get(id))?.map(|record| record.state);
        assert_eq!(found, Some(ends), "the operation");
    }
    Ok(())
}

/// Requests a batch that inactivates every credential.
fn inactivate(world: &ApprovalWorld) -> anyhow::Result<domain::RequestId> {
    let tasks = world.credentials.iter().map(|id| {
        let snapshot = world.vault.read(|r| r.requests().credential_snapshot(*id))?.ok_or(VaultError::NotFound)?;
        let change = FromTo { from: snapshot.status, to: CredentialStatus::Inactive };
        Ok(Task {
            credential: *id,
            username: snapshot.username,
            device_name: snapshot.device.name,
            changes: vec![FieldChange::Status(change)],
        })
    });
    let tasks = tasks.collect::<Result<_, VaultError>>()?;
    let content = Content::Batch(Batch { action: BatchAction::Inactivate, tasks });
    let request = world.request(world.otto.user().id, 60, content, minutes(0))?;
    world.vault.write(|w| w.requests_mut().submit(&request, "Otto", &world.otto))?;
    world.decide(&world.anna, request.id, Verdict::Approved, minutes(1))?;
    Ok(request.id)
}

#[test]
fn inactivating_calls_off_what_waits_and_says_how_many() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(3)?;
    let waits = operation(&world, 0, OperationState::Scheduled, 30)?;
    let request = inactivate(&world)?;
    let outcome = world.apply(request, minutes(1))?;
    assert!(matches!(outcome, Ok(Outcome::Applied(applied)) if applied.canceled_operations == 1), "one waited");
    let record = world.vault.read(|r| r.requests().get(request))?.ok_or(VaultError::NotFound)?;
    assert_eq!(record.canceled_operations, 1, "the request keeps the number");
    let state = world.vault.read(|r| r.operations().get(waits))?.map(|record| record.state);
    assert_eq!(state, Some(OperationState::Canceled), "it is called off");
    for id in &world.credentials {
        let found = world.vault.read(|r| r.credentials().get(*id))?.map(|found| found.details.status);
        assert_eq!(found, Some(CredentialStatus::Inactive), "all are out of use");
    }
    Ok(())
}

#[test]
fn a_running_change_is_not_cut_in_half_by_inactivating() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(3)?;
    operation(&world, 1, OperationState::Running, 0)?;
    let request = inactivate(&world)?;
    let outcome = world.apply(request, minutes(1))?;
    let Ok(Outcome::Conflict(conflicts)) = outcome else { anyhow::bail!("{outcome:?}") };
    assert_eq!(conflicts.len(), 1, "only the one that runs");
    assert_eq!(conflicts[0].reason, ConflictReason::OpenOperation, "and it says why");
    let first = world.vault.read(|r| r.credentials().get(world.credentials[0]))?.map(|found| found.details.status);
    assert_eq!(first, Some(CredentialStatus::Active), "none or all");
    Ok(())
}

#[test]
fn what_waits_for_me_is_neither_mine_nor_decided_nor_over() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let anna = world.anna.user().id;
    let id = world.ask(1, "after")?;
    let waiting = |user, level, minute| world.vault.read(|r| r.requests().waiting_for(user, level, minutes(minute)));
    assert_eq!(waiting(anna, 1, 1)?, 1, "it waits for level 1");
    assert_eq!(waiting(anna, 2, 1)?, 0, "not for level 2");
    assert_eq!(waiting(world.otto.user().id, 1, 1)?, 0, "never for who asked");
    assert_eq!(waiting(anna, 1, 61)?, 0, "not when its time is over");
    world.decide(&world.anna, id, Verdict::Approved, minutes(1))?;
    assert_eq!(waiting(anna, 1, 2)?, 0, "not for who has decided");
    Ok(())
}

#[test]
fn only_an_administrator_settles_who_approves() -> anyhow::Result<()> {
    let world = ApprovalWorld::new(1)?;
    let (before, bert) = (world.chain()?, world.bert.user().id);
    let next = Settings {
        number: 2,
        previous: before.digest(),
        at: minutes(-5),
        approvers: vec![Registration { user: bert, level: 1 }],
        ..before.current().cloned().ok_or(VaultError::NotFound)?
    };
    let in_her_name = world.vault.write(|w| w.requests_mut().add_settings(&next, &world.bert));
    assert!(matches!(in_her_name, Err(VaultError::InvalidReference)), "Bert cannot sign as Ada");
    assert_eq!(world.chain()?.broken_at(), None, "and nothing was written");
    Ok(())
}

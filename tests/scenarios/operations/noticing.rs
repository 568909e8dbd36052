//! The desktop notifications about operations' ends: enough to draw attention, and nothing that other people may not
//! see.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use app::{
    Action, AppEvent, Audience, Ended, LockReason, Notice, NoticeKind, Subject,
    domain::{
        FailureCode, OperationId, Role, UserId,
        operation::{OperationOrigin, OperationState, OperationType},
        parameter::{Parameter, Value},
    },
};
use tests::Behaviour;

use crate::{
    access::people::{CHOSEN, add, sign_in},
    operations::rotating::World,
};

/// Returns the event of a change that failed.
fn failed(world: &World) -> Result<Ended> {
    world.device.behave(Behaviour::Garbles);
    let _ = world.practice.events();
    world.practice.change(world.deploy)?;
    let until = Instant::now() + Duration::from_secs(20);
    // The event is sent after the commit.
    while Instant::now() < until {
        let mut reported = world.practice.events().into_iter();
        if let Some(AppEvent::OperationEnded(ended)) =
            reported.find(|event| matches!(event, AppEvent::OperationEnded(_)))
        {
            return Ok(ended);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("no end is told")
}

fn about(notice: Option<Notice>) -> Option<(i64, Option<String>)> {
    match notice?.subject {
        Subject::Operation { code, names } => Some((code, names.map(|(username, _)| username))),
        Subject::Request { .. } | Subject::Unnamed => None,
    }
}

#[test]
fn names_are_told_while_somebody_sits_there_who_may_read_them_and_never_to_a_passer_by() -> Result<()> {
    let world = World::new()?;
    let (practice, vault) = (&world.practice, world.practice.vault_folder()?);
    add(practice, "Clara", &[Role::Approver])?;
    let ended = failed(&world)?;
    let reported = practice.app.notice_of_end(&ended);
    assert_eq!(reported.as_ref().map(|notice| notice.kind), Some(NoticeKind::OutOfSync), "nobody knows the password");
    assert_eq!(about(reported), Some((ended.code, Some("deploy".to_owned()))), "an operator may read it");
    practice.app.sessions().lock(LockReason::Person);
    assert_eq!(about(practice.app.notice_of_end(&ended)), Some((ended.code, None)), "a locked window names nobody");
    sign_in(practice, &vault, "Clara", CHOSEN)?;
    assert_eq!(practice.app.notice_of_end(&ended), None, "an approver does not see operations");
    assert_eq!(practice.app.audience(Action::Decide), Some(Audience::Session), "but requests");
    practice.app.sessions().sign_out()?;
    assert_eq!(practice.app.notice_of_end(&ended), None, "no vault is open");
    Ok(())
}

#[test]
fn nothing_is_told_where_an_administrator_says_so() -> Result<()> {
    let world = World::new()?;
    let ended = failed(&world)?;
    world.practice.app.parameters().save(Parameter::Notify, Value::Switch(false))?;
    assert_eq!(world.practice.app.notice_of_end(&ended), None, "switched off");
    world.practice.app.parameters().reset(Parameter::Notify)?;
    assert!(world.practice.app.notice_of_end(&ended).is_some(), "on unless somebody says otherwise");
    Ok(())
}

#[test]
fn only_what_a_person_should_look_at_is_news() {
    use FailureCode as F;
    use NoticeKind as K;
    use OperationState as S;
    use OperationType as T;
    let cases = [
        (T::Reconciliation, S::Succeeded, None, Some(K::Reconciled)),
        (T::Reconciliation, S::Error, Some(F::AccessRefused), Some(K::NotReconciled)),
        (T::Reconciliation, S::Canceled, None, None),
        (T::ChangePassword, S::Succeeded, None, None),
        (T::ChangePassword, S::Error, Some(F::PasswordRefused), Some(K::NotChanged)),
        (T::ChildPasswordChange, S::Error, Some(F::Unreachable), Some(K::NotChanged)),
        (T::ChangePassword, S::Error, Some(F::OutOfSync), Some(K::OutOfSync)),
        (T::ChangePassword, S::Canceled, Some(F::Unreachable), None),
        (T::ChangePassword, S::Expired, None, None),
        (T::PasswordVerification, S::Succeeded, None, None),
        (T::PasswordVerification, S::Error, Some(F::AuthenticationFailed), Some(K::OutOfSync)),
        (T::PasswordVerification, S::Error, Some(F::Unreachable), None),
    ];
    for (kind, state, failure, expected) in cases {
        let ended = Ended {
            operation: OperationId::from_uuid(app::Uuid::nil()),
            code: 1,
            credential: app::domain::CredentialId::from_uuid(app::Uuid::nil()),
            kind,
            origin: OperationOrigin::Person,
            requester: UserId::from_uuid(app::Uuid::nil()),
            state,
            failure,
        };
        assert_eq!(NoticeKind::of_end(&ended), expected, "{kind:?} {state:?} {failure:?}");
    }
}

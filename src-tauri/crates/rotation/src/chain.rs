//! Chains: whose password follows whose.
//!
//! A child's operation is scheduled in the transaction in which its parent's password becomes current, whichever way it
//! became so, and where the child gets the same password that is its candidate from this moment on: before anything is
//! sent to it, and whatever dies in between. Each child is on its own after that: its failure touches neither the parent
//! nor its siblings. A child that has an open operation gets no second one; it is noted on it, and it follows when that
//! one has ended, with the password that the parent has then.

use chrono::{DateTime, Utc};
use domain::{
    AttemptId, ChildPassword, Credential, CredentialId, FailureCode, NotChangeable, OperationId, SecretKind,
    operation::{OperationOrigin, OperationState, OperationType},
};
use uuid::Uuid;
use vault::{
    AttemptEnd, Direction, NewAttempt, OperationRecord, SecretsKey, Stored, TranscriptLine, VaultError, Writer,
};

use crate::{Schedule, schedule};

/// What lets a child follow: the operation that it follows, and the key to passwords, if there is one.
#[derive(Clone, Copy)]
struct Cause<'a> {
    operation: &'a OperationRecord,
    key: Option<&'a SecretsKey>,
}

/// Lets every child of an operation's credential follow.
pub(crate) fn children_follow(
    writer: &Writer<'_>,
    key: Option<&SecretsKey>,
    operation: &OperationRecord,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    for child in writer.credentials().children(operation.credential)? {
        follow(writer, &child, Cause { operation, key }, now)?;
    }
    Ok(())
}

/// Lets a credential follow its parent after its own operation has ended, if the parent's password changed meanwhile.
pub(crate) fn catch_up(
    writer: &Writer<'_>,
    key: Option<&SecretsKey>,
    credential: CredentialId,
    ended: OperationId,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    if !writer.credentials().follows(credential)? || writer.operations().open_of(credential)?.is_some() {
        return Ok(());
    }
    writer.credentials_mut().set_follows(credential, None)?;
    let child = writer.credentials().get(credential)?;
    let ended = writer.operations().get(ended)?;
    match child.zip(ended) {
        Some((child, ended)) if child.details.execution.parent.is_some() => {
            follow(writer, &child, Cause { operation: &ended, key }, now)
        }
        _ => Ok(()),
    }
}

fn follow(writer: &Writer<'_>, child: &Credential, cause: Cause<'_>, now: DateTime<Utc>) -> Result<(), VaultError> {
    let parents = parents_password(writer, child, cause);
    if parents.as_ref().is_some_and(|parents| has_it_already(writer, child, cause, parents)) {
        return Ok(());
    }
    // ORDER: an open operation comes before every other reason; nothing is scheduled beside it.
    if writer.operations().open_of(child.id)?.is_some() {
        return match waiting_unsent(writer, child)? {
            // What it was going to set is old already, and nothing of it was sent.
            Some(waiting) => give_parents_password(writer, child, waiting, parents.as_ref().zip(cause.key), now),
            None => writer.credentials_mut().set_follows(child.id, Some(now)),
        };
    }
    let row = writer.credentials().row(child.id)?.ok_or(VaultError::NotFound)?;
    match row.not_changeable {
        None => {
            let operation = schedule(writer, &ordered(child, cause, now), now)?;
            give_parents_password(writer, child, operation, parents.as_ref().zip(cause.key), now)
        }
        Some(reason) => record_why_not(writer, child, cause, reason, now),
    }
}

/// Whether the child's own password is its parent's. One that cannot be read is none: its trouble is not the parent's.
fn has_it_already(writer: &Writer<'_>, child: &Credential, cause: Cause<'_>, parents: &Stored) -> bool {
    let own = cause.key.and_then(|key| writer.secrets().current(key, child.id, SecretKind::Password).ok().flatten());
    !child.sync.is_doubtful() && own.is_some_and(|own| own.secret.same_as(&parents.secret))
}

fn ordered(child: &Credential, cause: Cause<'_>, now: DateTime<Utc>) -> Schedule {
    Schedule {
        credential: child.id,
        kind: OperationType::ChildPasswordChange,
        origin: OperationOrigin::Parent,
        cause: Some(cause.operation.id),
        requester: cause.operation.requester,
        at: now,
        priority: cause.operation.priority,
        immediate: false,
    }
}

/// The parent's current password, where the child gets the same. Without a key to it the child's operation is scheduled
/// all the same, and takes the password when it runs.
fn parents_password(writer: &Writer<'_>, child: &Credential, cause: Cause<'_>) -> Option<Stored> {
    let execution = &child.details.execution;
    let parent = execution.parent.filter(|_| execution.child_password == ChildPassword::Same)?;
    writer.secrets().current(cause.key?, parent, SecretKind::Password).ok().flatten()
}

fn give_parents_password(
    writer: &Writer<'_>,
    child: &Credential,
    operation: OperationId,
    parents: Option<(&Stored, &SecretsKey)>,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    match parents {
        Some((parents, key)) => {
            writer.secrets_mut().store_candidate_for(key, child.id, operation, &parents.secret, now).map(|_| ())
        }
        None => Ok(()),
    }
}

/// A child's own waiting operation that has sent nothing yet.
fn waiting_unsent(writer: &Writer<'_>, child: &Credential) -> Result<Option<OperationId>, VaultError> {
    let open = match writer.operations().open_of(child.id)? {
        Some(open) => writer.operations().get(open)?,
        None => None,
    };
    let waits = open.filter(|open| {
        open.kind == OperationType::ChildPasswordChange
            && open.state == OperationState::Scheduled
            && child.details.execution.child_password == ChildPassword::Same
    });
    let sent = writer.secrets().candidate_facts(child.id)?.is_some_and(|facts| facts.sent_at.is_some());
    Ok(waits.filter(|_| !sent).map(|open| open.id))
}

/// Leaves an operation that says why the child does not follow.
fn record_why_not(
    writer: &Writer<'_>,
    child: &Credential,
    cause: Cause<'_>,
    reason: NotChangeable,
    now: DateTime<Utc>,
) -> Result<(), VaultError> {
    let operation = schedule(writer, &ordered(child, cause, now), now)?;
    let id = AttemptId::from_uuid(Uuid::now_v7());
    writer.attempts_mut().start(&NewAttempt {
        id,
        operation,
        number: 1,
        template_id: String::new(),
        template_name: String::new(),
        template_version: 1,
        started_at: now,
    })?;
    let text = format!("it does not follow its parent: {}", in_words(reason));
    let note = TranscriptLine { direction: Direction::Note, text, at_ms: 0 };
    let failure = Some(FailureCode::NotConfigured);
    writer
        .attempts_mut()
        .finish(id, &AttemptEnd { ended_at: now, failure, words: None, expected: None, transcript: &[note] })?;
    writer.operations_mut().set_failure(operation, failure)?;
    writer.operations_mut().set_state(operation, OperationState::Error, None, now)
}

fn in_words(reason: NotChangeable) -> &'static str {
    match reason {
        NotChangeable::Inactive => "it is inactive",
        NotChangeable::NoAutomaticChange => "automatic change is off",
        NotChangeable::NoTemplate => "no plugin or template is chosen",
        NotChangeable::NoPassword => "no password is stored to log in with",
        NotChangeable::NoAccessCredential => "its access credential cannot log in",
        NotChangeable::NoHostKey => "the device's host key was not accepted yet",
        NotChangeable::OpenOperation => "an operation on it is open",
    }
}

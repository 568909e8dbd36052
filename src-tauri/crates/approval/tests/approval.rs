//! Requests as bytes, and the count of decisions.

use approval::{
    ApprovalOutcome, Batch, BatchAction, ChangeSettings, Content, FieldChange, FromTo, NamedCredential, NamedDevice,
    OperationTask, Parent, ReconciliationSettings, Registration, Request, Rules, Settings, Task, Verdict, Vote, judge,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    CredentialId, CredentialStatus, DeviceId, OperationId, PasswordType, RequestId, UserId, VaultId,
    operation::OperationType,
};
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<[u8; 16]>().prop_map(Uuid::from_bytes)
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000_000_000).prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap_or_default())
}

fn from_to<T: std::fmt::Debug + Clone>(value: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = FromTo<T>> {
    (value.clone(), value).prop_map(|(from, to)| FromTo { from, to })
}

fn named() -> impl Strategy<Value = NamedCredential> + Clone {
    (any::<[u8; 16]>(), ".{0,6}")
        .prop_map(|(id, name)| NamedCredential { id: CredentialId::from_uuid(Uuid::from_bytes(id)), name })
}

/// Generates changes in the order of the fields: each field is changed once or not at all.
fn changes() -> impl Strategy<Value = Vec<FieldChange>> {
    let kind = prop_oneof![Just(PasswordType::LocalUser), Just(PasswordType::DomainUser)];
    let device = (any::<[u8; 16]>(), ".{0,6}")
        .prop_map(|(id, name)| NamedDevice { id: DeviceId::from_uuid(Uuid::from_bytes(id)), name });
    let parent =
        (option::of(named()), any::<bool>()).prop_map(|(parent, own_password)| Parent { parent, own_password });
    let change = (any::<bool>(), option::of(".{0,4}"), option::of(".{0,4}"), option::of(named())).prop_map(
        |(automatic_change, plugin, template, access)| ChangeSettings { automatic_change, plugin, template, access },
    );
    let repair = (any::<bool>(), any::<bool>(), option::of(named()), option::of(".{0,4}"), option::of(".{0,4}"))
        .prop_map(|(enabled, autorun, credential, plugin, template)| ReconciliationSettings {
            enabled,
            autorun,
            credential,
            plugin,
            template,
        });
    let status = prop_oneof![Just(CredentialStatus::Active), Just(CredentialStatus::Inactive)];
    let first = (
        option::of(from_to(kind).prop_map(FieldChange::PasswordType)),
        option::of(from_to(".{0,6}").prop_map(FieldChange::Domain)),
        option::of(from_to(device).prop_map(FieldChange::Device)),
        option::of(from_to(".{0,9}").prop_map(FieldChange::AdditionalInformation)),
        option::of(from_to(vec(".{0,4}", 0..3)).prop_map(FieldChange::Tags)),
    );
    let second = (
        option::of(from_to(parent).prop_map(FieldChange::Parent)),
        option::of(from_to(change).prop_map(FieldChange::PasswordChange)),
        option::of(from_to(repair).prop_map(FieldChange::Reconciliation)),
        option::of(from_to(status).prop_map(FieldChange::Status)),
        option::of(
            (option::of(instant()), instant())
                .prop_map(|(from, to)| FieldChange::ExpiresAt(FromTo { from, to: Some(to) })),
        ),
    );
    (first, second)
        .prop_map(|(a, b)| [a.0, a.1, a.2, a.3, a.4, b.0, b.1, b.2, b.3, b.4].into_iter().flatten().collect())
}

fn content() -> impl Strategy<Value = Content> {
    let action = prop_oneof![
        Just(BatchAction::Update),
        Just(BatchAction::Inactivate),
        Just(BatchAction::Activate),
        Just(BatchAction::Expire)
    ];
    let task = (uuid(), ".{0,8}", ".{0,8}", changes()).prop_map(|(id, username, device_name, changes)| Task {
        credential: CredentialId::from_uuid(id),
        username,
        device_name,
        changes,
    });
    let operation =
        (uuid(), uuid(), uuid(), ".{0,8}", instant()).prop_map(|(operation, credential, device, name, at)| {
            OperationTask {
                operation: OperationId::from_uuid(operation),
                kind: OperationType::ChangePassword,
                credential: CredentialId::from_uuid(credential),
                username: name.clone(),
                device: DeviceId::from_uuid(device),
                device_name: name,
                scheduled_at: at,
            }
        });
    prop_oneof![
        (action, vec(task, 0..4)).prop_map(|(action, tasks)| Content::Batch(Batch { action, tasks })),
        vec(operation, 0..4).prop_map(Content::Operations),
        Just(Content::AllowEmergency),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    (any::<[u8; 3]>(), 1_u64..4, 5_u64..9_000).prop_map(|(needed, rejections, validity_minutes)| Rules {
        needed: needed.map(u64::from),
        rejections,
        validity_minutes,
    })
}

prop_compose! {
    fn request()(
        ids in (uuid(), uuid(), uuid()),
        times in (instant(), instant()),
        reason in ".{0,12}",
        settings in (any::<u64>(), any::<[u8; 32]>()),
        rules in rules(),
        content in content(),
    ) -> Request {
        Request {
            vault: VaultId::from_uuid(ids.0),
            id: RequestId::from_uuid(ids.1),
            requester: UserId::from_uuid(ids.2),
            requested_at: times.0,
            valid_until: times.1,
            reason,
            settings: settings.0,
            settings_digest: settings.1,
            rules,
            content,
        }
    }
}

prop_compose! {
    fn settings()(
        ids in (uuid(), uuid(), option::of(uuid())),
        number in any::<u64>(),
        previous in any::<[u8; 32]>(),
        at in instant(),
        rules in rules(),
        approvers in vec((uuid(), 1_u64..4), 0..4),
        approval in any::<bool>(),
    ) -> Settings {
        Settings {
            vault: VaultId::from_uuid(ids.0),
            number,
            previous,
            by: UserId::from_uuid(ids.1),
            at,
            rules,
            approvers: approvers
                .into_iter()
                .map(|(user, level)| Registration { user: UserId::from_uuid(user), level })
                .collect(),
            operation_types: approval.then_some(OperationType::ChangePassword).into_iter().collect(),
            emergency: ids.2.map(RequestId::from_uuid),
        }
    }
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(request in request(), settings in settings()) {
        prop_assert_eq!(Request::decode(&request.encode()), Ok(request), "a request comes back whole");
        prop_assert_eq!(Settings::decode(&settings.encode()), Ok(settings), "settings come back whole");
    }

    #[test]
    fn different_requests_are_different_bytes(one in request(), other in request()) {
        prop_assert_eq!(one == other, one.encode() == other.encode(), "the bytes tell every difference");
    }

    #[test]
    fn a_request_has_no_second_encoding(request in request(), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = request.encode();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        if let Ok(read) = Request::decode(&bytes) {
            prop_assert_ne!(&read, &request, "other bytes are another request");
            prop_assert_eq!(read.encode(), bytes, "and it has these bytes only");
        }
    }

    #[test]
    fn nothing_may_follow_or_be_missing(request in request(), cut in any::<prop::sample::Index>()) {
        let mut bytes = request.encode();
        prop_assert!(Request::decode(&bytes[..cut.index(bytes.len())]).is_err(), "cut short");
        bytes.push(0);
        prop_assert!(Request::decode(&bytes).is_err(), "with a byte more");
    }
}

#[test]
fn a_field_that_stands_twice_is_no_content() {
    let domain = |to: &str| FieldChange::Domain(FromTo { from: String::new(), to: to.to_owned() });
    let task = |changes| Task {
        credential: CredentialId::from_uuid(Uuid::from_u128(1)),
        username: "root".to_owned(),
        device_name: "srv-01".to_owned(),
        changes,
    };
    let read = |changes| {
        let content = Content::Batch(Batch { action: BatchAction::Update, tasks: vec![task(changes)] });
        approval::Decoder::whole::<Content>(&approval::Encoder::whole(&content))
    };
    assert!(read(vec![domain("one")]).is_ok(), "once is fine");
    assert!(read(vec![domain("one"), domain("two")]).is_err(), "one of them would be shown and the other written");
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap_or_default() + TimeDelta::minutes(minute)
}

fn vote(person: u128, level: u64, verdict: Verdict, minute: i64) -> Vote {
    Vote { approver: UserId::from_uuid(Uuid::from_u128(person)), level, verdict, at: at(minute) }
}

fn judged(rules: &Rules, votes: &[Vote], now: i64) -> ApprovalOutcome {
    judge(rules, votes, at(60), at(now))
}

#[test]
fn every_level_must_have_said_yes_often_enough() {
    use Verdict::Approved as Yes;
    let rules = Rules { needed: [2, 1, 0], rejections: 1, validity_minutes: 60 };
    let (one, two, three) = (vote(1, 1, Yes, 1), vote(2, 1, Yes, 2), vote(3, 2, Yes, 3));
    assert_eq!(judged(&rules, &[], 4), ApprovalOutcome::Waiting { level: 1 }, "nobody yet");
    assert_eq!(judged(&rules, &[one], 4), ApprovalOutcome::Waiting { level: 1 }, "one of two");
    assert_eq!(judged(&rules, &[one, two], 4), ApprovalOutcome::Waiting { level: 2 }, "the second level's turn");
    assert_eq!(judged(&rules, &[one, three], 4), ApprovalOutcome::Waiting { level: 1 }, "a level stands for no other");
    assert_eq!(judged(&rules, &[one, two, three], 4), ApprovalOutcome::Approved, "all of them");
}

#[test]
fn a_person_counts_once() {
    let rules = Rules { needed: [2, 0, 0], ..Rules::default() };
    let twice = [vote(1, 1, Verdict::Approved, 1), vote(1, 1, Verdict::Approved, 2)];
    assert_eq!(judged(&rules, &twice, 3), ApprovalOutcome::Waiting { level: 1 }, "the same approval twice is one");
    let changed = [vote(1, 1, Verdict::Approved, 1), vote(1, 1, Verdict::Rejected, 2)];
    assert_eq!(judged(&rules, &changed, 3), ApprovalOutcome::Waiting { level: 1 }, "nobody takes a decision back");
}

#[test]
fn what_ended_it_first_stands() {
    let rules = Rules { needed: [1, 0, 0], rejections: 1, validity_minutes: 60 };
    let (no, yes) = (vote(1, 1, Verdict::Rejected, 1), vote(2, 1, Verdict::Approved, 2));
    assert_eq!(judged(&rules, &[yes, no], 3), ApprovalOutcome::Rejected, "the order of the rows does not matter");
    let rules = Rules { rejections: 2, ..rules };
    assert_eq!(judged(&rules, &[yes, no], 3), ApprovalOutcome::Approved, "one no of two does not end it");
}

#[test]
fn what_comes_after_the_end_does_not_count() {
    let rules = Rules::default();
    let (in_time, late) = (vote(1, 1, Verdict::Approved, 60), vote(1, 1, Verdict::Approved, 61));
    assert_eq!(judged(&rules, &[late], 62), ApprovalOutcome::Expired, "a minute too late");
    assert_eq!(judged(&rules, &[in_time], 62), ApprovalOutcome::Approved, "what was approved in time stays approved");
    assert_eq!(judged(&rules, &[], 61), ApprovalOutcome::Expired, "nobody in time");
    assert_eq!(
        judged(&rules, &[in_time], 59),
        ApprovalOutcome::Waiting { level: 1 },
        "a decision of the future does not count"
    );
}

#[test]
fn rules_that_ask_nobody_ask_one_all_the_same() {
    let rules = Rules { needed: [0, 0, 0], rejections: 0, validity_minutes: 60 };
    assert_eq!(judged(&rules, &[], 1), ApprovalOutcome::Waiting { level: 1 }, "nothing is approved by itself");
    assert_eq!(
        judged(&rules, &[vote(1, 1, Verdict::Rejected, 0)], 1),
        ApprovalOutcome::Rejected,
        "and one no is enough"
    );
    assert!(!rules.problems().is_empty(), "they cannot be settled either");
    let gap = Rules { needed: [1, 0, 1], ..Rules::default() };
    assert_eq!(gap.problems().len(), 1, "a level cannot be left out between two");
}

//! Tests of policies: which one applies, and when its triggers make a credential due (windows, changes of the clock,
//! spreading).

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{America::Sao_Paulo, Europe::Berlin, Tz};
use domain::{
    CredentialId, PasswordType, Rule, StrengthId,
    policy::{
        Criteria, ExpiryTrigger, Facts, Overrides, PeriodTrigger, PeriodUnit, PolicyDetails, Schedule, Subject,
        TriggerKind, Triggers, ViewTrigger, Weekday, Window, next_open,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn credential(number: u128) -> CredentialId {
    CredentialId::from_uuid(Uuid::from_u128(number << 64 | number))
}

fn subject() -> Subject {
    Subject {
        username: "Root".to_owned(),
        device: "srv-db-01".to_owned(),
        kind: "Linux server".to_owned(),
        manufacturer: "Dell".to_owned(),
        model: "R640".to_owned(),
        site: "São Paulo".to_owned(),
        domain: String::new(),
        tags: vec!["production".to_owned(), "PCI".to_owned()],
        password_type: PasswordType::LocalAdministrator,
    }
}

fn fits(criteria: &Criteria) -> bool {
    let all = criteria.explain(&subject()).iter().all(|criterion| criterion.matches);
    assert_eq!(criteria.matcher().fits(&subject().folded()), all, "the explanation tells the same");
    all
}

#[test]
fn every_criterion_must_fit_and_an_empty_one_always_does() {
    assert!(fits(&Criteria::default()), "nothing is asked for");
    let dells = Criteria { manufacturer: "dell".to_owned(), device: "SRV-*".to_owned(), ..Criteria::default() };
    assert!(fits(&dells), "letter case does not count");
    assert!(!fits(&Criteria { username: "roo".to_owned(), ..dells.clone() }), "a part is not the whole");
    assert!(fits(&Criteria { username: "r??t".to_owned(), ..dells.clone() }), "two single characters");
    assert!(fits(&Criteria { site: "são*".to_owned(), ..dells.clone() }), "letters beyond ASCII");
    let tagged = |tags: &[&str]| Criteria { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..dells.clone() };
    assert!(fits(&tagged(&["prod*", "pci"])), "each tag is carried");
    assert!(!fits(&tagged(&["prod*", "test"])), "one of them is not");
    let kinds = |kind| Criteria { password_types: vec![kind], ..Criteria::default() };
    assert!(fits(&kinds(PasswordType::LocalAdministrator)) && !fits(&kinds(PasswordType::DomainUser)), "the kind");
}

/// The simplest way to compare a text with a pattern, as the reference.
fn by_trying(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|taken| by_trying(rest, &text[taken..])),
        Some(('?', rest)) => !text.is_empty() && by_trying(rest, &text[1..]),
        Some((letter, rest)) => text.first() == Some(letter) && by_trying(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn wildcards_fit_what_trying_every_way_says(pattern in "[ab*?]{1,7}", text in "[ab]{0,8}") {
        let wanted = by_trying(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
        let criteria = Criteria { username: pattern, ..Criteria::default() };
        let fits = criteria.matcher().fits(&Subject { username: text, ..subject() });
        prop_assert_eq!(fits, wanted);
    }
}

fn details(name: &str, priority: u32) -> PolicyDetails {
    PolicyDetails {
        name: name.to_owned(),
        priority,
        strength: StrengthId::from_uuid(Uuid::nil()),
        criteria: Criteria::default(),
        triggers: Triggers::default(),
        overrides: Overrides::default(),
    }
}

#[test]
fn the_highest_priority_comes_first_and_the_name_breaks_a_tie() {
    let mut policies = [details("b", 1), details("A", 1), details("z", 9)];
    policies.sort_by(PolicyDetails::rank);
    let names: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    assert_eq!(names, ["z", "A", "b"], "nine before one, A before b");
}

const EVERY_DAY: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn window(weekdays: &[Weekday], from: (u16, u16), to: (u16, u16)) -> Window {
    Window { weekdays: weekdays.to_vec(), from: from.0 * 60 + from.1, to: to.0 * 60 + to.1 }
}

fn open(windows: &[Window], zone: Tz, now: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    next_open(windows, zone, at(now)).expect("it opens some day")
}

#[test]
fn hours_are_those_of_the_zone_and_may_reach_into_the_next_day() {
    let nights = [window(&[Weekday::Friday], (22, 0), (2, 0))];
    // 20 November 2026 is a Friday; São Paulo is three hours behind UTC.
    let friday = (at("2026-11-21T01:00:00Z"), at("2026-11-21T05:00:00Z"));
    assert_eq!(open(&nights, Sao_Paulo, "2026-11-20T12:00:00Z"), friday, "it opens in the evening");
    assert_eq!(open(&nights, Sao_Paulo, "2026-11-21T04:59:00Z"), friday, "after midnight it is still Friday's");
    let next = open(&nights, Sao_Paulo, "2026-11-21T05:00:00Z").0;
    assert_eq!(next, at("2026-11-28T01:00:00Z"), "its end is no part of it");
    let all_day = [window(&[Weekday::Sunday], (0, 0), (24, 0))];
    let sunday = (at("2026-11-22T03:00:00Z"), at("2026-11-23T03:00:00Z"));
    assert_eq!(open(&all_day, Sao_Paulo, "2026-11-20T12:00:00Z"), sunday, "until midnight's end");
}

#[test]
fn a_window_in_the_hour_that_is_left_out_is_not_skipped() {
    // Berlin: on 29 March 2026 there is no time from 02:00 to 03:00; 03:00 is 01:00 UTC.
    let inside = [window(&EVERY_DAY, (2, 10), (2, 40))];
    let moved = (at("2026-03-29T01:00:00Z"), at("2026-03-29T01:30:00Z"));
    assert_eq!(open(&inside, Berlin, "2026-03-29T00:00:00Z"), moved, "it comes behind the gap, as long as it is");
    let over_its_beginning = [window(&EVERY_DAY, (2, 30), (4, 0))];
    let shorter = (at("2026-03-29T01:00:00Z"), at("2026-03-29T02:00:00Z"));
    assert_eq!(open(&over_its_beginning, Berlin, "2026-03-29T00:00:00Z"), shorter, "from 03:00 to 04:00");
}

#[test]
fn a_window_in_the_hour_that_comes_twice_is_one_window() {
    // Berlin: on 25 October 2026 the time from 02:00 to 03:00 comes twice, from 00:00 and from 01:00 UTC.
    let inside = [window(&EVERY_DAY, (2, 10), (2, 40))];
    let once = (at("2026-10-25T00:10:00Z"), at("2026-10-25T01:40:00Z"));
    assert_eq!(open(&inside, Berlin, "2026-10-25T00:00:00Z"), once, "from the first 02:10 to the second 02:40");
    assert_eq!(open(&inside, Berlin, "2026-10-25T01:39:00Z"), once, "the second time is no window of its own");
    assert_eq!(open(&inside, Berlin, "2026-10-25T01:40:00Z").0, at("2026-10-26T01:10:00Z"), "the next day's");
}

#[test]
fn a_day_that_a_zone_left_out_skips_no_window() {
    let fridays = [window(&[Weekday::Friday], (10, 0), (12, 0))];
    // Samoa went from Thursday, 29 December 2011, to Saturday.
    let apia: Tz = "Pacific/Apia".parse().expect("a zone");
    let (opens, closes) = open(&fridays, apia, "2011-12-29T12:00:00Z");
    assert_eq!(
        opens,
        apia.with_ymd_and_hms(2011, 12, 31, 0, 0, 0).single().expect("a time").to_utc(),
        "Saturday 00:00"
    );
    assert_eq!(closes - opens, TimeDelta::hours(2), "as long as it is");
}

fn period(days: u32, windows: Vec<Window>) -> Triggers {
    let period = PeriodTrigger { every: days, unit: PeriodUnit::Days, windows };
    Triggers { period: Some(period), ..Triggers::default() }
}

fn facts(number: u128, changed_at: &str) -> Facts {
    Facts {
        credential: credential(number),
        changed_at: Some(at(changed_at)),
        viewed_at: None,
        expires_at: None,
        verified_at: None,
    }
}

#[test]
fn credentials_that_were_changed_together_are_due_apart_and_never_too_late() {
    let triggers = period(30, Vec::new());
    let schedule = Schedule { triggers: &triggers, zone: Berlin };
    let now = at("2026-11-20T12:00:00Z");
    let over = now + TimeDelta::days(30);
    let due: Vec<DateTime<Utc>> =
        (0..1_000).map(|number| schedule.due(&facts(number, "2026-11-20T12:00:00Z"), now)[0].at).collect();
    assert!(due.iter().all(|at| (over - TimeDelta::hours(36)..=over).contains(at)), "within the last twentieth");
    for hour in 0..36 {
        let from = over - TimeDelta::hours(36 - hour);
        let count = due.iter().filter(|at| (from..from + TimeDelta::hours(1)).contains(*at)).count();
        assert!((8..=55).contains(&count), "about 28 an hour: {count} in hour {hour}");
    }
    let again = schedule.due(&facts(7, "2026-11-20T12:00:00Z"), now + TimeDelta::days(3))[0].at;
    assert_eq!(again, due[7], "asked again, the same is said");
}

#[test]
fn what_falls_outside_the_hours_is_spread_over_the_first_half_of_the_next_window() {
    let triggers = period(1, vec![window(&[Weekday::Saturday], (0, 0), (10, 0))]);
    let schedule = Schedule { triggers: &triggers, zone: Tz::UTC };
    let now = at("2026-11-16T12:00:00Z");
    let due: Vec<DateTime<Utc>> =
        (0..200).map(|number| schedule.due(&facts(number, "2026-11-16T12:00:00Z"), now)[0].at).collect();
    let (opens, half) = (at("2026-11-21T00:00:00Z"), at("2026-11-21T05:00:00Z"));
    assert!(due.iter().all(|at| (opens..half).contains(at)), "on Saturday before five");
    let early = due.iter().filter(|at| **at < opens + TimeDelta::hours(1)).count();
    assert!((15..=70).contains(&early), "about a fifth of them in the first of five hours: {early}");
}

#[test]
fn a_record_from_the_future_counts_as_from_now() {
    let triggers = period(30, Vec::new());
    let schedule = Schedule { triggers: &triggers, zone: Berlin };
    let now = at("2026-11-20T12:00:00Z");
    let due = schedule.due(&facts(1, "2031-01-01T00:00:00Z"), now)[0].at;
    assert!(due <= now + TimeDelta::days(30), "a clock that was put back stops nothing: {due}");
}

#[test]
fn a_look_and_an_expiry_make_due_at_their_time() {
    let triggers = Triggers {
        view: Some(ViewTrigger { delay_minutes: 60, windows: Vec::new() }),
        expiry: Some(ExpiryTrigger { lifetime_days: 90, windows: Vec::new() }),
        ..Triggers::default()
    };
    let schedule = Schedule { triggers: &triggers, zone: Berlin };
    let changed = at("2026-11-01T00:00:00Z");
    let expires_at = schedule.expires_at(changed);
    assert_eq!(expires_at, Some(at("2027-01-30T00:00:00Z")), "ninety days later");
    let facts = Facts { viewed_at: Some(at("2026-11-20T12:00:00Z")), expires_at, ..facts(1, "2026-11-01T00:00:00Z") };
    let due: Vec<(TriggerKind, DateTime<Utc>)> =
        schedule.due(&facts, at("2026-11-20T12:00:00Z")).iter().map(|due| (due.kind, due.at)).collect();
    let wanted = [(TriggerKind::View, at("2026-11-20T13:00:00Z")), (TriggerKind::Expiry, at("2027-01-30T00:00:00Z"))];
    assert_eq!(due, wanted, "soonest first");
}

#[test]
fn what_cannot_be_stored_is_named_by_its_field() {
    let mut details = details(" ", 101).tidied();
    details.triggers = period(0, vec![window(&[], (25, 0), (3, 0)), window(&EVERY_DAY, (3, 0), (3, 0))]);
    details.overrides.attempts = Some(0);
    let problems = details.problems();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_ref()).collect();
    let wanted = [
        "name",
        "priority",
        "triggers.period.every",
        "triggers.period.windows.0.weekdays",
        "triggers.period.windows.0.from",
        "triggers.period.windows.1.to",
        "overrides.attempts",
    ];
    assert_eq!(fields, wanted, "each at its field");
    assert_eq!(problems[5].rule, Rule::InvalidWindow, "from three to three");
}

//! Tells the desktop what people should look at, for whoever is not looking at the window.
//!
//! What has to be told arrives as a question to `app` and is answered on a thread of its own, because who tells of it
//! may hold what the answer needs. What happens at about the same time is told together: a thousand failed changes are
//! one notification. A desktop that shows none is no error; nobody may rely on having been told.

use std::{
    collections::BTreeMap,
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use app::{App, Notice, NoticeKind};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::{
    state::Shell,
    words::{self, Words},
};

/// So long after the first of them is waited for others.
const TOGETHER: Duration = Duration::from_secs(1);

/// Answers what is to be told, if anything.
type Question = Box<dyn FnOnce(&App) -> Option<Notice> + Send>;

/// Where questions go.
struct Notifier(Sender<Question>);

/// Begins to tell.
pub fn start(program: &AppHandle) {
    let (sender, questions) = mpsc::channel();
    program.manage(Notifier(sender));
    let program = program.clone();
    thread::spawn(move || work_off(&program, &questions));
}

/// Tells the desktop what `app` answers, soon. Returns at once.
pub fn tell(program: &AppHandle, question: impl FnOnce(&App) -> Option<Notice> + Send + 'static) {
    if let Some(notifier) = program.try_state::<Notifier>() {
        // The thread ends with the program only.
        let _ = notifier.0.send(Box::new(question));
    }
}

/// Tells the desktop something at once, whatever the parameters say. Logged where the desktop shows no notifications.
pub fn say(program: &AppHandle, text: fn(&Words) -> [&'static str; 2]) {
    let language = program.try_state::<Shell>().and_then(|shell| shell.preferences.language());
    let [title, body] = text(words::of(language));
    if let Err(error) = program.notification().builder().title(title).body(body).show() {
        tracing::warn!(%error, title, "the desktop shows no notifications");
    }
}

fn work_off(program: &AppHandle, questions: &Receiver<Question>) {
    while let Ok(first) = questions.recv() {
        thread::sleep(TOGETHER);
        let shell = program.state::<Shell>();
        let notices = std::iter::once(first).chain(questions.try_iter());
        let notices: Vec<Notice> = notices.filter_map(|question| question(&shell.app)).collect();
        for (title, body) in told(words::of(shell.preferences.language()), &notices) {
            if let Err(error) = program.notification().builder().title(title).body(body).show() {
                tracing::info!(%error, "the desktop shows no notifications");
            }
        }
    }
}

/// Title and body of one notification a kind.
fn told(words: &Words, notices: &[Notice]) -> Vec<(String, String)> {
    let mut kinds: BTreeMap<NoticeKind, Vec<&Notice>> = BTreeMap::new();
    for notice in notices {
        kinds.entry(notice.kind).or_default().push(notice);
    }
    let told = kinds.into_iter().map(|(kind, notices)| match notices[..] {
        [one] => (words.notice(kind).to_owned(), words.subject(&one.subject)),
        _ => (words.notices(kind, notices.len()), words.look.to_owned()),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use app::{Notice, NoticeKind, Subject};

    use super::told;
    use crate::{views::Language, words};

    fn notice(kind: NoticeKind, code: i64) -> Notice {
        let names = Some(("deploy".to_owned(), "srv-db-01".to_owned()));
        Notice { kind, subject: Subject::Operation { code, names } }
    }

    #[test]
    fn one_is_told_with_what_it_is_about() {
        let one = [notice(NoticeKind::Reconciled, 42)];
        let expected = |title: &str, body: &str| vec![(title.to_owned(), body.to_owned())];
        assert_eq!(
            told(words::of(Some(Language::English)), &one),
            expected("A password was reconciled", "deploy on srv-db-01 (operation 42)"),
            "in English"
        );
        assert_eq!(
            told(words::of(Some(Language::PortugueseOfBrazil)), &one),
            expected("Uma senha foi reconciliada", "deploy em srv-db-01 (operação 42)"),
            "in Portuguese"
        );
    }

    #[test]
    fn without_names_only_the_number_is_told() {
        let subject = Subject::Operation { code: 42, names: None };
        let told = told(words::of(Some(Language::English)), &[Notice { kind: NoticeKind::NotChanged, subject }]);
        assert_eq!(told, [("A password change failed".to_owned(), "Operation 42".to_owned())], "no name");
    }

    #[test]
    fn many_of_a_kind_are_one_and_kinds_stay_apart() {
        let mut many: Vec<Notice> = (0..1000).map(|code| notice(NoticeKind::NotChanged, code)).collect();
        many.push(notice(NoticeKind::OutOfSync, 1000));
        let told = told(words::of(Some(Language::English)), &many);
        assert_eq!(told.len(), 2, "one a kind: {told:?}");
        assert_eq!(told[0].0, "A credential is out of sync", "the worst first");
        assert_eq!(told[1].0, "1000 password changes failed", "counted");
        assert!(!told[1].1.contains("deploy"), "many are not named: {}", told[1].1);
    }

    #[test]
    fn every_kind_has_words_of_its_own_in_both_languages() {
        use NoticeKind as K;
        for language in [Language::English, Language::PortugueseOfBrazil] {
            let words = words::of(Some(language));
            let kinds =
                [K::VaultDisplaced, K::OutOfSync, K::NotReconciled, K::NotChanged, K::Reconciled, K::RequestWaits];
            let mut all: Vec<String> = kinds.iter().map(|kind| words.notice(*kind).to_owned()).collect();
            all.extend(kinds.iter().map(|kind| words.notices(*kind, 7)));
            assert!(all.iter().skip(6).all(|many| many.contains('7')), "many are counted: {all:?}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 12, "no two alike: {all:?}");
        }
    }
}

//! Desktop notifications, for users who are not looking at the window.
//!
//! A notification begins as a question to `app`. It is answered on a separate thread, because the caller may hold a
//! lock that the answer needs. Events that happen within a second are joined: a thousand failed changes are one
//! notification. A desktop that shows no notifications is not an error, so no code may rely on a notification being
//! seen.

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
    texts::{self, Texts},
};

/// The time after the first question during which further questions are collected.
const TOGETHER: Duration = Duration::from_secs(1);

/// A question to `app` that returns the notice to show, if there is one.
type Question = Box<dyn FnOnce(&App) -> Option<Notice> + Send>;

/// The sender of questions to the notification thread.
struct Notifier(Sender<Question>);

/// Starts the thread that shows notifications.
pub fn start(program: &AppHandle) {
    let (sender, questions) = mpsc::channel();
    program.manage(Notifier(sender));
    let program = program.clone();
    thread::spawn(move || work_off(&program, &questions));
}

/// Queues a question, whose answer is shown as a notification soon. Returns at once.
pub fn tell(program: &AppHandle, question: impl FnOnce(&App) -> Option<Notice> + Send + 'static) {
    if let Some(notifier) = program.try_state::<Notifier>() {
        // Sending cannot fail while the program runs, because the thread ends only with the program.
        let _ = notifier.0.send(Box::new(question));
    }
}

/// Shows a notification at once, independent of the parameters. If the desktop shows no notifications, this is logged.
pub fn say(program: &AppHandle, text: fn(&Texts) -> [&'static str; 2]) {
    let language = program.try_state::<Shell>().and_then(|shell| shell.preferences.language());
    let [title, body] = text(texts::of(language));
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
        for (title, body) in notification_texts(texts::of(shell.preferences.language()), &notices) {
            if let Err(error) = program.notification().builder().title(title).body(body).show() {
                tracing::info!(%error, "the desktop shows no notifications");
            }
        }
    }
}

/// Returns the title and the body of one notification for each kind of notice.
fn notification_texts(texts: &Texts, notices: &[Notice]) -> Vec<(String, String)> {
    let mut kinds: BTreeMap<NoticeKind, Vec<&Notice>> = BTreeMap::new();
    for notice in notices {
        kinds.entry(notice.kind).or_default().push(notice);
    }
    let notification_texts = kinds.into_iter().map(|(kind, notices)| match notices[..] {
        [one] => (texts.notice(kind).to_owned(), texts.subject(&one.subject)),
        _ => (texts.notices(kind, notices.len()), texts.look.to_owned()),
    });
    notification_texts.collect()
}

#[cfg(test)]
mod tests {
    use app::{Notice, NoticeKind, Subject};

    use super::notification_texts;
    use crate::{texts, views::Language};

    fn notice(kind: NoticeKind, code: i64) -> Notice {
        let names = Some(("deploy".to_owned(), "srv-db-01".to_owned()));
        Notice { kind, subject: Subject::Operation { code, names } }
    }

    #[test]
    fn one_is_told_with_what_it_is_about() {
        let one = [notice(NoticeKind::Reconciled, 42)];
        let expected = |title: &str, body: &str| vec![(title.to_owned(), body.to_owned())];
        assert_eq!(
            notification_texts(texts::of(Some(Language::English)), &one),
            expected("A password was reconciled", "deploy on srv-db-01 (operation 42)"),
            "in English"
        );
        assert_eq!(
            notification_texts(texts::of(Some(Language::PortugueseOfBrazil)), &one),
            expected("Uma senha foi reconciliada", "deploy em srv-db-01 (operação 42)"),
            "in Portuguese"
        );
    }

    #[test]
    fn without_names_only_the_number_is_told() {
        let subject = Subject::Operation { code: 42, names: None };
        let notification_texts =
            notification_texts(texts::of(Some(Language::English)), &[Notice { kind: NoticeKind::NotChanged, subject }]);
        assert_eq!(notification_texts, [("A password change failed".to_owned(), "Operation 42".to_owned())], "no name");
    }

    #[test]
    fn many_of_a_kind_are_one_and_kinds_stay_apart() {
        let mut many: Vec<Notice> = (0..1000).map(|code| notice(NoticeKind::NotChanged, code)).collect();
        many.push(notice(NoticeKind::OutOfSync, 1000));
        let notification_texts = notification_texts(texts::of(Some(Language::English)), &many);
        assert_eq!(notification_texts.len(), 2, "one a kind: {notification_texts:?}");
        assert_eq!(notification_texts[0].0, "A credential is out of sync", "the worst first");
        assert_eq!(notification_texts[1].0, "1000 password changes failed", "counted");
        assert!(!notification_texts[1].1.contains("deploy"), "many are not named: {}", notification_texts[1].1);
    }

    #[test]
    fn every_kind_has_words_of_its_own_in_both_languages() {
        use NoticeKind as K;
        for language in [Language::English, Language::PortugueseOfBrazil] {
            let texts = texts::of(Some(language));
            let kinds =
                [K::VaultDisplaced, K::OutOfSync, K::NotReconciled, K::NotChanged, K::Reconciled, K::RequestWaits];
            let mut all: Vec<String> = kinds.iter().map(|kind| texts.notice(*kind).to_owned()).collect();
            all.extend(kinds.iter().map(|kind| texts.notices(*kind, 7)));
            assert!(all.iter().skip(6).all(|many| many.contains('7')), "many are counted: {all:?}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 12, "no two alike: {all:?}");
        }
    }
}

//! Logging the errors of the page: the place where they happened, but never a text that a person typed.
//!
//! A library may put values into the message of an error, so only messages from a fixed list are logged. Positions in
//! the code and names of components are logged only if all their characters are allowed in a position, and only a
//! limited number of them. A page that fails in a loop is logged only a limited number of times a minute.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use diagnostics::Reference;

use crate::views::diagnostics::PageProblemRequest;

/// The most problems that are logged in [`PERIOD`].
const MOST: u32 = 20;
const PERIOD: Duration = Duration::from_secs(60);
/// The most positions of a stack that are logged.
const DEEPEST: usize = 20;
/// The longest position or name that is logged, in bytes.
const LONGEST: usize = 160;

/// The beginning of the current period, and the number of the page's problems in it.
#[derive(Default)]
pub struct ProblemLimit(Mutex<Option<(Instant, u32)>>);

impl ProblemLimit {
    /// Tells whether one more problem may be logged now. The first problem over the limit is announced in the log.
    fn allows(&self, now: Instant) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = counted.filter(|(since, _)| now - *since < PERIOD).unwrap_or((now, 0));
        if count == MOST {
            tracing::warn!("the page reports too many problems; more of them are left out for a minute");
        }
        *counted = Some((since, count.saturating_add(1)));
        count < MOST
    }
}

/// Logs a problem of the page, unless the limit is reached.
pub fn log(limit: &ProblemLimit, problem: &PageProblemRequest) {
    if !limit.allows(Instant::now()) {
        return;
    }
    let reference = Reference::parse(&problem.reference).map(|reference| reference.to_string()).unwrap_or_default();
    tracing::error!(
        reference,
        kind = problem.kind.word(),
        name = plain(&problem.name),
        message = problem.message.map_or("(left out)", |message| message.word()),
        stack = places(&problem.stack),
        components = places(&problem.components),
        "a problem of the page"
    );
}

fn places(places: &[String]) -> String {
    places.iter().take(DEEPEST).map(|place| plain(place)).collect::<Vec<_>>().join(" < ")
}

/// Returns the text if it can be a name or a position, else only its length.
fn plain(text: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_$.:/@-".contains(c);
    if text.len() <= LONGEST && text.chars().all(fits) { text.to_owned() } else { format!("({} bytes)", text.len()) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{DEEPEST, MOST, PERIOD, ProblemLimit, log};
    use crate::{
        logging::tests::Lines,
        views::diagnostics::{PageProblemKind, PageProblemRequest},
    };

    fn problem() -> PageProblemRequest {
        PageProblemRequest {
            reference: "ABCDEFGH".to_owned(),
            kind: PageProblemKind::Error,
            name: "TypeError".to_owned(),
            message: None,
            stack: vec!["submit@/assets/index-B3.js:1:2345".to_owned()],
            components: vec!["CredentialForm".to_owned()],
        }
    }

    #[test]
    fn a_problem_of_the_page_is_logged_with_its_places() {
        let lines = Lines::default();
        let _listening = lines.listen();
        log(&ProblemLimit::default(), &problem());
        let text = lines.text();
        for part in ["ABCDEFGH", "TypeError", "submit@/assets/index-B3.js:1:2345", "CredentialForm", "(left out)"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn what_is_no_position_is_left_out() {
        let lines = Lines::default();
        let _listening = lines.listen();
        let secret = "my secret: hunter2!";
        let stack = vec![secret.to_owned(); 1000];
        let given = PageProblemRequest { reference: secret.into(), name: secret.into(), stack, ..problem() };
        log(&ProblemLimit::default(), &given);
        let text = lines.text();
        assert!(!text.contains("hunter2"), "{text}");
        assert_eq!(text.matches("(19 bytes)").count(), DEEPEST + 1, "a bounded number of positions: {text}");
    }

    #[test]
    fn a_page_that_fails_in_a_loop_is_heard_a_few_times_a_minute() {
        let (limit, now) = (ProblemLimit::default(), Instant::now());
        let heard = (0..1000).filter(|_| limit.allows(now)).count();
        assert_eq!(u32::try_from(heard), Ok(MOST));
        assert!(limit.allows(now + PERIOD + Duration::from_secs(1)), "a minute later it is heard again");
    }
}

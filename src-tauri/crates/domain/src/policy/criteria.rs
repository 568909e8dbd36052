//! The criteria that select the credentials of a policy. A text may hold `*` (any characters) and `?` (one character).
//! Letter case does not count.

use serde::{Deserialize, Serialize};

use crate::{PasswordType, Problem, text};

/// The criteria that a credential must match. An empty criterion matches every credential; all the others must match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Criteria {
    pub username: String,
    pub device: String,
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub site: String,
    pub domain: String,
    /// The credential or its device carries a tag like each of these.
    pub tags: Vec<String>,
    /// The account is of one of these kinds.
    pub password_types: Vec<PasswordType>,
}

crate::enumeration! {
    /// The field that a criterion compares.
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum PolicyField {
        Username = "username",
        Device = "device",
        Kind = "type",
        Manufacturer = "manufacturer",
        Model = "model",
        Site = "site",
        Domain = "domain",
        Tags = "tags",
        PasswordType = "passwordType",
    }
}

/// The texts of a credential and its device that the criteria are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Subject {
    pub username: String,
    pub device: String,
    pub kind: String,
    pub manufacturer: String,
    pub model: String,
    pub site: String,
    pub domain: String,
    /// The tags of the credential and of its device.
    pub tags: Vec<String>,
    /// The kind of the account.
    pub password_type: PasswordType,
}

/// A criterion that is set, with the credential's value beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Criterion {
    pub field: PolicyField,
    pub pattern: String,
    pub value: String,
    pub matches: bool,
}

/// Criteria that are prepared for the comparison with many credentials.
#[derive(Debug, Clone)]
pub struct Matcher {
    texts: Vec<(PolicyField, Pattern)>,
    tags: Vec<Pattern>,
    password_types: Vec<PasswordType>,
}

/// A text with wildcards, letter case folded.
#[derive(Debug, Clone)]
enum Pattern {
    /// A text without wildcards.
    Exactly(String),
    Like(Vec<char>),
}

impl Criteria {
    /// Returns the text criteria by name, set or not.
    fn texts(&self) -> [(PolicyField, &'static str, &str); 7] {
        [
            (PolicyField::Username, "criteria.username", &self.username),
            (PolicyField::Device, "criteria.device", &self.device),
            (PolicyField::Kind, "criteria.type", &self.kind),
            (PolicyField::Manufacturer, "criteria.manufacturer", &self.manufacturer),
            (PolicyField::Model, "criteria.model", &self.model),
            (PolicyField::Site, "criteria.site", &self.site),
            (PolicyField::Domain, "criteria.domain", &self.domain),
        ]
    }

    /// Trims every text, and drops empty and repeated tags.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for text in [
            &mut self.username,
            &mut self.device,
            &mut self.kind,
            &mut self.manufacturer,
            &mut self.model,
            &mut self.site,
            &mut self.domain,
        ] {
            *text = text.trim().to_owned();
        }
        self.tags = text::tidy_tags(self.tags);
        self
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (_, field, text) in self.texts() {
            text::check_length(&mut problems, field, text, 255);
        }
        text::check_tags(&mut problems, "criteria.tags", &self.tags);
        problems
    }

    /// Prepares the criteria for the comparison with many credentials.
    pub fn matcher(&self) -> Matcher {
        let set = self.texts().into_iter().filter(|(_, _, text)| !text.is_empty());
        Matcher {
            texts: set.map(|(field, _, text)| (field, Pattern::new(text))).collect(),
            tags: self.tags.iter().map(|tag| Pattern::new(tag)).collect(),
            password_types: self.password_types.clone(),
        }
    }

    /// Returns every criterion that is set, each with the credential's value.
    pub fn explain(&self, subject: &Subject) -> Vec<Criterion> {
        let folded = subject.folded();
        let mut criteria = Vec::new();
        for (field, _, pattern) in self.texts().into_iter().filter(|(_, _, text)| !text.is_empty()) {
            let matches = Pattern::new(pattern).fits(folded.text(field));
            let value = subject.text(field).to_owned();
            criteria.push(Criterion { field, pattern: pattern.to_owned(), value, matches });
        }
        if !self.tags.is_empty() {
            let matches = self.tags.iter().all(|tag| folded.carries(&Pattern::new(tag)));
            let (pattern, value) = (self.tags.join(", "), subject.tags.join(", "));
            criteria.push(Criterion { field: PolicyField::Tags, pattern, value, matches });
        }
        if !self.password_types.is_empty() {
            let words: Vec<String> = self.password_types.iter().map(|kind| word(*kind)).collect();
            criteria.push(Criterion {
                field: PolicyField::PasswordType,
                pattern: words.join(", "),
                value: word(subject.password_type),
                matches: self.password_types.contains(&subject.password_type),
            });
        }
        criteria
    }
}

impl Subject {
    fn text(&self, field: PolicyField) -> &str {
        match field {
            PolicyField::Username => &self.username,
            PolicyField::Device => &self.device,
            PolicyField::Kind => &self.kind,
            PolicyField::Manufacturer => &self.manufacturer,
            PolicyField::Model => &self.model,
            PolicyField::Site => &self.site,
            PolicyField::Domain => &self.domain,
            // These are lists and choices; they are compared on their own.
            PolicyField::Tags | PolicyField::PasswordType => "",
        }
    }

    /// Returns the same texts in the letter case in which patterns are compared.
    #[must_use]
    pub fn folded(&self) -> Self {
        Self {
            username: self.username.to_lowercase(),
            device: self.device.to_lowercase(),
            kind: self.kind.to_lowercase(),
            manufacturer: self.manufacturer.to_lowercase(),
            model: self.model.to_lowercase(),
            site: self.site.to_lowercase(),
            domain: self.domain.to_lowercase(),
            tags: self.tags.iter().map(|tag| tag.to_lowercase()).collect(),
            password_type: self.password_type,
        }
    }

    fn carries(&self, tag: &Pattern) -> bool {
        self.tags.iter().any(|carried| tag.fits(carried))
    }
}

impl Matcher {
    /// Tells whether every criterion that is set matches a credential whose texts are [`Subject::folded`].
    pub fn fits(&self, folded: &Subject) -> bool {
        self.texts.iter().all(|(field, pattern)| pattern.fits(folded.text(*field)))
            && self.tags.iter().all(|tag| folded.carries(tag))
            && (self.password_types.is_empty() || self.password_types.contains(&folded.password_type))
    }
}

impl Pattern {
    fn new(text: &str) -> Self {
        let folded = text.to_lowercase();
        if folded.contains(['*', '?']) { Self::Like(folded.chars().collect()) } else { Self::Exactly(folded) }
    }

    fn fits(&self, folded: &str) -> bool {
        match self {
            Self::Exactly(text) => text == folded,
            Self::Like(pattern) => like(pattern, folded),
        }
    }
}

/// Compares a text with a pattern, in time bounded by the product of their lengths: after a mismatch, only the last
/// star takes one more character.
fn like(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(place) {
            Some('*') => {
                star = Some((place, at));
                place += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[at] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((of_star, taken)) = star else { return false };
                star = Some((of_star, taken + 1));
                at = taken + 1;
                place = of_star + 1;
            }
        }
    }
    pattern[place..].iter().all(|left| *left == '*')
}

fn word(kind: PasswordType) -> String {
    let word = match kind {
        PasswordType::LocalUser => "localUser",
        PasswordType::LocalAdministrator => "localAdministrator",
        PasswordType::DomainUser => "domainUser",
    };
    word.to_owned()
}

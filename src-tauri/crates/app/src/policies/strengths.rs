//! Strengths: the rules by which passwords are generated.

use domain::{
    PluginId, Problem, Rule, StrengthId,
    strength::{Limits, Strength},
};
use serde_json::json;
use vault::{NewEntry, Noun, Object, Page, Reader, StrengthQuery, StrengthRecord};

use crate::{Action, App, AppError, Secret};

/// The strength form, as a person filled it in.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct StrengthForm {
    /// None: a new strength.
    pub id: Option<StrengthId>,
    pub name: String,
    pub rules: Strength,
}

/// The limits of a plugin for the passwords of a strength.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct PluginLimit {
    pub id: PluginId,
    pub name: &'static str,
    /// The longest password that the plugin can transmit, in bytes.
    pub longest: u32,
    /// The characters that the plugin cannot transmit.
    pub forbidden: &'static str,
    /// The reason why it can transmit none of the passwords; none if it can.
    pub refused: Option<Rule>,
}

/// The passwords that a strength allows.
pub struct Estimate {
    /// The number of possible passwords, in decimal digits.
    pub possible: String,
    /// The binary logarithm of that.
    pub bits: f64,
    /// Sample passwords. They are never stored or used.
    pub samples: Vec<Secret>,
    /// The problems of the rules.
    pub problems: Vec<Problem>,
    /// The limits of each plugin.
    pub limits: Vec<PluginLimit>,
}

/// The number of samples that are shown.
const SAMPLES: usize = 4;

/// The operations on strengths.
pub struct Strengths<'a>(pub(crate) &'a App);

const NOT_FOUND: AppError = AppError::NotFound { noun: Noun::Strength };

impl Strengths<'_> {
    /// Returns one page of the strengths that match.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`], [`AppError::Vault`].
    pub fn list(&self, query: &StrengthQuery) -> Result<Page<StrengthRecord>, AppError> {
        let signed_in = self.0.authorize(Action::ReadPolicies)?;
        signed_in.vault.read(|reader| Ok(reader.strengths().list(query)?))
    }

    /// Reads one strength with its rules.
    ///
    /// # Errors
    /// As [`Strengths::list`], and [`AppError::NotFound`].
    pub fn get(&self, id: StrengthId) -> Result<StrengthRecord, AppError> {
        let signed_in = self.0.authorize(Action::ReadPolicies)?;
        signed_in.vault.read(|reader| reader.strengths().get(id)?.ok_or(NOT_FOUND))
    }

    /// Counts the passwords of a strength as it is being entered.
    ///
    /// # Errors
    /// [`AppError::Locked`], [`AppError::Forbidden`].
    pub fn estimate(&self, rules: &Strength) -> Result<Estimate, AppError> {
        self.0.authorize(Action::ReadPolicies)?;
        let problems = rules.problems();
        if !problems.is_empty() {
            let limits = self.limits().map(|limits| limit(&limits, None)).collect();
            return Ok(Estimate { possible: "0".to_owned(), bits: 0.0, samples: Vec::new(), problems, limits });
        }
        let possibilities = rules.possibilities();
        let mut random = rand::rng();
        Ok(Estimate {
            possible: possibilities.number().to_string(),
            bits: possibilities.bits(),
            samples: (0..SAMPLES).filter_map(|_| possibilities.draw(&mut random)).collect(),
            problems,
            limits: self.limits().map(|limits| limit(&limits, rules.refused_by(&limits.1))).collect(),
        })
    }

    fn limits(&self) -> impl Iterator<Item = (PluginId, Limits<'static>)> {
        self.0.setup.connectors.all().map(|connector| {
            let descriptor = connector.descriptor();
            (descriptor.id.clone(), rotation::limits_of(&descriptor))
        })
    }

    /// Creates or changes a strength.
    ///
    /// # Errors
    /// As [`Strengths::get`], [`AppError::Invalid`], and [`AppError::BuiltIn`].
    pub fn save(&self, form: &StrengthForm) -> Result<StrengthId, AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let (now, new_id) = (self.0.setup.clock.now(), StrengthId::from_uuid(self.0.new_uuid()));
        let name = form.name.trim().to_owned();
        let mut problems = form.rules.problems();
        let bits = if problems.is_empty() { form.rules.possibilities().bits() } else { 0.0 };
        signed_in.vault.write(|writer| {
            problems.extend(name_problems(writer, &name, form.id)?);
            if !problems.is_empty() {
                return Err(AppError::Invalid { problems });
            }
            let known = match form.id {
                Some(id) => Some(writer.strengths().get(id)?.ok_or(NOT_FOUND)?),
                None => None,
            };
            if known.as_ref().is_some_and(|known| known.built_in) {
                return Err(AppError::BuiltIn);
            }
            let record = StrengthRecord {
                id: known.as_ref().map_or(new_id, |known| known.id),
                name,
                built_in: false,
                rules: form.rules.clone(),
                problems: Vec::new(),
                bits,
                policies: 0,
                created_at: known.as_ref().map_or(now, |known| known.created_at),
                updated_at: now,
            };
            writer.strengths_mut().save(&record)?;
            let action = if known.is_some() { "strength.changed" } else { "strength.entered" };
            let detail = json!({ "from": known.as_ref().map(describe), "to": describe(&record) });
            let object = Some(Object { noun: "strength", id: record.id.as_uuid(), label: &record.name });
            writer.audit_mut().append(&NewEntry { who: Some(signed_in.user.id), action, object, detail, at: now })?;
            Ok(record.id)
        })
    }

    /// Deletes a strength that no policy uses.
    ///
    /// # Errors
    /// As [`Strengths::get`], [`AppError::StrengthInUse`], and [`AppError::BuiltIn`].
    pub fn delete(&self, id: StrengthId) -> Result<(), AppError> {
        let signed_in = self.0.authorize(Action::WritePolicies)?;
        let now = self.0.setup.clock.now();
        signed_in.vault.write(|writer| {
            let known = writer.strengths().get(id)?.ok_or(NOT_FOUND)?;
            if known.built_in {
                return Err(AppError::BuiltIn);
            }
            if known.policies > 0 {
                return Err(AppError::StrengthInUse { policies: known.policies });
            }
            writer.strengths_mut().delete(id)?;
            let detail = json!({ "from": describe(&known), "to": null });
            let object = Some(Object { noun: "strength", id: id.as_uuid(), label: &known.name });
            let entry = NewEntry { who: Some(signed_in.user.id), action: "strength.deleted", object, detail, at: now };
            writer.audit_mut().append(&entry)?;
            Ok(())
        })
    }
}

fn limit((id, limits): &(PluginId, Limits<'static>), refused: Option<Rule>) -> PluginLimit {
    PluginLimit { id: id.clone(), name: limits.plugin, longest: limits.longest, forbidden: limits.forbidden, refused }
}

fn name_problems(reader: &Reader<'_>, name: &str, id: Option<StrengthId>) -> Result<Vec<Problem>, AppError> {
    let rule = if name.is_empty() {
        Rule::Required
    } else if name.chars().count() > 100 {
        Rule::TooLong { maximum: 100 }
    } else if name.chars().any(char::is_control) {
        Rule::InvalidCharacters
    } else if reader.strengths().taken(name, id)? {
        Rule::Duplicate
    } else {
        return Ok(Vec::new());
    };
    Ok(vec![Problem::new("name", rule)])
}

fn describe(record: &StrengthRecord) -> serde_json::Value {
    json!({ "name": record.name, "rules": record.rules })
}

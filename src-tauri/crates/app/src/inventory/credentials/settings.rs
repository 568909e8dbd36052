//! The checks of a credential's references: its parents, its reconciliation credential and its template.

use domain::{CredentialDetails, CredentialId, CredentialStatus, Problem, Rule};
use template::starter::{Connects, Starter};
use vault::Reader;

use crate::AppError;
use crate::inventory::label::label;

/// Returns the problems of the references in a credential's settings.
pub(super) fn problems(
    reader: &Reader<'_>,
    templates: &[Starter],
    id: Option<CredentialId>,
    details: &CredentialDetails,
) -> Result<Vec<Problem>, AppError> {
    let mut problems = Vec::new();
    let parent = parent_problem(reader, id, details)?;
    problems.extend(parent.map(|rule| Problem::new("execution.parentCredentialId", rule)));
    let credential = reconciliation_problem(reader, id, details)?;
    problems.extend(credential.map(|rule| Problem::new("execution.reconciliation.credentialId", rule)));
    problems.extend(template_problem(templates, details));
    Ok(problems)
}

fn parent_problem(
    reader: &Reader<'_>,
    id: Option<CredentialId>,
    details: &CredentialDetails,
) -> Result<Option<Rule>, AppError> {
    let Some(parent) = details.execution.parent else {
        return Ok(None);
    };
    if Some(parent) == id {
        return Ok(Some(Rule::SameCredential));
    }
    let ancestry = reader.credentials().ancestry(parent)?;
    if ancestry.is_empty() {
        return Ok(Some(Rule::Unknown));
    }
    // The chain of parents returns to this credential: the cycle goes from here to the parent, up, and back.
    let Some(place) = ancestry.iter().position(|above| Some(above.id) == id) else {
        return Ok(None);
    };
    let mut path = Vec::new();
    for above in ancestry.iter().take(place + 1) {
        let device = reader.devices().get(above.details.device)?.map(|device| device.details.name);
        path.push(label(&above.details.username, &device.unwrap_or_default()));
    }
    path.rotate_right(1);
    path.extend(path.first().cloned());
    Ok(Some(Rule::Cycle { path: path.join(" \u{2192} ") }))
}

/// Checks the reconciliation credential. It must be another active account of the same device, and it must not be
/// changed through the credential that it repairs: both would be lost together.
fn reconciliation_problem(
    reader: &Reader<'_>,
    id: Option<CredentialId>,
    details: &CredentialDetails,
) -> Result<Option<Rule>, AppError> {
    let Some(through) = details.execution.reconciliation.credential else {
        return Ok(None);
    };
    if Some(through) == id {
        return Ok(Some(Rule::SameCredential));
    }
    let chain = reader.credentials().access_chain(through)?;
    let rule = match chain.first() {
        None => Some(Rule::Unknown),
        Some(found) if found.details.device != details.device => Some(Rule::OtherDevice),
        Some(_) if chain.iter().any(|link| Some(link.id) == id) => Some(Rule::SameCredential),
        Some(found)
            if found.details.status == CredentialStatus::Inactive && details.execution.reconciliation.enabled =>
        {
            Some(Rule::InactiveCredential)
        }
        Some(_) => None,
    };
    Ok(rule)
}

/// Checks that the template logs in as another credential and belongs to the plugin.
fn template_problem(templates: &[Starter], details: &CredentialDetails) -> Option<Problem> {
    let settings = &details.execution.reconciliation;
    let chosen = settings.template.as_deref()?;
    let rule = match templates.iter().find(|template| template.id == chosen) {
        None => Rule::Unknown,
        Some(found) if settings.plugin.as_deref() != Some(found.plugin) || found.connects != Connects::Access => {
            Rule::WrongPlugin
        }
        Some(_) => return None,
    };
    Some(Problem::new("execution.reconciliation.templateId", rule))
}

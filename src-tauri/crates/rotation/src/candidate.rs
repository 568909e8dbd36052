//! The next password of a credential: by the strength of its policy, within what the plugin carries, and none of the last.

use std::sync::{Arc, Mutex, PoisonError};

use connector::{ConnectorError, Descriptor};
use domain::{
    FailureCode, SecretKind,
    operation::OperationType,
    policy::Policy,
    strength::{FLOOR_BITS, Limits, Possibilities, Strength},
};
use secret::Secret;
use vault::{OperationRecord, Reader, SecretsKey, VaultError};

/// How often another password is drawn when one was used before. Where there are so few passwords that this does not
/// suffice, the rule about earlier ones cannot be kept.
const DRAWS: u32 = 1_000;

/// What a plugin can carry.
pub fn limits_of(descriptor: &Descriptor) -> Limits<'static> {
    Limits {
        plugin: descriptor.name,
        longest: u32::try_from(descriptor.longest_password).unwrap_or(u32::MAX),
        forbidden: descriptor.forbidden_characters,
    }
}

/// The strength that a policy asks for, with its name; the usual one, which has none, where none applies.
fn strength_of(
    reader: &Reader<'_>,
    policy: Option<&Policy>,
) -> Result<Result<(String, Strength), ConnectorError>, VaultError> {
    let Some(policy) = policy else { return Ok(Ok(Default::default())) };
    Ok(match reader.strengths().get(policy.details.strength)? {
        Some(record) if !record.problems.is_empty() => Err(unusable(&record.name)),
        Some(record) => Ok((record.name, record.rules)),
        None => Ok(Default::default()),
    })
}

/// A strength that saving would refuse, or that leaves too few passwords which the plugin carries.
fn unusable(name: &str) -> ConnectorError {
    let expected = Some(format!(
        "the strength “{name}” to leave at least 2^{FLOOR_BITS} passwords: correct its rules, or choose another strength \
         in the policy"
    ));
    ConnectorError { nothing_sent: true, expected, ..ConnectorError::new(FailureCode::StrengthUnusable) }
}

/// The strengths that were counted last: counting exactly costs more than drawing.
static COUNTED: Mutex<Vec<(Strength, Arc<Possibilities>)>> = Mutex::new(Vec::new());
/// How many of them are remembered.
const MOST_COUNTED: usize = 16;

fn possibilities_of(strength: Strength) -> Arc<Possibilities> {
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = counted.iter().find(|(of, _)| *of == strength) {
        return Arc::clone(known);
    }
    let possibilities = Arc::new(strength.possibilities());
    counted.truncate(MOST_COUNTED - 1);
    counted.insert(0, (strength, Arc::clone(&possibilities)));
    possibilities
}

/// Draws a password. A reconciliation goes on where an earlier one does not open: it repairs just that.
///
/// # Errors
/// [`VaultError::CannotBeOpened`] for an earlier one of any other operation, and its like;
/// [`FailureCode::StrengthUnusable`] where the strength has too few passwords that the plugin carries;
/// [`FailureCode::ValueMissing`] where it has none that was not used.
pub(crate) fn draw(
    (reader, key): (&Reader<'_>, &SecretsKey),
    policy: Option<&Policy>,
    descriptor: &Descriptor,
    record: &OperationRecord,
) -> Result<Result<Secret, ConnectorError>, VaultError> {
    let (name, strength) = match strength_of(reader, policy)? {
        Ok(usable) => usable,
        Err(error) => return Ok(Err(error)),
    };
    let history = strength.history;
    let possibilities = possibilities_of(strength.within(&limits_of(descriptor)));
    if !possibilities.reach_the_floor() {
        return Ok(Err(unusable(&name)));
    }
    let earlier = match reader.secrets().latest(key, record.credential, SecretKind::Password, history) {
        Err(VaultError::CannotBeOpened) if record.kind == OperationType::Reconciliation => Vec::new(),
        earlier => earlier?,
    };
    let mut random = rand::rng();
    for _ in 0..DRAWS {
        let Some(drawn) = possibilities.draw(&mut random) else { break };
        // EXPOSE: compared with the earlier ones; nothing of them is kept.
        if earlier.iter().all(|known| known.expose() != drawn.expose()) {
            return Ok(Ok(drawn));
        }
    }
    let none = ConnectorError::new(FailureCode::ValueMissing);
    let expected = Some("a password that the strength, the plugin and the history allow".to_owned());
    Ok(Err(ConnectorError { nothing_sent: true, expected, ..none }))
}

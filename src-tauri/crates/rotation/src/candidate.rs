//! The next password of a credential: by the strength of its policy, within what the plugin carries, and none of the last.

use std::sync::{Arc, Mutex, PoisonError};

use connector::{ConnectorError, Descriptor};
use domain::{
    FailureCode, SecretKind,
    operation::OperationType,
    policy::Policy,
    strength::{Limits, Possibilities, Strength},
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

/// The strength that a policy asks for; the usual one where none applies.
fn strength_of(reader: &Reader<'_>, policy: Option<&Policy>) -> Result<Strength, VaultError> {
    let Some(policy) = policy else { return Ok(Strength::default()) };
    let strength = reader.strengths().get(policy.details.strength)?;
    Ok(strength.map(|record| record.rules).unwrap_or_default())
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
/// [`FailureCode::ValueMissing`] where the strength has no password that the plugin carries, or none that was not used.
pub(crate) fn draw(
    (reader, key): (&Reader<'_>, &SecretsKey),
    policy: Option<&Policy>,
    descriptor: &Descriptor,
    record: &OperationRecord,
) -> Result<Result<Secret, ConnectorError>, VaultError> {
    let strength = strength_of(reader, policy)?;
    let history = strength.history;
    let possibilities = possibilities_of(strength.within(&limits_of(descriptor)));
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

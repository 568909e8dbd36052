//! Tests that change `keyslots.json` in every known way and then let people go on working with it. Either the file is
//! refused, or every sealed key in the written file opens with the keys in the ledger, and with no others.

use std::{collections::BTreeSet, sync::Mutex, thread};

use chrono::{DateTime, Utc};
use crypto::{Identity, KdfParameters, SALT_LENGTH, make_key};
use domain::{Role, UserId, VaultId};
use secret::{Key, Secret};
use uuid::Uuid;

use super::{
    Draft, First, Keyslots, NewSlot, PasswordProof, PersonStatus, Roster,
    changed_files::{Changed, every},
    format::PublicKeys,
    make_first,
};
use crate::{DesktopKey, Session, SignIn, VaultError, keys::session::Who};

const PASSWORD: &str = "correct horse";
const ADA: u128 = 1;
const BEA: u128 = 2;
const OTTO: u128 = 3;
const ANNA: u128 = 4;
const DAN: u128 = 5;
const EVE: u128 = 6;
const REX: u128 = 7;
const RECOVERY: u128 = 8;
const NEW: u128 = 9;

/// A team. Ada founded the vault. Bea administers it too and added Otto, an operator. Anna approves, Dan is disabled,
/// Eve has not chosen a password yet, Rex was removed. There is a recovery key.
struct Team {
    slots: Keyslots,
    sessions: Vec<Session>,
    desktop: DesktopKey,
    recovery_key: Key,
    stranger: Identity,
    /// The derived keys of the password, one for each salt and cost. A derivation takes a tenth of a second, and most
    /// changed files have the salts of the unchanged one.
    derived: Mutex<Vec<([u8; SALT_LENGTH], KdfParameters, Key)>>,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_000_000_000_000).unwrap_or_default()
}

fn id(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn own(password: &Secret) -> NewSlot<'_> {
    NewSlot { password, key_file: None, kdf: KdfParameters::FLOOR }
}

impl Team {
    fn make() -> Result<Self, VaultError> {
        let password = Secret::new(PASSWORD);
        let first = make_first(&First {
            vault: VaultId::from_uuid(Uuid::from_u128(99)),
            vault_name: "Team",
            user: id(ADA),
            user_name: "Ada",
            password: &password,
            kdf: KdfParameters::FLOOR,
            now: now().timestamp_micros(),
        })?;
        let (mut slots, ada) = (first.slots, first.session);
        let mut sessions = vec![ada];
        let mut join = |by: usize, number, name, role, chooses| {
            let mut draft = Draft::begin(&slots, &sessions[by], now())?;
            draft.add_person(id(number), name, &[role], &password)?;
            slots = draft.finish()?.0;
            let first = slots.unlock(&SignIn::password(name, &password))?.session;
            let session = if chooses { slots.succeed(&first, &own(&password), now())?.1 } else { first };
            sessions.push(session);
            Ok::<_, VaultError>(())
        };
        join(0, BEA, "Bea", Role::Administrator, true)?;
        join(1, OTTO, "Otto", Role::Operator, true)?;
        join(0, ANNA, "Anna", Role::Approver, true)?;
        join(0, DAN, "Dan", Role::Operator, true)?;
        // An administrator other than Ada signs Eve's grant. The grant of a person who has chosen a password is signed
        // by the person.
        join(1, EVE, "Eve", Role::Operator, false)?;
        join(0, REX, "Rex", Role::Auditor, false)?;
        let recovery_key = make_key()?;
        let ada = &sessions[0];
        let mut draft = Draft::begin(&slots, ada, now())?;
        draft.set_status(id(DAN), PersonStatus::Disabled)?;
        draft.set_status(id(REX), PersonStatus::Removed)?;
        draft.add_recovery(id(RECOVERY), &recovery_key)?;
        draft.renew_keys(true)?;
        let mut slots = draft.finish()?.0;
        let desktop = slots.add_desktop(ada, Uuid::from_u128(500))?;
        slots.add_desktop(&sessions[2], Uuid::from_u128(501))?;
        slots.set_totp(ada, Some(&Secret::new("JBSWY3DPEHPK3PXP")))?;
        slots.set_totp(&sessions[2], Some(&Secret::new("JBSWY3DPEHPK3PXQ")))?;
        let sign_in = SignIn { who: Who::Recovery(recovery_key.duplicate()), raise_to: None };
        sessions.push(slots.unlock(&sign_in)?.session);
        // The slots are written once, so that the file is as a program finds it.
        slots.render()?;
        Ok(Self { slots, sessions, desktop, recovery_key, stranger: Identity::make()?, derived: Mutex::default() })
    }

    fn session(&self, number: u128) -> &Session {
        self.sessions.iter().find(|session| session.user.id == id(number)).expect("somebody of the team")
    }

    fn draft(
        &self,
        slots: &Keyslots,
        edit: impl FnOnce(&mut Draft<'_>) -> Result<(), VaultError>,
    ) -> Result<Keyslots, VaultError> {
        let mut draft = Draft::begin(slots, self.session(ADA), now())?;
        edit(&mut draft)?;
        Ok(draft.finish()?.0)
    }

    fn own(
        &self,
        slots: &Keyslots,
        edit: impl FnOnce(&mut Keyslots, &Session) -> Result<(), VaultError>,
    ) -> Result<Keyslots, VaultError> {
        let mut slots = slots.clone();
        edit(&mut slots, self.session(ADA))?;
        Ok(slots)
    }
}

/// An operation of a person: its name, whether it derives a key from a password, and the function.
type Operation = (&'static str, bool, fn(&Team, &Keyslots) -> Result<Keyslots, VaultError>);

fn proof(password: &Secret) -> PasswordProof<'_> {
    PasswordProof { user_name: "", password, key_file: None }
}

fn raised() -> KdfParameters {
    KdfParameters { iterations: KdfParameters::FLOOR.iterations + 1, ..KdfParameters::FLOOR }
}

const OPERATIONS: [Operation; 20] = [
    ("sign in with a desktop's key", false, |team, slots| {
        Ok(slots.unlock(&SignIn::desktop("Ada", &team.desktop))?.slots)
    }),
    ("sign in with the recovery key", false, |team, slots| {
        let who = Who::Recovery(team.recovery_key.duplicate());
        Ok(slots.unlock(&SignIn { who, raise_to: None })?.slots)
    }),
    ("rename", false, |team, slots| team.draft(slots, |draft| draft.rename(id(ANNA), "Anne"))),
    ("give the key to passwords", false, |team, slots| {
        team.draft(slots, |draft| draft.set_roles(id(ANNA), &[Role::Approver, Role::Operator]))
    }),
    ("demote an administrator", false, |team, slots| {
        team.draft(slots, |draft| draft.set_roles(id(BEA), &[Role::Operator]))
    }),
    ("demote an operator", false, |team, slots| {
        team.draft(slots, |draft| {
            draft.set_roles(id(OTTO), &[Role::Auditor])?;
            draft.renew_keys(true)
        })
    }),
    ("disable", false, |team, slots| {
        team.draft(slots, |draft| {
            draft.set_status(id(OTTO), PersonStatus::Disabled)?;
            draft.renew_keys(true)
        })
    }),
    ("enable", false, |team, slots| team.draft(slots, |draft| draft.set_status(id(DAN), PersonStatus::Active))),
    ("remove an administrator", false, |team, slots| {
        team.draft(slots, |draft| {
            draft.set_status(id(BEA), PersonStatus::Removed)?;
            draft.renew_keys(true)
        })
    }),
    ("remove a disabled person", false, |team, slots| {
        team.draft(slots, |draft| draft.set_status(id(DAN), PersonStatus::Removed))
    }),
    ("make a recovery kit", false, |team, slots| {
        team.draft(slots, |draft| {
            draft.set_status(id(RECOVERY), PersonStatus::Removed)?;
            draft.add_recovery(id(NEW), &team.recovery_key)?;
            draft.renew_keys(true)
        })
    }),
    ("re-key", false, |team, slots| team.draft(slots, |draft| draft.renew_keys(true))),
    ("allow a desktop", false, |team, slots| {
        team.own(slots, |slots, ada| slots.add_desktop(ada, Uuid::from_u128(502)).map(drop))
    }),
    ("set up one-time codes", false, |team, slots| {
        team.own(slots, |slots, ada| slots.set_totp(ada, Some(&Secret::new("JBSWY3DPEHPK3PXR"))))
    }),
    ("add", true, |team, slots| {
        team.draft(slots, |draft| draft.add_person(id(NEW), "Nia", &[Role::Operator], &Secret::new(PASSWORD)))
    }),
    ("reset", true, |team, slots| team.draft(slots, |draft| draft.reset(id(OTTO), &Secret::new(PASSWORD)))),
    ("recover", true, |team, slots| {
        let mut draft = Draft::begin(slots, team.session(RECOVERY), now())?;
        draft.recover(id(BEA), &own(&Secret::new(PASSWORD)))?;
        Ok(draft.finish()?.0)
    }),
    ("choose a password", true, |team, slots| {
        let mut slots = slots.clone();
        slots.succeed(team.session(EVE), &own(&Secret::new(PASSWORD)), now())?;
        Ok(slots)
    }),
    ("change the own password", true, |team, slots| {
        let password = Secret::new(PASSWORD);
        team.own(slots, |slots, ada| slots.change_password(ada, &proof(&password), &own(&password)))
    }),
    ("raise the cost at a sign-in", true, |_, slots| {
        let password = Secret::new(PASSWORD);
        Ok(slots.unlock(&SignIn::password("Ada", &password).raise_to(raised()))?.slots)
    }),
];

/// The results for the changed files.
#[derive(Debug, Default)]
struct Counts {
    unreadable: usize,
    operations: usize,
    refused: usize,
    done: usize,
    boxes: usize,
    /// Sealed keys that open with the private keys of somebody whom the ledger does not name.
    by_a_stranger: usize,
    /// Sealed keys that do not open with the keys that the ledger gives.
    of_another: usize,
    examples: BTreeSet<String>,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.unreadable += other.unreadable;
        self.operations += other.operations;
        self.refused += other.refused;
        self.done += other.done;
        self.boxes += other.boxes;
        self.by_a_stranger += other.by_a_stranger;
        self.of_another += other.of_another;
        self.examples.extend(other.examples);
    }

    /// Performs every operation on a changed file.
    fn perform(&mut self, team: &Team, changed: &Changed, derived: &Mutex<BTreeSet<String>>) {
        let Some(slots) = changed.read() else {
            self.unreadable += 1;
            return;
        };
        // Where cheap operations succeed, a derivation is tried once for each kind of place, because it takes a tenth
        // of a second.
        let (done, mut derives) = (self.done, false);
        for (name, derivation, operation) in OPERATIONS {
            if derivation && !derives {
                continue;
            }
            self.operations += 1;
            match operation(team, &slots) {
                Err(_) => self.refused += 1,
                Ok(written) => {
                    self.done += 1;
                    self.look(team, &written, &format!("{}: {}, then {name}", changed.place, changed.what));
                }
            }
            if name == "set up one-time codes" {
                derives =
                    self.done > done && derived.lock().expect("no test fails here").insert(kind_of(&changed.place));
            }
        }
    }

    /// Tries to open every sealed key.
    fn look(&mut self, team: &Team, written: &Keyslots, what: &str) {
        let founder = &team.session(ADA).founder;
        let holds = Roster::verify(&written.ledger, written.vault_id, founder).is_ok();
        for slot in &written.users {
            let grants = slot.grant.iter();
            let boxes = grants.flat_map(|grant| [Some(&grant.database_key), grant.secrets_key.as_ref()]).flatten();
            for sealed in boxes {
                self.boxes += 1;
                if team.stranger.open_key(&sealed.0).is_ok() {
                    self.by_a_stranger += 1;
                    self.examples.insert(what.to_owned());
                }
                let theirs = written.membership(slot.id).filter(|_| holds).is_some_and(|membership| {
                    let identity = team.identity_of(written, slot.id, &membership.public_keys);
                    identity.is_some_and(|identity| identity.open_key(&sealed.0).is_ok())
                });
                if !theirs {
                    self.of_another += 1;
                    self.examples.insert(what.to_owned());
                }
            }
        }
    }
}

impl Team {
    /// Returns the private keys that belong to public keys of the ledger: those of the team, or those that an operation
    /// made under the test's password.
    fn identity_of(&self, written: &Keyslots, user: UserId, keys: &PublicKeys) -> Option<Identity> {
        let known = self.sessions.iter().map(|session| &session.identity);
        if let Some(identity) = known.into_iter().find(|identity| PublicKeys::of(identity.public()) == *keys) {
            return Some(identity.duplicate());
        }
        let slot = written.users.iter().find(|slot| slot.id == user && slot.public_keys == *keys)?;
        let key = match &slot.kdf {
            None => self.recovery_key.duplicate(),
            Some(kdf) => self.key_of(&kdf.salt.0, kdf.parameters)?,
        };
        Identity::open(&key, &slot.associated_data(written.vault_id), &slot.private_keys.0).ok()
    }

    fn key_of(&self, salt: &[u8; SALT_LENGTH], parameters: KdfParameters) -> Option<Key> {
        let derived = || self.derived.lock().expect("no test fails here");
        let known = derived().iter().find(|(of, cost, _)| of == salt && *cost == parameters).map(|it| it.2.duplicate());
        if known.is_some() {
            return known;
        }
        let key = crypto::derive_user_key(&Secret::new(PASSWORD), None, salt, parameters).ok()?;
        derived().push((*salt, parameters, key.duplicate()));
        Some(key)
    }
}

/// Returns a place without its number. The first slot is Ada's own, and all others are of the same kind.
fn kind_of(place: &str) -> String {
    let number = |part: &str| part.parse::<usize>().is_ok_and(|number| number > 0);
    place.split('/').map(|part| if number(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn a_changed_file_is_refused_or_its_keys_open_for_people_of_the_ledger_only() -> anyhow::Result<()> {
    let begun = std::time::Instant::now();
    let team = Team::make()?;
    let file = serde_json::to_value(&team.slots)?;
    let (changes, leaves) = every(&file, team.stranger.public());
    let (next, derived, counts) =
        (Mutex::new(changes.iter()), Mutex::new(BTreeSet::new()), Mutex::new(Counts::default()));
    let work = || {
        let mut own = Counts::default();
        while let Some(changed) = next.lock().expect("no test fails here").next() {
            own.perform(&team, changed, &derived);
        }
        counts.lock().expect("no test fails here").add(own);
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let mut counts = counts.into_inner()?;
    let examples = std::mem::take(&mut counts.examples);
    let reported = format!("{leaves} leaves, {} changed files, {counts:?}, {:?}\n", changes.len(), begun.elapsed());
    std::io::Write::write_all(&mut std::io::stderr(), reported.as_bytes())?;
    for example in examples.iter().take(20) {
        std::io::Write::write_all(&mut std::io::stderr(), format!("  {example}\n").as_bytes())?;
    }
    assert!(leaves > 200 && changes.len() > 1_000, "there is much to change: {reported}");
    assert_eq!((counts.by_a_stranger, counts.of_another), (0, 0), "{reported}");
    assert!(counts.done > 0 && counts.refused > 0, "some changes do no harm, and others are refused: {reported}");
    Ok(())
}

#[test]
fn the_unchanged_file_lets_every_operation_pass() -> anyhow::Result<()> {
    let team = Team::make()?;
    for (name, _, operation) in OPERATIONS {
        let written = operation(&team, &team.slots).map_err(|error| anyhow::anyhow!("{name}: {error:?}"))?;
        let mut counts = Counts::default();
        counts.look(&team, &written, name);
        assert!(counts.boxes > 8 && counts.by_a_stranger == 0 && counts.of_another == 0, "{name}: {counts:?}");
    }
    Ok(())
}

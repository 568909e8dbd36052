//! Tests of transactions: all or nothing, one snapshot, and the listeners that learn of a change.

use std::sync::{Arc, Mutex};

use domain::SyncState;
use vault::{Change, Noun, Vault, VaultError};

use crate::world::{World, credential, device, now, open, operation, somebody};

#[test]
fn what_fails_half_way_was_never_written() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = device("srv", world.user());
    let result: Result<(), VaultError> = world.vault.write(|w| {
        w.devices_mut().insert(&device)?;
        Err(VaultError::NotFound)
    });
    assert!(matches!(result, Err(VaultError::NotFound)), "the closure's own error comes out: {result:?}");
    assert_eq!(world.vault.read(|r| r.devices().get(device.id))?, None, "nothing was written");
    Ok(())
}

#[test]
fn a_panic_in_a_write_writes_nothing_and_blocks_nobody() -> anyhow::Result<()> {
    let world = World::new()?;
    let vault = Arc::new(world.vault);
    let (device, thread) = (device("srv", somebody()), Arc::clone(&vault));
    let inserted = device.clone();
    let ended = std::thread::spawn(move || {
        let _: Result<(), VaultError> = thread.write(|w| {
            w.devices_mut().insert(&inserted)?;
            std::panic::resume_unwind(Box::new("it fell over"))
        });
    })
    .join();
    assert!(ended.is_err(), "the thread fell over");
    assert_eq!(vault.read(|r| r.devices().get(device.id))?, None, "nothing was written");
    vault.write(|w| w.devices_mut().insert(&device))?;
    Ok(())
}

#[test]
fn a_reader_sees_one_snapshot() -> anyhow::Result<()> {
    let world = World::new()?;
    let device = device("srv", world.user());
    world.vault.read(|r| {
        assert_eq!(r.devices().get(device.id)?, None, "nothing yet");
        world.vault.write(|w| w.devices_mut().insert(&device))?;
        assert_eq!(r.devices().get(device.id)?, None, "what is written meanwhile does not show");
        Ok::<_, VaultError>(())
    })?;
    assert!(world.vault.read(|r| r.devices().get(device.id))?.is_some(), "a new snapshot shows it");
    Ok(())
}

#[test]
fn a_write_inside_a_write_is_an_error_and_not_a_standstill() -> anyhow::Result<()> {
    let world = World::new()?;
    let inner = world.vault.write(|_| Ok::<_, VaultError>(world.vault.write(|_| Ok::<_, VaultError>(()))))?;
    assert!(matches!(inner, Err(VaultError::WriteInWrite)), "{inner:?}");
    world.vault.write(|_| Ok::<_, VaultError>(()))?;
    Ok(())
}

#[test]
fn changes_are_told_after_the_commit_and_only_then() -> anyhow::Result<()> {
    let world = World::new()?;
    let vault = Arc::new(world.vault);
    let heard: Arc<Mutex<Vec<Change>>> = Arc::default();
    let (into, weak) = (Arc::clone(&heard), Arc::downgrade(&vault));
    vault.on_change(Box::new(move |changes| {
        let mut heard = into.lock().expect("no test panics while it holds the list");
        heard.extend_from_slice(changes);
        // A listener may write: it is called outside the transaction.
        if let Some(vault) = weak.upgrade() {
            vault.write(|_| Ok::<_, VaultError>(())).expect("the transaction is over");
        }
    }));
    let device = device("srv", somebody());
    let credential = credential(device.id, "root");
    vault.write(|w| {
        w.devices_mut().insert(&device)?;
        w.credentials_mut().insert(&credential)?;
        w.credentials_mut().set_sync(credential.id, SyncState::Checking, now())?;
        assert!(heard.lock().expect("as above").is_empty(), "nobody hears before the commit");
        Ok::<_, VaultError>(())
    })?;
    let operation = operation(&credential, somebody(), now());
    vault.write(|w| w.operations_mut().insert(&operation))?;
    let failed: Result<(), VaultError> = vault.write(|w| {
        w.devices_mut().delete(device.id)?;
        Ok(())
    });
    assert!(matches!(failed, Err(VaultError::ReferredTo)), "it has a credential: {failed:?}");
    let expected = [
        Change { noun: Noun::Device, id: device.id.as_uuid() },
        Change { noun: Noun::Credential, id: credential.id.as_uuid() },
        Change { noun: Noun::Operation, id: operation.id.as_uuid() },
    ];
    assert_eq!(*heard.lock().expect("as above"), expected, "each once, and nothing of what was rolled back");
    Ok(())
}

#[test]
fn many_threads_read_and_write_at_once() -> anyhow::Result<()> {
    fn shared<T: Send + Sync>(_: &T) {}
    let world = World::new()?;
    shared(&world.vault);
    let device = world.device("srv")?;
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let (vault, device): (&Vault, _) = (&world.vault, device.id);
                scope.spawn(move || {
                    for round in 0..20 {
                        vault.write(|w| {
                            w.credentials_mut().insert(&credential(device, &format!("user-{number}-{round}")))
                        })?;
                        vault.read(|r| r.devices().credential_count(device))?;
                    }
                    Ok::<_, VaultError>(())
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("no thread falls over")?;
        }
        Ok(())
    })?;
    assert_eq!(world.vault.read(|r| r.devices().credential_count(device.id))?, 160, "every write is there");
    let (_parent, folder) = world.close();
    assert!(open(&folder).is_ok(), "and the file is whole");
    Ok(())
}

//! The vault's files are taken away, moved or overwritten while the vault is open: nothing is changed any more, nothing
//! is called saved, and a copy holds every password.

use std::{fs, thread, time::Duration};

use anyhow::Result;

use crate::rotating::World;

/// So long the executor has time to do what it must not do.
const A_WHILE: Duration = Duration::from_secs(2);

#[test]
fn refuses_to_change_a_password_after_the_folder_was_deleted() -> Result<()> {
    let world = World::new()?;
    fs::remove_dir_all(world.practice.vault_folder()?)?;
    let requested = world.practice.request_change(world.deploy);
    thread::sleep(A_WHILE);
    assert!(requested.is_err(), "the request is not called saved");
    assert_eq!(world.device.password("deploy"), "Start-pw-1", "the device has its password");
    Ok(())
}

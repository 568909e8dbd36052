//! The program itself: its vault, its queue, its templates, everything written down before and after each step.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use app::{
    OperationQuery, Parameters, Selection,
    domain::{CredentialId, operation::StateName},
};
use demo::{Access, NewCredential, Practice, Setup};
use lab::Host;

use crate::{
    ACCOUNT, ADMINISTRATOR,
    measured::{Sample, turn},
};

/// How long all changes may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A vault with one credential on each host.
pub struct Ours {
    folder: tempfile::TempDir,
    credentials: Vec<CredentialId>,
}

impl Ours {
    /// Fills a vault.
    ///
    /// # Errors
    /// When the vault cannot be made or a host not be reached.
    pub fn new(hosts: &[Host]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let practice = Practice::create(folder.path(), "Bench", Setup::default())?;
        let mut credentials = Vec::new();
        for host in hosts {
            let name = format!("srv-{:03}", host.number());
            let device = practice.enter_device(&name, &host.address().to_string(), host.port())?;
            practice.accept_host_key(device)?;
            let (username, password) = ADMINISTRATOR;
            let access =
                practice.enter_credential(&NewCredential { device, username, password, access: Access::None })?;
            let access = Access::Through(access, "ssh-sudo-chpasswd");
            let new = NewCredential { device, username: ACCOUNT, password: "Start-pw-1", access };
            credentials.push(practice.enter_credential(&new)?);
        }
        practice.app.vaults().release();
        Ok(Self { folder, credentials })
    }

    /// Changes every credential, so many at once.
    ///
    /// # Errors
    /// When a change does not end well.
    pub fn change_all(&self, at_once: usize) -> Result<Sample> {
        let parameters = Parameters { at_once, ..Parameters::default() };
        let setup = Setup { parameters, ..Setup::default() };
        let practice = Practice::unlock(&self.folder.path().join("Bench.vault"), setup)?;
        let sample = turn("ours", at_once, self.credentials.len(), || {
            let selection = Selection::Ids(self.credentials.clone());
            let requested = practice.app.operations().request_change(&selection, None)?;
            ensure!(requested.skipped.is_empty(), "not all were scheduled: {:?}", requested.skipped);
            let until = Instant::now() + PATIENCE;
            while self.open(&practice)? > 0 {
                ensure!(Instant::now() < until, "the changes did not end");
                thread::sleep(Duration::from_millis(20));
            }
            Ok(())
        });
        self.all_succeeded(&practice)?;
        practice.app.vaults().release();
        sample
    }

    /// How many are not finished. One small question, so that asking does not count as work.
    fn open(&self, practice: &Practice) -> Result<usize> {
        let filter = OperationQuery {
            states: vec![StateName::Scheduled, StateName::Running],
            limit: 1,
            ..OperationQuery::default()
        };
        Ok(practice.app.operations().list(&filter)?.rows.len())
    }

    fn all_succeeded(&self, practice: &Practice) -> Result<()> {
        let filter = OperationQuery { states: vec![StateName::Error], limit: 1, ..OperationQuery::default() };
        let failed = practice.app.operations().list(&filter)?.rows;
        ensure!(failed.is_empty(), "a change failed: {:?}", failed[0].record);
        Ok(())
    }
}

//! The program itself, with its vault, its queue and its templates; everything is stored before and after each step.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use app::{
    Moment, OperationFilter, OperationQuery, Selection,
    domain::{
        CredentialId,
        operation::{OperationState, State},
        parameter::{Parameter, Value},
    },
};
use demo::{Access, NewCredential, Practice, Setup};
use lab::Host;

use crate::{
    ACCOUNT, ADMINISTRATOR,
    measured::{Sample, turn},
};

/// The longest time that all changes may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running program whose vault has one credential on each host.
pub struct Ours {
    practice: Practice,
    credentials: Vec<CredentialId>,
    /// Receives every end of an operation, as the window does: polling would be additional work.
    ends: mpsc::Receiver<()>,
    // Removed after the vault is closed.
    _folder: tempfile::TempDir,
}

impl Ours {
    /// Makes a vault with one credential on each host.
    ///
    /// # Errors
    /// If the vault cannot be made or a host cannot be reached.
    pub fn new(hosts: &[Host]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (ended, ends) = mpsc::channel();
        let on_moment = move |moment: Moment, state: &State| {
            if moment == Moment::After && state.is_finished() {
                let _ = ended.send(());
            }
        };
        let setup = Setup { on_moment: Some(Arc::new(on_moment)), ..Setup::default() };
        let practice = Practice::create(folder.path(), "Bench", setup)?;
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
        Ok(Self { practice, credentials, ends, _folder: folder })
    }

    /// Changes every credential, `at_once` of them at the same time.
    ///
    /// # Errors
    /// If a change does not succeed.
    pub fn change_all(&self, at_once: usize) -> Result<Sample> {
        let app = &self.practice.app;
        app.parameters().save(Parameter::AtOnce, Value::Integer(u32::try_from(at_once)?))?;
        let sample = turn("ours", at_once, self.credentials.len(), || {
            let requested = app.operations().request_change(&Selection::Ids(self.credentials.clone()), None)?;
            ensure!(requested.skipped.is_empty(), "not all were scheduled: {:?}", requested.skipped);
            for _ in &self.credentials {
                self.ends.recv_timeout(PATIENCE).context("the changes did not end")?;
            }
            Ok(())
        });
        let states = vec![OperationState::Error, OperationState::Scheduled, OperationState::Running];
        let filter = OperationQuery {
            filter: OperationFilter { states, ..OperationFilter::default() },
            limit: 1,
            ..OperationQuery::default()
        };
        let failed = app.operations().list(&filter)?.rows;
        ensure!(failed.is_empty(), "a change failed: {:?}", failed[0].record);
        sample
    }
}

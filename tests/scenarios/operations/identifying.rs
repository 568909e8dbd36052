//! Reading a device's identity: the reason when it fails, and plugins that this program does not have.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use app::{
    AppError, Connector, Connectors, DeviceForm, Parameters,
    domain::{
        Connectivity, Criticality, DeviceDetails, DeviceId, FailureCode, Identity, IdentityKind, PluginId, Transport,
        Trust,
        parameter::{Parameter, Value},
    },
};
use connector::{Capabilities, ConnectorError, Descriptor, Endpoint, FieldKind, FormField, Login, Session};
use tests::{Practice, Setup};

/// A connector that never reaches a device and records how long it was to try.
#[derive(Clone, Default)]
struct Deaf(Arc<Mutex<Vec<Duration>>>);

impl Connector for Deaf {
    fn descriptor(&self) -> Descriptor {
        const BASE: FormField =
            FormField { name: "base", label: "base", kind: FieldKind::Text, required: true, default: "" };
        Descriptor {
            id: PluginId::known("deaf"),
            name: "Deaf",
            default_port: 7,
            transports: &[Transport::Plain],
            identity: IdentityKind::None,
            longest_password: 100,
            forbidden_characters: "",
            fields: &[BASE],
            capabilities: Capabilities { change: false, prove: false, look: false, run: false },
        }
    }

    fn identify(&self, endpoint: &Endpoint) -> Result<Identity, ConnectorError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(endpoint.connect_timeout);
        Err(ConnectorError::new(FailureCode::Throttled))
    }

    fn open(&self, _: &Endpoint, _: &Trust, _: &Login) -> Result<Box<dyn Session>, ConnectorError> {
        Err(ConnectorError::new(FailureCode::Throttled))
    }
}

fn deaf(port: u16) -> Connectivity {
    let mut connectivity = Connectivity::plain(PluginId::known("deaf"), port);
    connectivity.fields.insert("base".to_owned(), "dc=example".to_owned());
    connectivity
}

fn world(connector: Deaf) -> Result<(Practice, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let connectors = Connectors::new([Arc::new(connector) as Arc<dyn Connector>]);
    let setup = Setup { connectors: Some(connectors), kdf: app::KdfParameters::FLOOR, ..Setup::default() };
    Ok((Practice::create(folder.path(), "Identity", setup)?, folder))
}

/// Enters a device with these connectivities; returns its id or the fields with problems.
fn enter(practice: &Practice, connectivities: Vec<Connectivity>) -> Result<Result<DeviceId, Vec<String>>> {
    let details = DeviceDetails {
        name: "srv-01".to_owned(),
        address: "192.0.2.1".to_owned(),
        kind: String::new(),
        manufacturer: String::new(),
        model: String::new(),
        website: String::new(),
        site: String::new(),
        domain: String::new(),
        tags: Vec::new(),
        criticality: Criticality::Low,
        connectivities,
    };
    match practice.app.devices().save(DeviceForm { id: None, details }) {
        Ok(id) => Ok(Ok(id)),
        Err(AppError::Invalid { problems }) => {
            Ok(Err(problems.into_iter().map(|problem| problem.field.into_owned()).collect()))
        }
        Err(error) => Err(error.into()),
    }
}

#[test]
fn a_device_that_does_not_identify_itself_says_why_within_the_tuned_time() -> Result<()> {
    let connector = Deaf::default();
    let (practice, _folder) = world(connector.clone())?;
    let device = enter(&practice, vec![deaf(7)])?.ok().context("it was refused")?;
    let code = |plugin| match practice.app.devices().identify(device, plugin) {
        Err(AppError::Unreachable { code, .. }) => Ok(code),
        other => Err(anyhow::anyhow!("another answer: {other:?}")),
    };
    assert_eq!(code(None)?, FailureCode::Throttled, "the connector's own reason");
    assert_eq!(code(Some("of-a-later-program"))?, FailureCode::NotSupported, "there is no such plugin");
    practice.app.parameters().save(Parameter::ConnectTimeout, Value::Integer(17))?;
    assert_eq!(code(None)?, FailureCode::Throttled, "once more");
    let tried = connector.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(tried, [Parameters::default().connect_timeout, Duration::from_secs(17)], "as a rotation would");
    Ok(())
}

#[test]
fn a_plugin_that_there_is_not_cannot_be_entered_and_its_fields_are_asked_for() -> Result<()> {
    let (practice, _folder) = world(Deaf::default())?;
    let refused = enter(&practice, vec![Connectivity::plain(PluginId::known("of-a-later-program"), 7)])?;
    assert_eq!(refused, Err(vec!["connectivities".to_owned()]), "no such plugin");
    let refused = enter(&practice, vec![Connectivity::plain(PluginId::known("deaf"), 7)])?;
    assert_eq!(refused, Err(vec!["connectivities.0.fields.base".to_owned()]), "a field is missing");
    let wrapped = Connectivity { transport: Transport::Tls, ..deaf(7) };
    assert_eq!(enter(&practice, vec![wrapped])?, Err(vec!["connectivities.0.transport".to_owned()]), "no such way");
    assert!(enter(&practice, vec![deaf(7)])?.is_ok(), "everything is there");
    Ok(())
}

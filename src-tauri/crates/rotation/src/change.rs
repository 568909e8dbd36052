//! Everything that one change needs, gathered from the vault before anything connects.

use std::sync::Arc;

use connector::{Connector, ConnectorError, Endpoint, Login};
use domain::{ConnectAs, Credential, CredentialId, Device, FailureCode, HostKey, OperationId, Protocol, SecretKind};
use secret::Secret;
use template::{
    Bound, MissingValues, Part, Program, Tag, Values, Verification,
    starter::{self, Starter},
};
use vault::{Reader, SecretsKey, VaultError};

use crate::{Connectors, Parameters};

/// A password to be changed, and how.
pub(crate) struct Change {
    pub(crate) credential: Credential,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) endpoint: Endpoint,
    pub(crate) pinned: HostKey,
    pub(crate) login: Login,
    pub(crate) template: &'static Starter,
    program: Program,
    device: Device,
    operation: OperationId,
}

/// Why a change cannot even begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GatherError {
    #[error("the change cannot begin")]
    NotPossible(#[from] ConnectorError),
    #[error("the vault cannot be read")]
    Vault(#[from] VaultError),
}

impl Change {
    /// Reads what the change of a credential needs.
    pub(crate) fn gather(
        (reader, key): (&Reader<'_>, &SecretsKey),
        connectors: &Connectors,
        parameters: &Parameters,
        operation: OperationId,
        credential: CredentialId,
    ) -> Result<Self, GatherError> {
        let credential = reader.credentials().get(credential)?.ok_or_else(missing)?;
        let device = reader.devices().get(credential.details.device)?.ok_or_else(missing)?;
        let execution = &credential.details.execution;
        let connector = execution.plugin.as_deref().and_then(|id| connectors.get(id)).ok_or_else(missing)?;
        let template = execution
            .template
            .as_deref()
            .and_then(|id| starter::ALL.iter().find(|starter| starter.id == id))
            .ok_or_else(|| ConnectorError::new(FailureCode::TemplateInvalid))?;
        let program = template::parse(template.source).program;
        let settings = program.settings();
        let endpoint = Endpoint {
            address: device.details.address.clone(),
            port: device.details.port(Protocol::Ssh).ok_or_else(missing)?,
            connect_timeout: settings.connect_timeout.unwrap_or(parameters.connect_timeout),
            read_timeout: settings.read_timeout.unwrap_or(parameters.read_timeout),
        };
        let pinned = device
            .host_key
            .as_ref()
            .map(|pinned| pinned.key.clone())
            .ok_or_else(|| ConnectorError::new(FailureCode::HostKeyUnknown))?;
        let login = login_of(reader, key, &credential)?;
        Ok(Self {
            connector: Arc::clone(connector),
            endpoint,
            pinned,
            login,
            template,
            program,
            device,
            operation,
            credential,
        })
    }

    /// Whether the change logs in as the credential itself.
    pub(crate) fn is_own(&self) -> bool {
        self.credential.details.execution.connect_as == ConnectAs::Own
    }

    /// Fills the template for a change to `new`.
    pub(crate) fn bind(&self, current: Option<&Secret>, new: &Secret) -> Result<Bound, ConnectorError> {
        self.program.bind(&self.values(current, new)).map_err(|values| value_missing(&values))
    }

    /// Fills the part of the template that proves `password` where a login cannot.
    pub(crate) fn bind_proof(&self, password: &Secret) -> Result<Bound, ConnectorError> {
        self.program
            .bind_part(Part::Verify, &self.values(Some(password), password))
            .map_err(|values| value_missing(&values))
    }

    /// How the template proves a password.
    pub(crate) fn verification(&self) -> &Verification {
        self.program.verification()
    }

    /// The target account with a password to be proven.
    pub(crate) fn target_login(&self, password: &Secret) -> Login {
        Login {
            username: self.credential.details.username.clone(),
            password: Some(password.duplicate()),
            private_key: None,
        }
    }

    fn values(&self, current: Option<&Secret>, new: &Secret) -> Values {
        let details = &self.credential.details;
        let address = &self.device.details.address;
        let mut values = Values::new()
            .text(Tag::Username, &details.username)
            .text(Tag::AuthUser, &self.login.username)
            .text(Tag::Ip, address)
            .text(Tag::Hostname, &self.device.details.name)
            .text(Tag::ConnectIp, address)
            .text(Tag::ConnectPort, self.endpoint.port.to_string())
            .text(Tag::OperationId, self.operation.to_string())
            .secret(Tag::NewPassword, new);
        for (tag, text) in [(Tag::Domain, &details.domain), (Tag::AdditionalText, &details.additional_information)] {
            if !text.is_empty() {
                values = values.text(tag, text);
            }
        }
        if let Some(current) = current {
            values = values.secret(Tag::CurrentPassword, current);
        }
        if let Some(password) = &self.login.password {
            values = values.secret(Tag::AuthPassword, password);
        }
        values
    }
}

/// Who logs in: the credential itself or its access credential, with what the vault holds of it.
fn login_of(reader: &Reader<'_>, key: &SecretsKey, credential: &Credential) -> Result<Login, GatherError> {
    let connecting = match credential.details.execution.connect_as {
        ConnectAs::Own => credential.clone(),
        ConnectAs::Access(id) => reader.credentials().get(id)?.ok_or_else(missing)?,
    };
    let secrets = reader.secrets();
    let password = secrets.current(key, connecting.id, SecretKind::Password)?.map(|stored| stored.secret);
    let private_key = secrets.current(key, connecting.id, SecretKind::PrivateKey)?.map(|stored| stored.secret);
    if password.is_none() && private_key.is_none() {
        return Err(missing().into());
    }
    Ok(Login { username: connecting.details.username, password, private_key })
}

fn missing() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::ValueMissing) }
}

fn value_missing(values: &MissingValues) -> ConnectorError {
    let names: Vec<&str> = values.tags.iter().chain(&values.unsendable).map(|tag| tag.name()).collect();
    ConnectorError { expected: Some(names.join(", ")), ..missing() }
}

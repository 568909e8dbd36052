//! Everything that one change needs, gathered from the vault before anything connects.

use std::sync::Arc;

use connector::{Connector, ConnectorError, Endpoint, Login};
use domain::{
    ChildPassword, ConnectAs, Credential, CredentialId, CredentialStatus, Device, FailureCode, OperationId, Rule,
    SecretKind, Trust, operation::OperationType,
};
use secret::Secret;
use template::{Bound, MissingValues, Part, Program, Tag, Values, Verification, starter::Starter};
use vault::{OperationRecord, Reader, SecretsKey, VaultError};

use crate::{Connectors, Parameters};

/// A password to be changed or verified, and how.
pub(crate) struct Change {
    pub(crate) credential: Credential,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) endpoint: Endpoint,
    pub(crate) trust: Trust,
    pub(crate) login: Login,
    /// None: a verification of a credential that has no template.
    pub(crate) template: Option<&'static Starter>,
    kind: OperationType,
    own: bool,
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
    /// Reads what an operation needs.
    pub(crate) fn gather(
        (reader, key): (&Reader<'_>, &SecretsKey),
        connectors: &Connectors,
        templates: &'static [Starter],
        parameters: &Parameters,
        record: &OperationRecord,
    ) -> Result<Self, GatherError> {
        let credential = reader.credentials().get(record.credential)?.ok_or_else(missing)?;
        let device = reader.devices().get(credential.details.device)?.ok_or_else(missing)?;
        let means = Means::of(record.kind, &credential, &device)?;
        let connector = connectors.get(means.plugin).ok_or_else(not_supported)?;
        let template = match means.template {
            Some(id) => Some(
                templates
                    .iter()
                    .find(|template| template.id == id)
                    .ok_or_else(|| ConnectorError::new(FailureCode::TemplateInvalid))?,
            ),
            None => None,
        };
        let program = template::parse(template.map_or("", |template| template.source)).program;
        let settings = program.settings();
        let mut endpoint = endpoint_of(&device, means.plugin, parameters).ok_or_else(missing)?;
        endpoint.connect_timeout = settings.connect_timeout.unwrap_or(endpoint.connect_timeout);
        endpoint.read_timeout = settings.read_timeout.unwrap_or(endpoint.read_timeout);
        let unknown = || ConnectorError::new(FailureCode::HostKeyUnknown);
        let trust = device.trust(means.plugin).cloned().ok_or_else(unknown)?;
        Ok(Self {
            connector: Arc::clone(connector),
            endpoint,
            trust,
            login: login_of(reader, key, &credential, means.connect_as)?,
            template,
            kind: record.kind,
            own: means.connect_as == ConnectAs::Own,
            program,
            device,
            operation: record.id,
            credential,
        })
    }

    /// Whether it logs in as the credential itself.
    pub(crate) fn is_own(&self) -> bool {
        self.own
    }

    /// The parent whose password the new one is; None: it is generated.
    pub(crate) fn follows(&self) -> Option<CredentialId> {
        let execution = &self.credential.details.execution;
        let may = matches!(self.kind, OperationType::ChildPasswordChange | OperationType::Reconciliation);
        execution.parent.filter(|_| may && execution.child_password == ChildPassword::Same)
    }

    /// Fills the template for a change to `new`. A reconciliation has no use for the current password, which is lost.
    pub(crate) fn bind(&self, current: Option<&Secret>, new: &Secret) -> Result<Bound, ConnectorError> {
        let current = current.filter(|_| self.kind != OperationType::Reconciliation);
        self.program.bind(&self.values(&self.login, current, new)).map_err(|values| value_missing(&values))
    }

    /// Fills the part of the template that proves `password` where a login cannot.
    pub(crate) fn bind_proof(&self, password: &Secret) -> Result<Bound, ConnectorError> {
        self.bind_part(Part::Verify, password)
    }

    /// Fills the part of the template that comes after the proof of `password`; empty when it has none.
    pub(crate) fn bind_closing(&self, password: &Secret) -> Result<Bound, ConnectorError> {
        self.bind_part(Part::OnSuccess, password)
    }

    fn bind_part(&self, part: Part, password: &Secret) -> Result<Bound, ConnectorError> {
        let values = self.values(&self.login_with(password), Some(password), password);
        self.program.bind_part(part, &values).map_err(|values| value_missing(&values))
    }

    /// Who logs in while `password` is the credential's.
    pub(crate) fn login_with(&self, password: &Secret) -> Login {
        let own = self.own.then_some(password).or(self.login.password.as_ref());
        Login {
            username: self.login.username.clone(),
            domain: self.login.domain.clone(),
            password: own.map(Secret::duplicate),
            private_key: self.login.private_key.as_ref().map(Secret::duplicate),
            ..Login::default()
        }
    }

    /// How the template proves a password.
    pub(crate) fn verification(&self) -> &Verification {
        self.program.verification()
    }

    /// The target account with a password to be proven.
    pub(crate) fn target_login(&self, password: &Secret) -> Login {
        let details = &self.credential.details;
        Login { domain: details.domain.clone(), ..Login::by_password(details.username.as_str(), password.duplicate()) }
    }

    fn values(&self, login: &Login, current: Option<&Secret>, new: &Secret) -> Values {
        let details = &self.credential.details;
        let address = &self.device.details.address;
        let mut values = Values::new()
            .text(Tag::Username, &details.username)
            .text(Tag::AuthUser, &login.username)
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
        if let Some(password) = &login.password {
            values = values.secret(Tag::AuthPassword, password);
        }
        values
    }
}

/// Says where a device is for a plugin, and how long to wait for it; none when the plugin is no way to reach it.
pub fn endpoint_of(device: &Device, plugin: &str, parameters: &Parameters) -> Option<Endpoint> {
    let known = device.details.connectivity(plugin)?;
    Some(Endpoint {
        address: device.details.address.clone(),
        port: known.port,
        transport: known.transport,
        connect_timeout: parameters.connect_timeout,
        read_timeout: parameters.read_timeout,
        fields: known.fields.clone(),
        jumps: Vec::new(),
    })
}

/// By which plugin and template an operation works, and who logs in.
struct Means<'a> {
    plugin: &'a str,
    template: Option<&'a str>,
    connect_as: ConnectAs,
}

impl<'a> Means<'a> {
    fn of(kind: OperationType, credential: &'a Credential, device: &'a Device) -> Result<Self, ConnectorError> {
        let execution = &credential.details.execution;
        let (plugin, template) = (execution.plugin.as_deref(), execution.template.as_deref());
        match kind {
            OperationType::ChangePassword | OperationType::ChildPasswordChange => Ok(Self {
                plugin: plugin.ok_or_else(missing)?,
                template: Some(template.ok_or_else(|| ConnectorError::new(FailureCode::TemplateInvalid))?),
                connect_as: execution.connect_as,
            }),
            OperationType::PasswordVerification => {
                let connect_as = if template.is_some() { execution.connect_as } else { ConnectAs::Own };
                // A credential that nothing changes has no plugin; a login is made in the usual way.
                let usual = || device.details.usual().map(|usual| usual.plugin.as_str());
                Ok(Self { plugin: plugin.or_else(usual).ok_or_else(missing)?, template, connect_as })
            }
            OperationType::Reconciliation => {
                let repair = &execution.reconciliation;
                let through = repair.credential.filter(|_| repair.enabled).ok_or_else(not_configured)?;
                Ok(Self {
                    plugin: repair.plugin.as_deref().ok_or_else(not_configured)?,
                    template: Some(repair.template.as_deref().ok_or_else(not_configured)?),
                    connect_as: ConnectAs::Access(through),
                })
            }
            _ => Err(not_configured()),
        }
    }
}

/// Who logs in: the credential itself or another one, with what the vault holds of it.
fn login_of(
    reader: &Reader<'_>,
    key: &SecretsKey,
    credential: &Credential,
    connect_as: ConnectAs,
) -> Result<Login, GatherError> {
    let connecting = match connect_as {
        ConnectAs::Own if credential.details.status == CredentialStatus::Inactive => {
            return Err(not_configured().into());
        }
        ConnectAs::Own => credential.clone(),
        ConnectAs::Access(id) => access_of(reader, credential, id)?,
    };
    let secrets = reader.secrets();
    let password = secrets.current(key, connecting.id, SecretKind::Password)?.map(|stored| stored.secret);
    let private_key = secrets.current(key, connecting.id, SecretKind::PrivateKey)?.map(|stored| stored.secret);
    if password.is_none() && private_key.is_none() {
        return Err(missing().into());
    }
    let (username, domain) = (connecting.details.username, connecting.details.domain);
    Ok(Login { username, domain, password, private_key, ..Login::default() })
}

/// The credential that logs in for another one, where the settings allow it. What a form refuses is refused here too:
/// the row may have been edited by another program.
fn access_of(reader: &Reader<'_>, credential: &Credential, id: CredentialId) -> Result<Credential, GatherError> {
    let Some(access) = reader.credentials().get(id)? else {
        return Err(not_allowed("it is not in the vault").into());
    };
    let reason = match access.refused_as_access(Some(credential.id), credential.details.device) {
        None => return Ok(access),
        Some(Rule::SameCredential) => "it is the credential itself",
        Some(Rule::OtherDevice) => "it belongs to another device",
        Some(_) => "it is not in use",
    };
    Err(not_allowed(&format!("{}: {reason}", access.details.username)).into())
}

/// Words for people: who was to log in, and why not.
fn not_allowed(words: &str) -> ConnectorError {
    let error = ConnectorError::new(FailureCode::AccessNotAllowed);
    ConnectorError { nothing_sent: true, words: Some(words.to_owned()), ..error }
}

fn not_configured() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::NotConfigured) }
}

/// The vault names a plugin that this program does not have.
fn not_supported() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::NotSupported) }
}

fn missing() -> ConnectorError {
    ConnectorError { nothing_sent: true, ..ConnectorError::new(FailureCode::ValueMissing) }
}

fn value_missing(values: &MissingValues) -> ConnectorError {
    let names: Vec<&str> = values.tags.iter().chain(&values.unsendable).map(|tag| tag.name()).collect();
    ConnectorError { expected: Some(names.join(", ")), ..missing() }
}

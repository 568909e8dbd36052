//! `credentials`, continued: parents and children.

use domain::{
    Credential, CredentialId, NotChangeable, OperationId,
    operation::{OperationState, OperationStep},
};
use rusqlite::{OptionalExtension, Row, params};

use crate::store::{
    inventory::{
        credential_list::reason,
        credentials::{COLUMNS, read_credential},
    },
    value::Columns,
};
use crate::{Credentials, VaultError, error::Stored};

/// The most credentials of a chain that are read.
const MOST: u32 = 500;

/// One credential in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ChainNode {
    pub credential: Credential,
    pub device_name: String,
    /// The number of levels below the root.
    pub depth: u32,
    /// Its open operation, or else its last one.
    pub operation: Option<ChainOperation>,
    /// The reason why it would not follow its parent now, apart from an open operation.
    pub problem: Option<NotChangeable>,
}

/// The last operation of a credential in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct ChainOperation {
    pub id: OperationId,
    pub state: OperationState,
    /// The step that it has reached while it runs.
    pub step: Option<OperationStep>,
}

/// The whole tree that a credential is in. The root comes first; children follow their parent, depth first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Chain {
    pub nodes: Vec<ChainNode>,
    /// Tells whether there are more nodes than were read.
    pub truncated: bool,
}

fn read_node(row: &Row<'_>) -> rusqlite::Result<ChainNode> {
    let id = row.optional_uuid("operation_id")?.map(OperationId::from_uuid);
    let state = row.optional_word("operation_state")?;
    let step = row.optional_word("operation_step")?;
    let problem: Option<NotChangeable> = row.optional_word("not_changeable")?;
    Ok(ChainNode {
        credential: read_credential(row)?,
        device_name: row.get("device_name")?,
        depth: row.get("depth")?,
        operation: id.zip(state).map(|(id, state)| ChainOperation { id, state, step }),
        problem: problem.filter(|problem| *problem != NotChangeable::OpenOperation),
    })
}

impl Credentials<'_> {
    /// Returns the credentials that follow a credential, in the order they were entered.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn children(&self, id: CredentialId) -> Result<Vec<Credential>, VaultError> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM credentials c WHERE c.parent_credential_id = ?1 ORDER BY c.number"
            ))
            .stored()?
            .query_map([id.as_uuid().as_bytes()], read_credential)
            .stored()?
            .collect::<rusqlite::Result<_>>()
            .stored()
    }

    /// Returns the credentials from one up to the root of its chain, itself first. In a circle, each is read once.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn ancestry(&self, id: CredentialId) -> Result<Vec<Credential>, VaultError> {
        self.walk(id, |credential| credential.details.execution.parent)
    }

    /// Returns the credentials that a login depends on: the credential itself, the one that changes it, the one that
    /// changes that, and so on.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn access_chain(&self, id: CredentialId) -> Result<Vec<Credential>, VaultError> {
        self.walk(id, |credential| match credential.details.execution.connect_as {
            domain::ConnectAs::Own => None,
            domain::ConnectAs::Access(access) => Some(access),
        })
    }

    fn walk(
        &self,
        from: CredentialId,
        next: impl Fn(&Credential) -> Option<CredentialId>,
    ) -> Result<Vec<Credential>, VaultError> {
        let mut found: Vec<Credential> = Vec::new();
        let mut at = Some(from);
        while let Some(id) = at.filter(|id| !found.iter().any(|known| known.id == *id)) {
            let Some(credential) = self.get(id)? else { break };
            at = next(&credential);
            found.push(credential);
        }
        Ok(found)
    }

    /// Returns the whole tree that a credential is in.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn chain(&self, id: CredentialId) -> Result<Chain, VaultError> {
        let root = self.ancestry(id)?.last().map_or(id, |root| root.id);
        let mut nodes = self
            .connection
            .prepare_cached(&format!(
                "WITH RECURSIVE chain (id, depth) AS (SELECT ?1, 0 UNION \
                 SELECT k.id, chain.depth + 1 FROM chain JOIN credentials k ON k.parent_credential_id = chain.id \
                 WHERE chain.depth < ?2 ORDER BY 2 DESC) \
                 SELECT {COLUMNS}, d.name AS device_name, chain.depth AS depth, o.id AS operation_id, \
                 o.state AS operation_state, o.step AS operation_step, {} AS not_changeable \
                 FROM chain JOIN credentials c ON c.id = chain.id JOIN devices d ON d.id = c.device_id \
                 LEFT JOIN operations o ON o.code = (SELECT max(l.code) FROM operations l WHERE l.credential_id = c.id) \
                 LIMIT ?2",
                reason()
            ))
            .stored()?
            .query_map(params![root.as_uuid().as_bytes(), MOST + 1], read_node)
            .stored()?
            .collect::<rusqlite::Result<Vec<_>>>()
            .stored()?;
        let truncated = nodes.len() > MOST as usize;
        nodes.truncate(MOST as usize);
        Ok(Chain { nodes, truncated })
    }

    /// Tells whether a credential still has to follow its parent.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn follows(&self, id: CredentialId) -> Result<bool, VaultError> {
        let sql = "SELECT follows_since IS NOT NULL FROM credentials WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).stored()?;
        let follows = statement.query_row([id.as_uuid().as_bytes()], |row| row.get(0)).optional().stored()?;
        Ok(follows.unwrap_or(false))
    }
}

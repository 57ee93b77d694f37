//! What can go wrong in a use case, in words.

use sales_connectors::ConnectorError;
use sales_ledger::StoreError;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files of the workspace.
    #[error("{what}: {why}")]
    Files {
        /// The file or folder.
        what: String,
        /// Why.
        why: String,
        /// The next thing to do or type.
        hint: String,
    },
    /// A source.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// A setting that cannot be used.
    #[error("{what}: {why}")]
    Setting {
        /// The key.
        what: String,
        /// Why.
        why: String,
    },
    /// A piece of work on another thread ended early.
    #[error("a worker stopped: {0}")]
    Worker(String),
}

impl From<tokio::task::JoinError> for EngineError {
    fn from(e: tokio::task::JoinError) -> Self {
        EngineError::Worker(e.to_string())
    }
}

/// Shorthand.
pub(crate) type Result<T> = std::result::Result<T, EngineError>;

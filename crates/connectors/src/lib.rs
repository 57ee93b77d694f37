//! Connectors: one folder per source behind one contract ([`Connector`]); [`registry`] is the one list of them.

pub mod contract;
pub mod registry;
pub mod slack;

pub use contract::{
    Batch, Bound, Connector, ConnectorError, Covered, Credentials, Cx, Descriptor, Estimate, FetchRequest, Gone, Identity, Import,
    ImportBatch, ImportRequest, ImportSummary, ItemFailure, Known, Link, Mapped, Mode, Plan, PlannedStream, Retry, ScopeState, pasted_link,
};

//! Connectors: one folder per source behind one contract ([`Connector`]); [`registry`] is the one list of them.

pub mod captions;
pub mod contract;
pub mod email;
pub mod gong;
pub mod granola;
pub mod registry;
pub mod slack;
pub mod sniff;

pub use contract::{
    Ability, AskHoldings, Batch, Bound, CallWords, Connector, ConnectorError, Covered, CoveredTime, Credentials, Cx, Descriptor, Estimate,
    FetchRequest, Gone, Grain, Held, Holdings, Identity, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Known, Link,
    MailCount, Mapped, Mode, Notices, Plan, PlannedStream, Retry, ScopeState, Standing, StreamRoles, Wanted, pasted_link,
};

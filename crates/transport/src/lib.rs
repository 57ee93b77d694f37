//! The only room with outgoing sockets.
//!
//! One HTTP client with time limits, size caps, a redirect policy and retries; budgets charged at send time; secrets in types that
//! cannot print. What must not live here: a vendor's paths, names or meanings (they stand in `connectors`).

mod port;

pub use port::{Budget, BudgetKey, BudgetRule, BudgetState, Grant, PortError, Secret, Timer, TokenPair, TokenStore, Window};
mod http;
pub use http::{Body, Call, Http, Limits, Reply, Traffic, TransportError, Verdict};

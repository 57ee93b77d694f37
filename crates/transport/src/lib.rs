//! The only room with outgoing sockets.
//!
//! One HTTP client with time limits, size caps, a redirect policy and retries; budgets charged at send time; secrets in types that
//! cannot print; and streams, for protocols other than HTTP, with the same trust and caps. What must not live here: a vendor's paths, names or meanings (they stand in `connectors`).

mod budget;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod guard;
mod http;
mod port;
mod proxy;
mod retry;
mod retry_after;
mod safe_url;
mod stream;
mod time;
mod tokens;

pub use budget::{MemoryBudget, SqliteBudget};
pub use http::{Auth, Body, Call, Http, HttpOptions, Limits, Reply, SetupError, Traffic, TransportError, Verdict};
pub use port::{
    Activity, Budget, BudgetKey, BudgetRule, BudgetState, Busy, Grant, PortError, Secret, Timer, TokenPair, TokenStore, Window,
};
pub use proxy::ProxySettings;
pub use retry_after::asked_wait;
pub use safe_url::SafeUrl;
pub use stream::{Security, StreamError, StreamTraffic, Target, Wire};
pub use time::{RealTimer, virtual_time};
pub use tokens::{FileTokenStore, MemoryTokenStore, lock_account};

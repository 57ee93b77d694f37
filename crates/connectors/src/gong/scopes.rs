//! Permissions that the product asks for, and what each is for. Only tokens carry scopes; an access key may do everything that its maker
//! allowed, and nothing tells which that is until it is tried.

use jiff::{SignedDuration, Timestamp};

use super::{
    api::{self, Api, Span},
    errors::Failure,
};
use crate::{ConnectorError, ScopeState};

/// A scope, the feature that it gives, the request that tries it.
struct Scope {
    name: &'static str,
    feature: &'static str,
    required: bool,
    operation: &'static str,
}

pub(crate) const CALLS: &str = "api:calls:read:extensive";
pub(crate) const TRANSCRIPTS: &str = "api:calls:read:transcript";
pub(crate) const USERS: &str = "api:users:read";
pub(crate) const WORKSPACES: &str = "api:workspaces:read";
pub(crate) const TRACKERS: &str = "api:settings:trackers:read";

const SCOPES: [Scope; 5] = [
    Scope { name: CALLS, feature: "calls and what Gong says of them", required: true, operation: api::CALLS },
    Scope { name: TRANSCRIPTS, feature: "transcripts of calls", required: false, operation: api::TRANSCRIPTS },
    Scope { name: USERS, feature: "names and titles of your own people", required: false, operation: api::USERS },
    Scope { name: WORKSPACES, feature: "Gong workspaces, each read by itself", required: false, operation: api::WORKSPACES },
    Scope { name: TRACKERS, feature: "names of trackers", required: false, operation: api::TRACKERS },
];

/// The scope that an operation needs, as texts name it.
pub(crate) fn of(operation: &str) -> String {
    SCOPES.iter().find(|s| s.operation == operation).map(|s| format!("`{}`", s.name)).unwrap_or_default()
}

/// All of them, not tried.
pub(crate) fn untried() -> Vec<ScopeState> {
    SCOPES.iter().map(|s| state(s, None)).collect()
}

/// All of them, each tried with the cheapest request there is.
///
/// # Errors
/// If one cannot be tried, for another reason than permission.
pub(crate) async fn tried(api: &Api<'_>) -> Result<Vec<ScopeState>, ConnectorError> {
    let mut states = Vec::with_capacity(SCOPES.len());
    for scope in &SCOPES {
        let granted = match attempt(api, scope.operation).await {
            Ok(()) => true,
            Err(e) if e.denied() => false,
            Err(e) => return Err(e.told("Gong")),
        };
        states.push(state(scope, Some(granted)));
    }
    Ok(states)
}

/// One request, for nothing but whether it may be made.
pub(crate) async fn attempt(api: &Api<'_>, operation: &'static str) -> Result<(), Failure> {
    match operation {
        api::USERS => api.users(None).await.map(drop),
        api::WORKSPACES => api.workspaces().await.map(drop),
        api::TRACKERS => api.trackers().await.map(drop),
        // A second in which there are most likely no calls.
        _ => {
            let to = Timestamp::from_second(api.cx.timer.now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH);
            let from = to.checked_sub(SignedDuration::from_secs(1)).unwrap_or(to);
            api.try_calls(operation, Span { from, to }).await.map(drop)
        }
    }
}

fn state(scope: &Scope, granted: Option<bool>) -> ScopeState {
    ScopeState { name: scope.name.into(), feature: scope.feature.into(), required: scope.required, granted }
}

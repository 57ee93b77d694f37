//! Signing in and out.

mod listen;
mod login;
mod logout;
mod pasted;
mod status;

use std::sync::Arc;

use sales_connectors::{Connector, registry};

use super::Cx;
use crate::{
    args::Auth,
    errors::{Exit, Failure, Result},
};

/// One of them.
pub(crate) fn run(cx: &Cx<'_>, command: &Auth) -> Result<Exit> {
    match command {
        Auth::Login(a) => login::run(cx, a),
        Auth::Status(a) => status::run(cx, a),
        Auth::Logout(a) => logout::run(cx, a),
    }
}

/// The connector of a source that the user named.
fn connector(name: &str) -> Result<Arc<dyn Connector>> {
    let name = name.to_ascii_lowercase();
    let connectors = registry::connectors();
    let names: Vec<&str> = connectors.iter().map(|c| c.descriptor().source.as_str()).collect();
    let found = connectors.iter().find(|c| c.descriptor().source.as_str() == name).cloned();
    found.ok_or_else(|| {
        Failure::usage(format!("there is no source `{name}`"), format!("this version reads {}", names.join(", ")), "sales integration list")
    })
}

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
    routing::any,
};
use http::{HeaderMap, Method, Response, Uri};
use tokio::sync::watch;

use super::double::{Double, Setup};
use crate::{fault::deliver, wire::Incoming};

/// Stands for `https://api.gong.io`.
pub(crate) const GENERIC: &str = "/gong";
/// Stands for a company's own host.
pub(crate) const REGIONAL: &str = "/gong-us";

/// The company's own host: another name than that of the generic one, so that clients see a redirect there as one to another host.
pub(crate) fn regional_url(address: SocketAddr) -> String {
    format!("http://localhost:{}{REGIONAL}", address.port())
}

#[derive(Clone)]
struct Room {
    double: Arc<Double>,
    stop: watch::Receiver<bool>,
}

/// The double behind the server.
pub(crate) fn routes(setup: Setup, stop: watch::Receiver<bool>) -> Router {
    let room = Room { double: Arc::new(Double::new(setup)), stop };
    Router::new().route("/gong/{*path}", any(api)).route("/gong-us/{*path}", any(api)).with_state(room)
}

async fn api(
    State(room): State<Room>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let query = uri.query().unwrap_or_default().to_owned();
    let out = room.double.answer(&Incoming { path: uri.path().to_owned(), verb, query, headers, body, peer });
    deliver(out, room.stop).await
}

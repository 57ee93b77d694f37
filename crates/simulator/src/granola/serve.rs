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

/// What stands before the vendor's paths.
pub(crate) const BASE: &str = "/granola";

#[derive(Clone)]
struct Room {
    double: Arc<Double>,
    stop: watch::Receiver<bool>,
}

/// The double's part of the server: everything under [`BASE`].
pub(crate) fn routes(setup: Setup, stop: watch::Receiver<bool>) -> Router {
    let room = Room { double: Arc::new(Double::new(setup)), stop };
    Router::new().route("/granola", any(ask)).route("/granola/", any(ask)).route("/granola/{*path}", any(ask)).with_state(room)
}

async fn ask(
    State(room): State<Room>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path().strip_prefix(BASE).unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path).to_owned();
    let query = uri.query().unwrap_or_default().to_owned();
    let out = room.double.answer(&Incoming { path, verb, query, headers, body, peer });
    deliver(out, room.stop).await
}

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

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

/// Stands for Gmail's host.
pub(crate) const BASE: &str = "/gmail";

#[derive(Clone)]
struct Room {
    double: Arc<Double>,
    /// Requests under way.
    under_way: Arc<AtomicUsize>,
    stop: watch::Receiver<bool>,
}

/// Counts a request as under way as long as it lives.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The double's part of the server: everything under [`BASE`].
pub(crate) fn routes(setup: Setup, stop: watch::Receiver<bool>) -> Router {
    let room = Room { double: Arc::new(Double::new(setup)), under_way: Arc::default(), stop };
    Router::new().route("/gmail/", any(ask)).route("/gmail/{*path}", any(ask)).with_state(room)
}

async fn ask(
    State(room): State<Room>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let before = room.under_way.fetch_add(1, Ordering::SeqCst);
    // It ends when the answer's head goes out: a scenario that wants requests to overlap delays that.
    let _under_way = UnderWay(Arc::clone(&room.under_way));
    let path = uri.path().strip_prefix(BASE).unwrap_or_default().to_owned();
    let query = uri.query().unwrap_or_default().to_owned();
    let out = room.double.answer(&Incoming { path, verb, query, headers, body, peer }, before);
    deliver(out, room.stop).await
}

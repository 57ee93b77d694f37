use std::{io, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::Response;
use tokio::sync::watch;

use crate::wire::{Delivery, Outgoing};

/// A slow answer is felt in real time, whatever the simulator's clock says: it is the client's sockets that wait.
#[expect(clippy::disallowed_methods, reason = "the one place where a double itself is slow")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Sends an answer the way its delivery says. A wait ends early when the server stops.
pub(crate) async fn deliver(out: Outgoing, mut stop: watch::Receiver<bool>) -> Response<Body> {
    let Outgoing { status, headers, body, delivery } = out;
    let body = match delivery {
        Delivery::Whole => Body::from(body),
        Delivery::Torn => torn(body),
        Delivery::SlowBody(millis) => trickle(body, Duration::from_millis(millis), stop),
        Delivery::SlowHead(millis) => {
            tokio::select! {
                () = pause(Duration::from_millis(millis)) => Body::from(body),
                _ = stop.wait_for(|s| *s) => torn(body),
            }
        }
        Delivery::Hang => {
            let _stopped = stop.wait_for(|s| *s).await;
            torn(Bytes::new())
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().extend(headers);
    response
}

/// Half the body, then an error: the server breaks the connection in the middle of the message.
fn torn(body: Bytes) -> Body {
    let half = body.slice(..body.len() / 2);
    let cut = io::Error::new(io::ErrorKind::ConnectionReset, "torn by the scenario");
    Body::from_stream(stream::iter([Ok(half), Err(cut)]))
}

/// The body in eight pieces with a pause before each.
fn trickle(body: Bytes, gap: Duration, stop: watch::Receiver<bool>) -> Body {
    let piece = body.len().div_ceil(8).max(1);
    Body::from_stream(stream::unfold((body, stop), move |(mut rest, mut stop)| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::select! {
            () = pause(gap) => {}
            _ = stop.wait_for(|s| *s) => return None,
        }
        let next = rest.split_to(piece.min(rest.len()));
        Some((Ok::<_, io::Error>(next), (rest, stop)))
    }))
}

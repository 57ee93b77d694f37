use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// A request as a double sees it, free of the server's types.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    /// What follows the vendor's prefix: the method's name.
    pub(crate) path: String,
    pub(crate) verb: Method,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The connection's other end: one TCP connection keeps one address.
    pub(crate) peer: SocketAddr,
}

/// How the answer leaves the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// At once and whole.
    Whole,
    /// Half of the body, then the connection breaks.
    Torn,
    /// The body trickles: eight pieces with this pause in milliseconds between them.
    SlowBody(u64),
    /// Nothing for so many milliseconds, then everything.
    SlowHead(u64),
    /// Never, until the server stops.
    Hang,
}

/// An answer, free of the server's types.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    pub(crate) delivery: Delivery,
}

impl Outgoing {
    /// JSON with the charset in the content type: old clients of Slack crash without it.
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Outgoing {
            status,
            headers: vec![(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))],
            body: body.into(),
            delivery: Delivery::Whole,
        }
    }

    /// An HTML page.
    pub(crate) fn html(status: StatusCode, body: &'static str) -> Self {
        Outgoing {
            status,
            headers: vec![(http::header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))],
            body: Bytes::from_static(body.as_bytes()),
            delivery: Delivery::Whole,
        }
    }

    /// Adds a header; a value that no header may hold is left out.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

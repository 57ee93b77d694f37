//! One request and its answer.

use std::{error::Error, time::Duration};

use ::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use bytes::Bytes;
use reqwest::{Client, Request};
use secrecy::{ExposeSecret as _, zeroize::Zeroizing};
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use super::{
    Auth, Body, Call, Limits,
    body::{self, BodyError},
    client::span,
};

/// Slack warns about POSTs without charset; the others ignore it.
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Most bytes and time spent on the body of an answer whose status says all, to keep the connection.
const REST: (usize, Duration) = (64 * 1024, Duration::from_secs(1));
/// Longest reason taken over from a library.
const LONGEST_REASON: usize = 200;

/// A call in the form in which it is sent, perhaps several times.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    body: Option<(HeaderValue, Bytes)>,
    auth: Option<HeaderValue>,
}

/// What came of one request.
pub(crate) enum Outcome {
    /// An answer; the body of one with status 5xx is left out, and of one with 429 where it is long.
    Answer { status: u16, headers: HeaderMap, body: Bytes },
    /// The body is larger than accepted.
    TooLarge,
    /// No usable answer.
    Broken {
        /// In words, with the host.
        why: String,
        /// Whether it may be different next time.
        passing: bool,
    },
}

impl Prepared {
    /// Encodes the arguments. Fails if the credential cannot be sent.
    pub(crate) fn new(call: &Call) -> Result<Self, String> {
        let mut url = call.url.clone();
        url.set_fragment(None);
        let (method, body) = match &call.body {
            Body::Query(pairs) => {
                if !pairs.is_empty() {
                    url.query_pairs_mut().extend_pairs(pairs);
                }
                (Method::GET, None)
            }
            Body::Form(pairs) => (Method::POST, Some((FORM, form(pairs.iter().map(|(name, value)| (*name, value.as_str())))))),
            Body::SecretForm(pairs) => (Method::POST, Some((FORM, form(pairs.iter().map(|(name, value)| (*name, value.expose_secret())))))),
            Body::Json(document) => (Method::POST, Some((JSON, document.clone()))),
            Body::Document(kind, document) => {
                let kind = HeaderValue::from_str(kind).map_err(|_| "a server with a document whose type no header may carry".to_owned())?;
                (Method::POST, Some((kind, document.clone())))
            }
        };
        Ok(Prepared { method, url, body, auth: call.auth.as_ref().map(authorization).transpose()? })
    }

    pub(crate) fn has_body(&self) -> bool {
        self.body.is_some()
    }

    fn request(&self, url: &Url) -> Request {
        let mut request = Request::new(self.method.clone(), url.clone());
        if let Some(auth) = &self.auth {
            request.headers_mut().insert(header::AUTHORIZATION, auth.clone());
        }
        if let Some((kind, body)) = &self.body {
            request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
            *request.body_mut() = Some(body.clone().into());
        }
        request
    }

    /// Sends it to `url` (its own, or where a redirect led) and reads the answer, within the time limits.
    pub(crate) async fn send(&self, client: &Client, url: &Url, limits: &Limits, cap: usize) -> Outcome {
        let host = host(url);
        let exchange = async {
            let head = span(limits.connect).saturating_add(span(limits.head));
            let mut response = match timeout(head, client.execute(self.request(url))).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => return broken(&host, &error),
                Err(_) => return passing(format!("{host} sent no answer within {}", seconds(limits.head))),
            };
            let status = response.status().as_u16();
            if status == 429 {
                // What it says may name the time; how it ends does not matter.
                let said = timeout(REST.1, body::read(&mut response, REST.0, REST.1)).await;
                let body = said.ok().and_then(Result::ok).unwrap_or_default();
                return Outcome::Answer { status, headers: std::mem::take(response.headers_mut()), body };
            }
            if status >= 500 {
                // Only to keep the connection: what it says does not matter, and neither does how it ends.
                _ = timeout(REST.1, body::read(&mut response, REST.0, REST.1)).await;
                return Outcome::Answer { status, headers: std::mem::take(response.headers_mut()), body: Bytes::new() };
            }
            match body::read(&mut response, cap, span(limits.idle)).await {
                Ok(body) => Outcome::Answer { status, headers: std::mem::take(response.headers_mut()), body },
                Err(BodyError::TooLarge) => Outcome::TooLarge,
                Err(BodyError::Idle) => passing(format!("{host} stopped in the middle of an answer for {}", seconds(limits.idle))),
                Err(BodyError::Torn) => passing(format!("the connection to {host} broke in the middle of an answer")),
            }
        };
        match timeout(span(limits.total), exchange).await {
            Ok(outcome) => outcome,
            Err(_) => passing(format!("{host} did not finish an answer within {}", seconds(limits.total))),
        }
    }
}

/// The header of a credential. Fails if no header can carry it.
fn authorization(auth: &Auth) -> Result<HeaderValue, String> {
    let unsendable = || "a server with a credential that holds characters no header may carry".to_owned();
    let text = Zeroizing::new(match auth {
        Auth::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        Auth::Basic(user, password) => {
            let (user, password) = (user.expose_secret(), password.expose_secret());
            // The first colon ends the name (RFC 7617), and neither part may hold control characters.
            if user.contains(':') || user.chars().chain(password.chars()).any(char::is_control) {
                return Err(unsendable());
            }
            let pair = Zeroizing::new(format!("{user}:{password}"));
            format!("Basic {}", *Zeroizing::new(BASE64.encode(pair.as_bytes())))
        }
    });
    let mut value = HeaderValue::from_str(&text).map_err(|_| unsendable())?;
    value.set_sensitive(true);
    Ok(value)
}

fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Bytes {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
}

fn passing(why: String) -> Outcome {
    Outcome::Broken { why, passing: true }
}

/// Host and port, for texts.
pub(crate) fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        _ => "?".to_owned(),
    }
}

fn seconds(limit: jiff::SignedDuration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// Puts a library's error in words. Never its own text as a whole: that shows the URL with its query.
fn broken(host: &str, error: &reqwest::Error) -> Outcome {
    let mut innermost: &(dyn Error + 'static) = error;
    let mut untrusted = false;
    loop {
        untrusted |= matches!(innermost.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)));
        let inner = match innermost.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            // `source` of such an error skips the error that it wraps.
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => innermost.source(),
        };
        let Some(inner) = inner else { break };
        innermost = inner;
    }
    let why = if error.is_timeout() {
        format!("cannot connect to {host} in time")
    } else if error.is_connect() {
        // Made on this machine, but a certificate's names may stand in it.
        let reason: String = innermost.to_string().chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
        format!("cannot connect to {host}: {reason}")
    } else {
        format!("the connection to {host} broke before an answer came")
    };
    Outcome::Broken { why, passing: !untrusted }
}

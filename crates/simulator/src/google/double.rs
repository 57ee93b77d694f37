use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, State},
    routing::any,
};
use http::{
    HeaderMap, Method, Response, StatusCode, Uri,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use jiff::Timestamp;
use sales_model::Clock;
use tokio::sync::watch;

use super::{form::Form, refusal::Refusal, token::Ask};
use crate::{
    GmailHandle, LogEntry,
    fault::deliver,
    scenario::{Fault, Probe, RetryAfter},
    stage::{Stage, http_date},
    wire::{Delivery, Incoming, Outgoing},
};

/// Stands for Google's hosts of authorisation.
pub(crate) const BASE: &str = "/google";
/// Where users are sent.
const AUTH: &str = "/o/oauth2/v2/auth";
/// Where tokens are had.
const TOKEN: &str = "/token";
/// Its budget in the log.
const BUDGET: &str = "google";

/// What the double is made of.
pub(crate) struct Setup {
    pub(crate) world: GmailHandle,
    pub(crate) stage: Arc<Stage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) address: SocketAddr,
}

#[derive(Clone)]
struct Room {
    setup: Arc<Setup>,
    stop: watch::Receiver<bool>,
}

/// The double's part of the server: everything under [`BASE`].
pub(crate) fn routes(setup: Setup, stop: watch::Receiver<bool>) -> Router {
    Router::new().route("/google/{*path}", any(ask)).with_state(Room { setup: Arc::new(setup), stop })
}

async fn ask(
    State(room): State<Room>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path().strip_prefix(BASE).unwrap_or_default().to_owned();
    let query = uri.query().unwrap_or_default().to_owned();
    let out = room.setup.answer(&Incoming { path, verb, query, headers, body, peer });
    deliver(out, room.stop).await
}

/// An answer and the error in it.
type Answered = (Outgoing, Option<String>);

impl Setup {
    fn answer(&self, request: &Incoming) -> Outgoing {
        let now = self.clock.now();
        let method = match request.path.as_str() {
            AUTH => "google.auth",
            TOKEN => "google.token",
            _ => "google.other",
        };
        let text = if method == "google.token" { &*request.body } else { request.query.as_bytes() };
        let form = Form::read(text);
        // The same request sent again is the same: a digest would tell a token's owner nothing, so the names will do.
        let names = form.as_ref().map(Form::names).unwrap_or_default();
        let fingerprint = format!("{method}\n{}", names.join(" "));
        let (seq, early) = self.stage.arrives(BUDGET, (method, &fingerprint), now, request.peer);
        let probe = Probe { method, channel: None, channel_name: None, fingerprint: &fingerprint, has_cursor: false, seq, now };
        let fate = self.stage.before(&probe);
        self.stage.happen(&fate.events, now, None);
        let (out, error) = self.with_fault(request, method, form, fate.fault.as_ref(), now);
        if error.is_none() && fate.fault.is_none() && (out.status.is_success() || out.status.is_redirection()) {
            self.stage.answered(method, now, None);
        }
        self.stage.note(LogEntry {
            seq,
            at: now,
            vendor: "google",
            method: method.to_owned(),
            verb: request.verb.as_str().to_owned(),
            channel: None,
            args: names,
            status: if out.delivery == Delivery::Hang { 0 } else { out.status.as_u16() },
            error,
            fault: fate.fault.as_ref().map(Fault::word),
            early,
            units: 0,
            // Codes, secrets and tokens stand in it.
            sent: None,
        });
        out
    }

    fn with_fault(&self, request: &Incoming, method: &str, form: Result<Form, Refusal>, fault: Option<&Fault>, now: Timestamp) -> Answered {
        let refused = |refusal: &Refusal| (refusal.out(), Some(refusal.error.clone()));
        let mut delivery = Delivery::Whole;
        match fault {
            Some(Fault::Throttle(wait)) => {
                let (out, error) = refused(&Refusal::new("rate_limit_exceeded", "Rate Limit Exceeded"));
                let out = match wait {
                    RetryAfter::Seconds(s) => out.header(RETRY_AFTER, &s.to_string()),
                    RetryAfter::Date(s) => out.header(RETRY_AFTER, &http_date(now, *s)),
                    RetryAfter::Missing => out,
                    RetryAfter::Absurd => out.header(RETRY_AFTER, "soon"),
                };
                return (out, error);
            }
            Some(Fault::Status(status)) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                return (Outgoing::html(status, "<html><body><h1>Server error</h1></body></html>"), None);
            }
            Some(Fault::Html) => return (Outgoing::html(StatusCode::OK, "<html><body><h1>Sign in</h1></body></html>"), None),
            Some(Fault::Error { word, .. }) => return refused(&Refusal::new(word, "As the scenario wants it")),
            Some(Fault::TokenExpired) => self.world.write(|w| w.google_mut().revoke(|_| true)),
            Some(Fault::Hang) => delivery = Delivery::Hang,
            Some(Fault::TornBody) => delivery = Delivery::Torn,
            Some(Fault::SlowBody(millis)) => delivery = Delivery::SlowBody(*millis),
            Some(Fault::SlowHead(millis)) => delivery = Delivery::SlowHead(*millis),
            _ => {}
        }
        let (mut out, error) = match method {
            "google.auth" if request.verb == Method::GET => self.consent(&request.query, now),
            "google.token" if request.verb == Method::POST => match self.token(request, form, now) {
                Ok(out) => (out, None),
                Err(refusal) => refused(&refusal),
            },
            "google.other" => (Outgoing::html(StatusCode::NOT_FOUND, NOT_FOUND), Some("not_found".into())),
            _ => (Outgoing::html(StatusCode::METHOD_NOT_ALLOWED, NOT_FOUND), Some("method_not_allowed".into())),
        };
        out.delivery = delivery;
        (out, error)
    }

    fn consent(&self, query: &str, now: Timestamp) -> Answered {
        match self.world.write(|w| w.google_mut().ask_consent(query, now)) {
            Ok((out, error)) => (out, error.map(str::to_owned)),
            Err(shown) => (Outgoing::html(shown.status, page(shown.error)), Some(shown.error.to_owned())),
        }
    }

    fn token(&self, request: &Incoming, form: Result<Form, Refusal>, now: Timestamp) -> Result<Outgoing, Refusal> {
        let header = |name| request.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kind = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/x-www-form-urlencoded" {
            return Err(Refusal::request("Bad content type: a form is expected"));
        }
        let form = form?;
        let own = format!("http://{}{BASE}{TOKEN}", self.address);
        let answer = self.world.write(|w| {
            let mailbox = w.mailbox().to_owned();
            let ask = Ask { form: &form, authorization: header(AUTHORIZATION), own: &own, now, mailbox: &mailbox };
            w.google_mut().give(&ask)
        })?;
        let out = Outgoing::json(StatusCode::OK, answer.to_string());
        Ok(out.header(CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate"))
    }
}

const NOT_FOUND: &str = "<!DOCTYPE html><html><head><title>Error 404 (Not Found)</title></head><body>That's an error.</body></html>";

/// The page that tells the user why nothing goes back to the app.
fn page(error: &str) -> &'static str {
    match error {
        "invalid_client" => "<!DOCTYPE html><html><body>Access blocked. Error 401: invalid_client</body></html>",
        "redirect_uri_mismatch" => "<!DOCTYPE html><html><body>Access blocked. Error 400: redirect_uri_mismatch</body></html>",
        "invalid_scope" => "<!DOCTYPE html><html><body>Access blocked. Error 400: invalid_scope</body></html>",
        "unsupported_response_type" => "<!DOCTYPE html><html><body>Access blocked. Error 400: unsupported_response_type</body></html>",
        _ => "<!DOCTYPE html><html><body>Access blocked. Error 400: invalid_request</body></html>",
    }
}

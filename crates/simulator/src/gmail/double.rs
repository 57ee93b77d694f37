use std::sync::{Arc, Mutex, PoisonError};

use http::{
    HeaderMap, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use jiff::Timestamp;
use sales_model::Clock;
use serde_json::Value;

use super::{
    GmailHandle, GmailWorld, RateShape, RetryHint,
    args::{Args, harmless},
    ask::Ask,
    batch::{self, Call, Inner},
    fields::Fields,
    mail::from_hex,
    operation::{Found, find},
    quota::Meter,
    refusal::Refusal,
    routes::BASE,
    scope::{Grant, needed},
};
use crate::{
    LogEntry, Sent,
    scenario::{Fault, Probe, RetryAfter},
    stage::Stage,
    wire::{Delivery, Incoming, Outgoing},
};

/// What Google serves where nothing is.
const NOT_FOUND: &str =
    "<!DOCTYPE html><html><head><title>Error 404 (Not Found)</title></head><body>The requested URL was not found.</body></html>";
/// What stands in the way where a login is missing.
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in - Google Accounts</title></head><body><h1>Sign in</h1></body></html>";
/// The path of batches.
const BATCH: &str = "/batch/gmail/v1";
/// The longest wait that binds.
const BINDS: i64 = 3600;

/// What a double is made of.
pub(crate) struct Setup {
    pub(crate) world: GmailHandle,
    pub(crate) stage: Arc<Stage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
}

/// The double of Gmail.
pub(crate) struct Double {
    setup: Setup,
    meter: Mutex<Meter>,
}

/// Where a call comes from.
struct Origin<'a> {
    peer: std::net::SocketAddr,
    authorization: Option<&'a str>,
    /// Calls under way, or before it in a batch.
    before: usize,
    /// Part of a batch.
    inner: bool,
}

/// What is known of a call before it is answered.
struct Asked<'a> {
    name: String,
    found: Option<Found>,
    args: Args,
    call: &'a Call,
    budget: String,
    fingerprint: String,
    seq: u64,
    now: Timestamp,
    early: bool,
    units: u64,
}

/// Why there is no answer.
enum Failed {
    Refused(Refusal),
    Limited(i64),
    Nothing,
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Failed::Refused(refusal)
    }
}

type Answered = (Outgoing, Option<String>);

impl Double {
    pub(crate) fn new(setup: Setup) -> Self {
        Double { setup, meter: Mutex::default() }
    }

    /// Answers a request; `before` others are under way.
    pub(crate) fn answer(&self, request: &Incoming, before: usize) -> Outgoing {
        let authorization = text(&request.headers, &AUTHORIZATION);
        if request.path == BATCH && request.verb == Method::POST {
            return self.batch(request, authorization.as_deref());
        }
        let call = Call {
            verb: request.verb.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            authorization: None,
            body: request.body.clone(),
        };
        self.call(&call, &Origin { peer: request.peer, authorization: authorization.as_deref(), before, inner: false })
    }

    /// All calls of a batch, one after the other.
    fn batch(&self, request: &Incoming, authorization: Option<&str>) -> Outgoing {
        let (now, stage) = (self.setup.clock.now(), &self.setup.stage);
        let name = "gmail.batch";
        let (seq, early) = stage.arrives(name, (name, name), now, request.peer);
        let probe = Probe { method: name, channel: None, channel_name: None, fingerprint: name, has_cursor: false, seq, now };
        let fate = stage.before(&probe);
        stage.happen(&fate.events, now, None);
        let (out, error) = self.batch_with(request, authorization, fate.fault.as_ref(), (seq, now));
        if out.status == StatusCode::OK && fate.fault.is_none() {
            stage.answered(name, now, None);
        }
        stage.note(LogEntry {
            seq,
            at: now,
            vendor: "gmail",
            method: name.into(),
            verb: "POST".into(),
            channel: None,
            args: Vec::new(),
            status: if out.delivery == Delivery::Hang { 0 } else { out.status.as_u16() },
            error,
            fault: fate.fault.as_ref().map(Fault::word),
            early,
            units: 0,
            // Its calls are in the log themselves.
            sent: None,
        });
        out
    }

    fn batch_with(&self, request: &Incoming, authorization: Option<&str>, fault: Option<&Fault>, (seq, now): (u64, Timestamp)) -> Answered {
        let refused = |refusal: Refusal| (refusal.out(), Some(refusal.reason));
        let (early, delivery) = match fault {
            Some(fault) => self.faulty(fault, now),
            None => (None, Delivery::Whole),
        };
        if let Some(early) = early {
            return early;
        }
        let kind = text(&request.headers, &CONTENT_TYPE).unwrap_or_default();
        let Some(inner) = batch::parse(&kind, &request.body) else {
            return refused(Refusal::argument("Failed to parse batch request, error: 0 items"));
        };
        if inner.len() > batch::MAX {
            return refused(Refusal::argument("The batch request holds too many calls: the maximum is 100"));
        }
        if authorization.is_none() && inner.iter().all(|i| i.call.as_ref().is_ok_and(|c| c.authorization.is_none())) {
            return refused(Refusal::no_token());
        }
        let mut parts = Vec::with_capacity(inner.len());
        for (before, Inner { id, call }) in inner.into_iter().enumerate() {
            let out = match call {
                Ok(call) => {
                    let own = call.authorization.clone();
                    let authorization = own.as_deref().or(authorization);
                    self.call(&call, &Origin { peer: request.peer, authorization, before, inner: true })
                }
                Err(text) => Refusal::argument(text).out(),
            };
            parts.push((id, out));
        }
        let shuffle = self.setup.world.read(|w| w.manner.shuffle);
        let (boundary, body) = batch::joined(parts, shuffle, &format!("{}\n{seq}", self.setup.seed));
        let mut out = Outgoing::json(StatusCode::OK, body);
        out.headers.clear();
        out.delivery = delivery;
        (out.header(CONTENT_TYPE, &format!("multipart/mixed; boundary={boundary}")), None)
    }

    /// Answers one call, alone or in a batch.
    fn call(&self, call: &Call, origin: &Origin<'_>) -> Outgoing {
        let stage = &self.setup.stage;
        let asked = self.asked(call, origin);
        let item = asked.found.as_ref().and_then(|f| f.ids.first()).filter(|id| from_hex(id).is_some()).cloned();
        let fate = stage.before(&Probe {
            method: &asked.name,
            channel: item.as_deref(),
            channel_name: None,
            fingerprint: &asked.fingerprint,
            has_cursor: asked.args.get("pageToken").is_some(),
            seq: asked.seq,
            now: asked.now,
        });
        stage.happen(&fate.events, asked.now, item.as_deref());
        let (mut out, error) = self.with_fault(&asked, origin, fate.fault.as_ref());
        if origin.inner {
            out = inside(out);
        }
        // What a client did not get has not been read: only good answers set off events.
        if out.status.is_success() && error.is_none() && fate.fault != Some(Fault::Html) {
            stage.answered(&asked.name, asked.now, item.as_deref());
        }
        stage.note(LogEntry {
            seq: asked.seq,
            at: asked.now,
            vendor: "gmail",
            args: asked.args.names(),
            method: asked.name,
            verb: call.verb.as_str().to_owned(),
            channel: item,
            status: if out.delivery == Delivery::Hang { 0 } else { out.status.as_u16() },
            error,
            fault: fate.fault.as_ref().map(Fault::word),
            early: asked.early,
            units: asked.units,
            sent: Some(Sent {
                base: BASE.to_owned(),
                path: call.path.clone(),
                query: harmless(&call.query),
                body: String::from_utf8_lossy(&call.body).into_owned(),
            }),
        });
        out
    }

    fn asked<'a>(&self, call: &'a Call, origin: &Origin<'_>) -> Asked<'a> {
        let now = self.setup.clock.now();
        let found = find(&call.verb, &call.path);
        let name = match &found {
            Some(found) => found.operation.name.to_owned(),
            None => format!("{} {}", call.verb, call.path).chars().take(80).collect(),
        };
        let args = Args::read(&call.query);
        let fingerprint = format!("{name}\n{}\n{}{}", call.path, args.bound(), args.get("pageToken").unwrap_or_default());
        let (budget, units) = self.setup.world.read(|w| {
            let units = found.as_ref().map_or(0, |f| f.operation.units(w.manner.costs));
            (format!("gmail\n{}", w.mailbox), units)
        });
        // Nobody's requests are nobody's: they cost nothing.
        let known = bearer(origin.authorization).is_some_and(|t| self.setup.world.read(|w| w.google.scopes(t, now).is_some()));
        let units = if known { units } else { 0 };
        let (seq, early) = self.setup.stage.arrives(&budget, (&name, &fingerprint), now, origin.peer);
        Asked { name, found, args, call, budget, fingerprint, seq, now, early, units }
    }

    /// What a fault makes of an answer whatever was asked, and how the answer goes out else.
    fn faulty(&self, fault: &Fault, now: Timestamp) -> (Option<Answered>, Delivery) {
        let html = |status: StatusCode, body| Some((Outgoing::html(status, body), None));
        match fault {
            Fault::Status(status) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                (html(status, "<html><body><h1>Server error</h1></body></html>"), Delivery::Whole)
            }
            Fault::Html => (html(StatusCode::OK, LOGIN_PAGE), Delivery::Whole),
            Fault::Hang => {
                let mut out = Outgoing::json(StatusCode::OK, Vec::new());
                out.delivery = Delivery::Hang;
                (Some((out, None)), Delivery::Hang)
            }
            Fault::Error { word, .. } if word != "missing_scope" => {
                let refusal = Refusal::word(word, now);
                (Some((refusal.out(), Some(refusal.reason))), Delivery::Whole)
            }
            Fault::TornBody => (None, Delivery::Torn),
            Fault::SlowBody(millis) => (None, Delivery::SlowBody(*millis)),
            Fault::SlowHead(millis) => (None, Delivery::SlowHead(*millis)),
            _ => (None, Delivery::Whole),
        }
    }

    fn with_fault(&self, asked: &Asked<'_>, origin: &Origin<'_>, fault: Option<&Fault>) -> Answered {
        if let Some(Fault::Throttle(wait)) = fault {
            return self.throttled(asked, origin, *wait);
        }
        let (early, delivery) = fault.map_or((None, Delivery::Whole), |f| self.faulty(f, asked.now));
        if let Some(early) = early {
            return early;
        }
        let (mut out, error) = match self.serve(asked, origin, fault) {
            Ok(Some(value)) => (Outgoing::json(StatusCode::OK, value.to_string()), None),
            Ok(None) => {
                let mut out = Outgoing::json(StatusCode::NO_CONTENT, Vec::new());
                out.headers.clear();
                (out, None)
            }
            Err(Failed::Nothing) => (Outgoing::html(StatusCode::NOT_FOUND, NOT_FOUND), Some("nothing".into())),
            Err(Failed::Refused(refusal)) => (refusal.out(), Some(refusal.reason)),
            Err(Failed::Limited(seconds)) => self.throttled(asked, origin, RetryAfter::Seconds(seconds)),
        };
        out.delivery = delivery;
        (out, error)
    }

    fn throttled(&self, asked: &Asked<'_>, origin: &Origin<'_>, wait: RetryAfter) -> Answered {
        let (shape, hint) = self.setup.world.read(|w| (w.manner.rate_shape, w.manner.retry_hint));
        let shape = match shape {
            RateShape::Mixed if asked.seq.is_multiple_of(2) => RateShape::Forbidden,
            RateShape::Mixed => RateShape::Exhausted,
            shape => shape,
        };
        let told = match wait {
            RetryAfter::Seconds(s) if hint != RetryHint::None => Some(s),
            // A date has whole seconds: what it promises may be up to one earlier.
            RetryAfter::Date(s) => Some(s - 1),
            _ => None,
        };
        if let Some(seconds) = told.filter(|s| (1..=BINDS).contains(s)) {
            self.setup.stage.stopped(&asked.budget, &asked.fingerprint, seconds, asked.now, origin.peer);
        }
        let refusal = Refusal::rate(shape, hint, wait, asked.now);
        (refusal.out(), Some(refusal.reason))
    }

    fn serve(&self, asked: &Asked<'_>, origin: &Origin<'_>, fault: Option<&Fault>) -> Result<Option<Value>, Failed> {
        let token = bearer(origin.authorization);
        if let (Some(Fault::TokenExpired), Some(token)) = (fault, token) {
            self.setup.world.write(|w| w.google.expire(token, asked.now));
        }
        let found = asked.found.as_ref().ok_or(Failed::Nothing)?;
        let operation = found.operation;
        self.setup.world.write(|world| {
            let token = token.ok_or_else(Refusal::no_token)?;
            let grant = Grant(world.google.scopes(token, asked.now).ok_or_else(Refusal::token)?);
            if world.manner.concurrent.is_some_and(|max| origin.before >= max) {
                return Err(Refusal::concurrent().into());
            }
            self.take(world, asked)?;
            let scope = || Refusal::scope(operation.name, &needed(operation.scopes));
            match fault {
                Some(Fault::Error { .. }) => return Err(scope().into()),
                Some(Fault::ExpireCursor) => return Err(Refusal::argument("Invalid pageToken").into()),
                _ => {}
            }
            if !grant.any(operation.scopes) {
                return Err(scope().into());
            }
            if found.user != "me" && found.user.to_lowercase() != world.mailbox {
                return Err(Refusal::delegation(&found.user).into());
            }
            asked.args.check(operation.takes)?;
            let fields = asked.args.get("fields").map(Fields::parse).transpose()?;
            let body = operation.fields.map(|fields| object(&asked.call.body, fields)).transpose()?;
            let mut ask = Ask {
                world,
                operation,
                ids: found.ids.clone(),
                args: &asked.args,
                body,
                grant: &grant,
                now: asked.now,
                seed: self.setup.seed,
                seq: asked.seq,
                fault,
            };
            let answer = (operation.answer)(&mut ask)?;
            Ok(answer.map(|value| fields.map_or(value.clone(), |f| f.cut(value))))
        })
    }

    fn take(&self, world: &GmailWorld, asked: &Asked<'_>) -> Result<(), Failed> {
        let Some(limit) = world.manner.per_minute else { return Ok(()) };
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        meter.take(asked.units, limit, asked.now).map_err(Failed::Limited)
    }
}

/// A part of a batch is as whole as the batch: of a torn one only half is in it, and one that never comes failed at Google's end.
fn inside(mut out: Outgoing) -> Outgoing {
    match std::mem::replace(&mut out.delivery, Delivery::Whole) {
        Delivery::Torn => out.body = out.body.slice(..out.body.len() / 2),
        Delivery::Hang => return Refusal::word("backendError", Timestamp::UNIX_EPOCH).out(),
        _ => {}
    }
    out
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
}

/// The token of `Authorization: Bearer`. One in the query counts for nothing: Google has given that up.
fn bearer(header: Option<&str>) -> Option<&str> {
    let (scheme, token) = header?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|t| !t.is_empty())
}

/// A body that must be an object with no other fields than these.
fn object(body: &[u8], fields: &[&str]) -> Result<Value, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::argument("Invalid JSON payload received. Unexpected token."))?;
    let object = value.as_object().ok_or_else(|| Refusal::argument("Invalid JSON payload received. Root element must be a message."))?;
    match object.keys().find(|k| !fields.contains(&k.as_str())) {
        Some(unknown) => {
            Err(Refusal::payload("", format!("Invalid JSON payload received. Unknown name \"{unknown}\": Cannot find field.")))
        }
        None => Ok(value),
    }
}

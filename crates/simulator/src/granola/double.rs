use std::sync::{Arc, Mutex, PoisonError};

use http::{
    StatusCode,
    header::{ALLOW, AUTHORIZATION, RETRY_AFTER},
};
use jiff::Timestamp;
use sales_model::Clock;

use super::{Key, World, WorldHandle, api, args::Args, call::Call, error::Refusal, route::Operation, serve::BASE};
use crate::{
    LogEntry, Sent,
    limit::{Quota, Windows},
    scenario::{Fault, Probe, RetryAfter},
    stage::{Stage, http_date},
    wire::{Delivery, Incoming, Outgoing},
};

/// 25 requests in any 5 seconds, and 5 a second sustained: 300 a minute. Per user, or per workspace for keys of the workspace.
const QUOTAS: [(&str, Quota); 2] = [("burst", Quota { count: 25, window_seconds: 5 }), ("sustained", Quota::per_minute(300))];
/// What stands in the way where somebody's proxy asks for a login.
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in to Granola</title></head><body><h1>Sign in</h1></body></html>";
/// The most of an unknown path, or of a parameter's name, that the log keeps.
const LOGGED: usize = 80;

/// What the double is made of.
pub(crate) struct Setup {
    pub(crate) world: WorldHandle,
    pub(crate) stage: Arc<Stage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
}

/// The double: answers any number of requests at once.
pub(super) struct Double {
    setup: Setup,
    windows: Mutex<Windows>,
}

/// What is known of a request before it is answered.
struct Asked<'a> {
    /// Its operation's name, or the path if there is none.
    name: String,
    operation: Result<Operation<'a>, Refusal>,
    args: Args,
    /// The key's text as it was sent.
    key: Option<&'a str>,
    seq: u64,
    now: Timestamp,
    early: bool,
    budget: String,
    /// Operation, note and parameters: the same logical request has the same text.
    fingerprint: String,
}

impl Double {
    pub(super) fn new(setup: Setup) -> Self {
        Double { setup, windows: Mutex::default() }
    }

    /// Answers a request to `/granola/...`.
    pub(super) fn answer(&self, request: &Incoming) -> Outgoing {
        let stage = &self.setup.stage;
        let now = self.setup.clock.now();
        let operation = Operation::asked(&request.path, &request.verb);
        let name = operation.as_ref().map_or_else(|_| request.path.chars().take(LOGGED).collect(), |o| o.name().to_owned());
        let args = Args::read(&request.query);
        let note = operation.as_ref().ok().and_then(|o| o.note());
        let key = key_of(request);
        let budget = format!("granola\n{}", self.setup.world.read(|w| found(w, key).map(Key::identity)).unwrap_or_default());
        let cursor = args.text("cursor").unwrap_or_default();
        let fingerprint = format!("{name}\n{}\n{}{cursor}", note.unwrap_or_default(), args.without_cursor());
        let (seq, early) = stage.arrives(&budget, (&name, &fingerprint), now, request.peer);
        let asked = Asked { name, operation, args, key, seq, now, early, budget, fingerprint };
        let fate = stage.before(&Probe {
            method: &asked.name,
            channel: note,
            channel_name: None,
            fingerprint: &asked.fingerprint,
            has_cursor: asked.args.text("cursor").is_some(),
            seq,
            now,
        });
        stage.happen(&fate.events, now, note);
        let answer = self.with_fault(request, &asked, fate.fault.as_ref());
        // What a client did not get has not been read: only good answers set off events.
        if answer.1.is_none() && answer.0.status == StatusCode::OK && fate.fault != Some(Fault::Html) {
            stage.answered(&asked.name, now, note);
        }
        let note = note.map(str::to_owned);
        self.note(request, asked, note, fate.fault.as_ref(), &answer);
        answer.0
    }

    /// The answer, and the error's code in it.
    fn with_fault(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>) -> (Outgoing, Option<String>) {
        match fault {
            Some(Fault::Throttle(wait)) => self.throttled(request, asked, *wait),
            Some(Fault::Status(status)) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                (Outgoing::html(status, "<html><body><h1>Server error</h1></body></html>"), None)
            }
            Some(Fault::Html) => (Outgoing::html(StatusCode::OK, LOGIN_PAGE), None),
            Some(Fault::Hang) => (delivered(Outgoing::json(StatusCode::OK, Vec::new()), Delivery::Hang), None),
            Some(Fault::TornBody) => self.plain(request, asked, None, Delivery::Torn),
            Some(Fault::SlowBody(millis)) => self.plain(request, asked, None, Delivery::SlowBody(*millis)),
            Some(Fault::SlowHead(millis)) => self.plain(request, asked, None, Delivery::SlowHead(*millis)),
            other => self.plain(request, asked, other, Delivery::Whole),
        }
    }

    fn plain(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>, delivery: Delivery) -> (Outgoing, Option<String>) {
        match self.serve(asked, fault) {
            Ok(body) => (delivered(Outgoing::json(StatusCode::OK, body), delivery), None),
            Err(Failed::Limited(seconds)) => {
                let told = self.setup.world.read(|w| w.manner.retry_after);
                self.throttled(request, asked, if told { RetryAfter::Seconds(seconds) } else { RetryAfter::Missing })
            }
            Err(Failed::Refused(refusal)) => {
                let out = self.refused(&refusal);
                let out = if refusal.status == StatusCode::METHOD_NOT_ALLOWED { out.header(ALLOW, "GET") } else { out };
                (delivered(out, delivery), Some(refusal.code.into_owned()))
            }
        }
    }

    fn refused(&self, refusal: &Refusal) -> Outgoing {
        let message = self.setup.world.read(|w| w.manner.error_message);
        Outgoing::json(refusal.status, refusal.body(message))
    }

    fn throttled(&self, request: &Incoming, asked: &Asked<'_>, wait: RetryAfter) -> (Outgoing, Option<String>) {
        let refusal = Refusal::limited();
        let out = self.refused(&refusal);
        let seconds = match wait {
            RetryAfter::Seconds(s) | RetryAfter::Date(s) => s,
            RetryAfter::Missing | RetryAfter::Absurd => 0,
        };
        // A wait beyond an hour is as absurd as a negative one: nobody is bound to it.
        if (1..=3600).contains(&seconds) {
            // A date has whole seconds: what it promises may be up to one earlier.
            let bound = if matches!(wait, RetryAfter::Date(_)) { seconds - 1 } else { seconds };
            self.setup.stage.stopped(&asked.budget, &asked.fingerprint, bound, asked.now, request.peer);
        }
        let out = match wait {
            RetryAfter::Seconds(s) => out.header(RETRY_AFTER, &s.to_string()),
            RetryAfter::Date(s) => out.header(RETRY_AFTER, &http_date(asked.now, s)),
            RetryAfter::Missing => out,
            RetryAfter::Absurd => out.header(RETRY_AFTER, "soon"),
        };
        (out, Some(refusal.code.into_owned()))
    }

    fn serve(&self, asked: &Asked<'_>, fault: Option<&Fault>) -> Result<Vec<u8>, Failed> {
        let operation = asked.operation.as_ref().map_err(Clone::clone)?;
        if matches!(fault, Some(Fault::TokenExpired)) {
            // Keys do not expire; they are revoked.
            self.setup.world.write(|w| w.keys.iter_mut().filter(|k| Some(&*k.key) == asked.key).for_each(|k| k.revoked = true));
        }
        self.setup.world.read(|world| {
            let key = found(world, asked.key).filter(|k| !k.revoked).ok_or_else(Refusal::key)?;
            self.budget(world, key, asked.now)?;
            match fault {
                Some(Fault::Error { word, .. }) => return Err(Refusal::word(word).into()),
                Some(Fault::ExpireCursor) => return Err(Refusal::validation("Invalid cursor").into()),
                _ => {}
            }
            asked.args.check(operation.takes())?;
            let what = format!("{} {}", asked.name, operation.note().unwrap_or_default());
            let call = Call { world, key, args: &asked.args, asked: &what, now: asked.now, seed: self.setup.seed, fault };
            Ok(api::answer(&call, *operation)?)
        })
    }

    fn budget(&self, world: &World, key: &Key, now: Timestamp) -> Result<(), Failed> {
        if !world.manner.limits {
            return Ok(());
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let identity = key.identity();
        QUOTAS.iter().try_for_each(|(name, quota)| windows.take(&format!("{name} {identity}"), *quota, now).map_err(Failed::Limited))
    }

    fn note(
        &self,
        request: &Incoming,
        asked: Asked<'_>,
        note: Option<String>,
        fault: Option<&Fault>,
        (out, error): &(Outgoing, Option<String>),
    ) {
        let looks_like_id = |n: &String| n.len() <= 24 && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let cut = |text: String| text.chars().take(LOGGED).collect::<String>();
        self.setup.stage.note(LogEntry {
            seq: asked.seq,
            at: asked.now,
            vendor: "granola",
            method: asked.name,
            verb: request.verb.as_str().to_owned(),
            channel: note.filter(looks_like_id),
            args: asked.args.names().into_iter().map(cut).collect(),
            status: if out.delivery == Delivery::Hang { 0 } else { out.status.as_u16() },
            error: error.clone(),
            fault: fault.map(Fault::word),
            early: asked.early,
            units: 0,
            // The key stands in a header only.
            sent: Some(Sent {
                base: BASE.to_owned(),
                path: format!("/{}", request.path),
                query: request.query.clone(),
                body: String::from_utf8_lossy(&request.body).into_owned(),
            }),
        });
    }
}

/// Why there is no answer.
enum Failed {
    Refused(Refusal),
    Limited(i64),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Failed::Refused(refusal)
    }
}

fn delivered(mut out: Outgoing, delivery: Delivery) -> Outgoing {
    out.delivery = delivery;
    out
}

/// The bearer's text. A key anywhere else, in the query for one, counts for nothing.
fn key_of(request: &Incoming) -> Option<&str> {
    let header = request.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn found<'w>(world: &'w World, key: Option<&str>) -> Option<&'w Key> {
    world.keys().iter().find(|k| Some(&*k.key) == key)
}

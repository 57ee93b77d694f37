use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    StatusCode,
    header::{ALLOW, AUTHORIZATION, LOCATION, RETRY_AFTER},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sales_model::Clock;
use sha2::{Digest, Sha256};

use super::{
    GongHandle, GongWorld, Regional,
    ask::Ask,
    input::Input,
    keys::Grant,
    operation::{self, Found},
    refusal::Refusal,
    routes::{GENERIC, REGIONAL, regional_url},
};
use crate::{
    LogEntry, Sent,
    limit::{Quota, Windows},
    scenario::{Fault, Probe, RetryAfter},
    stage::{Stage, http_date},
    wire::{Delivery, Incoming, Outgoing},
};

/// What app.gong.io serves where a login is missing.
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Gong | Sign in</title></head><body><h1>Sign in to Gong</h1></body></html>";

/// All keys and tokens of the company share one budget.
const BUDGET: &str = "gong";

/// The longest wait that binds: until the next day begins.
const A_DAY: i64 = 86_400;

/// What a double is made of.
pub(crate) struct Setup {
    pub(crate) world: GongHandle,
    pub(crate) stage: Arc<Stage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
    pub(crate) address: SocketAddr,
}

/// The double of Gong.
pub(crate) struct Double {
    setup: Setup,
    usage: Mutex<Usage>,
}

/// What the company has used of its limits. Refused requests do not count.
#[derive(Default)]
struct Usage {
    seconds: Windows,
    days: HashMap<Date, u64>,
}

/// What is known of a request before it is answered.
struct Asked<'a> {
    /// The operation's name, or verb and path where there is none.
    name: String,
    base: &'static str,
    path: &'a str,
    found: Found<'a>,
    input: Result<Input, Refusal>,
    fingerprint: String,
    seq: u64,
    now: Timestamp,
    early: bool,
    request_id: String,
}

/// Why there is no answer.
enum Failed {
    Refused(Refusal),
    Verbs(Vec<&'static str>),
    Elsewhere(String),
    Limited(i64),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Failed::Refused(refusal)
    }
}

impl Double {
    pub(crate) fn new(setup: Setup) -> Self {
        Double { setup, usage: Mutex::default() }
    }

    /// Answers a request to one of the two hosts.
    pub(crate) fn answer(&self, request: &Incoming) -> Outgoing {
        let asked = self.asked(request);
        let stage = &self.setup.stage;
        let fate = stage.before(&Probe {
            method: &asked.name,
            channel: None,
            channel_name: None,
            fingerprint: &asked.fingerprint,
            has_cursor: asked.input.as_ref().is_ok_and(|i| i.cursor().is_some()),
            seq: asked.seq,
            now: asked.now,
        });
        stage.happen(&fate.events, asked.now, None);
        let (out, error) = self.with_fault(request, &asked, fate.fault.as_ref());
        // What a client did not get has not been read: only good answers set off events.
        if out.status == StatusCode::OK && fate.fault != Some(Fault::Html) {
            stage.answered(&asked.name, asked.now, None);
        }
        stage.note(LogEntry {
            seq: asked.seq,
            at: asked.now,
            vendor: "gong",
            args: asked.input.as_ref().map(Input::names).unwrap_or_default(),
            method: asked.name,
            verb: request.verb.as_str().to_owned(),
            channel: None,
            status: if out.delivery == Delivery::Hang { 0 } else { out.status.as_u16() },
            error,
            fault: fate.fault.as_ref().map(Fault::word),
            early: asked.early,
            units: 0,
            sent: Some(Sent {
                base: asked.base.to_owned(),
                path: asked.path.to_owned(),
                query: request.query.clone(),
                body: String::from_utf8_lossy(&request.body).into_owned(),
            }),
        });
        out
    }

    fn asked<'a>(&self, request: &'a Incoming) -> Asked<'a> {
        let now = self.setup.clock.now();
        let whole = request.path.as_str();
        // The longer prefix first: one begins like the other.
        let (base, path) = match whole.strip_prefix(REGIONAL) {
            Some(path) => (REGIONAL, path),
            None => (GENERIC, whole.strip_prefix(GENERIC).unwrap_or(whole)),
        };
        let found = operation::find(&request.verb, path);
        let name = match &found {
            Found::Operation(operation, _) => operation.name.to_owned(),
            _ => format!("{} {path}", request.verb).chars().take(80).collect(),
        };
        let input = Input::read(request);
        let mut fingerprint = format!("{name}\n{path}\n");
        if let Ok(input) = &input {
            fingerprint.push_str(&input.bound());
            fingerprint.push_str(input.cursor().unwrap_or_default());
        }
        let (seq, early) = self.setup.stage.arrives(BUDGET, (&name, &fingerprint), now, request.peer);
        let request_id = request_id(self.setup.seed, seq);
        Asked { name, base, path, found, input, fingerprint, seq, now, early, request_id }
    }

    /// The answer, and the error in it.
    fn with_fault(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>) -> (Outgoing, Option<String>) {
        match fault {
            Some(Fault::Throttle(wait)) => self.throttled(request, asked, *wait),
            Some(Fault::Status(status)) => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                (Outgoing::html(status, "<html><body><h1>Server error</h1></body></html>"), None)
            }
            Some(Fault::Html) => (Outgoing::html(StatusCode::OK, LOGIN_PAGE), None),
            Some(Fault::Hang) => {
                let mut out = Outgoing::json(StatusCode::OK, Vec::new());
                out.delivery = Delivery::Hang;
                (out, None)
            }
            Some(Fault::TornBody) => self.plain(request, asked, None, Delivery::Torn),
            Some(Fault::SlowBody(millis)) => self.plain(request, asked, None, Delivery::SlowBody(*millis)),
            Some(Fault::SlowHead(millis)) => self.plain(request, asked, None, Delivery::SlowHead(*millis)),
            other => self.plain(request, asked, other, Delivery::Whole),
        }
    }

    fn plain(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>, delivery: Delivery) -> (Outgoing, Option<String>) {
        let refused = |refusal: Refusal| (Outgoing::json(refusal.status, refusal.body(&asked.request_id)), Some(refusal.text));
        let (mut out, error) = match self.serve(request, asked, fault) {
            Ok(body) => (Outgoing::json(StatusCode::OK, body), None),
            Err(Failed::Refused(refusal)) => refused(refusal),
            Err(Failed::Verbs(verbs)) => {
                let (out, error) = refused(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"));
                (out.header(ALLOW, &verbs.join(", ")), error)
            }
            Err(Failed::Elsewhere(url)) => {
                let (out, error) = refused(Refusal::new(StatusCode::TEMPORARY_REDIRECT, "Use the API base URL of your company"));
                (out.header(LOCATION, &url), error)
            }
            Err(Failed::Limited(seconds)) => self.throttled(request, asked, RetryAfter::Seconds(seconds)),
        };
        out.delivery = delivery;
        (out, error)
    }

    fn throttled(&self, request: &Incoming, asked: &Asked<'_>, wait: RetryAfter) -> (Outgoing, Option<String>) {
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "API request limit exceeded");
        let out = Outgoing::json(refusal.status, refusal.body(&asked.request_id));
        let seconds = match wait {
            RetryAfter::Seconds(s) | RetryAfter::Date(s) => s,
            RetryAfter::Missing | RetryAfter::Absurd => 0,
        };
        // A wait beyond a day is as absurd as a negative one: nobody is bound to it.
        if (1..=A_DAY).contains(&seconds) {
            // A date has whole seconds: what it promises may be up to one earlier.
            let bound = if matches!(wait, RetryAfter::Date(_)) { seconds - 1 } else { seconds };
            self.setup.stage.stopped(BUDGET, &asked.fingerprint, bound, asked.now, request.peer);
        }
        let out = match wait {
            RetryAfter::Seconds(s) => out.header(RETRY_AFTER, &s.to_string()),
            RetryAfter::Date(s) => out.header(RETRY_AFTER, &http_date(asked.now, s)),
            RetryAfter::Missing => out,
            RetryAfter::Absurd => out.header(RETRY_AFTER, "soon"),
        };
        (out, Some(refusal.text))
    }

    fn serve(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>) -> Result<String, Failed> {
        if fault == Some(&Fault::TokenExpired) {
            let header = authorization(request).to_owned();
            self.setup.world.write(|w| w.expire(&header, asked.now));
        }
        self.setup.world.read(|world| {
            let denied = match asked.found {
                Found::Operation(operation, _) => StatusCode::from_u16(operation.denied).unwrap_or(StatusCode::UNAUTHORIZED),
                _ => StatusCode::UNAUTHORIZED,
            };
            let no_access = || Refusal::new(denied, "Access denied");
            if asked.base == GENERIC {
                match world.regional {
                    Regional::Off => {}
                    Regional::Refuse => return Err(no_access().into()),
                    Regional::Redirect => {
                        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
                        return Err(Failed::Elsewhere(format!("{}{}{query}", regional_url(self.setup.address), asked.path)));
                    }
                }
            }
            let grant = match world.grant(authorization(request), asked.now) {
                Access::Granted(grant) => grant,
                Access::Blocked => return Err(Refusal::new(StatusCode::FORBIDDEN, "Access from this IP address is not allowed").into()),
                Access::Denied => return Err(no_access().into()),
            };
            self.take(world, asked.now)?;
            let (operation, id) = match &asked.found {
                Found::Operation(operation, id) => (*operation, *id),
                Found::OtherVerbs(verbs) => return Err(Failed::Verbs(verbs.clone())),
                Found::Nothing => return Err(Refusal::nothing("Not found").into()),
            };
            match fault {
                Some(Fault::Error { word, needed }) if word == "missing_scope" => {
                    return Err(Refusal::scope(needed.as_deref().unwrap_or(operation.scope)).into());
                }
                Some(Fault::Error { word, .. }) => return Err(Refusal::malformed(word.clone()).into()),
                Some(Fault::ExpireCursor) => return Err(Refusal::malformed("cursor: is invalid or has expired").into()),
                _ => {}
            }
            if !grant.has(operation.scope) {
                return Err(Refusal::scope(operation.scope).into());
            }
            let input = asked.input.as_ref().map_err(Clone::clone)?;
            let (seed, request_id) = (self.setup.seed, asked.request_id.as_str());
            let ask = Ask { world, operation, id, input, grant: &grant, now: asked.now, seed, request_id, fault };
            Ok((operation.answer)(&ask)?)
        })
    }

    /// Takes one request from the company's budget. Gong does not say how it counts a day: here it is one in UTC, so that a client that
    /// counts otherwise has to stay below the cap on both sides of midnight.
    fn take(&self, world: &GongWorld, now: Timestamp) -> Result<(), Failed> {
        let Some(limits) = world.limits else { return Ok(()) };
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        let today = now.to_zoned(TimeZone::UTC).date();
        if usage.days.get(&today).is_some_and(|used| *used >= limits.per_day) || limits.per_day == 0 {
            return Err(Failed::Limited(A_DAY - now.as_second().rem_euclid(A_DAY)));
        }
        usage.seconds.take(BUDGET, Quota { count: limits.per_second.max(1), window_seconds: 1 }, now).map_err(Failed::Limited)?;
        *usage.days.entry(today).or_default() += 1;
        Ok(())
    }
}

/// What a request may do.
enum Access {
    Granted(Grant),
    Denied,
    Blocked,
}

fn authorization(request: &Incoming) -> &str {
    request.headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// User and password of Basic authorization.
fn basic(header: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(header.strip_prefix("Basic ")?.trim()).ok()?;
    let (key, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

impl GongWorld {
    fn grant(&self, header: &str, now: Timestamp) -> Access {
        let judged = |revoked: bool, expires_at: Option<Timestamp>, blocked: bool, grant: Grant| {
            if revoked || expires_at.is_some_and(|at| at <= now) {
                Access::Denied
            } else if blocked {
                Access::Blocked
            } else {
                Access::Granted(grant)
            }
        };
        if let Some((key, secret)) = basic(header) {
            let known = self.keys.iter().find(|k| k.key == key && k.secret == secret);
            return known.map_or(Access::Denied, |k| judged(k.revoked, k.expires_at, k.ip_blocked, Grant(k.scopes.clone())));
        }
        let token = header.strip_prefix("Bearer ").and_then(|token| self.tokens.iter().find(|t| t.token == token.trim()));
        token.map_or(Access::Denied, |t| judged(t.revoked, t.expires_at, t.ip_blocked, Grant(Some(t.scopes.clone()))))
    }

    /// The key or token of this header expires now.
    fn expire(&mut self, header: &str, now: Timestamp) {
        if let Some((key, _)) = basic(header) {
            self.keys.iter_mut().filter(|k| k.key == key).for_each(|k| k.expires_at = Some(now));
        } else if let Some(token) = header.strip_prefix("Bearer ") {
            self.tokens.iter_mut().filter(|t| t.token == token).for_each(|t| t.expires_at = Some(now));
        }
    }
}

/// An id like `4al018gzaztcr8nbukw`: 19 letters and digits.
fn request_id(seed: u64, seq: u64) -> String {
    let hash = Sha256::digest(format!("gong request\n{seed}\n{seq}"));
    hash.iter().take(19).map(|b| char::from_digit(u32::from(*b) % 36, 36).unwrap_or('0')).collect()
}

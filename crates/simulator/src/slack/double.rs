use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderName, StatusCode, header::AUTHORIZATION, header::RETRY_AFTER};
use jiff::Timestamp;
use sales_model::Clock;
use serde_json::{Value, json};

use super::{
    Token, TokenKind, World, WorldHandle,
    api::search::Found,
    args::Args,
    call::Call,
    error::Refusal,
    method::{self, Method, Scopes, Tier},
};
use crate::{
    LogEntry,
    limit::{Limits, Quota, Windows},
    scenario::{Fate, Fault, Probe, RetryAfter},
    stage::{Stage, http_date},
    wire::{Delivery, Incoming, Outgoing},
};

const SCOPES: HeaderName = HeaderName::from_static("x-oauth-scopes");
const ACCEPTED: HeaderName = HeaderName::from_static("x-accepted-oauth-scopes");
/// What slack.com serves where a login is missing.
const LOGIN_PAGE: &str =
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body><h1>Sign in to your workspace</h1></body></html>";

/// What a double is made of.
pub(crate) struct Setup {
    pub(crate) world: WorldHandle,
    pub(crate) limits: Limits,
    pub(crate) stage: Arc<Stage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
    pub(crate) own_url: Option<String>,
}

/// The double: answers one request at a time per lock, any number at once.
pub(crate) struct Double {
    world: WorldHandle,
    limits: Limits,
    clock: Arc<dyn Clock>,
    seed: u64,
    own_url: Option<String>,
    stage: Arc<Stage>,
    windows: Mutex<Windows>,
    found: Found,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is known of a request before it is answered.
struct Asked<'a> {
    name: &'a str,
    args: Result<Args, Refusal>,
    token: Option<Token>,
    seq: u64,
    now: Timestamp,
    early: bool,
    budget: String,
    /// Method and arguments without the token: the same logical request has the same text.
    fingerprint: String,
}

impl Double {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { world, limits, stage, clock, seed, own_url } = setup;
        Double { world, limits, clock, seed, own_url, stage, windows: Mutex::default(), found: Found::default() }
    }

    /// Answers a request to `/slack/api/<method>`.
    pub(crate) fn answer(&self, request: &Incoming) -> Outgoing {
        let now = self.clock.now();
        let name = request.path.as_str();
        let args = Args::read(request);
        let token = self.token_of(request, args.as_ref().ok());
        let budget = format!("{name}\n{}", token.as_ref().map(Token::identity).unwrap_or_default());
        let mut fingerprint = format!("{name}\n");
        if let Ok(args) = &args {
            fingerprint.push_str(&args.without_cursor());
            fingerprint.push_str(args.text("cursor").unwrap_or_default());
        }
        let (seq, early) = self.stage.arrives(&budget, (name, &fingerprint), now, request.peer);
        let asked = Asked { name, args, token, seq, now, early, budget, fingerprint };
        let channel = asked.args.as_ref().ok().and_then(|a| a.text("channel")).map(str::to_owned);
        let fate = self.fate(&asked, channel.as_deref());
        self.stage.happen(&fate.events, now, channel.as_deref());
        let answer = self.with_fault(request, &asked, fate.fault.as_ref());
        // What a client did not get has not been read: only good answers set off events.
        if answer.1.is_none() && answer.0.status == StatusCode::OK && fate.fault != Some(Fault::Html) {
            self.stage.answered(name, now, channel.as_deref());
        }
        self.note(request, asked, channel, fate.fault.as_ref(), &answer);
        answer.0
    }

    fn fate(&self, asked: &Asked<'_>, channel: Option<&str>) -> Fate {
        let has_cursor = asked.args.as_ref().is_ok_and(|args| args.text("cursor").is_some_and(|c| !c.is_empty()));
        let channel_name = channel.and_then(|c| self.world.read(|w| w.channels.get(c).map(|c| c.name().to_owned())));
        self.stage.before(&Probe {
            method: asked.name,
            channel,
            channel_name: channel_name.as_deref(),
            fingerprint: &asked.fingerprint,
            has_cursor,
            seq: asked.seq,
            now: asked.now,
        })
    }

    /// The answer, and the error word in it.
    fn with_fault(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>) -> (Outgoing, Option<String>) {
        match fault {
            Some(Fault::Throttle(wait)) => (self.throttled(request, asked, *wait), Some("ratelimited".into())),
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
        match self.serve(request, asked, fault) {
            Ok(body) => (delivered(self.headed(asked, body), delivery), None),
            Err(Failed::Refused(refusal)) => (delivered(self.headed(asked, refusal.body()), delivery), Some(refusal.error.into_owned())),
            Err(Failed::Limited(seconds)) => (self.throttled(request, asked, RetryAfter::Seconds(seconds)), Some("ratelimited".into())),
        }
    }

    /// A JSON reply with the scopes in its headers, if the token is good.
    fn headed(&self, asked: &Asked<'_>, body: Vec<u8>) -> Outgoing {
        let body = match &asked.args {
            Ok(args) if args.missing_charset => with_charset_warning(body),
            _ => body,
        };
        let out = Outgoing::json(StatusCode::OK, body);
        match &asked.token {
            Some(token) if self.state(token, asked.now).is_none() => {
                let accepted = method::find(asked.name).map(|m| m.scopes.accepted()).unwrap_or_default();
                out.header(SCOPES, &token.scope_list()).header(ACCEPTED, &accepted)
            }
            _ => out,
        }
    }

    fn throttled(&self, request: &Incoming, asked: &Asked<'_>, wait: RetryAfter) -> Outgoing {
        let out = Outgoing::json(StatusCode::TOO_MANY_REQUESTS, Refusal::new("ratelimited").body());
        let seconds = match wait {
            RetryAfter::Seconds(s) | RetryAfter::Date(s) => s,
            RetryAfter::Missing | RetryAfter::Absurd => 0,
        };
        // A wait beyond an hour is as absurd as a negative one: nobody is bound to it.
        if (1..=3600).contains(&seconds) {
            // A date has whole seconds: what it promises may be up to one earlier.
            let bound = if matches!(wait, RetryAfter::Date(_)) { seconds - 1 } else { seconds };
            self.stage.stopped(&asked.budget, &asked.fingerprint, bound, asked.now, request.peer);
        }
        match wait {
            RetryAfter::Seconds(s) => out.header(RETRY_AFTER, &s.to_string()),
            RetryAfter::Date(s) => out.header(RETRY_AFTER, &http_date(asked.now, s)),
            RetryAfter::Missing => out,
            RetryAfter::Absurd => out.header(RETRY_AFTER, "soon"),
        }
    }

    /// The token as the world knows it, from the header or the form.
    fn token_of(&self, request: &Incoming, args: Option<&Args>) -> Option<Token> {
        let header = request.headers.get(AUTHORIZATION).and_then(|h| h.to_str().ok());
        let bearer =
            header.and_then(|h| h.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, t)| t.trim());
        let text = bearer.or_else(|| args.and_then(|a| a.form_token.as_deref()))?;
        Some(self.world.read(|w| w.tokens.get(text).cloned()).unwrap_or_else(|| Token {
            // Kept apart from real ones by having no user.
            token: String::new(),
            ..Token::new(TokenKind::User, "", "", &[])
        }))
    }

    /// Why a token is not good now.
    fn state(&self, token: &Token, now: Timestamp) -> Option<&'static str> {
        // A request of this scenario step may have expired it meanwhile: ask the world again.
        self.world.read(|w| match w.tokens.get(&token.token) {
            None => Some("invalid_auth"),
            Some(t) if t.revoked => Some("token_revoked"),
            Some(t) if t.expires_at.is_some_and(|at| at <= now) => Some("token_expired"),
            Some(_) => None,
        })
    }

    fn serve(&self, request: &Incoming, asked: &Asked<'_>, fault: Option<&Fault>) -> Result<Vec<u8>, Failed> {
        let method = method::find(asked.name).ok_or(Refusal::new("unknown_method"))?;
        let args = asked.args.as_ref().map_err(Clone::clone)?;
        // The one method that needs client credentials instead of a token.
        let nobody = Token::new(TokenKind::User, "", "", &[]);
        let token = if method.name == "oauth.v2.access" {
            &nobody
        } else {
            let token = asked.token.as_ref().ok_or(Refusal::new("not_authed"))?;
            if matches!(fault, Some(Fault::TokenExpired)) {
                self.world.write(|w| w.tokens.values_mut().filter(|t| t.token == token.token).for_each(|t| t.expires_at = Some(asked.now)));
            }
            if let Some(error) = self.state(token, asked.now) {
                return Err(Refusal::new(error).into());
            }
            token
        };
        self.budget(method, args, asked, token)?;
        match fault {
            Some(Fault::Error { word, needed }) if word == "missing_scope" => {
                let needed = needed.clone().unwrap_or_else(|| method.scopes.accepted());
                return Err(Refusal::scope(needed, token.scope_list()).into());
            }
            Some(Fault::Error { word, .. }) => return Err(Refusal::new(word.clone()).into()),
            Some(Fault::ExpireCursor) => return Err(Refusal::new("invalid_cursor").into()),
            _ => {}
        }
        scope(method, token)?;
        args.check(method.takes)?;
        let call = Call {
            world: &self.world,
            found: &self.found,
            method,
            args,
            request,
            token,
            now: asked.now,
            seed: self.seed,
            commercial: self.limits == Limits::Commercial,
            own_url: self.own_url.as_deref(),
            fault,
        };
        Ok((method.answer)(&call)?)
    }

    /// Takes one request from the method's budget: per method, app and workspace.
    fn budget(&self, method: &Method, args: &Args, asked: &Asked<'_>, token: &Token) -> Result<(), Failed> {
        if self.limits == Limits::Off {
            return Ok(());
        }
        let app = token.app_id.as_deref().unwrap_or(&token.user_id);
        let mut windows = lock(&self.windows);
        let mut take = |key: String, quota| windows.take(&key, quota, asked.now).map_err(Failed::Limited);
        let slow = self.limits == Limits::Commercial && ["conversations.history", "conversations.replies"].contains(&method.name);
        if slow {
            return take(format!("{app}\n{}", method.name), Quota::per_minute(1));
        }
        if method.tier == Tier::Posting {
            let channel = args.text("channel").unwrap_or_default();
            take(format!("{app}\n{}\n{channel}", method.name), Quota { count: 1, window_seconds: 1 })?;
        }
        take(format!("{app}\n{}", method.name), method.tier.quota())
    }

    fn note(
        &self,
        request: &Incoming,
        asked: Asked<'_>,
        channel: Option<String>,
        fault: Option<&Fault>,
        answer: &(Outgoing, Option<String>),
    ) {
        let looks_like_id = |c: &String| c.len() <= 24 && c.bytes().all(|b| b.is_ascii_alphanumeric());
        let entry = LogEntry {
            seq: asked.seq,
            at: asked.now,
            vendor: "slack",
            method: asked.name.chars().take(80).collect(),
            verb: request.verb.as_str().to_owned(),
            channel: channel.filter(looks_like_id),
            args: asked.args.map(|a| a.names()).unwrap_or_default(),
            status: if answer.0.delivery == Delivery::Hang { 0 } else { answer.0.status.as_u16() },
            error: answer.1.clone(),
            fault: fault.map(Fault::word),
            early: asked.early,
            units: 0,
            sent: None,
        };
        self.stage.note(entry);
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

/// Checks the scope that a method always needs. Where the channel's kind decides, at least one of the four must be there.
fn scope(method: &Method, token: &Token) -> Result<(), Refusal> {
    let missing = |needed: String| Err(Refusal::scope(needed, token.scope_list()));
    match method.scopes {
        Scopes::UserOnly(_) if token.kind == TokenKind::Bot => Err(Refusal::new("not_allowed_token_type")),
        Scopes::One(s) | Scopes::UserOnly(s) if !token.has(s) => missing(s.to_owned()),
        Scopes::Split(bot, user) => {
            let needed = if token.kind == TokenKind::Bot { bot } else { user };
            if token.has(needed) { Ok(()) } else { missing(needed.to_owned()) }
        }
        Scopes::Family(word) if !["channels", "groups", "mpim", "im"].iter().any(|f| token.has(&format!("{f}:{word}"))) => {
            missing(method.scopes.accepted())
        }
        _ => Ok(()),
    }
}

/// Slack answers JSON bodies without a charset, but says so.
fn with_charset_warning(body: Vec<u8>) -> Vec<u8> {
    let Ok(Value::Object(mut reply)) = serde_json::from_slice(&body) else { return body };
    reply.entry("warning").or_insert(json!("missing_charset"));
    if let Value::Object(metadata) = reply.entry("response_metadata").or_insert_with(|| json!({})) {
        metadata.entry("warnings").or_insert(json!(["missing_charset"]));
    }
    serde_json::to_vec(&reply).unwrap_or(body)
}

impl World {
    /// The world behind a handle.
    pub fn into_handle(self) -> WorldHandle {
        WorldHandle(Arc::new(std::sync::RwLock::new(self)))
    }
}

//! The gateway: the only file that knows Gong's paths and the names of its arguments.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_transport::{Auth, Body, Call, Reply, TransportError, Verdict};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    budget::{self, Share},
    errors::Failure,
    wire::Refusal,
};
use crate::{ConnectorError, Cx, Retry};

/// The address that all companies share; a company may have its own.
pub(crate) const BASE: &str = "https://api.gong.io";
/// Most bytes of one answer: 100 transcripts of two hours are about 20 million.
const CAP: usize = 64 << 20;
/// Objects of one page; no argument changes it.
pub(crate) const PAGE: u64 = 100;
/// Longest wait for a limit that is waited for in place: a day and an hour.
const PATIENCE: SignedDuration = SignedDuration::from_hours(25);
/// Shorter waits are the transport's own: it gave up on them.
const IMPATIENCE: SignedDuration = SignedDuration::from_mins(1);
/// Waits of one request.
const MOST_WAITS: u32 = 48;

pub(crate) const WORKSPACES: &str = "GET /v2/workspaces";
pub(crate) const USERS: &str = "GET /v2/users";
pub(crate) const TRACKERS: &str = "GET /v2/settings/trackers";
pub(crate) const CALLS: &str = "POST /v2/calls/extensive";
pub(crate) const TRANSCRIPTS: &str = "POST /v2/calls/transcript";

/// Requests of one account.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Everything needed.
    pub(crate) cx: &'a Cx,
    /// Who asks.
    pub(crate) share: Share,
}

/// A stretch of time, whole seconds; `from` included, `to` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// An answer to a question for calls: Gong says 404 where there are none.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A page.
    Page(Bytes),
    /// Nothing at all.
    Nothing,
}

impl Api<'_> {
    /// The company's workspaces; all in one answer.
    pub(crate) async fn workspaces(&self) -> Result<Bytes, Failure> {
        self.get(WORKSPACES, Vec::new()).await
    }

    /// Users, by pages.
    pub(crate) async fn users(&self, cursor: Option<&str>) -> Result<Bytes, Failure> {
        self.get(USERS, cursor.map(|c| ("cursor", c.to_owned())).into_iter().collect()).await
    }

    /// Keyword trackers of all workspaces; all in one answer.
    pub(crate) async fn trackers(&self) -> Result<Bytes, Failure> {
        self.get(TRACKERS, Vec::new()).await
    }

    /// Calls with all that Gong says of them, oldest first. Media are not asked for: their addresses change at each answer.
    pub(crate) async fn calls(&self, workspace: &str, span: Span, cursor: Option<&str>) -> Result<Answer, Failure> {
        let mut filter = within(span);
        if !workspace.is_empty() {
            filter.insert("workspaceId".into(), workspace.into());
        }
        let selector = json!({
            "context": "Extended",
            "contextTiming": ["Now", "TimeOfCall"],
            "exposedFields": {
                "parties": true,
                "content": {"structure": true, "topics": true, "trackers": true, "trackerOccurrences": true, "brief": true,
                    "outline": true, "highlights": true, "callOutcome": true, "keyPoints": true},
                "interaction": {"speakers": true, "video": true, "personInteractionStats": true, "questions": true},
                "collaboration": {"publicComments": true},
            },
        });
        self.ask(CALLS, filter, Some(selector), cursor).await
    }

    /// Transcripts of at most 100 calls: as many of them as stand on one page; the cursor leads to the next.
    pub(crate) async fn transcripts(&self, calls: &[&str], cursor: Option<&str>) -> Result<Answer, Failure> {
        let filter = Map::from_iter([("callIds".to_owned(), calls.into())]);
        self.ask(TRANSCRIPTS, filter, None, cursor).await
    }

    /// The cheapest question for calls or transcripts, to see whether the credential may ask it.
    pub(crate) async fn try_calls(&self, operation: &'static str, span: Span) -> Result<Answer, Failure> {
        self.ask(operation, within(span), None, None).await
    }

    async fn ask(
        &self,
        operation: &'static str,
        filter: Map<String, Value>,
        selector: Option<Value>,
        cursor: Option<&str>,
    ) -> Result<Answer, Failure> {
        let mut body = Map::from_iter([("filter".to_owned(), Value::Object(filter))]);
        body.extend(selector.map(|s| ("contentSelector".to_owned(), s)));
        body.extend(cursor.map(|c| ("cursor".to_owned(), c.into())));
        let body = serde_json::to_vec(&body).unwrap_or_default();
        match self.send(operation, Body::Json(body.into())).await {
            Ok(reply) => Ok(Answer::Page(reply)),
            // With a cursor there was something a moment ago: that is a lost place, and its 404 is for the caller to judge.
            Err(Failure::Refused { status: 404, reasons, .. }) if cursor.is_none() && says_none(&reasons) => Ok(Answer::Nothing),
            Err(e) => Err(e),
        }
    }

    async fn get(&self, operation: &'static str, query: Vec<(&'static str, String)>) -> Result<Bytes, Failure> {
        self.send(operation, Body::Query(query)).await
    }

    /// Sends, waits where a limit asks for it, and tells refusals from answers. Everything here reads, so all of it may be repeated.
    async fn send(&self, operation: &'static str, body: Body) -> Result<Bytes, Failure> {
        let base = base(self.cx);
        let path = operation.split_once(' ').map_or(operation, |(_, path)| path);
        let call = Call {
            operation,
            url: Url::parse(&format!("{base}{path}")).map_err(|e| bad_base(&e.to_string()))?,
            body,
            auth: Some(credential(self.cx)?),
            budget: budget::rule(self.cx, self.share),
            safe: true,
            cap: CAP,
        };
        let reply = self.wait(call).await?;
        if reply.status < 400 {
            return match is_json(&reply.body) {
                true => Ok(reply.body),
                false => Err(Failure::NotJson { operation, page: is_page(&reply.body) }),
            };
        }
        let reasons = serde_json::from_slice::<Refusal>(&reply.body).unwrap_or_default().errors;
        let reasons = reasons.iter().map(|text| self.cx.credentials.masked(text)).collect();
        Err(Failure::Refused { operation, status: reply.status, reasons, generic: base == BASE })
    }

    /// Sends, and where the day's share is used up waits in place, unless somebody waits for the answer.
    async fn wait(&self, call: Call) -> Result<Reply, Failure> {
        let (timer, operation) = (&self.cx.timer, call.operation);
        for _ in 0..MOST_WAITS {
            let until = match self.cx.http.send(call.clone(), judge).await {
                Err(TransportError::Throttled { until, .. }) if self.share != Share::User => until,
                other => return other.map_err(Failure::Transport),
            };
            let wait = until.duration_since(timer.now());
            if wait < IMPATIENCE || wait > PATIENCE {
                return Err(Failure::Transport(TransportError::Throttled { operation, until }));
            }
            let account = &self.cx.account;
            tracing::warn!(%account, operation, %until, "Gong's requests of the day are used up; going on by itself at {until}");
            if let Some(tell) = &self.cx.notices {
                let until = until.strftime("%Y-%m-%d %H:%M UTC");
                tell(&format!(
                    "{account}: Gong's requests of this day are used up, or the part of them that this load may use; it goes on by itself at \
                     {until}. Ctrl-C stops it; what was read is kept, and the next sync goes on from there"
                ));
            }
            timer.sleep_until(until).await;
        }
        self.cx.http.send(call, judge).await.map_err(Failure::Transport)
    }
}

/// Reads an answer's shape; a failure names the path, never the content.
pub(crate) fn read<'a, T: Deserialize<'a>>(operation: &'static str, body: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| {
        let path = match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body)) {
            Err(e) => e.path().to_string(),
            Ok(_) => ".".into(),
        };
        Failure::Shape { operation, path }
    })
}

fn within(span: Span) -> Map<String, Value> {
    let text = |t: Timestamp| Value::String(t.to_string());
    Map::from_iter([("fromDateTime".to_owned(), text(span.from)), ("toDateTime".to_owned(), text(span.to))])
}

/// Whether these reasons of a 404 say that there are no calls: seen is "No calls found corresponding to the provided filters".
fn says_none(reasons: &[String]) -> bool {
    let none = |text: &String| {
        let text = text.to_lowercase();
        ["no calls found", "no call transcripts found", "no transcripts found"].iter().any(|t| text.contains(t))
    };
    reasons.iter().any(none)
}

/// The API's address without a slash at its end, and without the version, which is part of our paths.
fn base(cx: &Cx) -> &str {
    let base = cx.credentials.base_url.as_ref().map_or(BASE, Url::as_str).trim_end_matches('/');
    base.strip_suffix("/v2").unwrap_or(base)
}

fn bad_base(why: &str) -> ConnectorError {
    ConnectorError {
        what: "GONG_API_URL".into(),
        why: why.into(),
        hint: format!("write it like `{BASE}`"),
        retry: Retry::StopAccount,
        auth: false,
    }
}

/// Whether the credential is an access key; else it is a token.
pub(crate) fn has_key(cx: &Cx) -> bool {
    let has = |name| cx.credentials.secrets.contains_key(name);
    has("GONG_API_KEY") && has("GONG_API_SECRET")
}

fn credential(cx: &Cx) -> Result<Auth, ConnectorError> {
    let secret = |name: &str| cx.credentials.secrets.get(name).cloned();
    if let (Some(key), Some(secret)) = (secret("GONG_API_KEY"), secret("GONG_API_SECRET")) {
        return Ok(Auth::Basic(key, secret));
    }
    secret("GONG_ACCESS_TOKEN").map(Auth::Bearer).ok_or_else(|| ConnectorError {
        what: "Gong".into(),
        why: "there is no credential".into(),
        hint: "set GONG_API_KEY and GONG_API_SECRET, or GONG_ACCESS_TOKEN".into(),
        retry: Retry::StopAccount,
        auth: true,
    })
}

fn is_json(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// A web page, as proxies and sign-in pages send instead of an answer.
fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The answer is read to its end, because one that was torn may end like a whole one.
fn judge(reply: &Reply) -> Verdict {
    if reply.status >= 400 || is_json(&reply.body) { Verdict::Take } else { Verdict::Again }
}

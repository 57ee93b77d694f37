//! The gateway: the only file that knows Slack's paths and the names of its arguments.

use bytes::Bytes;
use sales_transport::{Auth, Body, Call, Reply, Secret, Verdict};
use serde::Deserialize;
use url::Url;

use super::{
    budget::{self, Method},
    errors::Failure,
    lenient, rotation,
    wire::{AuthTest, Envelope},
};
use crate::{ConnectorError, Cx, Retry};

/// Slack's own address; GovSlack and test servers stand elsewhere.
pub(crate) const BASE: &str = "https://slack.com/api";
/// Most bytes of one answer. 999 messages of 40,000 characters would be more, but Slack sends such pages in smaller pieces.
const CAP: usize = 64 << 20;

/// With whose eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// `SLACK_TOKEN`.
    Main,
    /// `SLACK_USER_TOKEN`, or `SLACK_TOKEN` if that is a user's.
    Search,
}

/// Calls of one account.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Everything needed.
    pub(crate) cx: &'a Cx,
    /// The workspace's id, empty before it is known.
    pub(crate) team: &'a str,
}

type Args = Vec<(&'static str, String)>;

impl Api<'_> {
    /// Who the token is, with the scopes that Slack says it holds.
    pub(crate) async fn auth_test(&self) -> Result<(AuthTest, Option<Vec<String>>), Failure> {
        let reply = self.call(budget::AUTH_TEST, Role::Main, Vec::new()).await?;
        let scopes = reply.headers.get("x-oauth-scopes").and_then(|v| v.to_str().ok());
        let scopes = scopes.map(|s| s.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect());
        Ok((read(budget::AUTH_TEST, &reply.body)?, scopes))
    }

    /// Conversations that the token's user is in, of these types.
    pub(crate) async fn conversations(&self, types: &str, cursor: Option<&str>) -> Result<Bytes, Failure> {
        let args = vec![("types", types.to_owned()), ("exclude_archived", "false".into()), ("limit", "200".into())];
        self.page(budget::CONVERSATIONS, args, cursor).await
    }

    /// Users of the workspace; Slack insists on a limit and advises 200.
    pub(crate) async fn users(&self, cursor: Option<&str>) -> Result<Bytes, Failure> {
        self.page(budget::USERS, vec![("limit", "200".into())], cursor).await
    }

    /// First-level messages, newest first, both ends included.
    pub(crate) async fn history(
        &self,
        channel: &str,
        oldest: &str,
        latest: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Reply, Failure> {
        let mut args: Args = vec![
            ("channel", channel.to_owned()),
            ("oldest", oldest.to_owned()),
            ("latest", latest.to_owned()),
            ("inclusive", "true".into()),
            ("limit", limit.to_string()),
        ];
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        self.call(budget::HISTORY, Role::Main, args).await
    }

    /// A thread: its first message, then replies newer than `after`, oldest first.
    pub(crate) async fn replies(
        &self,
        channel: &str,
        thread: &str,
        after: Option<&str>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Reply, Failure> {
        let mut args: Args = vec![("channel", channel.to_owned()), ("ts", thread.to_owned()), ("limit", limit.to_string())];
        args.extend(after.map(|ts| ("oldest", ts.to_owned())));
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        self.call(budget::REPLIES, Role::Main, args).await
    }

    /// One user.
    pub(crate) async fn user(&self, id: &str) -> Result<Bytes, Failure> {
        Ok(self.call(budget::USER, Role::Main, vec![("user", id.to_owned())]).await?.body)
    }

    /// One bot.
    pub(crate) async fn bot(&self, id: &str) -> Result<Bytes, Failure> {
        Ok(self.call(budget::BOT, Role::Main, vec![("bot", id.to_owned())]).await?.body)
    }

    /// Messages that match, newest first, 100 a page (the largest).
    pub(crate) async fn search(&self, query: &str, page: u64) -> Result<Reply, Failure> {
        let args = vec![
            ("query", query.to_owned()),
            ("sort", "timestamp".into()),
            ("sort_dir", "desc".into()),
            ("count", super::search::PAGE.to_string()),
            ("page", page.to_string()),
        ];
        self.call(budget::SEARCH, Role::Search, args).await
    }

    async fn page(&self, method: Method, mut args: Args, cursor: Option<&str>) -> Result<Bytes, Failure> {
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        Ok(self.call(method, Role::Main, args).await?.body)
    }

    /// One call; an expired token is renewed once.
    async fn call(&self, method: Method, role: Role, args: Args) -> Result<Reply, Failure> {
        let token = rotation::token(self, role).await?;
        match self.send(method, Some(token.clone()), Body::Query(args.clone()), true).await {
            Err(f) if f.word() == "token_expired" && rotation::renews(self.cx, role) => {
                let Some(renewed) = rotation::renew(self, &token).await? else { return Err(f) };
                self.send(method, Some(renewed), Body::Query(args), true).await
            }
            other => other,
        }
    }

    /// Sends to a method and tells Slack's errors from its answers. Reads go as GET: every server of this API takes them.
    pub(crate) async fn send(&self, method: Method, bearer: Option<Secret>, body: Body, safe: bool) -> Result<Reply, Failure> {
        let call = Call {
            operation: method.name,
            url: address(self.cx, method)?,
            body,
            auth: bearer.map(Auth::Bearer),
            budget: budget::rule(self.cx, self.team, method),
            safe,
            cap: CAP,
        };
        let mut reply = self.cx.http.send(call, judge).await.map_err(Failure::Transport)?;
        reply.body = lenient::mend(reply.body);
        match serde_json::from_slice::<Envelope<'_>>(&reply.body) {
            Ok(e) if e.ok => Ok(reply),
            Ok(e) => Err(Failure::Word {
                method,
                word: e.error.as_deref().unwrap_or("an unnamed error").to_owned(),
                needed: e.needed.as_deref().unwrap_or_default().to_owned(),
            }),
            Err(_) if reply.status >= 400 => Err(Failure::Transport(sales_transport::TransportError::Status {
                operation: method.name,
                status: reply.status,
                attempts: reply.attempt,
            })),
            Err(_) => Err(Failure::NotJson { method, page: is_page(&reply.body) }),
        }
    }
}

/// Reads an answer's shape; a failure names the path, never the content.
pub(crate) fn read<'a, T: Deserialize<'a>>(method: Method, body: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| {
        let path = match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body)) {
            Err(e) => e.path().to_string(),
            Ok(_) => ".".into(),
        };
        Failure::Shape { method, path }
    })
}

fn address(cx: &Cx, method: Method) -> Result<Url, ConnectorError> {
    let base = cx.credentials.base_url.as_ref().map_or(BASE, Url::as_str).trim_end_matches('/');
    Url::parse(&format!("{base}/{}", method.name)).map_err(|e| ConnectorError {
        what: "SLACK_API_URL".into(),
        why: e.to_string(),
        hint: format!("write it like `{BASE}`"),
        retry: Retry::StopAccount,
        auth: false,
    })
}

/// A web page, as proxies and sign-in pages send instead of an answer.
fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Slack says most failures with HTTP 200. The answer is read to its end, because one that was torn may end like a whole one.
fn judge(reply: &Reply) -> Verdict {
    match serde_json::from_slice::<Envelope<'_>>(&reply.body) {
        Ok(e) if e.ok => Verdict::Take,
        Ok(e) => match e.error.as_deref().unwrap_or_default() {
            "ratelimited" | "rate_limited" => Verdict::Throttled,
            "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => Verdict::Again,
            _ => Verdict::Take,
        },
        // A web page or a torn answer where JSON belongs passes; with a refusal's status it is a wrong address.
        Err(_) if reply.status < 400 => Verdict::Again,
        Err(_) => Verdict::Take,
    }
}

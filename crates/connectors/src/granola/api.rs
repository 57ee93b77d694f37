//! The gateway: the only file that knows Granola's paths and the names of its arguments (`wire.rs` is the only one that knows its fields).

use bytes::Bytes;
use jiff::Timestamp;
use sales_transport::{Auth, Body, Call, Reply, Verdict};
use serde::{Deserialize, de::IgnoredAny};
use url::Url;

use super::{
    budget::{self, Operation},
    errors::{self, Failure},
    wire::Refusal,
};
use crate::{ConnectorError, Cx, Retry};

/// Granola's own address; test servers stand elsewhere.
pub(crate) const BASE: &str = "https://public-api.granola.ai";
/// The variable of the key.
pub(crate) const KEY: &str = "GRANOLA_API_KEY";
/// The largest page of notes and folders.
const PAGE: &str = "30";
/// The largest page of a transcript.
const TRANSCRIPT_PAGE: &str = "100";
/// Most bytes of one answer. A day of talk is 2 MB as text; what is too much for Granola itself comes in pages.
const CAP: usize = 64 << 20;

/// What the list of notes is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Made after this.
    pub(crate) created_after: Timestamp,
    /// And changed after this.
    pub(crate) updated_after: Option<Timestamp>,
}

/// Calls of one account.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Everything needed.
    pub(crate) cx: &'a Cx,
}

type Args = Vec<(&'static str, String)>;

impl Api<'_> {
    /// The cheapest call there is: no endpoint tells whose a key is.
    pub(crate) async fn probe(&self) -> Result<Bytes, Failure> {
        Ok(self.get(budget::NOTES, &["notes"], vec![("page_size", "1".into())]).await?.body)
    }

    /// A page of the list of notes: summaries, in an order that is not documented.
    pub(crate) async fn notes(&self, wanted: &Wanted, cursor: Option<&str>) -> Result<Reply, Failure> {
        // The documentation gives whole seconds; what is cut off makes the range longer.
        let second = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut args: Args = vec![("created_after", second(wanted.created_after)), ("page_size", PAGE.into())];
        args.extend(wanted.updated_after.map(|at| ("updated_after", second(at))));
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        self.get(budget::NOTES, &["notes"], args).await
    }

    /// One note.
    pub(crate) async fn note(&self, id: &str, with_transcript: bool) -> Result<Bytes, Failure> {
        let args = if with_transcript { vec![("include", "transcript".into())] } else { Vec::new() };
        Ok(self.get(budget::NOTE, &["notes", id], args).await?.body)
    }

    /// A page of a note's transcript.
    pub(crate) async fn transcript(&self, id: &str, cursor: Option<&str>) -> Result<Bytes, Failure> {
        let mut args: Args = vec![("page_size", TRANSCRIPT_PAGE.into())];
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        Ok(self.get(budget::TRANSCRIPT, &["notes", id, "transcript"], args).await?.body)
    }

    /// A page of the folders.
    pub(crate) async fn folders(&self, cursor: Option<&str>) -> Result<Bytes, Failure> {
        let mut args: Args = vec![("page_size", PAGE.into())];
        args.extend(cursor.map(|c| ("cursor", c.to_owned())));
        Ok(self.get(budget::FOLDERS, &["folders"], args).await?.body)
    }

    async fn get(&self, operation: Operation, path: &[&str], args: Args) -> Result<Reply, Failure> {
        let call = Call {
            operation: operation.0,
            url: address(self.cx, path)?,
            body: Body::Query(args),
            auth: Some(Auth::Bearer(key(self.cx)?)),
            budget: budget::rule(self.cx),
            safe: true,
            cap: CAP,
        };
        let reply = self.cx.http.send(call, judge).await.map_err(Failure::Transport)?;
        if !(200..300).contains(&reply.status) {
            let code = serde_json::from_slice::<Refusal>(&reply.body).unwrap_or_default().code.unwrap_or_default();
            return Err(Failure::Refused { operation, status: reply.status, code: self.cx.credentials.masked(&errors::shown(&code)) });
        }
        match is_json(&reply.body) {
            true => Ok(reply),
            false => Err(Failure::NotJson { operation, page: reply.body.trim_ascii_start().starts_with(b"<") }),
        }
    }
}

/// Reads an answer's shape; a failure names the path, never the content.
pub(crate) fn read<'a, T: Deserialize<'a>>(operation: Operation, body: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| {
        let path = match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body)) {
            Err(e) => e.path().to_string(),
            Ok(_) => ".".into(),
        };
        Failure::Shape { operation, path }
    })
}

fn key(cx: &Cx) -> Result<sales_transport::Secret, ConnectorError> {
    cx.credentials.secrets.get(KEY).cloned().ok_or_else(|| ConnectorError {
        what: "Granola".into(),
        why: format!("{KEY} is not set"),
        hint: format!("make a key in Granola's desktop app (Settings, Connectors, API keys) and put it into {KEY}"),
        retry: Retry::StopAccount,
        auth: true,
    })
}

fn address(cx: &Cx, path: &[&str]) -> Result<Url, ConnectorError> {
    let base = cx.credentials.base_url.as_ref().map_or(BASE, Url::as_str).trim_end_matches('/');
    let told = |why: String| ConnectorError {
        what: "GRANOLA_API_URL".into(),
        why,
        hint: format!("write it like `{BASE}`"),
        retry: Retry::StopAccount,
        auth: false,
    };
    let mut url = Url::parse(base).map_err(|e| told(e.to_string()))?;
    url.path_segments_mut().map_err(|()| told("it is no address".into()))?.pop_if_empty().push("v1").extend(path);
    Ok(url)
}

/// An answer is read to its end, because one that was torn may end like a whole one.
fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

fn judge(reply: &Reply) -> Verdict {
    // A web page or a torn answer where JSON belongs passes; a refusal is taken as it is.
    if (200..300).contains(&reply.status) && !is_json(&reply.body) { Verdict::Again } else { Verdict::Take }
}

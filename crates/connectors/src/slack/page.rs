//! Splitting a page into raw items without copying: each is a slice of the page's bytes.

use std::{cmp::Ordering, sync::Arc};

use bytes::Bytes;
use sales_model::{RawItem, RawKind};
use serde_json::value::RawValue;

use super::{
    budget::Method,
    errors::Failure,
    map, ts,
    wire::{Page, Peek, ResponseMetadata},
};
use crate::Cx;

/// Pages above this are split on a thread of their own kind, so that other requests are not held up.
const LARGE: usize = 32 << 10;

/// What stands around a raw item.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    account: sales_model::AccountKey,
    route: sales_model::Route,
    fetched_at: jiff::Timestamp,
}

impl Origin {
    /// Of everything fetched now.
    pub(crate) fn now(cx: &Cx) -> Self {
        Origin { account: cx.account.clone(), route: cx.route, fetched_at: cx.timer.now() }
    }

    /// Of an import.
    pub(crate) fn import(request: &crate::ImportRequest) -> Self {
        Origin { account: request.account.clone(), route: sales_model::Route::Import, fetched_at: request.now }
    }

    /// A raw item.
    pub(crate) fn item(&self, kind: RawKind, place: Option<&Arc<str>>, body: Bytes) -> RawItem {
        RawItem {
            account: self.account.clone(),
            kind,
            place: place.cloned(),
            at: None,
            body,
            fetched_at: self.fetched_at,
            route: self.route,
            partial: kind == map::MATCH,
        }
    }
}

/// A thread as its first message tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parent {
    /// Its `ts`.
    pub(crate) ts: String,
    /// Its state.
    pub(crate) marker: String,
}

/// A page of messages.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// The items.
    pub(crate) items: Vec<RawItem>,
    /// Smallest `ts`.
    pub(crate) low: Option<String>,
    /// Largest `ts`.
    pub(crate) high: Option<String>,
    /// First messages of threads that have replies.
    pub(crate) parents: Vec<Parent>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
    /// Slack says that there is more.
    pub(crate) has_more: bool,
    /// Something on the page has no `ts`: nothing may be concluded from what the page lacks.
    pub(crate) broken: bool,
    /// Whether each `ts` is above (`Less`) or below (`Greater`) the one before; `Equal` for neither, `None` for less than two of them.
    pub(crate) order: Option<Ordering>,
    /// Of a thread: the `ts` of its replies, sorted, each once.
    pub(crate) replies: Vec<String>,
}

/// The slice of a page that an item stands in.
pub(crate) fn slice(page: &Bytes, raw: &RawValue) -> Bytes {
    page.slice_ref(raw.get().as_bytes())
}

/// The next cursor; empty, null and absent all mean the end.
pub(crate) fn cursor(metadata: Option<ResponseMetadata>) -> Option<String> {
    metadata.and_then(|m| m.next_cursor).filter(|c| !c.is_empty())
}

/// Splits a page of messages. `of_thread` leaves the thread's first message out of the smallest and largest `ts`.
pub(crate) async fn messages(cx: &Cx, method: Method, body: Bytes, place: &Arc<str>, of_thread: Option<&str>) -> Result<Messages, Failure> {
    let (origin, place, thread) = (Origin::now(cx), place.clone(), of_thread.map(str::to_owned));
    work(cx, body.len(), move || split(&origin, method, &body, &place, thread.as_deref())).await
}

/// Does work on a page's bytes where it disturbs nobody.
pub(crate) async fn work<T: Send + 'static>(
    cx: &Cx,
    size: usize,
    f: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if size <= LARGE {
        return f();
    }
    let _busy = cx.timer.busy();
    match tokio::task::spawn_blocking(f).await {
        Ok(result) => result,
        Err(e) => Err(Failure::Told(crate::ConnectorError {
            what: "Slack".into(),
            why: format!("a page could not be read: {e}"),
            hint: "run the command again".into(),
            retry: crate::Retry::Never,
            auth: false,
        })),
    }
}

/// The pure part of [`messages`].
pub(crate) fn split(origin: &Origin, method: Method, body: &Bytes, place: &Arc<str>, of_thread: Option<&str>) -> Result<Messages, Failure> {
    let page: Page<'_> = super::api::read(method, body)?;
    let raws = page.messages.ok_or(Failure::Shape { method, path: "messages".into() })?;
    let mut out = Messages { items: Vec::with_capacity(raws.len()), ..Messages::default() };
    let mut last: Option<String> = None;
    for raw in raws {
        out.items.push(origin.item(map::MESSAGE, Some(place), slice(body, raw)));
        let peek: Peek<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        let Some(at) = peek.ts.as_deref().filter(|t| ts::instant(t).is_some()) else {
            out.broken = true;
            continue;
        };
        let replies = peek.reply_count.unwrap_or(0);
        if replies > 0 && peek.thread_ts.as_deref().is_none_or(|t| t == at) {
            out.parents
                .push(Parent { ts: at.to_owned(), marker: map::marker(peek.latest_reply.as_deref().filter(|l| !l.is_empty()), replies) });
        }
        if of_thread == Some(at) {
            continue;
        }
        if let Some(last) = last.replace(at.to_owned()) {
            let step = last.as_str().cmp(at);
            out.order = Some(if out.order.is_none_or(|o| o == step) { step } else { Ordering::Equal });
        }
        if of_thread.is_some() {
            out.replies.push(at.to_owned());
        }
        if out.low.as_deref().is_none_or(|low| at < low) {
            out.low = Some(at.to_owned());
        }
        if out.high.as_deref().is_none_or(|high| at > high) {
            out.high = Some(at.to_owned());
        }
    }
    out.replies.sort_unstable();
    out.replies.dedup();
    out.has_more = page.has_more == Some(true);
    out.next = cursor(page.response_metadata);
    Ok(out)
}

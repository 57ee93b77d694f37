//! Splitting a page into raw items without copying: each is a slice of the page's bytes.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_model::{ContentHash, RawItem, RawKind};
use serde_json::value::RawValue;

use super::{
    api,
    errors::Failure,
    map,
    wire::{Page, Peek, PeekTranscript, Records},
};
use crate::{ConnectorError, Cx, Gone, Retry};

/// Pages above this are split on a thread of their own kind, so that other requests are not held up.
const LARGE: usize = 32 << 10;

/// What stands around a raw item.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    account: sales_model::AccountKey,
    route: sales_model::Route,
    fetched_at: Timestamp,
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

    /// When everything was fetched.
    pub(crate) fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }

    /// A raw item that says by itself where and when it stands.
    pub(crate) fn item(&self, kind: RawKind, body: Bytes) -> RawItem {
        RawItem {
            account: self.account.clone(),
            kind,
            place: None,
            at: None,
            body,
            fetched_at: self.fetched_at,
            route: self.route,
            partial: false,
        }
    }

    /// A call.
    pub(crate) fn call(&self, body: Bytes) -> RawItem {
        RawItem { place: Some(Arc::from(map::PLACE)), ..self.item(map::CALL, body) }
    }

    /// A part of a call that began at `at`.
    pub(crate) fn part(&self, kind: RawKind, at: Timestamp, body: Bytes) -> RawItem {
        RawItem { place: Some(Arc::from(map::PLACE)), at: Some(at), ..self.item(kind, body) }
    }
}

/// A page of calls.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Those that are shown.
    pub(crate) items: Vec<RawItem>,
    /// Those that were made private.
    pub(crate) gone: Vec<Gone>,
    /// How many there are of both.
    pub(crate) count: usize,
    /// When they took place, in the page's order.
    pub(crate) times: Vec<Times>,
    /// Some do not say when they began: nothing may be concluded from what the page lacks.
    pub(crate) undated: bool,
    /// What is on it, to tell a page that comes again.
    pub(crate) print: String,
    /// Calls of the whole listing.
    pub(crate) total: Option<u32>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

/// When a call took place. "For web-conference calls recorded by Gong, the date denotes its scheduled time, otherwise, it denotes its actual
/// start time", says the specification of one request, and of another "the date applies to call start time": the vendor filters and sorts by
/// one of the two, and nothing says by which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    /// When it began.
    pub(crate) started: Timestamp,
    /// The earlier of the two.
    pub(crate) low: Timestamp,
    /// The later of the two.
    pub(crate) high: Timestamp,
}

impl Times {
    /// A schedule that is further away than [`MARGIN`] is none of this call.
    pub(crate) fn of(started: Timestamp, scheduled: Option<Timestamp>) -> Self {
        let near = |at: &Timestamp| started.duration_since(*at).abs() <= MARGIN;
        let scheduled = scheduled.filter(near).unwrap_or(started);
        Times { started, low: started.min(scheduled), high: started.max(scheduled) }
    }
}

/// Calls begin at most this much later than they were to.
pub(crate) const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// The slice of a page that an item stands in.
fn slice(page: &Bytes, raw: &RawValue) -> Bytes {
    page.slice_ref(raw.get().as_bytes())
}

/// Splits a page of calls.
pub(crate) fn calls(origin: &Origin, body: &Bytes) -> Result<Calls, Failure> {
    let page: Page<'_> = api::read(api::CALLS, body)?;
    let raws = page.calls.ok_or(Failure::Shape { operation: api::CALLS, path: "calls".into() })?;
    let records = page.records.unwrap_or_default();
    let mut out = Calls { count: raws.len(), total: records.total_records, next: records.cursor, ..Calls::default() };
    let mut print = String::new();
    for raw in raws {
        let meta = serde_json::from_str::<Peek>(raw.get()).ok().and_then(|p| p.meta_data).unwrap_or_default();
        out.undated |= meta.started.is_none();
        out.times.extend(meta.started.map(|started| Times::of(started, meta.scheduled)));
        print.push_str(meta.id.as_deref().unwrap_or("?"));
        print.push(' ');
        match meta.id.filter(|_| meta.is_private == Some(true)) {
            Some(id) => out.gone.push(Gone { place: map::PLACE.into(), thread: Some(id.clone()), native: id }),
            None => out.items.push(origin.call(slice(body, raw))),
        }
    }
    out.print = fingerprint(&print);
    Ok(out)
}

/// A short name for a long text.
pub(crate) fn fingerprint(text: &str) -> String {
    format!("{:?}", ContentHash::of(text.as_bytes()))
}

/// The transcripts in an answer, by call; those without a word are left out, because they are not ready.
pub(crate) fn transcripts(body: &Bytes) -> Result<(BTreeMap<String, Bytes>, Records), Failure> {
    let page: Page<'_> = api::read(api::TRANSCRIPTS, body)?;
    let raws = page.call_transcripts.ok_or(Failure::Shape { operation: api::TRANSCRIPTS, path: "callTranscripts".into() })?;
    let one = |raw: &RawValue| {
        let peek: PeekTranscript<'_> = serde_json::from_str(raw.get()).ok()?;
        let said = peek.transcript.is_some_and(|t| !t.get().trim_matches(|c: char| c.is_whitespace() || c == '[' || c == ']').is_empty());
        peek.call_id.filter(|_| said).map(|id| (id, slice(body, raw)))
    };
    Ok((raws.into_iter().filter_map(one).collect(), page.records.unwrap_or_default()))
}

/// The objects of a list in an answer.
pub(crate) fn list(
    origin: &Origin,
    operation: &'static str,
    kind: RawKind,
    body: &Bytes,
) -> Result<(Vec<RawItem>, Option<String>), Failure> {
    let page: Page<'_> = api::read(operation, body)?;
    let (name, raws) = match kind {
        map::USER => ("users", page.users),
        map::WORKSPACE => ("workspaces", page.workspaces),
        _ => ("keywordTrackers", page.keyword_trackers),
    };
    let raws = raws.ok_or(Failure::Shape { operation, path: name.into() })?;
    let items = raws.into_iter().map(|raw| origin.item(kind, slice(body, raw))).collect();
    Ok((items, page.records.and_then(|r| r.cursor)))
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
        Err(e) => Err(Failure::Told(ConnectorError {
            what: "Gong".into(),
            why: format!("a page could not be read: {e}"),
            hint: "run the command again".into(),
            retry: Retry::Never,
            auth: false,
        })),
    }
}

//! Calls and transcripts from files, as Gong's API gives them: whole answers, single objects, lists of them, or one to a line.

mod scan;

use std::{
    collections::HashMap,
    io::{Read as _, SeekFrom},
};

use bytes::Bytes;
use jiff::Timestamp;
use sales_model::{AccountKey, RawItem, RecordId, Source};
use serde::Deserialize;
use serde_json::value::RawValue;

use self::scan::{Range, What, scan};
use super::{lenient, map, page::Origin};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry, registry::ReadSeek};

/// Largest call or transcript. A transcript of a whole day has some megabytes.
const LARGEST: u64 = 64 << 20;
/// Items of one batch.
const ITEMS: usize = 500;
/// Bytes of one batch, but for its last item.
const BYTES: u64 = 16 << 20;

/// A call or transcript of the file.
#[derive(Debug)]
struct Entry {
    range: Range,
    /// The call's id, if it can be told.
    call: Option<String>,
    /// Who took part stands in it, or it is a transcript.
    whole: bool,
}

/// An opened file.
struct Opened {
    file: Box<dyn ReadSeek>,
    /// The file's name.
    name: String,
    origin: Origin,
    entries: Vec<Entry>,
    /// When the file's calls began.
    starts: HashMap<String, Timestamp>,
    failures: Vec<ItemFailure>,
    notes: Vec<String>,
    next: usize,
    begun: bool,
}

fn refuse(why: impl Into<String>) -> ConnectorError {
    ConnectorError {
        what: "the file".into(),
        why: why.into(),
        hint:
            "give calls as `POST /v2/calls/extensive` answers them, and transcripts as `POST /v2/calls/transcript` does; docs/importing.md \
               tells more"
                .into(),
        retry: Retry::Never,
        auth: false,
    }
}

/// Of a call or a transcript, what tells which it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Peek<'a> {
    #[serde(deserialize_with = "lenient::object")]
    meta_data: Option<PeekMeta>,
    #[serde(deserialize_with = "lenient::id")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::id")]
    call_id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    started: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    scheduled: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::flag")]
    is_private: Option<bool>,
    #[serde(borrow)]
    parties: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PeekMeta {
    #[serde(deserialize_with = "lenient::id")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    started: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    scheduled: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::flag")]
    is_private: Option<bool>,
}

/// Opens a file of calls and finds what stands in it.
///
/// # Errors
///
/// If it cannot be read, or holds neither a call nor a transcript.
pub(crate) fn open(mut file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    let unread = |e: std::io::Error| refuse(format!("it cannot be read ({e})"));
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    let found = scan(&mut file).map_err(unread)?;
    if found.ranges.is_empty() {
        return Err(refuse(match found.failures.first() {
            Some((line, why)) => format!("there is no call in it; line {line}: {why}"),
            None => "there is no call in it".to_owned(),
        }));
    }
    let account = AccountKey { source: Source::GONG, name: request.account.name.clone() };
    let origin = Origin::import(&ImportRequest { account, ..request.clone() });
    let name = if request.file.is_empty() { "the file".to_owned() } else { request.file.clone() };
    let failures = found.failures.into_iter().map(|(line, why)| ItemFailure::new(format!("{name} line {line}"), why)).collect();
    let mut opened =
        Opened { file, name, origin, entries: Vec::new(), starts: HashMap::new(), failures, notes: Vec::new(), next: 0, begun: false };
    opened.look(found.ranges).map_err(unread)?;
    Ok(Box::new(opened))
}

impl Opened {
    /// Finds out which calls there are and when they began.
    fn look(&mut self, ranges: Vec<Range>) -> std::io::Result<()> {
        let (mut private, mut bare) = (0_u64, 0_u64);
        // The call that a transcript stands beside; `None` once it is left out.
        let mut last: Option<String> = None;
        let mut shown = true;
        for range in ranges {
            if range.size > LARGEST {
                self.fail(range.line, format!("it is larger than {} MB", LARGEST >> 20));
                (last, shown) = if range.what == What::Call { (None, true) } else { (last, shown) };
                continue;
            }
            let body = if range.what == What::Beside { Bytes::new() } else { self.bytes(range)? };
            let peek: Peek<'_> = serde_json::from_slice(&body).unwrap_or_default();
            let whole = peek.parties.is_some_and(|p| p.get().starts_with('['));
            let (call, whole) = match range.what {
                What::Transcript => (peek.call_id, true),
                What::Beside if !shown => continue,
                What::Beside => (last.clone(), true),
                What::Call => {
                    let meta = peek.meta_data.unwrap_or(PeekMeta {
                        id: peek.id,
                        started: peek.started,
                        scheduled: peek.scheduled,
                        is_private: peek.is_private,
                    });
                    last.clone_from(&meta.id);
                    shown = meta.is_private != Some(true);
                    if !shown {
                        private += 1;
                        continue;
                    }
                    if let (Some(id), Some(at)) = (&meta.id, meta.started.or(meta.scheduled)) {
                        self.starts.insert(id.clone(), at);
                    }
                    bare += u64::from(!whole);
                    (meta.id, whole)
                }
            };
            self.entries.push(Entry { range, call, whole });
        }
        if private > 0 {
            self.notes.push(format!("calls that are private in Gong are left out ({private})"));
        }
        if bare > 0 {
            let why = "do not say who took part, as `GET /v2/calls` gives them; whose they are can only be told from their titles";
            self.notes.push(format!("calls that {why} ({bare})"));
        }
        Ok(())
    }

    fn fail(&mut self, line: u64, why: String) {
        self.failures.push(ItemFailure::new(format!("{} line {line}", self.name), why));
    }

    fn bytes(&mut self, range: Range) -> std::io::Result<Bytes> {
        let mut body = Vec::with_capacity(usize::try_from(range.size).unwrap_or(0));
        self.file.seek(SeekFrom::Start(range.from))?;
        (&mut self.file).take(range.size).read_to_end(&mut body)?;
        Ok(body.into())
    }

    /// Puts the entry at `n` into a batch; gives its size.
    fn put(&mut self, n: usize, batch: &mut ImportBatch) -> u64 {
        let Some((range, call, whole)) = self.entries.get(n).map(|e| (e.range, e.call.clone(), e.whole)) else { return 0 };
        let item = format!("{} line {}", self.name, range.line);
        let fail = |batch: &mut ImportBatch, why: String| {
            batch.failures.push(ItemFailure::new(item.clone(), why));
            0
        };
        let body = match self.bytes(range) {
            Ok(body) => body,
            Err(e) => return fail(batch, format!("it cannot be read ({e})")),
        };
        let body = match (range.what, &call) {
            (What::Call, _) => {
                batch.items.push(RawItem { partial: !whole, ..self.origin.call(body) });
                return range.size;
            }
            (_, None) => return fail(batch, "it does not say of which call it is".to_owned()),
            (What::Transcript, _) => body,
            (What::Beside, Some(call)) => {
                let list = serde_json::from_slice::<&RawValue>(&body).map(RawValue::get);
                let Ok(list) = list else { return fail(batch, "it is no JSON".to_owned()) };
                // As the answer with transcripts has it.
                format!("{{\"callId\":\"{call}\",\"transcript\":{list}}}").into()
            }
        };
        let Some(call) = call else { return 0 };
        let item = self.origin.part(map::TRANSCRIPT, self.origin.fetched_at(), body);
        match self.starts.get(&call) {
            Some(at) => batch.items.push(RawItem { at: Some(*at), ..item }),
            None => batch.parts.push((RecordId::new(map::PLACE, &call), RawItem { at: None, ..item })),
        }
        range.size
    }
}

impl Import for Opened {
    fn source(&self) -> Source {
        Source::GONG
    }

    fn summary(&mut self) -> ImportSummary {
        let mut notes = self.notes.clone();
        if !self.begun {
            notes.extend(self.failures.iter().map(|f| format!("{}: {}", f.item, f.reason)));
        }
        let calls = self.entries.iter().filter(|e| e.range.what == What::Call).count() as u64;
        let contents = [("calls", calls), ("transcripts", self.entries.len() as u64 - calls)];
        ImportSummary {
            format: "Gong calls (JSON)".into(),
            contents: contents.into_iter().map(|(what, n)| (what.to_owned(), n)).collect(),
            notes,
        }
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        let mut batch = ImportBatch::default();
        if !self.begun {
            self.begun = true;
            batch.failures = std::mem::take(&mut self.failures);
            batch.items.push(self.origin.item(map::COMPANY, Bytes::from_static(br#"{"name":"Gong"}"#)));
        }
        let mut bytes = 0;
        while self.next < self.entries.len() && batch.items.len() + batch.parts.len() < ITEMS && bytes < BYTES {
            bytes += self.put(self.next, &mut batch);
            self.next += 1;
        }
        (!batch.items.is_empty() || !batch.parts.is_empty() || !batch.failures.is_empty()).then_some(batch)
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

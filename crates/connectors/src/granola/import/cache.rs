//! The desktop app's cache: documents, and what belongs to them in maps beside: transcripts, who took part, and the panels that hold the
//! summaries. Version 3 holds all of it as JSON within a JSON string.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Entry, document::Cached, refuse};
use crate::{
    ConnectorError, ItemFailure,
    granola::{lenient, map, page::slice, url::is_uuid},
    slack,
};

/// The JSON within the string of version 3.
pub(super) fn unwrapped(text: &RawValue) -> Result<Bytes, ConnectorError> {
    let inner: String = serde_json::from_str(text.get()).map_err(|_| refuse("the text under `cache` is not whole"))?;
    Ok(slack::mend(inner.into()))
}

type Slices<'a> = Option<BTreeMap<String, &'a RawValue>>;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Outer<'a> {
    #[serde(borrow)]
    state: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct State<'a> {
    #[serde(borrow, deserialize_with = "lenient::object")]
    documents: Slices<'a>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    transcripts: Slices<'a>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    meetings_metadata: Slices<'a>,
    #[serde(borrow, deserialize_with = "lenient::object")]
    document_panels: Slices<'a>,
}

/// An opened cache: slices of one file.
pub(super) struct Cache {
    documents: Vec<(String, Bytes)>,
    transcripts: BTreeMap<String, Bytes>,
    metadata: BTreeMap<String, Bytes>,
    panels: BTreeMap<String, Bytes>,
    next: usize,
    empty: u64,
    deleted: u64,
    without_transcript: u64,
}

impl Cache {
    pub(super) fn read(body: &Bytes) -> Result<Cache, ConnectorError> {
        let outer: Outer<'_> = serde_json::from_slice(body).map_err(|_| refuse("its contents are not whole JSON"))?;
        let state: State<'_> = match outer.state {
            Some(state) => serde_json::from_str(state.get()),
            None => serde_json::from_slice(body),
        }
        .map_err(|_| refuse("its contents are not those of a cache of Granola's"))?;
        let documents = state.documents.ok_or_else(|| refuse("it looks like a cache of Granola's, but holds no documents"))?;
        let slices =
            |of: Slices<'_>| of.unwrap_or_default().into_iter().map(|(id, raw)| (id.to_ascii_lowercase(), slice(body, raw))).collect();
        Ok(Cache {
            documents: documents.into_iter().map(|(id, raw)| (id, slice(body, raw))).collect(),
            transcripts: slices(state.transcripts),
            metadata: slices(state.meetings_metadata),
            panels: slices(state.document_panels),
            next: 0,
            empty: 0,
            deleted: 0,
            without_transcript: 0,
        })
    }

    pub(super) fn rewind(&mut self) {
        (self.next, self.empty, self.deleted, self.without_transcript) = (0, 0, 0, 0);
    }

    /// The next document that holds anything.
    pub(super) fn next(&mut self) -> Option<Result<Entry, ItemFailure>> {
        loop {
            let (id, document) = self.documents.get(self.next)?;
            self.next += 1;
            let native = id.to_ascii_lowercase();
            if !is_uuid(&native) {
                let shown: String = id.chars().filter(|c| !c.is_control()).take(40).collect();
                return Some(Err(ItemFailure::new(format!("Granola document {shown}"), "its id is not one of Granola's")));
            }
            let body = self.body(&native, document);
            // One that cannot be read is told when it is understood.
            let read = serde_json::from_slice::<Cached>(&body).ok();
            if read.as_ref().is_some_and(Cached::is_deleted) {
                self.deleted += 1;
                continue;
            }
            if read.as_ref().is_some_and(Cached::is_empty) {
                self.empty += 1;
                continue;
            }
            let has_transcript = read.is_some_and(|r| r.has_transcript());
            self.without_transcript += u64::from(!has_transcript);
            return Some(Ok(Entry { kind: map::DOCUMENT, body, has_transcript }));
        }
    }

    /// A document with what belongs to it.
    fn body(&self, id: &str, document: &Bytes) -> Bytes {
        let mut out = Vec::with_capacity(document.len() + 256);
        out.extend_from_slice(b"{\"id\":\"");
        out.extend_from_slice(id.as_bytes());
        out.extend_from_slice(b"\",\"document\":");
        out.extend_from_slice(document);
        for (name, map) in [("metadata", &self.metadata), ("panels", &self.panels), ("transcript", &self.transcripts)] {
            if let Some(value) = map.get(id) {
                out.extend_from_slice(b",\"");
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\":");
                out.extend_from_slice(value);
            }
        }
        out.push(b'}');
        out.into()
    }

    /// What was left out so far, and what a cache does not hold.
    pub(super) fn notes(&self) -> Vec<String> {
        let documents = |n: u64, what: &str| {
            let words = if n == 1 { "document".to_owned() } else { "documents".to_owned() };
            (n > 0).then(|| format!("{n} {words} {what}"))
        };
        let empty = documents(self.empty, "without notes and transcript: left out");
        let deleted = documents(self.deleted, "deleted in the app: left out");
        let without = documents(self.without_transcript, "without a transcript: the app keeps those of the last meetings only");
        empty.into_iter().chain(deleted).chain(without).collect()
    }
}

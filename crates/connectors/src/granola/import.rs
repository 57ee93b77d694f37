//! Notes from a file, for those without a key: notes as the API gives them, and the desktop app's cache as it was before it was encrypted
//! (`cache-v3.json` to `cache-v6.json`).
//!
//! A list of notes is read note by note. Anything else is one JSON object, which has to be in memory as a whole; so it is capped.

mod cache;
pub(crate) mod document;
mod elements;
mod prose;

use std::io::{BufReader, Read, Seek};

use bytes::Bytes;
use sales_model::RawKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::{cache::Cache, elements::Elements};
use super::{
    map,
    page::{Origin, slice},
    url::is_note_id,
};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry, registry::ReadSeek, slack};

/// Most bytes of a file that is one object. Caches have some tens of megabytes.
const OBJECT: u64 = 256 << 20;
/// Items of one batch.
const ITEMS: usize = 500;
/// Bytes of one batch, but for its last item.
const BYTES: usize = 16 << 20;

/// Opens a file of notes.
///
/// # Errors
///
/// If it is neither a list of notes, nor a note, nor a cache, or is damaged or too large.
pub fn open(mut file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    let origin = Origin::import(request);
    let (format, source) = match elements::first_byte(&mut file) {
        Ok(Some(b'[')) => ("Granola notes", Source::Stream(Elements::new(BufReader::with_capacity(64 << 10, file)))),
        Ok(Some(b'{')) => object(whole(file)?)?,
        Ok(_) => {
            return Err(refuse(
                "it is not JSON. Granola's newer cache files (`.json.enc`) are encrypted, and no other program can read them",
            ));
        }
        Err(e) => return Err(refuse(format!("it cannot be read ({e})"))),
    };
    Ok(Box::new(Opened { origin, format, source, counts: Counts::default(), begun: false }))
}

fn refuse(why: impl Into<String>) -> ConnectorError {
    ConnectorError {
        what: "the file".into(),
        why: why.into(),
        hint: "give notes as Granola's API gives them, or a cache file of Granola's desktop app up to `cache-v6.json`; docs/granola-setup.md tells more"
            .into(),
        retry: Retry::Never,
        auth: false,
    }
}

fn whole(file: impl Read) -> Result<Bytes, ConnectorError> {
    let mut body = Vec::new();
    file.take(OBJECT + 1).read_to_end(&mut body).map_err(|e| refuse(format!("it cannot be read ({e})")))?;
    if body.len() as u64 > OBJECT {
        return Err(refuse(format!("it is larger than {} MB", OBJECT >> 20)));
    }
    Ok(slack::mend(elements::without_mark(body.into())))
}

/// What an object may be.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Object<'a> {
    #[serde(borrow)]
    cache: Option<&'a RawValue>,
    #[serde(borrow)]
    state: Option<&'a RawValue>,
    #[serde(borrow)]
    documents: Option<&'a RawValue>,
    #[serde(borrow)]
    notes: Option<&'a RawValue>,
    #[serde(deserialize_with = "super::lenient::text")]
    id: Option<String>,
}

fn object(body: Bytes) -> Result<(&'static str, Source), ConnectorError> {
    let read: Object<'_> =
        serde_json::from_slice(&body).map_err(|e| refuse(format!("it is not whole JSON (line {}, column {})", e.line(), e.column())))?;
    if let Some(inner) = read.cache {
        let inner = if inner.get().starts_with('"') { cache::unwrapped(inner)? } else { slice(&body, inner) };
        return Ok(("Granola cache", Source::Cache(Cache::read(&inner)?)));
    }
    if read.state.is_some() || read.documents.is_some() {
        return Ok(("Granola cache", Source::Cache(Cache::read(&body)?)));
    }
    if let Some(notes) = read.notes {
        let list: Vec<&RawValue> = serde_json::from_str(notes.get()).map_err(|_| refuse("its `notes` are no list"))?;
        let notes = list.into_iter().map(|raw| slice(&body, raw)).collect();
        return Ok(("Granola notes", Source::List { notes, next: 0 }));
    }
    if read.id.as_deref().is_some_and(is_note_id) {
        return Ok(("Granola note", Source::List { notes: vec![body.clone()], next: 0 }));
    }
    Err(refuse("it is JSON, but neither notes nor a cache of Granola's"))
}

/// Something that stands in a file.
struct Entry {
    kind: RawKind,
    body: Bytes,
    has_transcript: bool,
}

enum Source {
    Stream(Elements<BufReader<Box<dyn ReadSeek>>>),
    List { notes: Vec<Bytes>, next: usize },
    Cache(Cache),
}

impl Source {
    fn next(&mut self) -> Option<Result<Entry, ItemFailure>> {
        match self {
            Source::Stream(elements) => {
                let (n, element) = elements.next()?;
                Some(
                    element
                        .map_err(|reason| ItemFailure::new(format!("Granola note {n} of the file"), reason))
                        .and_then(|body| note(n, body)),
                )
            }
            Source::List { notes, next } => {
                let body = notes.get(*next)?.clone();
                *next += 1;
                Some(note(*next, body))
            }
            Source::Cache(cache) => cache.next(),
        }
    }

    fn rewind(&mut self) -> std::io::Result<()> {
        match self {
            Source::Stream(elements) => elements.rewind(|reader| reader.rewind()),
            Source::List { next, .. } => {
                *next = 0;
                Ok(())
            }
            Source::Cache(cache) => {
                cache.rewind();
                Ok(())
            }
        }
    }
}

/// A note of the API, or why it is none.
fn note(n: usize, body: Bytes) -> Result<Entry, ItemFailure> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Head<'a> {
        #[serde(deserialize_with = "super::lenient::text")]
        id: Option<String>,
        #[serde(borrow)]
        summary_text: Option<&'a RawValue>,
        #[serde(borrow)]
        summary_markdown: Option<&'a RawValue>,
        #[serde(borrow)]
        transcript: Option<&'a RawValue>,
    }
    let head: Head<'_> = serde_json::from_slice(&body).unwrap_or_default();
    let Some(id) = head.id.filter(|id| is_note_id(id)) else {
        return Err(ItemFailure::new(format!("Granola note {n} of the file"), "it has no id of Granola's"));
    };
    if head.summary_text.is_none() && head.summary_markdown.is_none() && head.transcript.is_none() {
        let reason = "it is an entry of the list of notes, without any content; export notes as the API gives them one by one";
        return Err(ItemFailure { item: format!("{}:{id}", map::PLACE), reason: reason.into(), native: None });
    }
    let has_transcript = head.transcript.is_some_and(|t| t.get().trim_start().starts_with('[') && t.get().len() > 2);
    Ok(Entry { kind: map::NOTE, body, has_transcript })
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    notes: u64,
    transcripts: u64,
    unreadable: u64,
}

impl Counts {
    fn add(&mut self, entry: &Result<Entry, ItemFailure>) {
        match entry {
            Ok(entry) => (self.notes, self.transcripts) = (self.notes + 1, self.transcripts + u64::from(entry.has_transcript)),
            Err(_) => self.unreadable += 1,
        }
    }
}

/// An opened file.
struct Opened {
    origin: Origin,
    format: &'static str,
    source: Source,
    /// Of what was handed out.
    counts: Counts,
    begun: bool,
}

impl Import for Opened {
    fn source(&self) -> sales_model::Source {
        sales_model::Source::GRANOLA
    }

    fn summary(&mut self) -> ImportSummary {
        let mut counts = self.counts;
        let mut notes = Vec::new();
        if !self.begun {
            while let Some(entry) = self.source.next() {
                counts.add(&entry);
            }
            if let Source::Cache(cache) = &self.source {
                notes = cache.notes();
            }
            if let Err(e) = self.source.rewind() {
                notes.push(format!("the file cannot be read a second time ({e})"));
            }
        } else if let Source::Cache(cache) = &self.source {
            notes = cache.notes();
        }
        if counts.unreadable > 0 {
            notes.push(format!("{} {} read", counts.unreadable, if counts.unreadable == 1 { "item cannot be" } else { "items cannot be" }));
        }
        let contents = vec![("notes".to_owned(), counts.notes), ("transcripts".to_owned(), counts.transcripts)];
        ImportSummary { format: self.format.into(), contents, notes }
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        let mut batch = ImportBatch::default();
        if !self.begun {
            self.begun = true;
            batch.items.push(self.origin.item(map::FILE, None, "{\"name\":\"Granola\"}".into()));
        }
        let mut bytes = 0;
        while bytes < BYTES && batch.items.len() + batch.failures.len() < ITEMS {
            let Some(entry) = self.source.next() else { break };
            self.counts.add(&entry);
            match entry {
                Ok(entry) => {
                    bytes += entry.body.len();
                    batch.items.push(self.origin.item(entry.kind, None, entry.body));
                }
                Err(failure) => batch.failures.push(failure),
            }
        }
        (!batch.items.is_empty() || !batch.failures.is_empty()).then_some(batch)
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

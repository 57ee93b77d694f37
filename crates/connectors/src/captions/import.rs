//! A file of captions, opened: one call.

use std::{io::Read, sync::Arc};

use bytes::Bytes;
use jiff::{Timestamp, civil::Time, tz::TimeZone};
use sales_model::{AccountKey, RawItem, Route, Source};

use super::{
    Began, Captions, Format, LARGEST, decode, moment, name, read,
    record::{FILE_CALL, FileCall, PLACE, id},
};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry};

/// An opened file.
#[derive(Debug)]
pub struct CaptionFile {
    format: Format,
    /// The call, until it is handed out.
    item: Option<RawItem>,
    failures: Vec<ItemFailure>,
    contents: Vec<(String, u64)>,
    notes: Vec<String>,
}

fn refuse(why: impl Into<String>, hint: impl Into<String>) -> ConnectorError {
    ConnectorError { what: "the file".into(), why: why.into(), hint: hint.into(), retry: Retry::Never, auth: false }
}

/// Opens a file as captions or a transcript, whatever its name ends in.
///
/// # Errors
///
/// If nobody speaks in it, if nothing tells when the call was, or if it is too large.
pub fn open(mut file: impl Read, request: &ImportRequest) -> Result<CaptionFile, ConnectorError> {
    let mut bytes = Vec::new();
    let most = LARGEST as u64;
    let again = "give a transcript as WebVTT, SRT or plain text";
    file.by_ref().take(most + 1).read_to_end(&mut bytes).map_err(|e| refuse(format!("it cannot be read ({e})"), "check the file"))?;
    if bytes.len() > LARGEST {
        return Err(refuse(format!("it is larger than {} MB, which no transcript is", LARGEST >> 20), again));
    }
    let (text, note) = decode(&bytes);
    if text.contains('\0') {
        return Err(refuse("it is neither text nor a format that is known", "`sales import --help` lists what can be imported"));
    }
    let format = Format::of(&text);
    let captions = read(format, &text);
    if captions.turns.is_empty() {
        return Err(silent(format, &captions));
    }
    let zone = TimeZone::get(&request.settings.timezone).unwrap_or(TimeZone::UTC);
    let (started, dated_by) = started(request, &captions, &zone)?;
    let told = &request.call;
    let title = told.title.clone().or_else(|| name::title(&request.file)).or_else(|| captions.title.clone());
    let title = title.unwrap_or_else(|| "Imported call".to_owned());
    let mut notes: Vec<String> = note.map(str::to_owned).into_iter().collect();
    notes.extend(captions.notes.iter().cloned());
    let shown = started.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    notes.push(format!("“{title}”, {shown} ({dated_by})"));
    if captions.speakers.is_empty() {
        notes.push("no speaker is named in it: who said what cannot be told".to_owned());
    }
    if told.customers.is_empty() {
        notes.push("no customer was named: only its title can tell whose it is; `--customer` says it".to_owned());
    }
    let failures = captions.damaged.iter().map(|d| ItemFailure::new(format!("{} line {}", request.file, d.line), d.reason.clone()));
    let body =
        FileCall { v: 1, id: id(&bytes), title, started, customers: told.customers.clone(), file: request.file.clone(), format, text };
    let body = serde_json::to_vec(&body).map_err(|e| refuse(e.to_string(), again))?;
    let contents = [
        ("calls", 1),
        ("speakers", captions.speakers.len() as u64),
        ("stretches of speech", captions.turns.len() as u64),
        ("minutes", captions.length.div_ceil(60_000)),
    ];
    Ok(CaptionFile {
        format,
        failures: failures.collect(),
        contents: contents.into_iter().map(|(what, n)| (what.to_owned(), n)).collect(),
        notes,
        item: Some(RawItem {
            account: AccountKey { source: Source::GONG, name: request.account.name.clone() },
            kind: FILE_CALL,
            place: Some(Arc::from(PLACE)),
            at: Some(started),
            body: Bytes::from(body),
            fetched_at: request.now,
            route: Route::Import,
            partial: false,
        }),
    })
}

/// Why there is nothing to import in a file.
fn silent(format: Format, captions: &Captions) -> ConnectorError {
    match (format, captions.damaged.first()) {
        (Format::Text, _) => refuse(
            "it is neither an export that is known nor a transcript: no line says who speaks",
            "a transcript has lines as `Jane Doe: hello` or `[00:12:34] Jane Doe: hello`; `sales import --help` lists what can be imported",
        ),
        (_, Some(d)) => refuse(
            format!("none of its cues can be read; the first is wrong in line {}: {}", d.line, d.reason),
            "download the transcript once more",
        ),
        (_, None) => refuse("there are no words in it", "download the transcript once more, after the call was transcribed"),
    }
}

/// When the call began, and what tells it: the user, the file's name, the file itself.
fn started(request: &ImportRequest, captions: &Captions, zone: &TimeZone) -> Result<(Timestamp, &'static str), ConnectorError> {
    let day = |began: &Began| match began {
        Began::At(at) => (at.to_zoned(zone.clone()).date(), true),
        Began::Local(at) => (at.date(), at.time() != Time::midnight()),
    };
    let named = name::date(&request.file).map(|f| f.began);
    // The file's own word is more exact where the name tells the day only.
    let exact = |n: &Began| captions.began.is_some_and(|own| !day(n).1 && day(&own) == (day(n).0, true));
    let ways = [
        (request.call.began, "as given with `--date`"),
        (named.filter(|n| !exact(n)), "from the file's name"),
        (captions.began, "as the file says"),
    ];
    ways.into_iter().find_map(|(began, by)| Some((moment(&began?, zone)?, by))).ok_or_else(|| {
        refuse("nothing in it or in its name tells when the call was", "add `--date 2024-04-05T15:00` with the call's own day and time")
    })
}

impl Import for CaptionFile {
    fn source(&self) -> Source {
        Source::GONG
    }

    fn told(&self) -> bool {
        true
    }

    fn summary(&mut self) -> ImportSummary {
        let mut notes = self.notes.clone();
        if self.item.is_some() {
            notes.extend(self.failures.iter().map(|f| format!("{}: {}", f.item, f.reason)));
        }
        ImportSummary { format: self.format.title().to_owned(), contents: self.contents.clone(), notes }
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        let item = self.item.take()?;
        Some(ImportBatch { items: vec![item], failures: std::mem::take(&mut self.failures), ..ImportBatch::default() })
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

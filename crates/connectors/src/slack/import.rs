//! The standard export that any Slack admin can download: a zip of lists (`channels.json`, `users.json`, ...) and a folder per channel
//! with a file of messages per day. Never unpacked to disk, and never in memory as a whole; nothing is named after what stands in it.

mod contents;
mod elements;
mod entry;
mod reader;

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use self::{contents::Contents, entry::Zip, reader::Reader};
use super::{map, page::Origin};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry};

/// An opened export.
pub struct Export<R> {
    /// Until the reader has it.
    zip: Option<Zip<R>>,
    origin: Origin,
    contents: Arc<Contents>,
    /// At work from the first batch on.
    reader: Option<Reader>,
    users: u64,
    messages: u64,
}

impl<R> std::fmt::Debug for Export<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("entries", &self.contents.entries.len()).finish_non_exhaustive()
    }
}

fn refuse(why: impl Into<String>) -> ConnectorError {
    ConnectorError {
        what: "the file".into(),
        why: why.into(),
        hint: "download an export from Slack's admin pages (Settings, Import/Export Data, Export) and give the zip as it is".into(),
        retry: Retry::Never,
        auth: false,
    }
}

/// Opens an export and reads its table of contents and its lists of conversations.
///
/// # Errors
///
/// If the file is no zip, is damaged, asks for a password, or holds none of an export's lists.
pub fn open_export<R: Read + Seek + Send + 'static>(reader: R, request: &ImportRequest) -> Result<Export<R>, ConnectorError> {
    open(Zip::open(reader)?, request)
}

/// The same of an opened zip.
pub(crate) fn open_archive<R: Read + Seek + Send + 'static>(
    zip: zip::ZipArchive<R>,
    request: &ImportRequest,
) -> Result<Export<R>, ConnectorError> {
    open(Zip::of(zip)?, request)
}

/// Whether files of these names are an export.
pub(crate) fn is_export<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    contents::has_lists(names)
}

/// What is said of a file that begins as a zip and is none.
pub(crate) fn no_zip(e: &zip::result::ZipError) -> ConnectorError {
    refuse(format!("it is not a readable zip ({e})"))
}

fn open<R: Read + Seek + Send + 'static>(mut zip: Zip<R>, request: &ImportRequest) -> Result<Export<R>, ConnectorError> {
    let origin = Origin::import(request);
    let contents = Arc::new(Contents::read(&mut zip, &origin, request)?);
    Ok(Export { zip: Some(zip), origin, contents, reader: None, users: 0, messages: 0 })
}

impl<R: Read + Seek + Send + 'static> Import for Export<R> {
    fn source(&self) -> sales_model::Source {
        sales_model::Source::SLACK
    }

    /// Before the first batch this reads everything, and what cannot be read stands among the notes. Afterwards it tells of what was
    /// handed out, failures included.
    fn summary(&mut self) -> ImportSummary {
        let contents = self.contents.clone();
        let mut notes = contents.notes.clone();
        if let Some(zip) = &mut self.zip {
            notes.extend(contents.failures.iter().map(|f| format!("{}: {}", f.item, f.reason)));
            (self.users, self.messages) = (0, 0);
            for entry in &contents.entries {
                match zip.elements(entry.index, &mut |_| true) {
                    Ok(n) if entry.kind == map::USER => self.users += n,
                    Ok(n) if entry.kind == map::EXPORT_MESSAGE => self.messages += n,
                    Ok(_) => {}
                    Err(reason) => notes.push(format!("export {}: {reason}", entry.name)),
                }
            }
        }
        let days = contents.entries.iter().filter(|e| e.kind == map::EXPORT_MESSAGE).count() as u64;
        let read = [("users", self.users), ("channel days", days), ("messages", self.messages), ("bytes of messages", contents.bytes)];
        let counts = contents.counts.iter().map(|(what, n)| (*what, *n)).chain(read);
        ImportSummary { format: "Slack export".into(), contents: counts.map(|(what, n)| (what.to_owned(), n)).collect(), notes }
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        if let Some(zip) = self.zip.take() {
            (self.users, self.messages) = (0, 0);
            match Reader::start(zip, self.origin.clone(), self.contents.clone()) {
                Ok(reader) => self.reader = Some(reader),
                Err(e) => {
                    let failures = vec![ItemFailure::new("the export", format!("no thread could be started to read it ({e})"))];
                    return Some(ImportBatch { failures, ..ImportBatch::default() });
                }
            }
        }
        let batch = self.reader.as_mut()?.next()?;
        self.users += batch.items.iter().filter(|i| i.kind == map::USER).count() as u64;
        self.messages += batch.items.iter().filter(|i| i.kind == map::EXPORT_MESSAGE).count() as u64;
        Some(batch)
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

//! Exported mail: mbox in all its dialects, `.eml`, Apple Mail's `.emlx`, maildir folders, Google's export (Takeout) as a zip or unpacked,
//! and zips or folders of any of these. Read once, however large, in bounded memory.
//!
//! An item is a message's bytes as they were before they were put into the file. Nobody knows whose they are here, so all mail comes, but for
//! what nobody sent or wanted: drafts, the bin, junk.

mod archive;
mod dialect;
mod emlx;
mod folder;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod header;
mod kind;
mod left_out;
mod maildir;
mod mbox;
mod reader;
mod separator;
pub mod takeout;
mod tally;
mod tree;
mod walk;

use std::sync::Arc;

use sales_model::{AccountKey, Source};
use zip::ZipArchive;

pub use self::folder::{EntryKind, Folder, FolderEntry};
pub(crate) use self::kind::kind;
use self::{
    left_out::LeftOut,
    reader::{Origin, Reader},
    tally::Tally,
    walk::{Event, Input, Walk},
};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry, registry::ReadSeek};

use super::map::{HEADER, MESSAGE, PLACE};

/// Opened mail.
struct Opened {
    /// Until the reader has it.
    input: Option<Input>,
    /// At work from the first batch on.
    reader: Option<Reader>,
    name: String,
    format: &'static str,
    origin: Origin,
    limit: u64,
    left_out: Arc<LeftOut>,
    tally: Tally,
}

fn refuse(what: &str, why: impl Into<String>, hint: impl Into<String>) -> ConnectorError {
    ConnectorError { what: what.to_owned(), why: why.into(), hint: hint.into(), retry: Retry::Never, auth: false }
}

impl Opened {
    fn new(input: Input, format: &'static str, request: &ImportRequest) -> Opened {
        let email = &request.settings.email;
        let account = AccountKey { source: Source::EMAIL, name: request.account.name.clone() };
        Opened {
            input: Some(input),
            reader: None,
            name: if request.file.is_empty() { "the file".to_owned() } else { request.file.clone() },
            format,
            origin: Origin { account, place: Arc::from(PLACE), fetched_at: request.now },
            limit: email.max_message_bytes,
            left_out: Arc::new(LeftOut::new(&email.ignore_folders)),
            tally: Tally::default(),
        }
    }

    /// Whether there is a message in it; else the first thing that could not be read.
    fn look(&mut self) -> Result<(), Option<ItemFailure>> {
        let (mut found, mut failed) = (false, None);
        self.walk(&mut |event| {
            match event {
                Event::Message(_) => found = true,
                Event::Failure(failure) if failed.is_none() => failed = Some(failure),
                _ => {}
            }
            !found
        });
        if found { Ok(()) } else { Err(failed) }
    }

    fn walk(&mut self, each: &mut dyn FnMut(Event) -> bool) {
        if let Some(input) = &mut self.input {
            Walk { limit: self.limit, left_out: &self.left_out, each }.all(&self.name, input);
        }
    }
}

/// Opens a file that [`kind`] knows.
///
/// # Errors
///
/// If there is no message in it.
pub(crate) fn open(mut file: Box<dyn ReadSeek>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    let format = match crate::sniff::head(&mut *file).ok().and_then(|head| kind(&head.bytes)) {
        Some(kind::Kind::Mbox) => "Mail (mbox)",
        Some(kind::Kind::Emlx) => "Mail (emlx)",
        _ => "Mail (eml)",
    };
    Ok(Box::new(Opened::new(Input::File(file), format, request)))
}

/// Opens a zip with mail in it.
///
/// # Errors
///
/// If there is none, or it holds too many files.
pub(crate) fn open_archive(zip: ZipArchive<Box<dyn ReadSeek>>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    if zip.len() > archive::FILES {
        let why = format!("it holds more than {} files", archive::FILES);
        return Err(refuse("the file", why, "unpack it and import the folder"));
    }
    let mut opened = Opened::new(Input::Zip(zip), "Mail (zip)", request);
    match opened.look() {
        Ok(()) => Ok(Box::new(opened)),
        Err(Some(f)) => {
            Err(refuse("the file", format!("there is no mail in it that can be read; {}: {}", f.item, f.reason), "check the zip"))
        }
        Err(None) => Err(refuse(
            "the file",
            "it holds neither the lists of a Slack export (channels.json, users.json) nor mail (mbox, eml)",
            "give Slack's export (admin pages, Settings, Import/Export Data, Export) or Google's (Takeout, Mail) as it is",
        )),
    }
}

/// Opens a folder: a maildir, Google's export unpacked, or files of mail in folders of any depth.
///
/// # Errors
///
/// If there is no message in it.
pub fn open_folder(folder: Box<dyn Folder>, request: &ImportRequest) -> Result<Box<dyn Import>, ConnectorError> {
    let mut opened = Opened::new(Input::Folder(folder), "Mail (folder)", request);
    match opened.look() {
        Ok(()) => Ok(Box::new(opened)),
        Err(Some(f)) => {
            Err(refuse("the folder", format!("there is no mail in it that can be read; {}: {}", f.item, f.reason), "check the folder"))
        }
        Err(None) => Err(refuse(
            "the folder",
            "there is no mail in it: it is no maildir, and no file in it is an mbox or a message (.eml)",
            "give other exports as files: `sales import FILE...`; `sales import --help` lists what can be imported",
        )),
    }
}

impl Import for Opened {
    fn source(&self) -> Source {
        Source::EMAIL
    }

    /// Before the first batch this reads everything, and what cannot be read stands among the notes. Afterwards it tells of what was
    /// handed out.
    fn summary(&mut self) -> ImportSummary {
        if self.input.is_some() {
            let mut tally = Tally::default();
            self.walk(&mut |event| {
                if let Event::Failure(f) = &event {
                    tally.note(&format!("{}: {}", f.item, f.reason));
                }
                tally.add(&event);
                true
            });
            return tally.summary(self.format, self.limit);
        }
        self.tally.summary(self.format, self.limit)
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        if let Some(input) = self.input.take() {
            match Reader::start(input, self.name.clone(), self.origin.clone(), self.limit, self.left_out.clone()) {
                Ok(reader) => self.reader = Some(reader),
                Err(e) => {
                    let failures = vec![ItemFailure::new("the mail", format!("no thread could be started to read it ({e})"))];
                    return Some(ImportBatch { failures, ..ImportBatch::default() });
                }
            }
        }
        let (batch, tally) = self.reader.as_mut()?.next()?;
        self.tally.merge(&tally);
        Some(batch)
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

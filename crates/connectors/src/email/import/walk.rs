//! All mail in whatever was given, in a fixed order, handed out message by message.

use std::{
    io::{Cursor, Read, SeekFrom},
    path::Path,
};

use bytes::Bytes;
use jiff::Timestamp;

use super::{
    archive, emlx,
    folder::Folder,
    header::Header,
    kind::{HEAD, Kind, kind},
    left_out::LeftOut,
    maildir::Named,
    mbox::{self, Ended, Entry, Options, header_of},
    separator::field_name,
    takeout, tree,
};
use crate::{ItemFailure, registry::ReadSeek};

/// Before this (1990) nobody received mail that counts; programs write such dates where they know none.
const FIRST: i64 = 631_152_000;

/// What mail is read from.
pub(super) enum Input {
    /// A file.
    File(Box<dyn ReadSeek>),
    /// A zip.
    Zip(archive::Zip),
    /// A folder.
    Folder(Box<dyn Folder>),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Its bytes; of a too large one the header.
    pub(super) body: Bytes,
    /// When it was received.
    pub(super) at: Option<Timestamp>,
    /// When it was sent, as it says itself.
    pub(super) sent: Option<Timestamp>,
    /// Bytes of the whole message.
    pub(super) size: u64,
    /// Only the header is here.
    pub(super) cut: bool,
    /// Labels of Google's export.
    pub(super) labels: Vec<String>,
    /// It is of Google's export.
    pub(super) google: bool,
}

/// What comes up on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A message.
    Message(Found),
    /// Something that cannot be read.
    Failure(ItemFailure),
    /// Something that is not read, as a plural: `empty messages`.
    Left(String),
    /// Something that people should know.
    Note(String),
}

/// A file with mail in it, wherever it stands.
pub(super) struct Item<'a> {
    /// Its name for texts.
    pub(super) name: &'a str,
    /// Of a message in a maildir: what its name says.
    pub(super) maildir: Option<Named>,
}

/// Goes through all mail.
pub(super) struct Walk<'a> {
    /// Largest message that is handed out whole.
    pub(super) limit: u64,
    /// What is not read.
    pub(super) left_out: &'a LeftOut,
    /// Takes what comes up; `false` if nobody wants more.
    pub(super) each: &'a mut dyn FnMut(Event) -> bool,
}

impl Walk<'_> {
    /// Everything in it, from its beginning; `false` if nobody wanted more.
    pub(super) fn all(&mut self, name: &str, input: &mut Input) -> bool {
        match input {
            Input::File(file) => match file.seek(SeekFrom::Start(0)) {
                Ok(_) => self.file(&Item { name, maildir: None }, file),
                Err(e) => self.fail(name, format!("it cannot be read ({e})")),
            },
            Input::Zip(zip) => archive::walk(self, zip),
            Input::Folder(folder) => tree::walk(self, &**folder, Path::new(""), 0),
        }
    }

    pub(super) fn fail(&mut self, item: &str, reason: impl Into<String>) -> bool {
        (self.each)(Event::Failure(ItemFailure::new(shown(item), reason)))
    }

    pub(super) fn leave(&mut self, what: impl Into<String>) -> bool {
        (self.each)(Event::Left(what.into()))
    }

    /// A file, as whatever it turns out to be.
    pub(super) fn file(&mut self, item: &Item<'_>, input: &mut dyn Read) -> bool {
        match item.maildir {
            Some(Named { trashed: true, .. }) => return self.leave("messages in the bin"),
            Some(Named { draft: true, .. }) => return self.leave("drafts"),
            _ => {}
        }
        let mut head = Vec::new();
        if let Err(e) = Read::take(&mut *input, HEAD).read_to_end(&mut head) {
            return self.fail(item.name, format!("it cannot be read ({e})"));
        }
        let kind = kind(&head);
        let empty = head.iter().all(u8::is_ascii_whitespace);
        let begins = field_name(&head).is_some();
        let mut whole = Cursor::new(head).chain(input);
        match (kind, item.maildir) {
            (Some(Kind::Mbox), _) => self.mbox(item, &mut whole),
            (Some(Kind::Emlx), _) => self.single(item, &mut whole, true),
            (Some(Kind::Eml), _) => self.single(item, &mut whole, false),
            (None, Some(_)) if begins => self.single(item, &mut whole, false),
            (None, Some(_)) if empty => self.leave("empty messages"),
            (None, Some(_)) => self.fail(item.name, "it is no mail"),
            (None, None) => self.leave("files that are no mail"),
        }
    }

    fn mbox(&mut self, item: &Item<'_>, input: &mut dyn Read) -> bool {
        let mut read = 0_u64;
        let options = Options { limit: self.limit, chunk: mbox::CHUNK, dialect: None };
        let ended = mbox::read(input, &options, &mut |entry| {
            read += 1;
            self.message(item, entry)
        });
        match ended {
            Ok(Ended::Whole) => true,
            Ok(Ended::Unwanted) => false,
            Ok(Ended::Torn) => {
                (self.each)(Event::Note(format!("{} ends in the middle of a line: its last message may not be whole", shown(item.name))))
            }
            Err(e) => self.fail(item.name, format!("it cannot be read further than to the end of its message {read} ({e})")),
        }
    }

    /// A file that is one message.
    fn single(&mut self, item: &Item<'_>, input: &mut dyn Read, apple: bool) -> bool {
        // A property list behind the message is some hundred bytes long.
        let most = self.limit.saturating_add(if apple { 64 << 10 } else { 0 });
        let mut bytes = Vec::new();
        let read = Read::take(&mut *input, most.saturating_add(1)).read_to_end(&mut bytes).and_then(|n| {
            let rest = if n as u64 > most { std::io::copy(input, &mut std::io::sink())? } else { 0 };
            Ok(n as u64 + rest)
        });
        let size = match read {
            Ok(size) => size,
            Err(e) => return self.fail(item.name, format!("it cannot be read ({e})")),
        };
        bytes.shrink_to_fit();
        let file = Bytes::from(bytes);
        let file = if file.starts_with(b"\xef\xbb\xbf") { file.slice(3..) } else { file };
        let (mut body, mut at) = (file.clone(), item.maildir.and_then(|n| n.at));
        if let Some(mail) = apple.then(|| emlx::read(&file)).flatten() {
            if mail.trashed {
                return self.leave("messages in the bin");
            }
            if mail.draft {
                return self.leave("drafts");
            }
            if mail.torn && size <= most && !(self.each)(Event::Note(format!("{} is shorter than it says", shown(item.name)))) {
                return false;
            }
            (body, at) = (mail.body, mail.at);
        }
        let cut = body.len() as u64 > self.limit || size > most;
        let entry = match cut {
            true => Entry { body: Bytes::copy_from_slice(header_of(&body)), at, size, cut },
            false => Entry { size: body.len() as u64, body, at, cut },
        };
        self.message(item, entry)
    }

    fn message(&mut self, _item: &Item<'_>, entry: Entry) -> bool {
        if entry.body.iter().all(u8::is_ascii_whitespace) {
            return self.leave("empty messages");
        }
        let header = Header::of(&entry.body);
        let labels = header.labels.map(takeout::decoded).unwrap_or_default();
        if let Some(label) = labels.iter().find(|l| self.left_out.label(l)) {
            let what = format!("messages with the label {}", shown(label));
            return self.leave(what);
        }
        let known = |at: &Timestamp| at.as_second() >= FIRST;
        let at = entry.at.filter(known).or(header.received.filter(known));
        let (sent, google) = (header.sent.filter(known), header.google);
        (self.each)(Event::Message(Found { at, sent, size: entry.size, cut: entry.cut, labels, google, body: entry.body }))
    }
}

/// A name out of somebody's files, short and on one line.
pub(super) fn shown(name: &str) -> String {
    let mut out: String = name.chars().take(120).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if name.chars().nth(120).is_some() {
        out.push('…');
    }
    out
}

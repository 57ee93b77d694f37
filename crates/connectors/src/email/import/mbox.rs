//! An mbox, read once from its beginning to its end, however large: in memory are a few megabytes, and one message.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes, BytesMut};
use jiff::Timestamp;
use memchr::memmem::Finder;

use super::{
    dialect::{Dialect, Line, Quoting, next_separator, trimmed, unquoted},
    header,
    separator::{AHEAD, FROM, Separator},
};

/// As much of a file is looked at to tell how it was written.
const LOOK: usize = 8 << 20;
/// Bytes that are read at once.
pub(super) const CHUNK: usize = 4 << 20;
/// What is kept of a message that is passed over: enough to tell what a line is.
const TAIL: usize = 4 << 10;

/// How a file is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// Largest message that is handed out whole.
    pub(super) limit: u64,
    /// Bytes that are read at once; what comes out does not depend on it.
    pub(super) chunk: usize,
    /// How the file was written; `None` to look.
    pub(super) dialect: Option<Dialect>,
}

/// A message of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its bytes as they were before they were put into the file; of a too large one the header.
    pub(super) body: Bytes,
    /// The date of its separator.
    pub(super) at: Option<Timestamp>,
    /// Bytes that it has in the file.
    pub(super) size: u64,
    /// Only the header is here.
    pub(super) cut: bool,
}

/// How reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nobody wants more.
    Unwanted,
    /// At the file's end.
    Whole,
    /// At the file's end, which is in the middle of a line.
    Torn,
}

/// Reads a file that begins with a separator, and hands out its messages until one is answered with `false`.
pub(super) fn read(input: &mut dyn Read, options: &Options, each: &mut dyn FnMut(Entry) -> bool) -> io::Result<Ended> {
    let mut reader = Reader {
        input,
        bytes: BytesMut::new(),
        ended: false,
        chunk: options.chunk.max(1),
        limit: options.limit,
        dialect: options.dialect.unwrap_or(Dialect::RD),
        finder: Finder::new(FROM),
    };
    reader.begin(options.dialect.is_none())?;
    while !reader.bytes.is_empty() {
        let entry = reader.entry()?;
        let torn = reader.ended && reader.bytes.is_empty() && !entry.1;
        if !each(entry.0) {
            return Ok(Ended::Unwanted);
        }
        if torn {
            return Ok(Ended::Torn);
        }
    }
    Ok(Ended::Whole)
}

struct Reader<'a> {
    input: &'a mut dyn Read,
    /// From the separator of the next message on.
    bytes: BytesMut,
    /// There is nothing more to read.
    ended: bool,
    chunk: usize,
    limit: u64,
    dialect: Dialect,
    finder: Finder<'static>,
}

impl Reader<'_> {
    /// Reads on until `wanted` bytes are there, or the file ends.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while self.bytes.len() < wanted && !self.ended {
            let from = self.bytes.len();
            self.bytes.resize(from + self.chunk, 0);
            let mut to = from;
            while to < self.bytes.len() {
                match self.input.read(self.bytes.get_mut(to..).unwrap_or_default()) {
                    Ok(0) => {
                        self.ended = true;
                        break;
                    }
                    Ok(n) => to += n,
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            }
            self.bytes.truncate(to);
        }
        Ok(())
    }

    /// Up to the first separator, and how the file was written.
    fn begin(&mut self, look: bool) -> io::Result<()> {
        self.fill(if look { LOOK } else { AHEAD })?;
        if self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.bytes.advance(3);
        }
        let empty = self.bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n' | 0)).count();
        self.bytes.advance(empty);
        if look {
            let head = self.bytes.get(..LOOK.min(self.bytes.len())).unwrap_or_default();
            self.dialect = Dialect::of(head, self.ended && head.len() == self.bytes.len());
        }
        Ok(())
    }

    /// The next message, and whether it ends with a line.
    fn entry(&mut self) -> io::Result<(Entry, bool)> {
        self.fill(AHEAD)?;
        let separator = Separator::at(&self.bytes, self.dialect.bare);
        let body = separator.map_or(0, |s| s.len);
        let at = separator.and_then(|s| s.at);
        if self.dialect.lengths
            && let Some(entry) = self.by_length(body, at)?
        {
            return Ok(entry);
        }
        let mut scan = body;
        let mut quoted = false;
        // Of a message that is too large: its header, and the bytes of it that are read and gone.
        let mut large: Option<(Bytes, u64)> = None;
        loop {
            let seen = self.scan(if large.is_some() { 0 } else { body }, &mut scan, &mut quoted);
            if let Some(end) = seen.or(self.ended.then_some(self.bytes.len())) {
                let message = self.bytes.split_to(end).freeze();
                let whole_line = message.ends_with(b"\n");
                if let Some((header, gone)) = large {
                    return Ok((Entry { body: header, at, size: gone + message.len() as u64, cut: true }, whole_line));
                }
                return Ok((self.finish(message.slice(body..), at, quoted), whole_line));
            }
            let so_far = scan.saturating_sub(body);
            if let Some((_, gone)) = &mut large {
                *gone += self.forget(0, &mut scan) as u64;
            } else if so_far as u64 > self.limit && so_far > header::LARGEST {
                let header = self.header(self.bytes.get(body..).unwrap_or_default());
                large = Some((header, (self.forget(body, &mut scan) - body) as u64));
            }
            // At least as much again as there is: a large message is not moved once for each chunk.
            let more = self.bytes.len().max(self.chunk.max(AHEAD));
            let most = usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_add(self.chunk);
            self.fill(self.bytes.len() + more.min(most.max(AHEAD)))?;
        }
    }

    /// Looks for the message's end from `scan` on, which is moved to where to go on.
    fn scan(&self, body: usize, scan: &mut usize, quoted: &mut bool) -> Option<usize> {
        while let Some(found) = self.bytes.get(*scan..).and_then(|rest| self.finder.find(rest)) {
            let at = *scan + found;
            match Line::at(&self.bytes, at, body) {
                Line::Begins { blank } if blank || !self.dialect.blank => {
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    if rest.len() < AHEAD && !self.ended {
                        *scan = at;
                        return None;
                    }
                    if Separator::at(rest, self.dialect.bare).is_some() {
                        return Some(at);
                    }
                }
                Line::Quoted(_) => *quoted = true,
                Line::Begins { .. } | Line::Inside => {}
            }
            *scan = at + FROM.len();
        }
        *scan = (*scan).max(self.bytes.len().saturating_sub(FROM.len() - 1));
        None
    }

    /// Drops what was scanned of a message that is passed over, `from` bytes at least; says how much.
    fn forget(&mut self, from: usize, scan: &mut usize) -> usize {
        let gone = scan.saturating_sub(TAIL).max(from);
        self.bytes.advance(gone);
        *scan -= gone;
        gone
    }

    /// The message as its `Content-Length` says, if that is right.
    fn by_length(&mut self, body: usize, at: Option<Timestamp>) -> io::Result<Option<(Entry, bool)>> {
        self.fill(body + header::LARGEST)?;
        let message = self.bytes.get(body..).unwrap_or_default();
        let Some((length, header)) = header::content_length(message).zip(header::end(message)) else { return Ok(None) };
        let Some(size) = length.checked_add(header as u64).filter(|size| *size <= self.limit) else { return Ok(None) };
        let end = body + usize::try_from(size).unwrap_or(usize::MAX - body);
        self.fill(end.saturating_add(AHEAD + 4))?;
        let Some(next) = next_separator(&self.bytes, end, self.dialect.bare).filter(|_| end <= self.bytes.len()) else {
            return Ok(None);
        };
        let message = self.bytes.split_to(next).freeze().slice(body..end);
        let message = if self.dialect.quoting == Quoting::None { message } else { unquoted(message, self.dialect.quoting, &self.finder) };
        Ok(Some((Entry { body: message, at, size, cut: false }, true)))
    }

    fn finish(&self, message: Bytes, at: Option<Timestamp>, quoted: bool) -> Entry {
        let size = message.len() as u64;
        if size > self.limit {
            return Entry { body: self.header(&message), at, size, cut: true };
        }
        let message = message.slice(..trimmed(&message).len());
        let body = if quoted { unquoted(message, self.dialect.quoting, &self.finder) } else { message };
        Entry { body, at, size, cut: false }
    }

    /// The header of a message, copied: it does not hold on to the rest.
    fn header(&self, message: &[u8]) -> Bytes {
        Bytes::copy_from_slice(header_of(message))
    }
}

/// A message's header with its empty line; at most as much as one may have.
pub(super) fn header_of(message: &[u8]) -> &[u8] {
    let most = message.get(..header::LARGEST.min(message.len())).unwrap_or_default();
    let whole_lines = || memchr::memrchr(b'\n', most).map_or(most.len(), |n| n + 1);
    most.get(..header::end(message).unwrap_or_else(whole_lines)).unwrap_or_default()
}

#[cfg(test)]
#[path = "mbox_tests.rs"]
mod tests;

//! A message's header, looked over without understanding it: a mailbox has to be counted as fast as it is read.

use jiff::{Timestamp, fmt::rfc2822};
use memchr::memchr_iter;

use super::separator::field_name;

/// Most bytes of a header that are looked at. Mail servers refuse headers of a fraction of that.
pub(super) const LARGEST: usize = 256 << 10;

/// Google puts its fields at the top, above all that a sender can write; there may be some of the program that the export went through.
pub(super) const TOP: usize = 6;

/// What a header says that counts here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// Its end: of the empty line, or of the message.
    pub(super) end: usize,
    /// When the last server received it: of the first `Received`, or of Gmail's `X-Received`.
    pub(super) received: Option<Timestamp>,
    /// `Date`.
    pub(super) sent: Option<Timestamp>,
    /// `X-Gmail-Labels`, as it stands.
    pub(super) labels: Option<&'a [u8]>,
    /// `X-GM-THRID` is there: it is Google's export.
    pub(super) google: bool,
}

impl<'a> Header<'a> {
    pub(super) fn of(message: &'a [u8]) -> Header<'a> {
        let mut out = Header { end: end(message).unwrap_or(message.len().min(LARGEST)), ..Header::default() };
        let mut n = 0;
        fields(message, &mut |name, value| {
            n += 1;
            // Few names are of interest, most begin with other letters.
            match name.first().map(u8::to_ascii_lowercase) {
                Some(b'r') if out.received.is_none() && name.eq_ignore_ascii_case(b"received") => out.received = received(value),
                Some(b'd') if out.sent.is_none() && name.eq_ignore_ascii_case(b"date") => out.sent = date(value),
                Some(b'x') if n <= TOP && name.eq_ignore_ascii_case(b"x-gmail-labels") => out.labels = out.labels.or(Some(value)),
                Some(b'x') if n <= TOP && name.eq_ignore_ascii_case(b"x-gm-thrid") => out.google = true,
                Some(b'x') if out.received.is_none() && name.eq_ignore_ascii_case(b"x-received") => out.received = received(value),
                _ => {}
            }
            true
        });
        out
    }
}

/// Where a message's header ends, with its empty line; `None` if it has no end.
pub(super) fn end(message: &[u8]) -> Option<usize> {
    match message {
        [b'\n', ..] => return Some(1),
        [b'\r', b'\n', ..] => return Some(2),
        _ => {}
    }
    let head = message.get(..LARGEST.min(message.len())).unwrap_or_default();
    memchr_iter(b'\n', head).find_map(|n| match head.get(n + 1..) {
        Some([b'\n', ..]) => Some(n + 2),
        Some([b'\r', b'\n', ..]) => Some(n + 3),
        _ => None,
    })
}

/// `Content-Length`, if the header has one that is a number.
pub(super) fn content_length(message: &[u8]) -> Option<u64> {
    let mut found = None;
    fields(message, &mut |name, value| {
        if name.eq_ignore_ascii_case(b"content-length") {
            found = std::str::from_utf8(value.trim_ascii()).ok().and_then(|v| v.parse().ok());
        }
        found.is_none()
    });
    found
}

/// Goes over the fields of a header: names, and values with their line breaks. Lines that are no field are passed over. Ends where `each`
/// says `false`.
pub(super) fn fields<'a>(message: &'a [u8], each: &mut dyn FnMut(&'a [u8], &'a [u8]) -> bool) {
    let head = message.get(..LARGEST.min(message.len())).unwrap_or_default();
    let mut lines = Lines { rest: head };
    let mut next = lines.next();
    while let Some(line) = next {
        if line.trim_ascii_end().is_empty() {
            return;
        }
        let from = head.len() - lines.rest.len();
        let mut to = from;
        next = lines.next();
        while next.is_some_and(|l| matches!(l, [b' ' | b'\t', ..]) && !l.trim_ascii().is_empty()) {
            to = head.len() - lines.rest.len();
            next = lines.next();
        }
        let Some(name) = field_name(line) else { continue };
        let begins = from - line.len() + line.iter().position(|b| *b == b':').map_or(0, |n| n + 1);
        if !each(name, head.get(begins..to).unwrap_or_default()) {
            return;
        }
    }
}

/// Lines with their ends.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |n| n + 1);
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(line)
    }
}

/// The date behind the last semicolon of a `Received` (RFC 5321 section 4.4).
fn received(value: &[u8]) -> Option<Timestamp> {
    date(value.rsplit(|b| *b == b';').next()?)
}

fn date(value: &[u8]) -> Option<Timestamp> {
    let value = value.get(..200.min(value.len()))?;
    let text: Vec<&str> = std::str::from_utf8(value).ok()?.split_ascii_whitespace().collect();
    let text = text.join(" ");
    let plain = text.split(" (").next().unwrap_or(&text);
    static PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    PARSER.parse_timestamp(plain).ok().filter(|t| t.as_second() > 0)
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;

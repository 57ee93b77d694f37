//! How an mbox was written: programs differ, and the file does not say which one it was.
//!
//! | dialect | a line `From x` of a message | a line `>From x` of a message | where a message ends |
//! | --- | --- | --- | --- |
//! | mboxrd | `>From x` | `>>From x` | separator |
//! | mboxo | `>From x` | `>From x` | separator |
//! | mboxcl | as mboxo | as mboxo | `Content-Length` |
//! | mboxcl2 | `From x` | `>From x` | `Content-Length` |
//!
//! (<https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml> and its neighbours describe the four.) So it is told by looking at
//! the first megabytes:
//!
//! - **Lengths count** if nearly all messages have a `Content-Length` and nearly all of them are right. One message alone never decides:
//!   whoever writes a mail could else hide those that follow it.
//! - **mboxrd or mboxo** differ in lines with two or more `>`. Such a line most often stands among lines that somebody quoted with as many
//!   `>`: with one more than they have, mboxrd added it. Where nothing tells, it is mboxrd, which most programs write today.
//! - **An empty line before a separator** is not asked for in a file that mostly has none there.

use bytes::Bytes;
use memchr::memmem::Finder;

use super::{
    header,
    separator::{FROM, Separator},
};

/// What happens to lines of a message that look like a separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Each line of `>*From ` got one `>` more.
    Rd,
    /// Each line `From ` got a `>`, others none.
    O,
    /// Nothing.
    None,
}

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) quoting: Quoting,
    /// `Content-Length` tells where a message ends.
    pub(super) lengths: bool,
    /// An empty line stands before a separator.
    pub(super) blank: bool,
    /// Separators hold nothing but `From `.
    pub(super) bare: bool,
}

impl Dialect {
    /// What is meant where nothing tells otherwise.
    pub(super) const RD: Dialect = Dialect { quoting: Quoting::Rd, lengths: false, blank: true, bare: false };

    /// Looks at the beginning of a file, which begins with a separator.
    pub(super) fn of(head: &[u8], whole: bool) -> Dialect {
        let bare = Separator::at(head, true).is_some_and(|s| s.bare);
        let mut seen = Seen { bare, ..Seen::default() };
        seen.look(head, whole);
        let most = |part: u32, of: u32| part > 0 && part * 10 >= of * 9;
        let lengths = most(seen.lengths, seen.messages) && most(seen.right, seen.lengths);
        let quoting = match lengths {
            true if seen.plain > 0 => Quoting::None,
            true => Quoting::O,
            false if seen.deeper > seen.quoted => Quoting::O,
            false => Quoting::Rd,
        };
        Dialect { quoting, lengths, blank: seen.after_blank * 2 >= seen.separators, bare }
    }
}

/// What stands in the beginning of a file.
#[derive(Debug, Default)]
struct Seen {
    bare: bool,
    /// Separators but the first, and how many of them stand after an empty line.
    separators: u32,
    after_blank: u32,
    /// Messages, how many have a length, and how many of these are right.
    messages: u32,
    lengths: u32,
    right: u32,
    /// Lines `From ` that begin no message.
    plain: u32,
    /// Lines of `>>From ` that have one `>` more than a neighbour, and such that have as many.
    quoted: u32,
    deeper: u32,
}

impl Seen {
    fn look(&mut self, head: &[u8], whole: bool) {
        let finder = Finder::new(FROM);
        let mut body = Separator::at(head, self.bare).map_or(0, |s| s.len);
        // Where the message ends as its length says.
        let mut ends = self.begin(head, body);
        for at in finder.find_iter(head) {
            if at < body {
                continue;
            }
            match Line::at(head, at, body) {
                Line::Inside => {}
                Line::Quoted(marks) => self.vote(head, at, marks),
                Line::Begins { blank } => match Separator::at(head.get(at..).unwrap_or_default(), self.bare) {
                    // Inside of a message whose length is right so far.
                    Some(_) if ends.is_some_and(|end| end > at && end <= head.len() && ends_at(head, end, self.bare)) => self.plain += 1,
                    Some(separator) => {
                        self.separators += 1;
                        self.after_blank += u32::from(blank);
                        self.end(ends, at);
                        body = at + separator.len;
                        ends = self.begin(head, body);
                    }
                    None => self.plain += 1,
                },
            }
        }
        if whole {
            self.end(ends, head.len());
        }
    }

    fn begin(&mut self, head: &[u8], body: usize) -> Option<usize> {
        let message = head.get(body..).unwrap_or_default();
        let length = header::content_length(message)?;
        usize::try_from(length).ok()?.checked_add(body + header::end(message)?)
    }

    fn end(&mut self, says: Option<usize>, at: usize) {
        self.messages += 1;
        self.lengths += u32::from(says.is_some());
        // The empty line before the separator is no part of the message.
        self.right += u32::from(says.is_some_and(|end| end <= at && at - end <= 4));
    }

    /// What a line of `marks` times `>` and `From ` tells.
    fn vote(&mut self, head: &[u8], at: usize, marks: usize) {
        if marks < 2 {
            return;
        }
        let start = at.saturating_sub(marks);
        let before = head.get(..start.saturating_sub(1)).unwrap_or_default();
        let before = before.get(memchr::memrchr(b'\n', before).map_or(0, |n| n + 1)..).unwrap_or_default();
        let after = head.get(at..).unwrap_or_default();
        let after = after.get(memchr::memchr(b'\n', after).map_or(after.len(), |n| n + 1)..).unwrap_or_default();
        for line in [before, after] {
            let n = marks_of(line);
            let from = line.get(n..).is_some_and(|l| l.starts_with(FROM));
            self.quoted += u32::from(n + 1 == marks && !from);
            self.deeper += u32::from(n == marks && !from);
        }
    }
}

/// How many `>` a line begins with.
fn marks_of(line: &[u8]) -> usize {
    line.iter().take_while(|b| **b == b'>').count()
}

/// Whether a message that ends at `end` by its length is followed by a separator or by nothing.
pub(super) fn ends_at(bytes: &[u8], end: usize, bare: bool) -> bool {
    next_separator(bytes, end, bare).is_some()
}

/// Where the separator behind `end` begins, or the file's end; there may be two line ends before it.
pub(super) fn next_separator(bytes: &[u8], end: usize, bare: bool) -> Option<usize> {
    let mut at = end;
    for _ in 0..3 {
        let rest = bytes.get(at..)?;
        if rest.is_empty() || ((at == 0 || bytes.get(at - 1) == Some(&b'\n')) && Separator::at(rest, bare).is_some()) {
            return Some(at);
        }
        at += match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return None,
        };
    }
    None
}

/// As many zero bytes stand for an empty line: a crash leaves blocks of them. No mail server lets them through.
const ZEROS: usize = 512;

/// What a `From ` is by what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// It is no beginning of a line.
    Inside,
    /// The beginning of a line.
    Begins {
        /// An empty line stands before it.
        blank: bool,
    },
    /// So many `>` stand between the beginning of the line and it.
    Quoted(usize),
}

impl Line {
    /// What the `From ` at `at` is in a message that begins at `body`.
    pub(super) fn at(bytes: &[u8], at: usize, body: usize) -> Line {
        let before = bytes.get(body..at).unwrap_or_default();
        match before {
            [] | [b'\n'] | [.., b'\n', b'\n'] | [b'\r', b'\n'] | [.., b'\n', b'\r', b'\n'] => Line::Begins { blank: true },
            [.., b'\n'] => Line::Begins { blank: false },
            [.., b'>'] => {
                let marks = before.iter().rev().take_while(|b| **b == b'>').count();
                let begins = before.len().checked_sub(marks + 1).is_none_or(|n| before.get(n) == Some(&b'\n'));
                if begins { Line::Quoted(marks) } else { Line::Inside }
            }
            [.., 0] => {
                let zeros = before.iter().rev().take_while(|b| **b == 0).count();
                let begins = before.len().checked_sub(zeros + 1).is_none_or(|n| before.get(n) == Some(&b'\n'));
                if begins && zeros >= ZEROS { Line::Begins { blank: true } } else { Line::Inside }
            }
            _ => Line::Inside,
        }
    }
}

/// A message without what stands between it and the next separator: the zero bytes of a crash, and one empty line.
pub(super) fn trimmed(message: &[u8]) -> &[u8] {
    let zeros = message.iter().rev().take_while(|b| **b == 0).count();
    let message = if zeros >= ZEROS { message.get(..message.len() - zeros).unwrap_or_default() } else { message };
    match message {
        [b'\n'] | [b'\r', b'\n'] => &[],
        [.., b'\n', b'\r', b'\n'] => message.get(..message.len() - 2).unwrap_or_default(),
        [.., b'\n', b'\n'] => message.get(..message.len() - 1).unwrap_or_default(),
        _ => message,
    }
}

/// The message as it was before it was put into the file.
pub(super) fn unquoted(message: Bytes, quoting: Quoting, finder: &Finder<'_>) -> Bytes {
    let mut out: Vec<u8> = Vec::new();
    let mut copied = 0;
    for at in finder.find_iter(&message) {
        let Line::Quoted(marks) = Line::at(&message, at, 0) else { continue };
        let is_quoted = match quoting {
            Quoting::Rd => true,
            Quoting::O => marks == 1,
            Quoting::None => false,
        };
        if is_quoted {
            out.reserve(if copied == 0 { message.len() } else { 0 });
            out.extend_from_slice(message.get(copied..at - marks).unwrap_or_default());
            copied = at - marks + 1;
        }
    }
    if copied == 0 {
        return message;
    }
    out.extend_from_slice(message.get(copied..).unwrap_or_default());
    Bytes::from(out)
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod tests;

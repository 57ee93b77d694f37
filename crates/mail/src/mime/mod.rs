//! A message's bytes to what it means: headers (RFC 5322, 2047, 6532), parts (RFC 2045 and following), charsets as browsers read them.
//!
//! Written here and not taken from a library, because everything in a mail is chosen by whoever sent it: work grows with the message's size
//! and nothing else, no nesting reaches the stack, and what is damaged is read as people would. `tests/oracle.rs` compares it with
//! another reader.

mod absence;
mod address;
mod armour;
mod charset;
mod date;
mod fields;
mod file;
mod flowed;
mod header;
mod id;
mod noise;
mod param;
mod part;
mod reader;
mod smime;
mod transfer;
mod word;

use std::borrow::Cow;

use sales_model::{Mail, MailFile, Noise};

use header::Header;
use reader::Reader;

pub use absence::until as absent_until;

/// The longest text of a mail in bytes; what is longer is cut, with a last line that says so.
pub const LONGEST_BODY: usize = 1024 * 1024;
/// Parts of a message that are looked at.
pub const PARTS: usize = 1_000;
/// How deep parts may stand in each other.
pub const DEPTH: usize = 50;

/// Reads a message. Never fails: what cannot be read is left out.
pub fn read(raw: &[u8]) -> Mail {
    let raw = with_line_feeds(raw);
    let header = Header::parse(&raw);
    let mut mail = fields::read(&header);
    let mut reader = Reader::default();
    reader.message(&header);
    let found = reader.finish();
    (mail.body, mail.files, mail.invitations) = (found.body, found.files, found.invitations);
    if found.answer && matches!(mail.noise, None | Some(Noise::Notification)) {
        mail.noise = Some(Noise::CalendarReply);
    }
    if mail.noise == Some(Noise::AutoReply) {
        // Some say it in the subject alone.
        mail.absent_until = mail.sent.and_then(|sent| absence::until(&mail.body, sent).or_else(|| absence::until(&mail.subject, sent)));
    }
    mail
}

/// A file of a message with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its description, as [`read`] gives it.
    pub file: MailFile,
    /// Its decoded bytes.
    pub content: Vec<u8>,
}

/// Takes one file out of a message: the one that stands at `index` in [`Mail::files`] when [`read`] has read the same bytes. `None` if it has
/// no such file.
pub fn attachment(raw: &[u8], index: usize) -> Option<Attachment> {
    let raw = with_line_feeds(raw);
    let mut reader = Reader::taking(index);
    reader.message(&Header::parse(&raw));
    reader.taken()
}

/// Reads a message's header alone (the lines before the first empty one; what follows is not looked at): a [`Mail`] with `header_only`.
/// It agrees with [`read`] but for text, files and invitations, and what follows from them.
pub fn read_header(header: &[u8]) -> Mail {
    let raw = with_line_feeds(header);
    Mail { header_only: true, ..fields::read(&Header::parse(&raw)) }
}

/// The vendor id of the record (`mail:<native>` is its id): the `Message-ID` where it can serve as one, else a hash. `raw` is the whole
/// message where it has no usable `Message-ID`; the header is enough otherwise.
pub fn native(mail: &Mail, raw: &[u8]) -> String {
    id::native(mail, raw)
}

/// The header of a message with its empty line: what [`read_header`] reads.
pub fn header(raw: &[u8]) -> &[u8] {
    let length = match with_line_feeds(raw) {
        // Each byte stands for one.
        Cow::Owned(raw) => header::length(&raw),
        Cow::Borrowed(raw) => header::length(raw),
    };
    raw.get(..length).unwrap_or(raw)
}

/// The first field of a name in a message's header, decoded and on one line; `None` without one.
pub fn field(raw: &[u8], name: &str) -> Option<String> {
    Header::parse(&with_line_feeds(raw)).decoded(name).map(|t| t.trim().to_owned())
}

/// A message whose lines end with carriage returns alone, as old programs wrote them, with line feeds.
fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    let (first, _) = header::line(raw);
    if first.len() < raw.len() || !raw.contains(&b'\r') || raw.ends_with(b"\n") {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|b| if *b == b'\r' { b'\n' } else { *b }).collect())
}

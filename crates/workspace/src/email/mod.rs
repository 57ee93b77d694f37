//! A mail thread as a file.

mod body;
mod front_matter;

use jiff::tz::TimeZone;
use sales_model::{CustomerId, Mail, MailAddress, Record};

pub(crate) use front_matter::is_thread;
pub use front_matter::message_ids;

/// One message of a thread.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The record: its id and time.
    pub record: &'a Record,
    /// What it holds.
    pub mail: &'a Mail,
    /// What is new in it, as plain text.
    pub text: &'a str,
    /// Lines of quoted history that the file does not show.
    pub quoted: usize,
    /// Lines of signature and disclaimer that the file does not show.
    pub signature: usize,
}

/// One thread, with everything that its file shows.
#[derive(Debug, Clone, Copy)]
pub struct ThreadFile<'a> {
    /// The thread's id.
    pub thread: &'a str,
    /// Its messages in order of time; the first gives the file its title. There is one at least.
    pub messages: &'a [Message<'a>],
    /// Whose folder the file stands in.
    pub customer: &'a CustomerId,
    /// The workspace's time zone.
    pub timezone: &'a TimeZone,
}

/// The fragment by which evidence finds a message: `m3` is the third.
pub fn anchor(index: usize) -> String {
    format!("m{}", index + 1)
}

/// The bytes of the file: Markdown with YAML front matter, with a line end at the end. The same input gives the same bytes.
///
/// What others wrote begins no section and closes none; it loads no image, runs no HTML, and steers no terminal.
pub fn render(file: &ThreadFile<'_>) -> Vec<u8> {
    let mut out = front_matter::of(file);
    body::write(file, &mut out);
    out.into_bytes()
}

/// The subject of the thread: that of its first message.
fn subject<'a>(file: &ThreadFile<'a>) -> &'a str {
    file.messages.first().map_or("", |m| m.mail.subject.as_str())
}

/// `Michael Chen <michael.chen@acme.dev>`, without the name where there is none.
fn shown(address: &MailAddress) -> String {
    if address.name.trim().is_empty() { format!("<{}>", address.email) } else { format!("{} <{}>", address.name.trim(), address.email) }
}

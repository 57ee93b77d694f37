//! A Slack channel's day as a file.

mod message;
mod topic;

use jiff::{civil::Date, tz::TimeZone};
use sales_model::{CustomerId, Person, Place, Record, RefKind, Side};

pub use self::{message::plain_text, topic::slack_topic};

/// What rendering asks of whoever knows people and places.
pub trait Lookup {
    /// A person by key (`slack:U0123`).
    fn person(&self, key: &str) -> Option<&Person>;
    /// A place by key (`slack:C0123`).
    fn place(&self, key: &str) -> Option<&Place>;
    /// On which side the author of a record stands, towards the customer of the file.
    fn side(&self, record: &Record, author: Option<&Person>) -> Side;
    /// The page where people read a message; empty if there is none.
    fn permalink(&self, place: &Place, native: &str, thread: &str) -> String;
}

/// One channel's day: the messages said first on that day, each with its replies.
#[derive(Debug, Clone, Copy)]
pub struct DayFile<'a> {
    /// The channel.
    pub place: &'a Place,
    /// The day of the threads' first messages, in the workspace's time zone.
    pub date: Date,
    /// Whose folder it stands in.
    pub customer: &'a CustomerId,
    /// Live records and stubs, ordered by thread, then vendor id. Deleted ones are left out of the file.
    pub records: &'a [&'a Record],
    /// The workspace's time zone.
    pub timezone: &'a TimeZone,
}

/// The bytes of the file: JSON in the shape of `docs/schemas/slack-day.schema.json`, two spaces an indent, with a line end at the end.
/// The same input gives the same bytes. `None` if no message is left for it: there is to be no file.
///
/// Characters that steer terminals or the direction of text are escaped (`\u202e`), so that showing the file is safe and reading it
/// gives every text as it was.
pub fn render(file: &DayFile<'_>, lookup: &dyn Lookup) -> Option<Vec<u8>> {
    message::day(file, lookup)
}

/// What stands in a text for a reference.
pub(crate) fn ref_name(lookup: &dyn Lookup, kind: RefKind, key: &str) -> Option<String> {
    let name = match kind {
        RefKind::Person => &lookup.person(key).filter(|p| !p.unknown)?.name,
        RefKind::Place => &lookup.place(key)?.name,
    };
    let name = name.trim_start_matches(['@', '#']);
    (!name.is_empty()).then(|| name.to_owned())
}

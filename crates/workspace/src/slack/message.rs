use std::borrow::Cow;

use jiff::Timestamp;
use sales_model::{FileRef, Person, Reaction, Record, RecordState, RefKind, Side, Text};
use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::{DayFile, Lookup, ref_name, topic::place_id};
use crate::{json, time::rfc3339};

/// The text of a record as files and insight show it: references by their current names, people as `@Name`, places as `#name`.
pub fn plain_text<'a>(text: &'a Text, lookup: &dyn Lookup) -> Cow<'a, str> {
    if text.refs.is_empty() {
        return Cow::Borrowed(&text.plain);
    }
    let mut out = String::with_capacity(text.plain.len() + 16 * text.refs.len());
    let mut at = 0;
    for r in &text.refs {
        let (start, end) = (r.start as usize, r.end as usize);
        let (Some(before), Some(own)) = (text.plain.get(at..start), text.plain.get(start..end)) else { continue };
        out.push_str(before);
        let sign = match r.kind {
            RefKind::Person => '@',
            RefKind::Place => '#',
        };
        if !out.ends_with(sign) && !own.starts_with(sign) {
            out.push(sign);
        }
        match ref_name(lookup, r.kind, &r.key) {
            Some(name) => out.push_str(&name),
            None => out.push_str(own),
        }
        at = end;
    }
    out.push_str(text.plain.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

#[derive(Serialize)]
struct Day<'a> {
    source: &'static str,
    channel: String,
    channel_id: &'a str,
    shared: bool,
    timestamp: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    customer: &'a str,
    messages: Threads<'a>,
}

/// What all messages of a file share.
struct Shared<'a> {
    file: &'a DayFile<'a>,
    lookup: &'a dyn Lookup,
}

/// A conversation: its first message, if we have it, and the replies.
struct Thread<'a> {
    native: &'a str,
    first: Option<&'a Record>,
    replies: Vec<&'a Record>,
}

pub(super) fn day(file: &DayFile<'_>, lookup: &dyn Lookup) -> Option<Vec<u8>> {
    let threads = threads(file.records);
    if threads.is_empty() {
        return None;
    }
    let day = Day {
        source: "slack",
        channel: if file.place.direct { file.place.name.clone() } else { format!("#{}", file.place.name) },
        channel_id: place_id(file.place),
        shared: file.place.shared,
        timestamp: file.date.to_string(),
        url: &file.place.url,
        customer: file.customer.as_str(),
        messages: Threads { threads, shared: Shared { file, lookup } },
    };
    let mut out = Vec::with_capacity(256 + file.records.len() * 600);
    // Writing plain data to memory can't fail; there is no key that is no string.
    json::pretty(&mut out, &day).ok()?;
    out.push(b'\n');
    Some(out)
}

/// The conversations in order; those of which nothing is left are left out.
fn threads<'a>(records: &[&'a Record]) -> Vec<Thread<'a>> {
    let mut threads = Vec::with_capacity(records.len());
    for group in records.chunk_by(|a, b| a.thread == b.thread) {
        let Some(native) = group.first().map(|r| r.thread.as_str()) else { continue };
        let first = group.iter().copied().find(|r| r.is_first() && r.state != RecordState::Deleted);
        let replies: Vec<&Record> = group.iter().copied().filter(|r| !r.is_first() && r.state == RecordState::Live).collect();
        if first.is_some_and(|r| r.state == RecordState::Live) || !replies.is_empty() {
            threads.push(Thread { native, first, replies });
        }
    }
    threads
}

struct Threads<'a> {
    threads: Vec<Thread<'a>>,
    shared: Shared<'a>,
}

impl Serialize for Threads<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.threads.len()))?;
        for thread in &self.threads {
            let replies = Replies { records: &thread.replies, shared: &self.shared };
            match thread.first {
                Some(first) if first.state == RecordState::Live => seq.serialize_element(&self.shared.message(first, replies))?,
                Some(first) => {
                    seq.serialize_element(&Stub {
                        ts: &first.native,
                        time: self.shared.time(first.at),
                        deleted: true,
                        missing: false,
                        replies,
                    })?;
                }
                // Its replies came before it (search results do); the next pass brings it.
                None => {
                    let time = seconds(thread.native).map(|at| self.shared.time(at)).unwrap_or_default();
                    seq.serialize_element(&Stub { ts: thread.native, time, deleted: false, missing: true, replies })?;
                }
            }
        }
        seq.end()
    }
}

#[derive(Clone, Copy)]
struct Replies<'a> {
    records: &'a [&'a Record],
    shared: &'a Shared<'a>,
}

impl Replies<'_> {
    fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

impl Serialize for Replies<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.records.iter().map(|r| self.shared.message(r, Replies { records: &[], shared: self.shared })))
    }
}

#[derive(Serialize)]
struct Stub<'a> {
    ts: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    time: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    missing: bool,
    replies: Replies<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    ts: &'a str,
    time: String,
    user: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    side: Side,
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited: Option<String>,
    #[serde(skip_serializing_if = "<[Reaction]>::is_empty")]
    reactions: &'a [Reaction],
    #[serde(skip_serializing_if = "Files::is_empty")]
    files: Files<'a>,
    #[serde(skip_serializing_if = "Replies::is_empty")]
    replies: Replies<'a>,
}

struct Files<'a>(&'a [FileRef]);

impl Files<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Files<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|f| FileLine { name: &f.name, kind: &f.kind, url: &f.url }))
    }
}

#[derive(Serialize)]
struct FileLine<'a> {
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

impl<'a> Shared<'a> {
    fn message(&'a self, record: &'a Record, replies: Replies<'a>) -> Message<'a> {
        let key = record.author.as_deref().unwrap_or_default();
        let person = record.author.as_deref().and_then(|key| self.lookup.person(key));
        let id = key.split_once(':').map_or(key, |(_, id)| id);
        Message {
            ts: &record.native,
            time: self.time(record.at),
            user: name(record, person, id),
            user_id: id,
            email: person.and_then(|p| p.email.as_deref()),
            side: self.lookup.side(record, person),
            text: plain_text(&record.text, self.lookup),
            url: self.lookup.permalink(self.file.place, &record.native, &record.thread),
            edited: record.edited.map(|at| self.time(at)),
            reactions: &record.reactions,
            files: Files(&record.files),
            replies,
        }
    }

    fn time(&self, at: Timestamp) -> String {
        rfc3339(at, self.file.timezone)
    }
}

fn name<'a>(record: &'a Record, person: Option<&'a Person>, id: &'a str) -> &'a str {
    let known = person.filter(|p| !p.unknown && !p.name.is_empty()).map(|p| p.name.as_str());
    let name = known.or(record.author_name.as_deref()).unwrap_or(id);
    if name.is_empty() { "unknown" } else { name }
}

/// When a Slack `ts` was: seconds since 1970, a dot, a counter.
fn seconds(ts: &str) -> Option<Timestamp> {
    Timestamp::from_second(ts.split('.').next()?.parse().ok()?).ok()
}

//! What a mail means. Pure; the route it came by is looked at only for what Google's export adds.

use jiff::{SignedDuration, Timestamp};
use sales_mail::{mime, quote::History, thread};
use sales_model::{Detail, FileRef, Mail, MailFile, Noise, Person, RawItem, RawKind, Record, RecordState, Route, Text};

use super::import::takeout;
use crate::{ItemFailure, Mapped};

/// Key of the place that all mails stand in.
pub(crate) const PLACE: &str = "mail";
/// A raw item that is a whole mail (RFC 5322), as the route gave it. `RawItem::at`: when the server received it.
pub(crate) const MESSAGE: RawKind = "message";
/// A raw item that is a mail's header alone, up to and including the empty line.
pub(crate) const HEADER: RawKind = "header";

/// 1 January 1990: no mail with a date before it was sent then.
const EARLIEST: i64 = 631_152_000;
/// How far a sender's clock may be ahead of the server's.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// What a raw item means: one record, and its author where the mail names them.
pub(super) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let mut mail = match raw.kind {
        MESSAGE => mime::read(&raw.body),
        HEADER => mime::read_header(&raw.body),
        other => return Err(ItemFailure::new(other, "mail has no items of this kind")),
    };
    if raw.route == Route::Import {
        mail.labels = takeout::labels(&raw.body);
        mail.labels.sort();
        mail.vendor_thread = takeout::thread(&raw.body).unwrap_or_default();
    }
    let native = mime::native(&mail, &raw.body);
    let forward = thread::is_forward(&mail.subject);
    let name = mail.from.as_ref().map_or("", |from| from.name.as_str());
    let record = Record {
        place: raw.place.clone().unwrap_or_else(|| PLACE.into()),
        thread: native.clone(),
        native,
        at: sent(&mail, raw),
        state: RecordState::Live,
        partial: raw.partial,
        author: mail.from.as_ref().map(|from| key(&from.email)),
        author_name: mail.from.as_ref().map(|from| if from.name.is_empty() { from.email.clone() } else { from.name.clone() }),
        bot: matches!(mail.noise, Some(Noise::Newsletter | Noise::Bounce | Noise::Notification)),
        text: Text::plain(History::default().split_by(&mail.body, forward, name).new_text()),
        activity: mail.noise.is_some(),
        edited: None,
        reactions: Vec::new(),
        files: mail.files.iter().filter(|f| !f.inline).map(file).collect(),
        team: None,
        detail: None,
    };
    let people = author(&mail).into_iter().collect();
    Ok(Mapped { records: vec![Record { detail: Some(Box::new(Detail::Mail(mail))), ..record }], people, ..Mapped::default() })
}

/// The key of whoever has an address.
fn key(email: &str) -> String {
    format!("{PLACE}:{email}")
}

/// The author as they name themselves; nobody where the name may be another's, or a program's.
fn author(mail: &Mail) -> Option<Person> {
    let from = mail.from.as_ref().filter(|from| !from.name.is_empty() && !mail.suspect && mail.noise.is_none())?;
    Some(Person { key: key(&from.email), name: from.name.clone(), email: Some(from.email.clone()), ..Person::default() })
}

/// When it was sent: what it says itself, unless that cannot be; then when it was received.
fn sent(mail: &Mail, raw: &RawItem) -> Timestamp {
    let said = mail.sent.filter(|at| at.as_second() >= EARLIEST);
    let latest = raw.at.unwrap_or(raw.fetched_at).checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    said.filter(|at| *at <= latest).or(raw.at).unwrap_or(raw.fetched_at)
}

fn file(file: &MailFile) -> FileRef {
    let by_name = file.name.rsplit_once('.').map(|(_, ext)| ext).filter(|ext| (1..=5).contains(&ext.len()));
    let kind = by_name.or_else(|| file.kind.rsplit_once('/').map(|(_, sub)| sub)).unwrap_or_default();
    FileRef { name: file.name.clone(), kind: kind.to_ascii_lowercase(), url: String::new() }
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;

//! Links to mails: what a pasted one means, and those that we make ourselves.
//!
//! Gmail's web pages name threads by ids of their own: older ones in hexadecimal (the API's thread id), newer ones in a form that nothing
//! but the web page understands (`FMfcgz...`). A mail's one lasting name is its `Message-ID`.

use sales_model::RecordId;
use url::Url;

use super::map::PLACE;
use crate::Link;

/// Host of Gmail's web pages.
pub(crate) const HOST: &str = "mail.google.com";
/// Longest `Message-ID` that a record is known by.
const LONGEST: usize = 200;

const HINT_THREAD: &str =
    "read the mailbox first with `sales sync --source email`, then ask again; or paste `message:` and the mail's Message-ID";
/// `FMfcg...` ids stand in no answer of Gmail's API.
const HINT_OPAQUE: &str = "Gmail's API does not know this form of link: open the mail, choose \"Show original\", and paste `message:` and the \
                           Message-ID that stands there; or import the file that \"Download original\" gives";

/// What a link means; `None` for other hosts, look-alikes and pages that are no mail's.
pub(crate) fn recognise(url: &Url) -> Option<Link> {
    match url.scheme() {
        "message" | "mid" => by_message_id(&decoded(url.as_str().split_once(':')?.1)),
        "https" if is_gmail(url) => page(url),
        _ => None,
    }
}

fn is_gmail(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    plain && url.host_str().is_some_and(|host| host.trim_end_matches('.') == HOST)
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(text.replace('+', "%2B").replace(['&', '='], "\u{0}").as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}

/// `<id>`, `//<id>` or the bare id.
fn by_message_id(text: &str) -> Option<Link> {
    let id = text.trim().trim_start_matches('/').trim_start_matches('<').trim_end_matches('>');
    let usable = (3..=LONGEST).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\".contains(&b))
        && id.bytes().filter(|b| *b == b'@').count() == 1;
    usable.then(|| Link::Record { id: RecordId::new(PLACE, id), thread: None })
}

/// `#inbox/<id>`, `#search/<words>/<id>`, `#label/<name>/<id>`, `?th=<id>`, `?permmsgid=msg-f:<decimal>`, `#search/rfc822msgid:<id>`.
fn page(url: &Url) -> Option<Link> {
    let fragment = url.fragment().unwrap_or_default();
    // What stands behind the fragment's own question mark is how the page is shown.
    let fragment = fragment.split_once('?').map_or(fragment, |(path, _)| path);
    let parts: Vec<String> = fragment.split('/').map(decoded).collect();
    let asked = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
    let searches = parts.iter().cloned().chain(asked("q"));
    let sought = searches.filter_map(|s| s.trim().strip_prefix("rfc822msgid:").map(str::to_owned)).find_map(|id| by_message_id(&id));
    if sought.is_some() {
        return sought;
    }
    let numbered = [asked("permmsgid"), asked("permthid")].into_iter().flatten().find_map(|v| decimal(&v));
    let last = parts.last().filter(|_| parts.len() > 1).map(String::as_str).unwrap_or_default();
    let id = numbered.or_else(|| asked("th").filter(|id| is_hex(id))).or_else(|| is_hex(last).then(|| last.to_owned()));
    if let Some(id) = id {
        return Some(Link::Page { place: PLACE.into(), page: id.to_ascii_lowercase(), hint: HINT_THREAD });
    }
    is_opaque(last).then(|| Link::Page { place: PLACE.into(), page: last.to_owned(), hint: HINT_OPAQUE })
}

/// `msg-f:1792345678901234567` and `thread-f:...`: the id in decimal.
fn decimal(text: &str) -> Option<String> {
    let (_, number) = text.rsplit_once(':')?;
    number.parse::<u64>().ok().map(|n| format!("{n:x}"))
}

fn is_hex(text: &str) -> bool {
    (12..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `FMfcgzQVxbhZ...`, `KtbxL...`: letters alone, without those that look alike.
fn is_opaque(text: &str) -> bool {
    (20..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Where people find a mail: Gmail's search for it, in whichever mailbox they are signed in, if Gmail has it (`thread` is its thread there);
/// else `mid:` (RFC 2392), which mail programs open. Empty for mails without a `Message-ID` of their own.
pub(crate) fn permalink(record: &str, thread: &str) -> String {
    // What stands behind the tilde tells mails apart that have one id.
    let record = record.rsplit_once('~').filter(|(id, _)| id.contains('@')).map_or(record, |(id, _)| id);
    if !record.contains('@') {
        return String::new();
    }
    let id: String = url::form_urlencoded::byte_serialize(record.as_bytes()).collect();
    if thread.is_empty() { format!("mid:{id}") } else { format!("https://{HOST}/mail/#search/rfc822msgid%3A{id}") }
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;

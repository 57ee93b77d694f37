//! Links to Granola: what a pasted one means, and those that we make ourselves.

use sales_model::RecordId;
use url::Url;

use super::map::PLACE;
use crate::Link;

/// Hosts under which notes stand. The older one is still in links that people kept.
pub(crate) const DOMAINS: [&str; 2] = ["granola.ai", "granola.so"];
/// First labels under which no notes stand: examples of ids in the documentation are nobody's notes.
const RESERVED: [&str; 5] = ["docs", "help", "mcp", "status", "trust"];
/// The page of a document; `web_url` of the API has this form.
const DOCUMENT: &str = "https://notes.granola.ai/d/";

/// Granola's API reads no note by its page, so that only what was read before is known by it.
const HINT: &str =
    "Granola's API knows notes by another id than their page's: read them first with `sales sync --source granola`, then ask again";

/// What a link means; `None` for other hosts, look-alikes and pages that are no note's.
pub(crate) fn recognise(url: &Url) -> Option<Link> {
    if !is_ours(url) {
        return None;
    }
    let parts = [Some(url.path()), url.query(), url.fragment()];
    if let Some(id) = parts.iter().flatten().find_map(|part| note_in(part)) {
        return Some(Link::Record { id: RecordId::new(PLACE, id), thread: None });
    }
    let page = parts.iter().flatten().find_map(|part| uuid_in(part)).or_else(|| share_token(url))?;
    Some(Link::Page { place: PLACE.into(), page, hint: HINT })
}

/// Whether an address is a page at Granola: https, its host exactly or below it, and nothing of what makes an address look like another.
pub(crate) fn is_ours(url: &Url) -> bool {
    let plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.port().is_none();
    plain && url.host_str().is_some_and(is_granola_host)
}

/// The page of a document.
pub(crate) fn document(uuid: &str) -> String {
    format!("{DOCUMENT}{uuid}")
}

/// `not_` and 14 letters or digits.
pub(crate) fn is_note_id(id: &str) -> bool {
    id.strip_prefix("not_").is_some_and(|rest| rest.len() == 14 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// A uuid in its usual form, in either case.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]);
    lengths && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_granola_host(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    DOMAINS.iter().any(|domain| match host.strip_suffix(domain) {
        Some("") => true,
        Some(sub) => sub.strip_suffix('.').is_some_and(|sub| !sub.is_empty() && !RESERVED.contains(&sub)),
        None => false,
    })
}

/// The first word that is a note's id.
fn note_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').find(|word| is_note_id(word))
}

/// The first uuid, in lower case; a title may stand before it (`my-meeting-<uuid>`).
fn uuid_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
    words.iter().find_map(|word| {
        let groups: Vec<&str> = word.split('-').collect();
        groups.windows(5).map(|five| five.join("-")).find(|uuid| is_uuid(uuid)).map(|uuid| uuid.to_ascii_lowercase())
    })
}

/// `/p/<token>`, seen seldom: a shared page.
fn share_token(url: &Url) -> Option<String> {
    let parts: Vec<&str> = url.path_segments()?.filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        ["p", token, ..] => {
            let fits = (8..=64).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            fits.then(|| (*token).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;

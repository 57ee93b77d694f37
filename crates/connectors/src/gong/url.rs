//! Links to Gong: what a pasted one means.

use sales_model::RecordId;
use url::{Host, Url};

use super::map;
use crate::Link;

/// Where people open calls; a region or a company may have a name below it.
pub(crate) const DOMAIN: &str = "app.gong.io";
/// Longest token of a shared page that is believed.
const LONGEST_TOKEN: usize = 2_048;

/// What a link means; `None` for other hosts, look-alikes and anything malformed.
pub(crate) fn recognise(url: &Url) -> Option<Link> {
    if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() || url.port().is_some() || !ours(url) {
        return None;
    }
    let parts: Vec<&str> = url.path_segments()?.filter(|p| !p.is_empty()).collect();
    let arg = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
    match parts.as_slice() {
        ["call"] => call(&arg("id")?),
        ["call", "pretty-transcript"] => call(&arg("call-id")?),
        ["e", "c-share"] => shared(&arg("tkn")?),
        // As the vendor's specification writes it once.
        ["e", "c-share", token] => shared(token.strip_prefix("tkn=")?),
        _ => None,
    }
}

fn ours(url: &Url) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    let host = host.trim_end_matches('.');
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match host.strip_suffix(DOMAIN) {
        Some("") => true,
        Some(sub) => sub.strip_suffix('.').is_some_and(|sub| sub.split('.').all(label)),
        None => false,
    }
}

/// A call's id: up to 20 digits.
fn call(id: &str) -> Option<Link> {
    let digits = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Link::Record { id: RecordId::new(map::PLACE, id), thread: Some(id.to_owned()) })
}

/// No request turns a token into a call.
fn shared(token: &str) -> Option<Link> {
    let fits = (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| Link::Page {
        place: map::PLACE.to_owned(),
        page: token.to_owned(),
        hint: "Gong's shared pages do not say which call they show; open the page in Gong and paste the link of the call itself \
               (.../call?id=...)",
    })
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;

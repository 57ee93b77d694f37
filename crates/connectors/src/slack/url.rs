//! Links to Slack: what a pasted one means, and the permalinks we make ourselves.

use sales_model::{Place, RecordId};
use url::Url;

use super::{mrkdwn, ts};
use crate::Link;

/// Hosts under which workspaces stand; GovSlack has its own.
const DOMAINS: [&str; 2] = ["slack.com", "slack-gov.com"];
/// First labels of Slack's own services, which are nobody's workspace.
const RESERVED: [&str; 12] =
    ["join", "api", "hooks", "files", "files-edge", "status", "docs", "get", "wss-primary", "edgeapi", "slack-files", "email"];

/// What a link means; `None` for other hosts, look-alikes, invitations and anything malformed.
pub(crate) fn recognise(url: &Url) -> Option<Link> {
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return None;
    }
    if url.scheme() == "slack" {
        return deep_link(url);
    }
    if url.scheme() != "https" || !is_slack_host(url.host_str()?) {
        return None;
    }
    let parts: Vec<&str> = url.path_segments()?.filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        ["archives", c] => Some(Link::Place(place(c)?)),
        ["archives", c, p] => message(c, p, url),
        ["client", team, c] if is_team(team) => Some(Link::Place(place(c)?)),
        ["client", team, c, "thread", t] if is_team(team) => {
            let (channel, at) = t.split_once('-')?;
            place(c)?;
            record(channel, at, Some(at))
        }
        ["client", team, c, p] if is_team(team) => message(c, p, url),
        ["files", _, f] | ["files", _, f, _] | ["docs", _, f] | ["lists", _, f] => file(f),
        _ => None,
    }
}

/// The first message of the thread that a permalink stands in, if it stands in one.
pub(crate) fn thread_of(permalink: &str) -> Option<String> {
    let url = Url::parse(permalink).ok()?;
    url.query_pairs().find(|(k, _)| k == "thread_ts").map(|(_, v)| v.into_owned()).filter(|v| ts::instant(v).is_some())
}

/// The page of a message, built from its channel's page; a reply's names its thread, so that Slack opens it there.
pub(crate) fn permalink(place: &Place, native: &str, thread: &str) -> String {
    let channel = place.key.strip_prefix("slack:").unwrap_or(&place.key);
    let base = match place.url.trim_end_matches('/') {
        "" => format!("https://slack.com/archives/{channel}"),
        url => url.to_owned(),
    };
    let digits: String = native.chars().filter(char::is_ascii_digit).collect();
    match thread.is_empty() || thread == native {
        true => format!("{base}/p{digits}"),
        false => format!("{base}/p{digits}?thread_ts={thread}&cid={channel}"),
    }
}

fn is_slack_host(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    DOMAINS.iter().any(|domain| {
        let Some(rest) = host.strip_suffix(domain) else { return false };
        let Some(sub) = rest.strip_suffix('.') else { return rest.is_empty() };
        let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        match sub.split_once('.') {
            None => label(sub) && !RESERVED.contains(&sub),
            Some((org, rest)) => label(org) && rest == "enterprise",
        }
    })
}

fn is_team(id: &str) -> bool {
    id.starts_with(['T', 'E']) && mrkdwn::is_id(id)
}

/// Key of a conversation: its id is `C`, `G` or `D` and at least six more.
fn place(id: &str) -> Option<String> {
    (id.len() >= 7 && id.starts_with(['C', 'G', 'D']) && mrkdwn::is_id(id)).then(|| format!("slack:{id}"))
}

fn file(id: &str) -> Option<Link> {
    (id.len() >= 7 && id.starts_with('F') && mrkdwn::is_id(id)).then(|| Link::File(id.to_owned()))
}

fn record(channel: &str, at: &str, thread: Option<&str>) -> Option<Link> {
    // Slack writes six digits after the dot: fewer would name another message than the link that we make of it.
    let whole = |t: &str| ts::instant(t).is_some() && t.rsplit_once('.').is_some_and(|(_, micros)| micros.len() == 6);
    if !whole(at) || !thread.is_none_or(whole) {
        return None;
    }
    Some(Link::Record { id: RecordId::new(&place(channel)?, at), thread: thread.map(str::to_owned) })
}

/// `p1763800000000300`, with `thread_ts` in the query if it is a reply.
fn message(channel: &str, p: &str, url: &Url) -> Option<Link> {
    let digits = p.strip_prefix('p').filter(|d| (7..=17).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))?;
    let (seconds, micros) = digits.split_at_checked(digits.len() - 6)?;
    let thread = url.query_pairs().find(|(k, _)| k == "thread_ts").map(|(_, v)| v.into_owned());
    record(channel, &format!("{seconds}.{micros}"), thread.as_deref())
}

/// `slack://channel?team=T…&id=C…&message=<ts>`.
fn deep_link(url: &Url) -> Option<Link> {
    if url.host_str() != Some("channel") {
        return None;
    }
    let arg = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
    let channel = arg("id")?;
    match arg("message") {
        Some(at) => record(&channel, &at, arg("thread_ts").as_deref()),
        None => Some(Link::Place(place(&channel)?)),
    }
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;

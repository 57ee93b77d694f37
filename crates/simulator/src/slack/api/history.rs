use bytes::Bytes;

use super::super::channel::Entry;
use crate::slack::{Ts, call::Call, error::Refusal};

/// The most objects a page of history holds.
const HISTORY_MAX: usize = 999;
/// The most, and the default, for replies.
const REPLIES_MAX: usize = 1000;
/// Both for distributed apps outside the Marketplace, since 2025-05-29.
const COMMERCIAL_MAX: usize = 15;

/// The bounds `oldest` and `latest`, exclusive unless `inclusive`.
struct Range {
    oldest: Option<Ts>,
    latest: Option<Ts>,
    inclusive: bool,
}

impl Range {
    fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let bound = |name: &str, error: &'static str| match call.args.text(name) {
            None | Some("") => Ok(None),
            // The documented default, which clients may send as a word.
            Some("now") if name == "latest" => Ok(None),
            Some(text) => Ts::bound(text).map(Some).ok_or_else(|| Refusal::new(error)),
        };
        let oldest = bound("oldest", "invalid_ts_oldest")?.filter(|t| t.0 > 0);
        Ok(Range { oldest, latest: bound("latest", "invalid_ts_latest")?, inclusive: call.args.flag("inclusive") })
    }

    /// The entries within, which are sorted by ts.
    fn of<'a>(&self, entries: &'a [Entry]) -> &'a [Entry] {
        let from = self.oldest.map_or(0, |o| entries.partition_point(|e| if self.inclusive { e.ts < o } else { e.ts <= o }));
        let to = self.latest.map_or(entries.len(), |l| entries.partition_point(|e| if self.inclusive { e.ts <= l } else { e.ts < l }));
        entries.get(from..to).unwrap_or_default()
    }
}

fn place_of(text: &str) -> Option<Ts> {
    text.strip_prefix("next_ts:").and_then(|t| t.parse().ok()).map(Ts)
}

/// A page by concatenation: the messages are serialised already.
fn assemble(messages: &[Bytes], has_more: bool, extra: &str, next: Option<String>) -> Vec<u8> {
    let mut out = Vec::with_capacity(messages.iter().map(|m| m.len() + 1).sum::<usize>() + 256);
    out.extend_from_slice(b"{\"ok\":true,\"messages\":[");
    for (i, m) in messages.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(m);
    }
    out.extend_from_slice(format!("],\"has_more\":{has_more}{extra}").as_bytes());
    if let Some(next) = next {
        // Base64 needs no escapes in JSON.
        out.extend_from_slice(format!(",\"response_metadata\":{{\"next_cursor\":\"{next}\"}}").as_bytes());
    }
    out.push(b'}');
    out
}

/// `conversations.history`: first-level messages and broadcast replies, newest first.
pub(crate) fn history(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let max = if call.commercial { COMMERCIAL_MAX } else { HISTORY_MAX };
    let limit = call.limit(max.min(100), max)?;
    let range = Range::read(call)?;
    let (identity, bound) = (call.token.identity(), call.args.without_cursor());
    call.world.read(|w| {
        let (_, channel) = call.readable(w)?;
        let page = call.page(w, &identity, &bound)?;
        let mut entries = range.of(&channel.history);
        if let Some(start) = page.place.as_deref().and_then(place_of) {
            entries = entries.get(..entries.partition_point(|e| e.ts <= start)).unwrap_or_default();
        }
        let size = page.size(limit).min(entries.len());
        let (rest, mine) = entries.split_at(entries.len() - size);
        let metadata = call.args.flag("include_all_metadata");
        let messages: Vec<Bytes> = mine.iter().rev().map(|e| e.shown(metadata)).collect();
        let named = |e: &Entry| format!("next_ts:{}", e.ts.0);
        let here = entries.last().map(named).unwrap_or_default();
        let next = page.next(&here, rest.last().map(named));
        let extra = format!(",\"pin_count\":{},\"channel_actions_ts\":null,\"channel_actions_count\":0", channel.pins);
        Ok(assemble(&messages, next.is_some(), &extra, next))
    })
}

/// `conversations.replies`: the thread's first message on every page, then replies, oldest first.
pub(crate) fn replies(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let max = if call.commercial { COMMERCIAL_MAX } else { REPLIES_MAX };
    let limit = call.limit(max, max)?;
    let range = Range::read(call)?;
    let (identity, bound) = (call.token.identity(), call.args.without_cursor());
    call.world.read(|w| {
        let (_, channel) = call.readable(w)?;
        let ts: Ts = call.args.text("ts").and_then(|t| t.parse().ok()).ok_or_else(|| Refusal::new("thread_not_found"))?;
        let page = call.page(w, &identity, &bound)?;
        let metadata = call.args.flag("include_all_metadata");
        let (thread, parent) = channel.message(ts).ok_or_else(|| Refusal::new("thread_not_found"))?;
        if thread.is_some() {
            // A reply's own ts gives just that message.
            return Ok(assemble(&[parent.shown(metadata)], false, "", None));
        }
        let mut entries = range.of(channel.threads.get(&ts).map_or(&[][..], Vec::as_slice));
        if let Some(start) = page.place.as_deref().and_then(place_of) {
            entries = entries.get(entries.partition_point(|e| e.ts < start)..).unwrap_or_default();
        }
        // The repeated first message counts, but a page always moves on.
        let size = page.size(limit.saturating_sub(1).max(1)).min(entries.len());
        let (mine, rest) = entries.split_at(size);
        let messages: Vec<Bytes> = std::iter::once(parent).chain(mine).map(|e| e.shown(metadata)).collect();
        let named = |e: &Entry| format!("next_ts:{}", e.ts.0);
        let here = entries.first().map(named).unwrap_or_default();
        let next = page.next(&here, rest.first().map(named));
        Ok(assemble(&messages, next.is_some(), "", next))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bounds() {
        let entries: Vec<Entry> = (1..=5).map(|n| Entry::new(Ts(n), &serde_json::Map::new())).collect();
        let within = |oldest: u64, latest: u64, inclusive| {
            let range = Range { oldest: Some(Ts(oldest)), latest: Some(Ts(latest)), inclusive };
            range.of(&entries).iter().map(|e| e.ts.0).collect::<Vec<_>>()
        };
        assert_eq!(within(2, 4, false), [3]);
        assert_eq!(within(2, 4, true), [2, 3, 4]);
        assert_eq!(within(4, 2, true), Vec::<u64>::new());
        assert_eq!(within(0, 9, false), [1, 2, 3, 4, 5]);
        let body = assemble(&[Bytes::from_static(b"{}"), Bytes::from_static(b"{}")], true, "", Some("YQ==".into()));
        let expected = json!({"ok": true, "messages": [{}, {}], "has_more": true, "response_metadata": {"next_cursor": "YQ=="}});
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&body).ok(), Some(expected));
    }
}

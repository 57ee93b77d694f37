use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::body;
use crate::slack::{
    Token, TokenKind, Ts, World,
    call::Call,
    channel::{Channel, Entry, Object},
    error::Refusal,
};

/// A message that was found: channel, ts, thread, score.
type Hit = (String, Ts, Option<Ts>, u32);

/// Results of earlier searches, good as long as the world stands: the pages of one search are cut from one result.
#[derive(Default)]
pub(crate) struct Found(Mutex<HashMap<String, Cached>>);

/// The world's version and what it gave.
type Cached = (u64, Arc<Vec<Hit>>);

/// A query in Slack's search language, as far as it is documented: words (all must occur), "phrases", `-word`, `in:`, `from:`, `after:`,
/// `before:`, `on:`, `is:thread`, `has:reaction`, `has:link`.
#[derive(Debug, Default, PartialEq)]
struct Query {
    words: Vec<String>,
    not: Vec<String>,
    channels: Vec<String>,
    from: Vec<String>,
    after: Option<Ts>,
    before: Option<Ts>,
    thread: bool,
    reaction: bool,
    link: bool,
}

impl Query {
    /// Reads a query; the dates are days in UTC. `after:` and `before:` do not include their day.
    fn read(text: &str) -> Self {
        let mut q = Query::default();
        for term in terms(text) {
            let (key, value) = term.split_once(':').unwrap_or(("", &term));
            let day = |next: bool| value.parse::<Date>().ok().and_then(|d| start_of(if next { d.tomorrow().ok()? } else { d }));
            match key {
                "in" => q.channels.push(reference(value)),
                "from" => q.from.push(reference(value)),
                "after" if day(true).is_some() => q.after = day(true),
                "before" if day(false).is_some() => q.before = day(false),
                "on" if day(false).is_some() => (q.after, q.before) = (day(false), day(true)),
                "is" if value == "thread" => q.thread = true,
                "has" if value == "reaction" => q.reaction = true,
                "has" if value == "link" => q.link = true,
                _ => match term.strip_prefix('-') {
                    Some(word) if !word.is_empty() => q.not.push(word.to_lowercase()),
                    _ => q.words.push(term.to_lowercase()),
                },
            }
        }
        q
    }

    /// The score of a message, if it fits; how often the words occur.
    fn score(&self, w: &World, thread: Option<Ts>, parent: bool, entry: &Entry) -> Option<u32> {
        if self.after.is_some_and(|a| entry.ts < a) || self.before.is_some_and(|b| entry.ts >= b) {
            return None;
        }
        if self.thread && thread.is_none() && !parent {
            return None;
        }
        if !self.from.is_empty() && !self.from.iter().any(|f| *f == *entry.user || w.label(&entry.user).eq_ignore_ascii_case(f)) {
            return None;
        }
        if self.words.is_empty() && self.not.is_empty() && !self.reaction && !self.link {
            return Some(1);
        }
        let object = entry.object();
        let text = object.get("text").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let fits = self.words.iter().all(|word| text.contains(word))
            && !self.not.iter().any(|word| text.contains(word))
            && (!self.reaction || object.get("reactions").and_then(Value::as_array).is_some_and(|r| !r.is_empty()))
            && (!self.link || text.contains("<http"));
        let count: usize = self.words.iter().map(|word| text.matches(word.as_str()).count()).sum();
        fits.then(|| u32::try_from(count).unwrap_or(u32::MAX).max(1))
    }
}

/// Words and quoted phrases; a quoted phrase loses its quotes.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let (mut term, mut quoted) = (String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => terms.extend((!term.is_empty()).then(|| std::mem::take(&mut term))),
            c => term.push(c),
        }
    }
    terms.extend((!term.is_empty()).then_some(term));
    terms
}

/// `<#C1|name>`, `#name`, `<@U1>`, `@name`: the id or the name.
fn reference(text: &str) -> String {
    let inner = text.trim_start_matches('<').trim_end_matches('>').trim_start_matches(['#', '@']);
    inner.split('|').next().unwrap_or_default().to_owned()
}

fn start_of(day: Date) -> Option<Ts> {
    day.to_zoned(TimeZone::UTC).ok().map(|z| Ts::of(z.timestamp()))
}

/// `search.messages`: page by page, for user tokens, in what the user may read.
pub(crate) fn messages(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    if call.token.kind != TokenKind::User {
        return Err(Refusal::new("not_allowed_token_type"));
    }
    if call.args.has("cursor") {
        // Not even its place in the answer is documented well enough to imitate.
        return Err(Refusal::arguments(vec!["[ERROR] cursor is not served here, use page [json-pointer:/cursor]".into()]));
    }
    let text = call.args.text("query").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Refusal::new("no_query"));
    }
    let number = |name: &str, default: i64| call.args.int(name).unwrap_or(default);
    let (count, page) = (number("count", 20), number("page", 1));
    if count < 1 || page < 1 {
        return Err(Refusal::arguments(vec!["[ERROR] must be at least 1 [json-pointer:/count]".into()]));
    }
    let (count, page) = (usize::try_from(count.min(100)).unwrap_or(100), usize::try_from(page.min(100)).unwrap_or(100));
    call.world.read(|w| {
        let hits = hits(call, w, text);
        let pages = hits.len().div_ceil(count);
        let first = (page - 1) * count;
        let shown = hits.get(first..(first + count).min(hits.len())).unwrap_or_default();
        let matches: Vec<Value> = shown.iter().filter_map(|hit| found(w, hit)).collect();
        let last = first + matches.len();
        body(&json!({
            "ok": true,
            "query": text,
            "messages": {
                "total": hits.len(),
                "pagination": {"total_count": hits.len(), "page": page, "per_page": count, "page_count": pages,
                    "first": if matches.is_empty() { 0 } else { first + 1 }, "last": if matches.is_empty() { 0 } else { last }},
                "paging": {"count": count, "total": hits.len(), "page": page, "pages": pages},
                "matches": matches,
            },
        }))
    })
}

fn hits(call: &Call<'_>, w: &World, text: &str) -> Arc<Vec<Hit>> {
    let by_time = call.args.text("sort") == Some("timestamp");
    let ascending = call.args.text("sort_dir") == Some("asc");
    let until = Ts(Ts::of(call.now).0.saturating_sub(w.search_lag_seconds * 1_000_000));
    let lagging = if w.search_lag_seconds > 0 { until } else { Ts(u64::MAX) };
    let key = format!("{}\n{by_time}{ascending}\n{}\n{text}", call.token.identity(), lagging.seconds());
    let mut cache = call.found.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((version, hits)) = cache.get(&key)
        && *version == w.version
    {
        return Arc::clone(hits);
    }
    let mut all = search(w, call.token, &Query::read(text), lagging);
    all.sort_by(|a, b| {
        let time = (a.1, &a.0).cmp(&(b.1, &b.0));
        let order = if by_time { time } else { a.3.cmp(&b.3).then(time) };
        if ascending { order } else { order.reverse() }
    });
    let hits = Arc::new(all);
    // What an older world gave is of no use any more.
    cache.retain(|_, (version, _)| *version == w.version);
    cache.insert(key, (w.version, Arc::clone(&hits)));
    hits
}

fn search(w: &World, token: &Token, query: &Query, until: Ts) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (id, channel) in w.channels.iter().filter(|(_, c)| w.sees(token, c)) {
        if !query.channels.is_empty() && !query.channels.iter().any(|c| c == id || c == channel.name()) {
            continue;
        }
        for (thread, entry) in channel.all().filter(|(_, e)| e.ts <= until) {
            let parent = thread.is_none() && channel.threads.contains_key(&entry.ts);
            if let Some(score) = query.score(w, thread, parent, entry) {
                hits.push((id.clone(), entry.ts, thread, score));
            }
        }
    }
    hits
}

/// A match: like a message, but without edits, reactions and bot ids; a reply's thread is only in its permalink.
fn found(w: &World, (id, ts, thread, score): &Hit) -> Option<Value> {
    let channel = w.channels.get(id)?;
    let entry = match thread {
        None => channel.first_level(*ts)?,
        Some(_) => channel.message(*ts).map(|(_, e)| e)?,
    };
    let message = entry.object();
    let mut permalink = w.permalink(id, *ts);
    if let Some(thread) = thread {
        permalink.push_str(&format!("?thread_ts={thread}"));
    }
    let user = message.get("user").and_then(Value::as_str).unwrap_or_default();
    let username = message.get("username").and_then(Value::as_str).map_or_else(|| w.label(user), str::to_owned);
    let mut shown = Object::new();
    for key in ["type", "text", "ts", "team", "blocks", "attachments", "files"] {
        if let Some(v) = message.get(key) {
            shown.insert(key.into(), v.clone());
        }
    }
    shown.entry("team").or_insert(json!(w.team_id()));
    shown.insert("user".into(), json!(user));
    shown.insert("username".into(), json!(username));
    shown.insert("iid".into(), json!(iid(id, *ts)));
    shown.insert("score".into(), json!(score));
    shown.insert("permalink".into(), json!(permalink));
    shown.insert("no_reactions".into(), json!(!message.contains_key("reactions")));
    shown.insert("channel".into(), place(id, channel));
    Some(Value::Object(shown))
}

fn place(id: &str, channel: &Channel) -> Value {
    let flag = |key: &str| channel.flag(key);
    let mut place = json!({
        "id": id,
        "is_channel": flag("is_channel"), "is_group": flag("is_group"), "is_im": flag("is_im"), "is_mpim": flag("is_mpim"),
        "is_private": flag("is_private"), "is_shared": flag("is_shared"), "is_org_shared": flag("is_org_shared"),
        "is_ext_shared": flag("is_ext_shared"), "is_pending_ext_shared": flag("is_pending_ext_shared"),
        "pending_shared": channel.object.get("pending_shared").cloned().unwrap_or(json!([])),
        "name": channel.name(),
    });
    if let (Value::Object(o), Some(user)) = (&mut place, channel.object.get("user")) {
        o.insert("user".into(), user.clone());
    }
    place
}

/// An id in the form of a UUID that depends on nothing but the message.
fn iid(channel: &str, ts: Ts) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(format!("{channel}\n{ts}"));
    let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let mut parts = Vec::new();
    let mut rest = hex.as_str();
    for n in [8, 4, 4, 4, 12] {
        let (part, tail) = rest.split_at_checked(n).unwrap_or((rest, ""));
        parts.push(part);
        rest = tail;
    }
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries() {
        let q = Query::read(r#"in:<#C1|acme> in:#general from:@jo "budget approved" roadmap -draft after:2024-03-15 is:thread http://x"#);
        assert_eq!(q.channels, ["C1", "general"]);
        assert_eq!(q.from, ["jo"]);
        assert_eq!(q.words, ["budget approved", "roadmap", "http://x"]);
        assert_eq!(q.not, ["draft"]);
        assert!(q.thread);
        // Midnight after the day named.
        assert_eq!(q.after, Some(Ts(1_710_547_200_000_000)));
        assert_eq!(Query::read("on:2024-03-15").before, Some(Ts(1_710_547_200_000_000)));
        assert_eq!(Query::read("after:tomorrow").words, ["after:tomorrow"]);
    }
}

use serde_json::{Map, Value};

use super::{Ts, World};

const WEEK: i64 = 7 * 24 * 3600;

/// By how many seconds, whole weeks, the newest moment must move to lie within the week before `now`.
fn offset(newest: i64, now: i64) -> i64 {
    (now - newest).div_euclid(WEEK) * WEEK
}

impl World {
    /// Moves everything that happened by whole weeks, so that the newest message lies in the week before `now` and all weekdays and times
    /// of day stay. Links to messages in texts move along; dates written out as words can't.
    pub fn shift_to(&mut self, now: jiff::Timestamp) {
        let Some(newest) = self.newest() else { return };
        let by = offset(i64::try_from(newest.seconds()).unwrap_or(0), now.as_second());
        self.shift_weeks(by / WEEK);
    }

    /// The same by a number of weeks that is known, so that several vendors' data stay together.
    pub fn shift_weeks(&mut self, weeks: i64) {
        let by = weeks * WEEK;
        if by == 0 {
            return;
        }
        self.version += 1;
        let ids: Vec<String> = self.channels.keys().cloned().collect();
        for id in ids {
            let Some(mut channel) = self.channels.remove(&id) else { continue };
            let messages: Vec<Value> = channel.all().map(|(_, e)| Value::Object(moved(e.object(), by))).collect();
            channel.history.clear();
            channel.threads.clear();
            channel.object = moved(channel.object, by);
            self.channels.insert(id.clone(), channel);
            // They were messages of this channel before, so they are after.
            if let Err(error) = self.add_messages(&id, messages) {
                tracing::warn!(%error, channel = id, "messages were lost while shifting");
            }
        }
    }
}

fn moved(object: Map<String, Value>, by: i64) -> Map<String, Value> {
    object
        .into_iter()
        .map(|(k, v)| {
            let v = moved_value(&k, v, by);
            (k, v)
        })
        .collect()
}

fn moved_value(key: &str, value: Value, by: i64) -> Value {
    match value {
        Value::Object(o) => Value::Object(moved(o, by)),
        Value::Array(a) => Value::Array(a.into_iter().map(|v| moved_value(key, v, by)).collect()),
        Value::String(s) => Value::String(match key {
            "ts" | "thread_ts" | "latest_reply" | "last_read" => moved_ts(&s, by).unwrap_or(s),
            "text" | "from_url" | "permalink" | "url" | "fallback" | "original_url" => links(&s, by),
            _ => s,
        }),
        Value::Number(n) => {
            let timed = ["created", "timestamp", "last_set", "updated", "date_start", "date_end"].contains(&key);
            match n.as_i64() {
                // Milliseconds and seconds can be told apart by their size until the year 5138.
                Some(t) if timed && t > 100_000_000_000 => Value::from(t + by * 1000),
                Some(t) if timed && t > 1_000_000_000 => Value::from(t + by),
                _ => Value::Number(n),
            }
        }
        other => other,
    }
}

fn moved_ts(text: &str, by: i64) -> Option<String> {
    let ts: Ts = text.parse().ok()?;
    let micros = i64::try_from(ts.0).ok()?.checked_add(by.checked_mul(1_000_000)?)?;
    u64::try_from(micros).ok().map(|m| Ts(m).to_string())
}

/// Moves the ts in links to messages: `/archives/C.../p1710493200000100?thread_ts=1710493200.000100`.
fn links(text: &str, by: i64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/archives/") {
        out.push_str(before);
        out.push_str("/archives/");
        let end = after.find([' ', '|', '>', '\n']).unwrap_or(after.len());
        let (link, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        let moved: Vec<String> = link.split_inclusive(['/', '?', '&', '=', ';']).map(|part| part_moved(part, by)).collect();
        out.push_str(&moved.concat());
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn part_moved(part: &str, by: i64) -> String {
    let core = part.trim_end_matches(['/', '?', '&', '=', ';']);
    let end = part.strip_prefix(core).unwrap_or_default();
    if let Some(moved) = moved_ts(core, by) {
        return format!("{moved}{end}");
    }
    let digits = core.strip_prefix('p').filter(|d| d.len() == 16).and_then(|d| d.parse::<u64>().ok());
    let dotted = digits.and_then(|d| moved_ts(&Ts(d).to_string(), by));
    dotted.map_or_else(|| part.to_owned(), |m| format!("p{}{end}", m.replace('.', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_weeks_only() {
        assert_eq!(offset(1_000_000, 1_000_000), 0);
        assert_eq!(offset(1_000_000, 1_000_000 + WEEK - 1), 0);
        assert_eq!(offset(1_000_000, 1_000_000 + WEEK), WEEK);
        assert_eq!(offset(1_000_000, 1_000_000 + 10 * WEEK + 5), 10 * WEEK);
        assert_eq!(offset(1_000_000, 1_000_000 - 1), -WEEK, "never in the future");
    }

    #[test]
    fn links_in_texts_move() {
        let text = "see <https://a.slack.com/archives/C1/p1710493200000100?thread_ts=1710493200.000100&amp;cid=C1|this>, 1710493200.000100";
        let moved =
            "see <https://a.slack.com/archives/C1/p1711098000000100?thread_ts=1711098000.000100&amp;cid=C1|this>, 1710493200.000100";
        assert_eq!(links(text, WEEK), moved);
        assert_eq!(links("no link", WEEK), "no link");
    }
}

//! Taking a person out of texts and records.

use std::ops::Range;

use sales_ledger::{Subject, Suppressions};
use sales_model::{Detail, Participant, Record, Text};
use serde_json::{Map, Value};

/// What stands where somebody was named.
const REMOVED: &str = "[removed]";
/// Most characters between two words of a name: `Chen, Michael`, `michael.chen`.
const GAP: usize = 2;

/// Knows the person who is to be taken out.
pub(super) trait Knows {
    /// Whether a mail address is theirs.
    fn address(&self, address: &str) -> bool;
    /// Whether words, in small letters with one blank between, are their name.
    fn name(&self, name: &str) -> bool;
    /// Whether a key of a person is theirs.
    fn key(&self, key: &str) -> bool;
    /// Most words of a name.
    fn longest(&self) -> usize;
}

impl Knows for Suppressions {
    fn address(&self, address: &str) -> bool {
        self.has(Subject::Masked, address)
    }

    fn name(&self, name: &str) -> bool {
        self.has(Subject::Name, name)
    }

    fn key(&self, key: &str) -> bool {
        self.has(Subject::Author, key)
    }

    fn longest(&self) -> usize {
        self.longest_name()
    }
}

/// The words of a name as [`Knows::name`] gets them.
pub(crate) fn folded(name: &str) -> String {
    words(name).into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words = Vec::new();
    let mut begin = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begin, c.is_alphanumeric()) {
            (None, true) => begin = Some(at),
            (Some(from), false) => {
                words.push((from..at, text.get(from..at).unwrap_or_default().to_lowercase()));
                begin = None;
            }
            _ => {}
        }
    }
    words
}

/// Where a text names them, in order and apart from each other.
fn places(text: &str, who: &dyn Knows) -> Vec<Range<usize>> {
    let mut found = addresses(text, who);
    found.extend(names(text, who));
    merged(found)
}

fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|r| (r.start, r.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in found {
        match out.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

fn addresses(text: &str, who: &dyn Knows) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let local = |c: char| c.is_alphanumeric() || "._%+-'".contains(c);
        let begin = before.char_indices().rev().take_while(|(_, c)| local(*c)).last().map_or(at, |(n, _)| n);
        let domain: usize = after.chars().skip(1).take_while(|c| c.is_alphanumeric() || ".-".contains(*c)).map(char::len_utf8).sum();
        let end = at + 1 + domain;
        let address = text.get(begin..end).unwrap_or_default();
        let trimmed = address.trim_end_matches(['.', '-']);
        let start = begin + (trimmed.len() - trimmed.trim_start_matches(['.', '\'', '-']).len());
        if text.get(start..begin + trimmed.len()).is_some_and(|a| who.address(a)) {
            found.push(start..begin + trimmed.len());
        }
    }
    found
}

fn names(text: &str, who: &dyn Knows) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if who.longest() < 2 {
        return found;
    }
    let words = words(text);
    let mut at = 0;
    while at < words.len() {
        let most = who.longest().min(words.len() - at);
        let hit = (2..=most).rev().find(|n| words.get(at..at + n).is_some_and(|w| together(text, w) && who.name(&joined(w))));
        match hit.and_then(|n| Some((n, words.get(at)?.0.start..words.get(at + n - 1)?.0.end))) {
            Some((n, range)) => {
                found.push(range);
                at += n;
            }
            None => at += 1,
        }
    }
    found
}

fn joined(words: &[(Range<usize>, String)]) -> String {
    words.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ")
}

fn together(text: &str, words: &[(Range<usize>, String)]) -> bool {
    words.windows(2).all(|pair| match pair {
        [(a, _), (b, _)] => text.get(a.end..b.start).is_some_and(|gap| gap.chars().count() <= GAP),
        _ => true,
    })
}

/// A text without them; `None` if they are not in it.
pub(super) fn text(text: &str, who: &dyn Knows) -> Option<String> {
    let places = places(text, who);
    (!places.is_empty()).then(|| replaced(text, &places))
}

fn replaced(text: &str, places: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        out.push_str(text.get(at..place.start).unwrap_or_default());
        out.push_str(REMOVED);
        at = place.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Whether they wrote the record.
pub(super) fn wrote(record: &Record, who: &dyn Knows) -> bool {
    record.author.as_ref().is_some_and(|key| who.key(key))
        || match record.detail.as_deref() {
            Some(Detail::Mail(mail)) => mail.from.as_ref().is_some_and(|from| who.address(&from.email)),
            Some(Detail::Note(note)) => {
                note.owner.email.as_ref().is_some_and(|e| who.address(e)) || note.owner.person.as_ref().is_some_and(|key| who.key(key))
            }
            _ => false,
        }
}

/// What the transcript calls them, by the record of a call or note.
pub(super) fn voices(record: &Record, who: &dyn Knows) -> Vec<String> {
    let theirs = |p: &&Participant| match (&p.email, &p.person) {
        // A name says who it is where nothing else does.
        (None, None) => who.name(&folded(&p.name)),
        (email, person) => email.as_ref().is_some_and(|e| who.address(e)) || person.as_ref().is_some_and(|key| who.key(key)),
    };
    spoken(record, theirs)
}

/// The same where they have been taken out already.
pub(super) fn nameless(record: &Record) -> Vec<String> {
    let gone = |p: &&Participant| p.name == REMOVED && p.person.is_none();
    spoken(record, gone)
}

/// What the transcript calls some of those who took part. A voice without a name is nobody's.
fn spoken(record: &Record, who: impl Fn(&&Participant) -> bool) -> Vec<String> {
    let all: &[Participant] = match record.detail.as_deref() {
        Some(Detail::Call(call)) => &call.participants,
        Some(Detail::Note(note)) => &note.attendees,
        _ => &[],
    };
    all.iter().filter(who).filter_map(|p| p.speaker.clone()).filter(|speaker| !speaker.is_empty()).collect()
}

/// Takes out of a transcript what some speakers said: when they spoke stays. Whether there was anything.
pub(super) fn silence(record: &mut Record, is_them: impl Fn(&str) -> bool) -> bool {
    let Some(Detail::Transcript(transcript)) = record.detail.as_deref_mut() else { return false };
    let theirs = transcript.turns.iter_mut().filter(|turn| is_them(&turn.speaker) && turn.text != REMOVED);
    theirs.map(|turn| REMOVED.clone_into(&mut turn.text)).count() > 0
}

/// Takes them out of a record of somebody else; whether they were in it.
pub(super) fn record(record: &mut Record, who: &dyn Knows) -> bool {
    let mut changed = words_of(&mut record.text, who);
    // Where a transcript calls people by their names.
    changed |= silence(record, |speaker| who.name(&folded(speaker)) || who.address(speaker) || who.key(speaker));
    let Ok(Value::Object(mut fields)) = serde_json::to_value(&*record) else { return changed };
    fields.remove("t");
    fields.remove("r");
    let mut rest = Value::Object(fields);
    if value(&mut rest, who)
        && let Ok(masked) = serde_json::from_value::<Record>(rest)
    {
        let old = std::mem::replace(record, masked);
        let Record { place, native, thread, at, state, partial, text, .. } = old;
        *record = Record { place, native, thread, at, state, partial, text, ..record.clone() };
        changed = true;
    }
    changed
}

/// Takes them out of what was said; mentions by key go with the words that stand for them.
fn words_of(text: &mut Text, who: &dyn Knows) -> bool {
    let mentions = text.refs.iter().filter(|r| who.key(&r.key)).map(|r| r.start as usize..r.end as usize);
    let mut found = places(&text.plain, who);
    found.extend(mentions);
    let found = merged(found);
    if found.is_empty() {
        return false;
    }
    let plain = replaced(&text.plain, &found);
    text.refs.retain(|r| !found.iter().any(|f| f.start < r.end as usize && (r.start as usize) < f.end));
    for r in &mut text.refs {
        let before = found.iter().filter(|f| f.end <= r.start as usize);
        let shift: i64 = before.map(|f| REMOVED.len() as i64 - (f.end - f.start) as i64).sum();
        let moved = |at: u32| u32::try_from(i64::from(at) + shift).unwrap_or(at);
        (r.start, r.end) = (moved(r.start), moved(r.end));
    }
    text.plain = plain;
    true
}

fn value(of: &mut Value, who: &dyn Knows) -> bool {
    match of {
        Value::String(s) if who.key(s) => {
            *of = Value::Null;
            true
        }
        Value::String(s) => text(s, who).is_some_and(|masked| {
            *s = masked;
            true
        }),
        Value::Array(list) => list.iter_mut().fold(false, |changed, v| value(v, who) | changed),
        Value::Object(map) => {
            let themselves = is_them(map, who);
            if themselves {
                // However they call themselves there.
                for field in ["n", "name"] {
                    if let Some(name) = map.get_mut(field).filter(|v| v.as_str().is_some_and(|s| !s.is_empty())) {
                        *name = REMOVED.into();
                    }
                }
                map.remove("title");
            }
            map.values_mut().fold(themselves, |changed, v| value(v, who) | changed)
        }
        _ => false,
    }
}

/// Whether an object tells of them: an address, an attendee, a participant.
fn is_them(map: &Map<String, Value>, who: &dyn Knows) -> bool {
    let field = |name: &str| map.get(name).and_then(Value::as_str);
    ["a", "email"].into_iter().filter_map(field).any(|a| who.address(a)) || field("person").is_some_and(|key| who.key(key))
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;

use std::collections::{HashMap, HashSet};

use sales_model::{CrmObject, Side, Task, Tracker};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{
    CallFile, Measured, Origin, Talk, Voices,
    number::{Millis, Number},
};
use crate::{json, time::rfc3339};

/// Everything before the transcript.
#[derive(Serialize)]
struct Head<'a> {
    source: &'static str,
    call_id: &'a str,
    title: Option<&'a str>,
    started: String,
    duration_seconds: Option<Number>,
    url: Option<&'a str>,
    customer: &'a str,
    scope: Option<&'a str>,
    parties: Vec<Party<'a>>,
    talk_ratio: Option<Number>,
    talk_ratio_source: Option<Origin>,
    host_talk_ratio: Option<Number>,
    deal_score: Option<Number>,
    interaction: Interaction,
    topics: Vec<String>,
    trackers: Vec<TrackerLine<'a>>,
    brief: Option<&'a str>,
    key_points: Vec<&'a str>,
    action_items: Vec<ActionItem<'a>>,
    outcome: Option<&'a str>,
    crm: Vec<Crm<'a>>,
}

#[derive(Serialize)]
struct Party<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
    title: Option<&'a str>,
    side: Side,
    talk_seconds: Option<Number>,
}

#[derive(Serialize)]
struct Interaction {
    longest_monologue_seconds: Option<Number>,
    longest_customer_story_seconds: Option<Number>,
    interactivity: Option<Number>,
    patience_seconds: Option<Number>,
    questions_ours: Option<Number>,
    questions_theirs: Option<Number>,
    source: Origins,
}

/// Who measured what, for each figure that is known.
struct Origins(Vec<(&'static str, Origin)>);

#[derive(Serialize)]
struct TrackerLine<'a> {
    name: &'a str,
    count: u32,
    phrases: Vec<Phrase<'a>>,
}

#[derive(Serialize)]
struct Phrase<'a> {
    phrase: &'a str,
    count: u32,
}

#[derive(Serialize)]
struct ActionItem<'a> {
    text: &'a str,
    owner: Option<&'a str>,
    due: Option<String>,
    done: bool,
    /// Where in the call it stands.
    at_seconds: Option<u64>,
    /// The vendor's own words.
    quote: &'a str,
}

#[derive(Serialize)]
struct Crm<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: &'a str,
    name: Option<&'a str>,
    fields: Fields<'a>,
}

struct Fields<'a>(&'a [(String, Value)]);

#[derive(Serialize)]
struct Turn<'a> {
    speaker: &'a str,
    side: Side,
    start_seconds: Millis,
    end_seconds: Option<Millis>,
    text: &'a str,
}

pub(super) fn call(file: &CallFile<'_>) -> Vec<u8> {
    let turns = file.transcript.map_or(&[][..], |t| &t.turns);
    let mut out = Vec::with_capacity(4096 + turns.iter().map(|t| t.text.len() + 120).sum::<usize>());
    let voices = Voices::new(&file.call.participants, file.sides);
    // Writing plain data to memory can't fail; there is no key that is no string.
    let _ = json::pretty(&mut out, &head(file));
    // The transcript goes on where the head's object ends.
    out.truncate(out.len().saturating_sub("\n}".len()));
    out.extend_from_slice(b",\n  \"transcript\": [");
    for (n, turn) in turns.iter().enumerate() {
        out.extend_from_slice(if n == 0 { b"\n    " } else { b",\n    " });
        let (speaker, side) = voices.of(&turn.speaker);
        let turn = Turn { speaker, side, start_seconds: Millis(turn.start), end_seconds: turn.end.map(Millis), text: &turn.text };
        let _ = json::one_line(&mut out, &turn);
    }
    out.extend_from_slice(if turns.is_empty() { b"" } else { b"\n  " });
    out.extend_from_slice(b"],\n  \"transcript_state\": ");
    let _ = json::one_line(&mut out, &file.state);
    out.extend_from_slice(b"\n}\n");
    out
}

fn head<'a>(file: &CallFile<'a>) -> Head<'a> {
    let (call, talk) = (file.call, file.talk);
    let ratio = talk.ratio.and_then(|r| Some((Number::ratio(r.value)?, r.origin)));
    Head {
        source: "gong",
        call_id: &file.record.native,
        title: known(&call.title),
        started: rfc3339(file.record.at, file.timezone),
        // A call of no length is one whose length nobody tells.
        duration_seconds: Number::of(call.duration).filter(|_| call.duration > 0.0),
        url: known(&call.url),
        customer: file.customer.as_str(),
        scope: known(&call.scope),
        parties: parties(file),
        talk_ratio: ratio.map(|(value, _)| value),
        talk_ratio_source: ratio.map(|(_, origin)| origin),
        host_talk_ratio: call.stats.host_talk_ratio.and_then(Number::ratio),
        deal_score: None,
        interaction: interaction(talk),
        topics: topics(&call.topics),
        trackers: call.trackers.iter().map(tracker).collect(),
        brief: known(&call.brief),
        key_points: call.key_points.iter().filter_map(|p| known(&p.text)).collect(),
        action_items: file.tasks.iter().map(action_item).collect(),
        outcome: call.outcome.as_deref().and_then(known),
        crm: call.crm.iter().map(crm).collect(),
    }
}

/// A text that says something.
fn known(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

fn parties<'a>(file: &CallFile<'a>) -> Vec<Party<'a>> {
    let party = |(n, p): (usize, &'a sales_model::Participant)| Party {
        name: known(&p.name),
        email: p.email.as_deref().and_then(known),
        title: p.title.as_deref().and_then(known),
        side: file.sides.get(n).copied().unwrap_or(Side::Other),
        talk_seconds: p.talk_seconds.or_else(|| file.talk.seconds.get(n).copied().flatten()).and_then(Number::of),
    };
    file.call.participants.iter().enumerate().map(party).collect()
}

fn interaction(talk: &Talk) -> Interaction {
    let mut origins = Vec::new();
    let mut figure = |name: &'static str, measured: Option<Measured>| {
        let (value, origin) = measured.and_then(|m| Some((Number::of(m.value)?, m.origin)))?;
        origins.push((name, origin));
        Some(value)
    };
    Interaction {
        longest_monologue_seconds: figure("longest_monologue_seconds", talk.longest_monologue),
        longest_customer_story_seconds: figure("longest_customer_story_seconds", talk.longest_customer_story),
        interactivity: figure("interactivity", talk.interactivity),
        patience_seconds: figure("patience_seconds", talk.patience),
        questions_ours: figure("questions_ours", talk.questions_ours),
        questions_theirs: figure("questions_theirs", talk.questions_theirs),
        source: Origins(origins),
    }
}

/// Names in lower case, those talked about longest first, each once.
fn topics(topics: &[(String, f64)]) -> Vec<String> {
    let mut found: Vec<(String, f64)> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (name, seconds) in topics {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let seconds = if seconds.is_finite() { *seconds } else { 0.0 };
        if name.is_empty() {
            continue;
        }
        match at.get(&name).and_then(|n| found.get_mut(*n)) {
            Some((_, sum)) => *sum += seconds,
            None => {
                at.insert(name.clone(), found.len());
                found.push((name, seconds));
            }
        }
    }
    // Stable: of two as long, the vendor's first.
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found.into_iter().map(|(name, _)| name).collect()
}

fn tracker(tracker: &Tracker) -> TrackerLine<'_> {
    let phrases = tracker.phrases.iter().map(|p| Phrase { phrase: &p.phrase, count: p.count });
    TrackerLine { name: &tracker.name, count: tracker.count, phrases: phrases.collect() }
}

fn action_item(task: &Task) -> ActionItem<'_> {
    ActionItem {
        text: &task.text,
        owner: task.owner.as_deref().and_then(known),
        due: task.due.map(|date| date.to_string()),
        done: task.done,
        at_seconds: task.at,
        quote: &task.quote,
    }
}

fn crm(object: &CrmObject) -> Crm<'_> {
    Crm { kind: &object.kind, id: &object.id, name: known(&object.name), fields: Fields(&object.fields) }
}

impl Serialize for Origins {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl Serialize for Fields<'_> {
    /// In the vendor's order. Of a name that comes twice, the first: most readers of JSON take only one.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut seen = HashSet::new();
        for (name, value) in self.0.iter().filter(|(name, _)| seen.insert(name.as_str())) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

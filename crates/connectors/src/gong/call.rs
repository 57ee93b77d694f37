//! What a call means: Gong's blocks as the model has them.

use std::collections::BTreeMap;

use sales_model::{Affiliation, Call, CallNote, CallStats, CrmObject, Participant, Tracker, TrackerPhrase};

use super::{
    map,
    wire::{self, CallData, Content, Context, HighlightSection, Interaction, Meta, Object, OutlineSection, Party, Speaker},
};

/// The section of the highlights that holds action items.
const NEXT_STEPS: &str = "Next steps";

/// A call of the wire as the model has it.
pub(crate) fn read(meta: Meta, data: CallData) -> Call {
    let content = data.content.unwrap_or_default();
    let interaction = data.interaction.unwrap_or_default();
    Call {
        title: meta.title.trim().to_owned(),
        url: web_page(meta.url),
        duration: meta.duration.unwrap_or(0.0),
        scope: if meta.scope.is_empty() { "Unknown".into() } else { meta.scope },
        direction: meta.direction,
        media: meta.media,
        system: meta.system,
        language: meta.language,
        scheduled: meta.scheduled,
        calendar_event: meta.calendar_event_id,
        host: meta.primary_user_id.as_deref().map(map::key),
        participants: data.parties.into_iter().map(|p| participant(p, &interaction.speakers)).collect(),
        crm: crm(data.context),
        topics: topics(&content),
        trackers: content.trackers.iter().filter_map(tracker).collect(),
        key_points: content.key_points.iter().filter_map(|k| note("", &k.text, None)).collect(),
        outline: content.outline.iter().flat_map(outline).collect(),
        highlights: highlights(&content),
        outcome: content.call_outcome.and_then(|o| o.name.or(o.category)),
        brief: content.brief.trim().to_owned(),
        stats: stats(&interaction),
        named: Vec::new(),
    }
}

/// What full-text search finds a call by, a line for each thing that was written about it.
pub(crate) fn words(call: &Call) -> String {
    let notes = call.key_points.iter().chain(&call.highlights).chain(&call.outline).map(|n| n.text.as_str());
    let lines: Vec<&str> = [call.title.as_str(), call.brief.as_str()].into_iter().chain(notes).filter(|l| !l.is_empty()).collect();
    lines.join("\n")
}

/// Only what can be opened: it stands in files as a link.
fn web_page(url: String) -> String {
    let fits = |u: &str| (u.starts_with("https://") || u.starts_with("http://")) && u.bytes().all(|b| b.is_ascii_graphic());
    if fits(url.trim()) { url.trim().to_owned() } else { String::new() }
}

fn participant(party: Party, speakers: &[Speaker]) -> Participant {
    let is = |own: &Option<String>, other: &Option<String>| own.is_some() && own == other;
    let talk = speakers
        .iter()
        .find(|s| is(&party.id, &s.id))
        .or_else(|| speakers.iter().find(|s| is(&party.speaker_id, &s.id) || is(&party.user_id, &s.user_id)));
    let came = party.methods.is_empty() || party.methods.iter().any(|m| m.eq_ignore_ascii_case("Attendee"));
    Participant {
        person: party.user_id.as_deref().map(map::key),
        // Who spoke was there, whatever the invitation says.
        attended: came || party.speaker_id.is_some(),
        speaker: party.speaker_id,
        name: party.name.trim().to_owned(),
        email: party.email_address.map(|e| e.trim().to_lowercase()),
        title: party.title.map(|t| t.trim().to_owned()),
        affiliation: match party.affiliation.to_ascii_lowercase().as_str() {
            "internal" => Affiliation::Internal,
            "external" => Affiliation::External,
            _ => Affiliation::Unknown,
        },
        talk_seconds: talk.and_then(|s| s.talk_time),
    }
}

/// Each object once, as it is now where that is told, else as it was at the time of the call.
fn crm(contexts: Vec<Context>) -> Vec<CrmObject> {
    let mut objects: Vec<CrmObject> = Vec::new();
    let mut places: BTreeMap<(String, String, String), (usize, bool)> = BTreeMap::new();
    for Context { system, objects: found, timing } in contexts {
        for object in found {
            let then = if object.timing.is_empty() { &timing } else { &object.timing }.eq_ignore_ascii_case("TimeOfCall");
            let object = crm_object(&system, object);
            if object.id.is_empty() && object.name.is_empty() {
                continue;
            }
            let same = (object.system.clone(), object.kind.clone(), object.id.clone());
            match places.get_mut(&same).filter(|_| !object.id.is_empty()) {
                None => {
                    places.insert(same, (objects.len(), then));
                    objects.push(object);
                }
                Some((at, was_then)) if *was_then && !then => {
                    *was_then = false;
                    if let Some(old) = objects.get_mut(*at) {
                        *old = object;
                    }
                }
                Some(_) => {}
            }
        }
    }
    objects
}

fn crm_object(system: &str, object: Object) -> CrmObject {
    let fields: Vec<(String, serde_json::Value)> =
        object.fields.into_iter().filter(|f| !f.name.is_empty()).filter_map(|f| Some((f.name, f.value?))).collect();
    let name = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("Name")).and_then(|(_, value)| value.as_str());
    CrmObject {
        system: system.to_owned(),
        kind: object.object_type,
        id: object.object_id.trim().to_owned(),
        name: name.unwrap_or_default().trim().to_owned(),
        fields,
    }
}

fn topics(content: &Content) -> Vec<(String, f64)> {
    let talked = |t: &wire::Topic| Some((t.name.trim().to_owned(), t.duration?)).filter(|(name, s)| !name.is_empty() && *s > 0.0);
    content.topics.iter().filter_map(talked).collect()
}

fn tracker(tracker: &wire::Tracker) -> Option<Tracker> {
    let phrase = |p: &wire::Phrase| {
        let occurrences: Vec<_> = p.occurrences.iter().filter_map(|o| Some((o.start_time?, o.speaker_id.clone()))).collect();
        let count = p.count.unwrap_or_else(|| u32::try_from(occurrences.len()).unwrap_or(u32::MAX));
        (!p.phrase.is_empty() && count > 0).then(|| TrackerPhrase { phrase: p.phrase.clone(), count, occurrences })
    };
    let phrases: Vec<TrackerPhrase> = tracker.phrases.iter().filter_map(phrase).collect();
    let count = tracker.count.unwrap_or_else(|| phrases.iter().fold(0, |sum, p| sum.saturating_add(p.count)));
    (!tracker.name.is_empty() && count > 0).then(|| Tracker { name: tracker.name.clone(), count, phrases })
}

fn note(section: &str, text: &str, start: Option<f64>) -> Option<CallNote> {
    let text = text.trim();
    (!text.is_empty()).then(|| CallNote { section: section.trim().to_owned(), text: text.to_owned(), start })
}

/// A section's items; the section itself where it has none.
fn outline(section: &OutlineSection) -> Vec<CallNote> {
    let items: Vec<CallNote> =
        section.items.iter().filter_map(|i| note(&section.section, &i.text, i.start_time.or(section.start_time))).collect();
    if items.is_empty() { note("", &section.section, section.start_time).into_iter().collect() } else { items }
}

/// Highlights; where there are no next steps among them, action items of before 2025 stand for them.
fn highlights(content: &Content) -> Vec<CallNote> {
    let of = |s: &HighlightSection| {
        let items = s.items.iter().filter_map(|i| note(&s.title, &i.text, i.start_times.first().copied()));
        items.collect::<Vec<_>>()
    };
    let mut notes: Vec<CallNote> = content.highlights.iter().flat_map(of).collect();
    if !notes.iter().any(|n| n.section.eq_ignore_ascii_case(NEXT_STEPS)) {
        let old = content.points_of_interest.iter().flat_map(|p| &p.action_items);
        notes.extend(old.filter_map(|i| note(NEXT_STEPS, &i.snippet, i.snippet_start_time)));
    }
    notes
}

fn stats(interaction: &Interaction) -> CallStats {
    let stat = |name: &str| {
        let named = |s: &&wire::Stat| s.name.trim().eq_ignore_ascii_case(name);
        interaction.interaction_stats.iter().find(named).and_then(|s| s.value).filter(|v| (0.0..=1e6).contains(v))
    };
    // The specification names no unit. A sample has a fraction; what is above 1 can only be per cent.
    let ratio = |v: f64| Some(if v > 1.0 { v / 100.0 } else { v }).filter(|v| *v <= 1.0);
    let questions = interaction.questions.as_ref();
    CallStats {
        host_talk_ratio: stat("Talk Ratio").and_then(ratio),
        longest_monologue: stat("Longest Monologue"),
        longest_customer_story: stat("Longest Customer Story"),
        interactivity: stat("Interactivity"),
        patience: stat("Patience"),
        questions_ours: questions.and_then(|q| q.company_count),
        questions_theirs: questions.and_then(|q| q.non_company_count),
    }
}

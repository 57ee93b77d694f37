use serde::Deserialize;
use serde_json::{Value, json};

use super::{Object, refusal::Refusal};

/// `ContentSelector`: which blocks of a call to give.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selector {
    context: Option<Context>,
    context_timing: Option<Vec<Timing>>,
    exposed_fields: Option<Exposed>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Context {
    #[default]
    None,
    Basic,
    Extended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Timing {
    Now,
    TimeOfCall,
}

impl Timing {
    fn word(self) -> &'static str {
        match self {
            Timing::Now => "Now",
            Timing::TimeOfCall => "TimeOfCall",
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exposed {
    parties: Option<bool>,
    content: Option<Content>,
    interaction: Option<Interaction>,
    collaboration: Option<Collaboration>,
    media: Option<bool>,
}

/// `pointsOfInterest` was removed in January 2025 and is taken without effect.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    structure: Option<bool>,
    topics: Option<bool>,
    trackers: Option<bool>,
    tracker_occurrences: Option<bool>,
    #[serde(rename = "pointsOfInterest")]
    _points_of_interest: Option<bool>,
    brief: Option<bool>,
    outline: Option<bool>,
    highlights: Option<bool>,
    call_outcome: Option<bool>,
    key_points: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Interaction {
    speakers: Option<bool>,
    video: Option<bool>,
    person_interaction_stats: Option<bool>,
    questions: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collaboration {
    public_comments: Option<bool>,
}

fn on(flag: Option<bool>) -> bool {
    flag.unwrap_or(false)
}

impl Selector {
    /// "Can be provided only when the context field is set to 'Extended'."
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.context_timing.is_some() && self.context != Some(Context::Extended) {
            return Err(Refusal::malformed("contentSelector.contextTiming: can be provided only with context 'Extended'"));
        }
        Ok(())
    }

    /// Whether it asks for links to recordings, which need a scope of their own.
    pub(crate) fn media(&self) -> bool {
        self.exposed_fields.as_ref().is_some_and(|e| on(e.media))
    }

    /// Whether anything but `metaData` is asked for.
    pub(crate) fn more_than_meta(&self) -> bool {
        self.exposed_fields.is_some() || self.context.is_some_and(|c| c != Context::None)
    }

    /// A call with the blocks that are asked for. Of a block, only the fields that are asked for and that the call has.
    pub(crate) fn apply(&self, data: &Object) -> Object {
        let mut out = Object::new();
        let mut copy = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(key.to_owned(), value);
            }
        };
        copy("metaData", data.get("metaData").cloned());
        if self.context.is_some_and(|c| c != Context::None) {
            copy("context", Some(self.contexts(data.get("context"))));
        }
        let Some(exposed) = &self.exposed_fields else { return out };
        if on(exposed.parties) {
            copy("parties", Some(self.parties(data.get("parties"))));
        }
        if let Some(flags) = &exposed.content {
            copy("content", Some(content(flags, data.get("content"))));
        }
        if let Some(flags) = &exposed.interaction {
            let names = [
                // The flag and the field have different names.
                ("interactionStats", on(flags.person_interaction_stats)),
                ("questions", on(flags.questions)),
                ("speakers", on(flags.speakers)),
                ("video", on(flags.video)),
            ];
            copy("interaction", Some(fields(&names, data.get("interaction"))));
        }
        if let Some(flags) = &exposed.collaboration {
            copy("collaboration", Some(fields(&[("publicComments", on(flags.public_comments))], data.get("collaboration"))));
        }
        if on(exposed.media) {
            copy("media", data.get("media").cloned());
        }
        out
    }

    /// Links to other systems, one entry for each system and timing. The document has `timing` on each object; a client that was seen
    /// insists on it one level up, so that it stands in both places.
    fn contexts(&self, contexts: Option<&Value>) -> Value {
        let timings = match (self.context, &self.context_timing) {
            (Some(Context::Extended), Some(timings)) => timings.as_slice(),
            _ => &[Timing::Now],
        };
        let mut out = Vec::new();
        for context in contexts.and_then(Value::as_array).into_iter().flatten() {
            for timing in [Timing::Now, Timing::TimeOfCall].into_iter().filter(|t| timings.contains(t)) {
                let objects = context.get("objects").and_then(Value::as_array).into_iter().flatten();
                let objects: Vec<Value> = objects
                    .filter(|o| o.get("timing").and_then(Value::as_str).unwrap_or("Now") == timing.word())
                    .map(|o| self.object(o, timing))
                    .collect();
                if !objects.is_empty() {
                    out.push(json!({"system": context.get("system"), "objects": objects, "timing": timing.word()}));
                }
            }
        }
        Value::Array(out)
    }

    /// `Basic` gives links, `Extended` their fields too.
    fn object(&self, object: &Value, timing: Timing) -> Value {
        let mut object = object.as_object().cloned().unwrap_or_default();
        object.insert("timing".into(), json!(timing.word()));
        if self.context != Some(Context::Extended) {
            object.insert("fields".into(), json!([]));
        }
        Value::Object(object)
    }

    /// Participants; their links to other systems come as the call's do.
    fn parties(&self, parties: Option<&Value>) -> Value {
        let parties = parties.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
        Value::Array(
            parties
                .map(|party| {
                    let mut party = party.clone();
                    let linked = self.context.is_some_and(|c| c != Context::None);
                    let context = if linked { self.contexts(party.get("context")) } else { json!([]) };
                    party.insert("context".into(), context);
                    Value::Object(party)
                })
                .collect(),
        )
    }
}

fn fields(names: &[(&str, bool)], block: Option<&Value>) -> Value {
    let mut out = Object::new();
    for (name, _) in names.iter().filter(|(_, on)| *on) {
        if let Some(value) = block.and_then(|b| b.get(name)) {
            out.insert((*name).to_owned(), value.clone());
        }
    }
    Value::Object(out)
}

fn content(flags: &Content, block: Option<&Value>) -> Value {
    let names = [
        ("brief", on(flags.brief)),
        ("callOutcome", on(flags.call_outcome)),
        ("highlights", on(flags.highlights)),
        ("keyPoints", on(flags.key_points)),
        ("outline", on(flags.outline)),
        ("structure", on(flags.structure)),
        ("topics", on(flags.topics)),
        ("trackers", on(flags.trackers)),
    ];
    let mut out = fields(&names, block);
    if !on(flags.tracker_occurrences) {
        for tracker in out.get_mut("trackers").and_then(Value::as_array_mut).into_iter().flatten() {
            silence(tracker);
            tracker.get_mut("phrases").and_then(Value::as_array_mut).into_iter().flatten().for_each(silence);
        }
    }
    out
}

/// Counts stay, times and speakers go.
fn silence(tracker: &mut Value) {
    if let Some(occurrences) = tracker.get_mut("occurrences") {
        *occurrences = json!([]);
    }
}

use std::{borrow::Cow, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{GongError, Object, input::is_id, talk::Talk};

/// From when on a call has a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// From this time on; Gong takes up to hours after a call.
    From(Timestamp),
    /// It will never have one.
    Never,
}

/// One call. What filters look at stands here; the rest is told, or made from the seed when it is asked for.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) workspace: String,
    pub(crate) primary: String,
    pub(crate) private: bool,
    /// What the filters by time look at: "For web-conference calls recorded by Gong, the date denotes its scheduled time, otherwise, it
    /// denotes its actual start time."
    pub(crate) at: Timestamp,
    pub(crate) ready: Ready,
    pub(crate) source: Source,
}

#[derive(Clone)]
pub(crate) enum Source {
    Told(Box<Told>),
    Generated(Arc<Talk>, usize),
}

/// A call that stands in the world as it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// `CallData` with every block.
    pub(crate) data: Object,
    /// `Monologue`s.
    pub(crate) transcript: Vec<Value>,
}

impl Call {
    /// A call from its blocks; `hostname` makes its link where it has none.
    pub(crate) fn told(mut told: Told, ready: Option<Ready>, hostname: &str, defaults: (&str, &str)) -> Result<Self, GongError> {
        let Some(Value::Object(meta)) = told.data.get_mut("metaData") else {
            return Err(GongError::Shape("a call has `metaData`".into()));
        };
        let text = |key: &str, meta: &Object| meta.get(key).and_then(Value::as_str).map(str::to_owned);
        let id =
            text("id", meta).filter(|id| is_id(id)).ok_or_else(|| GongError::Shape("a call's id is a string of up to 20 digits".into()))?;
        let time = |key: &str, meta: &Object| text(key, meta).and_then(|t| t.parse::<Timestamp>().ok());
        let Some(started) = time("started", meta) else {
            return Err(GongError::Shape(format!("`started` of the call {id} is no time")));
        };
        fill(meta, &id, hostname, defaults);
        let conference = text("direction", meta).is_some_and(|d| d == "Conference");
        let at = time("scheduled", meta).filter(|_| conference).unwrap_or(started);
        let private = meta.get("isPrivate").and_then(Value::as_bool).unwrap_or(false);
        let (workspace, primary) = (text("workspaceId", meta).unwrap_or_default(), text("primaryUserId", meta).unwrap_or_default());
        let seconds = meta.get("duration").and_then(Value::as_i64).unwrap_or(0);
        let ended = started.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(started);
        let ready = ready.unwrap_or(if told.transcript.is_empty() { Ready::Never } else { Ready::From(ended) });
        Ok(Call { id, workspace, primary, private, at, ready, source: Source::Told(Box::new(told)) })
    }

    /// Where it stands among all: oldest first, and of one time by id.
    pub(crate) fn place(&self) -> String {
        place(self.at, &self.id)
    }

    /// `CallBasicData`.
    pub(crate) fn meta(&self) -> Cow<'_, Object> {
        match &self.source {
            Source::Told(told) => match told.data.get("metaData") {
                Some(Value::Object(meta)) => Cow::Borrowed(meta),
                _ => Cow::Owned(Object::new()),
            },
            Source::Generated(talk, n) => Cow::Owned(talk.meta(*n)),
        }
    }

    /// `CallData` with every block.
    pub(crate) fn data(&self) -> Cow<'_, Object> {
        match &self.source {
            Source::Told(told) => Cow::Borrowed(&told.data),
            Source::Generated(talk, n) => Cow::Owned(talk.data(*n)),
        }
    }

    /// The transcript's monologues as JSON.
    pub(crate) fn transcript(&self) -> String {
        match &self.source {
            Source::Told(told) => serde_json::to_string(&told.transcript).unwrap_or_default(),
            Source::Generated(talk, n) => talk.transcript(*n),
        }
    }

    pub(crate) fn has_transcript(&self, now: Timestamp) -> bool {
        matches!(self.ready, Ready::From(at) if at <= now)
    }

    /// What was made from the seed stands as told from now on, so that it can be changed.
    pub(crate) fn into_told(self) -> (Told, Ready) {
        let told = match self.source {
            Source::Told(told) => *told,
            Source::Generated(talk, n) => {
                Told { data: talk.data(n), transcript: serde_json::from_str(&talk.transcript(n)).unwrap_or_default() }
            }
        };
        (told, self.ready)
    }
}

/// Sorts like time and then id, as text.
pub(crate) fn place(at: Timestamp, id: &str) -> String {
    // Ids are numbers: padded, they sort as such.
    format!("{:020}{id:0>20}", at.as_microsecond().max(0))
}

/// Fields of `CallBasicData` that are missing: what Gong always has gets a usual value, the rest is null, as Gong sends it.
fn fill(meta: &mut Object, id: &str, hostname: &str, (workspace, user): (&str, &str)) {
    let started = meta.get("started").cloned().unwrap_or_default();
    let usual = [
        ("url", json!(format!("https://{hostname}/call?id={id}"))),
        ("title", json!("Call")),
        ("scheduled", started),
        ("duration", json!(1800)),
        ("primaryUserId", json!(user)),
        ("direction", json!("Conference")),
        ("system", json!("Zoom")),
        ("scope", json!("External")),
        ("media", json!("Video")),
        ("language", json!("eng")),
        ("workspaceId", json!(workspace)),
        ("isPrivate", json!(false)),
    ];
    for (key, value) in usual {
        meta.entry(key).or_insert(value);
    }
    for key in ["sdrDisposition", "clientUniqueId", "customData", "purpose", "meetingUrl", "calendarEventId"] {
        meta.entry(key).or_insert(Value::Null);
    }
}

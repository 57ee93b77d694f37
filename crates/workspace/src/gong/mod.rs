//! A call as a file.

mod file;
mod number;
mod voices;

use jiff::tz::TimeZone;
use sales_model::{Call, CustomerId, Record, Side, Task, Transcript};
use serde::Serialize;

pub use self::voices::Voices;

/// Where a figure of a call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Gong says so.
    Gong,
    /// Computed from the transcript, or from the speakers' talk times.
    Computed,
    /// Computed from a transcript without end times, whose turns were given the length that their words take.
    Estimated,
}

/// A figure, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Seconds, a share from 0 to 1, or a count.
    pub value: f64,
    /// Who measured it.
    pub origin: Origin,
}

/// How the talk of a call was shared out. `None` where nobody can tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Talk {
    /// Our side's share of talk time.
    pub ratio: Option<Measured>,
    /// Seconds that each participant spoke, in the order of [`Call::participants`], for those of whom the vendor tells none.
    pub seconds: Vec<Option<f64>>,
    /// Longest monologue of our side, in seconds.
    pub longest_monologue: Option<Measured>,
    /// Longest customer story, in seconds.
    pub longest_customer_story: Option<Measured>,
    /// Speaker switches between sides per 5 minutes.
    pub interactivity: Option<Measured>,
    /// How long our side waits before it answers, in seconds.
    pub patience: Option<Measured>,
    /// Questions that our side asked.
    pub questions_ours: Option<Measured>,
    /// Questions that the other side asked.
    pub questions_theirs: Option<Measured>,
}

/// Whether a call's transcript is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptState {
    /// It is.
    Ready,
    /// The vendor has not made it yet.
    Pending,
    /// It is not coming.
    Unavailable,
}

/// One call, with everything that its file shows.
#[derive(Debug, Clone, Copy)]
pub struct CallFile<'a> {
    /// The record: its id, and when the call began.
    pub record: &'a Record,
    /// What it holds.
    pub call: &'a Call,
    /// What was said, if that is known yet.
    pub transcript: Option<&'a Transcript>,
    /// Whether it is.
    pub state: TranscriptState,
    /// Whose folder the file stands in.
    pub customer: &'a CustomerId,
    /// On which side each participant stands towards that customer, in the order of [`Call::participants`].
    pub sides: &'a [Side],
    /// How the talk was shared out.
    pub talk: &'a Talk,
    /// Next steps that the call names.
    pub tasks: &'a [Task],
    /// The workspace's time zone.
    pub timezone: &'a TimeZone,
}

/// The bytes of the file: JSON in the shape of `docs/schemas/gong-call.schema.json`, two spaces an indent, one turn of the transcript a
/// line, with a line end at the end. The same input gives the same bytes. What is not known is `null`.
///
/// Characters that steer terminals or the direction of text are escaped as in Slack's files.
pub fn render(file: &CallFile<'_>) -> Vec<u8> {
    file::call(file)
}

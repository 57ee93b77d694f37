use std::{fmt, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use crate::{RecordId, Side, Source};

/// What kind of fact a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Somebody is to do something.
    ActionItem,
    /// Something was decided.
    Decision,
    /// The next meeting or step.
    NextStep,
    /// A competitor was named.
    Competitor,
    /// A sign of wanting to buy.
    BuyingSignal,
    /// A sign of danger for the deal.
    Risk,
    /// What was talked about.
    Topic,
}

/// Where an action item stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// To be done.
    #[default]
    Open,
    /// Done.
    Done,
    /// No longer needed.
    Cancelled,
}

/// How much a risk weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth watching.
    Low,
    /// Needs an answer.
    Medium,
    /// Endangers the deal by itself.
    High,
}

/// Where a finding was said: the record, the words, and how a reader gets there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// The record.
    pub record: RecordId,
    /// Its source.
    pub source: Source,
    /// Path of the file in the customer's folder; filled when the file's path is known.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub path: Arc<str>,
    /// Anchor in that file: the Slack `ts`, `t=2210` (seconds) in a call, the heading's slug in a note.
    pub anchor: Arc<str>,
    /// When it was said.
    pub at: Timestamp,
    /// Who said it, by name; empty for what stands in a note or in a field of the vendor.
    pub speaker: Arc<str>,
    /// On which side.
    pub side: Side,
    /// Character range (Unicode code points) of the quote in the record's rendered text; in a call within what was said at the anchor, in a
    /// note within its line.
    pub range: (u32, u32),
    /// The quoted words, word for word.
    pub quote: Arc<str>,
}

/// The fields that only some kinds have.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingDetail {
    /// Action item: who is to do it, by name; `None` if nobody was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Arc<str>>,
    /// Action item: on which side the owner stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_side: Option<Side>,
    /// Action item or next step: when it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The due date was inferred from a vague or ambiguous word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub due_inferred: bool,
    /// Action item: open, done or cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Signal, risk or topic: which type (`budget_approved`, `champion_leaving`, `security`); competitor: stance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<Arc<str>>,
    /// Risk: how much it weighs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// One extracted fact. No evidence, no finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id: kind and hash of what it is about, the same on every machine.
    pub id: Arc<str>,
    /// Kind.
    pub kind: FindingKind,
    /// The fact in words: the task, the decision, the competitor's name, the topic.
    pub value: Arc<str>,
    /// Fields of some kinds.
    #[serde(flatten)]
    pub detail: FindingDetail,
    /// How sure, 0 to 100.
    pub confidence: u8,
    /// Which rule found it, with its version.
    pub rule: Arc<str>,
    /// At least one, oldest first.
    #[serde(deserialize_with = "few")]
    pub evidence: Vec<Evidence>,
}

/// Reads a list that mostly has one element with room for no more than that: otherwise there is room for four, and a customer may have a
/// hundred thousand of them.
fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Evidence>, D::Error> {
    struct Few;
    impl<'de> Visitor<'de> for Few {
        type Value = Vec<Evidence>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of evidence")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut out = Vec::with_capacity(1);
            while let Some(evidence) = list.next_element()? {
                out.push(evidence);
            }
            Ok(out)
        }
    }
    deserializer.deserialize_seq(Few)
}

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Coverage, CustomerId, Evidence, Finding, Profile, Side, Source};

/// What is not there, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// No credential, so the source was never read.
    NotConnected,
    /// A stream failed; what it holds after its last success is missing.
    Failed,
    /// Permission is missing for part of it.
    NoPermission,
    /// Still being read for the first time.
    Loading,
    /// Items that could not be read.
    Unreadable,
    /// The settings can't see it (late changes outside the look-back).
    OutOfReach,
    /// Days that no successful read covers.
    Hole,
    /// Others were read since it was.
    Stale,
}

/// One honest gap, in words a salesperson understands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// Where.
    pub source: Source,
    /// Of which kind.
    pub kind: GapKind,
    /// What is missing and what to do about it.
    pub text: String,
}

/// What a suggested title is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleFrom {
    /// The signature of their newest mail that has one.
    Signature,
}

/// A person in a customer's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// Key of the person.
    pub key: String,
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Title, from the profile, the vendor, or else a signature.
    pub title: Option<String>,
    /// The title is a suggestion, and what it is taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_from: Option<TitleFrom>,
    /// Role, from the profile.
    pub role: Option<String>,
    /// Side.
    pub side: Side,
    /// Messages by them.
    pub messages: u64,
    /// Calls in which they spoke.
    #[serde(default)]
    pub calls: u64,
    /// Notes of meetings that they were in, or wrote.
    #[serde(default)]
    pub notes: u64,
    /// Mails by them.
    #[serde(default)]
    pub mails: u64,
    /// The last thing they said, as evidence.
    pub last: Evidence,
    /// Sources that know them, sorted.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What the sources know them by here, sorted: addresses and ids; nothing of who is only a name.
    #[serde(default)]
    pub identities: Vec<String>,
}

/// A call with a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallFacts {
    /// Its title; empty if it has none.
    pub title: String,
    /// When it began.
    pub at: Timestamp,
    /// Our side's share of speech, 0 to 1; `None` where nobody can tell.
    pub talk_ratio: Option<f64>,
    /// The share is counted from the transcript, not the vendor's figure.
    #[serde(default)]
    pub ratio_computed: bool,
    /// The call: its record and file, no anchor, its title as the quote.
    pub evidence: Evidence,
}

/// A meeting that an invitation tells of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeetingFacts {
    /// Its title; empty if it has none.
    pub title: String,
    /// Its start.
    pub start: Timestamp,
    /// Its end.
    pub end: Option<Timestamp>,
    /// It takes whole days.
    pub all_day: bool,
    /// It was called off.
    pub cancelled: bool,
    /// Who said that they come: addresses.
    pub accepted: Vec<String>,
    /// Who said that they do not.
    pub declined: Vec<String>,
    /// The call or note of it, if there is one.
    pub held: Option<Evidence>,
    /// The newest mail about it.
    pub evidence: Evidence,
}

/// How fast a side answers the other's mails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseFacts {
    /// Who answers.
    pub side: Side,
    /// Answers counted.
    pub answers: u64,
    /// Half of them came at least this fast: minutes from the first mail of the other side that was not answered yet, nights and weekends
    /// included. Of an even number the smaller of the two in the middle.
    pub median_minutes: u64,
    /// The newest of them.
    pub evidence: Evidence,
}

/// Somebody who is away, as their automatic reply says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AbsenceFacts {
    /// Their name.
    pub name: String,
    /// On which side they stand.
    pub side: Side,
    /// The last day on which they are away, or the day on which they return: what their reply names.
    pub until: jiff::civil::Date,
    /// The reply.
    pub evidence: Evidence,
}

/// Everything a context is made of: rendering it is a pure function of this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerFacts {
    /// The customer's id.
    pub customer: CustomerId,
    /// Their profile.
    pub profile: Profile,
    /// The time zone of dates.
    pub timezone: String,
    /// As of when: the newest record or the `data_through`, whichever is later; never the machine's clock.
    pub as_of: Option<Timestamp>,
    /// Per source, sorted.
    pub coverage: Vec<Coverage>,
    /// People, most recent contact first.
    pub people: Vec<PersonFacts>,
    /// Findings, deduplicated and sorted.
    pub findings: Vec<Finding>,
    /// The newest thing each side said where the other one can read it.
    pub last_contact: Vec<(Side, Evidence)>,
    /// Records of the 7 days before `as_of` by source and side with their number, and the newest of each as evidence. A call counts once
    /// for each side that spoke in it, a note for the side that wrote it.
    pub last_week: Vec<(Source, Side, u64, Evidence)>,
    /// Calls, in any order.
    #[serde(default)]
    pub calls: Vec<CallFacts>,
    /// Meetings of invitations, by start.
    #[serde(default)]
    pub meetings: Vec<MeetingFacts>,
    /// How fast each side answers mails.
    #[serde(default)]
    pub responses: Vec<ResponseFacts>,
    /// Who is away, or was, by name; the newest word of each.
    #[serde(default)]
    pub absences: Vec<AbsenceFacts>,
    /// Gaps, sorted.
    pub gaps: Vec<Gap>,
}

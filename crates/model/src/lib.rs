//! The product's words as plain data: no I/O, no async, no clock, no environment.
//!
//! Every other room speaks in these types. What must not live here: anything that reads, writes, waits or asks the time.

mod attribution;
mod clock;
mod context;
mod coverage;
mod finding;
mod id;
mod links;
mod mail;
mod meeting;
mod mine;
mod person;
mod profile;
mod raw;
mod record;
mod settings;
mod stream;
mod stretch;
mod text;

pub use attribution::{Attribution, Candidate, Doubt, Rule, Scope};
pub use clock::Clock;
pub use context::{AbsenceFacts, CallFacts, CustomerFacts, Gap, GapKind, MeetingFacts, PersonFacts, ResponseFacts, TitleFrom};
pub use coverage::{Blind, Coverage, Hole, Pending};
pub use finding::{Evidence, Finding, FindingDetail, FindingKind, Severity, Status};
pub use id::{AccountKey, CustomerId, IdError, RecordId, Source};
pub use links::{Apart, Identity, Links, Same, Told};
pub use mail::{Invitation, Mail, MailAddress, MailFile, Noise};
pub use meeting::{
    Affiliation, CalendarEvent, Call, CallNote, CallStats, CrmObject, Detail, Note, Participant, Signs, Task, Tracker, TrackerPhrase,
    Transcript, Utterance,
};
pub use mine::{mine_blocks, outside_mine, with_mine_blocks};
pub use person::{OwnSide, Person, Place, Side};
pub use profile::{Contact, Profile, ProfileGong, ProfileMatch, ProfileSlack};
pub use raw::{ContentHash, Hashing, RawItem, RawKind, Route};
pub use record::{FileRef, Reaction, Record, RecordState};
pub use settings::{AccountSettings, EmailSettings, GongSettings, GranolaSettings, Keep, RetentionSettings, Settings, SlackSettings, Span};
pub use stream::{Checkpoint, StreamKey, WorkItem};
pub use stretch::{Stretch, Stretches};
pub use text::{RefKind, Text, TextRef};

/// Civil days since 1970-01-01, the unit of file names and dirty marks.
pub type Day = i32;

//! Use cases: sync, attribute, project, summarise, import, verify.
//!
//! This room owns order, cancellation and failpoints. Everything it touches is passed in through [`Ports`]. What must not live here:
//! vendors' names of things, SQL, sockets, the environment, printing.

mod app;
mod attachments;
mod attribute;
mod backup;
mod changes;
mod copies;
mod directory;
mod error;
mod explain;
mod export;
mod forget;
mod import;
mod older;
mod persons;
mod ports;
mod project;
mod recheck;
mod report;
mod retention;
mod summarise;
mod sync;
mod units;

pub use app::{App, FILE_CHECKS};
pub use attachments::{AttachmentError, Attachments};
pub use attribute::{Audience, Decided, Lesson, Move, Preview, Rulebook, Suggestion};
pub use changes::record_counts;
pub use error::EngineError;
pub use explain::{Counted, Excluded, Explanation, TakesPart, What};
pub use export::Entries;
pub use forget::{ForgetReport, Somebody};
pub use import::{ImportReport, ImportSource};
pub use older::{Mailbox, Older};
pub use persons::{Face, IdentityView, Join, Joined, Namesakes, Part, People, PersonView, Why, join};
pub use ports::{Account, Event, FAILPOINTS, FORGET_FAILPOINTS, Failpoints, NoFailpoints, Ports, Profiles, Progress, Silent};
pub use recheck::{RecheckReport, RecheckRequest, SourceRecheck, Unasked};
pub use report::{AccountReport, BusyStream, CustomerReport, FailedStream, KeptCopy, RebuildReport, SyncReport, SyncRequest};
pub use summarise::{SourceCoverage, SuggestedTitle, suggested_titles};
pub use sync::{Runner, SliceOutcome};

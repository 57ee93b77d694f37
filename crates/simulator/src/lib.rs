//! The vendors' doubles as real HTTP servers on loopback, their faults, and the sample data.
//!
//! A double is written from the vendor's documentation, never from what our own client assumes, and it is strict: what the vendor would
//! refuse, it refuses. One [`Simulator`] serves all vendors on one port (`/slack/api/<method>`, `/gong/v2/<path>`, `/granola/v1/<path>`, `/gmail/gmail/v1/<path>`, `/google/<path>`);
//! `--test`, the tests, `sales simulate` and the benches all use it. Faults and changes of the world come from a [`Scenario`] or from
//! `POST /_sim/event`; every request is in the [log](Running::log), and those that came earlier than a 429 allowed are
//! [violations](Running::violations).

mod fault;
pub mod gmail;
pub mod gong;
pub mod google;
pub mod granola;
mod journal;
mod limit;
pub mod scenario;
mod sends;
mod server;
pub mod slack;
mod stage;
mod story;
mod wire;
mod words;

pub use gmail::{GmailError, GmailEvent, GmailGenerate, GmailHandle, GmailSampleError, GmailSettings, GmailWorld, Letter, Spent};
pub use gong::{GongEvent, GongGenerate, GongHandle, GongLimits, GongSettings, GongWorld};
pub use google::{Google, GoogleClient, GoogleEvent, GoogleSettings, ServiceAccount};
pub use granola::{
    Event as GranolaEvent, Generate as GranolaGenerate, Settings as GranolaSettings, World as GranolaWorld, WorldHandle as GranolaHandle,
};
pub use journal::{LogEntry, Sent, Violation};
pub use limit::Limits;
pub use scenario::{Event, Happening, Scenario, ScenarioError};
pub use sends::Sends;
pub use server::{Running, SimError, SimOptions, Simulator};
pub use slack::{GenerateSpec, SampleError, Token, TokenKind, Ts, World, WorldError, WorldHandle};
pub use story::shift_story;

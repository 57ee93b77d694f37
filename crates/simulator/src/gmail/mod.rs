//! The double of the Gmail API (V1), written from Gmail's discovery document and from what Google's pages say of errors, quotas, batches
//! and synchronising.
//!
//! What they leave open is decided strictly, and said where it is decided: `to:` looks at the header `To` alone, `after:` and `before:`
//! exclude the second they name, plain dates are days in Pacific time, more than 500 results are refused.

mod api;
mod args;
mod ask;
mod batch;
mod change;
mod compose;
mod cursor;
mod double;
mod event;
mod fields;
mod generate;
mod heads;
mod history;
mod label;
mod mail;
mod operation;
mod part;
mod quota;
mod refusal;
mod resource;
mod routes;
mod sample;
mod scope;
mod search;
mod settings;
mod shift;
mod tiny;
mod world;

pub use compose::Letter;
pub(crate) use double::Setup;
pub use event::GmailEvent;
pub use generate::GmailGenerate;
pub use history::{HistoryKind, HistoryRecord};
pub use quota::Spent;
pub(crate) use routes::{BASE, routes};
pub use sample::GmailSampleError;
pub use settings::{Costs, GmailSettings, RateShape, RetryHint};
pub use world::{GmailError, GmailHandle, GmailWorld};

/// A JSON object.
pub(crate) type Object = serde_json::Map<String, serde_json::Value>;

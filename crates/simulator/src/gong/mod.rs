//! The double of Gong's REST API (V2), written from Gong's published OpenAPI document.
//!
//! What the document leaves open is decided strictly, and said where it is decided: how a day is counted (`double`), what a cursor is bound
//! to (`cursor`), which time of a call the filters look at (`call`).

mod api;
mod ask;
mod call;
mod change;
mod cursor;
mod double;
mod event;
mod generate;
mod input;
mod keys;
mod operation;
mod refusal;
mod routes;
mod sample;
mod select;
mod settings;
mod shift;
mod talk;
mod tiny;
mod world;

pub use call::Ready;
pub(crate) use double::Setup;
pub use event::GongEvent;
pub use generate::GongGenerate;
pub use keys::{AccessKey, AccessToken};
pub(crate) use routes::{GENERIC, regional_url, routes};
pub use sample::GongSampleError;
pub use settings::{GongLimits, GongSettings, Regional};
pub use world::{GongError, GongHandle, GongWorld};

/// A JSON object.
pub(crate) type Object = serde_json::Map<String, serde_json::Value>;

//! The double of Slack's Web API, written from Slack's published reference.

mod api;
mod args;
mod call;
mod channel;
mod cursor;
mod double;
mod error;
mod event;
mod generate;
mod method;
mod sample;
mod shift;
mod tiny;
mod token;
mod ts;
mod world;

pub use channel::Channel;
pub(crate) use double::{Double, Setup};
pub use event::Event;
pub use generate::GenerateSpec;
pub use sample::SampleError;
pub use token::{Token, TokenKind};
pub use ts::Ts;
pub use world::{World, WorldError, WorldHandle};

//! The double of Granola's public REST API, written from the vendor's published reference. What that leaves open is in [`Manner`].

mod api;
mod args;
mod call;
mod cursor;
mod double;
mod error;
mod event;
mod folder;
mod generate;
mod key;
mod manner;
mod note;
mod route;
mod sample;
mod serve;
mod shift;
mod text;
mod tiny;
mod world;

pub(crate) use double::Setup;
pub use event::Event;
pub use folder::{Folder, FolderSim};
pub use generate::Generate;
pub use key::{Key, KeyKind, Scope};
pub use manner::{Manner, Order, Settings};
pub use note::{CalendarEvent, Invitee, Note, NoteSim, Speaker, TranscriptItem, User};
pub use sample::SampleError;
pub(crate) use serve::{BASE, routes};
pub use world::{World, WorldError, WorldHandle};

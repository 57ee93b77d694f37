//! Mail as it is in the wild, understood: pure, no I/O, no clock.
//!
//! - `mime`: a message's bytes to [`sales_model::Mail`], one path for every route;
//! - `html`: an HTML body to plain text that reads well;
//! - `quote`: what is new in a text, apart from quoted history and signature;
//! - `signature`: where a signature begins, and what it says of its author;
//! - `calendar`: invitations;
//! - `thread`: which messages are one conversation.
//!
//! All of it was written by strangers: nothing here panics, recurses without bound, or grows beyond its caps.

pub mod calendar;
mod clean;
pub mod html;
pub mod mime;
pub mod quote;
pub mod signature;
pub mod thread;
mod words;

//! The composition root: makes the real things and hands them to the rooms.

mod accounts;
mod app;
mod folder;
mod home;
mod last_good;
mod runtime;
mod sample;

pub(crate) use accounts::{Accounts, connected_sources, names_of_accounts};
pub(crate) use app::open;
pub(crate) use folder::DiskFolder;
pub(crate) use home::Home;
pub(crate) use runtime::{block_on, stop_on_signal};
pub(crate) use sample::Sample;

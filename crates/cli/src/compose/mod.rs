//! The composition root: makes the real things and hands them to the rooms.

mod accounts;
mod app;
mod filed;
mod folder;
mod home;
mod last_good;
mod runtime;
mod sample;

pub(crate) use accounts::{Accounts, DEFAULT, Unusable, connected_sources, for_login, guide, names_of_accounts, signed_in, variables_of};
pub(crate) use app::{Opened, open};
pub(crate) use filed::{Filed, folders as filed_folders, open as open_filed, tell as tell_filed};
pub(crate) use folder::DiskFolder;
pub(crate) use home::Home;
pub(crate) use last_good::profiles;
pub(crate) use runtime::{block_on, stop_on_signal};
pub(crate) use sample::Sample;

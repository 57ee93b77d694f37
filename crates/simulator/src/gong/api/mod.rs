//! The answers of each path.

pub(crate) mod calls;
pub(crate) mod settings;
pub(crate) mod stats;
pub(crate) mod users;

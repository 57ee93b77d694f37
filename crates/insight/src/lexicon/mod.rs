//! The word lists: which words wake which rules, and the rules that are plain tables.

pub(crate) mod foreign;
pub(crate) mod names;
pub(crate) mod reports;
pub(crate) mod rivals;
pub(crate) mod signals;
pub(crate) mod tasks;
pub(crate) mod topics;
pub(crate) mod triggers;
pub(crate) mod verbs;

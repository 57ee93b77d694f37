//! Customers: `sales customer add|list|show|edit|rename|merge|split|undo|changes|forget`.

pub(super) mod add;
pub(super) mod changes;
mod coverage;
pub(super) mod edit;
mod fields;
pub(super) mod forget;
pub(super) mod list;
mod made;
mod refresh;
pub(super) mod regroup;
pub(super) mod show;
mod table;
pub(super) mod undo;

pub(super) use edit::{removal, said};
pub(super) use fields::edits as profile_edits;
pub(super) use refresh::{Change, refresh};
pub(super) use regroup::{option, quoted};

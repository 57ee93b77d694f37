//! Customers: `sales customer add|list|show|edit`.

pub(super) mod add;
pub(super) mod edit;
mod fields;
pub(super) mod list;
mod refresh;
pub(super) mod show;

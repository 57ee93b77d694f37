//! Customers: `sales customer add|list|show|edit|forget`.

pub(super) mod add;
pub(super) mod edit;
mod fields;
pub(super) mod forget;
pub(super) mod list;
mod refresh;
pub(super) mod show;

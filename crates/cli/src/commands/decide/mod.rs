//! Attribution: `sales match list|explain|preview|apply|undo`.

mod change;
mod edits;
pub(super) mod explain;
pub(super) mod moves;
pub(super) mod review;

pub(super) use change::run as change;

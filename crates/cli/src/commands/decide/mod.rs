//! Attribution: `sales match list|explain|preview|apply|undo`.

mod change;
mod edits;
pub(super) mod explain;
pub(super) mod moves;
mod older;
pub(super) mod review;
mod sentences;

pub(super) use change::run as change;

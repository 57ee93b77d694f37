//! Meeting notes: their Markdown, the tasks in their lists, and the pieces that are read.

pub(crate) mod heading;
pub(crate) mod markdown;
mod namesakes;
pub(crate) mod parse;
mod tasks;

pub use heading::Section;
pub use tasks::{listed_tasks, next_steps};

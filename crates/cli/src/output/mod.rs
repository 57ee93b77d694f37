//! The only place that prints: results on standard output, progress and remarks on standard error.

mod logs;
mod pace;
mod printer;
mod progress;
mod safe;
mod words;

pub(crate) use logs::log_to;
pub(crate) use printer::{Printer, Style};
pub(crate) use progress::Watch;
pub(crate) use safe::{block, line, word};
pub(crate) use words::{count, duration, grouped};

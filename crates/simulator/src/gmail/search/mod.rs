//! Gmail's search syntax, as its help page lists the operators.

mod matches;
mod parse;
mod term;

pub(crate) use matches::{Asked, fits};
pub(crate) use parse::parse;
pub(crate) use term::Query;

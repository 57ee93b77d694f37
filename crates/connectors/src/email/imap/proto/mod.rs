//! The protocol without a connection: responses read, commands written. RFC 9051 and 3501, with RFC 7162 (CONDSTORE, QRESYNC), 4731
//! (ESEARCH) and Gmail's attributes.

mod assemble;
mod command;
mod parse;
mod response;
mod value;

pub(crate) use assemble::{Assembler, Next};
pub(crate) use command::{Command, Part};
pub(crate) use parse::{parse, shown};
pub(crate) use response::{Code, Fetched, Listed, Response, Status, StatusOf};
pub(crate) use value::Value;

#[cfg(test)]
mod tests;

//! Reading messages that nobody would write: any bytes, damaged mails, and such as were made to cost much.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

mod any;
mod check;
mod hostile;
mod hostile_html;

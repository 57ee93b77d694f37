//! Email.

pub mod import;

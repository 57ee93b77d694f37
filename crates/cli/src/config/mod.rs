//! Where settings and secrets come from. The environment is read here and nowhere else.

mod credentials;
mod env;

pub(crate) use credentials::{Access, access};
pub(crate) use env::Variables;

//! Where settings and secrets come from. The environment is read here and nowhere else.

mod credentials;
mod env;

pub(crate) use credentials::{Access, Around, access, awaits_sign_in, partial};
pub(crate) use env::Variables;

//! Names of files: slugs, and paths that are given once.

mod paths;
mod slug;

pub(crate) use self::slug::{LONGEST, cut, words};
pub use self::{
    paths::{NewPath, Paths},
    slug::slug,
};

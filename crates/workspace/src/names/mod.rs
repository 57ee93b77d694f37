//! Names of files: slugs, and paths that are given once.

mod file_name;
mod paths;
mod slug;

pub(crate) use self::slug::{LONGEST, cut, words};
pub use self::{
    file_name::file_name,
    paths::{NewPath, Paths},
    slug::slug,
};

//! What others wrote as a part of our Markdown files: it shows what it says, and does nothing.

mod block;
mod inline;
mod plain;
mod trim;

pub(crate) use self::{
    block::{Blocks, blocks},
    inline::inline,
    plain::{clean, heading, heading_slug, line, text},
};

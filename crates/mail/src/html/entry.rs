//! An open element.

use super::{quote::Quote, style::Style, tag::Tag};

/// What an element's end undoes or finishes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// The line.
    Line,
    /// The paragraph.
    Gap,
    /// The quote.
    Quote(Quote),
    /// The list.
    List,
    /// The item.
    Item,
    /// The row.
    Row,
    /// The cell.
    Cell,
}

/// An open element.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its name, hashed: names are compared only with each other.
    pub(super) key: u64,
    pub(super) tag: Tag,
    pub(super) effect: Effect,
    /// It hides its content.
    pub(super) hides: bool,
    /// White space counts in it.
    pub(super) pre: bool,
    /// Whether letters had no size around it.
    pub(super) zero_around: bool,
}

/// What a start tag says that matters.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) style: Style,
    pub(super) class: String,
    pub(super) id: String,
    pub(super) href: String,
    pub(super) alt: String,
    /// `start` of a list, `value` of an item.
    pub(super) number: Option<i64>,
    pub(super) hidden: bool,
}

/// FNV-1a.
pub(super) fn key(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

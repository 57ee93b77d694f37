//! The answers, one file per family of methods.

pub(crate) mod auth;
pub(crate) mod chat;
pub(crate) mod conversations;
pub(crate) mod history;
pub(crate) mod search;
pub(crate) mod users;

use serde_json::Value;

use super::error::Refusal;

/// An answer as bytes.
pub(crate) fn body(value: &Value) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal::new("internal_error"))
}

/// One page of a sorted list: the items from `place` on, at most `size`, and where the next page starts.
pub(crate) fn slice<'a, T>(items: &'a [T], key: impl Fn(&T) -> &str, place: Option<&str>, size: usize) -> (&'a [T], Option<String>) {
    let start = place.map_or(0, |p| items.partition_point(|i| key(i) < p));
    let end = (start + size).min(items.len());
    let next = items.get(end).map(|i| key(i).to_owned());
    (items.get(start..end).unwrap_or_default(), next)
}

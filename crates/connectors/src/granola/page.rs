//! Splitting a page into raw items without copying, and knowing when pages go round in a circle.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use sales_model::{AccountKey, ContentHash, RawItem, RawKind, Route, Source};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{map, wire::Page};
use crate::{Cx, ImportRequest};

/// What stands around a raw item.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    account: AccountKey,
    route: Route,
    fetched_at: Timestamp,
    place: Arc<str>,
}

impl Origin {
    /// Of everything fetched now.
    pub(crate) fn now(cx: &Cx) -> Self {
        Origin { account: cx.account.clone(), route: cx.route, fetched_at: cx.timer.now(), place: map::PLACE.into() }
    }

    /// Of an import: of the account of that name here, whichever source it was asked for.
    pub(crate) fn import(request: &ImportRequest) -> Self {
        let account = AccountKey { source: Source::GRANOLA, name: request.account.name.clone() };
        Origin { account, route: Route::Import, fetched_at: request.now, place: map::PLACE.into() }
    }

    /// A raw item. `at`: see [`map`] on what each kind makes of it.
    pub(crate) fn item(&self, kind: RawKind, at: Option<Timestamp>, body: Bytes) -> RawItem {
        RawItem {
            account: self.account.clone(),
            kind,
            place: Some(self.place.clone()),
            at,
            body,
            fetched_at: self.fetched_at,
            route: self.route,
            partial: false,
        }
    }
}

/// The slice of a page that an item stands in.
pub(crate) fn slice(page: &Bytes, raw: &RawValue) -> Bytes {
    page.slice_ref(raw.get().as_bytes())
}

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    End,
    /// The page at this cursor.
    Page(String),
    /// Granola says that there is more, and gives no way to it.
    Lost,
}

impl Next {
    /// "`cursor` null and `hasMore` false on the last page"; where they disagree, what leads to more is believed.
    pub(crate) fn of(page: &Page<'_>) -> Self {
        match (page.has_more, &page.cursor) {
            (Some(false), _) | (None, None) => Next::End,
            (_, Some(cursor)) => Next::Page(cursor.clone()),
            (Some(true), None) => Next::Lost,
        }
    }
}

/// Pages in a row without anything before a listing counts as going in a circle.
const MOST_EMPTY: u32 = 1_000;
/// A page that comes again and again, each time under a new cursor.
const MOST_REPEATS: u32 = 3;
/// More pages than this (600,000 notes) never end.
const MOST_PAGES: u32 = 20_000;

/// Finds circles wherever they begin, remembering one page of all (Brent's way: the one remembered is replaced after 1, 2, 4, 8... pages).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Walk {
    pages: u32,
    empty: u32,
    /// A cursor of these pages, hashed; one that comes again leads in a circle.
    cursor: String,
    /// What stood on a page, hashed. It may come twice: a list that changes while it is read shifts.
    page: String,
    repeats: u32,
}

impl Walk {
    /// Notes a page and where it leads to; whether that is a circle.
    pub(crate) fn circles(&mut self, body: &[u8], is_empty: bool, cursor: &str) -> bool {
        self.pages += 1;
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        let (cursor, page) = (digest(cursor.as_bytes()), digest(body));
        let again = self.cursor == cursor;
        self.repeats += u32::from(!is_empty && self.page == page);
        if self.pages.is_power_of_two() {
            (self.cursor, self.page, self.repeats) = (cursor, page, 0);
        }
        again || self.repeats >= MOST_REPEATS || self.empty > MOST_EMPTY || self.pages > MOST_PAGES
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("{:?}", ContentHash::of(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(pages: impl Iterator<Item = (String, String)>) -> Option<usize> {
        let mut walk = Walk::default();
        pages.enumerate().find(|(_, (body, cursor))| walk.circles(body.as_bytes(), body.is_empty(), cursor)).map(|(i, _)| i)
    }

    #[test]
    fn circles_are_found_wherever_they_begin() {
        for (lead, length) in [(0, 1), (0, 2), (5, 1), (40, 3), (700, 50)] {
            let at = |i: usize| if i < lead { i } else { lead + (i - lead) % length };
            let found = walk((0..10_000).map(|i| (format!("page {i}"), format!("cursor {}", at(i)))));
            assert!(found.is_some_and(|i| i <= 4 * (lead + length) + 2), "{lead} {length}: {found:?}");
            // New cursors each time, and the same pages.
            let found = walk((0..10_000).map(|i| (format!("page {}", at(i)), format!("cursor {i}"))));
            assert!(found.is_some_and(|i| i <= 8 * (lead + length) + 8), "{lead} {length}: {found:?}");
        }
    }

    #[test]
    fn long_lists_and_pages_that_come_twice_are_no_circles() {
        assert_eq!(walk((0..MOST_PAGES as usize).map(|i| (format!("page {i}"), format!("cursor {i}")))), None);
        assert_eq!(walk((0..2_000).map(|i| (format!("page {}", i / 2), format!("cursor {i}")))), None);
        assert_eq!(walk((0..MOST_EMPTY as usize).map(|i| (String::new(), format!("cursor {i}")))), None);
        assert_eq!(walk((0..5_000).map(|i| (String::new(), format!("cursor {i}")))), Some(MOST_EMPTY as usize));
        assert_eq!(walk((0..).map(|i| (format!("page {i}"), format!("cursor {i}")))), Some(MOST_PAGES as usize));
    }

    #[test]
    fn what_follows_a_page() {
        let next = |json: &str| Next::of(&serde_json::from_str(json).unwrap());
        let page = |c: &str| Next::Page(c.into());
        assert_eq!(next(r#"{"hasMore":true,"cursor":"a"}"#), page("a"));
        assert_eq!(next(r#"{"hasMore":"true","cursor":"a"}"#), page("a"));
        assert_eq!(next(r#"{"hasMore":null,"cursor":"a"}"#), page("a"));
        assert_eq!(next(r#"{"cursor":"a"}"#), page("a"));
        assert_eq!(next(r#"{"hasMore":false,"cursor":"a"}"#), Next::End);
        assert_eq!(next(r#"{"hasMore":false,"cursor":null}"#), Next::End);
        assert_eq!(next("{}"), Next::End);
        assert_eq!(next(r#"{"hasMore":true,"cursor":null}"#), Next::Lost);
        assert_eq!(next(r#"{"hasMore":true,"cursor":""}"#), Next::Lost);
    }
}

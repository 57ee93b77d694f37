use jiff::Timestamp;

use super::{
    Key, World,
    args::Args,
    cursor::{Binding, Opened, Place},
    error::Refusal,
};
use crate::scenario::Fault;

/// One authenticated request on its way to an answer.
pub(super) struct Call<'a> {
    pub(super) world: &'a World,
    pub(super) key: &'a Key,
    pub(super) args: &'a Args,
    /// Operation and note: what a cursor is bound to.
    pub(super) asked: &'a str,
    pub(super) now: Timestamp,
    pub(super) seed: u64,
    /// A fault that concerns pages.
    pub(super) fault: Option<&'a Fault>,
}

/// Where a page starts and how large it is, and how the next cursor is made.
pub(super) struct Page<'a> {
    call: &'a Call<'a>,
    identity: String,
    bound: String,
    pub(super) place: Place,
    pub(super) size: usize,
    salt: u64,
    cursor: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// Reads `page_size` and `cursor`.
    pub(super) fn page(&'a self, default: usize, max: usize) -> Result<Page<'a>, Refusal> {
        let size = self.args.page_size(default, max)?;
        let size = match self.fault {
            Some(Fault::ShortPage(short)) => size.min(*short),
            _ => size,
        };
        let cursor = self.args.text("cursor");
        let (identity, bound) = (self.key.identity(), self.args.without_cursor());
        let mut page = Page { call: self, identity, bound, place: Place::Start {}, size, salt: 0, cursor };
        if let Some(cursor) = cursor {
            let opened = page.binding().open(cursor).filter(|o| self.lives(o.issued));
            let Opened { place, salt, .. } = opened.ok_or_else(|| Refusal::validation("Invalid cursor"))?;
            (page.place, page.salt) = (place, salt);
        }
        Ok(page)
    }

    fn lives(&self, issued: i64) -> bool {
        self.world.manner.cursor_seconds.is_none_or(|life| self.now.as_second() - issued < life)
    }
}

impl Page<'_> {
    fn binding(&self) -> Binding<'_> {
        let Call { world, asked, seed, .. } = self.call;
        Binding { seed: *seed, epoch: world.cursor_epoch, identity: &self.identity, asked, args: &self.bound }
    }

    fn made(&self, place: Place, salt: u64) -> String {
        self.binding().cursor(&Opened { place, salt, issued: self.call.now.as_second() })
    }

    /// The items of a sorted list that stand on this page, and whether more follow.
    pub(super) fn of<'i, T>(&self, items: &'i [T], before: impl FnMut(&T) -> bool) -> (&'i [T], bool) {
        let rest = items.get(items.partition_point(before)..).unwrap_or_default();
        let (mine, more) = rest.split_at(self.size.min(rest.len()));
        (mine, !more.is_empty())
    }

    /// The cursor to what follows: after `last`, the last item of this page, if there is more. An empty page leads to where it stands.
    pub(super) fn next(&self, last: Option<Place>, more: bool) -> Option<String> {
        let here = || self.place.clone();
        match self.call.fault {
            Some(Fault::LoopCursor) => Some(self.cursor.map_or_else(|| self.made(here(), self.salt), str::to_owned)),
            // The salt tells that a page has been repeated, so that each comes twice, not for ever.
            Some(Fault::RepeatPage) if self.salt.is_multiple_of(2) => Some(self.made(here(), self.salt + 1)),
            _ if !more => None,
            // By another cursor than the one that led here: it is no loop.
            _ => Some(last.map_or_else(|| self.made(here(), self.salt + 2), |l| self.made(l, 0))),
        }
    }
}

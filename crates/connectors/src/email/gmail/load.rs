//! Mails of customers, found by search: for the first load, for a customer that was added, and after a history was lost.
//!
//! Searches name about 20 domains and addresses each, so that listing grows with the number of customers / 20, at 5 units for 500 mails. The
//! other mails of their threads belong to them too (answers among ourselves): Gmail has no search for threads, so they are found by
//! listing the whole time (5 units for 500 mails) or thread by thread (40 units each), whichever costs less.
//!
//! What is found is fetched newest first. The checkpoint holds the ids of the next 2,000; when those are fetched, the rest is found again by
//! the same searches, below the last id.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Api, Outcome},
    batch,
    budget::{self, LIST, THREAD},
    errors::Failure,
    state::is_id,
    wire,
};

/// Domains and addresses in one search.
const TERMS: usize = 20;
/// Ids that a checkpoint holds.
const QUEUE: usize = 2_000;
/// A page's token that is refused begins the listing anew, so often.
const MOST_RESTARTS: u32 = 3;
/// More pages than this (10 million mails) never end.
const MOST_PAGES: u32 = 20_000;
/// Chats and drafts are no mails. Junk and bin are left out by Gmail unless one asks for them.
pub(crate) const NO_MAIL: &str = "-in:chats -in:draft";

/// A load under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Load {
    /// Domains and addresses.
    pub(crate) terms: BTreeSet<String>,
    /// From then on, in seconds since 1970.
    pub(crate) since: i64,
    /// Before then; `None` for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// When it is done, these count as searched for.
    pub(crate) covers: bool,
    /// Threads of customers are looked for from then on: what came into them since is wanted even if nothing of a customer's did.
    #[serde(skip_serializing_if = "Option::is_none")]
    threads_since: Option<i64>,
    /// Everything from this id on is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<String>,
    /// To fetch next.
    pub(crate) queue: Vec<String>,
    /// There is more below the queue, as far as is known.
    pub(crate) more: bool,
    /// Mails that were fetched.
    pub(crate) done: u64,
    /// Mails that were found and not fetched, when it was last looked.
    pub(crate) left: u64,
}

/// Ids are hexadecimal numbers: a longer one is higher.
pub(super) type Rank = (usize, String);

pub(super) fn rank(id: &str) -> Rank {
    (id.len(), id.to_owned())
}

impl Load {
    pub(crate) fn new(terms: BTreeSet<String>, since: Timestamp, until: Option<Timestamp>, covers: bool) -> Self {
        let more = !terms.is_empty();
        Load { terms, since: since.as_second(), until: until.map(Timestamp::as_second), covers, more, ..Load::default() }
    }

    /// What came since `since`, of customers and in their threads of the time since `threads`.
    pub(crate) fn within(terms: BTreeSet<String>, since: Timestamp, threads: Timestamp) -> Self {
        Load { threads_since: Some(threads.as_second()), ..Load::new(terms, since, None, false) }
    }

    /// Nothing is left to fetch.
    pub(crate) fn is_complete(&self) -> bool {
        self.queue.is_empty() && !self.more
    }

    /// The next ids to fetch, at most as many as a batch holds.
    pub(crate) fn take(&mut self) -> Vec<String> {
        let rest = self.queue.split_off(self.queue.len().min(batch::MOST));
        let taken = std::mem::replace(&mut self.queue, rest);
        let count = taken.len() as u64;
        (self.done, self.left) = (self.done + count, self.left.saturating_sub(count));
        self.below = taken.last().cloned().or(self.below.take());
        taken
    }

    /// Takes what was found: the highest ids that are not fetched yet.
    fn fill(&mut self, found: BTreeSet<Rank>) {
        let below = self.below.as_deref().map(rank);
        let open = found.into_iter().rev().filter(|r| below.as_ref().is_none_or(|b| r < b));
        let mut ids: Vec<String> = open.map(|(_, id)| id).collect();
        self.left = ids.len() as u64;
        self.more = ids.len() > QUEUE;
        ids.truncate(QUEUE);
        self.queue = ids;
    }

    /// How many searches it takes at least.
    pub(crate) fn searches(&self) -> u64 {
        self.terms.len().div_ceil(TERMS) as u64
    }

    fn window(&self) -> String {
        let until = self.until.map(|at| format!(" before:{at}")).unwrap_or_default();
        // `after:` excludes the second that it names.
        format!("{NO_MAIL} after:{}{until}", self.since.saturating_sub(1))
    }

    /// The searches for what is asked for.
    pub(crate) fn searches_for(&self) -> Vec<String> {
        self.queries(&self.window())
    }

    /// The searches.
    fn queries(&self, window: &str) -> Vec<String> {
        let terms: Vec<&String> = self.terms.iter().collect();
        let group = |terms: &[&String]| {
            let words: Vec<String> = terms.iter().flat_map(|t| ["from", "to", "cc", "bcc"].map(|field| format!("{field}:{t}"))).collect();
            format!("{{{}}} {window}", words.join(" "))
        };
        terms.chunks(TERMS).map(group).collect()
    }
}

/// All pages of a search.
async fn pages(api: &Api<'_>, query: &str, mut each: impl FnMut(wire::Entry)) -> Result<(), Failure> {
    let (mut page, mut seen): (Option<String>, HashSet<String>) = (None, HashSet::new());
    let mut restarts = 0;
    for _ in 0..MOST_PAGES {
        let listed = match api.list(query, page.as_deref()).await {
            // The token has died: from the first page again. What is listed twice is there once.
            Err(Failure::Refused { status: 400, .. }) if page.is_some() && restarts < MOST_RESTARTS => {
                (page, restarts) = (None, restarts + 1);
                seen.clear();
                continue;
            }
            listed => listed?,
        };
        listed.messages.into_iter().filter(|m| is_id(&m.id)).for_each(&mut each);
        match listed.next_page_token.filter(|t| !t.is_empty()) {
            None => return Ok(()),
            Some(next) if !seen.insert(next.clone()) => return Err(Failure::Loop(LIST)),
            Some(next) => page = Some(next),
        }
    }
    Err(Failure::Loop(LIST))
}

/// Ids of all mails there are.
pub(crate) async fn everything(api: &Api<'_>) -> Result<BTreeSet<String>, Failure> {
    let mut all = BTreeSet::new();
    pages(api, NO_MAIL, |m| _ = all.insert(m.id)).await?;
    Ok(all)
}

/// Finds what is to be fetched next, without what came already.
pub(crate) async fn find(api: &Api<'_>, load: &mut Load, came: &BTreeSet<String>) -> Result<(), Failure> {
    let mut found: BTreeSet<Rank> = BTreeSet::new();
    let mut threads: BTreeMap<String, u64> = BTreeMap::new();
    for query in load.queries(&load.window()) {
        pages(api, &query, |m| {
            found.insert(rank(&m.id));
            if is_id(&m.thread_id) {
                *threads.entry(m.thread_id).or_default() += 1;
            }
        })
        .await?;
    }
    if let Some(since) = load.threads_since {
        for query in load.queries(&format!("{NO_MAIL} after:{}", since.saturating_sub(1))) {
            pages(api, &query, |m| {
                if is_id(&m.thread_id) {
                    threads.entry(m.thread_id).or_default();
                }
            })
            .await?;
        }
    }
    if !threads.is_empty() {
        let mates = match load.threads_since.is_none() && cheaper_by_thread(api, threads.len()).await? {
            true => by_thread(api, load, &threads).await?,
            false => by_listing(api, load, &threads).await?,
        };
        found.extend(mates);
    }
    found.retain(|(_, id)| !came.contains(id));
    load.fill(found);
    Ok(())
}

/// Whether reading so many threads costs less than listing the mailbox. It is taken as large as it is: how much of it lies in the time that
/// is asked for nobody knows before.
async fn cheaper_by_thread(api: &Api<'_>, threads: usize) -> Result<bool, Failure> {
    let limit = api.cx.settings.email.units_per_minute;
    let each = u64::from(THREAD.units(limit)).saturating_mul(threads as u64);
    let page = u64::from(LIST.units(limit));
    if each <= page {
        return Ok(true);
    }
    let mails = api.profile().await?.messages_total.unwrap_or(u64::MAX / 64);
    Ok(each <= mails.div_ceil(u64::from(api::IDS)).saturating_mul(page))
}

async fn by_listing(api: &Api<'_>, load: &Load, threads: &BTreeMap<String, u64>) -> Result<BTreeSet<Rank>, Failure> {
    let mut mates = BTreeSet::new();
    pages(api, &load.window(), |m| {
        if threads.contains_key(&m.thread_id) {
            mates.insert(rank(&m.id));
        }
    })
    .await?;
    Ok(mates)
}

async fn by_thread(api: &Api<'_>, load: &Load, threads: &BTreeMap<String, u64>) -> Result<BTreeSet<Rank>, Failure> {
    let ids: Vec<String> = threads.keys().cloned().collect();
    let mut mates = BTreeSet::new();
    for ids in ids.chunks(batch::MOST) {
        for outcome in api.threads(ids).await? {
            // One that is gone, or cannot be read, has no other mails for us: those that were found are fetched all the same.
            let Outcome::Body(body) = outcome else { continue };
            let thread: wire::Thread<'_> = api::read(budget::THREAD, &body)?;
            let within = |m: &wire::Message<'_>| {
                let at = m.internal_date.and_then(|ms| i64::try_from(ms / 1_000).ok());
                at.is_none_or(|at| at >= load.since && load.until.is_none_or(|until| at < until))
            };
            mates.extend(thread.messages.iter().filter(|m| is_id(&m.id) && within(m)).map(|m| rank(&m.id)));
        }
    }
    Ok(mates)
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;

//! What happened in a mailbox: mails that came, went, or were given other labels.
//!
//! Gmail keeps the history for "at least a week" most of the time, and only hours in rare cases. Where it does not know the point that we
//! know any more, it answers 404, and the mailbox is compared (`mailbox.rs`). The point moves on only when all pages and all mails in them
//! are read, with the page that brings the last of them: a process that dies reads some of them again, which does no harm.

use std::collections::BTreeSet;

use super::{
    api::Api,
    batch::MOST,
    errors::{Failure, Kind},
    mails::{self, Labels, Names},
    state::{Changes, is_id},
    wire,
};
use crate::{Batch, FetchRequest};

/// More pages than this (10 million changes) never end.
const MOST_PAGES: u32 = 20_000;
/// A page's token that is refused begins the listing anew, so often.
const MOST_RESTARTS: u32 = 3;

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is more.
    On,
    /// All is read up to this point.
    Complete(u64),
    /// Gmail does not know the point any more.
    Lost,
}

/// What a page asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sorted {
    whole: Vec<String>,
    relabelled: Vec<String>,
    dropped: Vec<String>,
}

/// One step from a point on: a page of changes, or some of the mails in it.
pub(crate) async fn step(
    api: &Api<'_>,
    names: &mut Names<'_>,
    request: &FetchRequest<'_>,
    from: u64,
    changes: &mut Changes,
    batch: &mut Batch,
) -> Result<Step, Failure> {
    if changes.whole.is_empty() && changes.relabelled.is_empty() && changes.upto.is_none() {
        match api.history(from, changes.page.as_deref()).await {
            Ok(page) if page.history.is_empty() => turn(from, changes, &page)?,
            Ok(page) => {
                take(&names.labels(api).await?, changes, &page, batch);
                turn(from, changes, &page)?;
            }
            Err(f) => match f {
                // The token of a page that another run began may have died: from the point itself again.
                Failure::Refused { status: 400 | 404, .. } if changes.page.is_some() && changes.restarts < MOST_RESTARTS => {
                    changes.page = None;
                    changes.restarts += 1;
                    return Ok(Step::On);
                }
                f if f.kind() == Some(Kind::Missing) => return Ok(Step::Lost),
                f => return Err(f),
            },
        }
    } else if !changes.whole.is_empty() {
        let ids = first(&mut changes.whole);
        mails::whole(api, &names.labels(api).await?, &ids, batch).await?;
    } else if !changes.relabelled.is_empty() {
        let ids = first(&mut changes.relabelled);
        changes.whole = mails::relabelled(api, &names.labels(api).await?, request, &ids, batch).await?;
    }
    match changes.upto {
        Some(upto) if changes.whole.is_empty() && changes.relabelled.is_empty() => Ok(Step::Complete(upto)),
        _ => Ok(Step::On),
    }
}

/// The first of a list, at most as many as a batch holds.
fn first(list: &mut Vec<String>) -> Vec<String> {
    let rest = list.split_off(list.len().min(MOST));
    std::mem::replace(list, rest)
}

/// Takes a page.
fn take(labels: &Labels, changes: &mut Changes, page: &wire::Changes, batch: &mut Batch) {
    let sorted = sort(labels, page);
    changes.whole = sorted.whole;
    changes.relabelled = sorted.relabelled;
    batch.dropped.extend(sorted.dropped);
}

/// Turns to the next page.
fn turn(from: u64, changes: &mut Changes, page: &wire::Changes) -> Result<(), Failure> {
    match page.next_page_token.as_ref().filter(|t| !t.is_empty()) {
        Some(next) if changes.page.as_ref() == Some(next) || changes.pages >= MOST_PAGES => Err(Failure::Loop(super::budget::HISTORY)),
        Some(next) => {
            changes.pages += 1;
            changes.page = Some(next.clone());
            Ok(())
        }
        // Never back: an answer without an id leaves it where it is.
        None => {
            changes.page = None;
            changes.upto = Some(page.history_id.unwrap_or(from).max(from));
            Ok(())
        }
    }
}

/// What is to be done about a page's changes. Their order does not matter, because each mail is looked at as it is now.
fn sort(labels: &Labels, page: &wire::Changes) -> Sorted {
    let (mut whole, mut relabelled, mut dropped) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for change in &page.history {
        for added in &change.messages_added {
            // A draft changes with each word; junk is most of what comes to some mailboxes.
            if !added.message.label_ids.as_ref().is_some_and(|ids| labels.hide(ids)) {
                whole.insert(added.message.id.as_str());
            }
        }
        for deleted in &change.messages_deleted {
            dropped.insert(deleted.message.id.as_str());
        }
        for label in &change.labels_added {
            let id = label.message.id.as_str();
            if labels.hide(&label.label_ids) {
                dropped.insert(id);
                // It may have been taken out again: then it is fetched.
                if label.message.label_ids.as_ref().is_none_or(|ids| !labels.hide(ids)) {
                    whole.insert(id);
                }
            } else if mails::tells(&label.label_ids) {
                relabelled.insert(id);
            }
        }
        for label in &change.labels_removed {
            let id = label.message.id.as_str();
            if labels.hide(&label.label_ids) {
                // Out of the bin, or a draft that was sent: nobody has read it yet.
                whole.insert(id);
            } else if mails::tells(&label.label_ids) {
                relabelled.insert(id);
            }
        }
    }
    let gone: BTreeSet<&str> = page.history.iter().flat_map(|c| &c.messages_deleted).map(|d| d.message.id.as_str()).collect();
    let out = |ids: BTreeSet<&str>, without: &[&BTreeSet<&str>]| {
        let kept = ids.into_iter().filter(|id| is_id(id) && !without.iter().any(|w| w.contains(id)));
        kept.map(str::to_owned).collect::<Vec<String>>()
    };
    let relabelled = out(relabelled, &[&gone, &whole, &dropped]);
    let dropped_list = out(dropped.clone(), &[]);
    Sorted { whole: out(whole, &[&gone]), relabelled, dropped: dropped_list }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;

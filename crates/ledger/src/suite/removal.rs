#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{RecordState, WorkItem};

use super::fixture::{Desk, Draft, PLACE, first, reply, ts};
use crate::{Committed, GoneItem, Store};

const NONE: Committed = Committed { new: 0, changed: 0, unchanged: 0, gone: 0, parts: 0, due: 0 };

fn gone(thread: Option<u32>, native: u32) -> Draft {
    let mut page = Draft::default();
    page.0.gone.push(GoneItem { place: PLACE.into(), thread: thread.map(ts), native: ts(native) });
    page
}

/// Inside the range and not in the page: deleted. Outside, or a reply: left alone.
pub async fn records_missing_from_a_covered_range_are_deleted(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = (1..=5).fold(Draft::default(), |page, n| page.with(first(n, &format!("m{n} secret"))));
    desk.commit(page.with(reply(1, 3_000, "reply of one"))).await;
    desk.clean().await;
    let page = Draft::default().with(first(2, "m2 secret")).with(first(3_001, "new")).covered(None, 2, 4);
    assert_eq!(desk.commit(page).await, Committed { new: 1, unchanged: 1, gone: 2, ..NONE });
    assert_eq!(desk.texts().await, ["m1 secret", "reply of one", "m2 secret", "m5 secret", "new"]);
    assert_eq!(desk.found("secret").await, ["m1 secret", "m2 secret", "m5 secret"]);
    assert_eq!(desk.dirty().await, ["u0", "u30"]);
    // The text stands in the history, and nowhere else.
    let versions = desk.versions(3).await;
    let told: Vec<_> =
        versions.iter().map(|v| (v.version, v.record.state, v.record.text.plain.as_str(), v.record.author.is_some())).collect();
    assert_eq!(told, [(2, RecordState::Deleted, "", false), (1, RecordState::Live, "m3 secret", true)]);
    assert_eq!(desk.raw(3).await, None);
    assert_eq!(desk.store.counts().await.unwrap().records, 5);
    // Said again: nothing more to delete.
    desk.clean().await;
    let page = Draft::default().with(first(2, "m2 secret")).covered(None, 2, 4);
    assert_eq!(desk.commit(page).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    // The newest goes: what was said before it is the newest again.
    desk.commit(Draft::default().covered(None, 3_001, 9_000)).await;
    assert_eq!(desk.store.newest().await.unwrap(), [(PLACE.to_owned(), reply(1, 3_000, "").at)]);
    // A range of an unknown place deletes nothing.
    let mut page = Draft::default().covered(None, 0, 9_000);
    page.0.covered.first_mut().unwrap().place = "slack:C9".into();
    assert_eq!(desk.commit(page).await, NONE);
    desk.sound().await;
}

/// While somebody answers it, a deleted first record is shown without text and author; with the last reply it goes.
pub async fn a_deleted_first_record_with_replies_is_a_stub(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default().with(first(1, "question")).with(reply(1, 2, "answer")).with(reply(1, 3, "another"));
    desk.commit(page).await;
    assert_eq!(desk.commit(Draft::default().covered(None, 0, 9)).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-", "answer", "another"]);
    assert_eq!(desk.found("question").await, Vec::<String>::new());
    let stub = desk.all(PLACE).await.remove(0);
    assert_eq!((stub.record.author, stub.record.at), (None, first(1, "").at));
    assert_eq!(desk.commit(gone(None, 2)).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-", "another"]);
    desk.clean().await;
    assert_eq!(desk.commit(gone(None, 3)).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.texts().await, Vec::<String>::new());
    assert_eq!(desk.dirty().await, ["u0"]);
    // A late reply to what is deleted brings the stub back.
    assert_eq!(desk.commit(Draft::default().with(reply(1, 4, "late"))).await, Committed { new: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-", "late"]);
    // First record and last reply in one page: nothing stays.
    desk.commit(Draft::default().with(first(50, "q")).with(reply(50, 51, "a"))).await;
    assert_eq!(desk.commit(Draft::default().covered(None, 40, 60).covered(Some(50), 40, 60)).await, Committed { gone: 2, ..NONE });
    assert_eq!(desk.texts().await, ["-", "late"]);
    desk.sound().await;
}

/// Nothing tells whether the replies of a missing first record are still there: the work that brought them waits again.
pub async fn replies_of_a_missing_first_record_are_due_again(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let item = |n| WorkItem::now("threads", "C1", ts(n), "m");
    let mut page =
        Draft::default().with(first(1, "q")).with(reply(1, 2, "a")).with(first(3, "r")).with(first(5, "s")).with(reply(5, 6, "b"));
    page.0.work = vec![item(1), item(3), item(5)];
    page.0.done = page.0.work.clone();
    desk.commit(page).await;
    let waiting = || desk.threads();
    assert_eq!(waiting().await.unwrap(), []);
    desk.commit(Draft::default().covered(None, 0, 4).listed()).await;
    assert_eq!(waiting().await.unwrap(), [item(1)]);
    assert_eq!(desk.texts().await, ["-", "a", "s", "b"]);
    // Read again: nothing is left of it.
    let mut page = Draft::default().covered(Some(1), 0, 9);
    page.0.done = vec![item(1)];
    desk.commit(page).await;
    assert_eq!(waiting().await.unwrap(), []);
    assert_eq!(desk.texts().await, ["s", "b"]);
    desk.sound().await;
}

/// The last reply of a conversation leaves no trace but that its first record speaks of none any more: its replies are looked at again,
/// also where no work brought them (an import, a search).
pub async fn a_conversation_that_falls_silent_is_due_again(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let item = |n, marker: &str| WorkItem::now("threads", "C1", ts(n), marker);
    let firsts = || [1, 10, 20, 30].iter().fold(Draft::default(), |page, n| page.with(first(*n, "q")));
    let mut page = firsts().with(reply(1, 2, "a")).with(reply(10, 11, "b")).with(reply(20, 21, "c")).with(reply(30, 31, "d"));
    page.0.work = vec![item(1, "m"), item(20, "m")];
    page.0.done = page.0.work.clone();
    desk.commit(page).await;
    let waiting = || desk.threads();
    // 20 still speaks of replies, 30 is not in the range.
    let again = || {
        let mut page = firsts().covered(None, 0, 25).listed();
        page.0.work = vec![item(20, "m")];
        page
    };
    assert_eq!(desk.commit(again()).await, Committed { unchanged: 4, due: 2, ..NONE });
    assert_eq!(waiting().await.unwrap(), [item(10, ""), item(1, "m")]);
    let mut page = Draft::default().covered(Some(1), 2, 9).covered(Some(10), 11, 99);
    page.0.done = vec![item(10, ""), item(1, "m")];
    assert_eq!(desk.commit(page).await, Committed { gone: 2, ..NONE });
    assert_eq!(desk.texts().await, ["q", "q", "q", "c", "q", "d"]);
    desk.commit(again()).await;
    assert_eq!(waiting().await.unwrap(), []);
    desk.sound().await;
}

/// A range of one conversation concerns its replies only.
pub async fn missing_replies_are_deleted(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default()
        .with(first(1, "q"))
        .with(reply(1, 3, "a"))
        .with(reply(1, 4, "b"))
        .with(reply(1, 5, "c"))
        .with(first(2, "other"))
        .with(reply(2, 4_000, "of other"));
    desk.commit(page).await;
    // The page has the first record too, as vendors repeat it, and one of the replies.
    let page = Draft::default().with(first(1, "q")).with(reply(1, 4, "b")).covered(Some(1), 3, 4);
    assert_eq!(desk.commit(page).await, Committed { unchanged: 2, gone: 1, ..NONE });
    assert_eq!(desk.texts().await, ["q", "b", "c", "other", "of other"]);
    // A reply that is also shown at the first level is not missing from the first level.
    assert_eq!(desk.commit(Draft::default().with(first(1, "q")).with(first(2, "other")).covered(None, 0, 9_000)).await.gone, 0);
    assert_eq!(desk.commit(Draft::default().covered(Some(1), 0, 9_000)).await, Committed { gone: 2, ..NONE });
    assert_eq!(desk.texts().await, ["q", "other", "of other"]);
    desk.sound().await;
}

/// A vendor's tombstone has neither text nor author, whatever it brings, and goes with the last reply.
pub async fn tombstones_have_no_text(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let tombstone = || {
        let mut record = first(1, "This message was deleted.");
        record.state = RecordState::Stub;
        record
    };
    desk.commit(Draft::default().with(first(1, "question")).with(reply(1, 2, "answer"))).await;
    assert_eq!(desk.commit(Draft::default().with(tombstone())).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-", "answer"]);
    assert_eq!(desk.found("message").await, Vec::<String>::new());
    assert_eq!(desk.found("question").await, Vec::<String>::new());
    desk.clean().await;
    assert_eq!(desk.commit(Draft::default().with(tombstone())).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    desk.commit(gone(None, 2)).await;
    assert_eq!(desk.texts().await, Vec::<String>::new());
    // One that was never seen alive.
    let mut unseen = first(9, "gone");
    unseen.state = RecordState::Stub;
    assert_eq!(desk.commit(Draft::default().with(unseen)).await, Committed { new: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-"]);
    // Told by its own state.
    let mut deleted = first(9, "gone");
    deleted.state = RecordState::Deleted;
    assert_eq!(desk.commit(Draft::default().with(deleted.clone())).await, Committed { gone: 1, ..NONE });
    deleted.native = ts(10);
    assert_eq!(desk.commit(Draft::default().with(deleted)).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.texts().await, Vec::<String>::new());
    desk.sound().await;
}

/// Deletions that the vendor told: of a record, of a whole conversation, of something unknown.
pub async fn told_deletions(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default().with(first(1, "q")).with(reply(1, 2, "a")).with(first(3, "r")).with(reply(3, 4, "b")).with(first(5, "s"));
    desk.commit(page).await;
    desk.clean().await;
    assert_eq!(desk.commit(gone(Some(1), 1)).await, Committed { gone: 2, ..NONE });
    assert_eq!(desk.commit(gone(None, 3)).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.texts().await, ["-", "b", "s"]);
    assert_eq!(desk.dirty().await, ["u0"]);
    assert_eq!(desk.commit(gone(None, 77)).await, NONE);
    assert_eq!(desk.commit(gone(Some(77), 77)).await, NONE);
    let mut elsewhere = gone(None, 5);
    elsewhere.0.gone.first_mut().unwrap().place = "slack:C9".into();
    assert_eq!(desk.commit(elsewhere).await, NONE);
    // Twice in one page, and once more.
    let mut twice = gone(None, 5);
    twice.0.gone.extend(gone(None, 5).0.gone);
    assert_eq!(desk.commit(twice).await, Committed { gone: 1, ..NONE });
    assert_eq!(desk.commit(gone(None, 5)).await, NONE);
    assert_eq!(desk.texts().await, ["-", "b"]);
    desk.sound().await;
}

/// Live again with the same bytes or others; a partial sight of it is not enough.
pub async fn a_deleted_record_may_come_back(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "phoenix"))).await;
    desk.commit(gone(None, 1)).await;
    assert_eq!(desk.found("phoenix").await.len(), 0);
    desk.clean().await;
    let mut partial = first(1, "phoenix");
    partial.partial = true;
    assert_eq!(desk.commit(Draft::default().with(partial)).await, Committed { unchanged: 1, ..NONE });
    let chunks = desk.chunks().await;
    assert_eq!(desk.commit(Draft::default().with(first(1, "phoenix"))).await, Committed { changed: 1, ..NONE });
    assert_eq!((desk.texts().await, desk.found("phoenix").await.len()), (vec!["phoenix".to_owned()], 1));
    assert_eq!(desk.dirty().await, ["u0"]);
    // Its bytes are still in the history: not stored again.
    assert_eq!(desk.chunks().await, chunks);
    assert!(desk.raw(1).await.unwrap().contains("phoenix"));
    assert_eq!(desk.versions(1).await.iter().map(|v| v.version).collect::<Vec<_>>(), [3, 2, 1]);
    desk.commit(gone(None, 1)).await;
    assert_eq!(desk.commit(Draft::default().with(first(1, "ashes"))).await, Committed { changed: 1, ..NONE });
    assert_eq!(desk.texts().await, ["ashes"]);
    assert_eq!(desk.store.newest().await.unwrap(), [(PLACE.to_owned(), first(1, "").at)]);
    desk.sound().await;
}

/// A record that the vendor sent and nobody could read stays as it was known; its neighbours' absence still counts.
pub async fn unread_records_are_not_missing(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = (1..=3).fold(Draft::default(), |page, n| page.with(first(n, &format!("m{n}"))));
    desk.commit(page.with(reply(1, 4, "r4")).with(reply(1, 5, "r5"))).await;
    let mut page = Draft::default().with(first(1, "m1")).covered(None, 1, 3).covered(Some(1), 2, 9);
    page.0.unread = vec![(PLACE.into(), ts(2)), (PLACE.into(), ts(5)), ("slack:C9".into(), ts(3))];
    assert_eq!(desk.commit(page).await, Committed { unchanged: 1, gone: 2, ..NONE });
    assert_eq!(desk.texts().await, ["m1", "r5", "m2"]);
    desk.sound().await;
}

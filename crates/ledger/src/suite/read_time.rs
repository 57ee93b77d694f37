#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_model::{AccountKey, RecordState, Source, Stretch};

use super::fixture::{Desk, Draft, PLACE, first, now, owner, reply, stream, take, ts};
use crate::{LeaseOutcome, Store, StoreError};

fn at(second: i64) -> Timestamp {
    now() + SignedDuration::from_secs(second)
}

fn page(read: &[(i64, i64)]) -> Draft {
    let mut page = Draft::default();
    page.0.read = read.iter().map(|(from, to)| Stretch::new(at(*from), at(*to))).collect();
    page
}

/// Times that the first stream has read, in seconds of the story.
async fn read(store: &dyn Store) -> Vec<(i64, i64)> {
    let state = store.streams().await.unwrap().remove(0);
    let second = |at: Timestamp| at.duration_since(now()).as_secs();
    state.read.as_slice().iter().map(|s| (second(s.from), second(s.to))).collect()
}

/// What pages read is merged; it comes with its page or not at all, and outlives a reset.
pub async fn times_read_are_merged_with_their_page(store: Arc<dyn Store>) {
    let key = stream("history", "C1");
    let old = take(&*store, &key, 1).await;
    store.commit(&old, page(&[(50, 60), (10, 20), (30, 30)]).0).await.unwrap();
    assert_eq!(read(&*store).await, [(10, 20), (50, 60)]);
    let LeaseOutcome::Leased(lease) = store.lease(&key, &owner(2), now(), SignedDuration::from_mins(5), |_| false).await.unwrap() else {
        unreachable!("the holder is dead")
    };
    assert!(matches!(store.commit(&old, page(&[(0, 100)]).0).await, Err(StoreError::Fenced(_))));
    assert_eq!(read(&*store).await, [(10, 20), (50, 60)]);
    let desk = Desk { store, lease };
    // Again, a part of it, and nothing: as it was.
    for same in [&[(10, 20), (50, 60)][..], &[(12, 15)], &[]] {
        desk.commit(page(same)).await;
        assert_eq!(read(&*desk.store).await, [(10, 20), (50, 60)]);
    }
    desk.commit(page(&[(20, 30), (58, 70)]).with(first(1, "with what was said"))).await;
    assert_eq!(read(&*desk.store).await, [(10, 30), (50, 70)]);
    desk.store.reset(&desk.lease).await.unwrap();
    desk.commit(page(&[(-5, 55)])).await;
    assert_eq!(read(&*desk.store).await, [(-5, 70)]);
    // Finer than the ledger keeps time: what touches is one.
    let end = at(70) + SignedDuration::from_nanos(1_500);
    for (from, to) in [(at(60), end), (end, at(80) + SignedDuration::from_nanos(1))] {
        let mut page = Draft::default();
        page.0.read = vec![Stretch::new(from, to)];
        desk.commit(page).await;
    }
    assert_eq!(read(&*desk.store).await, [(-5, 80)]);
    // Another stream's are its own.
    let other = take(&*desk.store, &stream("history", "C2"), 2).await;
    desk.store.commit(&other, page(&[(200, 300)]).0).await.unwrap();
    assert_eq!(read(&*desk.store).await, [(-5, 80)]);
    desk.sound().await;
}

/// A stream that is read in very many pieces costs a bounded number of rows; less is claimed then, never more.
pub async fn only_so_many_times_read_are_kept(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    for n in 0..100 {
        desk.commit(page(&[(n * 10, n * 10 + 1 + n % 7)])).await;
    }
    let kept = read(&*desk.store).await;
    assert_eq!(kept.len(), 64);
    assert!(kept.iter().all(|(from, to)| from % 10 == 0 && to - from == 1 + (from / 10) % 7), "{kept:?}");
    desk.commit(page(&[(0, 1_000)])).await;
    assert_eq!(read(&*desk.store).await, [(0, 1_000)]);
    desk.sound().await;
}

/// Page by page, each live whole record once, with the stream that brought it.
pub async fn records_are_listed_without_what_they_say(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let mut partial = first(4, "a part");
    partial.partial = true;
    let mut gone = first(5, "gone");
    gone.state = RecordState::Deleted;
    desk.commit(Draft::default().with(first(1, "one")).with(reply(1, 2, "two")).with(first(3, "three")).with(partial).with(gone)).await;
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let some = desk.store.listed(after, 2).await.unwrap();
        let Some(last) = some.last() else { break };
        assert!(some.len() <= 2 && last.position > after);
        after = last.position;
        all.extend(some);
    }
    all.sort_by(|a, b| a.native.cmp(&b.native));
    let told: Vec<_> = all.iter().map(|l| (l.place.as_str(), l.thread.clone(), l.native.clone(), l.at, l.stream.clone())).collect();
    let by = Some(desk.lease.key.clone());
    let expected = [(1, 1), (1, 2), (3, 3)].map(|(thread, n)| (PLACE, ts(thread), ts(n), at(n.into()), by.clone()));
    assert_eq!(told, expected);
    desk.sound().await;
}

/// The last day stands, whatever comes later; each account has its own.
pub async fn accounts_are_asked_on_days(store: Arc<dyn Store>) {
    let key = |source: Source, name: &str| AccountKey { source, name: name.into() };
    let (mine, other) = (key(Source::SLACK, "default"), key(Source::GONG, "eu"));
    assert_eq!(store.asked().await.unwrap(), []);
    for day in [8, 9, 7] {
        store.ask(&mine, jiff::civil::date(2024, 4, day)).await.unwrap();
    }
    store.ask(&other, jiff::civil::date(2024, 4, 1)).await.unwrap();
    let all = [(other, jiff::civil::date(2024, 4, 1)), (mine, jiff::civil::date(2024, 4, 9))];
    assert_eq!(store.asked().await.unwrap(), all);
}

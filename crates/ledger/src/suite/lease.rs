#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use jiff::SignedDuration;
use sales_model::{Checkpoint, Gap, GapKind, Source};

use super::fixture::{Desk, Draft, PLACE, first, now, owner, stream, take};
use crate::{Ended, LeaseOutcome, PageCommit, Store, StoreError};

const TTL: SignedDuration = SignedDuration::from_mins(5);

/// A second process is told who holds the stream, the same process too; a dead or expired holder is taken over, with a new generation.
pub async fn a_stream_has_one_holder(store: Arc<dyn Store>) {
    let key = stream("history", "C1");
    let lease = take(&*store, &key, 1).await;
    assert_eq!((lease.generation, &lease.checkpoint), (1, &None));
    for pid in [1, 2] {
        let busy = store.lease(&key, &owner(pid), now(), TTL, |_| true).await.unwrap();
        assert_eq!(busy, LeaseOutcome::Busy(owner(1)));
    }
    // Another stream is free.
    assert_eq!(take(&*store, &stream("history", "C2"), 2).await.generation, 1);
    // A page moves the checkpoint, which the next holder gets.
    store.commit(&lease, Draft::default().with(first(1, "one")).next("after one").0).await.unwrap();
    let LeaseOutcome::Leased(taken) = store.lease(&key, &owner(2), now(), TTL, |o| o.pid != 1).await.unwrap() else {
        unreachable!("the holder is dead")
    };
    assert_eq!((taken.generation, taken.checkpoint.clone()), (2, Some(Checkpoint("after one".into()))));
    // Alive, but its time is over; kept by renewing.
    store.renew(&taken, now() + TTL, TTL).await.unwrap();
    let later = now() + TTL + TTL - SignedDuration::from_secs(1);
    assert_eq!(store.lease(&key, &owner(3), later, TTL, |_| true).await.unwrap(), LeaseOutcome::Busy(owner(2)));
    let later = now() + TTL + TTL + SignedDuration::from_secs(1);
    let LeaseOutcome::Leased(third) = store.lease(&key, &owner(3), later, TTL, |_| true).await.unwrap() else {
        unreachable!("the lease is over")
    };
    assert_eq!(third.generation, 3);
    Desk { store, lease: third }.sound().await;
}

/// Whoever lost a stream writes nothing more in it, and is told so.
pub async fn an_old_lease_writes_nothing(store: Arc<dyn Store>) {
    let key = stream("history", "C1");
    let old = take(&*store, &key, 1).await;
    store.commit(&old, Draft::default().with(first(1, "kept")).next("one").0).await.unwrap();
    let LeaseOutcome::Leased(new) = store.lease(&key, &owner(2), now(), TTL, |_| false).await.unwrap() else {
        unreachable!("the holder is dead")
    };
    let page = || Draft::default().with(first(2, "lost")).covered(None, 0, 9).next("two").0;
    assert!(matches!(store.commit(&old, page()).await, Err(StoreError::Fenced(k)) if k == key));
    assert!(matches!(store.commit(&old, PageCommit::default()).await, Err(StoreError::Fenced(_))));
    assert!(matches!(store.renew(&old, now(), TTL).await, Err(StoreError::Fenced(_))));
    assert!(matches!(store.reset(&old).await, Err(StoreError::Fenced(_))));
    assert!(matches!(store.release(&old, Ended::Finished(now())).await, Err(StoreError::Fenced(_))));
    let desk = Desk { store, lease: new.clone() };
    assert_eq!(desk.texts().await, ["kept"]);
    assert_eq!(desk.found("lost").await, Vec::<String>::new());
    assert_eq!(new.checkpoint, Some(Checkpoint("one".into())));
    let state = desk.store.streams().await.unwrap().remove(0);
    assert_eq!((state.checkpoint, state.finished), (new.checkpoint.clone(), None));
    // Neither does one who gave it back.
    desk.store.release(&new, Ended::Paused).await.unwrap();
    assert!(matches!(desk.store.commit(&new, page()).await, Err(StoreError::Fenced(_))));
    assert!(matches!(desk.store.release(&new, Ended::Paused).await, Err(StoreError::Fenced(_))));
    assert_eq!(desk.texts().await, ["kept"]);
    desk.sound().await;
}

/// Finished, paused or failed; gaps stand until a page says others; a reset forgets the checkpoint and nothing else.
pub async fn a_turn_ends_in_one_of_three_ways(store: Arc<dyn Store>) {
    let key = stream("history", "C1");
    let gap = Gap { source: Source::SLACK, kind: GapKind::NoPermission, text: "not in #acme".into() };
    let lease = take(&*store, &key, 1).await;
    let mut page = Draft::default().with(first(1, "one")).next("one").0;
    page.gaps = Some(vec![gap.clone()]);
    store.commit(&lease, page).await.unwrap();
    store.release(&lease, Ended::Failed { error: "not_in_channel".into(), auth: true }).await.unwrap();
    let state = || async { store.streams().await.unwrap().remove(0) };
    let failed = state().await;
    assert_eq!((failed.error.as_deref(), failed.auth, failed.finished), (Some("not_in_channel"), true, None));
    assert_eq!(failed.gaps, vec![gap.clone()]);
    let lease = take(&*store, &key, 1).await;
    assert_eq!(lease.generation, 2);
    store.commit(&lease, Draft::default().0).await.unwrap();
    assert_eq!(state().await.gaps, [gap]);
    let mut page = Draft::default().0;
    page.gaps = Some(Vec::new());
    store.commit(&lease, page).await.unwrap();
    let at = now() + SignedDuration::from_nanos(1_234_567_891);
    store.release(&lease, Ended::Finished(at)).await.unwrap();
    let finished = state().await;
    assert_eq!((finished.error, finished.auth, finished.finished, finished.gaps), (None, false, Some(at), Vec::new()));
    let lease = take(&*store, &key, 1).await;
    store.reset(&lease).await.unwrap();
    store.release(&lease, Ended::Paused).await.unwrap();
    let paused = state().await;
    assert_eq!((paused.key, paused.checkpoint, paused.finished), (key.clone(), None, Some(at)));
    assert_eq!(take(&*store, &key, 1).await.checkpoint, None);
    let desk = Desk { store, lease };
    assert_eq!(desk.all(PLACE).await.len(), 1);
    desk.sound().await;
}

#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{Person, Place, WorkItem};

use super::fixture::{Desk, Draft, first, id, now, raw, stream, ts};
use crate::{AuditEntry, Job, Store};

fn item(n: u32, marker: &str) -> WorkItem {
    WorkItem::now("threads", "C1", ts(n), marker)
}

/// Newest first; a marker that is done does not come back, a newer one does.
pub async fn work_waits_until_it_is_done_for_its_marker(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let work = |items: &[(u32, &str)], done: &[(u32, &str)]| {
        let mut page = Draft::default();
        page.0.work = items.iter().map(|(n, marker)| item(*n, marker)).collect();
        page.0.done = done.iter().map(|(n, marker)| item(*n, marker)).collect();
        page
    };
    let list = |limit| {
        let store = Arc::clone(&desk.store);
        async move {
            let items = store.work(&stream("threads", "C1"), now(), limit).await.unwrap();
            items.into_iter().map(|i| (i.item, i.marker)).collect::<Vec<_>>()
        }
    };
    let waiting = || async {
        let states = desk.store.streams().await.unwrap();
        states.iter().find(|s| s.key == stream("threads", "C1")).map(|s| s.waiting)
    };
    assert_eq!((list(9).await, waiting().await), (vec![], None));
    desk.commit(work(&[(1, "a"), (3, "a"), (2, "a")], &[])).await;
    assert_eq!(list(2).await, [(ts(3), "a".to_owned()), (ts(2), "a".to_owned())]);
    assert_eq!((list(9).await.len(), waiting().await), (3, Some(3)));
    // Done, seen again with the same marker: nothing to do.
    desk.commit(work(&[], &[(3, "a")])).await;
    desk.commit(work(&[(3, "a")], &[])).await;
    assert_eq!(list(9).await, [(ts(2), "a".to_owned()), (ts(1), "a".to_owned())]);
    // Done for an older marker than the one seen: it waits on.
    desk.commit(work(&[(2, "b")], &[(2, "a")])).await;
    desk.commit(work(&[(3, "b")], &[])).await;
    assert_eq!(list(9).await, [(ts(3), "b".to_owned()), (ts(2), "b".to_owned()), (ts(1), "a".to_owned())]);
    desk.commit(work(&[], &[(1, "a"), (2, "b"), (3, "b"), (9, "never seen")])).await;
    assert_eq!((list(9).await, waiting().await), (vec![], Some(0)));
    assert_eq!(desk.store.work(&stream("threads", "C2"), now(), 9).await.unwrap(), []);
    desk.sound().await;
}

/// The last reason stands, until the item becomes a record.
pub async fn failures_last_until_the_item_is_read(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let failed = |list: &[(String, &str)]| {
        let mut page = Draft::default();
        page.0.failures = list.iter().map(|(item, reason)| (item.clone(), (*reason).to_owned())).collect();
        page
    };
    desk.commit(failed(&[(id(1).to_string(), "no text"), (id(2).to_string(), "torn"), ("line 3".into(), "not JSON")])).await;
    desk.commit(failed(&[("line 3".into(), "still not JSON")])).await;
    let all = desk.store.failures().await.unwrap();
    assert!(all.iter().all(|(key, ..)| *key == stream("history", "C1")));
    let told: Vec<_> = all.iter().map(|(_, item, reason)| (item.as_str(), reason.as_str())).collect();
    assert_eq!(told, [("line 3", "still not JSON"), (&*id(1).0, "no text"), (&*id(2).0, "torn")]);
    desk.commit(Draft::default().with(first(1, "read")).with(first(2, "read too"))).await;
    assert_eq!(desk.store.failures().await.unwrap().len(), 1);
    desk.sound().await;
}

/// What one stream could not read may be read by another.
pub async fn failures_are_over_whoever_reads_the_item(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let mut page = Draft::default();
    page.0.failures = vec![(id(1).to_string(), "no text".into()), (id(2).to_string(), "torn".into())];
    desk.commit(page).await;
    let threads = super::fixture::take(&*desk.store, &stream("threads", "C1"), 1).await;
    desk.store.commit(&threads, Draft::default().with(first(1, "read")).0).await.unwrap();
    let left: Vec<_> = desk.store.failures().await.unwrap().into_iter().map(|(_, item, _)| item).collect();
    assert_eq!(left, [id(2).to_string()]);
    desk.sound().await;
}

/// One row per key, the last one told; sorted.
pub async fn people_and_places_are_replaced(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let person = |key: &str, name: &str| Person { key: key.into(), name: name.into(), ..Person::default() };
    let place = |key: &str, name: &str| Place { key: key.into(), name: name.into(), ..Place::default() };
    let mut page = Draft::default();
    page.0.people = vec![person("slack:U2", "Bo"), person("slack:U1", "Al")];
    page.0.places = vec![place("slack:C2", "two"), place("slack:C0", "zero")];
    desk.commit(page).await;
    let mut page = Draft::default().with(first(1, "in a place that nobody described"));
    page.0.people = vec![person("slack:U1", "Alex")];
    page.0.places = vec![place("slack:C0", "null"), place("slack:C0", "nought")];
    desk.commit(page).await;
    assert_eq!(desk.store.people().await.unwrap(), [person("slack:U1", "Alex"), person("slack:U2", "Bo")]);
    let places = desk.store.places().await.unwrap();
    assert_eq!(places, [place("slack:C0", "nought"), place("slack:C1", "C1"), place("slack:C2", "two")]);
    let counts = desk.store.counts().await.unwrap();
    assert_eq!((counts.people, counts.places), (2, 3));
    desk.sound().await;
}

/// A person's or a channel's raw item: kept, but its bytes once only.
pub async fn raw_items_without_records_are_kept_once(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = |bodies: &[&str]| {
        let mut page = Draft::default();
        page.0.raws = bodies.iter().map(|body| raw(body)).collect();
        page
    };
    desk.commit(page(&["user one", "user two", "user one"])).await;
    assert_eq!(desk.chunks().await, 1);
    desk.commit(page(&["user two", "user one"])).await;
    assert_eq!(desk.chunks().await, 1);
    desk.commit(page(&["user two", "user one, renamed"])).await;
    assert_eq!(desk.chunks().await, 2);
    desk.sound().await;
}

/// Small values, jobs and the audit log are written and stay.
pub async fn values_jobs_and_audit(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let store = &desk.store;
    assert_eq!(store.get("identity").await.unwrap(), None);
    for value in ["{}", "", "{\"team\":\"T1\"}"] {
        store.set("identity", value).await.unwrap();
        assert_eq!(store.get("identity").await.unwrap().as_deref(), Some(value));
    }
    let mut job = Job { id: "j1".into(), kind: "sync".into(), started: now(), ended: None, state: "running".into(), result: "{}".into() };
    store.job(job.clone()).await.unwrap();
    job.ended = Some(now());
    job.state = "done".into();
    store.job(job).await.unwrap();
    for n in 0..5 {
        let detail = format!(r#"{{"n":{n}}}"#);
        store.audit(AuditEntry { at: now(), action: "sync".into(), detail }).await.unwrap();
    }
    let checks = store.verify().await.unwrap();
    assert!(checks.iter().any(|c| c.name.contains("audit") && c.checked == 5), "{checks:#?}");
    desk.sound().await;
}

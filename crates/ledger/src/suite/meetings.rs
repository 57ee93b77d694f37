#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use jiff::SignedDuration;
use sales_model::{Attribution, Call, Detail, Participant, Record, Rule, Scope, Signs, Text, Transcript, Utterance, WorkItem};

use super::fixture::{Desk, Draft, account, customer, now, record, stream, take};
use crate::{CoveredTime, RecordSigns, Store};

const CALLS: &str = "gong";

/// Call `n` of the story, held at second `n`, with somebody from that domain.
fn call(n: u32, domain: &str) -> Record {
    let id = format!("c{n}");
    let with = Participant { email: Some(format!("al@{domain}")), ..Participant::default() };
    let detail =
        Call { title: format!("Call {n}"), url: format!("https://x.example/call?id={n}"), participants: vec![with], ..Call::default() };
    Record {
        native: id.clone(),
        thread: id,
        author: None,
        text: Text::plain(format!("call number{n}")),
        detail: Some(Box::new(Detail::Call(detail))),
        ..record(CALLS, n, n, "")
    }
}

/// Its transcript.
fn transcript(n: u32, text: &str) -> Record {
    let turns = vec![Utterance { speaker: "1".into(), start: 0, end: None, text: text.into() }];
    let id = format!("c{n}");
    Record {
        native: Record::part_of(&id, "transcript"),
        thread: id,
        author: None,
        text: Text::plain(text),
        detail: Some(Box::new(Detail::Transcript(Transcript { turns, unavailable: false }))),
        ..record(CALLS, n, n, "")
    }
}

fn with(draft: Draft, record: Record) -> Draft {
    let unit = record.thread.clone();
    let salt = serde_json::to_string(&record.detail).unwrap();
    draft.with_in(record, &salt, &unit)
}

fn time(from: u32, to: u32) -> CoveredTime {
    let at = |n: u32| now() + SignedDuration::from_secs(n.into());
    CoveredTime { place: CALLS.into(), from: at(from), to: at(to) }
}

async fn ids(desk: &Desk) -> Vec<String> {
    desk.all(CALLS).await.into_iter().map(|s| s.record.native).collect()
}

/// A transcript that comes later is a change of its call, and none of its own; it goes and comes back with it.
pub async fn parts_belong_to_their_record(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let counts = desk.commit(with(with(Draft::default(), call(1, "a.example")), transcript(1, "hello zebra"))).await;
    assert_eq!((counts.new, counts.changed, counts.unchanged, counts.parts), (1, 0, 0, 1));
    assert_eq!(desk.commit(with(Draft::default(), call(2, "a.example"))).await.new, 1);
    desk.clean().await;
    let late = desk.commit(with(Draft::default(), transcript(2, "late giraffe"))).await;
    assert_eq!((late.new, late.changed, late.parts), (0, 0, 1));
    assert_eq!(desk.dirty().await, ["c2"]);
    assert_eq!(ids(&desk).await, ["c1", "c1/transcript", "c2", "c2/transcript"]);
    assert_eq!(desk.found("giraffe").await, ["late giraffe"]);
    // Gone with its call, and not as a stub: a part is no answer.
    let mut page = Draft::default();
    page.0.gone.push(crate::GoneItem { place: CALLS.into(), thread: Some("c2".into()), native: "c2".into() });
    assert_eq!(desk.commit(page).await.gone, 1);
    assert_eq!((ids(&desk).await, desk.found("giraffe").await), (vec!["c1".into(), "c1/transcript".into()], vec![]));
    // A transcript that was on its way does not bring it back.
    desk.commit(with(Draft::default(), transcript(2, "later giraffe"))).await;
    assert_eq!(desk.store.signs(CALLS).await.unwrap().len(), 1);
    desk.sound().await;
}

/// What was done for a record that was deleted is done again when it is back.
pub async fn work_is_due_again_for_what_is_back(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let item = || WorkItem::now("transcripts", "", "c1", "1");
    let asked = |record: Record| {
        let mut page = with(Draft::default(), record);
        page.0.work.push(item());
        page
    };
    let list = || async {
        let items = desk.store.work(&stream("transcripts", ""), now(), 9).await.unwrap();
        items.into_iter().map(|w| w.item).collect::<Vec<_>>()
    };
    desk.commit(asked(call(1, "a.example"))).await;
    let mut page = with(Draft::default(), transcript(1, "hello"));
    page.0.done.push(item());
    desk.commit(page).await;
    assert_eq!(list().await, Vec::<String>::new());
    desk.commit(asked(call(1, "a.example"))).await;
    assert_eq!(list().await, Vec::<String>::new(), "nothing new to do");
    let mut page = Draft::default();
    page.0.covered_time.push(time(0, 9));
    assert_eq!(desk.commit(page).await.gone, 1);
    desk.commit(asked(call(1, "a.example"))).await;
    assert_eq!((ids(&desk).await, list().await), (vec!["c1".to_owned()], vec!["c1".to_owned()]));
    desk.sound().await;
}

/// A call that a completely read time lacks is gone; one of another stream, or outside, is not.
pub async fn records_missing_from_a_covered_time_are_deleted(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let mut page = Draft::default();
    for n in [10, 20, 30, 40] {
        page = with(page, call(n, "a.example"));
    }
    desk.commit(page).await;
    let other = take(&*desk.store, &stream("calls", "other"), 2).await;
    let theirs = with(Draft::default(), call(25, "a.example"));
    desk.store.commit(&other, theirs.0).await.unwrap();
    let mut page = with(Draft::default(), call(20, "a.example"));
    page.0.covered_time.push(time(10, 40));
    page.0.unread.push((CALLS.into(), "c30".into()));
    let counts = desk.commit(page).await;
    assert_eq!((counts.gone, counts.unchanged), (1, 1));
    assert_eq!(ids(&desk).await, ["c20", "c25", "c30", "c40"]);
    let mut page = Draft::default();
    page.0.covered_time.push(time(0, 100));
    assert_eq!(desk.commit(page).await.gone, 3);
    assert_eq!(ids(&desk).await, ["c25"]);
    desk.sound().await;
}

/// Signs follow the current version, and pages are found by what is unique in their address.
pub async fn signs_stand_beside_calls(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let signs = |domain: &str, n: u32| Signs {
        titles: vec![format!("Call {n}")],
        addresses: vec![format!("al@{domain}")],
        page: format!("https://x.example/call?id={n}"),
        ..Signs::default()
    };
    desk.commit(with(with(Draft::default(), call(1, "a.example")), call(2, "b.example"))).await;
    desk.commit(with(Draft::default(), call(2, "c.example"))).await;
    let told = |id: &str, signs| RecordSigns { thread: id.into(), native: id.into(), signs };
    let expected = [told("c1", signs("a.example", 1)), told("c2", signs("c.example", 2))];
    assert_eq!(desk.store.signs(CALLS).await.unwrap(), expected);
    assert_eq!(desk.store.signs("nowhere").await.unwrap(), []);
    let page = |text: &'static str| desk.store.page(CALLS, text);
    assert_eq!(page("call?id=2").await.unwrap().map(|id| id.0), Some("gong:c2".into()));
    assert_eq!((page("call?id=3").await.unwrap(), page("").await.unwrap()), (None, None));
    desk.sound().await;
}

/// Put off until its time; a newer state is due at once.
pub async fn work_that_is_put_off_waits(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let list = |at: u32| {
        let store = Arc::clone(&desk.store);
        async move {
            let items = store.work(&stream("transcripts", ""), now() + SignedDuration::from_secs(at.into()), 9).await.unwrap();
            items.into_iter().map(|w| (w.item, w.marker, w.tries)).collect::<Vec<_>>()
        }
    };
    let mut page = Draft::default();
    page.0.work = vec![WorkItem::now("transcripts", "", "c1", "a"), WorkItem::now("transcripts", "", "c2", "a")];
    desk.commit(page).await;
    let later = |marker: &str, tries: u32| WorkItem {
        due: Some(now() + SignedDuration::from_secs(60)),
        tries,
        ..WorkItem::now("transcripts", "", "c1", marker)
    };
    let mut page = Draft::default();
    page.0.postponed = vec![later("a", 1)];
    desk.commit(page).await;
    let entry = |id: &str, marker: &str, tries| (id.to_owned(), marker.to_owned(), tries);
    assert_eq!(list(59).await, [entry("c2", "a", 0)]);
    assert_eq!(list(60).await, [entry("c2", "a", 0), entry("c1", "a", 1)]);
    // Seen again as it was: it still waits. In another state: at once.
    let mut page = Draft::default();
    page.0.work = vec![WorkItem::now("transcripts", "", "c1", "a")];
    desk.commit(page).await;
    assert_eq!(list(0).await, [entry("c2", "a", 0)]);
    let mut page = Draft::default();
    page.0.work = vec![WorkItem::now("transcripts", "", "c1", "b")];
    page.0.postponed = vec![later("a", 5)];
    desk.commit(page).await;
    assert_eq!(list(0).await, [entry("c2", "a", 0), entry("c1", "b", 0)]);
    let waiting = desk.store.streams().await.unwrap().into_iter().find(|s| s.key.account == account() && s.key.stream == "transcripts");
    assert_eq!(waiting.map(|s| s.waiting), Some(2));
    desk.sound().await;
}

/// What a page decides as a whole loses what the page does not say.
pub async fn decided_conversations_lose_what_is_not_said(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let scope = || Scope::Thread { place: CALLS.into(), thread: "c1".into() };
    let owned = |id: &str| Attribution { scope: scope(), customer: customer(id), rule: Rule::Domain, reason: "x".into() };
    let page = |owners: &[&str]| {
        let mut page = with(Draft::default(), call(1, "a.example"));
        page.0.decided = vec![scope()];
        page.0.attribution = owners.iter().map(|id| owned(id)).collect();
        page
    };
    desk.commit(page(&["acme_inc", "globex"])).await;
    desk.clean().await;
    desk.commit(page(&["acme_inc", "globex"])).await;
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    desk.commit(page(&["globex"])).await;
    assert_eq!((desk.dirty().await, desk.store.attributions().await.unwrap()), (vec!["c1".to_owned()], vec![owned("globex")]));
    desk.commit(page(&[])).await;
    assert_eq!(desk.store.attributions().await.unwrap(), []);
    desk.sound().await;
}

#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{ContentHash, Evidence, Finding, FindingDetail, FindingKind, Side, Source};

use super::fixture::{Desk, Draft, PLACE, customer, first, id, now, record, ts};
use crate::{Announced, Erasure, FileEntry, Projected, Store, StoreError, UnitFindings};

/// A mark set after the projector looked stays when it clears the one it saw.
pub async fn marks_are_cleared_only_up_to_the_one_seen(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "a")).with(first(200, "b"))).await;
    desk.commit(Draft::default().with(record("slack:C2", 1, 1, "c"))).await;
    let seen = desk.marks().await;
    assert_eq!(seen.len(), 3);
    assert!(seen.is_sorted_by_key(|d| d.mark));
    assert_eq!(desk.store.dirty(None, 1).await.unwrap(), seen.get(..1).unwrap());
    assert_eq!(desk.store.dirty(Some("slack:C2"), 9).await.unwrap(), seen.get(2..).unwrap());
    assert_eq!(desk.store.dirty(Some("slack:C9"), 9).await.unwrap(), []);
    // Changed again meanwhile.
    desk.commit(Draft::default().with(first(1, "a, edited"))).await;
    desk.store.projected(Projected { cleared: seen.clone(), ..Projected::default() }).await.unwrap();
    assert_eq!(desk.dirty().await, ["u0"]);
    let newer = desk.marks().await;
    assert!(newer.first().unwrap().mark > seen.last().unwrap().mark);
    desk.store.projected(Projected { cleared: newer, ..Projected::default() }).await.unwrap();
    // Clearing again, late, harms nobody.
    desk.commit(Draft::default().with(first(1, "a, edited twice"))).await;
    desk.store.projected(Projected { cleared: seen, ..Projected::default() }).await.unwrap();
    assert_eq!(desk.dirty().await, ["u0"]);
    desk.clean().await;
    desk.store.touch(Some(&["slack:C2".into()]), &[("why".into(), "C2".into())]).await.unwrap();
    assert_eq!(desk.marks().await.iter().map(|d| &*d.place).collect::<Vec<_>>(), ["slack:C2"]);
    desk.store.touch(Some(&["slack:C9".into()]), &[]).await.unwrap();
    desk.store.touch(None, &[]).await.unwrap();
    assert_eq!(desk.marks().await.len(), 3);
    desk.sound().await;
}

fn entry(who: &str, unit: &str, path: &str, hash: Option<&str>) -> FileEntry {
    let hash = hash.map(|h| ContentHash::of(h.as_bytes()));
    FileEntry { customer: customer(who), place: PLACE.into(), unit: unit.into(), path: path.into(), hash }
}

/// Paths are given once; what cannot stand as a whole is not written at all.
pub async fn a_projection_is_one_transaction(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "a")).with(first(100, "b"))).await;
    let marks = desk.marks().await;
    let files = vec![entry("acme_inc", "u0", "slack/a.json", None), entry("globex", "u0", "slack/a.json", Some("x"))];
    desk.store.projected(Projected { files: files.clone(), ..Projected::default() }).await.unwrap();
    assert_eq!(desk.store.files(None).await.unwrap(), files);
    assert_eq!(desk.store.files(Some(&customer("globex"))).await.unwrap(), files.get(1..).unwrap());
    assert_eq!(desk.store.files_of(&marks).await.unwrap(), files);
    assert_eq!(desk.store.files_of(marks.get(1..).unwrap()).await.unwrap(), []);
    // Another unit on a path that is taken: refused, with everything beside it.
    let clash = Projected {
        files: vec![entry("acme_inc", "u0", "slack/a.json", Some("new")), entry("acme_inc", "u1", "slack/a.json", None)],
        cleared: marks.clone(),
        stale: vec![customer("acme_inc")],
        ..Projected::default()
    };
    assert!(matches!(desk.store.projected(clash).await, Err(StoreError::Other { .. })));
    assert_eq!(desk.store.files(None).await.unwrap(), files);
    assert_eq!(desk.marks().await, marks);
    assert_eq!(desk.store.stale().await.unwrap(), []);
    // One gives the path up, the other takes it.
    let swap = Projected {
        files: vec![entry("acme_inc", "u1", "slack/a.json", Some("y"))],
        removed: vec![(customer("acme_inc"), "slack/a.json".into()), (customer("acme_inc"), "slack/none.json".into())],
        ..Projected::default()
    };
    desk.store.projected(swap).await.unwrap();
    let expected = [entry("acme_inc", "u1", "slack/a.json", Some("y")), entry("globex", "u0", "slack/a.json", Some("x"))];
    assert_eq!(desk.store.files(None).await.unwrap(), expected);
    desk.sound().await;
}

/// Findings of a unit replace those before; contexts are stale until they are made.
pub async fn findings_and_stale_contexts(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "we send it by Friday")).with(first(100, "b"))).await;
    let evidence = Evidence {
        record: id(1),
        source: Source::SLACK,
        path: "".into(),
        anchor: ts(1).into(),
        at: now(),
        speaker: "Al".into(),
        side: Side::Ours,
        range: (0, 19),
        quote: "we send it by Friday".into(),
    };
    let finding = Finding {
        id: "a1".into(),
        kind: FindingKind::ActionItem,
        value: "send it".into(),
        detail: FindingDetail::default(),
        confidence: 90,
        rule: "promise@1".into(),
        evidence: vec![evidence],
    };
    let unit = |unit: &str, findings: Vec<Finding>, digest: &str| UnitFindings {
        customer: customer("acme_inc"),
        place: PLACE.into(),
        unit: unit.into(),
        rules: 1,
        findings,
        digest: digest.into(),
    };
    let write = |findings: Vec<UnitFindings>| {
        let stale = vec![customer("globex"), customer("acme_inc"), customer("acme_inc")];
        desk.store.projected(Projected { findings, stale, ..Projected::default() })
    };
    write(vec![unit("u1", Vec::new(), "{\"n\":1}"), unit("u0", vec![finding.clone()], "{}")]).await.unwrap();
    let acme = customer("acme_inc");
    let both = [unit("u0", vec![finding], "{}"), unit("u1", Vec::new(), "{\"n\":1}")];
    let found = async |after: (&str, &str), limit| desk.store.findings(&acme, after, limit).await.unwrap();
    assert_eq!(found(("", ""), 9).await, both);
    assert_eq!(found(("", ""), 1).await, both[..1]);
    assert_eq!(found((PLACE, "u0"), 9).await, both[1..]);
    assert_eq!(found((PLACE, "u1"), 9).await, []);
    assert_eq!(desk.store.findings(&customer("globex"), ("", ""), 9).await.unwrap(), []);
    assert_eq!(desk.store.stale().await.unwrap(), [acme.clone(), customer("globex")]);
    desk.store.refreshed(&acme, &[]).await.unwrap();
    assert_eq!(desk.store.stale().await.unwrap(), [customer("globex")]);
    // Nothing found and nothing to say: the unit is no longer listed.
    write(vec![unit("u1", Vec::new(), ""), unit("u0", Vec::new(), "{}")]).await.unwrap();
    assert_eq!(found(("", ""), 9).await, [unit("u0", Vec::new(), "{}")]);
    desk.sound().await;
}

/// A unit that comes back stands where it stood; one that comes to another customer stands where it stood for the first.
pub async fn paths_are_remembered(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "a")).with(first(100, "b"))).await;
    let store = &desk.store;
    let (mine, theirs) = (entry("acme_inc", "u0", "slack/a.json", Some("x")), entry("acme_inc", "u1", "slack/b.json", Some("x")));
    let other = entry("globex", "u1", "slack/z.json", Some("x"));
    store.projected(Projected { files: vec![mine.clone(), theirs.clone(), other.clone()], ..Projected::default() }).await.unwrap();
    let gone = |path: &str| Projected { removed: vec![(customer("acme_inc"), path.into())], ..Projected::default() };
    store.projected(gone("slack/a.json")).await.unwrap();
    store.projected(gone("slack/a.json")).await.unwrap();
    let past = |who: &str, e: &FileEntry| FileEntry { customer: customer(who), hash: None, ..e.clone() };
    assert_eq!(store.past_paths().await.unwrap(), [past("acme_inc", &mine)]);
    // Globex has a path for the one already.
    let carries = [(customer("acme_inc"), customer("globex"))];
    for _ in 0..2 {
        store.carry_paths(&carries, &[("followed".into(), "1".into())]).await.unwrap();
        assert_eq!(store.past_paths().await.unwrap(), [past("acme_inc", &mine), past("globex", &mine)]);
    }
    assert_eq!(store.get("followed").await.unwrap().as_deref(), Some("1"));
    // A path that it had itself stays.
    store.projected(gone("slack/b.json")).await.unwrap();
    store.carry_paths(&[(customer("globex"), customer("acme_inc"))], &[]).await.unwrap();
    assert_eq!(store.past_paths().await.unwrap(), [past("acme_inc", &mine), past("acme_inc", &theirs), past("globex", &mine)]);
    // Back again, elsewhere even.
    let back = entry("acme_inc", "u0", "slack/c.json", Some("x"));
    store.projected(Projected { files: vec![back.clone()], ..Projected::default() }).await.unwrap();
    assert_eq!(store.past_paths().await.unwrap(), [past("acme_inc", &theirs), past("globex", &mine)]);
    assert_eq!(store.files(None).await.unwrap(), [back, other]);
    desk.sound().await;
}

/// What is announced is the program's own until it is recorded; what a dead process announced is settled by the next.
pub async fn what_is_announced_is_ours(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "a")).with(first(100, "b"))).await;
    let store = &desk.store;
    let hash = |text: &str| ContentHash::of(text.as_bytes());
    let file = |who: &str, path: &str, text: Option<&str>| Announced { customer: customer(who), path: path.into(), hash: text.map(hash) };
    let (a, b) = ("slack/a.json", "slack/b.json");
    let own = async |files: Vec<Announced>| {
        let mut own = store.announce(files).await.unwrap();
        own.iter_mut().for_each(|hashes| hashes.sort());
        own
    };
    let sorted = |texts: &[&str]| {
        let mut all: Vec<_> = texts.iter().map(|t| hash(t)).collect();
        all.sort();
        all
    };
    assert_eq!(own(Vec::new()).await, Vec::<Vec<ContentHash>>::new());
    assert_eq!(own(vec![file("acme_inc", a, Some("1")), file("acme_inc", b, None)]).await, [sorted(&["1"]), Vec::new()]);
    assert_eq!(store.announced().await.unwrap(), [file("acme_inc", a, Some("1"))]);
    let record = |entries: Vec<FileEntry>| store.projected(Projected { files: entries, ..Projected::default() });
    record(vec![entry("acme_inc", "u0", a, Some("1")), entry("acme_inc", "u1", b, None)]).await.unwrap();
    assert_eq!(store.announced().await.unwrap(), []);
    // The next batch is announced while this one is being written.
    assert_eq!(own(vec![file("acme_inc", a, Some("2"))]).await, [sorted(&["1", "2"])]);
    assert_eq!(own(vec![file("acme_inc", a, Some("3")), file("globex", a, Some("3"))]).await, [sorted(&["1", "2", "3"]), sorted(&["3"])]);
    record(vec![entry("acme_inc", "u0", a, Some("2"))]).await.unwrap();
    let left = [file("acme_inc", a, Some("3")), file("globex", a, Some("3"))];
    assert_eq!(store.announced().await.unwrap(), left);
    assert_eq!(own(vec![file("acme_inc", a, None)]).await, [sorted(&["2", "3"])]);
    store.settle(left.to_vec()).await.unwrap();
    assert_eq!(store.files(None).await.unwrap(), [entry("acme_inc", "u0", a, Some("3")), entry("acme_inc", "u1", b, None)]);
    assert_eq!(store.announced().await.unwrap(), []);
    // A customer who is forgotten is named here no more, nor is a word that is.
    own(vec![file("acme_inc", a, Some("4")), file("globex", "slack/acme_talk.json", Some("4")), file("globex", b, Some("4"))]).await;
    let erasure = Erasure { at: now(), customer: Some(customer("acme_inc")), words: ["acme".to_owned()].into(), ..Erasure::default() };
    store.erase(erasure).await.unwrap();
    assert_eq!(store.announced().await.unwrap(), [file("globex", b, Some("4"))]);
    desk.sound().await;
}

#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{Reaction, RecordState};

use super::fixture::{Desk, Draft, PLACE, first, id, record, reply, ts};
use crate::{Committed, Store};

const NONE: Committed = Committed { new: 0, changed: 0, unchanged: 0, gone: 0, parts: 0, due: 0 };

/// No items, no records: the checkpoint moves all the same, and nothing else does.
pub async fn an_empty_page_only_moves_the_checkpoint(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    assert_eq!(desk.commit(Draft::default().next("here")).await, NONE);
    assert_eq!(desk.commit(Draft::default()).await, NONE);
    let state = desk.store.streams().await.unwrap().remove(0);
    assert_eq!(state.checkpoint.unwrap().0, "here");
    assert_eq!(desk.chunks().await, 0);
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    assert_eq!(desk.all("slack:unknown").await, []);
    assert_eq!(desk.versions(1).await, []);
    assert_eq!(desk.raw(1).await, None);
    desk.sound().await;
}

/// The same page again: no version, no mark, no raw item twice.
pub async fn an_unchanged_page_changes_nothing(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = || (0..20).fold(Draft::default(), |page, n| page.with(first(n * 10, &format!("message {n}")))).next("p");
    assert_eq!(desk.commit(page()).await, Committed { new: 20, ..NONE });
    let counts = desk.store.counts().await.unwrap();
    assert_eq!((counts.records, counts.versions, counts.chunks, counts.places), (20, 20, 1, 1));
    assert_eq!(desk.dirty().await, ["u0", "u1"]);
    desk.clean().await;
    let before = desk.all(PLACE).await;
    for _ in 0..2 {
        assert_eq!(desk.commit(page()).await, Committed { unchanged: 20, ..NONE });
    }
    assert_eq!(desk.all(PLACE).await, before);
    assert_eq!(desk.store.counts().await.unwrap(), counts);
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    // A new one among them: one raw item more, one unit dirty.
    let more = page().with(reply(10, 15, "an answer"));
    assert_eq!(desk.commit(more).await, Committed { new: 1, unchanged: 20, ..NONE });
    assert_eq!(desk.chunks().await, 2);
    assert_eq!(desk.dirty().await, ["u0"]);
    assert_eq!(
        desk.raw(15).await.unwrap(),
        format!(r#"{{"salt":"","state":"live","text":"an answer","thread":"{}","ts":"{}"}}"#, ts(10), ts(15))
    );
    let newest = desk.store.newest().await.unwrap();
    assert_eq!(newest, [(PLACE.to_owned(), first(190, "").at)]);
    desk.sound().await;
}

/// An edit: version 2, version 1 in the history, found by its new words only.
pub async fn a_changed_record_gets_a_version(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "apples")).with(first(2, "stays"))).await;
    desk.clean().await;
    let edited = || Draft::default().with(first(1, "pears")).with(first(2, "stays"));
    assert_eq!(desk.commit(edited()).await, Committed { changed: 1, unchanged: 1, ..NONE });
    let versions = desk.versions(1).await;
    let told: Vec<_> = versions.iter().map(|v| (v.version, v.record.text.plain.as_str())).collect();
    assert_eq!(told, [(2, "pears"), (1, "apples")]);
    assert_eq!(versions.first().unwrap().record, first(1, "pears"));
    assert_ne!(versions.first().unwrap().hash, versions.last().unwrap().hash);
    assert_eq!((desk.found("apples").await.len(), desk.found("pears").await.len()), (0, 1));
    assert_eq!(desk.dirty().await, ["u0"]);
    assert!(desk.raw(1).await.unwrap().contains("pears"));
    // Back again: a third version, but the bytes are stored already.
    let chunks = desk.chunks().await;
    assert_eq!(desk.commit(Draft::default().with(first(1, "apples"))).await, Committed { changed: 1, ..NONE });
    assert_eq!((desk.versions(1).await.len(), desk.chunks().await), (3, chunks));
    assert!(desk.raw(1).await.unwrap().contains("apples"));
    // Everything beside the text counts too.
    let mut liked = first(1, "apples");
    liked.reactions.push(Reaction { name: "+1".into(), count: 2 });
    assert_eq!(desk.commit(Draft::default().with_raw(liked.clone(), "+1")).await, Committed { changed: 1, ..NONE });
    assert_eq!(desk.all(PLACE).await.first().unwrap().record, liked);
    assert_eq!(desk.store.counts().await.unwrap().versions, 5);
    desk.sound().await;
}

/// Other bytes of the same meaning: the raw item is kept, nothing else happens; alternating bytes are stored once each.
pub async fn bytes_that_mean_the_same_make_no_version(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with_raw(first(1, "same"), "a")).await;
    desk.clean().await;
    for (salt, chunks) in [("b", 2), ("a", 2), ("b", 2), ("c", 3), ("a", 3), ("b", 3)] {
        assert_eq!(desk.commit(Draft::default().with_raw(first(1, "same"), salt)).await, Committed { unchanged: 1, ..NONE });
        assert_eq!((desk.chunks().await, desk.versions(1).await.len()), (chunks, 1), "{salt}");
        assert!(desk.raw(1).await.unwrap().contains(&format!(r#""salt":"{salt}""#)));
        assert_eq!(desk.dirty().await, Vec::<String>::new());
        desk.sound().await;
    }
}

/// What lacks fields makes a record, is replaced by a whole one, and never the other way round.
pub async fn a_partial_record_never_replaces_a_whole_one(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let partial = |text| {
        let mut record = first(1, text);
        record.partial = true;
        Draft::default().with(record)
    };
    assert_eq!(desk.commit(partial("short")).await, Committed { new: 1, ..NONE });
    assert!(desk.all(PLACE).await.first().unwrap().record.partial);
    assert_eq!(desk.commit(partial("short")).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.commit(partial("shorter")).await, Committed { changed: 1, ..NONE });
    desk.clean().await;
    // The whole one may say the same; it stands all the same.
    assert_eq!(desk.commit(Draft::default().with(first(1, "shorter"))).await, Committed { changed: 1, ..NONE });
    let chunks = desk.chunks().await;
    assert_eq!(desk.dirty().await, ["u0"]);
    desk.clean().await;
    assert_eq!(desk.commit(partial("another")).await, Committed { unchanged: 1, ..NONE });
    let stands = desk.all(PLACE).await.remove(0);
    assert_eq!((stands.record.text.plain.as_str(), stands.record.partial, stands.version), ("shorter", false, 3));
    assert_eq!((desk.chunks().await, desk.dirty().await.len()), (chunks, 0));
    // Same bytes, now said to be whole.
    let mut record = first(2, "both");
    record.partial = true;
    desk.commit(Draft::default().with_raw(record, "x")).await;
    assert_eq!(desk.commit(Draft::default().with_raw(first(2, "both"), "x")).await, Committed { changed: 1, ..NONE });
    assert!(!desk.all(PLACE).await.last().unwrap().record.partial);
    desk.sound().await;
}

/// The later of two stands, but a whole one before a partial one.
pub async fn a_record_twice_in_a_page_is_one(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default().with(first(1, "earlier")).with(first(2, "other")).with(first(1, "later"));
    assert_eq!(desk.commit(page).await, Committed { new: 2, ..NONE });
    assert_eq!(desk.texts().await, ["later", "other"]);
    let mut partial = first(3, "partial");
    partial.partial = true;
    for page in [Draft::default().with(partial.clone()).with(first(3, "whole")), Draft::default().with(first(3, "whole")).with(partial)] {
        desk.commit(page).await;
        assert_eq!(desk.texts().await, ["later", "other", "whole"]);
    }
    assert_eq!(desk.versions(1).await.len(), 1);
    desk.sound().await;
}

/// A record first seen outside its thread (a search result) is the same record when its thread is known.
pub async fn a_record_keeps_its_identity_across_threads(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    for pad in [0, 40] {
        // Many neighbours in the page make the other way of looking things up.
        let padded = |page: Draft| (0..pad).fold(page, |page, n| page.with(first(1_000 + n, "pad")));
        let (a, b) = (100 + pad, 150 + pad);
        let mut lost = first(b, "answer");
        lost.partial = true;
        desk.commit(padded(Draft::default().with(first(a, "question")).with(lost))).await;
        desk.clean().await;
        let committed = desk.commit(padded(Draft::default().with(first(a, "question")).with(reply(a, b, "answer")))).await;
        assert_eq!((committed.new, committed.changed), (0, 1));
        let shown = desk.shown().await;
        let found: Vec<_> = shown.iter().filter(|(_, native, ..)| *native == ts(b)).collect();
        assert_eq!(found.iter().map(|(thread, ..)| thread).collect::<Vec<_>>(), [&ts(a)]);
        assert_eq!(desk.versions(b).await.len(), 2);
        let again = desk.commit(padded(Draft::default().with(first(a, "question")).with(reply(a, b, "answer")))).await;
        assert_eq!(again, Committed { unchanged: 2 + u64::from(pad), ..NONE });
        assert_eq!(desk.found("answer").await.len(), if pad == 0 { 1 } else { 2 });
        desk.sound().await;
    }
}

/// Another unit for the same record: both units are dirty.
pub async fn a_record_may_move_to_another_unit(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "here")).unit("2024-03-15")).await;
    desk.clean().await;
    assert_eq!(desk.commit(Draft::default().with(first(1, "here")).unit("2024-03-16")).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.dirty().await, ["2024-03-15", "2024-03-16"]);
    desk.clean().await;
    assert_eq!(desk.commit(Draft::default().with(first(1, "here")).unit("2024-03-16")).await, Committed { unchanged: 1, ..NONE });
    assert_eq!(desk.dirty().await, Vec::<String>::new());
    desk.sound().await;
}

/// Thousands of records at once, of everything that people and attackers write.
pub async fn a_large_page_of_hostile_texts(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let texts = [
        "plain".to_owned(),
        String::new(),
        "nul \0 in it".into(),
        "\u{1b}[31mred\u{1b}[0m \u{202e}abc \u{2066}".into(),
        "'; DROP TABLE record; --".into(),
        "\" OR tag : p1".into(),
        "😀𝕏 日本語 עברית".into(),
        "x".repeat(1_000_000),
        "word ".repeat(50_000),
    ];
    let page = |from: u32| {
        (0..3_000).fold(Draft::default(), |page, n| {
            let text = texts.get(n as usize % 500).cloned().unwrap_or_else(|| format!("m {n}"));
            page.with(first(from + n, &text))
        })
    };
    assert_eq!(desk.commit(page(0)).await, Committed { new: 3_000, ..NONE });
    assert_eq!(desk.commit(page(0)).await, Committed { unchanged: 3_000, ..NONE });
    assert_eq!(desk.commit(page(1_000)).await.new, 1_000);
    let all = desk.all(PLACE).await;
    assert_eq!(all.len(), 4_000);
    for (n, text) in texts.iter().enumerate() {
        assert_eq!(desk.versions(n as u32).await.last().unwrap().record.text.plain, *text);
    }
    // Names of everything, too.
    let strange = "slack:C'1\"\0:x/../y";
    desk.commit(Draft::default().with(record(strange, 1, 1, "strange"))).await;
    assert_eq!(desk.all(strange).await.len(), 1);
    assert_eq!(desk.store.search("strange", Some(&[strange.to_owned()]), 5).await.unwrap().len(), 1);
    // Without an id it is no record, but a failure beside the good ones.
    let mut nameless = first(9_000, "nameless");
    nameless.native.clear();
    assert_eq!(desk.commit(Draft::default().with(nameless).with(first(9_001, "good"))).await, Committed { new: 1, ..NONE });
    assert_eq!(desk.store.failures().await.unwrap().len(), 1);
    desk.sound().await;
}

/// Records of several places, replies and first records in one page; each is read in its order.
pub async fn a_page_may_span_places(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default()
        .with(record("slack:C2", 7, 7, "b"))
        .with(reply(1, 9, "a reply"))
        .with(record("slack:C2", 7, 8, "b reply"))
        .with(first(5, "second"))
        .with(first(1, "first"));
    assert_eq!(desk.commit(page).await, Committed { new: 5, ..NONE });
    assert_eq!(desk.texts().await, ["first", "a reply", "second"]);
    let ranges =
        [(PLACE, ts(1), ts(5)), (PLACE, ts(2), String::new()), ("slack:C2", String::new(), String::new()), ("slack:C3", ts(1), ts(2))];
    let ranges = ranges.map(|(place, from, to)| crate::Range { place: place.into(), from, to });
    let read = desk.store.read(&ranges).await.unwrap();
    let texts: Vec<Vec<&str>> = read.iter().map(|r| r.iter().map(|s| s.record.text.plain.as_str()).collect()).collect();
    assert_eq!(texts, [vec!["first", "a reply"], vec!["second"], vec!["b", "b reply"], vec![]]);
    assert_eq!(desk.versions(9).await.first().unwrap().record, reply(1, 9, "a reply"));
    let authors = desk.store.authors(PLACE, &[ts(1), ts(5), ts(6)]).await.unwrap();
    let expected = [(ts(1), vec!["slack:U0".to_owned(), "slack:U1".to_owned()]), (ts(5), vec!["slack:U2".to_owned()]), (ts(6), Vec::new())];
    assert_eq!(authors, expected);
    assert_eq!(desk.store.authors(PLACE, &[]).await.unwrap(), expected[..2], "none given: all of the place");
    assert_eq!(desk.store.authors("slack:C3", &[]).await.unwrap(), []);
    assert_eq!(desk.store.record(&id(7)).await.unwrap(), []);
    assert!(desk.all(PLACE).await.iter().all(|s| s.record.state == RecordState::Live));
    desk.sound().await;
}

/// An export, whose age nobody knows: what was edited later or deleted counts, and nothing else takes the place of what is stored.
pub async fn an_undated_record_replaces_only_what_was_edited_earlier(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let edited = |n: u32, text: &str, second: i64| {
        let mut record = first(n, text);
        record.edited = Some(record.at + jiff::SignedDuration::from_secs(second));
        record
    };
    let mut partial = first(6, "a search found it");
    partial.partial = true;
    let stored = Draft::default()
        .with(edited(1, "edited twice", 20))
        .with(edited(2, "edited once", 10))
        .with(first(3, "never edited"))
        .with(first(4, "deleted by then"))
        .with(first(5, "deleted since"))
        .with(partial);
    desk.commit(stored).await;
    desk.commit(Draft::default().with(edited(1, "edited twice", 20)).covered(None, 4, 4)).await;
    desk.clean().await;
    let before = desk.store.counts().await.unwrap();
    let mut tombstone = first(5, "");
    tombstone.state = RecordState::Deleted;
    let export = || {
        let mut page = Draft::default()
            .with(edited(1, "edited once, as it was", 10))
            .with(edited(2, "edited once more", 30))
            .with(first(3, "the same moment, other words"))
            .with(first(4, "deleted by then"))
            .with(tombstone.clone())
            .with(first(6, "now whole"))
            .with(first(7, "unknown until now"));
        page.0.undated = true;
        page
    };
    assert_eq!(desk.commit(export()).await, Committed { new: 1, changed: 2, unchanged: 3, gone: 1, ..NONE });
    let texts = ["edited twice", "edited once more", "never edited", "now whole", "unknown until now"];
    assert_eq!(desk.texts().await, texts);
    let after = desk.store.counts().await.unwrap();
    assert_eq!((after.versions - before.versions, after.chunks - before.chunks), (4, 1));
    // The same once more; and from where the age is known, the last word counts.
    assert_eq!(desk.commit(export()).await, Committed { unchanged: 7, ..NONE });
    assert_eq!(desk.commit(Draft::default().with(first(3, "the vendor says so now"))).await, Committed { changed: 1, ..NONE });
    desk.sound().await;
}

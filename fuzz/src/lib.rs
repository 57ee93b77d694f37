//! What several targets share.

/// A target: the fuzzer's, or a function `run` for the program that runs all of them for a short time (`drive`).
#[cfg(not(feature = "drive"))]
#[macro_export]
macro_rules! target {
    ($($target:tt)*) => {
        ::libfuzzer_sys::fuzz_target!($($target)*);
    };
}

/// See above.
#[cfg(feature = "drive")]
#[macro_export]
macro_rules! target {
    (|$input:ident: &[u8]| $body:expr) => {
        pub fn run($input: &[u8]) {
            $body
        }
    };
    (|$input:ident: $kind:ty| $body:expr) => {
        pub fn run(bytes: &[u8]) {
            use ::libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
            // What is too short for the type says nothing.
            let Ok($input) = <$kind as Arbitrary>::arbitrary_take_rest(Unstructured::new(bytes)) else { return };
            $body
        }
    };
}

use std::sync::Arc;

use sales_connectors::{Connector, ImportRequest, gong::Gong, granola::Granola, slack::Slack};
use sales_model::{AccountKey, Detail, RawItem, RawKind, Route, Source, Text};

/// Any import.
pub fn request() -> ImportRequest {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    ImportRequest::new(account, jiff::Timestamp::UNIX_EPOCH, Arc::default())
}

/// A raw item of a channel.
pub fn item(kind: RawKind, body: &[u8]) -> RawItem {
    let ImportRequest { account, now, .. } = request();
    let place = Some(Arc::from("slack:C0123ABCD"));
    let body = body.to_vec().into();
    RawItem { account, kind, place, at: None, body, fetched_at: now, route: Route::Direct, partial: kind == "match" }
}

/// Maps an item, and holds the result against what the rest of the product relies on.
pub fn map(item: &RawItem) {
    let Ok(mapped) = Slack.process(item) else { return };
    for record in &mapped.records {
        holds(&record.text);
        assert!(!record.native.is_empty(), "a record without a vendor id");
        assert!(record.place.starts_with("slack:"), "{:?}", record.place);
    }
    // Pure: the same bytes mean the same.
    assert_eq!(Slack.process(item).ok(), Some(mapped));
}

/// A raw item of Gong's; parts are told when their call began.
pub fn call(kind: RawKind, body: &[u8]) -> RawItem {
    let account = AccountKey { source: Source::GONG, ..request().account };
    RawItem { account, place: Some(Arc::from("gong")), at: Some(jiff::Timestamp::UNIX_EPOCH), ..item(kind, body) }
}

/// The same as [`map`] for Gong.
pub fn map_call(item: &RawItem) {
    let Ok(mapped) = Gong.process(item) else { return };
    for record in &mapped.records {
        holds(&record.text);
        assert!(&*record.place == "gong" && !record.native.is_empty(), "{}", record.id());
        assert!(record.is_first() != record.is_part(), "{}", record.id());
        match record.detail.as_deref() {
            Some(Detail::Transcript(t)) => {
                assert!(t.turns.is_sorted_by_key(|t| t.start) && t.turns.iter().all(|t| !t.text.trim().is_empty()));
                assert!(t.turns.iter().all(|t| t.end.is_none_or(|end| end >= t.start)));
            }
            Some(Detail::Call(call)) => {
                assert!(call.duration.is_finite() && call.duration >= 0.0);
                assert!(call.stats.host_talk_ratio.is_none_or(|r| (0.0..=1.0).contains(&r)));
                assert_eq!(mapped.work.len(), 1);
            }
            _ => panic!("{}: neither a call nor a transcript", record.id()),
        }
    }
    // Pure: the same bytes mean the same.
    assert_eq!(Gong.process(item).ok(), Some(mapped));
}

/// A raw item of Granola's.
pub fn note(kind: RawKind, body: &[u8]) -> RawItem {
    let account = AccountKey { source: Source::GRANOLA, ..request().account };
    RawItem { account, place: Some(Arc::from("granola")), ..item(kind, body) }
}

/// The same as [`map`] for Granola.
pub fn map_note(item: &RawItem) {
    let Ok(mapped) = Granola.process(item) else { return };
    for record in &mapped.records {
        holds(&record.text);
        assert!(&*record.place == "granola" && !record.native.is_empty(), "{}", record.id());
        assert!(record.is_first() != record.is_part(), "{}", record.id());
        if let Some(Detail::Transcript(t)) = record.detail.as_deref() {
            assert!(t.turns.is_sorted_by_key(|t| t.start) && t.turns.iter().all(|t| !t.text.trim().is_empty()));
        }
    }
    // Pure: the same bytes mean the same.
    assert_eq!(Granola.process(item).ok(), Some(mapped));
}

/// References are in order, do not overlap, and stand on character boundaries; rendering shows all of the rest.
pub fn holds(text: &Text) {
    let mut at = 0;
    for r in &text.refs {
        let (start, end) = (r.start as usize, r.end as usize);
        assert!(at <= start && start <= end, "{text:?}");
        assert!(text.plain.get(start..end).is_some(), "{text:?}");
        at = end;
    }
    assert_eq!(text.render(|_, _| None), text.plain);
}

//! What several targets share.

use std::sync::Arc;

use sales_connectors::{Connector, ImportRequest, slack::Slack};
use sales_model::{AccountKey, RawItem, RawKind, Route, Source, Text};

/// Any import.
pub fn request() -> ImportRequest {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    ImportRequest { account, now: jiff::Timestamp::UNIX_EPOCH, settings: Arc::default() }
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

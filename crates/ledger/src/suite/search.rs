#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use super::fixture::{Desk, Draft, PLACE, first, record};
use crate::Store;

/// All words, in any order and form, in the places asked for.
pub async fn words_are_found_where_they_stand(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default()
        .with(first(1, "The security review is waiting for Kubernetes"))
        .with(first(2, "Security reviews were signed"))
        .with(first(3, "nothing of interest"))
        .with(record("slack:C2", 4, 4, "security review, elsewhere"));
    desk.commit(page).await;
    let two = ["Security reviews were signed", "The security review is waiting for Kubernetes", "security review, elsewhere"];
    assert_eq!(desk.found("review security").await, two);
    assert_eq!(desk.found("SECURITY signing").await, two.get(..1).unwrap());
    assert_eq!(desk.found("\"review is\"").await, two.get(1..2).unwrap());
    assert_eq!(desk.found("kube*").await, two.get(1..2).unwrap());
    assert_eq!(desk.found("security unicorns").await, Vec::<String>::new());
    let places = |keys: &[&str]| keys.iter().map(|&k| k.to_owned()).collect::<Vec<_>>();
    let count = |keys: Vec<String>, limit| {
        let store = Arc::clone(&desk.store);
        async move { store.search("security", Some(&keys), limit).await.unwrap().len() }
    };
    assert_eq!(count(places(&["slack:C2"]), 9).await, 1);
    assert_eq!(count(places(&[PLACE]), 9).await, 2);
    assert_eq!(count(places(&[PLACE]), 1).await, 1);
    assert_eq!(count(places(&[PLACE, "slack:C2", "slack:C9"]), 9).await, 3);
    assert_eq!(count(places(&["slack:C9"]), 9).await, 0);
    assert_eq!(count(places(&[]), 9).await, 0);
    let hits = desk.store.search("security review", None, 9).await.unwrap();
    assert!(hits.is_sorted_by(|a, b| a.rank <= b.rank), "{hits:#?}");
    let many: Vec<String> = (0..2_000).map(|n| format!("slack:X{n}")).chain(places(&["slack:C2"])).collect();
    assert_eq!(count(many, 9).await, 1);
    desk.sound().await;
}

/// Nothing that is typed is an operator, a column or an error.
pub async fn queries_are_only_words(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let page = Draft::default().with(first(1, "tag p1 AND NOT NEAR text")).with(first(2, "c'est la vie, foo-bar"));
    desk.commit(page).await;
    for query in ["", " ", "\"", "\"\"", "*", "- : ( ) ^ {", "👍", "\0", "\u{202e}"] {
        assert_eq!(desk.found(query).await, Vec::<String>::new(), "{query:?}");
    }
    for query in ["tag : p1", "AND NOT", "NEAR(", "tag:p1", "p1)", "\"tag p1", "NOT NEAR\0"] {
        assert_eq!(desk.found(query).await, ["tag p1 AND NOT NEAR text"], "{query:?}");
    }
    for query in ["foo-bar", "bar -", "c'est", "vie;--", "foo* vie"] {
        assert_eq!(desk.found(query).await, ["c'est la vie, foo-bar"], "{query:?}");
    }
    // The place's tag is no word of any text.
    assert_eq!(desk.found("p1").await.len(), 1);
    assert_eq!(desk.found(&"word ".repeat(10_000)).await, Vec::<String>::new());
    assert_eq!(desk.found(&"x".repeat(1_000_000)).await, Vec::<String>::new());
    desk.sound().await;
}

//! Links that people paste.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_connectors::{Connector, Link, granola::Granola, pasted_link, slack::Slack};
use sales_fuzz::target;
use sales_model::Place;

target!(|text: &str| {
    let Some(url) = pasted_link(text) else { return };
    match Granola.recognise(&url) {
        Some(Link::Record { id, thread: None }) => assert!(id.0.starts_with("granola:not_") && id.0.len() == 26, "{id}"),
        Some(Link::Page { page, .. }) => assert!(page.len() >= 8 && !page.contains('/'), "{page}"),
        Some(other) => panic!("{other:?}"),
        None => {}
    }
    let Some(link) = Slack.recognise(&url) else { return };
    match link {
        Link::Record { id, thread } => {
            let (place, native) = id.parts().expect("a record's id has two parts");
            assert!(place.starts_with("slack:") && !native.is_empty(), "{id}");
            let at = Place { key: place.to_owned(), url: String::new(), ..Place::default() };
            let again = Slack.permalink(&at, native, thread.as_deref().unwrap_or(native));
            let again = pasted_link(&again).and_then(|url| Slack.recognise(&url));
            assert!(matches!(&again, Some(Link::Record { id: same, .. }) if *same == id), "{id} {again:?}");
        }
        Link::Place(key) => assert!(key.starts_with("slack:"), "{key}"),
        Link::Page { page, .. } => panic!("Slack has no pages that name nothing: {page}"),
        Link::File(id) => assert!(!id.is_empty() && !id.contains('/'), "{id}"),
    }
});

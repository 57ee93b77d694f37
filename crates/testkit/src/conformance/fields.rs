//! Unknown and missing fields in what the vendor sends.

use sales_connectors::{Connector, Mode};
use sales_ledger::Range;
use sales_model::{AccountKey, RawItem, Route};
use serde_json::{Value, json};

use super::{Subject, lines};
use crate::Sandbox;

/// Adds fields that nobody knows, takes each known one away and gives each one another type: the first changes nothing, the others
/// give a record or a failure with a reason, never a panic.
pub(super) async fn tolerated(subject: &Subject) {
    let mut sandbox = Sandbox::start((subject.options)()).await;
    sandbox.sync_all(Mode::Default).await;
    let store = sandbox.store();
    let connector = sandbox.connector();
    let mut seen = 0;
    for place in store.places().await.expect("places") {
        let range = Range { place: place.key.as_str().into(), from: String::new(), to: String::new() };
        for stored in store.read(&[range]).await.expect("records").into_iter().flatten() {
            let Some(bytes) = store.raw(&stored.record.id()).await.expect("the raw item") else { continue };
            let item = |body: Vec<u8>| RawItem {
                account: AccountKey { source: connector.descriptor().source.clone(), name: "default".into() },
                kind: (subject.kind)(&stored.record),
                place: Some(place.key.as_str().into()),
                at: Some(stored.record.at),
                body: body.into(),
                fetched_at: sandbox.now(),
                route: Route::Direct,
                partial: stored.record.partial,
            };
            seen += 1;
            let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
                lines::tolerated(connector, &stored.record, &bytes, &item);
                continue;
            };
            let item = |value: &Value| item(value.to_string().into_bytes());
            let whole = connector.process(&item(&value)).unwrap_or_else(|e| panic!("{}: {}", e.item, e.reason));
            assert!(whole.records.iter().any(|r| r.id() == stored.record.id()), "the raw item gives its record again");
            let mut strange = value.clone();
            everywhere(&mut strange, &mut |object| {
                object.insert("zz_unknown".into(), json!({"deep": [1, {"er": null}]}));
            });
            assert_eq!(connector.process(&item(&strange)).ok(), Some(whole), "an unknown field changes nothing: {strange}");
            damaged(connector, &value, &item);
        }
    }
    assert!(seen > 5, "there were items to try");
}

/// Takes each field away and gives each another type, one at a time.
fn damaged(connector: &dyn Connector, value: &Value, item: &dyn Fn(&Value) -> RawItem) {
    for path in paths(value, String::new()) {
        for put in [None, Some(Value::Null), Some(json!(17)), Some(json!("?")), Some(json!([{}])), Some(json!({"a": []}))] {
            let mut broken = value.clone();
            let (parent, key) = path.rsplit_once('/').expect("a path has a slash");
            let Some(Value::Object(object)) = broken.pointer_mut(parent) else { continue };
            let key = key.replace("~1", "/").replace("~0", "~");
            match put {
                None => object.remove(&key),
                Some(other) => object.insert(key, other),
            };
            if let Err(failure) = connector.process(&item(&broken)) {
                assert!(!failure.reason.is_empty(), "a failure says why: {broken}");
            }
        }
    }
}

/// Pointers to all fields of all objects.
fn paths(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, inner)| {
                let here = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                let below = paths(inner, here.clone());
                std::iter::once(here).chain(below)
            })
            .collect(),
        Value::Array(items) => items.iter().enumerate().flat_map(|(i, inner)| paths(inner, format!("{at}/{i}"))).collect(),
        _ => Vec::new(),
    }
}

fn everywhere(value: &mut Value, change: &mut impl FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| everywhere(inner, change));
            change(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| everywhere(inner, change)),
        _ => {}
    }
}

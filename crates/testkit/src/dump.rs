use std::fmt::Write;

use sales_ledger::{Range, Store};

/// The ledger as text, for comparing: people, places, records with all versions, attribution, review list, path table, waiting work,
/// gaps and errors of streams, failures and counts. Times of the machine, leases, checkpoints and how raw items are packed are left out: they may differ
/// between two runs that brought the same.
pub async fn dump(store: &dyn Store) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("text can always be added to");
    for person in store.people().await.expect("people") {
        line(format!("person {}", json(&person)));
    }
    let places = store.places().await.expect("places");
    for place in &places {
        line(format!("place {}", json(place)));
    }
    for place in &places {
        let range = Range { place: place.key.as_str().into(), from: String::new(), to: String::new() };
        for stored in store.read(&[range]).await.expect("records").into_iter().flatten() {
            // Superseded versions cost a question each, so only those that exist are asked for.
            let versions = match stored.version {
                1 => vec![stored],
                _ => store.record(&stored.record.id()).await.expect("versions"),
            };
            for v in versions {
                let r = &v.record;
                line(format!(
                    "record {} v{} thread {} at {} {:?} partial {} raw {:?} {}",
                    r.id(),
                    v.version,
                    r.thread,
                    r.at,
                    r.state,
                    r.partial,
                    v.hash,
                    json(r)
                ));
            }
        }
    }
    for attribution in store.attributions().await.expect("attributions") {
        line(format!("attribution {}", json(&attribution)));
    }
    for doubt in store.doubts().await.expect("the review list") {
        line(format!("doubt {}", json(&doubt)));
    }
    for file in store.files(None).await.expect("the path table") {
        line(format!("file {}", json(&file)));
    }
    for stream in store.streams().await.expect("streams") {
        let key = &stream.key;
        if stream.error.is_none() && stream.waiting == 0 && stream.gaps.is_empty() {
            continue;
        }
        line(format!("stream {key} error {:?} waiting {} gaps {}", stream.error, stream.waiting, json(&stream.gaps)));
        for work in store.work(key, jiff::Timestamp::MAX, 1_000).await.expect("work") {
            line(format!("work {}", json(&work)));
        }
    }
    for (stream, item, reason) in store.failures().await.expect("failures") {
        line(format!("failure {stream} {item}: {reason}"));
    }
    let c = store.counts().await.expect("counts");
    line(format!("counts: {} records, {} versions, {} places, {} people", c.records, c.versions, c.places, c.people));
    out
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("the model can always be written")
}

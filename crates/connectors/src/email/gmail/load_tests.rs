use super::*;

fn load(terms: &[&str], until: Option<&str>) -> Load {
    let since: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    Load::new(terms.iter().map(|t| (*t).to_owned()).collect(), since, until.map(|u| u.parse().unwrap()), true)
}

fn queries(load: &Load) -> Vec<String> {
    load.queries(&load.window())
}

#[test]
fn searches_of_twenty_terms() {
    assert_eq!(
        queries(&load(&["acme.dev", "max@free.example"], Some("2024-02-01T00:00:00Z"))),
        [
            "{from:acme.dev to:acme.dev cc:acme.dev bcc:acme.dev from:max@free.example to:max@free.example cc:max@free.example bcc:max@free.example} \
          -in:chats -in:draft after:1704067199 before:1706745600"
        ]
    );
    let many: Vec<String> = (0..41).map(|n| format!("c{n}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let queries = queries(&load(&many, None));
    assert_eq!((queries.len(), queries[2].matches("from:").count()), (3, 1));
    assert!(load(&[], None).is_complete() && self::queries(&load(&[], None)).is_empty());
}

#[test]
fn what_is_found_is_taken_from_above_and_once() {
    let ids = |range: std::ops::Range<u64>| range.map(|n| rank(&format!("{n:x}"))).collect::<BTreeSet<Rank>>();
    let mut l = load(&["a.example"], None);
    let mut taken = Vec::new();
    let mut looked = 0;
    while !l.is_complete() {
        if l.queue.is_empty() {
            // What came meanwhile is above: the history tells of it.
            l.fill(ids(1..5_001 + looked * 10));
            looked += 1;
        }
        let next = l.take();
        assert!(next.len() <= 50);
        taken.extend(next);
        // Through a checkpoint.
        l = serde_json::from_str(&serde_json::to_string(&l).unwrap()).unwrap();
    }
    assert_eq!(taken.len(), 5_000);
    assert_eq!((looked, l.done, l.left), (3, 5_000, 0));
    let numbers: Vec<u64> = taken.iter().map(|id| u64::from_str_radix(id, 16).unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a > b), "a longer id is a higher one");
    // Nothing found ends it.
    let mut l = load(&["a.example"], None);
    l.fill(BTreeSet::new());
    assert!(l.is_complete());
}

//! First loads, customers that are added, restarts.

use jiff::SignedDuration;
use sales_connectors::{Connector as _, Mode, email::Email};

use crate::{
    bench::{Bench, seconds},
    fake::id,
};

const MARCH: &str = "2024-03-01T00:00:00Z";

/// Customers' mails (every third), answers among ourselves in their threads, and others.
fn fill(b: &Bench, count: u64) -> Vec<String> {
    b.fake.edit(|w| {
        let mut expected = Vec::new();
        for n in 1..=count {
            let at = seconds(MARCH) + i64::try_from(n).unwrap() * 60;
            match n % 3 {
                0 => expected.push(w.put(n, n, at, "Ann <ann@acme.dev>", "deals@yourcompany.com")),
                // In the thread of the one before.
                1 if n > 3 => expected.push(w.put(n, n - 1, at, "jo@yourcompany.com", "deals@yourcompany.com")),
                _ => _ = w.put(n, n, at, "someone@elsewhere.example", "deals@yourcompany.com"),
            }
        }
        expected.sort();
        expected
    })
}

#[tokio::test]
async fn only_customers_mails_and_their_threads_are_fetched_newest_first_and_once() {
    let mut b = Bench::start().await;
    let expected = fill(&b, 300);
    b.ok().await;
    assert_eq!(b.ids(), expected);
    let mut brought = b.brought();
    assert!(brought.is_sorted_by(|a, b| a > b), "newest first");
    brought.dedup();
    assert_eq!(brought.len(), expected.len());
    let item = b.items.iter().find(|i| i.body.starts_with(b"From: Ann")).unwrap();
    assert_eq!((item.kind, item.account.name.as_str()), ("message", "default"));
    assert!(item.body.ends_with(b"\r\n\r\nHello 300\r\n") || item.body.windows(6).any(|w| w == b"Hello "));
    assert_eq!(item.at.unwrap().as_second() % 60, 0);
    b.fake.edit(|w| {
        assert_eq!(w.asked.iter().filter(|a| a.contains("format=raw")).count(), expected.len(), "each once");
        assert!(w.batches.iter().all(|n| *n <= 50));
        // The history's beginning is noted before anything is searched.
        let first = |path: &str| w.calls.iter().position(|c| c.contains(path)).unwrap();
        assert!(first("/profile") < first("/messages"));
    });
    // Nothing new: nothing is fetched.
    b.later(SignedDuration::from_hours(1)).await;
    let before = b.fake.edit(|w| (w.asked.len(), w.count("/messages")));
    b.ok().await;
    assert_eq!(b.fake.edit(|w| (w.asked.len(), w.count("/messages"))), before);
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn whichever_way_to_the_threads_is_cheaper_is_taken() {
    // 3 threads at 40 units, or 2 pages at 5.
    let mut b = Bench::start().await;
    let expected = fill(&b, 10);
    b.ok().await;
    assert_eq!((b.ids(), b.fake.edit(|w| w.asked.iter().any(|a| a.contains("/threads/")))), (expected, false));
    // A mailbox so large that listing it costs more.
    let mut b = Bench::start().await;
    let expected = fill(&b, 10);
    for _ in 0..4 {
        b.fake.edit(|w| w.can("profile", 200, r#"{"emailAddress":"deals@yourcompany.com","messagesTotal":900000,"historyId":"1000"}"#));
    }
    b.ok().await;
    assert_eq!((b.ids(), b.fake.edit(|w| w.asked.iter().filter(|a| a.contains("/threads/")).count())), (expected, 3));
}

#[tokio::test]
async fn a_load_that_is_killed_anywhere_loses_and_doubles_nothing() {
    let mut b = Bench::start().await;
    let expected = fill(&b, 400);
    b.fake.edit(|w| w.page = 100);
    let mut kills = 0;
    loop {
        b.kill_after = Some(kills % 7);
        kills += 1;
        b.later(SignedDuration::from_hours(1)).await;
        if b.sync(Mode::Default).await.unwrap() {
            break;
        }
        assert!(kills < 60, "it does not get on");
        // In between mail arrives; the load does not know it, the history does.
        if kills == 5 {
            b.fake.edit(|w| w.arrive(9_001, 9_001, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com"));
        }
    }
    b.kill_after = None;
    b.later(SignedDuration::from_hours(1)).await;
    b.ok().await;
    let mut all = expected;
    all.push(id(9_001));
    all.sort();
    assert_eq!(b.ids(), all);
    // Committed once each: what a killed step brought was never taken.
    let mut brought = b.brought();
    brought.sort_unstable();
    let count = brought.len();
    brought.dedup();
    assert_eq!((brought.len(), count), (all.len(), all.len()));
}

#[tokio::test]
async fn a_customer_that_is_added_is_searched_by_itself() {
    let mut b = Bench::start().await;
    let old = seconds("2024-01-01T00:00:00Z");
    b.fake.edit(|w| {
        w.put(1, 1, old, "ann@acme.dev", "deals@yourcompany.com");
        w.put(2, 2, old + 60, "jo@yourcompany.com", "pat@globex.example");
        w.put(3, 3, old + 120, "max@free.example", "deals@yourcompany.com");
    });
    b.ok().await;
    assert_eq!(b.ids(), [id(1)]);
    b.wanted.domains.insert("globex.example".into());
    b.wanted.addresses.extend(["max@free.example".to_owned(), "ann@acme.dev".to_owned()]);
    b.later(SignedDuration::from_hours(1)).await;
    b.fake.edit(|w| w.calls.clear());
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(3)]);
    b.fake.edit(|w| {
        let searches: Vec<&String> = w.calls.iter().filter(|c| c.contains("q=%7B")).collect();
        assert_eq!(searches.len(), 1, "{searches:?}");
        let q = searches[0];
        // Who is in a customer's domain needs no search of its own, and what was searched is not searched again.
        assert!(q.contains("from%3Aglobex.example+to%3Aglobex.example+cc%3Aglobex.example+bcc%3Aglobex.example"), "{q}");
        assert!(q.contains("from%3Amax%40free.example") && !q.contains("acme.dev"), "{q}");
        assert!(q.contains("-in%3Achats+-in%3Adraft+after%3A1649408400"), "{q}");
    });
}

#[tokio::test]
async fn many_customers_cost_one_search_for_twenty() {
    let mut b = Bench::start().await;
    b.wanted.domains = (0..401).map(|n| format!("customer{n}.example")).collect();
    b.fake.edit(|w| _ = w.put(1, 1, seconds(MARCH), "ann@customer400.example", "deals@yourcompany.com"));
    b.ok().await;
    assert_eq!((b.ids(), b.fake.edit(|w| w.count("q=%7B"))), (vec![id(1)], 21));
}

#[tokio::test]
async fn a_longer_history_reads_what_lies_before() {
    let mut b = Bench::start().await;
    b.fake.edit(|w| {
        w.put(1, 1, seconds("2021-06-01T00:00:00Z"), "ann@acme.dev", "deals@yourcompany.com");
        w.put(2, 2, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com");
    });
    b.ok().await;
    assert_eq!(b.ids(), [id(2)]);
    b.since = "2020-01-01T00:00:00Z".parse().unwrap();
    b.later(SignedDuration::from_hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2)]);
    assert_eq!(b.brought(), [2, 1]);
    // And no further search after that.
    b.since = "2020-02-01T00:00:00Z".parse().unwrap();
    b.fake.edit(|w| w.calls.clear());
    b.later(SignedDuration::from_hours(1)).await;
    b.ok().await;
    assert_eq!(b.fake.edit(|w| w.count("/messages")), 0);
}

#[tokio::test]
async fn an_empty_mailbox_and_no_customers() {
    let mut b = Bench::start().await;
    b.ok().await;
    assert!(b.ids().is_empty());
    let mut b = Bench::start().await;
    b.wanted = sales_connectors::Wanted::default();
    fill(&b, 10);
    b.ok().await;
    assert_eq!((b.ids(), b.fake.edit(|w| w.count("/messages"))), (Vec::new(), 0));
    // New mail is read whoever it is from.
    b.fake.edit(|w| w.arrive(99, 99, seconds(MARCH), "x@elsewhere.example", "deals@yourcompany.com"));
    b.later(SignedDuration::from_hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(99)]);
}

#[tokio::test]
async fn of_large_mails_only_the_header_is_read() {
    let mut b = Bench::with(
        |s| s.email.max_message_bytes = 4_000,
        &[("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s"), ("GMAIL_REFRESH_TOKEN", "r")],
    )
    .await;
    b.fake.edit(|w| {
        // One that is a little too large, one that is far too large for an answer, and a small one beside them.
        for (n, size) in [(1, 5_000), (2, 3_000_000), (3, 10)] {
            let id = w.put(n, n, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com");
            let raw = &mut w.mails.get_mut(&id).unwrap().raw;
            raw.extend(std::iter::repeat_n(b'x', size));
        }
    });
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(3)]);
    let mut kinds: Vec<(u64, &str, usize)> = b.brought().into_iter().zip(&b.items).map(|(n, i)| (n, i.kind, i.body.len())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds.iter().map(|k| k.1).collect::<Vec<_>>(), ["header", "header", "message"]);
    assert!(kinds[..2].iter().all(|k| k.2 < 200), "{kinds:?}");
    assert!(b.items.iter().filter(|i| i.kind == "header").all(|i| i.body.ends_with(b"\r\n\r\n")));
    assert!(b.gaps.iter().any(|g| g.contains("only the header is read")), "{:?}", b.gaps);
}

#[tokio::test]
async fn the_estimate_says_what_is_found() {
    let mut b = Bench::start().await;
    fill(&b, 600);
    let estimate =
        |b: &Bench| Email.estimate(&b.cx, &sales_connectors::Identity { ..me() }, &b.plan(Mode::Default), &b.known()).unwrap().words;
    assert!(estimate(&b).starts_with("how many mails there are shows when they are searched (1 search)"), "{}", estimate(&b));
    b.kill_after = Some(3);
    b.sync(Mode::Default).await.unwrap();
    assert_eq!(estimate(&b), "less than a minute (349 mails, 20 quota units each, 6000 a minute)");
}

fn me() -> sales_connectors::Identity {
    sales_connectors::Identity {
        team: String::new(),
        enterprise: String::new(),
        team_name: String::new(),
        user: "mail:deals@yourcompany.com".into(),
        user_name: String::new(),
        own_bots: Vec::new(),
        kind: String::new(),
        url: String::new(),
        scopes: Vec::new(),
    }
}

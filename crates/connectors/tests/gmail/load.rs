//! First loads, customers that are added, restarts.

use jiff::SignedDuration;
use sales_connectors::{Connector as _, MailCount, Mode, Wanted, email::Email};
use sales_simulator::{GmailWorld, GoogleClient};

use crate::bench::{ANN, Bench, MARCH, STRANGER, US, at, eml, hours, id, mailbox};

/// Customers' mails (every third), answers among ourselves in their threads, and others.
fn fill(b: &Bench, count: u64) -> Vec<String> {
    let mut expected = Vec::new();
    for n in 1..=count {
        let when = at(MARCH) + SignedDuration::from_mins(i64::try_from(n).unwrap());
        match n % 3 {
            0 => expected.push(b.put(n, n, when, ANN, US)),
            // In the thread of the one before.
            1 if n > 3 => expected.push(b.put(n, n - 1, when, "jo@yourcompany.com", US)),
            _ => _ = b.put(n, n, when, STRANGER, US),
        }
    }
    expected.sort();
    expected
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
    assert_eq!(item.body, eml(300, ANN, US));
    assert_eq!(item.at.unwrap(), at(MARCH) + SignedDuration::from_mins(300));
    assert_eq!(b.whole(0).len(), expected.len(), "each once");
    // The history's beginning is noted before anything is searched, and what happened meanwhile is looked at last.
    let calls: Vec<String> = b.since(0).into_iter().filter(|c| !c.starts_with("messages.get")).collect();
    let expected_calls = [
        "google.token",
        "profile",
        "profile",
        "messages.list",
        "profile",
        "messages.list",
        "labels.list",
        "batch",
        "batch",
        "batch",
        "batch",
        "history.list",
    ];
    assert_eq!(calls, expected_calls);
    // Nothing new: one request tells so.
    b.later(SignedDuration::from_mins(20)).await;
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.since(mark), ["profile"]);
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn whichever_way_to_the_threads_is_cheaper_is_taken() {
    // 3 threads at 40 units, or 2 pages at 5.
    let mut b = Bench::start().await;
    let expected = fill(&b, 10);
    b.ok().await;
    assert_eq!((b.ids(), b.count(0, "threads.get")), (expected, 0));
    // A mailbox so large that listing it costs more.
    let mut world = mailbox();
    for n in 0..13_000_u64 {
        let other = id(1_000_000 + n);
        world.add_raw((Some(&other), None), &["INBOX"], at(MARCH), &b"From: x@elsewhere.example\r\n\r\n"[..], at(MARCH)).unwrap();
    }
    let mut b = Bench::with("", |_| {}, world).await;
    let expected = fill(&b, 10);
    b.ok().await;
    assert_eq!((b.ids(), b.count(0, "threads.get")), (expected, 3));
}

#[tokio::test]
async fn a_load_that_is_killed_anywhere_loses_and_doubles_nothing() {
    let mut b = Bench::with("[gmail]\npage_size = 100\n", |_| {}, mailbox()).await;
    let expected = fill(&b, 400);
    let mut kills = 0;
    loop {
        b.kill_after = Some(kills % 7);
        kills += 1;
        b.later(hours(1)).await;
        if b.sync(Mode::Default).await.unwrap() {
            break;
        }
        assert!(kills < 60, "it does not get on");
        // In between mail arrives; the load does not know it, the history does.
        if kills == 3 {
            b.put(9_001, 9_001, at("2024-04-08T12:00:00Z"), ANN, US);
        }
    }
    b.kill_after = None;
    b.later(hours(1)).await;
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
    let old = at("2024-01-01T00:00:00Z");
    b.put(1, 1, old, ANN, US);
    b.put(2, 2, old + SignedDuration::from_mins(1), "jo@yourcompany.com", "pat@globex.example");
    b.put(3, 3, old + SignedDuration::from_mins(2), "max@free.example", US);
    // Not of the company that it looks like.
    b.put(4, 4, old + SignedDuration::from_mins(3), "max@notfree.example", US);
    b.ok().await;
    assert_eq!(b.ids(), [id(1)]);
    b.wanted.domains.insert("globex.example".into());
    b.wanted.addresses.extend(["max@free.example".to_owned(), "ann@acme.dev".to_owned()]);
    b.later(hours(1)).await;
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(3)]);
    let searches = b.searches(mark);
    // Who is in a customer's domain needs no search of its own, and what was searched is not searched again.
    assert_eq!(
        searches[0],
        "{from:globex.example to:globex.example cc:globex.example bcc:globex.example from:max@free.example to:max@free.example \
         cc:max@free.example bcc:max@free.example} -in:chats -in:draft after:1649408399"
    );
    assert_eq!(searches.iter().filter(|q| q.starts_with('{')).count(), 1, "{searches:?}");
}

#[tokio::test]
async fn many_customers_cost_one_search_for_twenty() {
    let mut b = Bench::start().await;
    b.wanted.domains = (0..401).map(|n| format!("customer{n}.example")).collect();
    b.put(1, 1, at(MARCH), "ann@customer400.example", US);
    b.ok().await;
    let searches = b.searches(0);
    assert_eq!((b.ids(), searches.iter().filter(|q| q.starts_with('{')).count()), (vec![id(1)], 21));
}

#[tokio::test]
async fn a_longer_history_reads_what_lies_before() {
    let mut b = Bench::start().await;
    b.put(1, 1, at("2021-06-01T00:00:00Z"), ANN, US);
    // In the very second from which on is read.
    b.put(2, 2, b.since, ANN, US);
    b.put(3, 3, at(MARCH), ANN, US);
    b.ok().await;
    assert_eq!(b.ids(), [id(2), id(3)]);
    b.since = at("2020-01-01T00:00:00Z");
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(3)]);
    assert_eq!(b.brought(), [3, 2, 1]);
    // And no further search after that.
    b.since = at("2020-02-01T00:00:00Z");
    let mark = b.log().len();
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.count(mark, "messages.list"), 0);
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
    assert_eq!((b.ids(), b.count(0, "messages.list")), (Vec::new(), 0));
    // New mail is read whoever it is from.
    b.put(99, 99, at(MARCH), STRANGER, US);
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(99)]);
}

#[tokio::test]
async fn of_large_mails_only_the_header_is_read() {
    let mut b = Bench::with("", |s| s.email.max_message_bytes = 4_000, mailbox()).await;
    // One that is a little too large, one that is far too large for an answer, and a small one beside them.
    for (n, size) in [(1, 5_000), (2, 3_000_000), (3, 10)] {
        let mut raw = eml(n, ANN, US);
        raw.extend(std::iter::repeat_n(b'x', size));
        b.put_in(n, n, at(MARCH), &["INBOX"], raw);
    }
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(3)]);
    let mut kinds: Vec<(u64, &str, usize)> = b.brought().into_iter().zip(&b.items).map(|(n, i)| (n, i.kind, i.body.len())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds.iter().map(|k| k.1).collect::<Vec<_>>(), ["header", "header", "message"]);
    assert!(kinds[..2].iter().all(|k| k.2 < 200), "{kinds:?}");
    assert!(b.items.iter().filter(|i| i.kind == "header").all(|i| i.body.ends_with(b"\r\n\r\n")));
    assert!(b.gaps.iter().any(|g| g.contains("only the header is read")), "{:?}", b.gaps);
    // The ledger says that they lack their bodies: it is known why, until larger ones may come.
    b.lacking = vec![id(1), id(2)];
    for _ in 0..2 {
        b.gaps.clear();
        b.later(hours(1)).await;
        let mark = b.log().len();
        b.ok().await;
        assert_eq!((b.whole(mark), b.gaps.len()), (Vec::new(), 1));
    }
    let mut settings = (*b.cx.settings).clone();
    settings.email.max_message_bytes = 6_000;
    b.cx.settings = settings.into();
    b.later(hours(1)).await;
    b.ok().await;
    assert!(b.items.iter().any(|i| i.kind == "message" && i.body.len() > 5_000));
}

#[tokio::test]
async fn bodies_that_turn_out_to_be_wanted_are_fetched_first_and_once() {
    let mut b = Bench::start().await;
    b.put(301, 301, at("2024-01-02T00:00:00Z"), "pat@globex.example", US);
    b.ok().await;
    for n in 1..=120 {
        b.put(n, n, at(MARCH), "pat@globex.example", US);
    }
    b.put(200, 200, at("2024-02-01T00:00:00Z"), "pat@globex.example", US);
    b.put(201, 201, at(MARCH), STRANGER, US);
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids().len(), 122, "new mail is read whoever it is from");
    (1..=120).chain([200, 201]).for_each(|n| b.shorten(n));
    // A customer comes: what only headers are there of is told by the ledger, and what was never read is found by search.
    b.put_in(300, 300, at("2024-01-01T00:00:00Z"), &["SPAM"], eml(300, "pat@globex.example", US));
    b.later(hours(1)).await;
    b.wanted.domains.insert("globex.example".into());
    b.lacking = (1..=120).chain([200, 202]).map(id).collect();
    let mark = b.log().len();
    b.ok().await;
    let whole = b.whole(mark);
    let mut once = whole.clone();
    once.sort();
    once.dedup();
    assert_eq!((whole.len(), once.len()), (123, 123), "each once, though the search finds them too; one is not there any more");
    assert!(!once.contains(&id(201)) && once.contains(&id(301)) && !once.contains(&id(300)));
    let first = b.since(mark).iter().position(|c| c.starts_with("messages.get")).unwrap();
    let search = b.since(mark).iter().position(|c| c == "messages.list").unwrap();
    assert!(first < search, "what is lacking comes first");
    // Killed in the middle, it goes on with what is lacking still.
    b.lacking = (1..=120).map(id).collect();
    b.later(hours(1)).await;
    b.kill_after = Some(2);
    let mark = b.log().len();
    assert!(!b.sync(Mode::Default).await.unwrap());
    b.lacking = (1..=70).map(id).collect();
    b.kill_after = None;
    b.later(hours(1)).await;
    b.ok().await;
    let asked: std::collections::BTreeSet<String> = b.whole(mark).into_iter().collect();
    assert_eq!(asked, (1..=120).map(id).collect());
    // Nothing is lacking any more: a quiet run is one request again.
    b.lacking.clear();
    b.later(hours(1)).await;
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.since(mark).iter().filter(|c| *c != "google.token").collect::<Vec<_>>(), ["profile"]);
}

#[tokio::test]
async fn the_estimate_says_what_is_found() {
    let mut b = Bench::start().await;
    fill(&b, 600);
    let me = b.me().await.unwrap();
    let estimate = |b: &Bench| Email.estimate(&b.cx, &me, &b.plan(Mode::Default), &b.known()).unwrap().words;
    assert!(estimate(&b).starts_with("how many mails there are shows when they are searched (1 search)"), "{}", estimate(&b));
    b.kill_after = Some(2);
    b.sync(Mode::Default).await.unwrap();
    b.kill_after = None;
    assert_eq!(estimate(&b), "less than a minute (349 mails, 20 quota units each, 6000 a minute)");
    b.later(hours(1)).await;
    b.ok().await;
    b.lacking = b.ids().split_off(390);
    assert_eq!(estimate(&b), "less than a minute (9 mails, 20 quota units each, 6000 a minute)");
}

/// How many mails somebody has is told without fetching one, and not more is listed than somebody waits for.
#[tokio::test]
async fn mails_of_somebody_new_are_counted() {
    let b = Bench::start().await;
    fill(&b, 1_300);
    let of = |term: &str| Wanted { domains: [term.to_owned()].into(), ..Wanted::default() };
    let domain = ANN.rsplit_once('@').unwrap().1.trim_end_matches('>');
    let mark = b.log().len();
    let found = Email.count(&b.cx, at(MARCH), &of(domain)).await.unwrap();
    assert_eq!(found, Some(MailCount { mails: 433, more: false }));
    assert_eq!(b.since(mark).iter().filter(|c| c.starts_with("messages.")).collect::<Vec<_>>(), ["messages.list"]);
    // A page has 500.
    let stranger = STRANGER.rsplit_once('@').unwrap().1.trim_end_matches('>');
    let mark = b.log().len();
    assert_eq!(Email.count(&b.cx, at(MARCH), &of(stranger)).await.unwrap(), Some(MailCount { mails: 434, more: false }));
    assert_eq!(Email.count(&b.cx, at(MARCH), &of("nobody.example")).await.unwrap(), Some(MailCount::default()));
    assert!(b.since(mark).len() <= 4, "{:?}", b.since(mark));
}

/// A sign-in that may not search says so.
#[tokio::test]
async fn who_may_not_search_is_told_why() {
    let mut world = GmailWorld::new("deals@yourcompany.com");
    world.google_mut().add_client(GoogleClient { id: "id".into(), secret: "s3cret".into() });
    world.google_mut().add_refresh_token("1//canary", &["gmail.metadata"]);
    let b = Bench::with("", |_| {}, world).await;
    let wanted = Wanted { domains: ["acme.dev".to_owned()].into(), ..Wanted::default() };
    let e = Email.count(&b.cx, at(MARCH), &wanted).await.unwrap_err();
    assert!(e.auth && e.why.contains("does not search"), "{e:?}");
}

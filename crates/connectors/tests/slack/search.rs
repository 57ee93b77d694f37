//! With a user's token: replies in bulk, and late ones anywhere.

use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, Retry, slack::Slack};

use crate::{
    bench::{Bench, DAY, ago},
    load::C,
};

/// 150 threads of four replies.
fn threads(w: &mut crate::double::World) {
    w.tokens = vec!["xoxp-canary".into()];
    w.channel(C, "acme-poc");
    for i in 0..150 {
        let thread = ago(i * DAY * 4, 100);
        w.post(C, &thread, "question");
        for n in 0..4 {
            w.reply(C, &thread, &ago(i * DAY * 4 - 60 - n, 200), &format!("answer {n}"));
        }
    }
}

#[tokio::test]
async fn replies_come_a_hundred_at_a_time() {
    let mut b = Bench::with(&[("SLACK_TOKEN", "xoxp-canary")], false).await;
    b.double.edit(threads);
    b.ok(Mode::Default).await;
    b.complete();
    let calls = b.double.calls();
    let spent = calls["search.messages"] + calls.get("conversations.replies").copied().unwrap_or(0);
    assert!(spent <= 12, "{calls:?} for 600 replies");
    let partial = b.ledger.records.values().filter(|r| r.partial).count();
    assert_eq!(partial, 600);
    assert!(b.ledger.gaps.iter().any(|g| g.contains("came by search")), "{:?}", b.ledger.gaps);
    // The daily pass makes those of the last 90 days whole.
    b.later(SignedDuration::from_mins(10));
    b.ok(Mode::Audit).await;
    b.complete();
    let cut = ago(90 * DAY, 0);
    assert!(b.ledger.records.values().all(|r| r.partial == (!r.is_first() && r.thread < cut) || !r.partial));
}

#[tokio::test]
async fn a_reply_to_an_ancient_thread_is_found_at_once() {
    let mut b = Bench::with(&[("SLACK_TOKEN", "xoxb-canary"), ("SLACK_USER_TOKEN", "xoxp-canary")], false).await;
    b.double.edit(|w| {
        threads(w);
        w.tokens = vec!["xoxb-canary".into(), "xoxp-canary".into()];
    });
    b.ok(Mode::Default).await;
    b.double.calls();
    b.later(SignedDuration::from_mins(20));
    b.double.edit(|w| {
        w.post("C0SECRET2", &ago(500 * DAY, 1), "elsewhere");
        w.reply("C0SECRET2", &ago(500 * DAY, 1), &ago(-600, 2), "elsewhere");
        w.reply(C, &ago(400 * DAY, 100), &ago(-600, 2), "sorry for the delay");
    });
    b.ok(Mode::Default).await;
    assert!(b.held().iter().any(|h| h.3 == "sorry for the delay" && h.2 == ago(400 * DAY, 100)));
    assert!(!b.held().iter().any(|h| h.3 == "elsewhere"), "channels that are not read stay unread");
    assert_eq!(b.double.calls()["search.messages"], 1);
}

/// Our clock is two hours ahead, and there is nothing to find at first.
#[tokio::test]
async fn a_clock_that_is_ahead_misses_no_reply() {
    for date in [Some("Mon, 08 Apr 2024 07:00:00 GMT"), None] {
        let mut b = Bench::with(&[("SLACK_TOKEN", "xoxp-canary")], false).await;
        b.double.edit(|w| {
            w.tokens = vec!["xoxp-canary".into()];
            w.channel(C, "acme-poc");
            w.post(C, &ago(400 * DAY, 100), "question");
            w.post(C, &ago(DAY, 100), "so that the look-back does not reach it");
            w.date = Some(date.map(str::to_owned));
        });
        b.ok(Mode::Default).await;
        b.later(SignedDuration::from_mins(20));
        // Said five minutes after the first look, by the true clock; more than a page of them.
        b.double.edit(|w| {
            for i in 0..150 {
                w.reply(C, &ago(400 * DAY, 100), &ago(7_200 - 420 - i, 2), &format!("answer {i}"));
            }
        });
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn where_search_is_refused_the_threads_are_read() {
    let mut b = Bench::with(&[("SLACK_TOKEN", "xoxp-canary")], false).await;
    b.double.edit(|w| {
        threads(w);
        w.fault = Some(Box::new(|m, _, _| (m == "search.messages").then(|| crate::double::refuse("not_allowed_token_type"))));
    });
    let run = b.sync(Mode::Default).await;
    assert_eq!(run.errors.iter().map(|(k, _)| k.stream.as_str()).collect::<Vec<_>>(), ["search"]);
    b.complete();
    let me = b.me().await;
    let estimate = Slack.estimate(&b.cx, &me, &b.plan(Mode::Default), &b.known()).unwrap();
    assert!(estimate.requests.iter().any(|(m, n)| m == "conversations.history" && *n == 1), "{estimate:?}");
}

#[tokio::test]
async fn a_bad_token_for_searching_stops_only_the_search() {
    for token in ["xoxp-revoked", "xoxc-canary"] {
        let mut b = Bench::with(&[("SLACK_TOKEN", "xoxb-canary"), ("SLACK_USER_TOKEN", token)], false).await;
        b.double.edit(|w| {
            threads(w);
            w.tokens = vec!["xoxb-canary".into()];
        });
        let run = b.sync(Mode::Default).await;
        let errors: Vec<_> = run.errors.iter().map(|(k, e)| (k.stream.as_str(), e.what.as_str(), e.retry)).collect();
        assert_eq!(errors, [("search", "Slack search with SLACK_USER_TOKEN", Retry::Never)]);
        b.complete();
    }
}

/// `paging` is there no more; then neither of the two.
#[tokio::test]
async fn the_number_of_pages_is_read_wherever_it_stands() {
    for keep in [true, false] {
        let mut b = Bench::with(&[("SLACK_TOKEN", "xoxp-canary")], false).await;
        b.double.edit(|w| {
            threads(w);
            w.reshape = Some(Box::new(move |method, v| {
                if method == "search.messages" {
                    let pages = v["messages"]["paging"]["pages"].take();
                    v["messages"]["paging"] = serde_json::Value::Null;
                    v["messages"]["pagination"] = serde_json::json!({"page_count": if keep { pages } else { serde_json::Value::Null }});
                }
            }));
        });
        b.ok(Mode::Default).await;
        b.complete();
        // A look at what is new, six pages of replies, and one that shows the end where nothing else tells it.
        assert_eq!(b.double.calls()["search.messages"], if keep { 7 } else { 8 });
    }
}

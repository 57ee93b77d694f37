//! Cut off anywhere and started again; cursors that die, loop, or lead through nothing.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};
use serde_json::json;

use crate::{
    bench::{Bench, DAY, ago},
    double::{Way, answer, refuse},
    load::{C, D, fill},
};

#[tokio::test]
async fn cut_off_at_every_step_it_ends_the_same() {
    let mut whole = Bench::new().await;
    whole.double.edit(|w| {
        fill(w);
        w.cap = 7;
    });
    let steps = whole.sync(Mode::Default).await.steps;
    assert!(steps > 15, "{steps}");
    for cut in 0..steps {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            fill(w);
            w.cap = 7;
        });
        let run = b.run(Mode::Default, cut).await;
        assert!(run.cut, "{cut}");
        // Meanwhile something is said, and one that was read is deleted.
        b.later(SignedDuration::from_mins(10));
        b.double.edit(|w| {
            w.post(C, &ago(-300, 9), "meanwhile");
            w.messages.remove(&(C.into(), ago(500, 1)));
        });
        // A second cut a little later.
        b.run(Mode::Default, 3).await;
        b.later(SignedDuration::from_mins(10));
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn many_cuts_do_not_pile_up() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.cap = 3;
    });
    for i in 0..12 {
        b.run(Mode::Default, 4).await;
        b.later(SignedDuration::from_mins(10));
        b.double.edit(|w| w.post(C, &ago(-i * 600 - 1, 9), "meanwhile"));
        assert!(b.ledger.checkpoints.values().all(|c| c.0.len() < 1_500), "{:?}", b.ledger.checkpoints);
    }
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn a_dead_cursor_costs_nothing_that_was_read() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.cap = 7;
        w.fault = Some(Box::new(|_, args, n| (args.contains_key("cursor") && n % 3 == 1).then(|| refuse("invalid_cursor"))));
    });
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn pages_that_go_round_are_an_error_and_hold_up_nobody_else() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.fault = Some(Box::new(|method, args, n| {
            let page = json!({"ok": true, "messages": [], "has_more": true, "response_metadata": {"next_cursor": format!("c{}=", n % 2)}});
            (method == "conversations.history" && args["channel"] == C).then(|| answer(page))
        }));
    });
    let run = b.sync(Mode::Default).await;
    assert_eq!(run.errors.len(), 1);
    let (key, e) = &run.errors[0];
    assert_eq!((key.partition.as_str(), e.retry), (C, Retry::Never));
    assert_eq!(e.to_string(), "Slack channel #acme-poc: the pages of conversations.history go round in a circle");
    assert_eq!(b.held().iter().filter(|h| h.0 == D).count(), 10);
    assert!(b.double.calls()["conversations.history"] < 20);
    b.double.edit(|w| w.fault = None);
    b.later(SignedDuration::from_mins(1));
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn empty_pages_are_walked_through() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.cap = 20;
        w.fault = Some(Box::new(|method, args, _| {
            if method != "conversations.history" || args.contains_key("cursor") {
                return None;
            }
            // The first page is empty, and the next begins at the first message.
            let tie: Vec<String> = args.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let next = format!("0|{}==", tie.join("&"));
            Some(answer(json!({"ok": true, "messages": [], "has_more": true, "response_metadata": {"next_cursor": next}})))
        }));
    });
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn a_server_that_keeps_losing_its_place_is_given_up() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        for n in 0..30 {
            w.reply(C, &ago(0, 100), &ago(-20, 400 + n), "one of many");
        }
        w.cap = 10;
        w.fault = Some(Box::new(|method, args, _| {
            let empty = json!({"ok": true, "messages": [], "channels": [], "has_more": true, "response_metadata": {"next_cursor": "x="}});
            match (method, args.contains_key("cursor")) {
                (_, true) => Some(refuse("invalid_cursor")),
                ("conversations.history", _) if args["channel"] == D => Some(answer(empty)),
                _ => None,
            }
        }));
    });
    let run = b.sync(Mode::Default).await;
    let whats: Vec<_> = run.errors.iter().map(|(k, e)| (k.stream.as_str(), e.what.as_str())).collect();
    assert_eq!(whats, [("history", "Slack channel #general")]);
    let circle = "its thread: the pages of conversations.replies go round in a circle";
    assert_eq!(b.failures(), [format!("slack:{C}:{}: {circle}", ago(0, 100))]);
    assert!(b.double.calls().values().all(|n| *n < 100));
    // Off the list, so that others come to their turn, but not forgotten: tried again with the daily pass.
    b.double.calls();
    b.later(jiff::SignedDuration::from_hours(1));
    b.sync(Mode::Default).await;
    assert_eq!(b.double.calls().get("conversations.replies"), None);
    assert_eq!(b.failures().len(), 1);
    b.later(jiff::SignedDuration::from_hours(23));
    b.sync(Mode::Default).await;
    assert!(b.double.calls()["conversations.replies"] >= 1);
    assert_eq!(b.failures().len(), 1);
    b.double.edit(|w| w.fault = None);
    b.later(jiff::SignedDuration::from_hours(24));
    b.sync(Mode::Default).await;
    assert_eq!(b.failures(), Vec::<String>::new());
    b.complete();
}

/// One that only the pass meets: no counter moved.
#[tokio::test]
async fn a_thread_that_a_pass_cannot_understand_is_listed_until_it_can_be() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    let thread = ago(10 * crate::bench::DAY, 100);
    b.double.edit(|w| {
        let thread = thread.clone();
        w.messages.get_mut(&(C.into(), ago(10 * crate::bench::DAY - 60, 300))).unwrap()["text"] = json!("edited");
        w.fault = Some(Box::new(move |method, args, _| {
            (method == "conversations.replies" && args["ts"] == thread).then(|| answer(json!({"ok": true, "messages": 5})))
        }));
    });
    b.later(SignedDuration::from_mins(5));
    b.sync(Mode::Audit).await;
    b.later(SignedDuration::from_mins(5));
    b.sync(Mode::Default).await;
    let shape = "its thread: Slack's answer to conversations.replies has an unexpected shape at `messages`";
    assert_eq!(b.failures(), [format!("slack:{C}:{thread}: {shape}")]);
    b.double.edit(|w| w.fault = None);
    b.later(SignedDuration::from_hours(24));
    b.ok(Mode::Default).await;
    b.complete();
}

/// Whichever end Slack begins at: nothing is taken for deleted that is there, and what is deleted is seen.
#[tokio::test]
async fn pages_may_begin_at_either_end() {
    for way in [Way::Falling, Way::Rising, Way::RisingPages] {
        let bench = async || {
            let mut b = Bench::new().await;
            b.double.edit(|w| {
                fill(w);
                (w.cap, w.way) = (7, way);
            });
            b.ok(Mode::Default).await;
            b.complete();
            b
        };
        let mut b = bench().await;
        for mode in [Mode::Default, Mode::Full, Mode::Audit, Mode::Default] {
            b.later(SignedDuration::from_mins(5));
            b.ok(mode).await;
            b.complete();
        }
        assert_eq!(b.ledger.lost, Vec::<String>::new(), "{way:?}");
        // Within a page, at the ends of pages, the newest; the oldest may be hidden by a plan.
        for gone in [ago(500, 1), ago(500, 2), ago(0, 100), ago(3_600, 100), ago(7_200, 100), ago(DAY * 10, 100), ago(DAY * 50, 100)] {
            let mut b = bench().await;
            b.double.edit(|w| w.messages.retain(|(_, ts), m| *ts != gone && m["thread_ts"] != gone));
            b.later(SignedDuration::from_mins(5));
            b.ok(Mode::Audit).await;
            b.later(SignedDuration::from_hours(24));
            b.ok(Mode::Audit).await;
            assert!(!b.ledger.records.keys().any(|(_, ts)| *ts == gone), "{way:?} {gone}");
        }
        // Cut off anywhere.
        for cut in 0..20 {
            let mut b = Bench::new().await;
            b.double.edit(|w| {
                fill(w);
                (w.cap, w.way) = (7, way);
            });
            b.run(Mode::Default, cut).await;
            b.later(SignedDuration::from_mins(10));
            b.double.edit(|w| w.post(C, &ago(-300, 9), "meanwhile"));
            b.run(Mode::Default, 3).await;
            b.later(SignedDuration::from_mins(10));
            b.ok(Mode::Default).await;
            b.complete();
            assert_eq!(b.ledger.lost, Vec::<String>::new(), "{way:?} {cut}");
        }
    }
}

/// "Fewer items than `limit`, even zero, does not mean the end."
#[tokio::test]
async fn however_many_empty_pages_come_the_end_is_reached() {
    for (empty, runs) in [(12, 1), (1_500, 2), (2_600, 3)] {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            w.channel(C, "acme-poc");
            w.post(C, &ago(500, 1), "at last");
            let last = json!({"type": "message", "ts": ago(500, 1), "user": "U0AAA", "text": "at last"});
            w.fault = Some(Box::new(move |method, args, _| {
                // The stretch of later runs is another listing.
                if method != "conversations.history" || args["oldest"] != "1649462400.000000" {
                    return None;
                }
                let at: usize = args.get("cursor").map_or(0, |c| c[1..].parse().unwrap());
                let next = json!({"next_cursor": format!("e{}", at + 1)});
                let page = match at < empty {
                    true => json!({"ok": true, "messages": [], "has_more": true, "response_metadata": next}),
                    false => json!({"ok": true, "messages": [last], "has_more": false}),
                };
                Some(answer(page))
            }));
        });
        for run in 1..=runs {
            let result = b.sync(Mode::Default).await;
            assert_eq!(result.errors.len(), usize::from(run < runs), "{empty} {run}: {:?}", result.errors);
            b.later(SignedDuration::from_mins(5));
        }
        b.complete();
        // Each once, but for the step that was lost with the error, and a look at what is new.
        assert_eq!(b.double.calls()["conversations.history"], empty + 1 + 2 * (runs - 1), "{empty}");
    }
}

/// A circle of three, deep in the listing.
#[tokio::test]
async fn a_circle_is_found_wherever_it_begins() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.fault = Some(Box::new(|method, args, _| {
            let at: usize = args.get("cursor").map_or(0, |c| c[1..].parse().unwrap());
            let next = if at == 42 { 40 } else { at + 1 };
            let page = json!({"ok": true, "messages": [], "has_more": true, "response_metadata": {"next_cursor": format!("c{next}")}});
            (method == "conversations.history").then(|| answer(page))
        }));
    });
    let run = b.sync(Mode::Default).await;
    assert_eq!(run.errors[0].1.why, "the pages of conversations.history go round in a circle");
    assert!(b.double.calls()["conversations.history"] < 100);
}

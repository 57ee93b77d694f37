//! What a run brings, and what it costs.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sales_connectors::Mode;
use serde_json::json;

use crate::{
    bench::{Bench, DAY, ago},
    double::{Way, World},
};

pub(crate) const C: &str = "C0AAAAAAA";
pub(crate) const D: &str = "C0BBBBBBB";

/// Two channels, 60 first-level messages, threads of all ages, two messages in one second.
pub(crate) fn fill(w: &mut World) {
    w.channel(C, "acme-poc");
    w.channel(D, "general");
    w.users.insert("U0AAA".into(), json!({"id": "U0AAA", "name": "jo", "profile": {"display_name": "jo"}}));
    for i in 0..50 {
        w.post(C, &ago(i * DAY * 10, 100), &format!("message {i}"));
    }
    for i in 0..10 {
        w.post(D, &ago(3_600 * (i + 1), 100), &format!("noise {i}"));
    }
    w.post(C, &ago(500, 1), "same second");
    w.post(C, &ago(500, 2), "same second too");
    for i in [0, 1, 5, 40] {
        for n in 0..3 {
            w.reply(C, &ago(i * DAY * 10, 100), &ago(i * DAY * 10 - 60 - n, 300), &format!("reply {n} to {i}"));
        }
    }
}

fn counts(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(m, n)| ((*m).to_owned(), *n)).collect()
}

#[tokio::test]
async fn a_first_sync_brings_everything_and_a_second_costs_one_call_a_channel() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    b.complete();
    assert_eq!(b.ledger.people["slack:U0AAA"].name, "jo");
    // Their company is not in the list of users, and Slack refuses them.
    assert!(b.ledger.people["slack:U0BBB"].unknown);
    let calls = b.double.calls();
    let first =
        [("auth.test", 1), ("users.conversations", 1), ("users.list", 1), ("conversations.history", 2), ("conversations.replies", 4)];
    assert_eq!(calls, counts(&[first.as_slice(), &[("users.info", 1)]].concat()));
    b.later(SignedDuration::from_mins(1));
    b.ok(Mode::Default).await;
    b.complete();
    assert_eq!(b.double.calls(), counts(&[("auth.test", 1), ("users.conversations", 1), ("conversations.history", 2)]));
    let m = sales_connectors::Connector::authenticate(&sales_connectors::slack::Slack, &b.cx).await.unwrap();
    assert_eq!((m.kind.as_str(), m.own_bots.as_slice()), ("bot token", ["slack:U0BOT".to_owned(), "slack:B0BOT".to_owned()].as_slice()));
}

#[tokio::test]
async fn late_changes_are_found_by_the_next_sync() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    b.double.calls();
    b.later(SignedDuration::from_hours(2));
    let (thread, plain) = (ago(DAY * 10, 100), ago(DAY * 20, 100));
    b.double.edit(|w| {
        w.post(C, &ago(-3_600, 7), "new");
        w.reply(C, &thread, &ago(-3_700, 7), "late reply");
        w.reply(C, &plain, &ago(-3_800, 7), "first reply");
        w.reply(C, &plain, &ago(-3_900, 7), "also to the channel");
        w.messages.get_mut(&(C.into(), ago(-3_900, 7))).unwrap()["subtype"] = json!("thread_broadcast");
        let edited = w.messages.get_mut(&(C.into(), ago(500, 1))).unwrap();
        edited["text"] = json!("edited");
        edited["edited"] = json!({"user": "U0AAA", "ts": ago(-3_000, 0)});
        w.messages.remove(&(C.into(), ago(500, 2)));
        // One of three replies goes: the counter tells.
        w.messages.remove(&(C.into(), ago(-61, 300)));
        // A deleted first message with replies stays as a stone.
        let stone = w.messages.get_mut(&(C.into(), thread.clone())).unwrap();
        (stone["subtype"], stone["hidden"], stone["user"], stone["text"]) =
            (json!("tombstone"), json!(true), json!("USLACKBOT"), json!("This message was deleted."));
    });
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls()["conversations.replies"], 3);
    // The stone holds no text with us.
    b.double.edit(|w| w.messages.get_mut(&(C.into(), thread.clone())).unwrap()["text"] = json!(""));
    b.complete();
    assert_eq!(b.ledger.records[&(format!("slack:{C}"), thread)].state, sales_model::RecordState::Stub);
}

#[tokio::test]
async fn a_thread_of_any_length_is_read_and_its_deletions_seen() {
    let mut b = Bench::new().await;
    let thread = ago(DAY, 100);
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.cap = 400;
        w.post(C, &thread, "long");
        for i in 0..2_500 {
            w.reply(C, &thread, &ago(DAY - 10 - i, 200), &format!("reply {i}"));
        }
    });
    b.ok(Mode::Default).await;
    b.complete();
    b.later(SignedDuration::from_mins(5));
    b.double.edit(|w| {
        for i in [0, 399, 400, 1_234, 2_499] {
            w.messages.remove(&(C.into(), ago(DAY - 10 - i, 200)));
        }
    });
    b.ok(Mode::Default).await;
    b.complete();
    // The whole thread goes.
    b.later(SignedDuration::from_mins(5));
    b.double.edit(|w| w.messages.clear());
    b.ok(Mode::Default).await;
    assert_eq!(b.held().iter().filter(|h| h.1 == thread).count(), 0);
}

/// `has_more` and no cursor: the tail is asked for from the last reply on, and is not taken for deleted.
#[tokio::test]
async fn pages_that_say_only_that_there_is_more_are_followed() {
    let mut b = Bench::new().await;
    let thread = ago(DAY, 100);
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.post(C, &thread, "long");
        for i in 0..50 {
            w.reply(C, &thread, &ago(DAY - 10 - i, 200), &format!("reply {i}"));
        }
    });
    b.ok(Mode::Default).await;
    b.complete();
    b.double.calls();
    b.double.edit(|w| {
        w.cursorless = true;
        w.cap = 20;
        w.reply(C, &thread, &ago(10, 200), "one more");
        w.messages.remove(&(C.into(), ago(DAY - 40, 200)));
        w.messages.remove(&(C.into(), ago(DAY - 59, 200)));
    });
    b.later(SignedDuration::from_mins(5));
    b.ok(Mode::Audit).await;
    b.complete();
    // One that always says so, and brings nothing more, is a failure and no end.
    b.double.edit(|w| {
        w.fault = Some(Box::new(move |method, _, _| {
            let parent =
                json!({"type": "message", "ts": thread, "user": "U0AAA", "text": "long", "reply_count": 49, "latest_reply": ago(10, 200)});
            (method == "conversations.replies").then(|| crate::double::answer(json!({"ok": true, "messages": [parent], "has_more": true})))
        }))
    });
    b.later(SignedDuration::from_mins(5));
    let held = b.held();
    b.sync(Mode::Audit).await;
    b.sync(Mode::Default).await;
    assert_eq!(b.held(), held);
    assert_eq!(b.failures().len(), 1, "{:?}", b.failures());
}

#[tokio::test]
async fn edited_replies_need_the_wide_pass_and_old_ones_the_rotating_one() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    b.later(SignedDuration::from_mins(5));
    let edit = |b: &Bench, i: i64, text: &str| {
        b.double.edit(|w| w.messages.get_mut(&(C.into(), ago(i * DAY * 10 - 60, 300))).unwrap()["text"] = json!(text));
    };
    edit(&b, 5, "edited reply");
    b.ok(Mode::Default).await;
    assert_ne!(b.held(), b.truth(), "no counter moved");
    b.later(SignedDuration::from_mins(5));
    b.ok(Mode::Audit).await;
    b.complete();
    // A year old: once in seven days.
    edit(&b, 40, "edited old reply");
    for _ in 0..8 * 4 {
        b.later(SignedDuration::from_hours(6));
        b.ok(Mode::Default).await;
    }
    b.complete();
}

/// The daily pass has come half its way, as where its share of the run was used up.
#[tokio::test]
async fn a_pass_that_is_asked_for_begins_anew() {
    for (mode, changed) in [(Mode::Audit, 1), (Mode::Full, 1), (Mode::Full, 40)] {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            fill(w);
            w.cap = 7;
        });
        b.ok(Mode::Default).await;
        b.later(SignedDuration::from_hours(24));
        // A step of the pass a run: its first page, then the threads of that page.
        let state = |b: &Bench| b.ledger.checkpoints.get(&b.key("audit", C)).map(|c| c.0.clone()).unwrap_or_default();
        let mut steps = 1;
        while !state(&b).contains("\"queue\"") {
            b.run(Mode::Default, steps).await;
            b.later(SignedDuration::from_secs(1));
            steps += 1;
            assert!(steps < 50);
        }
        b.run(Mode::Default, steps - 1).await;
        b.later(SignedDuration::from_secs(1));
        assert!(state(&b).contains("\"low\"") && !state(&b).contains("\"queue\""), "{}", state(&b));
        b.double.edit(|w| w.messages.get_mut(&(C.into(), ago(changed * DAY * 10 - 60, 300))).unwrap()["text"] = json!("edited reply"));
        b.ok(mode).await;
        b.complete();
    }
}

#[tokio::test]
async fn a_full_sync_reads_again_what_is_known() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    b.later(SignedDuration::from_mins(5));
    b.double.edit(|w| {
        w.messages.get_mut(&(C.into(), ago(400 * DAY, 100))).unwrap()["text"] = json!("changed long ago");
        w.messages.get_mut(&(C.into(), ago(400 * DAY - 60, 300))).unwrap()["text"] = json!("and its reply");
    });
    b.ok(Mode::Full).await;
    b.complete();
}

#[tokio::test]
async fn what_a_shorter_run_left_out_comes_with_the_next_longer_one() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    let all = std::mem::replace(&mut b.since, "2024-03-09T00:00:00Z".parse().unwrap());
    b.ok(Mode::Default).await;
    assert!(b.held().len() < 30, "{}", b.held().len());
    b.double.calls();
    b.since = all;
    b.later(SignedDuration::from_mins(20));
    b.ok(Mode::Default).await;
    b.complete();
    assert_eq!(b.double.calls()["conversations.history"], 4, "the newest stretch and the one below, of each channel");
    b.later(SignedDuration::from_mins(1));
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls()["conversations.history"], 2);
}

#[tokio::test]
async fn what_free_plans_hide_is_not_deleted() {
    for way in [Way::Falling, Way::Rising, Way::RisingPages] {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            w.channel(C, "acme-poc");
            (w.way, w.cap) = (way, 2);
            for i in 0..10 {
                w.post(C, &ago(i * DAY * 20, 100), "kept");
            }
        });
        b.ok(Mode::Default).await;
        b.later(SignedDuration::from_mins(5));
        b.double.edit(|w| w.messages.retain(|(_, ts), _| *ts > ago(90 * DAY, 0)));
        b.ok(Mode::Full).await;
        assert_eq!(b.held().len(), 10, "{way:?}");
    }
}

/// One message a window of the rotating pass: each lies alone in the stretch of its run.
#[tokio::test]
async fn the_rotating_pass_finds_lone_messages_that_were_deleted() {
    let mut b = Bench::new().await;
    let at = |i: i64| ago(100 * DAY + i * 60 * DAY, 100);
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.post(C, &ago(DAY, 100), "of late");
        for i in 0..10 {
            w.post(C, &at(i), &format!("message {i}"));
        }
    });
    b.ok(Mode::Default).await;
    b.complete();
    b.double.edit(|w| {
        for i in [0, 3, 4, 9] {
            w.messages.remove(&(C.into(), at(i)));
        }
    });
    for _ in 0..8 * 4 {
        b.later(SignedDuration::from_hours(6));
        b.ok(Mode::Default).await;
    }
    let left: Vec<String> = b.held().into_iter().map(|h| h.3).collect();
    // Nothing older than the last one is visible: it may as well be hidden by a free plan.
    assert_eq!(left, ["message 9", "message 8", "message 7", "message 6", "message 5", "message 2", "message 1", "of late"]);
    // A plan that hides: nothing more is concluded.
    b.double.edit(|w| w.messages.retain(|(_, ts), _| *ts > ago(90 * DAY, 0)));
    for _ in 0..8 * 4 {
        b.later(SignedDuration::from_hours(6));
        b.ok(Mode::Default).await;
    }
    assert_eq!(b.held().len(), 8);
}

#[tokio::test]
async fn a_full_sync_finds_a_lone_deleted_message_that_no_plan_hides() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.post(C, &ago(60 * DAY, 100), "shown by every plan");
        w.post(C, &ago(100 * DAY, 100), "perhaps hidden");
    });
    for (left, held) in [(1, ["perhaps hidden", "of late"].as_slice()), (0, &["perhaps hidden"])] {
        b.double.edit(|w| w.post(C, &ago(DAY, 100), "of late"));
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Full).await;
        b.double.edit(|w| w.messages.retain(|(_, ts), _| left == 1 && *ts == ago(DAY, 100)));
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Full).await;
        assert_eq!(b.held().into_iter().map(|h| h.3).collect::<Vec<_>>(), held);
    }
}

/// Our clock is an hour ahead: what another stream brought after an answer is not deleted by it.
#[tokio::test]
async fn a_clock_that_is_ahead_deletes_nothing() {
    for (date, kept) in [(Some("Mon, 08 Apr 2024 08:00:00 GMT"), true), (Some("Mon, 08 Apr 2024 10:00:00 GMT"), false), (None, true)] {
        let mut b = Bench::new().await;
        let (thread, later, alone) = (ago(DAY, 100), ago(1_800, 100), ago(1_700, 100));
        b.double.edit(|w| {
            w.channel(C, "acme-poc");
            w.post(C, &thread, "question");
            w.reply(C, &thread, &ago(DAY - 60, 100), "answer");
            w.reply(C, &thread, &later, "a moment later");
            w.post(C, &alone, "a moment later too");
        });
        b.ok(Mode::Default).await;
        // As if the answers were from the time before the two.
        b.double.edit(|w| {
            w.messages.remove(&(C.into(), later.clone()));
            w.messages.remove(&(C.into(), alone.clone()));
            w.date = Some(date.map(str::to_owned));
        });
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Default).await;
        let texts: Vec<String> = b.held().into_iter().map(|h| h.3).collect();
        let all: &[&str] = if kept { &["question", "answer", "a moment later", "a moment later too"] } else { &["question", "answer"] };
        assert_eq!(texts, all, "{date:?}");
    }
}

#[tokio::test]
async fn people_of_other_companies_are_fetched_once() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.post(C, &ago(10, 5), "hello <@U0CCC> and <@W0DDD>");
        w.foreign.insert("U0BBB".into(), json!({"id": "U0BBB", "team_id": "T9", "name": "michael", "profile": {"email": "M@Acme.dev"}}));
        w.foreign.insert("U0CCC".into(), json!({"id": "U0CCC", "team_id": "T9", "name": "anna"}));
    });
    b.ok(Mode::Default).await;
    assert_eq!(b.ledger.people["slack:U0BBB"].email.as_deref(), Some("m@acme.dev"));
    assert_eq!(b.ledger.people["slack:U0CCC"].name, "anna");
    assert!(b.ledger.people["slack:W0DDD"].unknown);
    assert_eq!(b.double.calls()["users.info"], 3);
    b.later(SignedDuration::from_hours(1));
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls().get("users.info"), None);
    b.later(SignedDuration::from_hours(24 * 7));
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls()["users.info"], 1, "the refused one is asked about again, weekly");
}

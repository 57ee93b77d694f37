//! Refusals, throttles and broken answers.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse},
};
use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, Retry, slack::Slack};
use serde_json::json;

use crate::{
    bench::{Bench, DAY, ago},
    double::{World, answer, refuse},
    load::{C, D, fill},
};

#[tokio::test]
async fn one_channels_refusal_stops_no_other() {
    for word in ["not_in_channel", "channel_not_found", "channel_is_limited_access", "ekm_access_denied", "something_new"] {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            fill(w);
            w.fault = Some(Box::new(move |_, args, _| (args.get("channel").is_some_and(|c| c == D)).then(|| refuse(word))));
        });
        let run = b.sync(Mode::Default).await;
        assert_eq!(run.errors.len(), 1, "{word}");
        assert_eq!((run.errors[0].1.what.as_str(), run.errors[0].1.retry), ("Slack channel #general", Retry::Never));
        assert!(b.held().len() > 50);
    }
}

#[tokio::test]
async fn a_missing_scope_is_named_and_the_rest_is_read() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.fault = Some(Box::new(|method, args, _| {
            let v = json!({"ok": false, "error": "missing_scope", "needed": "groups:read", "provided": "channels:read"});
            (method == "users.conversations" && args["types"].contains("private")).then(|| answer(v))
        }));
    });
    b.ok(Mode::Default).await;
    b.complete();
    let gap = b.ledger.gaps.iter().find(|g| g.contains("groups:read")).unwrap();
    assert_eq!(
        gap,
        "Slack: private channels are not read, because the app lacks the scope `groups:read`; add it under OAuth & Permissions and \
         reinstall the app"
    );
    // Known beforehand, it is not even asked for.
    b.double.edit(|w| {
        w.scopes = "channels:read,channels:history,users:read".into();
        w.fault = Some(Box::new(|_, args, _| {
            assert!(!args.get("types").is_some_and(|t| t.contains("private")));
            None
        }));
    });
    b.later(SignedDuration::from_mins(5));
    b.ok(Mode::Default).await;
}

#[tokio::test]
async fn passing_trouble_passes() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.cap = 20;
        w.fault = Some(Box::new(|_, _, n| match n % 8 {
            0 => Some((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3")], r#"{"ok":false,"error":"ratelimited"}"#).into_response()),
            1 => Some(refuse("rate_limited")),
            2 => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
            3 => Some(refuse("internal_error")),
            4 => Some(Html("<html>sorry</html>").into_response()),
            5 => Some(r#"{"ok":true,"messages":[{"ts":"1"#.into_response()),
            _ => None,
        }));
    });
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn wrong_tokens_stop_the_account_and_say_what_to_do() {
    for word in ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"] {
        let b = Bench::new().await;
        b.double.edit(|w| w.fault = Some(Box::new(move |_, _, _| Some(refuse(word)))));
        let e = Slack.authenticate(&b.cx).await.unwrap_err();
        assert_eq!((e.retry, e.auth), (Retry::StopAccount, true), "{word}");
        assert!(e.hint.contains("SLACK_"), "{e:?}");
        assert!(!format!("{e:?}").contains("canary"));
    }
    for token in ["xoxc-canary", "xoxd-canary", "xapp-canary", "xoxe-canary", "xoxb-canary\n", "\"xoxb canary\""] {
        let b = Bench::with(&[("SLACK_TOKEN", token)], true).await;
        let e = Slack.authenticate(&b.cx).await.unwrap_err();
        assert_eq!((e.what.as_str(), e.retry, e.auth), ("SLACK_TOKEN", Retry::StopAccount, true));
        assert!(!format!("{e:?}").contains("canary"));
        assert_eq!(b.double.calls().len(), 0, "{token:?} was sent");
    }
    let b = Bench::with(&[], true).await;
    assert_eq!(Slack.authenticate(&b.cx).await.unwrap_err().to_string(), "Slack: SLACK_TOKEN is not set");
}

#[tokio::test]
async fn one_bad_message_is_a_failure_beside_the_good_ones() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.messages.get_mut(&(C.into(), ago(500, 1))).unwrap()["ts"] = json!("nonsense");
    });
    let run = b.sync(Mode::Default).await;
    assert!(run.errors.is_empty());
    assert_eq!(b.failures(), [format!("message slack:{C}:nonsense: its `ts` is not a Slack message id")]);
    assert_eq!(b.held().len() + 1, b.truth().len());
}

#[tokio::test]
async fn the_slow_regime_is_detected_reported_and_kept_to() {
    let mut b = Bench::with(&[("SLACK_TOKEN", "xoxb-canary")], false).await;
    b.double.edit(|w| {
        fill(w);
        w.cap = 15;
    });
    let started = sales_model::Clock::now(&b.timer);
    b.ok(Mode::Default).await;
    b.complete();
    assert!(b.ledger.gaps.iter().any(|g| g.contains("15 messages a minute")), "{:?}", b.ledger.gaps);
    let limits: Vec<String> =
        b.double.edit(|w| w.calls.iter().filter(|(m, _)| m == "conversations.history").map(|(_, a)| a["limit"].clone()).collect());
    assert_eq!(limits[0], "999");
    assert!(limits[1..].iter().all(|l| l == "15"), "{limits:?}");
    // One a minute from then on.
    let minutes = sales_model::Clock::now(&b.timer).duration_since(started).as_mins();
    assert!(minutes >= i64::try_from(limits.len()).unwrap() - 2, "{minutes} minutes for {} calls", limits.len());
    // A day later it is looked for again: the app was replaced.
    b.double.edit(|w| w.cap = 999);
    b.double.calls();
    b.later(SignedDuration::from_hours(1));
    b.ok(Mode::Default).await;
    b.later(SignedDuration::from_hours(25));
    b.double.calls();
    b.ok(Mode::Default).await;
    let limits: Vec<String> =
        b.double.edit(|w| w.calls.iter().filter(|(m, _)| m == "conversations.history").map(|(_, a)| a["limit"].clone()).collect());
    assert!(limits.iter().all(|l| l == "999"), "{limits:?}");
}

#[tokio::test]
async fn odd_fields_do_not_hide_a_thread_or_the_account() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.reshape = Some(Box::new(|method, v| {
            if method == "auth.test" {
                (v["url"], v["team"], v["user"]) = (json!(null), json!(null), json!(null));
            }
            for m in v["messages"].as_array_mut().into_iter().flatten() {
                m["reactions"] = json!("none");
                if let Some(n) = m["reply_count"].as_u64() {
                    m["reply_count"] = json!(n.to_string());
                }
            }
        }));
    });
    b.ok(Mode::Default).await;
    b.complete();
    let me = b.me().await;
    assert_eq!((me.team.as_str(), me.team_name.as_str(), me.user.as_str(), me.url.as_str()), ("T1", "", "slack:U0BOT", ""));
}

/// A text that was cut within an emoji.
#[tokio::test]
async fn half_an_emoji_costs_nothing_else() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        w.channel(C, "acme-poc");
        w.fault = Some(Box::new(|method, _, _| {
            let page = format!(r#"{{"ok":true,"messages":[{{"ts":"{}","user":"U0AAA","text":"cut \ud83d"}}]}}"#, ago(9, 1));
            (method == "conversations.history").then(|| page.into_response())
        }));
    });
    b.ok(Mode::Default).await;
    assert_eq!(b.held().into_iter().map(|h| h.3).collect::<Vec<_>>(), ["cut \u{fffd}"]);
}

#[tokio::test]
async fn what_the_server_says_in_the_end_is_told() {
    let page = || Html("<!DOCTYPE html><html>sign in</html>").into_response();
    type Answer = Box<dyn Fn() -> axum::response::Response + Send>;
    let answers: [(Answer, &str, &str); 4] = [
        (Box::new(|| refuse("fatal_error")), "Slack has trouble (fatal_error)", "slack-status.com"),
        (Box::new(|| refuse("internal_error")), "Slack has trouble (internal_error)", "slack-status.com"),
        (Box::new(page), "auth.test was answered with a web page instead of JSON", "a sign-in page"),
        (Box::new(|| r#"{"ok":true,"x":{"#.into_response()), "the answer to auth.test is not whole, or no JSON", "SLACK_API_URL"),
    ];
    for (answer, why, hint) in answers {
        let b = Bench::new().await;
        b.double.edit(|w| w.fault = Some(Box::new(move |_, _, _| Some(answer()))));
        let e = Slack.authenticate(&b.cx).await.unwrap_err();
        assert_eq!((e.why.as_str(), e.retry), (why, Retry::After(SignedDuration::from_mins(5))));
        assert!(e.hint.contains(hint), "{e:?}");
    }
    let b = Bench::new().await;
    let elsewhere = || (StatusCode::FOUND, [("location", "https://login.example/?canary")]).into_response();
    b.double.edit(|w| w.fault = Some(Box::new(move |_, _, _| Some(elsewhere()))));
    let e = Slack.authenticate(&b.cx).await.unwrap_err();
    assert_eq!(e.why, "auth.test: the server redirected to another host (https://login.example/?…), which is not followed");
    assert!(e.hint.contains("SLACK_API_URL") && !e.hint.contains("https address"), "{e:?}");
}

/// It begins and ends like a whole one.
#[tokio::test]
async fn a_torn_answer_is_asked_for_again() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        let torn = format!(r#"{{"ok":true,"messages":[{{"ts":"{}","text":"x"}}"#, ago(9, 1));
        w.fault =
            Some(Box::new(move |method, _, n| (method.starts_with("conversations.") && n % 2 == 0).then(|| torn.clone().into_response())));
    });
    b.ok(Mode::Default).await;
    b.complete();
}

/// Said once and asked once in a run, whoever turns up.
#[tokio::test]
async fn a_refusal_to_show_anybody_is_said_once() {
    let mut b = Bench::new().await;
    let strangers = |w: &mut World| {
        w.channel(C, "acme-poc");
        for i in 0..40 {
            w.post(C, &ago(i * 10, 1), &format!("hello <@U0X{i:03}>"));
        }
        w.fault = Some(Box::new(|m, _, _| {
            (m == "users.info").then(|| answer(json!({"ok": false, "error": "missing_scope", "needed": "users:read"})))
        }));
    };
    b.double.edit(strangers);
    let text = "Slack's users: the Slack app lacks the scope `users:read`; add the scope `users:read` under OAuth & Permissions on your app's \
        page, reinstall the app, and run the command again";
    for calls in [16, 1, 1] {
        b.ok(Mode::Default).await;
        assert_eq!((b.double.calls()["users.info"], b.missing("people")), (calls, vec![text.to_owned()]));
        b.later(SignedDuration::from_mins(5));
    }
    b.double.edit(|w| w.fault = None);
    b.ok(Mode::Default).await;
    assert_eq!((b.double.calls()["users.info"], b.missing("people")), (41, Vec::new()));
}

/// A word that nobody knows may be about one person: the others are asked for, and that one weekly. Said of all, it stops them.
#[tokio::test]
async fn an_unknown_refusal_holds_up_nobody_else() {
    for (refused, calls, told) in
        [(16, 41, "16 could not be read: Slack refused users.info with `weird`"), (99, 48, "Slack refused users.info")]
    {
        let mut b = Bench::new().await;
        b.double.edit(|w| {
            w.channel(C, "acme-poc");
            for i in 0..if refused == 99 { 80 } else { 40 } {
                w.post(C, &ago(i * 10, 1), &format!("hello <@U0X{i:03}>"));
                w.foreign.insert(format!("U0X{i:03}"), json!({"id": format!("U0X{i:03}"), "name": "somebody"}));
            }
            let weird = move |user: &str| user.strip_prefix("U0X").is_some_and(|n| n.parse::<i64>().unwrap() < refused);
            w.fault = Some(Box::new(move |m, args, _| (m == "users.info" && weird(&args["user"])).then(|| refuse("weird"))));
        });
        b.ok(Mode::Default).await;
        let seen = b.double.calls()["users.info"];
        assert!(if refused == 99 { (48..64).contains(&seen) } else { seen == calls }, "{seen}");
        assert!(b.missing("people").iter().any(|t| t.contains(told)), "{:?}", b.missing("people"));
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Default).await;
        let again = b.double.calls().get("users.info").copied();
        assert_eq!(again, (refused == 99).then_some(1));
    }
}

#[tokio::test]
async fn a_thread_that_always_fails_is_asked_for_once_a_run() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        let thread = ago(DAY * 10, 100);
        w.fault = Some(Box::new(move |_, args, _| (args.get("ts") == Some(&thread)).then(|| refuse("weird"))));
    });
    let run = b.sync(Mode::Default).await;
    assert!(run.errors.is_empty(), "{:?}", run.errors);
    assert_eq!(b.failures(), [format!("slack:{C}:{}: its thread: Slack refused conversations.replies with `weird`", ago(DAY * 10, 100))]);
    assert_eq!((b.double.calls()["conversations.replies"], b.truth().len() - b.held().len()), (4, 3));
    b.later(SignedDuration::from_mins(5));
    b.sync(Mode::Default).await;
    assert_eq!(b.double.calls().get("conversations.replies"), None);
    let text = "Slack channel #acme-poc: the thread of 2024-03-29 08:58:00 UTC could not be read: Slack refused conversations.replies with `weird`";
    assert_eq!(b.missing("threads"), [text]);
    // Said of all, it is the method that is refused.
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.fault = Some(Box::new(|m, _, _| (m == "conversations.replies").then(|| refuse("weird"))));
    });
    let run = b.sync(Mode::Default).await;
    assert_eq!(
        run.errors.iter().map(|(_, e)| e.to_string()).collect::<Vec<_>>(),
        ["Slack channel #acme-poc: Slack refused conversations.replies with `weird`"]
    );
    assert_eq!(b.failures(), Vec::<String>::new());
}

/// "For each parent, stored replies == reply_count; report the gap instead of hiding it."
#[tokio::test]
async fn replies_that_do_not_come_are_reported() {
    let mut b = Bench::new().await;
    b.double.edit(|w| {
        fill(w);
        w.reshape = Some(Box::new(|_, v| {
            for m in v["messages"].as_array_mut().into_iter().flatten().filter(|m| m["ts"] == ago(DAY * 10, 100)) {
                m["reply_count"] = json!(50);
            }
        }));
    });
    let text = "Slack channel #acme-poc: the thread of 2024-03-29 08:58:00 UTC shows 50 replies, 3 could be read";
    b.ok(Mode::Default).await;
    b.complete();
    assert_eq!((b.double.calls()["conversations.replies"], b.missing("threads")), (4, vec![text.to_owned()]));
    b.later(SignedDuration::from_mins(5));
    b.ok(Mode::Default).await;
    assert_eq!((b.double.calls().get("conversations.replies"), b.missing("threads")), (None, vec![text.to_owned()]));
    // It is tried again with the daily pass, and is over once they come.
    b.later(SignedDuration::from_hours(24));
    b.double.edit(|w| w.reshape = None);
    b.ok(Mode::Default).await;
    b.ok(Mode::Default).await;
    assert_eq!(b.missing("threads"), Vec::<String>::new());
    b.complete();
}

/// History shows the first message: nothing is concluded, or it would come and go with every run.
#[tokio::test]
async fn a_thread_that_slack_shows_and_does_not_find_stays() {
    let mut b = Bench::new().await;
    b.double.edit(fill);
    b.ok(Mode::Default).await;
    let (held, thread) = (b.held(), ago(DAY * 10, 100));
    b.double.edit(|w| {
        w.reply(C, &thread, &ago(10, 5), "one more");
        let thread = thread.clone();
        w.fault = Some(Box::new(move |_, args, _| (args.get("ts") == Some(&thread)).then(|| refuse("thread_not_found"))));
    });
    for _ in 0..3 {
        b.later(SignedDuration::from_mins(5));
        b.sync(Mode::Default).await;
        assert_eq!(b.held(), held);
    }
    let why = "its thread: Slack shows its first message, and says `thread_not_found` of it";
    assert_eq!(b.failures(), [format!("slack:{C}:{thread}: {why}")]);
}

//! Limits, scenarios, events, the log.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sales_simulator::{Event, GenerateSpec, Happening, Limits, Scenario, World};
use serde_json::{Value, json};

use crate::common::{Lab, ts};

const GENERAL: (&str, &str) = ("channel", "C0GENERAL1");

async fn scenario(text: &str) -> Lab {
    let scenario = Scenario::parse(text).unwrap();
    Lab::with(|o| o.scenario = Some(scenario)).await
}

async fn named(name: &str) -> Lab {
    let scenario = Scenario::named(name).unwrap();
    Lab::with(|o| o.scenario = Some(scenario)).await
}

#[tokio::test]
async fn slacks_tiers_are_enforced_by_the_clock() {
    let lab = Lab::with(|o| o.limits = Limits::Slack).await;
    for (method, args, tier) in [
        ("users.list", vec![], 20),
        ("conversations.list", vec![], 20),
        ("conversations.history", vec![GENERAL], 50),
        ("conversations.members", vec![GENERAL], 100),
    ] {
        for n in 0..tier {
            assert_eq!(lab.get(method, &args).await.json()["ok"], true, "{method} {n}");
        }
        let refused = lab.get(method, &args).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")), "{method}");
        assert_eq!(refused.json(), json!({"ok": false, "error": "ratelimited"}));
    }
    // The other app in the same workspace has its own budget, whatever happened to the first.
    assert_eq!(lab.get_as("xoxp-tiny", "auth.test", &[]).await.status, 200);
    assert_eq!(lab.get_as("xoxb-narrow", "conversations.history", &[GENERAL]).await.status, 200);
    // Same app, another token: the same budget.
    assert_eq!(lab.get_as("xoxp-tiny", "conversations.history", &[GENERAL]).await.status, 429);
    lab.clock.forward(SignedDuration::from_secs(59));
    assert_eq!(lab.get("users.list", &[]).await.header("retry-after"), Some("1"));
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(lab.get("users.list", &[]).await.status, 200);
    // A post a second per channel.
    let post = async |channel: &str| lab.post("chat.postMessage", &[("channel", channel), ("text", "x")]).await.status;
    assert_eq!([post("C0GENERAL1").await, post("C0GENERAL1").await, post("C0PRIVATE1").await], [200, 429, 200]);
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(post("C0GENERAL1").await, 200);
}

#[tokio::test]
async fn the_commercial_regime_is_one_a_minute_and_15_objects() {
    let lab = named("slow-regime").await;
    lab.sim.world().write(|w| {
        let message = |n: u64| json!({"ts": format!("1711{n:06}.000002"), "user": "U0ALICE001", "text": "x"});
        w.add_messages("general", (0..40).map(message).collect()).unwrap();
    });
    let page = lab.get("conversations.history", &[GENERAL, ("limit", "200")]).await.json();
    assert_eq!((page["messages"].as_array().unwrap().len(), page["has_more"].as_bool()), (15, Some(true)));
    assert_eq!(lab.get("conversations.history", &[GENERAL]).await.header("retry-after"), Some("60"));
    assert_eq!(lab.get("conversations.replies", &[GENERAL, ("ts", "1710493200.000100")]).await.status, 200);
    assert_eq!(lab.get("users.list", &[]).await.status, 200, "the rest has its tiers");
    lab.clock.forward(SignedDuration::from_secs(60));
    let unlimited = lab.get("conversations.history", &[GENERAL]).await.json();
    assert_eq!(unlimited["messages"].as_array().unwrap().len(), 15, "also the default");
}

#[tokio::test]
async fn early_requests_are_violations() {
    let lab = scenario("[[rule]]\nmethod = 'users.list'\nrequest = 1\ndo = 'throttle'\nretry_after = 10").await;
    assert_eq!(lab.get("users.list", &[]).await.header("retry-after"), Some("10"));
    lab.get("team.info", &[]).await;
    lab.clock.forward(SignedDuration::from_millis(9_999));
    lab.get("users.list", &[("limit", "2")]).await;
    lab.clock.forward(SignedDuration::from_millis(1));
    lab.get("users.list", &[]).await;
    let early: Vec<u64> = lab.sim.violations().iter().map(|v| v.seq).collect();
    assert_eq!(early, [3]);
    let log = lab.sim.log();
    assert_eq!(log.iter().map(|e| (e.status, e.early)).collect::<Vec<_>>(), [(429, false), (200, false), (200, true), (200, false)]);
    assert_eq!(
        (log[0].fault, log[0].error.as_deref(), log[2].args.as_slice()),
        (Some("throttle"), Some("ratelimited"), &["limit".to_owned()][..])
    );
    // The same over HTTP, and no token in it.
    let url = format!("{}/_sim/log", lab.sim.base_url());
    let seen = lab.send(lab.http.get(url)).await.unwrap();
    assert_eq!(seen.json()["violations"].as_array().unwrap().len(), 1);
    assert_eq!(seen.json()["requests"][1]["method"], "team.info");
    assert!(!String::from_utf8(seen.body).unwrap().contains("xoxb"));
}

#[tokio::test]
async fn waits_come_in_all_forms() {
    let lab = scenario(
        "[[rule]]\nrequest = 1\ndo = 'throttle'\nretry_after = 'date:90'\n[[rule]]\nrequest = 2\ndo = 'throttle'\nretry_after = 'missing'\n\
         [[rule]]\nrequest = 3\ndo = 'throttle'\nretry_after = 'absurd'\n[[rule]]\nrequest = 4\ndo = 'throttle'\nretry_after = -5\n\
         [[rule]]\nrequest = 5\ndo = 'throttle'\nretry_after = 86400",
    )
    .await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        let answer = lab.get("users.list", &[]).await;
        seen.push((answer.status, answer.header("retry-after").map(str::to_owned)));
        lab.clock.forward(SignedDuration::from_secs(120));
    }
    let some = |s: &str| Some(s.to_owned());
    assert_eq!(
        seen,
        [
            (429, some("Mon, 08 Apr 2024 09:01:30 GMT")),
            (429, None),
            (429, some("soon")),
            (429, some("-5")),
            (429, some("86400")),
            (200, None)
        ]
    );
    assert_eq!(lab.sim.violations(), []);
}

#[tokio::test]
async fn answers_break_in_all_ways() {
    let lab = scenario(
        "[[rule]]\nrequest = 1\ndo = 'status'\nstatus = 503\n[[rule]]\nrequest = 2\ndo = 'html'\n[[rule]]\nrequest = 3\ndo = 'torn_body'\n\
         [[rule]]\nrequest = 4\ndo = 'slow_body'\nmillis = 2\n[[rule]]\nrequest = 5\ndo = 'slow_head'\nmillis = 2\n\
         [[rule]]\nrequest = 6\ndo = 'error'\nerror = 'internal_error'\n[[rule]]\nrequest = 7\ndo = 'hang'",
    )
    .await;
    let good = Lab::tiny().await.get("conversations.history", &[GENERAL]).await;
    let ask = async || lab.send(lab.http.get(lab.url("conversations.history")).bearer_auth("xoxb-tiny").query(&[GENERAL])).await;
    let down = ask().await.unwrap();
    assert_eq!((down.status, down.header("content-type")), (503, Some("text/html; charset=utf-8")));
    let login = ask().await.unwrap();
    assert!(login.status == 200 && login.body.starts_with(b"<!DOCTYPE html>"));
    assert!(ask().await.is_err(), "torn");
    assert_eq!(ask().await.unwrap().body, good.body, "slow, but whole");
    assert_eq!(ask().await.unwrap().body, good.body, "late, but whole");
    assert_eq!(ask().await.unwrap().error(), "internal_error");
    // A hanging answer ends when the server stops.
    let hanging = tokio::spawn(lab.http.get(lab.url("conversations.history")).bearer_auth("xoxb-tiny").query(&[GENERAL]).send());
    while lab.sim.log().len() < 7 {
        tokio::task::yield_now().await;
    }
    lab.sim.stop().await;
    let ended = match hanging.await.unwrap() {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(ended, "broken, not answered");
}

#[tokio::test]
async fn tokens_scopes_and_channels_fail_on_demand() {
    let lab = named("token-expired").await;
    let history = async |token: &str| lab.get_as(token, "conversations.history", &[GENERAL]).await.json()["error"].clone();
    assert_eq!(
        [history("xoxb-tiny").await, history("xoxb-tiny").await, history("xoxb-tiny").await],
        [json!(null), json!(null), json!("token_expired")]
    );
    assert_eq!(lab.get("auth.test", &[]).await.error(), "token_expired", "everywhere, until it is refreshed");
    assert_eq!(history("xoxp-tiny").await, json!(null), "only the token that was used");
    let args = [
        ("client_id", "111.222"),
        ("client_secret", "tiny-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "xoxe-tiny-refresh"),
    ];
    let pair = lab.send(lab.http.post(lab.url("oauth.v2.access")).form(&args)).await.unwrap().json();
    assert_eq!(history(pair["access_token"].as_str().unwrap()).await, json!(null));

    let lab = scenario(
        "[[rule]]\nmethod = 'conversations.history'\nchannel = '#ext-foreign'\ndo = 'missing_scope'\nneeded = 'channels:history'\n\
         [[rule]]\nmethod = 'conversations.history'\nchannel = 'C0PRIVATE1'\ndo = 'not_in_channel'\n[[rule]]\nmethod = 'users.*'\ndo = 'channel_not_found'",
    )
    .await;
    let error = async |method: &str, args: &[(&str, &str)]| lab.get(method, args).await.json()["error"].clone();
    assert_eq!(error("conversations.history", &[GENERAL]).await, json!(null));
    let refused = lab.get("conversations.history", &[("channel", "C0SHARED01")]).await.json();
    assert_eq!((refused["error"].as_str(), refused["needed"].as_str()), (Some("missing_scope"), Some("channels:history")));
    assert_eq!(error("conversations.history", &[("channel", "C0PRIVATE1")]).await, "not_in_channel");
    assert_eq!(error("users.list", &[]).await, "channel_not_found");
}

#[tokio::test]
async fn pages_go_wrong_on_demand() {
    let read = async |lab: &Lab| {
        let (items, pages) = lab.all("xoxb-tiny", "conversations.history", &[GENERAL, ("limit", "2")], "messages").await;
        (items.len(), ts(&items).into_iter().collect::<BTreeSet<_>>().len(), pages)
    };
    assert_eq!(read(&Lab::tiny().await).await, (5, 5, 3));
    let short = scenario("[[rule]]\nevery = 2\ndo = 'short_page'\nsize = 0\n[[rule]]\nevery = 1\ndo = 'short_page'\nsize = 1").await;
    assert_eq!(read(&short).await, (5, 5, 9), "empty pages are not the end");
    let repeated = scenario("[[rule]]\ndo = 'repeat_page'").await;
    assert_eq!(read(&repeated).await, (10, 5, 6), "each page twice");
    // An empty page is no loop: its cursor leads to the same place under another name.
    let empty = scenario("[[rule]]\nrequest = 2\ndo = 'short_page'\nsize = 0").await;
    let first = empty.get("conversations.history", &[GENERAL, ("limit", "2")]).await.json();
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let second = empty.get("conversations.history", &[GENERAL, ("limit", "2"), ("cursor", cursor)]).await.json();
    assert_eq!((&second["messages"], &second["has_more"]), (&json!([]), &json!(true)));
    assert_ne!(second["response_metadata"]["next_cursor"], first["response_metadata"]["next_cursor"]);
    let looping = named("looping-cursor").await;
    let first = looping.get("conversations.history", &[GENERAL, ("limit", "2")]).await.json();
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        let again = looping.get("conversations.history", &[GENERAL, ("limit", "2"), ("cursor", &cursor)]).await.json();
        assert_eq!(again, first);
    }
    let expired = named("expired-cursor").await;
    let first = expired.get("conversations.history", &[GENERAL, ("limit", "2")]).await.json();
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
    let mut errors = Vec::new();
    for _ in 0..6 {
        errors.push(expired.get("conversations.history", &[GENERAL, ("limit", "2"), ("cursor", &cursor)]).await.json()["error"].clone());
    }
    let invalid = json!("invalid_cursor");
    assert_eq!(errors, [Value::Null, invalid.clone(), Value::Null, Value::Null, invalid, Value::Null]);
}

#[tokio::test]
async fn the_world_changes_while_it_is_read() {
    let read = async |name: &str| {
        let lab = named(name).await;
        let before = lab.get("conversations.history", &[GENERAL]).await.json();
        let after = lab.get("conversations.history", &[GENERAL]).await.json();
        let info = lab.get("conversations.info", &[GENERAL]).await.json()["channel"].clone();
        (before["messages"].clone(), after["messages"].clone(), after["error"].clone(), info)
    };
    let (before, after, ..) = read("late-reply").await;
    assert_eq!((&before[4]["reply_count"], &after[4]["reply_count"]), (&json!(3), &json!(4)));
    assert_eq!(after[4]["latest_reply"], "1712566800.000000");
    let (before, after, ..) = read("new-message").await;
    assert_eq!((after.as_array().unwrap().len(), &after[1]), (6, &before[0]));
    let (before, after, ..) = read("edit").await;
    assert_eq!((&before[0]["ts"], before[0].get("edited")), (&after[0]["ts"], None));
    assert_eq!(after[0]["edited"]["ts"], "1712566800.000000");
    let (before, after, ..) = read("delete").await;
    assert_eq!((before.as_array().unwrap().len(), after.as_array().unwrap().len(), &after[3]["subtype"]), (5, 4, &json!("tombstone")));
    let (_, after, _, info) = read("rename").await;
    assert_eq!(
        (&info["name"], &info["previous_names"], &info["id"]),
        (&json!("renamed-channel"), &json!(["general"]), &json!("C0GENERAL1"))
    );
    assert_eq!((after[0]["subtype"].as_str(), after[0]["old_name"].as_str()), (Some("channel_name"), Some("general")));
    let (_, after, _, info) = read("archive").await;
    assert_eq!((&info["is_archived"], &after[0]["subtype"]), (&json!(true), &json!("channel_archive")));
    let (_, _, error, info) = read("private").await;
    assert_eq!(
        (error, &info["is_private"], &info["is_channel"], &info["is_group"]),
        (Value::Null, &json!(true), &json!(false), &json!(true))
    );
    let (_, _, error, info) = read("removed").await;
    assert_eq!((error, &info["is_member"]), (json!("not_in_channel"), &json!(false)));
}

#[tokio::test]
async fn another_process_steers_it() {
    let lab = Lab::tiny().await;
    let url = format!("{}/_sim/event", lab.sim.base_url());
    let event = async |event: Value| lab.send(lab.http.post(&url).body(event.to_string())).await.unwrap();
    let late = event(json!({"do": "late_reply", "channel": "ext-foreign", "text": "There it is", "broadcast": true})).await;
    assert_eq!(late.json(), json!({"ok": true, "ts": "1712566800.000000"}));
    let newest = lab.get("conversations.history", &[("channel", "C0SHARED01")]).await.json()["messages"][0].clone();
    assert_eq!(
        (newest["subtype"].as_str(), newest["text"].as_str(), newest["thread_ts"].as_str()),
        (Some("thread_broadcast"), Some("There it is"), Some("1710500100.000100"))
    );
    event(json!({"do": "react", "channel": "C0SHARED01", "ts": "oldest", "name": "eyes"})).await.json();
    event(json!({"do": "add_user", "user": {"id": "U0NEWNEW01", "name": "new"}})).await.json();
    event(json!({"do": "edit", "channel": "C0SHARED01", "ts": "reply", "text": "Here it is"})).await.json();
    let thread = lab.get("conversations.replies", &[("channel", "C0SHARED01"), ("ts", "1710500100.000100")]).await.json();
    assert_eq!(thread["messages"][2]["text"], "Here it is");
    assert_eq!(lab.get("users.info", &[("user", "U0NEWNEW01")]).await.json()["user"]["name"], "new");
    event(json!({"do": "remove_bot", "channel": "general"})).await.json();
    assert_eq!(lab.get("conversations.history", &[GENERAL]).await.error(), "not_in_channel");
    event(json!({"do": "invite_bot", "channel": "general"})).await.json();
    assert_eq!(lab.get("conversations.history", &[GENERAL]).await.status, 200);
    for (bad, reason) in [
        (json!({"do": "explode"}), "unknown variant `explode`"),
        (json!({"do": "edit", "chanel": "x"}), "unknown field `chanel`"),
        (json!({"do": "edit", "channel": "nowhere"}), "there is no channel `nowhere`"),
        (json!({"do": "delete", "channel": "C0GENERAL1", "ts": "1.2"}), "there is no message `1.2` in C0GENERAL1"),
    ] {
        let answer = event(bad).await;
        assert_eq!(answer.status, 400);
        assert!(answer.json()["error"].as_str().unwrap().contains(reason), "{}", answer.json());
    }
    let health = lab.send(lab.http.get(format!("{}/_sim/health", lab.sim.base_url()))).await.unwrap();
    assert_eq!(health.json(), json!({"ok": true}));
}

#[tokio::test]
async fn a_stormy_world_is_still_complete() {
    let lab = Lab::with(|o| {
        o.world = World::generate(&GenerateSpec::crash("2024-04-08T00:00:00Z".parse().unwrap()), 5);
        o.scenario = Some(Scenario::named("storm").unwrap());
        o.seed = 11;
    })
    .await;
    let (mut cursor, mut seen, mut kinds, mut asked) = (String::new(), BTreeSet::new(), BTreeSet::new(), 0);
    loop {
        let mut args = vec![("channel", "C0GEN00003"), ("limit", "5")];
        if !cursor.is_empty() {
            args.push(("cursor", &cursor));
        }
        asked += 1;
        let Ok(answer) = lab.send(lab.http.get(lab.url("conversations.history")).bearer_auth("xoxb-generated").query(&args)).await else {
            kinds.insert("torn".to_owned());
            continue;
        };
        if answer.status != 200 {
            kinds.insert(answer.status.to_string());
            lab.clock.forward(SignedDuration::from_secs(2));
            continue;
        }
        let page = answer.json();
        seen.extend(ts(page["messages"].as_array().unwrap()));
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 400);
    assert!((100..140).contains(&asked), "{asked} requests for 80 pages at 30 %");
    assert!(["torn", "429", "500", "502", "503"].iter().all(|k| kinds.contains(*k)), "{kinds:?}");
    assert_eq!(lab.sim.violations(), []);
}

#[test]
fn bad_scenarios_say_what_is_wrong() {
    let error = |text: &str| Scenario::parse(text).unwrap_err().to_string();
    assert!(error("[[rules]]").contains("unknown field `rules`"));
    assert!(error("[[rule]]\ndo = 'hang'\nmethods = 'x'").contains("unknown field `methods`"));
    assert_eq!(error("[[rule]]\ndo = 'explode'"), "rule 1 of the scenario: `do = \"explode\"` is not in the language");
    assert_eq!(
        error("[[rule]]\ndo = 'status'"),
        "rule 1 of the scenario: `do = \"status\"` needs `status`, an HTTP status that is not 200"
    );
    assert_eq!(error("[[rule]]\ndo = 'hang'\nchance = 2.0"), "rule 1 of the scenario: `chance` is between 0 and 1");
    assert_eq!(error("[[event]]\ndo = 'archive'"), "event 1 of the scenario: give either `at_request` or `after_call`");
    assert!(error("[[event]]\ndo = 'archive'\nat_request = 1\nx = 1").contains("unknown field `x`"));
    assert!(Scenario::named("nothing").unwrap_err().to_string().starts_with("there is no scenario `nothing`; built in are: storm, "));
    let event = Scenario::parse("[[event]]\nat_request = 3\ndo = 'rename'\nname = 'x'").unwrap().events.remove(0);
    assert_eq!((event.at_request, event.event), (Some(3), Happening::Slack(Event::Rename { channel: None, name: "x".into() })));
}

//! The scenario language, spoken to Gong.

use jiff::SignedDuration;
use sales_simulator::{GongEvent, GongGenerate, GongWorld, Scenario};
use serde_json::{Value, json};

use crate::common::{Lab, NO_CALLS, ids};

const CALL: &str = "/v2/calls/1002";
const EXTENSIVE: &str = "/v2/calls/extensive";

#[tokio::test]
async fn answers_break_in_all_ways() {
    let lab = Lab::scenario(
        "
[[rule]]
method = 'gong.calls.get'
request = 1
do = 'torn_body'
[[rule]]
method = 'gong.calls.get'
request = 2
do = 'status'
status = 502
[[rule]]
method = 'gong.calls.get'
request = 3
do = 'html'
[[rule]]
method = 'gong.calls.get'
request = 4
do = 'slow_body'
millis = 1
[[rule]]
method = 'gong.calls.get'
request = 5
do = 'slow_head'
millis = 1
[[rule]]
method = 'gong.calls.get'
request = 6
do = 'error'
error = 'Something else'
[[rule]]
method = 'gong.calls.get'
request = 7
do = 'missing_scope'
[[rule]]
method = 'gong.calls.get'
request = 8
do = 'token_expired'
",
    )
    .await;
    let request = || lab.bare(reqwest::Method::GET, CALL).basic_auth("TINY", Some("tiny-secret"));
    assert!(lab.try_send(request()).await.is_err());
    let broken = lab.send(request()).await;
    assert_eq!((broken.status, broken.header("content-type")), (502, Some("text/html; charset=utf-8")));
    let login = lab.send(request()).await;
    assert_eq!((login.status, login.body.starts_with(b"<!DOCTYPE html>")), (200, true));
    lab.send(request()).await.good();
    lab.send(request()).await.good();
    assert_eq!(lab.send(request()).await.error(), (400, "Something else".into()));
    assert_eq!(lab.send(request()).await.error(), (403, "Access denied: the scope 'api:calls:read:basic' is missing".into()));
    assert_eq!(lab.send(request()).await.error(), (401, "Access denied".into()));
    assert_eq!(lab.send(request()).await.error(), (401, "Access denied".into()), "it stays so");
    lab.get_as("tiny-token", CALL).await.good();
    let log = lab.sim.log();
    let faults: Vec<Option<&str>> = log.iter().map(|e| e.fault).collect();
    let words = ["torn_body", "status", "html", "slow_body", "slow_head", "error", "error", "token_expired"];
    assert_eq!(faults[..8], words.map(Some));
    assert_eq!(faults[8..], [None, None]);
    assert_eq!(log.iter().map(|e| e.status).collect::<Vec<_>>(), [200, 502, 200, 200, 200, 400, 403, 401, 401, 200]);
}

#[tokio::test]
async fn a_hanging_answer_ends_with_the_simulator() {
    let lab = Lab::scenario("[[rule]]\nmethod = ['gong.calls.transcript', 'gong.users.*']\ndo = 'hang'").await;
    lab.get(CALL).await.good();
    let request = lab.bare(reqwest::Method::GET, "/v2/users").basic_auth("TINY", Some("tiny-secret"));
    let hung = tokio::spawn(request.send());
    while lab.sim.log().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!((lab.sim.log()[1].status, lab.sim.log()[1].fault), (0, Some("hang")), "never answered");
    lab.get(CALL).await.good();
    lab.sim.stop().await;
    let ended = match hung.await.unwrap() {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(ended);
}

#[tokio::test]
async fn waits_come_in_all_forms_and_stop_the_company() {
    let lab = Lab::scenario(
        "
[[rule]]
method = 'gong.*'
request = 1
do = 'throttle'
retry_after = 5
[[rule]]
method = 'gong.*'
request = 3
do = 'throttle'
retry_after = 'date:5'
[[rule]]
method = 'gong.*'
request = 4
do = 'throttle'
retry_after = 'missing'
[[rule]]
method = 'gong.*'
request = 5
do = 'throttle'
retry_after = 'absurd'
",
    )
    .await;
    let wait = async || {
        let answer = lab.get(CALL).await;
        assert_eq!(answer.error(), (429, "API request limit exceeded".into()));
        answer.header("retry-after").map(str::to_owned)
    };
    assert_eq!(wait().await.as_deref(), Some("5"));
    lab.clock.forward(SignedDuration::from_secs(4));
    lab.get("/v2/users").await.good();
    lab.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(wait().await.as_deref(), Some("Mon, 08 Apr 2024 09:00:10 GMT"));
    lab.clock.forward(SignedDuration::from_secs(4));
    assert_eq!(wait().await, None);
    assert_eq!(wait().await.as_deref(), Some("soon"));
    lab.get(CALL).await.good();
    assert_eq!(
        lab.sim.violations().iter().map(|v| v.seq).collect::<Vec<_>>(),
        [2],
        "a date has whole seconds, and what is no wait binds nobody"
    );
}

#[tokio::test]
async fn pages_go_wrong_on_demand() {
    let pages = async |rule: &str| {
        let lab = Lab::scenario(&format!("[[rule]]\nmethod = 'gong.calls.extensive'\n{rule}")).await;
        lab.world().write(|w| w.page_size = 2);
        let mut seen = Vec::new();
        let mut body = json!({"filter": {}});
        for _ in 0..8 {
            let answer = lab.post(EXTENSIVE, &body).await;
            if answer.status != 200 {
                seen.push(answer.error().1);
                break;
            }
            let page = answer.good();
            assert_eq!(page["records"]["totalRecords"], 4);
            seen.push(format!("{} {}", page["records"]["currentPageNumber"], ids(&page).join("+")));
            if page["records"]["cursor"].is_null() {
                break;
            }
            body["cursor"] = page["records"]["cursor"].clone();
        }
        seen
    };
    assert_eq!(pages("request = 9\ndo = 'hang'").await, ["0 1001+1002", "1 1004+1005"]);
    assert_eq!(pages("do = 'short_page'\nfirst = 2").await, ["0 1001", "1 1002", "2 1004+1005"]);
    assert_eq!(pages("do = 'short_page'\nsize = 0\nrequest = 1").await, ["0 ", "1 1001+1002", "2 1004+1005"]);
    assert_eq!(pages("do = 'repeat_page'").await, ["0 1001+1002", "0 1001+1002", "1 1004+1005", "1 1004+1005"]);
    let looping = pages("do = 'loop_cursor'").await;
    assert_eq!((looping.len(), looping.iter().all(|p| p == "0 1001+1002")), (8, true));
    assert_eq!(pages("do = 'expire_cursor'").await, ["0 1001+1002", "cursor: is invalid or has expired"]);
}

#[tokio::test]
async fn a_stormy_company_is_still_complete() {
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let mut world = GongWorld::generate(&GongGenerate::new(120, 2, until), 1);
    world.add_key(sales_simulator::gong::AccessKey::new("TINY", "tiny-secret"));
    world.page_size = 3;
    let all = world.calls();
    let lab = Lab::with(|o| {
        o.gong = Some(world);
        o.scenario = Some(Scenario::named("storm").unwrap());
    })
    .await;
    let mut seen = Vec::new();
    let mut body = json!({"filter": {}});
    let mut kinds = std::collections::BTreeSet::new();
    loop {
        let request = lab.bare(reqwest::Method::POST, EXTENSIVE).basic_auth("TINY", Some("tiny-secret")).json(&body);
        let page = match lab.try_send(request).await {
            Ok(answer) if answer.status == 200 => answer.good(),
            other => {
                kinds.insert(other.map_or("torn".to_owned(), |a| a.status.to_string()));
                lab.clock.forward(SignedDuration::from_secs(2));
                continue;
            }
        };
        seen.extend(ids(&page));
        if page["records"]["cursor"].is_null() {
            break;
        }
        body["cursor"] = page["records"]["cursor"].clone();
    }
    assert_eq!(seen, all);
    assert!(["torn", "429"].iter().all(|k| kinds.contains(*k)) && kinds.iter().any(|k| k.starts_with('5')), "{kinds:?}");
    assert_eq!(lab.sim.violations(), []);
}

#[tokio::test]
async fn the_built_in_scenarios_do_what_they_say() {
    let transcript = json!({"filter": {"callIds": ["1005"]}});
    let late = Lab::scenario("gong-late-transcript").await;
    assert_eq!(late.post("/v2/calls/transcript", &transcript).await.error(), (404, NO_CALLS.into()));
    late.clock.forward(SignedDuration::from_hours(1));
    late.post("/v2/calls/transcript", &transcript).await.good();

    for (name, alone) in [("gong-private-call", "isPrivate"), ("gong-deleted-call", "")] {
        let lab = Lab::scenario(name).await;
        assert_eq!(ids(&lab.post(EXTENSIVE, &json!({"filter": {}})).await.good()), ["1001", "1002", "1004", "1005"]);
        assert_eq!(lab.post("/v2/calls/transcript", &transcript).await.status, 404, "{name}");
        assert_eq!(lab.world().read(|w| w.call("1005").is_some()), !alone.is_empty());
    }

    let scope = Lab::scenario("gong-missing-scope").await;
    assert_eq!(
        scope.post("/v2/calls/transcript", &transcript).await.error(),
        (403, "Access denied: the scope 'api:calls:read:transcript' is missing".into())
    );
    scope.post(EXTENSIVE, &transcript).await.good();

    let cursor = Lab::scenario("gong-expired-cursor").await;
    cursor.world().write(|w| w.page_size = 1);
    let mut seen = Vec::new();
    let mut body = json!({"filter": {}});
    // Whoever begins anew where a cursor is refused comes to an end.
    for _ in 0..20 {
        let answer = cursor.post(EXTENSIVE, &body).await;
        if answer.status == 400 {
            seen.push("refused".to_owned());
            body = json!({"filter": {}});
            continue;
        }
        let page = answer.good();
        seen.extend(ids(&page));
        if page["records"]["cursor"].is_null() {
            break;
        }
        body["cursor"] = page["records"]["cursor"].clone();
    }
    assert_eq!(seen.join(" "), "1001 1002 refused 1001 1002 1004 refused 1001 1002 1004 1005");
}

#[tokio::test]
async fn another_process_steers_it() {
    let lab = Lab::tiny().await;
    let send = async |event: Value| {
        let url = format!("{}/_sim/event", lab.sim.base_url());
        let answer = lab.send(lab.http.post(url).body(event.to_string())).await;
        (answer.status, answer.json())
    };
    assert_eq!(send(json!({"do": "gong.retitle", "call": "oldest", "title": "First"})).await, (200, json!({"ok": true, "call": "1001"})));
    assert_eq!(lab.get("/v2/calls/1001").await.good()["call"]["title"], "First");
    assert_eq!(send(json!({"do": "gong.expire_cursors"})).await, (200, json!({"ok": true, "call": null})));
    assert_eq!(send(json!({"do": "gong.set", "page_size": 1})).await.0, 200);
    assert_eq!(lab.get("/v2/calls").await.good()["records"]["currentPageSize"], 1);
    let (status, body) =
        send(json!({"do": "gong.add_call", "data": {"metaData": {"id": "2000", "started": "2024-04-07T09:00:00Z"}}})).await;
    assert_eq!((status, &body["call"]), (200, &json!("2000")));
    assert_eq!(lab.get("/v2/calls/2000").await.good()["call"]["primaryUserId"], "501");
    for (event, error) in [
        (json!({"do": "gong.retitle", "call": "42", "title": "x"}), "there is no call `42`"),
        (json!({"do": "gong.set", "page_sise": 1}), "unknown field `page_sise`"),
        (json!({"do": "gong.explode"}), "unknown variant `explode`"),
    ] {
        let (status, body) = send(event).await;
        assert!(status == 400 && body["error"].as_str().unwrap().starts_with(error), "{body}");
    }
    // Slack's events go on as they were.
    assert_eq!(send(json!({"do": "new_message", "channel": "general", "text": "Hello"})).await.0, 200);
    let without = Lab::with(|o| o.gong = None).await;
    let url = format!("{}/_sim/event", without.sim.base_url());
    let answer = without.send(without.http.post(url).body(r#"{"do":"gong.expire_cursors"}"#)).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("no Gong company is simulated")));
}

#[test]
fn scenarios_set_the_company_and_say_what_is_wrong() {
    let good = Scenario::parse(
        "[gong]\nper_day = 5\ncursor_seconds = 60\nregional = 'redirect'\n[[event]]\nat_request = 2\ndo = 'gong.make_private'",
    )
    .unwrap();
    assert_eq!(good.events[0].event, sales_simulator::Happening::Gong(GongEvent::MakePrivate { call: None }));
    let mut world = GongWorld::tiny();
    world.set(&good.gong);
    assert_eq!((world.limits.unwrap().per_second, world.limits.unwrap().per_day, world.cursor_seconds, world.page_size), (3, 5, 60, 100));
    let error = |text: &str| Scenario::parse(text).unwrap_err().to_string();
    assert!(error("[gong]\nper_minute = 5").contains("unknown field `per_minute`"));
    assert!(error("[gong]\nregional = 'eu'").contains("unknown variant `eu`"));
    assert!(error("[[event]]\nat_request = 1\ndo = 'gong.retitle'").starts_with("event 1 of the scenario: missing field `title`"));
}

//! Scenarios and the log.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sales_simulator::{GranolaGenerate, GranolaWorld, Scenario};
use serde_json::{Value, json};

use crate::common::{Lab, ids, refused, tiny};

async fn scenario(text: &str) -> Lab {
    let scenario = Scenario::parse(text).unwrap();
    Lab::with(|o| o.scenario = Some(scenario)).await
}

async fn named(name: &str) -> Lab {
    let scenario = Scenario::named(name).unwrap();
    Lab::with(|o| o.scenario = Some(scenario)).await
}

#[tokio::test]
async fn rules_match_operations() {
    let path = format!("/v1/notes/{}", tiny(1));
    let transcript = format!("{path}/transcript");
    for (method, hit) in [
        ("granola.notes.list", [503, 200, 200, 200]),
        ("granola.notes.get", [200, 503, 200, 200]),
        ("granola.transcript", [200, 200, 503, 200]),
        ("granola.folders", [200, 200, 200, 503]),
        ("granola.notes.*", [503, 503, 200, 200]),
        ("granola.*", [503; 4]),
        ("conversations.*", [200; 4]),
        ("*", [503; 4]),
    ] {
        let lab = scenario(&format!("[[rule]]\nmethod = '{method}'\ndo = 'status'\nstatus = 503")).await;
        let mut seen = [0; 4];
        for (status, path) in seen.iter_mut().zip(["/v1/notes", &path, &transcript, "/v1/folders"]) {
            *status = lab.get(path, &[]).await.status;
        }
        assert_eq!(seen, hit, "{method}");
    }
    let lab = scenario(&format!("[[rule]]\nchannel = '{}'\ndo = 'status'\nstatus = 500", tiny(1))).await;
    assert_eq!([lab.note(1, &[]).await.status, lab.note(2, &[]).await.status, lab.get("/v1/notes", &[]).await.status], [500, 200, 200]);
}

#[tokio::test]
async fn slack_is_not_concerned() {
    let lab = scenario("[[rule]]\nmethod = 'granola.*'\ndo = 'throttle'\nretry_after = 30").await;
    assert_eq!(lab.get("/v1/notes", &[]).await.status, 429);
    let slack = |method: &str| lab.http.get(format!("{}/{method}", lab.sim.slack_api_url())).bearer_auth("xoxb-tiny");
    assert_eq!(lab.send(slack("auth.test")).await.unwrap().json()["ok"], true);
    assert_eq!(lab.get("/v1/notes", &[]).await.status, 429);
    let log = lab.sim.log();
    assert_eq!(log.iter().map(|e| (e.vendor, e.seq)).collect::<Vec<_>>(), [("granola", 1), ("slack", 2), ("granola", 3)], "one log");
    assert_eq!(lab.sim.violations().iter().map(|v| v.seq).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn waits_come_in_all_forms() {
    let lab = scenario(
        "[[rule]]\nrequest = 1\ndo = 'throttle'\nretry_after = 'date:90'\n[[rule]]\nrequest = 2\ndo = 'throttle'\nretry_after = 'missing'\n\
         [[rule]]\nrequest = 3\ndo = 'throttle'\nretry_after = 'absurd'\n[[rule]]\nrequest = 4\ndo = 'throttle'\nretry_after = 7",
    )
    .await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let answer = lab.get("/v1/notes", &[]).await;
        seen.push((answer.status, answer.header("retry-after").map(str::to_owned)));
        lab.clock.forward(SignedDuration::from_secs(120));
    }
    let some = |s: &str| Some(s.to_owned());
    assert_eq!(seen, [(429, some("Mon, 08 Apr 2024 09:01:30 GMT")), (429, None), (429, some("soon")), (429, some("7")), (200, None)]);
    assert_eq!(lab.sim.violations(), []);
}

#[tokio::test]
async fn answers_break_in_all_ways() {
    let lab = scenario(
        "[[rule]]\nrequest = 1\ndo = 'status'\nstatus = 502\n[[rule]]\nrequest = 2\ndo = 'html'\n[[rule]]\nrequest = 3\ndo = 'torn_body'\n\
         [[rule]]\nrequest = 4\ndo = 'slow_body'\nmillis = 2\n[[rule]]\nrequest = 5\ndo = 'slow_head'\nmillis = 2\n\
         [[rule]]\nrequest = 6\ndo = 'error'\nerror = 'TRANSCRIPT_TOO_LARGE'\n[[rule]]\nrequest = 7\ndo = 'error'\nerror = 'ODD'\n\
         [[rule]]\nrequest = 8\ndo = 'hang'",
    )
    .await;
    let good = Lab::tiny().await.note(1, &[]).await;
    let ask = async || lab.send(lab.http.get(lab.url(&format!("/v1/notes/{}", tiny(1)))).bearer_auth("grn_tiny")).await;
    let down = ask().await.unwrap();
    assert_eq!((down.status, down.header("content-type")), (502, Some("text/html; charset=utf-8")));
    let login = ask().await.unwrap();
    assert!(login.status == 200 && login.body.starts_with(b"<!DOCTYPE html>"));
    assert!(ask().await.is_err(), "torn");
    assert_eq!(ask().await.unwrap().body, good.body, "slow, but whole");
    assert_eq!(ask().await.unwrap().body, good.body, "late, but whole");
    assert_eq!(ask().await.unwrap().refusal(), refused(413, "TRANSCRIPT_TOO_LARGE"));
    assert_eq!(ask().await.unwrap().refusal(), refused(400, "ODD"));
    // A hanging answer ends when the server stops.
    let hanging = tokio::spawn(lab.http.get(lab.url("/v1/notes")).bearer_auth("grn_tiny").send());
    while lab.sim.log().len() < 8 {
        tokio::task::yield_now().await;
    }
    assert_eq!(lab.sim.log()[7].status, 0);
    lab.sim.stop().await;
    let ended = match hanging.await.unwrap() {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(ended, "broken, not answered");
}

#[tokio::test]
async fn pages_go_wrong_on_demand() {
    let path = format!("/v1/notes/{}/transcript", tiny(6));
    for (path, key, size, whole) in
        [("/v1/notes", "notes", "5", 13), (&*path, "transcript", "100", 230), ("/v1/folders", "folders", "3", 4)]
    {
        let read = async |lab: &Lab| {
            let (items, pages) = lab.all(path, &[("page_size", size)], key).await;
            let distinct: BTreeSet<String> = items.iter().map(Value::to_string).collect();
            (items.len(), distinct.len(), pages)
        };
        let (_, _, pages) = read(&Lab::tiny().await).await;
        let short = scenario("[[rule]]\nevery = 2\ndo = 'short_page'\nsize = 0\n[[rule]]\nevery = 1\ndo = 'short_page'\nsize = 2").await;
        let (items, distinct, more) = read(&short).await;
        assert!((items, distinct) == (whole, whole) && more > pages, "{path}: {items} {distinct} {more}");
        let repeated = scenario("[[rule]]\ndo = 'repeat_page'").await;
        assert_eq!(read(&repeated).await, (2 * whole, whole, 2 * pages), "{path}: each page twice");
        let looping = scenario("[[rule]]\ndo = 'loop_cursor'").await;
        let first = looping.get(path, &[("page_size", size)]).await.json();
        let cursor = first["cursor"].as_str().unwrap().to_owned();
        for _ in 0..3 {
            assert_eq!(looping.get(path, &[("page_size", size), ("cursor", &cursor)]).await.json(), first, "{path}");
        }
        let expired = scenario("[[rule]]\nrequest = 2\ndo = 'expire_cursor'").await;
        let cursor = expired.get(path, &[("page_size", size)]).await.json()["cursor"].as_str().unwrap().to_owned();
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(expired.get(path, &[("page_size", size), ("cursor", &cursor)]).await.status);
        }
        assert_eq!(statuses, [200, 400, 200], "{path}");
    }
}

#[tokio::test]
async fn keys_stop_working_on_the_way() {
    let lab = scenario("[[event]]\nafter_call = 'granola.notes.list'\nnth = 2\ndo = 'granola.revoke_key'").await;
    let status = async |key: &str| lab.get_as(key, "/v1/notes", &[]).await.status;
    assert_eq!(
        [status("grn_tiny").await, status("grn_tiny").await, status("grn_tiny").await, status("grn_tiny_workspace").await],
        [200, 200, 401, 401]
    );
    let lab = scenario("[[rule]]\nrequest = 2\ndo = 'token_expired'").await;
    let status = async |key: &str| lab.get_as(key, "/v1/notes", &[]).await.status;
    assert_eq!(
        [status("grn_tiny").await, status("grn_tiny").await, status("grn_tiny").await, status("grn_tiny_workspace").await],
        [200, 401, 401, 200]
    );
    let lab = scenario("[[event]]\nafter_call = 'granola.notes.get'\ndo = 'granola.delete_note'").await;
    assert_eq!(
        [lab.note(3, &[]).await.status, lab.note(3, &[]).await.status, lab.note(15, &[]).await.status],
        [200, 404, 200],
        "the note asked for"
    );
}

#[tokio::test]
async fn throttled_without_a_word() {
    let lab = named("granola-throttle").await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        let answer = lab.get("/v1/notes", &[]).await;
        seen.push((answer.status, answer.header("retry-after").is_some()));
    }
    let (good, refused) = ((200, false), (429, false));
    assert_eq!(seen, [good, good, refused, good, good, refused]);
}

#[tokio::test]
async fn the_log_tells_what_was_asked_and_no_secret() {
    let lab = named("granola-throttle").await;
    lab.get("/v1/notes", &[("page_size", "2"), ("created_after", "2024-03-01")]).await;
    lab.get(&format!("/v1/notes/{}", tiny(1)), &[("include", "transcript")]).await;
    lab.get("/v1/folders", &[]).await;
    lab.get("/v1/notes/0dba4400-50f1-4262-9ac7-89cd27b79371", &[]).await;
    lab.get("/v1/nothing", &[]).await;
    let seen: Vec<Value> = lab
        .sim
        .log()
        .iter()
        .map(|e| json!([e.seq, e.vendor, e.method, e.verb, e.channel, e.args, e.status, e.error, e.fault, e.early]))
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            [1, "granola", "granola.notes.list", "GET", null, ["created_after", "page_size"], 200, null, null, false],
            [2, "granola", "granola.notes.get", "GET", tiny(1), ["include"], 200, null, null, false],
            [3, "granola", "granola.folders", "GET", null, [], 429, "RATE_LIMITED", "throttle", false],
            [4, "granola", "granola.notes.get", "GET", null, [], 400, "VALIDATION_ERROR", null, false],
            [5, "granola", "v1/nothing", "GET", null, [], 404, "NOT_FOUND", null, false],
        ])
    );
    let sent = lab.sim.log()[0].sent.clone().unwrap();
    assert_eq!(
        (sent.base.as_str(), sent.path.as_str(), sent.query.as_str()),
        ("/granola", "/v1/notes", "page_size=2&created_after=2024-03-01")
    );
    let log = lab.send(lab.http.get(format!("{}/_sim/log", lab.sim.base_url()))).await.unwrap();
    assert_eq!(log.json()["requests"].as_array().unwrap().len(), 5);
    assert!(!String::from_utf8(log.body).unwrap().contains("grn_"));
    assert!(!format!("{:?}", lab.world()).contains("grn_"));
}

#[tokio::test]
async fn a_stormy_world_is_still_complete() {
    let lab = Lab::with(|o| {
        o.granola = Some(GranolaWorld::generate(&GranolaGenerate::crash("2024-04-08T00:00:00Z".parse().unwrap()), 5));
        o.scenario = Some(Scenario::named("storm").unwrap());
        o.seed = 11;
    })
    .await;
    let (mut cursor, mut seen, mut kinds, mut asked) = (None::<String>, BTreeSet::new(), BTreeSet::new(), 0);
    loop {
        let mut args = vec![("page_size", "2")];
        args.extend(cursor.as_deref().map(|c| ("cursor", c)));
        asked += 1;
        assert!(asked < 200, "no end of requests");
        let Ok(answer) = lab.send(lab.http.get(lab.url("/v1/notes")).bearer_auth("grn_generated").query(&args)).await else {
            kinds.insert("torn".to_owned());
            continue;
        };
        if answer.status != 200 {
            kinds.insert(answer.status.to_string());
            lab.clock.forward(SignedDuration::from_secs(2));
            continue;
        }
        let page = answer.json();
        seen.extend(ids(page["notes"].as_array().unwrap()));
        cursor = page["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 120);
    assert!((70..115).contains(&asked), "{asked} requests for 60 pages at 30 %");
    assert!(["torn", "429"].iter().all(|k| kinds.contains(*k)), "{kinds:?}");
    assert_eq!(lab.sim.violations(), []);
}

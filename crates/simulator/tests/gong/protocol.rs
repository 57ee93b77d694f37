//! Who may ask what, how, and what is said to those who may not.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use sales_simulator::{
    GongEvent, GongWorld, Simulator,
    gong::{AccessKey, AccessToken, Regional},
};
use serde_json::json;

use crate::common::{HandClock, Lab, NO_CALLS, everything, ids};

#[tokio::test]
async fn keys_come_as_basic_and_tokens_as_bearer() {
    let lab = Lab::tiny().await;
    let calls = "/v2/calls/1002";
    assert_eq!(lab.get(calls).await.good()["call"]["id"], "1002");
    assert_eq!(lab.get_as("tiny-token", calls).await.good()["call"]["id"], "1002");
    let with = async |header: &str| lab.send(lab.bare(Method::GET, calls).header("authorization", header)).await.error();
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let denied = (401, "Access denied".to_owned());
    assert_eq!(lab.send(lab.bare(Method::GET, calls)).await.error(), denied);
    for header in [
        basic("TINY:wrong"),
        basic("TINY"),
        basic("TINY:"),
        basic(":tiny-secret"),
        basic("tiny:tiny-secret"),
        basic("TINYREVOKED:tiny-secret"),
        "Basic TINY:tiny-secret".into(),
        "Basic !!!".into(),
        "Bearer wrong".into(),
        "Bearer ".into(),
        "Bearer TINY".into(),
        "tiny-token".into(),
        "Token tiny-token".into(),
    ] {
        assert_eq!(with(&header).await, denied, "{header}");
    }
    assert_eq!(with(&basic("TINYBLOCKED:tiny-secret")).await, (403, "Access from this IP address is not allowed".into()));
    assert_eq!(with(&basic("TINYBLOCKED:wrong")).await, denied, "the secret is asked first");
    // Nothing in a query is a key.
    let asked = lab.bare(Method::GET, "/v2/calls/1002?access_token=tiny-token&key=TINY&secret=tiny-secret");
    assert_eq!(lab.send(asked).await.error(), denied);
}

#[tokio::test]
async fn the_status_of_a_refusal_is_the_one_that_the_path_declares() {
    let lab = Lab::tiny().await;
    for (path, status) in [
        ("/v2/workspaces", 403),
        ("/v2/users", 403),
        ("/v2/users/501", 401),
        ("/v2/settings/trackers", 401),
        ("/v2/crm/integrations", 401),
        ("/v2/calls", 401),
    ] {
        assert_eq!(lab.get_as("wrong", path).await.error(), (status, "Access denied".into()), "{path}");
    }
    assert_eq!(lab.post_as("wrong", "/v2/calls/extensive", &json!({})).await.status, 401, "before the body is looked at");
}

#[tokio::test]
async fn scopes_bind_tokens_and_not_keys() {
    let lab = Lab::tiny().await;
    let filter = json!({"filter": {}});
    let missing = |scope: &str| (403, format!("Access denied: the scope '{scope}' is missing"));
    lab.get_as("narrow-token", "/v2/calls/1002").await.good();
    lab.get_as("narrow-token", "/v2/calls").await.good();
    for (path, scope) in [
        ("/v2/calls/extensive", "api:calls:read:extensive"),
        ("/v2/calls/transcript", "api:calls:read:transcript"),
        ("/v2/users/extensive", "api:users:read"),
        ("/v2/stats/interaction", "api:stats:interaction"),
    ] {
        assert_eq!(lab.post_as("narrow-token", path, &filter).await.error(), missing(scope));
    }
    for (path, scope) in [
        ("/v2/users", "api:users:read"),
        ("/v2/users/501", "api:users:read"),
        ("/v2/workspaces", "api:workspaces:read"),
        ("/v2/settings/trackers", "api:settings:trackers:read"),
        ("/v2/settings/scorecards", "api:settings:scorecards:read"),
        ("/v2/crm/integrations", "api:crm:integrations:read"),
    ] {
        assert_eq!(lab.get_as("narrow-token", path).await.error(), missing(scope));
    }
    // Links to recordings need one more.
    lab.world().write(|w| w.add_token(AccessToken::new("extensive-token", &["api:calls:read:extensive"])));
    let with_media = json!({"filter": {}, "contentSelector": everything()});
    assert_eq!(lab.post_as("extensive-token", "/v2/calls/extensive", &with_media).await.error(), missing("api:calls:read:media-url"));
    lab.post_as("extensive-token", "/v2/calls/extensive", &filter).await.good();
    lab.happens(&GongEvent::RemoveScope { scope: "api:calls:read:extensive".into() });
    assert_eq!(lab.post_as("tiny-token", "/v2/calls/extensive", &filter).await.error(), missing("api:calls:read:extensive"));
    lab.post("/v2/calls/extensive", &filter).await.good();
    // A key that carries scopes is bound by them.
    let scopes = Some(["api:users:read".to_owned()].into());
    lab.world().write(|w| w.add_key(AccessKey { scopes, ..AccessKey::new("TINY", "tiny-secret") }));
    lab.get("/v2/users").await.good();
    assert_eq!(lab.post("/v2/calls/extensive", &filter).await.error(), missing("api:calls:read:extensive"));
}

#[tokio::test]
async fn keys_end_while_they_are_used() {
    let lab = Lab::tiny().await;
    lab.get("/v2/calls/1002").await.good();
    lab.happens(&GongEvent::BlockIp { key: Some("TINY".into()) });
    assert_eq!(lab.get("/v2/calls/1002").await.status, 403);
    lab.world().write(|w| w.block_ip(None, false)).unwrap();
    lab.get("/v2/calls/1002").await.good();
    lab.happens(&GongEvent::RevokeKey { key: Some("TINY".into()) });
    assert_eq!(lab.get("/v2/calls/1002").await.status, 401);
    lab.get_as("tiny-token", "/v2/calls/1002").await.good();
    lab.happens(&GongEvent::RevokeKey { key: None });
    assert_eq!(lab.get_as("tiny-token", "/v2/calls/1002").await.status, 401);
    let expires_at = Some("2024-04-08T10:00:00Z".parse().unwrap());
    lab.world().write(|w| w.add_key(AccessKey { expires_at, ..AccessKey::new("TINY", "tiny-secret") }));
    lab.get("/v2/calls/1002").await.good();
    lab.clock.forward(jiff::SignedDuration::from_hours(1));
    assert_eq!(lab.get("/v2/calls/1002").await.status, 401, "a key has a time to live");
    assert!(lab.world().write(|w| w.revoke(Some("nobody"))).is_err());
}

#[tokio::test]
async fn a_company_with_a_host_of_its_own_is_not_served_on_the_shared_one() {
    let lab = Lab::scenario("gong-regional-host").await;
    assert_eq!(lab.get("/v2/users/501").await.error(), (401, "Access denied".into()));
    assert_eq!(lab.get("/v2/users").await.status, 403);
    let own = format!("{}/v2/users/501", lab.sim.gong_regional_url());
    let at_home = lab.send(lab.http.get(&own).basic_auth("TINY", Some("tiny-secret"))).await;
    assert_eq!(at_home.good()["user"]["id"], "501");
    lab.world().write(|w| w.regional = Regional::Redirect);
    let answer = lab.get("/v2/calls?fromDateTime=2024-01-01T00%3A00%3A00Z&cursor=a").await;
    assert_eq!(answer.error(), (307, "Use the API base URL of your company".into()));
    let location = format!("{}/v2/calls?fromDateTime=2024-01-01T00%3A00%3A00Z&cursor=a", lab.sim.gong_regional_url());
    assert_eq!(answer.header("location"), Some(location.as_str()));
    assert!(location.starts_with("http://localhost:") && lab.sim.gong_api_url().starts_with("http://127.0.0.1:"), "another host");
    let bases: Vec<String> = lab.sim.log().into_iter().map(|e| e.sent.unwrap().base).collect();
    assert_eq!(bases, ["/gong", "/gong", "/gong-us", "/gong"]);
    lab.world().write(|w| w.regional = Regional::Off);
    lab.get("/v2/users/501").await.good();
}

#[tokio::test]
async fn what_is_not_served_is_404_or_405() {
    let lab = Lab::tiny().await;
    let ask = async |verb: &str, path: &str| {
        let request = lab.bare(verb.parse().unwrap(), path).basic_auth("TINY", Some("tiny-secret")).json(&json!({}));
        let answer = lab.send(request).await;
        (answer.error(), answer.header("allow").map(str::to_owned))
    };
    let not_allowed = |allow: &str| ((405, "Method not allowed".to_owned()), Some(allow.to_owned()));
    assert_eq!(ask("PUT", "/v2/calls/1002").await, not_allowed("GET"));
    assert_eq!(ask("PATCH", "/v2/calls/1002").await, not_allowed("GET"));
    assert_eq!(ask("DELETE", "/v2/calls/1002").await, not_allowed("GET"));
    assert_eq!(ask("POST", "/v2/calls").await, not_allowed("GET"));
    assert_eq!(ask("DELETE", "/v2/crm/integrations").await, not_allowed("GET"));
    for (verb, path) in [
        ("GET", "/v2/library"),
        ("GET", "/v1/calls"),
        ("POST", "/v2/calls/1002/media"),
        ("GET", "/v2/calls/"),
        ("GET", "/x"),
        ("GET", "/v2/calls/..%2Fusers/1"),
    ] {
        assert_eq!(ask(verb, path).await, ((404, "Not found".into()), None), "{path}");
    }
    assert_eq!(lab.bare(Method::PUT, "/v2/calls/1002").send().await.unwrap().status(), 401, "nobody is told what there is");
    assert_eq!(lab.get("/v2/calls/extensive").await.status, 400, "that is no id");
    let methods: Vec<String> = lab.sim.log().into_iter().map(|e| e.method).collect();
    assert_eq!(methods[..2], ["PUT /v2/calls/1002", "PATCH /v2/calls/1002"]);
}

#[tokio::test]
async fn bodies_are_json_of_the_declared_form() {
    let lab = Lab::tiny().await;
    let post = async |kind: &str, body: &str| {
        let request = lab.bare(Method::POST, "/v2/calls/extensive").basic_auth("TINY", Some("tiny-secret"));
        lab.send(request.header("content-type", kind).body(body.to_owned())).await
    };
    let json_error = (400, "Json parse error".to_owned());
    for bad in [
        "",
        "{",
        "[]",
        "null",
        "\"filter\"",
        r#"{"filter":[]}"#,
        r#"{"filter":"all"}"#,
        r#"{"filter":{"callIds":"1002"}}"#,
        r#"{"filter":{"callIds":[1002]}}"#,
        r#"{"filter":{"workspaceId":901}}"#,
        r#"{"filter":{},"cursor":7}"#,
        r#"{"filter":{},"contentSelector":{"context":"extended"}}"#,
        r#"{"filter":{},"contentSelector":{"context":"Full"}}"#,
        r#"{"filter":{},"contentSelector":{"context":"Extended","contextTiming":["Then"]}}"#,
        r#"{"filter":{},"contentSelector":{"context":"Extended","contextTiming":"Now"}}"#,
        r#"{"filter":{},"contentSelector":{"exposedFields":{"parties":"yes"}}}"#,
        r#"{"filter":{},"contentSelector":{"exposedFields":{"content":{"pointsOfInterest":1}}}}"#,
    ] {
        assert_eq!(post("application/json", bad).await.error(), json_error, "{bad}");
    }
    assert_eq!(post("application/json", "{}").await.error(), (400, "filter: must not be null".into()));
    assert_eq!(post("application/json", r#"{"filter":null}"#).await.error(), (400, "filter: must not be null".into()));
    assert_eq!(post("text/plain", r#"{"filter":{}}"#).await.error(), (400, "Content-Type must be application/json".into()));
    let timing = r#"{"filter":{},"contentSelector":{"context":"Basic","contextTiming":["Now"]}}"#;
    assert_eq!(
        post("application/json", timing).await.error(),
        (400, "contentSelector.contextTiming: can be provided only with context 'Extended'".into())
    );
    post("application/json; charset=utf-8", r#"{"filter":{}}"#).await.good();
    post("Application/JSON", r#"{"filter":{}}"#).await.good();
}

#[tokio::test]
async fn filters_have_the_declared_form() {
    let lab = Lab::tiny().await;
    let time = |name: &str| (400, format!("{name}: must be a date and time in ISO-8601 format with an offset"));
    let id = |name: &str| (400, format!("{name}: must be a numeric identifier of up to 20 digits"));
    for (query, error) in [
        ("fromDateTime=2024-01-01", time("fromDateTime")),
        ("fromDateTime=", time("fromDateTime")),
        ("fromDateTime=2024-01-01T00:00:00+00:00", time("fromDateTime")),
        ("fromDateTime=2024-01-01T00:00:00Z&toDateTime=tomorrow", time("toDateTime")),
        ("workspaceId=sales", id("workspaceId")),
        ("fromDateTime=2024-01-02T00:00:00Z&toDateTime=2024-01-01T00:00:00Z", (400, "fromDateTime: must not be after toDateTime".into())),
        ("cursor=", (400, "cursor: is invalid or has expired".into())),
    ] {
        assert_eq!(lab.get(&format!("/v2/calls?{query}")).await.error(), error, "{query}");
    }
    for (filter, error) in [
        (json!({"fromDateTime": "2024-01-01T00:00:00"}), time("fromDateTime")),
        (json!({"toDateTime": ""}), time("toDateTime")),
        (json!({"workspaceId": ""}), id("workspaceId")),
        (json!({"callIds": ["1002", "https://app/call?id=1"]}), id("callIds")),
        (json!({"primaryUserIds": ["123456789012345678901"]}), id("primaryUserIds")),
    ] {
        assert_eq!(lab.post("/v2/calls/extensive", &json!({"filter": filter})).await.error(), error, "{filter}");
    }
    assert_eq!(lab.get("/v2/calls/x").await.error(), id("id"));
    assert_eq!(lab.get("/v2/calls/42").await.error(), (404, "Call ID was not found".into()), "not the text of an empty list");
    assert_eq!(lab.get("/v2/users/x").await.error(), id("id"));
    assert_eq!(lab.get("/v2/users/42").await.error(), (404, "User not found".into()));
    assert_eq!(lab.get("/v2/users?includeAvatars=1").await.error(), (400, "includeAvatars: must be true or false".into()));
}

#[tokio::test]
async fn what_real_peers_send_is_tolerated() {
    let lab = Lab::tiny().await;
    let shown = ["1001", "1002", "1004", "1005"];
    assert_eq!(ids(&lab.get("/v2/calls").await.good()), shown, "neither date");
    assert_eq!(ids(&lab.get("/v2/calls?fromDateTime=2024-03-15T00:00:00Z").await.good()), shown[1..], "no `toDateTime`");
    assert_eq!(ids(&lab.get("/v2/calls?fromDateTime=2024-03-15T02:00:00%2B02:00&limit=100").await.good()), shown[1..]);
    lab.get("/v2/users?limit=100&fromDateTime=2024-03-15T00:00:00Z").await.good();
    lab.get("/v2/settings/scorecards?limit=100&fromDateTime=2024-03-15T00:00:00Z").await.good();
    let singer = json!({"cursor": null, "limit": 100, "filter": {"fromDateTime": "2024-03-15T00:00:00Z", "toDateTime": null,
        "callFromDate": ""},
        "contentSelector": null});
    assert_eq!(ids(&lab.post("/v2/calls/extensive?limit=100&cursor=x", &singer).await.good()), shown[1..]);
    let old = json!({"filter": {"callIds": []}, "contentSelector": {"exposedFields": {"content": {"pointsOfInterest": true,
        "nextSteps": true}}}});
    let calls = lab.post("/v2/calls/extensive", &old).await.good();
    assert_eq!((ids(&calls).len(), &calls["calls"][0]["content"]), (4, &json!({})));
    assert_eq!(
        lab.post("/v2/calls/transcript", &json!({"filter": {"primaryUserIds": ["502"]}})).await.good()["records"]["totalRecords"],
        3
    );
}

#[tokio::test]
async fn settings_users_and_stats() {
    let lab = Lab::tiny().await;
    let names = |v: &serde_json::Value, list: &str, key: &str| -> Vec<String> {
        v[list].as_array().unwrap().iter().map(|o| o[key].as_str().unwrap().to_owned()).collect()
    };
    let users = lab.get("/v2/users").await.good();
    assert_eq!(names(&users, "users", "id"), ["501", "502"]);
    assert_eq!(users["records"], json!({"totalRecords": 2, "currentPageSize": 2, "currentPageNumber": 0}));
    assert_eq!(names(&lab.get("/v2/users?includeAvatars=true").await.good(), "users", "id"), ["501", "502", "503"]);
    assert_eq!(lab.get("/v2/users/503").await.good()["user"]["lastName"], "Support");
    let extensive = async |filter: serde_json::Value| lab.post("/v2/users/extensive", &json!({"filter": filter})).await;
    assert_eq!(names(&extensive(json!({"userIds": ["502", "42"]})).await.good(), "users", "id"), ["502"]);
    let since = json!({"createdFromDateTime": "2023-02-17T10:30:00Z", "createdToDateTime": "2024-01-08T09:00:00Z"});
    assert_eq!(names(&extensive(since).await.good(), "users", "id"), ["501"], "from inclusive, to exclusive");
    assert_eq!(extensive(json!({"userIds": ["42"]})).await.error(), (404, "No users found corresponding to the provided filters".into()));
    let workspaces = lab.get("/v2/workspaces").await.good();
    assert_eq!(workspaces.as_object().unwrap().keys().collect::<Vec<_>>(), ["requestId", "workspaces"]);
    assert_eq!(names(&workspaces, "workspaces", "id"), ["901", "902"]);
    assert_eq!(names(&lab.get("/v2/settings/trackers").await.good(), "keywordTrackers", "trackerName"), ["Competitors"]);
    assert_eq!(lab.get("/v2/settings/trackers?workspaceId=902").await.good()["keywordTrackers"], json!([]));
    assert_eq!(lab.get("/v2/settings/trackers?workspaceId=903").await.error(), (404, "Workspace not found".into()));
    assert_eq!(lab.get("/v2/crm/integrations").await.good()["integrations"], json!([]));
    assert!(lab.get("/v2/settings/scorecards").await.good().get("records").is_none());
    let stats = async |from: &str, to: &str| lab.post("/v2/stats/interaction", &json!({"filter": {"fromDate": from, "toDate": to}})).await;
    let march = stats("2024-03-15", "2024-04-01").await.good();
    assert_eq!(march["peopleInteractionStats"].as_array().unwrap().len(), 1, "the call of April 1st is not before it");
    assert_eq!((&march["peopleInteractionStats"][0]["userId"], &march["fromDateTime"]), (&json!("501"), &json!("2024-03-15T00:00:00Z")));
    let name = |n: usize| march["peopleInteractionStats"][0]["personInteractionStats"][n]["name"].clone();
    assert_eq!([0, 1, 2, 3, 4].map(name), ["Longest Monologue", "Longest Customer Story", "Interactivity", "Patience", "Question Rate"]);
    assert_eq!(stats("2024-04-08", "2024-04-09").await.error(), (400, "filter.toDate: must not exceed the current day".into()));
    assert_eq!(
        stats("2024-04-01T00:00:00Z", "2024-04-02").await.error(),
        (400, "filter.fromDate: must be a date in the format YYYY-MM-DD".into())
    );
    assert_eq!(stats("2024-02-01", "2024-02-02").await.error(), (404, "No stats found for the specified period".into()));
}

#[tokio::test]
async fn the_environment_leads_a_client_here_and_the_log_holds_no_secret() {
    let lab = Lab::tiny().await;
    let env: std::collections::BTreeMap<String, String> = lab.sim.env().into_iter().collect();
    assert_eq!(env["GONG_API_URL"], lab.sim.gong_api_url());
    assert_eq!((env["GONG_API_KEY"].as_str(), env["GONG_API_SECRET"].as_str()), ("TINY", "tiny-secret"));
    assert_eq!(env["SLACK_TOKEN"], "xoxb-tiny");
    lab.get("/v2/calls?cursor=x").await;
    lab.get_as("tiny-token", "/v2/users").await.good();
    let log = lab.send(lab.http.get(format!("{}/_sim/log", lab.sim.base_url()))).await.json();
    assert_eq!(
        log["requests"][0],
        json!({"seq": 1, "at": "2024-04-08T09:00:00Z", "vendor": "gong", "method": "gong.calls.list", "verb": "GET", "channel": null,
            "args": ["cursor"], "status": 400, "error": "cursor: is invalid or has expired", "fault": null, "early": false,
            "sent": {"base": "/gong", "path": "/v2/calls", "query": "cursor=x", "body": ""}})
    );
    let text = log.to_string() + &format!("{:?}", lab.sim.gong()) + &format!("{:?}", lab.world().read(|w| w.key().cloned()));
    for secret in ["tiny-secret", "tiny-token", &STANDARD.encode("TINY:tiny-secret")] {
        assert!(!text.contains(secret), "{secret}");
    }
    // Without a Gong there is nothing of it.
    let bare = Lab::with(|o| o.gong = None).await;
    assert!(bare.sim.gong().is_none() && bare.sim.env().iter().all(|(name, _)| !name.starts_with("GONG")));
    assert_eq!(bare.bare(Method::GET, "/v2/calls").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_empty_company_says_so() {
    let clock = HandClock::at(crate::common::NOW);
    let mut options = sales_simulator::SimOptions::new(clock.clone());
    options.gong = Some(GongWorld::default());
    let sim = Simulator::start(options).await.unwrap();
    assert!(sim.env().iter().all(|(name, _)| !name.starts_with("GONG")), "no key, no address");
    sim.stop().await;
    let lab = Lab::with(|o| {
        let mut world = GongWorld::default();
        world.add_key(AccessKey::new("TINY", "tiny-secret"));
        o.gong = Some(world);
    })
    .await;
    assert_eq!(lab.get("/v2/calls").await.error(), (404, NO_CALLS.into()));
    assert_eq!(lab.post("/v2/calls/extensive", &json!({"filter": {}})).await.error(), (404, NO_CALLS.into()));
    assert_eq!(lab.post("/v2/calls/transcript", &json!({"filter": {}})).await.error(), (404, NO_CALLS.into()));
    assert_eq!(lab.get("/v2/users").await.good()["users"], json!([]));
    assert_eq!(lab.get("/v2/workspaces").await.good()["workspaces"], json!([]));
    assert_eq!(lab.get("/v2/settings/trackers").await.good()["keywordTrackers"], json!([]));
    assert_eq!(lab.get("/v2/settings/scorecards").await.error(), (404, "Scorecards not found".into()));
}

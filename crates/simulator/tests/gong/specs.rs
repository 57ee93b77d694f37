//! The double's answers against Gong's own OpenAPI document, and the checker of requests against the requests sent here.

use reqwest::Method;
use sales_simulator::{GongGenerate, GongWorld};
use serde_json::{Value, json};

use crate::{
    common::{Answer, Lab, everything},
    gong_spec::GongSpec,
};

/// What the double answers although the document does not declare it for the path, and why.
const UNDECLARED: &[(&str, &str)] = &[
    ("the status 403 is not declared", "a missing scope or a foreign address: in the document's words, and in the help centre's"),
    ("the status 429 is not declared", "the limits hold for all paths: in the document's words"),
];

/// Asks and remembers what is wrong with the answers.
struct Inspector<'l> {
    lab: &'l Lab,
    spec: &'l GongSpec,
    wrong: Vec<String>,
    statuses: Vec<(String, u16)>,
}

impl Inspector<'_> {
    async fn ask(&mut self, who: &str, verb: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.lab.bare(verb.clone(), path);
        request = match who {
            "" => request,
            key if key.contains('-') => request.bearer_auth(key),
            key => request.basic_auth(key, Some("tiny-secret")),
        };
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.lab.send(request).await;
        let bare = path.split('?').next().unwrap();
        let wrong = self.spec.answer(verb.as_str(), bare, answer.status, &answer.json());
        self.wrong.extend(wrong.into_iter().filter(|w| !UNDECLARED.iter().any(|(known, _)| w.ends_with(known))));
        self.statuses.push((format!("{verb} {bare}"), answer.status));
        answer
    }
}

/// Every path: (verb, path, a body, one that is malformed).
fn paths() -> Vec<(Method, &'static str, Option<Value>)> {
    let dates = json!({"filter": {"fromDate": "2024-03-01", "toDate": "2024-04-06"}});
    vec![
        (Method::GET, "/v2/calls?fromDateTime=2024-01-01T00:00:00Z&toDateTime=2024-05-01T00:00:00Z", None),
        (Method::GET, "/v2/calls/1002", None),
        (Method::POST, "/v2/calls/extensive", Some(json!({"filter": {}, "contentSelector": everything()}))),
        (Method::POST, "/v2/calls/transcript", Some(json!({"filter": {}}))),
        (Method::GET, "/v2/users?includeAvatars=true", None),
        (Method::GET, "/v2/users/501", None),
        (Method::POST, "/v2/users/extensive", Some(json!({"filter": {}}))),
        (Method::GET, "/v2/workspaces", None),
        (Method::GET, "/v2/settings/trackers", None),
        (Method::GET, "/v2/settings/scorecards", None),
        (Method::POST, "/v2/stats/interaction", Some(dates)),
        (Method::GET, "/v2/crm/integrations", None),
    ]
}

#[tokio::test]
async fn every_kind_of_answer_fits_the_document() {
    let Some(spec) = GongSpec::load() else { return };
    let lab = Lab::tiny().await;
    let mut inspect = Inspector { lab: &lab, spec: &spec, wrong: Vec::new(), statuses: Vec::new() };
    for (verb, path, body) in paths() {
        for (who, status) in [("TINY", 200), ("tiny-token", 200)] {
            let answer = inspect.ask(who, verb.clone(), path, body.clone()).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.json());
        }
        for who in ["", "TINYREVOKED", "TINYBLOCKED", "no-such-token"] {
            let answer = inspect.ask(who, verb.clone(), path, body.clone()).await;
            assert!(matches!(answer.status, 401 | 403), "{path}: {}", answer.json());
        }
        if !path.starts_with("/v2/calls?") && path != "/v2/calls/1002" {
            assert_eq!(inspect.ask("narrow-token", verb.clone(), path, body.clone()).await.status, 403);
        }
        if body.is_some() {
            assert_eq!(inspect.ask("TINY", verb, path, Some(json!({}))).await.status, 400);
        }
    }
    // Pages, selections, what is empty, unknown and malformed.
    lab.world().write(|w| w.page_size = 2);
    for (verb, path, body) in paths() {
        inspect.ask("TINY", verb, path, body).await;
    }
    let ask = [
        ("POST", "/v2/calls/extensive", Some(json!({"filter": {}})), 200),
        ("POST", "/v2/calls/extensive", Some(json!({"filter": {}, "contentSelector": {"context": "Basic"}})), 200),
        ("POST", "/v2/calls/extensive", Some(json!({"filter": {"callIds": ["1003"]}})), 404),
        ("POST", "/v2/calls/transcript", Some(json!({"filter": {"callIds": ["1001"]}})), 404),
        ("GET", "/v2/calls?fromDateTime=2030-01-01T00:00:00Z&toDateTime=2031-01-01T00:00:00Z", None, 404),
        ("GET", "/v2/calls?fromDateTime=x&toDateTime=y", None, 400),
        ("GET", "/v2/calls/42", None, 404),
        ("GET", "/v2/calls/abc", None, 400),
        ("GET", "/v2/users/42", None, 404),
        ("GET", "/v2/users/abc", None, 400),
        ("GET", "/v2/users?cursor=x", None, 400),
        ("POST", "/v2/users/extensive", Some(json!({"filter": {"userIds": ["42"]}})), 404),
        ("GET", "/v2/settings/trackers?workspaceId=902", None, 200),
        ("GET", "/v2/settings/trackers?workspaceId=42", None, 404),
        ("GET", "/v2/settings/trackers?workspaceId=x", None, 400),
        ("POST", "/v2/stats/interaction", Some(json!({"filter": {"fromDate": "2020-03-01", "toDate": "2020-04-06"}})), 404),
    ];
    for (verb, path, body, status) in ask {
        let answer = inspect.ask("TINY", verb.parse().unwrap(), path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.json());
    }
    lab.world().write(|w| w.set(&sales_simulator::GongSettings { per_second: Some(100), per_day: Some(0), ..Default::default() }));
    for (verb, path, body) in paths() {
        assert_eq!(inspect.ask("TINY", verb, path, body).await.status, 429);
    }
    assert!(inspect.wrong.is_empty(), "{:#?}", inspect.wrong);
    assert!(inspect.statuses.len() > 100, "{}", inspect.statuses.len());
}

#[tokio::test]
async fn generated_calls_fit_the_document() {
    let Some(spec) = GongSpec::load() else { return };
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let lab = Lab::with(|o| o.gong = Some(GongWorld::generate(&GongGenerate::new(60, 12, until), 1))).await;
    lab.world().write(|w| w.add_key(sales_simulator::gong::AccessKey::new("TINY", "tiny-secret")));
    let mut inspect = Inspector { lab: &lab, spec: &spec, wrong: Vec::new(), statuses: Vec::new() };
    for (verb, path, body) in paths() {
        inspect.ask("TINY", verb, path, body).await;
    }
    assert!(inspect.wrong.is_empty(), "{:#?}", inspect.wrong);
}

#[tokio::test]
async fn the_samples_fit_the_document() {
    let Some(spec) = GongSpec::load() else { return };
    let lab = Lab::with(|o| o.gong = Some(GongWorld::sample().unwrap())).await;
    if lab.world().read(|w| w.calls().is_empty()) {
        return;
    }
    lab.world().write(|w| w.add_key(sales_simulator::gong::AccessKey::new("TINY", "tiny-secret")));
    let mut inspect = Inspector { lab: &lab, spec: &spec, wrong: Vec::new(), statuses: Vec::new() };
    for (verb, path, body) in paths().into_iter().filter(|(_, path, _)| !path.contains("/1002") && !path.contains("/501")) {
        inspect.ask("TINY", verb, path, body).await;
    }
    assert!(inspect.wrong.is_empty(), "{:#?}", inspect.wrong);
}

#[tokio::test]
async fn calls_have_what_typed_clients_need() {
    let lab = Lab::tiny().await;
    let list = lab.get("/v2/calls?fromDateTime=2024-01-01T00:00:00Z").await.good();
    let extensive = lab.post("/v2/calls/extensive", &json!({"filter": {}})).await.good();
    let meta = extensive["calls"].as_array().unwrap().iter().map(|c| &c["metaData"]);
    let all: Vec<&Value> = list["calls"].as_array().unwrap().iter().chain(meta).collect();
    assert_eq!(all.len(), 8);
    for call in all {
        let fields = call.as_object().unwrap();
        assert_eq!(fields.len(), 20, "nulls are present: {call}");
        for key in [
            "id",
            "url",
            "title",
            "started",
            "duration",
            "primaryUserId",
            "direction",
            "system",
            "scope",
            "media",
            "language",
            "workspaceId",
            "isPrivate",
        ] {
            assert!(!fields[key].is_null(), "{key}");
        }
        assert!(fields["url"].as_str().unwrap().starts_with("https://us-1."));
    }
}

#[test]
fn the_documents_agree_about_types() {
    let Some(spec) = GongSpec::load() else { return };
    // The value of a CRM field, which is of any type: the older document says "object" and shows texts and numbers.
    let any = ["ContextField", "CrmPartyContextField", "PartyContextField"];
    assert_eq!(spec.disagreements(), any.map(|name| format!("{name}.value: None and Some(String(\"object\"))")));
}

#[test]
fn the_checker_finds_what_is_wrong_with_answers() {
    let Some(spec) = GongSpec::load() else { return };
    let records = json!({"totalRecords": 1, "currentPageSize": 1, "currentPageNumber": 0});
    let check = |calls: Value| spec.answer("GET", "/v2/calls", 200, &json!({"requestId": "x", "records": records, "calls": calls}));
    assert_eq!(check(json!([])), Vec::<String>::new());
    assert_eq!(check(json!([{"id": "1", "title": null, "started": "2024-04-05T15:01:12Z", "direction": "Inbound"}])), Vec::<String>::new());
    for bad in [
        json!([{"id": 1}]),
        json!([{"identifier": "1"}]),
        json!([{"direction": "Sideways"}]),
        json!([{"direction": null}]),
        json!([{"started": "yesterday"}]),
        json!([{"duration": "60"}]),
        json!({}),
    ] {
        assert!(!check(bad.clone()).is_empty(), "{bad}");
    }
    assert_eq!(spec.answer("GET", "/v2/calls", 200, &json!({"requestId": "x", "calls": []})), ["GET /v2/calls: `records` is missing"]);
    assert_eq!(
        spec.answer("GET", "/v2/calls/7", 418, &json!({"requestId": "x", "errors": ["y"]})),
        ["GET /v2/calls/{id}: the status 418 is not declared"]
    );
    assert_eq!(spec.answer("PUT", "/v2/calls/7", 405, &json!({})), ["PUT /v2/calls/7 is not in the document"]);
}

#[test]
fn the_checker_finds_what_is_wrong_with_requests() {
    let Some(spec) = GongSpec::load() else { return };
    let get = |path: &str, query: &str| spec.request("GET", path, query, "");
    let post = |path: &str, body: Value| spec.request("POST", path, "", &body.to_string());
    let none = Vec::<String>::new();
    let range = "fromDateTime=2024-01-01T00%3A00%3A00Z&toDateTime=2024-02-01T00%3A00%3A00%2B01%3A00";
    assert_eq!(get("/v2/calls", range), none);
    assert_eq!(get("/v2/calls", &format!("{range}&workspaceId=901&cursor=abc")), none);
    assert_eq!(get("/v2/calls/7782342274025937895", ""), none);
    assert_eq!(get("/v2/users", "includeAvatars=true"), none);
    assert_eq!(post("/v2/calls/extensive", json!({"filter": {"callIds": ["1"]}, "contentSelector": everything(), "cursor": "abc"})), none);
    assert_eq!(post("/v2/calls/transcript", json!({"filter": {}})), none);
    assert_eq!(post("/v2/stats/interaction", json!({"filter": {"fromDate": "2024-01-01", "toDate": "2024-01-02"}})), none);
    for wrong in [
        get("/v2/calls", "fromDateTime=2024-01-01T00:00:00Z"),
        get("/v2/calls", &format!("{range}&limit=100")),
        get("/v2/calls", &range.replace("%2B", "+")),
        get("/v2/calls", &format!("{range}&workspaceId=sales")),
        get("/v2/calls", &format!("{range}&cursor=")),
        get("/v2/calls", &format!("{range}&cursor=a&cursor=b")),
        get("/v2/users", "includeAvatars=yes"),
        get("/v2/nothing", ""),
        spec.request("PUT", "/v2/calls/7", "", "{}"),
        spec.request("GET", "/v2/workspaces", "", "{}"),
        spec.request("POST", "/v2/calls/transcript", "", "{"),
        spec.request("POST", "/v2/calls/transcript", "limit=1", r#"{"filter":{}}"#),
        post("/v2/calls/transcript", json!({})),
        post("/v2/calls/transcript", json!({"filter": {}, "cursor": null})),
        post("/v2/calls/transcript", json!({"filter": {}, "contentSelector": {}})),
        post("/v2/calls/transcript", json!({"filter": {"callIds": [1]}})),
        post("/v2/calls/transcript", json!({"filter": {"callIds": ["abc"]}})),
        post("/v2/calls/transcript", json!({"filter": {"fromDateTime": "2024-01-01"}})),
        post("/v2/calls/extensive", json!({"filter": {}, "contentSelector": {"context": "Full"}})),
        post("/v2/calls/extensive", json!({"filter": {}, "contentSelector": {"contextTiming": ["Now"]}})),
        post("/v2/calls/extensive", json!({"filter": {}, "contentSelector": {"exposedFields": {"content": {"nextSteps": true}}}})),
        post("/v2/calls/extensive", json!({"filter": {}, "contentSelector": {"exposedFields": {"content": {"pointsOfInterest": true}}}})),
        post("/v2/calls/extensive", json!({"filter": {}, "contentSelector": {"exposedFields": {"content": {"trackerOccurrences": true}}}})),
        post("/v2/stats/interaction", json!({"filter": {"fromDate": "2024-01-01T00:00:00Z", "toDate": "2024-01-02"}})),
        post("/v2/stats/interaction", json!({"filter": {"fromDate": "2024-01-01"}})),
    ] {
        assert_eq!(wrong.len(), 1, "{wrong:?}");
    }
}

#[tokio::test]
async fn the_log_keeps_what_the_checker_needs() {
    let Some(spec) = GongSpec::load() else { return };
    let lab = Lab::tiny().await;
    lab.get("/v2/calls?fromDateTime=2024-01-01T00%3A00%3A00Z&toDateTime=2024-04-01T00%3A00%3A00Z").await.good();
    lab.post("/v2/calls/extensive", &json!({"filter": {}, "contentSelector": everything()})).await.good();
    lab.get("/v2/calls?limit=3").await.good();
    let wrong: Vec<Vec<String>> = lab
        .sim
        .log()
        .iter()
        .map(|e| {
            let sent = e.sent.as_ref().unwrap();
            spec.request(&e.verb, &sent.path, &sent.query, &sent.body)
        })
        .collect();
    assert_eq!(
        wrong,
        [
            vec![],
            vec![],
            vec![
                "GET /v2/calls: the parameter `limit` is not declared".to_owned(),
                "GET /v2/calls: `fromDateTime` is missing".into(),
                "GET /v2/calls: `toDateTime` is missing".into()
            ]
        ]
    );
}

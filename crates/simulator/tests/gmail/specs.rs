//! The double's answers against Gmail's own discovery document, and the checker of requests against the requests sent here.

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use reqwest::Method;
use sales_simulator::{GmailGenerate, GmailSettings, GmailWorld, gmail::RateShape};
use serde_json::{Value, json};

use crate::{
    common::{Answer, Lab, ME, id},
    gmail_spec::GmailSpec,
};

/// Asks and remembers what is wrong with questions and answers.
struct Inspector<'l> {
    lab: &'l Lab,
    spec: &'l GmailSpec,
    token: String,
    wrong: Vec<String>,
    asked: usize,
}

impl<'l> Inspector<'l> {
    fn new(lab: &'l Lab, spec: &'l GmailSpec) -> Self {
        Inspector { lab, spec, token: lab.token(&["https://mail.google.com/"]), wrong: Vec::new(), asked: 0 }
    }

    async fn ask(&mut self, verb: &Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.lab.bare(verb.clone(), &format!("{ME}{path}")).bearer_auth(&self.token);
        let answer = self
            .lab
            .send(match body {
                Some(body) => request.json(body),
                None => request,
            })
            .await;
        let bare = format!("{ME}{}", path.split('?').next().unwrap());
        self.wrong
            .extend(self.spec.answer(verb.as_str(), &bare, answer.status, &answer.json()).into_iter().map(|w| format!("{path}: {w}")));
        self.asked += 1;
        answer
    }
}

fn raw(text: &str) -> String {
    URL_SAFE.encode(text)
}

/// Every path: (verb, path, a body).
fn paths() -> Vec<(Method, String, Option<Value>)> {
    let letter =
        raw("From: deals@yourcompany.com\r\nTo: ada@acme.example\r\nSubject: Hi\r\nMessage-ID: <sent@yourcompany.com>\r\n\r\nHello\r\n");
    let get = |path: &str| (Method::GET, path.to_owned(), None);
    let post = |path: &str, body: Value| (Method::POST, path.to_owned(), Some(body));
    vec![
        get("/profile"),
        get("/messages"),
        get("/messages?q=from%3Aacme.example&maxResults=2&includeSpamTrash=true&labelIds=INBOX"),
        get(&format!("/messages/{}", id(3))),
        get(&format!("/messages/{}?format=raw", id(3))),
        get(&format!("/messages/{}?format=minimal", id(3))),
        get(&format!("/messages/{}?format=metadata&metadataHeaders=Subject", id(3))),
        get("/threads?maxResults=2"),
        get(&format!("/threads/{}", id(1))),
        get(&format!("/threads/{}?format=metadata", id(1))),
        get("/labels"),
        get("/labels/INBOX"),
        get("/labels/Label_1"),
        get("/drafts"),
        post("/labels", json!({"name": "Sales/acme", "labelListVisibility": "labelShow", "messageListVisibility": "show"})),
        post(&format!("/messages/{}/modify", id(1)), json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]})),
        post(&format!("/threads/{}/modify", id(1)), json!({"addLabelIds": ["IMPORTANT"]})),
        post("/messages/batchModify", json!({"ids": [id(1), id(2)], "removeLabelIds": ["STARRED"]})),
        (Method::POST, format!("/messages/{}/trash", id(2)), None),
        (Method::POST, format!("/messages/{}/untrash", id(2)), None),
        post("/drafts", json!({"message": {"raw": letter}})),
        post("/messages/send", json!({"raw": letter})),
        (Method::DELETE, format!("/messages/{}", id(5)), None),
    ]
}

#[tokio::test]
async fn every_kind_of_answer_fits_the_document() {
    let Some(spec) = GmailSpec::load() else { return };
    let lab = Lab::tiny().await;
    let mut inspect = Inspector::new(&lab, &spec);
    let start = lab.history_id();
    for (verb, path, body) in paths() {
        let answer = inspect.ask(&verb, &path, body.as_ref()).await;
        assert!(matches!(answer.status, 200 | 204), "{verb} {path}: {}", answer.text());
    }
    // With everything in it that just happened.
    inspect
        .ask(
            &Method::GET,
            &format!("/history?startHistoryId={start}&maxResults=500&historyTypes=labelAdded&historyTypes=messageAdded"),
            None,
        )
        .await
        .good();
    inspect.ask(&Method::GET, &format!("/history?startHistoryId={start}&maxResults=2"), None).await.good();
    inspect.ask(&Method::GET, &format!("/history?startHistoryId={}", lab.history_id()), None).await.good();
    let file =
        lab.get(&format!("/messages/{}", id(3))).await.good()["payload"]["parts"][1]["body"]["attachmentId"].as_str().unwrap().to_owned();
    inspect.ask(&Method::GET, &format!("/messages/{}/attachments/{file}", id(3)), None).await.good();
    let draft = inspect.ask(&Method::GET, "/drafts", None).await.good()["drafts"][0]["id"].as_str().unwrap().to_owned();
    inspect.ask(&Method::GET, &format!("/drafts/{draft}?format=raw"), None).await.good();
    inspect.ask(&Method::POST, "/drafts/send", Some(&json!({"id": draft}))).await.good();
    inspect.ask(&Method::GET, "/messages?q=nothing+of+the+kind", None).await.good();
    // What is refused.
    for (verb, path, body, status) in [
        (Method::GET, "/messages/18e0000000000099".to_owned(), None, 404),
        (Method::GET, "/messages/nonsense".into(), None, 400),
        (Method::GET, "/messages?maxResults=501".into(), None, 400),
        (Method::GET, "/messages?pageToken=x".into(), None, 400),
        (Method::GET, "/history?startHistoryId=1".into(), None, 404),
        (Method::GET, "/threads/18e0000000000099".into(), None, 404),
        (Method::GET, "/labels/Label_99".into(), None, 404),
        (Method::GET, "/drafts/none".into(), None, 404),
        (Method::POST, "/labels".into(), Some(json!({"name": "Sales/ACME"})), 409),
        (Method::POST, "/labels".into(), Some(json!({"name": ""})), 400),
        (Method::POST, "/messages/send".into(), Some(json!({"raw": "***"})), 400),
        (Method::POST, "/messages/send".into(), Some(json!({"raw": raw("Subject: to nobody\r\n\r\nx")})), 400),
        (Method::POST, "/drafts/send".into(), Some(json!({"id": "none"})), 404),
        (Method::POST, format!("/messages/{}/modify", id(1)), Some(json!({})), 400),
        (Method::POST, format!("/messages/{}/modify", id(1)), Some(json!({"addLabelIds": ["SENT"]})), 400),
        (Method::POST, "/messages/batchModify".into(), Some(json!({"ids": [], "addLabelIds": ["STARRED"]})), 400),
    ] {
        assert_eq!(inspect.ask(&verb, &path, body.as_ref()).await.status, status, "{verb} {path}");
    }
    for token in ["nonsense".to_owned(), lab.token(&["gmail.labels"]), lab.token(&["gmail.metadata"])] {
        inspect.token = token;
        for (verb, path, body) in paths() {
            inspect.ask(&verb, &path, body.as_ref()).await;
        }
    }
    inspect.token = lab.token.clone();
    for shape in [RateShape::Exhausted, RateShape::Forbidden, RateShape::Mixed] {
        lab.world().write(|w| w.set(&GmailSettings { per_minute: Some(0), rate_shape: Some(shape), ..Default::default() }));
        for (verb, path, body) in paths() {
            let answer = inspect.ask(&verb, &path, body.as_ref()).await;
            assert!(matches!(answer.status, 403 | 429), "{path}: {}", answer.text());
        }
    }
    assert!(inspect.wrong.is_empty(), "{:#?}", inspect.wrong);
    assert!(inspect.asked > 140, "{}", inspect.asked);
}

#[tokio::test]
async fn every_error_of_a_scenario_fits_the_shape_of_errors() {
    let Some(spec) = GmailSpec::load() else { return };
    for word in
        ["userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded", "accessNotConfigured", "domainPolicy", "backendError", "other"]
    {
        let lab = Lab::scenario(&format!("[[rule]]\ndo = 'error'\nerror = '{word}'\n")).await;
        let mut inspect = Inspector::new(&lab, &spec);
        assert!(inspect.ask(&Method::GET, "/profile", None).await.status >= 400);
        assert!(inspect.wrong.is_empty(), "{word}: {:#?}", inspect.wrong);
    }
}

#[tokio::test]
async fn generated_mail_and_the_samples_fit_the_document() {
    let Some(spec) = GmailSpec::load() else { return };
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    for world in [GmailWorld::generate(&GmailGenerate::new(40, until), 1), GmailWorld::sample().unwrap()] {
        let lab = Lab::with(|o| o.gmail = Some(world)).await;
        let mut inspect = Inspector::new(&lab, &spec);
        inspect.ask(&Method::GET, "/profile", None).await.good();
        inspect.ask(&Method::GET, "/labels", None).await.good();
        inspect.ask(&Method::GET, "/threads?includeSpamTrash=true", None).await.good();
        for id in lab.world().read(GmailWorld::messages) {
            for format in ["full", "metadata", "raw"] {
                inspect.ask(&Method::GET, &format!("/messages/{id}?format={format}"), None).await.good();
            }
        }
        assert!(inspect.wrong.is_empty(), "{:#?}", inspect.wrong);
    }
}

#[tokio::test]
async fn what_the_checker_of_answers_finds() {
    let Some(spec) = GmailSpec::load() else { return };
    let check = |path: &str, status, body: Value| spec.answer("GET", &format!("{ME}{path}"), status, &body);
    assert_eq!(check("/profile", 200, json!({"emailAddress": "a@b.example", "historyId": "1"})), Vec::<String>::new());
    for (path, status, body) in [
        ("/profile", 200, json!({"emailAddress": 1})),
        ("/profile", 200, json!({"historyId": 12})),
        ("/profile", 200, json!({"historyId": "-1"})),
        ("/profile", 200, json!({"address": "a@b.example"})),
        ("/messages/1", 200, json!({"raw": "a+b/"})),
        ("/messages/1", 200, json!({"payload": {"parts": [{"body": {"size": "1"}}]}})),
        ("/messages", 201, json!({})),
        ("/messages", 400, json!({"error": "invalid_grant"})),
        ("/messages", 400, json!({"error": {"code": 404, "message": "x", "errors": [{"message": "x", "domain": "d", "reason": "r"}]}})),
        ("/messages", 400, json!({"error": {"code": 400, "message": "x", "errors": []}})),
        ("/letters", 200, json!({})),
    ] {
        assert!(!check(path, status, body.clone()).is_empty(), "{path} {status} {body}");
    }
}

#[tokio::test]
async fn requests_are_checked_against_what_is_declared() {
    let Some(spec) = GmailSpec::load() else { return };
    assert_eq!(spec.method_id("GET", &format!("{ME}/messages/18e2")).as_deref(), Some("gmail.users.messages.get"));
    assert_eq!(spec.method_id("POST", &format!("{ME}/messages/batchModify")).as_deref(), Some("gmail.users.messages.batchModify"));
    assert_eq!(spec.method_id("PATCH", &format!("{ME}/messages/18e2")), None);
    let lab = Lab::tiny().await;
    let token = lab.token(&["https://mail.google.com/"]);
    for (verb, path, body) in paths() {
        let (bare, query) = path.split_once('?').unwrap_or((&path, ""));
        let sent = body.as_ref().map(Value::to_string).unwrap_or_default();
        assert_eq!(spec.request(verb.as_str(), &format!("{ME}{bare}"), query, &sent), Vec::<String>::new(), "{verb} {path}");
    }
    for (verb, path, query, body) in [
        ("GET", "/messages", "maxresults=1", ""),
        ("GET", "/messages", "maxResults=501", ""),
        ("GET", "/messages", "q=a&q=b", ""),
        ("GET", "/messages", "includeSpamTrash=1", ""),
        ("GET", "/messages/1", "format=eml", ""),
        ("GET", "/history", "", ""),
        ("GET", "/history", "startHistoryId=-1", ""),
        ("GET", "/profile", "", "{}"),
        ("POST", "/messages/1/modify", "", "{\"addLabels\":[]}"),
        ("POST", "/messages/1/modify", "", "no json"),
        ("PUT", "/messages", "", ""),
    ] {
        // What the document does not know, the double refuses as well.
        assert!(!spec.request(verb, &format!("{ME}{path}"), query, body).is_empty(), "{verb} {path}?{query} {body}");
        let request = lab.bare(verb.parse().unwrap(), &format!("{ME}{path}?{query}")).bearer_auth(&token);
        let status =
            lab.send(if body.is_empty() { request } else { request.header("content-type", "application/json").body(body) }).await.status;
        let taken = path == "/profile";
        assert!(taken || status >= 400, "{verb} {path}?{query} {body}: {status}");
    }
}

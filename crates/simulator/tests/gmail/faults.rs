//! The scenario language, spoken to Gmail and to Google's authorisation.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Lab, ME, id, refused, short};

#[tokio::test]
async fn answers_break_in_all_ways() {
    let mut text = String::new();
    let faults = [
        "torn_body'",
        "status'\nstatus = 502",
        "html'",
        "slow_body'\nmillis = 1",
        "slow_head'\nmillis = 1",
        "missing_scope'",
        "token_expired'",
    ];
    for (n, fault) in faults.iter().enumerate() {
        text.push_str(&format!("[[rule]]\nmethod = 'gmail.profile'\nrequest = {}\ndo = '{fault}\n", n + 1));
    }
    let lab = Lab::scenario(&text).await;
    let request = || lab.bare(Method::GET, &format!("{ME}/profile")).bearer_auth(&lab.token);
    assert!(lab.try_send(request()).await.is_err());
    let broken = lab.send(request()).await;
    assert_eq!((broken.status, broken.header("content-type")), (502, Some("text/html; charset=utf-8")));
    let page = lab.send(request()).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    lab.send(request()).await.good();
    lab.send(request()).await.good();
    assert_eq!(lab.send(request()).await.error().1, "insufficientPermissions");
    for _ in 0..2 {
        assert_eq!(lab.send(request()).await.error().1, "authError", "it stays so");
    }
    let fresh = lab.refresh("tiny-refresh").await.good()["access_token"].as_str().unwrap().to_owned();
    lab.get_as(&fresh, "/profile").await.good();
    let faults: Vec<Option<&str>> = lab.sim.log().iter().map(|e| e.fault).collect();
    assert_eq!(faults[..7], ["torn_body", "status", "html", "slow_body", "slow_head", "error", "token_expired"].map(Some));
    assert_eq!(faults[7..], [None; 3]);
}

#[tokio::test]
async fn errors_by_googles_words() {
    for (word, status, reason) in [
        ("userRateLimitExceeded", 403, "userRateLimitExceeded"),
        ("rateLimitExceeded", 429, "rateLimitExceeded"),
        ("concurrent", 429, "rateLimitExceeded"),
        ("dailyLimitExceeded", 403, "dailyLimitExceeded"),
        ("accessNotConfigured", 403, "accessNotConfigured"),
        ("domainPolicy", 403, "domainPolicy"),
        ("insufficientPermissions", 403, "insufficientPermissions"),
        ("failedPrecondition", 400, "failedPrecondition"),
        ("authError", 401, "authError"),
        ("required", 401, "required"),
        ("notFound", 404, "notFound"),
        ("backendError", 503, "backendError"),
        ("internalError", 500, "internalError"),
        ("anythingElse", 400, "anythingElse"),
    ] {
        let lab = Lab::scenario(&format!("[[rule]]\nmethod = 'gmail.*'\nfirst = 1\ndo = 'error'\nerror = '{word}'\n")).await;
        let (is, says, _) = lab.get("/messages").await.error();
        assert_eq!((is, says.as_str()), (status, reason), "{word}");
        lab.get("/messages").await.good();
    }
}

#[tokio::test]
async fn waits_in_all_forms() {
    let rule = |n: u8, wait: &str| format!("[[rule]]\nmethod = 'gmail.*'\nrequest = {n}\ndo = 'throttle'\nretry_after = {wait}\n");
    let text =
        format!("[gmail]\nretry_hint = 'both'\n{}{}{}{}", rule(1, "5"), rule(2, "'date:5'"), rule(3, "'missing'"), rule(4, "'absurd'"));
    let lab = Lab::scenario(&text).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        lab.clock.forward(jiff::SignedDuration::from_secs(10));
        let answer = lab.get("/labels").await;
        assert_eq!((answer.error().0, answer.error().1.as_str()), (429, "rateLimitExceeded"));
        let text = answer.error().2.split("Retry after ").nth(1).map(str::to_owned);
        seen.push((answer.header("retry-after").map(str::to_owned), text));
    }
    let some = |t: &str| Some(t.to_owned());
    assert_eq!(
        seen,
        [
            (some("5"), some("2024-04-08T09:00:15.000Z")),
            (some("Mon, 08 Apr 2024 09:00:25 GMT"), some("2024-04-08T09:00:25.000Z")),
            (None, None),
            (some("soon"), None),
        ]
    );
    assert!(lab.sim.violations().is_empty());
}

#[tokio::test]
async fn pages_misbehave() {
    let page = async |lab: &Lab, token: &str| {
        let answer = lab.get(&format!("/messages?maxResults=3{token}")).await.good();
        (short(&answer["messages"]), answer["nextPageToken"].as_str().map(|t| format!("&pageToken={t}")))
    };
    let rule = |what: &str| format!("[[rule]]\nmethod = 'gmail.messages.list'\n{what}\n");
    let all = async |lab: &Lab| {
        let (mut seen, mut token) = (Vec::new(), Some(String::new()));
        while let Some(t) = token.filter(|_| seen.len() < 9) {
            let (ids, next) = page(lab, &t).await;
            seen.push(ids);
            token = next;
        }
        seen.join("|")
    };
    assert_eq!(
        all(&Lab::scenario(&rule("request = 1\ndo = 'short_page'\nsize = 0")).await).await,
        "|9 8 5|4 3 2|1",
        "empty, and more follow"
    );
    assert_eq!(all(&Lab::scenario(&rule("do = 'repeat_page'")).await).await, "9 8 5|9 8 5|4 3 2|4 3 2|1|1");
    assert_eq!(all(&Lab::scenario(&rule("do = 'loop_cursor'")).await).await, ["9 8 5"; 9].join("|"), "for ever");
    let lab = Lab::scenario(&rule("do = 'expire_cursor'")).await;
    let (_, token) = page(&lab, "").await;
    let expired = lab.get(&format!("/messages?maxResults=3{}", token.unwrap())).await;
    assert_eq!(expired.error(), (400, "invalidArgument".into(), "Invalid pageToken".into()));
}

#[tokio::test]
async fn the_answer_to_what_was_sent_is_lost() {
    let lab = Lab::scenario("[[rule]]\nmethod = 'gmail.messages.send'\nfirst = 1\ndo = 'torn_body'\n").await;
    let token = lab.token(&["gmail.send"]);
    use base64::Engine as _;
    let raw =
        base64::engine::general_purpose::URL_SAFE.encode("To: ada@acme.example\r\nMessage-ID: <once@yourcompany.com>\r\n\r\nHello\r\n");
    let request = lab.bare(Method::POST, &format!("{ME}/messages/send")).bearer_auth(&token).json(&json!({"raw": raw}));
    assert!(lab.try_send(request).await.is_err());
    assert_eq!(lab.search("rfc822msgid:once@yourcompany.com in:sent").await.split(' ').count(), 1, "it went out all the same");
}

#[tokio::test]
async fn a_hanging_answer_ends_with_the_simulator() {
    let lab = Lab::scenario("[[rule]]\nmethod = ['gmail.labels.list', 'google.token']\ndo = 'hang'\n").await;
    let hung = tokio::spawn(lab.bare(Method::GET, &format!("{ME}/labels")).bearer_auth(&lab.token).send());
    let token = tokio::spawn(lab.http.post(lab.sim.google_token_url()).form(&[("grant_type", "refresh_token")]).send());
    while lab.sim.log().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(lab.sim.log().iter().map(|e| (e.status, e.fault)).collect::<Vec<_>>(), [(0, Some("hang")); 2]);
    lab.get("/profile").await.good();
    lab.sim.stop().await;
    for request in [hung, token] {
        let ended = match request.await.unwrap() {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(ended);
    }
}

/// Sends a batch of raw gets; what came by id, and ids and reasons of what was refused.
async fn batch(lab: &Lab, ids: &BTreeSet<String>) -> (BTreeSet<String>, Vec<(u16, String)>) {
    let part = |id: &String| {
        format!("--b\r\nContent-Type: application/http\r\nContent-ID: <{id}>\r\n\r\nGET {ME}/messages/{id}?format=raw\r\n\r\n")
    };
    let body = ids.iter().map(part).collect::<String>() + "--b--\r\n";
    let request = lab.http.post(format!("{}/batch/gmail/v1", lab.sim.gmail_api_url())).bearer_auth(&lab.token);
    let answer = lab.send(request.header("content-type", "multipart/mixed; boundary=b").body(body)).await;
    assert_eq!(answer.status, 200);
    let (mut got, mut not) = (BTreeSet::new(), Vec::new());
    let text = answer.text();
    for part in text.split("Content-ID: <response-").skip(1) {
        let id = part.split('>').next().unwrap().to_owned();
        let json: Value = serde_json::from_str(part.split("\r\n\r\n").nth(2).unwrap().split("\r\n--").next().unwrap()).unwrap();
        match json.get("raw") {
            Some(_) => {
                assert_eq!(json["id"], id, "each answer stands under the name of its question");
                assert!(got.insert(id));
            }
            None => {
                let answer = Answer {
                    status: json["error"]["code"].as_u64().unwrap().try_into().unwrap(),
                    headers: Default::default(),
                    body: json.to_string().into(),
                };
                let (status, reason, _) = answer.error();
                not.push((status, reason));
            }
        }
    }
    (got, not)
}

#[tokio::test]
async fn mixed_and_shuffled_batches_end_when_the_refused_are_asked_for_again() {
    let lab = Lab::scenario("gmail-batch-limits").await;
    let mut open: BTreeSet<String> = (1..=9).map(id).collect();
    let (mut rounds, mut shapes) = (0, BTreeSet::new());
    while !open.is_empty() {
        rounds += 1;
        assert!(rounds < 9, "{open:?}");
        let (got, not) = batch(&lab, &open).await;
        assert_eq!(got.len() + not.len(), open.len(), "every question is answered once");
        shapes.extend(not);
        open.retain(|id| !got.contains(id));
    }
    assert!(rounds > 1);
    assert_eq!(shapes, BTreeSet::from([(403, "userRateLimitExceeded".to_owned()), (429, "rateLimitExceeded".to_owned())]));
}

#[tokio::test]
async fn the_built_in_ones() {
    let lab = Lab::scenario("gmail-history-expired").await;
    let before = lab.history_id();
    assert_eq!(lab.get(&format!("/history?startHistoryId={before}")).await.error().1, "notFound");
    let now = lab.get("/profile").await.good()["historyId"].as_str().unwrap().to_owned();
    lab.get(&format!("/history?startHistoryId={now}")).await.good();

    let lab = Lab::scenario("gmail-new-message").await;
    let from = lab.history_id();
    assert_eq!(lab.get(&format!("/history?startHistoryId={from}")).await.good().get("history"), None);
    let told = lab.get(&format!("/history?startHistoryId={from}")).await.good();
    assert_eq!(told["history"][0]["messagesAdded"][0]["message"]["threadId"], id(1));
    assert_eq!(lab.get(&format!("/history?startHistoryId={from}")).await.good()["history"].as_array().unwrap().len(), 1, "once");

    let lab = Lab::scenario("gmail-deleted-message").await;
    assert_eq!(short(&lab.get("/messages").await.good()["messages"]), "9 8 5 4 3 2 1");
    assert_eq!(lab.get(&format!("/messages/{}", id(9))).await.error().1, "notFound");

    let lab = Lab::scenario("gmail-label").await;
    lab.get("/messages").await.good();
    let labels = lab.world().read(|w| w.labels_of(&id(9)).unwrap().join(" "));
    assert_eq!(labels, "STARRED UNREAD");

    let lab = Lab::scenario("google-rotation").await;
    let first = lab.refresh("tiny-refresh").await.good();
    assert_eq!((&first["expires_in"], refused(&lab.refresh("tiny-refresh").await).1), (&json!(360), "invalid_grant".into()));

    let lab = Lab::scenario("google-revoked").await;
    let token = lab.refresh("tiny-refresh").await.good()["access_token"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        lab.get_as(&token, "/profile").await.good();
    }
    assert_eq!(lab.get_as(&token, "/profile").await.error().1, "authError");
    assert_eq!(refused(&lab.refresh("tiny-refresh").await).1, "invalid_grant");
}

#[tokio::test]
async fn the_token_endpoint_fails() {
    let rule = |what: &str| format!("[[rule]]\nmethod = 'google.token'\nfirst = 1\n{what}\n");
    let lab = Lab::scenario(&rule("do = 'torn_body'")).await;
    let form = [
        ("client_id", "tiny-client"),
        ("client_secret", "tiny-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "tiny-refresh"),
    ];
    assert!(lab.try_send(lab.http.post(lab.sim.google_token_url()).form(&form)).await.is_err());
    lab.refresh("tiny-refresh").await.good();

    for (what, status, error) in [
        ("do = 'error'\nerror = 'invalid_grant'", 400, "invalid_grant"),
        ("do = 'error'\nerror = 'internal_failure'", 500, "internal_failure"),
        ("do = 'error'\nerror = 'unauthorized_client'", 401, "unauthorized_client"),
        ("do = 'throttle'\nretry_after = 5", 429, "rate_limit_exceeded"),
        ("do = 'token_expired'", 400, "invalid_grant"),
    ] {
        let lab = Lab::scenario(&rule(what)).await;
        let answer = lab.refresh("tiny-refresh").await;
        assert_eq!((refused(&answer).0, refused(&answer).1.as_str()), (status, error), "{what}");
        assert_eq!(answer.header("retry-after").is_some(), status == 429);
    }
    for (what, status) in [("do = 'html'", 200), ("do = 'status'\nstatus = 503", 503)] {
        let answer = Lab::scenario(&rule(what)).await.refresh("tiny-refresh").await;
        assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/html; charset=utf-8")), "{what}");
    }
    let lab = Lab::scenario(&rule("do = 'slow_body'\nmillis = 1")).await;
    lab.refresh("tiny-refresh").await.good();
}

#[tokio::test]
async fn unknown_settings_are_told() {
    for text in ["[gmail]\nper_hour = 1\n", "[google]\nconsent = 'maybe'\n", "[gmail]\nrate_shape = 'round'\n"] {
        assert!(sales_simulator::Scenario::parse(text).is_err(), "{text}");
    }
}

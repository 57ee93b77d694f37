//! Many calls in one request.

use serde_json::{Value, json};

use crate::common::{Answer, Lab, error, id};

/// A batch of GETs with ids `<item-1>` and so on.
fn body(paths: &[String]) -> String {
    let mut out = String::new();
    for (n, path) in paths.iter().enumerate() {
        out.push_str(&format!(
            "--xyz\r\nContent-Type: application/http\r\nContent-ID: <item-{}>\r\n\r\nGET /gmail/v1/users/me{path} HTTP/1.1\r\n\r\n\r\n",
            n + 1
        ));
    }
    out + "--xyz--\r\n"
}

async fn send(lab: &Lab, token: Option<&str>, body: String) -> Answer {
    let request = lab.http.post(format!("{}/batch/gmail/v1", lab.sim.gmail_api_url()));
    let request = request.header("content-type", "multipart/mixed; boundary=\"xyz\"").body(body);
    lab.send(match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
    .await
}

/// Content-ID, status and body of the parts, in their order.
fn parts(answer: &Answer) -> Vec<(String, u16, Value)> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let boundary = answer.header("content-type").unwrap().strip_prefix("multipart/mixed; boundary=").unwrap().to_owned();
    let text = answer.text();
    assert!(text.ends_with(&format!("--{boundary}--\r\n")));
    text.split(&format!("--{boundary}\r\n"))
        .skip(1)
        .map(|part| {
            let (head, rest) = part.split_once("\r\n\r\n").unwrap();
            assert!(head.contains("Content-Type: application/http"));
            let id = head.lines().find_map(|l| l.strip_prefix("Content-ID: ")).unwrap_or_default().to_owned();
            let (inner, rest) = rest.split_once("\r\n\r\n").unwrap();
            let status = inner.strip_prefix("HTTP/1.1 ").unwrap().get(..3).unwrap().parse().unwrap();
            let length: usize = inner.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            (id, status, serde_json::from_str(rest.get(..length).unwrap()).unwrap_or_default())
        })
        .collect()
}

#[tokio::test]
async fn each_part_has_its_own_status() {
    let lab = Lab::tiny().await;
    let paths = [format!("/messages/{}?format=raw", id(1)), "/messages/18e0000000000099".into(), "/nothing".into(), "/profile?x=1".into()];
    let answer = send(&lab, Some(&lab.token), body(&paths)).await;
    let parts = parts(&answer);
    assert_eq!(
        parts.iter().map(|(id, status, _)| (id.as_str(), *status)).collect::<Vec<_>>(),
        [("<response-item-1>", 200), ("<response-item-2>", 404), ("<response-item-3>", 404), ("<response-item-4>", 400)]
    );
    assert_eq!(parts[0].2, lab.get(&paths[0]).await.good(), "the same as one alone");
    assert_eq!(error(404, &parts[1].2).1, "notFound");
    let log: Vec<(String, u16, u64)> = lab.sim.log().iter().take(5).map(|e| (e.method.clone(), e.status, e.units)).collect();
    assert_eq!(
        log,
        [
            ("gmail.messages.get".into(), 200, 20),
            ("gmail.messages.get".into(), 404, 20),
            ("GET /gmail/v1/users/me/nothing".into(), 404, 0),
            ("gmail.profile".into(), 400, 1),
            ("gmail.batch".into(), 200, 0),
        ],
        "the calls count, the batch does not"
    );
}

#[tokio::test]
async fn parts_come_in_any_order() {
    let lab = Lab::scenario("[gmail]\nshuffle = true\n").await;
    let paths: Vec<String> = (1..=9).map(|n| format!("/messages/{}?format=minimal", id(n))).collect();
    let first = parts(&send(&lab, Some(&lab.token), body(&paths)).await);
    let order: Vec<&str> = first.iter().map(|(id, _, _)| id.as_str()).collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_ne!(order, sorted);
    for (content_id, _, message) in &first {
        let n: u32 = content_id.trim_start_matches("<response-item-").trim_end_matches('>').parse().unwrap();
        assert_eq!(message["id"], id(n));
    }
    let second = parts(&send(&lab, Some(&lab.token), body(&paths)).await);
    assert_ne!(order, second.iter().map(|(id, _, _)| id.as_str()).collect::<Vec<_>>(), "another order each time");
}

#[tokio::test]
async fn some_parts_are_refused() {
    let lab = Lab::scenario("gmail-batch-limits").await;
    let paths: Vec<String> = (1..=9).map(|n| format!("/messages/{}?format=minimal", id(n))).collect();
    let mut seen = Vec::new();
    for (_, status, json) in parts(&send(&lab, Some(&lab.token), body(&paths)).await) {
        seen.push(if status == 200 { "good".to_owned() } else { format!("{status} {}", error(status, &json).1) });
    }
    assert!(
        seen.contains(&"good".to_owned())
            && seen.contains(&"429 rateLimitExceeded".into())
            && seen.contains(&"403 userRateLimitExceeded".into()),
        "{seen:?}"
    );
}

#[tokio::test]
async fn the_quota_is_taken_call_by_call() {
    let lab = Lab::scenario("[gmail]\nper_minute = 100\n").await;
    let paths: Vec<String> = (1..=9).map(|n| format!("/messages/{}?format=minimal", id(n))).collect();
    let statuses: Vec<u16> = parts(&send(&lab, Some(&lab.token), body(&paths)).await).iter().map(|(_, s, _)| *s).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429, 429]);
    assert_eq!(lab.sim.spent("gmail").total(), 180);
}

#[tokio::test]
async fn calls_at_once_inside_a_batch() {
    let lab = Lab::scenario("[gmail]\nconcurrent = 4\n").await;
    let paths: Vec<String> = (1..=6).map(|_| "/profile".to_owned()).collect();
    let answers = parts(&send(&lab, Some(&lab.token), body(&paths)).await);
    assert_eq!(answers.iter().map(|(_, s, _)| *s).collect::<Vec<_>>(), [200, 200, 200, 200, 429, 429]);
    assert_eq!(error(429, &answers[5].2).2, "Too many concurrent requests for user.");
}

#[tokio::test]
async fn what_is_no_batch() {
    let lab = Lab::tiny().await;
    let hundred: Vec<String> = (0..100).map(|_| "/profile".to_owned()).collect();
    assert_eq!(parts(&send(&lab, Some(&lab.token), body(&hundred)).await).len(), 100);
    let more: Vec<String> = (0..101).map(|_| "/profile".to_owned()).collect();
    for wrong in [body(&more), body(&[]), String::new(), "--xyz\r\n".into()] {
        assert_eq!(send(&lab, Some(&lab.token), wrong).await.error().0, 400);
    }
    let plain = lab.http.post(format!("{}/batch/gmail/v1", lab.sim.gmail_api_url())).bearer_auth(&lab.token).json(&json!({}));
    assert_eq!(lab.send(plain).await.error().0, 400);
    assert_eq!(send(&lab, None, body(&["/profile".into()])).await.error(), (401, "required".into(), error_text()));
    let answers = parts(&send(&lab, Some("nobody"), body(&["/profile".into()])).await);
    assert_eq!((answers[0].1, error(401, &answers[0].2).1), (401, "authError".into()));
}

fn error_text() -> String {
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.".into()
}

#[tokio::test]
async fn faults_inside_a_batch_stay_inside() {
    for (fault, status) in [("torn_body", 200), ("hang", 503), ("html", 200), ("status'\nstatus = 502\n#", 502)] {
        let lab = Lab::scenario(&format!("[[rule]]\nmethod = 'gmail.messages.get'\nrequest = 2\ndo = '{fault}'\n")).await;
        let paths: Vec<String> = (1..=3).map(|n| format!("/messages/{}?format=minimal", id(n))).collect();
        let answers = parts(&send(&lab, Some(&lab.token), body(&paths)).await);
        assert_eq!(answers.iter().map(|(_, s, _)| *s).collect::<Vec<_>>(), [200, status, 200], "{fault}");
        assert!(answers[1].2.get("id").is_none() && answers[2].2.get("id").is_some());
    }
    let lab = Lab::scenario("[[rule]]\nmethod = 'gmail.batch'\ndo = 'torn_body'\n").await;
    let request = lab.http.post(format!("{}/batch/gmail/v1", lab.sim.gmail_api_url())).bearer_auth(&lab.token);
    let request = request.header("content-type", "multipart/mixed; boundary=xyz").body(body(&["/profile".into()]));
    assert!(lab.try_send(request).await.is_err());
}

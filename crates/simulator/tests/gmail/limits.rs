//! Units per minute and user, and requests at once.

use jiff::SignedDuration;
use sales_simulator::GmailSettings;
use serde_json::json;

use crate::common::{Lab, id};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

#[tokio::test]
async fn there_are_none_unless_they_are_wanted() {
    let lab = Lab::tiny().await;
    let path = format!("/threads/{}?format=minimal", id(1));
    for _ in 0..160 {
        lab.get(&path).await.good();
    }
    assert_eq!((lab.sim.spent("gmail").most_in(MINUTE), lab.sim.spent("gmail").total()), (6_400, 6_400));
    assert_eq!(lab.sim.spent("gong").total(), 0);
}

#[tokio::test]
async fn what_each_method_costs() {
    let lab = Lab::tiny().await;
    let full = lab.token(&["https://mail.google.com/"]);
    let mut before = 0;
    let mut costs = Vec::new();
    let (message, thread) = (format!("/messages/{}", id(1)), format!("/threads/{}", id(1)));
    let history = format!("/history?startHistoryId={}", lab.history_id());
    for path in [
        "/profile",
        "/messages",
        &message,
        &format!("{message}?format=minimal"),
        &thread,
        &history,
        "/labels",
        "/labels/INBOX",
        "/messages/nonsense",
    ] {
        lab.get_as(&full, path).await;
        let now = lab.sim.spent("gmail").total();
        costs.push(now - before);
        before = now;
    }
    assert_eq!(costs, [1, 5, 20, 20, 40, 2, 1, 1, 20], "what was not found costs as much");
    lab.world().write(|w| w.set(&GmailSettings { costs: Some(sales_simulator::gmail::Costs::Old), ..Default::default() }));
    lab.get_as(&full, &message).await;
    lab.get_as(&full, &thread).await;
    assert_eq!(lab.sim.spent("gmail").total() - before, 5 + 10);
    lab.get_as("nobody", &message).await;
    assert_eq!(lab.sim.spent("gmail").total() - before, 15, "nobody's requests are nobody's");
}

#[tokio::test]
async fn a_minute_holds_so_many_units() {
    let lab = Lab::scenario("[gmail]\nper_minute = 100\n").await;
    let message = format!("/messages/{}?format=minimal", id(1));
    for _ in 0..2 {
        lab.get(&message).await.good();
    }
    lab.clock.forward(SignedDuration::from_secs(30));
    for _ in 0..3 {
        lab.get(&message).await.good();
    }
    let refused = lab.get(&message).await;
    let (status, reason, text) = refused.error();
    assert_eq!((status, reason.as_str()), (429, "rateLimitExceeded"));
    assert!(text.starts_with("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'"), "{text}");
    assert_eq!(refused.json()["error"]["status"], "RESOURCE_EXHAUSTED");
    assert_eq!(refused.header("retry-after"), None, "none is promised");
    assert_eq!(lab.get("/profile").await.status, 429, "not a unit is left");
    lab.clock.forward(SignedDuration::from_secs(30));
    for _ in 0..2 {
        lab.get(&message).await.good();
    }
    assert_eq!(lab.get("/profile").await.status, 429);
    assert!(lab.sim.violations().is_empty(), "who is told no time can't come too early");
    // What was refused shows too: a client that keeps the quota is never refused.
    assert!(lab.sim.spent("gmail").most_in(MINUTE) > 100);
}

#[tokio::test]
async fn a_client_that_keeps_the_quota() {
    let lab = Lab::scenario("gmail-limits").await;
    let message = format!("/messages/{}?format=minimal", id(1));
    for _ in 0..600 {
        lab.get(&message).await.good();
        lab.clock.forward(SignedDuration::from_millis(200));
    }
    assert_eq!(lab.sim.spent("gmail").most_in(MINUTE), 6_000);
}

#[tokio::test]
async fn hints_bind() {
    for (hint, text, header) in [("text", true, false), ("header", false, true), ("both", true, true)] {
        for shape in ["exhausted", "forbidden"] {
            let lab = Lab::scenario(&format!("[gmail]\nper_minute = 5\nretry_hint = '{hint}'\nrate_shape = '{shape}'\n")).await;
            lab.get("/messages").await.good();
            lab.clock.forward(SignedDuration::from_millis(500));
            let refused = lab.get("/messages").await;
            let (status, reason, says) = refused.error();
            let expected = if shape == "exhausted" { (429, "rateLimitExceeded") } else { (403, "userRateLimitExceeded") };
            assert_eq!((status, reason.as_str()), expected);
            assert_eq!(says.contains("Retry after 2024-04-08T09:01:00.500Z"), text, "{says}");
            assert_eq!(refused.header("retry-after"), header.then_some("60"));
            lab.clock.forward(SignedDuration::from_secs(59));
            lab.get("/labels").await;
            assert_eq!(lab.sim.violations().len(), 1, "earlier than told, whatever the method");
            lab.clock.forward(SignedDuration::from_secs(1));
            lab.get("/messages").await.good();
            assert_eq!(lab.sim.violations().len(), 1);
        }
    }
}

#[tokio::test]
async fn both_shapes_of_one_refusal() {
    let lab = Lab::scenario("[gmail]\nper_minute = 1\nrate_shape = 'mixed'\n").await;
    lab.get("/profile").await.good();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let answer = lab.get("/profile").await;
        seen.insert((answer.error().0, answer.error().1));
        if answer.status == 403 {
            let error = &answer.json()["error"];
            assert_eq!(
                error["errors"][0],
                json!({"domain": "usageLimits", "reason": "userRateLimitExceeded", "message": "User Rate Limit Exceeded"})
            );
            assert_eq!(error.get("status"), None, "the older shape");
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [(403, "userRateLimitExceeded".into()), (429, "rateLimitExceeded".into())]);
}

#[tokio::test]
async fn too_many_at_once() {
    let scenario = "[gmail]\nconcurrent = 2\n[[rule]]\nmethod = 'gmail.profile'\ndo = 'slow_head'\nmillis = 300\n";
    let lab = Lab::scenario(scenario).await;
    let all = futures_util::future::join_all((0..4).map(|_| lab.get("/profile"))).await;
    let (good, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(|a| a.status == 200);
    assert_eq!((good.len(), refused.len()), (2, 2));
    for answer in refused {
        assert_eq!(answer.error(), (429, "rateLimitExceeded".into(), "Too many concurrent requests for user.".into()));
    }
    lab.get("/profile").await.good();
}

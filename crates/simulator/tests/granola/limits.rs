//! 25 requests in 5 seconds, 300 in a minute; what a 429 says, and who does not listen.

use jiff::SignedDuration;
use serde_json::json;

use crate::common::{Lab, refused};

const ONE: (&str, &str) = ("page_size", "1");

async fn until_refused(lab: &Lab, key: &str) -> usize {
    for n in 0..1_000 {
        if lab.get_as(key, "/v1/notes", &[ONE]).await.status == 429 {
            return n;
        }
    }
    panic!("never refused");
}

#[tokio::test]
async fn off_unless_wanted() {
    let lab = Lab::tiny().await;
    for _ in 0..60 {
        assert_eq!(lab.get("/v1/notes", &[ONE]).await.status, 200);
    }
}

#[tokio::test]
async fn a_burst_is_25_in_5_seconds() {
    let lab = Lab::mannered(|m| m.limits = true).await;
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
    let refusal = lab.get("/v1/folders", &[]).await;
    assert_eq!(
        (refusal.refusal(), refusal.header("retry-after")),
        (refused(429, "RATE_LIMITED"), Some("5")),
        "one budget for all endpoints"
    );
    assert_eq!(lab.get_as("grn_tiny_personal", "/v1/notes", &[]).await.status, 200, "another user's");
    assert_eq!(lab.get_as("grn_tiny_workspace", "/v1/notes", &[]).await.status, 200, "the workspace's");
    lab.clock.forward(SignedDuration::from_millis(4_999));
    assert_eq!(lab.get("/v1/notes", &[ONE]).await.header("retry-after"), Some("1"));
    lab.clock.forward(SignedDuration::from_millis(1));
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
}

#[tokio::test]
async fn a_second_key_of_a_user_has_no_budget_of_its_own() {
    let lab = Lab::mannered(|m| m.limits = true).await;
    lab.world().write(|w| w.add_key(sales_simulator::granola::Key::personal("grn_tiny_second", w.keys()[0].owner.clone())));
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
    assert_eq!(lab.get_as("grn_tiny_second", "/v1/notes", &[]).await.status, 429);
}

#[tokio::test]
async fn five_a_second_can_be_kept_up() {
    let lab = Lab::mannered(|m| m.limits = true).await;
    for n in 0..400 {
        assert_eq!(lab.get("/v1/notes", &[ONE]).await.status, 200, "{n}");
        lab.clock.forward(SignedDuration::from_millis(200));
    }
    assert_eq!(lab.sim.violations(), []);
    assert_eq!(lab.sim.sends("granola").most_in(SignedDuration::from_secs(5)), 25);
}

#[tokio::test]
async fn the_wait_may_go_unsaid() {
    let lab = Lab::mannered(|m| (m.limits, m.retry_after) = (true, false)).await;
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
    let refusal = lab.get("/v1/notes", &[]).await;
    assert_eq!((refusal.status, refusal.header("retry-after")), (429, None));
    assert_eq!(lab.sim.violations(), [], "nobody can be early for what was not said");
}

#[tokio::test]
async fn who_comes_early_is_noted() {
    let lab = Lab::mannered(|m| m.limits = true).await;
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
    lab.clock.forward(SignedDuration::from_secs(2));
    assert_eq!(lab.get("/v1/notes", &[ONE]).await.status, 429);
    let early = lab.sim.violations();
    assert_eq!(early.len(), 1, "{early:?}");
    assert_eq!((early[0].seq, early[0].method.as_str()), (27, "granola.notes.list"));
    assert_eq!(early[0].allowed_at.duration_since(early[0].throttled_at), SignedDuration::from_secs(5));
    assert_eq!(lab.get_as("grn_tiny_personal", "/v1/notes", &[]).await.status, 200);
    assert_eq!(lab.sim.violations().len(), 1, "another budget");
    lab.clock.forward(SignedDuration::from_secs(3));
    assert_eq!(lab.get("/v1/notes", &[ONE]).await.status, 200);
    assert_eq!(lab.sim.violations().len(), 1);
}

#[tokio::test]
async fn a_bad_key_costs_nothing() {
    let lab = Lab::mannered(|m| m.limits = true).await;
    for _ in 0..60 {
        assert_eq!(lab.get_as("grn_wrong", "/v1/notes", &[]).await.status, 401);
    }
    assert_eq!(until_refused(&lab, "grn_tiny").await, 25);
}

#[tokio::test]
async fn a_scenario_may_set_the_manner() {
    let text = "[granola]\nlimits = true\nretry_after = false\norder = 'oldest_first'\ncursor_seconds = 10";
    let scenario = sales_simulator::Scenario::parse(text).unwrap();
    let lab = Lab::with(|o| o.scenario = Some(scenario)).await;
    let first = lab.get("/v1/notes", &[ONE]).await.json();
    assert_eq!(first["notes"][0]["id"], json!("not_Tiny0000000001"));
    assert_eq!(until_refused(&lab, "grn_tiny").await, 24);
    lab.clock.forward(SignedDuration::from_secs(10));
    let cursor = first["cursor"].as_str().unwrap();
    assert_eq!(lab.get("/v1/notes", &[ONE, ("cursor", cursor)]).await.refusal(), refused(400, "VALIDATION_ERROR"));
    assert!(sales_simulator::Scenario::parse("[granola]\norder = 'random'").is_err());
}

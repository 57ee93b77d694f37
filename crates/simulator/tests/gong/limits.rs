//! Three requests a second and so many a day, over all keys of the company.

use jiff::SignedDuration;
use sales_simulator::{GongEvent, GongLimits, GongSettings};
use serde_json::json;

use crate::common::Lab;

const CALL: &str = "/v2/calls/1002";

fn millis(n: i64) -> SignedDuration {
    SignedDuration::from_millis(n)
}

#[tokio::test]
async fn there_are_none_unless_they_are_wanted() {
    let lab = Lab::tiny().await;
    for _ in 0..20 {
        lab.get(CALL).await.good();
    }
    assert_eq!(lab.sim.sends("gong").most_in(SignedDuration::from_secs(1)), 20);
    assert_eq!(lab.sim.sends("slack").times(), []);
}

#[tokio::test]
async fn a_second_holds_three_whatever_the_key_and_path() {
    let lab = Lab::scenario("gong-limits").await;
    assert_eq!(lab.world().read(|w| w.limits), Some(GongLimits::PUBLISHED));
    lab.get(CALL).await.good();
    lab.clock.forward(millis(300));
    lab.get_as("tiny-token", "/v2/users").await.good();
    lab.clock.forward(millis(300));
    lab.post("/v2/calls/extensive", &json!({"filter": {}})).await.good();
    let refused = lab.get("/v2/workspaces").await;
    assert_eq!(refused.error(), (429, "API request limit exceeded".into()));
    assert_eq!(refused.header("retry-after"), Some("1"), "whole seconds, rounded up");
    assert!(refused.headers.keys().all(|name| !name.as_str().starts_with("x-ratelimit")));
    // The window slides: the first leaves it after a second, and a refusal has not counted.
    lab.clock.forward(millis(400));
    lab.get(CALL).await.good();
    lab.get(CALL).await.error();
    lab.clock.forward(millis(1000));
    for _ in 0..3 {
        lab.get(CALL).await.good();
    }
    assert_eq!(lab.get(CALL).await.status, 429);
    // Nobody's requests are nobody's.
    lab.clock.forward(millis(1000));
    for _ in 0..5 {
        assert_eq!(lab.get_as("wrong", CALL).await.status, 401);
    }
    for path in [CALL, "/v2/nothing", "/v2/calls/42"] {
        assert_ne!(lab.get(path).await.status, 429);
    }
    assert_eq!(lab.get(CALL).await.status, 429, "a 404 counts");
}

#[tokio::test]
async fn requests_before_their_time_are_violations() {
    let lab = Lab::scenario("gong-limits").await;
    for _ in 0..4 {
        lab.get(CALL).await;
    }
    assert_eq!(lab.sim.violations(), []);
    // Another path and key, still within the second: the company's budget is stopped.
    lab.clock.forward(millis(999));
    lab.get_as("tiny-token", "/v2/users").await;
    // That one was refused too, and told to wait a second.
    lab.clock.forward(millis(1000));
    lab.get(CALL).await.good();
    let violations = lab.sim.violations();
    assert_eq!(violations.len(), 1);
    let v = &violations[0];
    assert_eq!((v.seq, v.method.as_str()), (5, "gong.users.list"));
    assert_eq!((v.throttled_at.to_string(), v.allowed_at.to_string()), ("2024-04-08T09:00:00Z".into(), "2024-04-08T09:00:01Z".into()));
    assert_eq!(lab.sim.log().iter().map(|e| e.early).collect::<Vec<_>>(), [false, false, false, false, true, false]);
}

#[tokio::test]
async fn a_day_ends_at_midnight_utc() {
    let lab = Lab::scenario("gong-daily-cap").await;
    let mut good = 0;
    while lab.get(CALL).await.status == 200 {
        good += 1;
        lab.clock.forward(SignedDuration::from_secs(1));
    }
    assert_eq!(good, 12);
    let refused = lab.get_as("tiny-token", "/v2/users").await;
    // 09:00:12 to midnight.
    assert_eq!(refused.header("retry-after"), Some("53988"));
    lab.clock.forward(SignedDuration::from_secs(53_987));
    assert_eq!(lab.get(CALL).await.header("retry-after"), Some("1"));
    assert_eq!(lab.sim.violations().iter().map(|v| v.seq).collect::<Vec<_>>(), [15], "a wait of 15 hours binds too");
    lab.clock.forward(SignedDuration::from_secs(1));
    lab.get(CALL).await.good();
    let days: Vec<(String, usize)> = lab.sim.sends("gong").per_utc_day().into_iter().map(|(d, n)| (d.to_string(), n)).collect();
    assert_eq!(days, [("2024-04-08".to_owned(), 15), ("2024-04-09".into(), 1)]);
}

#[tokio::test]
async fn limits_can_be_lowered_while_it_runs() {
    let lab = Lab::tiny().await;
    lab.get(CALL).await.good();
    lab.happens(&GongEvent::Set(GongSettings { per_day: Some(2), ..GongSettings::default() }));
    assert_eq!(lab.world().read(|w| w.limits), Some(GongLimits { per_second: 3, per_day: 2 }));
    lab.get(CALL).await.good();
    lab.get(CALL).await.good();
    assert_eq!(lab.get(CALL).await.status, 429, "what came before there was a limit has not been counted");
    lab.world().write(|w| w.limits = None);
    lab.get(CALL).await.good();
}

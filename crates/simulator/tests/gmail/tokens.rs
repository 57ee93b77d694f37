//! Refreshing, and the ways in which tokens die.

use jiff::SignedDuration;
use sales_model::Clock as _;
use sales_simulator::{GoogleEvent, GoogleSettings};
use serde_json::json;

use crate::{
    common::{Answer, Lab, refused},
    oauth::{READ, sign_in, text},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn happens(lab: &Lab, event: serde_json::Value) {
    let event: GoogleEvent = serde_json::from_value(event).unwrap();
    let now = lab.clock.now();
    lab.world().write(|w| w.google_mut().apply(&event, now));
}

fn dead(answer: &Answer) {
    assert_eq!(refused(answer), (400, "invalid_grant".into(), "Token has been expired or revoked.".into()));
}

#[tokio::test]
async fn a_refresh() {
    let lab = Lab::tiny().await;
    let answer = lab.refresh("tiny-refresh").await.good();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["access_token", "expires_in", "scope", "token_type"]);
    assert_eq!((&answer["expires_in"], &answer["scope"]), (&json!(3599), &json!(READ)));
    let again = lab.refresh("tiny-refresh").await.good();
    assert_ne!(answer["access_token"], again["access_token"]);
    for token in [&answer, &again] {
        lab.get_as(text(token, "access_token"), "/profile").await.good();
    }
    lab.clock.forward(SignedDuration::from_secs(3599));
    assert_eq!(lab.get_as(text(&again, "access_token"), "/profile").await.error().1, "authError");
    let third = lab.refresh("tiny-refresh").await.good();
    lab.get_as(text(&third, "access_token"), "/profile").await.good();
    dead(&lab.refresh("nonsense").await);
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_not_for_more() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.google_mut().add_refresh_token("wide", &["gmail.readonly", "gmail.send"]));
    let ask = async |scope: &str| {
        let form =
            [("client_id", "tiny-client"), ("client_secret", "tiny-secret"), ("grant_type", "refresh_token"), ("refresh_token", "wide")];
        lab.form(&form.into_iter().chain([("scope", scope)]).collect::<Vec<_>>()).await
    };
    let less = ask(READ).await.good();
    assert_eq!(less["scope"], READ);
    let more = ask(&format!("{READ} https://mail.google.com/")).await;
    assert_eq!(refused(&more), (400, "invalid_scope".into(), "Some requested scopes were invalid.".into()));
    assert_eq!(text(&lab.refresh("wide").await.good(), "scope").split(' ').count(), 2, "what was left out once is not lost");
}

#[tokio::test]
async fn a_refresh_token_is_for_the_app_that_got_it() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.google_mut().add_client(sales_simulator::GoogleClient { id: "other".into(), secret: "s".into() }));
    let form = [("client_id", "other"), ("client_secret", "s"), ("grant_type", "refresh_token"), ("refresh_token", "tiny-refresh")];
    assert_eq!(refused(&lab.form(&form).await), (401, "unauthorized_client".into(), "Unauthorized".into()));
    lab.refresh("tiny-refresh").await.good();
}

#[tokio::test]
async fn rotation_gives_another_and_ends_the_one_that_was_used() {
    let lab = Lab::scenario("[google]\nrotate = true\n").await;
    let first = lab.refresh("tiny-refresh").await.good();
    let second = text(&first, "refresh_token");
    dead(&lab.refresh("tiny-refresh").await);
    lab.get_as(text(&first, "access_token"), "/profile").await.good();
    let next = lab.refresh(second).await.good();
    assert_ne!(text(&next, "refresh_token"), second);
    assert_eq!(lab.get_as(text(&first, "access_token"), "/profile").await.status, 401, "its refresh token has ended");
    lab.get_as(text(&next, "access_token"), "/profile").await.good();
    dead(&lab.refresh(second).await);
    happens(&lab, json!({"do": "set", "rotate": false}));
    assert_eq!(lab.refresh(text(&next, "refresh_token")).await.good().get("refresh_token"), None);
}

#[tokio::test]
async fn the_user_takes_access_away() {
    let lab = Lab::tiny().await;
    let one = sign_in(&lab, &[("prompt", "consent")]).await;
    let own = lab.refresh("tiny-refresh").await.good();
    happens(&lab, json!({"do": "revoke", "token": "tiny-refresh"}));
    dead(&lab.refresh("tiny-refresh").await);
    assert_eq!(lab.get_as(text(&own, "access_token"), "/profile").await.error().1, "authError", "what was made from it ends too");
    lab.get_as(text(&one, "access_token"), "/profile").await.good();
    happens(&lab, json!({"do": "revoke"}));
    dead(&lab.refresh(text(&one, "refresh_token")).await);
    assert_eq!(lab.get_as(text(&one, "access_token"), "/profile").await.status, 401);
    // Whoever signs in anew has access again.
    let anew = sign_in(&lab, &[("prompt", "consent")]).await;
    lab.refresh(text(&anew, "refresh_token")).await.good();
}

#[tokio::test]
async fn in_test_mode_a_sign_in_lasts_seven_days() {
    let lab = Lab::scenario("[google]\ntesting = true\nrotate = true\n").await;
    let token = sign_in(&lab, &[("prompt", "consent")]).await;
    assert_eq!(token["refresh_token_expires_in"], 604_799);
    lab.clock.forward(DAY * 6);
    // Rotation makes it no younger.
    let rotated = lab.refresh(text(&token, "refresh_token")).await.good();
    lab.clock.forward(DAY - SignedDuration::from_secs(1));
    let last = lab.refresh(text(&rotated, "refresh_token")).await.good();
    lab.clock.forward(SignedDuration::from_secs(1));
    dead(&lab.refresh(text(&last, "refresh_token")).await);
    // Published, or internal: it lasts.
    happens(&lab, json!({"do": "set", "testing": false}));
    let token = sign_in(&lab, &[("prompt", "consent")]).await;
    assert_eq!(token.get("refresh_token_expires_in"), None);
    lab.clock.forward(DAY * 100);
    lab.refresh(text(&token, "refresh_token")).await.good();
}

#[tokio::test]
async fn six_months_without_use() {
    let lab = Lab::tiny().await;
    let token = sign_in(&lab, &[("prompt", "consent")]).await;
    let token = text(&token, "refresh_token");
    for _ in 0..3 {
        lab.clock.forward(DAY * 179);
        lab.refresh(token).await.good();
    }
    lab.clock.forward(DAY * 180);
    dead(&lab.refresh(token).await);
}

#[tokio::test]
async fn a_new_password_ends_what_may_see_mail() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.google_mut().add_refresh_token("who", &["openid", "userinfo.email"]));
    lab.world().write(|w| w.google_mut().add_refresh_token("all", &["https://mail.google.com/"]));
    let access = lab.refresh("tiny-refresh").await.good();
    happens(&lab, json!({"do": "change_password"}));
    dead(&lab.refresh("tiny-refresh").await);
    dead(&lab.refresh("all").await);
    lab.refresh("who").await.good();
    assert_eq!(lab.get_as(text(&access, "access_token"), "/profile").await.status, 401);
}

#[tokio::test]
async fn access_tokens_expire_alone() {
    let lab = Lab::tiny().await;
    let one = lab.refresh("tiny-refresh").await.good();
    happens(&lab, json!({"do": "expire_access"}));
    assert_eq!(lab.get_as(text(&one, "access_token"), "/profile").await.error().1, "authError");
    let next = lab.refresh("tiny-refresh").await.good();
    lab.get_as(text(&next, "access_token"), "/profile").await.good();
    lab.world().write(|w| w.google_mut().set(&GoogleSettings { access_seconds: Some(10), ..Default::default() }));
    let short = lab.refresh("tiny-refresh").await.good();
    assert_eq!(short["expires_in"], 10);
    lab.clock.forward(SignedDuration::from_secs(10));
    assert_eq!(lab.get_as(text(&short, "access_token"), "/profile").await.status, 401);
}

#[tokio::test]
async fn a_scope_is_lost_later() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.google_mut().add_refresh_token("wide", &["gmail.readonly", "gmail.metadata"]));
    let access = lab.refresh("wide").await.good();
    happens(&lab, json!({"do": "remove_scope", "scope": "gmail.readonly"}));
    let path = format!("/messages/{}?format=raw", crate::common::id(1));
    assert_eq!(lab.get_as(text(&access, "access_token"), &path).await.error().2, "Metadata scope doesn't allow format RAW");
    assert_eq!(lab.refresh("wide").await.good()["scope"], "https://www.googleapis.com/auth/gmail.metadata");
    // Also what was just consented to.
    let code = crate::oauth::code(&lab, &[]).await;
    happens(&lab, json!({"do": "remove_scope", "scope": "gmail.readonly"}));
    assert_eq!(crate::oauth::exchange(&lab, &code, &[]).await.good()["scope"], "");
}

#[tokio::test]
async fn of_too_many_the_oldest_dies_silently() {
    let lab = Lab::scenario("[google]\nlive_tokens = 2\n").await;
    let mut all = vec!["tiny-refresh".to_owned()];
    for _ in 0..3 {
        all.push(text(&sign_in(&lab, &[("prompt", "consent")]).await, "refresh_token").to_owned());
    }
    dead(&lab.refresh(&all[0]).await);
    dead(&lab.refresh(&all[1]).await);
    lab.refresh(&all[2]).await.good();
    lab.refresh(&all[3]).await.good();
}

#[tokio::test]
async fn events_come_by_http_too() {
    let lab = Lab::tiny().await;
    let send = async |event: serde_json::Value| lab.send(lab.http.post(format!("{}/_sim/event", lab.sim.base_url())).json(&event)).await;
    assert_eq!(send(json!({"do": "google.revoke"})).await.good(), json!({"ok": true}));
    dead(&lab.refresh("tiny-refresh").await);
    let unknown = send(json!({"do": "google.forgive"})).await;
    assert_eq!(unknown.status, 400);
    assert!(text(&unknown.json(), "error").starts_with("unknown variant `forgive`"));
}

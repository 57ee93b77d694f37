//! Tokens that expire.

use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, Retry, slack::Slack};
use sales_transport::TokenPair;
use serde_json::json;

use crate::{
    bench::Bench,
    double::{answer, refuse},
    load::fill,
};

const ROTATING: [(&str, &str); 4] = [
    ("SLACK_TOKEN", "xoxe.xoxb-canary-1"),
    ("SLACK_CLIENT_ID", "1.2"),
    ("SLACK_CLIENT_SECRET", "canary-secret"),
    ("SLACK_REFRESH_TOKEN", "xoxe-1-canary"),
];

/// Gives out tokens `…-2`, `…-3`; each refresh token works once.
async fn bench() -> Bench {
    let b = Bench::with(&ROTATING, true).await;
    b.double.edit(|w| {
        fill(w);
        w.tokens = vec![ROTATING[0].1.into()];
        let mut next = 1;
        w.fault = Some(Box::new(move |method, args, _| {
            if method != "oauth.v2.access" {
                return None;
            }
            assert_eq!((args["grant_type"].as_str(), args["client_secret"].as_str()), ("refresh_token", "canary-secret"));
            if args["refresh_token"] != format!("xoxe-{next}-canary") {
                return Some(refuse("invalid_refresh_token"));
            }
            next += 1;
            Some(answer(
                json!({"ok": true, "access_token": format!("xoxe.xoxb-canary-{next}"), "refresh_token": format!("xoxe-{next}-canary"),
                "expires_in": 43200, "token_type": "bot"}),
            ))
        }));
    });
    b
}

fn stored(b: &Bench) -> Option<TokenPair> {
    b.cx.tokens.load(&b.cx.account).unwrap()
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_the_pair_kept() {
    let mut b = bench().await;
    b.ok(Mode::Default).await;
    assert!(stored(&b).is_none());
    b.double.calls();
    // The first token dies: Slack says `token_expired` until the new one comes.
    b.double.edit(|w| {
        w.tokens = vec!["xoxe.xoxb-canary-2".into()];
        let mut inner = w.fault.take().unwrap();
        let mut dead = true;
        w.fault = Some(Box::new(move |m, a, n| {
            if m == "oauth.v2.access" {
                dead = false;
            }
            if dead { Some(refuse("token_expired")) } else { inner(m, a, n) }
        }));
    });
    b.later(SignedDuration::from_mins(5));
    b.ok(Mode::Default).await;
    b.complete();
    let calls = b.double.calls();
    assert_eq!((calls["oauth.v2.access"], calls["auth.test"]), (1, 2));
    let pair = stored(&b).unwrap();
    assert_eq!(pair.expires_at, Some("2024-04-08T21:05:00Z".parse().unwrap()));
    // Two hours before it expires it is renewed beforehand.
    b.later(SignedDuration::from_hours(9));
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls().get("oauth.v2.access"), None);
    b.later(SignedDuration::from_mins(61));
    b.double.edit(|w| w.tokens = vec!["xoxe.xoxb-canary-3".into()]);
    b.ok(Mode::Default).await;
    assert_eq!(b.double.calls()["oauth.v2.access"], 1);
}

/// The app was installed anew: other variables than those the stored pair began with.
#[tokio::test]
async fn variables_that_changed_beat_the_stored_pair() {
    for with_access in [true, false] {
        let mut b = bench().await;
        b.ok(Mode::Default).await;
        let pair = TokenPair {
            access: "xoxe.xoxb-old".to_owned().into(),
            refresh: Some("xoxe-old".to_owned().into()),
            expires_at: Some("2024-04-20T00:00:00Z".parse().unwrap()),
            given: Some(format!("{:?}", sales_model::ContentHash::of(b"xoxe-1-canary"))),
            scope: None,
            since: None,
        };
        b.cx.tokens.save(&b.cx.account, &pair).unwrap();
        b.double.edit(|w| w.tokens = vec!["xoxe.xoxb-old".into()]);
        // As it was: the pair is the newer one.
        b.ok(Mode::Default).await;
        let skip = usize::from(!with_access);
        let changed = [("SLACK_TOKEN", "xoxe.xoxb-new"), ROTATING[1], ROTATING[2], ("SLACK_REFRESH_TOKEN", "xoxe-new")];
        let secrets = changed[skip..].iter().map(|(k, v)| (*k, (*v).to_owned().into())).collect();
        b.cx.credentials =
            std::sync::Arc::new(sales_connectors::Credentials { secrets, base_url: Some(b.double.url.clone()), ..Default::default() });
        b.double.edit(|w| {
            w.tokens = vec!["xoxe.xoxb-new".into(), "xoxe.xoxb-newer".into()];
            w.calls.clear();
            w.fault = Some(Box::new(|method, args, _| {
                let new = json!({"ok": true, "access_token": "xoxe.xoxb-newer", "refresh_token": "xoxe-newer", "expires_in": 43200});
                (method == "oauth.v2.access")
                    .then(|| if args["refresh_token"] == "xoxe-new" { answer(new) } else { refuse("invalid_refresh_token") })
            }));
        });
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Default).await;
        assert_eq!(b.double.calls().get("oauth.v2.access").copied(), (!with_access).then_some(1));
        if with_access {
            // It dies: the new refresh token is asked first, and what comes of it beats the variables again.
            b.double.edit(|w| {
                let mut inner = w.fault.take().unwrap();
                w.tokens = vec!["xoxe.xoxb-newer".into()];
                let mut dead = true;
                w.fault = Some(Box::new(move |m, a, n| {
                    dead &= m != "oauth.v2.access";
                    if dead { Some(refuse("token_expired")) } else { inner(m, a, n) }
                }));
            });
            b.later(SignedDuration::from_mins(5));
            b.ok(Mode::Default).await;
        }
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Default).await;
        assert_eq!(b.double.calls().get("oauth.v2.access").copied(), with_access.then_some(1));
        let kept = stored(&b).unwrap();
        assert_eq!(kept.given, Some(format!("{:?}", sales_model::ContentHash::of(b"xoxe-new"))));
    }
}

#[tokio::test]
async fn a_used_up_refresh_token_stops_the_account() {
    let b = bench().await;
    b.double.edit(|w| {
        w.fault = Some(Box::new(|m, _, _| Some(refuse(if m == "oauth.v2.access" { "invalid_refresh_token" } else { "token_expired" }))));
    });
    let e = Slack.authenticate(&b.cx).await.unwrap_err();
    assert_eq!((e.retry, e.auth), (Retry::StopAccount, true));
    assert!(e.hint.contains("SLACK_REFRESH_TOKEN"), "{e:?}");
    assert!(!format!("{e:?}").contains("canary"));
}

#[tokio::test]
async fn a_refresh_token_alone_is_enough_and_users_pairs_stand_apart() {
    let b = Bench::with(&ROTATING[1..], true).await;
    b.double.edit(|w| {
        fill(w);
        w.tokens = vec!["xoxe.xoxp-canary".into()];
        w.fault = Some(Box::new(|m, _, _| {
            let user = json!({"id": "U1", "access_token": "xoxe.xoxp-canary", "refresh_token": "xoxe-2-canary", "expires_in": 43200});
            (m == "oauth.v2.access").then(|| answer(json!({"ok": true, "authed_user": user})))
        }));
    });
    let me = Slack.authenticate(&b.cx).await.unwrap();
    assert_eq!(me.team, "T1");
    assert!(stored(&b).is_some());
}

/// A user's token searches as well: after it was renewed, with the renewed one.
#[tokio::test]
async fn a_renewed_user_token_searches() {
    let user = [("SLACK_TOKEN", "xoxe.xoxp-canary-1"), ROTATING[1], ROTATING[2], ROTATING[3]];
    for skip in [0, 1] {
        let mut b = Bench::with(&user[skip..], false).await;
        b.double.edit(|w| {
            fill(w);
            w.tokens = vec!["xoxe.xoxp-canary-2".into()];
            let mut dead = true;
            w.fault = Some(Box::new(move |m, _, _| {
                let user = json!({"id": "U1", "access_token": "xoxe.xoxp-canary-2", "refresh_token": "xoxe-2-canary", "expires_in": 43200});
                if m == "oauth.v2.access" {
                    dead = false;
                    return Some(answer(json!({"ok": true, "authed_user": user})));
                }
                dead.then(|| refuse("token_expired"))
            }));
        });
        b.ok(Mode::Default).await;
        b.later(SignedDuration::from_mins(5));
        b.ok(Mode::Default).await;
        b.complete();
        let calls = b.double.calls();
        assert_eq!(calls["oauth.v2.access"], 1);
        assert!(calls["search.messages"] >= 2, "{calls:?}");
    }
}

/// The app rotates no more, and its id still stands in the environment.
#[tokio::test]
async fn a_token_without_expiry_beats_a_pair_that_died() {
    let b = Bench::with(&[("SLACK_TOKEN", "xoxb-canary"), ROTATING[1], ROTATING[2]], true).await;
    let pair = TokenPair {
        access: "xoxe.xoxb-old".to_owned().into(),
        refresh: Some("xoxe-old".to_owned().into()),
        expires_at: Some("2024-04-01T00:00:00Z".parse().unwrap()),
        given: None,
        scope: None,
        since: None,
    };
    b.cx.tokens.save(&b.cx.account, &pair).unwrap();
    assert_eq!(b.me().await.team, "T1");
    assert_eq!(b.double.calls().get("oauth.v2.access"), None);
}

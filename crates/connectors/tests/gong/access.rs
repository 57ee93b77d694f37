//! Credentials, scopes, and a company's own address.

use std::collections::BTreeMap;

use sales_connectors::{Connector, Mode, Retry, gong::Gong};
use sales_model::GapKind;
use sales_simulator::{GongEvent, GongSettings, GongWorld, gong::AccessToken, gong::Regional};

use crate::bench::{Bench, HOUR, KEY, Run, context};

const ALL: [&str; 5] =
    ["api:calls:read:extensive", "api:calls:read:transcript", "api:users:read", "api:workspaces:read", "api:settings:trackers:read"];

/// A token that has all scopes but these.
async fn without(missing: &[&str]) -> Bench {
    let scopes: Vec<&str> = ALL.into_iter().filter(|s| !missing.contains(s)).collect();
    let mut world = GongWorld::tiny();
    world.add_token(AccessToken::new("some-token", &scopes));
    Bench::of(world, "", &[("GONG_ACCESS_TOKEN", "some-token")]).await
}

async fn granted(b: &Bench) -> BTreeMap<String, Option<bool>> {
    let states = Gong.probe(&b.cx, &b.me().await).await.unwrap();
    assert!(states.iter().all(|s| !s.feature.is_empty()));
    assert_eq!(states.iter().filter(|s| s.required).map(|s| s.name.as_str()).collect::<Vec<_>>(), [ALL[0]]);
    states.into_iter().map(|s| (s.name, s.granted)).collect()
}

#[tokio::test]
async fn who_we_are() {
    let b = Bench::tiny().await;
    let me = b.me().await;
    assert_eq!((me.team.as_str(), me.team_name.as_str(), me.kind.as_str()), ("gong:default", "Gong", "access key"));
    assert!(me.scopes.len() == 5 && me.scopes.iter().all(|s| s.granted.is_none()), "a key says nothing of scopes");
    assert_eq!(b.sent(), 1);
    let b = without(&[]).await;
    assert_eq!(b.me().await.kind, "access token");
}

#[tokio::test]
async fn each_scope_is_tried() {
    let b = Bench::tiny().await;
    assert_eq!(granted(&b).await, ALL.map(|s| (s.to_owned(), Some(true))).into());
    for missing in ALL {
        let b = without(&[missing]).await;
        assert_eq!(granted(&b).await, ALL.map(|s| (s.to_owned(), Some(s != missing))).into(), "{missing}");
    }
    // No answer at all is no refusal.
    let url = "http://127.0.0.1:9/gong";
    let me = b.me().await;
    let e = Gong.probe(&context(&b.timer, url, KEY), &me).await.unwrap_err();
    assert!(!e.auth && e.why.contains("127.0.0.1:9"), "{e}");
}

#[tokio::test]
async fn what_a_scope_lacks_is_said_and_the_rest_is_read() {
    for (missing, part) in
        [(ALL[2], "users are not read"), (ALL[3], "workspaces are not read"), (ALL[4], "trackers' definitions are not read")]
    {
        let mut b = without(&[missing]).await;
        b.ok(Mode::Default).await;
        assert_eq!(b.held().len(), 4, "{missing}");
        let gaps: Vec<_> = b.ledger.gaps.values().flatten().filter(|g| g.kind == GapKind::NoPermission).collect();
        assert_eq!(gaps.len(), 1, "{missing}");
        assert!(gaps[0].text.contains(part) && gaps[0].text.contains(missing), "{}", gaps[0].text);
    }
}

#[tokio::test]
async fn transcripts_come_once_the_scope_is_there() {
    let mut b = without(&[ALL[1]]).await;
    let plan = b.plan(Mode::Default);
    let run = b.sync(Mode::Default).await;
    let told: Vec<_> = run.errors.iter().map(|(k, e)| (k.stream.as_str(), e.why.as_str(), e.auth, e.retry)).collect();
    let why = "Gong does not allow POST /v2/calls/transcript with this credential (\"Access denied: the scope \
               'api:calls:read:transcript' is missing\")";
    assert_eq!(told, [("transcripts", why, true, Retry::Never)]);
    // As when another page of calls wakes the list.
    let (me, key, mut again) = (b.me().await, b.key("transcripts", ""), Run::default());
    b.stream(&me, &plan, &key, usize::MAX, &mut again).await;
    assert_eq!((again.errors.len(), again.errors[0].1.to_string()), (1, run.errors[0].1.to_string()));
    assert_eq!((b.requests(0)["calls.transcript"], b.held().len()), (1, 4), "refused once in a run");
    assert!(b.ledger.work.values().all(|j| j.done.is_none() && j.tries == 0));
    b.world(|w| w.add_token(AccessToken::new("some-token", &ALL)));
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.transcript("1005").unwrap().turns[0].text, "What does it cost?");
}

#[tokio::test]
async fn without_the_scope_for_calls_there_is_nothing() {
    let mut b = without(&[ALL[0]]).await;
    let run = b.sync(Mode::Default).await;
    assert_eq!(run.errors.len(), 2);
    assert!(
        run.errors.iter().all(|(k, e)| k.stream == "calls" && e.auth && e.why.contains("'api:calls:read:extensive'")),
        "{:?}",
        run.errors
    );
    assert_eq!(b.held(), []);
}

#[tokio::test]
async fn one_stream_where_workspaces_cannot_be_listed() {
    let mut b = without(&[ALL[3]]).await;
    b.ok(Mode::Default).await;
    assert_eq!(b.ledger.places.keys().collect::<Vec<_>>(), ["gong"]);
    assert!(b.ledger.checkpoints.contains_key(&b.key("calls", "")));
    // Once they can be, it stays so: nothing is read again.
    b.world(|w| w.add_token(AccessToken::new("some-token", &ALL)));
    b.later(25 * HOUR);
    let sent = b.sent();
    b.happens(GongEvent::DeleteCall { call: Some("1004".into()) });
    b.ok(Mode::Default).await;
    assert_eq!(b.requests(sent)["calls.extensive"], 1);
    assert_eq!((b.held().len(), b.ledger.places.len()), (3, 3));
}

#[tokio::test]
async fn refused_keys_stop_the_account() {
    for (key, secret, why) in [
        ("TINYREVOKED", "tiny-secret", "Gong does not allow GET /v2/workspaces with this credential (\"Access denied\")"),
        (
            "TINYBLOCKED",
            "tiny-secret",
            "Gong does not allow GET /v2/workspaces with this credential (\"Access from this IP address is not allowed\")",
        ),
        ("TINY", "CANARY", "Gong does not allow GET /v2/workspaces with this credential (\"Access denied\")"),
    ] {
        let b = Bench::of(GongWorld::tiny(), "", &[("GONG_API_KEY", key), ("GONG_API_SECRET", secret)]).await;
        let e = Gong.authenticate(&b.cx).await.unwrap_err();
        assert_eq!((e.why.as_str(), e.retry, e.auth), (why, Retry::StopAccount, true));
        assert!(!format!("{e:?}").contains("CANARY") && e.hint.contains("trusted IP"), "{e:?}");
        assert_eq!(b.sent(), 1);
    }
    let b = Bench::of(GongWorld::tiny(), "", &[("GONG_ACCESS_TOKEN", "nobody")]).await;
    let e = Gong.authenticate(&b.cx).await.unwrap_err();
    assert_eq!((e.retry, e.auth, b.sent()), (Retry::StopAccount, true, 3));
    let b = Bench::of(GongWorld::tiny(), "", &[("GONG_API_KEY", "TINY")]).await;
    let e = Gong.authenticate(&b.cx).await.unwrap_err();
    assert_eq!((e.why.as_str(), e.auth, b.sent()), ("there is no credential", true, 0));
}

#[tokio::test]
async fn a_company_with_its_own_address() {
    let mut b = Bench::tiny().await;
    b.happens(GongEvent::Set(GongSettings { regional: Some(Regional::Redirect), ..GongSettings::default() }));
    let e = Gong.authenticate(&b.cx).await.unwrap_err();
    assert!(e.why.contains("redirected to another host") && e.hint.contains("set GONG_API_URL"), "{e:?}");
    assert_eq!(b.sent(), 1, "nothing was sent there");
    b.happens(GongEvent::Set(GongSettings { regional: Some(Regional::Refuse), ..GongSettings::default() }));
    assert!(Gong.authenticate(&b.cx).await.unwrap_err().auth);
    b.cx = context(&b.timer, &b.sim.gong_regional_url(), KEY);
    b.ok(Mode::Default).await;
    assert_eq!(b.held().len(), 4);
}

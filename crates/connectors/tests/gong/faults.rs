//! Answers that are torn, late, or something else.

use sales_connectors::{Mode, Retry};
use sales_simulator::GongEvent;
use serde_json::json;

use crate::bench::{Bench, HOUR};

#[tokio::test]
async fn passing_faults_are_survived() {
    for rules in [
        "[[rule]]\nmethod = 'gong.calls.*'\nrequest = 1\ndo = 'torn_body'",
        "[[rule]]\nmethod = 'gong.calls.*'\nrequest = 1\ndo = 'status'\nstatus = 502",
        "[[rule]]\nmethod = 'gong.users.*'\nrequest = 1\ndo = 'html'",
        "[[rule]]\nmethod = 'gong.*'\nrequest = 2\ndo = 'throttle'\nretry_after = 5",
        "[[rule]]\nmethod = 'gong.*'\nrequest = 3\ndo = 'throttle'\nretry_after = 'date:5'",
        "[[rule]]\nmethod = 'gong.*'\nrequest = 4\ndo = 'throttle'\nretry_after = 'missing'",
        "[[rule]]\nmethod = 'gong.*'\nrequest = 5\ndo = 'throttle'\nretry_after = 'absurd'",
        // As when other programs used up the day.
        "[[rule]]\nmethod = 'gong.calls.*'\nrequest = 1\ndo = 'throttle'\nretry_after = 53988",
    ] {
        let mut b = Bench::scenario(rules).await;
        b.limited(10_000);
        b.ok(Mode::Default).await;
        assert_eq!(b.held().len(), 4, "{rules}");
    }
}

#[tokio::test]
async fn an_answer_that_stays_broken_is_told() {
    for (rules, why) in [
        ("do = 'html'", "POST /v2/calls/extensive was answered with a web page instead of JSON"),
        ("do = 'status'\nstatus = 500", "POST /v2/calls/extensive: the server answered 500 (6 attempts)"),
        ("do = 'error'\nerror = 'Something else'", "Gong did not understand POST /v2/calls/extensive (\"Something else\")"),
        ("do = 'throttle'\nretry_after = 900000", "POST /v2/calls/extensive: the vendor asks to wait until "),
    ] {
        let mut b = Bench::scenario(&format!("[[rule]]\nmethod = 'gong.calls.extensive'\n{rules}")).await;
        let run = b.sync(Mode::Default).await;
        assert_eq!(run.errors.len(), 2, "each workspace");
        assert!(run.errors.iter().all(|(_, e)| e.why.starts_with(why) && !e.auth && !e.hint.is_empty()), "{:?}", run.errors);
        assert_eq!(b.ledger.people.len(), 2, "others go on");
    }
}

#[tokio::test]
async fn a_404_that_says_something_else_is_no_empty_page() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    for base in ["/gong/nowhere", "/elsewhere"] {
        let url = format!("{}{base}", b.sim.base_url());
        let other = crate::bench::context(&b.timer, &url, crate::bench::KEY);
        let e = sales_connectors::Connector::authenticate(&sales_connectors::gong::Gong, &other).await.unwrap_err();
        assert!(e.why.starts_with("the server does not know GET /v2/workspaces"), "{e}");
        assert!(e.hint.contains("check GONG_API_URL") && !e.auth && e.retry == Retry::Never, "{e:?}");
    }
    b.forget_requests();
    // The version at its end is forgiven.
    let url = format!("{}/v2/", b.sim.gong_api_url());
    b.cx = crate::bench::context(&b.timer, &url, crate::bench::KEY);
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.held().len(), 4);
}

#[tokio::test]
async fn what_cannot_be_read_stays_as_it_was_known_and_is_named() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.happens(GongEvent::SetField { call: Some("1002".into()), path: "/content/trackers".into(), value: json!({"not": "a list"}) });
    b.happens(GongEvent::SetField { call: Some("1002".into()), path: "/interaction/interactionStats".into(), value: json!("none") });
    b.happens(GongEvent::SetField {
        call: Some("1002".into()),
        path: "/parties".into(),
        value: json!([null, 5, {"name": ["x"], "userId": 501}]),
    });
    b.happens(GongEvent::SetField { call: Some("1002".into()), path: "/metaData/duration".into(), value: json!(-1e300) });
    b.later(HOUR);
    b.ok(Mode::Full).await;
    let call = b.call("1002");
    assert_eq!((call.trackers.len(), call.topics.len(), call.duration, call.participants.len()), (0, 1, 0.0, 1));
    assert_eq!(call.participants[0].person.as_deref(), Some("gong:501"));
    assert_eq!(b.ledger.lost, Vec::<String>::new());
}

//! Cut off anywhere and started again; cursors that die, loop, or lead nowhere.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};
use sales_simulator::GongEvent;

use crate::{
    bench::{Bench, HOUR, KEY},
    load::{GENERATED, generated},
};

async fn paged(rules: &str) -> Bench {
    let mut world = generated(23, 2);
    world.page_size = 4;
    Bench::of(world, rules, GENERATED).await
}

#[tokio::test]
async fn cut_off_at_every_step_it_ends_the_same() {
    let mut whole = paged("").await;
    let steps = whole.sync(Mode::Default).await.steps;
    assert!(steps > 8, "{steps}");
    for cut in 0..steps {
        let mut b = paged("").await;
        assert!(b.run(Mode::Default, cut).await.cut, "{cut}");
        // Meanwhile a call is held, one is renamed, and one that was perhaps read is deleted.
        b.later(SignedDuration::from_mins(10));
        b.happens(GongEvent::AddCall { data: None, transcript: None, title: Some("Meanwhile".into()) });
        let ids = b.world(|w| w.calls());
        b.happens(GongEvent::Retitle { call: Some(ids[20].clone()), title: "Another".into() });
        b.happens(GongEvent::DeleteCall { call: Some(ids[21].clone()) });
        // A second cut a little later.
        b.run(Mode::Default, 2).await;
        b.later(SignedDuration::from_mins(10));
        b.ok(Mode::Default).await;
        b.later(HOUR);
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn cut_off_in_every_mode_it_ends_the_same() {
    for mode in [Mode::Audit, Mode::Full] {
        for cut in 0..9 {
            let mut b = paged("").await;
            b.ok(Mode::Default).await;
            b.later(HOUR);
            b.run(mode, cut).await;
            b.later(HOUR);
            b.ok(Mode::Default).await;
            b.complete();
            assert_eq!(b.ledger.lost, Vec::<String>::new(), "{mode:?} {cut}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_an_earlier_run_is_not_used() {
    let mut b = paged("").await;
    b.run(Mode::Default, 5).await;
    b.happens(GongEvent::ExpireCursors {});
    let sent = b.sent();
    b.later(SignedDuration::from_mins(1));
    b.ok(Mode::Default).await;
    b.complete();
    assert!(b.sim.log()[sent..].iter().all(|e| e.status == 200), "{:?}", b.sim.log()[sent..].last());
}

#[tokio::test]
async fn dead_cursors_cost_nothing_that_was_read() {
    let mut b = paged("[[rule]]\nmethod = 'gong.calls.extensive'\nevery = 3\ndo = 'expire_cursor'").await;
    b.ok(Mode::Default).await;
    b.complete();
    assert!(b.requests(0)["calls.extensive"] <= 6 + 2 * 3, "{:?}", b.requests(0));
    // They live for a time only.
    let mut b = paged("").await;
    b.world(|w| w.cursor_seconds = 0);
    let run = b.sync(Mode::Default).await;
    // Users have nothing to begin anew at.
    assert!(run.errors.iter().all(|(k, _)| k.stream == "users"), "{:?}", run.errors);
    b.complete();
}

#[tokio::test]
async fn pages_that_come_twice_end() {
    for rules in [
        "[[rule]]\nmethod = 'gong.*'\ndo = 'repeat_page'",
        "[[rule]]\nmethod = 'gong.calls.*'\nrequest = 2\ndo = 'loop_cursor'",
        "[[rule]]\nmethod = 'gong.*'\ndo = 'short_page'\nfirst = 3",
        "[[rule]]\nmethod = 'gong.*'\ndo = 'short_page'\nsize = 0\nrequest = 5",
    ] {
        let mut b = paged(rules).await;
        let run = b.sync(Mode::Default).await;
        assert!(run.errors.is_empty(), "{rules}: {:?}", run.errors);
        b.complete();
        assert_eq!(b.ledger.lost, Vec::<String>::new());
        assert!(b.sent() < 80, "{rules}: {}", b.sent());
    }
}

#[tokio::test]
async fn pages_that_go_round_are_an_error_and_hold_up_nobody_else() {
    let mut b = paged("[[rule]]\nmethod = 'gong.calls.extensive'\ndo = 'loop_cursor'").await;
    let run = b.sync(Mode::Default).await;
    let errors: Vec<_> = run.errors.iter().map(|(k, e)| (k.stream.as_str(), e.to_string(), e.retry)).collect();
    let text = "Gong's calls: the pages of POST /v2/calls/extensive go round in a circle".to_owned();
    assert_eq!(errors, [("calls", text, Retry::Never)]);
    assert!(b.requests(0)["calls.extensive"] < 30, "{:?}", b.requests(0));
    // Each time it began anew at the last call it had seen: all are there, with their transcripts.
    b.complete();
    assert!(b.ledger.people.len() > 1);
}

#[tokio::test]
async fn a_listing_of_users_that_goes_round_is_an_error() {
    let mut b = Bench::of(
        {
            let mut world = sales_simulator::GongWorld::tiny();
            world.page_size = 1;
            world
        },
        "[[rule]]\nmethod = 'gong.users.list'\ndo = 'loop_cursor'",
        KEY,
    )
    .await;
    let run = b.sync(Mode::Default).await;
    let errors: Vec<_> = run.errors.iter().map(|(k, e)| (k.stream.as_str(), e.to_string())).collect();
    assert_eq!(errors, [("users", "Gong's list of users: the pages of GET /v2/users go round in a circle".to_owned())]);
    assert_eq!(b.held().len(), 4);
}

#[tokio::test]
async fn pages_of_transcripts_may_be_empty_and_small() {
    for rules in [
        "[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'short_page'\nsize = 0\nevery = 2",
        "[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'short_page'\nsize = 1",
        "[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'repeat_page'",
        "[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'loop_cursor'",
    ] {
        let mut b = paged(rules).await;
        b.ok(Mode::Default).await;
        b.complete();
        assert!(b.requests(0)["calls.transcript"] <= 46, "{rules}: {:?}", b.requests(0));
    }
    // Nothing but empty pages.
    let mut b = paged("[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'short_page'\nsize = 0").await;
    let run = b.sync(Mode::Default).await;
    let errors: Vec<_> = run.errors.iter().map(|(_, e)| e.to_string()).collect();
    assert_eq!(errors, ["Gong's transcripts: the pages of POST /v2/calls/transcript go round in a circle"]);
    assert!(b.requests(0)["calls.transcript"] < 60);
}

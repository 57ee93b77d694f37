//! What the passes over everything take of a run, under Slack's real limits in virtual time.

use jiff::{SignedDuration, Timestamp};
use sales_connectors::Mode;
use sales_model::Span;
use sales_simulator::{GenerateSpec, Limits, World};
use sales_testkit::{Budgets, Options, Sandbox, instant};

/// 3,000 threads over 200 days.
fn options() -> Options {
    let until = instant("2024-04-08T08:00:00Z");
    let spec = GenerateSpec { channels: 10, first_level: 9_000, threads: 3_000, replies: 2, users: 20, words: 500, days: 200, until };
    Options::new(World::generate(&spec, 5)).limits(Limits::Slack).budgets(Budgets::Sqlite).without_search()
}

/// Replies calls of a sync, and how long it took.
async fn run(sandbox: &mut Sandbox, at: Timestamp, mode: Mode) -> (usize, SignedDuration, u64) {
    sandbox.timer.set(at);
    let mark = sandbox.mark();
    let report = sandbox.sync_all(mode).await;
    (sandbox.requests(mark, "conversations.replies", None), sandbox.now().duration_since(at), report.accounts[0].paused)
}

/// Channels whose daily pass was read to its end at or after that time.
async fn passed(sandbox: &Sandbox, since: Timestamp) -> usize {
    sandbox.store().streams().await.unwrap().iter().filter(|s| s.key.stream == "audit" && s.finished >= Some(since)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daily_pass_is_made_whole_and_the_rotating_one_takes_a_fifth() {
    // What several streams of a pass have on the wire when the last request of the share is counted.
    const WIRE: usize = 4 * 8;
    let mut sandbox = Sandbox::start(options()).await;
    sandbox.sync_all(Mode::Default).await;
    // The rotating pass is to read everything older once a day: more than it may.
    sandbox.change_settings(|s| s.slack.audit_every = Span::days(1));
    let mut at = sandbox.now() + SignedDuration::from_hours(24);
    // 1,640 threads are of the last 90 days. The rotating pass begins its round in the first run, and a day later would read all the others:
    // it takes ten minutes' worth, and an hour later as much again, where a fifth of the hour is more.
    for (hours, daily, share) in [(0, 1_640, 0), (24, 1_640, 500), (1, 0, 500)] {
        at += SignedDuration::from_hours(hours);
        let (calls, took, paused) = run(&mut sandbox, at, Mode::Default).await;
        println!("{hours} hours later: {calls} calls, {took}, {paused} left");
        assert!((daily + share..=daily + share + WIRE).contains(&calls), "{calls} of {daily} + {share}");
        assert_eq!(paused > 0, share > 0, "the rest of the rotating pass is for later");
        if daily > 0 {
            assert_eq!(passed(&sandbox, at).await, 10, "all of the daily pass");
        }
    }
    // Whoever asks for the pass gets it whole, whenever it was made last.
    at += SignedDuration::from_hours(1);
    let (calls, took, paused) = run(&mut sandbox, at, Mode::Audit).await;
    println!("--audit: {calls} calls, {took}");
    assert_eq!((passed(&sandbox, at).await, paused), (10, 0));
    assert!(calls > 600, "{calls}");
    assert!(sandbox.log().iter().all(|e| e.status != 429), "limits are kept, not met");
}

//! What the passes over everything take of a run, under Slack's real limits in virtual time.

use jiff::{SignedDuration, Timestamp};
use sales_connectors::Mode;
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
async fn passes_take_a_fifth_and_go_on_in_the_next_run() {
    // What several streams of a pass have on the wire when the last request of the share is counted.
    const WIRE: usize = 4 * 8;
    let mut sandbox = Sandbox::start(options()).await;
    sandbox.sync_all(Mode::Default).await;
    // Passes come a day after the history; nothing tells yet how long ago the last one was.
    let mut at = sandbox.now() + SignedDuration::from_hours(24);
    let first = at;
    let (calls, took, paused) = run(&mut sandbox, at, Mode::Default).await;
    println!("first: {calls} calls, {took}, {paused} left");
    assert!((50..=50 + WIRE).contains(&calls), "{calls}");
    assert!(paused > 0 && took < SignedDuration::from_mins(10), "{took}");
    assert!(passed(&sandbox, first).await < 10);
    // A fifth of what Slack allows in the time since then, half of it for each pass, and never more than ten minutes' worth.
    for (minutes, share) in [(15, 150), (24 * 60, 500)] {
        at += SignedDuration::from_mins(minutes);
        let (calls, took, paused) = run(&mut sandbox, at, Mode::Default).await;
        println!("{minutes} minutes later: {calls} calls, {took}, {paused} left");
        assert!((share / 2..=share + 2 * WIRE).contains(&calls), "{calls}");
        assert!(paused > 0 && took < SignedDuration::from_mins(12), "{took}");
    }
    assert!(passed(&sandbox, first).await < 10);
    // Each goes on where it stood, and so ends.
    let mut runs = 0;
    while passed(&sandbox, first).await < 10 {
        at += SignedDuration::from_hours(1);
        run(&mut sandbox, at, Mode::Default).await;
        runs += 1;
        assert!(runs < 12);
    }
    // Whoever asks for the pass gets it whole.
    at += SignedDuration::from_hours(1);
    let (calls, took, paused) = run(&mut sandbox, at, Mode::Audit).await;
    println!("--audit: {calls} calls, {took}");
    assert_eq!((passed(&sandbox, at).await, paused), (10, 0));
    assert!(calls > 600, "the threads of 90 days of 200: {calls}");
    assert!(sandbox.log().iter().all(|e| e.status != 429), "limits are kept, not met");
}

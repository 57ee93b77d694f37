//! Rate limits as the server sees them.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use sales_model::Clock as _;
use sales_transport::{BudgetRule, Call, Http, HttpOptions, SqliteBudget, Timer as _, Verdict, virtual_time::VirtualTimer};
use tokio::task::JoinSet;

use super::{
    Bench, assert_reply, call, error, limits,
    server::{Server, ok, status},
    start, windows,
};

/// Sends `count` calls at once over `clients` and returns the times at which they arrived.
async fn demand(clients: &[Http], server: &Server, count: usize, budget: BudgetRule) -> Vec<f64> {
    let mut calls = JoinSet::new();
    for n in 0..count {
        let (http, call) = (clients[n % clients.len()].clone(), Call { budget: budget.clone(), ..call(server.url("/")) });
        calls.spawn(async move { http.send(call, |_| Verdict::Take).await.unwrap().status });
    }
    assert!(calls.join_all().await.iter().all(|&status| status == 200));
    let mut times = server.times(start());
    times.sort_by(f64::total_cmp);
    times
}

fn assert_never_more(times: &[f64], limit: usize, per: f64) {
    for window in times.windows(limit + 1) {
        assert!(window[limit] - window[0] >= per, "{} requests in {} s", limit + 1, window[limit] - window[0]);
    }
}

#[tokio::test]
async fn many_calls_keep_the_limit_and_lose_no_time() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let times = demand(std::slice::from_ref(&bench.http), &server, 60, windows(&[(20, 60)])).await;
    assert_never_more(&times, 20, 60.0);
    assert!(times[59] <= 2.0 * 60.25 + 0.001, "{times:?}");
}

#[tokio::test]
async fn two_processes_on_one_file_keep_the_limit_together() {
    let folder = tempfile::tempdir().unwrap();
    let timer = VirtualTimer::new(start());
    let clients = [1, 2].map(|seed| {
        let budget = Arc::new(SqliteBudget::new(folder.path().join("budgets.db")));
        Http::new(HttpOptions { limits: limits(), seed, ..HttpOptions::new(Arc::new(timer.clone()), budget) }).unwrap()
    });
    // A storm: every fifth answer is a throttle, for whoever it hits.
    let server = Server::start(Arc::new(timer.clone()), |n, _| match n % 5 {
        4 => status(429, &[("retry-after", "10")]),
        _ => ok(),
    })
    .await;
    let times = demand(&clients, &server, 40, windows(&[(10, 60)])).await;
    assert_never_more(&times, 10, 60.0);
    let log = server.log();
    for (n, throttled) in log.iter().enumerate().filter(|(n, _)| n % 5 == 4) {
        // What was on the wire at the same moment had been sent before the answer came; nothing later comes before the time.
        let early = log[n + 1..].iter().filter(|seen| seen.at > throttled.at && seen.at < throttled.at + SignedDuration::from_secs(10));
        assert_eq!(early.count(), 0);
    }
}

#[tokio::test]
async fn twelve_hours_take_seconds() {
    let real = std::time::Instant::now();
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    // One request a minute, as Slack grants apps outside its directory.
    for _ in 0..720 {
        assert_reply(bench.send(Call { budget: windows(&[(1, 60)]), ..call(server.url("/")) }).await, 1);
    }
    let passed = bench.timer.now().duration_since(start());
    assert_eq!(passed, SignedDuration::from_millis(719 * 60_250));
    assert_eq!(bench.timer.jumps(), 719);
    // Far from the real 12 hours; how far depends on the machine.
    assert!(real.elapsed() < Duration::from_secs(3600));
}

#[tokio::test]
async fn a_wait_beyond_patience_is_an_error_and_charges_nothing() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let daily = || Call { budget: windows(&[(2, 86_400)]), ..call(server.url("/")) };
    assert_reply(bench.send(daily()).await, 1);
    assert_reply(bench.send(daily()).await, 1);
    let text = error(bench.send(daily()).await);
    assert_eq!(text, "conversations.history: the vendor asks to wait until 2024-03-16T09:00:00.25Z");
    assert_eq!(server.log().len(), 2);
    assert_eq!(bench.budget.state(&super::key(), start()).unwrap().used, 2);
}

#[tokio::test]
async fn each_attempt_is_charged_also_those_after_redirects() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |n, _| match n {
        0 => status(302, &[("location", "/b")]),
        1 => status(500, &[]),
        _ => ok(),
    })
    .await;
    assert_reply(bench.send(Call { budget: windows(&[(50, 60)]), ..call(server.url("/")) }).await, 2);
    assert_eq!(bench.budget.state(&super::key(), bench.timer.now()).unwrap().used, 3);
}

#[tokio::test]
async fn a_call_that_is_dropped_while_waiting_holds_nobody_up() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let slow = || Call { budget: windows(&[(1, 60)]), ..call(server.url("/")) };
    assert_reply(bench.send(slow()).await, 1);
    {
        let waiting = bench.send(slow());
        let sooner = bench.timer.sleep_until(start() + SignedDuration::from_secs(5));
        tokio::select! {
            _ = waiting => panic!("sent too early"),
            () = sooner => {}
        }
    }
    assert_eq!(bench.timer.now(), start() + SignedDuration::from_secs(5));
    assert_reply(bench.send(slow()).await, 1);
    assert_eq!(server.times(start()), [0.0, 60.25]);
}

#[tokio::test]
async fn a_budget_that_cannot_be_read_is_an_error_and_nothing_is_sent() {
    let bench = Bench::with(limits(), |options| options.budget = Arc::new(SqliteBudget::new("/nonexistent/budgets.db")));
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let text = error(bench.send(call(server.url("/"))).await);
    assert!(text.starts_with("reading a rate limit in /nonexistent/budgets.db: "), "{text}");
    assert!(server.log().is_empty());
}

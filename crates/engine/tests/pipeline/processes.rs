//! Several processes on one workspace.

use sales_connectors::Mode;
use sales_simulator::{GenerateSpec, Limits, World};
use sales_testkit::{Budgets, Halt, Options, Sandbox, differences, instant};

fn options() -> Options {
    let until = instant("2024-04-08T08:00:00Z");
    let spec = GenerateSpec { channels: 12, first_level: 400, threads: 30, replies: 4, users: 10, words: 300, days: 40, until };
    let customer = "name = \"Everything\"\n[slack]\nchannels = [\"*\"]\n";
    Options::new(World::generate(&spec, 11))
        .customer("everything", customer)
        .limits(Limits::Slack)
        .budgets(Budgets::Sqlite)
        .without_search()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_bring_everything_once_and_keep_the_limits_together() {
    let mut alone = Sandbox::start(options()).await;
    alone.sync_all(Mode::Default).await;
    let calls = alone.mark();
    alone.set_time("2024-04-08T12:00:00Z");
    alone.sync_all(Mode::Default).await;

    let mut sandbox = Sandbox::start(options()).await;
    let (first, _, stop_first) = sandbox.app_of(11, |_| true, Halt::never()).await;
    let (second, _, stop_second) = sandbox.app_of(22, |_| true, Halt::never()).await;
    let (accounts, request) = ([sandbox.account()], sandbox.request(Mode::Default));
    let others = [sandbox.account()];
    let (a, b) = tokio::join!(first.sync(&accounts, &request, stop_first), second.sync(&others, &request, stop_second));
    for report in [a.unwrap(), b.unwrap()] {
        let account = &report.accounts[0];
        assert!(account.failed.is_empty() && account.unreadable.is_empty(), "{account:#?}");
        assert!(account.busy.iter().all(|b| b.pid == 11 || b.pid == 22), "a busy stream names its holder: {:?}", account.busy);
    }
    assert!(sandbox.log().iter().all(|e| e.status != 429), "one budget for both");
    assert!(sandbox.mark() <= calls * 2, "{} calls, {calls} alone", sandbox.mark());
    drop((first, second));
    sandbox.set_time("2024-04-08T12:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    assert_eq!(differences(&alone.tree(), &sandbox.tree()), Vec::<String>::new());
    assert_eq!(alone.ledger().await, sandbox.ledger().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_a_living_process_holds_is_left_to_it_and_a_dead_ones_is_taken() {
    let mut sandbox = Sandbox::start(options()).await;
    sandbox.sync_all(Mode::Default).await;
    let key = sales_model::StreamKey { account: sandbox.account().cx.account, stream: "history".into(), partition: "C0GEN00003".into() };
    let holder = sales_ledger::Owner { pid: 77, started: "elsewhere".into() };
    let store = sandbox.store();
    store.lease(&key, &holder, instant("2024-04-08T09:59:30Z"), jiff::SignedDuration::from_hours(24), |_| true).await.unwrap();
    sandbox.set_time("2024-04-08T10:00:00Z");
    let (app, _, stop) = sandbox.app_of(11, |_| true, Halt::never()).await;
    let mark = sandbox.mark();
    let report = app.sync(&[sandbox.account()], &sandbox.request(Mode::Default), stop).await.unwrap();
    let busy: Vec<_> = report.accounts[0].busy.iter().map(|b| (b.stream.as_str(), b.pid)).collect();
    assert_eq!(busy, [("slack:default/history/C0GEN00003", 77)]);
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0GEN00003")), 0);
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0GEN00004")), 1);
    drop(app);
    sandbox.set_time("2024-04-08T10:00:10Z");
    let (app, _, stop) = sandbox.app_of(12, |_| false, Halt::never()).await;
    let report = app.sync(&[sandbox.account()], &sandbox.request(Mode::Default), stop).await.unwrap();
    assert!(report.accounts[0].busy.is_empty(), "{:?}", report.accounts[0].busy);
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0GEN00003")), 1);
}

/// Takes a stream away from whoever holds it, at the first page of it: what another process does that believes the holder dead.
struct Thief {
    store: std::sync::Arc<dyn sales_ledger::Store>,
    key: sales_model::StreamKey,
    /// How often it will.
    times: std::sync::atomic::AtomicUsize,
    /// It is done with it at once.
    quick: bool,
}

impl sales_engine::Failpoints for Thief {
    fn hit(&self, name: &'static str) {
        use std::sync::atomic::Ordering::SeqCst;
        if name != "sync.fetched" || self.times.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_err() {
            return;
        }
        let (store, key, quick) = (self.store.clone(), self.key.clone(), self.quick);
        let steal = async move {
            let thief = sales_ledger::Owner { pid: 77, started: "elsewhere".into() };
            let day = jiff::SignedDuration::from_hours(24);
            let taken = store.lease(&key, &thief, instant("2024-04-08T10:00:00Z"), day, |_| false).await.unwrap();
            if let (sales_ledger::LeaseOutcome::Leased(lease), true) = (taken, quick) {
                store.release(&lease, sales_ledger::Ended::Paused).await.unwrap();
            }
        };
        let wait = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(steal);
        std::thread::scope(|s| s.spawn(wait).join()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_was_taken_over_is_reported_or_read_again() {
    for (times, quick, busy, failed) in [(1, false, vec![77], 0), (1, true, vec![], 0), (2, true, vec![], 1)] {
        let world = sales_testkit::SlackWorld::new().channel("C0ONLY0001", "only", &[]);
        let world = world.says("C0ONLY0001", &sales_testkit::ts("2024-04-08T08:00:00Z", 1), "U0JO000001", "Something.");
        let mut sandbox = Sandbox::start(Options::slack(world).at("2024-04-08T10:00:00Z")).await;
        let account = sandbox.account();
        let key = sales_model::StreamKey { account: account.cx.account.clone(), stream: "catalogue".into(), partition: String::new() };
        let ports = sales_engine::Ports {
            store: sandbox.store(),
            disk: std::sync::Arc::new(sandbox.workspace.disk()),
            timer: std::sync::Arc::new(sandbox.timer.clone()),
            workspace: sandbox.workspace.clone(),
            settings: sandbox.settings.clone(),
            customers: std::sync::Arc::new(Vec::new()),
            unconnected: Default::default(),
            owner: sales_ledger::Owner { pid: 11, started: "here".into() },
            alive: |_| true,
            failpoints: std::sync::Arc::new(Thief { store: sandbox.store(), key: key.clone(), times: times.into(), quick }),
            progress: std::sync::Arc::new(sales_testkit::Watch::default()),
        };
        let app = sales_engine::App::open(ports).await.unwrap();
        let request = sales_engine::SyncRequest { concurrency: 1, ..sandbox.request(Mode::Default) };
        let report = app.sync(&[account], &request, Default::default()).await.unwrap();
        let account = &report.accounts[0];
        assert_eq!(account.busy.iter().map(|b| b.pid).collect::<Vec<_>>(), busy, "{account:#?}");
        assert!(account.busy.iter().all(|b| b.stream == key.to_string()));
        assert_eq!(account.failed.len(), failed, "{account:#?}");
        assert!(account.failed.iter().all(|f| f.stream == key.to_string() && f.why.contains("now held by another process")));
        assert_eq!(report.partly(), failed > 0);
        drop(app);
        sandbox.set_time("2024-04-10T10:00:00Z");
        sandbox.sync_all(Mode::Default).await;
    }
}

//! A first history under Slack's real limits, in virtual time: the figures of `docs/performance.md`.
//!
//! `cargo run --release -p sales-engine --example first_load [-- MESSAGES THREADS CHANNELS]`, by default 200,000 messages, 35,000 threads of
//! two replies and 200 channels. The double enforces Slack's published limits; nothing waits in real time.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::collections::BTreeMap;

use sales_connectors::Mode;
use sales_simulator::{GenerateSpec, Limits, World};
use sales_testkit::{Budgets, Options, Sandbox, instant};

/// Replies of each thread.
const REPLIES: usize = 2;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let size = |n: usize, default: usize| sizes.get(n).copied().unwrap_or(default);
    let (messages, threads, channels) = (size(0, 200_000), size(1, 35_000), size(2, 200));
    let spec = GenerateSpec {
        channels,
        first_level: messages.saturating_sub(threads * REPLIES),
        threads,
        replies: REPLIES,
        users: 150,
        words: 30_000,
        days: 700,
        until: instant("2024-04-08T08:00:00Z"),
    };
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() else { return };
    for search in [false, true] {
        runtime.block_on(load(&spec, search));
    }
}

async fn load(spec: &GenerateSpec, search: bool) {
    let customer = "name = \"Customer\"\n[slack]\nchannels = [\"generated-00*\"]\n";
    let options = Options::new(World::generate(spec, 7)).customer("customer", customer).limits(Limits::Slack).budgets(Budgets::Sqlite);
    let mut sandbox = Sandbox::start(if search { options } else { options.without_search() }).await;
    let (began, real) = (sandbox.now(), std::time::Instant::now());
    let report = sandbox.sync(Mode::Default).await;
    Sandbox::complete(&report);
    println!(
        "== {} token: {} messages, {} threads, {} channels",
        if search { "user" } else { "bot" },
        report.accounts[0].records.new,
        spec.threads,
        spec.channels
    );
    println!("virtual {:#}, real {:.0} s", sandbox.now().duration_since(began), real.elapsed().as_secs_f64());
    for line in &sandbox.told {
        println!("{line}");
    }
    let (mut calls, mut last) = (BTreeMap::<String, u64>::new(), BTreeMap::new());
    for entry in sandbox.log() {
        *calls.entry(entry.method.clone()).or_default() += 1;
        last.insert(entry.method, entry.at.duration_since(began));
    }
    for (method, count) in calls {
        println!("{method}: {count} calls, the last after {:#}", last.get(&method).copied().unwrap_or_default());
    }
    let refused = sandbox.log().iter().filter(|e| e.status == 429).count();
    println!("refused by limits: {refused}; early: {}", sandbox.violations().len());
}

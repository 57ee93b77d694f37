//! 30 % of all answers are 429, 5xx or torn.

use sales_connectors::Mode;
use sales_simulator::{GenerateSpec, Limits, World};
use sales_testkit::{Budgets, Options, Sandbox, differences, instant};

/// 40 channels, 1,200 messages, 60 threads.
fn world() -> World {
    let spec = GenerateSpec {
        channels: 40,
        first_level: 900,
        threads: 60,
        replies: 5,
        users: 15,
        words: 500,
        days: 60,
        until: instant("2024-04-08T08:00:00Z"),
    };
    World::generate(&spec, 5)
}

fn options() -> Options {
    Options::new(world()).customer("everything", "name = \"Everything\"\n[slack]\nchannels = [\"*\"]\n")
}

async fn calm(options: Options) -> (Sandbox, usize) {
    let mut sandbox = Sandbox::start(options).await;
    sandbox.sync_all(Mode::Default).await;
    let calls = sandbox.mark();
    sandbox.set_time("2024-04-08T12:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    (sandbox, calls)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_arrives_whatever_the_weather() {
    let (expected, ideal) = Box::pin(calm(options())).await;
    let (tree, ledger) = (expected.tree(), expected.ledger().await);
    for (seed, limits, budgets) in [
        (1, Limits::Off, Budgets::Memory),
        (2, Limits::Slack, Budgets::Memory),
        (3, Limits::Slack, Budgets::Sqlite),
        (4, Limits::Off, Budgets::Sqlite),
        (5, Limits::Slack, Budgets::Sqlite),
    ] {
        let mut sandbox = Sandbox::start(options().scenario("storm").seed(seed).limits(limits).budgets(budgets)).await;
        let report = sandbox.sync(Mode::Default).await;
        Sandbox::complete(&report);
        assert_eq!(sandbox.violations(), [], "seed {seed}: no request earlier than a 429 allows");
        let calls = sandbox.mark();
        let struck = sandbox.log().iter().filter(|e| e.fault.is_some()).count();
        assert!(struck * 100 >= calls * 20, "seed {seed}: a storm strikes about 30 %: {struck} of {calls}");
        assert!(calls * 10 <= ideal * 16, "seed {seed}: {calls} calls where {ideal} would do");
        assert!(
            sandbox.log().iter().filter(|e| e.error.as_deref() == Some("ratelimited")).all(|e| e.fault.is_some()),
            "seed {seed}: limits are kept"
        );
        sandbox.scenario("").await;
        sandbox.set_time("2024-04-08T12:00:00Z");
        sandbox.sync_all(Mode::Default).await;
        assert_eq!(differences(&tree, &sandbox.tree()), Vec::<String>::new(), "seed {seed}");
        assert_eq!(ledger, sandbox.ledger().await, "seed {seed}");
    }
}

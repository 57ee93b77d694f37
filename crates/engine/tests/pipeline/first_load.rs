//! A first history under Slack's real limits, in virtual time. The full size is `examples/first_load.rs`.

use sales_connectors::Mode;
use sales_simulator::{GenerateSpec, Limits, World};
use sales_testkit::{Budgets, Options, Sandbox, instant};

/// A tenth of the workspace that the plan speaks of: 20,000 messages, 3,500 of them with two replies each.
const SCALED: (usize, usize, usize) = (13_000, 3_500, 2);

fn world((first_level, threads, replies): (usize, usize, usize)) -> World {
    let until = instant("2024-04-08T08:00:00Z");
    let spec = GenerateSpec { channels: 20, first_level, threads, replies, users: 50, words: 2_000, days: 700, until };
    World::generate(&spec, 7)
}

fn options(world: World) -> Options {
    let customer = "name = \"Everything\"\n[slack]\nchannels = [\"*\"]\n";
    Options::new(world).customer("everything", customer).limits(Limits::Slack).budgets(Budgets::Sqlite)
}

fn total() -> u64 {
    let (first_level, threads, replies) = SCALED;
    (first_level + threads * replies) as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_bot_token_threads_take_a_call_each() {
    let mut sandbox = Sandbox::start(options(world(SCALED)).without_search()).await;
    let began = sandbox.now();
    sandbox.sync_all(Mode::Default).await;
    let minutes = sandbox.now().duration_since(began).as_mins();
    let (history, replies) = (sandbox.requests(0, "conversations.history", None), sandbox.requests(0, "conversations.replies", None));
    println!("bot token: {history} history calls, {replies} replies calls, {minutes} minutes; {:?}", sandbox.told);
    assert_eq!(sandbox.store().counts().await.unwrap().records, total());
    assert_eq!(replies, 3_500, "one call per thread");
    assert!(history <= 45, "999 messages a page: {history}");
    assert!(minutes <= 3_500 / 50 + 4, "{minutes} minutes");
    assert!(sandbox.log().iter().all(|e| e.status != 429), "limits are kept, not met");
    assert!(sandbox.told.iter().any(|t| t.contains("planned") && !t.contains("no estimate")), "{:?}", sandbox.told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_user_token_replies_come_by_the_hundred() {
    let mut sandbox = Sandbox::start(options(world(SCALED))).await;
    let began = sandbox.now();
    sandbox.sync_all(Mode::Default).await;
    let minutes = sandbox.now().duration_since(began).as_mins();
    let calls = |method: &str| sandbox.requests(0, method, None);
    let (search, replies) = (calls("search.messages"), calls("conversations.replies"));
    println!(
        "user token: {} history calls, {replies} replies calls, {search} search calls, {minutes} minutes; {:?}",
        calls("conversations.history"),
        sandbox.told
    );
    assert_eq!(sandbox.store().counts().await.unwrap().records, total());
    assert!((search + replies) * 100 <= 7_000 * 2, "at most 2 requests per 100 replies: {search} + {replies}");
    assert!(sandbox.log().iter().all(|e| e.status != 429), "limits are kept, not met");
}

//! Nothing new costs nearly nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::SystemTime,
};

use sales_connectors::Mode;
use sales_testkit::{Sandbox, Tree};
use serde_json::json;

use super::*;

/// Twelve channels with two threads each, and as many customers.
fn world() -> SlackWorld {
    let last = ts("2024-04-07T08:00:00Z", 100);
    let mut world = company();
    for c in 0..12 {
        let id = format!("C0CHANNEL{c:02}");
        world = world.channel(&id, &format!("customer-{c:02}"), &[]);
        for m in 0..20 {
            let at = ts_plus(&last, -(m * 7_200 + c));
            world = world.says(&id, &at, JO, &format!("Message {m} in {c}."));
            if m % 10 == 0 {
                world = world.replies(&id, &at, &ts_plus(&at, 50), PRIYA, "A reply.");
            }
        }
    }
    world
}

fn options(customers: usize) -> Options {
    (0..customers).fold(Options::slack(world()), |options, c| {
        options.customer(&format!("customer_{c:02}"), &format!("name = \"Customer {c:02}\"\n[slack]\nchannels = [\"customer-{c:02}\"]\n"))
    })
}

fn modified(sandbox: &Sandbox) -> BTreeMap<String, SystemTime> {
    let dir = sandbox.workspace.profiles_dir();
    sandbox.tree().into_keys().map(|p| (p.clone(), std::fs::metadata(dir.join(&p)).unwrap().modified().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_sync_makes_one_call_per_channel_and_writes_nothing() {
    let mut sandbox = Sandbox::start(options(12)).await;
    sandbox.sync_all(Mode::Default).await;
    // Settles what is done once a day.
    sandbox.set_time("2024-04-08T09:05:00Z");
    sandbox.sync_all(Mode::Default).await;
    let (tree, times, ledger) = (sandbox.tree(), modified(&sandbox), sandbox.ledger().await);
    let mark = sandbox.mark();
    sandbox.set_time("2024-04-08T09:10:00Z");
    let report = sandbox.sync_all(Mode::Default).await;
    for c in 0..12 {
        assert_eq!(sandbox.requests(mark, "conversations.history", Some(&format!("C0CHANNEL{c:02}"))), 1, "channel {c}");
    }
    assert_eq!(sandbox.requests(mark, "conversations.replies", None), 0, "{:?}", sandbox.since(mark));
    let others: Vec<_> = sandbox.since(mark).into_iter().filter(|r| !r.starts_with("conversations.history")).collect();
    assert!(others.len() <= 3, "a constant number of others: {others:?}");
    let r = report.accounts[0].records;
    assert_eq!((r.new, r.changed, r.gone), (0, 0, 0));
    assert_eq!(report.files, 0);
    let ours = |t: &Tree| t.iter().filter(|(p, _)| p.contains("/slack/")).map(|(p, b)| (p.clone(), b.clone())).collect::<Tree>();
    assert_eq!(ours(&tree), ours(&sandbox.tree()));
    let untouched = modified(&sandbox);
    let rewritten: Vec<_> = times.iter().filter(|(p, t)| untouched.get(*p) != Some(t)).map(|(p, _)| p).collect();
    assert!(rewritten.is_empty(), "rewritten although nothing is new: {rewritten:?}");
    let lines = |text: &str| text.lines().map(|l| (l.to_owned(), Vec::new())).collect::<Tree>();
    assert_eq!(sales_testkit::differences(&lines(&ledger), &lines(&sandbox.ledger().await)), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_do_not_depend_on_the_number_of_customers() {
    let mut calls = Vec::new();
    for customers in [0, 1, 12] {
        let mut sandbox = Sandbox::start(options(customers)).await;
        sandbox.sync_all(Mode::Default).await;
        sandbox.set_time("2024-04-08T10:00:00Z");
        sandbox.sync_all(Mode::Default).await;
        let mut all = sandbox.since(0);
        all.sort();
        calls.push(all);
    }
    assert_eq!(calls[0], calls[2]);
    assert_eq!(calls[1], calls[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_files_of_what_is_new_are_written() {
    let mut sandbox = Sandbox::start(options(12)).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.tree();
    sandbox.set_time("2024-04-08T09:05:00Z");
    sandbox.event(json!({"do": "new_message", "channel": "C0CHANNEL03", "user": JO, "text": "New."}));
    sandbox.set_time("2024-04-08T09:10:00Z");
    sandbox.sync_all(Mode::Default).await;
    let after = sandbox.tree();
    let changed: Vec<_> =
        after.iter().filter(|(p, b)| before.get(*p) != Some(b) && p.contains("/slack/")).map(|(p, _)| p.clone()).collect();
    assert_eq!(changed, ["customer_03/slack/2024-04-08_customer_03.json"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiet_channels_are_polled_less_often() {
    let world = world().channel("C0SILENT01", "silent", &[]).says("C0SILENT01", &ts("2023-11-01T09:00:00Z", 100), JO, "The last word.");
    let mut sandbox = Sandbox::start(Options::slack(world)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T09:05:00Z");
    let mark = sandbox.mark();
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0SILENT01")), 0, "{:?}", sandbox.since(mark));
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0CHANNEL03")), 1);
    sandbox.set_time("2024-04-08T09:40:00Z");
    sandbox.event(json!({"do": "new_message", "channel": "C0SILENT01", "user": JO, "text": "Not the last word."}));
    sandbox.set_time("2024-04-08T09:45:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(mark, "conversations.history", Some("C0SILENT01")), 1);
    assert_eq!(
        sandbox.store().newest().await.unwrap().iter().find(|(p, _)| p == "slack:C0SILENT01").unwrap().1.to_string(),
        "2024-04-08T09:40:00Z"
    );
}

/// And, until they were read once, it reads those that belong to nobody: what they hold may be the customer's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customers_sync_leaves_others_channels_alone() {
    let mut sandbox = Sandbox::start(options(12)).await;
    let report = sandbox.sync_for("customer_05", Mode::Default).await;
    Sandbox::complete(&report);
    // Side by side, so in any order.
    let read: BTreeSet<_> = sandbox.since(0).into_iter().filter(|r| r.starts_with("conversations.history")).collect();
    assert_eq!(read, ["conversations.history C0ACMEPOC1".to_owned(), "conversations.history C0CHANNEL05".to_owned()].into());
    assert!(sandbox.slack_files().iter().all(|f| f.starts_with("customer_05/")));
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.store().counts().await.unwrap().records, 12 * 22);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_reads_everything_again_and_changes_nothing() {
    let mut sandbox = Sandbox::start(options(12)).await;
    sandbox.sync_all(Mode::Default).await;
    let (tree, ledger) = (sandbox.tree(), sandbox.ledger().await);
    sandbox.set_time("2024-04-08T11:00:00Z");
    let report = sandbox.sync_all(Mode::Full).await;
    let r = report.accounts[0].records;
    assert_eq!((r.new, r.changed, r.gone), (0, 0, 0));
    assert!(r.unchanged >= 12 * 20);
    assert_eq!(sales_testkit::differences(&tree, &sandbox.tree()), Vec::<String>::new());
    let lines = |text: &str| text.lines().map(|l| (l.to_owned(), Vec::new())).collect::<Tree>();
    assert_eq!(sales_testkit::differences(&lines(&ledger), &lines(&sandbox.ledger().await)), Vec::<String>::new());
}

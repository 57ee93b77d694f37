//! What files show beside records changes: the refresh after it writes what a rebuild would write.

use jiff::SignedDuration;
use sales_connectors::Mode;
use sales_ledger::{LeaseOutcome, Owner, PageCommit};
use sales_model::StreamKey;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

/// A world where names, rivals and sides matter.
fn world() -> SlackWorld {
    let first = ts("2024-04-02T23:30:00Z", 100);
    company()
        .says(POC, &first, MIKE, "The people of Zentrix were here. Michael will send the list by Friday.")
        .replies(POC, &first, &ts_plus(&first, 60), JO, &format!("Thanks <@{MIKE}>, I'll send the quote tomorrow."))
        .says(POC, &ts("2024-04-05T10:00:00Z", 7), PRIYA, "I'll book the room today.")
}

/// Files as they are, and as a rebuild makes them.
async fn same_as_rebuilt(sandbox: &Sandbox) {
    sandbox.verified().await;
    let before = sandbox.tree();
    sandbox.rebuild().await;
    let after = sandbox.tree();
    let differ: Vec<_> = before.keys().chain(after.keys()).filter(|p| before.get(*p) != after.get(*p)).collect();
    assert_eq!(differ, Vec::<&String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_profile_is_read_into_findings_already_made() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    let competitors = |sandbox: &Sandbox| sandbox.text("acme_inc/insights.json").matches("\"kind\": \"competitor").count();
    assert_eq!(competitors(&sandbox), 0, "nobody named this rival");
    sandbox.profile("acme_inc", &format!("competitors = [\"Zentrix\"]\n{ACME}"));
    sandbox.refresh().await;
    assert_eq!(competitors(&sandbox), 1);
    same_as_rebuilt(&sandbox).await;
    // Nothing more to do, and nothing is written for it.
    assert_eq!(sandbox.refresh().await.files, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_time_zone_moves_messages_to_their_day() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    let days = ["acme_inc/slack/2024-04-02_yourcompany_acme_poc.json", "acme_inc/slack/2024-04-05_yourcompany_acme_poc.json"];
    assert_eq!(sandbox.slack_files(), days);
    sandbox.change_settings(|s| s.timezone = "Pacific/Auckland".into());
    sandbox.refresh().await;
    assert_eq!(sandbox.slack_files(), [days[0].replace("04-02", "04-03"), days[1].to_owned()]);
    same_as_rebuilt(&sandbox).await;
    sandbox.change_settings(|s| s.timezone = "UTC".into());
    sandbox.refresh().await;
    assert_eq!(sandbox.slack_files(), days);
    same_as_rebuilt(&sandbox).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_domains_and_names_that_change_later() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    // Somebody whose name stands in old texts joins; another one is renamed; a channel gets a topic.
    sandbox.event(json!({"do": "add_user", "user": {"id": "U0MICHAEL2", "name": "michael", "real_name": "Michael",
        "profile": {"real_name": "Michael", "email": "michael@acme.dev"}}}));
    sandbox.event(json!({"do": "rename", "channel": POC, "name": "acme-live"}));
    sandbox.set_time("2024-04-09T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    same_as_rebuilt(&sandbox).await;
    sandbox.change_settings(|s| s.own_domains = vec!["elsewhere.example".into()]);
    sandbox.refresh().await;
    same_as_rebuilt(&sandbox).await;
}

/// A page with a new name is durable, and the process that brought it dies before it writes a file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_name_whose_process_died_is_shown_by_the_next() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    let path = sandbox.slack_files().remove(0);
    // Opened before the change, as a process that runs for hours.
    let (long, ..) = sandbox.app(sales_testkit::Halt::never()).await;
    rename(&sandbox, "acme-live").await;
    assert_eq!(sandbox.file(&path)["channel"], "#yourcompany-acme-poc");
    long.refresh().await.unwrap();
    assert_eq!(sandbox.file(&path)["channel"], "#acme-live");
    rename(&sandbox, "acme-later").await;
    sandbox.refresh().await;
    assert_eq!(sandbox.file(&path)["channel"], "#acme-later");
    same_as_rebuilt(&sandbox).await;
}

/// Commits the channel under another name.
async fn rename(sandbox: &Sandbox, name: &str) {
    let store = sandbox.store();
    let mut place = store.places().await.unwrap().into_iter().find(|p| p.key == format!("slack:{POC}")).unwrap();
    place.previous_names.push(std::mem::replace(&mut place.name, name.into()));
    let key = StreamKey { account: sandbox.account().cx.account, stream: "catalogue".into(), partition: String::new() };
    let owner = Owner { pid: 9, started: "dead".into() };
    let LeaseOutcome::Leased(lease) = store.lease(&key, &owner, sandbox.now(), SignedDuration::from_mins(5), |_| false).await.unwrap()
    else {
        unreachable!("nobody holds it")
    };
    store.commit(&lease, PageCommit { places: vec![place], ..PageCommit::default() }).await.unwrap();
}

/// A profile that another process edited counts for one that began before the edit: it does not give the channel back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_run_keeps_to_profiles_edited_meanwhile() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    let (long, ..) = sandbox.app(sales_testkit::Halt::never()).await;
    sandbox.profile("acme_inc", "name = \"ACME Inc\"\n");
    sandbox.profile("globex", "name = \"Globex\"\n[slack]\nchannels = [\"yourcompany-acme-poc\"]\n");
    sandbox.refresh().await;
    let moved: Vec<_> = sandbox.slack_files();
    assert!(!moved.is_empty() && moved.iter().all(|p| p.starts_with("globex/")), "{moved:?}");
    sandbox.event(json!({"do": "new_message", "channel": POC, "user": MIKE, "text": "Something new."}));
    sandbox.set_time("2024-04-09T10:00:00Z");
    let request = sandbox.request(Mode::Default);
    long.sync(&[sandbox.account()], &request, tokio_util::sync::CancellationToken::new()).await.unwrap();
    let now = sandbox.slack_files();
    assert!(now.len() == moved.len() + 1 && now.iter().all(|p| p.starts_with("globex/")), "{now:?}");
    same_as_rebuilt(&sandbox).await;
}

//! Channels that change their name or state, and people from elsewhere.

use sales_connectors::Mode;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

const OTHER: &str = "C0OTHER001";

/// Two channels of the customer with one message each.
fn two() -> SlackWorld {
    let first = ts("2024-04-02T09:00:00Z", 100);
    company().says(POC, &first, MIKE, "Hello from us.").channel(OTHER, "acme-internal", &[]).says(OTHER, &first, JO, "Internal note.")
}

const BOTH: &str = "name = \"ACME Inc\"\naliases = [\"acme-corp\"]\n[slack]\nchannels = [\"C0ACMEPOC1\", \"C0OTHER001\"]\n";

async fn after(event: serde_json::Value) -> (Sandbox, sales_engine::SyncReport) {
    let mut sandbox = Sandbox::start(Options::slack(two()).customer("acme_inc", BOTH)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files().len(), 2);
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(event);
    sandbox.event(json!({"do": "new_message", "channel": OTHER, "user": JO, "text": "News from the other channel."}));
    sandbox.set_time("2024-04-08T10:30:00Z");
    let report = sandbox.sync(Mode::Default).await;
    (sandbox, report)
}

/// The other channel goes on, whatever happened to the first one.
fn other_goes_on(sandbox: &Sandbox) {
    assert_eq!(texts(&sandbox.file("acme_inc/slack/2024-04-08_acme_internal.json")), ["News from the other channel."]);
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Hello from us."], "what was there stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_channel_keeps_its_paths_and_shows_its_name() {
    let (sandbox, report) = after(json!({"do": "rename", "channel": POC, "name": "acme-rollout"})).await;
    Sandbox::complete(&report);
    other_goes_on(&sandbox);
    assert_eq!(sandbox.file(&day("2024-04-02"))["channel"], "#acme-rollout");
    let renamed: Vec<_> = sandbox.slack_files().into_iter().filter(|f| f.contains("2024-04-08")).collect();
    assert_eq!(renamed, ["acme_inc/slack/2024-04-08_acme_internal.json", "acme_inc/slack/2024-04-08_acme_rollout.json"]);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_named_in_the_profile_stays_the_customers_after_a_rename() {
    let mut sandbox = Sandbox::start(acme(two())).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "rename", "channel": POC, "name": "project-phoenix"}));
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Hello from us."], "the profile knows it by its earlier name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archived_channel_is_read_to_its_end_and_stays() {
    let (mut sandbox, report) = after(json!({"do": "archive", "channel": POC})).await;
    Sandbox::complete(&report);
    other_goes_on(&sandbox);
    sandbox.set_time("2024-04-08T11:00:00Z");
    let mark = sandbox.mark();
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(
        sandbox.requests(mark, "conversations.history", Some(POC)),
        0,
        "nothing comes in an archived channel: {:?}",
        sandbox.since(mark)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_made_private_goes_on_where_the_scope_is_there() {
    let (sandbox, report) = after(json!({"do": "make_private", "channel": POC})).await;
    Sandbox::complete(&report);
    other_goes_on(&sandbox);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_the_bot_was_removed_from_is_a_gap() {
    let (sandbox, report) = after(json!({"do": "remove_bot", "channel": POC})).await;
    other_goes_on(&sandbox);
    assert!(report.partly(), "it is in the result, and so in the exit code: {report:#?}");
    let told = format!("{:?} {:?}", report.accounts[0].failed, report.accounts[0].gaps);
    assert!(told.contains("yourcompany-acme-poc") && told.contains("/invite"), "{told}");
    let summary = sandbox.summary("acme_inc");
    let missing = summary.split("issing data").last().unwrap();
    assert!(missing.contains("yourcompany-acme-poc"), "{missing}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_error_for_one_channel_leaves_the_others_alone() {
    let world = two().says(OTHER, &ts("2024-04-08T08:00:00Z", 100), JO, "News from the other channel.");
    let rule = format!("[[rule]]\nmethod = 'conversations.history'\nchannel = '{POC}'\ndo = 'error'\nerror = 'flux_capacitor_failure'\n");
    let mut sandbox = Sandbox::start(Options::slack(world).customer("acme_inc", BOTH).scenario(&rule)).await;
    let report = sandbox.sync(Mode::Default).await;
    assert!(report.partly());
    let failed = &report.accounts[0].failed;
    assert_eq!(failed.len(), 1, "{failed:#?}");
    assert!(failed[0].what.contains("yourcompany-acme-poc") && failed[0].why.contains("flux_capacitor_failure"), "{failed:#?}");
    assert_eq!(texts(&sandbox.file("acme_inc/slack/2024-04-08_acme_internal.json")), ["News from the other channel."]);
    let plain = |sandbox: &Sandbox| sandbox.summary("acme_inc").replace('\\', "");
    assert!(plain(&sandbox).contains("flux_capacitor_failure"), "{}", plain(&sandbox));
    sandbox.scenario("").await;
    sandbox.sync_all(Mode::Default).await;
    assert!(!plain(&sandbox).contains("flux_capacitor_failure"), "the gap closes");
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Hello from us."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_person_is_asked_for_once() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let mut world = company().channel(OTHER, "acme-internal", &[]);
    for n in 0..30 {
        world = world.says(POC, &ts_plus(&first, n * 60), MIKE, &format!("Message {n} for <@{JO}>."));
        world = world.says(OTHER, &ts_plus(&first, n * 60), JO, &format!("<@{MIKE}> wrote again."));
    }
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(0, "users.info", None), 1, "{:?}", sandbox.since(0));
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(file["messages"][0]["user"], "Michael Chen");
    assert_eq!(file["messages"][0]["side"], "theirs");
    assert_eq!(file["messages"][0]["text"], "Message 0 for @Jo Rivera.");
    assert_eq!(file["shared"], true);
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(0, "users.info", None), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_whom_slack_does_not_show_is_asked_for_once_too() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let world = company().says(POC, &first, "U0NOBODY01", "Who am I?").says(POC, &ts_plus(&first, 60), "U0NOBODY01", "Still me.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    for hour in 10..13 {
        sandbox.set_time(&format!("2024-04-08T{hour}:00:00Z"));
        sandbox.sync_all(Mode::Default).await;
    }
    assert_eq!(sandbox.requests(0, "users.info", None), 1, "{:?}", sandbox.since(0));
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Who am I?", "Still me."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_takes_another_name_has_it_in_all_files() {
    let mut sandbox = Sandbox::start(acme(two())).await;
    sandbox.sync_all(Mode::Default).await;
    let person = json!({"id": JO, "name": "jo", "profile": {"real_name": "Jo Rivera-Lopez", "display_name": "Jo Rivera-Lopez", "email": "jo@yourcompany.com"}});
    sandbox.event(json!({"do": "add_user", "user": person}));
    sandbox.event(json!({"do": "new_message", "channel": POC, "user": MIKE, "text": format!("Congratulations <@{JO}>!")}));
    // The list of people is read once a day.
    sandbox.set_time("2024-04-09T12:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-08"))), ["Congratulations @Jo Rivera-Lopez!"]);
}

/// The part of a context that says how far it reaches.
fn through(sandbox: &Sandbox) -> String {
    let summary = sandbox.summary("acme_inc");
    let line = summary.lines().find(|l| l.to_lowercase().contains("data through")).unwrap_or(&summary);
    line.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_words_before_archiving_are_read() {
    let mut sandbox = Sandbox::start(acme(two())).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "new_message", "channel": POC, "user": MIKE, "text": "We are done here."}));
    sandbox.event(json!({"do": "archive", "channel": POC}));
    sandbox.sync_all(Mode::Default).await;
    assert!(texts(&sandbox.file(&day("2024-04-08"))).contains(&"We are done here."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archived_channel_is_looked_at_once_a_week_for_deletions() {
    let mut sandbox = Sandbox::start(acme(two().says(POC, &ts("2023-06-01T09:00:00Z", 100), MIKE, "Long ago."))).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "archive", "channel": POC}));
    sandbox.sync_all(Mode::Default).await;
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": ts("2024-04-02T09:00:00Z", 100)}));
    let mark = sandbox.mark();
    for date in 9..15 {
        sandbox.set_time(&format!("2024-04-{date:02}T10:00:00Z"));
        sandbox.sync_all(Mode::Default).await;
    }
    assert_eq!(sandbox.requests(mark, "conversations.history", Some(POC)), 0);
    assert!(sandbox.slack_files().contains(&day("2024-04-02")));
    sandbox.set_time("2024-04-15T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(mark, "conversations.history", Some(POC)), 1);
    assert!(!sandbox.slack_files().contains(&day("2024-04-02")), "deleted by an admin");
    assert!(sandbox.slack_files().contains(&day("2023-06-01")));
    sandbox.set_time("2024-04-16T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(mark, "conversations.history", Some(POC)), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_that_nothing_comes_from_any_more_hold_nothing_back() {
    let start = || Sandbox::start(Options::slack(two()).customer("acme_inc", BOTH));
    // Archived, and the other one alive; then both archived: nothing was said up to the last list of channels.
    let mut sandbox = start().await;
    sandbox.sync_all(Mode::Default).await;
    for (channel, date) in [(POC, "2024-04-12"), (OTHER, "2024-04-14")] {
        sandbox.set_time(&format!("{date}T10:00:00Z"));
        sandbox.event(json!({"do": "archive", "channel": channel}));
        for later in 0..2 {
            sandbox.set_time(&format!("{date}T{}:00:00Z", 11 + later));
            sandbox.sync_all(Mode::Default).await;
            assert!(through(&sandbox).contains(date), "{}", through(&sandbox));
        }
    }
    sandbox.set_time("2024-04-16T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert!(through(&sandbox).contains("2024-04-16"), "{}", through(&sandbox));

    // The app was removed: a gap says since when, and the other channel goes on.
    let mut sandbox = start().await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-12T10:00:00Z");
    sandbox.event(json!({"do": "remove_bot", "channel": POC}));
    sandbox.sync(Mode::Default).await;
    assert!(through(&sandbox).contains("2024-04-12"), "{}", through(&sandbox));
    let gaps = |sandbox: &Sandbox| {
        let summary = sandbox.summary("acme_inc").replace('\\', "");
        let part = summary.split("issing data").last().unwrap().to_owned();
        part.lines().filter(|l| l.contains("yourcompany-acme-poc")).map(str::to_owned).collect::<Vec<_>>()
    };
    let told = gaps(&sandbox);
    assert!(told.len() == 1 && told[0].contains("not a member") && told[0].contains("last read 2024-04-08"), "{told:?}");
    // The user leaves it out, as the error advises: no failure any more, but still said.
    let mut settings = (*sandbox.settings).clone();
    settings.slack.ignore_channels = vec!["yourcompany-acme-poc".into()];
    sandbox.settings = std::sync::Arc::new(settings);
    sandbox.set_time("2024-04-13T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert!(through(&sandbox).contains("2024-04-13"), "{}", through(&sandbox));
    let told = gaps(&sandbox);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("#yourcompany-acme-poc is not read any more: workspace.toml leaves it out (last read 2024-04-08)"),
        "{told:?}"
    );
}

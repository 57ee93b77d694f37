//! What is said of what was not read: holes that come, and go when a later sync reads them.

use sales_connectors::Mode;
use sales_engine::SyncRequest;
use sales_model::{Coverage, Source};
use sales_testkit::{Halt, Sandbox};
use serde_json::json;

use super::*;

/// The customer's channel, spoken in once a day from the beginning of March.
fn daily() -> SlackWorld {
    (1..38).fold(company(), |world, n| {
        let at = ts_plus(&ts("2024-03-01T08:00:00Z", 100), n * 86_400);
        world.says(POC, &at, if n % 2 == 0 { MIKE } else { JO }, &format!("Word {n}."))
    })
}

/// What the context's file says of a source.
fn covered(sandbox: &Sandbox, source: &Source) -> Coverage {
    let insights = sandbox.file("acme_inc/insights.json");
    let all: Vec<Coverage> = serde_json::from_value(insights["coverage"].clone()).unwrap();
    all.into_iter().find(|c| c.source == *source).unwrap()
}

fn holes(sandbox: &Sandbox, source: &Source) -> Vec<String> {
    let told = sandbox.file("acme_inc/insights.json")["coverage"].as_array().unwrap().iter().any(|c| c["source"] == source.as_str());
    if told { covered(sandbox, source).holes.iter().map(sales_model::Hole::words).collect() } else { Vec::new() }
}

/// Times that a stream has read, by its name.
async fn read(sandbox: &Sandbox, stream: &str) -> Vec<String> {
    let all = sandbox.store().streams().await.unwrap();
    let of = all.iter().filter(|s| s.key.to_string().contains(stream));
    of.flat_map(|s| s.read.as_slice().iter().map(|r| format!("{} to {}", r.from, r.to))).collect()
}

fn days(sandbox: &Sandbox, days: &str) -> SyncRequest {
    SyncRequest { since: Some(days.parse().unwrap()), ..sandbox.request(Mode::Default) }
}

/// The scenario of a channel that the app is put out of, and asked into again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_stands_while_the_account_is_blind_and_goes_when_it_is_read() {
    let mut sandbox = Sandbox::start(acme(daily())).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    assert_eq!(read(&sandbox, "history/C0ACMEPOC1").await, ["2022-04-09T09:00:00Z to 2024-04-08T09:00:00.000001Z"]);

    // On the same day nothing is missing yet but hours.
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "remove_bot", "channel": POC}));
    assert!(sandbox.sync(Mode::Default).await.partly());
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    sandbox.set_time("2024-04-09T08:00:00Z");
    sandbox.event(json!({"do": "new_message", "channel": POC, "user": JO, "text": "Said in the dark."}));
    for (at, days) in [("2024-04-09T10:00:00Z", "2024-04-08"), ("2024-04-12T10:00:00Z", "2024-04-08 to 2024-04-11")] {
        sandbox.set_time(at);
        let report = sandbox.sync(Mode::Default).await;
        assert!(report.partly() && report.accounts[0].failed[0].what.contains("yourcompany-acme-poc"), "{report:#?}");
        assert_eq!(holes(&sandbox, &Source::SLACK), [format!("#yourcompany-acme-poc: {days} was not read: the permission is missing")]);
    }
    let told = covered(&sandbox, &Source::SLACK);
    assert!(told.unseen.iter().any(|text| text.contains("yourcompany-acme-poc") && text.contains("last read 2024-04-08")), "{told:#?}");
    // A later look at the same day writes nothing, and a rebuild the same.
    let before = sandbox.tree();
    sandbox.set_time("2024-04-12T10:30:00Z");
    sandbox.sync(Mode::Default).await;
    sandbox.rebuild().await;
    assert_eq!(sales_testkit::differences(&before, &sandbox.tree()), Vec::<String>::new());

    sandbox.event(json!({"do": "invite_bot", "channel": POC}));
    sandbox.set_time("2024-04-12T11:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    assert_eq!(covered(&sandbox, &Source::SLACK).unseen, Vec::<String>::new());
    assert_eq!(texts(&sandbox.file(&day("2024-04-09"))), ["Said in the dark."]);
    assert_eq!(read(&sandbox, "history/C0ACMEPOC1").await, ["2022-04-09T09:00:00Z to 2024-04-12T11:00:00.000001Z"]);
    sandbox.verified().await;
}

/// What no sync asked for is said, with what reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_never_asked_for_is_a_hole_until_it_is() {
    let mut sandbox = Sandbox::start(acme(daily())).await;
    let request = days(&sandbox, "7d");
    sandbox.run(request, Halt::never()).await;
    let hole = |days: &str| format!("#yourcompany-acme-poc: {days} was not read: no sync asked for it");
    assert_eq!(holes(&sandbox, &Source::SLACK), [hole("2022-04-10 to 2024-04-01")]);
    let summary = sandbox.summary("acme_inc").replace('\\', "");
    assert!(
        summary.contains("2022-04-10 to 2024-04-01 was not read: no sync asked for it; `sales sync --full --source slack` reads it"),
        "{summary}"
    );
    // The next ordinary sync asks for all of `history`.
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    // A long silence of ours, and then less is asked for than it lasted.
    sandbox.set_time("2024-06-10T10:00:00Z");
    let request = days(&sandbox, "7d");
    sandbox.run(request, Halt::never()).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), [hole("2024-04-08 to 2024-06-03")]);
    sandbox.set_time("2024-06-10T11:00:00Z");
    sandbox.sync_all(Mode::Full).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    // Less history is wanted than was read: nothing is missing of it.
    sandbox.change_settings(|s| s.history = "30d".parse().unwrap());
    sandbox.refresh().await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
    // More is wanted: the next sync reads it.
    sandbox.change_settings(|s| s.history = "3y".parse().unwrap());
    sandbox.set_time("2024-06-10T12:00:00Z");
    let request = days(&sandbox, "30d");
    sandbox.run(request, Halt::never()).await;
    assert_eq!(holes(&sandbox, &Source::SLACK).len(), 1, "{:?}", holes(&sandbox, &Source::SLACK));
    sandbox.set_time("2024-06-10T13:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
}

/// An interrupted load says how far it came.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_load_says_what_is_missing() {
    let first = ts("2023-04-10T09:00:00Z", 100);
    let world = (0..2_500).fold(company(), |world, n| world.says(POC, &ts_plus(&first, n * 12_000), JO, &format!("Word {n}.")));
    let mut sandbox = Sandbox::start(acme(world)).await;
    let mut last = String::new();
    for pages in 1..20 {
        let (_, stopped) = sandbox.sync_until(Mode::Default, pages).await;
        let now = holes(&sandbox, &Source::SLACK).join("; ");
        if !stopped {
            break;
        }
        if now.contains("2024") || now.contains("2023") {
            last = now;
        }
    }
    assert!(last.contains("2022-04-10 to 202") && last.contains("the history is still being read"), "{last}");
    sandbox.set_time("2024-04-09T09:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new());
}

/// An account that cannot sign in is blind for all of it; silence of ours is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_cannot_sign_in_is_blind() {
    let mut sandbox = Sandbox::start(acme(daily())).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-20T09:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), Vec::<String>::new(), "nobody asked in between, and the next sync asked for it all");
    sandbox.event(json!({"do": "revoke_token"}));
    sandbox.set_time("2024-04-23T09:00:00Z");
    sandbox.sync(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), ["#yourcompany-acme-poc: 2024-04-20 to 2024-04-22 was not read: reading failed"]);

    let mut sandbox = Sandbox::start(acme(daily())).await;
    sandbox.event(json!({"do": "revoke_token"}));
    sandbox.sync(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::SLACK), ["2022-04-10 to 2024-04-07 was not read: reading failed"]);
    let summary = sandbox.summary("acme_inc");
    assert!(summary.contains("could not sign in") && summary.contains("nothing read yet"), "{summary}");
}

/// Every source says truthfully what it has read, and of which days nothing is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_source_notes_what_it_read() {
    let mut sandbox = Sandbox::start(Options::all_samples()).await;
    sandbox.sync_all(Mode::Default).await;
    let since = sandbox.settings.history.before(sandbox.now());
    // Of Slack both ends are included.
    let (hour, behind) = ("2024-04-08T09:00:00Z", "2024-04-08T09:00:00.000001Z");
    for (stream, through) in [("slack:default/history/", behind), ("gong:default/calls", hour), ("granola:default/notes", hour)] {
        let told = read(&sandbox, stream).await;
        assert!(!told.is_empty() && told.iter().all(|t| *t == format!("{since} to {through}")), "{stream}: {told:?}");
    }
    for source in [Source::SLACK, Source::GONG, Source::GRANOLA] {
        assert_eq!(covered(&sandbox, &source).holes, [], "{source}");
    }
    sandbox.set_time("2024-04-10T09:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    for stream in ["gong:default/calls", "granola:default/notes"] {
        let told = read(&sandbox, stream).await;
        assert!(!told.is_empty() && told.iter().all(|t| *t == format!("{since} to 2024-04-10T09:00:00Z")), "{stream}: {told:?}");
    }
}

/// What was there before is searched for, by what customers are known by; what is new comes whoever it is from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_that_nobody_searched_for_is_missing() {
    let mut sandbox = Sandbox::start(Options::all_samples().only(Source::EMAIL)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(covered(&sandbox, &Source::EMAIL).holes, []);
    // New mail is read from run to run.
    assert_eq!(read(&sandbox, "email:default/mailbox").await, Vec::<String>::new());
    sandbox.set_time("2024-04-10T09:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(read(&sandbox, "email:default/mailbox").await, ["2024-04-08T09:00:00Z to 2024-04-10T09:00:00Z"]);
    // A domain that nobody searched for: its mail of before is missing, and the next sync brings it.
    let profile = sandbox.text("acme_inc/profile.toml").replace("domains = [", "domains = [\"bricks.example\", ");
    sandbox.profile("acme_inc", &profile);
    sandbox.refresh().await;
    let unsearched = "was not read: the customer's mail of that time was not searched for yet";
    let told = holes(&sandbox, &Source::EMAIL);
    assert!(told.len() == 1 && told[0].ends_with(unsearched), "{told:?}");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(holes(&sandbox, &Source::EMAIL), Vec::<String>::new());
    sandbox.verified().await;
}

/// What is kept for a shorter time than `history` makes no hole, and is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_kept_is_no_hole() {
    let mut sandbox = Sandbox::start(acme(daily())).await;
    sandbox.change_settings(|s| s.retention.slack = serde_json::from_value(json!("30d")).unwrap());
    sandbox.sync_all(Mode::Default).await;
    let told = covered(&sandbox, &Source::SLACK);
    assert_eq!((told.holes, told.kept_from.map(|d| d.to_string())), (Vec::new(), Some("2024-03-09".into())));
    let summary = sandbox.summary("acme_inc");
    assert!(summary.contains("nothing from before 2024-03-09 is kept"), "{summary}");
}

/// What people are shown: exact times, and how old the last look is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_shown_how_old_the_last_look_is() {
    let mut sandbox = Sandbox::start(acme(daily())).await;
    sandbox.sync_all(Mode::Default).await;
    for (at, stale) in [("2024-04-08T09:00:00Z", false), ("2024-04-09T09:00:00Z", false), ("2024-04-09T09:00:01Z", true)] {
        sandbox.set_time(at);
        let app = sandbox.app(Halt::never()).await.0;
        let all = app.coverage(&Sandbox::customer("acme_inc")).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].coverage.records, all[0].stale), (37, stale), "{at}");
        assert_eq!(all[0].last_sync.map(|t| t.to_string()).as_deref(), Some("2024-04-08T09:00:00Z"));
        assert_eq!(all[0].coverage.first.map(|t| t.to_string()).as_deref(), Some("2024-03-02T08:00:00.0001Z"));
    }
}

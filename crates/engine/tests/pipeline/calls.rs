//! Calls: what comes late or changes, whose they are, and what their files say.

use sales_connectors::Mode;
use sales_model::Source;
use sales_simulator::{GongEvent, GongWorld};
use serde_json::{Value, json};

use super::*;

const REVIEW: &str = "acme_inc/gong/2024-04-05_poc_results_review.json";

fn options() -> Options {
    Options::all_samples().only(Source::GONG)
}

async fn synced() -> Sandbox {
    let mut sandbox = Sandbox::start(options()).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox
}

/// Something happens at the vendor.
fn happens(sandbox: &Sandbox, event: Value) {
    let event: GongEvent = serde_json::from_value(event).unwrap();
    let now = sandbox.now();
    sandbox.gong().write(|w| w.apply(&event, now)).unwrap();
}

/// The next sync, some minutes later.
async fn again(sandbox: &mut Sandbox) -> sales_ledger::Committed {
    let next = sandbox.now() + jiff::SignedDuration::from_mins(20);
    sandbox.timer.set(next);
    let report = sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    report.accounts[0].records
}

#[tokio::test]
async fn the_specifications_example_comes_out() {
    let sandbox = synced().await;
    let file = sandbox.file(REVIEW);
    let names =
        |key: &str| file[key].as_array().unwrap().iter().map(|v| v["name"].as_str().or(v.as_str()).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!((&file["call_id"], &file["talk_ratio"]), (&json!("1234567890"), &json!(0.68)));
    assert!(["pricing", "migration"].iter().all(|t| names("topics").contains(&(*t).to_owned())), "{:?}", names("topics"));
    let competitors = file["trackers"].as_array().unwrap().iter().find(|t| t["name"] == "Competitors").unwrap();
    assert!(competitors["count"].as_u64().unwrap() >= 8, "{competitors}");
    assert!(file["action_items"].as_array().unwrap().len() >= 3, "{}", file["action_items"]);
    assert_eq!(file["transcript_state"], "ready");
    assert!(file["transcript"].as_array().unwrap().len() > 100);
    sandbox.verified().await;
}

#[tokio::test]
async fn calls_go_to_every_customer_who_was_there_and_internal_ones_to_none() {
    let sandbox = synced().await;
    let files = sandbox.files_in("gong");
    let with = |part: &str| files.iter().filter(|f| f.contains(part)).cloned().collect::<Vec<_>>();
    assert_eq!(
        with("peer_to_peer"),
        [
            "acme_inc/gong/2024-04-05_acme_x_globex_two_regions_peer_to_peer.json",
            "globex/gong/2024-04-05_acme_x_globex_two_regions_peer_to_peer.json"
        ]
    );
    assert_eq!(with("dry_run"), Vec::<String>::new());
    assert_eq!((with("acme_inc/").len(), with("globex/").len(), with("northwind_labs/").len()), (7, 5, 4));
}

#[tokio::test]
async fn a_sync_that_finds_nothing_changes_nothing() {
    let mut sandbox = synced().await;
    let (tree, mark) = (sandbox.tree(), sandbox.mark());
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed, counts.gone, counts.parts), (0, 0, 0, 0));
    assert_eq!(sandbox.tree(), tree);
    assert!(sandbox.mark() - mark <= 4, "{:?}", sandbox.since(mark));
}

#[tokio::test]
async fn a_late_transcript_is_found_by_the_next_sync() {
    let mut world = options();
    let mut sandbox = {
        let gong = GongWorld::sample().unwrap();
        world = world.with_gong(gong);
        Sandbox::start(world).await
    };
    happens(&sandbox, json!({"do": "transcript_never", "call": "1234567890"}));
    sandbox.set_time("2024-04-05T17:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file(REVIEW);
    assert_eq!((&file["transcript_state"], &file["transcript"]), (&json!("pending"), &json!([])));
    assert!(sandbox.summary("acme_inc").contains("1 call has no transcript yet"), "{}", sandbox.summary("acme_inc"));
    sandbox.verified().await;
    happens(&sandbox, json!({"do": "transcript_ready", "call": "1234567890"}));
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed, counts.parts), (0, 0, 1));
    assert_eq!(sandbox.file(REVIEW)["transcript_state"], "ready");
    assert!(!sandbox.summary("acme_inc").contains("no transcript yet"));
}

#[tokio::test]
async fn a_transcript_that_never_comes_is_given_up_and_said_so() {
    let mut sandbox = Sandbox::start(options()).await;
    happens(&sandbox, json!({"do": "transcript_never", "call": "1234567890"}));
    sandbox.set_time("2024-04-05T17:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    let mark = sandbox.mark();
    // Asked for often at first, then at growing distances, and not after it was given up.
    for hours in [1, 2, 3, 6, 12, 24, 48, 96, 200, 330] {
        sandbox.timer.set(instant("2024-04-05T17:00:00Z") + jiff::SignedDuration::from_hours(hours));
        sandbox.sync_all(Mode::Default).await;
        assert_eq!(sandbox.file(REVIEW)["transcript_state"], "pending", "after {hours} h");
    }
    assert!(sandbox.requests(mark, "gong.calls.transcript", None) >= 6);
    sandbox.set_time("2024-04-20T17:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.file(REVIEW)["transcript_state"], "unavailable");
    assert!(sandbox.summary("acme_inc").contains("1 call has no transcript, and none is expected any more"));
    let mark = sandbox.mark();
    again(&mut sandbox).await;
    assert_eq!(sandbox.requests(mark, "gong.calls.transcript", None), 0);
}

#[tokio::test]
async fn edited_titles_and_new_crm_links_are_found() {
    let mut sandbox = synced().await;
    happens(&sandbox, json!({"do": "retitle", "call": "1234567890", "title": "POC results, second session"}));
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed), (0, 1));
    // The path was given once.
    assert_eq!(sandbox.file(REVIEW)["title"], "POC results, second session");
    happens(
        &sandbox,
        json!({"do": "associate", "call": "1234567890", "system": "Salesforce", "object_type": "Account",
            "object_id": "001Q00000bD8ccIIAR", "fields": {"Name": "Globex", "Website": "https://www.globex.example"}}),
    );
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed), (0, 1));
    assert!(sandbox.file(REVIEW)["crm"].to_string().contains("001Q00000bD8ccIIAR"));
    // The link makes it Globex's too.
    assert_eq!(sandbox.file("globex/gong/2024-04-05_poc_results_second_session.json")["customer"], "globex");
}

#[tokio::test]
async fn deleted_and_private_calls_go_and_come_back() {
    let mut sandbox = synced().await;
    let before = sandbox.tree();
    happens(&sandbox, json!({"do": "make_private", "call": "1234567890"}));
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed, counts.gone), (0, 0, 1));
    assert!(!sandbox.tree().contains_key(REVIEW));
    assert!(!sandbox.summary("acme_inc").contains("poc_results_review"));
    happens(&sandbox, json!({"do": "make_public", "call": "1234567890"}));
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed, counts.parts), (0, 1, 1));
    assert_eq!(sandbox.tree().get(REVIEW), before.get(REVIEW));
    happens(&sandbox, json!({"do": "delete_call", "call": "1234567890"}));
    assert_eq!(again(&mut sandbox).await.gone, 1);
    assert!(!sandbox.tree().contains_key(REVIEW));
    // Its words are found no more.
    let found = sandbox.store().search("t-shirt", None, 99).await.unwrap();
    assert!(found.iter().all(|hit| hit.record.thread != "1234567890"));
}

#[tokio::test]
async fn a_changed_profile_moves_calls_without_a_request() {
    let mut sandbox = synced().await;
    let mark = sandbox.mark();
    sandbox.profile("globex", "name = \"Other\"\nexclude = [\"globex\"]\ndomains = [\"elsewhere.example\"]\n");
    sandbox.refresh().await;
    let left = sandbox.files_in("gong").into_iter().filter(|f| f.starts_with("globex/")).collect::<Vec<_>>();
    assert_eq!((left, sandbox.mark()), (Vec::<String>::new(), mark));
    sandbox.profile("globex", "name = \"Other\"\nexclude = [\"globex\"]\n[gong]\ncrm_account_ids = [\"001Q00000bD8ccIIAR\"]\n");
    sandbox.refresh().await;
    assert!(sandbox.files_in("gong").iter().any(|f| f.starts_with("globex/")));
    sandbox.verified().await;
    _ = &mut sandbox;
}

#[tokio::test]
async fn a_token_without_the_scope_for_transcripts_reads_the_rest_and_says_so() {
    let mut sandbox = Sandbox::start(options()).await;
    sandbox.scenario("[[rule]]\nmethod = 'gong.calls.transcript'\ndo = 'missing_scope'\nneeded = 'api:calls:read:transcript'\n").await;
    let report = sandbox.sync(Mode::Default).await;
    let failed = &report.accounts[0].failed;
    assert_eq!(failed.len(), 1, "{failed:#?}");
    assert!(failed[0].auth && format!("{} {}", failed[0].why, failed[0].hint).contains("api:calls:read:transcript"));
    assert_eq!(sandbox.file(REVIEW)["transcript_state"], "pending");
    assert!(sandbox.summary("acme_inc").contains("api:calls:read:transcript"), "{}", sandbox.summary("acme_inc"));
}

/// Where a sample carries Gong's figures and a transcript, ours from the transcript are the same within rounding.
#[tokio::test]
async fn our_figures_are_within_rounding_of_the_vendors() {
    let told = synced().await;
    let computed = {
        let mut sandbox = Sandbox::start(options()).await;
        for call in sandbox.gong().read(|w| w.calls()) {
            happens(&sandbox, json!({"do": "set_field", "call": call, "path": "/interaction", "value": null}));
        }
        sandbox.sync_all(Mode::Default).await;
        sandbox
    };
    let mut wrong = Vec::new();
    let mut compared = 0;
    for path in told.files_in("gong") {
        let (theirs, ours) = (told.file(&path), computed.file(&path));
        for (figure, rounding) in [
            ("longest_monologue_seconds", 0.51),
            ("longest_customer_story_seconds", 0.51),
            ("interactivity", 0.051),
            ("patience_seconds", 0.0501),
            ("questions_ours", 0.0),
            ("questions_theirs", 0.0),
        ] {
            let value = |file: &Value| file["interaction"][figure].as_f64();
            if theirs["interaction"]["source"][figure] != "gong" {
                continue;
            }
            // Of less than two minutes nothing is computed.
            if theirs["duration_seconds"].as_f64().unwrap() < 120.0 {
                continue;
            }
            compared += 1;
            if value(&theirs).zip(value(&ours)).is_none_or(|(a, b)| (a - b).abs() > rounding) {
                wrong.push(format!("{path} {figure}: {:?} {:?}", value(&theirs), value(&ours)));
            }
        }
        if theirs["talk_ratio_source"] == "gong" {
            compared += 1;
            let value = |file: &Value| file["talk_ratio"].as_f64();
            if value(&theirs).zip(value(&ours)).is_none_or(|(a, b)| (a - b).abs() > 0.0101) {
                wrong.push(format!("{path} talk_ratio: {:?} {:?}", value(&theirs), value(&ours)));
            }
        }
    }
    assert!(compared > 60, "{compared} figures were there to compare");
    assert_eq!(wrong, Vec::<String>::new());
}

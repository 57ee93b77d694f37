//! A sample of what is stored, asked for again at its source.

use sales_connectors::Mode;
use sales_engine::{RecheckReport, RecheckRequest, SourceRecheck};
use sales_model::Source;
use sales_testkit::{Halt, Sandbox};
use serde_json::json;

use super::*;

const ALL: RecheckRequest = RecheckRequest { source: None, customer: None, sample: 1_000, seed: 1 };

async fn recheck(sandbox: &Sandbox, request: &RecheckRequest) -> RecheckReport {
    let before = (sandbox.ledger().await, sandbox.tree());
    let (app, _, stop) = sandbox.app(Halt::never()).await;
    let report = app.recheck(&sandbox.accounts(), request, stop).await.unwrap();
    assert_eq!((sandbox.ledger().await, sandbox.tree()), before, "nothing is changed");
    report
}

async fn of(sandbox: &Sandbox, source: Source) -> SourceRecheck {
    let mut report = recheck(sandbox, &ALL).await;
    report.remove(&source).unwrap()
}

fn ids(all: &[sales_model::RecordId]) -> Vec<&str> {
    all.iter().map(|id| &*id.0).collect()
}

fn first() -> String {
    ts("2024-04-02T09:00:00Z", 100)
}

/// Ten messages a day apart, one of them with two replies.
fn world() -> SlackWorld {
    let world = (0..10).fold(company(), |w, n| w.says(POC, &ts_plus(&first(), -n * 86_400), JO, &format!("Word {n}.")));
    world.replies(POC, &first(), &ts_plus(&first(), 60), MIKE, "An answer.").replies(POC, &first(), &ts_plus(&first(), 90), JO, "Thanks.")
}

async fn synced() -> Sandbox {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox
}

fn id(ts: &str) -> String {
    format!("slack:{POC}:{ts}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_the_same_is_the_same() {
    let sandbox = synced().await;
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!(found, SourceRecheck { sampled: 12, same: 12, requests: found.requests, ..SourceRecheck::default() });
    assert!(found.requests <= 13, "{}", found.requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_deletions_and_what_is_not_stored_are_found() {
    let sandbox = synced().await;
    let (edited, gone) = (ts_plus(&first(), -86_400), ts_plus(&first(), -2 * 86_400));
    sandbox.event(json!({"do": "edit", "channel": POC, "ts": edited, "text": "Something else."}));
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": gone}));
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": ts_plus(&first(), 60)}));
    // Beside a message of the sample, and never read: one from before the last sync, and one that is new.
    let unknown = ts_plus(&first(), -3 * 86_400 + 600);
    sandbox.world().write(|w| w.add_message(POC, json!({"ts": unknown, "user": JO, "text": "Missed."})).unwrap());
    sandbox.set_time("2024-04-08T10:00:00Z");
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!(ids(&found.changed), [id(&edited)]);
    assert_eq!(ids(&found.gone), [id(&gone), id(&ts_plus(&first(), 60))]);
    assert_eq!(ids(&found.missing), [id(&unknown)]);
    assert_eq!((found.same, found.unasked.len()), (9, 0));
    // A full sync puts it right.
    let mut sandbox = sandbox;
    sandbox.set_time("2024-04-08T11:00:00Z");
    sandbox.sync_all(Mode::Full).await;
    let found = of(&sandbox, Source::SLACK).await;
    assert!(!found.differs() && found.unasked.is_empty(), "{found:#?}");
    // What came since is no difference.
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first(), "user": JO, "text": "New."}));
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!((found.differs(), found.newer), (false, 1), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_asked_is_said() {
    let sandbox = synced().await;
    sandbox.event(json!({"do": "remove_bot", "channel": POC}));
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!((found.sampled, found.same, found.unasked.len(), found.differs()), (12, 0, 12, false));
    assert!(found.unasked.iter().all(|u| u.why.contains("yourcompany-acme-poc")), "{:#?}", found.unasked);
    // Without a way to sign in, and without an account.
    sandbox.event(json!({"do": "invite_bot", "channel": POC}));
    sandbox.event(json!({"do": "revoke_token"}));
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!((found.unasked.len(), found.differs()), (12, false));
    let (app, _, stop) = sandbox.app(Halt::never()).await;
    let report = app.recheck(&[], &ALL, stop).await.unwrap();
    assert!(report[&Source::SLACK].unasked.iter().all(|u| u.why.contains("no account is at hand")));
    // A vendor that does not answer.
    let mut sandbox = synced().await;
    sandbox.scenario("[[rule]]\nmethod = 'conversations.history'\ndo = 'error'\nerror = 'internal_error'").await;
    let found = of(&sandbox, Source::SLACK).await;
    assert_eq!((found.unasked.len(), found.differs()), (10, false), "{found:#?}");
    // Stopped by the user.
    let (app, _, stop) = sandbox.app(Halt::never()).await;
    stop.cancel();
    let report = app.recheck(&sandbox.accounts(), &ALL, stop).await.unwrap();
    assert!(report[&Source::SLACK].unasked.iter().all(|u| u.why.contains("stopped")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_sample() {
    let mut sandbox = Sandbox::start(Options::all_samples()).await;
    sandbox.sync_all(Mode::Default).await;
    let request = RecheckRequest { sample: 5, ..ALL };
    let mark = sandbox.mark();
    let one = recheck(&sandbox, &request).await;
    let requests = sandbox.since(mark);
    assert!(one.values().all(|found| found.sampled <= 5 && !found.differs() && found.unasked.is_empty()), "{one:#?}");
    assert_eq!(one.keys().cloned().collect::<Vec<_>>(), [Source::EMAIL, Source::GONG, Source::GRANOLA, Source::SLACK]);
    let mark = sandbox.mark();
    assert_eq!(recheck(&sandbox, &request).await, one);
    assert_eq!(sandbox.since(mark), requests, "the same is asked");
    let mark = sandbox.mark();
    recheck(&sandbox, &RecheckRequest { seed: 2, ..request.clone() }).await;
    assert_ne!(sandbox.since(mark), requests);
    // Of one source, and of one customer.
    let gong = recheck(&sandbox, &RecheckRequest { source: Some(Source::GONG), ..request.clone() }).await;
    assert_eq!(gong.keys().collect::<Vec<_>>(), [&Source::GONG]);
    let theirs = recheck(&sandbox, &RecheckRequest { customer: Some(Sandbox::customer("northwind_labs")), ..ALL }).await;
    assert_eq!(theirs[&Source::GONG].sampled, 4);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_and_notes_are_asked_for_again() {
    let mut sandbox = Sandbox::start(Options::all_samples()).await;
    sandbox.sync_all(Mode::Default).await;
    let whole = recheck(&sandbox, &RecheckRequest { source: Some(Source::GRANOLA), ..ALL }).await;
    assert!(whole[&Source::GRANOLA].sampled > 5 && whole[&Source::GRANOLA].same == whole[&Source::GRANOLA].sampled, "{whole:#?}");
    let gong = |event: serde_json::Value| {
        let (event, now) = (serde_json::from_value(event).unwrap(), sandbox.now());
        sandbox.gong().write(|w| w.apply(&event, now)).unwrap();
    };
    gong(json!({"do": "retitle", "call": "1234567890", "title": "Another title"}));
    gong(json!({"do": "delete_call", "call": "7782342274025937911"}));
    let found = recheck(&sandbox, &RecheckRequest { source: Some(Source::GONG), ..ALL }).await.remove(&Source::GONG).unwrap();
    assert_eq!(ids(&found.changed), ["gong:1234567890"]);
    assert_eq!(ids(&found.gone), ["gong:7782342274025937911"]);
    assert_eq!((found.sampled, found.same + 2, found.unasked.len(), found.missing.len()), (found.sampled, found.sampled, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_asked_for_by_their_copies() {
    let mut sandbox = Sandbox::start(Options::all_samples().only(Source::EMAIL)).await;
    sandbox.sync_all(Mode::Default).await;
    let found = recheck(&sandbox, &RecheckRequest { sample: 8, ..ALL }).await.remove(&Source::EMAIL).unwrap();
    assert_eq!((found.sampled, found.differs(), found.unasked.len()), (8, false, 0), "{found:#?}");
    assert!(found.same >= 8);
    // One of them is deleted for good.
    let copies = sandbox.store().listed(0, 10_000).await.unwrap();
    let one = copies.iter().find(|l| l.place == "mail").unwrap();
    let held = sandbox.store().held("mail", &one.native).await.unwrap();
    let now = sandbox.now();
    for (_, item) in &held {
        let event = serde_json::from_value(json!({"do": "delete", "message": item})).unwrap();
        sandbox.gmail().write(|w| w.apply(&event, now)).unwrap();
    }
    let found = of(&sandbox, Source::EMAIL).await;
    assert_eq!(ids(&found.gone), [format!("mail:{}", one.native)], "{found:#?}");
}

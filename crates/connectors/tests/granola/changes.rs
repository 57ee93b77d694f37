//! What the next sync finds: new and changed notes, late ones, and those that are shared later.

use sales_connectors::Mode;
use sales_simulator::{GranolaEvent, GranolaWorld, granola::Scope};
use serde_json::json;

use crate::bench::{Bench, Setup, hours, tiny};

#[tokio::test]
async fn a_quiet_run_costs_two_requests() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let sent = b.sent();
    b.later(hours(3));
    b.ok(Mode::Default).await;
    // Who we are, and what changed.
    assert_eq!(b.requests(sent), [("granola.notes.list".to_owned(), 2)].into());
    let log = b.sim.log();
    let query = &log.last().unwrap().sent.as_ref().unwrap().query;
    assert!(query.contains("updated_after=2024-04-08T07%3A00%3A00Z") && query.contains("page_size=30"), "{query}");
    b.complete();
}

#[tokio::test]
async fn an_edited_note_is_read_again_and_nothing_else() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.later(hours(3));
    let now = b.now();
    b.world.write(|w| w.edit_note(&tiny(12), Some("Renamed"), Some("### New\n\n- words"), now)).unwrap();
    b.world.write(|w| w.apply(&GranolaEvent::AddNote { note: serde_json::Map::new() }, now, None)).unwrap();
    let sent = b.sent();
    b.later(hours(1));
    b.ok(Mode::Default).await;
    assert_eq!(b.requests(sent)["granola.notes.get"], 2);
    assert_eq!(b.note(&tiny(12)).title, "Renamed");
    b.complete();
    // Seen again within the overlap, in the state that was read.
    let sent = b.sent();
    b.later(hours(1));
    b.ok(Mode::Default).await;
    assert_eq!(b.requests(sent).get("granola.notes.get"), None);
    b.complete();
}

#[tokio::test]
async fn a_note_of_the_last_minutes_comes_late() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    assert!(!b.numbers().contains(&7));
    b.later(hours(1));
    // Made long before, and no `updated_at` tells that it is finished: only the overlap finds it.
    let now = b.now();
    b.world.write(|w| w.change_note(&tiny(7), |n| (n.sim.ready_at, n.updated_at) = (Some(now), now - hours(2)))).unwrap();
    b.ok(Mode::Default).await;
    b.complete_but(&[8]);
}

#[tokio::test]
async fn a_note_that_is_shared_later_is_found_within_a_day() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.later(hours(5));
    b.world.write(|w| w.share(&tiny(8), "sam@us.example", true)).unwrap();
    b.ok(Mode::Default).await;
    assert!(!b.numbers().contains(&8), "its `updated_at` is old");
    b.later(hours(19));
    let sent = b.sent();
    b.ok(Mode::Default).await;
    b.complete_but(&[7]);
    assert_eq!(b.requests(sent)["granola.notes.get"], 1);
    // At once with `--audit`.
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.later(hours(1));
    b.world.write(|w| w.share(&tiny(8), "sam@us.example", true)).unwrap();
    b.ok(Mode::Audit).await;
    b.complete_but(&[7]);
}

#[tokio::test]
async fn a_full_sync_reads_everything_again_once() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let gets = |b: &Bench, from| b.requests(from).get("granola.notes.get").copied().unwrap_or(0);
    let mut sent = b.sent();
    for (mode, expected) in [(Mode::Audit, 0), (Mode::Full, 14), (Mode::Default, 0), (Mode::Audit, 0), (Mode::Full, 14)] {
        b.later(hours(2));
        b.ok(mode).await;
        assert_eq!(gets(&b, sent), expected, "{mode:?}");
        sent = b.sent();
        b.complete();
    }
}

#[tokio::test]
async fn nothing_is_concluded_from_a_note_that_is_gone() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.world.write(|w| w.delete_note(&tiny(12))).unwrap();
    for mode in [Mode::Default, Mode::Audit, Mode::Full] {
        b.later(hours(2));
        b.ok(mode).await;
        assert!(b.numbers().contains(&12), "the API tells of no deletions, and 404 is none");
    }
}

#[tokio::test]
async fn nothing_older_than_the_plan_is_read() {
    let mut b = Bench::tiny().await;
    b.since = "2024-03-20T00:00:00Z".parse().unwrap();
    b.ok(Mode::Default).await;
    assert_eq!(b.numbers(), [9, 10, 11, 12, 13, 14, 15].into());
    // An old one that changes is still old.
    b.later(hours(1));
    let now = b.now();
    b.world.write(|w| w.edit_note(&tiny(1), Some("Old"), None, now)).unwrap();
    b.ok(Mode::Default).await;
    assert_eq!(b.numbers().len(), 7);
    // Until the plan reaches further back.
    b.since = "2022-04-09T00:00:00Z".parse().unwrap();
    b.later(hours(1));
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn what_a_key_does_not_see_is_not_there_and_what_is_seen_to_be_missing_is_said() {
    let mut b = Bench::tiny().await;
    b.world.write(|w| w.set_scopes("grn_tiny", &[Scope::Public])).unwrap();
    b.ok(Mode::Default).await;
    assert_eq!(b.numbers(), [4, 5, 12, 13, 14, 15].into());
    assert_eq!(b.gaps(), Vec::<String>::new(), "nothing says that there is more");
    // Transcripts forbidden.
    let mut b = Bench::tiny().await;
    b.world.write(|w| w.change_key("grn_tiny", |k| k.transcripts = false)).unwrap();
    b.ok(Mode::Default).await;
    assert_eq!((b.numbers().len(), b.transcript(&tiny(1))), (13, None));
    let gap = "Granola shows this key only what its access scopes allow; for 13 notes it gave no transcript. Where Granola itself shows one, \
               widen the key's access and run `sales sync --full`";
    assert_eq!(b.gaps(), [gap]);
    // It stays said, until they come.
    b.later(hours(1));
    b.ok(Mode::Default).await;
    assert_eq!(b.gaps(), [gap]);
    b.world.write(|w| w.change_key("grn_tiny", |k| k.transcripts = true)).unwrap();
    b.later(hours(1));
    b.ok(Mode::Full).await;
    b.complete();
    assert_eq!(b.gaps().len(), 1);
    assert!(b.gaps()[0].contains("for 1 note it gave no transcript"), "{:?}", b.gaps());
}

#[tokio::test]
async fn a_workspaces_key_sees_what_all_see() {
    let mut b = Bench::start(Setup { key: "grn_tiny_workspace", ..Setup::default() }).await;
    b.ok(Mode::Default).await;
    assert_eq!(b.numbers(), [4, 5, 12, 13, 14, 15].into());
    b.use_key("grn_tiny");
    b.later(hours(1));
    b.ok(Mode::Audit).await;
    b.complete();
}

#[tokio::test]
async fn an_empty_workspace_is_no_trouble() {
    let mut world = GranolaWorld::default();
    world.add_key(GranolaWorld::tiny().key().unwrap().clone());
    let mut b = Bench::start(Setup { world, ..Setup::default() }).await;
    for _ in 0..2 {
        b.ok(Mode::Default).await;
        b.later(hours(1));
    }
    assert_eq!((b.ledger.records.len(), b.ledger.places.len()), (0, 1));
}

#[tokio::test]
async fn a_field_of_another_shape_costs_one_note_and_is_listed_until_it_is_read() {
    let mut b = Bench::tiny().await;
    let field = |value| GranolaEvent::SetField { note: Some(tiny(12)), field: "summary_markdown".into(), value };
    let now = b.now();
    b.world.write(|w| w.apply(&field(json!({"type": "doc"})), now, None)).unwrap();
    let run = b.sync(Mode::Default).await;
    assert!(run.errors.is_empty());
    assert_eq!(b.failures(), ["granola:not_Tiny0000000012: it has an unexpected shape at `summary_markdown` (Data error)"]);
    assert_eq!(b.numbers().len(), 12);
    b.later(hours(1));
    let now = b.now();
    b.world.write(|w| w.change_note(&tiny(12), |n| (n.sim.fields, n.updated_at) = (serde_json::Map::new(), now))).unwrap();
    b.ok(Mode::Default).await;
    b.complete();
}

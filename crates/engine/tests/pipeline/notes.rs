//! Meeting notes: what changes later, whose they are, and what their files say.

use sales_connectors::Mode;
use sales_model::Source;
use sales_simulator::GranolaEvent;
use serde_json::{Value, json};

use super::*;

const OVERVIEW: &str = "acme_inc/granola/2024-03-22_executive_overview.md";

async fn synced() -> Sandbox {
    let mut sandbox = Sandbox::start(Options::all_samples().only(Source::GRANOLA)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox
}

fn happens(sandbox: &Sandbox, event: Value) {
    let event: GranolaEvent = serde_json::from_value(event).unwrap();
    let now = sandbox.now();
    sandbox.granola().write(|w| w.apply(&event, now, None)).unwrap();
}

async fn again(sandbox: &mut Sandbox) -> sales_ledger::Committed {
    let next = sandbox.now() + jiff::SignedDuration::from_mins(20);
    sandbox.timer.set(next);
    let report = sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    report.accounts[0].records
}

/// Id of the note with this title.
fn note(sandbox: &Sandbox, title: &str) -> String {
    sandbox.granola().read(|w| w.notes().find(|n| n.title.as_deref() == Some(title)).map(|n| n.id.clone())).unwrap()
}

#[tokio::test]
async fn the_specifications_example_comes_out() {
    let sandbox = synced().await;
    let text = sandbox.text(OVERVIEW);
    let lines = |section: &str| {
        let (_, rest) = text.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no {section} in:\n{text}"));
        rest.split("\n## ").next().unwrap_or(rest).trim().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(text.contains("\n# Executive Overview\n"), "{text}");
    assert_eq!(&lines("Attendees")[..2], ["- Michael Chen (CTO)", "- Sarah Rodriguez (VP Eng)"]);
    assert!(lines("Attendees").contains(&"- Lisa Thompson (Head of Security)".to_owned()), "{:?}", lines("Attendees"));
    assert_eq!(&lines("Action Items")[..2], ["- [ ] Security review - Lisa Thompson", "- [ ] Migration plan - Alex Kumar"]);
    assert!(lines("Action Items").iter().any(|l| l.starts_with("- [x] ")));
    assert!(lines("Action Items").iter().any(|l| l.contains(" [2024-")), "{:?}", lines("Action Items"));
    sandbox.verified().await;
}

#[tokio::test]
async fn a_sync_that_finds_nothing_changes_nothing() {
    let mut sandbox = synced().await;
    let (tree, mark) = (sandbox.tree(), sandbox.mark());
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed, counts.gone, counts.parts), (0, 0, 0, 0));
    assert_eq!(sandbox.tree(), tree);
    assert!(sandbox.mark() - mark <= 3, "{:?}", sandbox.since(mark));
}

#[tokio::test]
async fn a_note_that_is_changed_later_is_found_by_the_next_sync() {
    let mut sandbox = synced().await;
    let id = note(&sandbox, "Executive Overview");
    let summary = "### Action Items\n\n- [x] Security review - Lisa Thompson\n- [ ] Migration plan - Alex Kumar (due 2024-04-12)\n";
    happens(&sandbox, json!({"do": "edit_note", "note": id, "summary": summary}));
    let counts = again(&mut sandbox).await;
    assert_eq!((counts.new, counts.changed), (0, 1));
    let text = sandbox.text(OVERVIEW);
    assert!(text.contains("- [x] Security review - Lisa Thompson\n- [ ] Migration plan - Alex Kumar [2024-04-12]\n"), "{text}");
}

#[tokio::test]
async fn a_note_that_is_ready_later_is_found_when_it_is() {
    let mut sandbox = synced().await;
    let added = json!({"do": "add_note", "note": {"title": "Kick-off", "attendees": [{"name": "Haruka Mori", "email": "haruka.mori@globex.example"}],
        "_sim": {"public": true, "ready_at": "2024-04-08T09:15:00Z"}}});
    happens(&sandbox, added);
    sandbox.sync_all(Mode::Default).await;
    assert!(!sandbox.files_in("granola").iter().any(|f| f.contains("kick_off")));
    assert_eq!(again(&mut sandbox).await.new, 1);
    assert!(
        sandbox.files_in("granola").iter().any(|f| f.starts_with("globex/") && f.contains("kick_off")),
        "{:?}",
        sandbox.files_in("granola")
    );
}

#[tokio::test]
async fn notes_stand_with_the_customer_who_was_there() {
    let sandbox = synced().await;
    let of = |customer: &str| sandbox.files_in("granola").iter().filter(|f| f.starts_with(customer)).count();
    assert_eq!((of("acme_inc/"), of("globex/"), of("northwind_labs/")), (3, 3, 2), "{:?}", sandbox.files_in("granola"));
}

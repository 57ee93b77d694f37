//! Lists that change, lead astray, or end too early.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};
use sales_simulator::GranolaWorld;

use crate::bench::{Bench, Setup, hours, tiny};

/// Pages of few notes.
const SHORT: &str = "[[rule]]\nmethod = ['granola.notes.list', 'granola.folders', 'granola.transcript']\ndo = 'short_page'\nsize = 3\n";

fn short(first: &str) -> String {
    format!("{first}\n{SHORT}")
}

#[tokio::test]
async fn the_order_of_a_list_does_not_matter_and_a_change_between_pages_costs_nothing() {
    for order in ["newest_first", "oldest_first", "updated_newest_first", "updated_oldest_first", "scrambled"] {
        for nth in 1..=5 {
            // While the pages are read a note is edited, one is deleted, and one is made.
            let event = |what: &str| format!("[[event]]\nafter_call = 'granola.notes.list'\nnth = {}\n{what}\n", nth + 1);
            let scenario = short(&format!(
                "[granola]\norder = '{order}'\n{}{}{}",
                event(&format!("do = 'granola.edit_note'\nnote = '{}'\nsummary = 'edited'", tiny(3))),
                event(&format!("do = 'granola.delete_note'\nnote = '{}'", tiny(14))),
                event("do = 'granola.add_note'\nnote = { title = 'In between' }"),
            ));
            let mut b = Bench::scenario(&scenario).await;
            let run = b.sync(Mode::Default).await;
            assert!(run.errors.is_empty(), "{order} {nth}: {:?}", run.errors);
            for _ in 0..2 {
                b.later(SignedDuration::from_mins(20));
                b.sync(Mode::Default).await;
            }
            let numbers = b.numbers();
            assert!((1..=15).filter(|n| ![7, 8, 14].contains(n)).all(|n| numbers.contains(&n)), "{order} {nth}: {numbers:?}");
            assert_eq!(b.note(&tiny(3)).markdown, "edited", "{order} {nth}");
            assert!(b.notes().any(|(_, n)| n.title == "In between"), "{order} {nth}");
        }
    }
}

#[tokio::test]
async fn a_dead_cursor_begins_the_list_again() {
    for request in 2..=6 {
        for method in ["granola.notes.list", "granola.folders", "granola.transcript"] {
            let rule = format!("[[rule]]\nmethod = '{method}'\nrequest = {request}\ndo = 'expire_cursor'\n");
            let mut b = Bench::scenario(&short(&rule)).await;
            b.ok(Mode::Default).await;
            b.complete();
        }
    }
    // All that were given, in the middle of a list.
    let event = "[[event]]\nafter_call = 'granola.notes.list'\nnth = 4\ndo = 'granola.expire_cursors'\n";
    let mut b = Bench::scenario(&short(event)).await;
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn a_server_that_keeps_losing_its_place_is_given_up_and_asked_again() {
    let rule = "[[rule]]\nmethod = 'granola.notes.list'\nevery = 2\nafter_seconds = 1\ndo = 'expire_cursor'\n";
    let mut b = Bench::scenario(&short(rule)).await;
    b.ok(Mode::Default).await;
    b.later(hours(24));
    let run = b.sync(Mode::Default).await;
    assert!(run.errors.len() <= 1, "{:?}", run.errors);
    assert!(b.requests(0)["granola.notes.list"] < 60);
    b.complete();
}

#[tokio::test]
async fn pages_that_come_twice_are_read_twice_and_circles_are_left() {
    let twice = "[[rule]]\nmethod = ['granola.notes.list', 'granola.transcript', 'granola.folders']\nevery = 2\ndo = 'repeat_page'\n";
    let mut b = Bench::scenario(&format!("{SHORT}{twice}")).await;
    b.ok(Mode::Default).await;
    b.complete();

    let rule = "[[rule]]\nmethod = 'granola.notes.list'\nafter_seconds = 0\ndo = 'loop_cursor'\n";
    let mut b = Bench::scenario(rule).await;
    let run = b.sync(Mode::Default).await;
    let (stream, e) = &run.errors[0];
    assert_eq!((stream.as_str(), run.errors.len(), e.retry), ("notes", 1, Retry::Never));
    assert_eq!(e.to_string(), "Granola's list of notes: the pages of the list of notes go round in a circle");
    assert!(b.requests(0)["granola.notes.list"] < 20);
    // What the first pages told is read all the same.
    assert!(b.notes().count() > 0);
}

#[tokio::test]
async fn a_transcript_that_goes_round_holds_up_no_other_note() {
    let rule = "[[rule]]\nmethod = 'granola.transcript'\ndo = 'loop_cursor'\n";
    let mut b = Bench::scenario(rule).await;
    let run = b.sync(Mode::Default).await;
    assert!(run.errors.is_empty(), "{:?}", run.errors);
    assert_eq!(b.numbers().len(), 12);
    let gaps = b.gaps();
    assert!(gaps.iter().any(|g| g.contains(&tiny(6)) && g.contains("go round in a circle")), "{gaps:?}");
}

#[tokio::test]
async fn nothing_rests_on_what_the_documentation_leaves_open() {
    for (inclusive, omit, message) in [(true, true, false), (false, true, true), (true, false, false)] {
        let mut world = GranolaWorld::tiny();
        (world.manner.inclusive, world.manner.omit_transcript, world.manner.error_message) = (inclusive, omit, message);
        let mut b = Bench::start(Setup { world, ..Setup::default() }).await;
        b.ok(Mode::Default).await;
        b.later(hours(1));
        let now = b.now();
        b.world.write(|w| w.edit_note(&tiny(6), Some("Edited"), None, now)).unwrap();
        b.ok(Mode::Default).await;
        b.complete();
    }
}

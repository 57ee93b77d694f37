//! Cut off anywhere and started again.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sales_connectors::Mode;
use sales_model::{Checkpoint, Record};

use crate::bench::{Bench, tiny};

const SHORT: &str = "[[rule]]\nmethod = ['granola.notes.list', 'granola.folders']\ndo = 'short_page'\nsize = 3\n";

async fn bench() -> Bench {
    let mut b = Bench::scenario(SHORT).await;
    b.handed = 2;
    b
}

async fn undisturbed() -> (BTreeMap<String, Record>, usize) {
    let mut b = bench().await;
    let run = b.sync(Mode::Default).await;
    b.complete();
    (b.ledger.records, run.steps)
}

#[tokio::test]
async fn from_every_checkpoint_the_same_records_come() {
    let (expected, steps) = undisturbed().await;
    assert!(steps > 12, "{steps}");
    for cut in 0..steps {
        for again in [0, 1, 3] {
            let mut b = bench().await;
            assert!(b.run(Mode::Default, cut).await.cut, "{cut}");
            b.later(SignedDuration::from_mins(10));
            // A second cut a little later, or none.
            b.run(Mode::Default, again).await;
            b.later(SignedDuration::from_mins(10));
            b.ok(Mode::Default).await;
            assert_eq!(b.ledger.records, expected, "{cut} {again}");
            assert_eq!(b.gaps().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_run_that_goes_on_in_the_same_moment_uses_its_cursor() {
    let (expected, steps) = undisturbed().await;
    let mut b = bench().await;
    let mut runs = 0;
    // The clock stands still: it is the same run.
    while b.run(Mode::Default, 2).await.cut {
        runs += 1;
        assert!(runs < 10 * steps);
    }
    assert_eq!(b.ledger.records, expected);
    // Three pages of notes to a page of this double, each asked for once, but for those that a cut lost.
    let cursors = b.sim.log().iter().filter(|e| e.method == "granola.notes.list" && e.args.iter().any(|a| a == "cursor")).count();
    assert!((4..=8).contains(&cursors), "{cursors}");
}

#[tokio::test]
async fn changes_between_a_cut_and_its_restart_are_found() {
    let (_, steps) = undisturbed().await;
    for cut in 0..steps {
        let mut b = bench().await;
        b.run(Mode::Default, cut).await;
        b.later(SignedDuration::from_mins(10));
        let now = b.now();
        b.world.write(|w| w.edit_note(&tiny(2), Some("Edited meanwhile"), Some("- other words"), now)).unwrap();
        b.later(SignedDuration::from_mins(10));
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn checkpoints_that_nobody_understands_begin_anew() {
    let mut b = bench().await;
    b.ok(Mode::Default).await;
    let expected = b.ledger.records.clone();
    for text in ["", "{}", "{\"v\":7}", "nonsense", "{\"v\":1,\"open\":[]}"] {
        b.ledger.checkpoints.values_mut().for_each(|c| *c = Checkpoint(text.into()));
        b.later(SignedDuration::from_mins(10));
        b.ok(Mode::Default).await;
        assert_eq!(b.ledger.records, expected, "{text}");
    }
}

#[tokio::test]
async fn many_cuts_do_not_pile_up() {
    let mut b = bench().await;
    for _ in 0..15 {
        b.run(Mode::Default, 3).await;
        b.later(SignedDuration::from_mins(10));
        assert!(b.ledger.checkpoints.values().all(|c| c.0.len() < 1_500), "{:?}", b.ledger.checkpoints);
    }
    b.ok(Mode::Default).await;
    b.complete();
}

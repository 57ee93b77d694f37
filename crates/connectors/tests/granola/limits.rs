//! Granola's limits: 25 requests in 5 seconds and 300 a minute, kept without ever being told; and what follows when they are told.

use jiff::SignedDuration;
use sales_connectors::Mode;
use sales_simulator::{GranolaGenerate, GranolaWorld};

use crate::bench::{Bench, START, Setup};

#[tokio::test]
async fn a_load_of_many_notes_keeps_to_the_limits() {
    let until = START.parse().unwrap();
    let world = GranolaWorld::generate(&GranolaGenerate { notes: 700, transcript_items: 3, ..GranolaGenerate::crash(until) }, 3);
    let mut b = Bench::start(Setup { world, key: "grn_generated", limits: true, ..Setup::default() }).await;
    let before = b.now();
    b.ok(Mode::Default).await;
    assert_eq!(b.notes().count(), 700);
    let log = b.sim.log();
    assert!(log.iter().all(|e| e.status == 200), "never too fast");
    let sends = b.sim.sends("granola");
    assert!(sends.most_in(SignedDuration::from_secs(5)) <= 25 && sends.most_in(SignedDuration::from_mins(1)) <= 300);
    // One request per note, and one per 30 of the list: 5 a second.
    let n = log.len();
    assert!((700 + 24 + 2..=700 + 24 + 4).contains(&n), "{n}");
    let took = b.now().duration_since(before);
    assert!((SignedDuration::from_secs(120)..SignedDuration::from_secs(160)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn refusals_for_speed_cost_time_only() {
    for wait in ["7", "'date:7'", "'missing'", "'absurd'"] {
        let rule = format!("[[rule]]\nevery = 3\ndo = 'throttle'\nretry_after = {wait}\n");
        let mut b = Bench::start(Setup { scenario: &rule, limits: true, ..Setup::default() }).await;
        b.ok(Mode::Default).await;
        b.complete();
        assert_eq!(b.sim.violations(), [], "{wait}");
        assert!(b.sim.log().iter().filter(|e| e.status == 429).count() > 5, "{wait}");
    }
}

/// Somebody else uses the same user's budget: Granola's own count is what holds.
#[tokio::test]
async fn the_vendors_own_count_is_believed() {
    for told in [true, false] {
        let until = START.parse().unwrap();
        let spec = GranolaGenerate { notes: 80, transcript_items: 3, ..GranolaGenerate::crash(until) };
        let mut world = GranolaWorld::generate(&spec, 3);
        world.manner.retry_after = told;
        let mut b = Bench::start(Setup { world, key: "grn_generated", limits: true, ..Setup::default() }).await;
        // Our own limits are off, so that the vendor's are met.
        b.cx.unlimited = true;
        b.ok(Mode::Default).await;
        assert_eq!(b.notes().count(), 80);
        assert!(b.sim.log().iter().any(|e| e.status == 429));
        assert_eq!(b.sim.violations(), [], "{told}");
    }
}

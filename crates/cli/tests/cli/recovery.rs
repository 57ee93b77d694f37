//! A kill at any moment, and the next run ends in the same files as an undisturbed one: on the sample data, where people turn up after
//! their messages, conversations of one channel belong to several customers, and names change under way.

use crate::support::{Desk, Vendor};

/// Every so many failpoints one is tried; a prime, so that in time each kind of them is met.
const STEP: usize = 31;

#[test]
#[cfg(debug_assertions)]
fn a_killed_sync_of_the_samples_ends_like_an_undisturbed_one() {
    let vendor = Vendor::start(None);
    let desk = |vendor: &Vendor| {
        let mut desk = Desk::with_samples();
        desk.connect(vendor).set("SALES_TEST_NOW", &vendor.now.to_string());
        desk
    };
    let files = |desk: &Desk| sales_testkit::tree(&desk.path().join("customers"));
    let undisturbed = desk(&vendor);
    undisturbed.run(&["sync"]).exit(0);
    let expected = files(&undisturbed);

    let mut killed = 0;
    for nth in (1..).step_by(STEP) {
        let mut desk = desk(&vendor);
        desk.set("SALES_FAILPOINT", &format!("any:{nth}"));
        let done = desk.run(&["sync"]);
        if done.code == 0 {
            break;
        }
        assert_eq!(done.code, -1, "{}", done.err);
        killed += 1;
        desk.set("SALES_FAILPOINT", "");
        desk.run(&["sync"]).exit(0);
        desk.run(&["verify"]).exit(0);
        let wrong = sales_testkit::differences(&expected, &files(&desk));
        assert!(wrong.is_empty(), "killed at failpoint {nth}: {wrong:#?}");
    }
    assert!(killed > 10, "{killed}");
}

//! Restart from every checkpoint.

use sales_connectors::Mode;

use super::{Outcome, Subject, last, paged};
use crate::Sandbox;

/// More pages than any of these worlds has: a run that is longer does not come to an end.
const MOST: usize = 400;

/// Stops a run after its first page, its second, and so on, each time going on from there.
pub(super) async fn everywhere(subject: &Subject, expected: &Outcome) {
    for pages in 1.. {
        assert!(pages < MOST, "restart: more than {MOST} pages");
        let mut sandbox = Sandbox::start((subject.options)().at(super::TIMES.0).scenario(&paged(subject)).concurrency(1)).await;
        let (_, stopped) = sandbox.sync_until(Mode::Default, pages).await;
        if !stopped {
            assert!(pages > 5, "restart: only {pages} pages were there to stop after");
            break;
        }
        sandbox.set_time("2024-04-08T09:10:00Z");
        sandbox.sync_all(Mode::Default).await;
        sandbox.scenario("").await;
        let found = last(&mut sandbox).await;
        expected.same(&found, &format!("stopped after page {pages}"));
    }
    halting(subject, expected).await;
}

/// Stops after every single page.
async fn halting(subject: &Subject, expected: &Outcome) {
    let mut sandbox = Sandbox::start((subject.options)().at(super::TIMES.0).scenario(&paged(subject)).concurrency(1)).await;
    let mut runs = 0;
    while sandbox.sync_until(Mode::Default, 1).await.1 {
        runs += 1;
        // Stays the same run, as it would within the resolution of a clock.
        sandbox.set_time(super::TIMES.0);
        if runs > MOST {
            break;
        }
    }
    sandbox.set_time("2024-04-08T09:10:00Z");
    sandbox.sync_all(Mode::Default).await;
    sandbox.scenario("").await;
    let found = last(&mut sandbox).await;
    expected.same(&found, "stopped after every page");
}

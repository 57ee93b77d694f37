//! What every connector has to stand, run through the whole pipeline: whatever goes wrong on the way, in the end there is the same ledger
//! and there are the same bytes as after an undisturbed run.

mod fields;
mod lines;
mod restart;

use sales_connectors::Mode;
use sales_engine::SyncReport;
use sales_model::{RawKind, Record};

use crate::{Options, Sandbox, Tree, differences};

/// A connector for the suite: a world at its vendor, and the vendor's words for the operations that are to go wrong.
pub struct Subject {
    /// Makes the same sandbox each time. The world must hold several pages of records, conversations with several pages of details, and a
    /// customer who owns some of it.
    pub options: fn() -> Options,
    /// The operation that lists records page by page, with cursors.
    pub listing: &'static str,
    /// The operation that is called once per conversation or record; empty if there is none.
    pub detail: &'static str,
    /// The permission that both need; empty if the vendor names none.
    pub scope: &'static str,
    /// The credential is one that is renewed when it expires.
    pub renewable: bool,
    /// Which kind of raw item a record came from.
    pub kind: fn(&Record) -> RawKind,
}

/// When the first run begins, and when the last one does, in each case.
const TIMES: (&str, &str) = ("2024-04-08T09:00:00Z", "2024-04-08T10:00:00Z");

/// What is left after a case.
#[derive(Clone)]
pub struct Outcome {
    /// The ledger as text.
    pub ledger: String,
    /// The files.
    pub tree: Tree,
}

impl Outcome {
    /// What is left in a sandbox.
    pub async fn of(sandbox: &Sandbox) -> Self {
        Outcome { ledger: sandbox.ledger().await, tree: sandbox.tree() }
    }

    /// Ends the test unless both left the same.
    #[track_caller]
    pub fn same(&self, found: &Outcome, case: &str) {
        let lines = |text: &str| text.lines().map(|l| (l.to_owned(), l.as_bytes().to_vec())).collect::<Tree>();
        let ledger = differences(&lines(&self.ledger), &lines(&found.ledger));
        assert!(ledger.is_empty(), "{case}: the ledger differs from an undisturbed run's:\n{}", ledger.join("\n"));
        let files = differences(&self.tree, &found.tree);
        assert!(files.is_empty(), "{case}: files differ from an undisturbed run's:\n{}", files.join("\n"));
    }
}

/// What the first run of a case has to show.
enum First {
    /// It brings everything.
    Complete,
    /// It fails in part, and says so.
    Fails,
    /// It fails for want of permission, and names the scope.
    Refused(&'static str),
}

/// Runs the suite.
pub async fn conformance(subject: &Subject) {
    let expected = undisturbed(subject).await;
    assert!(expected.tree.keys().any(|p| !p.ends_with("profile.toml") && !p.ends_with(".md")), "the world gives the customer files");
    for (case, scenario, first) in cases(subject) {
        let found = disturbed(subject, case, &scenario, &first).await;
        expected.same(&found, case);
    }
    Box::pin(restart::everywhere(subject, &expected)).await;
    fields::tolerated(subject).await;
}

/// Runs twice without any fault.
pub(crate) async fn undisturbed(subject: &Subject) -> Outcome {
    let mut sandbox = Sandbox::start((subject.options)().at(TIMES.0)).await;
    sandbox.sync_all(Mode::Default).await;
    last(&mut sandbox).await
}

/// The last run of each case, without faults.
pub(crate) async fn last(sandbox: &mut Sandbox) -> Outcome {
    sandbox.set_time(TIMES.1);
    sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    Outcome::of(sandbox).await
}

async fn disturbed(subject: &Subject, case: &str, scenario: &str, first: &First) -> Outcome {
    let mut sandbox = Sandbox::start((subject.options)().at(TIMES.0).scenario(scenario)).await;
    let report = sandbox.sync(Mode::Default).await;
    let hits = sandbox.log().iter().filter(|e| e.fault.is_some() || e.error.is_some()).count();
    assert!(hits > 0, "{case}: the fault met nothing");
    assert_eq!(sandbox.violations(), [], "{case}: requests came too early");
    shown(case, &report, first);
    sandbox.scenario("").await;
    last(&mut sandbox).await
}

fn shown(case: &str, report: &SyncReport, first: &First) {
    let failed: Vec<_> = report.accounts.iter().flat_map(|a| &a.failed).collect();
    match first {
        First::Complete => assert!(failed.is_empty() && !report.partly(), "{case}: {report:#?}"),
        First::Fails => assert!(report.partly(), "{case}: the report does not tell: {report:#?}"),
        First::Refused(scope) => {
            let named = failed.iter().any(|f| f.auth && format!("{} {}", f.why, f.hint).contains(scope));
            assert!(named, "{case}: no failure names `{scope}`: {failed:#?}");
        }
    }
    for f in failed {
        assert!(!f.what.is_empty() && !f.why.is_empty() && !f.hint.is_empty(), "{case}: an error says too little: {f:#?}");
    }
}

fn cases(subject: &Subject) -> Vec<(&'static str, String, First)> {
    let rule = |method: &str, rest: &str| {
        let method = if method.is_empty() { String::new() } else { format!("method = '{method}'\n") };
        format!("[[rule]]\n{method}{rest}\n")
    };
    let every = |rest: &str| rule("", &format!("every = 3\n{rest}"));
    let mut cases = vec![
        ("short pages", "short-pages".to_owned(), First::Complete),
        ("throttled, seconds", every("do = 'throttle'\nretry_after = 7"), First::Complete),
        ("throttled, date", every("do = 'throttle'\nretry_after = 'date:7'"), First::Complete),
        ("throttled, no time named", every("do = 'throttle'\nretry_after = 'missing'"), First::Complete),
        ("throttled, absurd time", every("do = 'throttle'\nretry_after = 'absurd'"), First::Complete),
        ("server errors", every("do = 'status'\nstatus = 503"), First::Complete),
        ("torn bodies", every("do = 'torn_body'"), First::Complete),
        ("web pages instead of answers", every("do = 'html'"), First::Complete),
        ("repeated pages", format!("{}{}", paged(subject), rule(subject.listing, "every = 2\ndo = 'repeat_page'")), First::Complete),
        ("expired cursor", format!("{}{}", rule(subject.listing, "request = 3\ndo = 'expire_cursor'"), paged(subject)), First::Complete),
        ("looping cursor", rule(subject.listing, "do = 'loop_cursor'"), First::Fails),
        ("everything down", rule(subject.listing, "do = 'status'\nstatus = 500"), First::Fails),
    ];
    if subject.renewable {
        cases.push(("expired token, renewed", rule(subject.listing, "request = 2\ndo = 'token_expired'"), First::Complete));
    } else {
        let refused = rule(subject.listing, "request = 2\ndo = 'status'\nstatus = 401");
        cases.push(("refused key", format!("{refused}{}", paged(subject)), First::Fails));
    }
    let refused = |method: &str| rule(method, &format!("do = 'missing_scope'\nneeded = '{}'", subject.scope));
    if !subject.scope.is_empty() {
        cases.push(("missing scope", refused(subject.listing), First::Refused(subject.scope)));
    }
    if !subject.detail.is_empty() {
        if !subject.scope.is_empty() {
            cases.push(("missing scope for details", refused(subject.detail), First::Refused(subject.scope)));
        }
        cases.push(("torn details", rule(subject.detail, "first = 2\ndo = 'torn_body'"), First::Complete));
    }
    cases
}

/// Pages of few records, so that there are many of them.
pub(crate) fn paged(subject: &Subject) -> String {
    format!("[[rule]]\nmethod = '{}'\ndo = 'short_page'\nsize = 4\n", subject.listing)
}

//! What every connector has to stand, for one that speaks IMAP: whatever goes wrong on the way, in the end there is the same ledger and there
//! are the same bytes as after an undisturbed run.

use sales_connectors::Mode;
use sales_testkit::{
    Options, Sandbox,
    conformance::Outcome,
    imap::{Account, Double, Mailbox, Manner, Stored, What},
};

use super::mails::{RECEIVED, mail, many};

/// More pages than this world has.
const MOST: usize = 200;

/// Three folders: mails of two customers and of nobody, copies in two folders, threads over both, one without Message-ID.
fn account() -> Account {
    let (mut inbox, mut work, mut sent) = (Mailbox::new("INBOX", 3), Mailbox::new("Work", 4), Mailbox::new("Sent", 5).marked(&["\\Sent"]));
    for n in 0..240 {
        inbox.put(&many(n), RECEIVED as i64 + n as i64);
        if n % 5 == 0 {
            work.put_as(Stored { flags: ["\\Flagged".to_owned()].into(), raw: many(n), received: RECEIVED as i64, ..Stored::default() });
        }
    }
    for n in (0..240).step_by(12) {
        let more = format!("References: <m{n}@x.example>\r\n");
        // Among ourselves, but of a thread with a customer's.
        sent.put(&mail("deals@yourcompany.example", "ann@yourcompany.example", &format!("s{n}@x.example"), &more), RECEIVED as i64);
        work.put(&mail("kim@umbra.example", "deals@yourcompany.example", &format!("u{n}@x.example"), ""), RECEIVED as i64);
    }
    work.put(&mail("jo@acme.example", "deals@yourcompany.example", "", ""), RECEIVED as i64);
    Account::of([inbox, work, sent])
}

fn options(server: &Double) -> Options {
    Options::imap(&server.url())
        .customer("acme_inc", "name = \"ACME Inc\"\ndomains = [\"acme.example\"]\n")
        .customer("umbra", "name = \"Umbra\"\ndomains = [\"umbra.example\"]\n")
        .settings(|s| s.own_domains = vec!["yourcompany.example".into()])
        .concurrency(1)
}

async fn start(manner: Manner) -> (Double, Sandbox) {
    let server = Double::start(account(), manner);
    let sandbox = Sandbox::start(options(&server).at("2024-04-08T09:00:00Z")).await;
    (server, sandbox)
}

/// The last run of each case, without faults.
async fn last(server: &Double, sandbox: &mut Sandbox) -> Outcome {
    server.behave(|m| m.faults.clear());
    sandbox.set_time("2024-04-08T20:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    assert_eq!(server.violations(), Vec::<String>::new());
    Outcome::of(sandbox).await
}

async fn undisturbed() -> Outcome {
    let (server, mut sandbox) = start(Manner::default()).await;
    sandbox.sync_all(Mode::Default).await;
    let outcome = last(&server, &mut sandbox).await;
    let mails = outcome.tree.keys().filter(|p| p.contains("/email/")).count();
    assert!(mails > 140, "{mails} threads");
    outcome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong() {
    let expected = undisturbed().await;
    let plain = Manner::default;
    for (case, manner, told) in [
        (
            "hung up now and then",
            plain().fails("BODIES", 1, What::ByeAfter(20, "idle")).fails("UID SEARCH", 3, What::ByeAfter(0, "x")),
            false,
        ),
        ("torn bodies", plain().fails("BODIES", 2, What::TornAfter(40_000)).fails("UID FETCH", 9, What::TornAfter(99)), false),
        ("a torn list of folders", plain().fails("LIST", 1, What::TornAfter(12)), false),
        ("torn answers about folders", plain().fails("STATUS", 2, What::TornAfter(3)), false),
        ("throttled", plain().fails("BODIES", 2, What::Answer("NO [THROTTLED] later")), true),
        ("no room", plain().fails("AUTHENTICATE", 1, What::Answer("NO [UNAVAILABLE] later")), true),
        ("refused key", plain().fails("AUTHENTICATE", 1, What::Answer("NO [AUTHENTICATIONFAILED] no")), true),
        ("everything down", plain().fails("EXAMINE", 0, What::Only(Vec::new())), true),
        ("not a mail server", plain().fails("LIST", 0, What::Only(b"HTTP/1.1 502 Bad Gateway\r\n\r\n".to_vec())), true),
        ("chatter", Manner { noisy: true, ..plain() }, false),
    ] {
        let (server, mut sandbox) = start(manner).await;
        let report = sandbox.sync(Mode::Default).await;
        let failed: Vec<_> = report.accounts.iter().flat_map(|a| &a.failed).collect();
        assert_eq!(!failed.is_empty(), told, "{case}: {failed:#?}");
        assert!(failed.iter().all(|f| !f.what.is_empty() && !f.why.is_empty() && !f.hint.is_empty()), "{case}: {failed:#?}");
        server.behave(|m| m.noisy = false);
        let found = last(&server, &mut sandbox).await;
        expected.same(&found, case);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_after_each_page() {
    let expected = undisturbed().await;
    for pages in 1.. {
        assert!(pages < MOST, "it does not come to an end");
        let (server, mut sandbox) = start(Manner::default()).await;
        let (_, stopped) = sandbox.sync_until(Mode::Default, pages).await;
        if !stopped {
            assert!(pages > 10, "only {pages} pages were there to stop after");
            break;
        }
        sandbox.set_time("2024-04-08T09:10:00Z");
        sandbox.sync_all(Mode::Default).await;
        let found = last(&server, &mut sandbox).await;
        expected.same(&found, &format!("stopped after page {pages}"));
    }
    let (server, mut sandbox) = start(Manner::default()).await;
    for minute in 1..MOST {
        if !sandbox.sync_until(Mode::Default, 1).await.1 {
            break;
        }
        let at = sandbox.now() + jiff::SignedDuration::from_secs(i64::try_from(minute % 2).unwrap());
        sandbox.timer.set(at);
    }
    let found = last(&server, &mut sandbox).await;
    expected.same(&found, "stopped after every page");
}

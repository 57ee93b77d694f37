//! What is fetched from a mailbox and kept, end to end: Gmail's double, the ledger, the files.

use jiff::{SignedDuration, Timestamp};
use sales_connectors::Mode;
use sales_engine::SyncReport;
use sales_model::Source;
use sales_simulator::{GmailWorld, GoogleClient};
use sales_testkit::GmailSpec;
use serde_json::{Value, json};

use super::*;

const US: &str = "Jo Rivera <jo@yourcompany.com>";
const SARAH: &str = "Sarah Rodriguez <sarah.rodriguez@acme.dev>";
const NELL: &str = "Nell <nell@newco.example>";
const MARCH: &str = "2024-03-01T00:00:00Z";

fn mailbox() -> GmailWorld {
    let mut world = GmailWorld::new("deals@yourcompany.com");
    world.google_mut().add_client(GoogleClient { id: "client".into(), secret: "secret".into() });
    world.google_mut().add_refresh_token("refresh", &["gmail.readonly"]);
    world
}

fn at(text: &str, minutes: i64) -> Timestamp {
    instant(text) + SignedDuration::from_mins(minutes)
}

fn id(n: u64) -> String {
    format!("{:016x}", 0x18e0_0000_0000_0000_u64 + n)
}

/// Mail n of a thread, which is in the inbox.
fn put(world: &mut GmailWorld, n: u64, thread: u64, when: Timestamp, from: &str) {
    let to = if from == US { SARAH } else { US };
    let date = when.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let raw = format!(
        "Message-ID: <n{n}@mail.example>\r\nReferences: <n{thread}@mail.example>\r\nDate: {date}\r\nFrom: {from}\r\nTo: {to}\r\nSubject: Matter {thread}\r\n\r\nText {n}.\r\n"
    );
    world.add_raw((Some(&id(n)), Some(&id(thread))), &["INBOX"], when, raw, when).unwrap();
}

async fn started(world: GmailWorld) -> Sandbox {
    Sandbox::start(Options::gmail(world).customer("acme_inc", ACME)).await
}

/// A sync some minutes later.
async fn later(sandbox: &mut Sandbox, minutes: i64, mode: Mode) -> SyncReport {
    sandbox.timer.set(sandbox.now() + SignedDuration::from_mins(minutes));
    let report = sandbox.sync_all(mode).await;
    sandbox.verified().await;
    report
}

/// How often mails were asked for whole after a mark, and how many other requests there were, without the parts of batches and the sign-in.
fn asked(sandbox: &Sandbox, mark: usize) -> (usize, usize) {
    let log: Vec<_> = sandbox.log().into_iter().skip(mark).filter(|e| e.vendor == "gmail").collect();
    let raw = log.iter().filter(|e| e.sent.as_ref().is_some_and(|s| s.query.contains("format=raw"))).count();
    (raw, log.iter().filter(|e| e.method != "gmail.messages.get" && e.method != "gmail.threads.get").count())
}

fn happens(sandbox: &Sandbox, event: Value) {
    let now = sandbox.now();
    sandbox.gmail().write(|w| w.apply(&serde_json::from_value(event).unwrap(), now)).unwrap();
}

#[tokio::test]
async fn a_lost_history_is_reconciled_with_deletions_and_without_a_loop() {
    let mut world = mailbox();
    for n in 1..=8 {
        put(&mut world, n, n, at(MARCH, i64::try_from(n).unwrap()), SARAH);
    }
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.files_in("email").len(), 8);
    // Ten days without a sync: mail came, was deleted, put into the bin; an answer among ourselves stands in an old thread.
    sandbox.timer.set(at("2024-04-18T09:00:00Z", 0));
    sandbox.gmail().write(|w| {
        let when = at("2024-04-12T09:00:00Z", 0);
        put(w, 20, 20, when, SARAH);
        put(w, 21, 21, when, NELL);
        put(w, 22, 3, when, "Devika Nair <devika@yourcompany.com>");
        w.delete(&id(1), when).unwrap();
        w.trash(&id(2), when).unwrap();
        w.expire_history();
    });
    let mark = sandbox.mark();
    let report = sandbox.sync_all(Mode::Default).await;
    sandbox.verified().await;
    let counts = report.accounts[0].records;
    assert_eq!((counts.new, counts.changed, counts.gone), (2, 0, 2));
    assert_eq!(asked(&sandbox, mark).0, 2, "what was known is not fetched again");
    assert!(sandbox.text("acme_inc/email/2024-03-01_matter_3.md").ends_with("Text 22.\n"), "{:?}", sandbox.files_in("email"));
    let files = sandbox.files_in("email");
    assert_eq!(files.len(), 7, "{files:?}");
    assert!(!files.iter().any(|f| f.ends_with("matter_1.md") || f.ends_with("matter_2.md")), "{files:?}");
    assert!(sandbox.summary("acme_inc").contains("did not keep the history"), "{}", sandbox.summary("acme_inc"));
    // The same as a ledger that was read anew.
    let tree = sandbox.tree();
    later(&mut sandbox, 20, Mode::Full).await;
    let without_gaps = |tree: sales_testkit::Tree| tree.into_iter().filter(|(p, _)| p.contains("/email/")).collect::<sales_testkit::Tree>();
    assert_eq!(without_gaps(sandbox.tree()), without_gaps(tree));
    // Afterwards it costs one request again.
    let mark = sandbox.mark();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(asked(&sandbox, mark), (0, 1));
}

#[tokio::test]
async fn a_history_that_is_never_there_ends_the_run_and_loses_nothing() {
    let mut world = mailbox();
    put(&mut world, 1, 1, at(MARCH, 0), SARAH);
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.scenario("[[rule]]\nmethod = 'gmail.history.list'\ndo = 'error'\nerror = 'notFound'\n").await;
    sandbox.gmail().write(|w| put(w, 2, 2, at("2024-04-08T09:01:00Z", 0), SARAH));
    sandbox.timer.set(at("2024-04-08T09:20:00Z", 0));
    let mark = sandbox.mark();
    let report = sandbox.sync(Mode::Default).await;
    assert!(report.partly(), "{report:?}");
    assert_eq!(sandbox.requests(mark, "gmail.history.list", None), 2);
    assert_eq!(sandbox.files_in("email").len(), 2, "the new one was found by search");
    let mark = sandbox.mark();
    sandbox.timer.set(at("2024-04-08T09:25:00Z", 0));
    sandbox.gmail().write(|w| put(w, 3, 3, at("2024-04-08T09:22:00Z", 0), SARAH));
    sandbox.sync(Mode::Default).await;
    assert_eq!((sandbox.requests(mark, "gmail.history.list", None), sandbox.requests(mark, "gmail.messages.list", None)), (1, 0));
    sandbox.scenario("").await;
    later(&mut sandbox, 90, Mode::Default).await;
    assert_eq!(sandbox.files_in("email").len(), 3);
}

/// New mail is fetched once whoever it is from; of what concerns nobody the header is kept, and nothing is fetched twice.
#[tokio::test]
async fn each_mail_is_fetched_once_and_a_new_customers_mail_when_it_is_theirs() {
    let mut world = mailbox();
    for n in 1..=30 {
        put(&mut world, n, n, at(MARCH, i64::try_from(n).unwrap()), if n % 3 == 0 { SARAH } else { NELL });
    }
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(asked(&sandbox, 0).0, 10, "the customer's alone");
    // Ten more of a stranger, one of the customer: all are looked at once.
    sandbox.gmail().write(|w| {
        for n in 101..=110 {
            put(w, n, n, at("2024-04-08T09:01:00Z", 0), NELL);
        }
        put(w, 120, 120, at("2024-04-08T09:01:00Z", 0), SARAH);
    });
    let mark = sandbox.mark();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(asked(&sandbox, mark), (11, 4), "profile, history, labels and one batch");
    assert_eq!(sandbox.files_in("email").len(), 11);
    // Labels of all of them: nothing is fetched again, and nothing is read that never was.
    for n in [1, 3, 101, 120] {
        happens(&sandbox, json!({"do": "add_labels", "message": id(n), "labels": ["STARRED"]}));
    }
    let mark = sandbox.mark();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!((asked(&sandbox, mark).0, sandbox.requests(mark, "gmail.messages.get", None)), (0, 4));
    // The stranger becomes a customer: those that are there as headers, and those that never were.
    sandbox.profile("newco", "name = \"Newco\"\ndomains = [\"newco.example\"]\n");
    let mark = sandbox.mark();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(asked(&sandbox, mark).0, 30);
    let files = sandbox.files_in("email");
    assert_eq!(files.iter().filter(|f| f.starts_with("newco/")).count(), 30, "{files:?}");
    for file in &files {
        assert!(sandbox.text(file).trim_end().ends_with('.'), "it has its text: {}", sandbox.text(file));
    }
    let mark = sandbox.mark();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(asked(&sandbox, mark), (0, 1));
}

/// The newest mail of a conversation is read first, and concerns nobody by itself; what makes it a customer's stands two pages further on.
#[tokio::test]
async fn what_turns_out_to_be_a_customers_later_in_a_run_is_fetched_in_it() {
    let mut world = mailbox();
    for n in 1..=120 {
        let (thread, from) = if n == 120 { (1, "Devika Nair <devika@yourcompany.com>") } else { (n, SARAH) };
        put(&mut world, n, thread, at(MARCH, i64::try_from(n).unwrap()), from);
    }
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    let file = "acme_inc/email/2024-03-01_matter_1.md";
    assert!(sandbox.text(file).ends_with("Text 120.\n"), "{}", sandbox.text(file));
    assert_eq!(asked(&sandbox, 0).0, 121);
    let (ledger, tree, mark) = (sandbox.ledger().await, sandbox.tree(), sandbox.mark());
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(asked(&sandbox, mark), (0, 1));
    assert_eq!((sandbox.ledger().await, sandbox.tree()), (ledger, tree));
}

/// What the ledger says to lack is fetched although every run is killed after two pages.
#[tokio::test]
async fn bodies_that_are_owed_come_although_runs_are_killed() {
    let mut sandbox = started(mailbox()).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.gmail().write(|w| (1..=130).for_each(|n| put(w, n, n, at("2024-04-08T09:01:00Z", 0), NELL)));
    later(&mut sandbox, 20, Mode::Default).await;
    sandbox.profile("newco", "name = \"Newco\"\ndomains = [\"newco.example\"]\n");
    let mut runs = 0;
    loop {
        sandbox.timer.set(sandbox.now() + SignedDuration::from_mins(1));
        runs += 1;
        if !sandbox.sync_until(Mode::Default, 2).await.1 {
            break;
        }
        assert!(runs < 30, "it does not get on");
    }
    later(&mut sandbox, 1, Mode::Default).await;
    assert_eq!(sandbox.files_in("email").len(), 130);
    assert!(sandbox.files_in("email").iter().all(|f| sandbox.text(f).contains("Text ")));
}

#[tokio::test]
async fn an_audit_finds_deletions_that_no_history_told_of() {
    let mut world = mailbox();
    for n in 1..=3 {
        put(&mut world, n, n, at(MARCH, i64::try_from(n).unwrap()), SARAH);
    }
    let mut sandbox = started(world.clone()).await;
    sandbox.sync_all(Mode::Default).await;
    // The mailbox as it never was: one mail fewer, and its history says nothing of it.
    sandbox.gmail().write(|w| {
        let history = w.history_id();
        w.delete(&id(2), at(MARCH, 9)).unwrap();
        let tokens = w.google().clone();
        let mut other = mailbox();
        for n in [1, 3] {
            put(&mut other, n, n, at(MARCH, i64::try_from(n).unwrap()), SARAH);
        }
        while other.history_id() < history {
            other.expire_history();
        }
        *other.google_mut() = tokens;
        *w = other;
    });
    later(&mut sandbox, 20, Mode::Audit).await;
    let files = sandbox.files_in("email");
    assert_eq!(files, ["acme_inc/email/2024-03-01_matter_1.md", "acme_inc/email/2024-03-01_matter_3.md"]);
}

/// Whatever a built-in scenario does to the first run, the next one without it brings the ledger to where an undisturbed one is.
#[tokio::test]
async fn built_in_scenarios_end_where_an_undisturbed_run_does() {
    let begun = || Options::all_samples().only(Source::EMAIL);
    let mut calm = Sandbox::start(begun()).await;
    calm.sync_all(Mode::Default).await;
    later(&mut calm, 20, Mode::Default).await;
    let names = sales_simulator::scenario::NAMES.iter().filter(|n| n.starts_with("gmail-") || n.starts_with("google-"));
    let (mut seen, mut changed) = (0, Vec::new());
    for name in names.chain(&["storm", "throttle", "torn-body", "html", "short-pages", "expired-cursor", "token-expired"]) {
        let mut sandbox = Sandbox::start(begun().scenario(name)).await;
        let report = sandbox.sync(Mode::Default).await;
        assert_eq!(report.partly(), *name == "google-revoked", "{name}: {report:#?}");
        assert_eq!(sandbox.violations(), [], "{name}");
        if *name != "google-revoked" {
            sandbox.scenario("").await;
            later(&mut sandbox, 20, Mode::Default).await;
            let same = sandbox.tree() == calm.tree() && sandbox.ledger().await == calm.ledger().await;
            if !same {
                changed.push(*name);
            }
        }
        seen += 1;
    }
    // The newest mail, which others delete and label, concerns nobody.
    assert_eq!(changed, ["gmail-new-message"], "what changes the customers' mail, and nothing else");
    assert!(seen > 14, "{seen}");
}

/// A label that is given to one of two mails under one id changes that one alone.
#[tokio::test]
async fn of_two_mails_under_one_id_each_has_its_labels() {
    let mut world = mailbox();
    put(&mut world, 1, 1, at(MARCH, 1), SARAH);
    let raw =
        String::from_utf8(world.raw(&id(1)).unwrap().to_vec()).unwrap().replace("Matter 1", "Invoice").replace("00:01:00", "07:00:00");
    world.add_raw((Some(&id(2)), None), &["INBOX"], at(MARCH, 420), raw, at(MARCH, 420)).unwrap();
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.files_in("email").len(), 2);
    for n in [1, 2] {
        happens(&sandbox, json!({"do": "add_labels", "message": id(n), "labels": [if n == 1 { "STARRED" } else { "IMPORTANT" }]}));
    }
    let report = later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(report.accounts[0].records.gone, 0);
    let labels = |file: &str| sandbox.text(file).lines().find(|l| l.starts_with("labels: ")).unwrap().to_owned();
    assert_eq!(labels("acme_inc/email/2024-03-01_matter_1.md"), r#"labels: ["INBOX", "STARRED"]"#);
    assert_eq!(labels("acme_inc/email/2024-03-01_invoice.md"), r#"labels: ["IMPORTANT", "INBOX"]"#);
}

/// What the mailbox sorts away as a mailing is nobody's word until somebody moves it, or one of us answers.
#[tokio::test]
async fn a_category_silences_a_mail_until_it_is_moved_or_answered() {
    let mut world = mailbox();
    let offer = |n: u64| {
        format!(
            "Message-ID: <n{n}@mail.example>\r\nDate: Fri, 01 Mar 2024 09:0{n}:00 +0000\r\nFrom: {SARAH}\r\nTo: {US}\r\n\
             Subject: Offer {n}\r\n\r\nWe will send the signed contract {n} by Friday.\r\n"
        )
    };
    for n in [1, 2] {
        world.add_raw((Some(&id(n)), Some(&id(n))), &["CATEGORY_PROMOTIONS"], at(MARCH, 540), offer(n), at(MARCH, 540)).unwrap();
    }
    let mut sandbox = started(world).await;
    sandbox.sync_all(Mode::Default).await;
    let told = |sandbox: &Sandbox| {
        let mailing = |n: u64| sandbox.text(&format!("acme_inc/email/2024-03-01_offer_{n}.md")).contains("\n*A mailing to many.*\n");
        let insights = sandbox.text("acme_inc/insights.json");
        [1, 2].map(|n| (mailing(n), insights.contains(&format!("signed contract {n}"))))
    };
    assert_eq!(told(&sandbox), [(true, false), (true, false)]);
    happens(&sandbox, json!({"do": "remove_labels", "message": id(1), "labels": ["CATEGORY_PROMOTIONS"]}));
    let answer = format!(
        "Message-ID: <n3@mail.example>\r\nReferences: <n2@mail.example>\r\nDate: Fri, 01 Mar 2024 09:10:00 +0000\r\nFrom: {US}\r\n\
         To: {SARAH}\r\nSubject: Re: Offer 2\r\n\r\nThank you.\r\n"
    );
    let now = sandbox.now();
    sandbox.gmail().write(|w| w.add_raw((Some(&id(3)), Some(&id(2))), &["SENT"], at(MARCH, 550), answer, now)).unwrap();
    later(&mut sandbox, 20, Mode::Default).await;
    assert_eq!(told(&sandbox), [(false, true), (false, true)]);
}

/// All that the connector asks for in a life of a mailbox is what the discovery document declares, and the double's answers are too.
#[tokio::test]
async fn requests_are_those_of_the_discovery_document() {
    let Some(spec) = GmailSpec::load() else { return };
    let mut sandbox = Sandbox::start(Options::all_samples().only(Source::EMAIL).scenario("gmail-limits").paced()).await;
    sandbox.sync_all(Mode::Default).await;
    happens(&sandbox, json!({"do": "add_labels", "labels": ["STARRED"]}));
    happens(&sandbox, json!({"do": "add_message"}));
    later(&mut sandbox, 20, Mode::Default).await;
    happens(&sandbox, json!({"do": "expire_history"}));
    happens(&sandbox, json!({"do": "delete"}));
    later(&mut sandbox, 90, Mode::Default).await;
    later(&mut sandbox, 20, Mode::Audit).await;
    later(&mut sandbox, 20, Mode::Full).await;
    let mut seen = std::collections::BTreeSet::new();
    for entry in sandbox.log().iter().filter(|e| e.vendor == "gmail" && e.method != "gmail.batch") {
        let sent = entry.sent.as_ref().unwrap();
        assert_eq!(spec.request(&entry.verb, &sent.path, &sent.query, &sent.body), Vec::<String>::new());
        assert!(entry.error.is_none() || entry.error.as_deref() == Some("notFound"), "{entry:?}");
        seen.insert(entry.method.clone());
    }
    let all = ["history.list", "labels.list", "messages.get", "messages.list", "profile"].map(|m| format!("gmail.{m}"));
    assert!(all.iter().all(|m| seen.contains(m)), "{seen:?}");
    let spent = sandbox.simulator().spent("gmail");
    assert!(spent.most_in(SignedDuration::from_secs(60)) <= 6_000);
}

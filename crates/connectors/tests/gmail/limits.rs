//! Quota, refusals, batches in which some parts fail.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};
use sales_model::Clock as _;
use sales_simulator::{GmailGenerate, GmailWorld};

use crate::bench::{ANN, Bench, MARCH, US, at, hours, id, mailbox};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

fn customers(b: &Bench, count: u64) -> Vec<String> {
    (1..=count).map(|n| b.put(n, n, at(MARCH), ANN, US)).collect()
}

async fn with(scenario: &str, count: u64) -> (Bench, Vec<String>) {
    let b = Bench::with(scenario, |_| {}, mailbox()).await;
    let expected = customers(&b, count);
    (b, expected)
}

#[tokio::test]
async fn units_are_kept_to_at_their_price() {
    // The limit and the prices of 2026, those of older projects, and a quota so small that a batch of fifty does not fit into a minute.
    for (limit, costs, minutes) in [(6_000, "new", 2..5), (15_000, "old", 0..2), (240, "new", 74..95)] {
        let scenario = format!("[gmail]\nper_minute = {limit}\ncosts = '{costs}'\n");
        let mut b = Bench::with(&scenario, |s| s.email.units_per_minute = limit, mailbox()).await;
        let expected = customers(&b, 900);
        let start = b.timer.now();
        b.ok().await;
        assert_eq!(b.ids(), expected);
        let took = b.timer.now().duration_since(start).as_mins();
        assert!(minutes.contains(&took), "{limit}: {took} minutes");
        let spent = b.sim.spent("gmail");
        assert!(spent.most_in(MINUTE) <= u64::from(limit), "{limit}: {}", spent.most_in(MINUTE));
        assert!(b.units() <= limit);
        assert!(b.log().iter().all(|e| e.error.is_none()), "nothing was refused");
    }
}

#[tokio::test]
async fn only_what_was_limited_is_asked_for_again() {
    let rule = |n: u64, rest: &str| format!("[[rule]]\nmethod = 'gmail.messages.get'\nchannel = '{}'\n{rest}\ntimes = 1\n", id(n));
    // Also one part whose answer is torn, and one that fails; and all of it in any order.
    let scenario = [
        "[gmail]\nshuffle = true\n".to_owned(),
        rule(5, "do = 'error'\nerror = 'userRateLimitExceeded'"),
        rule(17, "do = 'error'\nerror = 'rateLimitExceeded'"),
        rule(18, "do = 'error'\nerror = 'concurrent'"),
        rule(30, "do = 'torn_body'"),
        rule(31, "do = 'error'\nerror = 'backendError'"),
        rule(32, "do = 'html'"),
    ];
    let (mut b, expected) = with(&scenario.concat(), 60).await;
    b.ok().await;
    assert_eq!(b.ids(), expected);
    let numbers: Vec<u64> =
        b.items.iter().map(|i| String::from_utf8_lossy(&i.body).split("Hello ").nth(1).unwrap().trim().parse().unwrap()).collect();
    assert_eq!(numbers, b.brought(), "each body is that of its mail");
    assert_eq!(b.whole(0).len(), 66);
}

#[tokio::test]
async fn too_many_at_once_inside_a_batch_are_fewer_next_time() {
    let (mut b, expected) = with("[gmail]\nconcurrent = 10\nshuffle = true\n", 60).await;
    b.ok().await;
    assert_eq!(b.ids(), expected);
    assert_eq!(b.log().iter().filter(|e| e.error.is_some()).count(), 40, "the first batch teaches it for the rest of the step");
}

#[tokio::test]
async fn a_part_that_never_comes_is_said_and_holds_nothing_up() {
    let never = format!("[[rule]]\nmethod = 'gmail.messages.get'\nchannel = '{}'\ndo = 'hang'\n", id(2));
    let (mut b, _) = with(&never, 3).await;
    assert!(b.sync(Mode::Default).await.unwrap());
    assert_eq!(b.ids(), [id(1), id(3)]);
    assert_eq!(b.failures, [format!("mail {} at Gmail: Gmail answers 503 (\"The service is currently unavailable.\")", id(2))]);
}

#[tokio::test]
async fn all_shapes_of_a_limit_are_waited_out_and_a_time_that_is_named_is_kept_to() {
    for shape in ["exhausted", "forbidden", "mixed"] {
        for hint in ["none", "text", "header", "both"] {
            let rules = "[[rule]]\nmethod = 'gmail.messages.list'\nfirst = 2\ndo = 'throttle'\nretry_after = 40\n\
                         [[rule]]\nmethod = 'gmail.messages.get'\nevery = 7\nfirst = 20\ndo = 'throttle'\nretry_after = 40\n";
            let (mut b, expected) = with(&format!("[gmail]\nrate_shape = '{shape}'\nretry_hint = '{hint}'\n{rules}"), 30).await;
            let start = b.timer.now();
            b.ok().await;
            assert_eq!(b.ids(), expected, "{shape} {hint}");
            assert!(
                b.timer.now().duration_since(start) >= SignedDuration::from_secs(if hint == "none" { 5 } else { 80 }),
                "{shape} {hint}"
            );
            assert_eq!(b.sim.violations(), [], "{shape} {hint}");
        }
    }
}

#[tokio::test]
async fn a_wait_of_hours_is_not_waited_for() {
    let (mut b, expected) =
        with("[gmail]\nretry_hint = 'text'\n[[rule]]\nmethod = 'gmail.messages.get'\nfirst = 3\ndo = 'throttle'\nretry_after = 7200\n", 3)
            .await;
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert!(e.why.contains("2024-04-08T11:00"), "{e}");
    b.later(hours(3)).await;
    b.ok().await;
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    for (word, hint, auth) in [
        ("dailyLimitExceeded", "tomorrow", false),
        ("domainPolicy", "administrator", true),
        ("insufficientPermissions", "sales auth login email", true),
        ("accessNotConfigured", "Google Cloud console", true),
        ("failedPrecondition", "GMAIL_USER", true),
    ] {
        for method in ["messages.list", "messages.get"] {
            let (mut b, _) = with(&format!("[[rule]]\nmethod = 'gmail.{method}'\ntimes = 1\ndo = 'error'\nerror = '{word}'\n"), 3).await;
            let e = b.sync(Mode::Default).await.unwrap_err();
            assert_eq!((e.auth, e.retry), (auth, Retry::StopAccount), "{word} {method}: {e}");
            assert!(e.hint.contains(hint), "{}", e.hint);
            assert!(!format!("{e:?}").contains("canary"));
            // As soon as it is put right, it goes on.
            b.later(hours(1)).await;
            b.ok().await;
            assert_eq!(b.ids().len(), 3);
        }
    }
}

#[tokio::test]
async fn pages_and_torn_answers_are_asked_for_again() {
    for (method, fault) in [
        ("messages.list", "html"),
        ("messages.list", "torn_body"),
        ("batch", "html"),
        ("batch", "torn_body"),
        ("batch", "status'\nstatus = 503 #"),
        ("history.list", "html"),
        ("profile", "torn_body"),
        ("labels.list", "html"),
    ] {
        let (mut b, expected) = with(&format!("[[rule]]\nmethod = 'gmail.{method}'\nfirst = 1\ndo = '{fault}'\n"), 3).await;
        b.ok().await;
        assert_eq!(b.ids(), expected, "{method} {fault}");
        assert!(b.log().iter().any(|e| e.fault.is_some()), "{method} {fault}");
    }
}

#[tokio::test]
async fn a_list_that_goes_round_in_a_circle_ends() {
    for (method, error) in [("messages.list", "the list of mails"), ("history.list", "the mailbox's history")] {
        let (mut b, _) = with("", 30).await;
        b.ok().await;
        (40..60).for_each(|n| _ = b.put(n, n, at(MARCH), ANN, US));
        if method == "messages.list" {
            b.wanted.domains.insert("yourcompany.com".into());
        }
        b.scenario(&format!("[gmail]\npage_size = 10\n[[rule]]\nmethod = 'gmail.{method}'\ndo = 'loop_cursor'\n")).await;
        b.later(hours(1)).await;
        let mark = b.log().len();
        let e = b.sync(Mode::Default).await.unwrap_err();
        assert!(e.why.contains("circle") && e.why.contains(error), "{e}");
        assert!(b.count(mark, method) < 6);
    }
}

/// What a large mailbox costs: the figures of docs/performance.md.
#[tokio::test]
async fn twenty_thousand_mails_in_virtual_time() {
    let spec = GmailGenerate { paragraphs: 1, ..GmailGenerate::new(20_000, at("2024-04-08T08:00:00Z")) };
    let world = GmailWorld::generate(&spec, 5);
    let mut b = Bench::with("gmail-limits", |_| {}, world).await;
    let mut credentials = (*b.cx.credentials).clone();
    for (name, value) in
        [("GMAIL_CLIENT_ID", "generated-client"), ("GMAIL_CLIENT_SECRET", "generated-secret"), ("GMAIL_REFRESH_TOKEN", "generated-refresh")]
    {
        credentials.secrets.insert(name, value.to_owned().into());
    }
    b.cx.credentials = credentials.into();
    b.wanted.domains = spec.domains.iter().cloned().collect();
    let start = b.timer.now();
    b.ok().await;
    let took = b.timer.now().duration_since(start);
    let spent = b.sim.spent("gmail");
    // Requests: everything but the parts of batches, which are in the log too, and the sign-in.
    let requests = |b: &Bench, mark: usize| b.since(mark).iter().filter(|c| !c.starts_with("messages.get") && *c != "google.token").count();
    println!("20,000 mails, {} of customers: {} requests, {} units, {} min", b.ids().len(), requests(&b, 0), spent.total(), took.as_mins());
    assert_eq!((b.ids().len(), b.whole(0).len()), (13_400, 13_400));
    assert!(spent.most_in(MINUTE) <= 6_000, "{}", spent.most_in(MINUTE));
    assert!(b.log().iter().all(|e| e.error.is_none()), "nothing was refused");
    assert_eq!((requests(&b, 0), spent.total()), (748, 270_357));
    // Nothing new.
    b.later(SignedDuration::from_mins(20)).await;
    let (mark, before) = (b.log().len(), b.sim.spent("gmail").total());
    b.ok().await;
    assert_eq!((requests(&b, mark), b.sim.spent("gmail").total() - before), (1, 1));
}

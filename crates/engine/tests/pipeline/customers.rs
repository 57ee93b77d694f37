//! What a sync asks vendors for, and how many customers there are: one has nothing to do with the other.

use sales_connectors::Mode;
use sales_simulator::LogEntry;

use super::*;

/// Terms in one search of mail (decisions.md, "Mail and the number of customers").
const TERMS: usize = 20;

/// The samples of all sources, and so many customers in all, each with a domain of its own.
async fn company(customers: usize) -> Sandbox {
    let mut options = Options::all_samples().concurrency(1);
    // The samples have three.
    for n in 3..customers {
        options = options.customer(&format!("customer_{n}"), &format!("name = \"Customer {n} Works\"\ndomains = [\"works{n}.example\"]\n"));
    }
    Sandbox::start(options).await
}

/// What was asked for after a mark, without what tells a run from another.
fn asked(sandbox: &Sandbox, mark: usize) -> Vec<(&'static str, String)> {
    let words = |e: &LogEntry| {
        let sent = e.sent.as_ref().map(|s| format!(" {} {} {}", s.path, s.query, s.body)).unwrap_or_default();
        format!("{} {} {:?} {:?}{sent}", e.verb, e.method, e.channel, e.args)
    };
    let mut all: Vec<_> = sandbox.log().iter().skip(mark).filter(|e| e.vendor != "google").map(|e| (e.vendor, words(e))).collect();
    // Streams take turns; which is first is of no interest.
    all.sort();
    all
}

/// Searches for customers' mail, and how many domains and addresses they name.
fn searches(log: &[(&'static str, String)]) -> (usize, usize) {
    let searches: Vec<&String> =
        log.iter().map(|(_, words)| words).filter(|w| w.contains("gmail.messages.list") && w.contains("from%3A")).collect();
    (searches.len(), searches.iter().map(|w| w.matches("from%3A").count()).sum())
}

/// First everything, then what is new an hour later: a message in a channel, a mail.
async fn two_syncs(customers: usize) -> [Vec<(&'static str, String)>; 2] {
    let mut sandbox = company(customers).await;
    sandbox.sync_all(Mode::Default).await;
    let first = asked(&sandbox, 0);
    // Whatever time the first one took.
    sandbox.set_time("2024-04-08T10:00:00Z");
    let now = instant("2024-04-08T09:59:00Z");
    sandbox.gmail().write(|w| {
        let raw = format!(
            "Message-ID: <new@mail.example>\r\nFrom: sarah.rodriguez@acme.dev\r\nTo: {}\r\nSubject: News\r\nDate: Mon, 8 Apr 2024 10:00:00 +0000\r\n\r\nText.\r\n",
            w.mailbox()
        );
        w.add_raw((Some("18ebd00000000001"), None), &["INBOX"], now, raw, now).unwrap();
    });
    sandbox.world().write(|w| {
        let message = serde_json::json!({"ts": format!("{}.000100", now.as_second()), "user": "U06JORIVERA", "text": "Something new."});
        w.add_messages("yourcompany-acme-poc", vec![message]).unwrap();
    });
    let mark = sandbox.mark();
    let report = sandbox.sync_all(Mode::Default).await;
    let new: u64 = report.accounts.iter().map(|a| a.records.new).sum();
    assert_eq!(new, 2, "{customers}");
    [first, asked(&sandbox, mark)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_asks_the_same_with_ten_customers_and_with_a_thousand() {
    let [first, next] = two_syncs(10).await;
    let [first_of_many, next_of_many] = two_syncs(1_000).await;
    for vendor in ["slack", "gong", "granola", "gmail"] {
        assert!(next.iter().any(|(v, _)| *v == vendor), "{vendor} is asked for what is new");
    }
    assert_eq!(next, next_of_many);

    // The first load looks for customers' mail in groups, and asks for nothing else on their account.
    let ((few, terms), (many, more)) = (searches(&first), searches(&first_of_many));
    assert_eq!(more, terms + 990);
    assert_eq!((few, many), (terms.div_ceil(TERMS), more.div_ceil(TERMS)));
    let rest = |log: Vec<(&'static str, String)>| log.into_iter().filter(|(_, w)| !w.contains("from%3A")).collect::<Vec<_>>();
    assert_eq!(rest(first), rest(first_of_many));
}

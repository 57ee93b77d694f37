use sales_testkit::{
    Options,
    conformance::{Subject, conformance},
};

use sales_simulator::{GmailGenerate, GmailWorld, GongGenerate, GongWorld};

use super::*;

/// Three channels with threads, one of them longer than a page of replies.
fn options() -> Options {
    let last = ts("2024-04-07T08:00:00Z", 100);
    let mut world = company().rotating("xoxe-1-first").channel("C0OTHER001", "acme-internal", &[]).channel("C0NOISE001", "random", &[]);
    for (n, channel) in [POC, "C0OTHER001", "C0NOISE001"].into_iter().enumerate() {
        let n = i64::try_from(n).unwrap();
        for m in 0..9 {
            let at = ts_plus(&last, -(m * 40_000 + n));
            world = world.says(channel, &at, if m % 2 == 0 { MIKE } else { JO }, &format!("Message {m} of {channel}, <@{PRIYA}>."));
            for r in 0..(m % 4) {
                world = world.replies(channel, &at, &ts_plus(&at, 30 + r), PRIYA, &format!("Reply {r} to {m}."));
            }
        }
    }
    let rich = serde_json::json!({"ts": ts_plus(&last, 77), "user": MIKE, "text": "", "edited": {"user": MIKE, "ts": ts_plus(&last, 99)},
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": "Rich "}, {"type": "user", "user_id": JO}, {"type": "link", "url": "https://acme.dev", "text": "site"}]}]}],
        "attachments": [{"fallback": "f", "title": "T", "text": "attached", "fields": [{"title": "a", "value": "b"}]}],
        "files": [{"id": "F1", "name": "offer.pdf", "filetype": "pdf", "mode": "hosted", "permalink": "https://x.slack.com/files/1"}],
        "reactions": [{"name": "tada", "users": [JO], "count": 1}]});
    let customer = "name = \"ACME Inc\"\n[slack]\nchannels = [\"C0ACMEPOC1\", \"C0OTHER001\"]\n";
    Options::slack(world.raw(POC, rich)).customer("acme_inc", customer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slack() {
    let subject = Subject {
        options,
        listing: "conversations.history",
        detail: "conversations.replies",
        scope: "channels:history",
        renewable: true,
        kind: |_| "message",
    };
    conformance(&subject).await;
}

/// Calls of two customers on many small pages, one of them without a transcript.
fn calls() -> Options {
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let spec = GongGenerate { calls: 24, days: 40, sentences: 6, ..GongGenerate::new(24, 6, until) };
    let customer = "name = \"Customer 0\"\ndomains = [\"customer-00.example\"]\n";
    let other = "name = \"Customer 1\"\ndomains = [\"customer-01.example\"]\n";
    Options::gong(GongWorld::generate(&spec, 3)).customer("customer_0", customer).customer("customer_1", other)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gong() {
    let subject = Subject {
        options: calls,
        listing: "gong.calls.extensive",
        detail: "gong.calls.transcript",
        scope: "api:calls:read:extensive",
        renewable: false,
        kind: |record| if record.is_part() { "transcript" } else { "call" },
    };
    conformance(&subject).await;
}

/// Notes of every sort, of which two people of the customer took part in some.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn granola() {
    let subject = Subject {
        options: || {
            let customer = "name = \"ACME Inc\"\ndomains = [\"acme.example\"]\n";
            Options::granola(sales_simulator::GranolaWorld::tiny()).customer("acme_inc", customer)
        },
        listing: "granola.notes.list",
        detail: "granola.notes.get",
        scope: "",
        renewable: false,
        // Only the sixth note's transcript is too long to come with it.
        kind: |record| if record.native == "not_Tiny0000000006/transcript" { "transcript" } else { "note" },
    };
    conformance(&subject).await;
}

/// Mail of two customers and of nobody, more than a few batches of it.
fn mails() -> Options {
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let domains = vec!["customer-00.example".to_owned(), "customer-01.example".to_owned(), "nobody.example".to_owned()];
    let spec = GmailGenerate { days: 60, paragraphs: 1, noise: 10, domains, ..GmailGenerate::new(420, until) };
    let customer = "name = \"Customer 0\"\ndomains = [\"customer-00.example\"]\n";
    let other = "name = \"Customer 1\"\ndomains = [\"customer-01.example\"]\n";
    Options::gmail(GmailWorld::generate(&spec, 3)).customer("customer_0", customer).customer("customer_1", other)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gmail() {
    let subject = Subject {
        options: mails,
        listing: "gmail.messages.list",
        detail: "gmail.messages.get",
        scope: "gmail.readonly",
        renewable: true,
        kind: |record| if record.partial { "header" } else { "message" },
    };
    conformance(&subject).await;
}

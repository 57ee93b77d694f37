//! How many mails of somebody new there are.

use sales_connectors::{Connector as _, MailCount, Wanted, email::Email};
use sales_testkit::imap::{Account, Double, Mailbox, Manner};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail},
};

#[tokio::test]
async fn folders_are_searched_and_nothing_is_fetched() {
    let (mut inbox, mut work) = (Mailbox::new("INBOX", 3), Mailbox::new("Work", 4));
    let junk = Mailbox::new("Junk", 5).marked(&["\\Junk"]);
    for n in 0..5 {
        inbox.put(&mail("lee@new.example", "deals@yourcompany.example", &format!("i{n}@x.example"), ""), RECEIVED as i64);
    }
    inbox.put(&mail("jo@acme.example", "deals@yourcompany.example", "a@x.example", ""), RECEIVED as i64);
    work.put(&mail("deals@yourcompany.example", "kim@eu.new.example", "w@x.example", ""), RECEIVED as i64);
    let server = Double::start(Account::of([inbox, work, junk]), Manner::default());
    let bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    let wanted = |term: &str| Wanted { domains: [term.to_owned()].into(), ..Wanted::default() };
    let since = "2024-01-01T00:00:00Z".parse().unwrap();
    let found = Email.count(&bench.cx, since, &wanted("new.example")).await.unwrap();
    assert_eq!(found, Some(MailCount { mails: 6, more: false }));
    assert_eq!(Email.count(&bench.cx, since, &wanted("nobody.example")).await.unwrap(), Some(MailCount::default()));
    let log = server.log();
    assert!(log.iter().all(|c| !c.contains("FETCH") && !c.contains("Junk")), "{log:#?}");
}

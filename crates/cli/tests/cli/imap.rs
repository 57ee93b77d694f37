//! A mailbox by IMAP, from the environment to the files, and what is said when something about it is wrong.

use sales_model::Clock as _;
use sales_testkit::imap::{Account, Double, Mailbox, Manner};
use sales_transport::RealTimer;

use super::support::Desk;

fn server() -> Double {
    let mut inbox = Mailbox::new("INBOX", 3);
    let at = RealTimer.now().as_second() - 86_400;
    let date = jiff::Timestamp::from_second(at).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000");
    let raw = format!(
        "From: Jo Doe <jo@acme.example>\r\nTo: alice@yourcompany.example\r\nMessage-ID: <i1@x.example>\r\nDate: {date}\r\n\
         Subject: The offer\r\n\r\nCould you send the offer by Friday?\r\n"
    );
    inbox.put(raw.as_bytes(), at);
    Double::start(Account::of([inbox]), Manner::default())
}

fn desk() -> Desk {
    let desk = Desk::empty();
    desk.run(&["init"]).exit(0);
    desk.run(&["customer", "add", "ACME Inc", "--domain", "acme.example"]).exit(0);
    desk
}

#[test]
fn a_mailbox_from_the_environment_to_the_files() {
    let (server, mut desk) = (server(), desk());
    desk.set("IMAP_URL", &server.url()).set("IMAP_PASSWORD", "secret");
    let listed = desk.run(&["integration", "list"]).exit(0).out;
    assert!(listed.lines().any(|l| l.starts_with("email") && l.ends_with("connected") && !l.contains("not")), "{listed}");
    let checked = desk.run(&["doctor", "--source", "email"]).exit(0).out;
    assert!(checked.contains("127.0.0.1 as alice (password)") && !checked.contains("missing"), "{checked}");
    let done = desk.run(&["run", "-i", "email", "-c", "acme-inc", "--live"]).exit(0);
    assert!(done.out.contains("# ACME Inc") && done.out.contains("send the offer by Friday"), "{}\n{}", done.out, done.err);
    // Again: nothing is new, and no body is fetched.
    let bodies = |server: &Double| server.log().iter().filter(|c| c.contains("BODY.PEEK[] ") || c.contains("BODY.PEEK[])")).count();
    assert_eq!(bodies(&server), 1);
    let again = desk.run(&["sync"]).exit(0).out;
    assert!(again.contains("mails: nothing new"), "{again}");
    assert_eq!((bodies(&server), server.violations()), (1, Vec::new()));
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let (server, mut desk) = (server(), desk());
    let secure = format!("imap://alice@localhost:{}/?starttls=required", server.port());
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("imap://alice@127.0.0.1:{}/", listener.local_addr().unwrap().port())
    };
    for (url, password, code, why, next) in [
        (server.url().as_str(), None, 4, "`IMAP_URL` is set, but IMAP_PASSWORD is not", "set IMAP_PASSWORD"),
        (&server.url(), Some("wrong-canary"), 4, "does not accept the user and the credential [AUTHENTICATIONFAILED]", "app password"),
        ("imap.gmail.com", Some("secret"), 4, "it is no address", "imaps://user@host:993/"),
        ("https://mail.example/", Some("secret"), 4, "neither with imaps:// nor with imap://", "imaps://user@host:993/"),
        ("imaps://mail.example/", Some("secret"), 4, "it names no user", "%40"),
        ("imaps://a:in-the-url-canary@mail.example/", Some("secret"), 4, "a password stands in it", "imaps://user@host:993/"),
        (&secure, Some("secret"), 4, "the server offers no secure connection (STARTTLS)", "imaps://"),
        (
            &secure.replace("imap:", "imaps:").replace("?starttls=required", ""),
            Some("secret"),
            1,
            "no secure connection",
            "993 for imaps://",
        ),
        (&nobody, Some("secret"), 1, "refused", "IMAP_URL"),
    ] {
        desk.set("IMAP_URL", url);
        match password {
            Some(password) => desk.set("IMAP_PASSWORD", password),
            None => desk.unset("IMAP_PASSWORD"),
        };
        let done = desk.run(&["sync"]).exit(code);
        assert!(done.err.contains(why) && done.err.contains(next), "{url}: {}", done.err);
        assert!(!format!("{}{}", done.out, done.err).contains("canary"), "{url}: a secret is shown: {}", done.err);
    }
    // What came to the wrong port was TLS; nothing else that a server would object to was said.
    assert!(server.violations().iter().all(|v| v.starts_with("no command") || v == "a line ends without CR"), "{:?}", server.violations());
}

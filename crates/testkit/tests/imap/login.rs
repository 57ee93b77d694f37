//! Logging in, and not being talked out of a secure connection.

use sales_connectors::{Mode, Retry};
use sales_testkit::imap::{Account, Double, Mailbox, Manner, What};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail},
};

fn account() -> Account {
    let mut inbox = Mailbox::new("INBOX", 3);
    inbox.put(&mail("jo@acme.example", "deals@yourcompany.example", "a1@x.example", ""), RECEIVED as i64);
    Account::of([inbox])
}

const TOKEN: (&str, &str) = ("IMAP_ACCESS_TOKEN", "ya29.token");
const PASSWORD: (&str, &str) = ("IMAP_PASSWORD", "secret");

/// What came of a sync with that manner and credential: bodies, the first error, and the server.
async fn tried(manner: Manner, secret: (&'static str, &str)) -> (usize, Option<sales_connectors::ConnectorError>, Double) {
    let server = Double::start(account(), manner);
    let mut bench = Bench::new(&server.url(), &[secret]);
    let mut run = bench.sync(Mode::Default).await;
    assert_eq!(server.violations(), Vec::<String>::new());
    (bench.bodies(), run.errors.pop(), server)
}

fn before(capabilities: &[&'static str]) -> Manner {
    Manner { before: capabilities.to_vec(), ..Manner::default() }
}

#[tokio::test]
async fn every_way_in() {
    for (capabilities, secret, said) in [
        (&["IMAP4rev1", "AUTH=PLAIN"][..], PASSWORD, "AUTHENTICATE"),
        (&["IMAP4rev1", "AUTH=PLAIN", "SASL-IR"], PASSWORD, "AUTHENTICATE"),
        (&["IMAP4rev1"], PASSWORD, "LOGIN"),
        (&["IMAP4rev1", "LITERAL+"], PASSWORD, "LOGIN"),
        (&["IMAP4rev1", "AUTH=XOAUTH2", "SASL-IR", "AUTH=PLAIN"], TOKEN, "AUTHENTICATE"),
        (&["IMAP4rev1", "AUTH=XOAUTH2"], TOKEN, "AUTHENTICATE"),
        (&["IMAP4rev1", "AUTH=OAUTHBEARER", "SASL-IR"], TOKEN, "AUTHENTICATE"),
        (&["imap4rev1", "auth=oauthbearer"], TOKEN, "AUTHENTICATE"),
    ] {
        for tells in [false, true] {
            let (bodies, error, server) = tried(Manner { tells, ..before(capabilities) }, secret).await;
            assert_eq!((bodies, error.map(|e| e.why), server.said(said)), (1, None, 1), "{capabilities:?}");
            // What could be done before the login counts no more after it: it is asked for again, or was told.
            assert_eq!(server.said("CAPABILITY"), if tells { 0 } else { 2 }, "{capabilities:?}");
        }
    }
}

#[tokio::test]
async fn what_may_be_done_changes_with_the_login() {
    // Offered only before, or only after: neither may be used at the other time. The double takes exception.
    let manner = Manner {
        before: vec![
            "IMAP4rev1",
            "AUTH=PLAIN",
            "ID",
            "ENABLE",
            "QRESYNC",
            "CONDSTORE",
            "ESEARCH",
            "LITERAL+",
            "SPECIAL-USE",
            "LIST-EXTENDED",
        ],
        ..Manner::default()
    };
    assert_eq!(tried(manner, PASSWORD).await.0, 1);
    let manner =
        Manner::default().can(&["SASL-IR", "ID", "ENABLE", "QRESYNC", "CONDSTORE", "ESEARCH", "LITERAL+", "SPECIAL-USE", "LIST-EXTENDED"]);
    let (bodies, _, server) = tried(manner, PASSWORD).await;
    assert_eq!((bodies, server.said("ENABLE QRESYNC"), server.said("LIST \"\" \"*\" RETURN (SPECIAL-USE)")), (1, 1, 1));
}

#[tokio::test]
async fn a_token_that_is_not_taken() {
    for mechanism in ["AUTH=XOAUTH2", "AUTH=OAUTHBEARER"] {
        for more in [&["SASL-IR"][..], &[]] {
            let capabilities: Vec<&'static str> = ["IMAP4rev1", mechanism].iter().chain(more).copied().collect();
            let (bodies, error, server) = tried(before(&capabilities), ("IMAP_ACCESS_TOKEN", "ya29.stale-canary")).await;
            let e = error.unwrap();
            assert_eq!(bodies, 0);
            assert!(e.auth && e.retry == Retry::StopAccount, "{e:?}");
            assert_eq!(
                e.why,
                "the server does not accept the user and the credential [AUTHENTICATIONFAILED]: Invalid credentials (Failure) \
                 (status 400, it wants the scope https://mail.google.com/)"
            );
            assert!(!format!("{e:?}").contains("canary") && e.hint.contains("IMAP_ACCESS_TOKEN"), "{e:?}");
            assert_eq!(server.said("AUTHENTICATE"), 1, "it is not tried twice");
        }
    }
}

#[tokio::test]
async fn what_the_server_does_not_take_is_not_sent() {
    for (capabilities, secret, why) in [
        (&["IMAP4rev1", "AUTH=PLAIN"][..], TOKEN, "the server takes no access tokens (it offers neither XOAUTH2 nor OAUTHBEARER)"),
        (&["IMAP4rev1", "LOGINDISABLED"], PASSWORD, "the server takes no password here"),
        (&["IMAP4rev1", "LOGINDISABLED", "AUTH=XOAUTH2"], PASSWORD, "the server takes no password here"),
    ] {
        let (_, error, server) = tried(before(capabilities), secret).await;
        let e = error.unwrap();
        assert_eq!((e.why.as_str(), e.auth), (why, true));
        assert_eq!(server.said("LOGIN") + server.said("AUTHENTICATE"), 0);
    }
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_now() {
    for (answer, auth) in [
        ("NO [UNAVAILABLE] Temporary authentication failure.", false),
        ("NO [INUSE] locked", false),
        ("NO [ALERT] Too many simultaneous connections. (Failure)", false),
        ("NO [LIMIT] later", false),
        ("NO [EXPIRED] password expired", true),
        ("NO [AUTHENTICATIONFAILED] wrong", true),
        ("BAD what?", true),
    ] {
        for verb in ["LOGIN", "AUTHENTICATE"] {
            let capabilities: &[&'static str] = if verb == "LOGIN" { &["IMAP4rev1"] } else { &["IMAP4rev1", "AUTH=PLAIN"] };
            let (_, error, _) = tried(before(capabilities).fails(verb, 0, What::Answer(answer)), PASSWORD).await;
            let e = error.unwrap();
            assert_eq!(e.auth, auth, "{answer}: {e:?}");
            assert_eq!(e.retry == Retry::StopAccount, auth, "{answer}: {e:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_not_secure_gets_no_word() {
    let manner = |greeting: &'static str, capabilities: &[&'static str], starttls: &'static str| Manner {
        greeting,
        starttls,
        ..before(capabilities)
    };
    let offers = &["IMAP4rev1", "STARTTLS", "AUTH=PLAIN"][..];
    for (case, manner, why) in [
        (
            "stripped",
            manner("* OK ready", &["IMAP4rev1", "AUTH=PLAIN"], ""),
            "the server offers no secure connection (STARTTLS), or somebody in between hides that it does",
        ),
        ("refused", manner("* OK ready", offers, "NO not now"), "the server refuses to secure the connection (STARTTLS)"),
        ("refused", manner("* OK ready", offers, "BAD not now"), "the server refuses to secure the connection (STARTTLS)"),
        (
            "logged in",
            manner("* PREAUTH welcome", offers, "OK begin"),
            "the server says that nobody has to log in, before the connection is secure",
        ),
        (
            "injected",
            manner("* OK ready", offers, "OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\ns3 OK"),
            "localhost sent something between the order to secure the connection and its doing so; it may come from somebody in between",
        ),
        (
            "told before",
            Manner { tells: true, ..manner("* OK ready", &["IMAP4rev1", "AUTH=PLAIN"], "") },
            "the server offers no secure connection (STARTTLS), or somebody in between hides that it does",
        ),
    ] {
        let server = Double::start(account(), manner);
        let url = format!("imap://alice@localhost:{}/?starttls=required", server.port());
        let mut bench = Bench::new(&url, &[PASSWORD]);
        let run = bench.sync(Mode::Default).await;
        let e = &run.errors[0];
        assert_eq!((e.why.as_str(), &e.retry), (why, &Retry::StopAccount), "{case}");
        assert_eq!(server.said("LOGIN") + server.said("AUTHENTICATE"), 0, "{case}: {:?}", server.log());
        assert_eq!(server.violations(), Vec::<String>::new(), "{case}");
    }
}

#[tokio::test]
async fn who_has_to_log_in_to_nothing() {
    // On this machine, without TLS: a server may know its user (RFC 9051, 7.1.4).
    let (bodies, error, server) = tried(Manner { greeting: "* PREAUTH welcome", ..Manner::default() }, PASSWORD).await;
    assert_eq!((bodies, error.map(|e| e.why)), (1, None));
    assert_eq!(server.said("LOGIN") + server.said("AUTHENTICATE"), 0);
}

#[tokio::test]
async fn what_is_no_mail_server() {
    for greeting in
        ["HTTP/1.1 400 Bad Request", "220 mail.example ESMTP", "+OK POP3 ready", "* LIST () NIL x", "* BYE go away", "* BAD", ""]
    {
        let (_, error, server) =
            tried(Manner { greeting: if greeting.is_empty() { "\0\0\0" } else { greeting }, ..Manner::default() }, PASSWORD).await;
        let e = error.unwrap();
        assert!(!e.auth && !e.why.is_empty() && e.hint.contains("IMAP_URL"), "{greeting}: {e:?}");
        assert_eq!(server.log(), Vec::<String>::new(), "{greeting}: nothing was said to it");
    }
}

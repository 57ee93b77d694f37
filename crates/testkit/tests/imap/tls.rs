//! TLS with a real server, from the first byte and by STARTTLS.

use sales_connectors::{Mode, Retry};
use sales_testkit::imap::{Dovecot, Letter, folder};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail},
};

fn start() -> Option<Dovecot> {
    Dovecot::start_secure(|maildir| {
        let raw = mail("jo@acme.example", "deals@yourcompany.example", "s1@x.example", "");
        folder(maildir, "INBOX", &[Letter { name: format!("{RECEIVED}.M1P1.host"), flags: "S".into(), received: RECEIVED, raw }]);
    })
}

#[tokio::test]
async fn mail_comes_over_tls() {
    let Some(server) = start() else { return };
    for url in server.secure_urls() {
        let mut bench = Bench::trusting(&url, &[("IMAP_PASSWORD", "secret")], server.authority());
        bench.ok(Mode::Default).await;
        assert_eq!(bench.bodies(), 1, "{url}");
        bench.ok(Mode::Default).await;
        assert_eq!(bench.bodies(), 1, "{url}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let Some(server) = start() else { return };
    let [tls, starttls] = server.secure_urls();
    // The authority is known, but the name is another's: the certificate is for `localhost`.
    let other = [tls.replace("localhost", "127.0.0.1"), starttls.replace("localhost", "127.0.0.1")];
    for (url, authority) in [(&tls, &b""[..]), (&starttls, b""), (&other[0], server.authority()), (&other[1], server.authority())] {
        let mut bench = Bench::trusting(url, &[("IMAP_PASSWORD", "secret-canary")], authority);
        let run = bench.sync(Mode::Default).await;
        let e = &run.errors[0];
        assert!(e.why.contains("no secure connection: ") && e.retry == Retry::StopAccount, "{url}: {e:?}");
    }
    // No login was tried, and so no password sent.
    assert!(!server.log().contains("auth failed"), "{}", server.log());
}

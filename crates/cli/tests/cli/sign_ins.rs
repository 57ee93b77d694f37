//! What becomes of a sign-in: renewed, rotated, ended; without a browser; and no secret of it anywhere.

use sales_simulator::ServiceAccount;
use serde_json::json;

use crate::{
    browser::{SigningIn, asked, desk, get, happens, mailbox, settled, sign_in, stored, timeless},
    support::{Desk, Done, Vendor, shows},
};

/// The stored access token is due for renewal at once, and later ones are not.
fn due(vendor: &Vendor, desk: &Desk) {
    happens(vendor, json!({"do": "set", "access_seconds": 200}));
    sign_in(desk, &[]).0.exit(0);
    happens(vendor, json!({"do": "set", "access_seconds": 3599}));
}

#[test]
fn it_is_renewed_before_it_expires_and_then_kept() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    due(&vendor, &desk);
    // The sign-in itself looked whose mailbox it is, and found the token due.
    let before = asked(&vendor).len();
    let pair = stored(&desk, "email:default");
    desk.run(&["doctor", "-s", "email"]).exit(0);
    let renewed = stored(&desk, "email:default");
    let now = asked(&vendor).len();
    assert!(now - before <= 1);
    assert_eq!(renewed["refresh"], pair["refresh"], "Google gave no other");
    assert_eq!(renewed["since"], pair["since"], "it is the same sign-in");
    desk.run(&["sync", "-s", "email"]).exit(0);
    desk.run(&["doctor", "-s", "email"]).exit(0);
    assert_eq!(asked(&vendor).len(), now, "a token of an hour does for all of that");
    // Refused although it is young: once more, and no more than once.
    happens(&vendor, json!({"do": "expire_access"}));
    desk.run(&["doctor", "-s", "email"]).exit(0);
    assert_eq!(asked(&vendor).len(), now + 1);
}

#[test]
fn of_two_processes_one_renews() {
    let vendor = mailbox(Some("[[rule]]\nmethod = 'google.token'\ndo = 'slow_head'\nmillis = 150\n"));
    let desk = desk(&vendor);
    sign_in(&desk, &[]).0.exit(0);
    for rotate in [false, true] {
        happens(&vendor, json!({"do": "set", "rotate": rotate}));
        happens(&vendor, json!({"do": "expire_access"}));
        let before = asked(&vendor).len();
        let both: Vec<_> = (0..2)
            .map(|_| {
                let mut command = desk.command(&["doctor", "-s", "email"]);
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in both {
            Done::of(child.wait_with_output().unwrap()).exit(0);
        }
        assert_eq!(asked(&vendor)[before..], [200], "rotate: {rotate}");
    }
}

#[test]
fn another_refresh_token_is_kept_before_it_is_used() {
    let vendor = mailbox(Some("[google]\nrotate = true\n"));
    let desk = desk(&vendor);
    sign_in(&desk, &[]).0.exit(0);
    let mut seen = vec![stored(&desk, "email:default")["refresh"].clone()];
    for _ in 0..3 {
        happens(&vendor, json!({"do": "expire_access"}));
        desk.run(&["doctor", "-s", "email"]).exit(0);
        let pair = stored(&desk, "email:default");
        assert!(!seen.contains(&pair["refresh"]));
        seen.push(pair["refresh"].clone());
    }
    assert!(asked(&vendor).iter().all(|status| *status == 200), "no used-up token was sent");
}

/// What Google says is always the same; how long ago it was tells what is likely.
#[test]
fn an_ended_sign_in_says_why_and_what_to_do() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    sign_in(&desk, &[]).0.exit(0);
    desk.run(&["sync", "-s", "email"]).exit(0);
    happens(&vendor, json!({"do": "revoke"}));
    shows!("sign_in_revoked", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    let tries = asked(&vendor).len();
    shows!("doctor_revoked", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(4))));
    assert_eq!(asked(&vendor).len(), tries + 1, "asked once, not again and again");
    let since = stored(&desk, "email:default")["since"].as_str().unwrap().to_owned();
    for (name, days) in [("sign_in_test_mode", 7), ("sign_in_unused", 200)] {
        let then = vendor.now - jiff::SignedDuration::from_hours(24 * days + 1);
        desk.write(".sales/tokens.json", desk.read(".sales/tokens.json").replace(&since, &then.to_string()));
        shows!(name, desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
        desk.write(".sales/tokens.json", desk.read(".sales/tokens.json").replace(&then.to_string(), &since));
    }
    // Signed in again, everything goes on where it was.
    sign_in(&desk, &[]).0.exit(0);
    let again = desk.run(&["sync", "-s", "email"]).exit(0);
    assert!(again.out.contains("nothing new"), "{}", again.out);
}

#[test]
fn a_new_password_ends_it_and_other_sources_go_on() {
    let vendor = mailbox(None);
    let mut desk = desk(&vendor);
    desk.connect(&vendor).unset("GMAIL_REFRESH_TOKEN");
    sign_in(&desk, &[]).0.exit(0);
    happens(&vendor, json!({"do": "change_password"}));
    let done = desk.run(&["sync"]).exit(3);
    assert!(done.out.contains("messages: ") && done.err.contains("its password was changed"), "{}{}", done.out, done.err);
    assert!(done.err.contains("next: sign in again: sales auth login email"), "{}", done.err);
    let doctor = desk.run(&["doctor"]).exit(4);
    assert!(doctor.out.contains("slack:default  ok") && doctor.out.contains("email:default  no access"), "{}", doctor.out);
}

/// Whoever has put the client's variables into `.env` and has not signed in yet can use everything else.
#[test]
fn half_set_up_is_told_and_stands_in_nobodys_way() {
    let vendor = mailbox(None);
    let mut desk = desk(&vendor);
    shows!("integration_list_half", desk.shown(&desk.run(&["integration", "list"]).exit(0)));
    shows!("integration_show_email_half", desk.shown(&desk.run(&["integration", "show", "email"]).exit(0)));
    shows!("doctor_half", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(4))));
    desk.connect(&vendor).unset("GMAIL_REFRESH_TOKEN");
    let done = desk.run(&["sync"]).exit(3);
    assert!(done.out.contains("messages: "), "{}", done.out);
    assert!(
        done.err.contains("error: Email cannot be read\n  why:  nobody has signed in yet\n  next: sales auth login email"),
        "{}",
        done.err
    );
    let (code, document) = desk.json(&["sync"]);
    crate::json::fits("sync", &document);
    assert_eq!((code, document["problems"][0]["why"].as_str()), (3, Some("nobody has signed in yet")));
    desk.run(&["sync", "-s", "slack"]).exit(0);
    desk.run(&["search", "pricing"]).exit(0);
    desk.run(&["verify"]).exit(0);
    desk.run(&["context", "acme-corp"]).exit(0);
    let mut desk = crate::browser::desk(&vendor);
    desk.unset("GMAIL_CLIENT_SECRET");
    shows!("doctor_no_client_secret", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(4))));
    desk.unset("GMAIL_CLIENT_ID");
    shows!("doctor_email_absent", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(0))));
    shows!("integration_show_email", desk.shown(&desk.run(&["integration", "show", "email"]).exit(0)));
    desk.set("IMAP_URL", "imaps://deals%40yourcompany.com@mail.example/");
    shows!("doctor_imap_half", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(4))));
}

#[test]
fn without_a_browser_a_refresh_token_does() {
    let vendor = mailbox(None);
    let mut desk = desk(&vendor);
    desk.set("GMAIL_REFRESH_TOKEN", "tiny-refresh");
    let done = desk.run(&["doctor", "-s", "email"]).exit(0);
    assert!(done.out.contains("ok: Gmail as deals@yourcompany.com (sign-in)"), "{}", done.out);
    desk.run(&["sync", "-s", "email"]).exit(0);
    assert_eq!(asked(&vendor), [200]);
    // A dead one is told by its variable's place, another one is taken at once.
    happens(&vendor, json!({"do": "revoke"}));
    shows!("headless_revoked", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    vendor.running.gmail().unwrap().write(|w| w.google_mut().add_refresh_token("newer-refresh", &["gmail.readonly"]));
    desk.set("GMAIL_REFRESH_TOKEN", "newer-refresh");
    desk.run(&["doctor", "-s", "email"]).exit(0);
    desk.set("GMAIL_CLIENT_SECRET", "wrong");
    happens(&vendor, json!({"do": "expire_access"}));
    shows!("headless_wrong_client", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    // Taken out of the file and logged out, nothing is left.
    shows!("auth_logout_still_set", desk.shown(&desk.run(&["auth", "logout", "email"]).exit(0)));
}

/// Headers only: no body would come.
#[test]
fn a_token_that_may_not_read_is_refused() {
    let vendor = mailbox(None);
    vendor.running.gmail().unwrap().write(|w| w.google_mut().add_refresh_token("narrow", &["gmail.metadata"]));
    let mut desk = desk(&vendor);
    desk.set("GMAIL_REFRESH_TOKEN", "narrow");
    shows!("headless_headers_only", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
}

const KEY: &str = include_str!("../../../connectors/src/email/gmail/service_test_key.pem");
/// Its public half.
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA461PSViCe7Vi+8896B7r
YenL/AoKdVgJ+phY7PDpVd2Kk+o6RjHgcmFgRUuwwGBgKSmr75lD0Aahp+8F2lhu
kCXIFO6H2OSiPjtqV9TCycTGpTuqqIjNyMtMDsr98E+dEjGPoSS15pur5uMKP7Ym
xFDynPk1+xpfvSE7FhFXbzBrXwYQd+axgk9A2bpTAsSvoIFGqp05YbfI3A5j5PRQ
IoW2Rus3kPtnzeXwOKZjw0ynAJ2NPgfSjOjD2A0jW80M10JLRF2prnOchJ+nE+jT
7FrGeBNs8vaPhoSG/AW32y0FDcp4KJByE2lqdj1djSefTF/2zUDQ3lILTgOeYnPu
LQIDAQAB
-----END PUBLIC KEY-----
";

fn robot(vendor: &Vendor, scopes: &[&str]) {
    vendor.running.gmail().unwrap().write(|w| {
        w.google_mut().add_service_account(ServiceAccount {
            client_email: "reader@project.iam.gserviceaccount.example".into(),
            public_key: PUBLIC.into(),
            domain: "yourcompany.com".into(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        });
    });
}

#[test]
fn a_service_account_reads_one_mailbox() {
    let vendor = mailbox(None);
    robot(&vendor, &["gmail.readonly"]);
    let mut desk = desk(&vendor);
    let key = json!({
        "type": "service_account", "client_email": "reader@project.iam.gserviceaccount.example", "private_key_id": "k1", "private_key": KEY,
    });
    desk.write("key.json", key.to_string());
    desk.unset("GMAIL_CLIENT_ID").unset("GMAIL_CLIENT_SECRET");
    desk.set("GOOGLE_SERVICE_ACCOUNT_FILE", "key.json");
    shows!("service_no_user", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(4))));
    desk.set("GMAIL_USER", "deals@yourcompany.com");
    let done = desk.run(&["doctor", "-s", "email", "-vv", "--debug"]).exit(0);
    assert!(done.out.contains("ok: Gmail as deals@yourcompany.com (service account)"), "{}", done.out);
    let private: Vec<&str> = KEY.lines().filter(|l| l.len() == 64).collect();
    assert!(private.iter().all(|line| !done.err.contains(line)));
    desk.run(&["sync", "-s", "email"]).exit(0);
    assert_eq!(asked(&vendor), [200], "the token is kept for its hour");
    shows!("auth_login_service_account", desk.shown(&desk.run(&["auth", "login", "email"]).exit(2)));

    // Nobody of the domain, another domain, an administrator who has not delegated, no file, another kind of file.
    desk.set("GMAIL_USER", "nobody@yourcompany.com");
    shows!("service_unknown_mailbox", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    desk.set("GMAIL_USER", "deals@yourcompany.com");
    robot(&vendor, &["gmail.labels"]);
    happens(&vendor, json!({"do": "expire_access"}));
    shows!("service_not_delegated", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    desk.set("GOOGLE_SERVICE_ACCOUNT_FILE", "elsewhere.json");
    shows!("service_no_file", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    desk.write("elsewhere.json", "{\"installed\": {\"client_secret\": \"CANARY\"}}");
    shows!("service_other_file", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
}

/// The whole life of a sign-in with everything logged: codes, tokens, secrets and verifiers stand in the token file or nowhere.
#[test]
fn nothing_secret_shows() {
    let vendor = mailbox(Some("[google]\nrotate = true\n[[rule]]\nmethod = 'google.token'\nrequest = 3\ndo = 'status'\nstatus = 503\n"));
    let desk = desk(&vendor);
    let mut secrets = vec!["tiny-secret".to_owned()];
    let mut outputs: Vec<Done> = Vec::new();
    let keep = |desk: &Desk, secrets: &mut Vec<String>| {
        let pair = stored(desk, "email:default");
        secrets.extend(["access", "refresh"].map(|part| pair[part].as_str().unwrap().to_owned()));
    };
    let (done, back) = sign_in(&desk, &["-vv", "--debug"]);
    let code = url::Url::parse(&back).unwrap().query_pairs().find(|(n, _)| n == "code").unwrap().1.into_owned();
    secrets.push(code.clone());
    secrets.push(url::form_urlencoded::byte_serialize(code.as_bytes()).collect());
    outputs.push(done.exit(0));
    keep(&desk, &mut secrets);
    for args in [
        &["doctor", "-vv", "--debug"][..],
        &["sync", "-s", "email", "-vv", "--debug"],
        &["auth", "status", "--json", "-vv", "--debug"],
        &["integration", "show", "email", "--json", "-vv", "--debug"],
        &["verify", "-vv", "--debug"],
    ] {
        happens(&vendor, json!({"do": "expire_access"}));
        outputs.push(desk.run(args));
        keep(&desk, &mut secrets);
    }
    happens(&vendor, json!({"do": "revoke"}));
    outputs.push(desk.run(&["sync", "-s", "email", "-vv", "--debug"]).exit(4));
    // A code that is not accepted, and one that is pasted into the wrong sign-in.
    let signing_in = SigningIn::start(&desk, &["-vv", "--debug"]);
    let back = signing_in.consent();
    let code = url::Url::parse(&back).unwrap().query_pairs().find(|(n, _)| n == "code").unwrap().1.into_owned();
    secrets.push(code);
    get(&back);
    outputs.push(signing_in.done().exit(0));
    let mut second = SigningIn::start(&desk, &["--no-browser", "-vv", "--debug"]);
    second.type_line(&back);
    let page = second.page.clone();
    let mut done = second.done().exit(4);
    done.err = settled(&done.err, &page);
    outputs.push(done);
    keep(&desk, &mut secrets);
    outputs.push(desk.run(&["auth", "logout", "email", "-vv", "--debug"]).exit(0));
    secrets.sort();
    secrets.dedup();
    assert!(secrets.len() > 8, "{}", secrets.len());
    for done in &outputs {
        for secret in &secrets {
            assert!(!done.out.contains(secret) && !done.err.contains(secret), "{secret} in\n{}{}", done.out, done.err);
        }
    }
    assert!(outputs[1].err.contains("google.token") || outputs[1].err.contains("/token"), "the logs show the renewal: {}", outputs[1].err);
    for (path, content) in sales_testkit::tree(desk.path()) {
        let found = secrets.iter().find(|s| content.windows(s.len()).any(|w| w == s.as_bytes()));
        assert!(found.is_none(), "{found:?} in {path}");
    }
}

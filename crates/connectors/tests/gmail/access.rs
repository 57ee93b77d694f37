//! Sign-ins: renewed early and once, dead ones with their reason, service accounts, the login itself.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use sales_connectors::{
    Retry,
    email::login::{Purpose, Ticket},
};
use sales_model::Clock as _;
use sales_simulator::{GoogleEvent, ServiceAccount};
use sales_transport::{Secret, TokenPair};
use secrecy::ExposeSecret as _;

use crate::{
    bench::{Bench, hours, mailbox},
    clerk::Clerk,
};

const APP: [(&str, &str); 2] = [("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s3cret")];

fn stored(b: &Bench) -> TokenPair {
    b.cx.tokens.load(&b.cx.account).unwrap().unwrap()
}

fn shown(pair: &TokenPair) -> (String, Option<String>) {
    (pair.access.expose_secret().to_owned(), pair.refresh.as_ref().map(|r| r.expose_secret().to_owned()))
}

/// How often Google was asked for a token, and Gmail for anything.
fn asked(b: &Bench) -> (usize, usize) {
    let of = |vendor: &str| b.log().iter().filter(|e| e.vendor == vendor).count();
    (of("google"), of("gmail"))
}

fn happens(b: &Bench, event: &GoogleEvent) {
    let now = b.timer.now();
    b.world().write(|w| w.google_mut().apply(event, now));
}

/// These secrets and no others.
fn secrets(b: &mut Bench, all: &[(&'static str, &str)]) {
    let mut credentials = (*b.cx.credentials).clone();
    credentials.secrets = all.iter().map(|(name, value)| (*name, Secret::from((*value).to_owned()))).collect();
    b.cx.credentials = credentials.into();
}

/// The clerk in place of Google.
fn at_the_clerks(b: &mut Bench, clerk: &Clerk) {
    let mut credentials = (*b.cx.credentials).clone();
    credentials.addresses.insert("GOOGLE_TOKEN_URL", clerk.url.parse().unwrap());
    b.cx.credentials = credentials.into();
}

#[tokio::test]
async fn who_we_are_and_what_we_may() {
    let b = Bench::start().await;
    let me = b.me().await.unwrap();
    assert_eq!(
        (me.user.as_str(), me.user_name.as_str(), me.team.as_str()),
        ("mail:deals@yourcompany.com", "deals@yourcompany.com", "gmail:deals@yourcompany.com")
    );
    assert_eq!((me.kind.as_str(), me.scopes[0].name.as_str(), me.scopes[0].granted), ("sign-in", "gmail.readonly", Some(true)));
    assert_eq!((me.stands, asked(&b)), (Some(b.world().read(|w| w.history_id()).to_string()), (1, 1)));
    assert_eq!(shown(&stored(&b)).1.as_deref(), Some("1//canary"));
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_when_it_is_refused() {
    let b = Bench::start().await;
    b.me().await.unwrap();
    b.later(SignedDuration::from_mins(54)).await;
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 1);
    b.later(SignedDuration::from_mins(2)).await;
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 2, "four minutes before its end");
    // Refused although it is young: renewed once, and no more.
    happens(&b, &GoogleEvent::ExpireAccess {});
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 3);
}

#[tokio::test]
async fn a_token_that_stays_refused_is_renewed_once() {
    let b = Bench::with("[[rule]]\nmethod = 'gmail.profile'\ndo = 'error'\nerror = 'authError'\n", |_| {}, mailbox()).await;
    let e = b.me().await.unwrap_err();
    assert_eq!((e.auth, e.retry, asked(&b)), (true, Retry::StopAccount, (2, 2)));
    assert!(e.hint.contains("sales auth login email"));
}

#[tokio::test]
async fn many_at_once_renew_once_and_another_refresh_token_is_kept() {
    let b = Bench::with("[google]\nrotate = true\n", |_| {}, mailbox()).await;
    let all = futures_util::future::join_all((0..8).map(|_| b.me())).await;
    assert!(all.iter().all(Result::is_ok));
    let second = shown(&stored(&b)).1.unwrap();
    assert_eq!((asked(&b).0, second != "1//canary"), (1, true));
    // The first is at its end: only with the second it goes on.
    b.later(hours(2)).await;
    b.me().await.unwrap();
    assert!(shown(&stored(&b)).1.is_some_and(|third| third != second));
}

#[tokio::test]
async fn another_refresh_token_in_the_environment_is_newer_than_the_stored_one() {
    let mut b = Bench::start().await;
    b.me().await.unwrap();
    b.world().write(|w| w.google_mut().add_refresh_token("1//newer", &["gmail.readonly"]));
    secrets(&mut b, &[APP[0], APP[1], ("GMAIL_REFRESH_TOKEN", "1//newer")]);
    b.me().await.unwrap();
    assert_eq!((asked(&b).0, shown(&stored(&b)).1.as_deref()), (2, Some("1//newer")));
    // Nothing more is asked while the new one is good.
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 2);
}

#[tokio::test]
async fn access_that_is_taken_away_ends_at_once() {
    let b = Bench::start().await;
    b.me().await.unwrap();
    happens(&b, &GoogleEvent::ChangePassword {});
    let e = b.me().await.unwrap_err();
    assert_eq!((e.auth, e.retry), (true, Retry::StopAccount));
    assert!(e.hint.contains("sales auth login email") && !format!("{e:?}").contains("canary"), "{e:?}");
    assert_eq!(asked(&b).0, 2, "not tried again");
}

#[tokio::test]
async fn a_dead_sign_in_says_why() {
    let revoked = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;
    for (days, text, why) in [
        (Some(7), revoked, "test mode"),
        (Some(2), revoked, "the sign-in of 2 days ago was ended"),
        (Some(200), revoked, "not used for six months"),
        (None, revoked, "Either access was taken away"),
        (Some(2), r#"{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)"}"#, "session control"),
        (Some(2), r#"{"error":"invalid_grant","error_description":"Account has been deleted"}"#, "deleted or disabled"),
    ] {
        let (mut b, clerk) = (Bench::start().await, Clerk::saying(400, text).await);
        at_the_clerks(&mut b, &clerk);
        if let Some(days) = days {
            secrets(&mut b, &APP);
            let now = b.timer.now();
            let pair = TokenPair {
                access: "at-old".into(),
                refresh: Some("1//old".into()),
                expires_at: Some(now - hours(1)),
                given: None,
                scope: None,
                since: Some(now - hours(24 * days + 1)),
            };
            b.cx.tokens.save(&b.cx.account, &pair).unwrap();
        }
        let e = b.me().await.unwrap_err();
        assert!(e.why.contains(why), "{why}: {}", e.why);
        assert_eq!((e.auth, e.retry, clerk.desk().forms.len()), (true, Retry::StopAccount, 1), "not tried again");
        assert!(e.hint.contains("sales auth login email") && !format!("{e:?}").contains("canary"), "{}", e.hint);
    }
}

#[tokio::test]
async fn fewer_scopes_than_asked_are_said_plainly() {
    let scoped = |scopes: &'static [&'static str]| async move {
        let mut world = sales_simulator::GmailWorld::new("deals@yourcompany.com");
        world.google_mut().add_client(sales_simulator::GoogleClient { id: "id".into(), secret: "s3cret".into() });
        world.google_mut().add_refresh_token("1//canary", scopes);
        Bench::with("", |_| {}, world).await
    };
    // A token that has both is treated as the lesser one.
    for scopes in [&["gmail.metadata"][..], &["gmail.readonly", "gmail.metadata"]] {
        let b = scoped(scopes).await;
        let e = b.me().await.unwrap_err();
        assert!(e.auth && e.why.starts_with("no bodies of mails come"), "{e}");
        assert_eq!(asked(&b).1, 0, "Gmail is not asked");
    }
    let e = scoped(&["gmail.send"]).await.me().await.unwrap_err();
    assert!(e.auth && e.why.contains("does not allow reading mail") && e.hint.contains("sales auth login email"), "{e:?}");
    // More than is needed does no harm.
    for scopes in [&["gmail.modify", "gmail.compose"][..], &["https://mail.google.com/"]] {
        scoped(scopes).await.me().await.unwrap();
    }
}

#[tokio::test]
async fn a_scope_that_is_taken_away_on_the_way_is_named() {
    let mut b = Bench::start().await;
    b.put(1, 1, b.timer.now(), "ann@acme.dev", "deals@yourcompany.com");
    b.ok().await;
    happens(&b, &GoogleEvent::RemoveScope { scope: "gmail.readonly".into() });
    b.put(2, 2, b.timer.now(), "ann@acme.dev", "deals@yourcompany.com");
    let e = b.sync(sales_connectors::Mode::Default).await.unwrap_err();
    assert!(e.auth && e.hint.contains("sales auth login email"), "{e:?}");
    assert_eq!(b.ids().len(), 1, "what was read stays");
}

#[tokio::test]
async fn nobody_signed_in_yet() {
    let mut b = Bench::start().await;
    secrets(&mut b, &APP);
    let e = b.me().await.unwrap_err();
    assert_eq!((e.to_string().as_str(), e.auth), ("Gmail: nobody has signed in yet", true));
    secrets(&mut b, &[]);
    assert!(b.me().await.unwrap_err().why.contains("GMAIL_CLIENT_ID"));
}

fn ticket(b: &Bench) -> (Ticket, BTreeMap<String, String>) {
    let ticket = Ticket::fresh().unwrap();
    let page = ticket.page(&b.cx, "http://127.0.0.1:4711", Purpose::Read).unwrap();
    let query = page.query_pairs().into_owned().collect();
    (ticket, query)
}

#[tokio::test]
async fn the_login_asks_checks_and_exchanges() {
    let given =
        r#"{"access_token":"at-9","expires_in":3599,"refresh_token":"1//r","scope":"https://www.googleapis.com/auth/gmail.readonly"}"#;
    let (mut b, clerk) = (Bench::start().await, Clerk::saying(200, given).await);
    secrets(&mut b, &APP);
    at_the_clerks(&mut b, &clerk);
    let (ticket, query) = ticket(&b);
    let of = |name: &str| query[name].as_str();
    assert_eq!((of("client_id"), of("redirect_uri"), of("response_type")), ("id", "http://127.0.0.1:4711", "code"));
    assert_eq!((of("scope"), of("code_challenge_method")), ("https://www.googleapis.com/auth/gmail.readonly", "S256"));
    assert_eq!((of("access_type"), of("prompt"), of("state").len()), ("offline", "consent", 43));
    assert!(!query.contains_key("client_secret"));
    let state = of("state").to_owned();
    // Of another sign-in, without a state, refused, without a code.
    for (bad, why) in [
        ("code=x&state=other".to_owned(), "does not belong"),
        ("code=x".to_owned(), "does not belong"),
        ("error=access_denied".to_owned(), "does not belong"),
        (format!("error=access_denied&state={state}"), "access was refused"),
        (format!("error=admin_policy_enforced&state={state}"), "administrator"),
        (format!("code=&state={state}"), "no code"),
    ] {
        let e = ticket.code(&bad).unwrap_err();
        assert!(e.why.contains(why), "{bad}: {e}");
    }
    let code = ticket.code(&format!("state={state}&iss=https://x&code=4%2Fabc&scope=x")).unwrap();
    let pair = ticket.exchange(&b.cx, code, "http://127.0.0.1:4711").await.unwrap();
    assert_eq!((shown(&pair), pair.since), (("at-9".to_owned(), Some("1//r".to_owned())), Some(b.timer.now())));
    let form = clerk.desk().forms[0].clone();
    assert_eq!(
        (form["grant_type"].as_str(), form["code"].as_str(), form["redirect_uri"].as_str()),
        ("authorization_code", "4/abc", "http://127.0.0.1:4711")
    );
    // The challenge of RFC 7636 is the hash of what is shown now.
    use base64::Engine as _;
    use sha2::Digest as _;
    let hash = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(query["code_challenge"], hash);
    assert!((43..=128).contains(&form["code_verifier"].len()));
}

#[tokio::test]
async fn a_login_that_brings_too_little_is_refused() {
    for (answer, why) in [
        ((200, r#"{"access_token":"a","refresh_token":"r","scope":"openid"}"#), "was not ticked"),
        ((200, r#"{"access_token":"a","refresh_token":"r","scope":"https://www.googleapis.com/auth/gmail.metadata"}"#), "headers only"),
        ((200, r#"{"access_token":"a","scope":"https://mail.google.com/"}"#), "no refresh token"),
        ((200, r#"{"access_token":"","refresh_token":"r"}"#), "unexpected shape"),
        ((200, r#"{"access_token":"a b","refresh_token":"r"}"#), "characters that no token has"),
        ((401, r#"{"error":"invalid_client","error_description":"The OAuth client was not found."}"#), "does not know the client"),
        ((400, r#"{"error":"invalid_grant","error_description":"Bad Request"}"#), "does not accept the sign-in"),
        ((400, r#"{"error":"redirect_uri_mismatch"}"#), "Desktop app"),
        ((400, "<html>"), "web page"),
    ] {
        let (mut b, clerk) = (Bench::start().await, Clerk::saying(answer.0, answer.1).await);
        secrets(&mut b, &APP);
        at_the_clerks(&mut b, &clerk);
        let (ticket, query) = ticket(&b);
        let code = ticket.code(&format!("code=x&state={}", query["state"])).unwrap();
        let e = ticket.exchange(&b.cx, code, "http://127.0.0.1:1").await.err().unwrap();
        assert!(e.why.contains(why), "{why}: {e}");
        assert_eq!(clerk.desk().forms.len(), 1, "a code is shown once");
    }
}

/// As Google hands it out, with the key that the unit test of signing uses.
fn key_file() -> String {
    let key = include_str!("../../src/email/gmail/service_test_key.pem");
    serde_json::json!({"type": "service_account", "client_email": "s@p.iam.gserviceaccount.example", "private_key_id": "k", "private_key": key}).to_string()
}

/// The double, with an account that may speak for everybody in the domain.
async fn delegated() -> Bench {
    let der: String = include_str!("../../src/email/gmail/service_test_key.pem").lines().filter(|l| !l.starts_with('-')).collect();
    let pair = ring::signature::RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
    let public = STANDARD.encode(pair.public().as_ref());
    let mut world = mailbox();
    world.google_mut().add_service_account(ServiceAccount {
        client_email: "s@p.iam.gserviceaccount.example".into(),
        public_key: format!("-----BEGIN RSA PUBLIC KEY-----\n{public}\n-----END RSA PUBLIC KEY-----\n"),
        domain: "yourcompany.com".into(),
        scopes: vec!["gmail.readonly".into()],
    });
    let mut b = Bench::with("", |_| {}, world).await;
    secrets(&mut b, &[("GOOGLE_SERVICE_ACCOUNT_FILE", &key_file()), ("GMAIL_USER", "deals@yourcompany.com")]);
    b
}

#[tokio::test]
async fn a_service_account_speaks_for_one_mailbox() {
    let b = delegated().await;
    let me = b.me().await.unwrap();
    assert_eq!((me.kind.as_str(), me.user_name.as_str()), ("service account", "deals@yourcompany.com"));
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 1, "the token is kept");
    // Renewed in time, by another statement.
    b.later(SignedDuration::from_mins(58)).await;
    b.me().await.unwrap();
    assert_eq!(asked(&b).0, 2);
}

#[tokio::test]
async fn another_mailbox_needs_another_statement() {
    let given = r#"{"access_token":"at-9","expires_in":3599,"token_type":"Bearer"}"#;
    let (mut b, clerk) = (delegated().await, Clerk::saying(200, given).await);
    clerk.desk().answers.push_back((200, given.to_owned()));
    at_the_clerks(&mut b, &clerk);
    for (user, forms) in [("deals@yourcompany.com", 1), ("jo@yourcompany.com", 2)] {
        secrets(&mut b, &[("GOOGLE_SERVICE_ACCOUNT_FILE", &key_file()), ("GMAIL_USER", user)]);
        // The mailbox's double does not know these tokens.
        b.me().await.unwrap_err();
        assert!(clerk.desk().forms.len() >= forms, "{user}");
    }
    let form = clerk.desk().forms[0].clone();
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(form["assertion"].split('.').count(), 3);
}

#[tokio::test]
async fn a_service_account_without_delegation_or_mailbox_says_so() {
    // The double's own refusal: the domain is not one that it may speak for.
    let mut b = delegated().await;
    secrets(&mut b, &[("GOOGLE_SERVICE_ACCOUNT_FILE", &key_file()), ("GMAIL_USER", "jo@elsewhere.example")]);
    let e = b.me().await.unwrap_err();
    assert!(e.auth && e.hint.contains("Domain-wide delegation"), "{e:?}");
    let invalid = r#"{"error":"invalid_grant","error_description":"Invalid email or User ID"}"#;
    let (mut b, clerk) = (delegated().await, Clerk::saying(401, invalid).await);
    at_the_clerks(&mut b, &clerk);
    let e = b.me().await.unwrap_err();
    assert!(e.auth && e.hint.contains("GMAIL_USER"), "{e:?}");
    secrets(&mut b, &[("GOOGLE_SERVICE_ACCOUNT_FILE", &key_file())]);
    let e = b.me().await.unwrap_err();
    assert!(e.why.contains("GMAIL_USER does not name a mailbox"), "{e:?}");
}

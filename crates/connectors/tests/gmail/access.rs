//! Sign-ins: renewed early and once, dead ones with their reason, service accounts, the login itself.

use jiff::SignedDuration;
use sales_connectors::{
    Retry,
    email::login::{Purpose, Ticket},
};
use sales_model::Clock as _;
use sales_transport::{Secret, TokenPair};
use secrecy::ExposeSecret as _;

use crate::bench::Bench;

fn shown(pair: &TokenPair) -> (String, Option<String>) {
    (pair.access.expose_secret().to_owned(), pair.refresh.as_ref().map(|r| r.expose_secret().to_owned()))
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
    b.fake.edit(|w| {
        assert_eq!(w.forms.len(), 1);
        let form = &w.forms[0];
        assert_eq!(
            (form["grant_type"].as_str(), form["refresh_token"].as_str(), form["client_id"].as_str()),
            ("refresh_token", "1//canary", "id")
        );
    });
    let pair = b.stored().unwrap();
    assert_eq!(shown(&pair), ("at-1".to_owned(), Some("1//canary".to_owned())));
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_when_it_is_refused() {
    let b = Bench::start().await;
    b.me().await.unwrap();
    b.later(SignedDuration::from_mins(54)).await;
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 1);
    b.later(SignedDuration::from_mins(2)).await;
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 2, "four minutes before its end");
    // Refused although it is young: renewed once, and no more.
    b.fake.edit(|w| w.accepted = ["at-3".to_owned()].into());
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 3);
    b.fake.edit(|w| w.accepted = ["nothing".to_owned()].into());
    let e = b.me().await.unwrap_err();
    assert_eq!((e.auth, e.retry, b.fake.edit(|w| w.forms.len())), (true, Retry::StopAccount, 4));
    assert!(e.hint.contains("sales auth login email"));
}

#[tokio::test]
async fn many_at_once_renew_once_and_another_refresh_token_is_kept() {
    let b = Bench::start().await;
    b.fake.edit(|w| {
        w.tokens.push_back((
            200,
            r#"{"access_token":"at-new","expires_in":"3599","refresh_token":"1//second","scope":"https://mail.google.com/"}"#.into(),
        ));
    });
    let all = futures_util::future::join_all((0..8).map(|_| b.me())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(b.fake.edit(|w| w.forms.len()), 1);
    assert_eq!(shown(&b.stored().unwrap()), ("at-new".to_owned(), Some("1//second".to_owned())));
    b.later(SignedDuration::from_hours(2)).await;
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms[1]["refresh_token"].clone()), "1//second");
}

#[tokio::test]
async fn another_refresh_token_in_the_environment_is_newer_than_the_stored_one() {
    let mut b = Bench::start().await;
    b.me().await.unwrap();
    let mut credentials = (*b.cx.credentials).clone();
    credentials.secrets.insert("GMAIL_REFRESH_TOKEN", Secret::from("1//newer"));
    b.cx.credentials = credentials.into();
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.iter().map(|f| f["refresh_token"].clone()).collect::<Vec<_>>()), ["1//canary", "1//newer"]);
    // Nothing more is asked while the new one is good.
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 2);
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
        let mut b = Bench::start().await;
        if let Some(days) = days {
            let mut credentials = (*b.cx.credentials).clone();
            credentials.secrets.remove("GMAIL_REFRESH_TOKEN");
            b.cx.credentials = credentials.into();
            let now = b.timer.now();
            let since = Some(now - SignedDuration::from_hours(24 * days + 1));
            let pair = TokenPair {
                access: "at-old".into(),
                refresh: Some("1//old".into()),
                expires_at: Some(now - SignedDuration::from_hours(1)),
                given: None,
                scope: None,
                since,
            };
            b.cx.tokens.save(&b.cx.account, &pair).unwrap();
        }
        b.fake.edit(|w| w.tokens.push_back((400, text.to_owned())));
        let e = b.me().await.unwrap_err();
        assert!(e.why.contains(why), "{why}: {}", e.why);
        assert_eq!((e.auth, e.retry, b.fake.edit(|w| w.forms.len())), (true, Retry::StopAccount, 1), "not tried again");
        assert!(e.hint.contains("sales auth login email") && !format!("{e:?}").contains("canary"), "{}", e.hint);
    }
}

#[tokio::test]
async fn headers_only_is_refused_plainly() {
    let b = Bench::start().await;
    b.fake.edit(|w| w.scope = "https://www.googleapis.com/auth/gmail.metadata".into());
    let e = b.me().await.unwrap_err();
    assert!(e.auth && e.why.starts_with("no bodies of mails come"), "{e}");
    assert_eq!(b.fake.edit(|w| w.count("/gmail/")), 0);
}

#[tokio::test]
async fn nobody_signed_in_yet() {
    let b = Bench::with(|_| {}, &[("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s")]).await;
    let e = b.me().await.unwrap_err();
    assert_eq!((e.to_string().as_str(), e.auth), ("Gmail: nobody has signed in yet", true));
    let b = Bench::with(|_| {}, &[]).await;
    assert!(b.me().await.unwrap_err().why.contains("GMAIL_CLIENT_ID"));
}

async fn ticket(b: &Bench) -> (Ticket, std::collections::BTreeMap<String, String>) {
    let ticket = Ticket::fresh().unwrap();
    let page = ticket.page(&b.cx, "http://127.0.0.1:4711", Purpose::Read).unwrap();
    let query = page.query_pairs().into_owned().collect();
    (ticket, query)
}

#[tokio::test]
async fn the_login_asks_checks_and_exchanges() {
    let b = Bench::with(|_| {}, &[("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s")]).await;
    let (ticket, query) = ticket(&b).await;
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
    b.fake.edit(|w| {
        w.tokens.push_back((
            200,
            r#"{"access_token":"at-9","expires_in":3599,"refresh_token":"1//r","scope":"https://www.googleapis.com/auth/gmail.readonly"}"#
                .into(),
        ))
    });
    let pair = ticket.exchange(&b.cx, code, "http://127.0.0.1:4711").await.unwrap();
    assert_eq!((shown(&pair), pair.since), (("at-9".to_owned(), Some("1//r".to_owned())), Some(b.timer.now())));
    let form = b.fake.edit(|w| w.forms[0].clone());
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
        let b = Bench::with(|_| {}, &[("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s")]).await;
        let (ticket, query) = ticket(&b).await;
        let code = ticket.code(&format!("code=x&state={}", query["state"])).unwrap();
        b.fake.edit(|w| w.tokens.push_back((answer.0, answer.1.to_owned())));
        let e = ticket.exchange(&b.cx, code, "http://127.0.0.1:1").await.err().unwrap();
        assert!(e.why.contains(why), "{why}: {e}");
        assert_eq!(b.fake.edit(|w| w.forms.len()), 1, "a code is shown once");
    }
}

/// As Google hands it out, with the key that the unit test of signing uses.
fn key_file() -> String {
    let key = include_str!("../../src/email/gmail/service_test_key.pem");
    serde_json::json!({"type": "service_account", "client_email": "s@p.iam.gserviceaccount.example", "private_key_id": "k", "private_key": key}).to_string()
}

#[tokio::test]
async fn a_service_account_speaks_for_one_mailbox() {
    let file = key_file();
    let secrets = [("GOOGLE_SERVICE_ACCOUNT_FILE", file.as_str()), ("GMAIL_USER", "deals@yourcompany.com")];
    let mut b = Bench::with(|_| {}, &secrets).await;
    let me = b.me().await.unwrap();
    assert_eq!((me.kind.as_str(), me.user_name.as_str()), ("service account", "deals@yourcompany.com"));
    let form = b.fake.edit(|w| w.forms[0].clone());
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(form["assertion"].split('.').count(), 3);
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 1, "the token is kept");
    // Another mailbox needs another statement.
    let mut credentials = (*b.cx.credentials).clone();
    credentials.secrets.insert("GMAIL_USER", Secret::from("jo@yourcompany.com"));
    b.cx.credentials = credentials.into();
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 2);
    // Renewed in time, by another statement.
    b.later(SignedDuration::from_mins(58)).await;
    b.me().await.unwrap();
    assert_eq!(b.fake.edit(|w| w.forms.len()), 3);
}

#[tokio::test]
async fn a_service_account_without_delegation_or_mailbox_says_so() {
    let file = key_file();
    let secrets = [("GOOGLE_SERVICE_ACCOUNT_FILE", file.as_str()), ("GMAIL_USER", "deals@yourcompany.com")];
    for (answer, hint) in [
        (
            r#"{"error":"unauthorized_client","error_description":"Client is unauthorized to retrieve access tokens using this method"}"#,
            "Domain-wide delegation",
        ),
        (r#"{"error":"invalid_grant","error_description":"Invalid email or User ID"}"#, "GMAIL_USER"),
    ] {
        let b = Bench::with(|_| {}, &secrets).await;
        b.fake.edit(|w| w.tokens.push_back((401, answer.to_owned())));
        let e = b.me().await.unwrap_err();
        assert!(e.auth && e.hint.contains(hint), "{e:?}");
    }
    let b = Bench::with(|_| {}, &secrets[..1]).await;
    let e = b.me().await.unwrap_err();
    assert!(e.why.contains("GMAIL_USER does not name a mailbox"), "{e:?}");
}

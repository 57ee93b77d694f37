//! Consent by browser, and the code that is exchanged for tokens.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::common::{Answer, Lab, refused};

pub(crate) const READ: &str = "https://www.googleapis.com/auth/gmail.readonly";
const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
const VERIFIER: &str = "0123456789-abcdefghijklmnopqrstuvwxyz._~ABCDEF";
const REDIRECT: &str = "http://127.0.0.1:49152/";

/// Parameters otherwise than usual; what is empty is left out.
type Changes<'c> = &'c [(&'c str, &'c str)];

fn with(usual: &[(&str, &str)], changes: Changes<'_>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = usual.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    for (name, value) in changes {
        all.retain(|(n, _)| n != name);
        if !value.is_empty() {
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    all
}

/// The user's browser is sent to the page of consent.
async fn consent(lab: &Lab, changes: Changes<'_>) -> Answer {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let usual = [
        ("client_id", "tiny-client"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", READ),
        ("state", "a state/of&ours"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
    ];
    let url = Url::parse_with_params(&lab.sim.google_auth_url(), with(&usual, changes)).unwrap();
    lab.send(lab.http.get(url)).await
}

/// Where the answer sends the browser: without the query, and the query.
fn redirect(answer: &Answer) -> (String, BTreeMap<String, String>) {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let mut url = Url::parse(answer.header("location").unwrap()).unwrap();
    let query = url.query_pairs().into_owned().collect();
    url.set_query(None);
    (url.into(), query)
}

/// A code.
pub(crate) async fn code(lab: &Lab, changes: Changes<'_>) -> String {
    redirect(&consent(lab, changes).await).1["code"].clone()
}

/// A code is exchanged.
pub(crate) async fn exchange(lab: &Lab, code: &str, changes: Changes<'_>) -> Answer {
    let usual = [
        ("client_id", "tiny-client"),
        ("client_secret", "tiny-secret"),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    let form = with(&usual, changes);
    lab.form(&form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>()).await
}

/// A whole sign-in: what the token endpoint answers.
pub(crate) async fn sign_in(lab: &Lab, changes: Changes<'_>) -> Value {
    let code = code(lab, changes).await;
    exchange(lab, &code, &[]).await.good()
}

pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

#[tokio::test]
async fn consent_and_exchange() {
    let lab = Lab::tiny().await;
    let (to, query) = redirect(&consent(&lab, &[("prompt", "consent")]).await);
    assert_eq!(to, REDIRECT);
    assert_eq!(query.keys().collect::<Vec<_>>(), ["code", "scope", "state"]);
    assert_eq!((query["scope"].as_str(), query["state"].as_str()), (READ, "a state/of&ours"), "what is ours comes back as it was");
    let code = &query["code"];
    assert!(code.starts_with("4/0A") && code.len() > 40, "{code}");
    let answer = exchange(&lab, code, &[]).await;
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store, max-age=0, must-revalidate"));
    let token = answer.good();
    let keys: Vec<&String> = token.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["access_token", "expires_in", "refresh_token", "scope", "token_type"]);
    assert_eq!((&token["expires_in"], &token["scope"], &token["token_type"]), (&json!(3599), &json!(READ), &json!("Bearer")));
    let (access, refresh) = (text(&token, "access_token"), text(&token, "refresh_token"));
    assert!(access.starts_with("ya29.") && refresh.starts_with("1//"));
    lab.get_as(access, "/messages").await.good();
    lab.refresh(refresh).await.good();
    let log = format!("{:?}", lab.sim.log());
    for secret in [code.as_str(), access, refresh, VERIFIER, "tiny-secret"] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
    let methods: Vec<(String, u16)> = lab.sim.log().iter().map(|e| (e.method.clone(), e.status)).collect();
    let google = |name: &str, status| (format!("google.{name}"), status);
    assert_eq!(methods, [google("auth", 302), google("token", 200), ("gmail.messages.list".into(), 200), google("token", 200)]);
}

#[tokio::test]
async fn what_is_wrong_with_app_or_question_is_shown_and_sent_nowhere() {
    let lab = Lab::tiny().await;
    let short = URL_SAFE_NO_PAD.encode([7; 31]);
    let cases: &[(Changes<'_>, u16, &str)] = &[
        (&[("client_id", "")], 400, "invalid_request"),
        (&[("client_id", "other-client")], 401, "invalid_client"),
        (&[("redirect_uri", "")], 400, "invalid_request"),
        (&[("redirect_uri", "http://localhost:49152/")], 400, "redirect_uri_mismatch"),
        (&[("redirect_uri", "http://127.0.0.1/")], 400, "redirect_uri_mismatch"),
        (&[("redirect_uri", "https://127.0.0.1:49152/")], 400, "redirect_uri_mismatch"),
        (&[("redirect_uri", "http://192.0.2.7:49152/")], 400, "redirect_uri_mismatch"),
        (&[("redirect_uri", "http://evil.example:49152/")], 400, "redirect_uri_mismatch"),
        (&[("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")], 400, "redirect_uri_mismatch"),
        (&[("response_type", "")], 400, "invalid_request"),
        (&[("response_type", "token")], 400, "unsupported_response_type"),
        (&[("code_challenge", "")], 400, "invalid_request"),
        (&[("code_challenge", &short)], 400, "invalid_request"),
        (&[("code_challenge_method", "")], 400, "invalid_request"),
        (&[("code_challenge_method", "plain"), ("code_challenge", VERIFIER)], 400, "invalid_request"),
        (&[("access_type", "for ever")], 400, "invalid_request"),
        (&[("prompt", "please")], 400, "invalid_request"),
        (&[("scope", "")], 400, "invalid_scope"),
        (&[("scope", "gmail.readonly")], 400, "invalid_scope"),
        (&[("scope", &format!("{READ} https://www.googleapis.com/auth/gmail.everything"))], 400, "invalid_scope"),
    ];
    for (changes, status, error) in cases {
        let answer = consent(&lab, changes).await;
        assert_eq!((answer.status, answer.header("location")), (*status, None), "{changes:?}");
        assert!(answer.text().ends_with(&format!("Error {status}: {error}</body></html>")), "{changes:?}: {}", answer.text());
    }
    let twice = format!("{}?client_id=tiny-client&client_id=tiny-client", lab.sim.google_auth_url());
    assert_eq!(lab.send(lab.http.get(twice)).await.status, 400);
    let posted = lab.http.post(lab.sim.google_auth_url());
    assert_eq!(lab.send(posted).await.status, 405);
    assert_eq!(lab.send(lab.http.get(lab.sim.google_token_url())).await.status, 405);
    assert_eq!(lab.send(lab.http.get(format!("{}/google/revoke", lab.sim.base_url()))).await.status, 404);
}

#[tokio::test]
async fn any_port_and_either_address_of_this_machine() {
    let lab = Lab::tiny().await;
    for here in ["http://127.0.0.1:1/", "http://127.0.0.1:65535/some/path", "http://[::1]:8080/", "http://127.0.0.1:49152/?own=1"] {
        let answer = consent(&lab, &[("redirect_uri", here)]).await;
        let query = redirect(&answer).1;
        assert!(answer.header("location").unwrap().starts_with(here.split('?').next().unwrap()), "{here}");
        assert_eq!(query.contains_key("own"), here.contains("own"));
        exchange(&lab, &query["code"], &[("redirect_uri", here)]).await.good();
    }
}

#[tokio::test]
async fn the_user_says_no() {
    let lab = Lab::scenario("[google]\nconsent = 'deny'\n").await;
    let (to, query) = redirect(&consent(&lab, &[]).await);
    assert_eq!(to, REDIRECT);
    let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(query, [("error", "access_denied"), ("state", "a state/of&ours")]);
    let without = redirect(&consent(&lab, &[("state", "")]).await).1;
    assert_eq!(without.keys().collect::<Vec<_>>(), ["error"], "nobody makes a state up");
    assert_eq!(lab.sim.log()[0].error.as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn fewer_scopes_than_asked_for() {
    let lab = Lab::scenario("[google]\ngranted = ['gmail.compose']\n").await;
    let both = format!("{READ} {COMPOSE}");
    let query = redirect(&consent(&lab, &[("scope", &both), ("prompt", "consent")]).await).1;
    assert_eq!(query["scope"], COMPOSE);
    let token = exchange(&lab, &query["code"], &[]).await.good();
    assert_eq!(token["scope"], COMPOSE);
    assert_eq!(lab.get_as(text(&token, "access_token"), "/messages").await.error().1, "insufficientPermissions");
    assert_eq!(lab.refresh(text(&token, "refresh_token")).await.good()["scope"], COMPOSE, "also later");
    // Whoever leaves all boxes empty has said no.
    assert_eq!(redirect(&consent(&lab, &[]).await).1["error"], "access_denied");
}

#[tokio::test]
async fn scopes_of_before_may_come_along() {
    let lab = Lab::tiny().await;
    let one = sign_in(&lab, &[("scope", COMPOSE)]).await;
    assert_eq!(one["scope"], COMPOSE);
    let both = sign_in(&lab, &[("scope", COMPOSE), ("include_granted_scopes", "true")]).await;
    assert_eq!(text(&both, "scope"), format!("{COMPOSE} {READ}"), "the tiny world's token may read");
}

#[tokio::test]
async fn a_refresh_token_comes_with_the_first_consent_or_when_it_is_asked_for() {
    let lab = Lab::tiny().await;
    lab.world()
        .write(|w| w.google_mut().add_client(sales_simulator::GoogleClient { id: "new-client".into(), secret: "tiny-secret".into() }));
    let come = async |changes: Changes<'_>| {
        let all: Vec<(&str, &str)> = changes.iter().copied().chain([("client_id", "new-client")]).collect();
        let code = code(&lab, &all).await;
        exchange(&lab, &code, &[("client_id", "new-client")]).await.good().get("refresh_token").is_some()
    };
    assert!(!come(&[("access_type", "online")]).await, "not wanted");
    assert!(!come(&[("access_type", "offline")]).await, "consent was given before");
    assert!(come(&[("access_type", "offline"), ("prompt", "consent")]).await);
    assert!(!come(&[("access_type", ""), ("prompt", "consent")]).await);
    lab.world().write(|w| w.google_mut().add_client(sales_simulator::GoogleClient { id: "third".into(), secret: "tiny-secret".into() }));
    let first = code(&lab, &[("client_id", "third")]).await;
    assert!(exchange(&lab, &first, &[("client_id", "third")]).await.good().get("refresh_token").is_some(), "the first consent");
}

#[tokio::test]
async fn a_code_is_for_one_app_one_redirect_one_verifier_and_ten_minutes() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.google_mut().add_client(sales_simulator::GoogleClient { id: "other".into(), secret: "s".into() }));
    let code = code(&lab, &[]).await;
    let other = format!("{VERIFIER}x");
    let long = "a".repeat(129);
    let cases: &[(Changes<'_>, u16, &str, &str)] = &[
        (&[("code", "")], 400, "invalid_request", "Missing required parameter: code"),
        (&[("code", "4/0Anonsense")], 400, "invalid_grant", "Malformed auth code."),
        (&[("client_id", "")], 400, "invalid_request", "Could not determine client ID from request."),
        (&[("client_id", "nobody")], 401, "invalid_client", "The OAuth client was not found."),
        (&[("client_secret", "")], 400, "invalid_request", "client_secret is missing."),
        (&[("client_secret", "wrong")], 401, "invalid_client", "The provided client secret is invalid."),
        (&[("client_id", "other"), ("client_secret", "s")], 401, "unauthorized_client", "Unauthorized"),
        (&[("redirect_uri", "")], 400, "invalid_request", "Missing required parameter: redirect_uri"),
        (&[("redirect_uri", "http://127.0.0.1:49152")], 400, "redirect_uri_mismatch", "Bad Request"),
        (&[("code_verifier", "")], 400, "invalid_grant", "Missing code verifier."),
        (&[("code_verifier", &other)], 400, "invalid_grant", "Invalid code verifier."),
        (&[("code_verifier", "short")], 400, "invalid_grant", "Invalid code verifier."),
        (&[("code_verifier", &long)], 400, "invalid_grant", "Invalid code verifier."),
        (&[("grant_type", "")], 400, "invalid_request", "Missing required parameter: grant_type"),
        (&[("grant_type", "password")], 400, "unsupported_grant_type", "Invalid grant_type: password"),
    ];
    for (changes, status, error, says) in cases {
        let answer = exchange(&lab, &code, changes).await;
        assert_eq!(refused(&answer), (*status, (*error).to_owned(), (*says).to_owned()), "{changes:?}");
    }
    lab.clock.forward(SignedDuration::from_secs(599));
    exchange(&lab, &code, &[]).await.good();
    let late = self::code(&lab, &[]).await;
    lab.clock.forward(SignedDuration::from_secs(600));
    assert_eq!(refused(&exchange(&lab, &late, &[]).await), (400, "invalid_grant".into(), "Bad Request".into()));
}

#[tokio::test]
async fn a_code_used_twice_ends_what_it_was_exchanged_for() {
    let lab = Lab::tiny().await;
    let code = code(&lab, &[("prompt", "consent")]).await;
    let token = exchange(&lab, &code, &[]).await.good();
    lab.get_as(text(&token, "access_token"), "/profile").await.good();
    for _ in 0..2 {
        assert_eq!(refused(&exchange(&lab, &code, &[]).await), (400, "invalid_grant".into(), "Bad Request".into()));
        assert_eq!(lab.get_as(text(&token, "access_token"), "/profile").await.error().1, "authError");
        assert_eq!(refused(&lab.refresh(text(&token, "refresh_token")).await).1, "invalid_grant");
    }
    lab.refresh("tiny-refresh").await.good();
}

#[tokio::test]
async fn requests_that_are_no_forms() {
    let lab = Lab::tiny().await;
    let bad = |says: &str| (400, "invalid_request".to_owned(), says.to_owned());
    let json = lab.http.post(lab.sim.google_token_url()).json(&json!({"grant_type": "refresh_token"}));
    assert_eq!(refused(&lab.send(json).await), bad("Bad content type: a form is expected"));
    let body = async |text: &'static str| {
        let request = lab.http.post(lab.sim.google_token_url()).header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        lab.send(request.body(text)).await
    };
    assert_eq!(refused(&body("").await), bad("Missing required parameter: grant_type"));
    assert_eq!(
        refused(&body("grant_type=refresh_token&grant_type=refresh_token").await),
        bad("OAuth 2 parameters can only have a single value: grant_type")
    );
    assert_eq!(refused(&body("grant_type=refresh_token&refresh_token=&client_id=tiny-client&client_secret=tiny-secret").await).0, 400);
    // The app may also say who it is as RFC 6749 prefers it.
    let basic = |secret: &'static str| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", "tiny-refresh")];
        lab.http.post(lab.sim.google_token_url()).basic_auth("tiny-client", Some(secret)).form(&form)
    };
    lab.send(basic("tiny-secret")).await.good();
    assert_eq!(refused(&lab.send(basic("x")).await).1, "invalid_client");
}

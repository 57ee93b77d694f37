//! Service accounts: signed statements for one mailbox each.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::SignedDuration;
use ring::{rand::SystemRandom, signature};
use sales_model::Clock as _;
use sales_simulator::ServiceAccount;
use serde_json::{Value, json};

use crate::{
    common::{Answer, Lab, refused},
    oauth::{READ, text},
};

/// Made for tests; it opens nothing.
const KEY: &str = include_str!("../../../connectors/src/email/gmail/service_test_key.pem");
const ROBOT: &str = "reader@project.iam.gserviceaccount.example";
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";

fn pair() -> signature::RsaKeyPair {
    let body: String = KEY.lines().filter(|l| !l.starts_with("-----")).collect();
    signature::RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap()
}

/// The public key in the form of PKCS #1.
fn bare() -> String {
    format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(pair().public().as_ref()))
}

/// The same as a `SubjectPublicKeyInfo`, as `openssl rsa -pubout` gives it.
fn wrapped() -> String {
    let key = pair().public().as_ref().to_vec();
    let long = |tag: u8, content: Vec<u8>| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [vec![tag, 0x82, length[0], length[1]], content].concat()
    };
    // rsaEncryption (1.2.840.113549.1.1.1), without parameters.
    let algorithm = vec![0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = long(0x03, [vec![0], key].concat());
    let whole = long(0x30, [algorithm, bits].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(whole))
}

async fn lab(public_key: String) -> Lab {
    let lab = Lab::tiny().await;
    lab.world().write(|w| {
        w.google_mut().add_service_account(ServiceAccount {
            client_email: ROBOT.into(),
            public_key,
            domain: "yourcompany.com".into(),
            scopes: vec!["gmail.readonly".into(), "gmail.labels".into()],
        });
    });
    lab
}

fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": "k1"})
}

fn claims(lab: &Lab) -> Value {
    let now = lab.clock.now().as_second();
    json!({"iss": ROBOT, "sub": "deals@yourcompany.com", "scope": READ, "aud": AUDIENCE, "iat": now, "exp": now + 3600})
}

fn signed(header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let pair = pair();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn ask(lab: &Lab, assertion: &str) -> Answer {
    lab.form(&[("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)]).await
}

#[tokio::test]
async fn a_statement_gives_a_token_for_one_mailbox() {
    for public_key in [bare(), wrapped()] {
        let lab = lab(public_key).await;
        let assertion = signed(&header(), &claims(&lab));
        let token = ask(&lab, &assertion).await.good();
        assert_eq!(
            token.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["access_token", "expires_in", "token_type"],
            "nothing to refresh"
        );
        let access = text(&token, "access_token");
        lab.get_as(access, "/messages").await.good();
        assert_eq!(lab.get_as(access, "/drafts").await.status, 200, "reading is allowed");
        lab.clock.forward(SignedDuration::from_secs(3599));
        assert_eq!(lab.get_as(access, "/profile").await.status, 401);
        let log = format!("{:?}", lab.sim.log());
        assert!(!log.contains(&assertion) && !log.contains(access));
    }
}

#[tokio::test]
async fn an_assertion_may_be_meant_for_the_double_itself() {
    let lab = lab(bare()).await;
    let mut claims = claims(&lab);
    claims["aud"] = json!(lab.sim.google_token_url());
    ask(&lab, &signed(&header(), &claims)).await.good();
}

#[tokio::test]
async fn what_is_no_statement() {
    let lab = lab(bare()).await;
    let good = signed(&header(), &claims(&lab));
    let (head, rest) = good.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    for text in [
        "x".to_owned(),
        "a.b".into(),
        "a.b.c".into(),
        format!("{good}.x"),
        format!("{head}.{body}.***"),
        format!("{}.{body}.{signature}", URL_SAFE_NO_PAD.encode("no json")),
    ] {
        let answer = refused(&ask(&lab, &text).await);
        assert_eq!(answer, (400, "invalid_grant".into(), "Invalid JWT: Token must be a JSON Web Token.".into()), "{text:.40}");
    }
    assert_eq!(refused(&ask(&lab, "").await).1, "invalid_request");
    let none = signed(&json!({"alg": "none"}), &claims(&lab));
    assert_eq!(refused(&ask(&lab, &none).await).2, "Invalid JWT: Only RS256 is supported.");
    // Signed for another text, or by nobody.
    let mut other = claims(&lab);
    other["sub"] = json!("boss@yourcompany.com");
    let moved = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(other.to_string()));
    for text in [moved, format!("{head}.{body}."), format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 256]))] {
        assert_eq!(refused(&ask(&lab, &text).await), (400, "invalid_grant".into(), "Invalid JWT Signature.".into()));
    }
}

#[tokio::test]
async fn what_a_statement_must_say() {
    let lab = lab(bare()).await;
    let now = lab.clock.now().as_second();
    let frame = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.";
    let audience = "Invalid JWT: Failed audience check. The right audience is the token endpoint.";
    let delegation =
        "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.";
    let cases: &[(&str, Value, u16, &str, &str)] = &[
        ("iss", json!("nobody@project.example"), 400, "invalid_grant", "Invalid grant: account not found"),
        ("aud", json!("https://evil.example/token"), 400, "invalid_grant", audience),
        ("aud", Value::Null, 400, "invalid_grant", audience),
        ("iat", json!(now + 120), 400, "invalid_grant", frame),
        ("iat", Value::Null, 400, "invalid_grant", frame),
        ("exp", json!(now + 3601), 400, "invalid_grant", frame),
        ("exp", json!(now - 61), 400, "invalid_grant", frame),
        ("exp", json!("soon"), 400, "invalid_grant", frame),
        ("scope", json!(""), 400, "invalid_scope", "Invalid OAuth scope or ID token audience provided."),
        // What the administrator did not allow.
        ("scope", json!("https://mail.google.com/"), 401, "unauthorized_client", delegation),
        ("scope", json!(format!("{READ} https://www.googleapis.com/auth/gmail.send")), 401, "unauthorized_client", delegation),
        // Outside the domain, and nobody at all.
        ("sub", json!("deals@other.example"), 401, "unauthorized_client", delegation),
        ("sub", json!("deals@sub.yourcompany.com"), 401, "unauthorized_client", delegation),
        ("sub", Value::Null, 401, "unauthorized_client", delegation),
        // Of the domain, and without a mailbox.
        ("sub", json!("nobody@yourcompany.com"), 400, "invalid_grant", "Invalid email or User ID"),
    ];
    for (claim, value, status, error, says) in cases {
        let mut claims = claims(&lab);
        claims[*claim] = value.clone();
        let answer = ask(&lab, &signed(&header(), &claims)).await;
        assert_eq!(refused(&answer), (*status, (*error).to_owned(), (*says).to_owned()), "{claim}: {value}");
    }
    // Clocks differ a little.
    for (iat, exp) in [(now + 60, now + 3600), (now - 3600, now), (now - 30, now + 3570)] {
        let mut claims = claims(&lab);
        (claims["iat"], claims["exp"]) = (json!(iat), json!(exp));
        ask(&lab, &signed(&header(), &claims)).await.good();
    }
    let mut claims = claims(&lab);
    claims["sub"] = json!("Deals@YourCompany.com");
    claims["scope"] = json!("https://www.googleapis.com/auth/gmail.labels");
    let labels = ask(&lab, &signed(&header(), &claims)).await.good();
    lab.get_as(text(&labels, "access_token"), "/labels").await.good();
    assert_eq!(lab.get_as(text(&labels, "access_token"), "/messages").await.status, 403, "as narrow as it was asked for");
}

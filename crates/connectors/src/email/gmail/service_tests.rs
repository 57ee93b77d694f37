use super::*;

/// Made for this test; it opens nothing.
const KEY: &str = include_str!("service_test_key.pem");

fn file(kind: &str, key: &str) -> String {
    serde_json::json!({"type": kind, "client_email": "sales@project.iam.gserviceaccount.example", "private_key_id": "k1", "private_key": key}).to_string()
}

fn now() -> Timestamp {
    "2024-04-08T09:00:00Z".parse().unwrap()
}

#[test]
fn the_statement_is_signed_and_says_whom_it_is_for() {
    let signed = assertion(&file("service_account", KEY), "deals@yourcompany.com", "https://token.example/token", now()).unwrap();
    let parts: Vec<&str> = signed.expose_secret().split('.').collect();
    let json = |part: &str| serde_json::from_slice::<serde_json::Value>(&BASE64URL.decode(part).unwrap()).unwrap();
    assert_eq!(json(parts[0]), serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}));
    let issued = now().as_second() - 30;
    assert_eq!(
        json(parts[1]),
        serde_json::json!({
            "iss": "sales@project.iam.gserviceaccount.example", "sub": "deals@yourcompany.com", "aud": "https://token.example/token",
            "scope": "https://www.googleapis.com/auth/gmail.readonly", "iat": issued, "exp": issued + 3_600,
        })
    );
    let public = signature::RsaKeyPair::from_pkcs8(&pem(KEY).unwrap()).unwrap().public().as_ref().to_vec();
    let verifier = signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, public);
    let signature = BASE64URL.decode(parts[2]).unwrap();
    verifier.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).unwrap();
    verifier.verify(format!("{}.x{}", parts[0], parts[1]).as_bytes(), &signature).unwrap_err();
}

#[test]
fn files_that_are_no_keys_are_said_without_showing_them() {
    let damaged = KEY.replace("MII", "XXX");
    for (file, why) in [
        ("{\"private_key\":\"CANARY".to_owned(), "no JSON key"),
        ("{\"installed\":{\"client_id\":\"CANARY\"}}".to_owned(), "no JSON key"),
        (file("authorized_user", "CANARY"), "no JSON key"),
        (file("service_account", "CANARY"), "damaged"),
        (file("service_account", "-----BEGIN PRIVATE KEY-----\nCANARY!\n-----END PRIVATE KEY-----\n"), "damaged"),
        (file("service_account", "-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----\n"), "no RSA key"),
        (file("service_account", &damaged), "no RSA key"),
    ] {
        let e = assertion(&file, "deals@yourcompany.com", "https://x/", now()).unwrap_err();
        assert!(e.why.contains(why) && e.auth && !format!("{e:?}").contains("CANARY"), "{e:?}");
    }
}

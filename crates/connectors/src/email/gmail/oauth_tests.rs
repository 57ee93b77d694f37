use super::*;

#[test]
fn the_challenge_is_that_of_the_standard() {
    // RFC 7636, appendix B.
    assert_eq!(challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn no_two_sign_ins_are_alike() {
    let (a, b) = (Ticket::fresh().unwrap(), Ticket::fresh().unwrap());
    assert!(a.state != b.state && a.verifier.expose_secret() != b.verifier.expose_secret() && a.state != a.verifier.expose_secret());
}

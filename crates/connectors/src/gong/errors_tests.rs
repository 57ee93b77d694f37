use super::*;

fn refused(status: u16, reason: &str, generic: bool) -> ConnectorError {
    let reasons = Some(reason.to_owned()).into_iter().filter(|r| !r.is_empty()).collect();
    Failure::Refused { operation: "POST /v2/calls/extensive", status, reasons, generic }.told("Gong's calls")
}

#[test]
fn refusals_in_words() {
    let e = refused(401, "Access denied", false);
    assert_eq!(e.to_string(), "Gong's calls: Gong does not accept the credential for POST /v2/calls/extensive (\"Access denied\")");
    assert!(e.auth && e.retry == Retry::Never && e.hint.contains("GONG_API_KEY") && !e.hint.contains("GONG_API_URL"), "{e:?}");
    let e = refused(403, "", true);
    assert_eq!(e.to_string(), "Gong's calls: Gong does not allow POST /v2/calls/extensive with this credential");
    assert!(e.auth && e.hint.contains("trusted IP") && e.hint.contains("set GONG_API_URL to it"), "{e:?}");
    let e = refused(404, "Not Found", true);
    assert_eq!(e.to_string(), "Gong's calls: the server does not know POST /v2/calls/extensive (\"Not Found\")");
    assert!(!e.auth && e.hint.contains("check GONG_API_URL"), "{e:?}");
    let e = refused(400, "Json parse error", false);
    assert_eq!(e.to_string(), "Gong's calls: Gong did not understand POST /v2/calls/extensive (\"Json parse error\")");
    assert_eq!(refused(418, "", false).to_string(), "Gong's calls: Gong refused POST /v2/calls/extensive with 418");
}

#[test]
fn what_gong_says_is_shown_on_one_line() {
    let e = refused(400, &format!("a\nb\u{1b}[2J \"c\" {}", "x".repeat(500)), false);
    assert!(e.why.contains("a b [2J  c  xxx") && e.why.ends_with("x…\")"), "{}", e.why);
    assert!(e.why.chars().count() < 300 && !e.why.chars().any(char::is_control), "{}", e.why);
}

#[test]
fn redirects_and_limits_say_what_to_do() {
    let told = |e: TransportError| Failure::Transport(e).told("Gong");
    let e = told(TransportError::Redirected { operation: "GET /v2/users", what: "the server redirected to another host".into() });
    assert_eq!(e.to_string(), "Gong: GET /v2/users: the server redirected to another host");
    assert!(e.hint.contains("GONG_API_URL") && e.retry == Retry::Never, "{e:?}");
    let until = "2024-04-09T09:00:00Z".parse().unwrap();
    let e = told(TransportError::Throttled { operation: "GET /v2/users", until });
    assert!(e.hint.contains("2024-04-09T09:00:00Z") && matches!(e.retry, Retry::After(_)), "{e:?}");
    assert!(Failure::Transport(TransportError::TooLarge { operation: "x", cap: 1 }).too_large());
}

#[test]
fn permissions_and_dead_cursors_are_told_apart() {
    let f = |status| Failure::Refused { operation: "x", status, reasons: Vec::new(), generic: false };
    let denied: Vec<u16> = (400..430).filter(|s| f(*s).denied()).collect();
    let dead: Vec<u16> = (400..430).filter(|s| f(*s).dead_cursor()).collect();
    assert_eq!((denied, dead), (vec![401, 403], vec![400, 404, 409, 410, 422]));
    assert!(!Failure::Loop("x").denied() && !Failure::Loop("x").dead_cursor());
}

use super::*;

fn of(status: u16, body: &str) -> Kind {
    kind(status, body.as_bytes()).0
}

#[test]
fn every_refusal_by_its_reason() {
    let old =
        |reason: &str| format!(r#"{{"error":{{"code":403,"message":"m","errors":[{{"domain":"d","reason":"{reason}","message":"m"}}]}}}}"#);
    let new = |reason: &str| {
        format!(r#"{{"error":{{"code":403,"message":"m","status":"X","details":[{{"@type":"t"}},{{"@type":"t","reason":"{reason}"}}]}}}}"#)
    };
    for reason in ["rateLimitExceeded", "userRateLimitExceeded"] {
        assert_eq!((of(403, &old(reason)), of(429, &old(reason))), (Kind::Rate(None), Kind::Rate(None)));
    }
    assert_eq!(of(403, &new("RATE_LIMIT_EXCEEDED")), Kind::Rate(None));
    for (status, body, expected) in [
        (403, old("dailyLimitExceeded"), Kind::Daily),
        (403, old("domainPolicy"), Kind::Domain),
        (403, old("insufficientPermissions"), Kind::Scope),
        (403, new("ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Kind::Scope),
        (403, old("accessNotConfigured"), Kind::NotConfigured),
        (403, new("SERVICE_DISABLED"), Kind::NotConfigured),
        (400, old("failedPrecondition"), Kind::NoMailbox),
        (401, old("authError"), Kind::Token),
        (404, old("notFound"), Kind::Missing),
        (400, old("invalidArgument"), Kind::Other),
        (403, old("forbidden"), Kind::Other),
    ] {
        assert_eq!(of(status, &body), expected, "{body}");
    }
    let metadata = r#"{"error":{"code":403,"message":"Metadata scope doesn't allow format FULL","errors":[{"reason":"forbidden"}]}}"#;
    assert_eq!(of(403, metadata), Kind::MetadataOnly);
    // A status alone, and nonsense.
    for (status, expected) in [(429, Kind::Rate(None)), (401, Kind::Token), (404, Kind::Missing), (403, Kind::Other), (500, Kind::Other)] {
        for body in ["", "<html>", "{}", "[]", r#"{"error":"invalid"}"#, r#"{"error":{"errors":"x"}}"#] {
            assert_eq!(of(status, body), expected, "{status} {body}");
        }
    }
}

#[test]
fn a_time_in_the_text() {
    let told =
        |message: &str| of(403, &format!(r#"{{"error":{{"message":"{message}","errors":[{{"reason":"userRateLimitExceeded"}}]}}}}"#));
    let at = |text: &str| Kind::Rate(Some(text.parse().unwrap()));
    assert_eq!(told("User-rate limit exceeded.  Retry after 2026-03-15T09:00:05.123Z"), at("2026-03-15T09:00:05.123Z"));
    assert_eq!(told("Limit. retry after 2026-03-15T09:00:05Z. (Mail sending)"), at("2026-03-15T09:00:05Z"));
    for nothing in ["Retry after soon", "Retry after ", "Retry after -999999999-01-01T00:00:00Z", "try again"] {
        assert_eq!(told(nothing), Kind::Rate(None), "{nothing}");
    }
    // A day's limit in the shape of a minute's.
    assert_eq!(told("Quota exceeded for quota metric 'Queries' and limit 'Queries per day'"), Kind::Daily);
}

#[test]
fn words_of_others_are_harmless() {
    assert_eq!(shown("a\u{1b}[31m\n\"b\""), "a [31m  b");
    assert_eq!(shown(&"x".repeat(500)).chars().count(), LONGEST + 1);
    let e = Failure::refused(super::super::budget::GET, 403, br#"{"error":{"message":"no\u001b[0m way"}}"#).told("Gmail");
    assert_eq!(e.to_string(), "Gmail: Gmail refused mails (403) (\"no [0m way\")");
}

use http::{
    HeaderName, StatusCode,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{RateShape, RetryHint};
use crate::{
    google::{CONSUMER_PAGE, REALM, SERVICE, SERVICE_DOMAIN, TYPES},
    scenario::RetryAfter,
    stage::http_date,
    wire::Outgoing,
};

/// Why there is no answer, in the shape that all of Google's JSON interfaces share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The word by which clients decide: `notFound`, `userRateLimitExceeded`.
    pub(crate) reason: String,
    message: String,
    domain: &'static str,
    /// The canonical code, which the older shape lacks.
    canonical: Option<&'static str>,
    /// It is about the header `Authorization`, and says so.
    about_token: bool,
    details: Option<Box<Value>>,
    headers: Vec<(HeaderName, String)>,
}

impl Refusal {
    fn new(status: u16, reason: &str, canonical: &'static str, message: impl Into<String>) -> Self {
        Refusal {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
            reason: reason.to_owned(),
            message: message.into(),
            domain: "global",
            canonical: Some(canonical),
            about_token: false,
            details: None,
            headers: Vec::new(),
        }
    }

    /// 400: something in the request is not what it must be.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Refusal::new(400, "invalidArgument", "INVALID_ARGUMENT", message)
    }

    /// 400: a parameter or field that does not exist, or of the wrong type; the field is named.
    pub(crate) fn payload(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let violation = if field.is_empty() { json!({"description": message}) } else { json!({"field": field, "description": message}) };
        let mut refusal = Refusal::new(400, "invalid", "INVALID_ARGUMENT", message);
        refusal.details = Some(Box::new(json!([{"@type": format!("{TYPES}/google.rpc.BadRequest"), "fieldViolations": [violation]}])));
        refusal
    }

    /// 404: no such message, thread or label; a history that starts too early.
    pub(crate) fn not_found() -> Self {
        Refusal::new(404, "notFound", "NOT_FOUND", "Requested entity was not found.")
    }

    /// 409: there is one of this name.
    pub(crate) fn exists(message: &str) -> Self {
        Refusal::new(409, "aborted", "ABORTED", message)
    }

    /// 401: no token.
    pub(crate) fn no_token() -> Self {
        let message = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
        let mut refusal = Refusal::new(401, "required", "UNAUTHENTICATED", message);
        refusal.about_token = true;
        refusal.headers.push((WWW_AUTHENTICATE, format!("Bearer realm=\"{REALM}\"")));
        refusal
    }

    /// 401: a token that is not good (any more).
    pub(crate) fn token() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
        let mut refusal = Refusal::new(401, "authError", "UNAUTHENTICATED", message);
        refusal.about_token = true;
        refusal.headers.push((WWW_AUTHENTICATE, format!("Bearer realm=\"{REALM}\", error=\"invalid_token\"")));
        refusal
    }

    /// 403: none of the scopes that would do.
    pub(crate) fn scope(method: &str, needed: &str) -> Self {
        let mut refusal =
            Refusal::new(403, "insufficientPermissions", "PERMISSION_DENIED", "Request had insufficient authentication scopes.");
        refusal.details = Some(Box::new(json!([{
            "@type": format!("{TYPES}/google.rpc.ErrorInfo"),
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": SERVICE_DOMAIN,
            "metadata": {"service": SERVICE, "method": method},
        }])));
        refusal.headers.push((WWW_AUTHENTICATE, format!("Bearer realm=\"{REALM}\", error=\"insufficient_scope\", scope=\"{needed}\"")));
        refusal
    }

    /// 403: a token with `gmail.metadata` asks for more than it may see.
    pub(crate) fn metadata(message: impl Into<String>) -> Self {
        Refusal::new(403, "forbidden", "PERMISSION_DENIED", message)
    }

    /// 403: somebody else's mailbox.
    pub(crate) fn delegation(user: &str) -> Self {
        Refusal::new(403, "forbidden", "PERMISSION_DENIED", format!("Delegation denied for {user}"))
    }

    /// Too much in too short a time, in one of its shapes. `seconds` is how long to wait.
    pub(crate) fn rate(shape: RateShape, hint: RetryHint, wait: RetryAfter, now: Timestamp) -> Self {
        let seconds = match wait {
            RetryAfter::Seconds(s) | RetryAfter::Date(s) => Some(s),
            RetryAfter::Missing | RetryAfter::Absurd => None,
        };
        let until = seconds.and_then(|s| now.checked_add(SignedDuration::from_secs(s)).ok());
        let told = until.filter(|_| matches!(hint, RetryHint::Text | RetryHint::Both)).map(|at| format!("Retry after {at:.3}"));
        let mut refusal = match shape {
            RateShape::Forbidden => {
                let mut refusal = Refusal::new(403, "userRateLimitExceeded", "", "User Rate Limit Exceeded");
                (refusal.domain, refusal.canonical) = ("usageLimits", None);
                refusal
            }
            _ => Refusal::new(
                429,
                "rateLimitExceeded",
                "RESOURCE_EXHAUSTED",
                format!(
                    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service '{SERVICE}' for consumer 'project_number:1'."
                ),
            ),
        };
        if let Some(told) = told {
            refusal.message = format!("User-rate limit exceeded.  {told}");
        }
        match wait {
            RetryAfter::Absurd => refusal.headers.push((RETRY_AFTER, "soon".into())),
            RetryAfter::Date(s) => refusal.headers.push((RETRY_AFTER, http_date(now, s))),
            RetryAfter::Seconds(s) if matches!(hint, RetryHint::Header | RetryHint::Both) => {
                refusal.headers.push((RETRY_AFTER, s.to_string()));
            }
            _ => {}
        }
        refusal
    }

    /// Too many at once.
    pub(crate) fn concurrent() -> Self {
        Refusal::new(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED", "Too many concurrent requests for user.")
    }

    /// A scenario's error: a reason of Google's with its status, or any other word as 400.
    pub(crate) fn word(word: &str, now: Timestamp) -> Self {
        let usage = |status, message: &str| {
            let mut refusal = Refusal::new(status, word, "PERMISSION_DENIED", message);
            refusal.domain = "usageLimits";
            refusal
        };
        match word {
            "notFound" => Refusal::not_found(),
            "authError" => Refusal::token(),
            "required" => Refusal::no_token(),
            "userRateLimitExceeded" => Refusal::rate(RateShape::Forbidden, RetryHint::None, RetryAfter::Missing, now),
            "rateLimitExceeded" => Refusal::rate(RateShape::Exhausted, RetryHint::None, RetryAfter::Missing, now),
            "concurrent" => Refusal::concurrent(),
            "dailyLimitExceeded" => usage(403, "Daily Limit Exceeded"),
            "accessNotConfigured" => {
                let mut refusal = usage(
                    403,
                    &format!(
                        "Gmail API has not been used in project 1 before or it is disabled. Enable it by visiting {CONSUMER_PAGE} then retry."
                    ),
                );
                refusal.details = Some(Box::new(json!([{
                    "@type": format!("{TYPES}/google.rpc.ErrorInfo"), "reason": "SERVICE_DISABLED", "domain": SERVICE_DOMAIN,
                    "metadata": {"service": SERVICE, "consumer": "projects/1"},
                }])));
                refusal
            }
            "domainPolicy" => Refusal::new(403, word, "PERMISSION_DENIED", "The domain administrators have disabled Gmail apps."),
            "insufficientPermissions" => Refusal::scope("", ""),
            "failedPrecondition" => Refusal::new(400, word, "FAILED_PRECONDITION", "Mail service not enabled"),
            "backendError" => Refusal::new(503, word, "UNAVAILABLE", "The service is currently unavailable."),
            "internalError" => Refusal::new(500, word, "INTERNAL", "Internal error encountered."),
            _ => Refusal::new(400, word, "INVALID_ARGUMENT", "As the scenario wants it"),
        }
    }

    pub(crate) fn body(&self) -> String {
        let mut one = json!({"message": self.message, "domain": self.domain, "reason": self.reason});
        let mut error = json!({"code": self.status.as_u16(), "message": self.message});
        if let (Some(one), true) = (one.as_object_mut(), self.about_token) {
            one.insert("location".into(), json!("Authorization"));
            one.insert("locationType".into(), json!("header"));
        }
        if let Some(error) = error.as_object_mut() {
            error.insert("errors".into(), json!([one]));
            if let Some(canonical) = self.canonical {
                error.insert("status".into(), json!(canonical));
            }
            if let Some(details) = &self.details {
                error.insert("details".into(), Value::clone(details));
            }
        }
        json!({"error": error}).to_string()
    }

    pub(crate) fn out(&self) -> Outgoing {
        self.headers.iter().fold(Outgoing::json(self.status, self.body()), |out, (name, value)| out.header(name.clone(), value))
    }
}

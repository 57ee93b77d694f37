//! Names that hold a host of Google's. None of them is asked for anything.

/// What every scope but one begins with.
const PREFIX: &str = "https://www.googleapis.com/auth/";
/// The scope that allows everything, IMAP and SMTP too.
pub(crate) const MAIL: &str = "https://mail.google.com/";
/// Whom an assertion of a service account must be meant for.
pub(super) const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// The realm of challenges in `WWW-Authenticate`.
pub(crate) const REALM: &str = "https://accounts.google.com/";
/// The service in error texts and details.
pub(crate) const SERVICE: &str = "gmail.googleapis.com";
/// The domain of reasons in details of errors.
pub(crate) const SERVICE_DOMAIN: &str = "googleapis.com";
/// Types of details in errors.
pub(crate) const TYPES: &str = "type.googleapis.com";
/// Where an operator switches the API on.
pub(crate) const CONSUMER_PAGE: &str = "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=1";

/// Scopes that the consent page knows, short: those of Gmail's discovery document, and who one is.
const KNOWN: [&str; 13] = [
    "gmail.readonly",
    "gmail.metadata",
    "gmail.modify",
    "gmail.compose",
    "gmail.send",
    "gmail.labels",
    "gmail.insert",
    "gmail.settings.basic",
    "gmail.settings.sharing",
    "gmail.addons.current.action.compose",
    "gmail.addons.current.message.readonly",
    "userinfo.email",
    "userinfo.profile",
];

/// A scope in its full form: `gmail.readonly` becomes a URL. Full ones, and the bare words of OpenID, stay.
pub fn full_scope(scope: &str) -> String {
    if scope.contains("://") || ["openid", "email", "profile"].contains(&scope) { scope.to_owned() } else { format!("{PREFIX}{scope}") }
}

/// A scope without what all begin with: `gmail.readonly`.
pub fn short_scope(scope: &str) -> &str {
    scope.strip_prefix(PREFIX).unwrap_or(scope)
}

/// Whether Google has this scope, as far as Gmail is concerned.
pub(super) fn known(scope: &str) -> bool {
    scope == MAIL || ["openid", "email", "profile"].contains(&scope) || (scope.starts_with(PREFIX) && KNOWN.contains(&short_scope(scope)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_have_a_long_and_a_short_form() {
        let long = "https://www.googleapis.com/auth/gmail.readonly";
        assert_eq!((full_scope("gmail.readonly"), full_scope(long), full_scope(MAIL)), (long.into(), long.into(), MAIL.into()));
        assert_eq!((short_scope(long), short_scope(MAIL), full_scope("openid")), ("gmail.readonly", MAIL, "openid".into()));
        assert!(known(long) && known(MAIL) && known("openid"));
        assert!(!known("gmail.readonly") && !known("https://www.googleapis.com/auth/gmail.everything") && !known(""));
    }
}

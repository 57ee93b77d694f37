//! URLs as they may be shown.

use std::fmt;

use url::Url;

/// A URL whose text shows neither credentials nor query nor fragment: `https://slack.com/api/auth.test?…`.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeUrl(Url);

/// Longest path shown; the rest of a longer one is cut.
const LONGEST_PATH: usize = 200;

impl SafeUrl {
    /// The URL itself, with everything that the text hides.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl From<Url> for SafeUrl {
    fn from(url: Url) -> Self {
        SafeUrl(url)
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Url` has percent-encoded every control character, so the parts below are harmless on a terminal.
        let url = &self.0;
        write!(f, "{}:", url.scheme())?;
        if let Some(host) = url.host_str() {
            write!(f, "//{host}")?;
            if let Some(port) = url.port() {
                write!(f, ":{port}")?;
            }
            let path: String = url.path().chars().take(LONGEST_PATH).collect();
            f.write_str(&path)?;
            if path.len() < url.path().len() {
                f.write_str("…")?;
            }
        } else {
            // `data:`, `mailto:` and the like: everything after the scheme may be a secret.
            f.write_str("…")?;
        }
        if url.query().is_some() { f.write_str("?…") } else { Ok(()) }
    }
}

impl fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        SafeUrl::from(Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn hides_credentials_query_and_fragment() {
        assert_eq!(shown("https://user:CANARY@slack.com:8443/api/x?token=CANARY#CANARY"), "https://slack.com:8443/api/x?…");
        assert_eq!(format!("{:?}", SafeUrl::from(Url::parse("https://u:CANARY@a/").unwrap())), "SafeUrl(https://a/)");
        assert_eq!(shown("data:text/plain,CANARY"), "data:…");
    }

    #[test]
    fn shows_the_rest_and_cuts_long_paths() {
        assert_eq!(shown("http://[::1]:80/a%20b"), "http://[::1]/a%20b");
        assert_eq!(shown("https://a/\u{1b}[31m\u{202e}"), "https://a/%1B[31m%E2%80%AE");
        let long = shown(&format!("https://a/{}", "x".repeat(5000)));
        assert_eq!(long, format!("https://a/{}…", "x".repeat(199)));
    }
}

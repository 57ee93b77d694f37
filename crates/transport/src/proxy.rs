//! Proxy settings, as data: only the composition root reads the environment.

use std::fmt;

use url::Url;

use crate::SafeUrl;

/// Which proxy to use for what.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// Proxy of `https` requests, as in `HTTPS_PROXY`; credentials in it are used and never shown. Plain `http` goes to loopback only,
    /// and loopback is never proxied.
    pub https: Option<String>,
    /// Hosts, domains, addresses and networks to reach directly, as in `NO_PROXY`: `internal.example,10.0.0.0/8`.
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let https = self.https.as_deref().map(|text| match proxy_url(text) {
            Ok(url) => SafeUrl::from(url).to_string(),
            Err(why) => why,
        });
        f.debug_struct("ProxySettings").field("https", &https).field("no_proxy", &self.no_proxy).finish()
    }
}

impl ProxySettings {
    /// The proxy to install, or why the settings make none. The reason never shows the text itself: it may hold a password.
    pub(crate) fn build(&self) -> Result<Option<reqwest::Proxy>, String> {
        let Some(text) = self.https.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let proxy = reqwest::Proxy::https(proxy_url(text)?).map_err(|_| "it is not usable as a proxy".to_owned())?;
        let direct = format!("localhost,127.0.0.0/8,::1,{}", self.no_proxy.as_deref().unwrap_or_default());
        Ok(Some(proxy.no_proxy(reqwest::NoProxy::from_string(&direct))))
    }
}

/// Reads `http://host:port`, and `host:port` as curl and others do.
fn proxy_url(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let url = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("http://{text}")),
    };
    let url = url.map_err(|error| format!("it is not a URL ({error})"))?;
    match (url.scheme(), url.has_host()) {
        ("http" | "https", true) => Ok(url),
        (_, true) => Err("only http and https proxies are supported".to_owned()),
        _ => Err("it names no host".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(https: &str) -> ProxySettings {
        ProxySettings { https: Some(https.to_owned()), no_proxy: None }
    }

    #[test]
    fn never_shows_credentials() {
        assert_eq!(
            format!("{:?}", settings("http://user:CANARY@proxy:3128")),
            r#"ProxySettings { https: Some("http://proxy:3128/"), no_proxy: None }"#
        );
        let shown = format!("{:?}", settings("CANARY CANARY"));
        assert!(!shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(ProxySettings::default().build().unwrap().is_none());
        assert!(settings("  ").build().unwrap().is_none());
        assert!(settings("proxy.example:3128").build().unwrap().is_some());
        assert_eq!(settings("socks5://proxy").build().unwrap_err(), "only http and https proxies are supported");
        assert_eq!(settings("http://").build().unwrap_err(), "it is not a URL (empty host)");
    }
}

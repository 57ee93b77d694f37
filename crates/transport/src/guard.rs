//! Where requests may go, and where redirects may lead.

use std::net::Ipv4Addr;

use ::http::HeaderValue;
use url::{Host, Url};

use crate::SafeUrl;

/// Most redirects followed within one attempt.
pub(crate) const MOST_REDIRECTS: u32 = 3;

/// How a URL may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Plain HTTP on this machine.
    Loopback,
    /// TLS.
    Tls,
}

/// Whether a URL may be called: `https` anywhere, plain `http` only on this machine, never with credentials in it.
/// Otherwise says what is refused, without query.
pub(crate) fn check(url: &Url) -> Result<Route, String> {
    let shown = SafeUrl::from(url.clone());
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{shown}: credentials may not stand in an address"));
    }
    match (url.scheme(), url.host()) {
        (_, None) => Err(format!("{shown}: it names no host")),
        ("https", Some(_)) => Ok(Route::Tls),
        ("http", Some(host)) if is_loopback(&host) => Ok(Route::Loopback),
        ("http", Some(_)) => Err(format!("{shown}: plain http is only for this machine, use https")),
        _ => Err(format!("{shown}: only https is supported")),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        // Resolved by ourselves, see the client: a name service has no say in it.
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// The loopback addresses that `localhost` stands for.
pub(crate) const LOCALHOST: [std::net::SocketAddr; 2] = [
    std::net::SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    std::net::SocketAddr::new(std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), 0),
];

/// Where a redirect leads, if it may be followed: same scheme, host and port, and the request stays what it is.
/// Otherwise says what is refused, without query.
pub(crate) fn redirect(from: &Url, status: u16, location: &HeaderValue, has_body: bool) -> Result<Url, String> {
    let target = location.to_str().ok().and_then(|text| from.join(text).ok());
    let Some(target) = target else { return Err("the server redirected to something that is not an address".to_owned()) };
    let shown = SafeUrl::from(target.clone());
    // `Origin` compares scheme, host and port, and treats a missing port as the scheme's own.
    if target.origin() != from.origin() || !target.origin().is_tuple() {
        return Err(format!("the server redirected to another host ({shown}), which is not followed"));
    }
    check(&target)?;
    if has_body && !matches!(status, 307 | 308) {
        return Err(format!("the server redirected ({status}) to {shown} in a way that would drop the arguments"));
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(url: &str) -> Result<Route, String> {
        check(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_tls_and_loopback() {
        for url in [
            "http://127.0.0.1:1/x",
            "http://127.8.9.10/",
            "http://[::1]:8090/",
            "http://localhost:1/",
            "http://LOCALHOST/",
            "http://0x7f.1/",
        ] {
            assert_eq!(verdict(url), Ok(Route::Loopback), "{url}");
        }
        for url in ["https://slack.com/api", "https://127.0.0.1:1/", "https://[2001:db8::1]/"] {
            assert_eq!(verdict(url), Ok(Route::Tls), "{url}");
        }
        for url in [
            "http://slack.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::]/",
            "http://localhost./",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "https://user@slack.com/",
            "https://:secret@slack.com/",
            "http://user:secret@127.0.0.1/",
        ] {
            let refused = verdict(url).unwrap_err();
            assert!(!refused.contains("secret"), "{refused}");
        }
    }

    fn follow(status: u16, location: &[u8], has_body: bool) -> Result<String, String> {
        let from = Url::parse("https://slack.com/api/auth.test?token=CANARY").unwrap();
        let location = HeaderValue::from_bytes(location).unwrap();
        redirect(&from, status, &location, has_body).map(String::from).inspect_err(|why| assert!(!why.contains("CANARY"), "{why}"))
    }

    #[test]
    fn redirects_stay_at_home() {
        assert_eq!(follow(302, b"/api/b?x=1", false).unwrap(), "https://slack.com/api/b?x=1");
        assert_eq!(follow(308, b"https://SLACK.com:443/c", true).unwrap(), "https://slack.com/c");
        for away in [
            "https://evil.example/?CANARY",
            "//evil.example/",
            "http://slack.com/",
            "https://slack.com:444/",
            "https://slack.com.evil.example/",
            "https://user:CANARY@slack.com/",
            "data:,CANARY",
            "javascript:CANARY",
        ] {
            follow(302, away.as_bytes(), false).unwrap_err();
        }
        follow(302, b"https://[", false).unwrap_err();
        follow(302, b"\xff\xfe", false).unwrap_err();
        follow(303, b"/b", true).unwrap_err();
        follow(301, b"/b", true).unwrap_err();
    }
}

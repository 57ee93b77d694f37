//! Domains: how they are compared, and which say nothing about a company.

mod providers;

use std::borrow::Cow;

/// A domain as people write it (`@Acme.dev`, `https://www.acme.dev/about`) in the form that is compared: lower case, international ones in
/// their A-label form (`bücher.example` is `xn--bcher-kva.example`, RFC 5891).
pub fn tidy_domain(text: &str) -> String {
    let text = text.trim();
    let (url, rest) = text.split_once("://").map_or((false, text), |(_, rest)| (true, rest));
    let host = rest.trim_start_matches('@').split(['/', '?', '#']).next().unwrap_or_default();
    let host = if url { host.strip_prefix("www.").unwrap_or(host) } else { host };
    ascii(host.trim_end_matches('.')).into_owned()
}

/// A domain in lower case and A-label form; one that can't be has only its letters lowered.
pub fn ascii(domain: &str) -> Cow<'_, str> {
    if domain.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(domain);
    }
    Cow::Owned(idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase()))
}

pub(crate) fn looks_like_domain(text: &str) -> bool {
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'))
}

/// Whether everybody can have an address at that domain: mail providers, and services that only pass mail on.
pub fn is_provider(domain: &str) -> bool {
    providers::is(domain)
}

/// Whether unrelated parties register names directly under that domain (`com`, `co.uk`, `github.io`), by the Public Suffix List.
pub fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() == domain.len())
}

/// The domain that a host name belongs to, by the Public Suffix List: `mail.eu.acme.co.uk` to `acme.co.uk`. `None` for a public suffix.
pub fn registrable(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

/// The name that a company registered: `acme` of `mail.acme.co.uk`.
pub fn registered_name(domain: &str) -> Option<&str> {
    registrable(domain)?.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_have_one_form() {
        let cases = [
            (" @Acme.DEV. ", "acme.dev"),
            ("https://www.Acme.dev/about?x#y", "acme.dev"),
            ("www.acme.dev", "www.acme.dev"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("", ""),
        ];
        for (text, form) in cases {
            assert_eq!(tidy_domain(text), form, "{text}");
        }
    }

    #[test]
    fn what_a_company_registers() {
        let cases = [
            ("mail.eu.acme.co.uk", Some("acme.co.uk"), Some("acme")),
            ("acme.dev", Some("acme.dev"), Some("acme")),
            ("acme.github.io", Some("acme.github.io"), Some("acme")),
            ("co.uk", None, None),
            ("github.io", None, None),
            ("com", None, None),
            ("", None, None),
        ];
        for (domain, registered, name) in cases {
            assert_eq!((registrable(domain), registered_name(domain)), (registered, name), "{domain}");
        }
        for suffix in ["com", "co.uk", "github.io", "myshopify.com", "de"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        assert!(!is_public_suffix("acme.dev") && !is_public_suffix("acme.co.uk"));
    }

    #[test]
    fn providers_are_known_with_all_their_countries() {
        for domain in ["gmail.com", "hotmail.co.uk", "yahoo.com.br", "outlook.fr", "privaterelay.appleid.com", "duck.com", "mailinator.com"]
        {
            assert!(is_provider(domain), "{domain}");
        }
        for domain in ["acme.dev", "yahooinc.com", "mail.acme.dev", "notgmail.com"] {
            assert!(!is_provider(domain), "{domain}");
        }
    }
}

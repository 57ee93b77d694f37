//! Secrets that say themselves what they are.

use std::sync::LazyLock;

use super::{
    super::{hit::Hit, pattern::Pattern},
    push,
};

/// Each with its vendor's page or the page of a scanner that lists it.
pub(in super::super) static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| SHAPES.iter().map(|s| Pattern::new(s)).collect());

const SHAPES: &[&str] = &[
    // Slack: https://docs.slack.dev/authentication/tokens
    r"\b(xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{8,}|xapp-[0-9]-[0-9A-Za-z-]{8,}|xwfp-[0-9A-Za-z-]{8,})",
    r"(hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[0-9A-Za-z_/-]{20,128})",
    // GitHub: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    r"\b(gh[pousr]_[0-9A-Za-z]{30,}|github_pat_[0-9A-Za-z_]{40,})",
    // GitLab: https://docs.gitlab.com/security/tokens/#token-prefixes
    r"\b(gl(?:pat|ptt|dt|rt|soat|cbt|ft|imt|agent)-[0-9A-Za-z_.-]{20,})",
    // AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    r"\b((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})\b",
    // Google: API keys, OAuth access and refresh tokens, client secrets.
    r"\b(AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,64})",
    r"(?:^|[\s'=:,(])(1//0[0-9A-Za-z_-]{30,})",
    // Stripe: https://docs.stripe.com/keys
    r"\b((?:[sr]k_(?:live|test|prod)|whsec)_[0-9A-Za-z]{10,})",
    // OpenAI, Anthropic, Hugging Face.
    r"\b(sk-(?:ant-|proj-|svcacct-|admin-)?[0-9A-Za-z_-]{20,}|hf_[0-9A-Za-z]{30,64})",
    // Granola: keys of its public API begin so.
    r"\b(grn_[0-9A-Za-z_-]{8,})",
    // HubSpot private apps, SendGrid, Twilio, Mailgun, npm, PyPI, Shopify, Linear, Notion, Atlassian, DigitalOcean, Doppler, Databricks, Postman.
    r"\b(pat-[a-z]{2}[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    r"\b(SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{30,64})",
    r"\b((?:SK|AC)[0-9a-f]{32}|key-[0-9a-f]{32})\b",
    r"\b(npm_[0-9A-Za-z]{36}|pypi-[0-9A-Za-z_-]{50,}|shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}|lin_(?:api|oauth)_[0-9A-Za-z]{32,64})",
    r"\b(ntn_[0-9A-Za-z]{40,64}|secret_[0-9A-Za-z]{43}|ATATT3[0-9A-Za-z_=-]{50,}|do[opr]_v1_[0-9a-f]{64}|dp\.pt\.[0-9A-Za-z]{40,44}|dapi[0-9a-f]{32}|PMAK-[0-9a-f]{24}-[0-9a-f]{34})",
    // JSON Web Tokens (RFC 7519): a header and a body of JSON, each beginning with `{"`.
    r"\b(eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{2,}(?:\.[0-9A-Za-z_-]{0,})?)",
    // Keys (RFC 7468). One that was cut short is a key all the same.
    r"(-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----[0-9A-Za-z+/=\s:,.-]{0,}?(?:-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|\z|[^0-9A-Za-z+/=\s:,.-]))",
    // User and password in a link (RFC 3986, 3.2.1).
    r"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/?#@:<>\x{E000}]{0,}:[^\s/?#@<>\x{E000}]{1,})@",
    // Headers of HTTP (RFC 9110, 11.6.2), and what `curl` is given.
    r"(?i)\b(?:proxy-)?authorization['\x22]?\s{0,4}[:=]\s{0,4}['\x22]?(?:(?:bearer|basic|token|digest|apikey|negotiate)\s{1,4})?([^\s'\x22,;<>\x{E000}]{8,})",
    r"(?i)\bbearer\s{1,4}([0-9a-z_.~+/-]{16,}={0,2})",
    r"(?i)\bbasic\s{1,4}([0-9a-z+/]{16,}={0,2})(?:[^0-9a-z+/=]|\z)",
    r"(?i)\b(?:x-api-key|x-auth-token|api-key|set-cookie|cookie)['\x22]?\s{0,4}[:=]\s{0,4}['\x22]?([^\s'\x22,;<>\x{E000}]{8,})",
    r"\bcurl\b[^\n\x{E000}]{0,200}?\s(?:-u|--user)\s{1,4}['\x22]?([^\s'\x22:\x{E000}]{1,128}:[^\s'\x22\x{E000}]{1,})",
    // Signed links of AWS and Azure, and tokens in queries.
    r"(?i)[?&#](?:x-amz-signature|sig|signature|access_token|id_token|refresh_token|token|api_?key|key|password|secret|code|auth)=([^\s&#'\x22<>\x{E000}]{8,})",
];

pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for pattern in PATTERNS.iter() {
        for m in pattern.all(text).filter_map(|c| c.get(1)) {
            let name = m.as_str().trim_end_matches(['.', '-', ',']);
            // A word after "basic" or "bearer" is no secret.
            let plain = name.bytes().all(|b| b.is_ascii_lowercase()) || name.bytes().all(|b| b.is_ascii_alphabetic()) && name.len() < 16;
            let name = if m.as_str().starts_with("-----BEGIN") { whole_key(m.as_str()) } else { name };
            if !plain {
                push(text, m.start()..m.start() + name.len(), out);
            }
        }
    }
}

/// A key without the sign behind it, if it was cut short.
fn whole_key(key: &str) -> &str {
    let last = key.chars().next_back().filter(|c| !(c.is_ascii_alphanumeric() || "+/=\n :,.-".contains(*c)));
    key.get(..key.len() - last.map_or(0, char::len_utf8)).unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::{super::super::hit::tests::found, *};

    /// In pieces, so that scanners of repositories do not take them for real ones.
    #[test]
    fn each_shape_with_a_value_of_its_own() {
        for (text, head, tail) in [
            ("", "xoxb-", "1234-5678-abcDEF"),
            ("", "xoxe.xoxp-", "1-Mi0yLTEyMzQ"),
            ("", "xapp-", "1-A0123-456-abcdef"),
            ("https://", "hooks.slack.com/", "services/T0001/B0001/abcdefghij"),
            ("", "ghp_", "abcdefghijklmnopqrstuvwxyz0123456789"),
            ("", "github_pat_", "11ABCDEFG0abcdefghijkl_abcdefghijklmnopqrstuvwxyz"),
            ("", "glpat-", "abcdefghij0123456789"),
            ("", "AKIA", "IOSFODNN7EXAMPLE"),
            ("", "AIza", "SyA-0123456789abcdefghijklmnopqrstu"),
            ("", "ya29.", "a0AfH6SMBx0123456789_abc"),
            ("", "sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
            ("", "sk-ant-", "api03-abcdefghijklmnop_qrstuv"),
            ("", "grn_", "0123456789abcdef"),
            ("", "SG.", "abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE"),
            ("", "eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"),
            ("postgres://", "app:", "s3cret!"),
            ("Authorization: Basic ", "dXNlcjpw", "YXNzd29yZA=="),
            ("Authorization: Bearer ", "abc.", "def-123"),
            ("authorization: ", "12345", "67890ab"),
            ("curl -u ", "key:", "secret1"),
            ("?sig=", "abc", "DEF123%3D"),
        ] {
            let secret = format!("{head}{tail}");
            let line = match text {
                "postgres://" => format!("{text}{secret}@db.internal/x"),
                _ => format!("{text}{secret}, then"),
            };
            assert!(found(find, &line).contains(&secret), "{line}: {:?}", found(find, &line));
        }
        let (begin, end) = ("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----");
        assert_eq!(found(find, &format!("a {begin}{end} b")), [format!("{begin}{end}")]);
        assert_eq!(found(find, &format!("a {begin} KEY-----\nMIIEow")), [format!("{begin} KEY-----\nMIIEow")]);
    }

    #[test]
    fn near_misses_are_left_alone() {
        for text in [
            "xoxo",
            "AKIA",
            "AKIAiosfodnn7example",
            "sk-learn",
            "basic understanding",
            "bearer of news",
            "https://acme.dev/a:b@c",
            "eyJ.eyJ",
            "Authorization: required",
            "-----BEGIN CERTIFICATE-----",
            "grn_",
            "mailto:bob@acme.dev",
            "token ring",
            "basic infrastructure",
        ] {
            assert!(found(find, text).is_empty(), "{text}: {:?}", found(find, text));
        }
        found(find, &"-----BEGIN PRIVATE KEY-----".repeat(2_000));
        found(find, &"a://b:".repeat(20_000));
    }
}

use std::collections::BTreeMap;

use super::refusal::Refusal;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// 32 bits, without a sign.
    Uint32,
    /// 64 bits, without a sign.
    Uint64,
    Bool,
    Words(&'static [&'static str]),
}

/// A parameter of a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) repeated: bool,
}

pub(crate) const fn one(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, repeated: false }
}

pub(crate) const fn many(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, repeated: true }
}

/// Those that every method takes, as the discovery document lists them.
const COMMON: [Parameter; 11] = [
    one("$.xgafv", Kind::Words(&["1", "2"])),
    one("access_token", Kind::Text),
    one("alt", Kind::Words(&["json", "media", "proto"])),
    one("callback", Kind::Text),
    one("fields", Kind::Text),
    one("key", Kind::Text),
    one("oauth_token", Kind::Text),
    one("prettyPrint", Kind::Bool),
    one("quotaUser", Kind::Text),
    one("upload_protocol", Kind::Text),
    one("uploadType", Kind::Text),
];

/// A query that has been read and checked.
#[derive(Debug, Default)]
pub(crate) struct Args(BTreeMap<String, Vec<String>>);

impl Args {
    /// Reads a query as it stands, whatever is in it.
    pub(crate) fn read(query: &str) -> Args {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            all.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Args(all)
    }

    /// Whether everything in it is what the operation takes.
    pub(crate) fn check(&self, takes: &[Parameter]) -> Result<(), Refusal> {
        for (name, values) in &self.0 {
            let Some(parameter) = takes.iter().chain(&COMMON).find(|p| p.name == name) else {
                let text = format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
                );
                return Err(Refusal::payload("", text));
            };
            if values.len() > 1 && !parameter.repeated {
                let text = format!("Invalid value at '{}': Proto field is not repeating, cannot start list.", snake(name));
                return Err(Refusal::payload(&snake(name), text));
            }
            for value in values {
                let wrong = match parameter.kind {
                    Kind::Text => None,
                    Kind::Uint32 => value.parse::<u32>().is_err().then_some("TYPE_UINT32"),
                    Kind::Uint64 => value.parse::<u64>().is_err().then_some("TYPE_UINT64"),
                    Kind::Bool => (value != "true" && value != "false").then_some("TYPE_BOOL"),
                    Kind::Words(words) => (!words.iter().any(|w| w.eq_ignore_ascii_case(value))).then_some("TYPE_ENUM"),
                };
                if let Some(kind) = wrong {
                    return Err(Refusal::payload(&snake(name), format!("Invalid value at '{}' ({kind}), \"{value}\"", snake(name))));
                }
            }
        }
        if self.get("alt").is_some_and(|alt| !alt.eq_ignore_ascii_case("json")) {
            return Err(Refusal::argument("Only alt=json is served here"));
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|v| v.first()).map(String::as_str)
    }

    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn on(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name).and_then(|v| v.parse().ok())
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().filter(|n| !secret(n)).map(|n| n.chars().take(80).collect()).collect()
    }

    /// What a page token is bound to: everything else that was asked for.
    pub(crate) fn bound(&self) -> String {
        let mut text = String::new();
        for (name, values) in self.0.iter().filter(|(n, _)| *n != "pageToken" && *n != "maxResults" && !secret(n)) {
            for value in values {
                text.push_str(&format!("{name}={value}\n"));
            }
        }
        text
    }
}

fn secret(name: &str) -> bool {
    ["access_token", "oauth_token", "key"].contains(&name)
}

/// A query without what could be a token.
pub(crate) fn harmless(query: &str) -> String {
    query.split('&').filter(|pair| !secret(pair.split('=').next().unwrap_or_default())).collect::<Vec<_>>().join("&")
}

/// `maxResults` is `max_results` in error texts.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_checked() {
        let takes =
            [one("maxResults", Kind::Uint32), many("labelIds", Kind::Text), one("format", Kind::Words(&["raw"])), one("x", Kind::Bool)];
        let check = |query: &str| Args::read(query).check(&takes).map_err(|r| r.body());
        for fine in ["", "maxResults=5&labelIds=a&labelIds=b&format=RAW&x=true&fields=a&prettyPrint=false&$.xgafv=2", "alt=json"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for (wrong, says) in [
            ("maxresults=5", "Unknown name \\\"maxresults\\\""),
            ("maxResults=-1", "Invalid value at 'max_results' (TYPE_UINT32), \\\"-1\\\""),
            ("maxResults=", "(TYPE_UINT32)"),
            ("maxResults=1&maxResults=1", "Proto field is not repeating"),
            ("format=whole", "(TYPE_ENUM)"),
            ("x=1", "(TYPE_BOOL)"),
            ("alt=media", "Only alt=json"),
        ] {
            assert!(check(wrong).unwrap_err().contains(says), "{wrong}: {:?}", check(wrong));
        }
        assert_eq!(harmless("q=a&access_token=x&key=y&b=2"), "q=a&b=2");
    }
}

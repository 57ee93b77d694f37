//! Searches for mail that concerns customers, without downloading the rest.

use jiff::Timestamp;

use super::{dates, proto::Command};

/// Terms of one search: with four fields each, its text stays below the 8,000 bytes that servers take.
pub(crate) const TERMS: usize = 20;
/// Where a customer's address may stand. `Reply-To` and `Sender` are left out: servers have no index for them.
const FIELDS: [&str; 4] = ["FROM", "TO", "CC", "BCC"];

/// The searches for mail since then that names one of these terms; `begin` is their beginning.
pub(crate) fn searches(begin: &Command, gmail: bool, since: Timestamp, terms: &[String]) -> Vec<Command> {
    let terms: Vec<&str> = terms.iter().map(|t| searchable(t)).filter(|t| !t.is_empty()).collect();
    let one = |group: &[&str]| {
        let command = begin.clone();
        if gmail {
            return command.words("X-GM-RAW").string(gmail_query(since, group).as_bytes());
        }
        let keys: Vec<String> = group.iter().flat_map(|t| FIELDS.map(|f| format!("{f} \"{t}\""))).collect();
        command.words(&format!("SINCE {} {}", dates::since(since), any(&keys)))
    };
    terms.chunks(TERMS).map(one).collect()
}

/// The part of a term that a server can be asked for without quoting, escaping or a charset: all of it, or its domain. What is found is
/// compared with the whole term.
fn searchable(term: &str) -> &str {
    let plain = |t: &str| !t.is_empty() && t.len() <= 255 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_@+".contains(&b));
    if plain(term) {
        return term;
    }
    term.rsplit_once('@').map(|(_, domain)| domain).filter(|d| plain(d)).unwrap_or_default()
}

/// Gmail's own search syntax: braces mean "any of".
fn gmail_query(since: Timestamp, terms: &[&str]) -> String {
    let keys: Vec<String> = terms.iter().flat_map(|t| ["from", "to", "cc", "bcc"].map(|f| format!("{f}:{t}"))).collect();
    format!("after:{} {{{}}}", since.as_second().max(0), keys.join(" "))
}

/// `OR` of any number of keys. It takes two each time: halves on both sides keep it flat, as servers bound its depth.
pub(crate) fn any(keys: &[String]) -> String {
    match keys {
        [] => String::new(),
        [one] => one.clone(),
        _ => {
            let (left, right) = keys.split_at(keys.len() / 2);
            format!("OR {} {}", any(left), any(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::imap::proto::Part;

    fn text(c: &Command) -> String {
        c.parts().iter().map(|p| if let Part::Text(t) = p { t.as_str() } else { "{literal}" }).collect()
    }

    fn of(gmail: bool, terms: &[&str]) -> Vec<String> {
        let terms: Vec<String> = terms.iter().map(|t| (*t).to_owned()).collect();
        let begin = Command::new("UID SEARCH");
        searches(&begin, gmail, "2024-03-01T12:00:00Z".parse().unwrap(), &terms).iter().map(text).collect()
    }

    #[test]
    fn one_command_for_many_terms() {
        assert_eq!(
            of(false, &["acme.example"]),
            ["UID SEARCH SINCE 29-Feb-2024 OR OR FROM \"acme.example\" TO \"acme.example\" OR CC \"acme.example\" BCC \"acme.example\""]
        );
        assert_eq!(
            of(true, &["acme.example", "jo@umbra.example"]),
            ["UID SEARCH X-GM-RAW \"after:1709294400 {from:acme.example to:acme.example cc:acme.example bcc:acme.example \
              from:jo@umbra.example to:jo@umbra.example cc:jo@umbra.example bcc:jo@umbra.example}\""]
        );
        assert_eq!(of(false, &[]), Vec::<String>::new());
        let terms: Vec<String> = (0..41).map(|n| format!("customer-number-{n}.with-a-long-name.example")).collect();
        let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
        let all = of(false, &terms);
        assert_eq!(all.len(), 3);
        for command in &all {
            assert!(command.len() < 8_000, "{}", command.len());
            // Two keys for each OR, and a bound on the depth.
            let keys = command.matches(" \"").count();
            assert_eq!(command.matches("OR ").count(), keys - 1);
            assert!(!command.contains("OR OR OR OR OR OR OR OR"), "{command}");
        }
    }

    #[test]
    fn nothing_in_a_term_can_end_the_search() {
        for hostile in ["x\" OR ALL \"", "a\r\nDELETE INBOX", "{from:x}", "a b", "ä", ""] {
            assert_eq!(of(false, &[hostile]), Vec::<String>::new(), "{hostile}");
            assert_eq!(of(true, &[hostile]), Vec::<String>::new(), "{hostile}");
        }
        assert!(of(false, &["o'hara\"@acme.example"])[0].contains("FROM \"acme.example\""));
        assert!(of(false, &["jörg@acme.example"])[0].contains("FROM \"acme.example\""));
    }
}

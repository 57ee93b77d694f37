//! Mail addresses.

use super::{
    hit::{Hit, edge},
    kinds::Kind,
};

/// RFC 5321, 4.5.3.1: octets of a local part and of a domain.
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// Finds all mail addresses. Each `@` is looked at once, with a bounded part to its left and right.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for (at, _) in text.match_indices('@') {
        let left = text.get(..at).unwrap_or_default();
        let mut start = at;
        for (n, c) in left.char_indices().rev().take_while(|(n, _)| at - n <= LOCAL) {
            if !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '&' | '=' | '!' | '#' | '~')) {
                break;
            }
            start = n;
        }
        // Quotes and marks in front belong to the sentence, and so does the name of a parameter.
        let local = text.get(start..at).unwrap_or_default();
        let local = local.rsplit_once(['=', '&', '!', '#', '~']).map_or(local, |(_, l)| l).trim_start_matches(['.', '\'', '-', '%']);
        let start = at - local.len();
        let end = at + 1 + domain(text.get(at + 1..).unwrap_or_default());
        if !local.is_empty() && !local.ends_with('.') && end > at + 1 && edge(text, start) {
            out.push(Hit::new(start..end, Kind::EmailAddress));
        }
    }
}

/// Length of the domain that a text begins with; 0 without one.
fn domain(text: &str) -> usize {
    let run = text.char_indices().take_while(|(n, c)| *n < DOMAIN && (c.is_alphanumeric() || matches!(c, '.' | '-')));
    let mut end = run.last().map_or(0, |(n, c)| n + c.len_utf8());
    loop {
        let name = text.get(..end).unwrap_or_default().trim_end_matches(['.', '-']);
        let Some((rest, top)) = name.rsplit_once('.') else { return 0 };
        let sound = rest.split('.').all(|l| !l.is_empty() && !l.starts_with('-'));
        let topmost = top.chars().count() >= 2 && (top.chars().all(char::is_alphabetic) || top.starts_with("xn--"));
        if sound && topmost {
            return name.len();
        }
        // What follows the address may look like a part of it: "bob@acme.dev.2".
        end = rest.len();
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn addresses_are_found_where_they_stand() {
        for (text, want) in [
            ("Write to bob.o'neil+x@mail.acme.dev.", "bob.o'neil+x@mail.acme.dev"),
            ("<mailto:bob@acme.dev|bob>", "bob@acme.dev"),
            ("'bob@acme.dev'", "bob@acme.dev"),
            ("https://x.dev/?to=bob@acme.dev&b=1", "bob@acme.dev"),
            ("ÜNAL@müller.de,", "ÜNAL@müller.de"),
            ("bob＠acme．dev", "bob@acme.dev"),
            ("bo\u{AD}b@acme.dev", "bob@acme.dev"),
            ("bob@xn--bcher-kva.xn--p1ai", "bob@xn--bcher-kva.xn--p1ai"),
            ("bob@acme.dev.2", "bob@acme.dev"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
    }

    #[test]
    fn near_misses_are_left_alone() {
        for text in ["@bob", "bob@", "bob@localhost", "a @ b.de", "bob@1.2", "x.@acme.dev", "5 @ 3.50", "@", "@@@", "user@-.de"] {
            assert!(found(find, text).is_empty(), "{text}");
        }
        assert!(found(find, &"a@".repeat(50_000)).is_empty());
        assert!(found(find, &format!("a@{}", "b.".repeat(50_000))).len() <= 1);
    }
}

//! Addresses of the Internet Protocol.

use std::{net::Ipv6Addr, sync::LazyLock};

use super::{
    hit::{Hit, alone, before, says},
    kinds::Kind,
    pattern::Pattern,
};

pub(super) static FOUR: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"));
pub(super) static SIX: LazyLock<Pattern> = LazyLock::new(|| Pattern::new(r"[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}"));

/// Words before four numbers that make them a version, a section or an order.
const VERSIONS: &[&str] =
    &["version", "v", "ver", "release", "build", "firmware", "section", "sec", "chapter", "clause", "rev", "sdk", "agent", "driver"];

/// Finds addresses of versions 4 and 6.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for m in FOUR.all(text).filter_map(|c| c.get(0)) {
        let sound = m.as_str().split('.').all(|n| n.parse::<u8>().is_ok() && (n == "0" || !n.starts_with('0')));
        let tail = text.get(m.end()..).unwrap_or_default();
        let goes_on =
            tail.strip_prefix('.').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit())) || tail.starts_with(['-', '_', '+']);
        let head = before(text, m.start(), 16);
        let versioned =
            says(&before(text, m.start(), 40), &["version", "versions", "release", "upgrade", "upgraded", "firmware", "changelog"])
                || head.ends_with(['.', '-', '_'])
                || VERSIONS.contains(
                    &head.trim_end_matches([' ', ':', '#', '=', '.']).rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default(),
                );
        if sound && !goes_on && !versioned && alone(text, &m.range()) {
            out.push(Hit::new(m.range(), Kind::IpAddress));
        }
    }
    for m in SIX.all(text).filter_map(|c| c.get(0)) {
        // A sentence's colon or full stop behind it.
        let name = m.as_str().trim_end_matches('.');
        let name = if name.ends_with("::") { name } else { name.trim_end_matches(':') };
        let range = m.start()..m.start() + name.len();
        if name.matches(':').count() >= 2
            && name.bytes().any(|b| b.is_ascii_digit())
            && name.parse::<Ipv6Addr>().is_ok_and(|a| !a.is_unspecified())
            && alone(text, &range)
        {
            out.push(Hit::new(range, Kind::IpAddress));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn addresses_of_both_versions() {
        for (text, want) in [
            ("from 41.176.181.24 today", "41.176.181.24"),
            ("10.0.0.1:8080", "10.0.0.1"),
            ("at 192.168.1.0/24.", "192.168.1.0"),
            ("6e40:4041:c617:e898:c11:40d2:c669:1", "6e40:4041:c617:e898:c11:40d2:c669:1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("it is 2001:db8::1.", "2001:db8::1"),
            ("１０.0.0.1", "10.0.0.1"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
    }

    #[test]
    fn versions_times_and_names_are_left_alone() {
        for text in [
            "version 1.2.3.4",
            "v1.2.3.4",
            "release: 10.0.19.1",
            "1.2.3.4.5",
            "256.1.1.1",
            "01.02.03.04",
            "1.2.3",
            "12:30:45",
            "std::fs",
            "Bad::Face",
            "aa:bb:cc:dd:ee:ff",
            "::",
            "a:b",
            "Section 4.1.2.3",
            "agent-1.2.3.4",
            "1.2.3.4-beta",
        ] {
            assert!(found(find, text).is_empty(), "{text}");
        }
        assert!(found(find, &"1:".repeat(50_000)).is_empty());
    }
}

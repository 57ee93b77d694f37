//! Numbers of payment cards.

use std::ops::Range;

use super::{
    hit::{Hit, after, alone, before, says},
    kinds::Kind,
};

/// Words that speak of a card.
const WORDS: &[&str] =
    &["card", "cc", "credit", "debit", "visa", "mastercard", "amex", "maestro", "kreditkarte", "carte", "tarjeta", "carta", "pan"];

/// Digits with at most one separator between two of them.
struct Run {
    digits: Vec<(usize, u8)>,
    /// Numbers of the digits with which groups begin.
    groups: Vec<usize>,
}

/// Finds numbers whose checksum is right. Each begins and ends with a group of digits.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for run in runs(text) {
        let mut from = 0;
        while let Some(&begin) = run.groups.get(from) {
            let ends = run.groups.iter().skip(from + 1).copied().chain([run.digits.len()]);
            let fitting: Vec<usize> = ends.take_while(|e| e - begin <= 19).filter(|e| e - begin >= 12).collect();
            let hit = fitting.iter().rev().find_map(|end| {
                let digits = run.digits.get(begin..*end)?;
                let range = digits.first()?.0..digits.last()?.0 + 1;
                issued(text, digits, &range).then_some((range, *end))
            });
            match hit {
                Some((range, end)) => {
                    out.push(Hit::new(range, Kind::CreditCard));
                    from = run.groups.partition_point(|g| *g < end);
                }
                None => from += 1,
            }
        }
    }
}

fn issued(text: &str, digits: &[(usize, u8)], range: &Range<usize>) -> bool {
    let value = |n: usize| digits.get(n).map_or(0, |d| d.1);
    if !luhn(digits) || digits.iter().all(|d| d.1 == value(0)) || !alone(text, range) {
        return false;
    }
    let dotted = before(text, range.start, 1) == "."
        || after(text, range.end, 2).strip_prefix('.').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
    if dotted {
        return false;
    }
    let two = value(0) * 10 + value(1);
    let usual = match (two, digits.len()) {
        (40..=49, 13 | 16 | 19) | (51..=55 | 22..=27, 16) | (34 | 37, 15) | (30 | 36 | 38 | 39, 14..=19) => true,
        (35 | 60 | 62 | 64 | 65 | 81, 16..=19) | (50 | 56..=58 | 61 | 63 | 67..=69, 13..=19) => true,
        // JCB's old numbers.
        (18 | 21, 15) => true,
        _ => false,
    };
    usual || says(&before(text, range.start, 48), WORDS) || says(&after(text, range.end, 24), WORDS)
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[(usize, u8)]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, (_, d))| match u32::from(*d) * if n % 2 == 1 { 2 } else { 1 } {
            v if v > 9 => v - 9,
            v => v,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut run = Run { digits: Vec::new(), groups: Vec::new() };
    let mut gap = 0;
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'0'..=b'9' => {
                if run.digits.is_empty() || gap > 0 {
                    run.groups.push(run.digits.len());
                }
                run.digits.push((at, b - b'0'));
                gap = 0;
            }
            b' ' | b'-' if gap == 0 && !run.digits.is_empty() => gap = 1,
            _ => {
                if run.digits.len() >= 12 {
                    out.push(run);
                }
                run = Run { digits: Vec::new(), groups: Vec::new() };
                gap = 0;
            }
        }
    }
    if run.digits.len() >= 12 {
        out.push(run);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn numbers_with_a_right_checksum() {
        for (text, want) in [
            ("card 4111111111111111.", "4111111111111111"),
            ("4111 1111-1111 1111", "4111 1111-1111 1111"),
            ("４１１１１１１１１１１１１１１１", "4111111111111111"),
            ("4111\u{A0}1111\u{200B}1111\u{AD}1111", "4111 111111111111"),
            ("4111 1111 1111 1111 123", "4111 1111 1111 1111"),
            ("2024 4111 1111 1111 1111", "4111 1111 1111 1111"),
            ("amex 378282246310005", "378282246310005"),
            ("my card is 501812345673", "501812345673"),
            ("6011000990139424", "6011000990139424"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
        assert_eq!(found(find, "4111111111111111, 5500005555555559").len(), 2);
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "4111111111111112",
            "order 501812345673",
            "0000000000000000",
            "x4111111111111111",
            "0.4111111111111111",
            "4111111111111111.5",
            "1700000000000",
            "12345",
            "4111  1111  1111  1111",
            "41111111111111114111111111111111",
        ] {
            assert!(found(find, text).is_empty(), "{text}");
        }
        assert!(found(find, &"1 ".repeat(50_000)).is_empty());
    }
}

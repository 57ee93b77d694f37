//! Telephone numbers.

use std::ops::Range;

use super::{
    hit::{Hit, after, alone, before, says},
    kinds::Kind,
};

/// Words that speak of a telephone.
const WORDS: &[&str] = &[
    "phone",
    "tel",
    "telephone",
    "telefon",
    "mobile",
    "mobil",
    "cell",
    "fax",
    "desk",
    "office",
    "direct",
    "call",
    "calling",
    "call me",
    "dial",
    "ring",
    "text",
    "sms",
    "whatsapp",
    "signal",
    "reach",
    "number is",
    "my number",
    "answering",
    "messages",
    "landline",
    "hotline",
    "extension",
    "handy",
    "portable",
    "móvil",
    "cellulare",
    "m",
    "t",
    "p",
    "f",
    "ph",
    "mob",
    "home",
    "work",
];

/// Words and signs before a number that is something else.
const OTHERS: &[&str] = &[
    "order",
    "ticket",
    "invoice",
    "case",
    "po",
    "ref",
    "reference",
    "id",
    "account",
    "sku",
    "version",
    "serial",
    "tracking",
    "part",
    "item",
    "contract",
    "quote",
    "request",
    "isbn",
    "issue",
    "bug",
    "pr",
    "card",
    "iban",
    "zip",
    "customer",
    "policy",
    "vat",
    "step",
    "build",
    "release",
];

/// Numbers of digits that a number may have: ITU-T E.164, 6.
const SHORTEST: usize = 7;
const LONGEST: usize = 15;

/// A run of digits and the signs that stand between them.
#[derive(Debug)]
struct Run {
    range: Range<usize>,
    digits: String,
    /// Lengths of the groups of digits.
    groups: Vec<usize>,
    plus: bool,
    bracket: bool,
    dots: bool,
    other: bool,
}

/// Finds telephone numbers: with a country's code, with an area in brackets, in a shape that a country uses, or where a telephone is spoken of.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    for mut run in runs(text) {
        let extension = extension(text, run.range.end);
        if !is_phone(text, &run) {
            continue;
        }
        run.range.end += extension;
        if !alone(text, &run.range) {
            continue;
        }
        out.push(Hit::new(run.range, Kind::PhoneNumber));
    }
}

fn is_phone(text: &str, run: &Run) -> bool {
    let count = run.digits.len();
    let head = before(text, run.range.start, 80);
    let tail = after(text, run.range.end, 12);
    let sentence = head.rsplit(['\n', ';']).next().unwrap_or_default();
    // A line above may say what it is: "Phone:".
    let said = sentence.trim().is_empty() && head.trim_end().ends_with(':') && says(head.trim_end(), WORDS);
    let nearest =
        sentence.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let otherwise = OTHERS.contains(&nearest)
        || sentence.ends_with(['#', '$', '€', '£', '¥', '=', '/', '_', '.'])
        || tail.starts_with(['%', '€', '_', '=', '/']);
    let decimals = tail.strip_prefix(['.', ',']).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
    if !(SHORTEST..=LONGEST).contains(&count) || decimals || is_date(run) {
        return false;
    }
    if run.plus {
        return count >= 8;
    }
    let talk = said
        || says(sentence, WORDS)
        || says(tail.split('\n').next().unwrap_or_default().split([',', '.']).next().unwrap_or_default(), WORDS);
    if otherwise {
        return false;
    }
    let split = run.groups.len() > 1;
    let american = matches!(run.groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4] | [3, 1, 3, 3, 4] | [3, 3, 3, 4] | [3, 7] | [1, 3, 7]) && {
        let national = run.digits.strip_prefix("001").or_else(|| run.digits.strip_prefix('1')).unwrap_or(&run.digits);
        national.len() == 10 && !national.starts_with(['0', '1'])
    };
    if american && (run.bracket || !run.other) && !run.digits.starts_with("19") {
        return !run.dots || run.groups.len() >= 3;
    }
    if run.bracket && split && count >= 8 {
        return true;
    }
    // "01.23.45.67.89", as in France.
    let pairs = run.groups.len() == 5 && run.groups.iter().all(|g| *g == 2);
    if run.digits.starts_with('0') && split && (8..=13).contains(&count) && (!run.dots || pairs) && run.groups.iter().all(|g| *g <= 8) {
        return true;
    }
    talk && (count >= 9 || split || said || sentence.trim_end().ends_with(':'))
}

/// Days and hours look like numbers: 2024-01-15, 15.01.2024 10, 2024 01 15 10 30, 0800-1700.
fn is_date(run: &Run) -> bool {
    let part = |from: usize, to: usize| run.digits.get(from..to).unwrap_or_default();
    let year = |digits: &str| matches!(digits.parse::<u32>(), Ok(1900..=2100));
    let hour = |digits: &str| digits.parse::<u32>().is_ok_and(|n| n / 100 < 24 && n % 100 < 60);
    match run.groups.as_slice() {
        [4, 2, 2, ..] | [4, 1 | 2, 1 | 2] => year(part(0, 4)),
        [day @ 1..=2, month @ 1..=2, 4, ..] => year(part(day + month, day + month + 4)),
        [4, 4] => year(part(0, 4)) && year(part(4, 8)) || hour(part(0, 4)) && hour(part(4, 8)),
        [8] => year(part(0, 4)),
        _ => false,
    }
}

/// Length of an extension behind a number.
fn extension(text: &str, at: usize) -> usize {
    let tail = after(text, at, 24);
    let rest = tail.trim_start_matches([' ', ',']);
    for word in ["extension", "ext.", "ext", "x", "durchwahl", "#"] {
        let Some(behind) = rest.strip_prefix(word) else { continue };
        let digits = behind.trim_start_matches([' ', '.', ':']);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let ended = !digits.get(count..).is_some_and(|t| t.starts_with(char::is_alphanumeric));
        if (1..=7).contains(&count) && ended {
            return tail.len() - digits.len() + count;
        }
    }
    0
}

fn runs(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while at < bytes.len() {
        let opened = bytes.get(at).is_some_and(|b| matches!(b, b'+' | b'('));
        let begins = digit(at) || opened && (digit(at + 1) || bytes.get(at + 1) == Some(&b'+') && digit(at + 2));
        if !begins {
            at += 1;
            continue;
        }
        let run = run(text, at);
        at = run.range.end.max(at + 1);
        // An extension's digits are no number of their own.
        at += if run.digits.len() >= SHORTEST { extension(text, at) } else { 0 };
        out.push(run);
    }
    out
}

fn run(text: &str, start: usize) -> Run {
    let bytes = text.as_bytes();
    let mut run =
        Run { range: start..start, digits: String::new(), groups: Vec::new(), plus: false, bracket: false, dots: false, other: false };
    let (mut gap, mut open) = (0, false);
    for (at, b) in bytes.iter().enumerate().skip(start) {
        match b {
            b'0'..=b'9' => {
                match run.groups.last_mut() {
                    Some(last) if gap == 0 => *last += 1,
                    _ => run.groups.push(1),
                }
                gap = 0;
                run.digits.push(char::from(*b));
                if !open {
                    run.range.end = at + 1;
                }
            }
            b'+' if run.digits.is_empty() => run.plus = true,
            b'(' if !open && !run.bracket && gap <= 1 && run.digits.len() <= 4 => {
                (open, gap) = (true, gap + 1);
            }
            b')' if open => {
                (open, run.bracket) = (false, true);
                gap += 1;
                run.range.end = at + 1;
            }
            b' ' | b'-' | b'.' | b'/'
                if gap == 0
                    || (gap == 1 && run.bracket)
                    || (gap <= 2 && *b != b'.' && bytes.get(at - 1) != Some(&b'.') && bytes.get(at.saturating_sub(1)) != Some(b)) =>
            {
                gap += 1;
                run.dots |= *b == b'.';
                run.other |= *b == b'/';
            }
            _ => break,
        }
        if run.digits.len() > 40 {
            break;
        }
    }
    if run.range.end == start {
        // A bracket that is never closed: what stands behind it is looked at by itself.
        run.range.end = start + 1;
        run.digits.clear();
    }
    run
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn numbers_of_many_countries() {
        for (text, want) in [
            ("Mobile: 0491 22 33 44", "0491 22 33 44"),
            ("+447700 900 123", "+447700 900 123"),
            ("Fax: 345-555-0160x4587", "345-555-0160x4587"),
            ("Phone:\n(08) 8555 0101", "(08) 8555 0101"),
            ("messages to 079 0555 0144", "079 0555 0144"),
            ("555 0104 office", "555 0104"),
            ("(579)555-0158 fax", "(579)555-0158"),
            ("001-518-555-0154 mobile", "001-518-555-0154"),
            ("nobody is answering at 516 555 638", "516 555 638"),
            ("Mobile: 432 05 163", "432 05 163"),
            ("call 618.555.0160 ext. 12 today", "618.555.0160 ext. 12"),
            ("+49 (0) 89 / 123 456-78", "+49 (0) 89 / 123 456-78"),
            ("tel:+14155550123", "+14155550123"),
            ("call me at 4155550123", "4155550123"),
            ("＋１ ４１５ ５５５ ０１２３", "+1 415 555 0123"),
            ("+1\u{A0}415\u{2011}555\u{200B}0123", "+1 415-5550123"),
            ("(415) 555-0123", "(415) 555-0123"),
            ("01.23.45.67.89", "01.23.45.67.89"),
            ("Please call the office of our new partner at 2034-5678901", "2034-5678901"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "2024-01-15",
            "15.01.2024",
            "1 000 000",
            "$1 250 000",
            "order 415-555-0123",
            "#4155550123",
            "ticket 79 0442 1744",
            "1.2.3.4567890",
            "20240115",
            "2024-01-15 10:30",
            "12345678",
            "between 2019 2020",
            "+ 5",
            "+20%",
            "room 1200-1300",
            "INV-2024-000123",
            "10.000.000,00",
            "ISBN 978-3-16-148410-0",
            "100 200",
            "(1) 2 3",
            "((((((((",
            "1700000000",
            "05/01/2024 10:30",
            "open 0800-1700",
        ] {
            assert!(found(find, text).is_empty(), "{text}: {:?}", found(find, text));
        }
        assert!(found(find, &"1(".repeat(50_000)).is_empty());
    }
}

//! The line that begins a message in an mbox: `From jane@acme.com Fri Mar 15 09:05:00 2024`.
//!
//! Nothing but this line tells where a message begins, so it has to look like one: a date at its end, and a header below it. There is no
//! standard for it; RFC 4155 (appendix A) describes the usual form, with the date in UTC.

use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    tz::Offset,
};

/// What such a line begins with.
pub(super) const FROM: &[u8] = b"From ";
/// Longest line that is looked at.
const LONGEST: usize = 512;
/// Longest name of a header field that is looked at.
const NAME: usize = 200;
/// As much has to be in memory behind the beginning of a line to decide what it is, unless the file ends before.
pub(super) const AHEAD: usize = LONGEST + NAME + 56;
/// Words at the end of the line that are looked at.
const WORDS: usize = 12;

/// A line that begins a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separator {
    /// Its date, if it can be read.
    pub(super) at: Option<Timestamp>,
    /// Its length with its end.
    pub(super) len: usize,
    /// It holds nothing: Thunderbird writes `From ` alone since 2023.
    pub(super) bare: bool,
}

impl Separator {
    /// The separator at the beginning of `bytes`; those that hold nothing are only taken where `bare` says so.
    pub(super) fn at(bytes: &[u8], bare: bool) -> Option<Separator> {
        let head = bytes.get(..AHEAD.min(bytes.len()))?;
        let words = head.strip_prefix(FROM)?;
        let end = head.iter().take(LONGEST).position(|b| *b == b'\n')?;
        let line = words.get(..end.checked_sub(FROM.len())?)?.trim_ascii();
        let len = end + 1;
        let found = match line.is_empty() {
            true if bare => Separator { at: None, len, bare: true },
            true => return None,
            false => Separator { at: date(line)?, len, bare: false },
        };
        begins_message(head.get(len..)?).then_some(found)
    }
}

/// Whether a message may begin so: with a field, with nothing, or with another line of this kind, which some programs leave in a header.
fn begins_message(bytes: &[u8]) -> bool {
    let empty = bytes.is_empty() || bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n");
    empty || bytes.starts_with(b">From ") || bytes.starts_with(FROM) || field_name(bytes).is_some()
}

/// The name of the header field that `bytes` begin with (RFC 5322 section 2.2; some programs put spaces before the colon).
pub(super) fn field_name(bytes: &[u8]) -> Option<&[u8]> {
    let colon = bytes.iter().take(NAME).position(|b| *b == b':')?;
    let name = bytes.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|b| (33..=126).contains(b))).then_some(name)
}

/// The date at the end of a line; `Some(None)` for one that looks like a date and is none.
fn date(line: &[u8]) -> Option<Option<Timestamp>> {
    let mut reversed: Vec<&str> =
        line.rsplit(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).take(WORDS).map(|w| std::str::from_utf8(w).unwrap_or("")).collect();
    reversed.reverse();
    let mut words = reversed.as_slice();
    // UUCP: the machine that it came from.
    if let [before @ .., "remote", "from", _] = words {
        words = before;
    }
    if let Some(at) = words.last().and_then(|w| iso(w)) {
        return Some(Some(at));
    }
    let clock = words.iter().rposition(|w| time(w).is_some())?;
    let (before, after) = (words.get(..clock)?, words.get(clock + 1..)?);
    let time = time(words.get(clock)?)?;
    let mut year = None;
    let mut zone = None;
    for word in after {
        match (year_of(word), offset(word)) {
            (Some(y), _) if year.is_none() => year = Some(y),
            // `-0800 (PST)` says it twice; `MET DST` is summer time of the zone before it.
            (None, Some(seconds)) => zone = Some(zone.map_or(seconds, |z| if *word == "DST" { z + seconds } else { z })),
            _ => return None,
        }
    }
    let (month, day) = match before {
        [.., ymd] if ymd.len() == 10 && year.is_none() => {
            let mut parts = ymd.split('-');
            return civil(parts.next()?, parts.next()?, parts.next()?, time, zone);
        }
        [.., d, m, y] if year.is_none() && year_of(y).is_some() => {
            year = year_of(y);
            (month(m)?, day(d)?)
        }
        [.., m, d] if month(m).is_some() => (month(m)?, day(d)?),
        [.., d, m] => (month(m)?, day(d)?),
        _ => return None,
    };
    Some(instant(year?, month, day, time, zone))
}

fn civil(year: &str, month: &str, day_: &str, time: (i8, i8, i8), zone: Option<i32>) -> Option<Option<Timestamp>> {
    let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
    Some(instant(year_of(year)?, month, day(day_)?, time, zone))
}

fn instant(year: i16, month: i8, day: i8, (hour, minute, second): (i8, i8, i8), zone: Option<i32>) -> Option<Timestamp> {
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    // A leap second is the one before.
    let time = Time::new(hour, minute, second.min(59), 0).ok()?;
    let offset = Offset::from_seconds(zone.unwrap_or(0)).ok()?;
    offset.to_timestamp(DateTime::from_parts(date, time)).ok()
}

fn iso(word: &str) -> Option<Timestamp> {
    (word.len() >= 20 && word.as_bytes().get(10) == Some(&b'T')).then(|| word.parse().ok()).flatten()
}

/// `9:05`, `09:05:00`.
fn time(word: &str) -> Option<(i8, i8, i8)> {
    let mut parts = word.split(':');
    let number = |part: Option<&str>, most: i8| {
        let part = part?;
        let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten().filter(|n| *n <= most)
    };
    let out = (number(parts.next(), 24)?, number(parts.next(), 59)?, parts.next().map_or(Some(0), |s| number(Some(s), 60))?);
    parts.next().is_none().then_some(out)
}

fn year_of(word: &str) -> Option<i16> {
    let digits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten().filter(|y| (1970..=2100).contains(y))
}

fn day(word: &str) -> Option<i8> {
    let digits = matches!(word.len(), 1 | 2) && word.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten().filter(|d| (1..=31).contains(d))
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = MONTHS.iter().position(|m| word.eq_ignore_ascii_case(m))?;
    i8::try_from(at + 1).ok()
}

/// Seconds that a zone is ahead of UTC. A name that nobody knows counts as UTC, as no zone does.
fn offset(word: &str) -> Option<i32> {
    let word = word.trim_start_matches('(').trim_end_matches(')');
    if let Some(digits) = word.strip_prefix(['+', '-']) {
        let (hours, minutes) = digits.split_at_checked(2)?;
        let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
        let both = hours.bytes().chain(minutes.bytes()).all(|b| b.is_ascii_digit()) && minutes.len() == 2;
        let seconds = both.then(|| Some(hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60)).flatten()?;
        return Some(if word.starts_with('-') { -seconds } else { seconds }).filter(|s| s.abs() <= 15 * 3600);
    }
    let hours = match word {
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "CET" | "MET" | "BST" | "WEST" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "DST" => 1,
        _ if (1..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase()) => 0,
        _ => return None,
    };
    Some(hours * 3600)
}

#[cfg(test)]
#[path = "separator_tests.rs"]
mod tests;

//! Dates, times and durations as lines have them (RFC 5545, 3.3.4 to 3.3.6).

use jiff::civil::{Date, DateTime, Time};

/// Nothing takes longer.
const DAYS: i64 = 10 * 366;

/// A point in time before its zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// A whole day.
    Day(Date),
    /// In a zone that stands elsewhere, if anywhere.
    Local(DateTime),
    /// At this distance from UTC, in seconds.
    Fixed(DateTime, i32),
}

/// `20240315`, `20240315T100000`, `20240315T100000Z`; and what is not allowed but met: no seconds, fractions of them, `2024-03-15T10:00:00`,
/// `+0100` behind.
pub(super) fn when(value: &str) -> Option<When> {
    let value = value.trim();
    let (date, time) = match value.find(['T', 't', ' ']) {
        Some(at) => (value.get(..at)?, value.get(at + 1..)),
        None => (value, None),
    };
    let date = date_of(&date.replace(['-', '/'], ""))?;
    let Some(time) = time.map(str::trim).filter(|t| !t.is_empty()) else { return Some(When::Day(date)) };
    let (clock, zone) = time.split_at(time.find(['Z', 'z', '+', '-']).unwrap_or(time.len()));
    let at = date.to_datetime(time_of(clock)?);
    match zone {
        "" => Some(When::Local(at)),
        "Z" | "z" => Some(When::Fixed(at, 0)),
        zone => Some(When::Fixed(at, offset(zone)?)),
    }
}

fn date_of(digits: &str) -> Option<Date> {
    if digits.len() != 8 {
        return None;
    }
    Date::new(number(digits.get(..4)?)?, number(digits.get(4..6)?)?, number(digits.get(6..8)?)?).ok()
}

fn time_of(clock: &str) -> Option<Time> {
    let whole = clock.split(['.', ',']).next().unwrap_or(clock).trim().replace(':', "");
    let second: i8 = match whole.len() {
        4 => 0,
        6 => number(whole.get(4..)?)?,
        _ => return None,
    };
    // 60 is a leap second (3.3.12).
    Time::new(number(whole.get(..2)?)?, number(whole.get(2..4)?)?, second.min(59), 0).ok()
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// `+0100`, `-0330`, `+053000`, `+01:00`, `+1` in seconds.
pub(super) fn offset(value: &str) -> Option<i32> {
    let value = value.trim();
    let (sign, rest) = match value.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let digits = rest.replace(':', "");
    let part = |range| digits.get(range).map_or(Some(0), number::<i32>);
    let (hours, minutes, seconds) = match digits.len() {
        1 | 2 => (number(&digits)?, 0, 0),
        3 => (part(0..1)?, part(1..3)?, 0),
        4 => (part(0..2)?, part(2..4)?, 0),
        6 => (part(0..2)?, part(2..4)?, part(4..6)?),
        _ => return None,
    };
    let total = hours * 3600 + minutes * 60 + seconds;
    // The tz database's own range goes from -15:56 to +15:13.
    (minutes < 60 && seconds < 60 && total < 16 * 3600).then_some(sign * total)
}

/// A duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// Days as the calendar has them: of 23 hours where clocks are put forward.
    pub(super) days: i64,
    /// What comes on top, exact.
    pub(super) seconds: i64,
}

/// `PT1H30M`, `P1D`, `P2W`; `None` for what can't be read, is negative or longer than ten years.
pub(super) fn length(value: &str) -> Option<Length> {
    let value = value.trim().to_ascii_uppercase();
    let rest = value.strip_prefix('+').unwrap_or(&value).strip_prefix('P')?;
    let (mut days, mut seconds, mut in_time) = (0_i64, 0_i64, false);
    let mut digits = String::new();
    for c in rest.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if c == 'T' && digits.is_empty() {
            in_time = true;
            continue;
        }
        let n: i64 = digits.parse().ok().filter(|n| *n <= DAYS * 24 * 3600)?;
        digits.clear();
        match (c, in_time) {
            ('W', _) => days += n * 7,
            ('D', _) => days += n,
            ('H', true) => seconds += n * 3600,
            ('M', true) => seconds += n * 60,
            ('S', true) => seconds += n,
            _ => return None,
        }
        if days > DAYS || seconds > DAYS * 24 * 3600 {
            return None;
        }
    }
    digits.is_empty().then_some(Length { days, seconds })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn times() {
        let at = date(2024, 3, 15).at(10, 0, 0, 0);
        for (text, expected) in [
            ("20240315", When::Day(date(2024, 3, 15))),
            (" 2024-03-15 ", When::Day(date(2024, 3, 15))),
            ("20240315T", When::Day(date(2024, 3, 15))),
            ("20240315T100000", When::Local(at)),
            ("20240315t1000", When::Local(at)),
            ("20240315T100000Z", When::Fixed(at, 0)),
            ("20240315T100000.000z", When::Fixed(at, 0)),
            ("2024-03-15T10:00:00+01:00", When::Fixed(at, 3600)),
            ("20240315T100000-0330", When::Fixed(at, -12600)),
            ("20240315T235960", When::Local(date(2024, 3, 15).at(23, 59, 59, 0))),
        ] {
            assert_eq!(when(text), Some(expected), "{text}");
        }
        for bad in
            ["", "T", "2024", "20241315", "20240230", "20240315T10", "20240315T250000", "20240315T100000+9999", "2024031\u{fc}", "+2240315"]
        {
            assert_eq!(when(bad), None, "{bad}");
        }
        assert_eq!(when("20240315T\u{fc}\u{fc}\u{fc}"), None);
    }

    #[test]
    fn offsets() {
        for (text, expected) in
            [("+0100", 3600), ("-0500", -18000), ("+053000", 19800), ("0200", 7200), ("+1", 3600), ("-01:30", -5400), ("+330", 12600)]
        {
            assert_eq!(offset(text), Some(expected), "{text}");
        }
        for bad in ["", "+", "+0160", "+2000", "+12345", "x", "\u{fc}\u{fc}"] {
            assert_eq!(offset(bad), None, "{bad}");
        }
    }

    #[test]
    fn lengths() {
        let of = |days, seconds| Some(Length { days, seconds });
        assert_eq!(length("PT1H30M"), of(0, 5400));
        assert_eq!(length("p1dt2h3m4s"), of(1, 7384));
        assert_eq!(length("+P2W"), of(14, 0));
        assert_eq!(length("P"), of(0, 0));
        for bad in ["", "-PT1H", "PT", "P1", "PT1", "P1H", "1H", "P99999999999999999999D", "P9999999D", "PT9999999999999S"] {
            assert!(length(bad).is_none_or(|l| l == Length { days: 0, seconds: 0 }), "{bad}: {:?}", length(bad));
        }
    }
}

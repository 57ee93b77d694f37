//! Dates in headers (RFC 5322, sections 3.3 and 4.3), and what programs write instead.

use jiff::{Timestamp, civil, tz::Offset};

/// The instant that a date names. Without a zone, or with one that nobody knows, it is taken for UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = without_comments(text);
    let mut found = Found::default();
    for token in text.split(|c: char| c.is_whitespace() || c == ',').filter(|t| !t.is_empty()).take(20) {
        found.token(token);
    }
    let time = found.time?;
    let hour = match (found.afternoon, time.0) {
        (Some(true), h) if h < 12 => h + 12,
        (Some(false), 12) => 0,
        (_, h) => h,
    };
    let date = civil::Date::new(found.year?, found.month?, found.day?).ok()?;
    // A leap second is the one before it.
    let time = civil::Time::new(hour, time.1, time.2.min(59), 0).ok()?;
    Offset::from_seconds(found.offset.unwrap_or(0)).ok()?.to_timestamp(date.to_datetime(time)).ok()
}

fn without_comments(text: &str) -> String {
    let mut depth = 0u32;
    text.chars()
        .take(200)
        .filter(|c| {
            let inside = depth > 0;
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            !inside && *c != '(' && *c != ')'
        })
        .collect()
}

/// What was found so far.
#[derive(Default)]
struct Found {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    afternoon: Option<bool>,
    /// East of UTC, in seconds.
    offset: Option<i32>,
}

impl Found {
    fn token(&mut self, token: &str) {
        if self.time.is_none() && token.contains(':') {
            return match token.split_once(['T', 't']).filter(|(date, _)| date.starts_with(|c: char| c.is_ascii_digit())) {
                Some((date, time)) => {
                    self.date(date);
                    self.clock(time);
                }
                None => self.clock(token),
            };
        }
        if self.time.is_some() && (token.starts_with(['+', '-']) || self.day.is_some() && token.starts_with(|c: char| c.is_alphabetic())) {
            return self.zone(token);
        }
        if self.time.is_none() && self.year.is_some() && token.matches('.').count() == 2 {
            return self.clock(&token.replace('.', ":"));
        }
        self.date(token);
    }

    /// A part of the date, or all of it: `21`, `Nov`, `21-Nov-1997`, `1997-11-21`.
    fn date(&mut self, token: &str) {
        for piece in token.split(['-', '/', '.']).filter(|p| !p.is_empty()) {
            if let Some(month) = month(piece) {
                self.month = self.month.or(Some(month));
                continue;
            }
            let digits = piece.trim_end_matches(|c: char| c.is_alphabetic());
            let Ok(number) = digits.parse::<u32>() else { continue };
            match (digits.len(), self.year, self.month, self.day) {
                (4.., None, ..) => self.year = i16::try_from(number).ok(),
                // Year first: month, then day.
                (_, Some(_), None, None) => self.month = i8::try_from(number).ok(),
                (_, _, _, None) => self.day = i8::try_from(number).ok(),
                (_, None, ..) => self.year = Some(short_year(number)),
                _ => {}
            }
        }
    }

    /// A time, maybe with what belongs to it: `9:55`, `09:55:06.123Z`, `09:55:06+0100`, `9:55PM`.
    fn clock(&mut self, token: &str) {
        let end = token.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(token.len());
        let (clock, rest) = token.split_at_checked(end).unwrap_or((token, ""));
        let mut parts = clock.split(['.', ':']).map(str::parse::<i8>);
        let hour = parts.next().and_then(Result::ok);
        let minute = parts.next().and_then(Result::ok);
        let second = parts.next().map_or(Some(0), Result::ok);
        if let (Some(h), Some(m), Some(s)) = (hour, minute, second) {
            self.time = (s <= 60).then_some((h, m, s));
        }
        if !rest.is_empty() {
            self.zone(rest);
        }
    }

    fn zone(&mut self, token: &str) {
        match token.to_ascii_uppercase().as_str() {
            "AM" | "A.M." => self.afternoon = Some(false),
            "PM" | "P.M." => self.afternoon = Some(true),
            _ if self.offset.is_some() => {}
            zone => {
                let numbers = zone.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                self.offset = match numeric(numbers) {
                    Some(offset) => Some(offset),
                    // Day and month names behind the time, as `asctime` would have them before.
                    None if month(zone).is_some() => {
                        self.month = self.month.or(month(zone));
                        None
                    }
                    None => named(zone),
                };
            }
        }
    }
}

/// `+0100`, `+01:00`, `-100`, `+1`; one beyond fourteen hours is none.
fn numeric(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text.chars().skip(1).filter(char::is_ascii_digit).collect();
    let number: i32 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Zones of RFC 5322, section 4.3, and such as other programs write. A military letter means UTC, as that section says.
fn named(zone: &str) -> Option<i32> {
    let minutes = match zone {
        "UT" | "GMT" | "UTC" | "Z" | "WET" => 0,
        "EST" => -300,
        "EDT" | "AST" => -240,
        "CST" => -360,
        "CDT" => -300,
        "MST" => -420,
        "MDT" => -360,
        "PST" => -480,
        "PDT" => -420,
        "AKST" => -540,
        "AKDT" => -480,
        "HST" => -600,
        "ADT" | "BRT" | "ART" => -180,
        "CET" | "MEZ" | "MET" | "WEST" | "BST" => 60,
        "CEST" | "MESZ" | "MEST" | "EET" | "SAST" => 120,
        "EEST" | "MSK" | "TRT" => 180,
        "IST" => 330,
        "HKT" | "SGT" | "AWST" => 480,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "AEDT" => 660,
        "NZST" => 720,
        "NZDT" => 780,
        _ => return None,
    };
    Some(minutes * 60)
}

/// RFC 5322, section 4.3: two digits below 50 are of this century, others of the last; three count from 1900.
fn short_year(number: u32) -> i16 {
    i16::try_from(match number {
        0..=49 => 2000 + number,
        50..=999 => 1900 + number,
        n => n,
    })
    .unwrap_or(i16::MAX)
}

/// A month by its English name, or the beginning of its name in German, French, Spanish, Italian or Dutch.
pub(crate) fn month(text: &str) -> Option<i8> {
    let text = text.to_lowercase();
    let starts = |all: &[&str]| all.iter().any(|m| text.starts_with(m));
    if text.chars().count() < 3 || !text.starts_with(char::is_alphabetic) {
        return None;
    }
    let months: [&[&str]; 12] = [
        &["jan", "jän", "ene", "gen"],
        &["feb", "fév", "fev"],
        &["mar", "mär", "mrz", "maa"],
        &["apr", "avr", "abr"],
        &["may", "mai", "mag", "mei"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "aoû", "aou", "ago"],
        &["sep", "set"],
        &["oct", "okt", "ott"],
        &["nov"],
        &["dec", "dez", "déc", "dic"],
    ];
    // Days of the week that begin like months: `mardi`, `martes`, `Mariä`; `Mon` and others do not.
    if starts(&["mardi", "marte"]) {
        return None;
    }
    months.iter().position(|all| starts(all)).and_then(|i| i8::try_from(i + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let cases = [
            ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"),
            ("Fri, 21 Nov 1997 09:55:06 -0600 (Central (US) Time)", "1997-11-21T15:55:06Z"),
            ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
            ("21 Nov 24 09:55 EST", "2024-11-21T14:55:00Z"),
            ("Thu, 13 Feb 1969 23:32 -0330", "1969-02-14T03:02:00Z"),
            ("21 Nov 124 09:55:06 +0000", "2024-11-21T09:55:06Z"),
            ("Fri Nov 21 09:55:06 1997", "1997-11-21T09:55:06Z"),
            ("Fri Nov 21 09:55:06 PST 1997", "1997-11-21T17:55:06Z"),
            ("2024-03-15T10:00:00Z", "2024-03-15T10:00:00Z"),
            ("2024-03-15T10:00:00.123+01:00", "2024-03-15T09:00:00Z"),
            ("2024-03-15 10:00:00 +0100", "2024-03-15T09:00:00Z"),
            ("15-Mar-2024 10:00:00 +0100", "2024-03-15T09:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00", "2024-03-15T10:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00 XYZ", "2024-03-15T10:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00 +9900", "2024-03-15T10:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00+0100", "2024-03-15T09:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00 GMT+0100", "2024-03-15T09:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:00 +01:00 (CET)", "2024-03-15T09:00:00Z"),
            ("Fri, 15 Mar 2024 10:00:60 Z", "2024-03-15T10:00:59Z"),
            ("15 March 2024 1:05 PM", "2024-03-15T13:05:00Z"),
            ("15 March 2024 12:05 AM +0200", "2024-03-14T22:05:00Z"),
            ("Fr, 15 Mär 2024 10:00:00 +0100", "2024-03-15T09:00:00Z"),
            ("Fri,15 Mar 2024 10:00:00 A", "2024-03-15T10:00:00Z"),
            ("15 Mar 2024 10.00.00 +0000", "2024-03-15T10:00:00Z"),
            ("Mar 15, 2024 10:00:00", "2024-03-15T10:00:00Z"),
        ];
        for (text, want) in cases {
            assert_eq!(parse(text).map(|t| t.to_string()).as_deref(), Some(want), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "32 Jan 2024 10:00:00 +0000",
            "30 Feb 2024 10:00:00 +0000",
            "15 Mar 2024 25:00:00",
            "15 Mar 2024 10:61:00",
            "15 Mar 2024",
            "Mar 2024 10:00:00",
            "15 Mar 99999 10:00:00",
            "99999999999 Mar 2024 10:00",
            "((((((",
            "::::: 1 1 1 1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

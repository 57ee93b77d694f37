//! Dates as people and programs write them into names and headings. What may be read in two ways (`04/05/2024`) is not read.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

/// When something began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Began {
    /// A moment.
    At(Timestamp),
    /// On a wall clock, nobody says where.
    Local(DateTime),
}

/// A date within a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) began: Began,
    /// A time of day stands beside it.
    pub(super) clock: bool,
    /// Where it stands, in characters.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Longest text that is searched, in characters.
const LONGEST: usize = 400;
const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// A date that somebody typed: `2024-04-05`, `2024-04-05T15:00`, `2024-04-05 15:00:30`, with or without an offset. Nothing may follow it.
pub fn given(text: &str) -> Option<Began> {
    let text = text.trim();
    let found = find(text)?;
    (found.from == 0 && found.to == text.chars().count()).then_some(found.began)
}

/// The first date of a text.
pub(super) fn find(text: &str) -> Option<Found> {
    let chars: Vec<char> = text.chars().take(LONGEST).collect();
    (0..chars.len()).find_map(|at| {
        let before = at.checked_sub(1).and_then(|b| chars.get(b));
        let starts = before.is_none_or(|b| !b.is_alphanumeric());
        // Zoom names files by UTC: `GMT20240405-150112_Recording.transcript.vtt`.
        let zoom = chars.get(at..at + 3).is_some_and(|c| c == ['G', 'M', 'T']);
        let mut cursor = Cursor { chars: &chars, at: if zoom { at + 3 } else { at } };
        if !starts {
            return None;
        }
        let date = cursor.date()?;
        let dated = cursor.at;
        let time = cursor.clock(date.compact);
        if time.is_none() {
            cursor.at = dated;
        }
        let local = date.date.to_datetime(time.unwrap_or(Time::midnight()));
        let timed = cursor.at;
        let offset = if zoom { Some(Offset::UTC) } else { time.and_then(|_| cursor.offset()) };
        if offset.is_none() {
            cursor.at = timed;
        }
        let began = match offset {
            Some(offset) => Began::At(offset.to_timestamp(local).ok()?),
            None => Began::Local(local),
        };
        Some(Found { began, clock: time.is_some(), from: at, to: cursor.at })
    })
}

struct Dated {
    date: Date,
    /// Written without anything between its parts, so that its time may be as well.
    compact: bool,
}

struct Cursor<'a> {
    chars: &'a [char],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|c| wanted(*c))?;
        self.at += 1;
        Some(c)
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        while self.take(&wanted).is_some() {}
    }

    /// A number of exactly so many digits, taken from the longer ones' beginning if `more` may follow.
    fn digits(&mut self, least: usize, most: usize, more: bool) -> Option<i32> {
        let start = self.at;
        let mut value = 0;
        while self.at - start < most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) else { break };
            value = value * 10 + i32::try_from(digit).ok()?;
            self.at += 1;
        }
        let whole = more || !self.peek().is_some_and(|c| c.is_ascii_digit());
        if self.at - start >= least && whole {
            return Some(value);
        }
        self.at = start;
        None
    }

    fn word(&mut self) -> String {
        let start = self.at;
        self.skip(char::is_alphabetic);
        self.chars.get(start..self.at).unwrap_or_default().iter().collect::<String>().to_lowercase()
    }

    fn month(&mut self) -> Option<i32> {
        let word = self.word();
        let at = MONTHS.iter().position(|m| word.chars().count() >= 3 && (m.starts_with(&word) || word == "sept" && *m == "september"))?;
        self.take(|c| c == '.');
        i32::try_from(at + 1).ok()
    }

    fn date(&mut self) -> Option<Dated> {
        let start = self.at;
        for read in [Cursor::iso, Cursor::compact, Cursor::month_first, Cursor::day_first] {
            self.at = start;
            if let Some(((year, month, day), compact)) = read(self)
                && (1990..=2100).contains(&year)
                && let Ok(date) = Date::new(year as i16, month as i8, day as i8)
                && !self.peek().is_some_and(|c| c.is_ascii_digit())
            {
                return Some(Dated { date, compact });
            }
        }
        self.at = start;
        None
    }

    fn iso(&mut self) -> Option<((i32, i32, i32), bool)> {
        let year = self.digits(4, 4, false)?;
        let mark = self.take(|c| matches!(c, '-' | '.' | '_' | '/'))?;
        let month = self.digits(1, 2, false)?;
        self.take(|c| c == mark)?;
        Some(((year, month, self.digits(1, 2, false)?), false))
    }

    fn compact(&mut self) -> Option<((i32, i32, i32), bool)> {
        Some(((self.digits(4, 4, true)?, self.digits(2, 2, true)?, self.digits(2, 2, false)?), true))
    }

    fn month_first(&mut self) -> Option<((i32, i32, i32), bool)> {
        let month = self.month()?;
        self.skip(char::is_whitespace);
        let day = self.digits(1, 2, false)?;
        self.ordinal();
        self.skip(|c| c == ',' || c.is_whitespace());
        Some(((self.digits(4, 4, false)?, month, day), false))
    }

    fn day_first(&mut self) -> Option<((i32, i32, i32), bool)> {
        let day = self.digits(1, 2, false)?;
        self.ordinal();
        self.skip(|c| matches!(c, '.' | ' ' | '-'));
        let month = self.month()?;
        self.skip(|c| matches!(c, ',' | ' ' | '-'));
        Some(((self.digits(4, 4, false)?, month, day), false))
    }

    fn ordinal(&mut self) {
        let start = self.at;
        if !matches!(self.word().as_str(), "st" | "nd" | "rd" | "th") {
            self.at = start;
        }
    }

    /// The time of day that follows a date. `compact`: the date has nothing between its parts.
    fn clock(&mut self, compact: bool) -> Option<Time> {
        let gap = self.at;
        self.skip(|c| c.is_whitespace() || matches!(c, ',' | '_' | '-' | '·' | '•' | '('));
        let mut sure = compact;
        let start = self.at;
        match self.word().as_str() {
            "t" => sure = true,
            "at" | "um" => self.skip(char::is_whitespace),
            "" => {}
            _ => self.at = start,
        }
        if self.at == gap {
            return None;
        }
        let begin = self.at;
        let (hour, minute, second) = self.marked_clock().or_else(|| {
            self.at = begin;
            // Without marks it may be any number: only beside a date that is written in the same way, or after `T`.
            if sure { self.bare_clock() } else { None }
        })?;
        let start = self.at;
        self.skip(char::is_whitespace);
        let hour = match self.word().as_str() {
            "am" if hour <= 12 => hour % 12,
            "pm" if hour <= 12 => hour % 12 + 12,
            _ => {
                self.at = start;
                hour
            }
        };
        Time::new(hour as i8, minute as i8, second as i8, 0).ok()
    }

    fn marked_clock(&mut self) -> Option<(i32, i32, i32)> {
        let hour = self.digits(1, 2, false)?;
        let Some(mark) = self.take(|c| matches!(c, ':' | '.' | '-' | '_' | 'h')) else {
            // `3 PM`
            let start = self.at;
            self.skip(char::is_whitespace);
            let half = matches!(self.word().as_str(), "am" | "pm");
            self.at = start;
            return half.then_some((hour, 0, 0));
        };
        let minute = self.digits(2, 2, false)?;
        let end = self.at;
        let second = self.take(|c| c == mark).and_then(|_| self.digits(2, 2, false));
        if second.is_none() {
            self.at = end;
        } else if self.peek() == Some('.') && self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit) {
            self.at += 1;
            self.skip(|c| c.is_ascii_digit());
        }
        Some((hour, minute, second.unwrap_or(0)))
    }

    fn bare_clock(&mut self) -> Option<(i32, i32, i32)> {
        let hour = self.digits(2, 2, true)?;
        let minute = self.digits(2, 2, true)?;
        let second = self.digits(2, 2, false).unwrap_or(0);
        (!self.peek().is_some_and(|c| c.is_ascii_digit())).then_some((hour, minute, second))
    }

    /// `Z`, `UTC`, `GMT+2`, `+02:00`.
    fn offset(&mut self) -> Option<Offset> {
        self.skip(char::is_whitespace);
        let start = self.at;
        let named = matches!(self.word().as_str(), "z" | "utc" | "gmt");
        if !named {
            self.at = start;
        }
        let Some(sign) = self.take(|c| matches!(c, '+' | '-' | '−')) else { return named.then_some(Offset::UTC) };
        let hours = self.digits(1, 2, true)?;
        let colon = self.take(|c| c == ':').is_some();
        let minutes = match self.digits(2, 2, false) {
            Some(minutes) => minutes,
            None if colon || !named => return None,
            None => 0,
        };
        let seconds = (hours * 60 + minutes) * 60;
        if self.peek().is_some_and(char::is_alphanumeric) {
            return None;
        }
        Offset::from_seconds(if sign == '+' { seconds } else { -seconds }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> Option<Began> {
        Some(Began::Local(text.parse().unwrap()))
    }

    fn moment(text: &str) -> Option<Began> {
        Some(Began::At(text.parse().unwrap()))
    }

    #[test]
    fn dates_that_people_type() {
        for (text, began) in [
            ("2024-04-05", local("2024-04-05T00:00")),
            ("2024-04-05T15:00", local("2024-04-05T15:00")),
            (" 2024-04-05 15:00:30 ", local("2024-04-05T15:00:30")),
            ("2024-04-05T15:00:30.25Z", moment("2024-04-05T15:00:30Z")),
            ("2024-04-05T15:00+02:00", moment("2024-04-05T13:00Z")),
            ("2024-04-05 3pm", local("2024-04-05T15:00")),
            ("5 April 2024", local("2024-04-05T00:00")),
            ("Apr 5, 2024 12:10 AM", local("2024-04-05T00:10")),
            ("20240405T1500", local("2024-04-05T15:00")),
            ("2024-04-05 in the afternoon", None),
            ("2024-04-05T25:00", None),
            ("2024-02-30", None),
            ("04/05/2024", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(given(text), began, "{text}");
        }
    }

    #[test]
    fn dates_within_names_and_headings() {
        for (text, began) in [
            ("2024-04-05_poc_results_review", local("2024-04-05T00:00")),
            ("GMT20240405-150112_Recording.transcript", moment("2024-04-05T15:01:12Z")),
            ("ACME review-20240405_150112-Meeting Recording", local("2024-04-05T15:01:12")),
            ("ACME review (2024-04-05 15:00 GMT+2) - Transcript", moment("2024-04-05T13:00Z")),
            ("ACME review – 2024_04_05 15_00 CEST – Transcript", local("2024-04-05T15:00")),
            ("Fri, Apr 05, 2024 3:00PM • 41:00", local("2024-04-05T15:00")),
            ("April 5th, 2024, 3:00PM", local("2024-04-05T15:00")),
            ("5. April 2024 um 15:00", local("2024-04-05T15:00")),
            ("call 2024-04-05 with 12 people", local("2024-04-05T00:00")),
            ("2024-04-05_1500_users", local("2024-04-05T00:00")),
            ("20240405_1500", local("2024-04-05T15:00")),
            ("order 120240405", None),
            ("v2024.4.5.6", None),
            ("maybe 5, 2024", None),
            ("12345678901234567890", None),
        ] {
            assert_eq!(find(text).map(|f| f.began), began, "{text}");
        }
        let found = find("ACME 2024-04-05 15:00 call").unwrap();
        assert_eq!((found.clock, found.from, found.to), (true, 5, 21));
        // Nothing of a long text is worth it.
        assert_eq!(find(&format!("{} 2024-04-05", "x".repeat(500))), None);
    }
}

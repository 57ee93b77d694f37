use std::{collections::BTreeMap, ops::Range, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Span, Timestamp, civil::Date};
use mail_parser::{Encoding, HeaderName, Message, MessageParser, MimeHeaders, PartType};

use super::{GmailWorld, compose::wrapped, heads::Heads, mail::Source};

const WEEK: i64 = 7 * 24 * 3600;
/// Messages inside messages deeper than this stay as they are.
const DEPTH: usize = 5;
/// Properties of invitations that hold times. A rule's end and its exceptions move too: else they would not fit its beginning.
const TIMED: [&str; 6] = ["DTSTART", "DTEND", "DTSTAMP", "RECURRENCE-ID", "EXDATE", "RDATE"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl GmailWorld {
    /// Moves all mail by whole weeks, so that the newest came in within the week before `now` and all weekdays and times of day stay.
    pub fn shift_to(&mut self, now: Timestamp) {
        if let Some(newest) = self.newest() {
            self.shift_weeks((now.as_second() - newest.as_second()).div_euclid(WEEK));
        }
    }

    /// The same by a number of weeks that is known, so that several vendors' data stay together: the times that messages came in, their
    /// headers `Date` and `Received`, and the times of invitations. Everything else stays byte for byte: ids, and dates written out as
    /// words. Generated mail stays where it is.
    pub fn shift_weeks(&mut self, weeks: i64) {
        if weeks == 0 {
            return;
        }
        let by = weeks.saturating_mul(WEEK).saturating_mul(1000);
        for mail in self.mails.values_mut() {
            let Source::Told(raw) = &mail.source else { continue };
            let raw = shifted(raw, weeks);
            mail.heads = Arc::new(Heads::read(&raw));
            mail.source = Source::Told(raw.into());
            mail.at = mail.at.saturating_add(by);
        }
        self.order = self.mails.values().map(|m| m.place()).collect();
        self.threads = BTreeMap::new();
        for mail in self.mails.values() {
            self.threads.entry(mail.thread).or_default().insert(mail.place());
        }
        for change in &mut self.changes {
            change.at = change.at.checked_add(SignedDuration::from_secs(weeks.saturating_mul(WEEK))).unwrap_or(change.at);
        }
    }
}

/// A message some weeks later.
pub(crate) fn shifted(raw: &[u8], weeks: i64) -> Vec<u8> {
    let Some(mail) = MessageParser::default().parse(raw) else { return raw.to_vec() };
    let mut edits = Vec::new();
    collect(raw, &mail, weeks, 0, &mut edits);
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = Vec::with_capacity(raw.len() + 16);
    let mut at = 0;
    for (range, new) in edits {
        // What overlaps was told twice.
        let Some(before) = raw.get(at..range.start) else { continue };
        out.extend_from_slice(before);
        out.extend_from_slice(&new);
        at = range.end;
    }
    out.extend_from_slice(raw.get(at..).unwrap_or_default());
    out
}

type Edit = (Range<usize>, Vec<u8>);

fn collect(raw: &[u8], mail: &Message<'_>, weeks: i64, depth: usize, edits: &mut Vec<Edit>) {
    for header in mail.headers() {
        let range = header.offset_start as usize..header.offset_end as usize;
        let Some(value) = raw.get(range.clone()).and_then(|v| std::str::from_utf8(v).ok()) else { continue };
        let from = match header.name {
            HeaderName::Date => 0,
            // The time stands behind the last semicolon.
            HeaderName::Received => value.rfind(';').unwrap_or(value.len()),
            _ => continue,
        };
        if let Some((at, new)) = value.get(from..).and_then(|v| later(v, weeks)) {
            let start = range.start + from;
            edits.push((start + at.start..start + at.end, new.into_bytes()));
        }
    }
    for part in &mail.parts {
        let calendar = part.is_content_type("text", "calendar") || part.is_content_type("application", "ics");
        match &part.body {
            // Of one that is encoded as a whole the offsets lead elsewhere.
            PartType::Message(inner) if part.encoding == Encoding::None && depth < DEPTH => collect(raw, inner, weeks, depth + 1, edits),
            PartType::Text(_) | PartType::Binary(_) | PartType::InlineBinary(_) if calendar => {
                let range = part.offset_body as usize..part.offset_end as usize;
                let Some(body) = raw.get(range.clone()) else { continue };
                let kept = body.len() - body.trim_ascii_end().len();
                let (text, end) = body.split_at(body.len() - kept);
                let new = match part.encoding {
                    Encoding::None => moved(text, weeks),
                    Encoding::Base64 => {
                        let plain: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
                        STANDARD.decode(plain).ok().and_then(|c| moved(&c, weeks)).map(|c| wrapped(&c).into_bytes())
                    }
                    Encoding::QuotedPrintable => moved(&unquoted(text), weeks).map(|c| quoted(&c)),
                };
                if let Some(mut new) = new {
                    new.extend_from_slice(end);
                    edits.push((range, new));
                }
            }
            _ => {}
        }
    }
}

fn shift(date: Date, weeks: i64) -> Option<Date> {
    date.checked_add(Span::new().try_weeks(weeks).ok()?).ok()
}

/// Where in a header's value the date stands (`5 Apr 2024`), and the later one.
fn later(value: &str, weeks: i64) -> Option<(Range<usize>, String)> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for piece in value.split_inclusive(|c: char| c.is_ascii_whitespace()) {
        let word = piece.trim_ascii();
        if !word.is_empty() {
            words.push((at + piece.find(word).unwrap_or(0), word));
        }
        at += piece.len();
    }
    words.windows(3).find_map(|three| {
        let [(start, day), (_, month), (last, year)] = three else { return None };
        let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))?;
        let number = |text: &str, digits: Range<usize>| {
            (digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse::<i16>().ok()).flatten()
        };
        let (d, y) = (number(day, 1..3)?, number(year, 4..5)?);
        let date = Date::new(y, i8::try_from(month + 1).ok()?, i8::try_from(d).ok()?).ok()?;
        let date = shift(date, weeks)?;
        let name = MONTHS.get(usize::try_from(date.month() - 1).ok()?)?;
        let width = day.len();
        let (before, after) = (value.get(start + day.len()..)?, last - start - day.len());
        // Whatever stands between the words stays: it may be a folded line.
        let between = before.get(..after)?;
        let (gap, rest) = between.split_at_checked(between.find(|c: char| !c.is_ascii_whitespace())?)?;
        let tail = rest.get(3..)?;
        Some((*start..last + year.len(), format!("{:0width$}{gap}{name}{tail}{:04}", date.day(), date.year())))
    })
}

/// An invitation with its times some weeks later; nothing if it has none. Dates keep their length, so lines stay as they are folded. Rules
/// of time zones are no story: they stay.
fn moved(text: &[u8], weeks: i64) -> Option<Vec<u8>> {
    let mut out = text.to_vec();
    let (mut zone, mut timed, mut changed, mut value) = (false, false, false, false);
    let mut at = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let folded = line.first().is_some_and(|b| *b == b' ' || *b == b'\t');
        let mut from = 0;
        if !folded {
            let end = line.iter().position(|b| *b == b';' || *b == b':').unwrap_or(line.len());
            let name = String::from_utf8_lossy(line.get(..end).unwrap_or_default()).trim().to_ascii_uppercase();
            let rest = String::from_utf8_lossy(line.get(end..).unwrap_or_default()).trim().to_ascii_uppercase();
            match (name.as_str(), rest.as_str()) {
                ("BEGIN", ":VTIMEZONE") => zone = true,
                ("END", ":VTIMEZONE") => zone = false,
                _ => {}
            }
            timed = !zone && TIMED.contains(&name.as_str());
            value = false;
            if let (false, "RRULE") = (zone, name.as_str())
                && let Some(until) = line.windows(6).position(|w| w.eq_ignore_ascii_case(b"UNTIL="))
            {
                (timed, value, from) = (true, true, until + 6);
            }
        }
        if timed {
            if let Some(colon) = line.iter().rposition(|b| *b == b':').filter(|_| !value) {
                (value, from) = (true, colon + 1);
            }
            if value {
                changed |= dates(&mut out, line, at, from, weeks);
            }
        }
        at += line.len();
    }
    changed.then_some(out)
}

/// Replaces each eight digits that are a date, from a place in a line on.
fn dates(out: &mut [u8], line: &[u8], at: usize, mut from: usize, weeks: i64) -> bool {
    let mut changed = false;
    while let Some(eight) = line.get(from..from + 8) {
        if !eight.iter().all(u8::is_ascii_digit) {
            from += 1;
            continue;
        }
        let number = |r: Range<usize>| eight.get(r).and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| d.parse::<i16>().ok());
        let date = || {
            let (y, m, d) = (number(0..4)?, number(4..6)?, number(6..8)?);
            let date = Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()?;
            shift(date, weeks)
        };
        if let (Some(date), Some(place)) = (date(), out.get_mut(at + from..at + from + 8)) {
            let text = format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
            if text.len() == 8 {
                place.copy_from_slice(text.as_bytes());
                changed = true;
            }
        }
        from += 8;
    }
    changed
}

/// Quoted-printable, decoded. What is damaged stays as it is.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        rest = match (*first, hex) {
            (b'=', Some(byte)) => {
                out.push(byte);
                after.get(2..).unwrap_or_default()
            }
            (b'=', None) if after.starts_with(b"\r\n") => after.get(2..).unwrap_or_default(),
            (b'=', None) if after.starts_with(b"\n") => after.get(1..).unwrap_or_default(),
            (byte, _) => {
                out.push(byte);
                after
            }
        };
    }
    out
}

/// Quoted-printable in lines of at most 76.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut column = 0;
    for (n, byte) in bytes.iter().enumerate() {
        let breaks =
            |at: usize| matches!(bytes.get(at), Some(b'\n')) || (bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n'));
        if breaks(n) || (*byte == b'\n') {
            out.push(*byte);
            column = 0;
            continue;
        }
        let plain =
            (33..=126).contains(byte) && *byte != b'=' || (*byte == b' ' || *byte == b'\t') && !breaks(n + 1) && n + 1 < bytes.len();
        let sign = if plain { vec![*byte] } else { format!("={byte:02X}").into_bytes() };
        if column + sign.len() > 75 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        column += sign.len();
        out.extend_from_slice(&sign);
    }
    out
}

#[cfg(test)]
#[path = "shift_tests.rs"]
mod tests;

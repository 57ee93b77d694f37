//! An event's lines to an invitation.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use sales_model::{Invitation, MailAddress};

use super::{
    component::{Calendar, Event},
    line::Line,
    text::{one_line, person},
    time::{self, When},
    zone::{self, Zone},
};

/// Outlook's are 112 characters, Google's 26 and `@google.com`.
const UID: usize = 1_000;
const TITLE: usize = 500;
const LOCATION: usize = 500;
const WORD: usize = 30;

/// The invitations of a calendar; `method` holds where it names none.
pub(super) fn invitations(calendar: &Calendar, method: &str) -> Vec<Invitation> {
    let method = word(&calendar.method).or_else(|| word(method)).unwrap_or_else(|| "PUBLISH".to_owned());
    let mut zones = Zones { calendar, found: BTreeMap::new() };
    calendar.events.iter().filter_map(|event| read(event, &method, &mut zones)).collect()
}

/// A method or status in upper case; `None` for what is none.
fn word(value: &str) -> Option<String> {
    let value = value.trim();
    let fine = !value.is_empty() && value.len() <= WORD && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then(|| value.to_ascii_uppercase())
}

struct Zones<'a> {
    calendar: &'a Calendar,
    found: BTreeMap<String, Zone>,
}

impl Zones<'_> {
    fn get(&mut self, id: &str) -> &Zone {
        let calendar = self.calendar;
        self.found.entry(id.to_owned()).or_insert_with(|| zone::find(id, &calendar.zones))
    }
}

/// A point in time with its zone.
#[derive(Debug, Clone)]
struct Point {
    local: DateTime,
    zone: Zone,
    whole_day: bool,
}

impl Point {
    fn read(line: &Line, zones: &mut Zones<'_>) -> Option<Self> {
        let id = line.param("TZID").unwrap_or_default();
        // `TZID=(UTC-05:00) Eastern Time (US & Canada):20240315T100000`: should have stood in quotes.
        let (id, value) = match line.value.rsplit_once(':').filter(|_| !id.is_empty() && time::when(&line.value).is_none()) {
            Some((rest, value)) => (format!("{id}:{rest}"), value),
            None => (id.to_owned(), line.value.as_str()),
        };
        // Floating: wherever the reader is; nobody knows where that was.
        let mut named = || if id.is_empty() { Zone::Fixed(Offset::UTC) } else { zones.get(&id).clone() };
        let (local, zone, whole_day) = match time::when(value)? {
            When::Day(day) => (day.into(), named(), true),
            When::Local(at) => (at, named(), false),
            When::Fixed(at, seconds) => (at, Zone::Fixed(Offset::from_seconds(seconds).ok()?), false),
        };
        Some(Self { local, zone, whole_day })
    }

    fn instant(&self) -> Option<Timestamp> {
        self.zone.instant(self.local)
    }

    /// Days by the calendar, the rest exact (RFC 5545, 3.3.6).
    fn after(&self, length: time::Length) -> Option<Timestamp> {
        let day = self.local.checked_add(jiff::Span::new().try_days(length.days).ok()?).ok()?;
        self.zone.instant(day)?.checked_add(jiff::SignedDuration::from_secs(length.seconds)).ok()
    }
}

/// `None` if it says neither which event it is nor when.
fn read(event: &Event, method: &str, zones: &mut Zones<'_>) -> Option<Invitation> {
    let value = |name| event.get(name).map(|l| l.value.as_str()).unwrap_or_default();
    let mut point = |name| event.get(name).and_then(|line| Point::read(line, zones));
    let (start, end, occurrence) = (point("DTSTART"), point("DTEND"), point("RECURRENCE-ID"));

    let uid = one_line(value("UID"), UID);
    if uid.is_empty() && start.is_none() {
        return None;
    }
    let all_day = start.as_ref().is_some_and(|s| s.whole_day) || value("X-MICROSOFT-CDO-ALLDAYEVENT").trim().eq_ignore_ascii_case("TRUE");
    let day = time::Length { days: 1, seconds: 0 };
    let begins = start.as_ref().and_then(Point::instant);
    let ends = end.as_ref().and_then(Point::instant).or_else(|| start.as_ref()?.after(time::length(value("DURATION"))?));
    // A whole day's end is the next day's start; some programs write the same day.
    let ends = match ends.filter(|e| begins.is_none_or(|b| *e > b || *e == b && !all_day)) {
        None if all_day => start.as_ref().and_then(|s| s.after(day)),
        ends => ends,
    };
    // STATUS says it also where somebody published a calendar, or a program forgot the method.
    let cancelled = value("STATUS").trim().eq_ignore_ascii_case("CANCELLED") && matches!(method, "REQUEST" | "PUBLISH" | "ADD");
    Some(Invitation {
        method: if cancelled { "CANCEL".to_owned() } else { method.to_owned() },
        uid,
        occurrence: occurrence.as_ref().and_then(Point::instant),
        sequence: value("SEQUENCE").trim().parse().unwrap_or(0),
        title: one_line(value("SUMMARY"), TITLE),
        location: one_line(value("LOCATION"), LOCATION),
        start: begins,
        end: ends,
        all_day,
        recurring: event.get("RRULE").or_else(|| event.get("RDATE")).is_some(),
        organiser: event.get("ORGANIZER").and_then(person),
        attendees: attendees(&event.attendees),
    })
}

/// Rooms and equipment, and those who are only to know of it, are not asked.
fn attendees(lines: &[Line]) -> Vec<(MailAddress, String)> {
    let mut seen = BTreeSet::new();
    let asked = |l: &&Line| !l.has("ROLE", "NON-PARTICIPANT") && !l.has("CUTYPE", "ROOM") && !l.has("CUTYPE", "RESOURCE");
    let people = lines.iter().filter(asked).filter_map(|line| Some((person(line)?, answer(line))));
    people.filter(|(person, _)| seen.insert(person.email.clone())).collect()
}

fn answer(line: &Line) -> String {
    line.param("PARTSTAT").and_then(word).map_or_else(|| "needs-action".to_owned(), |a| a.to_ascii_lowercase())
}

//! Which instant a local time is.

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Weekday},
    tz::{Offset, TimeZone, TimeZoneDatabase},
};

use super::{line::Line, time, windows};

/// Some programs list every change since 1893.
const OBSERVANCES: usize = 300;
const DATES: usize = 300;

/// A zone, found.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    /// Of the tz database.
    Named(TimeZone),
    /// By the rules that the calendar brings.
    Own(Rules),
    /// Always this far from UTC.
    Fixed(Offset),
}

impl Zone {
    /// The instant of a local time. One that the clocks leave out is read with the offset before they are put forward; of one that comes twice
    /// it is the first (RFC 5545, 3.3.5).
    pub(super) fn instant(&self, local: DateTime) -> Option<Timestamp> {
        match self {
            Self::Named(zone) => zone.to_timestamp(local).ok(),
            Self::Own(rules) => rules.offset(local).to_timestamp(local).ok(),
            Self::Fixed(offset) => offset.to_timestamp(local).ok(),
        }
    }
}

/// The zone that a TZID names, in this order: the tz database's name, alone or behind the path that libical and Mozilla put before it; a name
/// of Windows'; the calendar's own VTIMEZONE; an offset in the name (`GMT+0100`); else UTC.
///
/// A name that is known wins over the rules in the calendar: those of Outlook hold for the year in which it was written.
pub(super) fn find(id: &str, own: &[Rules]) -> Zone {
    let id = id.trim();
    if let Some(zone) = named(id) {
        return Zone::Named(zone);
    }
    let rules = own.iter().find(|r| r.id == id);
    if let Some(zone) = rules.and_then(|r| named(&r.location)) {
        return Zone::Named(zone);
    }
    match rules.filter(|r| !r.observances.is_empty()) {
        Some(rules) => Zone::Own(rules.clone()),
        None => Zone::Fixed(offset_in(id).unwrap_or(Offset::UTC)),
    }
}

fn named(id: &str) -> Option<TimeZone> {
    if id.is_empty() || id.len() > 200 {
        return None;
    }
    // Not the system's: the same calendar means the same on every machine.
    let bundled = TimeZoneDatabase::bundled();
    let known = |name: &str| bundled.get(name).ok();
    if id.eq_ignore_ascii_case("Z") || id.eq_ignore_ascii_case("tzone://Microsoft/Utc") {
        return Some(TimeZone::UTC);
    }
    // `/mozilla.org/20050126_1/Europe/Berlin`, `/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires`
    let behind = |slashes: usize| id.rmatch_indices('/').nth(slashes).and_then(|(at, _)| id.get(at + 1..)).and_then(known);
    known(id).or_else(|| known(windows::iana(id)?)).or_else(|| behind(2)).or_else(|| behind(1)).or_else(|| known(&id.replace(' ', "_")))
}

/// `GMT+0100`, `UTC-5`, `(UTC+01:00) Somewhere`, `+0200`.
fn offset_in(id: &str) -> Option<Offset> {
    let inner = id.strip_prefix('(').and_then(|i| i.split(')').next()).unwrap_or(id);
    let upper = inner.to_ascii_uppercase();
    let rest = upper.strip_prefix("GMT").or_else(|| upper.strip_prefix("UTC")).unwrap_or(&upper);
    let signed = rest.trim_start().strip_prefix(['+', '-']).is_some();
    if signed { Offset::from_seconds(time::offset(&rest.replace(' ', ""))?).ok() } else { None }
}

/// A VTIMEZONE (RFC 5545, 3.6.5).
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    id: String,
    /// `X-LIC-LOCATION`: the tz database's name as libical notes it.
    location: String,
    observances: Vec<Observance>,
}

/// From when on which offset holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Observance {
    start: Option<DateTime>,
    from: Option<i32>,
    to: Option<i32>,
    rule: Option<Rule>,
    dates: Vec<DateTime>,
}

/// A day of every year.
#[derive(Debug, Clone, Copy)]
struct Rule {
    month: Option<i8>,
    day: Day,
    every: i16,
    until: Option<DateTime>,
    count: Option<i16>,
}

#[derive(Debug, Clone, Copy)]
enum Day {
    /// As DTSTART has it.
    Same,
    /// This day of the month.
    Of(i8),
    /// The nth of this weekday; from the end if negative.
    Nth(i8, Weekday),
    /// The first of this weekday on or after this day.
    From(i8, Weekday),
}

impl Rules {
    pub(super) fn line(&mut self, line: &Line) {
        match line.name.as_str() {
            "TZID" if self.id.is_empty() => self.id = line.value.trim().to_owned(),
            "X-LIC-LOCATION" => self.location = line.value.trim().to_owned(),
            _ => {}
        }
    }

    pub(super) fn push(&mut self, observance: Observance) {
        if observance.to.is_some() && self.observances.len() < OBSERVANCES {
            self.observances.push(observance);
        }
    }

    /// What is to be subtracted from this local time.
    fn offset(&self, local: DateTime) -> Offset {
        let onsets = self.observances.iter().filter_map(|o| Some((o.onset(local)?, o.to?)));
        let first = || self.observances.iter().min_by_key(|o| o.start).and_then(|o| o.from.or(o.to));
        let seconds = onsets.max_by_key(|(onset, _)| *onset).map(|(_, to)| to).or_else(first);
        seconds.and_then(|s| Offset::from_seconds(s).ok()).unwrap_or(Offset::UTC)
    }
}

impl Observance {
    pub(super) fn line(&mut self, line: &Line) {
        match line.name.as_str() {
            "DTSTART" => self.start = local(&line.value),
            "TZOFFSETFROM" => self.from = time::offset(&line.value),
            "TZOFFSETTO" => self.to = time::offset(&line.value),
            "RRULE" if self.rule.is_none() => self.rule = Rule::read(&line.value),
            "RDATE" => {
                let room = DATES.saturating_sub(self.dates.len());
                self.dates.extend(line.value.split(',').filter_map(local).take(room));
            }
            _ => {}
        }
    }

    /// When it last began at or before a local time; in the local time that held before.
    fn onset(&self, local: DateTime) -> Option<DateTime> {
        // The hour that is left out still belongs to what held before.
        let gap = (self.to? - self.from.or(self.to)?).max(0);
        let local = local.checked_sub(SignedDuration::from_secs(gap.into())).ok()?;
        // Outlook's rules begin in 1601.
        let start = self.start.unwrap_or(DateTime::MIN);
        let by_rule = self.rule.and_then(|rule| rule.last(start, local, self.from.unwrap_or(0)));
        self.dates.iter().copied().chain([start]).chain(by_rule).filter(|onset| *onset <= local).max()
    }
}

impl Rule {
    /// The yearly forms that calendars use; `None` for any other.
    fn read(value: &str) -> Option<Self> {
        let parts: Vec<(String, &str)> =
            value.split(';').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.trim().to_ascii_uppercase(), v.trim())).collect();
        let get = |key: &str| parts.iter().find(|(k, _)| k == key).map(|(_, v)| *v);
        if !get("FREQ")?.eq_ignore_ascii_case("YEARLY") || get("BYWEEKNO").or_else(|| get("BYYEARDAY")).is_some() {
            return None;
        }
        let month = match get("BYMONTH") {
            Some(month) => Some(month.parse().ok().filter(|m| (1..=12).contains(m))?),
            None => None,
        };
        let days: Vec<i8> =
            get("BYMONTHDAY").map(|days| days.split(',').filter_map(|d| d.trim().parse().ok()).collect()).unwrap_or_default();
        let first = days.iter().copied().min();
        let day = match (get("BYDAY"), first) {
            (None, None) => Day::Same,
            (None, Some(day)) => Day::Of(day),
            (Some(by), first) => {
                let (nth, weekday) = weekday(by)?;
                match (nth, first) {
                    // `BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU`
                    (_, Some(first)) if first > 0 => Day::From(first, weekday),
                    (None, Some(_)) => Day::Nth(-1, weekday),
                    (Some(nth), _) => Day::Nth(nth, weekday),
                    (None, None) => Day::Nth(get("BYSETPOS")?.parse().ok()?, weekday),
                }
            }
        };
        let every = get("INTERVAL").and_then(|i| i.parse().ok()).filter(|i| *i > 0).unwrap_or(1);
        let count = get("COUNT").and_then(|c| c.parse().ok()).filter(|c| *c > 0);
        Some(Self { month, day, every, until: get("UNTIL").and_then(until), count })
    }

    /// The last day of the rule at or before a local time; `from` is the offset until then.
    fn last(self, start: DateTime, local: DateTime, from: i32) -> Option<DateTime> {
        // UNTIL is in UTC (3.6.5); a moment more or less does not matter, changes are months apart.
        let until = self.until.and_then(|u| u.checked_add(SignedDuration::from_secs(from.into())).ok());
        let end = self.count.map(|c| start.year().saturating_add((c - 1).saturating_mul(self.every)));
        let last = [Some(local.year()), until.map(DateTime::year), end].into_iter().flatten().min()?;
        let since = last.checked_sub(start.year()).filter(|s| *s >= 0)?;
        let last = last - since % self.every;
        [last, last.saturating_sub(self.every)].into_iter().find_map(|year| {
            let onset = self.of(start, year).filter(|o| *o >= start)?;
            (onset <= local && until.is_none_or(|u| onset <= u)).then_some(onset)
        })
    }

    fn of(self, start: DateTime, year: i16) -> Option<DateTime> {
        let month = start.date().with().day(1).year(year).month(self.month.unwrap_or(start.month())).build().ok()?;
        let on = |day: i8| month.with().day(day).build().ok();
        let day = match self.day {
            Day::Same => on(start.day()),
            Day::Of(day) if day < 0 => on(month.days_in_month() + 1 + day),
            Day::Of(day) => on(day),
            Day::Nth(nth, weekday) => month.nth_weekday_of_month(nth, weekday).ok(),
            Day::From(day, weekday) => {
                let day = on(day)?;
                if day.weekday() == weekday { Some(day) } else { day.nth_weekday(1, weekday).ok() }
            }
        }?;
        Some(day.to_datetime(start.time()))
    }
}

/// A local time, or the midnight of a date; of a period (RDATE) its start.
fn local(value: &str) -> Option<DateTime> {
    match time::when(value.split('/').next().unwrap_or(value))? {
        time::When::Day(day) => Some(day.into()),
        time::When::Local(at) | time::When::Fixed(at, _) => Some(at),
    }
}

/// A date holds until its end.
fn until(value: &str) -> Option<DateTime> {
    match time::when(value)? {
        time::When::Day(day) => Some(day.at(23, 59, 59, 0)),
        time::When::Local(at) | time::When::Fixed(at, _) => Some(at),
    }
}

/// `-1SU`, `2SU`, `SU`.
fn weekday(value: &str) -> Option<(Option<i8>, Weekday)> {
    let value = value.trim();
    let (nth, name) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let weekday = match name.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    if nth.is_empty() { Some((None, weekday)) } else { Some((Some(nth.parse().ok()?), weekday)) }
}

//! Which files a record stands in. Slack: the civil day of its conversation's first message; elsewhere the conversation itself.
//!
//! Dirty marks are kept by the UTC day, so that a changed time zone needs no change in the ledger; the projector turns a marked day
//! into the one or two local days it touches.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sales_ledger::Range;
use sales_model::Source;

/// The one place of all mail.
pub(crate) const MAIL: &str = "mail";

/// The source whose records stand in a place: `slack:C0123` and `gong` name it first.
pub(crate) fn source_of(place: &str) -> Option<Source> {
    let source = place.split(':').next()?;
    // Records of mail are called so, whatever brought them.
    if source == MAIL { Some(Source::EMAIL) } else { source.parse().ok() }
}

/// Whether a place's files are days; elsewhere each conversation is a file of its own.
pub(crate) fn by_day(place: &str) -> bool {
    place.starts_with("slack:")
}

/// The instant of a vendor id that begins with seconds since 1970 (`1710493200.000100`).
pub(crate) fn instant(native: &str) -> Option<Timestamp> {
    let (seconds, fraction) = native.split_once('.').unwrap_or((native, "0"));
    let micros: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Timestamp::from_microsecond(seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?).ok()
}

/// Gives the unit of records, remembering the last day since records come in order.
#[derive(Default)]
pub(crate) struct Units {
    last: Option<(i64, Arc<str>)>,
}

impl Units {
    /// The mark of a record: the UTC day of its thread where that is a time, else the thread itself.
    pub(crate) fn of(&mut self, place: &str, thread: &str) -> Arc<str> {
        if !by_day(place) {
            return Arc::from(thread);
        }
        let Some(at) = instant(thread) else { return Arc::from(thread) };
        let day = at.as_second().div_euclid(86_400);
        if let Some((d, unit)) = &self.last
            && *d == day
        {
            return unit.clone();
        }
        let unit: Arc<str> = Arc::from(TimeZone::UTC.to_datetime(at).date().to_string());
        self.last = Some((day, unit.clone()));
        unit
    }
}

/// The local days that a marked UTC day touches, in order.
pub(crate) fn local_days(mark: &str, zone: &TimeZone) -> Vec<Date> {
    let Ok(date) = mark.parse::<Date>() else { return Vec::new() };
    let edge =
        |hour, minute, second| date.at(hour, minute, second, 0).to_zoned(TimeZone::UTC).map(|z| zone.to_datetime(z.timestamp()).date());
    let (Ok(first), Ok(last)) = (edge(0, 0, 0), edge(23, 59, 59)) else { return Vec::new() };
    if first == last { vec![first] } else { vec![first, last] }
}

/// The name of a conversation of mails, by the root of its keys. No Message-ID begins like this: no record's own id is such a name.
pub(crate) fn mail_thread(root: &str) -> String {
    format!("t:{root}")
}

/// The range of one conversation.
pub(crate) fn one_range(place: &Arc<str>, thread: &str) -> Range {
    // The least text after it: nothing else lies between.
    Range { place: place.clone(), from: thread.to_owned(), to: format!("{thread}\u{1}") }
}

/// The range of conversations that begin on a local day.
pub(crate) fn day_range(place: &Arc<str>, date: Date, zone: &TimeZone) -> Option<Range> {
    let start = |d: Date| d.to_zoned(zone.clone()).ok().map(|z| format!("{:010}.000000", z.timestamp().as_second().max(0)));
    Some(Range { place: place.clone(), from: start(date)?, to: start(date.checked_add(1.day()).ok()?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_marked_by_its_utc_day() {
        let mut units = Units::default();
        assert_eq!(&*units.of("slack:C1", "1710493200.000100"), "2024-03-15");
        assert_eq!(&*units.of("slack:C1", "1710547199.999999"), "2024-03-15");
        assert_eq!(&*units.of("slack:C1", "1710547200.000000"), "2024-03-16");
        assert_eq!(&*units.of("gong", "7782342274025937895"), "7782342274025937895");
    }

    #[test]
    fn a_utc_day_touches_two_days_elsewhere() {
        let names = |zone: &str| {
            TimeZone::get(zone)
                .map(|z| local_days("2024-03-15", &z).iter().map(ToString::to_string).collect::<Vec<_>>())
                .unwrap_or_default()
        };
        assert_eq!(names("UTC"), ["2024-03-15"]);
        assert_eq!(names("Europe/Berlin"), ["2024-03-15", "2024-03-16"]);
        assert_eq!(names("America/Los_Angeles"), ["2024-03-14", "2024-03-15"]);
    }

    #[test]
    fn a_day_with_a_clock_change_has_its_own_length() {
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        let place: Arc<str> = Arc::from("slack:C1");
        let range = day_range(&place, jiff::civil::date(2024, 3, 31), &zone);
        assert_eq!(range, Some(Range { place, from: "1711839600.000000".into(), to: "1711922400.000000".into() }));
    }
}

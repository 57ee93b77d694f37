//! Times as files show them.

use jiff::{Timestamp, tz::TimeZone};

/// Whole seconds with the zone's offset: `2024-03-15T10:00:00+01:00`, and `Z` for none.
pub(crate) fn rfc3339(at: Timestamp, zone: &TimeZone) -> String {
    use std::fmt::Write;
    let offset = zone.to_offset(at);
    let civil = offset.to_datetime(at);
    let mut out = String::with_capacity(25);
    // Writing to a string can't fail.
    let _ = write!(
        out,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second()
    );
    // RFC 3339 knows no seconds in an offset; zones had them until 1972 at the latest.
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        out.push('Z');
    } else {
        let sign = if minutes < 0 { '-' } else { '+' };
        let _ = write!(out, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
    }
    out
}

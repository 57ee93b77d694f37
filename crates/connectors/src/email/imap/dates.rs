//! Dates of the protocol.

use jiff::{SignedDuration, Timestamp, fmt::strtime, tz::TimeZone};

/// The time of an INTERNALDATE: `17-Jul-1996 02:44:25 -0700`, the day padded with a space or not.
pub(crate) fn received(text: &str) -> Option<Timestamp> {
    let (date, zone) = text.trim().rsplit_once(' ')?;
    strtime::parse("%d-%b-%Y %H:%M:%S %z", format!("{} {zone}", date.trim())).ok()?.to_timestamp().ok()
}

/// The day for `SEARCH SINCE` that leaves out nothing after that time: servers compare days in their own zone.
pub(crate) fn since(at: Timestamp) -> String {
    let day = at.checked_sub(SignedDuration::from_hours(24)).unwrap_or(at).max(Timestamp::UNIX_EPOCH);
    day.to_zoned(TimeZone::UTC).strftime("%-d-%b-%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (text, at) in [
            ("17-Jul-1996 02:44:25 -0700", Some("1996-07-17T09:44:25Z")),
            (" 7-Jul-1996 02:44:25 +0000", Some("1996-07-07T02:44:25Z")),
            ("07-jul-1996 02:44:25 +0530", Some("1996-07-06T21:14:25Z")),
            ("17-Jul-1996", None),
            ("", None),
            ("99-Jul-1996 02:44:25 -0700", None),
            ("17-Jul-99999 02:44:25 -0700", None),
        ] {
            assert_eq!(received(text), at.map(|a| a.parse().unwrap()), "{text}");
        }
        assert_eq!(since("2024-03-01T00:30:00Z".parse().unwrap()), "29-Feb-2024");
        assert_eq!(since("2024-10-02T23:30:00Z".parse().unwrap()), "1-Oct-2024");
        assert_eq!(since(Timestamp::MIN), "1-Jan-1970");
    }
}

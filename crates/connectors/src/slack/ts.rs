//! Slack's message ids: `seconds.micros` as text, unique per channel and ordered as text while the seconds have ten digits.
//!
//! They are never turned into floats: identity and watermarks are the text itself.

use jiff::{SignedDuration, Timestamp};

/// An answer is put together before its `Date` is written.
const TOOK: SignedDuration = SignedDuration::from_secs(2);

/// The instant of a `ts`; `None` unless it is digits, a dot and one to six digits.
pub(crate) fn instant(ts: &str) -> Option<Timestamp> {
    let (seconds, fraction) = ts.split_once('.')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(seconds) || !digits(fraction) || seconds.len() > 11 || fraction.len() > 6 {
        return None;
    }
    let seconds: i64 = seconds.parse().ok()?;
    let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0_i32, |n, b| n * 10 + i32::from(b - b'0'));
    Timestamp::new(seconds, micros * 1_000).ok()
}

/// An instant as a `ts`; instants before 1970 become `0000000000.000000`.
pub(crate) fn from_instant(at: Timestamp) -> String {
    let micros = at.as_microsecond().max(0);
    format!("{:010}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// The `ts` one microsecond later (`by` = 1) or earlier (`by` = -1); the same if it is no `ts`.
pub(crate) fn step(ts: &str, by: i64) -> String {
    match instant(ts).and_then(|at| Timestamp::from_microsecond(at.as_microsecond() + by).ok()) {
        Some(at) => from_instant(at),
        None => ts.to_owned(),
    }
}

/// Up to where an answer tells all: nothing newer than it may be concluded to be gone. Our clock has no say in it: were it ahead, a
/// message that another stream brought a moment later would stand in a range that this answer seems to have covered. `date` is the server's,
/// `newest` the largest `ts` that the answer shows.
pub(crate) fn told_until(date: Option<Timestamp>, newest: Option<&str>) -> Option<String> {
    let dated = date.map(|at| from_instant(at.checked_sub(TOOK).unwrap_or(at)));
    dated.max(newest.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ts_is_read_without_loss() {
        assert_eq!(instant("1763800000.000300").unwrap().as_microsecond(), 1_763_800_000_000_300);
        assert_eq!(instant("1763800000.3").unwrap().as_microsecond(), 1_763_800_000_300_000);
        for bad in
            ["", ".", "1.", ".1", "1763800000", "1763800000.0003001", "-1.000000", "1e9.0", "999999999999.0", "1763800000.0003x", "١٢.٣"]
        {
            assert_eq!(instant(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_answer_tells_all_up_to_its_date_or_what_it_shows() {
        let date = Timestamp::from_second(1_763_800_000).unwrap();
        assert_eq!(told_until(Some(date), None).unwrap(), "1763799998.000000");
        assert_eq!(told_until(Some(date), Some("1763799000.000100")).unwrap(), "1763799998.000000");
        assert_eq!(told_until(Some(date), Some("1763799999.000100")).unwrap(), "1763799999.000100");
        assert_eq!(told_until(None, Some("1763799999.000100")).unwrap(), "1763799999.000100");
        assert_eq!(told_until(None, None), None);
    }

    #[test]
    fn steps_cross_the_second_and_keep_the_shape() {
        assert_eq!(step("1763800000.000000", -1), "1763799999.999999");
        assert_eq!(step("1763799999.999999", 1), "1763800000.000000");
        assert_eq!(step("rubbish", 1), "rubbish");
        assert_eq!(from_instant(Timestamp::from_second(-5).unwrap()), "0000000000.000000");
        assert_eq!(from_instant(instant("1763800000.000300").unwrap()), "1763800000.000300");
    }
}

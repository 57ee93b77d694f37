//! `Retry-After`: how long a vendor asks to wait.

use ::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};

/// When a vendor says "too fast" without saying until when. Slack's windows last a minute; half of it has passed on average.
pub(crate) const DEFAULT_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Shortest wait after a throttle.
pub(crate) const LEAST_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// Longest wait that is still reckoned with exactly: what is above cannot be meant.
const MOST_WAIT: SignedDuration = SignedDuration::from_hours(24 * 366);

/// The wait that the headers ask for, from the moment of the answer; `None` if they ask for none that makes sense (missing, zero,
/// negative, past, or not readable). At least [`LEAST_WAIT`], at most a year.
///
/// Seconds (RFC 9110, 10.2.3; fractions, which some vendors send, are rounded up) or an HTTP date. A date is reckoned from the server's
/// own `Date`, so that a wrong clock on either side does not matter; without a usable one, from `now`.
pub(crate) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let date = headers.get(header::DATE).and_then(|date| http_date(date.to_str().ok()?));
    asked_wait(headers.get(header::RETRY_AFTER)?.to_str().ok()?, date, now)
}

/// The wait that a `Retry-After` asks for. `date`: when the server says that it answered.
pub fn asked_wait(text: &str, date: Option<Timestamp>, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    let wait = match seconds(text) {
        Some(seconds) => SignedDuration::from_secs(seconds),
        None => {
            let until = http_date(text)?;
            let from_server = date.map(|date| until.duration_since(date));
            from_server.filter(SignedDuration::is_positive).unwrap_or_else(|| until.duration_since(now))
        }
    };
    wait.is_positive().then(|| wait.clamp(LEAST_WAIT, MOST_WAIT))
}

/// Whole seconds, rounded up; too many for the type count as the most.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let up = i64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(whole.parse::<i64>().unwrap_or(i64::MAX).saturating_add(up))
}

/// An HTTP date (RFC 9110, 5.6.7).
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    // The last day of the year 9999 is beyond the type.
    Some(Timestamp::try_from(httpdate::parse_http_date(text.trim()).ok()?).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    fn asked(retry_after: &str, date: Option<&str>) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_bytes(retry_after.as_bytes()).unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, HeaderValue::from_str(date).unwrap());
        }
        wait(&headers, "2024-03-15T09:00:00Z".parse().unwrap()).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_are_never_shortened() {
        assert_eq!(asked("30", None), Some(30));
        assert_eq!(asked(" 007 ", None), Some(7));
        assert_eq!(asked("0.2", None), Some(1));
        assert_eq!(asked("1.0", None), Some(1));
        assert_eq!(asked("1.000001", None), Some(2));
        assert_eq!(asked("99999999999999999999999999", None), Some(366 * 86_400));
    }

    #[test]
    fn nonsense_is_none() {
        for text in ["0", "0.0", "-5", "+5", "", "soon", "1e3", "１２", "5 seconds", "NaN", "Fri, 99 Mar 2024 09:00:00 GMT", ".5"] {
            assert_eq!(asked(text, None), None, "{text:?}");
        }
        assert_eq!(wait(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn dates_go_by_the_servers_clock_if_it_is_told() {
        let until = "Fri, 15 Mar 2024 09:01:00 GMT";
        assert_eq!(asked(until, None), Some(60));
        assert_eq!(asked(until, Some("Fri, 15 Mar 2024 09:00:50 GMT")), Some(10));
        assert_eq!(asked("Friday, 15-Mar-24 09:01:00 GMT", None), Some(60));
        // A clock far off on our side.
        assert_eq!(asked("Wed, 15 Mar 2034 09:00:30 GMT", Some("Wed, 15 Mar 2034 09:00:00 GMT")), Some(30));
        // A `Date` that makes no sense is not reckoned with.
        assert_eq!(asked(until, Some("Fri, 15 Mar 2030 09:00:50 GMT")), Some(60));
        assert_eq!(asked(until, Some("yesterday")), Some(60));
        // Past, and far in the future.
        assert_eq!(asked("Fri, 15 Mar 2024 08:59:59 GMT", None), None);
        assert_eq!(asked("Fri, 31 Dec 9999 23:59:59 GMT", None), Some(366 * 86_400));
    }
}

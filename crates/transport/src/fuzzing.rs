//! What fuzzing reaches beyond the client. Nothing of the product calls this.

use ::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};

use crate::retry_after;

/// The wait that an answer's `Retry-After` and `Date` ask for; `None` also for what no header can hold.
pub fn retry_after(value: &[u8], date: Option<&[u8]>, now: Timestamp) -> Option<SignedDuration> {
    let mut headers = HeaderMap::new();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_bytes(value).ok()?);
    if let Some(date) = date {
        headers.insert(header::DATE, HeaderValue::from_bytes(date).ok()?);
    }
    retry_after::wait(&headers, now)
}

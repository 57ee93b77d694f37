//! `Retry-After` and `Date` of any answer.
#![cfg_attr(not(feature = "drive"), no_main)]

use jiff::{SignedDuration, Timestamp};
use sales_fuzz::target;
use sales_transport::fuzzing::retry_after;

target!(|input: (&[u8], Option<&[u8]>, i64)| {
    let (value, date, now) = input;
    let now = Timestamp::from_second(now).unwrap_or_default();
    if let Some(wait) = retry_after(value, date, now) {
        assert!(wait >= SignedDuration::from_secs(1) && wait <= SignedDuration::from_hours(24 * 366), "{wait}");
    }
});

//! `Retry-After` and `Date` of any answer.
#![no_main]

use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;
use sales_transport::fuzzing::retry_after;

fuzz_target!(|input: (&[u8], Option<&[u8]>, i64)| {
    let (value, date, now) = input;
    let now = Timestamp::from_second(now).unwrap_or_default();
    if let Some(wait) = retry_after(value, date, now) {
        assert!(wait >= SignedDuration::from_secs(1) && wait <= SignedDuration::from_hours(24 * 366), "{wait}");
    }
});

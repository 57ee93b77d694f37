//! A page of messages: split into items, and each of them mapped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales_connectors::slack::fuzzing::page;

fuzz_target!(|body: &[u8]| {
    for of_thread in [None, Some("1710493200.000100")] {
        for item in page(body, of_thread, &sales_fuzz::request()).into_iter().flatten() {
            sales_fuzz::map(&item);
        }
    }
});

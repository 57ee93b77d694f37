//! A page of messages: split into items, and each of them mapped.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_connectors::slack::fuzzing::page;
use sales_fuzz::target;

target!(|body: &[u8]| {
    for of_thread in [None, Some("1710493200.000100")] {
        for item in page(body, of_thread, &sales_fuzz::request()).into_iter().flatten() {
            sales_fuzz::map(&item);
        }
    }
});

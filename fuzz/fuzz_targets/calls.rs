//! One raw item of each of Gong's kinds.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;

const KINDS: [&str; 7] = ["call", "transcript", "no_transcript", "user", "workspace", "tracker", "company"];

target!(|input: (u8, &[u8])| {
    let (kind, body) = input;
    sales_fuzz::map_call(&sales_fuzz::call(KINDS[usize::from(kind) % KINDS.len()], body));
});

//! One raw item of each of Gong's kinds.
#![no_main]

use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 7] = ["call", "transcript", "no_transcript", "user", "workspace", "tracker", "company"];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, body) = input;
    sales_fuzz::map_call(&sales_fuzz::call(KINDS[usize::from(kind) % KINDS.len()], body));
});

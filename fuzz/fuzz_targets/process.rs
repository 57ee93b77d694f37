//! One raw item of each kind.
#![no_main]

use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 8] = ["message", "match", "export_message", "conversation", "export_conversation", "user", "bot", "refused"];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, body) = input;
    sales_fuzz::map(&sales_fuzz::item(KINDS[usize::from(kind) % KINDS.len()], body));
});

//! One raw item of each kind.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;

const KINDS: [&str; 8] = ["message", "match", "export_message", "conversation", "export_conversation", "user", "bot", "refused"];

target!(|input: (u8, &[u8])| {
    let (kind, body) = input;
    sales_fuzz::map(&sales_fuzz::item(KINDS[usize::from(kind) % KINDS.len()], body));
});

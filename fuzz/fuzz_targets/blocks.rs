//! Blocks, rich text and attachments to text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sales_connectors::slack::fuzzing::blocks;

fuzz_target!(|json: &str| {
    for text in blocks(json).into_iter().flatten() {
        sales_fuzz::holds(&text);
    }
});

//! Blocks, rich text and attachments to text.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_connectors::slack::fuzzing::blocks;
use sales_fuzz::target;

target!(|json: &str| {
    for text in blocks(json).into_iter().flatten() {
        sales_fuzz::holds(&text);
    }
});
